"""Reading .xls, the format before 2007, which WPS still writes: by a program of its own, which may fall."""

import json
import subprocess
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

from onefill import children
from onefill.tables import xls_child
from onefill.tables.errors import Damaged, Locked, TableRefused, TooManyCells, TooMuchInside
from onefill.tables.model import MOST_CELLS, Area, Cell, Line, Value, Worksheet

_PATIENCE = 30


def read_xls(data: bytes) -> tuple[Worksheet, ...]:
    """All worksheets. Hidden rows are not told apart, and a cell that holds an error is empty.

    Raises:
        TableRefused: It cannot be read.
    """
    command = children.command(xls_child.__file__, str(MOST_CELLS))
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired as error:
        raise TooMuchInside() from error
    if done.returncode:
        raise _refusal(done.returncode)
    sheets = tuple(map(_sheet, json.loads(done.stdout)))
    if not sheets:
        raise Damaged()
    return sheets


def _refusal(code: int) -> TableRefused:
    match code:
        case xls_child.LOCKED:
            return Locked()
        case xls_child.TOO_MANY:
            return TooManyCells(most=MOST_CELLS)
        case _:
            return Damaged()


def _sheet(told: dict[str, Any]) -> Worksheet:
    lines = tuple(
        Line(number, {column: _cell(kind, value) for _, column, kind, value in cells})
        for number, cells in groupby(told["cells"], key=lambda cell: cell[0])
    )
    merged = tuple(Area(*(bound + 1 for bound in one)) for one in told["merged"])
    return Worksheet(told["name"], lines, told["hidden"], (), merged)


def _cell(kind: str, value: Any) -> Cell:
    match kind:
        case "date":
            return Cell(_moment(value), "date")
        case "time":
            return Cell(time.fromisoformat(value), "time")
        case "number":
            return Cell(value, "number")
        case "bool":
            return Cell(value, "bool")
        case _:
            return Cell(value, "text")


def _moment(text: str) -> Value:
    found = datetime.fromisoformat(text)
    day: date = found.date() if found.time() == time() else found
    return day
