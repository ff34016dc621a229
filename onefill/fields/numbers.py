"""Exact numbers: int, or Decimal where there is a fraction. Never float."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from typing_extensions import override

from onefill.fields.base import NOTHING, Audience, Fault, FieldType, Parsed, refused
from onefill.fields.limits import BadLimit
from onefill.fields.normalise import compact, exact, plain, quote
from onefill.fields.registry import field_type_class
from onefill.problems import Level

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?")
#: Well within the 28 digits that Decimal computes exactly.
_MOST_DIGITS = 24


@field_type_class("number")
class Number(FieldType):
    """A number. ``decimals`` bounds the places after the point, ``min`` and ``max`` the value."""

    accepts = frozenset({"min", "max", "decimals"})
    holds = "number"
    cell_format = "General"
    widget = "number"
    width_hint = 10
    #: Places after the point where the author sets none; None for any.
    places: int | None = None

    @override
    def prepare(self) -> None:
        #: As the author writes it, and each of those it names: 台/套.
        self._units = [one for one in (compact(self.limits.unit), *compact(self.limits.unit).split("/")) if one]
        self.least = self._limit("min")
        self.most = self._limit("max")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise BadLimit(type=self.name, limit="min", reason=f"{self.least} 大于 max {self.most}")
        if self.limits.decimals is not None:
            self.places = self.limits.decimals
        if self.places == 0:
            self.cell_format = "0"

    def _limit(self, name: str) -> Decimal | None:
        given = getattr(self.limits, name)
        if given is None:
            return None
        try:
            limit = Decimal(str(given))
        except InvalidOperation as error:
            raise BadLimit(type=self.name, limit=name, reason=f"要写数字，现在是 {given!r}") from error
        if not limit.is_finite():
            raise BadLimit(type=self.name, limit=name, reason=f"要写数字，现在是 {given!r}")
        return limit

    @override
    def read_text(self, text: str, doc_type: str) -> Parsed:
        bare = compact(text)
        if not bare:
            return NOTHING
        number, times = self.strip_unit(re.sub(r"(?<=\d)[。·](?=\d)", ".", bare))
        if not _NUMBER.fullmatch(number) or not re.search(r"\d", number):
            return self._not_a_number(text, bare)
        digits = number.replace(",", "")
        if len(digits) > _MOST_DIGITS:
            return _too_long(len(digits))
        return _not_too_long(plain(Decimal(digits) * times))

    def strip_unit(self, bare: str) -> tuple[str, int]:
        """The number without its unit, and what the unit multiplies it by."""
        unit = next((one for one in self._units if bare.endswith(one)), "")
        return bare.removesuffix(unit), 1

    def _not_a_number(self, text: str, bare: str) -> Parsed:
        figures = re.findall(r"\d+(?:\.\d+)?", bare)
        how = f"只留数字 {figures[0]}" if len(figures) == 1 else "改为数字，例 20"
        return refused("NUMBER", f"要填数字，现在是{quote(text)}", how)

    @override
    def read_number(self, number: int | float | Decimal) -> Parsed:
        value = exact(number)
        if value is None:
            return refused("NUMBER", "单元格里的数字太大，或者不是数", "改为数字，例 20")
        return _not_too_long(value)

    @override
    def check(self, value: int | Decimal, *, doc_type: str = "") -> tuple[Fault, ...]:
        return (*self._range_faults(value), *self._places_faults(value))

    def _range_faults(self, value: int | Decimal) -> tuple[Fault, ...]:
        least, most = self.least, self.most
        if (least is None or value >= least) and (most is None or value <= most):
            return ()
        now = self.display(value)
        if least is not None and most is not None:
            bounds = f"{self.display(plain(least))}—{self.display(plain(most))}"
            what, how = f"{bounds} 之间，现在是 {now}", f"改为 {bounds} 之间的数"
        elif least is not None:
            bound = self.display(plain(least))
            what, how = f"不能小于 {bound}，现在是 {now}", f"改为 {bound} 或以上"
        else:
            assert most is not None
            bound = self.display(plain(most))
            what, how = f"不能大于 {bound}，现在是 {now}", f"改为 {bound} 或以下"
        return (Fault(code="RANGE", what=what, remedy=how),)

    def _places_faults(self, value: int | Decimal) -> tuple[Fault, ...]:
        if self.places is None or isinstance(value, int):
            return ()
        has = -int(value.as_tuple().exponent)
        if has <= self.places:
            return ()
        now = self.display(value)
        if self.places == 0:
            return (Fault(code="DECIMALS", what=f"要填整数，现在是 {now}", remedy="改为整数"),)
        what = f"有 {has} 位小数，最多 {self.places} 位"
        return (Fault(code="DECIMALS", what=what, remedy=f"保留 {self.places} 位小数"),)

    @override
    def display(self, value: int | Decimal) -> str:
        return format(value, "f") if isinstance(value, Decimal) else str(value)

    @override
    def mask(self, value: int | Decimal, audience: Audience) -> str:
        return self.display(value) if audience is Audience.OWN else "***"

    @override
    def dump(self, value: int | Decimal) -> int | str:
        return format(value, "f") if isinstance(value, Decimal) else value

    @override
    def load(self, stored: Any) -> int | Decimal:
        if isinstance(stored, int) and not isinstance(stored, bool):
            return stored
        if isinstance(stored, str) and re.fullmatch(r"-?\d{1,60}(\.\d{1,60})?", stored):
            return plain(Decimal(stored))
        raise self.unreadable(stored)


def _not_too_long(value: int | Decimal) -> Parsed:
    length = len(format(value, "f") if isinstance(value, Decimal) else str(value))
    return Parsed(value) if length <= _MOST_DIGITS else _too_long(length)


def _too_long(length: int) -> Parsed:
    return refused("NUMBER", f"有 {length} 位，最多 {_MOST_DIGITS} 位", "改为较短的数字")


@field_type_class("money")
class Money(Number):
    """Yuan, to the fen. ¥, 元 and 万元 are understood; a fraction shows both places."""

    cell_format = "0.00"
    width_hint = 12
    places = 2

    @override
    def strip_unit(self, bare: str) -> tuple[str, int]:
        bare, _ = super().strip_unit(bare)
        number = re.sub(r"^(?:¥|¥|RMB|人民币)|(?:元整|圆整|元|圆)$", "", bare)
        number = re.sub(r"(?:元整|圆整|元|圆)$", "", number)
        return (number[:-1], 10_000) if number.endswith("万") else (number, 1)

    @override
    def display(self, value: int | Decimal) -> str:
        if isinstance(value, Decimal) and int(value.as_tuple().exponent) == -1:
            return f"{value:f}0"
        return super().display(value)


@field_type_class("percent")
class Percent(Number):
    """A percentage, kept as the number before the sign: 85 for 85%."""

    cell_format = '0.##"%"'
    width_hint = 8

    @override
    def prepare(self) -> None:
        super().prepare()
        self.cell_format = '0"%"' if self.places == 0 else 'General"%"'

    @override
    def strip_unit(self, bare: str) -> tuple[str, int]:
        return bare.removesuffix("%"), 1

    @override
    def read_number(self, number: int | float | Decimal) -> Parsed:
        parsed = super().read_number(number)
        if isinstance(parsed.value, Decimal) and -1 < parsed.value < 1:
            # A cell formatted as a percentage holds the fraction, and nobody tells us the format.
            value = plain(parsed.value * 100)
            what = f"单元格里是 {parsed.value}，按 {self.display(value)} 读入"
            how = f"核对；若本意是 {self.display(parsed.value)}，改写成文字“{self.display(parsed.value)}”"
            return Parsed(value, (Fault(code="PERCENT", what=what, remedy=how, level=Level.WARNING),))
        return parsed

    @override
    def display(self, value: int | Decimal) -> str:
        return super().display(value) + "%"
