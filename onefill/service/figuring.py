"""Statistics: what records have counted, put together by month, by unit or by group."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from onefill.definitions.boards import Board, Measure
from onefill.definitions.expressions import Empty, ExpressionError, compile_expression
from onefill.definitions.values import number_text
from onefill.service.board_shapes import FigureRow, Figures
from onefill.service.glance import Count

MONTH, UNIT = "month", "unit"
TOTAL, UNDATED, UNKNOWN = "总计", "没有写日期", "没有写"
HEADINGS = {MONTH: "月份", UNIT: "单位"}

#: So many months up to the newest stand one after the other, those without anything as well.
MOST_MONTHS = 36

#: A unit's path, what one of its records adds, and how many expressions failed there.
Line = tuple[str, Count, int]


@dataclass
class _Heap:
    """What has been counted for one row."""

    sums: dict[str, Decimal] = field(default_factory=dict)
    kinds: dict[str, set[str]] = field(default_factory=dict)

    def add(self, count: Count) -> None:
        for key, value in count.sums.items():
            self.sums[key] = self.sums.get(key, Decimal(0)) + value
        for key, texts in count.kinds.items():
            self.kinds.setdefault(key, set()).update(texts)

    def names(self, board: Board) -> dict[str, Decimal]:
        """What measures may read: noughts where nothing was counted."""
        known = dict.fromkeys((key for source in board.counted for key in source.counts), Decimal(0))
        return {**known, **self.sums, **{key: Decimal(len(texts)) for key, texts in self.kinds.items()}}


def figures(
    board: Board, lines: Sequence[Line], units: Mapping[str, str], top: str, *, by: str = "", year: str = ""
) -> Figures:
    """Statistics of a board.

    Args:
        board: Which.
        lines: What was counted.
        units: Titles of units by path.
        top: The unit of whoever looks: units are those right below it.
        by: How to part them.
        year: Only what belongs to this year, and what belongs to no time.
    """
    groups = {one.key: one.title for one in board.groups}
    by = by if by in {*HEADINGS, *groups} else MONTH
    timeless = [source.day is None for source in board.counted]
    heaps: dict[str, _Heap] = {}
    total, faults = _Heap(), 0
    for unit, count, failed in lines:
        faults += failed
        if year and not timeless[count.source] and not count.month.startswith(year):
            continue
        total.add(count)
        place = _place(unit, count, units, top, by, timeless=timeless[count.source])
        if place is not None:
            heaps.setdefault(place, _Heap()).add(count)
    if by == MONTH:
        heaps |= {month: _Heap() for month in _between(heaps) if month not in heaps}
    rows = [_row(board, title, heap) for title, heap in heaps.items()]
    return Figures(
        by=by,
        heading=HEADINGS.get(by) or groups[by],
        measures=tuple((one.title, one.unit) for one in board.measures),
        rows=tuple(_in_order(rows, by)),
        total=_row(board, TOTAL, total),
        spans=tuple(sorted({count.month[:4] for _, count, _ in lines if count.month}, reverse=True)),
        faults=faults,
    )


def figures_rows(found: Figures) -> list[tuple[str, ...]]:
    """Rows of text with the total at the end; figures of one measure have the same decimals."""
    places = places_of(found)
    return [(row.title, *map(shown, row.values, places)) for row in (*found.rows, found.total)]


def places_of(found: Figures) -> tuple[int, ...]:
    """How many decimals each measure is shown with: as many as the longest of its figures has."""
    columns = zip(*(row.values for row in (*found.rows, found.total)), strict=True)
    return tuple(max((_places(value) for value in column if value is not None), default=0) for column in columns)


def shown(value: Decimal | None, places: int) -> str:
    """A value in words, with so many decimals; a dash where there is none."""
    return "—" if value is None else f"{value:.{places}f}"


def month_words(month: str) -> str:
    """2026年12月."""
    year, _, number = month.partition("-")
    return f"{year}年{int(number)}月"


# -- inside --------------------------------------------------------------------------------------------------------


def _places(value: Decimal) -> int:
    return len(number_text(value).partition(".")[2])


def _between(months: Iterable[str]) -> list[str]:
    """The months from the first to the last, of long spans the newest."""
    known = sorted(month for month in months if month)
    if not known:
        return []
    first, last = (int(one[:4]) * 12 + int(one[5:]) - 1 for one in (known[0], known[-1]))
    return [f"{one // 12:04}-{one % 12 + 1:02}" for one in range(max(first, last - MOST_MONTHS + 1), last + 1)]


def _place(unit: str, count: Count, units: Mapping[str, str], top: str, by: str, *, timeless: bool) -> str | None:
    """The row where something is counted; none where it has no place among these rows."""
    if by == MONTH:
        return None if timeless else count.month or ""
    if by == UNIT:
        return _below(unit, units, top)
    return count.groups[by] or UNKNOWN if by in count.groups else None


def _below(unit: str, units: Mapping[str, str], top: str) -> str:
    """The unit right below the top to which another one belongs; of a city's own records the city itself."""
    if not unit:
        return UNKNOWN
    top = top or _root(units, unit)
    rest = unit.removeprefix(top).strip("/") if unit.startswith(top) else unit
    path = f"{top}/{rest.partition('/')[0]}".strip("/") if rest else unit
    return units.get(path, path)


def _root(units: Mapping[str, str], unit: str) -> str:
    """Of whoever sees everything: the office at the top, if there is one."""
    first = unit.partition("/")[0]
    return first if first in units else ""


def _row(board: Board, title: str, heap: _Heap) -> FigureRow:
    names = heap.names(board)
    return FigureRow(title=title, values=tuple(_value(one, names) for one in board.measures))


def _value(measure: Measure, names: Mapping[str, Decimal]) -> Decimal | None:
    """What a measure comes to; none where it cannot be known, as a share of nothing."""
    try:
        found = compile_expression(measure.value).evaluate(names)
    except ExpressionError:
        return None
    if isinstance(found, Empty) or not isinstance(found, int | Decimal):
        return None
    return Decimal(found)


def _in_order(rows: Iterable[FigureRow], by: str) -> list[FigureRow]:
    if by == MONTH:
        ordered = sorted(rows, key=lambda one: one.title)
        return [FigureRow(title=month_words(one.title) if one.title else UNDATED, values=one.values) for one in ordered]
    return sorted(rows, key=lambda one: (-(one.values[0] or 0), one.title))
