"""The city's list of certificate codes comes into a class by the number of each person's document."""

import pytest

from onefill.problems import CellPlace
from onefill.service import Desk
from onefill.service.import_shapes import Preview
from tests.desks import load
from tests.reviews.foshan import CLERK, approve_application, code_class, file_class, foshan_desk, part_of_class
from tests.tables.making import book

SECTION = "trainees"
HEADER = ("姓名", "证件号码", "证书编号", "发证日期")
STRANGER = "110105194912310038"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return foshan_desk(tmp_path_factory.mktemp("codes"))


@pytest.fixture(scope="module")
def coded(desk: Desk) -> str:
    """A class of ten whose codes the city has given out, none entered yet; its first two people have one name."""
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    record = part_of_class(desk, ids, 0)
    first, second, *_ = desk.records.row_ids(record, SECTION)
    name = desk.records.table(record, SECTION).texts[first]["name"]
    desk.records.set(record, f"{SECTION}/{second}/name", str(name), CLERK)
    file_class(desk, record)
    for row in desk.records.row_ids(record, SECTION):
        for key in ("cert_no", "issue_date", "receipt_date"):
            desk.records.set(record, f"{SECTION}/{row}/{key}", "", CLERK)
    code_class(desk, record)
    return record


def listed(desk: Desk, record: str) -> list[list[str]]:
    """The city's list for everybody who passed, in the order of the roster."""
    table = desk.records.table(record, SECTION)
    people = [table.texts[row] for row in table.order if table.texts[row]["result"] == "合格"]
    return [
        [str(one["name"]), str(one["id_no"]), f"44060420260{n:03}", "2026-12-18"] for n, one in enumerate(people, 1)
    ]


def preview(desk: Desk, record: str, *lines: list[str]) -> Preview:
    return desk.imports.preview(record, SECTION, desk.imports.read(book(HEADER, *lines), "编号.xlsx"))


def codes(desk: Desk, record: str) -> dict[str, str]:
    table = desk.records.table(record, SECTION)
    return {str(table.texts[row]["id_no"]): str(table.texts[row]["cert_no"] or "") for row in table.order}


def test_a_list_in_another_order_finds_everybody_also_two_of_one_name(desk: Desk, coded: str) -> None:
    lines = listed(desk, coded)
    assert len({line[0] for line in lines}) < len(lines)
    data = book(HEADER, *reversed(lines))
    taken = desk.imports.take(coded, SECTION, desk.imports.read(data, "编号.xlsx"), who=CLERK).taken
    assert (taken.updated, taken.left) == (len(lines), ())
    assert {who: code for who, code in codes(desk, coded).items() if code} == {line[1]: line[2] for line in lines}


def test_a_code_twice_and_a_person_of_no_roster_are_named_and_not_taken(desk: Desk, coded: str) -> None:
    lines = listed(desk, coded)
    lines[1][2] = lines[0][2]
    seen = preview(desk, coded, *lines, ["陈外人", STRANGER, "44060420260999", "2026-12-18"])
    wrong = {(one.place.cell, one.code) for one in seen.problems if isinstance(one.place, CellPlace)}
    assert {("C3", "DUPLICATE"), (f"B{len(lines) + 2}", "LOCKED")} <= wrong
    before = codes(desk, coded)
    data = book(HEADER, *listed(desk, coded), ["陈外人", STRANGER, "44060420260999", "2026-12-18"])
    desk.imports.take(coded, SECTION, desk.imports.read(data, "编号.xlsx"), who=CLERK)
    assert codes(desk, coded) == before


def test_a_code_for_somebody_who_did_not_pass_is_told_and_not_taken(desk: Desk, coded: str) -> None:
    table = desk.records.table(coded, SECTION)
    who = next(table.texts[row] for row in table.order if table.texts[row]["result"] != "合格")
    line = [str(who["name"]), str(who["id_no"]), "44060420260777", "2026-12-18"]
    told = {one.place.cell: one.what for one in preview(desk, coded, line).problems if isinstance(one.place, CellPlace)}
    assert told["C2"] == f"总评是{who['result']}，却填了证书编号 44060420260777"
    data = book(HEADER, line)
    assert desk.imports.take(coded, SECTION, desk.imports.read(data, "编号.xlsx"), who=CLERK).taken.left == (2,)


def test_whoever_the_list_leaves_out_still_wants_a_code(desk: Desk, coded: str) -> None:
    lines = listed(desk, coded)
    seen = preview(desk, coded, *lines[1:])
    first = desk.records.row_ids(coded, SECTION)[0]
    assert first in {row for row, _ in seen.missing}
    kept = str(desk.records.table(coded, SECTION).texts[first]["cert_no"] or "")
    desk.records.set(coded, f"{SECTION}/{first}/cert_no", "", CLERK)
    told = {one.problem.code for one in desk.records.state(coded).findings}
    assert "X11" in told
    desk.records.set(coded, f"{SECTION}/{first}/cert_no", kept or "44060420260001", CLERK)
