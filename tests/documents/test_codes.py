"""Codes on every page of every paper: read back from scans, over nothing, with all that was there in its place."""

from collections.abc import Iterator

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops

from onefill.page_codes import PageCode
from onefill.rendering.page_marks import Mark, mark_pages
from tests.documents.conftest import Made, Papers

KEY = b"k" * 32
DPI = 100
MM = DPI / 25.4
#: The class of five hundred has the pages of the class of fifty, only more of them.
LARGE = "class_500"


def mark_for(made: Made) -> Mark:
    """Any page of a paper; with numbers of many digits the code is as fine as it gets."""
    code = PageCode(record="4f2a9c1d77e0b3a5", document=made.key, version=123, page=123, pages=456, hash=made.hash)
    return Mark(code.text(KEY), code.small_print(KEY))


def coded(papers: Papers) -> Iterator[tuple[str, Made, bytes, bytes]]:
    """Each file before and after."""
    for (name, key), made in papers.made.items():
        for suffix, pdfs in made.pdfs.items():
            for pdf in pdfs if name != LARGE else ():
                mark = mark_for(made)
                marked = mark_pages(pdf, lambda _page, _pages, mark=mark: mark)
                assert marked.bare == (), (name, key)
                yield f"{name} {key}{suffix}", made, pdf, marked.pdf


@pytest.fixture(scope="module")
def files(papers: Papers) -> list[tuple[str, Made, bytes, bytes]]:
    return list(coded(papers))


Files = list[tuple[str, Made, bytes, bytes]]


def test_they_are_over_nothing_and_the_rest_of_the_page_is_the_same(files: Files) -> None:
    for label, _, before, after in files:
        with pypdfium2.PdfDocument(before) as old, pypdfium2.PdfDocument(after) as new:
            for number, (one, other) in enumerate(zip(old, new, strict=True), 1):
                was, now = (page.render(scale=DPI / 72, grayscale=True).to_pil() for page in (one, other))
                changed = ImageChops.difference(was, now).getbbox()
                assert changed, (label, number)
                left, top, right, bottom = changed
                assert (right - left) / MM < 45, (label, number)
                assert bottom - top <= 18.5 * MM, (label, number)
                drawn = ImageChops.difference(was, now).point(lambda by: 255 if by else 0)
                under = ImageChops.lighter(was, ImageChops.invert(drawn))
                assert under.getextrema()[0] >= 250, (label, number)
                assert min(left, top, was.width - right, was.height - bottom) >= 9.7 * MM, (label, number)


def test_no_letter_has_moved(files: Files) -> None:
    for label, _, before, after in files:
        with pypdfium2.PdfDocument(before) as old, pypdfium2.PdfDocument(after) as new:
            for number, (one, other) in enumerate(zip(old, new, strict=True), 1):
                texts = one.get_textpage(), other.get_textpage()
                for at in range(texts[0].count_chars()):
                    assert texts[0].get_charbox(at) == texts[1].get_charbox(at), (label, number, at)


#: The coarsest scan, laid in askew either way, and the usual one; then all that lies between.
QUICK, MORE = [(150, 3), (150, -3), (300, 3)], [(200, -3), (200, 3), (300, -3)]
SCANS = [*QUICK, *(pytest.param(*scan, marks=pytest.mark.slow) for scan in MORE)]


@pytest.mark.parametrize(("dpi", "skew"), SCANS)
def test_they_are_read_back_from_scans(files: Files, dpi: int, skew: float) -> None:
    seen: set[str] = set()
    for label, made, _, after in files:
        if made.key in seen:
            continue
        seen.add(made.key)
        with pypdfium2.PdfDocument(after) as document:
            for page in document:
                flat = page.render(scale=dpi / 72, grayscale=True).to_pil()
                scan = flat.rotate(skew, Image.Resampling.BILINEAR, fillcolor=255)
                found = zxingcpp.read_barcodes(scan, formats=zxingcpp.BarcodeFormat.QRCode)
                assert [one.text for one in found] == [mark_for(made).code], (label, dpi, skew)
