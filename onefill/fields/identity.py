"""Numbers of the cards that carry a birthday: residents and permanent residents."""

import re
from abc import abstractmethod
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from operator import mul

from typing_extensions import override

from onefill.fields.base import NOTHING, Audience, Fault, FieldType, Parsed, keep, refused
from onefill.fields.chinese import date_text
from onefill.fields.normalise import code
from onefill.fields.people import birth
from onefill.fields.registry import field_type_class
from onefill.fields.wording import stray, stray_character, wrong_length
from onefill.problems import Level

_PROVINCES = frozenset(
    str(number)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for number in range(first, last + 1)
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_DIGITS = "0123456789"
_LOST = "号码被表格变成了数字，后三位已丢失"
_LOST_REMEDY = "把列设为文本再粘贴"
#: Letters that are typed for the check digit X.
_CROSSES = str.maketrans("ХХ×✕✖", "XXXXX")
_FROM_ORIGINAL = "对照身份证原件改正"
_EARLIEST = 1900


def check_digit(first_17: str) -> str:
    """The last character of an 18-digit number, MOD 11-2."""
    total = sum(map(mul, map(int, first_17), _WEIGHTS))
    return _CHECK_DIGITS[total % 11]


def shape_fault(code_: str, text: str, thing: str) -> Parsed | None:
    """Why the text is not 17 digits and a check digit, or None if it is."""
    if re.fullmatch(r"\d(\.\d+)?E\+?\d+|\d{15,}\.0*", text):
        return refused(code_, _LOST, _LOST_REMEDY)
    found = stray(text, _DIGITS, last=_DIGITS + "X")
    if found:
        should = "数字或 X" if found[0] == len(text) else "数字"
        return stray_character(code_, found, should, _FROM_ORIGINAL)
    return None if len(text) == 18 else wrong_length(code_, len(text), 18, thing)


def birthday_fault(code_: str, number: str, today: Callable[[], date] | None) -> Parsed | None:
    """Why digits 7 to 14 are nobody's birthday, or None if they may be."""
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    if year < _EARLIEST:
        return refused(code_, f"出生年份是 {number[6:10]}，早于 {_EARLIEST} 年", _FROM_ORIGINAL)
    born = birth(number)
    if born is None:
        return refused(code_, f"出生日期不存在（{month} 月 {day} 日）", _FROM_ORIGINAL)
    if today is not None and born > today():
        return refused(code_, f"出生日期 {date_text(born)}还没有到", _FROM_ORIGINAL)
    return None


class CardNumber(FieldType):
    """A number printed on a card: kept in capitals without blanks, never accepted from a number cell."""

    width_hint = 20

    @override
    def read_text(self, text: str, doc_type: str) -> Parsed:
        number = code(text).translate(_CROSSES)
        return self.read_code(number) if number else NOTHING

    @abstractmethod
    def read_code(self, number: str) -> Parsed:
        """Read the normalised number."""

    @override
    def mask(self, value: str, audience: Audience) -> str:
        return mask_number(value, audience)


def mask_number(value: str, audience: Audience) -> str:
    """440604********001X for the office, 44*************01X for everybody; shorter numbers show less."""
    if audience is Audience.OWN:
        return value
    if len(value) >= 15:
        return keep(value, head=6, tail=4) if audience is Audience.OFFICE else keep(value, head=2, tail=3)
    return keep(value, head=2, tail=2) if audience is Audience.OFFICE else keep(value, head=1, tail=1)


@field_type_class("resident_id")
class ResidentId(CardNumber):
    """GB 11643: citizens, and the residence permits of Hong Kong, Macao and Taiwan (81, 82, 83)."""

    @override
    def read_code(self, number: str) -> Parsed:
        if len(number) == 15 and number.isdigit():
            return refused("ID_FORMAT", "这是 15 位的一代号码", "改填二代身份证上的 18 位号码")
        return (
            shape_fault("ID_FORMAT", number, "身份证上的号码")
            or self._region_fault(number)
            or birthday_fault("ID_BIRTH", number, self.limits.today)
            or self._check_fault(number)
            or Parsed(number)
        )

    def _region_fault(self, number: str) -> Parsed | None:
        place = number[:2]
        if place.startswith("9"):
            what = f"前两位 {place} 不是省份代码；9 开头的是外国人永久居留身份证"
            return refused("ID_REGION", what, "改选证件种类，或对照原件改正")
        if place not in _PROVINCES:
            return refused("ID_REGION", f"前两位 {place} 不是省份代码", _FROM_ORIGINAL)
        if place in ("81", "82", "83") and number[2:6] != "0000":
            what = f"前六位 {number[:6]} 不存在，港澳台居民居住证是 {place}0000"
            return refused("ID_REGION", what, "对照居住证原件改正")
        return None

    def _check_fault(self, number: str) -> Parsed | None:
        if check_digit(number[:17]) == number[17]:
            return None
        return refused("ID_CHECK", "最后一位校验码不对", _FROM_ORIGINAL)

    @override
    def read_number(self, number: int | float | Decimal) -> Parsed:
        # By the kind of cell, not by the check digit: one in eleven truncated numbers still passes that.
        return refused("ID_FORMAT", _LOST, _LOST_REMEDY)


@field_type_class("permanent_residence")
class PermanentResidence(CardNumber):
    """Foreigners' permanent residence: 18 digits from 9 (2023 on), or three letters and 12 digits (2017)."""

    @override
    def read_code(self, number: str) -> Parsed:
        if re.match(r"[A-Z]{3}", number):
            return self._old(number)
        fault = shape_fault("PR_FORMAT", number, "永久居留证上的号码")
        if fault:
            return fault
        if not number.startswith("9"):
            what = f"第一位是 {number[0]}，新版永久居留身份证以 9 开头"
            return refused("PR_FORMAT", what, "对照原件改正，或改选证件种类")
        return birthday_fault("PR_BIRTH", number, self.limits.today) or self._new(number)

    def _new(self, number: str) -> Parsed:
        if check_digit(number[:17]) != number[17]:
            return refused("PR_CHECK", "最后一位校验码不对", "对照永久居留证原件改正")
        return Parsed(number)

    def _old(self, number: str) -> Parsed:
        found = stray(number[3:], _DIGITS)
        if found:
            return stray_character("PR_FORMAT", (found[0] + 3, found[1]), "数字", "对照原件改正")
        if len(number) != 15:
            return wrong_length("PR_FORMAT", len(number), 15, "号码（3 个字母加 12 个数字）")
        return Parsed(number)

    @override
    def check(self, value: str, *, doc_type: str = "") -> tuple[Fault, ...]:
        if len(value) != 15 or _seven_three_one(value[:14]) == value[14]:
            return ()
        # The 7-3-1 rule of the old card is known from passports only, so it warns and does not block.
        what = "最后一位校验码可能不对"
        return (Fault(code="PR_CHECK", what=what, remedy="对照永久居留证原件再看一遍", level=Level.WARNING),)

    @override
    def read_number(self, number: int | float | Decimal) -> Parsed:
        return refused("PR_FORMAT", _LOST, _LOST_REMEDY)


def _seven_three_one(text: str) -> str:
    total = sum(int(char, 36) * (7, 3, 1)[place % 3] for place, char in enumerate(text))
    return str(total % 10)
