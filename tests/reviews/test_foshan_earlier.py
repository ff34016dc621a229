"""Grants from before the register are brought into it once: from then on they stand in the public list, and may end."""

import itertools
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from onefill.reviews.errors import GuardFailed
from onefill.service import Desk
from onefill.service.shapes import Person
from onefill.ui.bars import LOOK, main_act
from onefill.ui.papers import phase_tabs
from onefill.ui.shared import put_desk
from store import EVERYTHING
from tests.desks import NOW, load, make_desk
from tests.reviews.chain_world import USCC
from tests.reviews.foshan import (
    CITY,
    CLERK,
    LEADER,
    OFFICER,
    RESPONSIBLE,
    approve_application,
    hand_in_all,
    items,
    looked_at,
    pages,
    part_of_class,
)
from tests.service.test_registers_read import removed

LIST = "foshan.institution_list"
TODAY = NOW.date()


def noted(desk: Desk, ids: Mapping[str, str], course: str, start: str, end: str | None = None) -> str:
    """What an institution was granted long ago, handed in."""
    row = {"@order": 1, "course": ids[course], "valid_from": start, "valid_to": end}
    basics = {"institution": ids["institution"], "approval_no": "佛人社〔2024〕18号", "noted_on": TODAY.isoformat()}
    record = desk.records.create("earlier_grants", CLERK, {**basics, "held_courses": {"h1": row}})
    hand_in_all(desk, record, "earlier")
    desk.reviews.act(record, "send_earlier", RESPONSIBLE, declared=True)
    return record


def codes(desk: Desk, on: str = TODAY.isoformat()) -> list[str]:
    """The courses of the public list of a day, by their codes."""
    return [row[-1] for row in desk.publications.draft(LIST, CITY, TODAY.fromisoformat(on)).rows]


def test_an_old_grant_stands_beside_the_registers_for_its_days(desk: Desk, ids: dict[str, str]) -> None:
    before = codes(desk)
    record = noted(desk, ids, "course_shop", "2024-03-01", "2027-02-28")
    assert codes(desk) == before
    desk.reviews.act(record, "enter_earlier", CITY)
    assert codes(desk) == sorted([*before, "FS-2026-0004"]) != before
    assert [codes(desk, day) for day in ("2024-02-29", "2024-03-01")] == [[], ["FS-2026-0004"]]
    assert codes(desk, "2027-02-28") == codes(desk) and codes(desk, "2027-03-01") == before
    (line,) = (
        one for one in desk.registers.lines("foshan.course_grants", Person(), TODAY).lines if one.record == record
    )
    assert (line.words, line.texts["round"]) == ("有效", "佛人社〔2024〕18号")
    desk.reviews.act(record, "undo_earlier", CITY, reason="批文看错了")
    assert codes(desk) == before
    again = noted(desk, ids, "course_shop", "2024-03-01", "2026-08-31")
    desk.reviews.act(again, "enter_earlier", CITY)
    assert codes(desk) == before and codes(desk, "2026-08-31") == ["FS-2026-0004"]


def test_an_old_grant_ends_with_the_institutions_qualification(desk: Desk, ids: dict[str, str]) -> None:
    late = noted(desk, ids, "course_shop", "2024-03-01")
    desk.reviews.act(late, "enter_earlier", CITY)
    removed(desk, ids)
    assert codes(desk) == []


def test_what_the_register_knows_is_not_brought_in_again(desk: Desk, ids: dict[str, str]) -> None:
    known, late = noted(desk, ids, "course_home", "2024-03-01"), noted(desk, ids, "course_shop", "2024-03-01")
    with pytest.raises(GuardFailed, match="台账里已经有效"):
        desk.reviews.act(known, "enter_earlier", CITY)
    removed(desk, ids)
    with pytest.raises(GuardFailed, match="培训资格已经取消"):
        desk.reviews.act(late, "enter_earlier", CITY)


def test_the_list_in_the_pack_counts_until_the_register_knows_better(desk: Desk) -> None:
    ids = load(desk, "application")
    record = part_of_class(desk, ids, 0)

    def told() -> list[str]:
        return [one.said for one in desk.reviews.blockers(record, "filing", CLERK) if "授权" in one.said]

    taught = (desk.store.latest(record, EVERYTHING).data or {})["course"]
    course = next(name for name, id in ids.items() if id == taught)
    assert told() == []
    desk.reviews.act(noted(desk, ids, course, "2024-03-01", "2026-06-30"), "enter_earlier", CITY)
    assert "授权已经终止，最后一天是2026年6月30日" in told()[0]


def test_an_old_grant_that_was_brought_in_wrongly_is_brought_in_again_and_stands(tmp_path: Path) -> None:
    now = itertools.count()
    desk = make_desk(tmp_path, clock=lambda: NOW + timedelta(milliseconds=5 * next(now)), inspect=looked_at)
    ids = load(desk, "application")
    wrong = noted(desk, ids, "course_shop", "2025-03-01", "2027-02-28")
    desk.reviews.act(wrong, "enter_earlier", CITY)
    desk.reviews.act(wrong, "undo_earlier", CITY, reason="批文看错了")
    assert codes(desk) == []
    desk.reviews.act(noted(desk, ids, "course_shop", "2024-03-01"), "enter_earlier", CITY)
    assert [codes(desk, day) for day in ("2024-03-01", "2026-12-20", "2027-03-01")] == [["FS-2026-0004"]] * 3


def test_what_the_city_granted_since_stays_when_the_old_grant_is_taken_back(tmp_path: Path) -> None:
    now = itertools.count()
    desk = make_desk(tmp_path, clock=lambda: NOW + timedelta(milliseconds=5 * next(now)), inspect=looked_at)
    ids = load(desk, "application")
    old = noted(desk, ids, "course_home", "2024-03-01")
    desk.reviews.act(old, "enter_earlier", CITY)
    approve_application(desk, ids["application"])
    granted = codes(desk)
    desk.reviews.act(old, "undo_earlier", CITY, reason="批文看错了")
    assert codes(desk) == granted


def test_no_class_is_agreed_to_once_its_grant_was_taken_back(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, inspect=looked_at)
    ids = load(desk, "application")
    desk.records.set(ids["institution"], "uscc", USCC, CLERK)  # of no list from before the register
    record = part_of_class(desk, ids, 0)
    for key, day in {"start_date": "2027-01-04", "end_date": "2027-01-29", "exam_date": "2027-01-30"}.items():
        desk.records.set(record, key, day, CLERK)
    for number, row in enumerate(desk.records.row_ids(record, "sessions")):
        desk.records.set(record, f"sessions/{row}/date", f"2027-01-{4 + number:02}", CLERK)
    taught = (desk.store.latest(record, EVERYTHING).data or {})["course"]
    old = noted(desk, ids, next(name for name, id in ids.items() if id == taught), "2024-03-01")
    desk.reviews.act(old, "enter_earlier", CITY)
    for one in items(desk, record, "filing").values():
        desk.materials.supply(record, one.id, pages(one.id, max(1, one.need)), f"{one.title}.pdf", CLERK)
    desk.reviews.act(record, "submit_filing", RESPONSIBLE, declared=True)
    desk.reviews.act(record, "review_filing", OFFICER)
    desk.reviews.act(old, "undo_earlier", CITY, reason="批文看错了")
    with pytest.raises(GuardFailed, match="2027年1月4日开班时，机构没有“家政服务基础”的有效授权"):
        desk.reviews.act(record, "approve_filing", LEADER)
    desk.reviews.act(record, "refuse_filing", LEADER, reason="没有授权")
    # Filled to its end as it is, nothing comes after that: neither certificates nor an archive.
    put_desk(desk)
    state = desk.records.state(record)
    assert [one.wanted for one in state.phases] == [True, False, False]
    assert phase_tabs(state.phases, "filing") == ""
    assert main_act(state) == LOOK
    overview = desk.views.of(record)
    assert [(one.title, one.state) for one in overview.life[1:]] == [("训前备案", "refused")]
    assert overview.standing and overview.standing.over and not overview.standing.then
