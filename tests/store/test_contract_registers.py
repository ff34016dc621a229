"""Registers and number series: views over entries, as they were on any day, without a gap and without a double."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from store import (
    EVERYTHING,
    Action,
    Conflict,
    Effect,
    LineState,
    NewEntry,
    NotAllowed,
    Reach,
    Scope,
    Store,
    Summary,
    ValueRefused,
    open_store,
)
from tests.store.making import begin, new

GRANTED = date(2026, 3, 1)


def act(action: Action, start: date = GRANTED, end: date | None = None, line: str = "l1", **facts: Any) -> Effect:
    return Effect(register="grants", line=line, action=action, start=start, end=end, facts=facts)


def states(store: Store, *days: date, scope: Scope = EVERYTHING) -> list[tuple[LineState, date]]:
    """State of the only line on each day, and since when."""
    return [(line.state, line.since) for day in days for line in store.register("grants", day, scope)]


def append(store: Store, *effects: Effect, record: str = "r1", n: int = 0, unit: str = "") -> None:
    store.append(new(record, effects=effects, summary=Summary(unit=unit)), n, EVERYTHING)


def test_an_entry_carries_its_effects_and_numbers(store: Store) -> None:
    effects = (act(Action.OPEN, end=date(2027, 2, 28), course="农药"), act(Action.SUSPEND, date(2026, 5, 1)))
    entry = store.append(new(effects=effects, draws={"permits": 1, "papers": 3}), 0, EVERYTHING)
    assert (entry.effects, entry.numbers) == (effects, {"permits": range(1, 2), "papers": range(1, 4)})
    assert store.latest("r1", EVERYTHING) == entry
    assert store.entries("r1", EVERYTHING) == [entry]


def test_a_line_is_there_from_its_first_day_to_its_last(store: Store) -> None:
    append(store, act(Action.OPEN, end=date(2027, 2, 28), course="农药"))
    assert store.register("grants", date(2026, 2, 28), EVERYTHING) == []
    (line,) = store.register("grants", GRANTED, EVERYTHING)
    assert (line.register, line.line, line.record, line.n, line.unit) == ("grants", "l1", "r1", 1, "")
    assert (line.start, line.end, line.facts) == (GRANTED, date(2027, 2, 28), {"course": "农药"})
    last, after = date(2027, 2, 28), date(2027, 3, 1)
    assert states(store, GRANTED, last, after) == [
        (LineState.OPEN, GRANTED),
        (LineState.OPEN, GRANTED),
        (LineState.ENDED, after),
    ]
    assert store.register("other", GRANTED, EVERYTHING) == []


def test_suspended_resumed_and_ended_by_other_records(store: Store) -> None:
    append(store, act(Action.OPEN))
    append(store, act(Action.SUSPEND, date(2026, 4, 1), reason="整改"), record="order")
    append(store, act(Action.RESUME, date(2026, 5, 1)), record="order", n=1)
    append(store, act(Action.END, date(2026, 6, 1)), record="closing")
    days = [date(2026, month, day) for month, day in ((3, 31), (4, 1), (4, 30), (5, 1), (5, 31), (6, 1))]
    assert states(store, *days) == [
        (LineState.OPEN, GRANTED),
        (LineState.SUSPENDED, date(2026, 4, 1)),
        (LineState.SUSPENDED, date(2026, 4, 1)),
        (LineState.OPEN, date(2026, 5, 1)),
        (LineState.OPEN, date(2026, 5, 1)),
        (LineState.ENDED, date(2026, 6, 1)),
    ]
    (line,) = store.register("grants", date(2026, 6, 1), EVERYTHING)
    assert (line.record, line.end, line.facts) == ("r1", date(2026, 5, 31), {})


def test_what_is_said_with_a_suspension_or_an_end_goes_with_it(store: Store) -> None:
    def said(day: date) -> object:
        (line,) = store.register("grants", day, EVERYTHING)
        return line.facts

    append(store, act(Action.OPEN, course="农药"))
    append(store, act(Action.SUSPEND, date(2026, 4, 1), date(2026, 4, 30), reason="整改"), record="order")
    append(store, act(Action.END, date(2026, 6, 1), reason="骗取补贴"), record="closing")
    append(store, act(Action.RESUME, date(2026, 7, 1), note="复议撤销"), record="closing", n=1)
    course = {"course": "农药"}
    assert said(date(2026, 4, 30)) == course | {"reason": "整改"}
    assert said(date(2026, 5, 1)) == course
    assert said(date(2026, 6, 1)) == course | {"reason": "骗取补贴"}
    assert said(date(2026, 7, 1)) == course | {"note": "复议撤销"}


def test_a_suspension_with_a_last_day_lifts_itself(store: Store) -> None:
    append(store, act(Action.OPEN), act(Action.SUSPEND, date(2026, 4, 1), date(2026, 4, 30)))
    assert states(store, date(2026, 4, 30), date(2026, 5, 1)) == [
        (LineState.SUSPENDED, date(2026, 4, 1)),
        (LineState.OPEN, date(2026, 5, 1)),
    ]


def test_what_was_wrong_is_reversed_by_another_entry(store: Store) -> None:
    append(store, act(Action.OPEN))
    append(store, act(Action.SUSPEND, date(2026, 4, 1)), n=1)
    append(store, act(Action.RESUME, date(2026, 4, 1)), n=2)
    assert states(store, date(2026, 4, 1)) == [(LineState.OPEN, date(2026, 4, 1))]
    append(store, act(Action.END, date(2026, 5, 1)), n=3)
    append(store, act(Action.RESUME, date(2026, 5, 1)), n=4)
    assert states(store, date(2026, 5, 1)) == [(LineState.OPEN, date(2026, 5, 1))]
    append(store, act(Action.END), n=5)
    assert states(store, GRANTED) == [(LineState.ENDED, GRANTED)]
    append(store, act(Action.OPEN, GRANTED, None, course="新"), n=6)
    (line,) = store.register("grants", GRANTED, EVERYTHING)
    assert (line.state, line.n, line.facts) == (LineState.OPEN, 7, {"course": "新"})


def test_what_one_takes_back_others_have_done_all_the_same(store: Store) -> None:
    append(store, act(Action.OPEN))
    append(store, act(Action.SUSPEND, date(2026, 4, 1)), record="recall")
    append(store, act(Action.END, date(2026, 5, 1)), record="voiding")
    append(store, act(Action.RESUME, date(2026, 6, 1)), record="recall", n=1)
    assert states(store, date(2026, 6, 1)) == [(LineState.ENDED, date(2026, 5, 1))]
    append(store, act(Action.SUSPEND, date(2026, 6, 2)), record="recall", n=2)
    append(store, act(Action.RESUME, date(2026, 6, 3)), record="voiding", n=1)
    assert states(store, date(2026, 6, 3)) == [(LineState.SUSPENDED, date(2026, 6, 2))]
    append(store, act(Action.RESUME, date(2026, 6, 4)), record="order")  # whatever had stopped it
    assert states(store, date(2026, 6, 4)) == [(LineState.OPEN, date(2026, 6, 4))]


def test_what_ended_a_former_life_does_not_end_what_was_opened_again(store: Store) -> None:
    later = date(2026, 9, 1)
    append(store, act(Action.OPEN))
    append(store, act(Action.END, later), n=1)
    append(store, act(Action.OPEN, date(2026, 2, 1)), record="again")
    assert states(store, date(2026, 2, 1), later) == [(LineState.OPEN, date(2026, 2, 1))] * 2
    append(store, act(Action.END, later), record="again", n=1)
    assert [state for state, _ in states(store, GRANTED, later)] == [LineState.OPEN, LineState.ENDED]


def test_what_is_written_later_may_count_from_an_earlier_day(store: Store) -> None:
    append(store, act(Action.END, date(2026, 9, 1)), record="early")
    assert store.register("grants", date(2026, 9, 1), EVERYTHING) == []
    append(store, act(Action.OPEN))
    append(store, act(Action.SUSPEND, date(2026, 4, 1)), record="late")
    assert [state for state, _ in states(store, GRANTED, date(2026, 4, 1), date(2026, 9, 1))] == [
        LineState.OPEN,
        LineState.SUSPENDED,
        LineState.ENDED,
    ]


def test_a_line_alone_and_all_by_their_ids(store: Store) -> None:
    append(store, *(act(Action.OPEN, line=line) for line in ("b", "a", "c")))
    assert [line.line for line in store.register("grants", GRANTED, EVERYTHING)] == ["a", "b", "c"]
    assert [line.line for line in store.register("grants", GRANTED, EVERYTHING, line="b")] == ["b"]
    assert store.register("grants", GRANTED, EVERYTHING, line="d") == []


def test_a_line_is_seen_by_the_unit_whose_record_opened_it(store: Store) -> None:
    append(store, act(Action.OPEN), unit="city/east/school")
    append(store, act(Action.SUSPEND, date(2026, 4, 1)), record="order", unit="city/east")
    day = date(2026, 4, 1)
    school, other = Scope("city/east/school", Reach.OWN), Scope("city/west", Reach.BELOW)
    assert [state for state, _ in states(store, day, scope=school)] == [LineState.SUSPENDED]
    assert len(states(store, day, scope=Scope("city", Reach.BELOW))) == 1
    assert states(store, day, scope=other) == []
    append(store, n=1, unit="city/west/school")
    assert states(store, day, scope=school) == []
    assert len(states(store, day, scope=other)) == 1


def test_units_of_like_names_and_lines_that_others_act_on_stay_apart(store: Store) -> None:
    for record, unit in (("r1", "city/a"), ("r2", "city/a/b"), ("r3", "city/ab"), ("r4", "")):
        append(store, act(Action.OPEN, line=record), record=record, unit=unit)
    append(store, act(Action.SUSPEND, line="r3"), act(Action.END, line="r1"), record="order", unit="city/a")

    def seen(unit: str, reach: Reach, line: str | None = None) -> dict[str, LineState]:
        found = store.register("grants", GRANTED, Scope(unit, reach), line=line)
        return {one.line: one.state for one in found}

    assert seen("city/a", Reach.OWN) == {"r1": LineState.ENDED}
    assert seen("city/a", Reach.BELOW) == {"r1": LineState.ENDED, "r2": LineState.OPEN}
    assert seen("city/ab", Reach.OWN) == {"r3": LineState.SUSPENDED}
    assert seen("city/a", Reach.OWN, line="r3") == {}
    assert seen("", Reach.OWN) == {"r4": LineState.OPEN}
    assert len(seen("", Reach.BELOW)) == 4


def test_a_clock_put_back_turns_no_chain_around(tmp_path: Path) -> None:
    for address in ("memory:", f"tinydb://{tmp_path}/store"):
        times = iter([datetime(2026, 3, 2, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)])
        store = open_store(address, clock=lambda times=times: next(times))  # type: ignore[misc]
        append(store, act(Action.OPEN))
        append(store, act(Action.END), n=1)
        assert [state for state, _ in states(store, GRANTED)] == [LineState.ENDED]
        store.close()


@pytest.mark.parametrize(
    "wrong",
    [
        replace(act(Action.OPEN), register=""),
        replace(act(Action.OPEN), line=""),
        act(Action.OPEN, end=date(2026, 2, 28)),
        act(Action.OPEN, date(1, 1, 1)),
        act(Action.OPEN, end=date.max),
        act(Action.OPEN, note="\ud800"),
        act(Action.OPEN, share=0.5),
    ],
)
def test_an_effect_that_cannot_be_kept_is_refused(store: Store, wrong: Effect) -> None:
    with pytest.raises(ValueRefused):
        append(store, wrong)
    assert store.find(scope=EVERYTHING) == []


def numbered(entry: NewEntry, numbers: Any) -> NewEntry:
    (number,) = numbers["papers"]
    text = f"准〔2026〕{number:03d} 号"
    return replace(entry, data={"number": text}, summary=replace(entry.summary, label=text, tokens=(text,)))


def test_a_number_stands_where_the_caller_puts_it(store: Store) -> None:
    begin(store, "r0", draws={"papers": 11})
    entry = store.append(new(draws={"papers": 1}, fill=numbered), 0, EVERYTHING)
    assert entry.data == {"number": "准〔2026〕012 号"}
    assert [found.record for found in store.find(scope=EVERYTHING, tokens=["准〔2026〕012 号"])] == ["r1"]
    assert [store.series("papers"), store.series("none")] == [12, 0]


def test_what_is_refused_draws_no_number(store: Store) -> None:
    once = new(draws={"papers": 2})
    assert store.append(once, 0, EVERYTHING).numbers == {"papers": range(1, 3)}
    assert store.append(once, 0, EVERYTHING).numbers == {"papers": range(1, 3)}
    with pytest.raises(Conflict):
        store.append(new(draws={"papers": 2}), 0, EVERYTHING)
    with pytest.raises(NotAllowed):
        store.append(new(draws={"papers": 2}), 1, Scope("city", Reach.OWN))
    with pytest.raises(ZeroDivisionError):
        store.append(new(draws={"papers": 2}, fill=lambda entry, numbers: 1 // 0), 1, EVERYTHING)  # type: ignore[arg-type,return-value]
    with pytest.raises(ValueRefused):
        unkept: Any = {"number": 0.5}
        store.append(new(draws={"papers": 2}, fill=lambda entry, _: replace(entry, data=unkept)), 1, EVERYTHING)
    with pytest.raises(ValueError, match="nothing else"):
        store.append(new(draws={"papers": 2}, fill=lambda entry, _: replace(entry, record="r9")), 1, EVERYTHING)
    assert store.series("papers") == 2
    assert store.append(new(draws={"papers": 1}), 1, EVERYTHING).numbers == {"papers": range(3, 4)}


@pytest.mark.parametrize("draws", [{"": 1}, {"papers": 0}, {"papers": -1}, {"papers": 10_001}, {"\ud800": 1}])
def test_draws_no_series_answers_are_refused(store: Store, draws: dict[str, int]) -> None:
    with pytest.raises(ValueRefused):
        store.append(new(draws=draws), 0, EVERYTHING)
    assert store.find(scope=EVERYTHING) == []


def test_many_draw_at_once_without_gap_or_double(store: Store) -> None:
    def draw(who: int) -> list[int]:
        drawn = []
        for turn in range(10):
            entry = store.append(new(f"r{who}-{turn}", draws={"papers": 1, f"own-{who}": 1}), 0, EVERYTHING)
            drawn += entry.numbers["papers"]
        return drawn

    with ThreadPoolExecutor(4) as pool:
        numbers = [number for drawn in pool.map(draw, range(4)) for number in drawn]
    assert sorted(numbers) == list(range(1, 41))
    assert [store.series("papers"), *(store.series(f"own-{who}") for who in range(4))] == [40, 10, 10, 10, 10]


def test_views_are_the_same_when_made_anew(store: Store) -> None:
    append(store, act(Action.OPEN, line="a"), act(Action.OPEN, line="b"))
    append(store, act(Action.END, date(2026, 4, 1), line="b"), n=1)
    store.append(new("r2", draws={"papers": 4}), 0, EVERYTHING)
    before = store.register("grants", date(2026, 4, 1), EVERYTHING)
    assert [line.state for line in before] == [LineState.OPEN, LineState.ENDED]
    store.reindex()
    assert store.register("grants", date(2026, 4, 1), EVERYTHING) == before
    assert store.series("papers") == 4


def test_a_series_goes_on_after_what_was_given_outside_of_it(store: Store) -> None:
    begin(store, "r0", draws={"papers": 1}, above={"papers": 7})
    assert store.series("papers") == 8
    entry = store.append(new(draws={"papers": 2, "alone": 1}, above={"papers": 3}), 0, EVERYTHING)
    assert entry.numbers == {"papers": range(9, 11), "alone": range(1, 2)}
    store.reindex()
    assert store.append(new("r2", draws={"papers": 1}), 0, EVERYTHING).numbers == {"papers": range(11, 12)}


@pytest.mark.parametrize("above", [{"other": 1}, {"papers": -1}, {"papers": 10**12}, {"papers": True}])
def test_figures_no_series_goes_on_after_are_refused(store: Store, above: dict[str, int]) -> None:
    with pytest.raises(ValueRefused):
        store.append(new(draws={"papers": 1}, above=above), 0, EVERYTHING)
    assert (store.series("papers"), store.find(scope=EVERYTHING)) == (0, [])
