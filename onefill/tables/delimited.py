"""Reading .csv in whatever encoding and with whatever separator it was written."""

import csv
import re
from collections import Counter
from contextlib import suppress
from pathlib import PurePosixPath

from onefill.tables.errors import Illegible, TooManyCells
from onefill.tables.model import LAST_COLUMN, LAST_ROW, MOST_CELLS, Cell, Line, Worksheet

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SEPARATORS = ("\t", ";", ",")
_TOLD = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
#: Written by Excel's users to keep digits: ="440604…".
_GUARDED = re.compile(r'="([^"]*)"')
#: What Chinese turns into when it was read in the wrong encoding and saved again.
_SPOILT = re.compile("�|锟斤拷|烫烫烫|濮撳悕|韬唤璇")
#: Characters that stand for nothing: here and there a rare name, everywhere the wrong encoding.
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
#: What Windows makes of bytes that are no letters in Latin-1: the bytes again.
_WESTERN = {ord(char): byte for byte in range(0x80, 0xA0) if (char := bytes([byte]).decode("cp1252", "ignore"))}
_SAMPLE = 60


def read_csv(data: bytes, filename: str) -> tuple[Worksheet, ...]:
    """The one sheet of the file; every cell is text.

    Raises:
        TableRefused: The text is illegible, or there is too much of it.
    """
    text = _decoded(data)
    told = _TOLD.match(text)
    separator = told[1] if told else _separator(text)
    lines, left = [], MOST_CELLS
    for number, row in enumerate(_records(text, separator), 1):
        if told and number == 1:
            continue
        cells = {column: Cell(_bare(value)) for column, value in enumerate(row, 1) if value.strip()}
        if cells:
            lines.append(Line(number, cells))
            left -= len(cells)
        if left < 0 or number > LAST_ROW or len(row) > LAST_COLUMN:
            raise TooManyCells(most=MOST_CELLS)
    return (Worksheet(sheet_name(filename), tuple(lines)),)


def sheet_name(filename: str) -> str:
    """A name for the sheet that Excel takes: from the file's name, without what it forbids."""
    stem = PurePosixPath(filename.replace("\\", "/")).stem
    name = re.sub(r"[\[\]:*?/\\\x00-\x1f]", "", stem).strip("' ")[:31]
    return name or "Sheet1"


def _decoded(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _legible(data[len(bom) :], encoding)
    if b"\0" in data:
        # Neither UTF-8 nor GB18030 text holds a zero; in UTF-16 every comma and digit does, on the same side.
        little = data[1::2].count(0) > data[0::2].count(0)
        return _legible(data, "utf-16-le" if little else "utf-16-be")
    for encoding in ("utf-8", "gb18030", "big5hkscs"):
        with suppress(Illegible):
            return _legible(data, encoding)
    raise Illegible()


def _legible(data: bytes, encoding: str) -> str:
    try:
        text = _meant(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise Illegible() from error
    strange = len(_PRIVATE.findall(text))
    if "\0" in text or _SPOILT.search(text) or (strange > 1 and strange * 10 > len(_IDEOGRAPH.findall(text))):
        raise Illegible()
    return text


def _meant(text: str) -> str:
    """The text, or what it was before a program took UTF-8 for Western letters and saved those."""
    with suppress(UnicodeError):
        before = text.translate(_WESTERN).encode("latin-1").decode("utf-8")
        return before if _IDEOGRAPH.search(before) else text
    return text


def _separator(text: str) -> str:
    """The one that cuts most lines into the same number of columns."""
    sample = "".join(text.splitlines(keepends=True)[:_SAMPLE])

    def steadiness(separator: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in _records(sample, separator) if len(row) > 1)
        return max(((count, width) for width, count in widths.items()), default=(0, 0))

    return max(_SEPARATORS, key=steadiness)


def _records(text: str, separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(text.splitlines(keepends=True), delimiter=separator))
    except csv.Error:
        # A quotation mark that never ends: every line for itself, then.
        return [line.split(separator) for line in text.splitlines()]


def _bare(value: str) -> str:
    guarded = _GUARDED.fullmatch(value.strip())
    return guarded[1] if guarded else value
