"""What boards hand to screens, routes and the command line."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Held:
    """Something that happens on some days, with the record it belongs to.

    Attributes:
        record: Its id; ``form`` its form; ``unit`` the path of its unit; ``label`` what it is called.
        kind: Title of the happening.
        colour: In which it is drawn.
        day: First day; ``until`` the last.
        time: The time of day in words, empty if none.
        text: What the author has it say.
    """

    record: str
    form: str
    unit: str
    label: str
    kind: str
    colour: str
    day: date
    until: date
    time: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Planner:
    """What happens within some days, in order.

    Attributes:
        held: All of it.
        kinds: What the colours mean, as (title, colour).
        faults: How many expressions could not be worked out.
    """

    held: tuple[Held, ...]
    kinds: tuple[tuple[str, str], ...]
    faults: int = 0


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    """A row of statistics: what it is about, and a value for each measure; None where there is none."""

    title: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Statistics parted in one way.

    Attributes:
        by: How it is parted: ``month``, ``unit``, or the key of one of the board's groups.
        heading: What the rows are.
        measures: Titles and units of the columns.
        rows: In order: months by time, all others the largest first.
        total: Over all of them; what is counted by kinds is not simply their sum.
        spans: Calendar years in which anything was counted.
        faults: How many expressions could not be worked out.
    """

    by: str
    heading: str
    measures: tuple[tuple[str, str], ...]
    rows: tuple[FigureRow, ...]
    total: FigureRow
    spans: tuple[str, ...]
    faults: int = 0


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Something that may be drawn: its key tells it apart and orders it."""

    key: str
    record: str
    label: str
    day: str
    time: str
    text: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class Draw:
    """A random draw as it was kept.

    Attributes:
        id: Of the record that keeps it.
        board: Of which board.
        title: What was drawn.
        who: By whom; ``when`` at what time.
        first: The days from which candidates were taken; ``last`` included.
        seed: What the numbers came from.
        candidates: All of them, in the order in which they were drawn from.
        picked: Those that were drawn, in the order of the draw.
    """

    id: str
    board: str
    title: str
    who: str
    when: datetime
    first: date
    last: date
    seed: str
    candidates: tuple[Candidate, ...]
    picked: tuple[Candidate, ...]


#: A draw in plain JSON.
