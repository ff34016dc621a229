"""A course standard under revision counts for nobody until it is public again, and never for a class filed before."""

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from onefill.service import Desk
from onefill.service.shapes import Person
from store import EVERYTHING
from tests.desks import load, make_desk
from tests.reviews.foshan import (
    CENTRE,
    CITY,
    CLERK,
    DAY,
    LEADER,
    OFFICER,
    RESPONSIBLE,
    approve_application,
    code_class,
    file_class,
    hand_in_all,
    list_again,
    list_course,
    looked_at,
    part_of_class,
    pass_application,
)

#: What the sample's standard says, and what the centre types instead.
HOURS, MORE = "40", "48"


@pytest.fixture
def ids(desk: Desk) -> dict[str, str]:
    return listed_and_approved(desk)


def listed_and_approved(desk: Desk) -> dict[str, str]:
    """An approved application, its course on the city's list."""
    known = load(desk, "application")
    list_course(desk, known["course_home"])
    approve_application(desk, known["application"])
    return known


def revise(desk: Desk, course: str) -> None:
    """The centre types a new standard, and hands nothing in."""
    desk.reviews.act(course, "revise_listing", CENTRE, reason="省里修订")
    for key, value in {"total_hours": MORE, "theory_hours": 24, "practice_hours": 24, "theory_pass": 90}.items():
        desk.records.set(course, key, value, CENTRE)


def facts(desk: Desk, record: str, section: str = "basics") -> dict[str, str]:
    return {one.path: one.shown for one in desk.records.fields(record, section)}


def passed(desk: Desk, record: str) -> int:
    table = desk.records.table(record, "trainees")
    return sum(table.texts[row]["result"] == "合格" for row in table.order)


def stopping(desk: Desk, record: str, phase: str, who: Person = CLERK) -> list[str]:
    return [one.said for one in desk.reviews.blockers(record, phase, who) if one.stops]


def pin(desk: Desk, record: str, other: str) -> int:
    return int(desk.store.latest(record, EVERYTHING).pins["links"][other]["n"])


def test_what_is_being_typed_counts_in_no_class_until_it_is_public(desk: Desk, ids: dict[str, str]) -> None:
    course = ids["course_home"]
    draft, filed = part_of_class(desk, ids, 0), part_of_class(desk, ids, 1)
    file_class(desk, filed)
    before = passed(desk, filed)
    assert before > 1
    entries = desk.store.latest(course, EVERYTHING).n + 1  # the act itself
    revise(desk, course)
    assert [facts(desk, one)["planned_hours"] for one in (draft, filed)] == [HOURS, HOURS]
    assert facts(desk, course, "standard")["total_hours"] == MORE  # the centre sees what it types
    assert passed(desk, filed) == before
    file_class(desk, draft)  # by the standard that is public still
    hand_in_all(desk, filed, "certificates")
    desk.reviews.act(filed, "submit_certificates", RESPONSIBLE, declared=True)
    assert desk.store.latest(course, EVERYTHING).n == entries  # nobody's paper has kept what is half typed
    assert pin(desk, draft, course) <= entries


def test_a_filed_class_goes_on_by_its_standard_to_its_end(desk: Desk, ids: dict[str, str]) -> None:
    course = ids["course_home"]
    draft, filed = part_of_class(desk, ids, 0), part_of_class(desk, ids, 1)
    file_class(desk, filed)
    before = passed(desk, filed)
    revise(desk, course)
    list_again(desk, course)
    assert facts(desk, draft)["planned_hours"] == MORE
    assert facts(desk, filed)["planned_hours"] == HOURS
    assert passed(desk, filed) == before
    assert any("课程标准" in one for one in stopping(desk, draft, "filing")), stopping(desk, draft, "filing")
    hand_in_all(desk, filed, "certificates")
    assert stopping(desk, filed, "certificates") == []
    desk.reviews.act(filed, "submit_certificates", RESPONSIBLE, declared=True)
    found = desk.reviews.correction(filed, "certificates", OFFICER)
    assert found.since == ()  # nothing of it has changed that counts for this class
    desk.reviews.act(filed, "review_certificates", OFFICER)
    desk.reviews.act(filed, "approve_certificates", LEADER)
    assert passed(desk, filed) == before


def test_a_class_before_the_district_is_judged_by_what_was_public(desk: Desk, ids: dict[str, str]) -> None:
    course, sent = ids["course_home"], part_of_class(desk, ids, 0)
    hand_in_all(desk, sent, "filing")
    desk.reviews.act(sent, "submit_filing", RESPONSIBLE, declared=True)
    revise(desk, course)
    assert desk.reviews.correction(sent, "filing", OFFICER).since == ()  # half typed: no news for an office
    list_again(desk, course)
    told = [what.label for one in desk.reviews.correction(sent, "filing", OFFICER).since for what in one.differences]
    assert "总课时" in told
    desk.reviews.act(sent, "review_filing", OFFICER)
    desk.reviews.act(sent, "approve_filing", LEADER, reason="系统启用以前开的班")
    assert facts(desk, sent)["planned_hours"] == HOURS


def test_a_change_of_a_filed_class_is_judged_by_its_own_standard(desk: Desk, ids: dict[str, str]) -> None:
    course, filed = ids["course_home"], part_of_class(desk, ids, 0)
    file_class(desk, filed)
    revise(desk, course)
    list_again(desk, course)
    desk.reviews.act(filed, "ask_change", RESPONSIBLE, reason="换教室")
    desk.reviews.act(filed, "grant_change", OFFICER, opinion="同意")
    assert facts(desk, filed)["planned_hours"] == HOURS
    other = ids["course_elder"] if "course_elder" in ids else desk.records.create("course", CENTRE, other_course())
    desk.records.set(filed, "course", other, CLERK)
    assert facts(desk, filed)["planned_hours"] != HOURS  # another course is read as it is
    desk.records.set(filed, "course", course, CLERK)
    assert facts(desk, filed)["planned_hours"] == HOURS


def other_course() -> dict[str, Any]:
    return {"course_name": "另一门", "total_hours": 7}


def test_the_weights_of_a_syllabus_stay_what_they_were(desk: Desk, ids: dict[str, str]) -> None:
    filed = part_of_class(desk, ids, 0)
    file_class(desk, filed)
    data = desk.store.latest(filed, EVERYTHING).data or {}
    totals = totals_of(desk, filed)
    desk.records.set(data["syllabus"], "theory_weight", 90, CLERK)
    assert totals_of(desk, filed) == totals


def totals_of(desk: Desk, record: str) -> list[str]:
    table = desk.records.table(record, "trainees")
    return [str(table.texts[row]["total"]) for row in table.order]


def test_a_course_taken_off_the_list_while_it_is_revised_counts_as_it_was_listed(
    desk: Desk, ids: dict[str, str]
) -> None:
    course, draft = ids["course_home"], part_of_class(desk, ids, 0)
    revise(desk, course)
    hand_in_all(desk, course, "catalogue", CENTRE)
    desk.reviews.act(course, "propose_listing", CENTRE)
    desk.reviews.act(course, "delist_course", CITY, reason="省里的标准作废", day=DAY)
    assert facts(desk, draft)["planned_hours"] == HOURS


def test_it_is_the_same_after_a_restart(tmp_path: Path) -> None:
    def start() -> Desk:
        return make_desk(tmp_path, inspect=looked_at, store=f"tinydb://{tmp_path}/store")

    desk = start()
    ids = listed_and_approved(desk)
    course = ids["course_home"]
    draft, filed = part_of_class(desk, ids, 0), part_of_class(desk, ids, 1)
    file_class(desk, filed)
    before = passed(desk, filed)
    revise(desk, course)
    again = start()
    assert [facts(again, one)["planned_hours"] for one in (draft, filed)] == [HOURS, HOURS]
    assert passed(again, filed) == before
    list_again(again, course)
    assert [facts(start(), one)["planned_hours"] for one in (draft, filed)] == [MORE, HOURS]


def test_an_approved_application_keeps_what_was_sealed(desk: Desk) -> None:
    known = load(desk, "application")
    course, asked = known["course_home"], known["application"]
    list_course(desk, course)
    pass_application(desk, asked)
    revise(desk, course)
    list_again(desk, course)
    row = next(iter((desk.store.latest(asked, EVERYTHING).data or {})["courses"].values()))
    desk.records.set(row["syllabus"], "objective", "换了说法", CLERK)
    assert [stopping(desk, asked, phase) for phase in ("apply", "approved")] == [[], []]
    desk.reviews.act(asked, "send_approved", CLERK)
    assert desk.reviews.correction(asked, "approved", OFFICER).since == ()
    desk.reviews.act(asked, "keep_approved", OFFICER)


def test_an_application_before_the_city_is_told_of_a_new_standard(desk: Desk) -> None:
    known = load(desk, "application")
    course, asked = known["course_home"], known["application"]
    list_course(desk, course)
    hand_in_all(desk, asked, "apply")
    desk.reviews.act(asked, "submit_application", RESPONSIBLE, declared=True)
    revise(desk, course)
    assert desk.reviews.correction(asked, "apply", OFFICER).since == ()
    list_again(desk, course)
    told = [what.label for one in desk.reviews.correction(asked, "apply", OFFICER).since for what in one.differences]
    assert "总课时" in told


def test_a_class_goes_by_its_standard_to_its_codes_and_after(desk: Desk, ids: dict[str, str]) -> None:
    course, filed = ids["course_home"], part_of_class(desk, ids, 0)
    file_class(desk, filed)
    before = passed(desk, filed)
    revise(desk, course)
    list_again(desk, course)
    code_class(desk, filed)
    desk.reviews.act(course, "delist_course", CITY, reason="作废", day=DAY)
    desk.reviews.act(course, "revise_listing", CENTRE, reason="再修订")
    desk.records.set(course, "theory_pass", 99, CENTRE)
    assert passed(desk, filed) == before
    assert [stopping(desk, filed, phase) for phase in ("filing", "certificates")] == [[], []]
    assert facts(desk, part_of_class(desk, ids, 1))["planned_hours"] == MORE  # as it was taken off the list


class Revising:
    """A standard that is typed, listed and revised in any order, beside classes that go their way."""

    def __init__(self, desk: Desk, ids: Mapping[str, str], seed: int) -> None:
        self.dice = random.Random(f"standards {seed}")
        self.desk, self.course = desk, ids["course_home"]
        self.public, self.typed, self.listed = 60, 60, True
        #: How far each class is, the mark it was sent in under, and the one that counts since it is filed.
        self.classes = {part_of_class(desk, ids, place): "draft" for place in range(3)}
        self.sent: dict[str, int] = {}
        self.counts: dict[str, int] = {}
        self.told: list[str] = []

    def step(self) -> None:
        able = ["move"] * 4 + (["revise"] if self.listed else ["type", "type", "list_it"])
        what = self.dice.choice(able)
        self.told.append(what)
        getattr(self, what)()
        for record in self.classes:
            wanted = self.counts.get(record, self.public)
            assert passed(self.desk, record) == reaching(self.desk, record, wanted), (record, wanted, self.told)

    def revise(self) -> None:
        self.desk.reviews.act(self.course, "revise_listing", CENTRE, reason="修订")
        self.listed = False

    def type(self) -> None:
        self.typed = self.dice.choice([60, 75, 85, 95])
        self.desk.records.set(self.course, "theory_pass", self.typed, CENTRE)

    def list_it(self) -> None:
        list_again(self.desk, self.course)
        self.public, self.listed = self.typed, True

    def move(self) -> None:
        record = self.dice.choice(list(self.classes))
        stands, act = self.classes[record], self.desk.reviews.act
        self.told.append(f"{record} {stands}")
        match stands:
            case "draft":
                hand_in_all(self.desk, record, "filing")
                act(record, "submit_filing", RESPONSIBLE, declared=True)
                self.sent[record], after = self.public, "sent"
            case "sent":
                act(record, "review_filing", OFFICER)
                act(record, "approve_filing", LEADER, reason="系统启用以前开的班")
                self.counts[record], after = self.sent[record], "filed"
            case "filed":
                act(record, "ask_change", RESPONSIBLE, reason="换教室")
                act(record, "grant_change", OFFICER, opinion="同意")
                after = "changing"
            case _:
                hand_in_all(self.desk, record, "filing")
                act(record, "submit_change", RESPONSIBLE, declared=True)
                act(record, "approve_change", LEADER, reason="好")
                after = "filed"
        self.classes[record] = after


def reaching(desk: Desk, record: str, mark: int) -> int:
    """How many have passed where so much is asked of the theory, by the marks and the attendance alone."""
    data = desk.store.latest(record, EVERYTHING).data or {}
    return sum(
        float(one["theory"] or 0) >= mark
        and float(one["practice"] or 0) >= 60
        and sum(marks.get(row) in ("到", "迟", "早") for marks in data["attendance"].values())
        >= 0.8 * len(data["sessions"])
        for row, one in data["trainees"].items()
        if not one.get("absent")
    )


@pytest.mark.parametrize("seed", range(4))
def test_in_any_order_a_class_keeps_the_standard_it_was_filed_by(desk: Desk, ids: dict[str, str], seed: int) -> None:
    revising = Revising(desk, ids, seed)
    for _ in range(24):
        revising.step()
    assert len(set(revising.counts.values()) | {revising.public}) > 1
