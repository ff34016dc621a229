"""Lists that a pack carries, as facts: rows of typed values."""

from collections.abc import Iterable

from onefill.definitions.model import FieldDefinition, Table
from onefill.fields import field_type

LIMITS = ("options", "pattern", "min", "max", "max_length", "decimals")


def pack_tables(tables: Iterable[Table]) -> dict[str, object]:
    """Each list by its key; a cell that could not be read is empty (lint has told its author)."""
    return {table.key: [_row(table, row) for row in table.rows] for table in tables}


def _row(table: Table, row: dict[str, object]) -> dict[str, object]:
    return {column.key: _value(column, row.get(column.key)) for column in table.columns}


def _value(column: FieldDefinition, raw: object) -> object:
    given = {limit: getattr(column, limit) for limit in LIMITS if getattr(column, limit) is not None}
    return field_type(column.type, **given).parse(raw).value
