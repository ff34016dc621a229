"""Signs that another font lends, drawn where they are read: LibreOffice draws them behind the line they stand in.

A name with a rare sign in the middle of a sentence is found by search only if its signs follow each other in the file.
Nothing moves: a line is drawn in more pieces, each where it was.
"""

import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf

from onefill.rendering.packet import PdfBroken

# Numbers and lists in one way only: what can be read in several takes for ever where it does not match.
_NUMBER = rb"-?\d+(?:\.\d+)?(?![\d.])"
_HEX = rb"[0-9A-Fa-f]*"
_SHOW = rb"(?:<" + _HEX + rb">\s*Tj|\[[0-9A-Fa-f<>. -]*\]\s*TJ)"
_RUN = rb"(?:1 0 0 1 )?" + _NUMBER + rb" " + _NUMBER + rb" T[dm]\s*/F\d+ " + _NUMBER + rb" Tf\s*" + _SHOW + rb"\s*"
#: Text in several runs; the first may be placed by a distance, which from the beginning is the place itself.
_LINE = re.compile(rb"\bBT\s+(" + _RUN + rb"(?:1 0 0 1 " + _RUN + rb")+)ET\b")
_ONE = re.compile(
    rb"(?:1 0 0 1 )?(" + _NUMBER + rb") (" + _NUMBER + rb") T[dm]\s*/(F\d+) (" + _NUMBER + rb") Tf\s*(" + _SHOW + rb")"
)
_PIECE = re.compile(rb"<(" + _HEX + rb")>|(" + _NUMBER + rb")")
_WHOLE = re.compile(rb"<(?:[0-9A-Fa-f]{2})*>\s*Tj|\[(?:<(?:[0-9A-Fa-f]{2})*>| |" + _NUMBER + rb")*\]\s*TJ")
#: What a code says: a sign, one beyond the basic plane in two halves, or several that are drawn as one.
_TOLD = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<((?:[0-9A-Fa-f]{4})+)>")
_NEEDED = {"/Widths", "/FirstChar", "/ToUnicode"}
_SIMPLE = (pikepdf.Name.Type1, pikepdf.Name.TrueType)
#: Places differ by so much, in points, because they are told in tenths.
_NEAR = 0.3
#: What pikepdf makes of contents that cannot be read, and of fonts that are none.
_ODD = (pikepdf.PdfError, TypeError, ValueError, LookupError, AttributeError)
#: Kept of a place.
_DIGITS = 3


@cache
def order_mark() -> str:
    """Tells this code from others that put signs in order."""
    return blake2b(Path(__file__).read_bytes(), digest_size=4).hexdigest()


def in_reading_order(pdf: bytes) -> bytes:
    """The same pages, with lent signs where they are read; the same bytes if there are none.

    Raises:
        PdfBroken: What the pages hold cannot be read, though the file is whole.
    """
    try:
        return _put_in_order(pdf)
    except _ODD as exc:
        raise PdfBroken(title="PDF") from exc


def _put_in_order(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts: dict[tuple[int, int], _Font | None] = {}
        changed = [_ordered(document, page, fonts) for page in document.pages]
        if not any(changed):
            return pdf
        written = io.BytesIO()
        document.save(written, deterministic_id=True)
    return written.getvalue()


def _ordered(document: pikepdf.Pdf, page: pikepdf.Page, known: "dict[tuple[int, int], _Font | None]") -> bool:
    """Put the signs of a page in order; whether any were not."""
    contents = page.obj.get("/Contents")
    if not isinstance(contents, pikepdf.Stream):
        return False
    before = contents.read_bytes()
    if not _LINE.search(before):
        return False
    named: Any = page.resources.get("/Font", {})
    for font in named.values():
        if font.objgen not in known:
            known[font.objgen] = _font(font)
    fonts = {str(name)[1:]: known[font.objgen] for name, font in named.items()}
    after = _LINE.sub(lambda line: _line(line, fonts), before)
    if after == before:
        return False
    page.obj.Contents = document.make_stream(after)
    return True


@dataclass(frozen=True)
class _Font:
    """How wide the signs of a font are, by their codes, and what they are."""

    widths: Mapping[int, float]
    signs: Mapping[int, str]


def _font(font: Any) -> _Font | None:
    if font.get("/Subtype") not in _SIMPLE or not set(font.keys()) >= _NEEDED or not font.is_indirect:
        return None
    widths = {int(font.FirstChar) + at: float(width) for at, width in enumerate(font.Widths)}
    told = _TOLD.findall(font.ToUnicode.read_bytes())
    return _Font(widths, {int(code, 16): _said(sign) for code, sign in told})


def _said(told: bytes) -> str:
    return bytes.fromhex(told.decode()).decode("utf-16-be", "replace")


@dataclass(frozen=True)
class _Piece:
    """Signs drawn in a row, from where to where, with the distances between them."""

    font: str
    size: str
    x: float
    end: float
    shown: tuple[bytes, ...]

    def written(self, y: str) -> bytes:
        x = f"{self.x:.{_DIGITS}f}".rstrip("0").rstrip(".")
        head = f"1 0 0 1 {x} {y} Tm\n/{self.font} {self.size} Tf".encode()
        return head + (b"[%s]TJ\n" % b"".join(self.shown) if len(self.shown) > 1 else b"%sTj\n" % self.shown[0])


def _line(line: re.Match[bytes], fonts: Mapping[str, _Font | None]) -> bytes:
    """A line with its pieces in the order in which they are read; as it was if that cannot be told."""
    runs = [tuple(part.decode() for part in found.groups()) for found in _ONE.finditer(line[1])]
    if len({y for _, y, *_ in runs}) > 1:
        return line[0]
    starts = [float(x) for x, *_ in runs]
    pieces: list[_Piece] = []
    for at, (x, _, name, size, shown) in enumerate(runs):
        font = fonts.get(name)
        others = [start for other, start in enumerate(starts) if other != at]
        if font is None or not _WHOLE.fullmatch(shown.encode()) or not _is_read_from_left(font, shown):
            return line[0]
        pieces += _split(name, size, float(x), shown, font, others)
    ordered = sorted(pieces, key=lambda piece: piece.x)
    apart = all(one.end <= other.x + _NEAR for one, other in pairwise(ordered))
    if ordered == pieces or not apart:
        return line[0]
    return b"BT\n" + b"".join(piece.written(runs[0][1]) for piece in ordered) + b"ET"


def _is_read_from_left(font: _Font, shown: str) -> bool:
    codes = [code for found in _PIECE.finditer(shown.encode()) if found[1] for code in bytes.fromhex(found[1].decode())]
    known = all(code in font.widths and font.signs.get(code) for code in codes)
    return known and all(
        unicodedata.bidirectional(sign) not in ("R", "AL") for code in codes for sign in font.signs[code]
    )


def _split(name: str, size: str, x: float, shown: str, font: _Font, others: Sequence[float]) -> Iterator[_Piece]:
    """A run in pieces, parted at distances in which another run begins."""
    scale, now, start = float(size) / 1000, x, x
    parts: list[bytes] = []
    for found in _PIECE.finditer(shown.encode()):
        if found[1] is not None:
            parts.append(found[0])
            now += sum(font.widths[code] for code in bytes.fromhex(found[1].decode())) * scale
            continue
        end = now - float(found[2]) * scale
        if parts and any(now - _NEAR <= other < end - _NEAR for other in others):
            yield _Piece(name, size, start, now, tuple(parts))
            parts, start = [], end
        else:
            parts.append(found[0])
        now = end
    if parts:
        yield _Piece(name, size, start, now, tuple(parts))
