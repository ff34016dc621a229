"""Places of rows as numbers, so that one row can come between two others without renaming all the rest."""

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence

#: Order of the first row of a section; rows in between take numbers in between.
ORDER_STEP = 1 << 20


class Places:
    """Where rows stand; changes as edits are tried on it."""

    def __init__(self, orders: Mapping[str, int]) -> None:
        self._orders = dict(orders)
        self._line = sorted((order, row) for row, order in orders.items())

    def __contains__(self, row: str) -> bool:
        return row in self._orders

    def __len__(self) -> int:
        return len(self._orders)

    @property
    def last(self) -> str | None:
        """The last row, if there is any."""
        return self._line[-1][1] if self._line else None

    def remove(self, row: str) -> None:
        """Take a row out."""
        del self._line[bisect_left(self._line, (self._orders.pop(row), row))]

    def insert(self, rows: Sequence[str], after: str | None) -> tuple[dict[str, int], dict[str, int]]:
        """Put rows behind another one (first if none is named, last if that one is gone).

        Returns:
            The orders of the rows, and those of others that had to make room.
        """
        moved: dict[str, int] = {}
        at = len(self._line)
        if after is None:
            at = 0
        elif after in self._orders:
            at = bisect_left(self._line, (self._orders[after], after)) + 1
        low = self._line[at - 1][0] if at else None
        high = self._line[at][0] if at < len(self._line) else None
        step = ORDER_STEP
        if low is not None and high is not None:
            step = (high - low) // (len(rows) + 1)
            if step < 1:
                moved = self._make_room(at, len(rows))
                low = self._line[at - 1][0]
                step = ORDER_STEP
        first = low + step if low is not None else (high or ORDER_STEP * (len(rows) + 1)) - step * len(rows)
        orders = {row: first + number * step for number, row in enumerate(rows)}
        self._orders.update(orders)
        for row, order in orders.items():
            insort(self._line, (order, row))
        return orders, moved

    def move(self, rows: Sequence[str], after: str | None) -> dict[str, int]:
        """Put rows behind another one that is not among them; the orders of all that have moved."""
        for row in rows:
            self.remove(row)
        orders, moved = self.insert(rows, after)
        return {**moved, **orders}

    def _make_room(self, at: int, rows: int) -> dict[str, int]:
        """Move the rows on the shorter side of a place away; their new orders."""
        before = at < len(self._line) - at
        by = (rows + 1) * ORDER_STEP * (-1 if before else 1)
        side = slice(0, at) if before else slice(at, None)
        self._line[side] = [(order + by, row) for order, row in self._line[side]]
        moved = {row: order for order, row in self._line[side]}
        self._orders.update(moved)
        return moved
