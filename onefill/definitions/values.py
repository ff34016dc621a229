"""What expressions see of a value: which attributes it answers to, and how it reads as text."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from jinja2.runtime import LoopContext, Macro
from jinja2.utils import Namespace

from onefill.definitions.arithmetic import kind
from onefill.definitions.expression_errors import ExpressionFailed, UnknownName
from onefill.fields.chinese import date_text
from onefill.fields.times import Clock, TimeRange

_LOOP = frozenset(
    {"index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0"}
    | {"previtem", "nextitem", "cycle", "changed"}
)
_DATE = frozenset({"year", "month", "day"})
_TIME = frozenset({"hour", "minute"})
_RANGE = frozenset({"start", "end", "minutes", "hours"})

Reader = Callable[[Any, str], Any]


def _key(row: Mapping[str, Any], name: str) -> Any:
    try:
        return row[name]
    except KeyError:
        raise UnknownName(name, (key for key in row if isinstance(key, str))) from None


def _attributes(names: frozenset[str]) -> Reader:
    def read(value: Any, name: str) -> Any:
        if name not in names:
            raise UnknownName(name, names)
        return getattr(value, name)

    return read


def _loop(loop: LoopContext, name: str) -> Any:
    if name not in _LOOP:
        raise UnknownName(name, _LOOP)
    if (name == "previtem" and loop.first) or (name == "nextitem" and loop.last):
        return None
    return getattr(loop, name)


def _namespace(space: Namespace, name: str) -> Any:
    if name.startswith("_"):
        raise UnknownName(name)
    try:
        return getattr(space, name)
    except AttributeError:
        raise UnknownName(name) from None


def _pair(pair: Any, name: str) -> Any:
    if name not in ("grouper", "list"):
        raise UnknownName(name, ("grouper", "list"))
    return pair[0] if name == "grouper" else pair[1]


def _nothing(value: Any, name: str) -> Any:
    if isinstance(value, list | tuple):
        raise ExpressionFailed(f"这是列表，不能直接取“{name}”，要先循环，或用 map(attribute='{name}')")
    raise ExpressionFailed(f"{kind(value)}没有“{name}”这一项")


def reader_of(value: object) -> Reader:
    """How attributes of values of this class are read: keys of mappings, a short list for the rest."""
    if isinstance(value, Mapping):
        return _key
    if isinstance(value, LoopContext):
        return _loop
    if isinstance(value, Namespace):
        return _namespace
    if isinstance(value, date):
        return _attributes(_DATE)
    if isinstance(value, time | Clock):
        return _attributes(_TIME)
    if isinstance(value, Group):
        return _pair
    if isinstance(value, TimeRange):
        return _attributes(_RANGE)
    return _nothing


class Made(dict[Any, Any]):
    """A mapping written out in an expression."""


class Group(tuple[Any, Any]):
    """A group of ``groupby``: what the members have in common, and the members."""

    __slots__ = ()


def nests(item: object) -> bool:
    """Whether it is a list or mapping that an expression can have made; groups hold none of these."""
    return isinstance(item, list | tuple | Made) and not isinstance(item, Group)


def text_of(value: Any) -> str:
    """A value as it prints: days in Chinese, numbers without padding, members of a list joined by 、.

    Raises:
        ExpressionFailed: It cannot be printed as a whole.
    """
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case int():
            return str(value)
        case float() | Decimal():
            return number_text(value)
        case datetime():
            return f"{date_text(value)}{value:%H:%M}"
        case date():
            return date_text(value)
        case time():
            return f"{value:%H:%M}"
        case list() | tuple():
            return "、".join(_member(item) for item in value)
        case dict() | Macro() | LoopContext() | Namespace() | range():
            raise ExpressionFailed("这不是能印出来的值")
        case _:
            return str(value)


def number_text(value: float | Decimal) -> str:
    """12.50 -> 12.5, never with an exponent."""
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _member(item: object) -> str:
    if isinstance(item, list | tuple | dict):
        raise ExpressionFailed("列表套着列表，印不出来")
    return text_of(item)
