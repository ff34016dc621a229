"""Watermarks: on every page, over its white and not over its words."""

import io

import pikepdf
import pypdfium2
import pytest

from onefill.rendering.packet import PDFIUM, PdfBroken
from onefill.rendering.watermark import watermark_html, watermarked

A4 = (595, 842)


def paper(*pages: tuple[str, tuple[int, int]], white: bool = True) -> bytes:
    """Pages of such sizes that each say something, on painted white as programs make them."""
    made = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for text, (width, height) in pages:
        made.add_blank_page(page_size=(width, height))
        ground = f"1 g 0 0 {width} {height} re f " if white else ""
        made.pages[-1].contents_add(f"{ground}0 g BT /F1 60 Tf 60 {height // 2} Td ({text}) Tj ET".encode())
        made.pages[-1].obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=made.make_indirect(font)))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def texts(pdf: bytes) -> list[str]:
    with PDFIUM:
        return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def darkest(pdf: bytes) -> list[int]:
    with PDFIUM:
        return [min(page.render(scale=0.5).to_pil().convert("L").tobytes()) for page in pypdfium2.PdfDocument(pdf)]


def test_it_is_on_every_page_of_any_size_and_hides_nothing() -> None:
    made = watermarked(paper(("first", A4), ("second", (842, 595))), paper(("MARK", A4)))
    assert [("MARK" in text, word in text) for text, word in zip(texts(made), ("first", "second"), strict=True)] == [
        (True, True),
        (True, True),
    ]
    blank = watermarked(paper(("", A4)), paper(("MARK", A4)))
    assert darkest(blank)[0] < 40  # seen through the white of the page
    words = watermarked(paper(("words", A4)), paper(("", A4)))
    assert darkest(words)[0] < 40  # and the white of its own covers no words


def test_equal_pages_and_marks_are_equal_files() -> None:
    pages, mark = paper(("first", A4)), paper(("MARK", A4))
    assert watermarked(pages, mark) == watermarked(pages, mark)


def test_what_is_no_pdf_is_told() -> None:
    with pytest.raises(PdfBroken):
        watermarked(b"no", paper(("MARK", A4)))


def test_a_name_cannot_write_into_the_page() -> None:
    assert "<b>" not in watermark_html("<b>陈</b>　2026-12-20 09:00")
