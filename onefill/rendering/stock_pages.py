"""Pages printed on paper that bears print already: moved to where a printer really puts them, and a sheet to find out.

A printer feeds paper a little to one side, or prints a little too large. What a ruler says of the sheet is what the
pages are moved by.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf

from onefill.rendering.packet import opened, saved
from onefill.rendering.page_marks import FONT, font_of, small_face, upright
from onefill.rendering.page_places import MM

#: How far the crosses of the sheet stand from the paper's edges, in millimetres.
CROSS = 20.0
A4 = (210.0, 297.0)
_ARM, _LINE = 6.0, 0.2
#: Where what is told begins, beside and below the rulers.
_ASIDE, _BELOW = 12.0, 18.0
_LONG, _HALF, _SHORT = 5.0, 3.5, 2.0


@dataclass(frozen=True, kw_only=True)
class Placing:
    """How a page is put onto the paper, as the page is looked at.

    Attributes:
        right: Millimetres to the right; to the left below 0.
        down: Millimetres down; up below 0.
        scale: Per cent, from the upper left corner.
    """

    right: float = 0.0
    down: float = 0.0
    scale: float = 100.0

    @property
    def moves(self) -> bool:
        """Whether it changes anything."""
        return self != Placing()


def placed(pdf: bytes, placing: Placing) -> bytes:
    """The same pages, each moved; nothing else of them changes, and equal input gives equal bytes.

    Raises:
        PdfBroken: The PDF cannot be opened.
    """
    if not placing.moves:
        return pdf
    scale = placing.scale / 100
    with opened(pdf) as document:
        for page in document.pages:
            seen = pikepdf.Matrix(*upright(page))
            move = pikepdf.Matrix(scale, 0, 0, scale, placing.right * MM, -placing.down * MM)
            page.contents_add(b"q %s cm\n" % (seen.inverse() @ move @ seen).encode(), prepend=True)
            page.contents_add(b"\nQ")
        return saved(document)


def ruled(told: bytes, placing: Placing) -> bytes:
    """A sheet to find out how a printer places its pages: a lying page and an upright one, with rulers to measure.

    Args:
        told: A PDF whose first page says what to do; it is laid onto both.
        placing: How pages are placed so far, so that the sheet shows what is still wrong.

    Raises:
        PdfBroken: The PDF cannot be opened.
    """
    with opened(told) as words, pikepdf.new() as sheet:
        font = font_of(sheet, small_face())
        for width, height in (A4[::-1], A4):
            page = sheet.add_blank_page(page_size=(width * MM, height * MM))
            left, top = (width - A4[0]) / 2 + _ASIDE, height - _BELOW
            corners = left * MM, (top - A4[1]) * MM, (left + A4[0]) * MM, top * MM
            page.add_overlay(words.pages[0], pikepdf.Rectangle(*corners))
            page.contents_add(b"\nq 0 G 0 g %.2f w 1 0 0 1 0 %.3f cm\n" % (_LINE * MM, height * MM))
            page.contents_add(b"".join(_rulers(width, height)) + b"Q")
            page.add_resource(font, pikepdf.Name.Font, pikepdf.Name(FONT), replace_existing=True)
        return placed(saved(sheet), placing)


def _rulers(width: float, height: float) -> Iterator[bytes]:
    """A ruler along the upper and the left edge, from cross to cross; numbers are millimetres from the paper's edge."""
    for at in range(round(CROSS), round(width - CROSS) + 1):
        yield _stroke(at, CROSS, at, CROSS + _tick(at))
        if at % 10 == 0 and at > CROSS:
            yield _number(at, at - 1.5, CROSS + _LONG + 2.5)
    for at in range(round(CROSS), round(height - CROSS) + 1):
        yield _stroke(CROSS, at, CROSS + _tick(at), at)
        if at % 10 == 0 and at > CROSS:
            yield _number(at, CROSS + _LONG + 0.7, at + 0.8)
    yield _stroke(CROSS, CROSS, width - CROSS, CROSS)
    yield _stroke(CROSS, CROSS, CROSS, height - CROSS)
    for across in (CROSS, width - CROSS):
        for down in (CROSS, height - CROSS):
            yield _stroke(across - _ARM, down, across + _ARM, down)
            yield _stroke(across, down - _ARM, across, down + _ARM)


def _tick(at: int) -> float:
    return _LONG if at % 10 == 0 else _HALF if at % 5 == 0 else _SHORT


def _stroke(*ends: float) -> bytes:
    left, top, right, bottom = (side * MM for side in ends)
    return b"%.3f %.3f m %.3f %.3f l S\n" % (left, -top, right, -bottom)


def _number(value: int, left: float, down: float) -> bytes:
    return b"BT %s 6 Tf %.3f %.3f Td (%d) Tj ET\n" % (FONT.encode(), left * MM, -down * MM, value)
