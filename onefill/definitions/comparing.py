"""Comparison of values, in words when two cannot be compared."""

import operator
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from onefill.definitions.arithmetic import kind
from onefill.definitions.empty import Empty
from onefill.definitions.expression_errors import ExpressionFailed
from onefill.definitions.limits import Budget

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gteq": operator.ge,
    "lt": operator.lt,
    "lteq": operator.le,
}


def compare(budget: Budget, left: Any, name: str, right: Any) -> bool:
    """Whether ``left name right`` holds; neither is empty."""
    match name:
        case "eq":
            return equal(left, right)
        case "ne":
            return not equal(left, right)
        case "in":
            return contains(budget, left, right)
        case "notin":
            return not contains(budget, left, right)
        case _:
            return ordered(left, name, right)


def equal(left: Any, right: Any) -> bool:
    """Whether two values are the same."""
    return bool(left == right)


def ordered(left: Any, name: str, right: Any) -> bool:
    """Whether two values stand in that order."""
    if isinstance(left, datetime) != isinstance(right, datetime) and isinstance(left, date):
        left, right = _day(left), _day(right)
    try:
        return bool(_ORDER[name](left, right))
    except TypeError:
        raise ExpressionFailed(f"{kind(left)}和{kind(right)}不能比大小") from None


def contains(budget: Budget, item: Any, items: Any) -> bool:
    """Whether a text has that part, or a list that member."""
    if isinstance(items, str):
        if not isinstance(item, str):
            raise ExpressionFailed(f"文字里不能找{kind(item)}")
        budget.turn(1 + len(items) // 1000)
        return item in items
    if not isinstance(items, list | tuple | range):
        raise ExpressionFailed("in 的后面要是列表或文字")
    budget.turn(1 + len(items) // 3)
    return any(not isinstance(member, Empty) and equal(item, member) for member in items)


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value
