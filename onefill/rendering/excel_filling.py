"""What a run of a sheet's outline says: rows in order, with the turns of loops and the values of cells."""

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import pass_context

from onefill.definitions.context import printed
from onefill.definitions.empty import Empty
from onefill.rendering.excel_rows import FilledRow


class Filling:
    """What one run of an outline says: the rows in order, with the turns of loops they were made in."""

    def __init__(self) -> None:
        self.rows: list[FilledRow] = []
        self._values: dict[int, object] = {}
        self._turns: list[tuple[int, int]] = []
        self._last_turn = 0

    def row(self, source: int) -> None:
        """A row made from template row ``source`` comes next."""
        self._values = {}
        self.rows.append(FilledRow(source, tuple(turn for _, turn in self._turns), self._values))

    def value(self, column: int, value: object) -> None:
        """A value of the current row."""
        self._values[column] = value

    def turn(self, block: int) -> None:
        """Another turn of a loop begins."""
        self.end(block)
        self._last_turn += 1
        self._turns.append((block, self._last_turn))

    def end(self, block: int) -> None:
        """The loop is over."""
        if self._turns and self._turns[-1][0] == block:
            self._turns.pop()


class FillingFacts(Mapping[str, object]):
    """The facts, with the filling that this run writes beside them; nothing is copied or read ahead."""

    def __init__(self, facts: Mapping[str, object], filling: Filling) -> None:
        self._facts = facts
        self.filling = filling

    def __getitem__(self, key: str) -> object:
        return self._facts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


def _filling(context: Any) -> Filling:
    filling: Filling = context.parent.filling
    return filling


@pass_context
def _row(context: Any, source: int) -> str:
    _filling(context).row(source)
    return ""


@pass_context
def _value(context: Any, value: object, column: int) -> str:
    if isinstance(value, Empty):
        value = context.environment.empty_text(value)
    _filling(context).value(column, value)
    return ""


@pass_context
def _turn(context: Any, block: int) -> str:
    _filling(context).turn(block)
    return ""


@pass_context
def _end(context: Any, block: int) -> str:
    _filling(context).end(block)
    return ""


@pass_context
def _ampersands(context: Any, value: object) -> str:
    """A value inside a head or foot, where ``&`` begins a code."""
    return str(printed(context, value)).replace("&", "&&")


#: Our own words in outlines; no author writes them.
FILTERS = {
    "onefill_row": _row,
    "onefill_value": _value,
    "onefill_turn": _turn,
    "onefill_end": _end,
    "onefill_ampersands": _ampersands,
}
