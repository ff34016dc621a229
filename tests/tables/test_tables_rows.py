"""Rows: every cell through its field's type, every fault with its cell, lines that are no data named."""

from datetime import date, datetime
from pathlib import Path

import pytest

from onefill.definitions.model import FieldDefinition, Repeat, Section
from onefill.fields.normalise import fold
from onefill.problems import CellPlace
from onefill.tables import ReadRows, match, read, rows
from samples.workbooks import _ERRORS, broken_roster, clean_roster
from tests.tables.making import GOOD, HEADER, book, section, sheet_xml, with_parts


def taken(data: bytes, of: Section | None = None, **options: object) -> ReadRows:
    workbook = read(data, "a.xlsx")
    mapping = match(workbook, of or section())
    assert not mapping.problems
    return rows(workbook, mapping, **options)  # type: ignore[arg-type]


def test_the_clean_roster() -> None:
    read_rows = taken(clean_roster())
    assert len(read_rows.rows) == 50
    assert (read_rows.problems, read_rows.skipped, read_rows.notes) == ((), (), ())
    first = read_rows.rows[0]
    assert (first.number, first.cells["name"].address) == (4, "A4")
    assert first.stored()["id_no"] == first.cells["id_no"].shown


def test_the_broken_roster() -> None:
    read_rows = taken(broken_roster())
    told = {problem.place.cell for problem in read_rows.problems if isinstance(problem.place, CellPlace)}
    wrong = [row for row, (what, _) in enumerate(_ERRORS, 5) if "身份证号码" in what and "没有" not in what]
    assert {f"C{row}" for row in wrong} <= told
    assert [(one.first, one.last, one.reason) for one in read_rows.skipped] == [
        (43, 43, "空行"),
        (45, 45, "空行"),
        (46, 46, "合计行"),
    ]
    first = read_rows.rows[1]
    assert first.stored()["id_no"] == {"raw": "4.4990219971029e+17"}
    assert all(problem.remedy for problem in read_rows.problems)


def test_the_broken_roster_from_the_old_format_says_the_same() -> None:
    old = taken((Path(__file__).parent / "roster.xls").read_bytes())
    assert old.problems == taken(broken_roster()).problems


def test_a_column_of_numbers_is_refused_by_the_kind_of_cell() -> None:
    """One number cut off in eleven still has the right check digit; that it is a number is what counts."""
    lines = [(f"陈样例{'甲乙丙丁'[n]}", 440604199001010000 + n * 1000, *GOOD[2:]) for n in range(4)]
    read_rows = taken(book(HEADER, *lines))
    assert [problem.code for problem in read_rows.problems] == ["ID_FORMAT"] * 4
    assert read_rows.rows[0].stored()["id_no"] == {"raw": "4.4060419900101e+17"}
    assert "把整列设为文本" in read_rows.notes[0]
    (text,) = taken(book(HEADER, (GOOD[0], "4.40604E+17", *GOOD[2:]))).problems
    assert "变成了数字" in text.what


DAYS = Section(
    key="days",
    title="日子",
    repeat=Repeat(max=10),
    fields=(
        FieldDefinition(key="day", label="哪天", type="date", required=True),
        FieldDefinition(key="hours", label="课时数", type="number", unit="课时/学时"),
        FieldDefinition(key="fee", label="费用", type="money", unit="元"),
        FieldDefinition(key="share", label="比例", type="number", unit="%"),
        FieldDefinition(key="start", label="几点", pattern=r"\d\d:\d\d"),
    ),
)


@pytest.mark.parametrize(
    "text",
    ["2026-11-04", "2026/11/4", "2026.11.4", "20261104", "2026年11月4日", "二〇二六年十一月四日", "11月4日", "11.4"],
)
def test_dates_as_text(text: str) -> None:
    read_rows = taken(book(["哪天", "费用"], [text, 1]), DAYS, today=lambda: date(2026, 1, 1))
    assert read_rows.rows[0].stored() == {"day": "2026-11-04", "fee": 1}


def test_dates_as_cells() -> None:
    for value in (date(2026, 11, 4), datetime(2026, 11, 4, 9, 30), 20261104):
        assert taken(book(["哪天", "费用"], [value, 1]), DAYS).rows[0].stored()["day"] == "2026-11-04"
    (problem,) = taken(book(["哪天", "费用"], [46330, 1]), DAYS).problems
    assert problem.place == CellPlace("名册", "A2")


@pytest.mark.parametrize(
    ("column", "text", "stored"),
    [
        ("课时数", "80课时", 80),
        ("课时数", "80 学时", 80),
        ("课时数", "1,080.5课时", "1080.5"),
        ("课时数", "八十", {"raw": "八十"}),
        ("课时数", "80分", {"raw": "80分"}),
        ("费用", "3500元", 3500),
        ("费用", "￥3,500.50", "3500.5"),
        ("比例", "85％", 85),
        ("比例", "85 %", 85),
    ],
)
def test_numbers_with_a_unit_behind(column: str, text: str, stored: object) -> None:
    (row,) = taken(book(["哪天", column], ["20261104", text]), DAYS).rows
    assert next(cell.stored for key, cell in row.cells.items() if key != "day") == stored


def test_percentages_and_times_as_cells() -> None:
    def change(sheet: object) -> None:
        sheet["B2"].number_format = "0.0%"  # type: ignore[index]
        sheet["C2"].number_format = "h:mm"  # type: ignore[index]

    (row,) = taken(book(["哪天", "比例", "几点"], ["20261104", 0.855, 0.375], change=change), DAYS).rows
    assert row.stored() == {"day": "2026-11-04", "share": "85.5", "start": "09:00"}


def test_formulas_and_errors() -> None:
    cells = '<row r="{0}"><c r="A{0}" t="str"><v>{1}</v></c><c r="B{0}" t="{2}"><f>X1</f>{3}</c></row>'
    xml = sheet_xml(
        cells.format(1, "哪天", "str", "<v>费用</v>")
        + cells.format(2, "20261104", "n", "<v>12.5</v>")
        + cells.format(3, "20261105", "e", "<v>#REF!</v>")
        + cells.format(4, "20261106", "n", "")
    )
    read_rows = taken(with_parts(book(["x"]), sheet=xml), DAYS)
    assert [row.stored().get("fee") for row in read_rows.rows] == ["12.5", {"raw": "#REF!"}, {"raw": "=?"}]
    assert [problem.code for problem in read_rows.problems] == ["CELL_ERROR", "FORMULA"]
    assert read_rows.notes == ("3 格是公式，用了上次算出的结果",)


def test_hidden_rows_are_read_and_told() -> None:
    def hide(sheet: object) -> None:
        sheet.row_dimensions[3].hidden = True  # type: ignore[attr-defined]

    read_rows = taken(book(HEADER, GOOD, ("李样例", *GOOD[1:]), change=hide))
    assert [row.hidden for row in read_rows.rows] == [False, True]
    assert read_rows.notes == ("隐藏的 1 行也读了：第 3 行",)


def test_a_cell_merged_over_several_rows_goes_for_each() -> None:
    def merge(sheet: object) -> None:
        sheet.merge_cells("D2:D4")  # type: ignore[attr-defined]

    lines = [
        GOOD,
        ("李样例", GOOD[1], "高中", None, "其他", GOOD[5]),
        ("王样例", GOOD[1], "高中", None, "其他", GOOD[5]),
    ]
    read_rows = taken(book(HEADER, *lines, change=merge))
    assert [row.stored()["hukou_region"] for row in read_rows.rows] == ["广东省佛山市"] * 3


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (["合计", "2 人"], "合计行"),
        (["合　计：2人"], "合　计：2人行"),
        (["小计"], "小计行"),
        (["总计", 2], "总计行"),
        (["制表人：陈样例", None, None, "审核："], "落款"),
        (["填表人", None, "李样例"], "落款"),
        ([None, "负责人（签字）："], "落款"),
        (["2026年11月4日"], "落款"),
        (["填表日期：    年  月  日"], "落款"),
        (["制表人：陈样例", "审核人：李样例"], "落款"),
        (["制表人", "陈样例", "审核人", "李样例", "负责人", "王样例"], "落款"),
        (["制表人：", "陈样例", "联系电话：13800138000"], "落款"),
        (["单位负责人：", None, "填表人：", "陈样例", "填表日期：", "2026年11月4日"], "落款"),
        (["日期：2026年"], "落款"),
        (["2026年11月"], "落款"),
        (["2026年11月4号"], "落款"),
        (["合计", "共1人"], "合计行"),
        (["合计", "12 人", "男 7 人", "女 5 人", "36", "1,200.00"], "合计行"),
        (["备注", "说明"], "说明文字"),
        (["备注：本表一式两份"], "说明文字"),
        (["注：1. 号码如实填写"], "说明文字"),
        (["说明"], "说明文字"),
        (list(HEADER), "又是一行表头"),
    ],
)
def test_lines_that_are_no_data(line: list[object], reason: str) -> None:
    read_rows = taken(book(HEADER, GOOD, line))
    assert len(read_rows.rows) == 1
    assert [(one.first, one.reason) for one in read_rows.skipped] == [(3, reason)]


def test_a_person_with_little_is_still_data() -> None:
    header = ["姓名", "身份证号码", "备注"]
    read_rows = taken(book(header, GOOD[:2], ("李样例", None, "说明：身份证补办中"), (None, None, "备注：两人")))
    assert [row.stored().get("name") for row in read_rows.rows] == ["陈样例", "李样例"]
    assert [one.reason for one in read_rows.skipped] == ["说明文字"]


@pytest.mark.parametrize(
    "line",
    [
        ("负责人", GOOD[1]),
        ("负责人", "H12345678", "高中", None, "其他"),
        ("总计", None, "高中", None, "其他", "13800000001"),
        ("备注", None, "高中", "广东省佛山市", "其他"),
    ],
)
def test_a_row_that_begins_like_a_signature_is_still_data(line: tuple[object, ...]) -> None:
    assert len(taken(book(HEADER, GOOD, line)).rows) == 2


def test_days_without_a_day_are_still_data() -> None:
    read_rows = taken(book(["哪天", "费用"], ["2026年11月", 1], ["2026年", 1], ["日期：2026年11月"]), DAYS)
    assert [row.number for row in read_rows.rows] == [2, 3]


def test_numbered_but_empty_lines_and_examples() -> None:
    lines = [("例", *GOOD), (1, *GOOD), (2,), (3,)]
    read_rows = taken(book(("序号", *HEADER), *lines))
    assert [row.number for row in read_rows.rows] == [3]
    assert [one.reason for one in read_rows.skipped] == ["示例行", "只有序号，没有内容", "只有序号，没有内容"]


def test_a_title_merged_over_the_table() -> None:
    def merge(sheet: object) -> None:
        sheet.merge_cells("A3:F3")  # type: ignore[attr-defined]

    read_rows = taken(book(HEADER, GOOD, ["第二组"], ("李样例", *GOOD[1:]), change=merge))
    assert [row.number for row in read_rows.rows] == [2, 4]
    assert read_rows.skipped[0].reason == "一整行的文字"


@pytest.mark.parametrize("name", ["总计", "计划", "注音", "说不得", "陈合计", "审核员"])
def test_people_are_not_mistaken_for_sums(name: str) -> None:
    assert len(taken(book(HEADER, (name, *GOOD[1:]))).rows) == 1


def test_a_lonely_cell_far_away_is_no_data() -> None:
    def change(sheet: object) -> None:
        sheet["XFD1048576"] = "孤单"  # type: ignore[index]

    read_rows = taken(book(HEADER, GOOD, change=change))
    assert len(read_rows.rows) == 1
    assert [(one.first, one.last) for one in read_rows.skipped] == [(3, 1_048_575), (1_048_576, 1_048_576)]


def test_documents_of_other_kinds() -> None:
    lines = [
        (*GOOD, "居民身份证"),
        ("李样例", "H12345678", *GOOD[2:], "港澳居民来往内地通行证"),
        ("王样例", "E12345678", *GOOD[2:], "外国护照"),
    ]
    read_rows = taken(book([*HEADER, "证件类型"], *lines))
    assert read_rows.problems == ()
    (problem,) = taken(book(HEADER, ("李样例", "H12345678", *GOOD[2:]))).problems
    assert problem.place == CellPlace("名册", "B2")


def test_labels_stand_for_what_is_chosen() -> None:
    sessions = section("sessions")
    header = ["日期", "时间段", "授课教师"]
    choices = {"teacher": {fold("何样例"): "t1", fold("两人同名"): None}}
    lines = [["20261207", "09:00-11:30", name] for name in ("何样例", "两人同名", "没有这个人")]
    read_rows = taken(book(header, *lines), sessions, choices=choices)
    assert [row.stored()["teacher"] for row in read_rows.rows] == ["t1", {"raw": "两人同名"}, {"raw": "没有这个人"}]
    assert [problem.what for problem in read_rows.problems] == [
        "有几个“两人同名”，分不清是哪一个",
        "没有“没有这个人”可选",
    ]
