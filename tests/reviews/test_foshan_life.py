"""An application and a class of the Foshan pack from their drafts to their ends, by all who have a part in it."""

import re
from pathlib import Path

import pytest

from onefill.errors import OneFillError
from onefill.materials import Standing
from onefill.reviews.errors import FourEyes, GuardFailed, NotNow, StillToMend
from onefill.service import Desk
from onefill.service.cases import SectionLocked
from onefill.service.edits import Put
from onefill.service.shapes import Person
from onefill.ui.bars import called
from onefill.ui.handing import came_back
from samples import resolve, sample_records
from tests.desks import Clock, load, make_desk
from tests.reviews.foshan import (
    CITY,
    CLERK,
    DAY,
    INSPECTOR,
    LEADER,
    OFFICER,
    PEOPLE,
    RESPONSIBLE,
    allot,
    approve_application,
    code_class,
    file_class,
    foshan_desk,
    hand_in_all,
    items,
    looked_at,
    pages,
    part_of_class,
)


@pytest.fixture
def alone(tmp_path: Path) -> tuple[Desk, str]:
    """An application that nobody has touched."""
    desk = foshan_desk(tmp_path)
    return desk, load(desk, "application")["application"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return foshan_desk(tmp_path_factory.mktemp("life"))


@pytest.fixture(scope="module")
def ids(desk: Desk) -> dict[str, str]:
    """What classes need, the application approved; one class saw it before that."""
    known = load(desk, "application")
    early = part_of_class(desk, known, 0)
    assert [one.standing for one in items(desk, early, "filing").values()] == [Standing.MISSING] * 7
    approve_application(desk, known["application"])
    return {**known, "early": early}


def stage(desk: Desk, record: str, phase: str) -> str:
    return desk.reviews.state(record, OFFICER).phase(phase).stage


def test_an_application_goes_through_both_levels(alone: tuple[Desk, str]) -> None:
    desk, record = alone
    with pytest.raises(StillToMend, match="还没有盖章的扫描件"):
        desk.reviews.act(record, "submit_application", RESPONSIBLE, declared=True)
    approve_application(desk, record)
    assert stage(desk, record, "apply") == "approved"
    assert stage(desk, record, "approved") == "filed_away"
    desk.reviews.act(record, "publish", CITY, day=DAY)
    desk.reviews.act(record, "record_province", OFFICER, day=DAY)
    acts = desk.reviews.state(record, CITY).phase("apply").acts
    assert [(one.title, one.rank) for one in acts][3] == ("推荐", 1)
    assert [one.day for one in acts[-2:]] == [DAY, DAY]


def test_the_city_sends_an_application_back_to_the_district(alone: tuple[Desk, str]) -> None:
    desk, record = alone
    act = desk.reviews.act
    hand_in_all(desk, record, "apply")
    act(record, "submit_application", RESPONSIBLE, declared=True)
    for _ in range(2):
        if stage(desk, record, "apply") == "handed_to_district":
            act(record, "take_up", OFFICER)
        act(record, "first_review", OFFICER, opinion="相符")
        act(record, "recommend", LEADER, opinion="同意推荐", rank=2)
        act(record, "report_to_city", OFFICER, day=DAY)
        if len(desk.reviews.state(record, CITY).phase("apply").acts) == 5:
            act(record, "return_to_district", CITY, reason="请核实场地面积")
    act(record, "city_pass", CITY, opinion="同意")
    assert stage(desk, record, "apply") == "approved"


def test_what_is_closed_hinders_nothing_from_then_on(alone: tuple[Desk, str]) -> None:
    desk, record = alone
    act = desk.reviews.act
    hand_in_all(desk, record, "apply")
    act(record, "submit_application", RESPONSIBLE, declared=True)
    desk.reviews.remark(record, "apply", "round", "批次不对", OFFICER)
    act(record, "return_application", OFFICER)
    (remark,) = desk.reviews.state(record, RESPONSIBLE).remarks
    desk.reviews.answer(record, remark.id, "核对过，是这一批", RESPONSIBLE)
    act(record, "submit_application", RESPONSIBLE, declared=True)
    act(record, "take_up", OFFICER)
    with pytest.raises(GuardFailed, match="还有 1 条意见没有关"):
        act(record, "first_review", OFFICER, opinion="相符")
    desk.reviews.close_remark(record, remark.id, OFFICER)
    act(record, "first_review", OFFICER, opinion="相符")
    assert stage(desk, record, "apply") == "examined"


def under_way(desk: Desk) -> int:
    """How many classes are not done with."""
    front = desk.records.front(["training_class"], first="changed")
    return front.total - front.counts["done"]


def heads(desk: Desk, record: str) -> list[str]:
    """What the bar of a record says of where it is."""
    return re.findall(r"[一-龥]+ · [一-龥]+", called(desk.records.state(record)))


def test_a_class_is_in_the_first_phase_that_is_not_done(tmp_path: Path) -> None:
    desk = foshan_desk(tmp_path)
    ids, act = load(desk, "application"), desk.reviews.act
    approve_application(desk, ids["application"])
    record = part_of_class(desk, ids, 0)
    assert heads(desk, record) == ["训前备案 · 已填齐"], "scores and archive are filled in, and nothing was handed in"
    assert "训前备案已填齐" in desk.records.state(record).next_step
    desk.documents.archive(record, "filing", CLERK, pdf=False)
    assert heads(desk, record) == ["证书申请 · 已填齐"], "who works for themselves has it printed for the counter"
    hand_in_all(desk, record, "filing")
    act(record, "submit_filing", RESPONSIBLE, declared=True)
    assert heads(desk, record) == ["训前备案 · 备案待区审核"]
    act(record, "review_filing", OFFICER)
    act(record, "approve_filing", LEADER, reason="系统启用以前开的班")
    assert heads(desk, record) == ["训前备案 · 已备案", "证书申请 · 已填齐"]
    assert under_way(desk) == 1, "the certificates are still to be asked for"
    code_class(desk, record)
    assert heads(desk, record) == ["证书申请 · 编码已下发", "归档 · 已填齐"]
    act(record, "register_certificates", OFFICER)
    hand_in_all(desk, record, "archive")
    assert under_way(desk) == 1
    act(record, "close_archive", CLERK, declared=True)
    assert under_way(desk) == 0


def test_what_is_printed_to_be_sealed_is_not_handed_in(tmp_path: Path) -> None:
    desk = foshan_desk(tmp_path)
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    record = part_of_class(desk, ids, 0)
    desk.people.add_unit("440600/440604", "school", "样例学校", Person())
    desk.transfers.adopt("440600/440604/school", Person())
    desk.documents.archive(record, "filing", CLERK, pdf=False)
    assert heads(desk, record) == ["训前备案 · 已填齐"], desk.records.state(record).next_step


def test_who_looks_after_accounts_decides_nothing(alone: tuple[Desk, str]) -> None:
    desk, record = alone
    hand_in_all(desk, record, "apply")
    desk.reviews.act(record, "submit_application", RESPONSIBLE, declared=True)
    for role in ("auditor", "administrator", "author", "inspector", "clerk"):
        with pytest.raises(Exception, match="区经办人"):
            desk.reviews.remark(record, "apply", "round", "不对", PEOPLE[role])


def test_a_class_takes_what_was_approved(desk: Desk, ids: dict[str, str]) -> None:
    taken = items(desk, ids["early"], "filing")
    for mine, theirs, phase in (
        ("approved_form_copy", "approved_form", "approved"),
        ("brochure_copy", f"brochure.{ids['course_home']}", "apply"),
        ("textbook_copy", f"textbook.{ids['course_home']}", "apply"),
    ):
        assert taken[mine].files[0].digest == items(desk, ids["application"], phase)[theirs].files[0].digest
        assert taken[mine].files[0].source == ids["application"]
    assert {key for key, one in taken.items() if one.lacking} == {"plan_scan", "roster_scan"}
    desk.materials.supply(ids["early"], "textbook_copy", pages("another book"), "教材.pdf", CLERK)
    other = items(desk, ids["early"], "filing")["textbook_copy"]
    assert (other.standing, other.why) == (Standing.STALE, "和已经通过的那一份不是同一个文件")
    desk.materials.remove(ids["early"], "textbook_copy", other.files[0].id, CLERK)


def marks_are_entered_after_filing(desk: Desk, record: str) -> None:
    """The roster stays as it was handed in; what is asked of the same rows later on is filled."""
    section = next(one for one in desk.records.state(record).sections if one.key == "trainees")
    assert "后面阶段的照样填" in section.locked
    assert {"theory", "practice", "cert_no"} < section.open
    assert "name" not in section.open
    locked = {one.definition.key for one in desk.records.table_columns(record, "trainees") if one.locked}
    assert {"name", "id_no"} < locked
    assert not locked & section.open
    desk.records.set(record, "trainees/r11/theory", "61", CLERK)
    desk.records.edit(record, "trainees", [Put(sequence=1, row="r11", values={"theory": "62"})], CLERK, window="w")
    for path in ("trainees/r11/name", "trainees/r11/@order"):
        with pytest.raises(OneFillError):
            desk.records.set(record, path, "1", CLERK)
    for deed in (
        lambda: desk.records.add_row(record, "trainees", CLERK),
        lambda: desk.records.remove_row(record, "trainees", "r11", CLERK),
        lambda: desk.records.put(record, {"trainees/new/theory": 60}, CLERK),
        lambda: desk.records.put(record, {"trainees/r11": None}, CLERK),
    ):
        with pytest.raises(SectionLocked):
            deed()


def test_a_class_from_filing_to_the_archive(desk: Desk, ids: dict[str, str]) -> None:
    record, act = part_of_class(desk, ids, 1), desk.reviews.act
    with pytest.raises(GuardFailed, match="备案同意以后"):
        act(record, "submit_certificates", RESPONSIBLE, declared=True)
    file_class(desk, record)
    with pytest.raises(SectionLocked):
        desk.records.set(record, "planned_count", "49", CLERK)
    marks_are_entered_after_filing(desk, record)
    hand_in_all(desk, record, "certificates")
    act(record, "submit_certificates", RESPONSIBLE, declared=True)
    act(record, "review_certificates", OFFICER)
    act(record, "approve_certificates", LEADER)
    allot(desk, record)
    act(record, "assign_codes", CITY, day=DAY)
    assert stage(desk, record, "certificates") == "coded"
    archive = items(desk, record, "archive")
    lacking = {key for key, one in archive.items() if one.lacking}
    assert lacking == {"courseware", "teaching_log_scan", "exam_paper", "certificate_copies", "receipt_scan"}
    sign_in = items(desk, record, "certificates")["sign_in_scan"]
    assert (sign_in.need, archive["archive_sign_in"].pages) == (12, 12)
    hand_in_all(desk, record, "archive")
    with pytest.raises(GuardFailed, match=r"还没有登记证书；编号填好以后交区里核对登记.*第 1 行.*还没有登记"):
        act(record, "close_archive", CLERK, declared=True)
    act(record, "hand_codes", CLERK)
    act(record, "register_certificates", OFFICER)
    act(record, "close_archive", CLERK, declared=True)
    assert stage(desk, record, "archive") == "archived"
    act(record, "reopen_archive", RESPONSIBLE, reason="补签收名册")


def test_a_roster_changes_only_as_granted(desk: Desk, ids: dict[str, str]) -> None:
    record, act = part_of_class(desk, ids, 2), desk.reviews.act
    file_class(desk, record)
    act(record, "ask_change", RESPONSIBLE, reason="一人退学，换一人")
    asked = desk.reviews.state(record, OFFICER).phase("filing")
    assert (asked.assigned, set(asked.waits_for)) == ("", {"区经办人", "区负责人"})
    with pytest.raises(SectionLocked):
        desk.records.set(record, "head_teacher", "何乙未", CLERK)
    assert desk.records.state(record).phases[desk.records.state(record).phase].key == "certificates"
    act(record, "grant_change", OFFICER, opinion="准予")
    opened = desk.records.state(record)
    assert opened.phases[opened.phase].key == "filing"  # the change comes first, not what certificates lack
    assert opened.next_step == "训前备案：准予变更，正在改，改好以后请提交"
    assert opened.submitted is not None and not opened.submitted.sent_back
    granted = desk.reviews.state(record, RESPONSIBLE)
    assert "准予变更，正在改</b>，改好以后请" in came_back(granted, granted.phase("filing"))
    desk.records.set(record, "head_teacher", "何乙未", CLERK)
    with pytest.raises(GuardFailed, match="备案同意以后"):
        act(record, "submit_certificates", RESPONSIBLE, declared=True)
    with pytest.raises(StillToMend, match="培训计划"):  # what was sealed says otherwise now
        act(record, "submit_change", RESPONSIBLE, declared=True)
    plan = items(desk, record, "filing")["plan_scan"]
    assert plan.standing is Standing.STALE
    desk.materials.remove(record, "plan_scan", plan.files[0].id, CLERK)
    desk.materials.supply(record, "plan_scan", pages("plan again"), "计划.pdf", CLERK)
    act(record, "submit_change", RESPONSIBLE, declared=True)
    act(record, "withdraw_change", CLERK)
    assert stage(desk, record, "filing") == "change_open"
    act(record, "submit_change", RESPONSIBLE, declared=True)
    act(record, "approve_change", LEADER)
    assert stage(desk, record, "filing") == "filed"


def test_a_change_that_was_granted_is_not_sent_back_though_the_filing_once_was(alone: tuple[Desk, str]) -> None:
    desk, application = alone
    approve_application(desk, application)
    record, act = part_of_class(desk, load(desk, "application"), 2), desk.reviews.act
    hand_in_all(desk, record, "filing")
    act(record, "submit_filing", RESPONSIBLE, declared=True)

    def sent_back() -> bool:
        told = desk.records.state(record).submitted
        line = next(one for one in desk.records.list("training_class") if one.id == record)
        assert told is not None and line.submitted is not None and told.sent_back == line.submitted.sent_back
        return told.sent_back

    desk.reviews.remark(record, "filing", "planned_count", "人数和名册不符", OFFICER)
    act(record, "return_filing", OFFICER)
    assert sent_back()
    (remark,) = desk.reviews.state(record, CLERK).remarks
    desk.reviews.answer(record, remark.id, "已核对", CLERK)
    act(record, "submit_filing", RESPONSIBLE, declared=True)
    act(record, "withdraw_filing", CLERK)
    act(record, "submit_filing", RESPONSIBLE, declared=True)
    desk.reviews.close_remark(record, remark.id, OFFICER)
    act(record, "review_filing", OFFICER)
    act(record, "approve_filing", LEADER, reason="系统启用以前开的班")
    act(record, "ask_change", RESPONSIBLE, reason="一人退学，换一人")
    act(record, "grant_change", OFFICER, opinion="准予")
    assert not sent_back()


def test_a_roster_stays_while_its_certificates_are_looked_at(alone: tuple[Desk, str]) -> None:
    desk, application = alone
    approve_application(desk, application)
    record, act = part_of_class(desk, load(desk, "application"), 0), desk.reviews.act
    file_class(desk, record)
    hand_in_all(desk, record, "certificates")
    act(record, "submit_certificates", RESPONSIBLE, declared=True)
    for done in ((), ("review_certificates", OFFICER), ("approve_certificates", LEADER)):
        if done:
            act(record, *done)
        with pytest.raises(GuardFailed, match="证书申请正在审"):
            act(record, "ask_change", RESPONSIBLE, reason="一人退学")
    desk.reviews.remark(record, "certificates", "trainees", "名册不对", CITY)
    act(record, "city_return_certificates", CITY)
    act(record, "ask_change", RESPONSIBLE, reason="一人退学")
    with pytest.raises(GuardFailed, match="备案同意以后"):
        act(record, "submit_certificates", RESPONSIBLE, declared=True)


def test_a_correction_that_is_withdrawn_is_still_to_be_corrected(alone: tuple[Desk, str]) -> None:
    desk, record = alone
    act = desk.reviews.act
    hand_in_all(desk, record, "apply")
    act(record, "submit_application", RESPONSIBLE, declared=True)
    act(record, "withdraw_application", CLERK)
    assert stage(desk, record, "apply") == "draft"
    act(record, "submit_application", RESPONSIBLE, declared=True)
    remark = desk.reviews.remark(record, "apply", "courses", "人数不对", OFFICER)
    act(record, "return_application", OFFICER)
    desk.reviews.answer(record, remark, "已核对", CLERK)
    act(record, "submit_application", RESPONSIBLE, declared=True)
    act(record, "withdraw_application", CLERK)
    assert stage(desk, record, "apply") == "to_correct"


def inspection_of(desk: Desk, record: str) -> str:
    sample = next(one for one in sample_records() if one.name == "inspection")
    seen = {"present": 9, "leave": 1, "method": ["现场检查"]}
    return desk.records.create("inspection", desk.who(), resolve(sample.data, {"class_50": record}) | seen)


def hindered(desk: Desk, record: str) -> str:
    """What keeps the leader from agreeing to the certificates of a class."""
    moves = desk.reviews.state(record, LEADER).moves
    return next(one.hindered for one in moves if one.action.key == "approve_certificates")


def test_an_open_problem_wants_a_reason(desk: Desk, ids: dict[str, str]) -> None:
    record, act = part_of_class(desk, ids, 3), desk.reviews.act
    file_class(desk, record)
    found = found_a_problem(desk, record)
    hand_in_all(desk, record, "certificates")
    act(record, "submit_certificates", RESPONSIBLE, declared=True)
    act(record, "review_certificates", OFFICER)
    assert hindered(desk, record) == "", "nobody has handed the inspection up"
    act(found, "hand_up_record", INSPECTOR)
    assert "检查发现了问题" in hindered(desk, record)
    act(found, "order_rectify", LEADER, opinion="属实")
    mended(desk, found, "合格")
    assert "检查发现了问题" in hindered(desk, record), "nobody has confirmed what was found the second time"
    act(found, "hand_up_recheck", INSPECTOR)
    with pytest.raises(GuardFailed, match="检查发现了问题"):
        act(record, "approve_certificates", LEADER)
    act(record, "approve_certificates", LEADER, reason="问题只涉及教材，已当场改正")
    assert desk.reviews.state(record, CITY).phase("certificates").acts[-1].reason == "问题只涉及教材，已当场改正"
    act(found, "confirm_rectified", LEADER)


@pytest.mark.parametrize("left", ["with its inspector again", "with the qualification revoked"])
def test_a_problem_is_open_until_it_is_settled(tmp_path: Path, left: str) -> None:
    desk = foshan_desk(tmp_path)
    ids, act = load(desk, "application"), desk.reviews.act
    approve_application(desk, ids["application"])
    record = part_of_class(desk, ids, 0)
    file_class(desk, record)
    revoked = left == "with the qualification revoked"  # after the class was over, so that it bars nothing by itself
    found = found_a_problem(desk, record, "取消培训资格" if revoked else "责令限期整改")
    act(found, "hand_up_record", INSPECTOR)
    if revoked:
        act(found, "revoke_at_once", LEADER, reason="骗取补贴")
    else:
        desk.reviews.remark(found, "check", "problem_note", "写清楚少上哪一课时", LEADER)
        act(found, "return_record", LEADER)
    hand_in_all(desk, record, "certificates")
    act(record, "submit_certificates", RESPONSIBLE, declared=True)
    act(record, "review_certificates", OFFICER)
    where = (
        "到处理措施台账里找班次 440604-012-2026-100，等恢复"
        if revoked
        else "班次 440604-012-2026-100 的检查记录还没有审定"
    )
    with pytest.raises(GuardFailed, match=f"检查发现了问题，还没有了结：.*{where}"):
        act(record, "approve_certificates", LEADER)
    act(record, "approve_certificates", LEADER, reason="这个班的培训和考核核对过，属实")


def test_a_problem_that_was_mended_keeps_nothing_back(desk: Desk, ids: dict[str, str]) -> None:
    record = part_of_class(desk, ids, 4)
    act, found = desk.reviews.act, ordered_to_mend(desk, record)
    with pytest.raises(GuardFailed, match="填好复查日期"):
        act(found, "hand_up_recheck", INSPECTOR)
    mended(desk, found, "合格")
    act(found, "hand_up_recheck", INSPECTOR)
    with pytest.raises(GuardFailed):
        act(found, "confirm_not_rectified", LEADER, reason="没有改")
    act(found, "confirm_rectified", LEADER)
    assert stage(desk, found, "recheck") == "rectified"
    file_class(desk, record)
    hand_in_all(desk, record, "certificates")
    act(record, "submit_certificates", RESPONSIBLE, declared=True)
    act(record, "review_certificates", OFFICER)
    act(record, "approve_certificates", LEADER)


def mended(desk: Desk, found: str, outcome: str) -> None:
    """Write down how the class was found the second time."""
    desk.records.set(found, "recheck_date", "2026-12-02", INSPECTOR)
    desk.records.set(found, "recheck_outcome", outcome, INSPECTOR)
    hand_in_all(desk, found, "recheck", INSPECTOR)


def found_a_problem(desk: Desk, record: str, decision: str = "责令限期整改") -> str:
    """An inspection of a class that has found a problem, written down with its papers."""
    found = inspection_of(desk, record)
    typed = {
        "has_problem": "是",
        "problems": "缩短培训课时",
        "problem_note": "少上一课时",
        "decision": decision,
        "due_date": "2026-11-30",
    }
    for path, value in typed.items():
        desk.records.set(found, path, value, INSPECTOR)
    hand_in_all(desk, found, "check", INSPECTOR)
    return found


def ordered_to_mend(desk: Desk, record: str) -> str:
    """The same, and what was ordered."""
    found, act = found_a_problem(desk, record), desk.reviews.act
    act(found, "hand_up_record", INSPECTOR)
    with pytest.raises(GuardFailed, match="检查发现了问题"):
        act(found, "close_record", LEADER)
    act(found, "order_rectify", LEADER, opinion="限期整改")
    return found


def test_a_class_that_was_not_mended_gets_no_certificates(tmp_path: Path) -> None:
    desk = foshan_desk(tmp_path)
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    record, act = part_of_class(desk, ids, 0), desk.reviews.act
    file_class(desk, record)
    found = ordered_to_mend(desk, record)
    hand_in_all(desk, record, "certificates")
    act(record, "submit_certificates", RESPONSIBLE, declared=True)
    act(record, "review_certificates", OFFICER)
    act(record, "approve_certificates", LEADER, reason="只差一课时")
    allot(desk, record)
    mended(desk, found, "不合格")  # what an inspector has only written down decides nothing
    assert [one.hindered for one in desk.reviews.state(record, CITY).moves if one.action.key == "assign_codes"] == [""]
    act(found, "hand_up_recheck", INSPECTOR)
    act(found, "confirm_not_rectified", LEADER, reason="仍少一课时")
    with pytest.raises(GuardFailed, match="取消了这个班的发证资格"):
        act(record, "assign_codes", CITY, day=DAY)
    desk.reviews.remark(record, "certificates", "", "检查后取消发证资格", CITY)
    act(record, "city_return_certificates", CITY)
    with pytest.raises(GuardFailed, match="取消了这个班的发证资格"):
        act(record, "submit_certificates", RESPONSIBLE, declared=True)


def test_a_filing_is_judged_by_the_day_it_was_handed_in(tmp_path: Path) -> None:
    clock = Clock()
    desk = make_desk(tmp_path, inspect=looked_at, clock=clock)
    known = load(desk, "application")
    approve_application(desk, known["application"])
    act = desk.reviews.act
    in_time, late = (part_of_class(desk, known, place) for place in (0, 1))  # both begin on 9 November
    for record, day in ((in_time, 6), (late, 10)):
        clock.now = clock.now.replace(month=11, day=day)
        hand_in_all(desk, record, "filing")
        act(record, "submit_filing", RESPONSIBLE, declared=True)
    clock.now = clock.now.replace(day=20)
    desk.reviews.remark(in_time, "filing", "head_teacher", "不是班主任", OFFICER)
    act(in_time, "return_filing", OFFICER)
    (remark,) = desk.reviews.state(in_time, RESPONSIBLE).remarks
    desk.reviews.answer(in_time, remark.id, "核对过，没有写错", RESPONSIBLE)
    act(in_time, "submit_filing", RESPONSIBLE, declared=True)
    desk.reviews.close_remark(in_time, remark.id, OFFICER)
    for record in (in_time, late):
        act(record, "review_filing", OFFICER)
    with pytest.raises(GuardFailed) as refused:  # what was corrected later was handed in before, but agreed to late
        act(in_time, "approve_filing", LEADER)
    assert "2026年11月9日已经开班，今天2026年11月20日" in str(refused.value) and "才提交" not in str(refused.value)
    act(in_time, "approve_filing", LEADER, reason="11 月 6 日已交，补正只改了班主任")
    with pytest.raises(GuardFailed, match="2026年11月10日才提交备案，2026年11月9日已经开班"):
        act(late, "approve_filing", LEADER)
    (move,) = (one for one in desk.reviews.state(late, LEADER).moves if one.action.key == "approve_filing")
    assert move.waivable
    act(late, "approve_filing", LEADER, reason="系统停机，纸质材料 11 月 5 日已收")
    assert stage(desk, in_time, "filing") == stage(desk, late, "filing") == "filed"


def test_nobody_passes_what_the_same_person_reviewed(desk: Desk, ids: dict[str, str]) -> None:
    record = ids["early"]
    both = type(OFFICER)(name="陈经办", roles=("district_officer", "district_leader"))
    hand_in_all(desk, record, "filing")
    desk.reviews.act(record, "submit_filing", RESPONSIBLE, declared=True)
    desk.reviews.act(record, "review_filing", both)
    with pytest.raises(FourEyes):
        desk.reviews.act(record, "approve_filing", both)
    with pytest.raises(NotNow):
        desk.reviews.act(record, "review_filing", both)


def test_whoever_agrees_to_certificates_is_told_at_which_papers_nobody_looked(alone: tuple[Desk, str]) -> None:
    desk, application = alone
    approve_application(desk, application)
    record = part_of_class(desk, load(desk, "application"), 1)
    file_class(desk, record)
    hand_in_all(desk, record, "certificates")
    desk.reviews.act(record, "submit_certificates", RESPONSIBLE, declared=True)
    for action, who in (("review_certificates", OFFICER), ("approve_certificates", LEADER)):
        [told] = desk.batches.unlooked(action, [record], who)
        assert "监考记录表（签字扫描件）" in told.items
        desk.reviews.act(record, action, who)
    assert desk.batches.unlooked("assign_codes", [record], CITY) == ()
