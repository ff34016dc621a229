"""The fonts that LibreOffice printed with, opened ourselves: how wide a sign is, how it looks, a file with some."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from threading import RLock
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name

from onefill.rendering.compact_fonts import EM, OutlinePen, blank_outline, compact_font
from onefill.rendering.font_names import FREE_FONTS
from onefill.rendering.fonts import font_folders, installed_files

_BLOCK = 100
#: fontTools reads files bit by bit, which only one thread may do.
_READING = RLock()


class OpenFace:
    """A font file of this machine."""

    def __init__(self, path: Path, number: int) -> None:
        with path.open("rb") as file:
            # Fonts are large, and only a little of each is ever looked at.
            mapped: Any = mmap(file.fileno(), 0, access=ACCESS_READ)
        self._font = TTFont(mapped, fontNumber=number, lazy=True)
        self._scale = EM / self._font["head"].unitsPerEm
        self._signs: dict[str, tuple[int, bytes]] = {}
        head, across = self._font["head"], self._font["hhea"]
        self.box = tuple(round(side * self._scale) for side in (head.xMin, head.yMin, head.xMax, head.yMax))
        self.ascent, self.descent = (round(side * self._scale) for side in (across.ascent, across.descent))
        self._cmap: Mapping[int, str] = {}
        self._glyphs: Any = None

    def width(self, sign: str) -> int | None:
        """How wide a sign is, in thousandths; None if the font has none."""
        found = self._signs.get(sign) or self._read(sign)
        return found[0] if found else None

    def outline(self, sign: str) -> tuple[int, bytes]:
        """How wide a sign that the font has is, and how it looks."""
        return self._signs[sign]

    def _read(self, sign: str) -> tuple[int, bytes] | None:
        with _READING:
            if self._glyphs is None:
                self._cmap, self._glyphs = self._font.getBestCmap(), self._font.getGlyphSet()
            glyph = self._glyphs[self._cmap[ord(sign)]] if ord(sign) in self._cmap else None
            if glyph is None:
                return None
            width = round(glyph.width * self._scale)
            pen = OutlinePen(self._glyphs, width, self._scale)
            glyph.draw(pen)
            self._signs[sign] = (width, pen.written())
            return self._signs[sign]


@lru_cache(maxsize=32)
def _opened(path: Path, number: int, stamp: tuple[int, int]) -> OpenFace:
    return OpenFace(path, number)


@lru_cache(maxsize=1)
def _known(files: tuple[tuple[str, Path], ...]) -> Mapping[str, tuple[Path, int]]:
    """Where each font lies that a PDF may name."""
    faces = {name: font.face for font in FREE_FONTS for name in font.files}
    found: dict[str, tuple[Path, int]] = {}
    for name, path in files:
        number = faces.get(name, 0) if path.suffix == ".ttc" else -1
        for told in _names(path, number):
            found.setdefault(told, (path, number))
    return found


def _names(path: Path, number: int) -> set[str]:
    """What PDF files may call a font."""
    with TTFont(path, fontNumber=number, lazy=True) as font:
        names = {font["name"].getDebugName(6) or ""}
        if "CFF " in font:
            compact = font["CFF "].cff
            names.update(compact.fontNames)
            names.update(part.FontName for part in getattr(compact.topDictIndex[0], "FDArray", ()))
    return names - {""}


def face_called(name: str) -> OpenFace | None:
    """The font that a PDF calls so; None if it is not one of those that we print with."""
    with _READING:
        known = _known(tuple(installed_files(font_folders()).items())).get(name)
        if known is None:
            return None
        now = known[0].stat()
        return _opened(*known, (now.st_mtime_ns, now.st_size))  # a font that was replaced is opened anew


@dataclass(frozen=True)
class Subset:
    """A font with some signs only, in a document.

    Attributes:
        font: The font.
        codes: How a page's content names each sign.
    """

    font: pikepdf.Object
    codes: Mapping[str, bytes]


def subset(document: pikepdf.Pdf, face: OpenFace, name: str, signs: Iterable[str]) -> Subset:
    """Put a font into a document.

    Args:
        document: Where to.
        face: The font, which has been asked for the width of each sign.
        name: What it is called.
        signs: What the document says in it.
    """
    ordered = sorted(set(signs))
    called = f"ONEFIL+{name}"
    file = compact_font(called, face.box, [blank_outline(), *(face.outline(sign)[1] for sign in ordered)])
    described = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name(f"/{called}"),
        Flags=4,
        FontBBox=list(face.box),
        ItalicAngle=0,
        Ascent=face.ascent,
        Descent=face.descent,
        CapHeight=face.ascent,
        StemV=80,
        FontFile3=document.make_stream(file, Subtype=Name.CIDFontType0C),
    )
    lower = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType0,
        BaseFont=Name(f"/{called}"),
        CIDSystemInfo=Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0),
        FontDescriptor=document.make_indirect(described),
        DW=EM,
        W=Array([1, Array([face.outline(sign)[0] for sign in ordered])]),
    )
    codes = {sign: b"%04X" % number for number, sign in enumerate(ordered, 1)}
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name(f"/{called}"),
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([document.make_indirect(lower)]),
        ToUnicode=document.make_stream(_told(codes)),
    )
    return Subset(document.make_indirect(font), codes)


def _told(codes: Mapping[str, bytes]) -> bytes:
    """Which sign each code is, so that it can be searched."""
    pairs = [b"<%s> <%s>" % (code, sign.encode("utf-16-be").hex().upper().encode()) for sign, code in codes.items()]
    blocks = [pairs[at : at + _BLOCK] for at in range(0, len(pairs), _BLOCK)]
    told = [b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks]
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        b"/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n%s\n"
        b"endcmap CMapName currentdict /CMap defineresource pop end end" % b"\n".join(told)
    )
