"""A clock that is put back while people work: nothing is lost or refused for it, and they are told."""

from datetime import date, timedelta

import pytest

from onefill.people import Attempts, LockedOut, Lockout, SessionRules
from onefill.reviews.errors import DayBefore, GuardFailed
from onefill.service import Desk
from onefill.service.presence import Presence
from onefill.service.sessions import AttemptBook, SessionBook
from onefill.service.throttle import Throttle
from store import EVERYTHING, open_store
from store.registers import LineState
from tests.desks import NOW, Clock, load
from tests.reviews.foshan import (
    CITY,
    CLERK,
    LEADER,
    OFFICER,
    RESPONSIBLE,
    allot,
    code_class,
    file_class,
    hand_in_all,
    part_of_class,
)
from tests.reviews.test_foshan_certificates import holders
from tests.reviews.test_foshan_measures import OTHER_LEADER, ordered

MONTH = timedelta(days=30)


def measures(desk: Desk, on: date) -> set[LineState]:
    return {one.state for one in desk.store.register("class_measures", on, EVERYTHING)}


def test_a_case_goes_on_in_the_order_of_its_entries(desk: Desk, ids: dict[str, str], clock: Clock) -> None:
    record = part_of_class(desk, ids, 0)
    file_class(desk, record)
    hand_in_all(desk, record, "certificates")
    clock.now = NOW - MONTH
    code_class_on(desk, record, clock.now.date())
    acts = desk.reviews.state(record, CITY).phase("certificates").acts
    assert [one.title for one in acts][-1] == "编码已下发"
    chain = desk.store.entries(record, EVERYTHING)
    assert [one.n for one in chain] == list(range(1, len(chain) + 1))
    assert desk.store.verify_chains() == ()
    history = [one.n for one in desk.history.timeline(record)]
    assert history == sorted(history, reverse=True)


def code_class_on(desk: Desk, record: str, day: date) -> None:
    act = desk.reviews.act
    act(record, "submit_certificates", RESPONSIBLE, declared=True)
    act(record, "review_certificates", OFFICER)
    act(record, "approve_certificates", LEADER)
    allot(desk, record, day=day)
    act(record, "assign_codes", CITY, day=day)


def test_a_day_between_what_was_done_and_today_can_still_be_said(desk: Desk, ids: dict[str, str], clock: Clock) -> None:
    record = part_of_class(desk, ids, 0)
    file_class(desk, record)
    hand_in_all(desk, record, "certificates")
    act = desk.reviews.act
    act(record, "submit_certificates", RESPONSIBLE, declared=True)
    act(record, "review_certificates", OFFICER)
    act(record, "approve_certificates", LEADER)
    allot(desk, record)
    clock.now = NOW - MONTH
    with pytest.raises(DayBefore):
        act(record, "assign_codes", CITY, day=clock.now.date())
    act(record, "assign_codes", CITY, day=NOW.date())


def test_a_measure_lifted_by_a_clock_put_back_stays_lifted(desk: Desk, ids: dict[str, str], clock: Clock) -> None:
    found = ordered(desk, part_of_class(desk, ids, 1), "暂停新开班审批")
    other = part_of_class(desk, ids, 2)
    hand_in_all(desk, other, "filing")
    clock.now = NOW - MONTH
    with pytest.raises(GuardFailed, match="暂停新开班审批"):  # it is in force, though its day is still to come
        desk.reviews.act(other, "submit_filing", RESPONSIBLE, declared=True)
    desk.reviews.act(found, "lift_measures", OTHER_LEADER, reason="已改正")
    desk.reviews.act(other, "submit_filing", RESPONSIBLE, declared=True)
    assert measures(desk, NOW.date() + MONTH) == {LineState.ENDED}
    desk.reviews.act(found, "order_again", LEADER, reason="又出现同样问题")
    assert measures(desk, NOW.date() + MONTH) == {LineState.OPEN}


def test_another_record_acts_on_a_line_whose_day_is_still_to_come(
    desk: Desk, ids: dict[str, str], clock: Clock
) -> None:
    found = ordered(desk, part_of_class(desk, ids, 1), "取消培训资格")
    clock.now = NOW - MONTH
    desk.reviews.act(found, "report_removal", LEADER, reason="骗取补贴")
    clock.now = NOW + MONTH
    granted = desk.store.register("course_grants", clock.now.date(), EVERYTHING)
    assert {one.state for one in granted} == {LineState.SUSPENDED}
    desk.reviews.act(found, "confirm_removal", CITY)
    granted = desk.store.register("course_grants", clock.now.date(), EVERYTHING)
    assert {one.state for one in granted} == {LineState.ENDED}


def test_a_certificate_entered_on_a_day_to_come_is_valid(desk: Desk, ids: dict[str, str], clock: Clock) -> None:
    record = part_of_class(desk, ids, 0)
    file_class(desk, record)
    code_class(desk, record)
    desk.reviews.act(record, "register_certificates", OFFICER)
    code, name = holders(desk, record)[0]
    clock.now = NOW - MONTH
    assert desk.look_ups.valid(code, name, "a")
    desk.reviews.act(record, "register_certificates", OFFICER)  # finds all of them entered
    lines = desk.store.register("certificates", NOW.date(), EVERYTHING)
    assert {one.start for one in lines} == {NOW.date()}


def test_what_was_typed_and_deleted_by_a_clock_put_back_is_there(desk: Desk, clock: Clock) -> None:
    ids = load(desk, "course_home")
    clock.now = NOW - MONTH
    made = desk.records.create("teacher", CLERK, {"name": "陈新来"})
    desk.records.delete(made, CLERK)
    clock.now = NOW - 2 * MONTH
    (binned,) = desk.records.deleted()
    assert (binned.id, binned.days_left) == (made, 30)
    desk.records.undelete(made, CLERK)
    assert {one.path: one.shown for one in desk.records.fields(made, "basics")}["name"] == "陈新来"
    assert ids


def test_people_are_told_until_the_clock_is_past_what_was_written_last(desk: Desk, clock: Clock) -> None:
    assert desk.behind() is None
    load(desk, "course_home")
    clock.now = NOW - timedelta(minutes=5)  # servers differ by so much
    assert desk.behind() is None
    clock.now = NOW - MONTH
    assert desk.behind() == NOW
    clock.now = NOW
    assert desk.behind() is None


def test_the_log_keeps_its_order(desk: Desk, ids: dict[str, str], clock: Clock) -> None:
    for days in (0, -400, 30):
        clock.now = NOW + timedelta(days=days)
        desk.store.log({"what": str(days)})
    lines = desk.store.log_lines()
    assert [one.n for one in lines] == sorted(one.n for one in lines)
    assert desk.store.verify_log() == ()


def test_sessions_neither_last_for_ever_nor_end_by_a_small_step_back(clock: Clock) -> None:
    book = SessionBook(open_store("memory:"), SessionRules(), clock, lambda _: "token")
    token = book.begin("何乙未", must_change=False)
    clock.now -= timedelta(minutes=5)
    assert book.get(token) is not None
    book.act(token)
    clock.now += timedelta(minutes=29)
    assert book.get(token) is not None
    clock.now += timedelta(minutes=2)  # since the act, though the session began later by the clock of then
    assert book.get(token) is None
    token = book.begin("何乙未", must_change=False)
    clock.now -= MONTH
    assert book.get(token) is None


def test_a_lock_holds_for_its_time_and_no_longer(clock: Clock) -> None:
    book = AttemptBook(open_store("memory:"), Lockout(), clock)
    for _ in range(5):
        book.begin("何乙未")
    clock.now -= MONTH
    with pytest.raises(LockedOut) as told:
        book.begin("何乙未")
    assert told.value.facts["minutes"] == 15
    clock.now += timedelta(minutes=14)
    with pytest.raises(LockedOut):
        book.begin("何乙未")
    clock.now += timedelta(minutes=2)
    assert book.begin("何乙未").until is not None  # tried again, and wrong once more
    assert Lockout().as_of(Attempts(), clock.now) == Attempts()


def test_nobody_is_shown_as_there_for_a_month(clock: Clock) -> None:
    presence = Presence(open_store("memory:"), clock)
    presence.note("r1", "陈经办")
    assert "陈经办" in presence.note("r1", "李区长")
    clock.now -= MONTH
    assert presence.note("r1", "周市局") == {}
    assert "周市局" in presence.note("r1", "陈经办")


def test_whoever_asked_often_may_ask_again(clock: Clock) -> None:
    throttle = Throttle(2, timedelta(minutes=10), clock)
    assert [throttle.admits("a") for _ in range(3)] == [True, True, False]
    clock.now -= MONTH
    assert throttle.admits("a")
    clock.now += timedelta(minutes=1)
    assert [throttle.admits("a") for _ in range(2)] == [True, False]
