"""A whole store carried into another, whatever keeps either."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import chain
from typing import Any

import pytest

from store import (
    EVERYTHING,
    Action,
    Change,
    Conflict,
    Damage,
    DraftParcel,
    Effect,
    EntriesParcel,
    FileParcel,
    LogParcel,
    LostParcel,
    Parcel,
    ParcelRefused,
    PreferencesParcel,
    Reach,
    Scope,
    SeriesParcel,
    Store,
    StoreNotEmpty,
    Summary,
    Tally,
    open_store,
)
from store.draft_lines import state_line
from tests.store.making import begin, class_of, new, stepping

PAPER = b"%PDF paper"


def filled(store: Store) -> None:
    """Some of everything: long chains, drafts in every state, files, preferences, lines of the log."""
    days = {"start": date(2026, 11, 1), "end": date(2026, 11, 9)}
    listed = Summary(label="一班", unit="city/east", **days, tokens=("C1",), private=("4406",))
    for n in range(52):
        store.append(new("long", class_of(3), request_id=f"long-{n}", summary=listed), n, EVERYTHING)
    begin(store, "typed", data={"name": "二班"})
    store.set_draft("typed", [Change("name", "三班", "w1", 4), Change("rows/r1/name", "甲", "w1", 5)], EVERYTHING, "李")
    store.set_summary("typed", Summary(label="三班", tokens=("C3",)), EVERYTHING)
    begin(store, "taken")
    store.set_draft("taken", [Change("name", "四班", "w2", 1)], EVERYTHING, "李")
    store.append(new("taken", {"name": "四班"}, draft=1), 1, EVERYTHING)
    begin(store, "account", form="@account")
    store.put_file(PAPER)
    store.put_file(b"")
    store.set_preferences("li", {"zoom": 125})
    for act in ("sign-in", "print", "sign-out"):
        store.log({"act": act})


def tally(store: Store) -> Tally:
    told = Tally()
    for parcel in store.parcels():
        told.add(parcel)
    return told


def test_an_empty_store_has_no_parcels(store: Store) -> None:
    assert list(store.parcels()) == []


def test_a_whole_store_arrives_with_the_same_digests(store: Store, other: Store) -> None:
    filled(store)
    came = other.take_in(store.parcels())
    assert came.counts() == {
        "records": 4,
        "entries": 56,
        "drafts": 2,
        "preferences": 1,
        "log_lines": 3,
        "files": 2,
    }
    assert tally(other) == tally(store) == came
    assert other.entries("long", EVERYTHING) == store.entries("long", EVERYTHING)
    assert other.log_lines() == store.log_lines()
    for verify in (other.verify_chains, other.verify_log, other.verify_files, other.verify_index):
        assert verify() == ()


def test_lists_and_search_find_what_arrived(store: Store, other: Store) -> None:
    filled(store)
    other.take_in(store.parcels())
    for asked in (
        {"scope": EVERYTHING},
        {"scope": EVERYTHING, "tokens": ("C3",)},
        {"scope": EVERYTHING, "tokens": ("4406",)},
        {"scope": Scope("city", Reach.BELOW)},
        {"scope": EVERYTHING, "form": "@account"},
    ):
        assert by_record(other, asked) == by_record(store, asked) != []


def by_record(store: Store, asked: Any) -> list[Any]:
    return sorted(store.find(**asked), key=lambda found: found.record)


def test_work_goes_on_where_it_was(store: Store, other: Store) -> None:
    filled(store)
    other.take_in(store.parcels())
    assert other.draft("typed", EVERYTHING) == store.draft("typed", EVERYTHING)
    assert other.append(new("long", request_id="long-7"), 51, EVERYTHING).n == 8
    with pytest.raises(Conflict):
        other.append(new("long"), 51, EVERYTHING)
    assert other.append(new("long"), 52, EVERYTHING).n == 53
    late = other.set_draft("typed", [Change("name", "旧", "w1", 3)], EVERYTHING, "李")
    assert [change.value for change in late.late] == ["旧"]
    behind = other.set_draft("taken", [Change("name", "五班", "w3", 1, seen=0)], EVERYTHING, "王")
    assert len(behind.refused) == 1
    assert other.set_draft("taken", [Change("name", "六班")], EVERYTHING, "王").draft.number == 2
    other.log({"act": "more"})
    assert [line.n for line in other.log_lines()] == [1, 2, 3, 4]
    assert other.verify_log() == ()
    assert other.get_file(other.put_file(PAPER)) == PAPER


def test_registers_and_series_go_on_where_they_were(store: Store, other: Store) -> None:
    granted = Effect(register="grants", line="l1", action=Action.OPEN, start=date(2026, 3, 1), facts={"course": "农药"})
    store.append(new("grant", effects=(granted,), draws={"permits": 3}), 0, EVERYTHING)
    other.take_in(store.parcels())
    day = date(2026, 5, 1)
    assert other.register("grants", day, EVERYTHING) == store.register("grants", day, EVERYTHING) != []
    assert other.series("permits") == 3
    assert other.append(new("more", draws={"permits": 1}), 0, EVERYTHING).numbers == {"permits": range(4, 5)}


def without(parcels: Iterator[Parcel], record: str) -> Iterator[Parcel]:
    """The same, told that one record cannot be trusted."""
    for parcel in parcels:
        if getattr(parcel, "record", "") == record:
            yield LostParcel("record", Damage(record, f"{record}.json", "坏了"))
        else:
            yield parcel


def test_no_number_is_drawn_twice_when_the_record_that_drew_the_newest_is_lost(store: Store, other: Store) -> None:
    store.append(new("first", draws={"permits": 2}), 0, EVERYTHING)
    store.append(new("gone", draws={"permits": 3, "alone": 1}), 0, EVERYTHING)
    came = other.take_in(without(store.parcels(), "gone"))
    assert came.series == {"permits": 5, "alone": 1} == {name: other.series(name) for name in came.series}
    assert other.append(new("gone", draws={"permits": 1}), 0, EVERYTHING).numbers == {"permits": range(6, 7)}
    # Carried on, they are as well known there.
    assert tally(other).series == {"permits": 6, "alone": 1}


def test_parcels_of_before_tell_of_series_by_their_entries_alone(store: Store, other: Store) -> None:
    for turn in range(3):
        store.append(new(draws={"permits": 2}), turn, EVERYTHING)
    came = other.take_in(parcel for parcel in store.parcels() if not isinstance(parcel, SeriesParcel))
    assert came.series == {"permits": 6}
    assert other.append(new("more", draws={"permits": 1}), 0, EVERYTHING).numbers == {"permits": range(7, 8)}


@pytest.mark.parametrize("last", [0, -1, 2**63, True, "7", None])
def test_a_last_number_that_is_none_is_refused(other: Store, last: Any) -> None:
    with pytest.raises(ParcelRefused, match="编号序列 permits"):
        other.take_in([SeriesParcel({"permits": last})])


def test_a_store_that_holds_anything_takes_nothing_in(store: Store, other: Store) -> None:
    begin(other)
    filled(store)
    with pytest.raises(StoreNotEmpty):
        other.take_in(store.parcels())
    assert [found.record for found in other.find(scope=EVERYTHING)] == ["r1"]


def altered_entry(parcel: Parcel) -> Parcel:
    assert isinstance(parcel, EntriesParcel)
    first, *rest = parcel.entries
    return replace(parcel, entries=({**first, "data": {"name": "别的"}}, *rest))


def without_the_first(parcel: Parcel) -> Parcel:
    assert isinstance(parcel, EntriesParcel)
    return replace(parcel, entries=parcel.entries[1:])


def other_form(parcel: Parcel) -> Parcel:
    assert isinstance(parcel, EntriesParcel)
    return replace(parcel, form="other")


def upper_case(parcel: Parcel) -> Parcel:
    assert isinstance(parcel, EntriesParcel)
    return replace(parcel, record="../LONG")


def no_draft(parcel: Parcel) -> Parcel:
    assert isinstance(parcel, DraftParcel)
    return replace(parcel, line={"state": {"number": 1}})


def draft_of_nothing(parcel: Parcel) -> Parcel:
    assert isinstance(parcel, DraftParcel)
    return replace(parcel, record="nothing")


def altered_line(parcel: Parcel) -> Parcel:
    assert isinstance(parcel, LogParcel)
    return LogParcel((parcel.lines[0].replace(b"sign-in", b"sign-on"), *parcel.lines[1:]))


def dropped_line(parcel: Parcel) -> Parcel:
    assert isinstance(parcel, LogParcel)
    return LogParcel((parcel.lines[0], *parcel.lines[2:]))


def other_bytes(parcel: Parcel) -> Parcel:
    assert isinstance(parcel, FileParcel)
    return replace(parcel, open=lambda: BytesIO(b"other"))


def no_digest(parcel: Parcel) -> Parcel:
    assert isinstance(parcel, FileParcel)
    return replace(parcel, digest="../../etc/passwd")


@pytest.mark.parametrize(
    ("kind", "alter", "named"),
    [
        (EntriesParcel, altered_entry, "办件 "),
        (EntriesParcel, without_the_first, "办件 "),
        (EntriesParcel, other_form, "办件 "),
        (EntriesParcel, upper_case, r"办件 \.\./LONG"),
        (DraftParcel, no_draft, "的草稿"),
        (DraftParcel, draft_of_nothing, "办件 nothing 的草稿"),
        (LogParcel, altered_line, "访问记录第 1 条"),
        (LogParcel, dropped_line, "访问记录第 2 条"),
        (FileParcel, other_bytes, "文件 [0-9a-f]{64}"),
        (FileParcel, no_digest, "文件 "),
    ],
)
def test_what_does_not_verify_is_refused_and_named(
    other: Store, kind: type, alter: Callable[[Parcel], Parcel], named: str
) -> None:
    store = open_store("memory:", clock=stepping())
    filled(store)

    def parcels() -> Iterator[Parcel]:
        whole = list(store.parcels())
        first = next(place for place, parcel in enumerate(whole) if isinstance(parcel, kind))
        yield from (*whole[:first], alter(whole[first]), *whole[first + 1 :])

    with pytest.raises(ParcelRefused, match=named):
        other.take_in(parcels())


def test_chains_come_in_stretches_and_the_later_draft_counts(store: Store, other: Store) -> None:
    filled(store)
    stretched: list[Parcel] = []
    for parcel in store.parcels():
        match parcel:
            case EntriesParcel(record, form, entries):
                stretched += [EntriesParcel(record, form, entries[:1])]
                stretched += [EntriesParcel(record, form, entries[1:])] if entries[1:] else []
            case DraftParcel():
                empty = replace(parcel.state, changes={}, summary=None)
                stretched += [DraftParcel(parcel.record, state_line(empty)), parcel]
            case _:
                stretched.append(parcel)
    other.take_in(stretched)
    assert tally(other) == tally(store)


def test_parcels_are_of_one_moment_while_others_write(store: Store, other: Store) -> None:
    """The second record points to the first's newest entry; no parcel may point to an entry that is left behind."""
    begin(store, "pinned")
    begin(store, "pins", pins={"pinned": 1})
    for other_record in range(40):
        begin(store, f"x{other_record}")
    going = iter(range(1, 10_000))
    running = True

    def write() -> None:
        while running:
            n = next(going)
            store.append(new("pinned"), n, EVERYTHING)
            store.append(new("pins", pins={"pinned": n + 1}), n, EVERYTHING)
            store.log({"n": n + 1})

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            parcels = store.parcels()
            first = next(parcels)
            other.take_in(chain([first], parcels))
        finally:
            running = False
        writing.result()
    pinned, pins = other.latest("pinned", EVERYTHING), other.latest("pins", EVERYTHING)
    assert pins.pins["pinned"] <= pinned.n <= pins.pins["pinned"] + 1
    assert pins.n - 1 <= len(other.log_lines()) + 1
    assert store.latest("pins", EVERYTHING).n >= pins.n


def test_what_is_lost_is_told_and_the_rest_comes(store: Store, other: Store) -> None:
    filled(store)
    whole = list(store.parcels())
    lost = LostParcel("record", Damage("gone", "gone.json", "坏了"))
    came = other.take_in([lost, *whole])
    assert came.lost == [lost]
    assert came.counts()["records"] == 4


def test_a_log_with_a_gap_that_is_told_keeps_it(store: Store, other: Store) -> None:
    for number in range(4):
        store.log({"number": number})
    (log,) = (parcel for parcel in store.parcels() if isinstance(parcel, LogParcel))
    lost = LostParcel("log", Damage("", "2026-11.jsonl", "第 2 条不见了"))
    other.take_in([LogParcel(log.lines[:1]), lost, LogParcel(log.lines[2:])])
    assert [line.n for line in other.log_lines()] == [1, 3, 4]
    assert len(other.verify_log()) == 1


def test_preferences_alone_make_a_store_not_empty(store: Store, other: Store) -> None:
    other.set_preferences("li", {"zoom": 1})
    with pytest.raises(StoreNotEmpty):
        other.take_in([PreferencesParcel("wang", {"zoom": 2})])


def test_a_store_that_works_can_be_probed(store: Store) -> None:
    store.probe()
    assert list(store.parcels()) == []
