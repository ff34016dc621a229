"""A table that only shows, as workbook or as text: to be copied from or brought into another program."""

import csv
import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from onefill.tables.delimited import sheet_name

_HEAD_GROUND = PatternFill("solid", fgColor="FFEAF1FB")
_WIDEST = 40
_PALE = "C0C0C0"
#: What a spreadsheet takes for the beginning of a formula.
_FORMULAS = frozenset("=+-@\t\r")


def plain(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str | int]],
    *,
    mark: str = "",
    above: Sequence[str] = (),
    below: Sequence[str] = (),
) -> bytes:
    """An .xlsx file with one sheet: headings, then the rows. What is text stays text, so that no number loses a digit.

    Args:
        title: Of the sheet.
        columns: The headings.
        rows: What stands below them; whole numbers are counts, to be added up.
        mark: Stands large and pale above every printed page, small below it, and in the properties of the file; no
            cell holds it, so that other programs read the table alone.
        above: Lines over the headings, as wide as the table, the first of them its title: for what goes out as it is.
        below: Lines under the rows.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = sheet_name(title)
    heads = len(above) + 1
    for at, line in enumerate((columns, *rows), heads):
        for place, text in enumerate(line, 1):
            cell = sheet.cell(at, place, text)
            if isinstance(text, str):
                cell.data_type, cell.number_format = "s", "@"  # a text that begins with = is no formula
            else:
                cell.alignment = Alignment(horizontal="center")  # at the right edge it touches the next column's text
            if at == heads:
                cell.font, cell.fill = Font(bold=True), _HEAD_GROUND
    for place, heading in enumerate(columns, 1):
        longest = max((_width(str(text)) for text in (heading, *(row[place - 1] for row in rows))), default=0)
        sheet.column_dimensions[get_column_letter(place)].width = min(longest + 3, _WIDEST)
    for at, text in (*enumerate(above, 1), *enumerate(below, heads + len(rows) + 1)):
        _across(sheet, at, len(columns), text, title=at == 1)
    sheet.freeze_panes = f"A{heads + 1}"
    sheet.page_setup.paperSize, sheet.page_setup.orientation = Worksheet.PAPERSIZE_A4, Worksheet.ORIENTATION_LANDSCAPE
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0  # as many pages down as it takes
    sheet.print_title_rows = f"{heads}:{heads}"
    if mark:
        _marked(book, mark)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def plain_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """A .csv file that spreadsheets open as it is: UTF-8 by its mark, no text taken for a formula."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([f"'{cell}" if cell[:1] in _FORMULAS else cell for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _across(sheet: Worksheet, at: int, wide: int, text: str, *, title: bool) -> None:
    cell = sheet.cell(at, 1, text)
    cell.data_type = "s"
    cell.font = Font(bold=title, size=16 if title else 11)
    cell.alignment = Alignment(horizontal="center" if title else "left", vertical="center", wrap_text=True)
    sheet.merge_cells(start_row=at, end_row=at, start_column=1, end_column=wide)
    if title:
        sheet.row_dimensions[at].height = 30


def _marked(book: Workbook, mark: str) -> None:
    words = mark.replace("&", "＆")  # a single one begins a code of headers
    header, footer = book.worksheets[0].oddHeader, book.worksheets[0].oddFooter
    assert header is not None and footer is not None  # every sheet is made with them
    above, below = header.center, footer.left
    above.text, above.size, above.color = words, 20, _PALE
    below.text, below.size = words, 8
    book.properties.creator = book.properties.description = mark


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
