"""What is wrong with a page as it would leave the printer: text cut off or printed over, seals without text."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from onefill.rendering.packet import PDFIUM, page_count
from onefill.rendering.page_learning import unlike
from onefill.rendering.page_pictures import large_pictures, off_paper
from onefill.rendering.page_places import MM, SEAL_MARKS

FaultCode = Literal[
    "CUT",
    "OFF_PAPER",
    "PICTURE_OFF_PAPER",
    "PRINTED_OVER",
    "TOO_NARROW",
    "LONELY_SEAL",
    "LONELY_SIGN",
    "EMPTY_PAGE",
    "BREAK_AT_END",
    "SET_OTHERWISE",
]
Grey = np.ndarray[Any, np.dtype[np.uint8]]
Marks = np.ndarray[Any, np.dtype[np.bool_]]
Chars = list[tuple[str, tuple[int, ...]]]

DPI = 150
#: Pages that are looked at from the beginning and from the end: all of most papers. Each takes about 30 ms.
FIRST, LAST = 60, 20
#: No printer prints nearer to the paper's edge, in millimetres.
UNPRINTED = 3.0
#: Ink is so much darker than what lies around it.
_INK = 60
_WHITE = 255
#: Of a character cut off, at least this part of its height or width is blank at one side.
_BLANK = 0.3
#: Smaller signs are not looked at side by side, in dots.
_SMALL = 8
#: So much of a character lies under others.
_UNDER = 0.5
_TOO_NARROW = "###"
_SAID = 12
# Blanks, and dashes, whose boxes fonts tell larger than they are.
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Pd"})
_DAY = "年月日"
_DATE = re.compile(r"^[\d\s_]*年[\d\s_]*月[\d\s_]*日$|^[\d\s_]{1,4}$")


@dataclass(frozen=True, kw_only=True)
class PageFault:
    """What is wrong with a page, and the text that shows where."""

    page: int
    code: FaultCode
    near: str = ""


def page_faults(pdf: bytes, *, first: int = FIRST, last: int = LAST) -> list[PageFault]:
    """Look at every page of a PDF; of those in the middle of a very long one only whether they hold text of their own.

    Args:
        pdf: A document that can be opened.
        first: So many pages from the beginning.
        last: So many from the end.
    """
    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        count = len(document)
        lines = [_lines(page) for page in document]
        found = list(_alone(lines, _pictured(document)))
        if count == 1 and not lines[0] and _is_blank(document[0]):
            found.append(PageFault(page=1, code="EMPTY_PAGE"))
        for number in _ends(count, first, last):
            found += _looked_at(document[number - 1], number)
    return found


def set_faults(
    ours: bytes, truth: bytes, known: Sequence[PageFault], *, first: int = FIRST, last: int = LAST
) -> list[PageFault]:
    """What is wrong with pages that were set into a layout: where they differ from LibreOffice's, and by themselves.

    Args:
        ours: The pages that were set.
        truth: The same as LibreOffice lays them out.
        known: What is wrong with these, and is not told again.
        first: So many pages from the beginning are looked at.
        last: So many from the end.
    """
    count = page_count(ours)
    if count != page_count(truth):
        return [PageFault(page=min(count, page_count(truth)) or 1, code="SET_OTHERWISE")]
    numbers = [number - 1 for number in _ends(count, first, last)]
    found = [PageFault(page=at + 1, code="SET_OTHERWISE") for at in unlike(ours, truth, [(at, at) for at in numbers])]
    return [*found, *(fault for fault in page_faults(ours, first=first, last=last) if fault not in known)]


def _ends(count: int, first: int, last: int) -> list[int]:
    """The numbers of the first and the last pages, from 1."""
    return sorted({*range(1, min(first, count) + 1), *range(max(count - last, 0) + 1, count + 1)})


def _lines(page: pypdfium2.PdfPage) -> list[str]:
    text = page.get_textpage()
    try:
        return [line.strip() for line in text.get_text_bounded().splitlines() if line.strip()]
    finally:
        text.close()


def _pictured(document: pypdfium2.PdfDocument) -> list[bool]:
    """Which pages show a picture that not every page has at the same place."""
    shown = [large_pictures(page) for page in document]
    alike = frozenset.intersection(*shown) if shown else frozenset()
    return [bool(found - alike) for found in shown]


def _alone(pages: Sequence[Sequence[str]], pictured: Sequence[bool]) -> Iterator[PageFault]:
    """Pages with nothing on them but what every page has: blank ones, and those with a place for a seal alone."""
    if len(pages) < 2:
        return
    alike = set.intersection(*({_shape(line) for line in lines} for lines in pages))
    most = max(map(len, pages))
    for number, lines in enumerate(pages, 1):
        own = [line for line in lines if not _shape(line) or _shape(line) not in alike]
        marked = [line for line in lines if any(mark in line for mark in SEAL_MARKS)]
        if pictured[number - 1] or (not own and len(lines) * 2 > most):  # a scan; rows that every page says alike
            continue
        if marked and all(_is_label(line) for line in own):
            yield PageFault(page=number, code="LONELY_SEAL", near=marked[0][:_SAID])
        elif _only_signed(own):
            yield PageFault(page=number, code="LONELY_SIGN", near=own[0][:_SAID])
        elif not own and not marked:
            yield PageFault(page=number, code="EMPTY_PAGE")


def _is_blank(page: pypdfium2.PdfPage) -> bool:
    """Whether a page leaves no ink at all, which is all that can be said of one that has no other beside it."""
    drawn: Grey = page.render(scale=DPI / 72, grayscale=True).to_numpy()
    return int(drawn.min()) > _WHITE - _INK


def _shape(line: str) -> str:
    """A line without its numbers: a foot line is the same on every page."""
    return re.sub(r"[\s\d]", "", line)


def _is_label(line: str) -> bool:
    """Whether it only says who signs, seals, and when."""
    return "：" in line or bool(_DATE.match(line)) or any(mark in line for mark in (*SEAL_MARKS, "签字", "签名"))


def _only_signed(own: Sequence[str]) -> bool:
    """Whether a page has room for names and a day that are written by hand, and nothing else."""
    return all(_is_label(line) for line in own) and re.sub(r"\s", "", "".join(own)).endswith(_DAY)


def _looked_at(page: pypdfium2.PdfPage, number: int) -> Iterator[PageFault]:
    chars = _chars(page)
    drawn: Grey = page.render(scale=DPI / 72, grayscale=True).to_numpy()
    grey = drawn.reshape(drawn.shape[:2])
    whole = "".join(char for char, _ in chars)
    if _TOO_NARROW in whole:
        at = whole.index(_TOO_NARROW)
        yield PageFault(page=number, code="TOO_NARROW", near=whole[max(at - _SAID, 0) : at])
    if off_paper(page):
        yield PageFault(page=number, code="PICTURE_OFF_PAPER")
    yield from _of(number, "OFF_PAPER", chars, [_off(box, grey.shape) for _, box in chars])
    yield from _of(number, "CUT", chars, [_cut(grey, box) for _, box in chars])
    yield from _of(number, "PRINTED_OVER", chars, _over(chars, grey.shape))


def _of(number: int, code: FaultCode, chars: Chars, faulty: Sequence[bool]) -> Iterator[PageFault]:
    """One fault for each run of characters that have it."""
    run = ""
    for (char, _), wrong in zip(chars, faulty, strict=True):
        if wrong:
            run += char
        elif run:
            yield PageFault(page=number, code=code, near=run[:_SAID])
            run = ""
    if run:
        yield PageFault(page=number, code=code, near=run[:_SAID])


def _chars(page: pypdfium2.PdfPage) -> Chars:
    """What should leave ink, with its box in dots from the left and upper edge: a character, or letters joined."""
    found: Chars = []
    text, height, scale = page.get_textpage(), page.get_height(), DPI / 72
    before: object = None
    try:
        for index, char in _signs(text):
            left, bottom, right, top = box = text.get_charbox(index)
            if box == before:  # a ligature, which is one sign; no two signs have boxes equal to the last digit
                found[-1] = (found[-1][0] + char, found[-1][1])
            elif right > left and top > bottom:
                before = box
                sides = (round(side * scale) for side in (left, height - top, right, height - bottom))
                found.append((char, tuple(sides)))
    finally:
        text.close()
    return found


def _signs(text: pypdfium2.PdfTextPage) -> Iterator[tuple[int, str]]:
    """What is no blank, by its index; of a pair that UTF-16 writes for one character, the second."""
    high = 0
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        high = 0
        if unicodedata.category(chr(code)) not in _UNSEEN and not pdfium.FPDFText_IsGenerated(text, index):
            yield index, chr(code)


def _off(box: tuple[int, ...], size: tuple[int, ...]) -> bool:
    left, top, right, bottom = box
    edge = UNPRINTED * MM * DPI / 72
    return left < edge or top < edge or right > size[1] - edge or bottom > size[0] - edge


def _cut(grey: Grey, box: tuple[int, ...]) -> bool:
    """Whether a character leaves no ink, or none along one of its sides; its box is as tight as the font says."""
    left, top, right, bottom = box
    seen = grey[max(top, 0) : max(bottom, 0) + 1, max(left, 0) : max(right, 0) + 1]
    if not seen.size:
        return True
    ink: Marks = seen < int(seen.max()) - _INK
    if not ink.any():
        return True
    return any(_blank_at_one_end(ink.max(axis=axis)) for axis in (0, 1))


def _blank_at_one_end(inked: Marks) -> bool:
    blank = max(int(inked.argmax()), int(inked[::-1].argmax()))
    return inked.size > _SMALL and blank > inked.size * _BLANK


def _over(chars: Chars, size: tuple[int, ...]) -> list[bool]:
    """Which characters lie over others that were printed before."""
    taken: Marks = np.zeros(size[:2], dtype=bool)
    found = []
    for _, (left, top, right, bottom) in chars:
        seen = taken[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
        found.append(bool(seen.size and seen.mean() > _UNDER))
        seen[:] = True
    return found
