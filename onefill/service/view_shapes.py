"""What a record's overview consists of: plain data that the screen draws and the command line prints."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

Amount = int | Decimal


@dataclass(frozen=True, kw_only=True)
class SeriesState:
    """One colour of a chart: a value for each label."""

    title: str
    colour: str
    values: tuple[Amount, ...]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Bars or lines over labels.

    Attributes:
        draw: ``stacked``, ``grouped``, ``rows`` (lying bars) or ``line``.
        unit: Of the values.
        labels: What stands under the axis, in order.
        series: At most four.
        left_out: Items that say nothing about where they belong.
    """

    draw: str
    unit: str
    labels: tuple[str, ...]
    series: tuple[SeriesState, ...]
    left_out: int = 0


@dataclass(frozen=True, kw_only=True)
class DayItem:
    """What happens on a day."""

    text: str
    group: str
    colour: str


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of a calendar on which something happens."""

    day: date
    items: tuple[DayItem, ...]


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Days in order. ``groups``: what the colours mean, as (name, colour)."""

    days: tuple[Day, ...]
    groups: tuple[tuple[str, str], ...]
    left_out: int = 0


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Rows of text under headings. ``ids`` tell rows apart however they are moved: a row's own id where it has one."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FigureState:
    """One big figure; ``shown`` is empty where it cannot be known yet."""

    title: str
    shown: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """Big figures side by side."""

    figures: tuple[FigureState, ...]


Content = Chart | Calendar | Listing | Statistics


@dataclass(frozen=True, kw_only=True)
class ViewState:
    """One view of a record.

    Attributes:
        key: Its name in the pack.
        title: Its heading.
        kind: What it is drawn as.
        sentence: The finding, in words; empty while there is nothing to see.
        content: What is drawn; None while there is nothing to see.
        empty: Why there is nothing yet.
        trouble: Why it could not be worked out.
    """

    key: str
    title: str
    kind: str
    sentence: str = ""
    content: Content | None = None
    empty: str = ""
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class LifePoint:
    """One point on the line of a record's life.

    Attributes:
        title: What it is called.
        state: ``returned`` to whoever fills, ``waiting`` before an office, ``refused`` for good; else how far it is.
        when: Its date or dates in words, empty if not known.
        percent: How far it is filled, while it is being filled.
        stands: The stage in which it is since it was handed in.
    """

    title: str
    state: Literal["done", "now", "to_come", "returned", "waiting", "refused"]
    when: str
    percent: int | None = None
    stands: str = ""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Who has a record that is handed in from phase to phase.

    Attributes:
        has: Whose act it waits for, in words.
        acts: Whether that is whoever looks, as an office.
        due: Until when, if a number of days is given; ``left`` working days until then, fewer than none once it passed.
        then: What the line of its life brings after that, in words; empty at its end.
        over: Whether nobody has to do anything any more.
    """

    has: str
    acts: bool
    due: date | None
    left: int | None
    then: str
    over: bool = False


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """Something in the life of a record that goes on today or will within some days.

    Attributes:
        record: Its id.
        label: What the record is called.
        what: What happens, e.g. 考核.
        first: The day it begins; ``last`` the day it ends, the same if it takes one.
        when: The days in words.
    """

    record: str
    label: str
    what: str
    first: date
    last: date
    when: str


@dataclass(frozen=True, kw_only=True)
class Overview:
    """A record at a glance.

    Attributes:
        record: Its id.
        title: Title of its form.
        label: What it is called.
        life: The line of its life.
        standing: Who has it; none of a form without stages.
        next_step: What whoever fills does next.
        next_page: Where that is done.
        next_section: Key of the section in which that is done; empty if it is in no one section.
        views: What its pack shows of it.
    """

    record: str
    title: str
    label: str
    life: tuple[LifePoint, ...]
    standing: Standing | None
    next_step: str
    next_page: Literal["fill", "documents"]
    views: tuple[ViewState, ...]
    next_section: str = ""


def plain_overview(overview: Overview) -> dict[str, Any]:
    """An overview as JSON."""
    told: dict[str, Any] = _plain(asdict(overview))
    return told


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case date():
            return value.isoformat()
    return value
