"""The line of a record that goes through stages: where it stands, who has it until when, and what comes then."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from onefill.people import Reach, Right
from onefill.service import Desk
from onefill.service.overview_text import overview_lines
from onefill.service.shapes import Person
from onefill.service.view_shapes import Standing
from onefill.ui.overview import life
from tests.desks import Clock
from tests.service.test_boards import CLUB, GUIDE_EAST, PACK, WALK, reopened

LIFE = """\
life:
  - {phase: plan}
  - {title: 走路, date: meets, until: meets + 1}
  - {phase: report}
"""
REFUSED = """\
  - {key: refused, title: 不同意, holder: done}
actions:
  - {key: refuse, title: 不同意, kind: refuse, from: [asked], to: refused, by: [officer]}
"""
#: The clock of these tests stands at 20 December 2026.
AHEAD, BEHIND = "2026-12-24", "2026-12-01"
OFFICER = Person(name="林", unit="city", roles=("officer",), rights=(Right("city", Reach.BELOW, frozenset({"print"})),))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    pack = tmp_path / "forms" / "walks"
    pack.mkdir(parents=True)
    told = WALK.replace("title: 等审}", "title: 等审, days: 2}").replace("actions:\n", REFUSED) + LIFE
    for name, text in (("pack", PACK), ("walk", told), ("club", CLUB)):
        (pack / f"{name}.yaml").write_text(text, encoding="utf-8")
    return reopened(tmp_path)


def walk(desk: Desk, meets: str = AHEAD) -> str:
    return desk.records.create("walk", GUIDE_EAST, {"name": "一", **({"meets": meets} if meets else {})})


def points(desk: Desk, record: str) -> list[tuple[str, str]]:
    return [(one.title, one.state) for one in desk.views.of(record).life[1:]]


def standing(desk: Desk, record: str, who: Person) -> Standing:
    found = desk.as_(lambda: who).views.of(record).standing
    assert found is not None
    return found


def test_what_is_filled_is_done_with_only_once_it_was_handed_in(desk: Desk) -> None:
    record = walk(desk)
    assert points(desk, record) == [("计划", "now"), ("走路", "to_come"), ("总结", "to_come")]
    assert standing(desk, record, GUIDE_EAST).has == "等您提交"
    assert standing(desk, record, OFFICER).has == "等领队提交"


def test_before_an_office_it_tells_who_has_it_and_until_when(desk: Desk) -> None:
    record = walk(desk)
    desk.reviews.act(record, "ask", GUIDE_EAST)
    assert points(desk, record) == [("计划", "waiting"), ("走路", "to_come"), ("总结", "to_come")]
    mine, theirs = standing(desk, record, OFFICER), standing(desk, record, GUIDE_EAST)
    assert (mine.has, mine.acts, mine.left, mine.then) == ("等您办", True, 2, "走路 12月24日—25日")
    assert (theirs.has, theirs.acts) == ("等审核员办", False)
    told = "\n".join(overview_lines(desk.as_(lambda: GUIDE_EAST).views.of(record)))
    assert "在审　计划　等审　12月20日" in told
    assert "谁来办：等审核员办，2026年12月22日前（还有 2 个工作日）" in told


def test_what_came_back_stands_where_it_was_and_is_for_whoever_fills(desk: Desk) -> None:
    record = walk(desk)
    desk.reviews.act(record, "ask", GUIDE_EAST)
    desk.reviews.remark(record, "plan", "", "说不清", OFFICER)
    desk.reviews.act(record, "send_back", OFFICER)
    assert points(desk, record)[0] == ("计划", "returned")
    assert standing(desk, record, GUIDE_EAST).has == "等您改好再交，1 条意见没有答复"
    assert standing(desk, record, OFFICER).acts is False
    assert desk.views.of(record).next_page == "fill"


@pytest.mark.parametrize(("meets", "report"), [(AHEAD, "to_come"), (BEHIND, "now"), ("", "now")])
def test_the_next_phase_begins_when_what_stands_before_it_is_over(desk: Desk, meets: str, report: str) -> None:
    record = walk(desk, meets)
    desk.reviews.act(record, "ask", GUIDE_EAST)
    desk.reviews.act(record, "agree", OFFICER)
    assert (points(desk, record)[0], points(desk, record)[2]) == (("计划", "done"), ("总结", report))
    before = "" if report == "now" else "走路以后"
    assert standing(desk, record, GUIDE_EAST).has == f"{before}等您提交总结"
    assert standing(desk, record, OFFICER).has == f"{before}等领队提交总结"
    assert not standing(desk, record, GUIDE_EAST).over  # the report is still to come


def test_the_line_has_a_button_for_whoever_is_to_act_and_none_for_others(desk: Desk) -> None:
    record = walk(desk)
    desk.reviews.act(record, "ask", GUIDE_EAST)
    officer = life(desk.as_(lambda: OFFICER).views.of(record), fills=False)
    assert 'data-act="go:review"' in officer and "再往后：</b>走路" in officer and "接下来" not in officer
    guide = life(desk.as_(lambda: GUIDE_EAST).views.of(record), fills=True)
    assert 'data-act="go:review"' not in guide and "接下来" in guide
    desk.reviews.act(record, "agree", OFFICER)
    assert "data-act" not in life(desk.as_(lambda: OFFICER).views.of(record), fills=False)


def test_at_the_end_nobody_is_told_that_something_comes_next(desk: Desk) -> None:
    overview = desk.as_(lambda: GUIDE_EAST).views.of(walk(desk))
    assert overview.standing is not None
    over = replace(overview, standing=replace(overview.standing, has="办结", then="", over=True))
    told = life(over, fills=True)
    assert "现在：</b>办结" in told
    assert "接下来" not in told + "\n".join(overview_lines(over))


def test_what_a_stage_asks_is_told_once(desk: Desk) -> None:
    record = walk(desk)
    desk.reviews.act(record, "ask", GUIDE_EAST)
    desk.reviews.act(record, "agree", OFFICER)
    overview = desk.as_(lambda: GUIDE_EAST).views.of(record)
    assert overview.standing is not None
    asked = replace(overview, next_step="计划：同意；登记签收", standing=replace(overview.standing, has="等您登记签收"))
    told = life(asked, fills=True) + "\n".join(overview_lines(asked))
    assert "谁来办：</b>等您登记签收" in told and "谁来办：等您登记签收" in told
    assert "接下来" not in told
    other = replace(asked, next_step="计划：同意；填 3 项：总结 3")
    assert "接下来：</b>计划：同意；填 3 项" in life(other, fills=True)


def test_what_was_planned_is_not_to_come_once_it_was_refused(desk: Desk) -> None:
    record, over = walk(desk), walk(desk, BEHIND)
    for one in (record, over):
        desk.reviews.act(one, "ask", GUIDE_EAST)
        desk.reviews.act(one, "refuse", OFFICER)
    assert points(desk, record) == [("计划", "refused"), ("总结", "to_come")]
    assert points(desk, over) == [("计划", "refused"), ("走路", "done"), ("总结", "to_come")], "it has been"
    assert standing(desk, record, GUIDE_EAST).then == "总结"
    clock = desk.now
    assert isinstance(clock, Clock)
    clock.now += timedelta(days=30)
    assert points(desk, record) == [("计划", "refused"), ("总结", "to_come")], "nor was it held when its day has passed"


def test_what_was_refused_brings_nothing_in_the_next_days(desk: Desk) -> None:
    record, refused = walk(desk), walk(desk)
    for one in (record, refused):
        desk.reviews.act(one, "ask", GUIDE_EAST)
    desk.reviews.act(record, "agree", OFFICER)
    desk.reviews.act(refused, "refuse", OFFICER)
    assert [one.record for one in desk.as_(lambda: GUIDE_EAST).views.ahead("walk", 14)] == [record]
