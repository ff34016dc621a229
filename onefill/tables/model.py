"""A workbook as we read it: only the filled cells, typed, with their addresses."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Literal, NamedTuple

Kind = Literal["text", "number", "percent", "date", "time", "bool", "error", "uncomputed"]
Value = str | int | float | bool | date | datetime | time | None

#: Excel's own bounds.
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
#: More filled cells than any section could take.
MOST_CELLS = 1_000_000

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")


class Cell(NamedTuple):
    """One filled cell.

    Attributes:
        value: As the file holds it; the fraction for a percentage, ``None`` for a formula never computed.
        kind: What the file says it is, never guessed from the value.
        formula: Whether the value is the result of one.
    """

    value: Value
    kind: Kind = "text"
    formula: bool = False

    def text(self) -> str:
        """What a person sees in it, roughly."""
        match self.value:
            case None:
                return ""
            case bool():
                return "TRUE" if self.value else "FALSE"
            case float():
                return f"{self.value * 100:.15g}%" if self.kind == "percent" else f"{self.value:.15g}"
            case datetime():
                return f"{self.value:%Y-%m-%d %H:%M}"
            case date():
                return self.value.isoformat()
            case time():
                return f"{self.value:%H:%M}"
            case _:
                return f"{self.value}%" if self.kind == "percent" else str(self.value)


class Area(NamedTuple):
    """A rectangle of cells, bounds included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet that holds something; cells by column, which counts from 1."""

    number: int
    cells: Mapping[int, Cell]
    hidden: bool = False


@dataclass(frozen=True)
class Worksheet:
    """One sheet: its lines from the top, without the empty ones."""

    name: str
    lines: tuple[Line, ...]
    hidden: bool = False
    hidden_columns: tuple[tuple[int, int], ...] = ()
    merged: tuple[Area, ...] = ()

    def columns(self) -> list[int]:
        """Columns that hold something, from the left."""
        return sorted({column for line in self.lines for column in line.cells})


@dataclass(frozen=True)
class Workbook:
    """What was read from a file.

    Attributes:
        filename: As it was given.
        kind: What it is by its content, whatever the name says.
        sheets: All worksheets, hidden ones too.
    """

    filename: str
    kind: Literal["xlsx", "xls", "csv"]
    sheets: tuple[Worksheet, ...]

    def sheet(self, name: str) -> Worksheet | None:
        """A sheet by its name."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)

    def __iter__(self) -> Iterator[Worksheet]:
        return iter(self.sheets)


@lru_cache(LAST_COLUMN)
def letters(column: int) -> str:
    """``C`` for 3."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@lru_cache(LAST_COLUMN)
def column_number(name: str) -> int:
    """3 for ``C``."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number


def address(row: int, column: int) -> str:
    """``C7`` for row 7, column 3."""
    return f"{letters(column)}{row}"


def position(cell: str) -> tuple[int, int] | None:
    """Row and column of an address; ``None`` if it is none that Excel knows."""
    found = _ADDRESS.fullmatch(cell)
    if found is None:
        return None
    row, column = int(found[2]), column_number(found[1].upper())
    return (row, column) if row <= LAST_ROW and column <= LAST_COLUMN else None


def area(reference: str) -> Area | None:
    """The rectangle ``A1:C2``; a single cell is one too."""
    first, _, last = reference.partition(":")
    start, end = position(first), position(last or first)
    if start is None or end is None:
        return None
    return Area(min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1]))
