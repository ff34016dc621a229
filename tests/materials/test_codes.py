"""Looking for codes on pages that other people made: it ends in time, and finds so many only."""

import time
from threading import Event

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageDraw
from zxingcpp import BarcodeFormat

from onefill.materials.codes import MOST_CODES, MOST_TEXT, CodeReader, find_codes
from onefill.materials.intake import inspect
from onefill.materials.model import SeenCode
from onefill.materials.reader import Reader
from tests.materials.making import WRITTEN, jpg, pdf, png

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


def test_a_page_that_keeps_at_work_too_long_is_given_up() -> None:
    over = Event()

    def works(_picture: Image.Image) -> tuple[SeenCode, ...]:
        while not over.is_set():
            pass
        return (SeenCode("late", 0),)

    reader = CodeReader(work=0.2, patience=60, most_late=1, find=works)
    began = time.monotonic()
    assert reader.read(PAGE) == ()
    over.set()
    assert time.monotonic() - began < 30


def test_waiting_for_the_machine_is_no_work() -> None:
    """Others keep it busy: the page takes longer than its work may, and its codes are told all the same."""

    def waits(_picture: Image.Image) -> tuple[SeenCode, ...]:
        time.sleep(1)
        return (SeenCode("told", 0),)

    assert CodeReader(work=0.5, find=waits).read(PAGE) == (SeenCode("told", 0),)


def test_of_a_page_full_of_codes_a_few_are_told() -> None:
    found = find_codes(sheet(*(f"code {number}" for number in range(20))))
    assert len(found) == MOST_CODES


def test_a_long_text_is_no_code_of_ours_and_is_not_told() -> None:
    assert [one.text for one in find_codes(sheet("short", "A" * (MOST_TEXT + 1)))] == ["short"]


def test_the_turn_of_a_page_is_told_by_its_code() -> None:
    page = sheet("up")
    assert [find_codes(page.rotate(by, expand=True))[0].turn for by in (0, 90, 180, 270)] == [0, 90, 180, 270]


@pytest.mark.parametrize("ink", [(214, 40, 40), (30, 60, 190)])
def test_a_code_under_a_seal_is_read(ink: tuple[int, int, int]) -> None:
    """Ink goes over what is printed: black stays black under it."""
    page = sheet("OF1:SBD0019CB5E2D549:TRAINEE+ROSTER:1:2:4:8ED0F043:BFKRPPZ6").convert("RGB")
    sealed = Image.new("RGB", page.size, "white")
    pen = ImageDraw.Draw(sealed)
    pen.ellipse((40, 40, 240, 240), outline=ink, width=16)
    pen.regular_polygon((140, 140, 70), 5, fill=ink)
    page = ImageChops.darker(page, sealed)
    assert [one.text[:3] for one in find_codes(page)] == ["OF1"]


def huge(text: str, width: int, height: int) -> Image.Image:
    """A sheet with a code of eighteen millimetres in its upper right corner, as large as a scanner makes it."""
    page = Image.new("L", (width, height), 255)
    side = round(width / 210 * 18)
    made = Image.fromarray(zxingcpp.create_barcode(text, BarcodeFormat.QRCode, ec_level="M").to_image(scale=1))
    page.paste(made.resize((side, side), Image.Resampling.NEAREST), (width - side - width // 20, height // 30))
    return page


@pytest.mark.parametrize("kind", ["png", "jpg", "pdf"])
def test_the_code_of_a_huge_page_is_read(reader: Reader, kind: str) -> None:
    """A4 at 1200 dots per inch: 139 million of them."""
    page = huge("ZP1:4F2A9C1D77E0B3A5:TRAINEE_ROSTER:12:34/56:9FCE02AB:0123456789", 9921, 14031)
    made = {"png": png, "jpg": jpg, "pdf": lambda one: pdf([one])}[kind](page)
    taken = inspect(made, f"扫描件.{kind}", reader=reader)
    [code] = taken.pages[0].codes
    assert code.text.startswith("ZP1:4F2A9C1D77E0B3A5:TRAINEE_ROSTER")


def test_a_page_of_a_pdf_as_large_as_a_wall_is_drawn_small(reader: Reader) -> None:
    [page] = inspect(pdf([WRITTEN], size=(14400, 14400)), "墙.pdf", reader=reader).pages
    assert page.codes == ()
    assert page.width_mm == 5080
