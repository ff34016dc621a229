"""Codes drawn onto finished pages as lines and letters, each in a free place; nothing that was there moves."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

import pikepdf
import zxingcpp
from fontTools import subset
from fontTools.ttLib import TTFont

from onefill.rendering.fonts import font_folders, installed_files
from onefill.rendering.packet import PDFIUM, opened, saved
from onefill.rendering.page_places import MM, Box, places

#: Height of the small print and of its lines, in points.
SIZE, LEADING = 4.5, 5.2
_LETTERS = range(32, 127)
#: Name of the small print's font on a page.
FONT = "/OneFillCode"
#: Files that the small print may be set in; what a machine without any has is up to whoever shows the page.
_FILES = ("LiberationSans-Regular.ttf", "LiberationSerif-Regular.ttf", "simhei.ttf")


@dataclass(frozen=True)
class Mark:
    """What is put on a page: the text of the QR code, and the small print in lines."""

    code: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Marked:
    """A PDF with codes on it, and the numbers of the pages on which there was no room for one."""

    pdf: bytes
    bare: tuple[int, ...]


@dataclass(frozen=True)
class Face:
    """The font of the small print: its widths in thousandths, and its file unless every reader has it."""

    name: str
    widths: tuple[int, ...]
    file: bytes
    box: tuple[int, int, int, int]

    def width(self, line: str) -> float:
        """How wide a line is, in points."""
        return sum(self.widths[ord(sign) - _LETTERS.start] for sign in line) * SIZE / 1000


def mark_pages(pdf: bytes, mark_of: Callable[[int, int], Mark]) -> Marked:
    """Put a code on every page of a PDF; equal input gives equal bytes.

    Args:
        pdf: The document.
        mark_of: What goes on a page, by its number from 1 and how many there are.

    Raises:
        PdfBroken: It cannot be opened.
    """
    face = small_face()
    with opened(pdf) as document:
        count = len(document.pages)
        marks = [mark_of(number, count) for number in range(1, count + 1)]
        with PDFIUM:
            found = places(pdf, _size(face, marks))
        font = font_of(document, face)
        for page, mark, place in zip(document.pages, marks, found, strict=True):
            if place is not None:
                _draw(page, font, b"".join((*_symbol(mark.code, place.code), *_words(mark.lines, place.print))))
        data = saved(document)
    return Marked(data, tuple(at for at, place in enumerate(found, 1) if place is None))


def _size(face: Face, marks: Sequence[Mark]) -> tuple[float, float]:
    """Of the largest small print, in millimetres."""
    lines = [line for mark in marks for line in mark.lines]
    most = max((len(mark.lines) for mark in marks), default=0)
    return max((face.width(line) for line in lines), default=0.0) / MM, most * LEADING / MM


def _symbol(code: str, box: Box) -> Iterator[bytes]:
    """The dark dots of a QR code, those beside each other in one; level M: a seventh of it may be lost."""
    drawn = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = drawn.to_image(scale=1, add_quiet_zones=False)  # a buffer, which its own types do not say
    dots: Any = memoryview(image).tolist()  # rows of dots
    dot = box.width * MM / len(dots)
    for down, row in enumerate(dots):
        across = 0
        for light, same in groupby(row):
            count = len(list(same))
            if not light:
                left, top = box.left * MM + across * dot, box.top * MM + down * dot
                yield b"%.3f %.3f %.3f %.3f re\n" % (left, -top - dot, count * dot, dot)
            across += count
    yield b"f\n"


def _words(lines: Sequence[str], box: Box) -> Iterator[bytes]:
    yield b"BT %s %.1f Tf %.2f TL %.3f %.3f Td\n" % (
        FONT.encode(),
        SIZE,
        LEADING,
        box.left * MM,
        -box.top * MM - SIZE,
    )
    for line in lines:
        yield b"(%s) Tj T*\n" % line.encode("ascii").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    yield b"ET\n"


def _draw(page: pikepdf.Page, font: pikepdf.Object, drawing: bytes) -> None:
    """Draw as the page is looked at, from its upper left corner, whatever it left behind for who draws next."""
    page.contents_add(b"q\n", prepend=True)
    corner = b"%.4f %.4f %.4f %.4f %.4f %.4f" % upright(page)
    page.contents_add(b"\nQ\nq 0 g %s cm\n%sQ" % (corner, drawing))
    page.add_resource(font, pikepdf.Name.Font, pikepdf.Name(FONT), replace_existing=True)


def upright(page: pikepdf.Page) -> tuple[float, float, float, float, float, float]:
    """From points as the page is looked at, rightwards and upwards from its upper left corner, to its own."""
    left, bottom, right, top = (float(side) for side in page.cropbox)
    turned: dict[int, tuple[float, float, float, float, float, float]] = {
        0: (1, 0, 0, 1, left, top),
        90: (0, 1, -1, 0, left, bottom),
        180: (-1, 0, 0, -1, right, bottom),
        270: (0, -1, 1, 0, right, top),
    }
    return turned[page.rotation % 360]


# -- the font of the small print -----------------------------------------------------------------------------------


def small_face() -> Face:
    """The font of the small print, its letters only."""
    files = installed_files(font_folders())
    found = next((files[name] for name in _FILES if name in files), None)
    return _face(str(found)) if found else Face("Helvetica", (600,) * len(_LETTERS), b"", (0, 0, 0, 0))


@lru_cache(maxsize=4)
def _face(path: str) -> Face:
    options = subset.Options(drop_tables=["GSUB", "GPOS", "GDEF", "DSIG", "FFTM"], hinting=False, notdef_outline=True)
    with TTFont(path, recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=_LETTERS)
        cutter.subset(font)
        scale = 1000 / font["head"].unitsPerEm
        cmap, widths = font.getBestCmap(), font["hmtx"]
        head = font["head"]
        box = tuple(round(side * scale) for side in (head.xMin, head.yMin, head.xMax, head.yMax))
        found = tuple(round(widths[cmap[code]][0] * scale) for code in _LETTERS)
        name = font["name"].getDebugName(6) or "Small"
        written = io.BytesIO()
        font.save(written)
    return Face(f"ONEFIL+{name}", found, written.getvalue(), (box[0], box[1], box[2], box[3]))


def font_of(document: pikepdf.Pdf, face: Face) -> pikepdf.Object:
    """The font of the small print, in a document."""
    if not face.file:
        bare = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        return document.make_indirect(bare)
    file = document.make_stream(face.file, Length1=len(face.file))
    described = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=pikepdf.Name(f"/{face.name}"),
        Flags=32,
        FontBBox=list(face.box),
        ItalicAngle=0,
        Ascent=face.box[3],
        Descent=face.box[1],
        CapHeight=700,
        StemV=80,
        FontFile2=file,
    )
    return document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.TrueType,
            BaseFont=pikepdf.Name(f"/{face.name}"),
            FirstChar=_LETTERS.start,
            LastChar=_LETTERS.stop - 1,
            Widths=list(face.widths),
            Encoding=pikepdf.Name.WinAnsiEncoding,
            FontDescriptor=document.make_indirect(described),
        )
    )
