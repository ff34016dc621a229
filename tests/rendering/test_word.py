"""Word templates: what is printed, what is refused, and that nothing breaks the file."""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st

from onefill.definitions.expressions import Empty
from onefill.rendering import TemplateBroken, compile_template
from onefill.rendering.characters import clean
from onefill.rendering.errors import RepeatUnsuitable


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def paragraphs(*texts: str) -> bytes:
    document = Document()
    for text in texts:
        document.add_paragraph(text)
    return saved(document)


def opened(data: bytes) -> Any:
    return Document(io.BytesIO(data))


def part(data: bytes, name: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def render(template: bytes, facts: Mapping[str, object]) -> Any:
    return opened(compile_template(template, "t.docx").render(facts))


def roster() -> bytes:
    document = Document()
    table = document.add_table(rows=5, cols=2)
    texts = [("序号", "姓名"), ("{%tr for t in trainees %}", ""), ("{{ loop.index }}", "{{ t.name }}")]
    for row, cells in zip(table.rows, [*texts, ("{%tr endfor %}", ""), ("合计", "{{ trainees|length }}")], strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    head, body = table.rows[0]._tr.get_or_add_trPr(), table.rows[2]._tr.get_or_add_trPr()
    head.append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    body.append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    table.rows[2].height = Mm(8)
    return saved(document)


def problems(template: bytes, name: str = "t.docx") -> list[tuple[str, str, str]]:
    with pytest.raises(TemplateBroken) as caught:
        compile_template(template, name)
    found = caught.value.problems
    assert all(re.search("[一-鿿]", problem.what) and problem.remedy for problem in found)
    return [(problem.code, problem.place.part, problem.place.spot) for problem in found]


# -- what is printed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "<b>粗</b>",
        "A & B <有限公司>",
        "{{ name }} {% for x in y %}",
        "=cmd()",
        "\"'“”",
        "😀",
        "𠮷𪚥",
        "翀燊喆垚冼",
        "]]>",
        "{_{",
        "  前后空格  ",
        "名" * 200,
    ],
)
def test_values_print_literally(text: str) -> None:
    document = render(paragraphs("（{{ name }}）"), {"name": text, "y": []})
    assert document.paragraphs[0].text == f"（{text}）"


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_text_breaks_the_file(text: str) -> None:
    document = opened(_RANDOM.render({"a": text}))
    shown = clean(text)
    assert document.paragraphs[0].text == f"甲{shown}乙"
    assert document.core_properties.title == shown.strip() or document.core_properties.title == shown


def _random_template() -> bytes:
    document = Document()
    document.add_paragraph("甲{{ a }}乙")
    document.core_properties.title = "{{ a }}"
    return saved(document)


_RANDOM = compile_template(_random_template(), "t.docx")


def test_control_characters_are_dropped() -> None:
    document = render(paragraphs("{{ a }}"), {"a": "甲\x00\x07\x1f\ufffe乙\ud800"})
    assert document.paragraphs[0].text == "甲乙"


def test_lines_become_breaks_and_keep_the_run() -> None:
    data = compile_template(paragraphs("注：{{ a }}。"), "t.docx").render({"a": "一\r\n二\t三"})
    xml = part(data)
    assert xml.count("<w:br/>") == 1
    assert xml.count("<w:tab/>") == 1
    assert opened(data).paragraphs[0].text == "注：一\n二\t三。"


def test_lines_become_paragraphs_where_the_first_line_is_indented() -> None:
    document = Document()
    paragraph = document.add_paragraph("{{ a }}")
    paragraph.paragraph_format.first_line_indent = Mm(8)
    found = render(saved(document), {"a": "一\n二"}).paragraphs
    assert [each.text for each in found] == ["一", "二"]
    assert found[1].paragraph_format.first_line_indent == found[0].paragraph_format.first_line_indent


def test_tag_split_over_runs_is_read_as_one() -> None:
    document = Document()
    paragraph = document.add_paragraph()
    for piece in ("{", "{ na", "me }", "}"):
        paragraph.add_run(piece)
    assert render(saved(document), {"name": "冼燊"}).paragraphs[0].text == "冼燊"


@pytest.mark.parametrize("count", [0, 1, 15, 500])
def test_rows_repeat(count: int) -> None:
    compiled = compile_template(roster(), "roster.docx")
    trainees = [{"name": f"学员{number}"} for number in range(count)]
    table = opened(compiled.render({"trainees": trainees})).tables[0]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows == [
        ["序号", "姓名"],
        *([str(n + 1), f"学员{n}"] for n in range(count)),
        ["合计", str(count)],
    ]
    assert all(row.height == table.rows[1].height for row in table.rows[1 : count + 1])
    if count:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table.rows[count]._tr.trPr.find(qn("w:cantSplit")) is not None
        assert table.rows[count].height is not None


def test_table_left_without_rows_goes() -> None:
    document = Document()
    table = document.add_table(rows=3, cols=1)
    for row, text in zip(table.rows, ["{%tr for t in trainees %}", "{{ t }}", "{%tr endfor %}"], strict=True):
        row.cells[0].text = text
    compiled = compile_template(saved(document), "t.docx")
    assert opened(compiled.render({"trainees": []})).tables == []
    assert len(opened(compiled.render({"trainees": ["甲"]})).tables[0].rows) == 1


def test_cell_left_without_paragraphs_gets_one() -> None:
    document = Document()
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    cell.text = "{%p if shown %}"
    cell.add_paragraph("字")
    cell.add_paragraph("{%p endif %}")
    compiled = compile_template(saved(document), "t.docx")
    assert opened(compiled.render({"shown": False})).tables[0].cell(0, 0).text == ""
    assert opened(compiled.render({"shown": True})).tables[0].cell(0, 0).text == "字"


def test_columns_repeat_and_the_grid_follows() -> None:
    document = Document()
    row = document.add_table(rows=1, cols=3).rows[0]
    for cell, text in zip(row.cells, ["{%tc for d in days %}", "{{ d }}", "{%tc endfor %}"], strict=True):
        cell.text = text
    table = render(saved(document), {"days": ["一", "二", "三", "四", "五"]}).tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["一", "二", "三", "四", "五"]
    assert len(table.columns) == 5


def cells(row: Any) -> list[tuple[str, str | None, str | None]]:
    """Text, span and vertical merge of each cell as they are stored."""
    found = []
    for cell in row._tr.tc_lst:
        span, merge = (cell.tcPr.find(qn(f"w:{name}")) for name in ("gridSpan", "vMerge"))
        values = [None if each is None else each.get(qn("w:val")) for each in (span, merge)]
        found.append(("".join(text.text or "" for text in cell.iter(qn("w:t"))), *values))
    return found


def test_cells_merge_downward_within_a_loop() -> None:
    document = Document()
    table = document.add_table(rows=3, cols=2)
    lines = [("{%tr for t in items %}", ""), ("{% vm %}{{ kind }}", "{{ t }}"), ("{%tr endfor %}", "")]
    for row, texts in zip(table.rows, lines, strict=True):
        row.cells[0].text, row.cells[1].text = texts
    rows = render(saved(document), {"kind": "甲", "items": ["一", "二", "三"]}).tables[0].rows
    assert [cells(row) for row in rows] == [
        [("甲", None, "restart"), ("一", None, None)],
        [("", None, "continue"), ("二", None, None)],
        [("", None, "continue"), ("三", None, None)],
    ]


def test_cells_merge_sideways_within_a_loop() -> None:
    document = Document()
    table = document.add_table(rows=2, cols=3)
    for cell, text in zip(
        table.rows[0].cells, ["{%tc for d in days %}", "{% hm %}{{ title }}", "{%tc endfor %}"], strict=True
    ):
        cell.text = text
    for cell, text in zip(table.rows[1].cells, ["{%tc for d in days %}", "{{ d }}", "{%tc endfor %}"], strict=True):
        cell.text = text
    rows = render(saved(document), {"title": "考勤", "days": ["一", "二", "三"]}).tables[0].rows
    assert [cells(row) for row in rows] == [[("考勤", "3", None)], [(day, None, None) for day in "一二三"]]


def test_span_and_shading_are_worked_out() -> None:
    document = Document()
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text = "{% colspan count %}{{ title }}"
    table.cell(0, 0)._tc.getnext().getparent().remove(table.cell(0, 0)._tc.getnext())
    table.rows[1].cells[0].text = "{% cellbg 'FF0000' if bad else 'FFFFFF' %}{{ title }}"
    made = render(saved(document), {"count": 2, "title": "甲 & 乙", "bad": True}).tables[0]
    assert cells(made.rows[0]) == [("甲 & 乙", "2", None)]
    assert made.rows[1]._tr.tc_lst[0].tcPr.find(qn("w:shd")).get(qn("w:fill")) == "FF0000"


def test_tick_has_its_own_font_and_the_rest_keeps_its_own() -> None:
    document = Document()
    run = document.add_paragraph().add_run("{{ mode|boxes(['线下', '线上']) }}。")
    run.font.name = "Times New Roman"
    run._r.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    runs = render(saved(document), {"mode": "线上"}).paragraphs[0].runs
    assert "".join(each.text for each in runs) == "□线下　☑线上。"
    fonts = {each.text: each._r.rPr.rFonts for each in runs}
    assert {fonts["☑"].get(qn(f"w:{kind}")) for kind in ("ascii", "hAnsi", "eastAsia", "cs")} == {"Segoe UI Symbol"}
    assert all(font.get(qn("w:eastAsia")) == "宋体" for text, font in fonts.items() if text != "☑")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("写 {% raw %}{{ name }}{% endraw %}：{{ name }}", "写 {{ name }}：甲"),
        ("写 {% raw %}{% if name %}、{# 注 #}、{% endif %}{% endraw %}", "写 {% if name %}、{# 注 #}、{% endif %}"),
        ("写 {% raw %}{% if name %}{{ name }}{% endraw %}", "写 {% if name %}{{ name }}"),
    ],
)
def test_what_is_to_stand_as_it_is_written_does(text: str, printed: str) -> None:
    assert [one.text for one in render(paragraphs(text), {"name": "甲"}).paragraphs] == [printed]


def test_a_fault_behind_what_stands_as_it_is_written_is_placed() -> None:
    text = "{% raw %}{{ a }}{{ b }}{% endraw %}", "{{ name }}", "{{ nome }}"
    with pytest.raises(TemplateBroken) as broken:
        render(paragraphs(*text), {"name": "甲"})
    [problem] = broken.value.problems
    assert "第 3 段" in str(problem.place)


def test_missing_facts_print_by_the_law() -> None:
    facts = {"a": Empty("班次编号", missing=True), "b": Empty("成绩"), "day": date(2026, 11, 4)}
    document = render(paragraphs("{{ a }}|{{ b }}|{{ day }}|{% if b %}有{% endif %}"), facts)
    assert document.paragraphs[0].text == "【缺：班次编号】||2026年11月4日|"


def test_heads_feet_and_properties_are_filled() -> None:
    document = Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = "{{ print.draft }} {{ name }}"
    section.footer.paragraphs[0].text = "{{ print.hash }}"
    document.core_properties.title = "{{ name }}"
    document.core_properties.keywords = "{{ name }}"
    facts = {"name": "A&B", "print": {"draft": "草稿", "hash": "0123abcd"}}
    compiled = compile_template(saved(document), "t.docx")
    made = opened(compiled.render(facts))
    assert made.sections[0].header.paragraphs[0].text == "草稿 A&B"
    assert made.sections[0].footer.paragraphs[0].text == "0123abcd"
    assert (made.core_properties.title, made.core_properties.keywords) == ("A&B", "A&B")


def test_names_tell_where_they_are_asked() -> None:
    document = opened(roster())
    document.sections[0].footer.paragraphs[0].text = "{{ print.hash }}"
    document.core_properties.subject = "{{ class_no }}"
    compiled = compile_template(saved(document), "roster.docx")
    found = {name.path: (name.place.part, name.place.spot) for name in compiled.names}
    assert found["trainees[].name"] == ("正文", "表 1 第 3 行第 2 列")
    assert found["print.hash"] == ("页脚1", "第 1 段")
    assert found["class_no"] == ("文档属性", "主题")
    assert {name.place.template for name in compiled.names} == {"roster.docx"}


def test_equal_facts_give_equal_bytes() -> None:
    compiled = compile_template(roster(), "roster.docx")
    facts = {"trainees": [{"name": "甲"}]}
    assert compiled.render(facts) == compiled.render(facts)
    assert compile_template(roster(), "roster.docx").render(facts)[:4] == b"PK\x03\x04"


def test_drawing_ids_are_unique() -> None:
    document = Document()
    paragraph = document.add_paragraph("{% for x in items %}")
    drawing = (
        f'<w:r {nsdecls("w", "wp")}><w:drawing><wp:inline><wp:docPr id="1" name="图"/></wp:inline></w:drawing></w:r>'
    )
    paragraph._p.append(parse_xml(drawing))
    paragraph.add_run("{% endfor %}")
    xml = part(compile_template(saved(document), "t.docx").render({"items": [1, 2, 3]}))
    ids = re.findall(r'<wp:docPr id="(\d+)"', xml)
    assert len(ids) == len(set(ids)) == 3


# -- one document of many --------------------------------------------------------------------------------------


def paged() -> bytes:
    document = Document()
    document.add_paragraph("{{ s.title }}")
    section = document.sections[0]
    section.header.paragraphs[0].text = "{{ s.title }}"
    field = f'<w:fldSimple {nsdecls("w")} w:instr=" NUMPAGES "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    section.footer.paragraphs[0]._p.append(parse_xml(field))
    return saved(document)


def test_pages_are_sections_with_their_own_heads() -> None:
    compiled = compile_template(paged(), "t.docx")
    assert compiled.counts_pages
    data = compiled.render_each([{"s": {"title": title}} for title in ("甲", "乙", "乙")], "pages", [])
    made = opened(data)
    assert [section.header.paragraphs[0].text for section in made.sections] == ["甲", "乙", "乙"]
    assert [each.text for each in made.paragraphs] == ["甲", "乙", "乙"]
    starts = [section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) for section in made.sections]
    kinds = [section._sectPr.find(qn("w:type")).get(qn("w:val")) for section in made.sections]
    assert (starts, kinds) == (["1", "1", "1"], ["nextPage"] * 3)
    assert len(re.findall(r"word/header\d", " ".join(zipfile.ZipFile(io.BytesIO(data)).namelist()))) == 2
    assert "SECTIONPAGES" in part(data, "word/footer1.xml")
    assert data == compiled.render_each([{"s": {"title": title}} for title in ("甲", "乙", "乙")], "pages", [])


def test_page_that_ends_in_a_table_gets_the_lowest_paragraph() -> None:
    document = opened(roster())
    compiled = compile_template(saved(document), "t.docx")
    made = opened(compiled.render_each([{"trainees": []}, {"trainees": [{"name": "甲"}]}], "pages"))
    assert [len(table.rows) for table in made.tables] == [2, 3]
    assert len(made.sections) == 2


def test_word_has_no_worksheets() -> None:
    with pytest.raises(RepeatUnsuitable):
        compile_template(paged(), "t.docx").render_each([{}], "sheets")


NOTES = (
    f'<w:footnotes {nsdecls("w")}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
    '<w:footnote w:id="1"><w:p><w:r><w:t>注{{ s.title }}</w:t></w:r></w:p></w:footnote></w:footnotes>'
)


def noted() -> bytes:
    document = opened(paged())
    document.paragraphs[0]._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="1"/></w:r>'))
    data = saved(document)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    types = part(data, "[Content_Types].xml").replace(
        "</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>'
    )
    return repacked(data, {"[Content_Types].xml": types.encode(), "word/footnotes.xml": NOTES.encode()})


def test_every_page_has_its_own_footnotes() -> None:
    compiled = compile_template(noted(), "t.docx")
    assert ("脚注", "第 1 条第 1 段") in {(name.place.part, name.place.spot) for name in compiled.names}
    data = compiled.render_each([{"s": {"title": title}} for title in "甲乙丙"], "pages")
    ids = re.findall(r'footnoteReference w:id="(\d+)"', part(data))
    notes = dict(re.findall(r'<w:footnote w:id="(\d+)">.*?<w:t[^>]*>(.*?)</w:t>', part(data, "word/footnotes.xml")))
    assert [notes[each] for each in ids] == ["注甲", "注乙", "注丙"]


# -- what is refused -------------------------------------------------------------------------------------------


def test_all_faults_are_told_at_once_with_their_places() -> None:
    document = Document()
    document.add_paragraph("{{ name }")
    document.add_paragraph("{{ a + }} {{ b|nosuch }}")
    table = document.add_table(rows=2, cols=2)
    table.cell(1, 1).text = "{%tr for t in trainees %}"
    document.sections[0].header.paragraphs[0].text = "{% if x %}"
    document.core_properties.title = "{{ y"
    assert problems(saved(document)) == [
        ("TEMPLATE_BRACES", "正文", "第 1 段"),
        ("TEMPLATE_SYNTAX", "正文", "第 2 段"),
        ("TEMPLATE_SYNTAX", "正文", "第 2 段"),
        ("TEMPLATE_BLOCK", "正文", "表 1 第 2 行第 2 列"),
        ("TEMPLATE_BLOCK", "页眉1", "第 1 段"),
        ("TEMPLATE_BRACES", "文档属性", "标题"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{% endfor %}", "TEMPLATE_BLOCK"),
        ("{% for x in y %}{% endif %}{% endfor %}", "TEMPLATE_BLOCK"),
        ("{% else %}", "TEMPLATE_BLOCK"),
        ("{% include 'x' %}", "TEMPLATE_REFUSED"),
        ("{% tr for x in y %}", "TEMPLATE_SYNTAX"),
        ("{{tc name }}", "TEMPLATE_SYNTAX"),
        ("{{ ''.__class__ }} }}", "TEMPLATE_BRACES"),
        ("{% nonsense %}", "TEMPLATE_SYNTAX"),
    ],
)
def test_faulty_tags(text: str, code: str) -> None:
    assert code in [found for found, _, _ in problems(paragraphs(text))]


def test_row_tags_that_share_a_row() -> None:
    document = Document()
    row = document.add_table(rows=1, cols=3).rows[0]
    for cell, text in zip(row.cells, ["{%tr for t in trainees %}", "{{ t }}", "{%tr endfor %}"], strict=True):
        cell.text = text
    assert ("TEMPLATE_SWALLOWED", "正文", "表 1 第 1 行第 2 列") in problems(saved(document))


def test_block_that_begins_outside_a_table_and_ends_inside() -> None:
    document = Document()
    document.add_paragraph("{% if x %}")
    document.add_table(rows=1, cols=1).cell(0, 0).text = "{% endif %}"
    assert problems(saved(document)) == [("TEMPLATE_STRADDLES", "正文", "第 1 段")]


def test_row_tag_beside_a_table_inside_its_row() -> None:
    document = Document()
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text = "{%tr if x %}"
    table.cell(0, 1).add_table(rows=1, cols=1)
    table.cell(1, 0).text = "{%tr endif %}"
    assert "TEMPLATE_STRADDLES" in [code for code, _, _ in problems(saved(document))]


def failing(text: str, facts: Mapping[str, object]) -> Any:
    compiled = compile_template(paragraphs("第一段", text), "t.docx")
    with pytest.raises(TemplateBroken) as caught:
        compiled.render(facts)
    return caught.value.problems[0]


def test_unknown_name_is_placed_and_the_nearest_told() -> None:
    problem = failing("{{ class_on }}", {"class_no": "1"})
    assert (problem.code, problem.place.spot) == ("TEMPLATE_NAME", "第 2 段")
    assert "class_no" in problem.remedy
    problem = failing("{% for t in trainees %}{{ t.nane }}{% endfor %}", {"trainees": [{"name": "甲"}]})
    assert (problem.code, problem.place.spot) == ("TEMPLATE_NAME", "第 2 段")
    assert "name" in problem.remedy


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
        "{{ 'x' * 999999999 }}",
        "{{ 9 ** 99999999 }}",
        "{{ 1 / 0 }}",
        "{{ name.upper() }}",
    ],
)
def test_expressions_without_end_or_leave_are_stopped(text: str) -> None:
    problem = failing(text, {"name": "甲"})
    assert problem.place.spot == "第 2 段"
    assert problem.code.startswith("TEMPLATE_")


def test_files_that_are_no_templates() -> None:
    good = paragraphs("{{ a }}")
    assert problems(b"not a zip") == [("TEMPLATE_DAMAGED", "", "")]
    assert problems(good[: len(good) // 2]) == [("TEMPLATE_DAMAGED", "", "")]
    assert problems(b"") == [("TEMPLATE_DAMAGED", "", "")]
    assert problems(good, "t.xlsx") == [("TEMPLATE_RENAMED", "", "")]
    assert problems(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)) == [("TEMPLATE_OLD", "", "")]
    encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    assert problems(encrypted) == [("TEMPLATE_ENCRYPTED", "", "")]


def repacked(data: bytes, changes: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [*old.namelist(), *(name for name in changes if name not in old.namelist())]:
            new.writestr(name, changes.get(name) or old.read(name))
    return out.getvalue()


def test_packages_that_mean_harm() -> None:
    good = paragraphs("{{ a }}")
    types = part(good, "[Content_Types].xml")
    macros = types.replace(
        "vnd.openxmlformats-officedocument.wordprocessingml.document.main", "vnd.ms-word.document.macroEnabled.main"
    )
    assert problems(repacked(good, {"[Content_Types].xml": macros.encode()})) == [("TEMPLATE_MACROS", "", "")]
    assert problems(repacked(good, {"word/vbaProject.bin": b"x"})) == [("TEMPLATE_MACROS", "", "")]
    assert problems(repacked(good, {"../evil": b"x"})) == [("TEMPLATE_DAMAGED", "", "")]
    assert problems(repacked(good, {"word/media/a.png": bytes(65 * 1024 * 1024)})) == [("TEMPLATE_TOO_LARGE", "", "")]
    bomb = b'<!DOCTYPE a [<!ENTITY x "xxxxxxxx">]><a>&x;</a>'
    assert problems(repacked(good, {"word/document.xml": bomb})) == [("TEMPLATE_DAMAGED", "正文", "")]
    assert problems(repacked(good, {"word/document.xml": b"<w:document"})) == [("TEMPLATE_DAMAGED", "正文", "")]
