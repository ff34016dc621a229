"""What a correction says: which papers are sealed again and which stay good, and what was to be seen before."""

import pytest

from onefill.materials import Standing
from onefill.service import Desk
from tests.desks import load
from tests.reviews.foshan import (
    CLERK,
    OFFICER,
    RESPONSIBLE,
    approve_application,
    file_class,
    hand_in_all,
    items,
    pages,
    part_of_class,
)

ROSTER = "佛山市职业技能培训合格证书核发名册（附件5）"
SCORES = "考试成绩表"
INVIGILATION = "监考记录表"
PHASE = "certificates"


@pytest.fixture
def asked(desk: Desk) -> str:
    """A class whose certificates were asked for once."""
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    record = part_of_class(desk, ids, 0)
    file_class(desk, record)
    hand_in_all(desk, record, PHASE)
    desk.reviews.act(record, "submit_certificates", RESPONSIBLE, declared=True)
    return record


def returned(desk: Desk, record: str, *places: str) -> None:
    for at in places:
        desk.reviews.remark(record, PHASE, at, "不对", OFFICER, reason="刚发现")
    desk.reviews.act(record, "return_certificates", OFFICER)


def waiting(desk: Desk, record: str) -> set[str]:
    """Places of remarks to which something is still to be done or said."""
    return {one.at for one in desk.reviews.blockers(record, PHASE, CLERK) if one.remedy == "改好，或写一句答复"}


def test_only_papers_that_are_handed_in_sealed_are_sealed_again(desk: Desk, asked: str) -> None:
    returned(desk, asked, "trainees/r1/theory", "item:invigilation_scan")
    desk.records.set(asked, "trainees/r1/theory", "99", CLERK)
    told = desk.reviews.correction(asked, PHASE, CLERK)
    assert {title for _, title in told.again} == {ROSTER, SCORES}
    assert told.good == ()  # what the officer says of the third paper is not settled
    desk.records.set(asked, "trainees/r1/theory", "80", CLERK)
    returned_only_for_the_score(desk, asked)
    told = desk.reviews.correction(asked, PHASE, CLERK)
    assert {title for _, title in told.good} == {INVIGILATION}


def returned_only_for_the_score(desk: Desk, record: str) -> None:
    """Bring all again, come back for a score alone, and change it."""
    for one in items(desk, record, PHASE).values():
        for file in one.files if one.material.kind == "scan" else ():
            desk.materials.remove(record, one.id, file.id, CLERK)
    for one in items(desk, record, PHASE).values():
        if one.lacking:
            desk.materials.supply(record, one.id, pages(f"{one.id} again"), "再交.pdf", CLERK)
    desk.reviews.act(record, "submit_certificates", RESPONSIBLE, declared=True)
    for remark in desk.reviews.state(record, OFFICER).remarks:
        desk.reviews.close_remark(record, remark.id, OFFICER)
    returned(desk, record, "trainees/r1/theory")
    desk.records.set(record, "trainees/r1/theory", "98", CLERK)


def test_what_was_brought_anew_is_neither_to_be_sealed_again_nor_returned(desk: Desk, asked: str) -> None:
    returned(desk, asked, "trainees/r1/theory", "item:issuance_scan")
    desk.records.set(asked, "trainees/r1/theory", "98", CLERK)
    assert [title for _, title in desk.reviews.correction(asked, PHASE, CLERK).again] == [ROSTER, SCORES]
    for one in items(desk, asked, PHASE).values():
        if one.material.kind == "scan" and (one.lacking or one.standing is Standing.RETURNED):
            for file in one.files:
                desk.materials.remove(asked, one.id, file.id, CLERK)
            desk.materials.supply(asked, one.id, pages(f"{one.id} anew"), "再交.pdf", CLERK)
    assert desk.reviews.correction(asked, PHASE, CLERK).again == ()
    desk.reviews.act(asked, "submit_certificates", RESPONSIBLE, declared=True)
    assert items(desk, asked, PHASE)["issuance_scan"].standing is Standing.TO_LOOK
    assert desk.reviews.correction(asked, PHASE, OFFICER).again == ()


def test_a_register_or_a_figure_that_has_changed_answers_its_remark(desk: Desk, asked: str) -> None:
    places = {"item:recordings_kept", "passed_count", "exam", "exam_present"}
    returned(desk, asked, *places)
    assert waiting(desk, asked) == places
    desk.records.set(asked, "recordings/v1/minutes", "41", CLERK)
    desk.records.set(asked, "trainees/r1/theory", "5", CLERK)  # one less has passed
    desk.records.set(asked, "exam_incidents", "一人迟到", CLERK)
    assert waiting(desk, asked) == {"exam_present"}


def test_what_was_worked_out_anew_was_not_to_be_seen_before(desk: Desk, asked: str) -> None:
    returned(desk, asked, "trainees/r1/theory")
    desk.records.set(asked, "trainees/r1/theory", "5", CLERK)
    for one in items(desk, asked, PHASE).values():
        if one.lacking:
            for file in one.files:
                desk.materials.remove(asked, one.id, file.id, CLERK)
            desk.materials.supply(asked, one.id, pages(f"{one.id} again"), "再交.pdf", CLERK)
    before = desk.reviews.correction(asked, PHASE, CLERK)
    assert before.differences
    desk.reviews.act(asked, "submit_certificates", RESPONSIBLE, declared=True)

    def late(at: str) -> bool:
        return desk.reviews.is_late(asked, PHASE, at, "不对", OFFICER)

    for at in ("passed_count", "trainees/r1/result", "trainees/r1/theory", ""):
        assert not late(at), at
    for at in ("exam_present", "trainees/r2/result", "item:recordings_kept", "exam"):
        assert late(at), at
