"""Matching: which sheet, where the heading is, which column is what."""

import pytest
from openpyxl import Workbook

from onefill.definitions.model import Section
from onefill.tables import Mapping, blank, match, read
from tests.desks import our_packs
from tests.tables.making import GOOD, HEADER, book, saved, section


def matched(data: bytes, of: Section | None = None, **options: object) -> Mapping:
    return match(read(data, "a.xlsx"), of or section(), **options)  # type: ignore[arg-type]


def fields(mapping: Mapping) -> dict[str, str]:
    return {column.letter: column.field for column in mapping.columns if column.field}


IN_ORDER = {
    "A": "name",
    "B": "id_no",
    "C": "education",
    "D": "hukou_region",
    "E": "person_class",
    "F": "mobile",
}


@pytest.mark.parametrize("titles", [0, 1, 3, 20])
def test_heading_below_title_lines(titles: int) -> None:
    mapping = matched(book(*[[f"第 {n} 行标题"] for n in range(titles)], HEADER, GOOD))
    assert mapping.header == (titles + 1, titles + 1)
    assert fields(mapping) == IN_ORDER
    assert {column.state for column in mapping.columns} == {"matched"}


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("身份证号", "id_no"),
        ("证件号码", "id_no"),
        ("公民身份号码", "id_no"),
        ("居民身份证 号码*", "id_no"),
        ("身份证号码（必填）", "id_no"),
        ("学员姓名", "name"),
        ("姓　名", "name"),
        ("姓\n名", "name"),
        ("* 姓名：", "name"),
        ("手机", "mobile"),
        ("学历", "education"),
        ("身份證號碼", "id_no"),
        ("聯繫電話", "mobile"),
    ],
)
def test_synonyms_and_spellings(heading: str, key: str) -> None:
    others = [name for name in HEADER if name not in ("姓名", "身份证号码", "联系电话", "文化程度")]
    column = matched(book([heading, *others], ["x"])).columns[0]
    assert (column.field, column.state) == (key, "matched")


@pytest.mark.parametrize(
    ("heading", "key"), [("参训学员的姓名", "name"), ("联系电话号码1", "mobile"), ("户籍所在地区", "hukou_region")]
)
def test_what_only_resembles_is_to_be_looked_at(heading: str, key: str) -> None:
    others = [name for name in HEADER if name not in ("姓名", "联系电话", "户籍地")]
    column = matched(book([heading, *others], ["x"])).columns[0]
    assert (column.field, column.state) == (key, "look")
    assert column.why


def test_heading_of_two_lines_with_merged_cells() -> None:
    def merge(sheet: object) -> None:
        for area in ("A1:G1", "A2:A3", "B2:C2", "D2:E2", "F2:F3", "G2:G3"):
            sheet.merge_cells(area)  # type: ignore[attr-defined]

    data = book(
        ["某班名册"],
        ["姓名", "证件", None, "成绩", None, "联系电话", "文化程度"],
        [None, "类型", "号码", "理论", "实操"],
        ["陈样例", "居民身份证", GOOD[1], 80, 90, GOOD[5], "高中"],
        change=merge,
    )
    mapping = matched(data)
    assert mapping.header == (2, 3)
    found = fields(mapping)
    assert {"A": "name", "F": "mobile", "G": "education", "D": "theory", "E": "practice"}.items() <= found.items()
    assert found["C"] == "id_no"


def test_duplicate_headings_are_told() -> None:
    mapping = matched(book([*HEADER, "身份证号", "姓名"], [*GOOD, "x", "y"]))
    assert fields(mapping) == IN_ORDER
    assert mapping.notes == ("“姓名”不止一列：用了 A 列，没有用 H 列", "“身份证号码”不止一列：用了 B 列，没有用 G 列")


def test_computed_columns_are_known_and_left() -> None:
    column = matched(book(["性别", *HEADER], ["男", *GOOD])).columns[0]
    assert (column.field, column.state, column.why) == (None, "ignored", "性别自动算出，不用导入")


def test_a_column_is_known_by_what_stands_in_it() -> None:
    rows = [["陈样例", f"1380000000{n}", "高中"] for n in range(5)]
    column = matched(book(["姓名", "说不清的列", "文化程度"], *rows)).columns[1]
    assert (column.field, column.state, column.why) == ("mobile", "look", "看内容像“联系电话”")


def test_the_right_sheet_and_hidden_ones() -> None:
    made = Workbook()
    made.worksheets[0].title = "说明"
    made.worksheets[0].append(["怎么填姓名"])
    for name, hidden in (("旧名册", True), ("报名", False)):
        sheet = made.create_sheet(name)
        sheet.append(HEADER)
        sheet.append(GOOD)
        sheet.sheet_state = "hidden" if hidden else "visible"
    mapping = matched(saved(made))
    assert mapping.sheet == "报名"
    assert mapping.others == ("旧名册",)
    assert "隐藏的工作表没有读：旧名册" in mapping.notes
    del made["报名"]
    mapping = matched(saved(made))
    assert mapping.sheet == "旧名册"
    assert any("隐藏" in note for note in mapping.notes)


def test_hidden_columns_are_told() -> None:
    def hide(sheet: object) -> None:
        sheet.column_dimensions["B"].hidden = True  # type: ignore[attr-defined]

    assert "B 列是隐藏的，也读了" in matched(book(HEADER, GOOD, change=hide)).notes


def test_no_heading_is_told_and_can_be_chosen() -> None:
    data = book(["甲", "乙"], ["什么", "列名"], ["陈样例", GOOD[1]])
    mapping = matched(data)
    assert mapping.header is None
    assert [(problem.code, problem.what) for problem in mapping.problems] == [("NO_HEADER", "没找到表头")]
    chosen = matched(data, header=2)
    assert chosen.problems[0].code == "NO_COLUMN"
    corrected = chosen.with_column(1, "name").with_column(2, "id_no")
    assert (fields(corrected), corrected.problems) == ({"A": "name", "B": "id_no"}, ())


def test_a_table_without_heading() -> None:
    rows = [["陈样例", GOOD[1], f"1380000000{n}"] for n in range(4)]
    mapping = matched(book(*rows), header=0)
    assert mapping.header == (0, 0)
    assert fields(mapping) == {"B": "id_no", "C": "mobile"}


def test_what_a_person_corrected_is_remembered() -> None:
    data = book(["姓名", "身份证号码", "编码", "备注"], ["陈样例", GOOD[1], "x", "y"])
    mapping = matched(data).with_column(3, "address").with_column(4, None)
    again = matched(data, remembered=mapping.remembered())
    assert fields(again) == {"A": "name", "B": "id_no", "C": "address"}
    assert again.columns[2].state == "matched"
    moved = mapping.with_column(4, "name")
    assert fields(moved) == {"B": "id_no", "C": "address", "D": "name"}
    assert matched(data, remembered={"姓名": "没有这个字段"}).columns[0].field == "name"


def test_every_blank_workbook_is_matched() -> None:
    for key, form in our_packs().forms.items():
        for one in form.sections:
            if one.repeat is not None:
                mapping = matched(blank(one), one)
                assert mapping.missing() == [], (key, one.key)
                assert {column.state for column in mapping.columns if column.field} == {"matched"}
