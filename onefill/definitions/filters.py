"""Filters over single values; given an empty fact they answer as the environment does."""

import re
from calendar import isleap
from collections.abc import Callable, Mapping
from datetime import date as Date
from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache, wraps
from inspect import Signature, signature
from typing import Any, TypeVar

from jinja2 import pass_context

from onefill.definitions import arithmetic
from onefill.definitions.empty import Empty
from onefill.definitions.expression_errors import ExpressionFailed
from onefill.definitions.limits import TEXT
from onefill.definitions.values import number_text, text_of
from onefill.fields import Audience, FieldType, chinese, field_type, people
from onefill.fields.times import TimeRange
from onefill.fields.working_days import LONGEST, WorkingDays

Filter = Callable[..., Any]
F = TypeVar("F", bound=Filter)

FILTERS: dict[str, Filter] = {}
#: What a filter wants to stand before it, where it refuses all else (fields' ``holds``, and ``grid``).
WANTS: dict[str, tuple[str, ...]] = {}
#: How a filter is called, its value first.
SIGNATURES: dict[str, Signature] = {}
_TICKED, _BLANK = "☑", "□"
_WIDEST = 1000
#: So many working days are counted at most.
MOST_WORKDAYS = 1000


def value_filter(*names: str, wants: tuple[str, ...] = ()) -> Callable[[F], F]:
    """Register a filter over one value: an empty fact as value or argument is answered with itself.

    Args:
        names: How templates call it; else the function's own name.
        wants: The kinds of value it takes, where it certainly refuses all others.
    """

    def register(function: F) -> F:
        @pass_context
        @wraps(function)
        def lifted(context: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
            for given in (value, *args, *kwargs.values()):
                if isinstance(given, Empty):
                    return context.environment.read(value, *args, *kwargs.values())
            result = function(value, *args, **kwargs)
            if result is None:
                return context.environment.seen(None)
            if isinstance(result, str):
                context.budget.build_text(len(result))
            return result

        for name in names or (function.__name__.rstrip("_"),):
            FILTERS[name], SIGNATURES[name] = lifted, signature(function)
            if wants:
                WANTS[name] = wants
        return function

    return register


# -- days ------------------------------------------------------------------------------------------------------


def _day(value: object) -> Date:
    if not isinstance(value, Date):
        raise ExpressionFailed(f"{arithmetic.kind(value)}不是日期")
    return value


@value_filter(wants=("date",))
def date(value: Any) -> str:
    """2026年11月4日."""
    return chinese.date_text(_day(value))


@value_filter(wants=("date",))
def cn_date(value: Any) -> str:
    """二〇二六年十一月四日."""
    return chinese.cn_date(_day(value))


@value_filter(wants=("date",))
def weekday(value: Any) -> str:
    """星期一 … 星期日."""
    return chinese.weekday(_day(value))


@value_filter(wants=("date",))
def days(value: Any, n: Any) -> Date:
    """The day n days later, or earlier if n is negative."""
    try:
        return _day(value) + timedelta(days=int(n))
    except OverflowError:
        raise ExpressionFailed("日期太远") from None


@value_filter(wants=("text",))
def iso_date(value: Any) -> Date | None:
    """The day that a text begins with, written 2026-11-04; empty if it begins with none."""
    try:
        return Date.fromisoformat(_text(value)[:10])
    except ValueError:
        return None


@value_filter(wants=("date",))
def years(value: Any, n: Any) -> Date:
    """The same day n years later; the last of February where that year has no 29th."""
    day, year = _day(value), _day(value).year + int(number_of(n))
    if not 1 <= year <= Date.max.year:
        raise ExpressionFailed("日期太远")
    return day.replace(year=year, day=28 if (day.month, day.day) == (2, 29) and not isleap(year) else day.day)


@pass_context
def workdays(context: Any, value: Any, n: Any, off: Any = (), on: Any = ()) -> Any:
    """The day n working days later, or earlier if n is negative: no weekends, none of ``off``, but those of ``on``."""
    for given in (value, n, off, on):
        if isinstance(given, Empty):
            return context.environment.read(value, n, off, on)
    calendar = WorkingDays(_calendar(context, off), _calendar(context, on))
    count = int(number_of(n))
    if abs(count) > MOST_WORKDAYS:
        raise ExpressionFailed(f"工作日数要在 {MOST_WORKDAYS} 以内")
    context.budget.build_list(3 * abs(count) + LONGEST)
    try:
        return calendar.after(_day(value), count) if count >= 0 else calendar.before(_day(value), -count)
    except OverflowError:
        raise ExpressionFailed("日期太远") from None


def _calendar(context: Any, rows: Any) -> frozenset[Date]:
    """Days of a list, or those that stand under ``day`` in its rows."""
    if not isinstance(rows, list | tuple):
        raise ExpressionFailed(f"{arithmetic.kind(rows)}不是清单")
    context.budget.build_list(len(rows))
    days = (row if isinstance(row, Date) else context.environment.getattr(row, "day") for row in rows)
    return frozenset(day for day in days if isinstance(day, Date))


FILTERS["workdays"] = workdays
WANTS["workdays"] = ("date",)


@value_filter(wants=("time_range",))
def hours(value: Any) -> Any:
    """Hours of a time of day from–to."""
    return _range(value).hours


@value_filter(wants=("time_range",))
def minutes(value: Any) -> int:
    """Minutes of a time of day from–to."""
    return _range(value).minutes


@value_filter(wants=("time_range",))
def overlaps(value: Any, other: Any) -> bool:
    """Whether two times of day from–to have a moment in common."""
    return _range(value).overlaps(_range(other))


def _range(value: object) -> TimeRange:
    if not isinstance(value, TimeRange):
        raise ExpressionFailed(f"{arithmetic.kind(value)}不是起止时间")
    return value


# -- people ----------------------------------------------------------------------------------------------------


@value_filter(wants=("text",))
def sex(value: Any) -> str | None:
    """男 or 女, out of an ID number."""
    return people.sex(_text(value))


@value_filter(wants=("text",))
def birth(value: Any) -> Date | None:
    """Day of birth, out of an ID number."""
    return people.birth(_text(value))


@value_filter(wants=("text", "date"))
def age(value: Any, on: Any) -> int | None:
    """Full years on a day, from an ID number or a day of birth."""
    return people.age(value if isinstance(value, Date) else _text(value), _day(on))


@value_filter()
def tail(value: Any, n: int = 4) -> str:
    """The last n characters."""
    return people.tail(text_of(value), n)


@cache
def _type(name: str) -> FieldType:
    return field_type(name)


@value_filter()
def mask(value: Any, audience: str = "office") -> str:
    """An ID number, telephone number or name as this audience may see it: own, office or public."""
    try:
        seen_by = Audience(audience)
    except ValueError:
        raise ExpressionFailed(f"没有“{audience}”这种读者，只有 own、office、public") from None
    text = text_of(value)
    if re.fullmatch(r"1\d{10}", text):
        kind = "mobile"
    elif re.fullmatch(r"\d{17}[\dX]", text):
        kind = "resident_id"
    elif re.search(r"\d", text):
        kind = "identity"
    else:
        kind = "person_name"
    return _type(kind).mask(text, seen_by)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ExpressionFailed(f"{arithmetic.kind(value)}不是文字")
    return value


# -- numbers ---------------------------------------------------------------------------------------------------


@value_filter()
def cn_digits(value: Any) -> str:
    """二〇二六."""
    return chinese.cn_digits(text_of(value))


@value_filter(wants=("number",))
def amount(value: Any) -> str:
    """壹仟元整."""
    return chinese.amount_words(number_of(value))


@value_filter(wants=("number",))
def number(value: Any, decimals: int | None = None, thousands: bool = False) -> str:
    """A number with that many decimals, rounded half up; 1,234.50 with ``thousands``."""
    given = Decimal(number_of(value))
    if decimals is not None:
        given = _rounded(given, decimals, ROUND_HALF_UP)
        return f"{given:,f}" if thousands else f"{given:f}"
    text = number_text(given)
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest}" if thousands else text


@value_filter("round", wants=("number",))
def round_(value: Any, precision: int = 0, method: str = "common") -> Any:
    """Rounded half up (common), up (ceil) or down (floor), exactly; a whole number without decimals."""
    modes = {"common": ROUND_HALF_UP, "ceil": ROUND_CEILING, "floor": ROUND_FLOOR}
    if method not in modes:
        raise ExpressionFailed(f"没有“{method}”这种取舍")
    rounded = _rounded(Decimal(number_of(value)), precision, modes[method])
    return int(rounded) if precision <= 0 else rounded


def _rounded(value: Decimal, decimals: int, mode: str) -> Decimal:
    if not -30 <= decimals <= 30:
        raise ExpressionFailed("小数位数要在 30 以内")
    try:
        return value.quantize(Decimal(1).scaleb(-decimals), mode)
    except InvalidOperation:
        raise ExpressionFailed("数太大") from None


@value_filter("abs", wants=("number",))
def abs_(value: Any) -> Any:
    """Without its sign."""
    return abs(number_of(value))


@value_filter("int")
def int_(value: Any, default: Any = None) -> Any:
    """A whole number out of a number or figures, decimals cut off; ``default`` if it is none."""
    found = _parsed(value)
    return default if found is None and default is not None else int(_found(found, value))


@value_filter("float", "decimal")
def decimal_(value: Any, default: Any = None) -> Any:
    """A number out of figures, exact; ``default`` if it is none."""
    found = _parsed(value)
    return default if found is None and default is not None else _found(found, value)


def _parsed(value: object) -> int | Decimal | None:
    if isinstance(value, str) and len(value) <= 60 and re.fullmatch(r"\s*[-+]?\d+(\.\d+)?\s*", value, re.ASCII):
        return Decimal(value.strip())
    return arithmetic.number(value)


def _found(found: int | Decimal | None, value: object) -> int | Decimal:
    if found is None:
        raise ExpressionFailed(f"“{text_of(value)[:20]}”不是数")
    return found


def number_of(value: object) -> int | Decimal:
    """The value, which must be a number."""
    found = arithmetic.number(value)
    if found is None:
        raise ExpressionFailed(f"{arithmetic.kind(value)}不是数")
    return found


# -- text ------------------------------------------------------------------------------------------------------


@value_filter("string")
def string(value: Any) -> str:
    """The value as it prints."""
    return text_of(value)


@value_filter("e", "escape")
def escaped(value: Any) -> Any:
    """The value: templates made for docxtpl ask for what is done here to every value."""
    return value


def _plain(name: str, change: Callable[[str], str]) -> None:
    value_filter(name)(lambda value: change(text_of(value)))


for _name, _change in {
    "upper": str.upper,
    "lower": str.lower,
    "title": str.title,
    "capitalize": str.capitalize,
}.items():
    _plain(_name, _change)


@value_filter()
def trim(value: Any, chars: str | None = None) -> str:
    """Without white space at both ends."""
    return text_of(value).strip(chars)


@pass_context
def replace(context: Any, value: Any, old: Any, new: Any, count: int | None = None) -> Any:
    """Every ``old`` as ``new``."""
    if any(isinstance(given, Empty) for given in (value, old, new)):
        return context.environment.read(value, old, new)
    text, old, new = text_of(value), text_of(old), text_of(new)
    found = text.count(old) if count is None else min(count, text.count(old))
    context.budget.build_text(len(text) + found * len(new))
    return text.replace(old, new, -1 if count is None else count)


FILTERS["replace"] = replace


@value_filter()
def truncate(value: Any, length: int = 255, killwords: bool = True, end: str = "…") -> str:
    """At most that many characters."""
    text = text_of(value)
    return text if len(text) <= length else text[: max(0, length - len(end))] + end


@value_filter()
def center(value: Any, width: int = 80) -> str:
    """In the middle of that many characters."""
    return text_of(value).center(_width(width))


@value_filter("format")
def format_(value: Any, *args: Any) -> str:
    """``'%02d'|format(n)``: plain %s, %d and %f of up to two figures."""
    pattern = _text(value)
    rest = re.sub(r"%%|%[-+ 0]?\d{0,2}(\.\d{1,2})?[sdf]", "", pattern)
    if "%" in rest:
        raise ExpressionFailed("format 只认 %s、%d、%f，宽度不超过两位")
    if sum(len(text_of(arg)) for arg in args) > TEXT:
        raise ExpressionFailed("文字太长")
    return pattern % tuple(arg if isinstance(arg, int | Decimal) else text_of(arg) for arg in args)


def _width(width: Any) -> int:
    if not isinstance(width, int) or not 0 <= width <= _WIDEST:
        raise ExpressionFailed(f"宽度要在 {_WIDEST} 以内")
    return width


# -- boxes: an empty choice is a row of blank boxes --------------------------------------------------------------


def box(value: Any) -> str:
    """☑ or □; □ for an empty fact."""
    return _TICKED if not isinstance(value, Empty) and value else _BLANK


@pass_context
def boxes(context: Any, value: Any, options: Any, between: str = "　") -> Any:
    """``☑线下　□线上``: every option, the chosen ones ticked. A missing fact still says so."""
    if isinstance(options, Empty) or (isinstance(value, Empty) and value.missing):
        return context.environment.read(options, value)
    chosen = value if isinstance(value, list | tuple) else () if isinstance(value, Empty) else (value,)
    text = between.join(f"{_TICKED if option in chosen else _BLANK}{text_of(option)}" for option in options)
    context.budget.build_text(len(text))
    return text


@pass_context
def default(context: Any, value: Any, default_value: Any = "", boolean: bool = False) -> Any:
    """The value, or the other one where it is empty (with ``true`` also where it is false)."""
    return default_value if isinstance(value, Empty) or value is None or (boolean and not value) else value


FILTERS |= {"box": box, "boxes": boxes, "default": default, "d": default}


# -- grids -----------------------------------------------------------------------------------------------------


@pass_context
def cell(context: Any, grid: Any, first: Any, second: Any) -> Any:
    """What stands in a grid where two rows cross."""
    if any(isinstance(given, Empty) for given in (grid, first, second)):
        return context.environment.read(grid, first, second)
    value = _grid(grid).cell(first, second)
    return context.environment.seen(value) if value is None or isinstance(value, Empty) else value


@pass_context
def along(context: Any, grid: Any, row: Any) -> Any:
    """The filled cells of a grid along one row of either section."""
    if isinstance(grid, Empty) or isinstance(row, Empty):
        return context.environment.read(grid, row)
    return list(_grid(grid).along(row))


def _grid(grid: Any) -> Any:
    if isinstance(grid, str | Mapping | list) or not hasattr(type(grid), "along"):
        raise ExpressionFailed(f"{arithmetic.kind(grid)}不是表格")
    return grid


FILTERS |= {"cell": cell, "along": along}
WANTS |= {"cell": ("grid",), "along": ("grid",)}
