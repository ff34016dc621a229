"""Templates saved by LibreOffice, WPS and Google: what they do to a file is taken, and what they hold stays."""

import io
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl import load_workbook

from onefill.rendering import compile_template
from onefill.rendering.engines import find_soffice
from tests.packages import parts_of
from tests.rendering.excel_rich import rich
from tests.rendering.excel_rules import faults
from tests.rendering.office_programs import Program, paragraph, table, text_box, word, workbook
from tests.rendering.test_excel_kept import facts
from tests.rendering.test_word import opened, part, repacked, saved
from tests.rendering.test_word_constructs import FACTS, PICTURE, SAME, VALUES, by_docxtpl, framed
from tests.rendering.word_rules import broken_rules
from tests.rendering.word_structure import structure

# -- LibreOffice -----------------------------------------------------------------------------------------------------

_WHERE = re.compile(r"line \d+: ")
WORD = {**SAME, **{name: template for name, (template, _, _) in VALUES.items()}, "photo": framed("{{ photo }}")}


@pytest.fixture(scope="module")
def by_libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Our templates opened and saved again by LibreOffice."""
    soffice = find_soffice()
    assert soffice is not None
    work = tmp_path_factory.mktemp("libreoffice")
    (work / "in").mkdir()
    files = {f"{number}.docx": template for number, template in enumerate(WORD.values())} | {"rich.xlsx": rich()}
    for name, data in files.items():
        (work / "in" / name).write_bytes(data)
    for suffix, kind in (("docx", "docx:MS Word 2007 XML"), ("xlsx", "xlsx:Calc MS Excel 2007 XML")):
        _saved(soffice, work, suffix, kind)
    names = [*WORD, "rich"]
    return {name: (work / "out" / file).read_bytes() for name, file in zip(names, files, strict=True)}


def _saved(soffice: str, work: Path, suffix: str, kind: str) -> None:
    call = [soffice, f"-env:UserInstallation={(work / 'profile').as_uri()}", "--headless", "--convert-to", kind]
    inputs = map(str, (work / "in").glob(f"*.{suffix}"))
    subprocess.run([*call, "--outdir", str(work / "out"), *inputs], check=True, capture_output=True, timeout=300)


def new_faults(made: bytes, template: bytes) -> list[str]:
    """What is against the rules in a file and was not in its template: newer LibreOffice leaves a colour unsaid."""
    before = {_WHERE.sub("", one) for one in broken_rules(template)}
    return [one for one in broken_rules(made) if _WHERE.sub("", one) not in before]


@pytest.mark.parametrize("name", SAME)
def test_what_libreoffice_saves_prints_as_docxtpl_prints_it(by_libreoffice: Mapping[str, bytes], name: str) -> None:
    template = by_libreoffice[name]
    made = compile_template(template, "t.docx").render(FACTS)
    assert new_faults(made, template) == []
    assert structure(made) == structure(by_docxtpl(template, FACTS))


@pytest.mark.parametrize("name", VALUES)
def test_values_stand_in_what_libreoffice_saves(by_libreoffice: Mapping[str, bytes], name: str) -> None:
    made = compile_template(by_libreoffice[name], "t.docx").render({"value": VALUES[name][2]})
    assert new_faults(made, by_libreoffice[name]) == []
    assert "value" not in part(made)


def test_pictures_of_what_libreoffice_saves_are_replaced(by_libreoffice: Mapping[str, bytes]) -> None:
    from onefill.rendering.word_values import Picture

    made = compile_template(by_libreoffice["photo"], "t.docx").render({"photo": Picture(PICTURE)})
    assert new_faults(made, by_libreoffice["photo"]) == []
    assert PICTURE in parts_of(made).values()


@pytest.mark.filterwarnings("ignore::UserWarning")  # openpyxl tells what it does not know
@pytest.mark.parametrize("count", [0, 1, 3, 7])
def test_a_workbook_that_libreoffice_saves(by_libreoffice: Mapping[str, bytes], count: int) -> None:
    template = by_libreoffice["rich"]
    made = compile_template(template, "t.xlsx").render(facts(count))
    assert [one for one in faults(made) if one not in faults(template)] == []
    book: Any = load_workbook(io.BytesIO(made))
    sheet = book["名册"]
    assert [sheet.cell(5 + row, 1).value for row in range(count)] == [f"学员{row}" for row in range(count)]
    total = 5 + count
    assert sheet.cell(total, 1).value == "合计"
    assert sheet.cell(total, 3).value == ("=SUM($A$1048576)" if not count else f"=SUM(C5:C{4 + count})")
    assert {str(each) for each in sheet.merged_cells.ranges} == {"A3:B3", f"A{6 + count}:B{7 + count}"}


# -- WPS and Google: Word --------------------------------------------------------------------------------------------

GIVEN: dict[str, Any] = {"class_no": "一班", "rows": [{"name": "甲"}, {"name": "乙"}], "items": ["一", "二", "三"]}
LINES: dict[str, Sequence[str]] = {
    "a value": ["班次：{{ class_no }}", "完"],
    "paragraphs": ["{%p for t in rows %}", "第{{ loop.index }}{{ t.name }}", "{%p endfor %}", "完"],
    "inline": ["{% for t in rows %}{{ t.name }}、{% endfor %}{% if items %}有{% else %}无{% endif %}"],
    "runs": ["前{%r if not items %}不{%r endif %}后"],
}
TABLES: dict[str, Sequence[Sequence[str]]] = {
    "rows": [["头", "甲"], ["{%tr for t in rows %}", ""], ["{{ t.name }}", "{{ loop.index }}"], ["{%tr endfor %}", ""]],
    "columns": [["头", "{%tc for t in items %}", "{{ t }}", "{%tc endfor %}"], ["下", "", "", ""]],
    "downward": [["{%tr for t in items %}", ""], ["{% vm %}{{ class_no }}", "{{ t }}"], ["{%tr endfor %}", ""]],
    "sideways": [["{%tc for t in items %}", "{% hm %}{{ class_no }}", "{%tc endfor %}"]],
    "span": [["{% colspan items|length %}{{ class_no }}"], ["{% cellbg “FF0000” %}{{ class_no }}"]],
}


def built(name: str, program: Program) -> bytes:
    if name == "box":
        return word(text_box("框{{ class_no }}{% for t in items %}{{ t }}{% endfor %}", program), program)
    if name in TABLES:
        return word(table(TABLES[name], program) + paragraph("完", program), program)
    return word("".join(paragraph(line, program) for line in LINES[name]), program, head="头{{ class_no }}")


def plain(found: Any) -> Any:
    """A structure without looks, which each program gives in its own way."""
    if isinstance(found, dict):
        return {key: plain(value) for key, value in found.items()}
    if isinstance(found, list) and found and (found[0] is None or isinstance(found[0], str)):
        return "".join(said for said, _ in found[1:])
    return [plain(each) for each in found] if isinstance(found, list) else found


@pytest.mark.parametrize("program", ["wps", "google"])
@pytest.mark.parametrize("name", [*LINES, *TABLES, "box"])
def test_tags_that_are_cut_up_print_like_those_that_are_not(name: str, program: Program) -> None:
    template = built(name, program)
    assert broken_rules(template) == []
    made = compile_template(template, "t.docx").render(GIVEN)
    assert broken_rules(made) == []
    whole = compile_template(built(name, "word"), "t.docx").render(GIVEN)
    assert plain(structure(made)) == plain(structure(whole))
    assert (
        "一班" in str(structure(made)) or "甲" in str(structure(made)) or name in ("runs", "inline", "columns", "box")
    )


def test_what_wps_remembers_of_itself_stays() -> None:
    template = built("a value", "wps")
    made = compile_template(template, "t.docx").render(GIVEN)
    assert parts_of(made)["docProps/custom.xml"] == parts_of(template)["docProps/custom.xml"]


def test_a_value_has_the_looks_of_where_its_tag_begins() -> None:
    document = Document()
    own = document.add_paragraph()
    for number, piece in enumerate(("前{", "{ class", "_no }", "}后")):
        own.add_run(piece).bold = number > 0
    runs = opened(compile_template(saved(document), "t.docx").render(GIVEN)).paragraphs[0].runs
    assert [(each.text, each.bold) for each in runs] == [("前一班", False), ("后", True)]


def test_breaks_and_tabs_inside_a_tag_go_and_others_stay() -> None:
    document = Document()
    own = document.add_paragraph("前")
    own.add_run("\t{{ class")
    own.runs[-1].add_tab()
    own.add_run("_no }}\n后")
    assert opened(compile_template(saved(document), "t.docx").render(GIVEN)).paragraphs[0].text == "前\t一班\n后"


def bound() -> bytes:
    """A control that shows what a part of the file holds, with a tag written over it."""
    document = Document()
    binding = '<w:dataBinding w:xpath="/x" w:storeItemID="{11111111-2222-3333-4444-555555555555}"/>'
    document.element.body.insert(
        0,
        parse_xml(
            f'<w:sdt {nsdecls("w")}><w:sdtPr><w:id w:val="7"/>{binding}<w:text/></w:sdtPr><w:sdtContent><w:p><w:r>'
            "<w:t>{{ class_no }}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        ),
    )
    return saved(document)


def test_a_bound_control_shows_what_is_printed() -> None:
    """Word would put what the control is bound to in place of what was printed."""
    made = part(compile_template(bound(), "t.docx").render(GIVEN))
    assert "一班" in made and "<w:sdt>" in made
    assert "dataBinding" not in made


def test_a_control_around_half_a_block_goes_and_one_around_a_whole_stays() -> None:
    control = '<w:sdt><w:sdtPr><w:id w:val="{}"/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>'
    half = control.format(1, paragraph("{%p for t in rows %}", "word")) + paragraph("{{ t.name }}", "word")
    whole = control.format(2, paragraph("{% for t in rows %}{{ t.name }}{% endfor %}", "word"))
    made = compile_template(word(half + paragraph("{%p endfor %}", "word") + whole, "word"), "t.docx").render(GIVEN)
    assert broken_rules(made) == []
    assert plain(structure(made))["body"] == ["甲", "乙", "甲乙"]
    assert part(made).count("<w:sdt>") == 1


# -- WPS and Google: Excel -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("program", ["wps", "google"])
@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_list_of_theirs_grows(program: Program, count: int) -> None:
    template = workbook(program)
    assert faults(template) == []
    given = {"class_no": "一班", "rows": [{"name": f"学员{n}", "score": n} for n in range(count)]}
    made = compile_template(template, "t.xlsx").render(given)
    assert faults(made) == []
    sheet: Any = load_workbook(io.BytesIO(made)).worksheets[0]
    assert sheet["A1"].value == "班次：一班"
    assert [(sheet.cell(2 + n, 1).value, sheet.cell(2 + n, 2).value) for n in range(count)] == [
        (f"学员{n}", n) for n in range(count)
    ]
    assert sheet.cell(2 + count, 1).value == "合计"
    assert [str(each) for each in sheet.merged_cells.ranges] == [f"A{3 + count}:B{3 + count}"]


def test_pictures_in_cells_of_wps_go_with_their_rows() -> None:
    template = workbook("wps")
    made = parts_of(compile_template(template, "t.xlsx").render(facts(3)))
    for name in ("xl/cellimages.xml", "xl/_rels/cellimages.xml.rels", "xl/media/image1.png", "docProps/custom.xml"):
        assert made[name] == parts_of(template)[name]
    assert b"wps.cn/officeDocument/2020/cellImage" in made["xl/_rels/workbook.xml.rels"]
    sheet: Any = load_workbook(io.BytesIO(compile_template(template, "t.xlsx").render(facts(3)))).worksheets[0]
    shown = [cell.coordinate for row in sheet for cell in row if "DISPIMG" in str(cell.value)]
    assert shown == ["C2", "C3", "C4", "A7"]
    assert made["xl/worksheets/sheet1.xml"].count(b'=DISPIMG("ID_1F0E9A8B7C6D5E4F3A2B1C0D9E8F7A6B",1)</v>') == 4
    assert b'etc:filterBottomFollowUsedRange="0"' in made["xl/worksheets/sheet1.xml"]


def test_filters_that_google_keeps_for_others_follow() -> None:
    made = parts_of(compile_template(workbook("google"), "t.xlsx").render(facts(4)))
    assert b"$A$2:$B$6</definedName>" in made["xl/workbook.xml"]
    assert b'<autoFilter ref="A2:B6"/></customSheetView>' in made["xl/worksheets/sheet1.xml"]
    assert b'x14ac:dyDescent="0.25"' in made["xl/worksheets/sheet1.xml"]


def test_controls_around_cells_stay_where_no_tag_is_near() -> None:
    document = Document()
    for text in ("{{ class_no }}", "不变"):
        table = document.add_table(rows=1, cols=2)
        table.cell(0, 0).text = text
        for cell in list(table.rows[0]._tr.tc_lst):
            control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtPr/><w:sdtContent/></w:sdt>")
            cell.addprevious(control)
            control[1].append(cell)
    made = opened(compile_template(saved(document), "t.docx").render({"class_no": "一班"}))
    first, second = made.element.body.iterchildren("{*}tbl")
    assert [len(list(each.iter("{*}sdt"))) for each in (first, second)] == [0, 2]
    assert [[text.text for text in each.iter("{*}t")] for each in (first, second)] == [["一班"], ["不变"]]


def test_text_whose_blanks_word_drops_is_not_told_to_keep_them() -> None:
    """WPS writes them so; a tag beside them keeps its own."""
    document = Document()
    paragraph = document.add_paragraph()
    for text in ("甲 ", "{{ class_no }}", " 乙", " {{ class_no }} "):
        paragraph.add_run(text)
    data = saved(document)
    xml = part(data).replace(' xml:space="preserve"', "")
    made = part(compile_template(repacked(data, {"word/document.xml": xml.encode()}), "t.docx").render(facts(1)))
    found = re.findall(r"<w:t([^>]*)>([^<]*)</w:t>", made)
    assert [(text, "preserve" in kept) for kept, text in found] == [
        ("甲 ", False), ("一班", True), (" 乙", False), (" 一班 ", True),
    ]  # fmt: skip
