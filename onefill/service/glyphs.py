"""Characters that would print as boxes: looked for in the very files that go to the printer."""

import io
import zipfile
from collections.abc import Iterable

from onefill.rendering.fonts import missing_glyphs

#: Where Word and Excel files keep what is printed.
PRINTED_IN = ("word/", "xl/")
#: Where Word keeps how lists are numbered, used or not. Bullets are signs of a symbol font there, and printed from
#: another font that has them.
LISTS, SYMBOLS = "word/numbering.xml", frozenset(map(chr, range(0xF000, 0xF100)))


def unprintable(files: Iterable[bytes], html: str = "") -> tuple[str, ...]:
    """Characters of Word and Excel files, or of a page, that no font here has."""
    found = set(html)
    for data in files:
        found |= _characters(data)
    return tuple(missing_glyphs(["".join(sorted(char for char in found if not char.isascii()))]))


def _characters(data: bytes) -> set[str]:
    found: set[str] = set()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith(PRINTED_IN) and name.endswith(".xml"):
                signs = set(archive.read(name).decode("utf-8", "replace"))
                found |= signs - SYMBOLS if name == LISTS else signs
    return found
