"""Queues: what waits for whom, the first due first."""

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from onefill.people.rights import rights_of
from onefill.service import Desk
from onefill.service.case_shapes import Filters
from onefill.service.queues import TERMS
from onefill.service.shapes import Person
from tests.desks import Clock, load, make_desk
from tests.reviews.foshan import CITY, CITY_UNIT, LEADER, PEOPLE, RESPONSIBLE, hand_in_all, looked_at
from tests.reviews.test_one_step import CHIEF, CLERK, filled, handed_in


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    return make_desk(tmp_path, clock=clock)


def test_a_draft_waits_for_nobody(desk: Desk) -> None:
    filled(desk)
    queue = desk.queues.queue(CHIEF)
    assert (queue.total, queue.counts["waiting"]) == (0, 0)


def test_what_was_handed_in_waits_for_who_may_act(desk: Desk) -> None:
    record = filled(desk)
    handed_in(desk, record)
    (line,) = desk.queues.queue(CHIEF).lines
    assert (line.record, line.label, line.stage, line.left, line.round) == (record, "李静 年假", "等主管批", 2, 1)
    assert desk.queues.queue(CLERK).total == 0


def test_the_first_due_comes_first_and_overdue_is_counted(desk: Desk, clock: Clock) -> None:
    late = filled(desk)
    handed_in(desk, late)
    clock.now = clock.now.replace(day=24)
    fresh = filled(desk)
    handed_in(desk, fresh)
    queue = desk.queues.queue(CHIEF)
    assert [line.record for line in queue.lines] == [late, fresh]
    assert queue.counts["overdue"] == 1
    assert [line.left for line in queue.lines] == [-2, 2]
    assert [line.record for line in desk.queues.queue(CHIEF, "overdue").lines] == [late]


def test_returned_and_done_are_found_apart(desk: Desk) -> None:
    back, given = filled(desk), filled(desk)
    for record in (back, given):
        handed_in(desk, record)
    desk.reviews.remark(back, "whole", "reason", "太笼统", CHIEF)
    desk.reviews.act(back, "send_back", CHIEF)
    desk.reviews.act(given, "give_leave", CHIEF)
    queue = desk.queues.queue(CHIEF, "returned")
    assert [(line.record, line.returned, line.remarks) for line in queue.lines] == [(back, 1, 1)]
    assert [line.record for line in desk.queues.queue(CHIEF, "done").lines] == [given]
    assert desk.queues.figures(CHIEF)["returned"] == {"1 次": 1}


def test_the_queue_as_a_workbook(desk: Desk, tmp_path: Path) -> None:
    handed_in(desk, filled(desk))
    made = desk.queues.workbook(CHIEF, {})
    path = tmp_path / made.name
    path.write_bytes(made.data)
    sheet = openpyxl.load_workbook(path).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "李静 年假" in cells
    assert "等主管批" in cells


def test_units_stand_in_the_workbook_and_are_counted_just_below_the_own_one(desk: Desk, tmp_path: Path) -> None:
    for unit in ("city/east/a", "city/east/b", "city/west/c"):
        record = filled(desk, replace(CLERK, unit=unit))
        handed_in(desk, record)
    city, east = (replace(CHIEF, unit=unit) for unit in ("city", "city/east"))
    assert desk.queues.figures(city)["unit"] == {"city/east": 2, "city/west": 1}
    assert desk.queues.figures(east)["unit"] == {"city/east/a": 1, "city/east/b": 1, "city/west/c": 1}
    assert sum(desk.queues.figures(CHIEF)["unit"].values()) == 3
    made = desk.queues.workbook(city, {"city/east/a": "甲校", "city/east": "东区"})
    (tmp_path / "q.xlsx").write_bytes(made.data)
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(tmp_path / "q.xlsx").active.iter_rows()]
    head = next(row for row in rows if "单位" in row)
    assert ("甲校", "东区") in {(row[head.index("单位")], row[head.index("上级单位")]) for row in rows}


def test_a_filter_by_text_and_form(desk: Desk) -> None:
    handed_in(desk, filled(desk))
    assert desk.queues.queue(CHIEF, filters=Filters(text="李静")).total == 1
    assert desk.queues.queue(CHIEF, filters=Filters(text="没有")).total == 0
    assert desk.queues.queue(CHIEF, filters=Filters(form="leave_request")).total == 1


def test_a_filter_by_stage_and_by_how_often_it_came_back(desk: Desk) -> None:
    fresh, back = filled(desk), filled(desk)
    for record in (fresh, back):
        handed_in(desk, record)
    desk.reviews.remark(back, "whole", "reason", "太笼统", CHIEF)
    desk.reviews.act(back, "send_back", CHIEF)
    for chosen, stage, returned, found in (
        ("office", "leave_asked", 0, [fresh]),
        ("office", "leave_back", 0, []),
        ("returned", "leave_back", 0, [back]),
        ("returned", "", 1, [back]),
        ("returned", "", 2, []),
        ("waiting", "", 0, [fresh]),
        ("waiting", "", 1, []),
    ):
        queue = desk.queues.queue(CHIEF, chosen, Filters(stage=stage, returned=returned))
        assert ([line.record for line in queue.lines], queue.total) == (found, len(found)), (chosen, stage, returned)
        assert queue.counts[chosen] == len(found)
    assert desk.queues.workbook(CHIEF, {}, "returned", Filters(returned=2)).data


def test_whoever_leads_sees_what_is_overdue(desk: Desk, clock: Clock) -> None:
    handed_in(desk, filled(desk))
    assert desk.queues.figures(CHIEF)["due"] == dict.fromkeys(TERMS, 0) | {"七天内到期": 1}
    clock.now = clock.now.replace(day=22)
    assert desk.queues.figures(CHIEF)["due"]["今天到期"] == 1
    clock.now = clock.now.replace(day=24)
    assert desk.queues.figures(CHIEF)["due"]["逾期"] == 1


def test_what_belongs_to_a_business_in_which_one_has_no_role_is_not_offered(desk: Desk) -> None:
    handed_in(desk, filled(desk))
    city = replace(CHIEF, name="周市局", roles=("city_officer",))
    assert set(desk.queues.forms(CHIEF)) == {"leave_request"}
    assert "leave_request" not in desk.queues.forms(city)
    assert {"leave_request", "training_class"} <= desk.queues.forms(Person()).keys()
    assert desk.queues.queue(city).counts["office"] == 0
    for known in (desk.boards.known, desk.registers.known):
        assert {key.partition(".")[0] for key in known(CHIEF)} == {"demo"}
        assert {key.partition(".")[0] for key in known(city)} == {"foshan"}
        assert {key.partition(".")[0] for key in known(Person())} == {"demo", "foshan"}
    units = desk.people.offices.units_for
    assert {path.partition("/")[0] for path in units(city)} == {"440600"}
    assert {path.partition("/")[0] for path in units(CHIEF)} == {"office"}


def test_what_nobody_has_is_counted_at_ones_own_desk_alone(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, inspect=looked_at)
    record = load(desk, "application")["application"]
    hand_in_all(desk, record, "apply")
    desk.reviews.act(record, "submit_application", RESPONSIBLE, declared=True)
    assert desk.queues.queue(LEADER).counts["free"] == 1, "the officer beside may get it"
    assert desk.queues.queue(CITY).counts["free"] == 0, "it lies with the district"
    assert desk.queues.queue(CITY).counts["office"] == 1


OF_CASES = {"training_class", "application", "inspection", "code_allotment", "certificate_reissue"}
OF_CASES |= {"certificate_recall", "district_guidance"}


@pytest.mark.parametrize(
    ("role", "mine"),
    [
        ("responsible", {"training_class", "application", "certificate_reissue"}),
        ("district_officer", {"training_class", "application", "certificate_reissue", "district_guidance"}),
        ("inspector", {"inspection", "certificate_recall"}),
        ("centre_officer", {"training_class", "code_allotment", "district_guidance"}),
        ("auditor", OF_CASES),
    ],
)
def test_ones_own_list_holds_what_ones_role_has_to_do_with(desk: Desk, role: str, mine: set[str]) -> None:
    person = PEOPLE[role]
    rights = rights_of(CITY_UNIT, person.roles or (), desk.people.offices.roles())
    assert desk.queues.forms_of(replace(person, rights=rights)) & OF_CASES == mine
    assert desk.queues.forms_of(Person()) >= OF_CASES
    assert desk.queues.forms_of(CHIEF) == {"leave_request"}
