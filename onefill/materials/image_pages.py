"""Photographs and scans that are one picture each. Runs in a program of its own: see ``child``."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from onefill.materials.codes import LONGEST, Read, no_codes
from onefill.materials.errors import CutOff, Damaged, PageMissing, TooManyPixels
from onefill.materials.looks import LOOKED_AT, advice, look
from onefill.materials.model import MM_PER_INCH, MOST_LONG, SHEET_MM, PageInfo, Source

_ORIENTATION = 0x0112
#: EXIF orientation: by how much the picture must be turned clockwise.
_TURNS = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
#: Dots per inch that a scanner writes down; cameras and screens write 72 and 96, which means nothing.
_SAID = range(100, 2401)
_FORMATS = ("JPEG", "PNG")
#: What Pillow raises over files that are not what they say.
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError, struct.error)

Image.preinit()
Image.MAX_IMAGE_PIXELS = None  # we look at the heading ourselves, and refuse in our own words


def info(source: Source, kind: str, most_pixels: int, read: Read = no_codes) -> tuple[PageInfo, Image.Image]:
    """What the one page is, and its small upright picture at which it was looked.

    Raises:
        MaterialRefused: It cannot be seen.
    """
    with _opened(source, kind, most_pixels) as image:
        turn = _TURNS.get(_orientation(image), 0)
        dpi = _dpi(image)
        width, height = (round(dots / dpi * MM_PER_INCH, 1) for dots in image.size)
        if turn in (90, 270):
            width, height = height, width
        longest = max(width, height) / MM_PER_INCH * LOOKED_AT
        codes = read(_drawn(image, kind, min(1.0, LONGEST / max(image.size)))) if read is not no_codes else ()
        seen = _drawn(image, kind, longest / max(image.size))
    found = advice(look(seen), dpi, scanned=True)
    return PageInfo(number=1, width_mm=width, height_mm=height, dpi=dpi, turn=turn, advice=found, codes=codes), seen


def drawn(source: Source, kind: str, page: int, turn: int, width: int, most_pixels: int) -> Image.Image:
    """The page upright, then turned clockwise, so many dots wide.

    Raises:
        PageMissing: There is one page only.
        MaterialRefused: It cannot be seen.
    """
    if page != 1:
        raise PageMissing(page=page, pages=1)
    with _opened(source, kind, most_pixels) as image:
        aside = (_TURNS.get(_orientation(image), 0) + turn) % 180 == 90
        across = image.size[1] if aside else image.size[0]
        picture = _drawn(image, kind, min(1.0, width / across, MOST_LONG / max(image.size)))
    return picture.rotate(-turn, expand=True) if turn else picture


@contextmanager
def _opened(source: Source, kind: str, most_pixels: int) -> Iterator[Image.Image]:
    """The picture with its heading read and no more.

    Raises:
        TooManyPixels: Its heading says so.
        Damaged: It has no heading.
    """
    try:
        image = Image.open(BytesIO(source) if isinstance(source, bytes) else source, formats=_FORMATS)
    except (UnidentifiedImageError, *_BROKEN) as error:
        raise Damaged(kind=kind.upper()) from error
    with image:
        width, height = image.size
        if width * height > most_pixels:
            raise TooManyPixels(width=width, height=height)
        if min(width, height) < 1:
            raise Damaged(kind=kind.upper())
        yield image


def _drawn(image: Image.Image, kind: str, scale: float) -> Image.Image:
    """The whole picture in red, green and blue, smaller, and upright; reads it to its end."""
    target = tuple(max(1, round(dots * scale)) for dots in image.size)
    try:
        image.draft("RGB", (target[0], target[1]))
        image.load()
        turned = _orientation(image)
    except _BROKEN as error:
        if isinstance(error, OSError) and "truncated" in str(error):
            raise CutOff() from error
        raise Damaged(kind=kind.upper()) from error
    factor = max(1, min(dots // (2 * wanted) for dots, wanted in zip(image.size, target, strict=True)))
    plain = _plain(_reducible(image).reduce(factor))
    small = plain.resize((target[0], target[1]), Image.Resampling.BOX if scale < 0.3 else Image.Resampling.BILINEAR)
    return small.transpose(_UPRIGHT[turned]) if turned in _UPRIGHT else small


def _reducible(image: Image.Image) -> Image.Image:
    """In a mode whose dots can be averaged: palettes, single bits and fine greys cannot."""
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("L") if image.mode == "1" else image


def _plain(image: Image.Image) -> Image.Image:
    """In red, green and blue; what shines through is white."""
    if "A" in image.mode or "a" in image.mode or "transparency" in image.info:
        layered = image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(layered, mask=layered.getchannel("A"))
        return paper
    return image.convert("RGB")


def _orientation(image: Image.Image) -> int:
    try:
        said = image.getexif().get(_ORIENTATION, 1)
    except _BROKEN:
        return 1
    return said if isinstance(said, int) else 1


def _dpi(image: Image.Image) -> int:
    """Dots per inch as the file says; a photograph is taken to show a whole sheet."""
    said = image.info.get("dpi")
    if isinstance(said, tuple) and len(said) == 2:
        try:
            across, down = (round(float(one)) for one in said)
        except (ValueError, OverflowError, TypeError):
            across = down = 0
        if across in _SAID and abs(across - down) <= 1:
            return across
    return max(1, round(max(image.size) / (SHEET_MM / MM_PER_INCH)))
