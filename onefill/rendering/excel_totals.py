"""Totals below a list that take more than the rows they name: between the copies of one row others come in."""

import re
from collections.abc import Iterable, Iterator

from openpyxl.utils import column_index_from_string

from onefill.problems import Level, Problem, TemplatePlace
from onefill.rendering.excel_read import SheetRead
from onefill.rendering.excel_refs import Reference
from onefill.rendering.excel_source import CellSource
from onefill.rendering.tags import TAG

_TOTALS = re.compile(r"(?<![\w.])(?:SUM|AVERAGE|COUNT|MAX|MIN|PRODUCT)\(", re.IGNORECASE)
#: What leaves out totals of its own kind.
_CAREFUL = re.compile(r"(?<![\w.])(?:SUBTOTAL|AGGREGATE)\(", re.IGNORECASE)
_TEXT = re.compile(r't="(?:s|str|inlineStr|e)"')


def totals_of_more(sheets: Iterable[SheetRead], template: str) -> Iterator[Problem]:
    """Reminders of totals that count other rows of the same loop as well, such as details beside their sub-totals.

    Args:
        sheets: Those of a template that compiles.
        template: What it is called.
    """
    for read in sheets:
        for cell in (cell for row in read.source.rows.values() for cell in row.cells):
            formula = cell.formula
            if formula is None or not _TOTALS.search(formula.text) or _CAREFUL.search(formula.text):
                continue
            place = TemplatePlace(template, read.title, cell.address, f"={formula.text}")
            areas = [part for part in formula.parts if isinstance(part, Reference)]
            found = ((area, _other(read, cell, area)) for area in areas)
            yield from [_told(place, area, other) for area, other in found if other is not None][:1]


def _told(place: TemplatePlace, area: Reference, other: CellSource) -> Problem:
    return Problem(
        place=place,
        code="TOTAL_OF_MORE",
        what=f"{area.text} 变长以后中间夹着 {other.address} 那样的行，里面的数也会算进去",
        remedy="小计、总计都用 SUBTOTAL(9,…)，总计写整段的区域：它不会把小计再算一遍",
        level=Level.WARNING,
    )


def _other(read: SheetRead, cell: CellSource, area: Reference) -> CellSource | None:
    """A cell with a number that comes between the copies of the rows that an area names, if any does."""
    if area.sheet not in ("", read.title) or len(area.frame) != 3 or not area.column:
        return None
    seen = read.loops_at(area.column)
    around = read.loops_at(cell.column).get(cell.row, ())
    own = next((seen[row] for row in range(area.first, area.last + 1) if row in seen), ())
    loop = next((each for each in own if each not in around), None)
    last = column_index_from_string(area.frame[1].strip(":$"))
    others = (row for row in seen if loop in seen[row] and not area.first <= row <= area.last)
    cells = (each for row in others if row in read.source.rows for each in read.source.rows[row].cells)
    return next((each for each in cells if area.column <= each.column <= last and _may_count(each)), None)


def _may_count(cell: CellSource) -> bool:
    """Whether a cell holds, or may be filled with, a number."""
    if cell.tagged is not None:
        return TAG.fullmatch(cell.tagged.whole.strip()) is not None
    return cell.formula is not None or (cell.filled and _TEXT.search(cell.xml) is None)
