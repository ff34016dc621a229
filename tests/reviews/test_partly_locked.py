"""A roster that was filed: its marks come in from a score sheet, the rest stays as it was handed in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from onefill.problems import CellPlace
from onefill.service import Desk
from onefill.service.cases import SectionLocked
from onefill.service.import_shapes import Preview, Taken
from tests.desks import load
from tests.reviews.foshan import CLERK, approve_application, file_class, foshan_desk, part_of_class
from tests.tables.making import book

SECTION = "trainees"
HEADER = ("姓名", "身份证号码", "理论成绩", "实操成绩")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return foshan_desk(tmp_path_factory.mktemp("locked"))


@pytest.fixture(scope="module")
def filed(desk: Desk) -> str:
    """A class of ten that was filed."""
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    record = part_of_class(desk, ids, 0)
    file_class(desk, record)
    for row, texts in kept(desk, record).items():
        if texts["absent"]:  # who did not come has no marks
            desk.records.set(record, f"{SECTION}/{row}/absent", "", CLERK)
            desk.records.set(record, f"{SECTION}/{row}/practice", "60", CLERK)
    return record


def kept(desk: Desk, record: str) -> dict[str, Mapping[str, str | None]]:
    table = desk.records.table(record, SECTION)
    return {row: table.texts[row] for row in table.order}


def lines(desk: Desk, record: str, theory: str) -> list[list[Any]]:
    """The roster as a score sheet has it, with a new mark for everybody."""
    return [[row["name"], row["id_no"], theory, row["practice"]] for row in kept(desk, record).values()]


def preview(desk: Desk, record: str, data: bytes) -> Preview:
    return desk.imports.preview(record, SECTION, desk.imports.read(data, "成绩.xlsx"))


def take(desk: Desk, record: str, data: bytes, **how: bool) -> Taken:
    return desk.imports.take(record, SECTION, desk.imports.read(data, "成绩.xlsx"), who=CLERK, **how).taken


def test_a_score_sheet_that_says_the_same_of_all_that_is_locked_passes(desk: Desk, filed: str) -> None:
    before = kept(desk, filed)
    data = book(HEADER, *lines(desk, filed, "71.5"))
    seen = preview(desk, filed, data)
    assert (len(seen.of("updated")), seen.wrong) == (10, [])
    assert {key for row in seen.rows for key in row.changes} == {"theory"}
    taken = take(desk, filed, data)
    assert (taken.updated, taken.left) == (10, ())
    assert {row["theory"] for row in kept(desk, filed).values()} == {"71.5"}
    assert [row["name"] for row in kept(desk, filed).values()] == [row["name"] for row in before.values()]
    assert "后面阶段的照样填" in seen.locked


def test_a_cell_that_differs_is_named_with_the_reason_and_the_rest_is_taken_only_when_asked(
    desk: Desk, filed: str
) -> None:
    sheet = lines(desk, filed, "72.5")
    names = [str(row[0]) for row in sheet]
    sheet[3][0] = "陈改名"
    data = book(HEADER, *sheet)
    seen = preview(desk, filed, data)
    (wrong,) = seen.wrong
    (problem,) = wrong.problems["name"]
    assert isinstance(problem.place, CellPlace)
    assert (problem.place.cell, problem.code) == ("A5", "LOCKED")
    assert problem.what == "训前备案已经交了，现在是“已备案”，这一格锁住了，和当时交的不同"
    assert problem.remedy == "照当时交的改回，或申请变更名册或计划"
    assert (wrong.before["name"], set(wrong.changes)) == (names[3], {"theory"})
    assert take(desk, filed, data).left == (5,)
    marks = [row["theory"] for row in kept(desk, filed).values()]
    assert marks == ["72.5"] * 3 + ["71.5"] + ["72.5"] * 6
    assert take(desk, filed, data, wrong=True).left == ()
    assert {row["theory"] for row in kept(desk, filed).values()} == {"72.5"}
    assert [row["name"] for row in kept(desk, filed).values()] == names


def test_rows_neither_come_nor_go(desk: Desk, filed: str) -> None:
    sheet = [*lines(desk, filed, "73.5"), ["周新来", "110105194912310038", "80", "80"]]
    data = book(HEADER, *sheet[1:])
    seen = preview(desk, filed, data)
    (added,) = seen.of("added")
    ((told,),) = added.problems.values()
    assert told.what.endswith("“学员名册”锁住了，不能再加一行")
    assert len(seen.missing) == 1
    with pytest.raises(SectionLocked):
        take(desk, filed, data, drop=True)
    assert take(desk, filed, data, wrong=True).left == (11,)
    assert len(kept(desk, filed)) == 10
    assert [row["theory"] for row in kept(desk, filed).values()] == ["72.5"] + ["73.5"] * 9


def test_a_number_that_is_locked_is_not_read_out(desk: Desk, filed: str) -> None:
    sheet = lines(desk, filed, "74.5")
    sheet[0][1] = "110105194912310038"
    data = book(HEADER, *sheet)
    seen = preview(desk, filed, data)
    (wrong,) = seen.wrong
    (told,) = wrong.problems["id_no"]
    assert told.code == "LOCKED"
    number = str(kept(desk, filed)[wrong.row]["id_no"])
    assert number not in told.what + told.remedy
    assert take(desk, filed, data).left == (2,)


def test_a_number_is_known_though_its_kind_stands_only_in_the_record(desk: Desk, filed: str) -> None:
    """One of the class has a travel permit; a score sheet has no column for the kind of its number."""
    kinds = {row["doc_type"] for row in kept(desk, filed).values()}
    assert len(kinds) > 1
    seen = preview(desk, filed, book(HEADER, *lines(desk, filed, "76.5")))
    assert (len(seen.of("updated")), seen.wrong) == (10, [])


def test_the_workbook_comes_back_with_its_locked_cells_marked(desk: Desk, filed: str, tmp_path: Path) -> None:
    sheet = lines(desk, filed, "75.5")
    sheet[0][0] = "陈改名"
    data = book(HEADER, *sheet)
    marked = desk.imports.marked(data, "成绩.xlsx", preview(desk, filed, data).problems)
    (tmp_path / "marked.xlsx").write_bytes(marked.data)
    comment = openpyxl.load_workbook(tmp_path / "marked.xlsx").active["A2"].comment
    assert comment is not None
    assert "锁住了" in comment.text
