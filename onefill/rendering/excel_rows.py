"""Where the rows of a template went: each may have vanished, moved, or been repeated."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

#: Which loop a row was made in, and in which of its turns, outermost first.
Turns = tuple[tuple[int, int], ...]
#: The loops around every template row, outermost first.
Loops = Mapping[int, tuple[int, ...]]
MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
#: Stands for the number of the row in the XML of its cells.
AT = "\x01"


class FilledRow(NamedTuple):
    """A row of the output: the template row it was made from, the turns it was made in, and its cells."""

    source: int
    turns: Turns = ()
    #: The XML of its cells, with ``AT`` for the row's number; nothing where it only fills a gap beside a longer list.
    cells: str | None = None


class RowMap:
    """From template rows to output rows. Rows below the last tag row keep their order and only move."""

    def __init__(
        self, rows: Sequence[FilledRow], head: int, tags: frozenset[int] = frozenset(), loops: Loops | None = None
    ) -> None:
        """Map the rows.

        Args:
            rows: Output rows made from template rows 1 to ``head``, in order.
            head: The last template row that the engine went through.
            tags: Template rows that only hold a row tag, and so never come.
            loops: What stands around each template row.
        """
        self._loops = loops or {}
        self.rows = rows
        self.head = head
        self.tags = tags
        self.moved = len(rows) - head
        self._places: defaultdict[int, list[int]] = defaultdict(list)
        for place, row in enumerate(rows, start=1):
            self._places[row[0]].append(place)

    def is_still(self) -> bool:
        """Whether every row stays where it was."""
        return self.moved == 0 and all(row.source == place for place, row in enumerate(self.rows, start=1))

    def all(self, row: int) -> Sequence[int]:
        """Every output row made from this template row."""
        if row > self.head:
            return (max(1, min(row + self.moved, MOST_ROWS)),)
        return self._places.get(row, ())

    def above(self, row: int) -> Sequence[int]:
        """Output rows of this template row, or of the nearest one above that is still there."""
        return next((places for each in range(row, 0, -1) if (places := self.all(each))), ())

    def breaks(self, row: int) -> Sequence[int]:
        """Output rows that end a page when this template row does.

        A row that did not come this time takes its break with it; under a row tag the break follows the last row.
        """
        return self.above(row)[-1:] if row in self.tags else self.all(row)

    def near(self, row: int, turns: Turns) -> Sequence[int]:
        """Of all output rows of this template row, those in the same turns of the loops that they share."""
        loops, shared = self._loops.get(row, ()), 0
        while shared < min(len(loops), len(turns)) and turns[shared][0] == loops[shared]:
            shared += 1
        return self._in_turns.get((row, turns[:shared]), ()) if shared else self.all(row)

    def before_tag(self, row: int, turns: Turns) -> Sequence[int]:
        """What a row tag says when one cell of its row is meant: the row above what comes next.

        So the row above the first of a loop is the one of the turn before, and that below its last is its last.
        """
        if row not in self.tags:
            return ()
        below = next((each for each in range(row, self.head + 2) if self.near(each, turns)), self.head + 1)
        place = self.near(below, turns)[0] - 1
        return (place,) if place else ()

    @cached_property
    def _in_turns(self) -> Mapping[tuple[int, Turns], list[int]]:
        """Where the rows made in the same turns stand; only formulas and rules inside loops ask."""
        places: defaultdict[tuple[int, Turns], list[int]] = defaultdict(list)
        for place, row in enumerate(self.rows, start=1):
            for depth in range(1, len(row.turns) + 1):
                places[row.source, row.turns[:depth]].append(place)
        return places

    def span(self, first: int, last: int, start: Turns = (), end: Turns = ()) -> tuple[int, int] | None:
        """The output rows from the first to the last made of these template rows; None when nothing is left of them.

        ``start`` and ``end`` are the turns in which the ends are sought; ``()`` means anywhere.
        """
        rows = [*range(first, min(last, self.head) + 1)]
        if last > self.head:
            rows += [max(first, self.head + 1), last]
        tops = [places[0] for row in rows if (places := self.near(row, start))]
        bottoms = [places[-1] for row in rows if (places := self.near(row, end))]
        if not tops or not bottoms or max(bottoms) < min(tops):
            return None
        return min(tops), max(bottoms)

    def groups(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Every copy of a block of rows that belong together, as a merged cell does."""
        begin = end = 0
        for place, until, source in self._output(first, last):
            if begin and (place != end + 1 or source == first):
                yield begin, end
                begin = 0
            begin, end = begin or place, until
        if begin:
            yield begin, end

    def runs(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Output rows made from these template rows, neighbours joined."""
        begin = end = 0
        for place, until, _ in self._output(first, last):
            if begin and place != end + 1:
                yield begin, end
                begin = 0
            begin, end = begin or place, until
        if begin:
            yield begin, end

    def _output(self, first: int, last: int) -> Iterator[tuple[int, int, int]]:
        """Output rows, each as a piece from and to, with its template row; all that only move are one piece."""
        head = range(first, min(last, self.head) + 1)
        for place, source in sorted((place, row) for row in head for place in self.all(row)):
            yield place, place, source
        if last > self.head:
            moved = max(first, self.head + 1)
            yield self.all(moved)[0], self.all(last)[0], moved


class SheetRows:
    """Where the rows of one sheet went, told apart by columns where lists stand side by side."""

    def __init__(self, starts: Sequence[int], maps: Sequence[RowMap]) -> None:
        """Columns from ``starts[n]`` on, to before the next start, go by ``maps[n]``; ``starts[0]`` is 1."""
        self._starts = starts
        self.maps = maps
        #: For what belongs to a whole row.
        self.whole = maps[0]

    def at(self, column: int) -> RowMap:
        """The map of a column, counted from 1; 0 for whole rows."""
        return self.whole if len(self.maps) == 1 else self.maps[max(bisect_right(self._starts, column) - 1, 0)]

    @property
    def still(self) -> bool:
        """Whether every row stays where it was."""
        return all(map(RowMap.is_still, self.maps))
