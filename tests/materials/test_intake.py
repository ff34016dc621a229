"""What a file is, by its content; what is refused, in which words."""

import hashlib
import io
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from onefill.materials.errors import MaterialRefused
from onefill.materials.intake import inspect
from onefill.materials.model import Limits
from onefill.materials.reader import Reader
from onefill.problems import Level
from tests.materials import making
from tests.materials.making import WRITTEN, jpg, pdf, png, sheet, turned

PAGE = sheet()


def refused(reader: Reader, data: bytes, filename: str = "扫描件.pdf", limits: Limits | None = None) -> str:
    with pytest.raises(MaterialRefused) as caught:
        inspect(data, filename, reader=reader, limits=limits)
    problem = caught.value.problem()
    assert problem.level is Level.ERROR
    assert problem.code.isupper() and problem.what and problem.remedy
    assert str(caught.value) == f"{problem.what}。{problem.remedy}"
    return str(caught.value)


# -- what is taken -------------------------------------------------------------------------------------------------


def test_a_scan_is_taken_page_by_page(reader: Reader) -> None:
    data = pdf([PAGE, sheet(300), WRITTEN])
    told: list[tuple[int, int, bytes]] = []
    taken = inspect(data, "申请表.pdf", reader=reader, on_page=lambda *page: told.append(page))
    assert (taken.kind, taken.media_type, taken.suffix, taken.filename) == (
        "pdf",
        "application/pdf",
        ".pdf",
        "申请表.pdf",
    )
    assert (taken.size, taken.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert [page.number for page in taken.pages] == [1, 2, 3]
    assert [page.dpi for page in taken.pages] == [200, 300, None]
    assert [(page.width_mm, page.height_mm) for page in taken.pages] == [(209.9, 297.0)] * 3
    assert [page.advice for page in taken.pages] == [()] * 3
    assert [(number, pages) for number, pages, _ in told] == [(1, 3), (2, 3), (3, 3)]
    assert all(small.startswith(b"\xff\xd8") for *_, small in told)


def test_bytes_and_file_are_the_same_and_stay_as_they_are(reader: Reader, tmp_path: Path) -> None:
    data = pdf([PAGE])
    path = tmp_path / "申请 表.pdf"
    path.write_bytes(data)
    assert inspect(path, path.name, reader=reader) == inspect(data, path.name, reader=reader)
    assert path.read_bytes() == data


def test_the_content_decides_not_the_extension(reader: Reader) -> None:
    assert inspect(jpg(PAGE), "说是.pdf", reader=reader).kind == "jpg"
    assert inspect(png(sheet(100)), "说是.jpg", reader=reader).kind == "png"
    assert inspect(pdf([PAGE]), "没有扩展名", reader=reader).kind == "pdf"
    assert inspect(b"\r\n" + pdf([PAGE]), "前面多了一行.pdf", reader=reader).kind == "pdf"


@pytest.mark.parametrize(
    ("orientation", "turn"), [(1, 0), (2, 0), (3, 180), (4, 180), (5, 90), (6, 90), (7, 270), (8, 270)]
)
def test_photographs_are_turned_as_the_phone_says(reader: Reader, orientation: int, turn: int) -> None:
    (page,) = inspect(turned(sheet(100), orientation), "照片.jpg", reader=reader).pages
    assert page.turn == turn
    assert (page.width_mm > page.height_mm) == (turn in (90, 270))
    assert abs(297 - max(page.width_mm, page.height_mm)) < 0.2


def test_dots_per_inch_are_those_of_the_scanner_or_of_a_whole_sheet(reader: Reader) -> None:
    def dpi(**told: object) -> int | None:
        return inspect(jpg(PAGE, **told), "x.jpg", reader=reader).pages[0].dpi

    assert dpi(dpi=(300, 300)) == 300
    assert dpi(dpi=(72, 72)) == 200  # what cameras write means nothing
    assert dpi() == 200


@pytest.mark.parametrize("page", [None, PAGE])
def test_scans_are_known_however_they_are_kept(reader: Reader, page: Image.Image | None) -> None:
    data = pdf([page], change=making.in_a_form if page else making.in_strips)
    (seen,) = inspect(data, "x.pdf", reader=reader).pages
    assert (seen.dpi, seen.advice) == (200, ())


def test_a_fax_is_a_scan_without_colour(reader: Reader) -> None:
    written = io.BytesIO()
    PAGE.convert("1").save(written, "PDF", resolution=200)
    assert b"CCITTFax" in written.getvalue()
    (page,) = inspect(written.getvalue(), "x.pdf", reader=reader).pages
    assert (page.dpi, [one.code for one in page.advice]) == (200, ["PAGE_GREY"])


def test_turned_pages_have_the_sizes_one_sees(reader: Reader) -> None:
    data = pdf([PAGE], change=lambda document: document.pages[0].rotate(90, relative=False))
    (page,) = inspect(data, "x.pdf", reader=reader).pages
    assert (page.width_mm, page.height_mm, page.dpi) == (297.0, 209.9, 200)


def test_what_was_filled_into_a_form_is_seen(reader: Reader) -> None:
    (page,) = inspect(pdf([None], change=making.filled_in), "x.pdf", reader=reader).pages
    assert page.advice == ()  # it would be empty


def test_a_pdf_with_an_address_in_it_is_taken(reader: Reader) -> None:
    assert len(inspect(pdf([PAGE], change=making.links_out), "带网址.pdf", reader=reader).pages) == 1


def test_a_pdf_that_only_forbids_printing_is_taken(reader: Reader) -> None:
    data = pdf([PAGE], encryption=pikepdf.Encryption(owner="o", user=""))
    assert len(inspect(data, "x.pdf", reader=reader).pages) == 1


# -- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"MZ\x90\0" + b"\0" * 200, "这是程序改名成的 .pdf。换成扫描件再传"),
        (b"\x7fELF\2\1\1\0", "这是程序改名成的 .pdf"),
        (b"#!/bin/sh\n", "这是程序改名成的 .pdf"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC 照片改名成的 .pdf。在手机里改存为 JPG 再传"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0", "在手机里改存为 JPG 再传"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "视频改名成的 .pdf。视频不在这里传，只登记文件名、大小和 SHA-256"),
        (b"II*\0" + b"\0" * 20, " TIFF 图片改名成的 .pdf。存成 PDF 或 JPG 再传"),
        (b"GIF89a" + b"\0" * 20, " GIF 图片改名成的 .pdf。存成 JPG 再传"),
        (b"RIFF\0\0\0\0WEBPVP8 ", " WebP 图片改名成的 .pdf。存成 JPG 再传"),
        (b"BM" + b"\0" * 60, " BMP 图片改名成的 .pdf"),
        (
            making.zipped("[Content_Types].xml", "word/document.xml"),
            " Word 文档改名成的 .pdf。用 WPS 打开，存成 PDF 再传",
        ),
        (making.zipped("[Content_Types].xml", "xl/workbook.xml"), " Excel 表格改名成的 .pdf"),
        (making.zipped("OFD.xml"), " OFD 文件改名成的 .pdf。用 OFD 阅读器或 WPS 打开，导出为 PDF 再传"),
        (making.zipped("a.jpg"), "压缩包改名成的 .pdf。先解压，再传里面的文件"),
        (making.compound("WordDocument"), " Word 文档改名成的 .pdf"),
        (making.compound("EncryptedPackage"), "有密码的 Office 文档"),
        (b"Rar!\x1a\7\0", "压缩包"),
        (b"<html><body>x</body></html>", "网页改名成的 .pdf。打开以后打印成 PDF 再传"),
        ("一段文字".encode(), "文字文件改名成的 .pdf"),
        (b"\1\2\3\0\4", "这是认不出的文件，这里收 PDF、JPG、PNG。换成扫描件再传"),
        (b"", "文件是空的（0 字节）。打开原来的文件看一看，重新扫描或导出再传"),
    ],
)
def test_what_is_not_taken_is_called_what_it_is(reader: Reader, data: bytes, words: str) -> None:
    assert words in refused(reader, data)


def test_something_else_under_its_own_name(reader: Reader) -> None:
    assert refused(reader, b"GIF89a", "动图.gif") == "这是 GIF 图片，这里收 PDF、JPG、PNG。存成 JPG 再传"


def test_an_item_may_take_less(reader: Reader) -> None:
    words = refused(reader, pdf([PAGE]), "a.pdf", Limits(kinds=("jpg", "png")))
    assert words == "这是 PDF 文件，这里收 JPG、PNG。换成 JPG、PNG 再传"


def test_too_big(reader: Reader) -> None:
    assert refused(reader, b"%PDF" + b"x" * (1 << 20), limits=Limits(most_bytes=1 << 20)).startswith(
        "文件 2 MB，最大 1 MB。"
    )


def test_too_many_pages(reader: Reader) -> None:
    words = refused(reader, pdf([None] * 2000))
    assert words == "PDF 有 2000 页，最多 300 页。只留要交的页，或分成几个文件再传"
    assert len(inspect(pdf([None] * 20), "x.pdf", reader=reader, limits=Limits(most_pages=20)).pages) == 20


def test_no_pages(reader: Reader) -> None:
    assert refused(reader, pdf([])).startswith("PDF 里一页也没有。")


def test_a_password(reader: Reader) -> None:
    words = refused(reader, pdf([PAGE], encryption=pikepdf.Encryption(owner="o", user="u")))
    assert words == "PDF 有密码。用浏览器打开、输入密码，再用“打印”另存为 PDF，传没有密码的那一份"


@pytest.mark.parametrize(
    ("change", "inside"),
    [
        (making.runs_script, "会自己运行的程序"),
        (making.names_script, "会自己运行的程序"),
        (making.launches, "会自己运行的程序"),
        (making.brings_file, "夹带的附件"),
        (making.plays, "会播放的内容"),
        (making.asks_xfa, "动态表单（XFA）"),
    ],
)
@pytest.mark.parametrize("packed", [True, False])
def test_a_pdf_that_does_something(reader: Reader, change: object, inside: str, packed: bool) -> None:
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    words = refused(reader, pdf([PAGE], change=change, object_stream_mode=mode))  # type: ignore[arg-type]
    assert words == f"PDF 里有{inside}。打开以后打印成 PDF 再传"


def test_names_in_disguise_are_seen(reader: Reader) -> None:
    data = pdf([WRITTEN], change=making.launches, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    hidden = data.replace(b"/Launch", b"/L#61unch")
    assert hidden != data
    assert "会自己运行的程序" in refused(reader, hidden)


def test_what_hides_in_a_broken_file_is_seen(reader: Reader) -> None:
    """An object that no table names, in a file whose table is broken."""
    data = pdf([WRITTEN], object_stream_mode=pikepdf.ObjectStreamMode.disable)
    broken = data.replace(b"startxref", b"startxxxx") + b"<< /S /JavaScript /JS (x) >>"
    assert "会自己运行的程序" in refused(reader, broken)


@pytest.mark.parametrize("cut", [20, 200, -400])
def test_a_broken_pdf(reader: Reader, cut: int) -> None:
    data = pdf([WRITTEN])
    assert refused(reader, data[:cut]).startswith("PDF 已损坏，打不开。")


def test_a_picture_that_ends_too_early(reader: Reader) -> None:
    for data, name in ((jpg(PAGE), "a.jpg"), (png(sheet(60)), "a.png")):
        assert refused(reader, data[: len(data) // 2], name).startswith("图片不完整，后面一截没有了。")


def test_bombs_are_not_opened(reader: Reader) -> None:
    assert "图片 50000×50000 点，太大。" in refused(reader, making.png_heading(50_000, 50_000), "a.png")
    assert "图片 60000×60000 点，太大。" in refused(reader, pdf([WRITTEN], change=making.bomb(60_000, 60_000)))


def test_a_heading_alone_is_no_picture(reader: Reader) -> None:
    for data in (making.png_heading(10, 10), b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"):
        refused(reader, data, "a.png")
