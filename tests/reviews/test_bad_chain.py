"""What goes wrong in the life of a class: told clearly, or done rightly, and nothing is lost."""

import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from onefill.reviews.errors import GuardFailed, NotNow, StillToMend
from onefill.service import Desk
from onefill.service.case_shapes import Blocker
from onefill.service.cases import SectionLocked
from onefill.service.shapes import Person
from samples.people import resident_id
from store import EVERYTHING, FileDamaged
from tests.desks import NOW, Clock, load, make_desk
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
    pages,
    part_of_class,
    school,
)
from tests.reviews.test_foshan_boards import CHANCHENG, NANHAI
from tests.reviews.test_foshan_certificates import recall
from tests.reviews.test_foshan_measures import far, ordered

NEWCOMER = resident_id(random.Random("newcomer"), date(1990, 1, 1), 7)


def shown(desk: Desk, record: str, section: str = "basics") -> dict[str, str]:
    return {one.path: str(one.shown) for one in desk.records.fields(record, section)}


def marks(desk: Desk, record: str) -> dict[str, str]:
    """Everybody's marks and result, by number of the document."""
    table = desk.records.table(record, "trainees")
    return {str(one["id_no"]): f"{one['theory']} {one['result']}" for one in map(table.texts.get, table.order) if one}


def test_a_class_under_a_grant_that_ended_yesterday_cannot_be_handed_in(
    desk: Desk, ids: dict[str, str], clock: Clock
) -> None:
    record, found = far(desk, ids), ordered(desk, part_of_class(desk, ids, 1), "取消培训资格")
    hand_in_all(desk, record, "filing")
    desk.reviews.act(found, "report_removal", LEADER, reason="骗取补贴")
    clock.now = NOW.replace(year=2028, month=7, day=10)
    desk.reviews.act(found, "confirm_removal", CITY)
    before = shown(desk, record)
    (told,) = [one for one in desk.reviews.blockers(record, "filing", CLERK) if "授权" in one.said]
    assert told.stops
    assert told.said.endswith("的授权已经终止，最后一天是2028年7月9日")
    with pytest.raises(GuardFailed, match="培训资格已经取消"):
        desk.reviews.act(record, "submit_filing", RESPONSIBLE, declared=True)
    assert shown(desk, record) == before
    assert items(desk, record, "filing")["plan_scan"].files


def test_one_person_in_two_institutions_at_one_time_is_told_without_saying_where(desk: Desk) -> None:
    near, away = f"{CHANCHENG}/school", f"{NANHAI}/school"
    here = school(desk, near)
    there = school(desk, away, here)
    mine, theirs = part_of_class(desk, here, 0, near), part_of_class(desk, there, 1, away)
    person = desk.records.table(theirs, "trainees")
    row, (elsewhere, *_) = desk.records.row_ids(mine, "trainees")[0], person.order
    desk.records.set(mine, f"trainees/{row}/id_no", str(person.texts[elsewhere]["id_no"]), CLERK)
    clerk = replace(CLERK, unit=near)

    def overlapping() -> list[Blocker]:
        return [one for one in desk.reviews.blockers(mine, "filing", clerk) if "同一时段" in one.said]

    assert overlapping() == []  # a draft of somebody's is nobody's class
    approve_application(desk, there["application"])
    hand_in_all(desk, theirs, "filing")
    desk.reviews.act(theirs, "submit_filing", RESPONSIBLE, declared=True)
    assert len(overlapping()) == 1  # two that wait for approval see one another, too
    desk.reviews.act(theirs, "review_filing", OFFICER)
    desk.reviews.act(theirs, "approve_filing", LEADER, reason="系统启用以前开的班")
    (told,) = overlapping()
    assert told.said == "该学员在别的班里，两个班有同一天同一时段的课"
    assert not told.stops  # one may end before the other begins
    for secret in (shown(desk, theirs)["class_no"], "南海", theirs):
        assert secret not in f"{told.what}{told.said}{told.remedy}"
    lessons = desk.records.row_ids(mine, "sessions")
    for lesson in lessons:
        desk.records.set(mine, f"sessions/{lesson}/time", "19:00-21:00", CLERK)
    assert overlapping() == []  # one by day, the other in the evening
    for lesson in lessons:
        desk.records.set(mine, f"sessions/{lesson}/time", "09:00-11:30", CLERK)
    assert len(overlapping()) == 1
    desk.records.set(mine, "end_date", "2026-12-20", CLERK)
    desk.records.set(mine, "start_date", "2026-12-10", CLERK)  # when the other one is over
    assert overlapping() == []


def test_a_code_of_another_class_is_entered_nowhere_twice(desk: Desk, ids: dict[str, str]) -> None:
    first, second = (part_of_class(desk, ids, place) for place in (0, 1))
    for record in (first, second):
        file_class(desk, record)
        code_class(desk, record)
    mine, theirs = (desk.records.table(record, "trainees") for record in (first, second))
    code = str(theirs.texts[theirs.order[0]]["cert_no"])
    own = str(mine.texts[mine.order[0]]["cert_no"])
    desk.records.set(first, f"trainees/{mine.order[0]}/cert_no", code, CLERK)
    with pytest.raises(GuardFailed, match=f"{code} 别的班用过"):
        desk.reviews.act(first, "register_certificates", OFFICER)
    assert desk.store.register("certificates", NOW.date(), EVERYTHING) == []
    desk.records.set(first, f"trainees/{mine.order[0]}/cert_no", own, CLERK)
    desk.reviews.act(first, "register_certificates", OFFICER)
    (entering,) = desk.reviews.entering(second, "register_certificates", OFFICER) or ()
    texts = [theirs.texts[row] for row in theirs.order]
    coded = [f"{one['cert_no']}　{one['name']}" for one in texts if one["cert_no"]]
    assert (entering.does, entering.lines) == ("登记", tuple(coded))
    desk.reviews.act(second, "register_certificates", OFFICER)
    assert desk.reviews.entering(second, "register_certificates", OFFICER) == ()
    lines = desk.store.register("certificates", NOW.date(), EVERYTHING)
    assert len({one.facts["cert_no"] for one in lines}) == len(lines) > 15


def test_a_roster_changed_after_the_exam_wants_marks_and_papers_anew(desk: Desk, ids: dict[str, str]) -> None:
    record = part_of_class(desk, ids, 0)
    file_class(desk, record)
    hand_in_all(desk, record, "certificates")
    before = marks(desk, record)
    gone, *_ = desk.records.row_ids(record, "trainees")
    who = str(desk.records.table(record, "trainees").texts[gone]["id_no"])
    with pytest.raises(SectionLocked):
        desk.records.remove_row(record, "trainees", gone, CLERK)
    act = desk.reviews.act
    act(record, "ask_change", RESPONSIBLE, reason="一人退学，一人补上")
    act(record, "grant_change", OFFICER, opinion="属实")
    desk.records.remove_row(record, "trainees", gone, CLERK)
    newcomer = {"name": "陈新来", "doc_type": "居民身份证", "id_no": NEWCOMER, "education": "高中"}
    more = {"hukou_region": "广东省佛山市", "person_class": "登记失业", "mobile": "13800138000"}
    desk.records.add_row(record, "trainees", CLERK, newcomer | more)
    with pytest.raises(StillToMend, match="名册（附件5，盖章扫描件）：盖章以后数据又改过"):
        act(record, "submit_change", RESPONSIBLE, declared=True)
    sealed_anew(desk, record, "roster_scan")
    act(record, "submit_change", RESPONSIBLE, declared=True)
    act(record, "approve_change", LEADER)
    told = [one.what for one in desk.reviews.blockers(record, "certificates", CLERK) if one.stops]
    assert any("还有 1 人没有总评" in one for one in told), told
    assert any("核发名册" in one and "旧" in one for one in told), told
    assert {key: one for key, one in marks(desk, record).items() if key in before} == {
        key: one for key, one in before.items() if key != who
    }
    with pytest.raises(StillToMend, match="没有总评"):
        act(record, "submit_certificates", RESPONSIBLE, declared=True)
    chain = desk.store.entries(record, EVERYTHING)
    assert any(gone in (one.data or {}).get("trainees", {}) for one in chain)  # who left stands in what was filed


def sealed_anew(desk: Desk, record: str, item: str) -> None:
    """Take the old scan of an item out and bring one of what is printed now."""
    old = items(desk, record, "filing")[item]
    for file in old.files:
        desk.materials.remove(record, item, file.id, CLERK)
    desk.materials.supply(record, item, pages("sealed anew", max(1, old.need)), "重新盖章.pdf", CLERK)


def test_a_roster_cannot_be_changed_once_codes_are_given_out(desk: Desk, ids: dict[str, str]) -> None:
    record = part_of_class(desk, ids, 0)
    file_class(desk, record)
    code_class(desk, record)
    with pytest.raises(GuardFailed, match="证书编码已经下发"):
        desk.reviews.act(record, "ask_change", RESPONSIBLE, reason="漏了一人")


def test_a_change_waits_in_vain_once_the_qualification_is_revoked(desk: Desk, ids: dict[str, str]) -> None:
    record, other = part_of_class(desk, ids, 0), part_of_class(desk, ids, 1)
    file_class(desk, record)
    act = desk.reviews.act
    act(record, "ask_change", RESPONSIBLE, reason="改期")
    act(record, "grant_change", OFFICER, opinion="属实")
    act(record, "submit_change", RESPONSIBLE, declared=True)
    ordered(desk, other, "取消培训资格")
    with pytest.raises(GuardFailed, match="培训资格已经取消"):
        act(record, "approve_change", LEADER)
    with pytest.raises(NotNow):
        act(record, "approve_filing", LEADER)


def test_a_sanction_lifted_and_set_again_holds_again(desk: Desk, ids: dict[str, str], clock: Clock) -> None:
    found, record = ordered(desk, part_of_class(desk, ids, 1), "暂停新开班审批"), part_of_class(desk, ids, 2)
    hand_in_all(desk, record, "filing")
    other: Person = replace(LEADER, name="陈区长")
    act = desk.reviews.act
    for who, back in ((other, LEADER), (replace(LEADER, name="吴区长"), other)):
        clock.now += timedelta(days=1)
        act(found, "lift_measures", who, reason="已改正")
        assert handed_in(desk, record)
        act(found, "order_again", back, reason="又出现同样问题")
        assert not handed_in(desk, record)
    whole = [one.title for one in desk.reviews.state(found, LEADER).phase("check").acts]
    assert whole[-4:] == ["解除措施", "重新采取措施"] * 2


def handed_in(desk: Desk, record: str) -> bool:
    """Whether the class can be handed in, which is taken back at once; else it is told that no new one may begin."""
    try:
        desk.reviews.act(record, "submit_filing", RESPONSIBLE, declared=True)
    except GuardFailed as refused:
        assert "暂停新开班审批" in str(refused)
        return False
    desk.reviews.act(record, "withdraw_filing", CLERK)
    return True


def test_a_file_altered_on_the_disk_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, store=f"tinydb://{tmp_path}/store", inspect=looked_at)
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    record = part_of_class(desk, ids, 0)
    file_class(desk, record)
    file = items(desk, record, "filing")["plan_scan"].files[0]
    content = desk.store.get_file(file.digest)
    (path,) = (one for one in (tmp_path / "store" / "files").rglob("*") if file.digest in one.name)
    path.chmod(0o600)
    path.write_bytes(b"another plan\na page")
    with pytest.raises(FileDamaged) as told:
        desk.bags.of_record(record, CLERK)
    assert "备份" in str(told.value)
    assert [one.file for one in desk.store.verify_files()] == [str(path)]
    hand_in_all(desk, record, "certificates")
    desk.reviews.act(record, "submit_certificates", RESPONSIBLE, declared=True)
    desk.store.put_file(content)  # the same scan brought again mends it
    assert desk.store.verify_files() == ()
    assert desk.bags.of_record(record, CLERK).name


def test_a_code_changed_after_it_was_entered_gives_nobody_a_second_certificate(desk: Desk, ids: dict[str, str]) -> None:
    record = part_of_class(desk, ids, 0)
    file_class(desk, record)
    code_class(desk, record)
    desk.reviews.act(record, "register_certificates", OFFICER)
    row = desk.records.row_ids(record, "trainees")[0]
    code = str(desk.records.table(record, "trainees").texts[row]["cert_no"])
    desk.records.set(record, f"trainees/{row}/cert_no", "44060420269999", CLERK)
    with pytest.raises(GuardFailed, match=f"{code} 已经登记，名册里却改掉了"):
        desk.reviews.act(record, "register_certificates", OFFICER)
    entered = {one.facts["cert_no"] for one in desk.store.register("certificates", NOW.date(), EVERYTHING)}
    assert code in entered and "44060420269999" not in entered
    desk.records.set(record, f"trainees/{row}/cert_no", code, CLERK)
    asked = recall(desk, record, code, "编号有误")
    desk.reviews.act(asked, "ask_recall", INSPECTOR)
    desk.reviews.act(asked, "decide_recall", LEADER, reason="编号填错")
    desk.records.set(record, f"trainees/{row}/cert_no", "44060420269999", CLERK)
    with pytest.raises(GuardFailed, match="44060420269999 不在市中心下发的清单里"):
        desk.reviews.act(record, "register_certificates", OFFICER)
    allot(desk, record, [{"cert_no": "44060420269999"}])
    desk.reviews.act(record, "register_certificates", OFFICER)
    lines = desk.store.register("certificates", NOW.date(), EVERYTHING)
    assert {str(one.state) for one in lines if one.facts["cert_no"] == code} == {"ended"}
    assert {str(one.state) for one in lines if one.facts["cert_no"] == "44060420269999"} == {"open"}
