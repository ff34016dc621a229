"""What the city's centre does: course standards from their papers to the catalogue, and guidance to a district."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from onefill.people import NotYourAction
from onefill.people.rights import rights_of
from onefill.reviews.errors import GuardFailed, StillToMend
from onefill.service import Desk
from onefill.service.guard import NotYours
from onefill.service.materials import MaterialsLocked
from onefill.service.shapes import Person
from samples import sample_records
from store import EVERYTHING
from tests.desks import NOW, Clock, load, make_desk
from tests.reviews.foshan import (
    CENTRE,
    CITY,
    CLERK,
    DAY,
    LEADER,
    OFFICER,
    RESPONSIBLE,
    hand_in_all,
    items,
    list_again,
    list_course,
    looked_at,
    pages,
    part_of_class,
)

#: What proves a course of each source, before it is published (二（一）).
PROOFS = {
    "省级": set(),
    "市级": {"province_filing_proof"},
    "外市": {"province_release_proof", "committee_proof"},
}
#: And the facts that the proofs are about.
FACTS = {
    "省级": {},
    "市级": {"province_filing_no": "粤课备〔2026〕1号", "province_filed_on": "2025-12-15"},
    "外市": {
        "province_release_no": "粤课发〔2025〕8号",
        "province_released_on": "2025-11-03",
        "home_city": "广州市",
        "city_committee_no": "佛课备〔2026〕2号",
        "city_committee_on": "2026-01-12",
    },
}


@pytest.fixture
def course(desk: Desk) -> str:
    return load(desk, "course_home")["course_home"]


def of_source(desk: Desk, course: str, source: str) -> None:
    """The course as one of that source, without any of its proofs."""
    for path in {path for facts in FACTS.values() for path in facts}:
        desk.records.set(course, path, "", CENTRE)
    desk.records.set(course, "course_source", source, CENTRE)


def received(desk: Desk, course: str, source: str) -> None:
    """A course whose standard the centre has taken in; of what it is filed as, only the province's release is known."""
    of_source(desk, course, source)
    if "province_release_no" in FACTS[source]:
        desk.records.set(course, "province_release_no", FACTS[source]["province_release_no"], CENTRE)
    hand_in_all(desk, course, "standard", CENTRE)
    desk.reviews.act(course, "receive_standard", CENTRE)


@pytest.mark.parametrize("source", PROOFS)
def test_a_course_is_published_with_the_proofs_of_its_source(desk: Desk, course: str, source: str) -> None:
    received(desk, course, source)
    act = desk.reviews.act
    if source == "市级":
        with pytest.raises(GuardFailed, match="先报省备案"):
            act(course, "note_filing", CENTRE, day=DAY)
        act(course, "send_to_province", CENTRE, day=DAY)
    act(course, "note_filing", CENTRE, day=DAY)
    wanted = {one.material.key for one in items(desk, course, "catalogue").values() if one.lacking}
    assert wanted == PROOFS[source]
    asked = {one.at for one in desk.reviews.blockers(course, "catalogue", CENTRE) if one.stops}
    assert asked >= FACTS[source].keys() - {"province_release_no"}
    if wanted:
        with pytest.raises(StillToMend):
            act(course, "propose_listing", CENTRE)
    for path, value in FACTS[source].items():
        desk.records.set(course, path, value, CENTRE)
    hand_in_all(desk, course, "catalogue", CENTRE)
    act(course, "propose_listing", CENTRE)
    published = NOW.date() - timedelta(days=2)
    act(course, "list_course", CITY, day=published)
    assert desk.reviews.state(course, CITY).phase("catalogue").stage == "in_catalogue"
    assert [one.start for one in desk.store.register("course_catalogue", NOW.date(), EVERYTHING)] == [published]


def test_only_courses_of_the_city_are_sent_to_the_province(desk: Desk, course: str) -> None:
    received(desk, course, "外市")
    with pytest.raises(GuardFailed, match="只有市级课程"):
        desk.reviews.act(course, "send_to_province", CENTRE, day=DAY)


def test_nothing_is_published_before_it_is_filed(desk: Desk, course: str) -> None:
    received(desk, course, "省级")
    with pytest.raises(GuardFailed, match="备案以后才能报市局公布"):
        desk.reviews.act(course, "propose_listing", CENTRE)


def test_dates_of_filing_come_in_order(desk: Desk, course: str) -> None:
    of_source(desk, course, "外市")
    for path, value in {**FACTS["外市"], "city_committee_on": "2025-10-01"}.items():
        desk.records.set(course, path, value, CENTRE)
    told = [one.what for one in desk.reviews.blockers(course, "catalogue", CENTRE)]
    assert any("早于省发布日期2025年11月3日" in what for what in told), told


CHANCHENG, NANHAI = "440600/440604", "440600/440605"


def of_office(desk: Desk, who: Person, unit: str) -> Person:
    """Somebody who sees what their roles let them see, from a unit."""
    rights = rights_of(unit, who.roles or (), desk.people.offices.roles())
    return replace(who, unit=unit, rights=rights)


def listed(desk: Desk, who: Person) -> list[tuple[str, str, str]]:
    return [(one.what, f"{one.day}", one.record) for one in desk.dues.of(who) if one.form == "district_guidance"]


def test_who_is_given_something_may_act_upon_it_at_once_and_nobody_else(desk: Desk) -> None:
    sample = next(one for one in sample_records() if one.name == "guidance")
    centre, theirs = of_office(desk, CENTRE, "440600"), of_office(desk, OFFICER, CHANCHENG)
    others = of_office(desk, OFFICER, NANHAI)
    guidance = desk.records.create("district_guidance", centre, {**sample.data, "district": "禅城区"})
    hand_in_all(desk, guidance, "guidance", centre)
    doors = {theirs.unit: desk.as_(lambda: theirs).reviews, others.unit: desk.as_(lambda: others).reviews}
    for door in doors.values():
        with pytest.raises(NotYours):
            door.state(guidance, theirs)
    desk.as_(lambda: centre).reviews.act(guidance, "send_opinion", centre)
    with pytest.raises(NotYours):
        doors[others.unit].act(guidance, "answer_opinion", others, opinion="录像已补齐。")
    doors[theirs.unit].act(guidance, "answer_opinion", theirs, opinion="录像已补齐。")


def test_guidance_goes_to_a_district_and_its_answer_closes_it(tmp_path: Path) -> None:
    clock = Clock()
    desk = make_desk(tmp_path, inspect=looked_at, clock=clock)
    sample = next(one for one in sample_records() if one.name == "guidance")
    centre = of_office(desk, CENTRE, "440600")
    theirs, others = of_office(desk, OFFICER, CHANCHENG), of_office(desk, OFFICER, NANHAI)
    guidance = desk.records.create("district_guidance", centre, {**sample.data, "district": "禅城区"})
    hand_in_all(desk, guidance, "guidance", centre)
    act = desk.reviews.act
    assert listed(desk, theirs) == []
    with pytest.raises((GuardFailed, StillToMend)):
        act(guidance, "close_reply", centre)
    act(guidance, "send_opinion", centre)
    waits = ("意见已发，待区里答复", "2026-12-25", guidance)  # until the day that the opinion names
    assert listed(desk, theirs) == [waits]
    assert [one.record for one in desk.queues.queue(theirs).lines] == [guidance]
    assert listed(desk, others) == []
    with pytest.raises(GuardFailed, match="区里还没有答复"):
        act(guidance, "close_reply", centre)
    act(guidance, "answer_opinion", theirs, opinion="录像已补齐，经办人已培训。")
    assert listed(desk, theirs) == []
    assert [(what, record) for what, _, record in listed(desk, centre)] == [("核对区里的答复，办结", guidance)]
    (_, letter), *more = desk.materials.to_bring(guidance, theirs)
    assert (letter.name, more) == ("区里的书面答复", [])
    brought = desk.materials.supply(guidance, letter.id, pages("reply"), "答复.pdf", theirs)
    for refused in (
        lambda: desk.materials.supply(guidance, letter.id, pages("x"), "x.pdf", others),
        lambda: desk.materials.supply(guidance, "opinion_scan", pages("x"), "x.pdf", theirs),
        lambda: desk.records.set(guidance, "reply_outcome", "已改正", theirs),
    ):
        with pytest.raises((NotYours, NotYourAction)):
            refused()
    assert [(one.name, one.who) for one in desk.materials.files(guidance, letter.id, centre)] == [
        ("答复.pdf", theirs.name)
    ]
    desk.materials.remove(guidance, letter.id, brought.id, theirs)
    again = desk.materials.supply(guidance, letter.id, pages("centre"), "代传.pdf", centre)
    with pytest.raises(NotYourAction):
        desk.materials.remove(guidance, letter.id, again.id, theirs)
    act(guidance, "ask_again", centre, reason="没有说哪几个班")
    assert listed(desk, theirs) == [waits]
    desk.records.set(guidance, "reply_outcome", "已改正", centre)

    def late() -> list[str]:
        said = [one.said for one in desk.reviews.blockers(guidance, "district_reply", centre)]
        return [one for one in said if "才答复" in one]

    assert late() == []  # of the first answer, which came in time
    clock.now = NOW.replace(day=28)
    act(guidance, "answer_opinion", theirs, opinion="补齐的是三个班。")
    assert late() == ["禅城区2026年12月28日才答复，期限是2026年12月25日"]
    act(guidance, "close_reply", centre)
    assert desk.reviews.state(guidance, theirs).phase("district_reply").stage == "replied"
    assert desk.materials.to_bring(guidance, theirs) == ()
    with pytest.raises(MaterialsLocked):
        desk.materials.supply(guidance, letter.id, pages("late"), "迟.pdf", theirs)
    assert listed(desk, centre) == []


def test_a_course_taken_off_the_list_is_neither_applied_for_nor_granted_nor_taught_from_then_on(tmp_path: Path) -> None:
    clock = Clock(NOW.replace(month=9, day=1))
    desk = make_desk(tmp_path, inspect=looked_at, clock=clock)
    ids = load(desk, "application")
    application, course, act = ids["application"], ids["course_home"], desk.reviews.act
    name = desk.records.state(course).label

    def taken_off() -> None:
        act(course, "delist_course", CITY, reason="省里的标准已经调整")

    def listed_again() -> None:
        act(course, "revise_listing", CENTRE, reason="新的标准")
        list_again(desk, course, clock.now.date())

    hand_in_all(desk, application, "apply")
    list_course(desk, course, clock.now.date())
    taken_off()
    with pytest.raises(GuardFailed, match="已经移出课程目录，从申请里去掉") as refused:
        act(application, "submit_application", RESPONSIBLE, declared=True)
    assert "家政服务基础" in name and "“家政服务基础”" in str(refused.value)
    listed_again()
    act(application, "submit_application", RESPONSIBLE, declared=True)
    act(application, "take_up", OFFICER)
    act(application, "first_review", OFFICER, opinion="相符")
    act(application, "recommend", LEADER, opinion="同意推荐", rank=1)
    act(application, "report_to_city", LEADER, day=clock.now.date())
    taken_off()
    with pytest.raises(GuardFailed, match="已经移出课程目录，退回机构"):
        act(application, "city_pass", CITY, opinion="同意")
    listed_again()
    act(application, "city_pass", CITY, opinion="同意")
    hand_in_all(desk, application, "approved")
    act(application, "send_approved", CLERK)
    act(application, "keep_approved", OFFICER)
    early, late = part_of_class(desk, ids, 0), part_of_class(desk, ids, 1)
    for record in (early, late):
        hand_in_all(desk, record, "filing")
    act(early, "submit_filing", RESPONSIBLE, declared=True)
    act(early, "review_filing", OFFICER)
    clock.now = NOW.replace(month=10, day=20)
    taken_off()
    with pytest.raises(GuardFailed, match="开班时已经移出课程目录，退回机构换课程"):
        act(early, "approve_filing", LEADER)
    with pytest.raises(GuardFailed, match="开班时已经移出课程目录，不能备案"):
        act(late, "submit_filing", RESPONSIBLE, declared=True)
    listed_again()
    act(early, "approve_filing", LEADER)
    clock.now = NOW
    taken_off()
    act(late, "submit_filing", RESPONSIBLE, declared=True)  # it began while the course was on the list
