"""A workbook that came as .xls or .csv, as .xlsx: values, merged cells, hidden sheets, widths to read by."""

import io

from openpyxl import Workbook as NewWorkbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet.worksheet import Worksheet as NewSheet

from onefill.tables.model import Cell, Workbook, Worksheet, letters

_FORMATS = {"date": "yyyy-mm-dd", "time": "hh:mm", "percent": "0.##%"}
_WIDEST, _NARROWEST, _MEASURED = 40, 8, 200


def rebuilt(workbook: Workbook) -> bytes:
    """The same sheets as an .xlsx file."""
    new = NewWorkbook()
    new.remove(new.worksheets[0])
    for sheet in workbook:
        _fill(new.create_sheet(sheet.name), sheet)
    if all(sheet.sheet_state != "visible" for sheet in new.worksheets):
        new.worksheets[0].sheet_state = "visible"
    out = io.BytesIO()
    new.save(out)
    return out.getvalue()


def _fill(new: NewSheet, sheet: Worksheet) -> None:
    if sheet.hidden:
        new.sheet_state = "hidden"
    for line in sheet.lines:
        for column, cell in line.cells.items():
            _write(new, line.number, column, cell)
    for area in sheet.merged:
        new.merge_cells(start_row=area.top, start_column=area.left, end_row=area.bottom, end_column=area.right)
    widths: dict[int, int] = {}
    for line in sheet.lines[:_MEASURED]:
        for column, cell in line.cells.items():
            # A Chinese character is two wide; a title over the whole table would only mislead.
            width = sum(2 if ord(char) > 0x2E7F else 1 for char in cell.text())
            widths[column] = max(widths.get(column, 0), width if len(line.cells) > 1 else 0)
    for column, width in widths.items():
        new.column_dimensions[letters(column)].width = min(max(width + 2, _NARROWEST), _WIDEST)


def _write(sheet: NewSheet, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell.value, str):
        text = ILLEGAL_CHARACTERS_RE.sub("", cell.value)[:32_767]
        new = sheet.cell(row, column, text)
        # What begins with = stays the text it was.
        new.data_type = "s"
        new.number_format = "@"
    elif cell.value is not None:
        sheet.cell(row, column, cell.value).number_format = _FORMATS.get(cell.kind, "General")
