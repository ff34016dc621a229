"""Files that stand in for scans: small, each unlike any other, and such that a page of them can be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf

from onefill.materials.model import SeenCode

_COUNT = b"/Type /Pages /Count "
_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [<< /Type /Font"
    b" /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1)"
    b" /Supplement 2 >> /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6"
    b" /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >> >>] >>"
)


@dataclass(frozen=True)
class Leaf:
    """A page with nothing to be said about it."""

    codes: tuple[SeenCode, ...] = ()
    empty: bool = False

    def told(self) -> tuple[str, ...]:
        """Nothing."""
        return ()


@dataclass(frozen=True)
class Looked:
    """What is known of such a file."""

    kind: str
    pages: Sequence[Leaf]


def looked_at(source: bytes | Path, filename: str, kinds: Sequence[str], most_bytes: int) -> Looked:
    """Look into a file: one of ours says itself how many pages it has, of a printed paper they are counted."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    _, ours, rest = data.partition(_COUNT)
    if ours:
        return Looked("pdf", (Leaf(),) * int(rest.split(b" ", 1)[0]))
    with pikepdf.open(BytesIO(data)) as document:
        return Looked("pdf", (Leaf(),) * len(document.pages))


def scan(lines: Sequence[str], pages: int = 1) -> bytes:
    """A PDF of so many pages, each with some lines and its number."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * page) for page in range(pages))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", _tree(kids, pages), _FONT]
    for page in range(1, pages + 1):
        drawn = _drawn([*lines, f"第 {page} 页　共 {pages} 页"])
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >>"
            b" /Contents %d 0 R >>" % (3 + 2 * page)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
    return _written(objects)


def _tree(kids: bytes, pages: int) -> bytes:
    return b"<< %s%d /Kids [%s] >>" % (_COUNT, pages, kids)


def _drawn(lines: Sequence[str]) -> bytes:
    texts = (
        f"BT /F 14 Tf 72 {760 - 30 * place} Td <{line.encode('utf-16-be').hex()}> Tj ET"
        for place, line in enumerate(lines)
    )
    seal = "0.8 0.1 0.1 RG 3 w 400 140 90 90 re S 0 0 0 RG 1 w 50 60 495 730 re S"
    return "\n".join((*texts, seal)).encode("ascii")


def _written(objects: Sequence[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
