"""Pages drawn: upright, as wide as asked, and robust."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from onefill.materials import child
from onefill.materials import reader as reading
from onefill.materials.errors import Damaged, PageMissing, TooManyPixels, TooSlow
from onefill.materials.model import SMALL
from onefill.materials.pictures import picture
from onefill.materials.reader import Reader
from tests.materials import making
from tests.materials.making import WRITTEN, jpg, pdf, png, sheet, turned


def drawn(reader: Reader, data: bytes | Path, kind: str, page: int = 1, **how: Any) -> Image.Image:
    image = Image.open(io.BytesIO(picture(data, kind, page, reader=reader, **how)))  # type: ignore[arg-type]
    assert image.format == "JPEG"
    return image.convert("RGB")


def corners() -> Image.Image:
    """Red at the left top, blue at the right top."""
    image = Image.new("RGB", (200, 300), "white")
    image.paste("red", (0, 0, 60, 60))
    image.paste("blue", (140, 0, 200, 60))
    return image


def where(image: Image.Image) -> tuple[str, str, str, str]:
    """Colours of the corners, clockwise from the left top."""
    right, bottom = image.width - 10, image.height - 10
    names = {(True, False): "red", (False, True): "blue"}
    dots = (image.getpixel(at) for at in ((10, 10), (right, 10), (right, bottom), (10, bottom)))
    return tuple(names.get((r > 150 > b, b > 150 > r), "white") for r, g, b in dots)  # type: ignore[return-value, misc]


UPRIGHT = ("red", "blue", "white", "white")


def test_as_wide_as_asked(reader: Reader) -> None:
    data = pdf([sheet(), sheet(), WRITTEN])
    for page, width in ((1, 1200), (2, 1200), (3, SMALL)):
        assert abs(drawn(reader, data, "pdf", page, width=width).width - width) <= 1
    assert drawn(reader, jpg(sheet()), "jpg").width == 1200
    assert drawn(reader, jpg(sheet(60)), "jpg").width == round(8.27 * 60)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photographs_stand_upright(reader: Reader, orientation: int) -> None:
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how the phone would have seen it
    held = corners() if orientation == 1 else corners().transpose(Image.Transpose(back[orientation]))
    image = drawn(reader, turned(held, orientation), "jpg")
    assert where(image) == UPRIGHT
    assert image.width < image.height


def test_a_person_turns_clockwise(reader: Reader) -> None:
    for data, kind in ((pdf([corners()]), "pdf"), (png(corners()), "png"), (turned(corners(), 1), "jpg")):
        assert where(drawn(reader, data, kind, turn=90)) == ("white", "red", "blue", "white")
        assert where(drawn(reader, data, kind, turn=180)) == ("white", "white", "red", "blue")
        assert where(drawn(reader, data, kind, turn=270, width=150)) == ("blue", "white", "white", "red")
        assert abs(drawn(reader, data, kind, turn=270, width=150).width - 150) <= 1


def test_a_pdf_with_turned_pages_stands_upright(reader: Reader) -> None:
    def turn(document: Any) -> None:
        document.pages[0].rotate(90, relative=False)

    assert where(drawn(reader, pdf([corners()], (400, 600), turn), "pdf")) == ("white", "red", "blue", "white")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_dots(reader: Reader, mode: str) -> None:
    image = Image.new("L", (400, 500), 255)
    image.paste(0, (0, 0, 200, 500))
    kept = image.convert(mode) if mode != "I;16" else Image.new("I;16", (400, 500), 65_535)
    if mode == "I;16":
        kept.paste(0, (0, 0, 200, 500))
    data = jpg(kept) if mode == "CMYK" else png(kept)
    for width in (400, 90):
        seen = drawn(reader, data, "png" if mode != "CMYK" else "jpg", width=width)
        assert seen.getpixel((width // 4, 50))[0] < 40, mode
        assert seen.getpixel((width * 3 // 4, 50))[0] > 215, mode


def test_what_shines_through_is_white(reader: Reader) -> None:
    image = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    assert drawn(reader, png(image), "png").getpixel((20, 20)) == (255, 255, 255)
    palette = Image.new("P", (300, 300), 0)
    assert drawn(reader, png(palette, transparency=0), "png", width=50).getpixel((20, 20)) == (255, 255, 255)


def test_a_page_that_is_not_there(reader: Reader) -> None:
    for data, kind in ((pdf([WRITTEN]), "pdf"), (png(corners()), "png")):
        with pytest.raises(PageMissing, match="没有第 2 页，这份文件共 1 页"):
            picture(data, kind, 2, reader=reader)  # type: ignore[arg-type]
        with pytest.raises(PageMissing):
            picture(data, kind, 0, reader=reader)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(14_400, 14_400), (3, 14_400), (14_400, 3)])
def test_sheets_of_any_size(reader: Reader, size: tuple[int, int]) -> None:
    image = drawn(reader, pdf([WRITTEN], size), "pdf")
    assert image.width * image.height < 9_000_000


def test_bombs_are_not_drawn(reader: Reader) -> None:
    with pytest.raises(TooManyPixels):
        picture(making.png_heading(50_000, 50_000), "png", 1, reader=reader)


# -- programs that fall --------------------------------------------------------------------------------------------


def program(folder: Path, text: str) -> str:
    path = folder / "program.py"
    path.write_text(f"import json, os, sys, time\nasked = sys.stdin.buffer.readline()\n{text}", "utf-8")
    return str(path)


@pytest.fixture
def own() -> Any:
    made = Reader()
    yield made
    made.close()


@pytest.mark.parametrize(
    "text", ["os.abort()", "sys.exit(0)", "print('nonsense', flush=True)", "print('[]', flush=True)"]
)
def test_a_program_that_falls(own: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(child, "__file__", program(tmp_path, text))
    with pytest.raises(Damaged, match="PNG 已损坏"):
        picture(b"x" * 500_000, "png", 1, reader=own)
    assert own._idle == []


@pytest.mark.parametrize("text", ["time.sleep(60)", "print('{', flush=True); time.sleep(60)"])
def test_a_program_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(child, "__file__", program(tmp_path, text))
    with closing(Reader(patience=1)) as hasty, pytest.raises(TooSlow, match="1 秒还没看完一页"):
        picture(b"x" * 500_000, "png", 1, reader=hasty)


def test_a_program_that_died_between_files_is_not_asked(own: Reader) -> None:
    first = own._taken()
    first._process.kill()
    first._process.wait()
    own._kept(first)
    assert picture(png(corners()), "png", 1, reader=own)


def test_a_file_does_not_pay_for_the_one_before(own: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    picture(png(corners()), "png", 1, reader=own)
    (used,) = own._idle
    monkeypatch.setattr(used, "_hear", lambda: (_ for _ in ()).throw(OSError()))
    assert picture(png(corners()), "png", 1, reader=own)
    assert used not in own._idle


def test_programs_are_kept_and_let_go(own: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_MOST_ASKED", 3)
    seen = set()
    for _ in range(6):
        picture(png(corners()), "png", 1, reader=own)
        seen |= {one._process.pid for one in own._idle}
    assert len(seen) == 2


def test_warm(own: Reader) -> None:
    own.warm()
    for thread in threading.enumerate():
        if thread.name == "onefill-reader":
            thread.join()
    assert len(own._idle) == 1


def test_several_ask_at_once(reader: Reader) -> None:
    data = pdf([sheet(100), WRITTEN])
    with ThreadPoolExecutor(6) as pool:
        pages = [1 + number % 2 for number in range(12)]
        got = list(pool.map(lambda page: picture(data, "pdf", page, reader=reader), pages))
    assert len(set(got)) == 2
