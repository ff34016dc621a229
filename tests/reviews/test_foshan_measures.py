"""Foshan's registers: grants out of the city's decision, the ladder of measures, and what it blocks."""

import itertools
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from onefill.reviews.errors import FourEyes, GuardFailed, StillToMend
from onefill.service import Desk
from store import EVERYTHING
from store.registers import RegisterLine
from tests.desks import NOW, Clock, load, make_desk
from tests.papers import word_text
from tests.reviews.foshan import (
    CITY,
    CLERK,
    INSPECTOR,
    LEADER,
    OFFICER,
    RESPONSIBLE,
    allot,
    approve_application,
    code_class,
    file_class,
    hand_in_all,
    items,
    looked_at,
    part_of_class,
)
from tests.reviews.test_foshan_life import inspection_of
from tests.reviews.test_foshan_notices import printed, squeezed

#: What is done by itself once an order was given.
STEPS = {"取消该班次学员证书发放资格": "bar_class", "取消培训资格": "revoke_qualification"}
OTHER_LEADER = replace(LEADER, name="陈区长")
#: No list from before the registers reaches so far, nor does the sample's licence: only grants are looked at.
FAR = {"start_date": "2028-07-10", "end_date": "2028-07-20"}


def grants(desk: Desk) -> list[RegisterLine]:
    return desk.store.register("course_grants", NOW.date() + timedelta(days=10), EVERYTHING)


def states(desk: Desk, register: str = "course_grants", days: int = 10) -> set[str]:
    lines = desk.store.register(register, NOW.date() + timedelta(days=days), EVERYTHING)
    return {str(line.state) for line in lines}


def measures(desk: Desk) -> dict[str, str]:
    lines = desk.store.register("class_measures", NOW.date() + timedelta(days=10), EVERYTHING)
    return {line.facts["sanction"]: str(line.state) for line in lines}


def ordered(desk: Desk, record: str, *decision: str) -> str:
    """An inspection of a class upon which these measures were taken, besides an order to mend."""
    found = inspection_of(desk, record)
    typed = {
        "has_problem": "是",
        "problems": "骗取培训补贴资金",
        "problem_note": "虚报课时",
        "decision": "、".join(("责令限期整改", *decision)),
        "due_date": "2027-01-20",
    }
    for path, value in typed.items():
        desk.records.set(found, path, value, INSPECTOR)
    hand_in_all(desk, found, "check", INSPECTOR)
    desk.reviews.act(found, "hand_up_record", INSPECTOR)
    desk.reviews.act(found, "order_rectify", LEADER, opinion="情况属实")
    for measure, action in STEPS.items():
        if measure in decision:
            desk.reviews.act(found, action, LEADER, reason="情节严重")
    return found


def told_of_grant(desk: Desk, record: str) -> list[str]:
    return [one.said for one in desk.reviews.blockers(record, "filing", CLERK) if "授权" in one.said]


def far(desk: Desk, ids: dict[str, str], place: int = 0) -> str:
    record = part_of_class(desk, ids, place)
    for path, value in FAR.items():
        desk.records.set(record, path, value, CLERK)
    return record


def test_what_enters_the_register_names_the_measure(desk: Desk, ids: dict[str, str]) -> None:
    found = ordered(desk, part_of_class(desk, ids, 1))
    (lifting,) = desk.reviews.entering(found, "lift_measures", OTHER_LEADER) or ()
    assert [line.rpartition("　")[2] for line in lifting.lines] == ["责令限期整改"]


def test_the_citys_pass_grants_each_course_of_the_application(desk: Desk, ids: dict[str, str]) -> None:
    courses = {line.facts["course"]["id"] for line in grants(desk)}
    rows = desk.records.row_ids(ids["application"], "courses")
    assert len(courses) == len(rows)
    assert {line.record for line in grants(desk)} == {ids["application"]}
    assert all(line.facts["institution"]["label"] and line.facts["uscc"] for line in grants(desk))


def test_a_class_wants_a_grant_of_its_first_day(desk: Desk) -> None:
    ids = load(desk, "application")
    record = far(desk, ids)
    assert told_of_grant(desk, record)[0].endswith("的有效授权")
    approve_application(desk, ids["application"])
    assert told_of_grant(desk, record) == []


def test_a_grant_that_ended_the_day_before_is_told_with_its_last_day(
    desk: Desk, ids: dict[str, str], clock: Clock
) -> None:
    record, found = far(desk, ids), ordered(desk, part_of_class(desk, ids, 1), "取消培训资格")
    desk.reviews.act(found, "report_removal", LEADER, reason="骗取补贴")
    clock.now = NOW.replace(year=2028, month=7, day=10)
    desk.reviews.act(found, "confirm_removal", CITY)
    (said,) = told_of_grant(desk, record)
    assert "授权已经终止，最后一天是2028年7月9日" in said
    desk.records.set(record, "start_date", "2028-07-09", CLERK)
    assert told_of_grant(desk, record)[0].endswith("的有效授权")  # suspended from the district's report on


def test_a_stop_of_new_classes_holds_for_the_whole_institution_until_it_is_mended(
    desk: Desk, ids: dict[str, str]
) -> None:
    act, found = desk.reviews.act, ordered(desk, part_of_class(desk, ids, 1), "暂停新开班审批")
    other = part_of_class(desk, ids, 2)
    hand_in_all(desk, other, "filing")
    with pytest.raises(GuardFailed, match="暂停新开班审批"):
        act(other, "submit_filing", RESPONSIBLE, declared=True)
    desk.records.set(found, "recheck_date", "2026-12-20", INSPECTOR)
    desk.records.set(found, "recheck_outcome", "合格", INSPECTOR)
    hand_in_all(desk, found, "recheck", INSPECTOR)
    act(found, "hand_up_recheck", INSPECTOR)
    act(found, "confirm_rectified", LEADER)
    assert set(measures(desk).values()) == {"ended"}
    act(other, "submit_filing", RESPONSIBLE, declared=True)


def test_a_measure_is_lifted_and_taken_again_and_one_order_lifts_no_other(desk: Desk, ids: dict[str, str]) -> None:
    act = desk.reviews.act
    first = ordered(desk, part_of_class(desk, ids, 1), "暂停新开班审批")
    other = part_of_class(desk, ids, 3)
    hand_in_all(desk, other, "filing")
    with pytest.raises(FourEyes):
        act(first, "lift_measures", LEADER, reason="已提前改正")
    act(first, "lift_measures", OTHER_LEADER, reason="已提前改正")
    act(first, "order_again", LEADER, reason="又出现同样问题")
    second = ordered(desk, part_of_class(desk, ids, 2), "暂停新开班审批")
    act(first, "lift_measures", OTHER_LEADER, reason="改正")
    with pytest.raises(GuardFailed, match="暂停新开班审批"):
        act(other, "submit_filing", RESPONSIBLE, declared=True)
    act(second, "lift_measures", OTHER_LEADER, reason="改正")
    act(other, "submit_filing", RESPONSIBLE, declared=True)


def test_lifting_an_order_to_mend_leaves_the_bar_and_the_revocation(desk: Desk, ids: dict[str, str]) -> None:
    """Each goes by an act of its own, done by another than who decided it last, before or after the order is lifted."""
    act = desk.reviews.act
    found = ordered(desk, part_of_class(desk, ids, 1), "取消该班次学员证书发放资格", "取消培训资格")
    act(found, "lift_measures", OTHER_LEADER, reason="已经改正")
    still = {"取消该班次学员证书发放资格": "open", "取消培训资格": "open"}
    assert measures(desk) == {"责令限期整改": "ended", **still}
    text = printed(desk, found, "lifting_notice", "check")
    assert squeezed("作出了下列处理：责令限期整改。") in text
    for action in ("lift_bar", "restore_qualification"):
        with pytest.raises(FourEyes):
            act(found, action, LEADER, reason="复议撤销")
        act(found, action, OTHER_LEADER, reason="复议撤销")
    assert set(measures(desk).values()) == {"ended"}
    with pytest.raises(GuardFailed, match="没有取消这个班的发证资格，或者已经恢复"):
        act(found, "lift_bar", OTHER_LEADER, reason="复议撤销")
    act(found, "bar_class", OTHER_LEADER, reason="情节严重")
    with pytest.raises(FourEyes):
        act(found, "lift_bar", OTHER_LEADER, reason="复议撤销")
    act(found, "lift_bar", LEADER, reason="复议撤销")
    act(found, "order_again", LEADER, reason="又出现同样问题")
    assert measures(desk)["责令限期整改"] == "open"


def test_a_class_not_found_mended_stays_barred_when_new_classes_may_begin_again(
    desk: Desk, ids: dict[str, str]
) -> None:
    act, other = desk.reviews.act, part_of_class(desk, ids, 2)
    found = ordered(desk, part_of_class(desk, ids, 1))
    for path, value in {"recheck_date": "2026-12-20", "recheck_outcome": "不合格"}.items():
        desk.records.set(found, path, value, INSPECTOR)
    hand_in_all(desk, found, "recheck", INSPECTOR)
    act(found, "hand_up_recheck", INSPECTOR)
    act(found, "confirm_not_rectified", OTHER_LEADER, reason="仍缺录像")
    act(found, "lift_measures", OTHER_LEADER, reason="后来改正了")
    assert measures(desk) == {"责令限期整改": "ended", "取消该班次学员证书发放资格": "open"}
    hand_in_all(desk, other, "filing")
    act(other, "submit_filing", RESPONSIBLE, declared=True)
    with pytest.raises(FourEyes):
        act(found, "lift_bar", OTHER_LEADER, reason="复议撤销")
    act(found, "lift_bar", LEADER, reason="复议撤销")


def test_a_removal_waits_for_the_city_and_is_undone_by_it(desk: Desk, ids: dict[str, str]) -> None:
    act, found = desk.reviews.act, ordered(desk, part_of_class(desk, ids, 1), "取消培训资格")
    assert states(desk) == {"open"}
    act(found, "report_removal", LEADER, reason="骗取补贴")
    assert states(desk) == {"suspended"}
    words = desk.definitions.registers("application")[0].states
    assert words.suspended == "待市局更新"
    act(found, "refuse_removal", CITY, reason="证据不足")
    assert states(desk) == {"open"}
    act(found, "report_removal", LEADER, reason="补充了证据")
    before = desk.reviews.state(found, LEADER).phase("check")
    assert set(before.waits_for) == {"市局经办人"}  # the district may note a transfer meanwhile, but has nothing to do
    act(found, "transfer_case", LEADER, reason="移送公安机关，涉嫌诈骗", day=NOW.date())
    after = desk.reviews.state(found, LEADER).phase("check")
    assert (after.stage, after.due, len(after.acts)) == (before.stage, before.due, len(before.acts) + 1)
    assert states(desk, "case_transfers") == {"open"}
    (removal,) = desk.reviews.entering(found, "confirm_removal", CITY) or ()
    assert (removal.does, removal.state, len(removal.lines)) == ("终止", "已取消", len(set(removal.lines)))
    grants = desk.registers.lines("foshan.course_grants", CITY, NOW.date()).lines
    assert {tuple(one.split("　")) for one in removal.lines} == {
        (one.texts["institution"], one.texts["course"]) for one in grants
    }
    act(found, "confirm_removal", CITY)
    assert (states(desk), states(desk, days=-1)) == ({"ended"}, set())
    other = part_of_class(desk, ids, 2)
    hand_in_all(desk, other, "filing")
    with pytest.raises(GuardFailed, match="培训资格已经取消"):
        act(other, "submit_filing", RESPONSIBLE, declared=True)
    with pytest.raises(FourEyes):
        act(found, "restore_institution", CITY, reason="复议撤销")
    act(found, "restore_institution", replace(CITY, name="吴市局"), reason="复议撤销")
    assert states(desk) == {"open"}
    with pytest.raises(GuardFailed, match="限期整改"):  # which was ordered as well
        act(other, "submit_filing", RESPONSIBLE, declared=True)
    act(found, "lift_measures", OTHER_LEADER, reason="已经改正")
    act(other, "submit_filing", RESPONSIBLE, declared=True)


def test_a_removal_wants_to_have_been_decided(desk: Desk, ids: dict[str, str]) -> None:
    found = ordered(desk, part_of_class(desk, ids, 1))
    with pytest.raises(GuardFailed, match="没有取消培训资格"):
        desk.reviews.act(found, "report_removal", LEADER, reason="骗取补贴")


def test_a_class_that_was_barred_gets_no_codes_and_the_others_do(desk: Desk, ids: dict[str, str]) -> None:
    barred, free = part_of_class(desk, ids, 1), part_of_class(desk, ids, 2)
    for record in (barred, free):
        file_class(desk, record)
        hand_in_all(desk, record, "certificates")
    ordered(desk, barred, "取消该班次学员证书发放资格")
    with pytest.raises(GuardFailed, match="取消了这个班的发证资格"):
        desk.reviews.act(barred, "submit_certificates", RESPONSIBLE, declared=True)
    desk.reviews.act(free, "submit_certificates", RESPONSIBLE, declared=True)
    desk.reviews.act(free, "review_certificates", OFFICER)
    desk.reviews.act(free, "approve_certificates", LEADER)
    allot(desk, free)
    desk.reviews.act(free, "assign_codes", CITY, day=NOW.date())


def test_a_class_that_was_barred_stays_so_under_another_number(desk: Desk, ids: dict[str, str]) -> None:
    record, act = part_of_class(desk, ids, 1), desk.reviews.act
    file_class(desk, record)
    hand_in_all(desk, record, "certificates")
    ordered(desk, record, "取消该班次学员证书发放资格")
    act(record, "ask_change", RESPONSIBLE, reason="编号填错")
    act(record, "grant_change", OFFICER, opinion="准予")
    desk.records.set(record, "class_no", "440604-012-2026-109", CLERK)
    for id, one in items(desk, record, "filing").items():
        for file in one.files if one.lacking else ():
            desk.materials.remove(record, id, file.id, CLERK)
    hand_in_all(desk, record, "filing")
    act(record, "submit_change", RESPONSIBLE, declared=True)
    act(record, "approve_change", LEADER)
    with pytest.raises(GuardFailed, match="取消了这个班的发证资格"):
        act(record, "submit_certificates", RESPONSIBLE, declared=True)


def test_a_class_barred_late_gets_no_certificates_either(desk: Desk, ids: dict[str, str]) -> None:
    coded, reviewed = part_of_class(desk, ids, 1), part_of_class(desk, ids, 2)
    for record in (coded, reviewed):
        file_class(desk, record)
    code_class(desk, coded)
    hand_in_all(desk, reviewed, "certificates")
    desk.reviews.act(reviewed, "submit_certificates", RESPONSIBLE, declared=True)
    desk.reviews.act(reviewed, "review_certificates", OFFICER)
    barring = {one: ordered(desk, one, "取消该班次学员证书发放资格") for one in (coded, reviewed)}
    with pytest.raises(GuardFailed, match="取消了这个班的发证资格，不能登记证书"):
        desk.reviews.act(coded, "register_certificates", OFFICER)
    assert states(desk, "certificates") == set()
    with pytest.raises(GuardFailed, match="取消了这个班的发证资格，退回或不予核发"):
        desk.reviews.act(reviewed, "approve_certificates", LEADER, reason="已经整改")
    desk.reviews.act(barring[coded], "lift_measures", OTHER_LEADER, reason="已经改正")
    with pytest.raises(GuardFailed, match="取消了这个班的发证资格，不能登记证书"):
        desk.reviews.act(coded, "register_certificates", OFFICER)
    desk.reviews.act(barring[coded], "lift_bar", OTHER_LEADER, reason="复议撤销")
    desk.reviews.act(coded, "register_certificates", OFFICER)
    assert states(desk, "certificates") == {"open"}


def without_certificates(desk: Desk, record: str, why: str) -> None:
    """Say in the archive's own section why there are none, and leave the roster without any."""
    desk.records.set(record, "no_certificates", why, CLERK)
    for row in desk.records.row_ids(record, "trainees"):
        for key in ("cert_no", "issue_date", "receipt_date"):
            desk.records.set(record, f"trainees/{row}/{key}", "", CLERK)
    hand_in_all(desk, record, "archive")


def archived(desk: Desk, record: str) -> str:
    desk.reviews.act(record, "close_archive", CLERK, declared=True)
    return desk.reviews.state(record, CLERK).phase("archive").stage


def test_a_class_whose_certificates_were_refused_is_archived_without_them(desk: Desk, ids: dict[str, str]) -> None:
    record, act = part_of_class(desk, ids, 1), desk.reviews.act
    file_class(desk, record)
    hand_in_all(desk, record, "certificates")
    act(record, "submit_certificates", RESPONSIBLE, declared=True)
    act(record, "review_certificates", OFFICER)
    desk.records.set(record, "no_certificates", "不予核发证书", CLERK)
    with pytest.raises(GuardFailed, match=r"证书申请正在审.*没有不予核发"):
        archived(desk, record)
    desk.records.set(record, "no_certificates", "", CLERK)
    act(record, "refuse_certificates", LEADER, reason="考核没有按计划进行")
    assert all(one.wanted for one in desk.records.state(record).phases), "it is archived all the same"
    with pytest.raises(GuardFailed, match="编码下发以后才能归档；没有发证的班"):
        archived(desk, record)
    wanted = {key for key, one in items(desk, record, "archive").items() if one.lacking}
    without_certificates(desk, record, "取消发证资格")
    for why, said in (("取消发证资格", "没有取消这个班的发证资格"), ("没有合格学员", "名册里有合格的学员")):
        desk.records.set(record, "no_certificates", why, CLERK)
        with pytest.raises(GuardFailed, match=said):
            archived(desk, record)
    desk.records.set(record, "no_certificates", "不予核发证书", CLERK)
    about = {"certificate_copies", "receipt_scan"}
    assert about < wanted and all(not items(desk, record, "archive")[key].files for key in about)
    assert archived(desk, record) == "archived"


def test_a_class_barred_late_is_archived_once_its_roster_bears_no_codes(desk: Desk, ids: dict[str, str]) -> None:
    record = part_of_class(desk, ids, 1)
    file_class(desk, record)
    code_class(desk, record)
    ordered(desk, record, "取消该班次学员证书发放资格")
    desk.records.set(record, "no_certificates", "取消发证资格", CLERK)
    hand_in_all(desk, record, "archive")
    with pytest.raises(StillToMend, match="写了没有发证（取消发证资格），却填了证书编号"):
        archived(desk, record)
    without_certificates(desk, record, "取消发证资格")
    assert archived(desk, record) == "archived"


def test_a_class_with_certificates_does_not_say_that_it_has_none(desk: Desk, ids: dict[str, str]) -> None:
    record = part_of_class(desk, ids, 1)
    file_class(desk, record)
    code_class(desk, record)
    desk.reviews.act(record, "register_certificates", OFFICER)
    ordered(desk, record, "取消该班次学员证书发放资格")
    without_certificates(desk, record, "取消发证资格")
    with pytest.raises(GuardFailed, match="这个班登记过证书"):
        archived(desk, record)


def test_a_class_that_nobody_passed_is_archived(desk: Desk, ids: dict[str, str]) -> None:
    record = part_of_class(desk, ids, 1)
    rows = desk.records.row_ids(record, "trainees")
    desk.records.put(record, {f"trainees/{row}/theory": "20" for row in rows}, CLERK)
    without_certificates(desk, record, "没有合格学员")
    with pytest.raises(GuardFailed, match="备案同意过的"):
        archived(desk, record)
    file_class(desk, record)
    hand_in_all(desk, record, "certificates")
    hand_in_all(desk, record, "archive")
    assert archived(desk, record) == "archived"


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        ("lifting_notice", ("上述措施解除", "责令限期整改")),
        ("bar_lifting_notice", ("恢复班次发证资格通知书", "恢复该班次学员的培训合格证书发放资格")),
        ("qualification_notice", ("恢复培训资格通知书", "恢复你单位的培训资格")),
        ("class_bar_notice", ("取消该班次学员的培训合格证书发放资格",)),
        ("rectification_notice", ("整改期间，暂停你单位的新开班审批", "处理意见：责令限期整改。")),
        ("stop_notice", ("暂停你单位的新开班审批", "不受理、不批准你单位新的训前备案")),
        ("renewal_notice", ("作出的处理已经解除", "恢复执行上述措施")),
        ("revocation_notice", ("取消你单位的培训资格", "尚未结班的班次备案，一并停办")),
        ("removal_report", ("请将该机构移出", "佛山市人力资源和社会保障局：", "取消培训资格")),
        ("removal_notice", ("取消你单位的培训项目备案和培训资格", "移送司法机关处理")),
    ],
)
def test_each_step_of_the_ladder_has_its_paper(
    desk: Desk, ids: dict[str, str], notice: str, words: tuple[str, ...]
) -> None:
    found = ordered(desk, part_of_class(desk, ids, 1), "取消培训资格")
    text = printed(desk, found, notice, "check")
    for one in words:
        assert squeezed(one) in text
    assert "【缺" not in text
    assert "整改后仍不合格。" not in text  # nobody has looked again


def test_an_order_to_mend_alone_stops_new_classes_until_it_is_mended(desk: Desk, ids: dict[str, str]) -> None:
    act, filed, waiting = desk.reviews.act, part_of_class(desk, ids, 2), part_of_class(desk, ids, 3)
    file_class(desk, filed)
    hand_in_all(desk, waiting, "filing")
    act(waiting, "submit_filing", RESPONSIBLE, declared=True)
    act(waiting, "review_filing", OFFICER)
    found = ordered(desk, part_of_class(desk, ids, 1))
    assert measures(desk) == {"责令限期整改": "open"}
    with pytest.raises(GuardFailed, match="正在限期整改，暂停新开班审批；复查合格、解除措施以后再办"):
        act(waiting, "approve_filing", LEADER, reason="急")
    hand_in_all(desk, filed, "certificates")
    act(filed, "submit_certificates", RESPONSIBLE, declared=True)  # what was filed goes on
    act(found, "lift_measures", OTHER_LEADER, reason="已提前改正")
    act(waiting, "approve_filing", LEADER, reason="已经整改")


def decided(desk: Desk, record: str, *decision: str) -> str:
    """An inspection whose inspector proposes these measures, before its leader."""
    found = inspection_of(desk, record)
    typed = {"has_problem": "是", "problems": "骗取培训补贴资金", "problem_note": "虚报课时"}
    for path, value in {**typed, "decision": "、".join(decision)}.items():
        desk.records.set(found, path, value, INSPECTOR)
    hand_in_all(desk, found, "check", INSPECTOR)
    desk.reviews.act(found, "hand_up_record", INSPECTOR)
    return found


@pytest.mark.parametrize(
    ("measure", "action", "title", "back", "again", "titles"),
    [
        (
            *("暂停新开班审批", "stop_new_classes", "暂停新开班审批通知书"),
            *("lift_measures", "order_again", ("解除措施通知书", "恢复措施通知书")),
        ),
        (
            *("取消该班次学员证书发放资格", "bar_at_once", "取消班次发证资格通知书"),
            *("lift_bar", "bar_class", ("恢复班次发证资格通知书", "取消班次发证资格通知书")),
        ),
        (
            *("取消培训资格", "revoke_at_once", "取消培训资格通知书"),
            *("restore_qualification", "revoke_qualification", ("恢复培训资格通知书", "取消培训资格通知书")),
        ),
    ],
)
def test_what_is_decided_without_an_order_to_mend_has_its_own_notice(
    desk: Desk,
    ids: dict[str, str],
    measure: str,
    action: str,
    title: str,
    back: str,
    again: str,
    titles: tuple[str, str],
) -> None:
    found = decided(desk, part_of_class(desk, ids, 1), measure)
    with pytest.raises(GuardFailed, match="没有责令限期整改"):
        desk.reviews.act(found, "order_rectify", LEADER, opinion="属实")
    desk.reviews.act(found, action, LEADER, reason="情节严重")
    assert measures(desk) == {measure: "open"}
    (sent,) = desk.notices.sent(found, LEADER)
    assert sent.title == title
    text = squeezed(word_text(desk.notices.again(found, sent.n, LEADER, ".docx").data))
    assert squeezed(title) in text
    assert "理由:情节严重" in text
    assert "限期整改" not in text
    with pytest.raises(FourEyes):
        desk.reviews.act(found, back, LEADER, reason="复议撤销")
    desk.reviews.act(found, back, OTHER_LEADER, reason="复议撤销")
    assert measures(desk) == {measure: "ended"}
    desk.reviews.act(found, again, LEADER, reason="又出现同样问题")
    assert measures(desk) == {measure: "open"}
    assert [one.title for one in desk.notices.sent(found, LEADER)[:2]] == [titles[1], titles[0]]


def test_the_first_measure_comes_before_the_others(desk: Desk, ids: dict[str, str]) -> None:
    found = decided(desk, part_of_class(desk, ids, 1), "暂停新开班审批", "取消培训资格")
    with pytest.raises(GuardFailed, match="先要作出别的处理"):
        desk.reviews.act(found, "revoke_at_once", LEADER, reason="属实")
    desk.reviews.act(found, "stop_new_classes", LEADER, reason="属实")
    with pytest.raises(GuardFailed, match="还没有作出取消培训资格的决定"):
        desk.reviews.act(found, "report_removal", LEADER, reason="属实")
    desk.reviews.act(found, "revoke_qualification", LEADER, reason="属实")
    with pytest.raises(GuardFailed, match="已经取消了这家机构的培训资格"):
        desk.reviews.act(found, "revoke_qualification", LEADER, reason="属实")
    assert measures(desk) == {"暂停新开班审批": "open", "取消培训资格": "open"}


def test_a_removal_holds_what_is_open_and_bars_what_runs(desk: Desk, ids: dict[str, str]) -> None:
    act, asked, over = desk.reviews.act, part_of_class(desk, ids, 2), part_of_class(desk, ids, 3)
    runs = part_of_class(desk, ids, 4)
    for path, value in {"start_date": "2026-12-14", "end_date": "2027-01-15", "exam_date": "2027-01-18"}.items():
        desk.records.set(runs, path, value, CLERK)
    file_class(desk, over)
    hand_in_all(desk, over, "certificates")
    hand_in_all(desk, asked, "filing")
    act(asked, "submit_filing", RESPONSIBLE, declared=True)
    found = decided(desk, part_of_class(desk, ids, 1), "取消培训资格")
    act(found, "revoke_at_once", LEADER, reason="骗取补贴")
    told = {one.said for one in desk.reviews.blockers(runs, "filing", CLERK)}
    assert any("培训资格已经取消，这个班的备案停办" in one for one in told)
    act(asked, "review_filing", OFFICER)
    with pytest.raises(GuardFailed, match="备案停办；资格恢复以后再办，不再办的由区里不予备案"):
        act(asked, "approve_filing", LEADER, reason="急")
    act(asked, "refuse_filing", LEADER, reason="培训资格已经取消")  # the way out
    act(over, "submit_certificates", RESPONSIBLE, declared=True)  # it had ended before


def test_an_application_of_a_removed_institution_goes_no_further(desk: Desk, ids: dict[str, str]) -> None:
    act = desk.reviews.act
    again = desk.records.copy(ids["application"], CLERK).id
    desk.records.put(again, {"round": load(desk, "round_3")["round_3"], "apply_date": "2026-12-18"}, CLERK)
    hand_in_all(desk, again, "apply")
    act(again, "submit_application", RESPONSIBLE, declared=True)
    found = decided(desk, part_of_class(desk, ids, 1), "取消培训资格")
    act(found, "revoke_at_once", LEADER, reason="骗取补贴")
    told = [one for one in desk.reviews.blockers(again, "apply", CLERK) if "培训资格已经取消" in one.said]
    assert "不推荐" in told[0].remedy
    with pytest.raises(GuardFailed, match="申请停办；资格恢复以后再办，不再办的不推荐"):
        act(again, "take_up", OFFICER)
    with pytest.raises(GuardFailed, match="取消培训资格的，另外恢复"):
        act(found, "lift_measures", OTHER_LEADER, reason="复议撤销")
    act(found, "restore_qualification", OTHER_LEADER, reason="复议撤销")
    act(again, "take_up", OFFICER)


@pytest.fixture
def ticking(tmp_path: Path) -> Desk:
    """A desk whose clock goes on: of what is done on one day it counts what came first."""
    now = itertools.count()
    return make_desk(tmp_path, clock=lambda: NOW + timedelta(milliseconds=5 * next(now)), inspect=looked_at)


def found_bad(desk: Desk, record: str, decision: str, action: str) -> str:
    """An inspection of a class upon which one thing was decided at once."""
    found = inspection_of(desk, record)
    typed = {"has_problem": "是", "problems": "伪造备案资料", "problem_note": "签到是补的", "decision": decision}
    for path, value in typed.items():
        desk.records.set(found, path, value, INSPECTOR)
    hand_in_all(desk, found, "check", INSPECTOR)
    desk.reviews.act(found, "hand_up_record", INSPECTOR)
    desk.reviews.act(found, action, LEADER, reason="伪造签到")
    return found


def test_a_removal_that_the_city_confirmed_stands_when_another_report_is_refused(ticking: Desk) -> None:
    desk, act = ticking, ticking.reviews.act
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    first = ordered(desk, part_of_class(desk, ids, 1), "取消培训资格")
    act(first, "report_removal", LEADER, reason="骗取补贴")
    second = found_bad(desk, part_of_class(desk, ids, 2), "取消培训资格", "revoke_at_once")
    act(second, "report_removal", LEADER, reason="伪造签到")
    act(second, "confirm_removal", CITY)
    act(first, "refuse_removal", CITY, reason="证据不足")
    assert states(desk) == {"ended"}
    act(second, "restore_institution", replace(CITY, name="吴市局"), reason="复议撤销")
    assert states(desk) == {"open"}


def test_what_two_reports_have_suspended_stands_until_both_are_refused(ticking: Desk) -> None:
    desk, act = ticking, ticking.reviews.act
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    reports = [ordered(desk, part_of_class(desk, ids, 1), "取消培训资格")]
    reports.append(found_bad(desk, part_of_class(desk, ids, 2), "取消培训资格", "revoke_at_once"))
    for one in reports:
        act(one, "report_removal", LEADER, reason="骗取补贴")
    act(reports[0], "refuse_removal", CITY, reason="证据不足")
    assert states(desk) == {"suspended"}
    act(reports[1], "refuse_removal", CITY, reason="证据不足")
    assert states(desk) == {"open"}


def test_a_class_not_found_mended_is_barred_for_that_whoever_barred_it_before(ticking: Desk) -> None:
    desk, act = ticking, ticking.reviews.act
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    record = part_of_class(desk, ids, 1)
    mending = ordered(desk, record)
    other = found_bad(desk, record, "取消该班次学员证书发放资格", "bar_at_once")
    for path, value in {"recheck_date": "2026-12-20", "recheck_outcome": "不合格"}.items():
        desk.records.set(mending, path, value, INSPECTOR)
    hand_in_all(desk, mending, "recheck", INSPECTOR)
    act(mending, "hand_up_recheck", INSPECTOR)
    act(mending, "confirm_not_rectified", LEADER, reason="没有整改")
    act(other, "lift_bar", OTHER_LEADER, reason="复议撤销")
    lines = desk.store.register("class_measures", NOW.date(), EVERYTHING)
    bars = {one.record: str(one.state) for one in lines if one.facts["sanction"] == "取消该班次学员证书发放资格"}
    assert bars == {mending: "open", other: "ended"}


def test_what_is_sent_to_two_offices_on_one_day_is_two_lines(desk: Desk, ids: dict[str, str]) -> None:
    found = ordered(desk, part_of_class(desk, ids, 1), "取消培训资格")
    for reason in ("移送公安机关，涉嫌诈骗", "移送市场监督管理局，擅自收费"):
        desk.reviews.act(found, "transfer_case", LEADER, reason=reason, day=NOW.date())
    lines = desk.store.register("case_transfers", NOW.date(), EVERYTHING)
    assert {one.facts["transferred"] for one in lines} == {"移送公安机关，涉嫌诈骗", "移送市场监督管理局，擅自收费"}
