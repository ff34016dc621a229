"""A program of its own: an .xls workbook in, its filled cells out as JSON.

The library that reads .xls asks for as much memory as a damaged file tells it to and then ends the whole process. So
it works here, where nothing else can be lost.
"""

import io
import json
import math
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from onefill.children import limit_memory

DAMAGED, LOCKED, TOO_MANY = 3, 4, 5
#: What one workbook may take: the last corner of the largest sheet needs half of it.
MOST_MEMORY = 2 << 30


def main(most_cells: int) -> int:
    """Read standard input, write standard output; the exit code says what went wrong."""
    limit_memory(MOST_MEMORY)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())) as book:
            sheets = [_sheet(book, each) for each in book.sheets_metadata if each.typ is SheetTypeEnum.WorkSheet]
    except PasswordError:
        return LOCKED
    except (CalamineError, OSError, ValueError, MemoryError):
        return DAMAGED
    if sum(len(sheet["cells"]) for sheet in sheets) > most_cells:
        return TOO_MANY
    sys.stdout.buffer.write(json.dumps(sheets, ensure_ascii=True, default=str).encode())
    return 0


def _sheet(book: CalamineWorkbook, each: Any) -> dict[str, Any]:
    sheet = book.get_sheet_by_name(each.name)
    return {
        "name": each.name,
        "hidden": each.visible is not SheetVisibleEnum.Visible,
        "cells": list(_cells(sheet)),
        "merged": [[*start, *end] for start, end in sheet.merged_cell_ranges or ()],
    }


def _cells(sheet: Any) -> Iterator[tuple[int, int, str, Any]]:
    """Row and column from 1, kind, value; columns come counted from the first that is used."""
    first = (sheet.start or (0, 0))[1] + 1
    for row, values in enumerate(sheet.iter_rows(), 1):
        for column, value in enumerate(values, first):
            kind, plain = _plain(value)
            if kind:
                yield row, column, kind, plain


def _plain(value: Any) -> tuple[str, Any]:
    match value:
        case str():
            return ("text", value) if value.strip() else ("", None)
        case bool():
            return "bool", value
        case int() | float():
            return ("number", value) if math.isfinite(value) else ("text", str(value))
        case datetime() | date():
            return "date", value.isoformat()
        case time():
            return "time", value.isoformat()
        case timedelta():
            whole = time() if value.total_seconds() < 0 else (datetime.min + value).time()
            return ("time", whole.isoformat()) if value.days == 0 else ("text", str(value))
        case _:
            return "", None


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
