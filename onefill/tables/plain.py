"""A workbook that only shows: one table of texts, to be copied from or brought into another program."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from onefill.tables.delimited import sheet_name

_HEAD_GROUND = PatternFill("solid", fgColor="FFEAF1FB")
_WIDEST = 40


def plain(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """An .xlsx file with one sheet: headings, then the rows, every cell as text, so that no number loses a digit."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = sheet_name(title)
    for at, line in enumerate((columns, *rows), 1):
        for place, text in enumerate(line, 1):
            cell = sheet.cell(at, place, text)
            cell.data_type, cell.number_format = "s", "@"  # a text that begins with = is no formula
            if at == 1:
                cell.font, cell.fill = Font(bold=True), _HEAD_GROUND
    for place, heading in enumerate(columns, 1):
        longest = max((_width(text) for text in (heading, *(row[place - 1] for row in rows))), default=0)
        sheet.column_dimensions[get_column_letter(place)].width = min(longest + 3, _WIDEST)
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
