"""Facts that a file is about: gathered by name through links and rows, kept beside the file, held against today's."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefill.facts import Sheet
from onefill.facts.differences import shown_text
from onefill.facts.following import MOST_ROWS, Followed, changes_since, followed
from tests.facts.small import GROUP, group_data, group_sheet, leader_sheet, plan


def now(name: str, data: dict[str, Any] | None = None, *, years: int | None = 40, phase: int = 0) -> Followed:
    return followed(name, group_sheet(data, leader_sheet(years))[0], phase)


def kept(one: Followed) -> Followed:
    """As it comes back from the store."""
    return Followed.of(json.loads(json.dumps(one.plain())))


def told(then: Followed, one: Followed) -> list[str]:
    return [str(change) for change in changes_since(kept(then), one)]


def changed(**fields: Any) -> dict[str, Any]:
    return {**group_data(), **fields}


def with_rows(section: str, **rows: Any) -> dict[str, Any]:
    data = group_data()
    return {**data, section: {row: one for row, one in {**data[section], **rows}.items() if one}}


def test_a_fact_is_told_with_what_it_said() -> None:
    assert told(now("start"), now("start", changed(start="2026-12-09"))) == ["开始：2026年12月7日 → 2026年12月9日"]
    assert told(now("title"), now("title", changed(title="夜班"))) == ["名称：第7组 → 夜班"]
    assert told(now("way"), now("way", changed(way="走"))) == ["方式：（空） → 走"]
    assert told(now("start"), now("start")) == []


def test_what_a_link_leads_to_is_followed_and_so_is_where_it_leads() -> None:
    assert told(now("leader.years"), now("leader.years", years=41)) == ["岁数：40 → 41"]
    assert told(now("leader"), now("leader", years=41)) == []
    other = Sheet(plan(GROUP), changed(leader="p2"), record="g1", links=lambda _form, _record: leader_sheet())
    assert told(now("leader"), followed("leader", other, 0)) == ["组长：王五 → 王五（改过）"]


def test_rows_are_told_one_by_one_by_their_names() -> None:
    later = with_rows("days", d2={"@order": 2, "day": "2026-12-08", "hours": 3})
    assert told(now("days"), now("days", later)) == ["2026年12月8日 · 时数：2.5 → 3"]
    assert told(now("days.day"), now("days.day", later)) == []
    more = with_rows("days", d1=None, d3={"@order": 3, "day": "2026-12-10", "hours": 1})
    assert told(now("days"), now("days", more)) == ["日程：2 行 → 2 行，加了 1 行，删了 1 行"]


def test_a_section_is_what_is_typed_in_it_up_to_the_phase_and_nothing_private() -> None:
    assert set(now("people").cells) == {"r1/name", "r2/name"}
    assert set(now("people", phase=1).cells) == {"r1/name", "r1/score", "r2/name", "r2/score"}
    assert "leader_age" not in now("basics").cells
    assert told(now("basics"), now("basics", changed(planned=3))) == ["人数：2 → 3"]


def test_a_grid_and_a_long_list_are_known_by_a_digest() -> None:
    grid = now("presence")
    assert told(grid, now("presence")) == []
    fewer = {"d1": {"r1": "到"}, "d2": {"r1": "到"}}
    assert told(grid, now("presence", changed(presence=fewer))) == ["到场：3 行 → 2 行，改过"]
    long = {f"d{n}": {"@order": n, "day": "2026-12-07", "hours": 1} for n in range(MOST_ROWS + 1)}
    many = now("days", changed(days=long))
    assert not many.cells
    assert len(json.dumps(many.plain())) < 100
    assert told(many, now("days", changed(days=long))) == []
    assert told(many, now("days", changed(days={**long, "d0": {**long["d0"], "hours": 2}}))) == [
        "日程：201 行 → 201 行，改过"
    ]
    assert told(now("days"), many) == ["日程：2 行 → 201 行，改过"]


def test_a_form_that_asks_more_than_before_has_changed_nothing() -> None:
    hours = "{key: hours, label: 时数, type: number"
    more = plan(GROUP.replace(hours, f"{{key: hall, label: 教室, default: \"'一楼'\"}}\n      - {hours}"))
    assert "d1/hall" in followed("days", Sheet(more, group_data()), 0).cells
    assert told(now("days"), followed("days", Sheet(more, group_data()), 0)) == []


PLAN = plan()


@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_is_typed_a_change_is_told_and_no_other(old: str, new: str) -> None:
    before, after = (Sheet(PLAN, changed(title=f"组{one}")) for one in (old, new))
    told_now = changes_since(kept(followed("title", before, 0)), followed("title", after, 0))
    assert bool(told_now) == (shown_text(before, "title") != shown_text(after, "title"))


@pytest.mark.parametrize("name", ["start", "leader.years", "days", "days.day", "people", "presence", "basics"])
def test_what_is_kept_comes_back(name: str) -> None:
    assert changes_since(kept(now(name)), now(name)) == []
