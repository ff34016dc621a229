import io
import os
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from store import (
    DELETED,
    EVERYTHING,
    Action,
    Conflict,
    Effect,
    EntryUnknown,
    FileUnknown,
    NameRefused,
    NotAllowed,
    OtherForm,
    PreferencesParcel,
    Reach,
    RecordUnknown,
    Scope,
    Store,
    Summary,
    ValueRefused,
)
from store.memory import MemoryStore
from tests.store.making import begin, class_of, new


def test_what_is_appended_is_read_back(store: Store) -> None:
    data = class_of(3) | {"rare": "翀燊喆垚冼𠮷", "none": None, "yes": True, "big": 2**62, "list": ["a", []]}
    entry = store.append(new(data=data, pins={"definition": "ab"}), 0, EVERYTHING)
    assert (entry.n, entry.data, entry.pins, entry.who) == (1, data, {"definition": "ab"}, "李老师")
    assert store.latest("r1", EVERYTHING) == entry
    assert store.entry("r1", 1, EVERYTHING) == entry


def test_entries_are_a_chain(store: Store) -> None:
    made = [store.append(new(data={"k": k}), k, EVERYTHING) for k in range(4)]
    assert store.entries("r1", EVERYTHING) == made
    assert store.entries("r1", EVERYTHING, 2, 3) == made[1:3]
    assert store.entries("r1", EVERYTHING, first=4, last=99) == made[3:]
    assert store.entries("r1", EVERYTHING, first=5) == []
    assert all(later.prev == earlier.digest for earlier, later in pairwise(made))
    assert len({entry.digest for entry in made}) == 4


def test_the_first_link_tells_records_and_forms_apart(store: Store) -> None:
    begin(store, "r1")
    begin(store, "r2")
    assert store.latest("r1", EVERYTHING).prev != store.latest("r2", EVERYTHING).prev


def test_append_only_if_the_newest_is_the_one_i_saw(store: Store) -> None:
    begin(store)
    mine, theirs = new(data={"a": 1}), new(data={"a": 2})
    kept = store.append(theirs, 1, EVERYTHING)
    with pytest.raises(Conflict) as caught:
        store.append(mine, 1, EVERYTHING)
    assert (caught.value.new, caught.value.actual, caught.value.expected_n) == (mine, kept, 1)
    assert "r1" in str(caught.value)
    with pytest.raises(Conflict):
        store.append(mine, 7, EVERYTHING)
    with pytest.raises(Conflict):
        store.append(new("other"), 1, EVERYTHING)
    with pytest.raises(RecordUnknown):
        store.latest("other", EVERYTHING)


def test_the_same_request_twice_is_one_entry(store: Store) -> None:
    first = new(data={"a": 1})
    kept = store.append(first, 0, EVERYTHING)
    store.append(new(data={"a": 2}), 1, EVERYTHING)
    assert store.append(first, 0, EVERYTHING) == kept
    assert len(store.entries("r1", EVERYTHING)) == 2


def test_an_entry_without_data(store: Store) -> None:
    begin(store)
    assert store.append(replace(new(kind="remark"), data=None), 1, EVERYTHING).data is None


def test_a_record_keeps_its_form(store: Store) -> None:
    begin(store)
    with pytest.raises(OtherForm):
        store.append(new(form="teacher"), 1, EVERYTHING)


def test_what_does_not_exist(store: Store) -> None:
    with pytest.raises(RecordUnknown):
        store.latest("r1", EVERYTHING)
    with pytest.raises(RecordUnknown):
        store.draft("r1", EVERYTHING)
    begin(store)
    for n in (0, 2, -1):
        with pytest.raises(EntryUnknown):
            store.entry("r1", n, EVERYTHING)


@pytest.mark.parametrize(
    "record", ["", "R1", "../x", "a/b", "a\\b", "a.b", "con", "lpt1", "班", "a" * 65, "-a", "a\x00", "a\n", "\ud800"]
)
def test_ids_no_disk_would_keep_are_refused(store: Store, record: str) -> None:
    with pytest.raises(NameRefused):
        store.append(new(record), 0, EVERYTHING)
    for attempt in (
        lambda: store.latest(record, EVERYTHING),
        lambda: store.draft(record, EVERYTHING),
        lambda: store.set_draft(record, [], EVERYTHING, "x"),
        lambda: store.set_summary(record, Summary(), EVERYTHING),
        lambda: store.clear_draft(record, EVERYTHING),
    ):
        with pytest.raises(RecordUnknown):
            attempt()
    assert store.stamp(record) == store.stamp(record) == store.stamps([record])[record]
    assert store.find(scope=EVERYTHING) == []


def _nested(depth: int) -> object:
    value: object = "x"
    for _ in range(depth):
        value = {"k": [value]}
    return value


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("\ud800", "代理"),
        ("a\x00b", "NUL"),
        (float("nan"), "小数"),
        (1.5, "小数"),
        (2**64, "过大"),
        (datetime(2026, 1, 1, tzinfo=UTC), "datetime"),
        ({1: "a"}, "键"),
        ({"a\x00": 1}, "NUL"),
        ({"\udfff": 1}, "代理"),
        (b"x", "bytes"),
        (_nested(60), "嵌套"),
        (_nested(5000), "嵌套"),
        ("长" * 10_000_000, "超过"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place(store: Store, value: object, why: str) -> None:
    with pytest.raises(ValueRefused, match=why) as caught:
        store.append(new(data={"rows": [{"name": value}]}), 0, EVERYTHING)
    assert str(caught.value.facts["path"]).startswith("data/rows/0/name")
    assert store.find(scope=EVERYTHING) == []


def test_nothing_given_or_got_reaches_what_is_kept(store: Store) -> None:
    data = class_of(1)
    begin(store, data=data)
    data["trainees"]["r0"]["name"] = "changed"
    got = store.latest("r1", EVERYTHING).data
    assert got is not None
    got["trainees"]["r0"]["name"] = "changed"
    kept = store.latest("r1", EVERYTHING).data
    assert kept is not None
    assert kept["trainees"]["r0"]["name"] == "学员0"


def test_text_that_looks_like_an_escape_is_only_text(store: Store) -> None:
    data = {"a": "\\u0000 \\ud800", "b": "\ufeff\r\n\t\u2028", "c": "长" * 900_000}
    begin(store, data=data)
    assert store.latest("r1", EVERYTHING).data == data


SCHOOL = "city/east/school"
OWN, BELOW = Scope(SCHOOL, Reach.OWN), Scope("city/east", Reach.BELOW)


@pytest.mark.parametrize("scope", [OWN, BELOW, Scope("city", Reach.BELOW), Scope("city/west", Reach.ALL)])
def test_scopes_that_reach(store: Store, scope: Scope) -> None:
    begin(store, scope=scope, summary=Summary(unit=SCHOOL))
    assert store.latest("r1", scope).n == 1
    assert len(store.find(scope=scope)) == store.count(scope=scope) == 1


@pytest.mark.parametrize(
    "scope", [Scope("city/east", Reach.OWN), Scope("city/eas", Reach.BELOW), Scope("city/west", Reach.BELOW)]
)
def test_scopes_that_do_not_reach(store: Store, scope: Scope) -> None:
    begin(store, summary=Summary(unit=SCHOOL))
    again = new(summary=Summary(unit=scope.unit))
    for attempt in (
        lambda: store.latest("r1", scope),
        lambda: store.entry("r1", 1, scope),
        lambda: store.entries("r1", scope),
        lambda: store.draft("r1", scope),
        lambda: store.set_draft("r1", [], scope, "x"),
        lambda: store.set_summary("r1", Summary(), scope),
        lambda: store.clear_draft("r1", scope),
        lambda: store.append(again, 1, scope),
        lambda: store.append(new("r2", summary=Summary(unit=SCHOOL)), 0, scope),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert store.find(scope=scope) == []
    assert store.count(scope=scope) == 0


def test_a_record_is_not_given_away_beyond_the_scope(store: Store) -> None:
    begin(store, summary=Summary(unit=SCHOOL))
    with pytest.raises(NotAllowed):
        store.append(new(summary=Summary(unit="city/west")), 1, OWN)


def test_taken_out_of_the_lists_and_back(store: Store) -> None:
    begin(store)
    store.append(replace(new(kind="delete", summary=Summary(state=DELETED, label="r1")), data=None), 1, EVERYTHING)
    assert store.find(scope=EVERYTHING) == []
    assert [found.record for found in store.find(scope=EVERYTHING, state=DELETED)] == ["r1"]
    assert store.entry("r1", 1, EVERYTHING).data == {"name": "一班"}
    store.append(new(kind="undelete"), 2, EVERYTHING)
    assert store.count(scope=EVERYTHING) == 1


def test_the_stamp_changes_with_everything(store: Store) -> None:
    from store import Change

    stamps = [store.stamp("r1")]
    begin(store)
    stamps.append(store.stamp("r1"))
    store.set_draft("r1", [Change("a", 1)], EVERYTHING, "x")
    stamps.append(store.stamp("r1"))
    store.clear_draft("r1", EVERYTHING)
    stamps.append(store.stamp("r1"))
    store.append(new(), 1, EVERYTHING)
    stamps.append(store.stamp("r1"))
    assert len(set(stamps)) == 5
    assert store.stamp("r1") == stamps[-1]


def test_the_stamps_of_many_are_those_of_each(store: Store) -> None:
    begin(store)
    begin(store, "r2")
    stamps = store.stamps({"r1", "r2", "r3"})
    assert stamps == {record: store.stamp(record) for record in ("r1", "r2", "r3")}
    assert store.stamps([]) == {}
    store.append(new("r2"), 1, EVERYTHING)
    later = store.stamps(["r1", "r2", "r3"])
    assert {record for record in stamps if later[record] != stamps[record]} == {"r2"}


def test_when_is_told_by_the_clock(store: Store) -> None:
    begin(store)
    first = store.latest("r1", EVERYTHING).when
    second = store.append(new(), 1, EVERYTHING).when
    assert first.tzinfo is not None
    assert timedelta(0) < second - first < timedelta(minutes=1)


def test_an_entry_that_is_too_large_is_refused_and_leaves_all_as_it_was(store: Store) -> None:
    begin(store, data={f"page{number}": "x" * 1_000_000 for number in range(15)})
    with pytest.raises(ValueRefused, match=r"17\.\d MB，最多 16 MB"):
        store.append(
            new(data={f"page{number}": "x" * 1_000_000 for number in range(17)}, draws={"s": 1}), 1, EVERYTHING
        )
    assert store.latest("r1", EVERYTHING).n == 1
    assert store.series("s") == 0
    assert store.append(new(), 1, EVERYTHING).n == 2


def test_files_by_what_is_in_them(store: Store) -> None:
    digest = store.put_file(b"paper")
    assert store.put_file(io.BytesIO(b"paper")) == digest
    assert store.get_file(digest) == b"paper"
    assert store.get_file(store.put_file(b"")) == b""
    for unknown in ("0" * 64, "../store.json", ""):
        with pytest.raises(FileUnknown):
            store.get_file(unknown)
        with pytest.raises(FileUnknown):
            store.open_file(unknown)


def test_a_file_comes_out_piece_by_piece(store: Store) -> None:
    scan = os.urandom(3_500_000)
    with store.open_file(store.put_file(scan)) as file:
        assert file.read(10) == scan[:10]
        assert file.read() == scan[10:]
        assert file.read() == b""
    with store.open_file(store.put_file(b"")) as file:
        assert file.read() == b""
    with store.open_file(store.put_file(scan)) as left_early:
        assert left_early.read(1)


def test_a_file_that_comes_out_is_never_whole_in_memory(store: Store) -> None:
    if isinstance(store, MemoryStore):
        return  # all it keeps lies there anyhow
    digest = store.put_file(io.BytesIO(bytes(24 << 20)))
    with store.open_file(digest) as file:
        tracemalloc.start()
        try:
            assert sum(len(piece) for piece in iter(lambda: file.read(1 << 20), b"")) == 24 << 20
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert most < 10 << 20


def test_preferences(store: Store) -> None:
    assert store.preferences("person/李") == {}
    store.set_preferences("person/李", {"printer": "一楼", "zoom": 3})
    store.set_preferences("person/李", {"zoom": None, "copies": 2})
    store.set_preferences("person/王", {"zoom": 1})
    assert store.preferences("person/李") == {"printer": "一楼", "copies": 2}
    with pytest.raises(ValueRefused):
        store.set_preferences("person/李", {"zoom": 1.5})


@pytest.mark.parametrize(
    "given",
    [
        {"form": "x" * 201},
        {"kind": "x" * 201},
        {"request_id": "x" * 201},
        {"summary": Summary(state="x" * 201)},
        {"summary": Summary(unit="长" * 201)},
        {"draws": {"长" * 201: 1}},
        {"effects": (Effect(register="g", line="长" * 201, action=Action.OPEN, start=date(2026, 1, 1)),)},
    ],
)
def test_names_no_index_takes_are_refused(store: Store, given: dict[str, Any]) -> None:
    with pytest.raises(ValueRefused, match="200"):
        store.append(new(**given), 0, EVERYTHING)
    assert store.find(scope=EVERYTHING) == []


def test_names_as_long_as_may_be(store: Store) -> None:
    long = "长" * 200
    effect = Effect(register=long, line=long, action=Action.OPEN, start=date(2026, 1, 1))
    summary = Summary(state=long, unit=long, due=date(2026, 1, 1))
    given = {"form": long, "kind": long, "request_id": long, "draws": {long: 1}, "effects": (effect,)}
    entry = store.append(new(summary=summary, **given), 0, EVERYTHING)
    assert store.latest("r1", EVERYTHING) == entry
    assert [found.record for found in store.find(scope=Scope(long, Reach.OWN), form=long, state=long)] == ["r1"]
    assert [line.line for line in store.register(long, date(2026, 1, 1), EVERYTHING)] == [long]


def test_preferences_change_by_what_they_are_with_nobody_in_between(store: Store) -> None:
    def add(_: int) -> None:
        store.change_preferences("@count", lambda kept: {"n": kept.get("n", 0) + 1})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(20)))
    assert store.change_preferences("@count", lambda _: None) == {"n": 20}
    assert store.change_preferences("@count", lambda _: {"n": None, "m": 1}) == store.preferences("@count") == {"m": 1}
    with pytest.raises(ZeroDivisionError):
        store.change_preferences("@count", lambda kept: {"m": kept["m"] / 0})
    assert store.preferences("@count") == {"m": 1}
    store.change_preferences("@nobody", lambda _: None)
    assert "@nobody" not in [parcel.owner for parcel in store.parcels() if isinstance(parcel, PreferencesParcel)]
