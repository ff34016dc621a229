"""Rows from anybody's workbook: read, match columns, report per cell, give the workbook back marked."""

from onefill.tables.blank import blank
from onefill.tables.errors import TableRefused
from onefill.tables.lines import Skipped
from onefill.tables.mapping import Column, Mapping
from onefill.tables.marking import mark
from onefill.tables.matching import match
from onefill.tables.model import Cell, Line, Workbook, Worksheet
from onefill.tables.plain import plain, plain_csv
from onefill.tables.reading import read
from onefill.tables.rows import ReadCell, ReadRow, ReadRows, ReadWord, rows

__all__ = [
    "Cell",
    "Column",
    "Line",
    "Mapping",
    "ReadCell",
    "ReadRow",
    "ReadRows",
    "ReadWord",
    "Skipped",
    "TableRefused",
    "Workbook",
    "Worksheet",
    "blank",
    "mark",
    "match",
    "plain",
    "plain_csv",
    "read",
    "rows",
]
