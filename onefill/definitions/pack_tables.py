"""The lists that a pack carries, read by the types of their columns."""

from dataclasses import dataclass
from typing import Any

from onefill.definitions.model import FieldDefinition, Table
from onefill.fields import Fault, FieldType, field_type

#: Limits that a column may set.
_LIMITS = ("options", "option_synonyms", "pattern", "min", "max", "max_length", "decimals")


@dataclass(frozen=True)
class CellFault:
    """What is wrong with one cell of a pack's list."""

    row: int
    column: str
    fault: Fault


def typed_rows(table: Table) -> tuple[tuple[dict[str, Any], ...], tuple[CellFault, ...]]:
    """The rows as values of their columns' types (None where empty), and what does not parse.

    Raises:
        OneFillError: A column's type or limit is unknown; lint tells it with its line.
    """
    types = {column.key: column_type(column) for column in table.columns}
    rows: list[dict[str, Any]] = []
    faults: list[CellFault] = []
    for number, row in enumerate(table.rows):
        values: dict[str, Any] = {}
        for key, kind in types.items():
            parsed = kind.parse(row.get(key))
            found = parsed.problems or (kind.check(parsed.value) if parsed.value is not None else ())
            faults += [CellFault(number, key, fault) for fault in found]
            values[key] = parsed.value
        rows.append(values)
    return tuple(rows), tuple(faults)


def column_type(column: FieldDefinition) -> FieldType:
    """The field type of a column with its limits."""
    limits = {name: value for name in _LIMITS if (value := getattr(column, name)) is not None}
    return field_type(column.type, **limits)
