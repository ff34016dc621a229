"""Ways to reach somebody by telephone."""

import re
from decimal import Decimal

from typing_extensions import override

from onefill.fields.base import NOTHING, Audience, FieldType, Parsed, keep, refused
from onefill.fields.normalise import code, compact, exact, quote
from onefill.fields.registry import field_type_class
from onefill.fields.wording import stray, stray_character, wrong_length

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:(010|02\d|0[3-9]\d{2})-?)?([2-9]\d{6,7})(?:-(\d{1,6}))?")
_SERVICE = re.compile(r"([48]00)-?(\d{3})-?(\d{4})")
_COUNTRY = re.compile(r"^(?:\+|00)86(?=\d)")


class Telephone(FieldType):
    """What mobile and other numbers share."""

    width_hint = 16

    @override
    def read_number(self, number: int | float | Decimal) -> Parsed:
        whole = exact(number)
        if isinstance(whole, int) and 0 < whole < 10**15:
            return self.read_text(str(whole), "")  # a cell keeps 15 digits, so none is lost
        return super().read_number(number)


@field_type_class("mobile")
class Mobile(Telephone):
    """A mobile number: 11 digits, without the country's prefix."""

    @override
    def read_text(self, text: str, doc_type: str) -> Parsed:
        number = _COUNTRY.sub("", re.sub(r"[().]", "", code(text)))
        if len(number) == 13 and number.startswith("86"):
            number = number[2:]
        if not number:
            return NOTHING
        if _MOBILE.fullmatch(number):
            return Parsed(number)
        return _why_not_mobile(number)

    @override
    def mask(self, value: str, audience: Audience) -> str:
        match audience:
            case Audience.OWN:
                return value
            case Audience.OFFICE:
                return keep(value, head=3, tail=4)
            case Audience.PUBLIC:
                return "*" * len(value)


def _why_not_mobile(number: str) -> Parsed:
    found = stray(number, "0123456789")
    if found:
        return stray_character("MOBILE", found, "数字", "改填 11 位手机号")
    if number.startswith("0"):
        return refused("MOBILE", f"{quote(number)}是固定电话", "改填 11 位手机号")
    if len(number) != 11:
        return wrong_length("MOBILE", len(number), 11, "手机号")
    return refused("MOBILE", f"前两位 {number[:2]} 不是手机号段，手机号是 13 到 19 开头", "核对后改正")


@field_type_class("phone")
class Phone(Telephone):
    """A mobile, landline or 400 number; a landline with its area code and extension set off by dashes."""

    @override
    def read_text(self, text: str, doc_type: str) -> Parsed:
        bare = re.sub(r"转|EXT\.?|#", "-", compact(text).upper())
        bare = re.sub(r"-{2,}", "-", re.sub(r"[()]", "-", bare)).strip("-")
        if not bare:
            return NOTHING
        national, prefixes = re.subn(r"^(?:\+|00)86-?(?=\d)", "", bare)
        mobile = national.replace("-", "")
        if _MOBILE.fullmatch(mobile):
            return Parsed(mobile)
        service = _SERVICE.fullmatch(national)
        if service:
            return Parsed("-".join(service.groups()))
        if prefixes and not national.startswith("0"):
            national = "0" + national
        landline = _LANDLINE.fullmatch(national)
        if landline:
            return Parsed("-".join(part for part in landline.groups() if part))
        return self._why_not(text, national)

    def _why_not(self, text: str, number: str) -> Parsed:
        if re.search(r"\d{7,}[/、,;，；]\d{7,}", number):
            return refused("PHONE", "填了不止一个号码", "留下一个，删去其余")
        if re.fullmatch(r"1[3-9]\d*", number) and len(number) != 11:
            return wrong_length("PHONE", len(number), 11, "手机号")
        how = "填 11 位手机号，或区号加 7 到 8 位固定电话，例 010-83281234"
        if re.fullmatch(r"[2-9]\d{9,10}", number):
            return refused("PHONE", f"{quote(number)}的区号少了开头的 0", "补上 0，例 010-83281234")
        if number.isdigit():
            return refused("PHONE", f"{quote(number)}有 {len(number)} 位，不是电话号码", how)
        return refused("PHONE", f"{quote(text)}不是一个电话号码", how)

    @override
    def mask(self, value: str, audience: Audience) -> str:
        match audience:
            case Audience.OWN:
                return value
            case Audience.OFFICE if _MOBILE.fullmatch(value):
                return keep(value, head=3, tail=4)
            case Audience.OFFICE:
                return keep(value, head=max(0, len(value) - 4), stars=4)
            case _:
                return "*" * len(value)
