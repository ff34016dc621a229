"""PDF files as they are handed in: joined with bookmarks, counted, looked at."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from threading import Lock

import pikepdf
import pypdfium2

from onefill.errors import OneFillError
from onefill.rendering.archival import mark_archival

#: pdfium works for one thread at a time.
PDFIUM = Lock()


class PdfBroken(OneFillError):
    """Bytes that should be a PDF file and cannot be opened."""

    message = "“{title}”不是完整的 PDF 文件，请重新生成。"


class PageMissing(OneFillError):
    """A page was asked for that the PDF does not have."""

    message = "没有第 {page} 页，这份文件共 {pages} 页。"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A document of a packet.

    Attributes:
        title: What its bookmark says.
        pdf: Its pages.
        spans: How many of them each of its repetitions has, in order; empty if it has none or that is not known.
    """

    title: str
    pdf: bytes
    spans: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A line of a packet's cover list: a document, the page it begins on in the packet, how many pages it has."""

    title: str
    first: int
    pages: int


def join(parts: Sequence[Part], *, copies: int = 1, duplex: bool = False, bookmarks: bool = True) -> bytes:
    """One PDF of several, marked as PDF/A-2b where nothing speaks against it; equal parts give equal bytes.

    Args:
        parts: Documents in order.
        copies: How often the whole packet is repeated, so that the printer lays out complete sets.
        duplex: Let every document, and every repetition of one, begin on the front of a sheet, by a blank page where
            needed.
        bookmarks: Whether each document can be jumped to.

    Raises:
        PdfBroken: A part cannot be opened.
    """
    packet = pikepdf.new()
    sources = [opened(part.pdf, part.title) for part in parts]
    outline: list[pikepdf.OutlineItem] = []
    for copy in range(copies):
        entries = []
        for part, source in zip(parts, sources, strict=True):
            entries.append(pikepdf.OutlineItem(part.title, len(packet.pages)))
            _append(packet, source, _runs(part, len(source.pages)) if duplex else ())
        outline += _copy_entries(entries, copy, copies)
    if bookmarks:
        with packet.open_outline() as tree:
            tree.root.extend(outline)
    mark_archival(packet, "、".join(dict.fromkeys(part.title for part in parts)))
    return saved(packet)


def contents(parts: Sequence[Part], *, duplex: bool = False, first: int = 1) -> list[Listed]:
    """What a cover list says of the parts when the first of them begins on page ``first``."""
    lines = []
    for part in parts:
        pages = page_count(part.pdf, part.title)
        lines.append(Listed(title=part.title, first=first, pages=pages))
        first += pages + (sum(run % 2 for run in _runs(part, pages)) if duplex else 0)
    return lines


def page_count(pdf: bytes, title: str = "PDF") -> int:
    """How many pages a PDF has.

    Raises:
        PdfBroken: It cannot be opened.
    """
    with PDFIUM:
        try:
            with pypdfium2.PdfDocument(pdf) as document:
                return len(document)
        except pypdfium2.PdfiumError as exc:
            raise PdfBroken(title=title) from exc


def is_whole(pdf: bytes) -> bool:
    """Whether a PDF is complete and has pages; pdfium alone would also mend one that was cut off."""
    if not pdf.rstrip().endswith(b"%%EOF"):
        return False
    try:
        return page_count(pdf) > 0
    except PdfBroken:
        return False


def page_picture(pdf: bytes, page: int, dpi: int = 96) -> bytes:
    """A page as PNG.

    Args:
        pdf: The PDF.
        page: Number of the page, from 1.
        dpi: Dots per inch.

    Raises:
        PdfBroken: The PDF cannot be opened.
        PageMissing: It has no such page.
    """
    with PDFIUM:
        try:
            with pypdfium2.PdfDocument(pdf) as document:
                if not 1 <= page <= len(document):
                    raise PageMissing(page=page, pages=len(document))
                image = document[page - 1].render(scale=dpi / 72).to_pil()
        except pypdfium2.PdfiumError as exc:
            raise PdfBroken(title="PDF") from exc
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def opened(pdf: bytes, title: str = "PDF") -> pikepdf.Pdf:
    """A PDF to be changed.

    Raises:
        PdfBroken: It cannot be opened.
    """
    try:
        return pikepdf.open(io.BytesIO(pdf))
    except (pikepdf.PdfError, pikepdf.PasswordError) as exc:
        raise PdfBroken(title=title) from exc


def saved(document: pikepdf.Pdf) -> bytes:
    """A PDF as bytes; equal ones are equal bytes."""
    written = io.BytesIO()
    document.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


def _runs(part: Part, pages: int) -> tuple[int, ...]:
    """How many pages each piece of a part has that begins on a sheet of its own: people get them one by one."""
    return part.spans if sum(part.spans) == pages else (pages,)


def _append(packet: pikepdf.Pdf, source: pikepdf.Pdf, runs: Sequence[int]) -> None:
    """Put pages at the end, with a blank one after each run that would leave the back of its last sheet free."""
    odd = {end for end, run in zip(accumulate(runs), runs, strict=True) if run % 2}
    for number, page in enumerate(source.pages, 1):
        packet.pages.append(page)
        if number in odd:
            packet.add_blank_page(page_size=_size(packet.pages[-1]))


def _size(page: pikepdf.Page) -> tuple[Decimal, Decimal]:
    left, bottom, right, top = (Decimal(str(side)) for side in page.mediabox)
    return right - left, top - bottom


def _copy_entries(entries: list[pikepdf.OutlineItem], copy: int, copies: int) -> list[pikepdf.OutlineItem]:
    """Bookmarks of one copy: plain for a single one, below 第 n 份 for several."""
    if copies == 1 or not entries:
        return entries
    above = pikepdf.OutlineItem(f"第 {copy + 1} 份", entries[0].destination)
    above.children.extend(entries)
    return [above]
