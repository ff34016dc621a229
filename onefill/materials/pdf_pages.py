"""Pages of a PDF. Runs in a program of its own, in one thread, which is all that pdfium can do: see ``child``."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from onefill.materials.codes import READ_AT, Read, no_codes
from onefill.materials.errors import Damaged, PageMissing
from onefill.materials.looks import LOOKED_AT, advice, look
from onefill.materials.model import MM_PER_INCH, MOST_LONG, PageInfo, Source

_POINTS = 72
#: Dots of a drawn page; a sheet of any size is drawn so small that it has no more.
_MOST_DOTS = 8_000_000
#: Pictures of a page that are measured, and which part of the page one must fill to be a scan of it.
_MOST_PICTURES, _SCAN = 200, 0.5


class _Drawn(NamedTuple):
    """A picture on a page: the part of the page it fills, its dots per inch there."""

    part: float
    dpi: float


def infos(source: Source, pages: int, read: Read = no_codes) -> Iterator[tuple[PageInfo, Image.Image]]:
    """Each page, and its picture at which it was looked.

    Args:
        source: The file.
        pages: How many it has; a second reader must count the same.
        read: Finds the codes on a page.

    Raises:
        Damaged: It cannot be followed.
    """
    with _opened(source) as document:
        if len(document) != pages:
            raise Damaged(kind="PDF")
        for number in range(1, pages + 1):
            with _page(document, number) as page:
                yield _info(page, number, read)


def drawn(source: Source, number: int, turn: int, width: int) -> Image.Image:
    """A page upright, then turned clockwise, so many dots wide.

    Raises:
        Damaged: It cannot be followed.
        PageMissing: There is no such page.
    """
    with _opened(source) as document:
        if not 1 <= number <= len(document):
            raise PageMissing(page=number, pages=len(document))
        with _page(document, number) as page:
            across, down = _size(page)
            return _draw(page, width / (down if turn in (90, 270) else across), turn)


@contextmanager
def _opened(source: Source) -> Iterator[pypdfium2.PdfDocument]:
    try:
        with pypdfium2.PdfDocument(source) as document:
            if document.get_formtype() != pdfium.FORMTYPE_NONE:
                document.init_forms()  # what was filled into a form is drawn with it only
            yield document
    except pypdfium2.PdfiumError as error:
        raise Damaged(kind="PDF") from error


@contextmanager
def _page(document: pypdfium2.PdfDocument, number: int) -> Iterator[Any]:
    page = document[number - 1]
    try:
        yield page
    finally:
        page.close()  # its decoded pictures, too


def _info(page: Any, number: int, read: Read) -> tuple[PageInfo, Image.Image]:
    across, down = _size(page)
    scan = _scan(page, across * down)
    picture = _draw(page, LOOKED_AT / _POINTS, 0)
    width, height = (round(side / _POINTS * MM_PER_INCH, 1) for side in (across, down))
    found = advice(look(picture), scan, scanned=scan is not None)
    codes = read(_draw(page, READ_AT / _POINTS, 0)) if read is not no_codes else ()
    told = PageInfo(number=number, width_mm=width, height_mm=height, dpi=scan, advice=found, codes=codes)
    return told, picture


def _size(page: Any) -> tuple[float, float]:
    """Width and height in points, never nothing."""
    across, down = page.get_size()
    return max(1.0, across), max(1.0, down)


def _scan(page: Any, area: float) -> int | None:
    """Dots per inch of the picture that fills the page; a file may keep its letters finer than its colours."""
    found = [
        _measured(one, area) for one in islice(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]), _MOST_PICTURES)
    ]
    if sum(one.part for one in found) < _SCAN:
        return None
    largest = max(one.part for one in found)
    return round(max(one.dpi for one in found if one.part >= largest / 2))


def _measured(picture: Any, area: float) -> _Drawn:
    a, b, c, d, *_ = picture.get_matrix().get()
    across, down = math.hypot(a, b), math.hypot(c, d)
    wide, _high = picture.get_px_size()
    return _Drawn(across * down / area, wide / across * _POINTS if across > 0 else 0.0)


def _draw(page: Any, scale: float, turn: int) -> Image.Image:
    across, down = _size(page)
    scale = min(scale, math.sqrt(_MOST_DOTS / (across * down)), MOST_LONG / max(across, down))
    bitmap = page.render(scale=scale, rotation=turn, rev_byteorder=True)
    image: Image.Image = bitmap.to_pil().convert("RGB")
    bitmap.close()
    return image
