"""Layouts learned from specimens that LibreOffice laid out; believed only if setting them gives the same picture."""

from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from onefill.rendering.packet import PDFIUM
from onefill.rendering.page_layouts import Layout, LayoutUnread, Specimen, read_layouts
from onefill.rendering.page_setting import SetPaper, Setting, set_papers

#: Dots of about a third of a millimetre: what is a dot further off is seen.
LOOKED_AT = 72
#: How dark ink is at least, and how dark what it is looked for among.
INK, PAPER = 110, 215


#: What decides how a layout is read, kept and set, and how the signs on it are drawn.
CODE = (
    "page_shapes.py",
    "page_layouts.py",
    "page_setting.py",
    "page_learning.py",
    "page_faces.py",
    "compact_fonts.py",
)


@cache
def code_mark() -> str:
    """Tells this code from others that read layouts: what another one kept may mean something else."""
    own = Path(__file__)
    return blake2b(b"".join(own.with_name(name).read_bytes() for name in CODE), digest_size=8).hexdigest()


def learned(pdf: bytes, specimens: Sequence[Specimen]) -> list[Layout | LayoutUnread]:
    """The layout of each specimen, or why it cannot be used for others.

    Args:
        pdf: The pages of all, as LibreOffice made them.
        specimens: What they say; no Chinese sign comes twice.

    Raises:
        PdfBroken: The PDF cannot be opened.
    """
    return [
        found if isinstance(found, LayoutUnread) else _proven(pdf, pages, found, specimen)
        for specimen, (found, pages) in zip(specimens, read_layouts(pdf, specimens), strict=True)
    ]


def _proven(pdf: bytes, pages: Sequence[int], layout: Layout, specimen: Specimen) -> Layout | LayoutUnread:
    try:
        setting = Setting(specimen.shape, layout)
        ours = set_papers([SetPaper(setting, setting.signs(specimen.texts))])
    except LayoutUnread as why:
        return why
    same = alike(ours, pdf, list(enumerate(pages)))
    return layout if same else LayoutUnread(why="照样排出来的和样张不一样")


def alike(one: bytes, other: bytes, pages: Sequence[tuple[int, int]], *, dpi: int = LOOKED_AT, reach: int = 1) -> bool:
    """Whether pages show ink in the same places; see ``unlike``."""
    return not unlike(one, other, pages, dpi=dpi, reach=reach)


def unlike(
    one: bytes, other: bytes, pages: Sequence[tuple[int, int]], *, dpi: int = LOOKED_AT, reach: int = 1
) -> list[int]:
    """Which pages of one PDF show ink where another has none nearby, or none where that has some; from 0.

    Args:
        one: A PDF.
        other: Another.
        pages: Which page of the one is to be like which of the other, from 0.
        dpi: How closely they are looked at.
        reach: So many dots off is the same place.
    """
    seen = (_pictures(pdf, [pair[at] for pair in pages], dpi) for at, pdf in enumerate((one, other)))
    pictures = zip(pages, *seen, strict=True)
    return [at for (at, _), a, b in pictures if a.size != b.size or _lone(a, b, reach) or _lone(b, a, reach)]


def _pictures(pdf: bytes, pages: Sequence[int], dpi: int) -> Iterator[Image.Image]:
    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        made = [document[page].render(scale=dpi / 72, grayscale=True).to_pil() for page in pages]
    yield from made


def _lone(one: Image.Image, other: Image.Image, reach: int) -> bool:
    """Whether the one has ink where the other has none nearby."""
    dots = np.asarray(other, dtype=np.uint8)
    for axis in (0, 1):
        near = dots
        for by in range(1, reach + 1):
            near = np.minimum(near, np.minimum(_moved(dots, by, axis), _moved(dots, -by, axis)))
        dots = near
    return bool(((np.asarray(one, dtype=np.uint8) < INK) & (dots > PAPER)).any())


def _moved(dots: NDArray[np.uint8], by: int, axis: int) -> NDArray[np.uint8]:
    """Dots moved to one side; what leaves the paper comes in again at the other, where there is none."""
    return np.roll(dots, by, axis)
