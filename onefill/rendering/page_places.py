"""Where on a page there is room for its code: margins first, never over ink, never near a place for a seal."""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

MM = 72 / 25.4
#: A code is so wide, in millimetres, and stands so far from the paper's edge: nearer, a scan with skew cuts it off.
SIDE, EDGE = 18.0, 10.0
#: Blank around it, so that readers find it.
QUIET = 2.0
#: A seal of 45 mm that is put beside its mark reaches so far.
SEAL_REACH = 24.0
#: How a page says that a seal goes there: forms often set the two signs apart.
SEAL_MARKS = tuple(f"{first}{gap}章" for first in "盖公签印" for gap in ("", " ", "\u3000", "\u3000\u3000"))
_STEP = 5.0
_LOOKED_AT = 50
_PAPER = 250


@dataclass(frozen=True)
class Box:
    """A part of a page as it is looked at, in millimetres from its left and upper edge."""

    left: float
    top: float
    width: float
    height: float

    def grown(self, by: float) -> "Box":
        """With so much around it."""
        return Box(self.left - by, self.top - by, self.width + 2 * by, self.height + 2 * by)

    def meets(self, other: "Box") -> bool:
        """Whether they have anything in common."""
        across = self.left < other.left + other.width and other.left < self.left + self.width
        return across and self.top < other.top + other.height and other.top < self.top + self.height


@dataclass(frozen=True)
class Place:
    """Where a code and its small print go."""

    code: Box
    print: Box


def places(pdf: bytes, print_size: tuple[float, float]) -> list[Place | None]:
    """For each page the first place in a fixed order that is free, or none; equal pages give equal places.

    Args:
        pdf: The document; asked by one thread at a time.
        print_size: Width and height of the small print in millimetres.
    """
    with pypdfium2.PdfDocument(pdf) as document:
        return [_place(page, print_size) for page in document]


def _place(page: pypdfium2.PdfPage, print_size: tuple[float, float]) -> Place | None:
    width, height = (side / MM for side in page.get_size())
    seen = page.render(scale=_LOOKED_AT / 72, grayscale=True).to_pil()
    seals: Sequence[Box] | None = None
    for code in _spots(width, height):
        if not _blank(seen, code.grown(QUIET)):
            continue
        seals = _seal_marks(page) if seals is None else seals
        if any(code.grown(SEAL_REACH).meets(mark) for mark in seals):
            continue
        for words in _beside(code, print_size, width):
            if _inside(words, width, height) and _blank(seen, words):
                return Place(code, words)
    return None


def _spots(width: float, height: float) -> Iterator[Box]:
    """Corners first, from the upper right one to the left; then along the edges."""
    right, bottom = width - EDGE - SIDE, height - EDGE - SIDE
    if min(right, bottom) < EDGE:
        return
    for left, top in ((right, EDGE), (EDGE, EDGE), (right, bottom), (EDGE, bottom)):
        yield Box(left, top, SIDE, SIDE)
    for top in (EDGE, bottom):
        for step in range(1, int((right - EDGE) / _STEP)):
            yield Box(right - step * _STEP, top, SIDE, SIDE)
    for left in (right, EDGE):
        for step in range(1, int((bottom - EDGE) / _STEP)):
            yield Box(left, EDGE + step * _STEP, SIDE, SIDE)


def _beside(code: Box, size: tuple[float, float], width: float) -> Iterator[Box]:
    """The small print towards the middle of the page, else on the other side, else below or above."""
    across, down = size
    after, before = code.left + SIDE + QUIET, code.left - QUIET - across
    for left in (before, after) if code.left > width / 2 else (after, before):
        yield Box(left, code.top, across, down)
    aligned = code.left + SIDE - across if code.left > width / 2 else code.left
    yield Box(aligned, code.top + SIDE + QUIET, across, down)
    yield Box(aligned, code.top - QUIET - down, across, down)


def _inside(box: Box, width: float, height: float) -> bool:
    """Whether it lies so far from the paper's edge that any printer prints it."""
    near = EDGE / 2
    across = near <= box.left and box.left + box.width <= width - near
    return across and near <= box.top and box.top + box.height <= height - near


def _blank(seen: Image.Image, box: Box) -> bool:
    scale = _LOOKED_AT / 25.4
    sides = (box.left, box.top, box.left + box.width, box.top + box.height)
    left, top, right, bottom = (round(side * scale) for side in sides)
    cut = seen.crop((max(left, 0), max(top, 0), min(right, seen.width), min(bottom, seen.height)))
    darkest = cut.getextrema()[0]
    return isinstance(darkest, int | float) and darkest >= _PAPER


def _seal_marks(page: pypdfium2.PdfPage) -> list[Box]:
    """Where the page says that a seal goes."""
    found = []
    text = page.get_textpage()
    try:
        for mark in SEAL_MARKS:
            search = text.search(mark)
            while (hit := search.get_next()) is not None:
                found += [_seen_box(page, text.get_charbox(at)) for at in range(hit[0], hit[0] + hit[1])]
    finally:
        text.close()
    return found


def _seen_box(page: pypdfium2.PdfPage, box: tuple[float, float, float, float]) -> Box:
    """From the page's own points, which know nothing of its being turned."""
    width, height = page.get_size()
    left, bottom, right, top = box
    corners = [_seen(page, x, y, width, height) for x, y in ((left, bottom), (right, top))]
    (one, other), (upper, lower) = (sorted(sides) for sides in zip(*corners, strict=True))
    return Box(one, upper, other - one, lower - upper)


def _seen(page: pypdfium2.PdfPage, x: float, y: float, width: float, height: float) -> tuple[float, float]:
    fine = 100  # pdfium tells whole dots
    across, down = ctypes.c_int(), ctypes.c_int()
    size = round(width * fine), round(height * fine)
    pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, across, down)
    return across.value / fine / MM, down.value / fine / MM
