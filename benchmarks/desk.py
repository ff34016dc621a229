"""What people at the desk wait for: scans taken, pages turned."""

import io
import random
from collections.abc import Callable
from contextlib import closing
from itertools import cycle
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name, Stream
from PIL import Image, ImageDraw

from benchmarks.measuring import Figure, Result, runs
from onefill.materials.intake import inspect
from onefill.materials.pictures import picture
from onefill.materials.reader import Reader

PAGES, DPI = 60, 200
WIDE, HIGH = round(8.27 * DPI), round(11.69 * DPI)


def sixty_pages(folder: Path) -> Path:
    """A colour scan of sixty sheets of A4 at 200 dpi, with the grain that makes scans large."""
    document = pikepdf.new()
    sheets = [document.make_indirect(_sheet(document, number)) for number in range(3)]
    for number in range(PAGES):
        page = document.add_blank_page(page_size=(595, 842))
        page.obj.Resources = Dictionary(XObject=Dictionary(I=sheets[number % 3]))
        page.obj.Contents = Stream(document, b"q 595 0 0 842 0 0 cm /I Do Q")
    path = folder / "scan.pdf"
    document.save(path)
    return path


def _sheet(document: pikepdf.Pdf, number: int) -> Stream:
    grain = Image.effect_noise((WIDE, HIGH), 12).point(lambda value: min(255, value + 110))
    image = grain.convert("RGB")
    draw, chance = ImageDraw.Draw(image), random.Random(number)
    for y in range(DPI, HIGH - DPI, 40):
        for x in range(DPI, WIDE - DPI, 26):
            if chance.random() < 0.7:
                draw.rectangle((x, y, x + 18, y + 20), outline=(30, 30, 35), width=3)
    draw.ellipse((WIDE - 600, HIGH - 600, WIDE - 300, HIGH - 300), outline=(205, 35, 40), width=12)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=75)
    told = {"Type": Name.XObject, "Subtype": Name.Image, "Width": WIDE, "Height": HIGH, "BitsPerComponent": 8}
    return Stream(document, written.getvalue(), **told, ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode)


def scan_taken(folder: Path) -> Result:
    """Sixty pages looked at, each with its small picture, by a program that is not yet running."""
    path = sixty_pages(folder)

    def take() -> None:
        with closing(Reader()) as reader:
            assert len(inspect(path, path.name, reader=reader).pages) == PAGES

    return Result(runs(take, 3))


def next_page(folder: Path) -> Result:
    """The readable picture of one page after the other, from the bytes a store hands out."""
    data = sixty_pages(folder).read_bytes()
    with closing(Reader()) as reader:
        turning = _turning(data, reader)
        turning()
        return Result(runs(turning, 20))


def _turning(data: bytes, reader: Reader) -> Callable[[], object]:
    pages = cycle(range(1, PAGES + 1))
    return lambda: picture(data, "pdf", next(pages), reader=reader)


FIGURES = (
    Figure("scan", f"a scan of {PAGES} pages taken", 20.0, scan_taken),
    Figure("page", "the next page of it as a picture", 0.2, next_page),
)
