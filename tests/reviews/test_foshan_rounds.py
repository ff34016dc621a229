"""Rounds of applications: the city opens them, an application belongs to one, and nothing is lost when one closes."""

from pathlib import Path

import pytest

from onefill.reviews.errors import GuardFailed
from onefill.service import Desk
from tests.desks import Clock, load, make_desk
from tests.reviews.foshan import CLERK, OFFICER, REGISTRAR, RESPONSIBLE, foshan_desk, hand_in_all, looked_at

TRACK = "近三年办过十二期同类培训，参训五百人。"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return foshan_desk(tmp_path)


@pytest.fixture
def ids(desk: Desk) -> dict[str, str]:
    return load(desk, "application", "round_3")


def told(desk: Desk, record: str) -> list[str]:
    return [one.what for one in desk.reviews.blockers(record, "apply", CLERK) if one.stops]


def test_the_city_opens_a_round_and_applications_belong_to_it(desk: Desk, ids: dict[str, str]) -> None:
    opened = desk.records.create("application_round", REGISTRAR)
    for path, value in {"title": "2027年第一批", "open_date": "2027-01-04", "close_date": "2027-02-26"}.items():
        desk.records.set(opened, path, value, REGISTRAR)
    desk.records.set(opened, "courses", [ids["course_home"]], REGISTRAR)
    application = ids["application"]
    desk.records.set(application, "round", opened, CLERK)
    desk.records.set(application, "apply_date", "2027-01-11", CLERK)
    wrong = told(desk, application)
    assert [one.partition("：")[2] for one in wrong if "“2027年第一批”里没有" in one] == [
        "“2027年第一批”里没有“低压电工安全操作”",
        "“2027年第一批”里没有“养老护理入门”",
    ], wrong


def test_a_round_that_closes_while_one_fills_is_told_and_nothing_is_lost(desk: Desk, ids: dict[str, str]) -> None:
    application, closing = ids["application"], ids["round_3"]
    for path, value in {"round": closing, "apply_date": "2026-12-18", "track_record": TRACK}.items():
        desk.records.set(application, path, value, CLERK)
    hand_in_all(desk, application, "apply")
    assert told(desk, application) == []
    desk.records.set(closing, "close_date", "2026-12-15", REGISTRAR)
    (what,) = told(desk, application)
    assert what == "填表日期：“2026年第三批”2026年11月2日至2026年12月15日受理，填表日期2026年12月18日不在受理期内"
    with pytest.raises(GuardFailed, match="今天2026年12月20日不在受理期内"):
        desk.reviews.act(application, "submit_application", RESPONSIBLE, declared=True)
    assert {one.path: one.shown for one in desk.records.fields(application, "statement")}["track_record"] == TRACK
    desk.records.set(closing, "close_date", "2026-12-31", REGISTRAR)
    desk.reviews.act(application, "submit_application", RESPONSIBLE, declared=True)


def test_what_comes_first_after_the_close_is_refused_by_the_real_day_and_a_correction_is_not(tmp_path: Path) -> None:
    clock = Clock()
    desk = make_desk(tmp_path, inspect=looked_at, clock=clock)
    known, act = load(desk, "application"), desk.reviews.act
    application, term = known["application"], known["round_2"]
    hand_in_all(desk, application, "apply")
    desk.records.set(term, "close_date", "2026-12-19", REGISTRAR)
    assert told(desk, application) == [], "the date that was typed is within the term"
    with pytest.raises(GuardFailed, match=r"今天2026年12月20日不在受理期内，不能提交.*“申报批次”.*都留着"):
        act(application, "submit_application", RESPONSIBLE, declared=True)
    desk.records.set(term, "close_date", "2026-12-20", REGISTRAR)
    act(application, "submit_application", RESPONSIBLE, declared=True)
    remark = desk.reviews.remark(application, "apply", "courses", "人数不对", OFFICER)
    act(application, "return_application", OFFICER)
    clock.now = clock.now.replace(day=28)
    desk.reviews.answer(application, remark, "已核对", CLERK)
    act(application, "submit_application", RESPONSIBLE, declared=True)
    act(application, "withdraw_application", CLERK)
    act(application, "submit_application", RESPONSIBLE, declared=True)
