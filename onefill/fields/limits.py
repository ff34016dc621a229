"""The limits an author sets on a field, read once and typed."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from onefill.errors import OneFillError
from onefill.fields.normalise import fold
from onefill.fields.patterns import slowness

#: Limits that every type takes: they say nothing about the value itself.
COMMON = frozenset({"today", "hint", "written", "example", "unit"})


class UnknownLimit(OneFillError):
    """A limit that this field type does not know."""

    message = "{type} 类型没有“{limit}”这项限制，可用的有：{known}。"


#: What Python says of a regular expression, by its first words.
_PATTERN_FAULTS = {
    "unterminated character set": "方括号没有收尾",
    "missing ), unterminated": "圆括号没有收尾",
    "unbalanced parenthesis": "多出了右括号",
    "nothing to repeat": "重复的记号前面没有东西",
    "multiple repeat": "重复的记号连写了两个",
    "bad character range": "方括号里的范围前后颠倒",
    "bad escape": "反斜杠后面写错了",
    "min repeat greater": "重复的次数前大后小",
}


class BadLimit(OneFillError):
    """A limit that cannot be meant: an unreadable pattern, a minimum above the maximum."""

    message = "{type} 类型的限制 {limit}：{reason}。"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """All limits; those not set are None, and a type sees only those it accepts."""

    options: tuple[str, ...] | None = None
    #: What people write for an option.
    option_synonyms: Mapping[str, tuple[str, ...]] | None = None
    pattern: re.Pattern[str] | None = None
    min: Any = None
    max: Any = None
    max_length: int | None = None
    decimals: int | None = None
    many: bool = False
    form: str | None = None
    of: str | None = None
    by: str | None = None
    origin: str | None = None
    #: Words for the remedy where a pattern is not met.
    hint: str = ""
    #: What the pattern asks for; before the hint where there is one.
    written: str = ""
    example: str = ""
    #: What may be typed behind a number.
    unit: str = ""
    #: What day it is, asked each time; None where nobody may know.
    today: Callable[[], date] | None = None


KNOWN = frozenset(field.name for field in fields(Limits))


def read_limits(type_name: str, accepted: frozenset[str], given: Mapping[str, object]) -> Limits:
    """Type the given limits. A limit that is None counts as not given, whoever accepts it.

    Raises:
        UnknownLimit: The type does not take this limit.
        BadLimit: Its value cannot be meant.
    """
    known = accepted | COMMON
    read: dict[str, Any] = {}
    for name, value in given.items():
        if value is None and name in KNOWN:
            continue
        if name not in known:
            raise UnknownLimit(type=type_name, limit=name, known="、".join(sorted(accepted)) or "无")
        read[name] = _typed(type_name, name, value)
    limits = Limits(**read)
    if limits.option_synonyms:
        _check_synonyms(type_name, limits.option_synonyms, limits.options)
    return limits


def _typed(type_name: str, name: str, value: object) -> object:
    match name:
        case "options":
            return _options(type_name, value)
        case "pattern":
            return _pattern(type_name, value)
        case "max_length" | "decimals":
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise BadLimit(type=type_name, limit=name, reason=f"要写 0 或正整数，现在是 {value!r}")
            return value
        case "today":
            if isinstance(value, date):
                return lambda: value
            return value
        case _:
            return value


def _options(type_name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise BadLimit(type=type_name, limit="options", reason=f"要写成列表，现在是 {value!r}")
    options = tuple(str(option) for option in value)
    if len(set(options)) < len(options):
        raise BadLimit(type=type_name, limit="options", reason="有重复的选项")
    return options


def _check_synonyms(type_name: str, synonyms: Mapping[str, tuple[str, ...]], options: tuple[str, ...] | None) -> None:
    """Each stands for one option, and is none itself."""
    meant: dict[str, str] = {fold(option): option for option in options or ()}
    for option, words in synonyms.items():
        if options is not None and option not in options:
            raise BadLimit(type=type_name, limit="option_synonyms", reason=f"没有选项“{option}”")
        for word in words:
            if meant.setdefault(fold(word), option) != option:
                other = meant[fold(word)]
                reason = f"“{word}”已经是“{other}”的意思，不能又指“{option}”"
                raise BadLimit(type=type_name, limit="option_synonyms", reason=reason)


def _pattern(type_name: str, value: object) -> re.Pattern[str]:
    try:
        read = re.compile(str(value))
        slow = slowness(str(value))
    except (re.error, OverflowError, RecursionError) as error:
        raise BadLimit(type=type_name, limit="pattern", reason=f"正则表达式读不懂{_fault_of(error)}") from error
    if slow:
        raise BadLimit(type=type_name, limit="pattern", reason=slow)
    return read


def _fault_of(error: Exception) -> str:
    """What is wrong with a regular expression, and at which character."""
    if not isinstance(error, re.error):
        return ""
    said = next((words for start, words in _PATTERN_FAULTS.items() if error.msg.startswith(start)), "写法不对")
    return f"：{said}" if error.pos is None else f"：第 {error.pos + 1} 个字符起，{said}"
