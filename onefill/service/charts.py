"""Items sorted into the bars of a chart: by text, by spans of numbers, by days, weeks or months."""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from onefill.definitions.model import View
from onefill.definitions.values import text_of
from onefill.service.view_shapes import Amount, Chart, SeriesState

#: In this order; never more than four.
COLOURS = ("blue", "green", "amber", "red")
MOST_SERIES = len(COLOURS)
#: Bars of text at most; what is smaller is put together.
MOST_BARS = 12
#: Weeks or months without anything are shown as such, up to so many in all.
MOST_FILLED = 60
REST = "其余"
WEEK = 7


@dataclass(frozen=True)
class Point:
    """What one item adds to the chart. ``at``: sorts and tells apart, a number, a day or a text."""

    series: str
    at: Any
    amount: Amount


def chart(view: View, points: Sequence[Point], left_out: int) -> Chart | None:
    """The chart, or None if there is nothing to draw."""
    if not points:
        return None
    points = _alike(_few_series(view, points))
    at = _in_order(view, points)
    at, points = (at, points) if _sorted(points[0].at) else _few_bars(at, points)
    sums: dict[tuple[str, Hashable], Amount] = {}
    for point in points:
        place = (point.series, point.at)
        sums[place] = sums.get(place, 0) + point.amount
    colours = {one.title: one.colour for one in view.series if one.colour}
    series = tuple(
        SeriesState(
            title=title,
            colour=colours.get(title) or COLOURS[number],
            values=tuple(sums.get((title, one), 0) for one in at),
        )
        for number, title in enumerate(_series(view, points))
    )
    labels = tuple(_label(view, one) for one in at)
    return Chart(draw=view.draw, unit=view.unit, labels=labels, series=series, left_out=left_out)


def placed(view: View, value: Any) -> Any:
    """Where a value belongs on the axis: its span, the first day of its week or month, or itself as text."""
    if view.bins and isinstance(value, int | Decimal):
        return bisect_right(view.bins, value)
    if isinstance(value, date):
        match view.per:
            case "week":
                return value - timedelta(days=value.weekday())
            case "month":
                return value.replace(day=1)
        return value
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else text_of(value)


def colours_of(groups: Iterable[str], order: Sequence[str]) -> dict[str, str]:
    """A colour for each group, those of ``order`` first; from the fourth on they share one."""
    found = sorted(dict.fromkeys(groups), key=lambda one: order.index(one) if one in order else len(order))
    return {name: COLOURS[min(number, MOST_SERIES - 1)] for number, name in enumerate(found)}


def day_words(day: date) -> str:
    """12月7日."""
    return f"{day.month}月{day.day}日"


def span_words(first: date, last: date) -> str:
    """12月7日—13日, 12月28日—1月3日, or one day."""
    if first == last:
        return day_words(first)
    end = f"{last.day}日" if (first.year, first.month) == (last.year, last.month) else day_words(last)
    return f"{day_words(first)}—{end}"


# -- inside --------------------------------------------------------------------------------------------------------


def _sorted(at: object) -> bool:
    """Whether places have an order of their own."""
    return not isinstance(at, str)


def _alike(points: Sequence[Point]) -> Sequence[Point]:
    """Days and numbers mixed with words are all words."""
    if len({isinstance(p.at, str) + 2 * isinstance(p.at, date) for p in points}) == 1:
        return points
    return [Point(p.series, text_of(p.at), p.amount) for p in points]


def _series(view: View, points: Sequence[Point]) -> list[str]:
    """The series in order: as declared, else by ``order``, else as they come; the rest last."""
    if view.series:
        return [one.title for one in view.series]
    found = list(dict.fromkeys(point.series for point in points))
    return sorted(found, key=lambda one: (one == REST, _rank(view, one)))


def _rank(view: View, name: str) -> int:
    return view.order.index(name) if name in view.order else len(view.order)


def _few_series(view: View, points: Sequence[Point]) -> Sequence[Point]:
    kept = _series(view, points)
    if len(kept) <= MOST_SERIES:
        return points
    kept = kept[: MOST_SERIES - 1]
    return [p if p.series in kept else Point(REST, p.at, p.amount) for p in points]


def _in_order(view: View, points: Sequence[Point]) -> list[Any]:
    """Every place once, in the order of the axis."""
    found = list(dict.fromkeys(point.at for point in points))
    if not _sorted(found[0]):
        sums: dict[Any, Amount] = {}
        for point in points:
            sums[point.at] = sums.get(point.at, 0) + point.amount
        return sorted(found, key=lambda one: (_rank(view, one), -sums[one]))
    if view.bins:
        return list(range(len(view.bins) + 1))
    found.sort()
    return _filled(view, found)


def _filled(view: View, found: list[Any]) -> list[Any]:
    """Weeks and months in between, too: a gap in time is a finding."""
    if view.per not in ("week", "month"):
        return found
    every: list[Any] = []
    at = found[0]
    while at <= found[-1] and len(every) < MOST_FILLED:
        every.append(at)
        at = at + timedelta(days=WEEK) if view.per == "week" else (at + timedelta(days=31)).replace(day=1)
    return every if at > found[-1] else found


def _few_bars(at: list[Any], points: Sequence[Point]) -> tuple[list[Any], Sequence[Point]]:
    if len(at) <= MOST_BARS:
        return at, points
    kept, rest = at[: MOST_BARS - 1], f"{REST} {len(at) - MOST_BARS + 1} 种"
    return [*kept, rest], [p if p.at in kept else Point(p.series, rest, p.amount) for p in points]


def _label(view: View, at: Any) -> str:
    if view.bins and isinstance(at, int):
        return _bin_words(view.bins, at)
    if not isinstance(at, date):
        return text_of(at)
    match view.per:
        case "week":
            return span_words(at, at + timedelta(days=WEEK - 1))
        case "month":
            return f"{at.year}年{at.month}月"
    return day_words(at)


def _bin_words(bins: Sequence[int], number: int) -> str:
    if number == 0:
        return f"{bins[0]} 以下"
    if number == len(bins):
        return f"{bins[-1]} 以上"
    first, last = bins[number - 1], bins[number] - 1
    return f"{first}—{last}" if last > first else f"{first}"
