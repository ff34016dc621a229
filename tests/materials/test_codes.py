"""Looking for codes on pages that other people made: it ends in time, and finds so many only."""

from threading import Event

import zxingcpp
from PIL import Image
from zxingcpp import BarcodeFormat

from onefill.materials.codes import MOST_CODES, MOST_TEXT, CodeReader, find_codes
from onefill.materials.model import SeenCode

PAGE = Image.new("L", (40, 40), 255)


def sheet(*texts: str) -> Image.Image:
    """A page full of codes."""
    page = Image.new("L", (1240, 1754), 255)
    for at, text in enumerate(texts):
        made = zxingcpp.create_barcode(text, BarcodeFormat.QRCode).to_image(scale=4)
        page.paste(Image.fromarray(made), (60 + 240 * (at % 4), 60 + 240 * (at // 4)))
    return page


def test_a_page_that_takes_too_long_is_taken_without_its_codes_and_soon_none_is_looked_at() -> None:
    asked, never = [], Event()

    def hangs(picture: Image.Image) -> tuple[SeenCode, ...]:
        asked.append(picture)
        never.wait()
        return ()

    reader = CodeReader(patience=0.01, most_late=2, find=hangs)
    assert [reader.read(PAGE) for _ in range(5)] == [()] * 5
    assert len(asked) == 2
    never.set()


def test_of_a_page_full_of_codes_a_few_are_told() -> None:
    found = find_codes(sheet(*(f"code {number}" for number in range(20))))
    assert len(found) == MOST_CODES


def test_a_long_text_is_no_code_of_ours_and_is_not_told() -> None:
    assert [one.text for one in find_codes(sheet("short", "A" * (MOST_TEXT + 1)))] == ["short"]


def test_the_turn_of_a_page_is_told_by_its_code() -> None:
    page = sheet("up")
    assert [find_codes(page.rotate(by, expand=True))[0].turn for by in (0, 90, 180, 270)] == [0, 90, 180, 270]
