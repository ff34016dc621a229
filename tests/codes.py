"""Printed pages as a scanner gives them back: rasterised, turned, askew, in any order."""

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pikepdf
import pypdfium2
from PIL import Image

from onefill.problems import Problem
from onefill.service import Desk
from tests.desks import make_desk
from tests.reviews.test_verification import filled

PAPER = "leave_paper"
SCAN = "signed_paper"
PHASE = "whole"


def three_pages(
    files: Mapping[str, bytes], *, on_progress: Callable[[int, int], None] | None = None
) -> dict[str, bytes | Problem]:
    """An engine whose every paper has three empty pages."""
    return dict.fromkeys(files, empty(3))


def empty(pages: int) -> bytes:
    """A PDF with nothing on it."""
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        pdf.save(made)
    return made.getvalue()


def a_desk(folder: Path) -> Desk:
    """A desk whose papers have three pages each, and its lists of papers one."""
    return make_desk(folder, engine=three_pages, html=lambda _html: empty(1))


def a_leave(desk: Desk) -> str:
    """A request for leave, filled."""
    return filled(desk)


def printed(desk: Desk, record: str, dpi: int = 150) -> list[Image.Image]:
    """Its paper, page by page, as it comes out of a scanner."""
    with pypdfium2.PdfDocument(desk.documents.file(record, PAPER, ".pdf", desk.who()).data) as pdf:
        return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in pdf]


def askew(page: Image.Image, degrees: float) -> Image.Image:
    """A sheet that was not laid straight; quarter turns keep all of it."""
    return page.rotate(degrees, Image.Resampling.BILINEAR, expand=degrees % 90 == 0, fillcolor="white")


def bound(pages: Sequence[Image.Image], dpi: int = 150) -> bytes:
    """The sheets as one PDF."""
    written = io.BytesIO()
    pages[0].save(written, "PDF", save_all=True, append_images=list(pages[1:]), resolution=dpi)
    return written.getvalue()
