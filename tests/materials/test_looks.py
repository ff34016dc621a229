"""Advice about pages: what is told, and what is not."""

import pytest
from PIL import Image, ImageFilter

from onefill.materials.intake import inspect
from onefill.materials.reader import Reader
from tests.materials.making import WRITTEN, jpg, pdf, png, sheet

PHOTO = {"paper": 150}


def told(reader: Reader, image: Image.Image | bytes | None) -> list[str]:
    taken = inspect(pdf([sheet(), image]), "x.pdf", reader=reader)
    assert taken.pages[0].told() == ()
    return list(taken.pages[1].told())


def test_the_words(reader: Reader) -> None:
    assert told(reader, sheet(paper=90)) == ["第 2 页太暗，建议重扫（不影响提交）"]
    assert told(reader, sheet(96)) == ["第 2 页只有 96 dpi，建议用 200 dpi 重扫（不影响提交）"]
    assert told(reader, sheet(grey=True)) == ["第 2 页没有颜色，看不出红章，建议彩色重扫（不影响提交）"]
    assert told(reader, sheet(written=False, seal=False)) == ["第 2 页是空白的，不用交就删去（不影响提交）"]
    assert told(reader, None) == ["第 2 页是空白的，不用交就删去（不影响提交）"]


def test_several_at_once(reader: Reader) -> None:
    taken = inspect(jpg(sheet(75, paper=80, grey=True)), "x.jpg", reader=reader)
    assert [one.code for one in taken.pages[0].advice] == ["PAGE_DARK", "PAGE_COARSE", "PAGE_GREY"]


@pytest.mark.parametrize("dpi", [150, 200, 300])
@pytest.mark.parametrize("paper", [150, 200, 250])
def test_a_good_scan_is_not_scolded(reader: Reader, dpi: int, paper: int) -> None:
    assert told(reader, sheet(dpi, paper=paper)) == []


def test_a_seal_alone_and_a_line_alone_are_not_empty(reader: Reader) -> None:
    assert told(reader, sheet(written=False)) == []
    assert told(reader, b"0 0 1 RG 2 w 100 400 m 400 420 l S") == []


def test_a_page_of_a_program_is_neither_grey_nor_coarse(reader: Reader) -> None:
    assert told(reader, WRITTEN) == []


def test_grey_kept_in_colour_and_single_bits_are_grey(reader: Reader) -> None:
    grey = sheet(grey=True)
    for data in (jpg(grey.convert("RGB")), png(grey.convert("1")), png(grey.convert("RGB").quantize(16))):
        codes = [one.code for one in inspect(data, "x", reader=reader).pages[0].advice]
        assert codes == ["PAGE_GREY"]


def test_noise_is_no_writing(reader: Reader) -> None:
    noise = Image.effect_noise((1654, 2339), 12).point(lambda value: value + 105)
    noisy = noise.filter(ImageFilter.SMOOTH).convert("RGB")
    assert [one.code for one in inspect(jpg(noisy), "x", reader=reader).pages[0].advice] == ["PAGE_EMPTY"]
