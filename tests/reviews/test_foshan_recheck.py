"""What was found wrong is looked at again, and not before it was found; what was in order is done with."""

from dataclasses import replace

import pytest

from onefill.people import Right
from onefill.reviews.errors import GuardFailed
from onefill.service import Desk
from onefill.service.shapes import Person
from onefill.ui.bars import called
from store import EVERYTHING, Reach
from tests.reviews.foshan import CLERK, INSPECTOR, LEADER, RESPONSIBLE, hand_in_all, part_of_class
from tests.reviews.test_foshan_life import inspection_of, ordered_to_mend
from tests.reviews.test_foshan_measures import OTHER_LEADER

HEAD = replace(LEADER, rights=(Right(actions=frozenset({"approve"})),))


def decided(desk: Desk, ids: dict[str, str]) -> str:
    """An inspection that has found nothing and is closed."""
    found = inspection_of(desk, part_of_class(desk, ids, 0))
    hand_in_all(desk, found, "check", INSPECTOR)
    desk.reviews.act(found, "hand_up_record", INSPECTOR)
    desk.reviews.act(found, "close_record", LEADER)
    return found


def test_where_nothing_was_wrong_nothing_is_looked_at_again(desk: Desk, ids: dict[str, str]) -> None:
    found = decided(desk, ids)
    state = desk.records.state(found)
    assert state.phases[state.phase].key == "check"
    assert "没有问题，办结" in called(state) and "复查" not in called(state) and "复查" not in state.next_step
    assert "复查" not in [one.title for one in desk.views.of(found).life]
    told = desk.as_(lambda: HEAD).views.of(found).standing
    assert told is not None and told.has == "办结" and told.over
    assert desk.records.front(["inspection"], first="due").counts == {"done": 1}


def test_what_is_to_be_mended_waits_for_the_inspector_with_what_must_be_filled(desk: Desk, ids: dict[str, str]) -> None:
    found = ordered_to_mend(desk, part_of_class(desk, ids, 0))
    state = desk.records.state(found)
    assert "复查 · 填写中" in called(state)
    assert "改 1 处：复查 1" in state.next_step
    assert [one.definition.required for one in desk.records.fields(found, "recheck_result")] == [True, True, False]
    told = desk.as_(lambda: HEAD).views.of(found).standing
    assert told is not None and told.has == "等检查人员提交复查"
    assert desk.records.front(["inspection"], first="due").counts == {"filling": 1}
    for day in ("2026-11-10", "2026-11-30"):
        desk.records.set(found, "recheck_date", day, INSPECTOR)
        said = [one.what for one in desk.reviews.blockers(found, "recheck", INSPECTOR) if "早于检查日期" in one.what]
        assert bool(said) == (day == "2026-11-10")
    desk.records.set(found, "recheck_outcome", "合格", INSPECTOR)
    assert not any("还没有填全" in one.what for one in desk.reviews.blockers(found, "recheck", INSPECTOR))
    assert any("还没有签字的扫描件" in one.what for one in desk.reviews.blockers(found, "recheck", INSPECTOR))


def test_what_was_lifted_without_a_second_look_is_not_waited_for(desk: Desk, ids: dict[str, str]) -> None:
    def waits() -> tuple[bool, str]:
        due = any(one.what == "复查整改" for one in desk.dues.of(INSPECTOR))
        told = desk.as_(lambda: HEAD).views.of(found).standing
        return due, told.has if told else ""

    found = ordered_to_mend(desk, part_of_class(desk, ids, 0))
    assert waits() == (True, "等检查人员提交复查")
    desk.reviews.act(found, "lift_measures", OTHER_LEADER, reason="行政复议撤销")
    assert waits() == (False, "办结")
    assert "复查" not in [one.title for one in desk.views.of(found).life]
    for path, value in {"recheck_date": "2026-12-01", "recheck_outcome": "合格"}.items():
        desk.records.set(found, path, value, INSPECTOR)
    hand_in_all(desk, found, "recheck", INSPECTOR)
    with pytest.raises(GuardFailed, match="限期整改已经解除，不用复查；又要查的，请负责人重新采取措施"):
        desk.reviews.act(found, "hand_up_recheck", INSPECTOR)
    for path in ("recheck_date", "recheck_outcome"):
        desk.records.set(found, path, "", INSPECTOR)
    desk.reviews.act(found, "order_again", LEADER, reason="复议撤销有误")
    assert waits() == (True, "等检查人员提交复查")


def test_the_institution_is_told_of_an_order_with_its_day_until_it_is_lifted(desk: Desk, ids: dict[str, str]) -> None:
    def told(who: Person) -> list[tuple[str, str, str, str]]:
        due = (one for one in desk.dues.of(who) if one.what.startswith("限期整改"))
        return [(one.record, one.what, f"{one.day}", one.clause) for one in due]

    record = part_of_class(desk, ids, 0)
    assert told(CLERK) == []
    found = ordered_to_mend(desk, record)
    day = str((desk.store.latest(found, EVERYTHING).data or {})["due_date"])
    order = (record, "限期整改，整改报告交检查人员", day, "四（一）")
    assert told(CLERK) == told(RESPONSIBLE) == [order]
    other = replace(
        CLERK, unit="440600/440605/077", rights=(Right("440600/440605/077", Reach.OWN, frozenset({"fill"})),)
    )
    assert told(other) == told(INSPECTOR) == []
    desk.reviews.act(found, "lift_measures", OTHER_LEADER, reason="行政复议撤销")
    assert told(CLERK) == []
