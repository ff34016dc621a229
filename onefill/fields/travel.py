"""Travel documents, and ``identity``: a number whose document is chosen in another field."""

import re
from datetime import date
from decimal import Decimal

from typing_extensions import override

from onefill.fields.base import Audience, Fault, FieldType, Parsed, refused
from onefill.fields.identity import CardNumber, PermanentResidence, ResidentId, mask_number
from onefill.fields.limits import BadLimit, Limits
from onefill.fields.normalise import code, exact, fold, quote
from onefill.fields.registry import field_type_class
from onefill.fields.wording import how_far


@field_type_class("hkmtp")
class HongKongMacaoPermit(CardNumber):
    """Permit of Hong Kong and Macao residents: H or M, 8 digits, then perhaps 2 that count renewals."""

    width_hint = 12

    @override
    def read_code(self, number: str) -> Parsed:
        if re.fullmatch(r"[HM]\d{8}(\d{2})?", number):
            return Parsed(number[:9])
        if number[0] not in "HM":
            what = f"第一位是{quote(number[0])}，应是 H（香港）或 M（澳门）"
            return refused("HKMTP", what, "对照通行证原件改正")
        return refused("HKMTP", _digits_after(number[1:], 8), f"填 {number[0]} 加 8 个数字，对照原件改正")


@field_type_class("twtp")
class TaiwanPermit(CardNumber):
    """Permit of Taiwan residents: 8 digits; two more tell how often it was renewed."""

    width_hint = 12

    @override
    def read_code(self, number: str) -> Parsed:
        if re.fullmatch(r"\d{8}(\d{2})?", number):
            return Parsed(number[:8])
        return refused("TWTP", _digits_after(number, 8), "填台胞证上的 8 个数字，对照原件改正")

    @override
    def read_number(self, number: int | float | Decimal) -> Parsed:
        whole = exact(number)
        if isinstance(whole, int) and len(str(whole)) in (8, 10) and whole > 0:
            return self.read_code(str(whole))  # nothing is lost below 15 digits
        return super().read_number(number)


def _digits_after(rest: str, want: int) -> str:
    wrong = re.search(r"\D", rest)
    if wrong:
        return f"“{wrong[0]}”不是数字"
    return f"数字{how_far(len(rest), want)}"


@field_type_class("passport")
class Passport(CardNumber):
    """Chinese passports by their forms; any other country's by 5 to 17 letters and digits.

    The limit ``origin`` (``cn`` or ``foreign``) settles which; without it both are welcome.
    """

    accepts = frozenset({"origin"})
    width_hint = 12
    _CHINESE = re.compile(r"E\d{8}|E[A-HJ-NP-Z]\d{7}|[GDSP]\d{8}|(?:DE|SE|PE)\d{7}")

    @override
    def prepare(self) -> None:
        if self.limits.origin not in (None, "cn", "foreign"):
            reason = f"要写 cn 或 foreign，现在是 {self.limits.origin!r}"
            raise BadLimit(type=self.name, limit="origin", reason=reason)

    @override
    def read_code(self, number: str) -> Parsed:
        if self.limits.origin != "foreign":
            if self._CHINESE.fullmatch(number):
                return Parsed(number)
            if re.fullmatch(r"E[IO]\d{7}", number):
                what = f"第二位是字母 {number[1]}，中国护照不用 I 和 O"
                return refused("PASSPORT_CN", what, "看清是不是数字 1 或 0，对照护照改正")
            if self.limits.origin == "cn":
                what = f"{quote(number)}不是中国护照号，应是 E 加 8 个数字，或 E 加一个字母和 7 个数字"
                return refused("PASSPORT_CN", what, "对照护照改正")
        return self._foreign(number)

    def _foreign(self, number: str) -> Parsed:
        wrong = re.search(r"[^A-Z0-9]", number)
        if wrong:
            return refused("PASSPORT", f"“{wrong[0]}”不是字母或数字", "删去它，对照护照改正")
        if not 5 <= len(number) <= 17:
            return refused("PASSPORT", f"护照号有 5 到 17 位，现在 {len(number)} 位", "对照护照改正")
        return Parsed(number)

    @override
    def read_number(self, number: int | float | Decimal) -> Parsed:
        whole = exact(number)
        if self.limits.origin != "cn" and isinstance(whole, int) and 10**8 <= whole < 10**9:
            return self.read_code(str(whole))  # nine digits, as several countries number theirs
        return super().read_number(number)


class OtherDocument(CardNumber):
    """A number of a document we know nothing of: letters, digits and Chinese characters."""

    name = "identity"

    @override
    def read_code(self, number: str) -> Parsed:
        wrong = re.search(r"[^A-Z0-9\u3400-\u9fff()]", number)
        if wrong:
            return refused("DOCUMENT", f"“{wrong[0]}”不会出现在号码里", "删去它，对照原件改正")
        if not 4 <= len(number) <= 30:
            return refused("DOCUMENT", f"号码有 4 到 30 位，现在 {len(number)} 位", "对照原件改正")
        return Parsed(number)


#: What a document's name contains, in the order asked, and the type its number is of.
_NAMES: tuple[tuple[str, type[CardNumber], str | None], ...] = (
    ("永久居留", PermanentResidence, None),
    ("外国护照", Passport, "foreign"),
    ("外籍护照", Passport, "foreign"),
    ("中国护照", Passport, "cn"),
    ("护照", Passport, None),
    ("居住证", ResidentId, None),
    ("身份证", ResidentId, None),
    ("回乡证", HongKongMacaoPermit, None),
    ("港澳居民", HongKongMacaoPermit, None),
    ("台胞证", TaiwanPermit, None),
    ("台湾居民", TaiwanPermit, None),
)
_GUESSES = (ResidentId, PermanentResidence, HongKongMacaoPermit, TaiwanPermit)


@field_type_class("identity")
class Identity(FieldType):
    """A number read as the document named by ``doc_type`` has it; without a name, as the document it fits."""

    accepts = frozenset({"by"})

    def of(self, doc_type: str) -> CardNumber | None:
        """The type of this document's number, None where no document is named."""
        name = fold(doc_type)
        if not name:
            return None
        for word, cls, origin in _NAMES:
            if word in name:
                return cls(Limits(today=self.limits.today, origin=origin))
        return OtherDocument(self.limits)

    @override
    def parse(self, raw: object, *, doc_type: str = "") -> Parsed:
        kind = self.of(doc_type)
        if kind is not None:
            return kind.parse(raw)
        return self._guess(raw)

    def _guess(self, raw: object) -> Parsed:
        tried = [cls(Limits(today=self.limits.today)).parse(raw) for cls in _GUESSES]
        fitting = next((parsed for parsed in tried if not parsed.problems), None)
        if fitting is not None:
            return fitting
        # Beginning with a letter it can only be a passport; else a resident number is what was meant.
        is_lettered = isinstance(raw, str) and code(raw)[:1].isalpha()
        return Passport(Limits()).parse(raw) if is_lettered else tried[0]

    @override
    def read_text(self, text: str, doc_type: str) -> Parsed:
        return self.parse(text, doc_type=doc_type)

    @override
    def read_date(self, day: date) -> Parsed:
        return self.parse(day)

    @override
    def check(self, value: str, *, doc_type: str = "") -> tuple[Fault, ...]:
        # The document may have been chosen anew since the number was typed.
        kind = self.of(doc_type)
        if kind is None:
            return PermanentResidence(self.limits).check(value) if re.match("[A-Z]{3}", value) else ()
        return kind.parse(value).problems or kind.check(value)

    @override
    def mask(self, value: str, audience: Audience) -> str:
        return mask_number(value, audience)
