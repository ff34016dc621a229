"""What may follow ``is``: whether a fact is filled, equal, greater."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from jinja2 import pass_context, pass_environment

from onefill.definitions import arithmetic
from onefill.definitions.comparing import contains, equal, ordered
from onefill.definitions.empty import Empty
from onefill.definitions.filters import number_of
from onefill.definitions.limits import Budget

F = TypeVar("F", bound=Callable[..., Any])

TESTS: dict[str, Callable[..., Any]] = {}


def value_test(*names: str) -> Callable[[F], F]:
    """Register a test: asked of an empty fact it ends an expression, and is false on paper."""

    def register(function: F) -> F:
        @pass_environment
        @wraps(function)
        def lifted(environment: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(value, Empty) or any(isinstance(given, Empty) for given in args):
                return bool(environment.read(value, *args))
            return function(value, *args, **kwargs)

        for name in names or (function.__name__.rstrip("_"),):
            TESTS[name] = lifted
        return function

    return register


def filled(value: Any) -> bool:
    """Whether anything is there."""
    return not (isinstance(value, Empty) or value is None or (isinstance(value, str | list) and not value))


def defined(value: Any) -> bool:
    """Whether the fact has a value."""
    return not isinstance(value, Empty)


TESTS |= {
    "filled": filled,
    "empty": lambda value: not filled(value),
    "defined": defined,
    "undefined": lambda value: not defined(value),
    "none": lambda value: value is None or isinstance(value, Empty),
}
#: Tests that answer about empty facts themselves.
ASKS_EMPTY = frozenset({"filled", "empty", "defined", "undefined", "none"})

for _names, _order in {
    ("gt", "greaterthan", ">"): "gt",
    ("ge", ">="): "gteq",
    ("lt", "lessthan", "<"): "lt",
    ("le", "<="): "lteq",
}.items():
    value_test(*_names)(lambda value, other, _order=_order: ordered(value, _order, other))
value_test("eq", "equalto", "==")(equal)
value_test("ne", "!=")(lambda value, other: not equal(value, other))
value_test("true")(lambda value: value is True)
value_test("false")(lambda value: value is False)
value_test("string")(lambda value: isinstance(value, str))
value_test("number")(lambda value: arithmetic.number(value) is not None)
value_test("odd")(lambda value: number_of(value) % 2 == 1)
value_test("even")(lambda value: number_of(value) % 2 == 0)
value_test("divisibleby")(lambda value, by: number_of(value) % number_of(by) == 0)


@pass_context
def in_(context: Any, value: Any, items: Any) -> bool:
    """Whether a list or text has it."""
    if isinstance(value, Empty) or isinstance(items, Empty):
        return bool(context.environment.read(value, items))
    budget: Budget = context.budget
    return contains(budget, value, items)


TESTS["in"] = in_
