"""What ought to hold of a submission itself: told before it is handed in, and among the officer's checks."""

from pathlib import Path

import pytest

from onefill.reviews.errors import GuardFailed
from onefill.service import Desk
from tests.desks import load
from tests.reviews.foshan import (
    CITY,
    CLERK,
    DAY,
    INSPECTOR,
    LEADER,
    OFFICER,
    REGISTRAR,
    RESPONSIBLE,
    hand_in_all,
    pass_application,
)

LATE = "“2026年第二批”2026年5月6日至2026年6月30日受理，2026年12月20日提交，不在受理期内"


def test_what_is_handed_in_after_the_term_is_told_on_both_desks(desk: Desk) -> None:
    known = load(desk, "application")
    record, term = known["application"], known["round_2"]
    desk.records.set(term, "close_date", "2026-06-30", REGISTRAR)
    hand_in_all(desk, record, "apply")
    told = [one for one in desk.reviews.blockers(record, "apply", CLERK) if one.label == "提交日期和受理期"]
    assert [(one.said, one.stops, one.at) for one in told] == [(LATE, False, "round")]
    with pytest.raises(GuardFailed, match="2026年6月30日受理，今天2026年12月20日不在受理期内"):
        desk.reviews.act(record, "submit_application", RESPONSIBLE, declared=True)
    desk.records.set(term, "close_date", "2026-12-31", REGISTRAR)
    desk.reviews.act(record, "submit_application", RESPONSIBLE, declared=True)
    remark = desk.reviews.remark(record, "apply", "courses", "人数不对", OFFICER)
    desk.reviews.act(record, "return_application", OFFICER)
    desk.reviews.answer(record, remark, "已核对", CLERK)
    desk.records.set(term, "close_date", "2026-06-30", REGISTRAR)  # a correction counts as of the first submission
    with pytest.raises(GuardFailed, match="2026年6月30日受理，今天2026年12月20日不在受理期内"):
        desk.reviews.act(record, "submit_application", RESPONSIBLE, declared=True)
    desk.records.set(term, "close_date", "2026-12-31", REGISTRAR)
    desk.reviews.act(record, "submit_application", RESPONSIBLE, declared=True)
    lines = {line.title: line for line in desk.verification.checks(record, "apply", OFFICER)}
    late = lines["提交日期和受理期"]
    assert (late.state, late.level, late.clause) == ("right", "warning", "一（一）")
    # This line is about the date that was typed, the other one about the day itself.
    assert lines["填表日期在受理期内"].state == "right"


def test_a_class_filed_after_its_start_is_told_with_both_days(desk: Desk) -> None:
    record = load(desk, "class_50")["class_50"]
    [told] = [one for one in desk.reviews.blockers(record, "filing", CLERK) if one.label == "提交日期和开班日期"]
    assert "2026年12月20日才提交备案" in told.said
    assert not told.stops


def test_the_ranked_list_is_printed_again_after_the_city_has_decided(desk: Desk, tmp_path: Path) -> None:
    record = load(desk, "application")["application"]
    pass_application(desk, record)
    assert listed(desk) == 1
    desk.reviews.act(record, "publish", CITY, day=DAY)
    desk.reviews.act(record, "send_approved", CLERK)
    assert listed(desk) == 1
    desk.reviews.act(record, "keep_approved", OFFICER)
    assert listed(desk) == 1


def listed(desk: Desk) -> int:
    """How many stand on the list of the recommended."""
    return len(desk.listings.records("application", "recommended_institutions", LEADER))


def test_why_a_check_cannot_be_made(desk: Desk) -> None:
    record = desk.records.create("application_round", CITY)
    desk.records.set(record, "open_date", "2026-06-01", CITY)
    lines = {line.id: line for line in desk.verification.checks(record, "whole", CITY)}
    assert lines["ROUND_DATES"].state == "unknown"
    assert lines["ROUND_DATES"].why == "“受理止”还没有填"
    assert lines["ROUND_DATES"].title == "受理起止日期的先后"


def test_every_check_of_the_pack_has_a_title_of_its_own(desk: Desk) -> None:
    forms = (desk.definitions.form(key) for key in ("training_class", "application"))
    for form in forms:
        titles = [one.title for one in form.checks]
        assert all(titles)
        assert len(set(titles)) == len(titles)


def test_an_inspection_of_a_day_to_come_is_told(desk: Desk) -> None:
    record = load(desk, "inspection")["inspection"]
    assert [one.label for one in desk.reviews.blockers(record, "check", INSPECTOR) if "日期" in one.label] == []
    desk.records.set(record, "inspect_date", "2026-12-21", INSPECTOR)
    [told] = [one for one in desk.reviews.blockers(record, "check", INSPECTOR) if one.label == "提交日期和检查日期"]
    assert (told.said, told.stops, told.at) == ("检查日期2026年12月21日还没有到", False, "inspect_date")
