"""Pictures on a finished page: where they lie, and which of them the paper's edge cuts off."""

from collections.abc import Iterator
from ctypes import c_float
from math import inf

import pypdfium2
import pypdfium2.raw as pdfium

from onefill.rendering.page_places import MM

#: Left, lower, right and upper side, in points.
Sides = tuple[float, float, float, float]

#: A picture that goes so little beyond the paper is one that was meant to end with it.
_BEYOND = 1.0 * MM
#: A picture that is wider and higher is no code that belongs to the page's frame.
_CODE = 25.0 * MM


def pictures(page: pypdfium2.PdfPage) -> Iterator[tuple[Sides, Sides]]:
    """Where each picture lies, and how much of that it may show: cropped pictures are drawn whole and clipped."""
    for drawn in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=1):
        yield drawn.get_bounds(), _clip(drawn)


def off_paper(page: pypdfium2.PdfPage) -> bool:
    """Whether a picture goes beyond the paper's edge."""
    paper = page.get_mediabox()
    return any(_goes_beyond(whole, shown, paper) for whole, shown in pictures(page))


def large_pictures(page: pypdfium2.PdfPage) -> frozenset[tuple[int, ...]]:
    """Where pictures lie that are larger than a code, in whole points."""
    return frozenset(
        tuple(map(round, sides))
        for sides, _ in pictures(page)
        if sides[2] - sides[0] > _CODE and sides[3] - sides[1] > _CODE
    )


def _goes_beyond(whole: Sides, shown: Sides, paper: Sides) -> bool:
    """Of each side: the picture lies beyond the paper there, and nothing but the paper's edge ends it."""
    left, lower, right, upper = (
        whole[at] < paper[at] - _BEYOND and shown[at] < paper[at] + _BEYOND
        if at < 2  # the left and the lower side
        else whole[at] > paper[at] + _BEYOND and shown[at] > paper[at] - _BEYOND
        for at in range(4)
    )
    return left or lower or right or upper


def _clip(drawn: pypdfium2.PdfObject) -> Sides:
    """What ends a picture earlier than it would itself; everything if nothing does."""
    left, lower, right, upper = -inf, -inf, inf, inf
    clip = pdfium.FPDFPageObj_GetClipPath(drawn)
    for path in range(pdfium.FPDFClipPath_CountPaths(clip) if clip else 0):
        if points := list(_points(clip, path)):
            across, up = zip(*points, strict=True)
            left, lower = max(left, min(across)), max(lower, min(up))
            right, upper = min(right, max(across)), min(upper, max(up))
    return left, lower, right, upper


def _points(clip: pdfium.FPDF_CLIPPATH, path: int) -> Iterator[tuple[float, float]]:
    across, up = c_float(), c_float()
    for segment in range(pdfium.FPDFClipPath_CountPathSegments(clip, path)):
        if pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(clip, path, segment), across, up):
            yield across.value, up.value
