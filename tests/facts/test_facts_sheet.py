from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefill.definitions.expressions import Empty
from onefill.facts.findings import Findings
from onefill.facts.sheet import Sheet
from onefill.problems import FieldPlace
from tests.facts.small import CARD, GROUP, OTHER_CARD, codes, group_data, group_sheet, leader_sheet, plan


def test_values_are_typed_and_computed() -> None:
    sheet, _ = group_sheet()
    assert sheet.value("start") == date(2026, 12, 7)
    assert sheet.value("hours") == Decimal("6.5")
    assert sheet.value("people[].age", "r1") == 76
    assert sheet.value("people[].good", "r1") is True
    assert sheet.value("people[].good", "r2") is False
    assert sheet.value("people[].came", "r1") == 2
    assert sheet.value("people[].came", "r2") == 1
    assert sheet.value("leader_age") == 40
    assert sheet.label() == "7 第7组"


def test_a_default_gives_way_to_what_is_typed() -> None:
    sheet, _ = group_sheet()
    assert sheet.value("title") == "第7组"
    sheet.set("title", "登山组")
    assert sheet.value("title") == "登山组"
    sheet.set("title", None)
    sheet.set("number", "8")
    assert sheet.value("title") == "第8组"


def test_an_empty_fact_leaves_what_reads_it_empty() -> None:
    sheet, findings = group_sheet()
    sheet.set("start", None)
    assert isinstance(sheet.value("people[].age", "r1"), Empty)
    assert ("start", "REQUIRED") in codes(findings)
    assert not any(code == "YOUNG" for _, code in codes(findings))


def test_hidden_values_are_kept_and_absent() -> None:
    sheet, findings = group_sheet()
    sheet.set("way", "坐车")
    assert ("bus", "REQUIRED") in codes(findings)
    sheet.set("bus", "粤E00000")
    assert sheet.value("bus") == "粤E00000"
    sheet.set("way", "走")
    assert isinstance(sheet.value("bus"), Empty)
    assert sheet.data["bus"] == "粤E00000"
    assert not any(path == "bus" for path, _ in codes(findings))


def test_raw_is_kept_reported_and_absent() -> None:
    sheet, findings = group_sheet()
    sheet.set("people/r1/card", {"raw": "11010519491231"})
    assert isinstance(sheet.value("people[].card", "r1"), Empty)
    assert ("people/r1/card", "ID_FORMAT") in codes(findings)
    sheet.set("people/r1/card", CARD)
    assert not any(path == "people/r1/card" for path, _ in codes(findings))


def test_a_check_says_what_and_where() -> None:
    sheet, findings = group_sheet()
    sheet.set("planned", 3)
    (found,) = [f for f in findings.all() if f.problem.code == "COUNT"]
    assert found.problem.what == "名册 2 人，计划 3 人"
    assert found.problem.remedy == "改为 2"
    assert found.section == "basics"
    sheet.set("planned", 2)
    assert not [f for f in findings.all() if f.problem.code == "COUNT"]


def test_a_message_has_an_end() -> None:
    endless = plan(GROUP.replace("{{ name }}只有 {{ age }} 岁", "{% for _ in range(9000) %}太小{% endfor %}"))
    data = group_data()
    data["people"]["r1"]["card"] = "110105201912310014"
    findings = Findings(Sheet(endless, data)).all()
    [told] = [one.problem.what for one in findings if one.problem.code == "YOUNG"]
    assert told == "太小" * 150 + "…"


def test_phases_count_from_where_they_are_asked() -> None:
    sheet, findings = group_sheet()
    sheet.set("people/r1/score", None)
    assert ("people/r1/score", "REQUIRED") not in codes(findings, 0)
    assert ("people/r1/score", "REQUIRED") in codes(findings, 1)
    assert findings.progress(0)[0] + 1 == findings.progress(0)[1]  # the signature is for ink
    assert findings.progress(1)[0] + 2 == findings.progress(1)[1]


def test_a_list_that_lacks_rows_lacks_what_they_would_bring() -> None:
    sheet, findings = group_sheet()
    filled, total = findings.progress(0, "people")
    assert (filled, total) == (5, 5)  # that there is a row at all, two names, two numbers
    sheet.set("people/r1", None)
    sheet.set("people/r2", None)
    assert findings.progress(0, "people") == (0, 3)
    assert findings.progress(1, "people") == (0, 4)  # and the score of the row to come
    assert list(findings.by_section(0)) == ["basics", "days", "people"]
    sheet.set("way", "坐车")
    assert findings.progress(1, "stops") == (0, 3)


def test_duplicates_point_to_each_row_and_name_the_other() -> None:
    sheet, findings = group_sheet()
    sheet.set("people/r2/card", CARD)
    whats = {f.problem.place: f.problem.what for f in findings.all() if f.problem.code == "DUPLICATE"}
    assert {place.path: what[:6] for place, what in whats.items() if isinstance(place, FieldPlace)} == {
        "people/r1/card": "与第 2 行",
        "people/r2/card": "与第 1 行",
    }
    sheet.set("people/r1/card", OTHER_CARD)
    assert "DUPLICATE" not in {code for _, code in codes(findings)}


def test_rows_come_go_and_move() -> None:
    sheet, findings = group_sheet()
    sheet.set("people/r3", {"@order": 0, "name": "赵六"})
    assert [view.row for view in sheet.rows("people")] == ["r3", "r1", "r2"]
    assert ("people/r3/card", "REQUIRED") in codes(findings)
    sheet.set("people/r3/@order", 9)
    assert [view.number for view in sheet.rows("people")] == [1, 2, 3]
    assert sheet.rows("people")[-1].row == "r3"
    sheet.set("people/r3", None)
    assert not any(path.startswith("people/r3") for path, _ in codes(findings))
    assert sheet.value("hours") == Decimal("6.5")


def test_too_few_and_too_many_rows() -> None:
    sheet, findings = group_sheet()
    for number in range(3, 9):
        sheet.set(f"people/r{number}", {"@order": number, "name": "赵六"})
    assert ("people", "ROWS_MAX") in codes(findings)
    for row in list(sheet.data["people"]):
        sheet.set(f"people/{row}", None)
    assert ("people", "ROWS_MIN") in codes(findings)


def test_a_link_that_leads_nowhere_is_told() -> None:
    sheet, findings = group_sheet()
    sheet.set("leader", "gone")
    assert ("leader", "LINK_GONE") in codes(findings)
    assert isinstance(sheet.value("leader_age"), Empty)


def test_a_wrong_grid_cell_is_told() -> None:
    sheet, findings = group_sheet()
    sheet.set("presence/d2/r2", {"raw": "来"})
    assert any(path == "presence/d2/r2" for path, _ in codes(findings))
    assert sheet.value("people[].came", "r2") == 1


def test_the_data_given_is_not_changed() -> None:
    data = group_data()
    sheet, _ = group_sheet(data)
    sheet.set("people/r1/name", "别人")
    sheet.set("days/d1", None)
    assert data == group_data()


def test_what_a_linked_record_changes_is_seen_when_told() -> None:
    leader = leader_sheet(40)
    sheet, _ = group_sheet(leader=leader)
    assert sheet.value("leader_age") == 40
    leader.set("years", 41)
    sheet.touch("leader")
    assert sheet.value("leader_age") == 41


PATHS = st.sampled_from(
    ["number", "title", "way", "bus", "start", "planned", "leader", "people/r1/name", "people/r1/card",
     "people/r2/card", "people/r2/score", "people/r1", "people/r4", "days/d1/hours", "days/d2",
     "presence/d1/r1", "presence/d2/r2", "stops/s1", "stops/s2",
     "people/r2/@order"]
)  # fmt: skip
VALUES: dict[str, list[object]] = {
    "start": ["2026-12-07", "2020-02-29", None, {"raw": "13.45"}],
    "planned": [1, 2, 3, None, {"raw": "二十"}],
    "way": ["走", "坐车", None],
    "leader": ["p1", "gone", None],
    "card": [CARD, OTHER_CARD, None, {"raw": "1"}],
    "score": [0, 60, "59.5", None],
    "hours": [1, "2.5", None],
    "@order": [0, 5],
    "r1": [None, {"@order": 1, "name": "张三", "card": CARD}],
    "r4": [None, {"@order": 4, "name": "赵六", "score": 90}],
    "s1": [None, {"@order": 1, "place": "甲"}],
    "s2": [None, {"@order": 2, "place": "甲"}, {"@order": 2}],
    "d2": [None, {"@order": 2, "day": "2026-12-08", "hours": 3}],
}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(PATHS, st.integers(0, 5)), max_size=14))
def test_change_by_change_is_the_same_as_all_at_once(steps: list[tuple[str, int]]) -> None:
    """The law of incremental facts: whatever was touched, in whatever order, nothing stale is left."""
    sheet, findings = group_sheet()
    findings.all()
    for path, pick in steps:
        key = path.rsplit("/", 1)[-1]
        if path.startswith("presence"):
            choices: list[object] = ["到", "缺", None, {"raw": "?"}]
        else:
            choices = VALUES.get(key, ["甲", "乙", None])
        if (
            path.count("/") == 2
            and not path.startswith("presence")
            and path.split("/")[1] not in sheet.data[path.split("/")[0]]
        ):
            continue
        sheet.set(path, choices[pick % len(choices)])
        if pick % 2:
            findings.all()
    fresh = Sheet(sheet.plan, sheet.data, record="g1", links=sheet.links)
    again = Findings(fresh)
    assert [f.problem for f in findings.all()] == [f.problem for f in again.all()]
    assert [findings.progress(phase) for phase in (0, 1)] == [again.progress(phase) for phase in (0, 1)]
    for cell in fresh.cells():
        assert repr(sheet.value(*cell)) == repr(fresh.value(*cell)) or sheet.value(*cell) == fresh.value(*cell)


@pytest.mark.parametrize("path", ["a", "a/b"])
def test_deep_data_of_unknown_fields_is_kept(path: str) -> None:
    sheet = Sheet(plan(), {**group_data(), "old_field": {"a": {"b": 1}}}, record="g1")
    assert sheet.data["old_field"] == {"a": {"b": 1}}
    assert Findings(sheet).all()
