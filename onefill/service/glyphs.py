"""Characters that would print as boxes: looked for in the very files that go to the printer."""

import io
import zipfile
from collections.abc import Iterable

from onefill.rendering.fonts import missing_glyphs

#: Where Word and Excel files keep what is printed.
PRINTED_IN = ("word/", "xl/")


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
                found |= set(archive.read(name).decode("utf-8", "replace"))
    return found
