"""What changed: put into the old state it makes the new one, moved rows are few, words are those of the form."""

from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from onefill.facts import Sheet, differences_between
from onefill.facts.changes import ORDER, changes, in_order, moved_rows
from onefill.fields import Audience
from tests.facts.small import CARD, GROUP, OTHER_CARD, group_data, group_sheet, plan

PLAN = plan()
texts = st.sampled_from(["7", "8", "甲", {"raw": "看不懂"}])
rows = st.dictionaries(
    st.sampled_from(["r1", "r2", "r3", "r4"]),
    st.fixed_dictionaries({ORDER: st.integers(0, 9)}, optional={"name": texts, "score": st.integers(0, 9)}),
)
lines = st.dictionaries(
    st.sampled_from(["d1", "d2"]), st.dictionaries(st.sampled_from(["r1", "r2"]), st.sampled_from(["到", "缺"]))
)
states = st.fixed_dictionaries({}, optional={"number": texts, "title": texts, "people": rows, "presence": lines})


def put(data: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split("/")
    for part in way:
        data = data.setdefault(part, {})
    if value is None:
        data.pop(last, None)
    else:
        data[last] = deepcopy(value)


def bare(data: dict[str, Any]) -> Any:
    """Without empty parts, and with the order of rows but not the numbers that make it."""
    plain = deepcopy(data)
    order = in_order(plain.get("people") or {})
    for row in (plain.get("people") or {}).values():
        row.pop(ORDER, None)
    plain["presence"] = {row: line for row, line in (plain.get("presence") or {}).items() if line}
    return order, {key: value for key, value in plain.items() if value}


@settings(max_examples=200, deadline=None)
@given(states, states)
def test_changes_put_into_the_old_state_make_the_new(old: dict[str, Any], new: dict[str, Any]) -> None:
    made = deepcopy(old)
    for change in changes(PLAN, old, PLAN, new):
        put(made, change.path, change.after)
    for row, line in (made.get("people") or {}).items():
        line[ORDER] = new["people"][row][ORDER]  # only rows that were put elsewhere are told
    assert bare(made) == bare(new)


@settings(max_examples=200, deadline=None)
@given(states, states)
def test_the_way_back_is_the_same_way(old: dict[str, Any], new: dict[str, Any]) -> None:
    there = {
        (one.path, str(one.before), str(one.after)) for one in changes(PLAN, old, PLAN, new) if "@" not in one.path
    }
    back = {(one.path, str(one.after), str(one.before)) for one in changes(PLAN, new, PLAN, old) if "@" not in one.path}
    assert there == back
    assert changes(PLAN, new, PLAN, new) == []


@settings(max_examples=200, deadline=None)
@given(st.permutations("abcdefg"), st.permutations("abcdefg"))
def test_without_the_moved_rows_the_others_stand_as_they_stood(old: list[str], new: list[str]) -> None:
    moved = moved_rows(old, new)
    assert [row for row in old if row not in moved] == [row for row in new if row not in moved]


def test_one_row_put_first_is_one_change() -> None:
    assert moved_rows("abcdef", "fabcde") == ["f"]
    assert moved_rows("abcdef", "bdf") == []
    assert moved_rows("abc", "xaybzc") == []


def test_private_values_are_masked_also_when_they_cannot_be_read() -> None:
    before, _ = group_sheet()
    data = group_data()
    data["people"]["r1"]["card"] = {"raw": CARD[:-1]}
    data["people"]["r2"]["card"] = CARD
    after, _ = group_sheet(data)
    shown = differences_between(before, after, Audience.OFFICE)
    assert [(one.old, one.new, one.masked) for one in shown] == [
        ("110105********002X", "110************02", True),
        ("440604********001X", "110105********002X", True),
    ]
    assert OTHER_CARD in {one.old for one in differences_between(before, after, Audience.OWN)}


def test_what_is_hidden_or_linked_is_told_all_the_same() -> None:
    before, _ = group_sheet({**group_data(), "bus": "粤A1"})
    after, _ = group_sheet({**group_data(), "bus": "粤B2", "leader": "gone"})
    shown = differences_between(before, after, Audience.OFFICE)
    assert [(one.label, one.old, one.new) for one in shown] == [
        ("车牌", "粤A1", "粤B2"),
        ("组长", "王五", "（已不在）"),
    ]


def test_what_stood_there_by_itself_is_what_was_there_before() -> None:
    before, _ = group_sheet()
    after, _ = group_sheet({**group_data(), "title": "甲组"})
    for old, new in ((before, after), (after, before)):
        [told] = differences_between(old, new, Audience.OFFICE)
        assert {told.old, told.new} == {"第7组（自动带出）", "甲组"}
        assert (told.old == "甲组", told.kind) == (old is after, "changed")


def test_a_form_that_asked_other_things_is_read_as_it_was() -> None:
    older = plan(
        GROUP.replace("{key: number, label: 编号, required: true}", "{key: number, label: 旧编号, type: number}")
        .replace("      - {key: signed,", "      - {key: colour, label: 颜色}\n      - {key: signed,")
        .replace(
            "  - {key: presence, title: 到场, grid: [days, people], field: {type: choice, options: [到, 缺]}}\n", ""
        )
        .replace("age, expect", "age, expect")
        .replace('      - {key: came, label: 来了几次, value: "presence|along(row)|length"}\n', "")
    )
    before = Sheet(older, {"number": 7, "colour": "红"}, record="g1")
    after = Sheet(PLAN, {"number": "8", "presence": {"d1": {"r1": "到"}}}, record="g1")
    shown = differences_between(before, after, Audience.OFFICE)
    assert {(one.label, one.old, one.new, one.kind) for one in shown} == {
        ("编号", "7", "8", "changed"),
        ("颜色", "红", "", "removed"),
        ("（收起的一行） · （收起的一行）", "", "到", "added"),
    }
