"""Codes on pages: read back from scans, in free places only, and nothing else of the page touched."""

import io
from itertools import pairwise

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from weasyprint import HTML

from onefill.page_codes import PageCode
from onefill.rendering.packet import PdfBroken
from onefill.rendering.page_marks import Mark, Marked, mark_pages

MM = 72 / 25.4
KEY = b"k" * 32
A4 = (210.0, 297.0)


def the_mark(page: int, pages: int) -> Mark:
    code = PageCode(
        record="4f2a9c1d77e0b3a5",
        document="invigilation_record",
        version=123,
        page=page,
        pages=pages,
        hash="9fce02ab",
    )
    return Mark(code.text(KEY), code.small_print(KEY))


def sheet(*drawn: bytes, size: tuple[float, float] = A4, turn: int = 0, left: float = 0) -> bytes:
    """A PDF whose pages hold these drawings, in millimetres from the lower left corner."""
    made = pikepdf.new()
    for drawing in drawn:
        page = made.add_blank_page(page_size=(size[0] * MM, size[1] * MM))
        page.mediabox = [left, 0, left + size[0] * MM, size[1] * MM]
        page.Rotate = turn
        page.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(
                F1=pikepdf.Dictionary(
                    Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
                )
            )
        )
        page.Contents = made.make_stream(b"%.5f 0 0 %.5f %.3f 0 cm " % (MM, MM, left) + drawing)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def worded(words: str, *, left: float, top: float) -> bytes:
    """A page with words in a font that has them."""
    style = f"position:absolute;left:{left}mm;top:{top}mm;margin:0;font-family:'Noto Serif CJK SC'"
    pdf = HTML(string=f'<style>@page{{size:210mm 297mm;margin:0}}</style><p style="{style}">{words}</p>').write_pdf()
    assert isinstance(pdf, bytes)
    return pdf


def pictured(pdf: bytes, page: int = 1, dpi: int = 150) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        return document[page - 1].render(scale=dpi / 72, grayscale=True).to_pil()


def read(seen: Image.Image) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(seen, formats=zxingcpp.BarcodeFormat.QRCode)


def where(marked: Marked, page: int = 1, dpi: int = 150) -> tuple[float, float]:
    """Of the left upper corner of a page's code, in millimetres."""
    [found] = read(pictured(marked.pdf, page, dpi))
    corner = found.position.top_left
    return round(corner.x / dpi * 25.4), round(corner.y / dpi * 25.4)


def test_an_empty_page_has_it_in_the_upper_right_corner() -> None:
    marked = mark_pages(sheet(b"", b""), the_mark)
    for page in (1, 2):
        assert [one.text for one in read(pictured(marked.pdf, page))] == [the_mark(page, 2).code]
        assert where(marked, page) == (182, 10)
    with pypdfium2.PdfDocument(marked.pdf) as document:
        assert document[0].get_textpage().get_text_bounded().split() == " ".join(the_mark(1, 2).lines).split()
    assert marked.bare == ()


def test_the_symbol_is_eighteen_millimetres_of_level_m() -> None:
    [found] = read(pictured(mark_pages(sheet(b""), the_mark).pdf, dpi=600))
    corners = found.position
    assert (corners.top_right.x - corners.top_left.x) / 600 * 25.4 == pytest.approx(18, abs=0.15)
    assert found.ec_level == "M"


@pytest.mark.parametrize("dpi", [150, 200, 300])
@pytest.mark.parametrize("skew", [-3, 0, 3, 177])
def test_it_is_read_from_scans(dpi: int, skew: float) -> None:
    seen = pictured(mark_pages(sheet(b""), the_mark).pdf, dpi=dpi).rotate(skew, Image.Resampling.BICUBIC, fillcolor=255)
    written = io.BytesIO()
    seen.save(written, "JPEG", quality=50)
    assert [one.text for one in read(Image.open(written).convert("L"))] == [the_mark(1, 1).code]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_pages_that_are_turned_or_begin_elsewhere(turn: int) -> None:
    marked = mark_pages(sheet(b"", turn=turn, left=300), the_mark)
    width = A4[1] if turn in (90, 270) else A4[0]
    assert where(marked) == (round(width - 28), 10)


def test_corners_that_are_written_on_are_left_alone() -> None:
    upper = b"0 262 210 20 re f"
    assert where(mark_pages(sheet(b"170 265 30 25 re f"), the_mark)) == (10, 10)
    assert where(mark_pages(sheet(upper), the_mark)) == (182, 269)
    lower = b" 0 5 210 25 re f"
    assert where(mark_pages(sheet(b"60 262 150 30 re f" + lower), the_mark)) == (10, 10)


def test_only_the_edge_is_free() -> None:
    corners = b"0 262 55 30 re 150 262 60 30 re 0 0 210 30 re f"
    left, top = where(mark_pages(sheet(corners), the_mark))
    assert 55 < left < 130
    assert top == 10


def test_a_page_without_room_is_told_and_left_as_it_was() -> None:
    full = sheet(b"0 0 210 297 re f", b"")
    marked = mark_pages(full, the_mark)
    assert marked.bare == (1,)
    assert pictured(marked.pdf).tobytes() == pictured(full).tobytes()
    assert read(pictured(marked.pdf, 2))


def test_the_small_print_is_no_nearer_to_the_edge_than_printers_print() -> None:
    """Free are a lower corner of the page and the margin below it."""
    all_but = b"0 31 210 266 re 0 5 179 26 re f"
    assert mark_pages(sheet(all_but), the_mark).bare == (1,)
    above = all_but.replace(b"0 31 210 266 re", b"0 40 210 257 re")
    marked = mark_pages(sheet(above), the_mark)
    assert where(marked) == (182, 269)
    dark = pictured(marked.pdf, dpi=100).crop((720, 0, 827, 1169)).point(lambda light: 255 if light < 128 else 0)
    assert (1169 - dark.getbbox()[3]) / 100 * 25.4 > 9


@pytest.mark.parametrize("size", [(37.0, 60.0), (60.0, 37.0)])
def test_on_a_slip_there_is_no_room(size: tuple[float, float]) -> None:
    assert mark_pages(sheet(b"", size=size), the_mark).bare == (1,)


def test_places_of_seals_are_left_free() -> None:
    assert where(mark_pages(worded("（盖章）", left=160, top=40), the_mark)) == (10, 10)
    assert where(mark_pages(worded("（公章）", left=120, top=150), the_mark)) == (182, 10)


@pytest.mark.parametrize("words", ["（盖\u3000章）", "（公 章）", "（公\u3000\u3000章）", "（签章）", "（单位印章）"])
def test_places_of_seals_are_known_in_other_words(words: str) -> None:
    assert where(mark_pages(worded(words, left=160, top=40), the_mark)) == (10, 10)


def test_nothing_that_was_there_moves_and_the_rest_of_the_page_is_the_same() -> None:
    before = sheet(b"BT /F1 6 Tf 30 200 Td (Kept) Tj ET 20 20 100 0.2 re f", b"BT /F1 6 Tf 30 30 Td (b) Tj ET")
    after = mark_pages(before, the_mark).pdf
    with pypdfium2.PdfDocument(before) as old, pypdfium2.PdfDocument(after) as new:
        for one, other in zip(old, new, strict=True):
            texts = one.get_textpage(), other.get_textpage()
            count = texts[0].count_chars()
            assert count
            assert [texts[0].get_charbox(at) for at in range(count)] == [
                texts[1].get_charbox(at) for at in range(count)
            ]


def test_what_a_page_leaves_behind_does_not_carry_over() -> None:
    """A page that ends in another scale, another colour, without putting it back."""
    marked = mark_pages(sheet(b"0.9 0.9 0.9 rg 0.1 0 0 0.1 50 50 cm"), the_mark)
    assert where(marked) == (182, 10)


def test_equal_input_gives_equal_bytes() -> None:
    made = [mark_pages(sheet(b"", b""), the_mark).pdf for _ in range(3)]
    assert all(one == other for one, other in pairwise(made))


def test_the_font_lies_in_the_file() -> None:
    with pikepdf.open(io.BytesIO(mark_pages(sheet(b""), the_mark).pdf)) as document:
        font = document.pages[0].Resources.Font["/OneFillCode"]
        assert len(font.FontDescriptor.FontFile2.read_bytes()) > 1000


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(PdfBroken):
        mark_pages(b"%PDF-1.7 no more", the_mark)
