"""Marking: the same workbook back, wrong cells with a ground and a comment, everything else as it was."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from onefill.problems import CellPlace, FieldPlace, Level, Problem
from onefill.tables import mark, match, read, rows
from samples.workbooks import broken_roster
from tests.packages import packed, parts_of
from tests.tables.making import GOOD, HEADER, book, opened, saved, section, sheet_xml, with_parts

RED, AMBER = "FFFBD9D6", "FFFDEBC9"


def problem(cell: str, sheet: str = "名册", level: Level = Level.ERROR, what: str = "不对") -> Problem:
    return Problem(place=CellPlace(sheet, cell), code="X", what=what, remedy="改正", level=level)


def ground(data: bytes, cell: str) -> str:
    return str(opened(data).worksheets[0][cell].fill.fgColor.rgb)


def comment(data: bytes, cell: str) -> str | None:
    found = opened(data).worksheets[0][cell].comment
    return found.text if found else None


def test_grounds_and_comments() -> None:
    told = [problem("B2", what="号码不对"), problem("B2", what="与别人相同"), problem("C2", level=Level.WARNING)]
    data = mark(book(HEADER, GOOD), told)
    assert (ground(data, "B2"), ground(data, "C2"), ground(data, "A2")) == (RED, AMBER, "00000000")
    assert comment(data, "B2") == "【核对】要改：号码不对。改正\n要改：与别人相同。改正"
    assert comment(data, "C2") == "【核对】提醒：不对。改正"
    assert opened(data).worksheets[0]["B2"].value == GOOD[1]


def test_cells_that_were_not_there_are_made() -> None:
    def change(sheet: object) -> None:
        sheet.column_dimensions["H"].number_format = "@"  # type: ignore[attr-defined]

    data = mark(book(HEADER, GOOD, change=change), [problem("H2"), problem("A9"), problem("D1")])
    assert [ground(data, cell) for cell in ("H2", "A9", "D1")] == [RED] * 3
    assert opened(data).worksheets[0]["H2"].number_format == "@"
    assert [line.number for line in read(data, "a.xlsx").sheets[0].lines] == [1, 2]


def test_what_cannot_be_placed_is_left_out() -> None:
    data = book(HEADER)
    places = [CellPlace("没有", "A1"), CellPlace("名册", ""), CellPlace("名册", "??"), FieldPlace("a")]
    told = [Problem(place=place, code="X", what="a", remedy="b") for place in places]
    assert [line.cells for line in read(mark(data, told), "a.xlsx").sheets[0].lines] == [
        line.cells for line in read(data, "a.xlsx").sheets[0].lines
    ]


def test_styles_of_the_cells_survive() -> None:
    def change(sheet: object) -> None:
        cell = sheet["B2"]  # type: ignore[index]
        cell.font, cell.number_format = Font(name="楷体", bold=True), "@"
        cell.fill = PatternFill("solid", fgColor="FF00FF00")

    data = mark(book(HEADER, GOOD, change=change), [problem("B2")])
    cell = opened(data).worksheets[0]["B2"]
    assert (cell.font.name, cell.font.bold, cell.number_format) == ("楷体", True, "@")
    assert ground(data, "B2") == RED
    assert ground(mark(data, []), "B2") == "FF00FF00"


def test_marking_again_takes_the_old_marks_out() -> None:
    once = mark(book(HEADER, GOOD), [problem("A2"), problem("B2")])
    twice = mark(once, [problem("C2")])
    assert [ground(twice, cell) for cell in ("A2", "B2", "C2")] == ["00000000", "00000000", RED]
    assert [comment(twice, cell) for cell in ("A2", "B2")] == [None, None]
    clean = mark(twice, [])
    assert (ground(clean, "C2"), comment(clean, "C2")) == ("00000000", None)


def test_comments_of_others_survive() -> None:
    def change(sheet: object) -> None:
        sheet["B2"].comment = Comment("请看原件", "李样例")  # type: ignore[index]
        sheet["C2"].comment = Comment("我的话", "李样例")  # type: ignore[index]

    data = mark(book(HEADER, GOOD, change=change), [problem("B2")])
    assert comment(data, "B2") == "请看原件\n【核对】要改：不对。改正"
    assert comment(data, "C2") == "我的话"
    clean = mark(data, [])
    assert (comment(clean, "B2"), comment(clean, "C2")) == ("请看原件", "我的话")


def test_what_openpyxl_would_lose_survives() -> None:
    """Unknown parts, extensions of the sheet, and parts that are no XML."""
    parts = parts_of(book(HEADER, GOOD))
    extension = b'<extLst><ext uri="{X}"><y:z xmlns:y="urn:y"/></ext></extLst></worksheet>'
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"</worksheet>", extension)
    strange = {"xl/media/image1.png": b"\x89PNG", "xl/strange.bin": b"\0\1"}
    data = mark(packed({**parts, **strange, "xl/worksheets/sheet1.xml": sheet}), [problem("B2")])
    kept = parts_of(data)
    assert {name: kept[name] for name in strange} == strange
    marked = kept["xl/worksheets/sheet1.xml"]
    assert b'uri="{X}"' in marked
    assert marked.index(b"legacyDrawing") < marked.index(b"extLst")
    untouched = set(parts) - {"xl/worksheets/sheet1.xml", "xl/styles.xml", "[Content_Types].xml"}
    assert all(kept[name] == parts[name] for name in untouched)


def test_merged_cells_are_marked_where_they_are_seen() -> None:
    def merge(sheet: object) -> None:
        sheet.merge_cells("D2:D3")  # type: ignore[attr-defined]

    data = mark(book(HEADER, GOOD, GOOD, change=merge), [problem("D3")])
    assert (ground(data, "D2"), comment(data, "D2")) == (RED, "【核对】要改：不对。改正")


def test_several_sheets() -> None:
    made = Workbook()
    made.worksheets[0].title = "甲"
    made.worksheets[0]["A1"] = 1
    made.create_sheet("乙")["A1"] = 2
    data = mark(saved(made), [problem("A1", "甲"), problem("A1", "乙")])
    assert [sheet["A1"].fill.fgColor.rgb for sheet in opened(data)] == [RED, RED]
    assert len([name for name in parts_of(data) if "vmlDrawing" in name]) == 2


def test_a_workbook_without_styles() -> None:
    parts = parts_of(with_parts(book(["x"]), sheet=sheet_xml('<row><c t="str"><v>甲</v></c></row>')))
    del parts["xl/styles.xml"]
    relations = parts["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = b"<Relationships" + b"<Relationship".join(
        piece for piece in relations.partition(b"<Relationships")[2].split(b"<Relationship") if b"styles" not in piece
    )
    types = parts["[Content_Types].xml"].split(b"<Override")
    parts["[Content_Types].xml"] = b"<Override".join(piece for piece in types if b"styles" not in piece)
    data = mark(packed(parts), [problem("A1")])
    assert ground(data, "A1") == RED


def test_other_formats_come_back_as_xlsx() -> None:
    old = mark((Path(__file__).parent / "roster.xls").read_bytes(), [problem("C5", "参训人员")], "roster.xls")
    sheet = opened(old).worksheets[0]
    assert (sheet["C5"].fill.fgColor.rgb, sheet["C5"].value) == (RED, 4.4990219971029e17)
    csv = mark("姓名,证件\n=1+1,440604199001010000\n".encode("gb18030"), [problem("B2", "名单")], "名单.csv")
    sheet = opened(csv)["名单"]
    assert (sheet["B2"].fill.fgColor.rgb, sheet["B2"].number_format) == (RED, "@")
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")


@pytest.mark.parametrize("limit", [1, 1 << 30])
def test_a_sheet_too_large_for_a_tree(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr("onefill.tables.marking._MOST_AS_TREE", limit)
    data = mark(broken_roster(), [problem("C5", "参训人员")])
    assert ground(data, "C5") == RED


def test_read_mark_read_of_the_broken_roster() -> None:
    data = broken_roster()
    workbook = read(data, "a.xlsx")
    found = rows(workbook, match(workbook, section()))
    again = read(mark(data, found.problems), "a.xlsx")
    assert again.sheets == workbook.sheets
    assert rows(again, match(again, section())).problems == found.problems


VALUES = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(lambda t: t[0] != "="),
    st.integers(-(10**12), 10**12),
    st.booleans(),
    st.dates(min_value=__import__("datetime").date(1950, 1, 1), max_value=__import__("datetime").date(2100, 1, 1)),
)
SPOTS = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=12)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(VALUES, max_size=8), min_size=1, max_size=8), SPOTS)
def test_read_mark_read_keeps_values(table: list[list[object]], spots: list[tuple[int, int]]) -> None:
    data = book(["开头"], *table)
    before = read(data, "a.xlsx").sheets
    told = [problem(f"{chr(64 + column)}{row}") for row, column in spots]
    once = mark(data, told)
    assert read(once, "a.xlsx").sheets == before
    assert read(mark(once, told[: len(told) // 2]), "a.xlsx").sheets == before
    sheet = load_workbook(io.BytesIO(once)).worksheets[0]
    assert all(sheet.cell(row, column).comment for row, column in spots)
