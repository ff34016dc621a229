"""Rounds of applications: the city opens them, an application belongs to one, and nothing is lost when one closes."""

from pathlib import Path

import pytest

from onefill.reviews.errors import StillToMend
from onefill.service import Desk
from tests.desks import load
from tests.reviews.foshan import CLERK, REGISTRAR, RESPONSIBLE, foshan_desk, hand_in_all

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
    with pytest.raises(StillToMend):
        desk.reviews.act(application, "submit_application", RESPONSIBLE, declared=True)
    assert {one.path: one.shown for one in desk.records.fields(application, "statement")}["track_record"] == TRACK
    desk.records.set(closing, "close_date", "2026-12-31", REGISTRAR)
    desk.reviews.act(application, "submit_application", RESPONSIBLE, declared=True)
