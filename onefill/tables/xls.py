"""Reading .xls, the format before 2007, which WPS still writes."""

import io
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from onefill.tables.errors import Damaged, Locked, TooManyCells
from onefill.tables.model import MOST_CELLS, Area, Cell, Line, Worksheet


def read_xls(data: bytes) -> tuple[Worksheet, ...]:
    """All worksheets. Hidden rows are not told apart, and a cell that holds an error is empty.

    Raises:
        TableRefused: It cannot be read.
    """
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            return _sheets(book)
    except PasswordError as error:
        raise Locked() from error
    except (CalamineError, OSError, ValueError) as error:
        raise Damaged() from error
    except BaseException as error:
        # A panic inside the library is raised as a class that cannot be imported and is no Exception.
        if type(error).__name__ == "PanicException":
            raise Damaged() from error
        raise


def _sheets(book: CalamineWorkbook) -> tuple[Worksheet, ...]:
    sheets, left = [], MOST_CELLS
    for each in book.sheets_metadata:
        if each.typ is not SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(each.name)
        first = (sheet.start or (0, 0))[1] + 1
        lines = []
        for number, row in enumerate(sheet.iter_rows(), 1):
            cells = {first + place: cell for place, value in enumerate(row) if (cell := _cell(value))}
            if cells:
                lines.append(Line(number, cells))
                left -= len(cells)
                if left < 0:
                    raise TooManyCells(most=MOST_CELLS)
        merged = tuple(Area(a[0] + 1, a[1] + 1, b[0] + 1, b[1] + 1) for a, b in sheet.merged_cell_ranges or ())
        hidden = each.visible is not SheetVisibleEnum.Visible
        sheets.append(Worksheet(each.name, tuple(lines), hidden, (), merged))
    if not sheets:
        raise Damaged()
    return tuple(sheets)


def _cell(value: Any) -> Cell | None:
    match value:
        case str():
            return Cell(value) if value.strip() else None
        case bool():
            return Cell(value, "bool")
        case int() | float():
            return Cell(value, "number")
        case datetime():
            return Cell(value.date() if value.time() == time() else value, "date")
        case date():
            return Cell(value, "date")
        case time():
            return Cell(value, "time")
        case timedelta():
            minutes = int(value.total_seconds()) // 60
            return Cell(time(minutes // 60, minutes % 60), "time") if 0 <= minutes < 1440 else Cell(str(value))
        case _:
            return None
