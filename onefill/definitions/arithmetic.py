"""What operators do: exact with numbers, sensible with days, bounded with text and lists."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from onefill.definitions.expression_errors import ExpressionFailed, ExpressionTooLarge
from onefill.definitions.limits import LIST, NUMBER_BITS, Budget

Number = int | Decimal

#: Precise far beyond money, and its own, so that nobody else's settings change our results.
_EXACT = Context(
    prec=40, rounding=ROUND_HALF_UP, Emin=-999, Emax=999, traps=[InvalidOperation, DivisionByZero, Overflow]
)
_POWER = 256


def number(value: object) -> Number | None:
    """The value as an exact number, if it is one."""
    if isinstance(value, float):
        return _EXACT.create_decimal(repr(value))
    return value if isinstance(value, int | Decimal) else None


def neat(value: Decimal) -> Number:
    """A whole number as int."""
    return int(value) if value == value.to_integral_value() and value.adjusted() < 40 else value


def checked(value: Number) -> Number:
    """A number of a size that is meant."""
    if isinstance(value, int) and value.bit_length() > NUMBER_BITS:
        raise ExpressionTooLarge("数太大")
    return value


def _decimal(value: Number) -> Decimal:
    return _EXACT.create_decimal(value)


def _add(budget: Budget, left: Any, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        budget.build_text(len(left) + len(right))
        return left + right
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        budget.build_list(len(left) + len(right))
        return [*left, *right]
    if isinstance(left, date) and isinstance(right, int):
        return left + timedelta(days=right)
    return _numbers(left, right, lambda a, b: a + b, _EXACT.add, "加")


def _sub(budget: Budget, left: Any, right: Any) -> Any:
    if isinstance(left, date) and isinstance(right, date):
        return (_day(left) - _day(right)).days
    if isinstance(left, date) and isinstance(right, int):
        return left - timedelta(days=right)
    return _numbers(left, right, lambda a, b: a - b, _EXACT.subtract, "减")


def _mul(budget: Budget, left: Any, right: Any) -> Any:
    if isinstance(right, str | list | tuple):
        left, right = right, left
    if isinstance(left, str | list | tuple) and isinstance(right, int):
        size = len(left) * max(right, 0)
        if isinstance(left, str):
            budget.build_text(size)
        else:
            budget.build_list(size)
        return left * right
    if isinstance(left, int) and isinstance(right, int):
        if left.bit_length() + right.bit_length() > NUMBER_BITS:
            raise ExpressionTooLarge("数太大")
        return left * right
    return _numbers(left, right, lambda a, b: a * b, _EXACT.multiply, "乘")


def _div(budget: Budget, left: Any, right: Any) -> Any:
    a, b = _both(left, right, "除")
    return neat(_EXACT.divide(_decimal(a), _decimal(_not_zero(b))))


def _floor(a: Number, b: Number) -> Number:
    if isinstance(a, int) and isinstance(b, int):
        return a // b
    return int(_EXACT.divide(_decimal(a), _decimal(b)).to_integral_value(ROUND_FLOOR))


def _floordiv(budget: Budget, left: Any, right: Any) -> Any:
    a, b = _both(left, right, "除")
    return _floor(a, _not_zero(b))


def _mod(budget: Budget, left: Any, right: Any) -> Any:
    a, b = _both(left, right, "求余")
    if isinstance(a, int) and isinstance(b, int):
        return a % _not_zero(b)
    whole = _decimal(_floor(a, _not_zero(b)))
    return _EXACT.subtract(_decimal(a), _EXACT.multiply(_decimal(b), whole))


def _pow(budget: Budget, left: Any, right: Any) -> Any:
    a, b = _both(left, right, "乘方")
    if b > _POWER or b < -_POWER:
        raise ExpressionTooLarge("数太大")
    if isinstance(a, int) and isinstance(b, int) and b >= 0:
        if a.bit_length() * b > NUMBER_BITS:
            raise ExpressionTooLarge("数太大")
        return int(a**b)
    return neat(_EXACT.power(_decimal(a), _decimal(b)))


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _not_zero(value: Number) -> Number:
    if value == 0:
        raise ExpressionFailed("除数是 0")
    return value


def _both(left: object, right: object, verb: str) -> tuple[Number, Number]:
    a, b = number(left), number(right)
    if a is None or b is None:
        raise ExpressionFailed(f"{kind(left)}和{kind(right)}不能相{verb}")
    return checked(a), checked(b)


def _numbers(
    left: object,
    right: object,
    whole: Callable[[int, int], int],
    exact: Callable[[Decimal, Decimal], Decimal],
    verb: str,
) -> Number:
    a, b = _both(left, right, verb)
    if isinstance(a, int) and isinstance(b, int):
        return checked(whole(a, b))
    return exact(_decimal(a), _decimal(b))


def negative(value: object) -> Number:
    """The number with the other sign."""
    return _numbers(0, value, lambda a, b: a - b, _EXACT.subtract, "减")


def kind(value: object) -> str:
    """What a value is called in a message."""
    match value:
        case str():
            return "文字"
        case int() | float() | Decimal():
            return "数"
        case date():
            return "日期"
        case list() | tuple():
            return "列表"
        case _:
            return "这种值"


#: Operator -> (budget, left, right) -> result.
OPERATORS: dict[str, Callable[[Budget, Any, Any], Any]] = {
    "+": _add,
    "-": _sub,
    "*": _mul,
    "/": _div,
    "//": _floordiv,
    "%": _mod,
    "**": _pow,
}


def bounded_range(*bounds: Any) -> range:
    """``range`` of a length that is meant."""
    turns = range(*map(index, bounds))
    if len(turns) > LIST:
        raise ExpressionTooLarge("列表太长")
    return turns


def index(value: Any) -> int:
    """A whole number, to count with."""
    if isinstance(value, int) or (isinstance(value, Decimal) and value == value.to_integral_value()):
        return int(value)
    raise ExpressionFailed("这里要用整数")
