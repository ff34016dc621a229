"""Two classes at one time: the other one is named to its own institution alone, and only while it can be mended."""

from dataclasses import replace

from onefill.problems import Level
from onefill.service import Desk
from onefill.service.lookups import Lookups
from onefill.ui.answers import Live
from onefill.ui.handing import Wish, before
from onefill.ui.problems import counted, problems
from store import EVERYTHING
from tests.reviews.foshan import CLERK, file_class, part_of_class

CODES = ("TEACHER_OVERLAP", "ROOM_OVERLAP")


def told(desk: Desk, record: str) -> set[str]:
    found = [one.problem for one in desk.records.state(record).findings if one.problem.code in CODES]
    assert {one.level for one in found} == {Level.WARNING}
    return {one.what.partition("已排")[2] for one in found}


def test_the_other_class_is_named_to_its_own_institution_alone(desk: Desk, ids: dict[str, str]) -> None:
    first, second = part_of_class(desk, ids, 0), part_of_class(desk, ids, 1)
    label = desk.records.state(second).label
    assert told(desk, first) == {f"在“{label}”", f"给“{label}”"}
    sheet = desk.records._book.open(first).sheet
    sheet.set_answers(Lookups(desk.store, EVERYTHING, first, "another/school").answer(sheet))
    assert told(desk, first) == {"在另一个班", "给另一个班"}


def test_a_teacher_whom_two_institutions_know_is_one_person(desk: Desk, ids: dict[str, str]) -> None:
    record = part_of_class(desk, ids, 0)
    at_other = {one: ids[f"teacher_{one}"] for one in range(1, 7) if f"teacher_{one}" in ids}
    twins = {
        teacher: desk.records.create("teacher", desk.who(), dict(desk.store.latest(teacher, EVERYTHING).data or {}))
        for teacher in at_other.values()
    }
    data = dict(desk.store.latest(record, EVERYTHING).data or {})
    lessons = {
        row: {**one, "teacher": twins[one["teacher"]], "room": "别处的教室"} for row, one in data["sessions"].items()
    }
    desk.records.create("training_class", desk.who(), {**data, "sessions": lessons, "class_no": "440605-007-2026-001"})
    found = [one.problem for one in desk.records.state(record).findings if one.problem.code in CODES]
    assert [one.code for one in found] == ["TEACHER_OVERLAP"] * len(lessons)


def test_what_is_reminded_of_in_what_was_handed_in_is_counted_in_one_line(desk: Desk, ids: dict[str, str]) -> None:
    first, second = (part_of_class(desk, ids, place) for place in (0, 1))
    clashes = [one for one in desk.records.state(first).findings if one.problem.code in CODES]
    reminded = counted(desk.records.state(first))[2]
    assert reminded >= len(clashes) == 24
    desk.records.delete(second, desk.who())
    file_class(desk, first)
    part_of_class(desk, ids, 1)
    state = desk.records.state(first)
    assert len([one for one in state.findings if one.problem.code in CODES]) == len(clashes)
    assert counted(state)[2] <= reminded - len(clashes)
    assert "已排" not in problems(state, "sessions", Live()), "nobody can act upon it"
    blockers = desk.reviews.blockers(first, "certificates", CLERK)
    assert {one.locked for one in blockers if "已排" in one.said} == {True}
    assert not any(one.locked for one in blockers if one.at.endswith("/theory"))
    html = before(None, blockers, Wish(), by=("机构负责人",))
    assert "已排" not in html
    assert f"交过、锁住的内容里另有提醒 {sum(one.locked for one in blockers)} 处，这里不用管" in html
    open_again = [replace(one, locked=False) for one in blockers]
    assert "已排" in before(None, open_again, Wish(), by=("机构负责人",))
