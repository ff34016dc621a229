"""Which facts were found anew, in order: for whoever keeps something that was made from them."""

from collections import deque
from itertools import count, islice

#: A fact's name and the row it stands in; ``None`` at record level.
Cell = tuple[str, str | None]
#: So many steps are remembered; whoever comes later looks at everything again.
MOST = 50_000
_names = count(1)


class Trail:
    """A list of cells that only grows; what lies far back is forgotten.

    Attributes:
        name: No other trail has it.
        end: How many cells were ever noted. Give it to ``since`` later.
    """

    def __init__(self, most: int = MOST) -> None:
        self._cells: deque[Cell] = deque(maxlen=most)
        self.name = next(_names)
        self.end = 0

    def note(self, cell: Cell) -> None:
        """A cell was found anew."""
        self._cells.append(cell)
        self.end += 1

    def since(self, mark: int | None) -> set[Cell] | None:
        """Cells noted after a mark; ``None`` if that is not known any more."""
        missed = self.end + 1 if mark is None else self.end - mark
        if missed > len(self._cells):
            return None
        return set(islice(reversed(self._cells), missed))
