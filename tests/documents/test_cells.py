"""Papers cell by cell: what stands in Word and Excel against the facts, taken from the samples without the engine."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from tests.documents.conftest import Made, Papers
from tests.papers import excel_cells, office_text, squeezed, word_rows, word_text
from tests.rendering import excel_rules, word_rules

TEMPLATES = Path(__file__).parents[2] / "templates"
CLASSES = ("class_50", "class_500")
Row = dict[str, Any]


# -- the facts, worked out by other means than the engine's ----------------------------------------------------------


def people(papers: Papers, name: str) -> list[Row]:
    rows = sorted(papers.data[name]["trainees"].values(), key=lambda row: row["@order"])
    return [{**row, "sex": sex(row)} for row in rows]


def sex(row: Row) -> str:
    if "sex_stated" in row:
        return str(row["sex_stated"])
    return "男" if int(row["id_no"][16]) % 2 else "女"


def passed(row: Row) -> bool:
    return "absent" not in row and min(Decimal(row["theory"]), Decimal(row["practice"])) >= 60


def result(row: Row) -> str:
    return "缺考" if "absent" in row else "合格" if passed(row) else "不合格"


def day(text: str | None) -> str:
    if not text:
        return ""
    on = date.fromisoformat(text)
    return f"{on.year}年{on.month}月{on.day}日"


def span(text: str) -> str:
    return text.replace("-", "—")


def sessions(papers: Papers, name: str) -> list[Row]:
    return sorted(papers.data[name]["sessions"].values(), key=lambda row: row["@order"])


def linked(papers: Papers, record: str) -> Row:
    name = next(name for name, known in papers.ids.items() if known == record)
    return dict(papers.data[name])


# -- reading ---------------------------------------------------------------------------------------------------------


def numbered(made: Made, width: int) -> list[list[str]]:
    """Rows of a Word list that begin with their number, the number left out, the rows left for the pen too."""
    rows = [row for row in word_rows(made.office[".docx"]) if len(row) == width and row[0].isdigit() and row[1]]
    assert [int(row[0]) for row in rows] == list(range(1, len(rows) + 1))
    return [[squeezed(cell) for cell in row[1:]] for row in rows]


def sheet_rows(made: Made) -> list[list[Any]]:
    """The same out of Excel, values as they are; the first list of the sheet."""
    sheet = load_workbook(io.BytesIO(made.office[".xlsx"])).worksheets[0]
    rows: list[list[Any]] = []
    for row in sheet.iter_rows(values_only=True):
        if isinstance(row[0], int) and row[0] == len(rows) + 1:
            rows.append(["" if cell is None else cell for cell in row[1:]])
    return rows


def roster_line(row: Row) -> list[str]:
    keys = ("name", "sex", "id_no", "education", "hukou_region", "person_class", "employer", "mobile", "note")
    return [str(row.get(key, "")) for key in keys]


# -- lists -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*CLASSES, "roster_0", "roster_1", "roster_15", "roster_16"])
def test_the_roster_lists_everybody_in_word_and_excel(papers: Papers, name: str) -> None:
    made = papers.made[name, "trainee_roster"]
    expected = [roster_line(row) for row in people(papers, name)]
    assert numbered(made, 10) == [[squeezed(cell) for cell in row] for row in expected]
    assert [[str(cell) for cell in row] for row in sheet_rows(made)] == expected
    assert made.state == ("draft" if name == "roster_0" else "ready")


def test_numbers_that_are_texts_stay_texts_in_excel(papers: Papers) -> None:
    sheet = load_workbook(io.BytesIO(papers.made["class_50", "trainee_roster"].office[".xlsx"])).worksheets[0]
    cells = [row for row in sheet.iter_rows(min_row=6) if isinstance(row[0].value, int)]
    assert len(cells) == 50
    for row in cells:
        assert (row[3].data_type, row[8].data_type) == ("s", "s")
        assert (row[3].number_format, row[8].number_format) == ("@", "@")
        assert row[0].data_type == "n"


@pytest.mark.parametrize("name", CLASSES)
def test_the_issuance_roster_lists_who_passed_and_apart_who_did_not(papers: Papers, name: str) -> None:
    made = papers.made[name, "issuance_roster"]
    good = [row for row in people(papers, name) if passed(row)]
    bad = [row for row in people(papers, name) if not passed(row)]
    hours = str(linked(papers, papers.data[name]["course"])["total_hours"])
    rows = [row for row in word_rows(made.office[".docx"]) if row[0].isdigit() and row[1]]
    listed = [[squeezed(cell) for cell in row[1:10]] for row in rows if len(row) == 11]
    assert listed == [
        [
            *(r["name"], r["sex"], r["id_no"], hours, str(r["theory"]), str(r["practice"])),
            *("合格", r["cert_no"], day(r["issue_date"])),
        ]
        for r in good
    ]  # fmt: skip
    rest = [[squeezed(cell) for cell in row[1:7]] for row in rows if len(row) == 8]
    assert rest == [
        [r["name"], r["sex"], r["id_no"], str(r.get("theory", "/")), str(r.get("practice", "/")), result(r)]
        for r in bad
    ]
    in_excel = [[str(cell) for cell in row[:3]] for row in sheet_rows(made)]
    assert in_excel == [[r["name"], r["sex"], r["id_no"]] for r in good]
    text = squeezed(office_text(made.office[".xlsx"], ".xlsx"))
    assert squeezed(f"核发人数：{len(good)} 人") in text
    assert all(r["name"] in text for r in bad)


@pytest.mark.parametrize("name", CLASSES)
def test_sign_in_sheets_are_one_for_every_session(papers: Papers, name: str) -> None:
    made = papers.made[name, "sign_in"]
    rows = word_rows(made.office[".docx"])
    lists = [[row[1], row[2]] for row in rows if row[0].isdigit() and row[1]]
    expected = [[row["name"], row["id_no"][-4:]] for row in people(papers, name)]
    assert lists == expected * len(sessions(papers, name))
    assert made.parts == len(sessions(papers, name))
    text = squeezed(word_text(made.office[".docx"]))
    for session in sessions(papers, name):
        assert squeezed(day(session["date"])) in text
        assert squeezed(span(session["time"])) in text


@pytest.mark.parametrize("name", CLASSES)
def test_lists_of_the_exam(papers: Papers, name: str) -> None:
    everybody = people(papers, name)
    assert [row[:2] for row in numbered(papers.made[name, "exam_sign_in"], 6)] == [
        [row["name"], row["id_no"]] for row in everybody
    ]
    assert [row[:5] for row in numbered(papers.made[name, "score_sheet"], 7)] == [
        [row["name"], row["id_no"], str(row.get("theory", "/")), str(row.get("practice", "/")), result(row)]
        for row in everybody
    ]
    good = [row for row in everybody if passed(row)]
    assert [row[:4] for row in numbered(papers.made[name, "receipt_roster"], 6)] == [
        [row["name"], row["id_no"][-4:], row["cert_no"], day(row["receipt_date"])] for row in good
    ]


@pytest.mark.parametrize("name", CLASSES)
def test_a_certificate_for_everybody_who_passed(papers: Papers, name: str) -> None:
    good = [row for row in people(papers, name) if passed(row)]
    made = papers.made[name, "certificate"]
    text = squeezed(word_text(made.office[".docx"]))
    for row in good:
        assert f"{row['name']}({row.get('doc_type', '居民身份证')}号码:{row['id_no']})" in text
        assert f"证书编号:{row['cert_no']}" in text
    assert text.count("特发此证") == len(good)
    assert len(Document(io.BytesIO(made.office[".docx"])).sections) == len(good)


def test_a_certificate_is_set_in_one_face() -> None:
    document = Document(str(TEMPLATES / "foshan" / "certificate.docx"))
    paragraphs = [p for row in document.tables[0].rows for cell in row.cells for p in cell.paragraphs]
    runs = [run for paragraph in paragraphs for run in paragraph.runs if run.text and "print." not in run.text]
    faces = {tuple(run._r.rPr.rFonts.get(qn(f"w:{name}")) for name in ("eastAsia", "ascii", "hAnsi")) for run in runs}
    assert any("trainee.name" in run.text for run in runs)
    assert faces == {("楷体_GB2312", "Times New Roman", "Times New Roman")}


@pytest.mark.parametrize("name", CLASSES)
def test_the_plan_and_the_log_list_the_sessions(papers: Papers, name: str) -> None:
    expected = []
    for row in sessions(papers, name):
        teacher = linked(papers, row["teacher"])
        weekday = "一二三四五六日"[date.fromisoformat(row["date"]).weekday()]
        expected.append(
            [
                *(day(row["date"]), f"星期{weekday}", span(row["time"]), str(row["hours"]), squeezed(row["content"])),
                *(row["kind"], teacher["name"], teacher["mobile"], row["room"], ""),
            ]
        )  # fmt: skip
    assert numbered(papers.made[name, "training_plan"], 11) == expected
    grid = papers.data[name]["attendance"]
    log = [
        row for row in word_rows(papers.made[name, "teaching_log"].office[".docx"]) if "年" in row[0] and len(row) == 6
    ]
    came = [sum(state in "到迟早" for state in grid[key].values()) for key in papers.data[name]["sessions"]]
    count = len(papers.data[name]["trainees"])
    assert [[squeezed(cell) for cell in row[:5]] for row in log] == [
        [row[0], row[2], row[4], row[3], f"{count}/{present}"] for row, present in zip(expected, came, strict=True)
    ]


@pytest.mark.parametrize("name", CLASSES)
def test_the_contents_of_the_file(papers: Papers, name: str) -> None:
    items = papers.data[name]["archive_items"].values()
    author = linked(papers, papers.data[name]["institution"])["inst_name"]
    rows = [
        row for row in word_rows(papers.made[name, "archive_contents"].office[".docx"]) if row[0].isdigit() and row[3]
    ]
    assert [[squeezed(cell) for cell in row[2:6]] for row in rows] == [
        [author, squeezed(item["title"]), day(item["date"]), item["pages"]] for item in items
    ]


def test_the_spine_says_the_same_on_a_strip_for_each_box(papers: Papers) -> None:
    rows = word_rows(papers.made["class_50", "archive_spine"].office[".docx"])
    labels = ["全宗", "年度", "类别", "题名", "班次编号", "保管期限", "档号", "盒号"]
    assert [squeezed(row[0]).replace("　", "") for row in rows[::2]] == labels
    for row in rows:
        strips = [squeezed(row[column]) for column in (0, 2, 4)]
        assert len(set(strips)) == 1, row
    told = dict(zip(labels, (squeezed(row[0]) for row in rows[1::2]), strict=True))
    assert (told["年度"], told["类别"], told["保管期限"], told["盒号"]) == ("2026", "职业技能培训", "5年", "")
    assert told["题名"].endswith("培训与考核档案")


def test_the_list_of_leaves(papers: Papers) -> None:
    cells = excel_cells(papers.made["leave_request", "leave_days"].office[".xlsx"])
    assert [cells[f"D{n}"] for n in (4, 5, 6)] == [3, 1, 4]
    assert str(cells["B4"]).startswith("2026-12-07")
    rows = numbered(papers.made["leave_request", "leave_paper"], 6)
    assert [row[:4] for row in rows] == [
        ["2026年12月7日", "2026年12月9日", "3", "关甲寅"],
        ["2026年12月21日", "2026年12月21日", "1", "简乙卯"],
    ]


# -- single facts ----------------------------------------------------------------------------------------------------


def _words(text: str) -> list[str]:
    return text.split()


SINGLE = {
    ("class_50", "training_plan"): _words("class_no head_teacher head_teacher_tel plan_date exam_date exam_time"),
    ("class_50", "trainee_roster"): _words("class_no start_date end_date plan_date"),
    ("class_50", "sign_in"): ["class_no"],
    ("class_50", "invigilation_record"): _words("class_no paper_no exam_date exam_time exam_room exam_chief"),
    ("class_50", "score_sheet"): _words("class_no result_date"),
    ("class_50", "archive_cover"): _words("class_no archive_no archivist archive_date start_date end_date"),
    ("class_50", "archive_spine"): _words("class_no archive_no"),
    ("syllabus_home", "syllabus_paper"): _words(
        "objective audience entry_req theory_method practice_method syllabus_date"
    ),
    ("application", "application_form"): _words("track_record"),
    ("inspection", "inspection_record"): _words("inspect_date inspect_time actual_content actual_teacher ledger_note"),
    ("reissue", "reissue_application"): _words("cert_no reason_note"),
    ("reissue", "certificate_again"): ["cert_no"],
    ("leave_request", "leave_paper"): _words("applicant department phone reason"),
}
FROM_LINKS = {
    ("class_50", "archive_cover"): {"institution": ["inst_name"]},
    ("class_50", "archive_spine"): {"institution": ["inst_name"]},
    ("class_50", "training_plan"): {"institution": ["inst_name"], "course": ["course_name"]},
    ("application", "application_form"): {
        "round": ["title"],
        "institution": _words(
            "inst_name uscc inst_type ownership district legal_rep legal_rep_tel license_no license_valid_to reg_no "
            "address site_area_m2 contact contact_tel email introduction"
        ),
    },
    ("syllabus_home", "syllabus_paper"): {
        "institution": ["inst_name"],
        "course": _words("course_name course_code occupation"),
    },
    ("inspection", "inspection_record"): {"training_class": ["class_no"]},
    ("reissue", "reissue_application"): {"training_class": ["class_no"]},
}


def shown(value: Any) -> str:
    text = str(value)
    try:
        return squeezed(day(text))
    except ValueError:
        return squeezed(span(text) if ":" in text and "-" in text else text)


@pytest.mark.parametrize(("name", "key"), sorted({*SINGLE, *FROM_LINKS}))
def test_single_facts(papers: Papers, name: str, key: str) -> None:
    data = papers.data[name]
    wanted = [data[fact] for fact in SINGLE.get((name, key), ())]
    for link, facts in FROM_LINKS.get((name, key), {}).items():
        wanted += [linked(papers, data[link])[fact] for fact in facts]
    text = squeezed(word_text(papers.made[name, key].office[".docx"]))
    assert [value for value in wanted if shown(value) not in text] == []


def test_rows_of_the_application_and_the_syllabus(papers: Papers) -> None:
    rows = numbered(papers.made["application", "application_form"], 7)
    assert [row[0] for row in rows[:3]] == ["家政服务基础", "低压电工安全操作", "养老护理入门"]
    assert [row[4] for row in rows[:3]] == ["300", "600", "200"]
    text = squeezed(word_text(papers.made["syllabus_home", "syllabus_paper"].office[".docx"]))
    for module in papers.data["syllabus_home"]["modules"].values():
        assert squeezed(module["title"]) in text
        assert squeezed(module["content"]) in text


def test_choices_are_boxes(papers: Papers) -> None:
    text = word_text(papers.made["inspection", "inspection_record"].office[".docx"])
    assert "☑现场检查" in text
    assert "□实时视频监控" in text
    assert "☑电话回访学员" in text
    assert "☑遗失" in word_text(papers.made["reissue", "reissue_application"].office[".docx"])
    assert "☑年假" in word_text(papers.made["leave_request", "leave_paper"].office[".docx"])


# -- all papers ------------------------------------------------------------------------------------------------------


def test_every_document_of_every_form_is_among_them(papers: Papers) -> None:
    forms = papers.desk.definitions.forms
    expected = {document.key for form in forms.values() for document in form.documents}
    assert {key for _, key in papers.made} == expected
    assert len(expected) >= 18


def test_nothing_of_the_templates_is_left(papers: Papers) -> None:
    for (name, key), made in papers.made.items():
        for suffix, data in made.office.items():
            text = office_text(data, suffix)
            for trace in ("Undefined", "{{", "{%", "Decimal(", "None", "Empty", "object at 0x"):
                assert trace not in text or name == "class_hostile", (name, key, suffix, trace)
            assert made.hash in text
            assert "【缺" not in text or made.state == "draft", (name, key)


def test_every_paper_opens_without_repair(papers: Papers) -> None:
    rules = {".docx": word_rules.broken_rules, ".xlsx": excel_rules.faults}
    found = {
        (name, key, suffix): rules[suffix](data)
        for (name, key), made in papers.made.items()
        for suffix, data in made.office.items()
    }
    assert len(found) > len(papers.made)
    assert {paper: broken for paper, broken in found.items() if broken} == {}


def test_every_run_names_a_chinese_font(papers: Papers) -> None:
    for (name, key), made in papers.made.items():
        if ".docx" not in made.office or name == "class_500":
            continue
        document = Document(io.BytesIO(made.office[".docx"]))
        assert document.styles.element.xpath("//w:rFonts/@w:eastAsia"), (name, key)
        for run in document.element.body.xpath(".//w:r[w:t]"):
            if any("\u4e00" <= char <= "\u9fff" for char in "".join(run.xpath("./w:t/text()"))):
                assert run.xpath("./w:rPr/w:rFonts/@w:eastAsia"), (name, key, run.xpath("./w:t/text()"))


def test_list_rows_do_not_break_and_heads_repeat(papers: Papers) -> None:
    for (name, key), made in papers.made.items():
        if ".docx" not in made.office or name != "class_50":
            continue
        for table in Document(io.BytesIO(made.office[".docx"])).element.body.xpath(".//w:tbl"):
            rows = table.xpath("./w:tr[not(w:trPr/w:cantSplit)]")
            assert not rows or key in ("certificate",), (key, rows[0].xpath(".//w:t/text()")[:3])
    for key in ("trainee_roster", "sign_in", "exam_sign_in", "score_sheet", "issuance_roster", "receipt_roster"):
        body = Document(io.BytesIO(papers.made["class_500", key].office[".docx"])).element.body
        assert body.xpath(".//w:trPr/w:tblHeader"), key
