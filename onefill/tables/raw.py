"""What a cell says to a field type: the cell's own type where that matters, text where the field has a unit."""

import re
from datetime import time

from onefill.definitions.model import FieldDefinition
from onefill.fields import Fault, FieldType
from onefill.fields.normalise import compact, exact
from onefill.tables.model import Cell

#: Spreadsheets keep 15 digits; what is longer has lost the rest.
_EXACT = 10**15
_HUGE = 10**300
_FIGURES = re.compile(r"[+-]?[\d,.]*\d")


def cell_fault(cell: Cell) -> Fault | None:
    """Why there is no value in the cell at all, or ``None``."""
    if cell.kind == "error":
        return Fault(code="CELL_ERROR", what=f"公式出错 {cell.value}", remedy="改正公式，或直接写上内容")
    if cell.kind == "uncomputed":
        return Fault(code="FORMULA", what="公式还没有算出结果", remedy="用 WPS 打开，保存一次再选")
    return None


def raw_of(cell: Cell, field: FieldDefinition, kind: FieldType) -> object:
    """The cell as the field's type takes it."""
    value = cell.value
    if cell.kind == "percent" and isinstance(value, int | float):
        share = exact(value)
        return without_unit(f"{share * 100}%" if share is not None else str(value), field, kind)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, str):
        return without_unit(value, field, kind)
    return value


def without_unit(text: str, field: FieldDefinition, kind: FieldType) -> str:
    """A number as text without the field's unit behind it: 80课时, 85 ％, 3台 for 台/套."""
    if kind.widget != "number" or not field.unit:
        return text
    bare = compact(text)
    for unit in sorted((compact(field.unit), *compact(field.unit).split("/")), key=len, reverse=True):
        if unit and bare.endswith(unit) and _FIGURES.fullmatch(bare[: -len(unit)]):
            return bare[: -len(unit)]
    return text


def raw_text(raw: object) -> str:
    """What is kept of a cell that cannot be read; a long number as Excel shows it, so that it stays refused."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float) or (isinstance(raw, int) and abs(raw) >= _EXACT):
        return format(float(raw), ".15g") if abs(raw) < _HUGE else "1e+300"
    return str(raw)


def is_cut_off(cell: Cell) -> bool:
    """Whether the cell holds a number with more digits than a spreadsheet keeps."""
    return isinstance(cell.value, int | float) and abs(cell.value) >= _EXACT
