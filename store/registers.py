"""Registers and number series: views over entries. What an entry does to a line, and a line as it was on a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any


class Action(StrEnum):
    """What an entry does to a line of a register."""

    OPEN = "open"
    SUSPEND = "suspend"
    #: In force again, whatever had stopped it.
    RESUME = "resume"
    END = "end"


class LineState(StrEnum):
    """Where a line stands on a day."""

    OPEN = "open"
    SUSPENDED = "suspended"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What an entry does to one line of a register. It is taken back by another entry with the opposite action.

    Attributes:
        register: Name of the register.
        line: Id of the line within it; other records may act on the same line.
        action: What is done. On a line that nobody opened only ``OPEN`` does anything.
        start: First day it counts.
        end: Last day, of an opening (the line ends by itself) or of a suspension; ``None`` for open-ended.
        facts: What the register says of the line from then on, over what it said before; an opening begins anew.
            They stand in the index in clear, so nothing private.
    """

    register: str
    line: str
    action: Action
    start: date
    end: date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RegisterLine:
    """A line of a register as it was on a day.

    Attributes:
        state: On that day.
        since: First day of that state.
        start: Day of the newest opening.
        end: Last day in force if one is set or has come.
        record: Whose entry opened it,
        n: the number of that entry,
        unit: and the unit that owns that record now.
    """

    register: str
    line: str
    state: LineState
    since: date
    start: date
    end: date | None
    facts: Mapping[str, Any]
    record: str
    n: int
    unit: str


@dataclass(frozen=True, kw_only=True)
class Effected:
    """An effect with the entry that carries it.

    Attributes:
        when: The entry was written.
        place: Of the effect within it.
        unit: That owns the record now.
    """

    effect: Effect
    record: str
    n: int
    place: int
    when: datetime
    unit: str


def lines_on(effects: Iterable[Effected], on: date) -> list[RegisterLine]:
    """The lines that had been opened by a day, ended ones included, by line id.

    What counts from the same day is applied in the order in which it was written.

    Args:
        effects: All of one register, or of one line.
        on: The day.
    """
    due = [effected for effected in _in_order(effects) if effected.effect.start <= on]
    lines = (_line_on(list(group), on) for _, group in groupby(due, key=lambda effected: effected.effect.line))
    return [line for line in lines if line]


def _in_order(effects: Iterable[Effected]) -> list[Effected]:
    """By line, day, and writing; a clock that was put back turns no chain around."""
    written: list[Effected] = []
    for effected in sorted(effects, key=lambda one: (one.record, one.n, one.place)):
        if written and written[-1].record == effected.record:
            effected = replace(effected, when=max(effected.when, written[-1].when))
        written.append(effected)
    return sorted(written, key=lambda one: (one.effect.line, one.effect.start, one.when))


@dataclass
class _Life:
    """What has befallen a line so far."""

    opening: Effected
    facts: dict[str, Any]
    #: Day of what counts now: opening, suspension or resumption.
    since: date
    suspended: bool = False
    #: Last day of the suspension.
    until: date | None = None
    #: First day no longer in force.
    ended: date | None = None


def _line_on(effects: Sequence[Effected], on: date) -> RegisterLine | None:
    life: _Life | None = None
    for effected in effects:
        life = _after(life, effected)
    if life is None:
        return None
    opening = life.opening.effect
    lapses = _next(opening.end) if opening.end else None
    gone = min((day for day in (life.ended, lapses) if day), default=None)
    state, since = _standing(life, gone, on)
    return RegisterLine(
        register=opening.register,
        line=opening.line,
        state=state,
        since=since,
        start=opening.start,
        end=gone - timedelta(days=1) if gone else None,
        facts=life.facts,
        record=life.opening.record,
        n=life.opening.n,
        unit=life.opening.unit,
    )


def _after(life: _Life | None, effected: Effected) -> _Life | None:
    effect = effected.effect
    if effect.action is Action.OPEN:
        return _Life(effected, dict(effect.facts), effect.start)
    if life is None:
        return None
    life.facts |= effect.facts
    match effect.action:
        case Action.SUSPEND:
            life.since, life.suspended, life.until = effect.start, True, effect.end
        case Action.RESUME:
            life.since, life.suspended, life.ended = effect.start, False, None
        case Action.END:
            life.ended = effect.start
    return life


def _standing(life: _Life, gone: date | None, on: date) -> tuple[LineState, date]:
    if gone and gone <= on:
        return LineState.ENDED, gone
    if not life.suspended:
        return LineState.OPEN, life.since
    if life.until and life.until < on:
        return LineState.OPEN, _next(life.until)
    return LineState.SUSPENDED, life.since


def _next(day: date) -> date:
    return day + timedelta(days=1)
