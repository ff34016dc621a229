"""Registers and number series: views over entries. What an entry does to a line, and a line as it was on a day."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any


class Action(StrEnum):
    """What an entry does to a line of a register."""

    OPEN = "open"
    SUSPEND = "suspend"
    #: In force again, whatever had stopped it; by a record that had stopped it itself only from that record's side:
    #: what others stopped stays so.
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
        facts: What the register says of the line from then on, over what it said before; an opening begins anew,
            and what was said with a suspension or an end goes with it. They stand in the index in clear, so nothing
            private.
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
        stopped_by: Records that have suspended or ended it and not taken that back, whichever of them counts.
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
    stopped_by: tuple[str, ...] = ()


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


def lines_on(effects: Collection[Effected], on: date) -> list[RegisterLine]:
    """The lines that had been opened by a day, ended ones included, by line id.

    What counts from the same day is applied in the order in which it was written.

    Args:
        effects: All of one register, or of one line.
        on: The day.
    """
    due = [effected for effected in effects if effected.effect.start <= on]
    times = Counter(effected.effect.line for effected in due)
    # Most lines were opened and nothing more, tens of thousands of them: there is nothing to put in order.
    once = [one for one in due if times[one.effect.line] == 1]
    lines = [_opened(one, on) for one in once if one.effect.action is Action.OPEN]
    if len(once) < len(due):
        # A clock that was put back is seen in all that a record wrote.
        acting = {one.record for one in due if times[one.effect.line] > 1}
        ordered = (one for one in _in_order(one for one in effects if one.record in acting) if one.effect.start <= on)
        for line, group in groupby(ordered, key=lambda effected: effected.effect.line):
            if times[line] > 1 and (found := _line_on(list(group), on)):
                lines.append(found)
    return sorted(lines, key=lambda line: line.line)


def _in_order(effects: Iterable[Effected]) -> list[Effected]:
    """By line, day, and writing; a clock that was put back turns no chain around."""
    written: list[Effected] = []
    for effected in sorted(effects, key=lambda one: (one.record, one.n, one.place)):
        if written and written[-1].record == effected.record and written[-1].when > effected.when:
            effected = replace(effected, when=written[-1].when)
        written.append(effected)
    return sorted(written, key=lambda one: (one.effect.line, one.effect.start, one.when))


@dataclass
class _Life:
    """What has befallen a line so far."""

    opening: Effected
    #: Day of the opening or of the newest resumption.
    since: date
    #: By each record that suspended it: since when, and the last day if there is one.
    suspended: dict[str, tuple[date, date | None]] = field(default_factory=dict)
    #: By each record that ended it: the first day no longer in force.
    ended: dict[str, date] = field(default_factory=dict)
    #: What was done since and was not taken back.
    later: list[Effected] = field(default_factory=list)

    def facts(self, on: date) -> dict[str, Any]:
        """What the register says of the line on a day: nothing of a suspension that is over."""
        said = dict(self.opening.effect.facts)
        for effect in (one.effect for one in self.later):
            if effect.action is not Action.SUSPEND or effect.end is None or effect.end >= on:
                said |= effect.facts
        return said


def _opened(effected: Effected, on: date) -> RegisterLine:
    """A line that was opened, and nothing else."""
    opening = effected.effect
    over = _next(opening.end) if opening.end else None
    ended = over is not None and over <= on
    return RegisterLine(
        register=opening.register,
        line=opening.line,
        state=LineState.ENDED if ended else LineState.OPEN,
        since=over if over is not None and ended else opening.start,
        start=opening.start,
        end=opening.end,
        facts=dict(opening.facts),
        record=effected.record,
        n=effected.n,
        unit=effected.unit,
    )


def _line_on(effects: Sequence[Effected], on: date) -> RegisterLine | None:
    life: _Life | None = None
    for effected in _of_its_life(effects):
        life = _after(life, effected)
    if life is None:
        return None
    opening = life.opening.effect
    lapses = [_next(opening.end)] if opening.end else []
    gone = min([*life.ended.values(), *lapses], default=None)
    state, since = _standing(life, gone, on)
    return RegisterLine(
        register=opening.register,
        line=opening.line,
        state=state,
        since=since,
        start=opening.start,
        end=gone - timedelta(days=1) if gone else None,
        facts=life.facts(on),
        record=life.opening.record,
        n=life.opening.n,
        unit=life.opening.unit,
        stopped_by=tuple(dict.fromkeys((*life.ended, *life.suspended))),
    )


def _of_its_life(effects: Sequence[Effected]) -> list[Effected]:
    """Without what was done to the line before it was opened again, though by its day it would come after that."""
    openings = sorted((one for one in effects if one.effect.action is Action.OPEN), key=lambda one: one.when)
    again = openings[1:]
    if not again:
        return list(effects)

    def former(effected: Effected) -> bool:
        over = any(one.when > effected.when and one.effect.start < effected.effect.start for one in again)
        return over and effected.when >= openings[0].when

    return [one for one in effects if not former(one)]


def _after(life: _Life | None, effected: Effected) -> _Life | None:
    effect = effected.effect
    if effect.action is Action.OPEN:
        return _Life(effected, effect.start)
    if life is None:
        return None
    match effect.action:
        case Action.SUSPEND:
            life.suspended[effected.record] = (effect.start, effect.end)
        case Action.RESUME:
            life.since = effect.start
            _resume(life, effected.record)
        case Action.END:
            life.ended[effected.record] = effect.start
    life.later.append(effected)
    return life


def _resume(life: _Life, record: str) -> None:
    """Take back what a record has stopped; of one that has stopped nothing, whatever is stopped."""
    stopped = {*life.suspended, *life.ended}
    taken_back = {record} if record in stopped else stopped
    for one in taken_back:
        life.suspended.pop(one, None)
        life.ended.pop(one, None)
    life.later = [one for one in life.later if one.effect.action is Action.RESUME or one.record not in taken_back]


def _standing(life: _Life, gone: date | None, on: date) -> tuple[LineState, date]:
    if gone and gone <= on:
        return LineState.ENDED, gone
    standing = [start for start, until in life.suspended.values() if not until or until >= on]
    if standing:
        return LineState.SUSPENDED, max(standing)
    lapsed = [_next(until) for _, until in life.suspended.values() if until]
    return LineState.OPEN, max([life.since, *lapsed])


def _next(day: date) -> date:
    return day + timedelta(days=1)
