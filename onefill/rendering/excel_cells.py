"""One cell of the output: its style from the template, its value as Excel knows it."""

import re
from copy import copy
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from onefill.definitions.values import text_of
from onefill.rendering.characters import clean
from onefill.rendering.errors import TextTooLong
from onefill.rendering.excel_refs import Moves
from onefill.rendering.excel_rows import Turns

AnyCell = Cell | MergedCell
MOST_TEXT = 32_767
#: Excel keeps 15 digits of a number; a longer one is an identifier and stays text.
MOST_DIGITS = 15
DATE_FORMAT = 'yyyy"年"m"月"d"日"'
_FIRST_DAY = date(1900, 3, 1)
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def moved(sheet: Worksheet, cell: Any, row: int) -> Any:
    """The same cell, without its value, in another row."""
    if type(cell) is MergedCell:
        return _styled(MergedCell(sheet, row, cell.column), cell)
    new = _styled(Cell(sheet, row, cell.column), cell)
    if cell.hyperlink is not None:
        new._hyperlink = copy(cell.hyperlink)
        new._hyperlink.ref = new.coordinate
    if cell.comment is not None:
        new.comment = copy(cell.comment)
    return new


def _styled(new: Any, cell: Any) -> Any:
    """Styles are shared until somebody changes one."""
    new._style = cell._style
    return new


def keep(new: AnyCell, cell: AnyCell, moves: Moves, turns: Turns) -> None:
    """Give the new cell what the template's cell holds; a formula follows the rows it means."""
    if isinstance(new, MergedCell) or isinstance(cell, MergedCell):
        return
    value = cell._value  # type: ignore[attr-defined]
    if cell.data_type == "f" and isinstance(value, str):
        value = moves.formula(value, turns)
    elif isinstance(value, ArrayFormula):
        value = ArrayFormula(moves.reference(value.ref, turns), moves.formula(value.text or "=", turns))
    _set(new, value, cell.data_type)


def put(new: AnyCell, value: object) -> None:
    """Give the cell a value of the facts: numbers and days as such unless its format is text, all else as text."""
    if isinstance(new, MergedCell):
        return
    if new.number_format != "@":
        if isinstance(value, int | Decimal | float) and not isinstance(value, bool) and _fits(value):
            _set(new, value, "n")
            return
        if isinstance(value, date) and _is_day(value):
            if new.number_format == "General":
                new._style = copy(new._style)  # type: ignore[attr-defined]
                new.number_format = DATE_FORMAT
            _set(new, value, "d")
            return
    _put_text(new, clean(text_of(value)))


def _fits(value: int | Decimal | float) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and len(value.normalize().as_tuple().digits) <= MOST_DIGITS
    return len(str(abs(value))) <= MOST_DIGITS if isinstance(value, int) else value == value


def _is_day(value: date) -> bool:
    """Excel counts days rightly from March 1900 on."""
    return (value.date() if isinstance(value, datetime) else value) >= _FIRST_DAY


def _put_text(new: Cell, text: str) -> None:
    """Text, whatever it looks like: ``=1+1`` stays as typed, also when somebody edits the cell."""
    units = len(text.encode("utf-16-le")) // 2
    if units > MOST_TEXT:
        raise TextTooLong(near=text[:12], length=units, most=MOST_TEXT)
    if len(text) > 1 and text[0] in "=+-@":
        new._style = copy(new._style)  # type: ignore[attr-defined]
        new.quotePrefix = True
    if "\n" in text and not new.alignment.wrap_text:
        new._style = copy(new._style)  # type: ignore[attr-defined]
        alignment: Any = copy(new.alignment)
        alignment.wrap_text = True
        new.alignment = alignment
    _set(new, _ESCAPE.sub("_x005F_", text) or None, "s" if text else "n")


def _set(new: Cell, value: object, kind: str) -> None:
    """Set value and type as they are: openpyxl's own setter would guess."""
    new._value = value  # type: ignore[attr-defined]
    new.data_type = kind
