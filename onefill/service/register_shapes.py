"""What registers hand to screens, routes and the command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from store.registers import LineState


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a register as it was on a day, as people read it.

    Attributes:
        id: Within the register.
        state: On that day, and what the register calls it.
        since: First day of that state; ``start`` of the newest opening, ``end`` the last one in force.
        texts: What it says, by column; private ones masked.
        record: Whose decision opened it; ``unit`` the unit of that record.
    """

    id: str
    state: LineState
    words: str
    since: date
    start: date
    end: date | None
    texts: Mapping[str, str]
    record: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class Lines:
    """A register on a day.

    Attributes:
        lines: Those that were asked for.
        counts: How many there are in each state, whatever was asked for.
    """

    lines: tuple[Line, ...]
    counts: Mapping[LineState, int]
