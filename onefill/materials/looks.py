"""What a page looks like: too dark, too coarse, without colour, empty. Told as advice, never as a fault."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops

from onefill.materials.model import EMPTY_PAGE, Advice

#: Dots per inch at which a page is looked at: a quarter of an ordinary scan.
LOOKED_AT = 50
COARSE = 150
#: Light of the paper, of 255, below which writing is hard to tell from it. Scans have 230 and more, photographs 150.
_DARK = 120
#: Distance of the brightest and the darkest of red, green and blue. Measured: none on grey scans, 4 and more on colour
#: scans without anything red, 49 and more with a seal.
_GREY, _COLOURED = 3, 40
#: How much darker than its paper a dot of writing is, and which part of the page must be written on.
_INK, _EMPTY = 30, 0.0005
#: Part of each side that is not looked at for writing: shadows of the lid, holes, page numbers.
_EDGE = 0.08


@dataclass(frozen=True, slots=True)
class Look:
    """What was measured on the picture of a page.

    Attributes:
        paper: How light the paper is, of 255.
        colour: How colourful its most colourful thousandth is, of 255.
        ink: Part of the page that is written on.
    """

    paper: int
    colour: int
    ink: float


def look(picture: Image.Image) -> Look:
    """Measure a page, drawn at about ``LOOKED_AT`` dots per inch in red, green and blue."""
    light = picture.convert("L")
    paper = _percentile(light.histogram(), 0.8)
    width, height = picture.size
    aside, above = int(width * _EDGE), int(height * _EDGE)
    inner = light.crop((aside, above, width - aside, height - above))
    dots = inner.histogram()
    written = sum(dots[: max(0, paper - _INK)])
    return Look(paper, _colourfulness(picture), written / max(1, sum(dots)))


def advice(seen: Look, dpi: int | None, *, scanned: bool) -> tuple[Advice, ...]:
    """What could be better about a page.

    Args:
        seen: What was measured.
        dpi: Dots per inch of the scan, if that is known.
        scanned: Whether it is a picture of paper. A page that a program wrote is neither dark nor grey.
    """
    if seen.ink < _EMPTY and seen.colour < _COLOURED and seen.paper >= _DARK:
        return (Advice(EMPTY_PAGE, "是空白的", "不用交就删去"),)
    if not scanned:
        return ()
    found = []
    if seen.paper < _DARK:
        found.append(Advice("PAGE_DARK", "太暗", "建议重扫"))
    if dpi is not None and dpi < COARSE:
        found.append(Advice("PAGE_COARSE", f"只有 {dpi} dpi", "建议用 200 dpi 重扫"))
    if seen.colour < _GREY:
        found.append(Advice("PAGE_GREY", "没有颜色，看不出红章", "建议彩色重扫"))
    return tuple(found)


def _colourfulness(picture: Image.Image) -> int:
    red, green, blue = picture.split()
    brightest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    darkest = ImageChops.darker(ImageChops.darker(red, green), blue)
    return _percentile(ImageChops.subtract(brightest, darkest).histogram(), 0.999)


def _percentile(counts: Sequence[int], part: float) -> int:
    """The value that so large a part of all does not exceed."""
    wanted, reached = part * sum(counts), 0
    for value, count in enumerate(counts):
        reached += count
        if reached >= wanted:
            return value
    return len(counts) - 1
