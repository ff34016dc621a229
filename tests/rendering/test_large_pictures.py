"""Pictures that are far larger than print can show are reminded of; those that fit are not."""

import io
import struct
import zlib

import pytest
from docx import Document
from docx.shared import Mm
from xlsxwriter import Workbook as Written

from onefill.problems import Level
from onefill.rendering import compile_template
from tests.packages import packed, parts_of

MEGABYTE = 1024 * 1024


def picture(width: int, height: int, padding: int = 0) -> io.BytesIO:
    """The head of a picture: nobody looks further who only asks how large it is."""

    def piece(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = piece(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    body = piece(b"tEXt", b"a" * padding) + piece(b"IDAT", zlib.compress(b"\0")) + piece(b"IEND", b"")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + head + body)


def word(made: io.BytesIO, millimetres: int, where: str = "body") -> bytes:
    document = Document()
    if where == "cell":
        run = document.add_table(2, 2).cell(1, 0).paragraphs[0].add_run()
    elif where == "header":
        run = document.sections[0].header.paragraphs[0].add_run()
    else:
        document.add_paragraph("{{ title }}")
        run = document.add_paragraph().add_run()
    run.add_picture(made, width=Mm(millimetres))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def told(data: bytes, name: str) -> list[tuple[str, str, str]]:
    found = compile_template(data, name).reminders
    assert all(each.code == "PICTURE_LARGE" and each.level is Level.WARNING for each in found)
    return [(each.place.part, each.place.spot, each.what) for each in found]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "where, part, spot",
    [
        ("body", "正文", "第 2 段的图片"),
        ("cell", "正文", "表 1 第 2 行第 1 列的图片"),
        ("header", "页眉1", "第 1 段的图片"),
    ],
)
def test_a_heavy_picture_of_a_word_file_is_told_with_its_place(where: str, part: str, spot: str) -> None:
    ((told_part, told_spot, what),) = told(word(picture(600, 400, 6 * MEGABYTE), 60, where), "t.docx")
    assert (told_part, told_spot) == (part, spot)
    assert "有 6 MB" in what


def test_more_dots_than_the_printed_size_shows_are_told() -> None:
    ((_, _, what),) = told(word(picture(30_000, 9_000), 160), "t.docx")
    assert "30000×9000 点" in what and "160×48 毫米" in what and "3780×1134 点" in what


@pytest.mark.parametrize("width, height, millimetres", [(7016, 4960, 297), (2000, 2000, 10), (600, 400, 160)])
def test_a_picture_that_print_can_show_or_that_is_small_is_not_told(width: int, height: int, millimetres: int) -> None:
    assert told(word(picture(width, height, 4 * MEGABYTE), millimetres), "t.docx") == []


def test_what_is_cut_off_a_picture_counts_as_printed() -> None:
    data = word(picture(8_000, 4_000), 80)
    assert len(told(data, "t.docx")) == 1
    compiled = compile_template(cut(data, "60000"), "t.docx")
    assert compiled.reminders == (), "8000 dots on what would be 200 millimetres"


def cut(data: bytes, share: str) -> bytes:
    parts = parts_of(data)
    body = parts["word/document.xml"].decode()
    source = f'<a:srcRect r="{share}" b="{share}"/><a:stretch>'
    return packed({**parts, "word/document.xml": body.replace("<a:stretch>", source)})


def test_a_picture_of_a_worksheet_is_told_with_its_cell_and_name() -> None:
    out = io.BytesIO()
    book = Written(out)
    sheet = book.add_worksheet("名册")
    sheet.write("A1", "{{ title }}")
    sheet.insert_image("C5", "校徽.png", {"image_data": picture(20_000, 20_000), "x_scale": 0.01, "y_scale": 0.01})
    sheet.set_header("&C&[Picture]", {"image_center": "g.png", "image_data_center": picture(300, 200, 7 * MEGABYTE)})
    sheet.insert_image("C15", "小.png", {"image_data": picture(300, 100)})
    book.close()
    first, second = told(out.getvalue(), "t.xlsx")
    assert first[:2] == ("名册", "C5 图形“Picture 1”") and "20000×20000 点" in first[2]
    assert second[:2] == ("名册", "页眉或页脚的图片") and "有 7 MB" in second[2]
