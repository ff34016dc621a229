"""Numbers of organisations and of their papers."""

import re

from typing_extensions import override

from onefill.fields.base import NOTHING, Audience, Fault, FieldType, Parsed, refused
from onefill.fields.identity import CardNumber
from onefill.fields.normalise import compact, quote
from onefill.fields.registry import field_type_class
from onefill.fields.wording import stray, stray_character, wrong_length
from onefill.problems import Level

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_FROM_PAPER = "对照证照原件改正"


def uscc_check(first_17: str) -> str:
    """The last character of a social credit code, GB 32100: MOD 31."""
    total = sum(_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(first_17))
    return _ALPHABET[(31 - total % 31) % 31]


def organisation_check(first_8: str) -> str:
    """The last character of an organisation code, GB 11714: MOD 11."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(char, 36) * weight for char, weight in zip(first_8, weights, strict=True))
    return "0123456789X0"[11 - total % 11]


@field_type_class("uscc")
class SocialCreditCode(CardNumber):
    """Social credit code; characters 9 to 17 are the older organisation code with a check of its own."""

    @override
    def read_code(self, number: str) -> Parsed:
        if re.fullmatch(r"\d(\.\d+)?E\+?\d+", number):
            return refused("USCC_FORMAT", "代码被表格变成了数字，末尾几位已丢失", "把列设为文本再粘贴")
        found = stray(number, _ALPHABET)
        if found:
            should = "数字或 I、O、S、V、Z 以外的大写字母"
            return stray_character("USCC_FORMAT", found, should, _FROM_PAPER)
        if len(number) != 18:
            return wrong_length("USCC_FORMAT", len(number), 18, "代码")
        if uscc_check(number[:17]) != number[17]:
            return refused("USCC_CHECK", "最后一位校验码不对", _FROM_PAPER)
        return Parsed(number)

    @override
    def check(self, value: str, *, doc_type: str = "") -> tuple[Fault, ...]:
        misread = self.read_code(value).problems
        if misread or organisation_check(value[8:16]) == value[16]:
            return misread
        # The whole code's check is right, so nothing was mistyped: look, but do not block.
        what = "第 9 到 17 位（组织机构代码）的校验码对不上"
        return (Fault(code="USCC_INNER", what=what, remedy="对照证照原件再看一遍", level=Level.WARNING),)

    @override
    def mask(self, value: str, audience: Audience) -> str:
        return value  # public by law


_BRACKETS = str.maketrans(dict.fromkeys("[(【﹝［（〖{", "〔") | dict.fromkeys("])】﹞］）〗}", "〕"))
_NUMBER = re.compile(r"([A-Za-z\u3400-\u9fff]{1,20})〔(\d{4})〕(第?\d{1,5})号?")


@field_type_class("document_number")
class DocumentNumber(FieldType):
    """Number of an official document, the year in six-corner brackets: 国发〔2020〕1号."""

    width_hint = 24

    @override
    def read_text(self, text: str, doc_type: str) -> Parsed:
        bare = compact(text).translate(_BRACKETS)
        if not bare:
            return NOTHING
        found = _NUMBER.fullmatch(bare)
        if found:
            return Parsed(f"{found[1]}〔{found[2]}〕{found[3]}号")
        return refused("DOCUMENT_NUMBER", _what_is_missing(text, bare), "按原文改正，例 国发〔2020〕1号")

    @override
    def mask(self, value: str, audience: Audience) -> str:
        return value


def _what_is_missing(text: str, bare: str) -> str:
    year = re.search(r"〔(\d*)〕", bare)
    if year is None:
        return f"{quote(text)}里没有括号括起的年份"
    if len(year[1]) != 4:
        return f"括号里要写四位年份，现在是“{year[1]}”"
    if not re.match(r"第?\d{1,5}号?$", bare[year.end() :]):
        return f"年份后面要写序号和“号”，现在{_or_nothing(bare[year.end() :])}"
    return f"年份前面要写发文机关代字，现在{_or_nothing(bare[: year.start()])}"


def _or_nothing(part: str) -> str:
    return f"是{quote(part)}" if part else "没有写"
