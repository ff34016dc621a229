"""Rows from anybody's workbook: read, match columns, report per cell, give the workbook back marked."""

from onefill.tables.errors import TableRefused
from onefill.tables.model import Cell, Line, Workbook, Worksheet
from onefill.tables.reading import read

__all__ = ["Cell", "Line", "TableRefused", "Workbook", "Worksheet", "read"]
