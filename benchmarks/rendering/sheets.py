"""The worksheet that is measured: one look, written in the tags of each engine."""

import io
from collections.abc import Mapping
from copy import copy
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, Side

from benchmarks.rendering.papers import COLUMNS, JINJA, TITLES, Language

#: The row that repeats, where no row of tags stands before it.
MODEL = 3
BELOW = "制表人："

ROW_TAGS = JINJA
#: xltpl reads what repeats from notes.
NOTES = Language("{{{{ {} }}}}", "{{{{ t.{} }}}}", opens="beforerow{% for t in rows %}", closes="beforerow{% endfor %}")
#: For a program that writes every cell itself.
BLANK = Language("", "")


def roster(language: Language) -> bytes:
    """A sheet with a title, seven columns whose row repeats, and a line below; its first rows head every page."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "名册"
    sheet.append([language.value.format("title")])
    sheet.append(TITLES)
    if language.before:
        sheet.append([language.before])
    sheet.append([language.cell.format(key) for key in COLUMNS])
    model = sheet.max_row if language.cell else MODEL
    if language.after:
        sheet.append([language.after])
    below = max(sheet.max_row, model) + 1
    sheet.cell(below, 1, BELOW)
    if language.opens:
        sheet.cell(model, 1).comment = Comment(language.opens, "author")
        sheet.cell(below, 1).comment = Comment(language.closes, "author")
    side = Side(style="thin")
    for row in (2, model):
        for cell in sheet[row][: len(COLUMNS)]:
            cell.border, cell.font = Border(side, side, side, side), Font(name="宋体", size=9)
    sheet.row_dimensions[model].height = 20
    sheet.print_title_rows = "1:2"
    sheet.oddFooter.center.text = "&P / &N"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def written(template: bytes, facts: Mapping[str, Any]) -> bytes:
    """The roster as a program makes it with openpyxl: rows put in, each cell written with the style of the model."""
    book = load_workbook(io.BytesIO(template))
    sheet: Any = book.active
    sheet["A1"] = facts["title"]
    rows = facts["rows"]
    styles = [copy(cell._style) for cell in sheet[MODEL][: len(COLUMNS)]]
    height = sheet.row_dimensions[MODEL].height
    # insert_rows leaves merged cells where they are, and what is written there is lost.
    merged = [area for area in list(sheet.merged_cells.ranges) if area.min_row > MODEL]
    for area in merged:
        sheet.unmerge_cells(str(area))
    sheet.insert_rows(MODEL + 1, len(rows) - 1)
    for area in merged:
        area.shift(row_shift=len(rows) - 1)
        sheet.merge_cells(str(area))
    for number, row in enumerate(rows, start=MODEL):
        sheet.row_dimensions[number].height = height
        for column, (key, style) in enumerate(zip(COLUMNS, styles, strict=True), start=1):
            cell = sheet.cell(number, column, row[key])
            cell._style = style
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells_of(data: bytes) -> list[list[str]]:
    """The texts of the only sheet."""
    [sheet] = load_workbook(io.BytesIO(data)).worksheets
    return [["" if value is None else str(value) for value in row] for row in sheet.iter_rows(values_only=True)]


def roster_cells(facts: Mapping[str, Any]) -> list[list[str]]:
    """The texts that the sheet must hold."""
    blank = [""] * (len(COLUMNS) - 1)
    rows = [[str(row[key]) for key in COLUMNS] for row in facts["rows"]]
    return [[facts["title"], *blank], list(TITLES), *rows, [BELOW, *blank]]
