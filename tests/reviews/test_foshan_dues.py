"""What is to be done about a class and until when: terms are the city's, and where it gives none nothing is late."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from onefill.people import Reach, Right
from onefill.reviews.errors import GuardFailed
from onefill.service import Desk
from onefill.service.shapes import Person
from onefill.ui.supplying import phase_to_hand_in
from tests.desks import NOW, ROOT, Clock, load, make_desk
from tests.reviews.foshan import (
    CLERK,
    OFFICER,
    RESPONSIBLE,
    approve_application,
    code_class,
    file_class,
    hand_in_all,
    looked_at,
    part_of_class,
)
from tests.reviews.test_foshan_measures import OTHER_LEADER, ordered

#: The class begins on Monday, 9 November 2026; its exam is on Monday, 23 November.
MISSED = {"absent": "缺考", "theory": "", "practice": ""}
BEFORE, EARLY = NOW.replace(month=10, day=30), NOW.replace(month=11, day=2)
TERMS = {"filing_days": 5, "certificate_days": 10, "receipt_days": 5, "archive_days": 20}


def city_desk(folder: Path, terms: Mapping[str, int], now: datetime) -> tuple[Desk, Clock]:
    """A desk of a city that has said how many working days things take."""
    forms = shutil.copytree(ROOT / "forms", folder / "forms")
    pack = forms / "foshan" / "pack.yaml"
    text = pack.read_text(encoding="utf-8")
    for key, days in terms.items():
        assert f'{key}: ""' in text
        text = text.replace(f'{key}: ""', f"{key}: {days}")
    pack.write_text(text, encoding="utf-8")
    clock = Clock(now)
    return make_desk(folder / "data", clock=clock, inspect=looked_at, forms=forms, templates=ROOT / "templates"), clock


#: Sees the own institution's drafts as they are.
OWNER = replace(CLERK, rights=(Right("", Reach.OWN, frozenset({"fill"})),))


def due(desk: Desk, record: str, who: Person = OWNER) -> dict[str, str]:
    found = [one for one in desk.dues.of(who) if one.record == record]
    return {one.what: one.day.isoformat() if one.day else "" for one in found}


def test_each_step_of_a_class_is_due_where_the_city_has_said_when(tmp_path: Path) -> None:
    desk, clock = city_desk(tmp_path, TERMS, BEFORE)
    known = load(desk, "application")
    approve_application(desk, known["application"], clock.now.date())
    record = part_of_class(desk, known, 0)
    for row in desk.records.row_ids(record, "trainees"):
        desk.records.set(record, f"trainees/{row}/receipt_date", "", CLERK)
    desk.records.set(record, "result_date", "", CLERK)
    assert due(desk, record) == {"提交训前备案": "2026-11-02"}
    file_class(desk, record)
    clock.now = NOW.replace(month=11, day=20)
    assert due(desk, record) == {"组织考核、登记成绩": "2026-11-23"}
    clock.now = NOW.replace(month=11, day=25)
    desk.records.set(record, "result_date", "2026-11-25", CLERK)
    assert due(desk, record) == {"申请证书编码": "2026-12-07"}
    clock.now = NOW
    code_class(desk, record)
    assert due(desk, record).keys() == {"填好证书编号和发证日期，交区里登记"}, "it cannot be archived yet"
    assert due(desk, record, OFFICER) == {}
    desk.reviews.act(record, "hand_codes", CLERK)
    assert due(desk, record) == {}
    assert due(desk, record, OFFICER).keys() == {"编号已填，待区核对登记"}
    desk.reviews.act(record, "return_codes", OFFICER, reason="第二个编号录错了")
    assert due(desk, record).keys() == {"填好证书编号和发证日期，交区里登记"}
    assert due(desk, record, OFFICER) == {}
    desk.reviews.act(record, "hand_codes", CLERK)
    desk.reviews.act(record, "register_certificates", OFFICER)
    assert due(desk, record).keys() == {"打印、发放证书，登记签收", "整理归档"}
    assert due(desk, record)["整理归档"] == "2026-12-21"
    assert due(desk, record, OFFICER) == {}


def test_what_is_asked_after_the_codes_comes_before_the_archive(tmp_path: Path) -> None:
    desk, clock = city_desk(tmp_path, {}, BEFORE)
    known = load(desk, "application")
    approve_application(desk, known["application"], clock.now.date())
    record = part_of_class(desk, known, 0)
    for row in desk.records.row_ids(record, "trainees"):
        desk.records.set(record, f"trainees/{row}/receipt_date", "", CLERK)
    desk.records.set(record, "archive_date", "", CLERK)
    file_class(desk, record)
    clock.now = NOW
    code_class(desk, record)

    def told() -> tuple[str, str, str]:
        """What the record's page says, and where its materials open."""
        state, form = desk.records.state(record), desk.definitions.form("training_class")
        assert state.submitted is not None
        case = desk.reviews.state(record, CLERK)
        return state.next_step, state.submitted.asked_in, phase_to_hand_in(form, state, case)

    asked = "填好证书编号和发证日期，交区里登记"
    assert told() == (f"证书申请：编码已下发；{asked}", "trainees", "certificates")
    overview = desk.views.of(record)
    assert overview.standing is not None
    assert overview.standing.has == f"等您{asked}"
    assert overview.next_section == "trainees"
    assert [(one.title, one.state) for one in overview.life][-2:] == [("证书申请", "now"), ("归档", "to_come")]
    desk.reviews.act(record, "hand_codes", CLERK)
    desk.reviews.act(record, "register_certificates", OFFICER)
    assert told()[:2] == ("证书申请：证书已登记；打印、发放证书，登记签收", "trainees")
    assert desk.views.of(record).life[-2].state == "now"
    for row in desk.records.row_ids(record, "trainees"):
        desk.records.set(record, f"trainees/{row}/receipt_date", "2026-12-20", CLERK)
    assert told()[2] == "archive"
    assert "归档信息" in told()[0]
    life = desk.views.of(record).life
    assert [one.state for one in life][-2:] == ["done", "now"]


def test_a_class_in_which_nobody_passed_is_due_for_its_archive_and_for_no_codes(tmp_path: Path) -> None:
    desk, clock = city_desk(tmp_path, TERMS, BEFORE)
    known = load(desk, "application")
    approve_application(desk, known["application"], clock.now.date())
    record = part_of_class(desk, known, 0)
    rows = desk.records.row_ids(record, "trainees")
    blank = {f"trainees/{row}/{key}": "" for row in rows for key in ("cert_no", "issue_date", "receipt_date")}
    desk.records.put(record, {**blank, "result_date": ""}, CLERK)
    file_class(desk, record)
    clock.now = NOW.replace(month=11, day=25)
    missed = {f"trainees/{row}/{key}": text for row in rows for key, text in MISSED.items()}
    desk.records.put(record, {**missed, "result_date": "2026-11-25"}, CLERK)
    clock.now = NOW
    assert due(desk, record) == {"整理归档": "2026-12-21"}


def test_without_a_number_it_is_told_and_nothing_is_late(tmp_path: Path) -> None:
    desk, _ = city_desk(tmp_path, {}, EARLY)
    record = load(desk, "class_50")["class_50"]
    assert due(desk, record) == {"提交训前备案": ""}
    desk.records.set(record, "plan_date", "2026-11-09", CLERK)
    assert "FILING_EARLY" not in {one.problem.code for one in desk.records.state(record).findings}


def test_a_filing_that_comes_late_is_warned_and_wants_a_reason(tmp_path: Path) -> None:
    desk, clock = city_desk(tmp_path, {"filing_days": 7}, BEFORE.replace(day=29))
    known = load(desk, "application")
    approve_application(desk, known["application"], clock.now.date())
    record, in_time = (part_of_class(desk, known, place) for place in (0, 1))
    for one in (record, in_time):
        desk.records.set(one, "plan_date", "2026-10-30", CLERK)
        hand_in_all(desk, one, "filing")
    told = {one.problem.code: one.problem.what for one in desk.records.state(record).findings}
    assert told["FILING_EARLY"] == (
        "制表日期2026年10月30日，离2026年11月9日开班不足 7 个工作日，最晚2026年10月29日提交备案"
    )
    desk.reviews.act(in_time, "submit_filing", RESPONSIBLE, declared=True)
    clock.now = BEFORE
    with pytest.raises(GuardFailed, match="离2026年11月9日开班不足 7 个工作日才提交备案"):
        desk.reviews.act(record, "submit_filing", RESPONSIBLE, declared=True)
    desk.reviews.act(record, "submit_filing", RESPONSIBLE, declared=True, reason="企业急需用工")
    acts = desk.reviews.state(record, OFFICER).phase("filing").acts
    assert acts[-1].reason == "企业急需用工"


def test_a_granted_change_is_among_what_the_clerk_has_to_do(tmp_path: Path) -> None:
    desk, clock = city_desk(tmp_path, {}, BEFORE)
    ids = load(desk, "application")
    approve_application(desk, ids["application"], clock.now.date())
    record, told = part_of_class(desk, ids, 0), "准予变更了，改好名册、计划，交负责人提交变更"
    file_class(desk, record)
    desk.reviews.act(record, "ask_change", RESPONSIBLE, reason="换一位教师")
    assert told not in due(desk, record)
    desk.reviews.act(record, "grant_change", OFFICER, opinion="准予")
    assert due(desk, record)[told] == "", "nobody has said in how many days"
    desk.reviews.act(record, "submit_change", RESPONSIBLE, declared=True)
    assert told not in due(desk, record)


def test_what_a_cancelled_qualification_bars_is_not_to_do_and_the_archive_is(tmp_path: Path) -> None:
    """The classes end on 20 November: one that ended before goes on, one that had not may only be put away."""
    desk, clock = city_desk(tmp_path, {}, BEFORE)
    ids = load(desk, "application")
    approve_application(desk, ids["application"], clock.now.date())
    record, change, draft, judged = (part_of_class(desk, ids, place) for place in range(4))
    for one in (record, change, judged):
        for path in ("result_date", "no_certificates"):
            desk.records.set(one, path, "", CLERK)
        file_class(desk, one)
    desk.reviews.act(change, "ask_change", RESPONSIBLE, reason="换一位教师")
    desk.reviews.act(change, "grant_change", OFFICER, opinion="准予")
    desk.records.set(record, "result_date", "2026-11-10", CLERK)
    clock.now = NOW.replace(month=11, day=12)
    away = "资格已经取消，不发证书：填没有发证的原因，整理归档"
    told, exam = "准予变更了，改好名册、计划，交负责人提交变更", "组织考核、登记成绩"
    before = {one: due(desk, one).keys() for one in (record, change, draft)}
    assert before == {record: {"申请证书编码"}, change: {told, exam}, draft: {"提交训前备案"}}

    found = ordered(desk, judged, "取消培训资格")
    assert due(desk, record).keys() == {away}
    assert due(desk, change).keys() == {away}
    assert due(desk, draft) == {}
    desk.records.set(record, "no_certificates", "取消发证资格", CLERK)
    assert due(desk, record).keys() == {"整理归档"}

    def stopped() -> bool:
        return any("培训资格已经取消" in one.said for one in desk.reviews.blockers(record, "certificates", CLERK))

    clock.now = NOW.replace(month=11, day=25)  # the class has come to its end meanwhile
    assert stopped()
    desk.records.set(record, "no_certificates", "", CLERK)
    desk.reviews.act(found, "restore_qualification", OTHER_LEADER, reason="复核后撤销原决定")
    assert due(desk, draft) == {}, "nothing new begins while it is to mend"
    desk.reviews.act(found, "lift_measures", OTHER_LEADER, reason="改正了")
    assert {one: due(desk, one).keys() for one in (record, change, draft)} == before
    assert not stopped()
