"""Days, and spans of hours within a day."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from typing_extensions import override

from onefill.fields.base import NOTHING, Audience, Fault, FieldType, Parsed, refused
from onefill.fields.chinese import date_text
from onefill.fields.limits import BadLimit
from onefill.fields.normalise import compact, exact, line, plain, quote
from onefill.fields.registry import field_type_class

_CHINESE = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_YEARS = range(1900, 2200)
_FULL = re.compile(r"(\d{4})(?:年|([-./]))(\d{1,2})(?:月|\2)(\d{1,2})[日号]?")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHORT = re.compile(r"(\d{1,2})(?:月|[-./])(\d{1,2})[日号]?")
#: 2026 11 4: blanks between figures part them.
_SPACED = re.compile(r"(?:\d{4} )?\d{1,2} \d{1,2}")
_MIDNIGHT = re.compile(r"[T ]0{1,2}:00(?::00(?:\.0+)?)?$")


def arabic(text: str) -> str:
    """Chinese numerals below a hundred, and digits one by one, as figures: 二〇二六年十月 -> 2026年10月."""

    def tens(found: re.Match[str]) -> str:
        return f"{(found[1] or '1').translate(_CHINESE)}{(found[2] or '0').translate(_CHINESE)}"

    return re.sub("([一二三四五六七八九])?十([一二三四五六七八九])?", tens, text).translate(_CHINESE)


@field_type_class("date")
class Date(FieldType):
    """A day. Without a year it is this year's, which ``today`` tells."""

    accepts = frozenset({"min", "max"})
    holds = "date"
    cell_format = 'yyyy"年"m"月"d"日"'
    widget = "date"
    width_hint = 14

    @override
    def prepare(self) -> None:
        self.earliest = self._limit("min")
        self.latest = self._limit("max")

    def _limit(self, name: str) -> date | None:
        given = getattr(self.limits, name)
        if given is None or (isinstance(given, date) and not isinstance(given, datetime)):
            return given
        try:
            return date.fromisoformat(str(given))
        except ValueError as error:
            reason = f"要写成 2026-11-04 这样，现在是 {given!r}"
            raise BadLimit(type=self.name, limit=name, reason=reason) from error

    @override
    def read_text(self, text: str, doc_type: str) -> Parsed:
        said = arabic(_MIDNIGHT.sub("", line(text)))
        bare = said.replace(" ", "-") if _SPACED.fullmatch(said) else compact(said)
        if not bare:
            return NOTHING
        bare = re.sub(r"[(]?(?:星期|周)[1-6日天][)]?$", "", bare)
        full = _FULL.fullmatch(bare) or _PACKED.fullmatch(bare)
        if full:
            parts = full.groups()
            return _day(int(parts[0]), int(parts[-2]), int(parts[-1]), text)
        short = _SHORT.fullmatch(bare)
        if short:
            return self._this_year(int(short[1]), int(short[2]), text)
        return self._unread(text, bare)

    def _this_year(self, month: int, day: int, text: str) -> Parsed:
        if self.limits.today is None:
            return refused("DATE", f"{quote(text)}没有年份", "补上年份，例 20261207")
        return _day(self.limits.today().year, month, day, text)

    def _unread(self, text: str, bare: str) -> Parsed:
        if re.fullmatch(r"\d{2}[-./年]\d{1,2}[-./月]\d{1,2}[日号]?", bare):
            return refused("DATE", f"{quote(text)}的年份只有两位", "年份写四位，例 20261207")
        if re.fullmatch(r"\d{4}[-./年]\d{1,2}月?", bare):
            return refused("DATE", f"{quote(text)}没有写哪一日", "补上日，例 20261207")
        if re.fullmatch(r"\d{5}", bare):
            return refused("DATE", f"{bare} 是表格里的日期序号", "改写成日期，例 20261207")
        if ":" in bare:
            return refused("DATE", f"{quote(text)}里有钟点", "只写日期，例 20261207")
        return refused("DATE", f"看不懂{quote(text)}", "改写成日期，例 20261207 或 12.7")

    @override
    def read_date(self, day: date) -> Parsed:
        only = day.date() if isinstance(day, datetime) else day
        return _day(only.year, only.month, only.day, only.isoformat())

    @override
    def read_number(self, number: int | float | Decimal) -> Parsed:
        # 46330 may be a day's serial and 11.1 may have been 11.10: only eight figures say one thing.
        whole = exact(number)
        if isinstance(whole, int) and 10**7 <= whole < 10**8:
            return self.read_text(str(whole), "")
        shown = "数字" if whole is None else f"数字 {whole}"
        return refused("DATE", f"单元格里是{shown}，不是日期", "把单元格设为日期，或写成 20261207")

    @override
    def check(self, value: date, *, doc_type: str = "") -> tuple[Fault, ...]:
        if self.earliest is not None and value < self.earliest:
            first = date_text(self.earliest)
            return (Fault(code="DATE_RANGE", what=f"早于 {first}", remedy=f"改为 {first}或以后"),)
        if self.latest is not None and value > self.latest:
            last = date_text(self.latest)
            return (Fault(code="DATE_RANGE", what=f"晚于 {last}", remedy=f"改为 {last}或以前"),)
        return ()

    @override
    def display(self, value: date) -> str:
        return date_text(value)

    @override
    def mask(self, value: date, audience: Audience) -> str:
        match audience:
            case Audience.OWN:
                return date_text(value)
            case Audience.OFFICE:
                return f"{value.year}年*月*日"
            case Audience.PUBLIC:
                return "***"

    @override
    def dump(self, value: date) -> str:
        return value.isoformat()

    @override
    def load(self, stored: Any) -> date:
        try:
            return date.fromisoformat(stored)
        except (TypeError, ValueError) as error:
            raise self.unreadable(stored) from error


def _day(year: int, month: int, day: int, text: str) -> Parsed:
    if year not in _YEARS:
        return refused("DATE", f"年份是 {year}，应在 {_YEARS.start} 到 {_YEARS.stop - 1} 之间", "改正年份")
    if not 1 <= month <= 12:
        return refused("DATE", f"看不懂{quote(text)}，没有 {month} 月", "改正月份，例 20261207 或 12.7")
    try:
        return Parsed(date(year, month, day))
    except ValueError:
        return refused("DATE", f"{year} 年 {month} 月没有 {day} 日", "改正日期")


class Clock(time):
    """A time of day that prints as 09:00."""

    @override
    def __str__(self) -> str:
        return f"{self.hour:02}:{self.minute:02}"


@dataclass(frozen=True, order=True)
class TimeRange:
    """From one time of a day to a later one of the same day; prints as 09:00—11:30."""

    start: Clock
    end: Clock

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        span = timedelta(hours=self.end.hour - self.start.hour, minutes=self.end.minute - self.start.minute)
        return int(span.total_seconds()) // 60

    @property
    def hours(self) -> int | Decimal:
        """How long it lasts, to two decimals."""
        return plain((Decimal(self.minutes) / 60).quantize(Decimal("0.01")))

    def overlaps(self, other: "TimeRange") -> bool:
        """Whether both have a moment in common; one ending where the other begins does not count."""
        return self.start < other.end and other.start < self.end

    @override
    def __str__(self) -> str:
        return f"{self.start}—{self.end}"


_MORNING, _AFTERNOON = ("凌晨", "清晨", "早上", "上午"), ("中午", "下午", "傍晚", "晚上")
_TIME = re.compile(
    rf"({'|'.join(_MORNING + _AFTERNOON)})?"
    r"(?:(\d{1,2})(?::(\d{2})(?::00)?|[点时](半|[13]刻|\d{1,2}分?|整|钟)?)|(\d{2})(\d{2}))"
)
_BETWEEN = re.compile(r"-+|~+|至|到")


@field_type_class("time_range")
class Hours(FieldType):
    """A span of hours: 09:00-11:30, 9:00—11:30, 上午9点到11点半."""

    holds = "time_range"
    width_hint = 14

    @override
    def read_text(self, text: str, doc_type: str) -> Parsed:
        bare = arabic(compact(text)).replace("〜", "~")
        if not bare:
            return NOTHING
        ends = _BETWEEN.split(bare)
        if len(ends) != 2:
            return refused("TIME_RANGE", f"{quote(text)}不是一段时间", "写上起止，例 09:00-11:30")
        first, second = _TIME.fullmatch(ends[0]), _TIME.fullmatch(ends[1])
        if first is None or second is None:
            unread = ends[0] if first is None else ends[1]
            what = f"看不懂{quote(unread)}" if unread else f"{quote(text)}缺了起或止"
            return refused("TIME_RANGE", what, "改写成钟点，例 09:00-11:30")
        start, end = _clock(first, None), _clock(second, first[1])
        if start is None or end is None:
            wrong = ends[0] if start is None else ends[1]
            return refused("TIME_RANGE", f"没有{quote(wrong)}这个钟点", "改为 00:00 到 23:59 之间")
        if end <= start:
            what = f"结束 {end} 不晚于开始 {start}"
            return refused("TIME_RANGE_ORDER", what, "改正起止，结束要晚于开始")
        return Parsed(TimeRange(start, end))

    @override
    def read_number(self, number: int | float | Decimal) -> Parsed:
        how = "写成 09:00-11:30，把单元格设为文本"
        return refused("TIME_RANGE", "单元格里是一个数字，不是一段时间", how)

    @override
    def read_other(self, shown: str) -> Parsed:
        how = "写上起止，例 09:00-11:30"
        return refused("TIME_RANGE", f"单元格里是{quote(shown)}，不是一段时间", how)

    @override
    def dump(self, value: TimeRange) -> str:
        return f"{value.start}-{value.end}"

    @override
    def load(self, stored: Any) -> TimeRange:
        found = re.fullmatch(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})", stored) if isinstance(stored, str) else None
        if found is None:
            raise self.unreadable(stored)
        hour, minute, till_hour, till_minute = map(int, found.groups())
        try:
            return TimeRange(Clock(hour, minute), Clock(till_hour, till_minute))
        except ValueError as error:
            raise self.unreadable(stored) from error


def _clock(found: re.Match[str], inherited: str | None) -> Clock | None:
    """The time a match tells; a part of the day said once goes for both ends: 下午2点到4点."""
    word, hour, minute, said, packed_hour, packed_minute = found.groups()
    hours, minutes = int(hour or packed_hour), _minutes(minute or said or packed_minute)
    if hours < 12 and _is_later(word, inherited, hours):
        hours += 12
    if word in _MORNING and hours > 12:
        return None
    return Clock(hours, minutes) if hours < 24 and minutes < 60 else None


def _is_later(word: str | None, inherited: str | None, hours: int) -> bool:
    part = word or inherited
    if part == "中午":
        return hours < 6  # 中午11点半 is before noon
    return part in _AFTERNOON


def _minutes(said: str | None) -> int:
    match said:
        case None | "整" | "钟":
            return 0
        case "半":
            return 30
        case "1刻" | "3刻":
            return 15 * int(said[0])
        case _:
            return int(said.removesuffix("分"))
