"""What a value is. ``field_type("resident_id").parse("…")`` is how everybody reaches a type."""

from onefill.fields import (  # noqa: F401  (importing registers)
    choices,
    contact,
    identity,
    names,
    numbers,
    organisations,
    references,
    text,
    times,
    travel,
)
from onefill.fields.base import Audience, Fault, FieldType, Parsed, StoredValueUnreadable, Widget
from onefill.fields.limits import BadLimit, UnknownLimit
from onefill.fields.registry import (
    UnknownFieldType,
    field_class,
    field_type,
    field_type_class,
    field_type_names,
)
from onefill.fields.times import Clock, TimeRange

__all__ = [
    "Audience",
    "BadLimit",
    "Clock",
    "Fault",
    "FieldType",
    "Parsed",
    "StoredValueUnreadable",
    "TimeRange",
    "UnknownFieldType",
    "UnknownLimit",
    "Widget",
    "field_class",
    "field_type",
    "field_type_class",
    "field_type_names",
]
