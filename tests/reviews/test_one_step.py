"""One approval, written in YAML only: from the draft through a return to the end."""

import io
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from onefill.materials import Standing
from onefill.reviews import RemarkState
from onefill.reviews.errors import (
    FourEyes,
    NotDeclared,
    NothingSaid,
    NothingToReturn,
    NotNow,
    NotYours,
    OpenedAlready,
    PlaceUnknown,
    ReasonForLateRemark,
    RemarksOpen,
    StageMoved,
    StillToMend,
)
from onefill.service import Desk
from onefill.service.cases import SectionLocked
from onefill.service.checklist_page import checklist_page
from onefill.service.materials import MaterialsLocked
from onefill.service.shapes import Person
from tests.desks import make_desk

CLERK = Person(name="李静", roles=("colleague",))
CHIEF = Person(name="王主管", roles=("manager",))
BOTH = Person(name="赵全", roles=("colleague", "manager"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


@pytest.fixture
def leave(desk: Desk) -> str:
    return filled(desk)


def filled(desk: Desk, who: Person | None = None) -> str:
    record = desk.records.create("leave_request", who or CLERK)
    typed = {
        "applicant": "李静",
        "department": "办公室",
        "leave_kind": "年假",
        "reason": "探亲",
        "request_date": "2026-12-18",
    }
    for path, value in typed.items():
        desk.records.set(record, path, value, CLERK)
    desk.records.add_row(record, "periods", CLERK, {"first_day": "2026-12-21", "stand_in": "陈晓"})
    return record


@cache
def scan(shade: int = 250) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (1240, 1754), (shade, shade, shade)).save(made, "PNG", dpi=(150, 150))
    return made.getvalue()


def handed_in(desk: Desk, record: str, who: Person = CLERK) -> None:
    desk.materials.supply(record, "signed_paper", scan(), "请假单.png", who)
    desk.reviews.act(record, "ask_leave", who, declared=True)


def standing(desk: Desk, record: str, item: str = "signed_paper") -> Standing:
    return next(one.standing for one in desk.materials.state(record, desk.who()).checklist.items if one.id == item)


def stage(desk: Desk, record: str) -> str:
    return desk.reviews.state(record, CHIEF).phase("whole").stage


def test_what_is_missing_keeps_it_back(desk: Desk, leave: str) -> None:
    with pytest.raises(StillToMend, match="签字扫描件"):
        desk.reviews.act(leave, "ask_leave", CLERK, declared=True)
    assert standing(desk, leave) is Standing.MISSING
    assert standing(desk, leave, "proof_file") is Standing.NOT_REQUIRED
    desk.records.set(leave, "leave_kind", "病假", CLERK)
    assert standing(desk, leave, "proof_file") is Standing.MISSING


def test_the_declaration_is_asked(desk: Desk, leave: str) -> None:
    desk.materials.supply(leave, "signed_paper", scan(), "请假单.png", CLERK)
    with pytest.raises(NotDeclared, match="代班人"):
        desk.reviews.act(leave, "ask_leave", CLERK)
    assert desk.reviews.state(leave, CLERK).active is None


def test_a_scan_of_older_facts_is_told(desk: Desk, leave: str) -> None:
    desk.materials.supply(leave, "signed_paper", scan(), "请假单.png", CLERK)
    assert standing(desk, leave) is Standing.PRESENT
    desk.records.set(leave, "reason", "婚礼", CLERK)
    assert standing(desk, leave) is Standing.STALE


def test_from_draft_to_granted(desk: Desk, leave: str) -> None:
    handed_in(desk, leave)
    state = desk.reviews.state(leave, CLERK).phase("whole")
    assert (state.stage, state.round, str(state.due)) == ("leave_asked", 1, "2026-12-22")
    assert state.receipt.startswith("回执20261220-")
    assert standing(desk, leave) is Standing.TO_LOOK
    desk.reviews.accept(leave, "whole", "signed_paper", CHIEF)
    assert standing(desk, leave) is Standing.ACCEPTED
    desk.reviews.act(leave, "give_leave", CHIEF)
    assert stage(desk, leave) == "leave_given"
    assert standing(desk, leave) is Standing.ACCEPTED
    assert desk.reviews.state(leave, CHIEF).moves == ()


def test_what_is_said_of_nothing_is_refused(desk: Desk, leave: str) -> None:
    handed_in(desk, leave)
    (row,) = desk.records.table(leave, "periods").order
    for at in ("", "reason", "periods", f"periods/{row}", f"periods/{row}/first_day", "item:signed_paper"):
        desk.reviews.remark(leave, "whole", at, "不清楚", CHIEF)
    for at in ("no_such_field", "item:nothing", "periods/gone", f"periods/{row}/no_such_field", "reason/x"):
        with pytest.raises(PlaceUnknown, match="没有"):
            desk.reviews.remark(leave, "whole", at, "不清楚", CHIEF)
    with pytest.raises(NothingSaid):
        desk.reviews.remark(leave, "whole", "reason", "  ", CHIEF)
    for item in ("nothing", "item:signed_paper"):
        with pytest.raises(PlaceUnknown):
            desk.reviews.accept(leave, "whole", item, CHIEF)


def test_what_was_handed_in_is_locked(desk: Desk, leave: str) -> None:
    handed_in(desk, leave)
    with pytest.raises(SectionLocked, match="请假"):
        desk.records.set(leave, "reason", "改了", CLERK)
    with pytest.raises(SectionLocked):
        desk.records.add_row(leave, "periods", CLERK, {"first_day": "2026-12-28"})
    with pytest.raises(MaterialsLocked):
        desk.materials.supply(leave, "signed_paper", scan(200), "又一张.png", CLERK)
    desk.reviews.act(leave, "take_back", CLERK)
    desk.records.set(leave, "reason", "改了", CLERK)
    assert stage(desk, leave) == "draft"


def test_it_is_withdrawn_until_somebody_opens_it(desk: Desk, leave: str) -> None:
    handed_in(desk, leave)
    desk.reviews.open(leave, "whole", CLERK)  # its owner's look does not count
    desk.reviews.act(leave, "take_back", CLERK)
    desk.reviews.act(leave, "ask_leave", CLERK, declared=True)
    desk.reviews.open(leave, "whole", CHIEF)
    with pytest.raises(OpenedAlready, match="王主管"):
        desk.reviews.act(leave, "take_back", CLERK)


def test_only_who_may_acts_and_only_in_its_stage(desk: Desk, leave: str) -> None:
    handed_in(desk, leave)
    with pytest.raises(NotYours):
        desk.reviews.act(leave, "give_leave", CLERK)
    with pytest.raises(NotYours):
        desk.reviews.remark(leave, "whole", "reason", "写清楚", CLERK)
    desk.reviews.act(leave, "give_leave", CHIEF)
    with pytest.raises(NotNow, match="已准假"):
        desk.reviews.act(leave, "send_back", CHIEF)


def test_who_handed_it_in_does_not_pass_it(desk: Desk, leave: str) -> None:
    handed_in(desk, leave, BOTH)
    with pytest.raises(FourEyes):
        desk.reviews.act(leave, "give_leave", BOTH)


def test_returned_once_with_every_fault(desk: Desk, leave: str) -> None:
    handed_in(desk, leave)
    with pytest.raises(NothingToReturn):
        desk.reviews.act(leave, "send_back", CHIEF)
    desk.reviews.remark(leave, "whole", "reason", "太笼统", CHIEF, remedy="写明去哪里")
    first = desk.reviews.remark(leave, "whole", "item:signed_paper", "没有签字", CHIEF)
    assert [one.label for one in desk.reviews.state(leave, CHIEF).remarks] == ["事由", "请假单（签字扫描件）"]
    assert desk.reviews.state(leave, CLERK).remarks == ()
    desk.reviews.act(leave, "send_back", CHIEF)
    remarks = desk.reviews.state(leave, CLERK).remarks
    assert [one.state for one in remarks] == [RemarkState.OPEN, RemarkState.OPEN]
    assert standing(desk, leave) is Standing.RETURNED

    with pytest.raises(StillToMend, match="没有签字"):
        desk.reviews.act(leave, "ask_leave", CLERK, declared=True)
    desk.records.set(leave, "reason", "回湛江探亲", CLERK)  # answered by the change itself
    told = desk.reviews.correction(leave, "whole", desk.who())
    assert [title for _, title in told.again] == ["请假单"]
    file = desk.materials.state(leave, desk.who()).checklist.items[0].files[0]
    desk.materials.remove(leave, "signed_paper", file.id, CLERK)
    desk.materials.supply(leave, "signed_paper", scan(240), "签了字.png", CLERK)
    desk.reviews.answer(leave, first, "已补签", CLERK)
    told = desk.reviews.correction(leave, "whole", desk.who())
    assert [one.label for one in told.differences] == ["事由"]
    assert told.again == ()  # it is there
    assert told.good == ()  # the list of days is never sealed
    desk.reviews.act(leave, "ask_leave", CLERK, declared=True)
    remarks = desk.reviews.state(leave, CHIEF).remarks
    assert [(one.state, one.answer) for one in remarks] == [
        (RemarkState.ANSWERED, "已改"),
        (RemarkState.ANSWERED, "已补签"),
    ]
    assert desk.reviews.correction(leave, "whole", desk.who()).items == ("signed_paper",)


def test_what_was_to_be_seen_before_needs_a_reason(desk: Desk, leave: str) -> None:
    handed_in(desk, leave)
    desk.reviews.remark(leave, "whole", "reason", "太笼统", CHIEF)
    desk.reviews.act(leave, "send_back", CHIEF)
    desk.records.set(leave, "reason", "回湛江探亲", CLERK)
    file = desk.materials.state(leave, desk.who()).checklist.items[0].files[0]
    desk.materials.remove(leave, "signed_paper", file.id, CLERK)
    desk.materials.supply(leave, "signed_paper", scan(240), "再签.png", CLERK)
    desk.reviews.act(leave, "ask_leave", CLERK, declared=True)
    late = desk.reviews.remark(leave, "whole", "department", "部门不对", CHIEF)
    assert desk.reviews.is_late(leave, "whole", "department", "部门不对", desk.who())
    assert not desk.reviews.is_late(leave, "whole", "reason", "太笼统", desk.who())
    with pytest.raises(ReasonForLateRemark, match="部门"):
        desk.reviews.act(leave, "send_back", CHIEF)
    desk.reviews.remark(leave, "whole", "department", "部门不对", CHIEF, reason="人事刚通知调动", id=late)
    desk.reviews.act(leave, "send_back", CHIEF)
    state = desk.reviews.state(leave, CHIEF).phase("whole")
    assert (state.returned, state.round) == (2, 2)


def test_passing_with_remarks_is_asked(desk: Desk, leave: str) -> None:
    handed_in(desk, leave)
    desk.reviews.remark(leave, "whole", "reason", "下次写清楚", CHIEF)
    with pytest.raises(RemarksOpen, match="1 条"):
        desk.reviews.act(leave, "give_leave", CHIEF)
    desk.reviews.act(leave, "give_leave", CHIEF, confirmed=True)
    assert stage(desk, leave) == "leave_given"


def test_a_stale_page_is_told_who_decided_what(desk: Desk, leave: str) -> None:
    handed_in(desk, leave)
    seen = desk.reviews.state(leave, CHIEF).n
    other = Person(name="李敏", roles=("manager",))
    desk.reviews.remark(leave, "whole", "reason", "太笼统", other)
    desk.reviews.act(leave, "send_back", other)
    with pytest.raises(StageMoved, match="李敏 09:00 已经“退回改”"):
        desk.reviews.act(leave, "give_leave", CHIEF, seen=seen)


def test_the_same_request_is_one_act(desk: Desk, leave: str) -> None:
    desk.materials.supply(leave, "signed_paper", scan(), "请假单.png", CLERK)
    first = desk.reviews.act(leave, "ask_leave", CLERK, declared=True, request="once")
    assert desk.reviews.act(leave, "ask_leave", CLERK, declared=True, request="once") == first
    assert desk.reviews.state(leave, CLERK).phase("whole").round == 1


def test_the_history_says_what_was_done(desk: Desk, leave: str) -> None:
    handed_in(desk, leave)
    desk.reviews.act(leave, "give_leave", CHIEF)
    assert [one.what for one in desk.history.timeline(leave)][:2] == ["准假", "交给主管"]


def test_the_scan_of_a_paper_that_cannot_be_printed_is_wanted_all_the_same(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, templates=tmp_path / "nothing")
    leave = filled(desk)
    items = {one.id: one for one in desk.materials.state(leave, CLERK).checklist.items}
    assert (items["signed_paper"].standing, items["signed_paper"].print) == (Standing.MISSING, "")
    desk.materials.supply(leave, "signed_paper", scan(), "请假单.png", CLERK)
    items = {one.id: one for one in desk.materials.state(leave, CLERK).checklist.items}
    assert items["signed_paper"].standing is Standing.PRESENT


def test_a_file_for_what_is_no_longer_asked_stays_and_hinders_nothing(desk: Desk, leave: str) -> None:
    desk.records.set(leave, "leave_kind", "病假", CLERK)
    proof = desk.materials.supply(leave, "proof_file", scan(200), "病历.png", CLERK)
    assert standing(desk, leave, "proof_file") is Standing.PRESENT
    desk.records.set(leave, "leave_kind", "年假", CLERK)
    checklist = desk.materials.state(leave, CLERK).checklist
    item = next(one for one in checklist.items if one.id == "proof_file")
    assert (item.standing, item.why, [one.id for one in item.files]) == (
        Standing.NOT_REQUIRED,
        "年假不用证明；传过的 1 个文件留着，不算在内",
        [proof.id],
    )
    handed_in(desk, leave)
    assert stage(desk, leave) == "leave_asked"


def test_files_of_one_content_are_one_at_an_item_and_each_its_own_at_two(desk: Desk, leave: str) -> None:
    desk.records.set(leave, "leave_kind", "病假", CLERK)
    first = desk.materials.supply(leave, "signed_paper", scan(), "请假单.png", CLERK)
    assert desk.materials.supply(leave, "signed_paper", scan(), "又一次.png", CLERK) == first
    other = desk.materials.supply(leave, "proof_file", scan(), "同一张.png", CLERK)
    assert other.id != first.id and other.digest == first.digest
    desk.materials.remove(leave, "proof_file", other.id, CLERK)
    assert standing(desk, leave) is Standing.PRESENT
    assert desk.materials.state(leave, CLERK).checklist.items[0].files == (first,)


def test_the_printed_checklist_numbers_its_lines_once(desk: Desk, leave: str) -> None:
    page = checklist_page("李静 年假", "请假", desk.materials.state(leave, CLERK).checklist, "2026年12月18日")
    assert page.count("序号") == 1
    assert "请假单（签字扫描件）" in page
