"""The field type behind a field's definition."""

from collections.abc import Callable
from datetime import date

from onefill.definitions.model import FieldDefinition
from onefill.fields import FieldType, field_type

#: What an author sets on a field and its type looks at.
LIMITS = (
    "options",
    "option_synonyms",
    "pattern",
    "min",
    "max",
    "max_length",
    "decimals",
    "hint",
    "written",
    "example",
    "unit",
)


def type_of(definition: FieldDefinition, today: Callable[[], date] | None = None) -> FieldType:
    """The type with the field's limits; options that are an expression limit nothing here.

    Args:
        definition: The field.
        today: For types that may not accept a date to come, or complete one.
    """
    given = {limit: getattr(definition, limit) for limit in LIMITS}
    if isinstance(given["options"], str):
        given["options"] = None
    return field_type(definition.type, today=today, many=definition.many or None, **given)
