"""What a register keeps of a line: values to plain JSON, and what such a line says to people and expressions."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from onefill.definitions.expressions import Empty
from onefill.definitions.registers import Register
from onefill.definitions.values import text_of
from onefill.facts.questions import column_type, key_of, line_id
from onefill.facts.views import RecordView
from onefill.fields import Audience, FieldType

#: What joins several values in one column.
_AND = "、"


class RegisterPlan:
    """A register with the types of its columns.

    Args:
        register: The definition.
        today: For types that complete a date.
    """

    def __init__(self, register: Register, today: Callable[[], date]) -> None:
        self.register = register
        self.columns = {one.key: one for one in register.columns}
        self._types = {one.key: column_type(one, today) for one in register.columns}
        #: Columns whose text says what it is kept as: lists of tens of thousands of lines are mostly such.
        self._plain = {key for key, kind in self._types.items() if type(kind).load is FieldType.load}
        self._plain |= {one.key for one in register.columns if one.private}
        #: What other texts are shown as: days repeat from line to line.
        self._known: dict[tuple[str, str], str] = {}

    def kept(self, column: str, value: object) -> Any:
        """A value as the register keeps it, ``None`` if it is empty: a link with what it was called, no private value.

        A value that the column's type cannot hold is kept as its text.
        """
        if value is None or isinstance(value, Empty) or value == "":
            return None
        if isinstance(value, RecordView):
            return {"id": value.sheet.record, "label": str(value)}
        if isinstance(value, list | tuple):
            return _AND.join(text_of(one) for one in value)
        kind, definition = self._types[column], self.columns[column]
        if definition.private:
            return kind.mask(value, Audience.OFFICE)
        try:
            dumped = kind.dump(value)
            kind.load(dumped)
        except (TypeError, ValueError, AttributeError, ArithmeticError, LookupError):
            return text_of(value)
        return dumped

    def line(self, values: Mapping[str, object]) -> str:
        """The id of the line that these values name."""
        return line_id(key_of(values[column]) for column in self.register.line)

    def value(self, column: str, facts: Mapping[str, Any]) -> object:
        """What a line says in a column, as expressions read it; a link is called what it was called then."""
        kept = facts.get(column)
        if kept is None or column not in self.columns:
            return Empty(label=self.columns[column].label if column in self.columns else column, name=column)
        if isinstance(kept, dict):
            return kept.get("label", "")
        if self.columns[column].private:
            return kept
        try:
            return self._types[column].load(kept)
        except (TypeError, ValueError, AttributeError, ArithmeticError, LookupError):
            return kept

    def names(self, facts: Mapping[str, Any]) -> dict[str, object]:
        """A line's columns as names of an expression."""
        return {column: self.value(column, facts) for column in self.columns}

    def shown(self, column: str, facts: Mapping[str, Any]) -> str:
        """What a line says in a column, as people read it."""
        kept = facts.get(column)
        if kept is None:
            return ""
        if not isinstance(kept, str):
            return self._read(column, facts)
        if column in self._plain:
            return kept
        if (column, kept) not in self._known:
            self._known[column, kept] = self._read(column, facts)
        return self._known[column, kept]

    def _read(self, column: str, facts: Mapping[str, Any]) -> str:
        value = self.value(column, facts)
        if isinstance(value, Empty):
            return ""
        if isinstance(value, str):
            return value
        return self._types[column].display(value)


def matches(facts: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    """Whether a line says these keys in these columns."""
    return all(_key(facts.get(column)) == key for column, key in wanted.items())


def _key(kept: Any) -> str:
    return str(kept.get("id", "")) if isinstance(kept, dict) else "" if kept is None else str(kept)
