"""What the Foshan pack's notices say once something has happened, read back out of the Word files."""

from itertools import pairwise
from pathlib import Path

import pytest
from docx import Document

from onefill.service import Desk
from samples import resolve, sample_records
from store import EVERYTHING
from tests.desks import ROOT, load
from tests.papers import squeezed, word_text
from tests.reviews.foshan import (
    CITY,
    CLERK,
    INSPECTOR,
    LEADER,
    OFFICER,
    RESPONSIBLE,
    foshan_desk,
    hand_in_all,
    part_of_class,
)

FAULTS = (
    ("item:application_paper", "没有盖公章", "盖章后重新扫描", "二（二）1"),
    ("track_record", "没有写近三年的培训人数", "补写各年人数", "二（二）"),
    ("apply_date", "与扫描件上的日期不一致", "改成一致", "二（二）1"),
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return foshan_desk(tmp_path_factory.mktemp("notices"))


@pytest.fixture(scope="module")
def ids(desk: Desk) -> dict[str, str]:
    known = load(desk, "application", "round_3")
    hand_in_all(desk, known["application"], "apply")
    desk.reviews.act(known["application"], "submit_application", RESPONSIBLE, declared=True)
    return known


def printed(desk: Desk, record: str, key: str, phase: str) -> str:
    return squeezed(word_text(desk.notices.make(record, key, OFFICER, ".docx", phase=phase).data))


def test_the_receipt_and_the_checklist_say_what_was_handed_in(desk: Desk, ids: dict[str, str]) -> None:
    receipt = printed(desk, ids["application"], "hand_in_receipt", "apply")
    number = desk.reviews.state(ids["application"], CLERK).phase("apply").receipt
    assert squeezed(number) in receipt
    assert "15件,共15页" in receipt.replace("，", ",")
    assert "佛山市禅城区人力资源和社会保障局" in receipt
    listed = printed(desk, ids["application"], "material_checklist", "apply")
    for title in ("培训简章", "培训教材", "资质证明", "办学许可证"):
        assert title in listed
    assert "还缺0件" in listed


def test_one_notice_names_every_fault_with_clause_and_remedy(desk: Desk, ids: dict[str, str]) -> None:
    record = ids["application"]
    for at, what, remedy, clause in FAULTS:
        desk.reviews.remark(record, "apply", at, what, OFFICER, remedy=remedy, clause=clause)
    before = printed(desk, record, "correction_notice", "apply")
    assert squeezed("请你单位尽快逐项补正") in before  # the term of the office is not that of the institution
    assert squeezed("二〇二六年十二月二十日") in before
    assert squeezed("经办人：陈经办") in before
    desk.reviews.act(record, "return_application", OFFICER)
    notice = printed(desk, record, "correction_notice", "apply")
    for _, *words in FAULTS:
        for word in words:
            assert squeezed(word) in notice
    assert squeezed("有下列 3 处需要补正，现一次性告知") in notice
    assert "二〇二六年十二月二十日" in notice
    assert "陈经办" in notice
    assert "佛山市人力资源和社会保障局" in printed(desk, record, "city_correction_notice", "apply")


def test_a_remark_on_a_fact_has_its_clause_and_its_remedy_too(desk: Desk, ids: dict[str, str]) -> None:
    record, reviews = another_application(desk, ids), desk.reviews
    hand_in_all(desk, record, "apply")
    reviews.act(record, "submit_application", RESPONSIBLE, declared=True)
    row = next(iter(desk.store.latest(record, EVERYTHING).data["courses"]))
    for at, what in (("track_record", "没有写年份"), (f"courses/{row}/yearly_count", "超过场地能容纳的人数")):
        reviews.remark(record, "apply", at, what, OFFICER)
    reviews.remark(record, "apply", "apply_date", "与扫描件不一致", OFFICER, remedy="", clause="")
    reviews.remark(record, "apply", "item:application_paper", "没有盖章", OFFICER, remedy="盖章后重新扫描")
    notice = printed(desk, record, "correction_notice", "apply")
    for told in ("没有写年份改正后再次提交二（二）1", "超过场地能容纳的人数改正后再次提交二（二）1"):
        assert squeezed(told) in notice
    said = [(one.remedy, one.clause) for one in reviews.state(record, OFFICER).remarks]
    assert said[2:] == [("", ""), ("盖章后重新扫描", "二（二）1")]  # what was left empty on purpose stays so
    assert reviews.suggested(record, "apply", "apply_date", OFFICER).clause == "一（一）"  # of the check shown there


def another_application(desk: Desk, ids: dict[str, str]) -> str:
    record = desk.records.copy(ids["application"], CLERK).id
    for path, value in {"round": ids["round_3"], "apply_date": "2026-12-18"}.items():
        desk.records.set(record, path, value, CLERK)
    return record


@pytest.mark.parametrize("form", ["application", "training_class"])
def test_every_notice_is_printed_without_a_gap(desk: Desk, ids: dict[str, str], form: str) -> None:
    record = ids["application"] if form == "application" else part_of_class(desk, ids, 0)
    for notice in desk.definitions.form(form).notices:
        phase = desk.definitions.form(form).phases[0].key
        text = printed(desk, record, notice.key, phase)
        assert "【缺" not in text, notice.key
        assert "佛山市样例职业培训学校" in text, notice.key
        assert squeezed(notice.title) in text, notice.key


def test_what_is_refused_says_why(desk: Desk, ids: dict[str, str]) -> None:
    record = another_application(desk, ids)
    hand_in_all(desk, record, "apply")
    act = desk.reviews.act
    act(record, "submit_application", RESPONSIBLE, declared=True)
    act(record, "take_up", OFFICER)
    act(record, "first_review", OFFICER, opinion="场地不足")
    act(record, "not_recommend", LEADER, reason="同一课程已有五家机构承接")
    notice = printed(desk, record, "refusal_notice", "apply")
    assert "同一课程已有五家机构承接" in notice
    assert "不予推荐通知书编号" in notice and "不予同意" not in notice  # its heading, above its number
    assert desk.reviews.state(record, CITY).moves == ()


def test_the_rectification_notice_names_every_failed_item_and_the_day_of_the_recheck(
    desk: Desk, ids: dict[str, str]
) -> None:
    known = {**ids, "class_50": part_of_class(desk, ids, 1)}
    sample = next(one for one in sample_records() if one.name == "inspection")
    failed = {"sign_in_ok": "不相符", "sign_in_note": "缺两课次签到", "fee_ok": "不相符", "fee_note": "收了工本费"}
    found = {
        "has_problem": "是",
        "problems": ["不按教学计划组织培训"],
        "problem_note": "见下表",
        "decision": ["责令限期整改"],
        "due_date": "2026-12-30",
    }
    record = desk.records.create("inspection", INSPECTOR, {**resolve(sample.data, known), **failed, **found})
    notice = printed(desk, record, "rectification_notice", "check")
    told = (
        *("实名签到和考勤", "缺两课次签到", "补齐实名签到", "二（三）2"),
        *("未收取培训合格证书费用", "收了工本费", "退还收取的费用", "二（三）4"),
        *("于2026年12月30日前改正", "我局拟于2026年12月31日复查", "不按教学计划组织培训"),
    )
    for words in told:
        assert squeezed(words) in notice
    for words in ("结业考核情况", "各检查项目相符", "【缺"):
        assert squeezed(words) not in notice
    desk.records.set(record, "recheck_planned", "2026-12-29", INSPECTOR)
    told_now = [one.what for one in desk.reviews.blockers(record, "check", INSPECTOR)]
    assert any("拟复查日期2026年12月29日早于整改期限2026年12月30日" in one for one in told_now)


LONG = ("case.reason", "case.opinion")


@pytest.mark.parametrize("template", sorted((ROOT / "templates/foshan").glob("*notice.docx")), ids=lambda one: one.stem)
def test_what_is_said_at_length_begins_on_the_first_page(template: Path) -> None:
    """Kept with what follows, a long reason would leave the page before empty; what stands with the seal is short."""
    paragraphs = Document(str(template)).paragraphs
    for one, following in pairwise(paragraphs):
        if any(name in one.text for name in LONG) and "%p" not in one.text:
            assert not one.paragraph_format.keep_with_next, one.text
        if "经办人：" in one.text:
            assert "签收人" not in one.text, "a long name would break the line"
            assert one.paragraph_format.keep_with_next and following.text.startswith("签收人")
