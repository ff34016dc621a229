"""What kind of number a cell holds, which Excel tells only by the cell's number format."""

import re
from datetime import date, datetime, time
from typing import Literal

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, WINDOWS_EPOCH, from_excel

NumberKind = Literal["number", "percent", "date"]

#: Dates and times in Chinese editions of Excel and WPS, which the standard lists only for them.
_CHINESE_DATES = frozenset((*range(27, 37), *range(50, 59)))
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


def number_kinds(styles: etree._Element | None) -> list[NumberKind]:
    """The kind of each cell style, by its index in ``cellXfs``."""
    if styles is None:
        return []
    custom = {each.get("numFmtId", ""): each.get("formatCode", "") for each in styles.iterfind("{*}numFmts/{*}numFmt")}
    return [_kind(each.get("numFmtId", "0"), custom) for each in styles.iterfind("{*}cellXfs/{*}xf")]


def _kind(number: str, custom: dict[str, str]) -> NumberKind:
    code = custom.get(number)
    if code is None:
        if number.isdigit() and int(number) in _CHINESE_DATES:
            return "date"
        code = BUILTIN_FORMATS.get(int(number), "General") if number.isdigit() else "General"
    if is_date_format(code):
        return "date"
    return "percent" if "%" in _LITERAL.sub("", code) else "number"


def moment(serial: float, *, mac: bool) -> date | datetime | time | None:
    """The day, moment or time of day behind a serial number; ``None`` if there is none."""
    try:
        found = from_excel(serial, CALENDAR_MAC_1904 if mac else WINDOWS_EPOCH)
    except (ValueError, OverflowError):
        return None
    if isinstance(found, datetime):
        whole = found.time() == time() and not 0 <= serial < 1
        return found.date() if whole else found
    return found if isinstance(found, time) else None
