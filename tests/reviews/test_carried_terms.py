"""The day that whoever handed in was promised runs on while the office hands the case from one desk to the next."""

from onefill.service import Desk
from tests.desks import Clock
from tests.reviews.foshan import LEADER, OFFICER, RESPONSIBLE, hand_in_all, part_of_class


def test_the_head_sees_the_day_that_the_institution_was_promised(desk: Desk, clock: Clock, ids: dict[str, str]) -> None:
    record = part_of_class(desk, ids, 0)
    hand_in_all(desk, record, "filing")
    desk.reviews.act(record, "submit_filing", RESPONSIBLE, declared=True)
    promised = desk.reviews.state(record, RESPONSIBLE).phase("filing").due
    assert promised is not None
    clock.now = clock.now.replace(day=clock.now.day + 1)
    desk.reviews.act(record, "review_filing", OFFICER)
    standing = desk.reviews.state(record, LEADER).phase("filing")
    assert (standing.stage, standing.due) == ("filing_reviewed", promised)
    assert [one.day for one in desk.dues.of(LEADER) if one.record == record] == [promised]
    assert [one.due for one in desk.queues.queue(LEADER).lines if one.record == record] == [promised]
    desk.reviews.act(record, "approve_filing", LEADER, reason="系统启用以前开的班")
    assert desk.reviews.state(record, LEADER).phase("filing").due is None


def test_a_term_ends_with_the_return_and_begins_anew(desk: Desk, clock: Clock, ids: dict[str, str]) -> None:
    record = part_of_class(desk, ids, 0)
    hand_in_all(desk, record, "filing")
    desk.reviews.act(record, "submit_filing", RESPONSIBLE, declared=True)
    desk.reviews.act(record, "review_filing", OFFICER)
    promised = desk.reviews.state(record, LEADER).phase("filing").due
    desk.reviews.remark(record, "filing", "item:plan_scan", "没有盖章", LEADER)
    desk.reviews.act(record, "return_filing", LEADER, confirmed=True)
    assert desk.reviews.state(record, LEADER).phase("filing").due is None
    clock.now = clock.now.replace(day=clock.now.day + 7)
    for one in desk.reviews.state(record, RESPONSIBLE).remarks:
        desk.reviews.answer(record, one.id, "已经盖章", RESPONSIBLE)
    desk.reviews.act(record, "submit_filing", RESPONSIBLE, declared=True)
    again = desk.reviews.state(record, LEADER).phase("filing").due
    assert promised and again and again > promised
