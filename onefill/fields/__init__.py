"""What a value is. ``field_type("resident_id").parse("…")`` is how everybody reaches a type."""

from onefill.fields import text as _text  # noqa: F401  (importing registers)
from onefill.fields.base import Audience, Fault, FieldType, Parsed, StoredValueUnreadable, Widget
from onefill.fields.limits import BadLimit, UnknownLimit
from onefill.fields.registry import (
    UnknownFieldType,
    field_class,
    field_type,
    field_type_class,
    field_type_names,
)

__all__ = [
    "Audience",
    "BadLimit",
    "Fault",
    "FieldType",
    "Parsed",
    "StoredValueUnreadable",
    "UnknownFieldType",
    "UnknownLimit",
    "Widget",
    "field_class",
    "field_type",
    "field_type_class",
    "field_type_names",
]
