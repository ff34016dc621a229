"""Plain text, one line or several, and web addresses."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from urllib.parse import urlsplit

from typing_extensions import override

from onefill.fields.base import NOTHING, Audience, Fault, FieldType, Parsed, refused
from onefill.fields.chinese import date_text
from onefill.fields.normalise import compact, exact, line, paragraphs, quote
from onefill.fields.patterns import MOST_MATCHED
from onefill.fields.registry import field_type_class


@field_type_class("text")
class Text(FieldType):
    """One line of text. Markup, template braces and formulas in it are letters like any other."""

    accepts = frozenset({"pattern", "max_length"})
    width_hint = 30

    @override
    def read_text(self, text: str, doc_type: str) -> Parsed:
        value = line(text)
        if not value:
            return NOTHING
        pattern = self.limits.pattern
        if pattern and len(value) <= MOST_MATCHED and not pattern.fullmatch(value):
            # A number pasted full-width or with blanks is still the number it was meant to be.
            bare = compact(value)
            if pattern.fullmatch(bare):
                return Parsed(bare)
        return Parsed(value)

    @override
    def read_number(self, number: int | float | Decimal) -> Parsed:
        value = exact(number)
        if value is None or not -(10**15) < value < 10**15:
            return super().read_number(number)
        return self.read_text(format(value, "f") if isinstance(value, Decimal) else str(value), "")

    @override
    def read_date(self, day: date) -> Parsed:
        timed = isinstance(day, datetime) and day.time() != time()
        return self.read_text(f"{day:%Y-%m-%d %H:%M}" if timed else date_text(day), "")

    @override
    def read_time(self, moment: time) -> Parsed:
        return self.read_text(f"{moment:%H:%M}", "")

    @override
    def read_bool(self, truth: bool) -> Parsed:
        return self.read_text("TRUE" if truth else "FALSE", "")

    @override
    def check(self, value: str, *, doc_type: str = "") -> tuple[Fault, ...]:
        return (*self._length_faults(value), *self._pattern_faults(value))

    def _length_faults(self, value: str) -> tuple[Fault, ...]:
        most = self.limits.max_length
        if most is None or len(value) <= most:
            return ()
        what = f"多了 {len(value) - most} 个字，最多 {most} 个字"
        return (Fault(code="TOO_LONG", what=what, remedy=f"删到 {most} 个字以内"),)

    def _pattern_faults(self, value: str) -> tuple[Fault, ...]:
        pattern = self.limits.pattern
        if pattern is None:
            return ()
        if len(value) > MOST_MATCHED:
            what = f"有 {len(value)} 个字，有规定写法的内容最多 {MOST_MATCHED} 个字"
            return (Fault(code="TOO_LONG", what=what, remedy="删去多余的字"),)
        if pattern.fullmatch(value):
            return ()
        said = self.limits.written or self.limits.hint
        how = f"按“{said}”改写" if said else "按规定的写法改写"
        if self.limits.example:
            how += f"，例 {self.limits.example}"
        return (Fault(code="PATTERN", what=f"{quote(value, 30)}与规定的写法对不上", remedy=how),)


@field_type_class("long_text")
class LongText(Text):
    """Text of several lines."""

    widget = "long"
    width_hint = 60

    @override
    def read_text(self, text: str, doc_type: str) -> Parsed:
        return Parsed(paragraphs(text) or None)


_HOST = re.compile(r"(?:[\w-]{1,63}\.)+[\w-]{2,63}|\d{1,3}(?:\.\d{1,3}){3}|localhost|\[[0-9a-fA-F:.]+\]")


@field_type_class("url")
class Url(FieldType):
    """A web address, http or https; the scheme is added where it is missing."""

    accepts = frozenset({"max_length"})
    width_hint = 40

    @override
    def read_text(self, text: str, doc_type: str) -> Parsed:
        shown = line(text)
        if not shown:
            return NOTHING
        if " " in shown:
            return refused("URL", "网址中间有空格", "去掉空格")
        address = compact(shown)
        if "://" not in address and not re.match(r"[a-zA-Z][\w+.-]*:(?!\d)", address):
            address = "https://" + address
        scheme, _, rest = address.partition("://")
        if scheme.lower() not in ("http", "https"):
            what = f"{quote(shown)}不是 http 或 https 开头的网址"
            return refused("URL", what, "改为 https://www.example.cn 这样的网址")
        if not _is_host(address):
            return refused(
                "URL", f"{quote(shown)}里找不到网站域名", "从浏览器地址栏复制过来，例 https://www.example.cn"
            )
        return Parsed(f"{scheme.lower()}://{rest}")

    @override
    def check(self, value: str, *, doc_type: str = "") -> tuple[Fault, ...]:
        most = self.limits.max_length
        if most is None or len(value) <= most:
            return ()
        what = f"网址有 {len(value)} 个字符，最多 {most} 个"
        return (Fault(code="TOO_LONG", what=what, remedy="换成短一些的网址"),)

    @override
    def mask(self, value: str, audience: Audience) -> str:
        return value


def _is_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        _ = parts.port  # reading it is what checks it
    except ValueError:
        return False
    return parts.hostname is not None and bool(_HOST.fullmatch(parts.netloc.rpartition("@")[2].split(":")[0]))
