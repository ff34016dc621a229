"""A worksheet made anew from its template rows: everything that stands on rows follows them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import copy
from typing import Any

from openpyxl.drawing.spreadsheet_drawing import OneCellAnchor, TwoCellAnchor
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.pagebreak import RowBreak

from onefill.rendering.errors import TooManyRows
from onefill.rendering.excel_cells import AnyCell, keep, moved, put
from onefill.rendering.excel_refs import Moves
from onefill.rendering.excel_rows import MOST_ROWS, FilledRow, RowMap, Turns

#: openpyxl's stubs hide much of a worksheet that we need.
Sheet = Any


class InOrder(MultiCellRange):
    """Ranges always written in the same order."""

    def __iter__(self) -> Iterator[CellRange]:
        return iter(self.sorted())


def rebuild(sheet: Sheet, rows: RowMap, moves: Moves) -> None:
    """Put the output rows in place of the template's.

    Args:
        sheet: The worksheet, still as the template has it.
        rows: Where its rows go, with the values of filled cells.
        moves: How formulas find the rows they mean.
    """
    _cells(sheet, rows, moves)
    _heights(sheet, rows)
    _merges(sheet, rows)
    _rules(sheet, rows, moves)
    _print_setup(sheet, rows)
    _drawings(sheet, rows, moves)
    _areas(sheet, rows, moves)


def _sources(rows: RowMap, last: int) -> Iterator[tuple[int, FilledRow]]:
    """Every output row with what it is made from; rows below the head only move."""
    yield from enumerate(rows.rows, start=1)
    for source in range(rows.head + 1, last + 1):
        yield source + rows.moved, FilledRow(source)


def _cells(sheet: Sheet, rows: RowMap, moves: Moves) -> None:
    by_row: defaultdict[int, list[tuple[int, AnyCell]]] = defaultdict(list)
    for (row, column), cell in sorted(sheet._cells.items()):
        by_row[row].append((column, cell))
    last = max(by_row, default=0)
    if last + rows.moved > MOST_ROWS:
        raise TooManyRows(sheet=sheet.title, rows=last + rows.moved, most=MOST_ROWS)
    made: dict[tuple[int, int], AnyCell] = {}
    for place, filled in _sources(rows, last):
        for column, cell in by_row.get(filled.source, ()):
            new = moved(sheet, cell, place)
            if column in filled.values:
                put(new, filled.values[column])
            else:
                keep(new, cell, moves, filled.turns)
            made[place, column] = new
    sheet._cells = made


def _heights(sheet: Sheet, rows: RowMap) -> None:
    old: dict[int, RowDimension] = dict(sheet.row_dimensions)
    sheet.row_dimensions.clear()
    for row, dimension in old.items():
        for place in rows.all(row):
            new = copy(dimension)
            new.index = place
            sheet.row_dimensions[place] = new


def _merges(sheet: Sheet, rows: RowMap) -> None:
    made = [
        CellRange(min_col=each.min_col, max_col=each.max_col, min_row=first, max_row=last)
        for each in sheet.merged_cells.ranges
        for first, last in rows.groups(each.min_row, each.max_row)
        if each.min_col < each.max_col or first < last
    ]
    sheet.merged_cells = InOrder(made)


def _runs(ranges: Iterable[CellRange], rows: RowMap) -> list[CellRange]:
    return [
        CellRange(min_col=each.min_col, max_col=each.max_col, min_row=first, max_row=last)
        for each in ranges
        for first, last in rows.runs(each.min_row, each.max_row)
    ]


def _turns_at(ranges: list[CellRange], rows: RowMap) -> Turns:
    """The turns of the first output row: what relative references of a rule count from."""
    first = min(each.min_row for each in ranges)
    return rows.rows[first - 1].turns if first <= len(rows.rows) else ()


def _rules(sheet: Sheet, rows: RowMap, moves: Moves) -> None:
    kept = []
    for validation in sheet.data_validations.dataValidation:
        ranges = _runs(validation.sqref.sorted(), rows)
        if ranges:
            validation.sqref = MultiCellRange(ranges)
            for name in ("formula1", "formula2"):
                if formula := getattr(validation, name):
                    setattr(validation, name, moves.bare(formula, _turns_at(ranges, rows)))
            kept.append(validation)
    sheet.data_validations.dataValidation = kept
    formats = ConditionalFormattingList()
    for conditional in sheet.conditional_formatting:
        ranges = _runs(conditional.sqref.sorted(), rows)
        for rule in conditional.rules if ranges else ():
            new = copy(rule)
            new.formula = [moves.bare(formula, _turns_at(ranges, rows)) for formula in rule.formula]
            # openpyxl forgets these two when it copies a rule.
            new.priority, new.dxf = rule.priority, rule.dxf
            formats.add(" ".join(each.coord for each in ranges), new)
    sheet.conditional_formatting = formats


def _print_setup(sheet: Sheet, rows: RowMap) -> None:
    areas = [
        f"{get_column_letter(each.min_col)}{span[0]}:{get_column_letter(each.max_col)}{span[1]}"
        for each in sheet._print_area.sorted()
        if (span := rows.span(each.min_row, each.max_row))
    ]
    sheet.print_area = areas
    titles = sheet._print_rows
    if titles is not None:
        span = rows.span(titles.min_row, titles.max_row)
        sheet._print_rows = None
        sheet.print_title_rows = f"{span[0]}:{span[1]}" if span else None
    breaks = RowBreak()
    for each in sheet.row_breaks.brk:
        for place in rows.breaks(each.id):
            new = copy(each)
            new.id = place
            breaks.append(new)
    sheet.row_breaks = breaks


def _drawings(sheet: Sheet, rows: RowMap, moves: Moves) -> None:
    for drawing in [*sheet._images, *sheet._charts]:
        anchor = drawing.anchor
        if not isinstance(anchor, OneCellAnchor | TwoCellAnchor):
            continue
        top = anchor._from.row + 1
        places = rows.all(top) or [place + 1 for place in rows.above(top)][-1:] or [1]
        shift = places[0] - top
        anchor._from.row += shift
        if isinstance(anchor, TwoCellAnchor):
            anchor.to.row += shift
    for chart in sheet._charts:
        for reference in _chart_references(chart):
            reference.f = moves.reference(_as_area(reference.f))


def _as_area(reference: str) -> str:
    """A series that reads one cell of a repeated row reads all its copies."""
    return reference if ":" in reference else f"{reference}:{reference.rpartition('!')[2]}"


def _chart_references(chart: Any) -> Iterator[Any]:
    for series in chart.series:
        for name in ("cat", "val", "xVal", "yVal", "bubbleSize"):
            source = getattr(series, name, None)
            for kind in ("strRef", "numRef", "multiLvlStrRef"):
                reference = getattr(source, kind, None)
                if reference is not None and reference.f:
                    yield reference


def _areas(sheet: Sheet, rows: RowMap, moves: Moves) -> None:
    """Filters, tables, frozen panes and names of this sheet."""
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = _area(sheet.auto_filter.ref, rows)
    for table in sheet.tables.values():
        table.ref = _area(table.ref, rows) or table.ref
        if table.autoFilter is not None and table.autoFilter.ref:
            table.autoFilter.ref = _area(table.autoFilter.ref, rows) or table.ref
    pane = sheet.sheet_view.pane
    if pane is not None and pane.topLeftCell and pane.ySplit:
        corner = CellRange(pane.topLeftCell)
        frozen = rows.above(corner.min_row - 1)[-1:]
        if frozen and pane.ySplit == corner.min_row - 1:
            pane.topLeftCell = f"{get_column_letter(corner.min_col)}{frozen[0] + 1}"
            pane.ySplit = frozen[0]
    for name in sheet.defined_names.values():
        name.attr_text = moves.bare(name.attr_text)


def _area(text: str, rows: RowMap) -> str | None:
    area = CellRange(text)
    span = rows.span(area.min_row, area.max_row)
    if span is None:
        return None
    return f"{get_column_letter(area.min_col)}{span[0]}:{get_column_letter(area.max_col)}{span[1]}"
