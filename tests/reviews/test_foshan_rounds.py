"""Rounds of applications: the city opens them, an application belongs to one, and nothing is lost when one closes."""

from pathlib import Path

import pytest

from onefill.reviews.errors import GuardFailed
from onefill.service import Desk
from store import EVERYTHING
from tests.desks import Clock, load, make_desk
from tests.reviews.foshan import (
    CITY,
    CLERK,
    OFFICER,
    REGISTRAR,
    RESPONSIBLE,
    hand_in_all,
    list_course,
    looked_at,
)

TRACK = "近三年办过十二期同类培训，参训五百人。"


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


def test_what_was_returned_moves_to_no_round_that_was_closed_when_it_was_handed_in(tmp_path: Path) -> None:
    clock = Clock()
    desk = make_desk(tmp_path, inspect=looked_at, clock=clock)
    known, act = load(desk, "application"), desk.reviews.act
    application, term = known["application"], known["round_2"]
    hand_in_all(desk, application, "apply")
    act(application, "submit_application", RESPONSIBLE, declared=True)
    remark = desk.reviews.remark(application, "apply", "courses", "人数不对", OFFICER)
    act(application, "return_application", OFFICER)
    desk.reviews.answer(application, remark, "已核对", CLERK)
    past = {"title": "2026年第一批", "open_date": "2026-03-02", "close_date": "2026-04-30"}
    closed = desk.records.create("application_round", REGISTRAR, past)
    desk.records.set(application, "round", closed, CLERK)
    with pytest.raises(GuardFailed, match=r"“2026年第一批”2026年3月2日至2026年4月30日受理.*不在受理期内"):
        act(application, "submit_application", RESPONSIBLE, declared=True)
    desk.records.set(application, "round", term, CLERK)
    desk.records.set(term, "close_date", "2026-12-20", REGISTRAR)
    clock.now = clock.now.replace(day=28)
    act(application, "submit_application", RESPONSIBLE, declared=True)


def offered(desk: Desk, record: str, section: str, path: str) -> set[str]:
    return {one for one, _ in next(one for one in desk.records.fields(record, section) if one.path == path).options}


def test_a_round_offers_what_is_listed_and_says_of_the_rest_how_to_mend_it(desk: Desk, ids: dict[str, str]) -> None:
    home, care = ids["course_home"], ids["course_care"]
    for course in (home, care):
        list_course(desk, course)
    opened = desk.records.create("application_round", REGISTRAR)
    desk.records.put(
        opened, {"title": "2027年第一批", "open_date": "2027-01-04", "close_date": "2027-02-26"}, REGISTRAR
    )
    assert offered(desk, opened, "basics", "courses") == {home, care}  # the third was never listed
    desk.records.set(opened, "courses", [home, care], REGISTRAR)
    codes = {one.problem.code for one in desk.records.state(opened).findings}
    assert "ROUND_COURSE_LISTED" not in codes
    desk.reviews.act(care, "delist_course", CITY, reason="省里的标准已经调整")
    (found,) = (one.problem for one in desk.records.state(opened).findings if one.problem.code == "ROUND_COURSE_LISTED")
    assert found.what == "没有列入课程目录（或已移出）的课程：养老护理入门"
    assert "先由市中心报市局公布" in found.remedy
    desk.records.set(opened, "courses", [home], REGISTRAR)
    assert offered(desk, opened, "basics", "courses") == {home}


def test_an_application_offers_the_courses_of_its_round(desk: Desk, ids: dict[str, str]) -> None:
    opened = desk.records.create("application_round", REGISTRAR, {"courses": [ids["course_home"]]})
    fresh = desk.records.create("application", CLERK, {"round": opened})
    desk.records.add_rows(fresh, "courses", CLERK, [{"yearly_count": "30"}])
    (state,) = desk.records.rows(fresh, "courses")
    choices = next(one.options for one in state.fields if one.path == f"courses/{state.id}/course")
    assert [one for one, _ in choices] == [ids["course_home"]]


def again(desk: Desk, record: str, **instead: str) -> str:
    """A second record that says the same."""
    data = {key: value for key, value in (desk.store.latest(record, EVERYTHING).data or {}).items() if key[0] != "@"}
    return desk.records.create(desk.store.latest(record, EVERYTHING).form, CLERK, {**data, **instead})


def warned(desk: Desk, record: str) -> list[str]:
    return [one.problem.what for one in desk.records.state(record).findings]


def test_an_institution_that_hands_in_twice_in_one_round_is_told(desk: Desk, ids: dict[str, str]) -> None:
    first = ids["application"]
    second = again(desk, first)
    already = "这家机构在“2026年第二批”已经交了一份申请"
    assert already not in [*warned(desk, first), *warned(desk, second)]  # a draft is no application yet
    hand_in_all(desk, first, "apply")
    desk.reviews.act(first, "submit_application", RESPONSIBLE, declared=True)
    assert already in warned(desk, second)
    assert already not in warned(desk, first)
    desk.reviews.act(first, "withdraw_application", CLERK)
    assert already not in warned(desk, second)


def test_whoever_writes_an_institution_down_twice_is_told(desk: Desk, ids: dict[str, str]) -> None:
    other = again(desk, ids["institution"], inst_no="099")
    uscc = str((desk.store.latest(other, EVERYTHING).data or {})["uscc"])
    assert f"统一社会信用代码 {uscc} 已经有一份机构资料" in warned(desk, other)
    desk.records.set(ids["application"], "institution", other, CLERK)
    assert f"统一社会信用代码 {uscc} 有 2 份机构资料" in warned(desk, ids["application"])
    desk.records.set(ids["application"], "institution", ids["institution"], CLERK)
    desk.records.delete(other, CLERK)
    assert not [one for one in warned(desk, ids["application"]) if "机构资料" in one]


def test_a_course_of_a_code_that_is_known_is_told(desk: Desk, ids: dict[str, str]) -> None:
    other = again(desk, ids["course_home"], course_name="家政服务基础（新）")
    assert "课程代码 FS-2026-0001 已经有一门课程" in warned(desk, other)
    desk.records.set(other, "course_code", "FS-2026-0099", CLERK)
    assert not [one for one in warned(desk, other) if "课程代码" in one]
