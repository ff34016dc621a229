"""Numbers and days in the words of Chinese official paper."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from onefill.errors import OneFillError

_DIGITS = "〇一二三四五六七八九"
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_WEEKDAYS = "一二三四五六日"


class AmountTooLarge(OneFillError):
    """An amount beyond what can be written in words."""

    message = "金额 {amount} 太大，写不成大写。"


def date_text(day: date) -> str:
    """2026年11月4日: Arabic figures without leading zeros, as documents are signed."""
    return f"{day.year}年{day.month}月{day.day}日"


def moment_text(moment: datetime) -> str:
    """2026年11月4日 09:05."""
    return f"{date_text(moment.date())} {moment:%H:%M}"


def day_text(day: date, today: date) -> str:
    """11月4日 in the year of ``today``, else with its year."""
    return date_text(day) if day.year != today.year else f"{day.month}月{day.day}日"


def cn_digits(text: object) -> str:
    """Every figure as a Chinese one, 〇 for 0: 2026 -> 二〇二六."""
    return "".join(_DIGITS[int(char)] if char in "0123456789" else char for char in str(text))


def cn_date(day: date) -> str:
    """二〇二六年十一月四日, with 〇 (U+3007) as certificates have it."""
    return f"{cn_digits(day.year)}年{_below_hundred(day.month)}月{_below_hundred(day.day)}日"


def weekday(day: date) -> str:
    """星期一 … 星期日."""
    return f"星期{_WEEKDAYS[day.weekday()]}"


def amount_words(amount: int | Decimal | str) -> str:
    """An amount of yuan in capitals, rounded to fen: 1000.5 -> 壹仟元伍角整.

    整 stands wherever no fen follow.

    Raises:
        AmountTooLarge: 10^16 yuan or more.
    """
    cents = _in_fen(Decimal(amount))
    sign = "负" if cents < 0 else ""
    yuan, rest = divmod(abs(cents), 100)
    jiao, fen = divmod(rest, 10)
    words = _whole(yuan) + "元" if yuan or not rest else ""
    if jiao:
        words += _CAPITALS[jiao] + "角"
    elif fen and yuan:
        words += "零"
    return sign + words + (_CAPITALS[fen] + "分" if fen else "整")


def _in_fen(amount: Decimal) -> int:
    if not amount.is_finite() or amount.adjusted() >= 16:
        raise AmountTooLarge(amount=amount)
    fen = int(amount.scaleb(2).to_integral_value(ROUND_HALF_UP))
    if abs(fen) >= 10**18:
        raise AmountTooLarge(amount=amount)
    return fen


def _whole(yuan: int) -> str:
    if yuan == 0:
        return _CAPITALS[0]
    high, low = divmod(yuan, 10**8)
    if high:
        # 亿 counts what stands above it, so 万 within it is not repeated: 壹万贰仟亿.
        return _below_yi(high) + "亿" + _joined(low, 10**7)
    return _below_yi(low)


def _below_yi(number: int) -> str:
    high, low = divmod(number, 10**4)
    if high:
        return _below_wan(high) + "万" + _joined(low, 10**3)
    return _below_wan(low)


def _joined(rest: int, full: int) -> str:
    """What follows a group: with 零 where the next place is empty, nothing where all are."""
    if rest == 0:
        return ""
    return ("零" if rest < full else "") + _below_yi(rest)


def _below_wan(number: int) -> str:
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit == 0:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _CAPITALS[digit] + _PLACES[place]
        gap = False
    return words


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")
