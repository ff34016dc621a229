"""Pages for paper that bears print already: moved by millimetres, and the sheet that says by how many."""

import io

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from onefill.rendering.packet import PdfBroken
from onefill.rendering.stock_pages import Placing, placed, ruled
from tests.rendering.test_page_marks import sheet

DPI = 254  # ten dots a millimetre
BOX = b"100 200 30 20 re f"  # millimetres from the left and lower edge


def pictured(pdf: bytes, page: int = 1) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        return document[page - 1].render(scale=DPI / 72, grayscale=True).to_pil()


def inked(pdf: bytes, page: int = 1) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of all ink, in millimetres."""
    found = ImageChops.invert(pictured(pdf, page)).point(lambda ink: 255 if ink > 100 else 0).getbbox()
    assert found
    left, top, right, bottom = found
    return left / 10, top / 10, right / 10, bottom / 10


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("begins", [0, 300])
def test_a_page_moves_as_it_is_looked_at(turn: int, begins: int) -> None:
    before = sheet(BOX, turn=turn, left=begins)
    left, top, right, bottom = inked(before)
    moved = inked(placed(before, Placing(right=3.5, down=-2)))
    assert moved == pytest.approx((left + 3.5, top - 2, right + 3.5, bottom - 2), abs=0.11)


def test_a_page_is_scaled_from_its_upper_left_corner() -> None:
    before = sheet(BOX)
    left, top, right, bottom = inked(before)
    moved = inked(placed(before, Placing(scale=98, right=1)))
    assert moved == pytest.approx((left * 0.98 + 1, top * 0.98, right * 0.98 + 1, bottom * 0.98), abs=0.11)


def test_every_page_moves_and_what_a_page_leaves_behind_does_not_matter() -> None:
    before = sheet(b"10 10 5 5 re f", b"0.5 0 0 0.5 10 10 cm " + BOX)
    for page in (1, 2):
        left, top, *_ = inked(before, page)
        assert inked(placed(before, Placing(right=5)), page)[:2] == pytest.approx((left + 5, top), abs=0.11)


def test_nothing_is_touched_where_nothing_moves() -> None:
    assert placed(b"any bytes", Placing()) == b"any bytes"
    assert placed(sheet(BOX), Placing(right=1)) == placed(sheet(BOX), Placing(right=1))
    with pytest.raises(PdfBroken):
        placed(b"no PDF", Placing(right=1))


@pytest.mark.parametrize(("page", "width", "height"), [(1, 297, 210), (2, 210, 297)])
def test_the_sheet_has_crosses_twenty_millimetres_from_the_edges(page: int, width: int, height: int) -> None:
    seen = pictured(ruled(sheet(b""), Placing()), page)
    assert seen.size == (pytest.approx(width * 10, abs=1), pytest.approx(height * 10, abs=1))
    for across in (200, width * 10 - 200):
        for down in (200, height * 10 - 200):
            arms = [(across + step, down) for step in (-50, 50)] + [(across, down + step) for step in (-50, 50)]
            for x, y in arms:
                around = seen.crop((x - 2, y - 2, x + 2, y + 2))
                assert around.getextrema()[0] < 100, (x, y)


def test_the_rulers_count_millimetres_from_the_paper() -> None:
    with pypdfium2.PdfDocument(ruled(sheet(b""), Placing())) as document:
        text = document[0].get_textpage()
        try:
            for number in ("100", "200", "270"):
                left, _, right, _ = text.get_charbox(text.search(number).get_next()[0])
                assert (left + right) / 2 / 72 * 25.4 == pytest.approx(int(number) - 1, abs=1.2)
        finally:
            text.close()


def test_the_sheet_moves_with_the_pages() -> None:
    plain, moved = (pictured(ruled(sheet(b""), placing)) for placing in (Placing(), Placing(right=4, down=3)))
    assert ImageChops.difference(ImageChops.offset(plain, 40, 30), moved).getextrema()[1] < 130


def test_what_is_told_on_the_sheet_lies_beside_the_rulers() -> None:
    told = sheet(b"25 240 160 30 re f")  # where the text of a page of ours begins
    document = pikepdf.open(io.BytesIO(ruled(told, Placing())))
    assert len(document.pages) == 2
    for page in (1, 2):
        seen = pictured(ruled(told, Placing()), page)
        row = [seen.getpixel((x, 600)) for x in range(seen.width)]
        dark = [x / 10 for x, ink in enumerate(row) if ink == 0]
        assert max(dark) - min(x for x in dark if x > 30) == pytest.approx(160, abs=0.5)


def test_what_is_no_pdf_gives_no_sheet() -> None:
    with pytest.raises(PdfBroken):
        ruled(b"no PDF", Placing())
