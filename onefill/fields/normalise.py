"""Text as it was meant: width, spaces, invisible and stray characters put right before anybody reads it."""

import re
import unicodedata
from decimal import Decimal

_APOSTROPHES = "'‘’`´′"
_DASHES = "‐‑‒–—―−－﹣"
_DASH_TABLE = str.maketrans(dict.fromkeys(_DASHES, "-"))
#: Characters that show nothing although Unicode calls them letters or marks.
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0")
_CACHE_SIZE = 50_000


class _Characters(dict[int, str]):
    """A table for ``str.translate`` that decides about each code point once."""

    def __missing__(self, code: int) -> str:
        kept = _meant(chr(code))
        if len(self) < _CACHE_SIZE:
            self[code] = kept
        return kept


def _meant(char: str) -> str:
    """What to put for one character: itself, a plainer one, or nothing."""
    code = ord(char)
    category = unicodedata.category(char)
    if char in "\n\r\t\x0b\x0c\x85\u2028\u2029":
        return " " if char == "\t" else "\n"
    # A character newer than this Python's tables is somebody's name all the same, if it is an ideograph.
    unknown = category == "Cn" and (code & 0xFFFF >= 0xFFFE or not 0x20000 <= code <= 0x3FFFF)
    if unknown or category in ("Cc", "Cf", "Cs") or char in _BLANK_LETTERS:
        # Word and Excel files are XML: most of these make the whole file unreadable.
        return ""
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return ""  # variation selectors: no font we print with follows them
    if category == "Zs":
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if 0xFF21 <= code <= 0xFF5A and char.isalpha():
        return chr(code - 0xFEE0)
    if 0x2E80 <= code <= 0x2FDF:
        return unicodedata.normalize("NFKC", char)  # radicals that PDF viewers copy in place of characters
    return char


_TABLE = _Characters()


def paragraphs(text: str) -> str:
    """Several lines: no invisible characters, plain letters and digits, no blanks at line ends."""
    meant = unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_TABLE))
    lines = [row.rstrip() for row in meant.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n").rstrip()


def line(text: str) -> str:
    """One line: as ``paragraphs``, with every run of blanks a single space.

    An apostrophe before a digit is the spreadsheet's mark for text and goes.
    """
    meant = text if text.isascii() and text.isprintable() else unicodedata.normalize("NFC", text.translate(_TABLE))
    one = " ".join(meant.split())
    return re.sub(rf"^[{_APOSTROPHES}]+ ?(?=[0-9])", "", one)


def compact(text: str) -> str:
    """A code or number: half-width throughout (NFKC), no blanks, plain dashes, no leading apostrophe."""
    bare = text.translate(_TABLE).translate(_DASH_TABLE).lstrip(_APOSTROPHES + " \n")
    narrow = "".join(unicodedata.normalize("NFKC", bare).translate(_TABLE).split())
    # Without the blanks between them a letter and an accent may meet, hence once more.
    return unicodedata.normalize("NFKC", narrow).lstrip(_APOSTROPHES)


def code(text: str) -> str:
    """A document's number: ``compact``, in capitals, without the dashes people group digits with."""
    capitals = unicodedata.normalize("NFC", compact(text).upper())  # ß´ in capitals is S and Ś
    return capitals.replace("-", "").lstrip(_APOSTROPHES)


def fold(text: str) -> str:
    """What two spellings of one choice have in common: width, blanks, case and brackets do not count."""
    return unicodedata.normalize("NFC", compact(text).casefold()).translate(str.maketrans("【】[]〔〕", "()()()"))


def exact(number: int | float | Decimal) -> int | Decimal | None:
    """A number cell without binary noise: 15 digits, as spreadsheets keep them; None if it is no number."""
    if isinstance(number, float):
        number = Decimal(format(number, ".15g"))
    if isinstance(number, int):
        return int(number) if abs(number) < 10**30 else None
    if not number.is_finite() or number.adjusted() > 29 or number.adjusted() < -30:
        return 0 if number.is_finite() and number == 0 else None
    return plain(number)


def plain(number: Decimal) -> int | Decimal:
    """An int where the number is whole, else a Decimal without trailing zeros."""
    if number == number.to_integral_value():
        return int(number)
    return Decimal(format(number, "f").rstrip("0"))


def quote(text: str, most: int = 20) -> str:
    """The text in Chinese quotes, shortened."""
    shown = line(text)
    return f"“{shown if len(shown) <= most else shown[:most] + '…'}”"
