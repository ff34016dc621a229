"""Field types by name."""

import difflib
from collections.abc import Callable
from typing import TypeVar

from onefill.errors import OneFillError
from onefill.fields.base import FieldType
from onefill.fields.limits import read_limits

F = TypeVar("F", bound=FieldType)

_TYPES: dict[str, type[FieldType]] = {}


class UnknownFieldType(OneFillError):
    """No field type has this name."""

    message = "没有“{name}”这种字段类型{meant}。"


def field_type_class(name: str) -> Callable[[type[F]], type[F]]:
    """Register a class as the field type of this name."""

    def register(cls: type[F]) -> type[F]:
        cls.name = name
        _TYPES[name] = cls
        return cls

    return register


def field_type(name: str, **limits: object) -> FieldType:
    """The field type of this name with these limits.

    Args:
        name: As authors write it, e.g. ``resident_id``.
        **limits: ``options``, ``pattern``, ``min``, ``max``, ``max_length``, ``decimals``, ``many``,
            ``today`` …; one that is None counts as not given.

    Raises:
        UnknownFieldType: No such type; ``facts["nearest"]`` names the closest.
        UnknownLimit: The type does not take a limit.
        BadLimit: A limit cannot be meant.
    """
    cls = field_class(name)
    return cls(read_limits(name, cls.accepts, limits))


def field_class(name: str) -> type[FieldType]:
    """The class behind a name, e.g. to ask which limits it ``accepts``.

    Raises:
        UnknownFieldType: No such type.
    """
    try:
        return _TYPES[name]
    except KeyError:
        near = "".join(difflib.get_close_matches(str(name), _TYPES, n=1))
        raise UnknownFieldType(name=name, nearest=near, meant=f"，最接近的是：{near}" if near else "") from None


def field_type_names() -> tuple[str, ...]:
    """All names, sorted."""
    return tuple(sorted(_TYPES))
