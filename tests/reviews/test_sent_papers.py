"""Papers that went out: each bears a number of its own and says for ever what it said."""

import pytest

from onefill.people import Reach, Right
from onefill.service import Desk
from onefill.service.errors import DocumentUnknown, RecordUnknown
from onefill.service.guard import NotYours
from onefill.service.shapes import Person
from onefill.ui.sent_papers import listed
from tests.desks import load
from tests.papers import squeezed, word_text
from tests.reviews.foshan import (
    CITY,
    CLERK,
    DAY,
    LEADER,
    OFFICER,
    RESPONSIBLE,
    approve_application,
    file_class,
    hand_in_all,
    part_of_class,
    school,
)
from tests.reviews.test_foshan_measures import ordered

RETURNED, RECEIPT = "correction_notice", "hand_in_receipt"


@pytest.fixture
def record(desk: Desk) -> str:
    """An application that was handed in."""
    known = load(desk, "application")
    hand_in_all(desk, known["application"], "apply")
    desk.reviews.act(known["application"], "submit_application", RESPONSIBLE, declared=True)
    return known["application"]


def return_once(desk: Desk, record: str, what: str, reason: str = "") -> None:
    desk.reviews.remark(record, "apply", "track_record", what, OFFICER, reason=reason)
    desk.reviews.act(record, "return_application", OFFICER)


def answer_and_submit(desk: Desk, record: str) -> None:
    for one in desk.reviews.state(record, CLERK).remarks:
        if one.live:
            desk.reviews.answer(record, one.id, "近三年 120 人，见附页", CLERK)
    desk.reviews.act(record, "submit_application", RESPONSIBLE, declared=True)


def text(desk: Desk, record: str, n: int, who: Person = OFFICER) -> str:
    return squeezed(word_text(desk.notices.again(record, n, who, ".docx").data))


def test_every_paper_of_a_case_bears_a_number_of_its_own(desk: Desk, record: str) -> None:
    return_once(desk, record, "没有写近三年的培训人数")
    answer_and_submit(desk, record)
    return_once(desk, record, "没有分年写", "上次没有看到")
    sent = desk.notices.sent(record, OFFICER)
    assert [one.key for one in sent] == [RETURNED, RECEIPT, RETURNED, RECEIPT]
    assert len({one.number for one in sent}) == len(sent)
    assert all(one.number.startswith(("补正20261220-", "收件20261220-")) for one in sent)
    for one in sent:
        assert squeezed(f"编号：{one.number}") in text(desk, record, one.n)
    assert desk.notices.sent(record, CLERK) == sent
    assert desk.reviews.state(record, CLERK).phase("apply").receipt == sent[1].number


def test_the_receipt_of_what_was_withdrawn_says_so(desk: Desk, record: str) -> None:
    desk.reviews.act(record, "withdraw_application", RESPONSIBLE)
    desk.reviews.act(record, "submit_application", RESPONSIBLE, declared=True)
    sent = desk.notices.sent(record, CLERK)
    assert [(one.key, one.withdrawn) for one in sent] == [(RECEIPT, False), (RECEIPT, True)]
    assert [("已撤回" in line) for line in listed(record, sent).split("<li>")[1:]] == [False, True]


def test_a_receipt_given_once_more_is_the_same_paper(desk: Desk, record: str) -> None:
    desk.reviews.act(record, "take_up", OFFICER)
    again, first = desk.notices.sent(record, OFFICER)
    assert (again.key, again.number) == (first.key, first.number)
    assert again.n != first.n


def test_a_notice_says_for_ever_what_it_said(desk: Desk, record: str) -> None:
    return_once(desk, record, "没有写近三年的培训人数")
    n = desk.notices.sent(record, OFFICER)[0].n
    before = text(desk, record, n)
    answer_and_submit(desk, record)
    desk.reviews.close_remark(record, desk.reviews.state(record, CLERK).remarks[0].id, OFFICER)
    return_once(desk, record, "没有盖骑缝章", "上次没有看到")
    assert text(desk, record, n) == before == text(desk, record, n, CLERK)
    assert squeezed("没有写近三年的培训人数") in before
    assert squeezed("没有盖骑缝章") not in before


def test_a_receipt_counts_what_was_handed_in_then(desk: Desk, record: str) -> None:
    n = desk.notices.sent(record, OFFICER)[-1].n
    before = text(desk, record, n)
    assert "15件,共15页" in before.replace("，", ",")
    return_once(desk, record, "没有写近三年的培训人数")
    item = next(iter(desk.materials.state(record, CLERK, "apply").checklist.items)).id
    desk.materials.supply(record, item, b"more" + b"\na page" * 7, "再交.pdf", CLERK)
    assert text(desk, record, n) == before


def test_a_paper_of_a_reopened_case_stays_within_reach(desk: Desk, record: str) -> None:
    act = desk.reviews.act
    act(record, "take_up", OFFICER)
    act(record, "first_review", OFFICER, opinion="齐全")
    act(record, "recommend", LEADER, opinion="同意", rank=1)
    act(record, "report_to_city", OFFICER, day=DAY)
    act(record, "city_pass", CITY, opinion="同意承接")
    act(record, "publish", CITY, day=DAY)
    consent = next(one for one in desk.notices.sent(record, CLERK) if one.key == "city_consent_notice")
    assert consent.number.startswith("市同意20261220-")
    assert squeezed("同意承接") in text(desk, record, consent.n, CLERK)


def test_two_phases_of_a_class_have_two_receipts(desk: Desk) -> None:
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    record = part_of_class(desk, ids, 0)
    file_class(desk, record)
    hand_in_all(desk, record, "certificates")
    desk.reviews.act(record, "submit_certificates", RESPONSIBLE, declared=True)
    state = desk.reviews.state(record, CLERK)
    assert state.phase("filing").receipt != state.phase("certificates").receipt
    numbers = [one.number for one in desk.notices.sent(record, OFFICER)]
    assert len(set(numbers)) == len(numbers) == 3


def test_what_is_about_to_be_sent_has_no_number_yet(desk: Desk, record: str) -> None:
    desk.reviews.remark(record, "apply", "track_record", "没有写人数", OFFICER)
    preview = squeezed(word_text(desk.notices.make(record, RETURNED, OFFICER, ".docx", phase="apply").data))
    assert squeezed("编号：（发出时编号）") in preview
    assert squeezed("没有写人数") in preview


def test_whoever_is_looked_at_does_not_read_what_was_not_sent(desk: Desk, record: str) -> None:
    desk.reviews.remark(record, "apply", "track_record", "没有写人数", OFFICER)
    peeped = squeezed(word_text(desk.notices.make(record, RETURNED, CLERK, ".docx", phase="apply").data))
    assert squeezed("没有写人数") not in peeped


def test_an_entry_that_sent_nothing_has_no_paper(desk: Desk, record: str) -> None:
    with pytest.raises(DocumentUnknown):
        desk.notices.again(record, 1, OFFICER, ".docx")
    act = desk.reviews.act(record, "withdraw_application", RESPONSIBLE)
    with pytest.raises(DocumentUnknown):
        desk.notices.again(record, act, OFFICER, ".docx")


SCHOOL, ELSEWHERE = "440600/440604/012", "440600/440604/013"


def of_unit(unit: str) -> Person:
    return Person(name="何乙未", unit=unit, roles=("clerk",), rights=(Right(unit, Reach.OWN, frozenset({"fill"})),))


def test_a_notice_is_seen_by_whom_it_is_addressed_to_and_nothing_else_of_its_case_is(desk: Desk) -> None:
    ids = school(desk, SCHOOL)
    inspected, other = (part_of_class(desk, ids, place, SCHOOL) for place in (0, 1))
    found = ordered(desk.as_(lambda: Person(unit="440600/440604")), inspected, "取消培训资格")
    desk.reviews.act(found, "report_removal", LEADER, reason="骗取补贴")
    clerk = of_unit(SCHOOL)
    at = desk.as_(lambda: clerk).notices
    order, revoked = "rectification_notice", "revocation_notice"
    assert [one.key for one in desk.notices.sent(found, OFFICER)] == ["removal_report", revoked, order]
    told = at.addressed(inspected, clerk)
    assert [(one.key, one.sender) for one in told] == [(revoked, found), (order, found)], "the report is the city's"
    said = squeezed(word_text(at.addressed_again(inspected, found, told[1].n, clerk, ".docx").data))
    assert said == text(desk, found, told[1].n)
    assert f"./of/addressed/{inspected}/{found}/{told[1].n}?format=docx" in listed(inspected, told)

    assert at.addressed(other, clerk) == ()
    reported = desk.notices.sent(found, OFFICER)[0].n
    for record, n in ((other, told[1].n), (inspected, reported), (inspected, 1), (inspected, 99)):
        with pytest.raises(RecordUnknown):
            at.addressed_again(record, found, n, clerk, ".docx")
    with pytest.raises(RecordUnknown):
        at.addressed_again(inspected, "nobody", 1, clerk, ".docx")
    for refused in (lambda: at.sent(found, clerk), lambda: at.again(found, told[1].n, clerk, ".docx")):
        with pytest.raises(NotYours):
            refused()
    stranger = of_unit(ELSEWHERE)
    away = desk.as_(lambda: stranger).notices
    with pytest.raises(NotYours):
        away.addressed(inspected, stranger)
    with pytest.raises(NotYours):
        away.addressed_again(inspected, found, told[1].n, stranger, ".docx")
