"""Packets: order, bookmarks, copies, sheets printed on both sides, pictures of pages."""

import io

import pikepdf
import pypdfium2
import pytest

from onefill.rendering.packet import (
    Listed,
    PageMissing,
    Part,
    PdfBroken,
    contents,
    is_whole,
    join,
    page_count,
    page_picture,
)


def pdf(pages: int, width: float = 595) -> bytes:
    """A PDF whose pages can be told by their width."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(width, 842))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def widths(data: bytes) -> list[int]:
    with pypdfium2.PdfDocument(data) as document:
        return [round(page.get_width()) for page in document]


def bookmarks(data: bytes) -> list[tuple[int, str, int]]:
    """Level, title and page (from 1) of each bookmark."""
    with pypdfium2.PdfDocument(data) as document:
        return [(mark.level, mark.get_title(), mark.get_dest().get_index() + 1) for mark in document.get_toc()]


PARTS = [Part(title="甲", pdf=pdf(1, 100)), Part(title="乙", pdf=pdf(2, 200)), Part(title="丙", pdf=pdf(3, 300))]


def test_documents_follow_each_other_with_a_bookmark_each() -> None:
    packet = join(PARTS)
    assert widths(packet) == [100, 200, 200, 300, 300, 300]
    assert bookmarks(packet) == [(0, "甲", 1), (0, "乙", 2), (0, "丙", 4)]


def test_bookmarks_can_be_left_out() -> None:
    assert bookmarks(join(PARTS, bookmarks=False)) == []


def test_on_both_sides_each_document_begins_on_a_front() -> None:
    packet = join(PARTS, duplex=True)
    assert widths(packet) == [100, 100, 200, 200, 300, 300, 300, 300]
    assert all(page % 2 for _, _, page in bookmarks(packet))


def test_on_both_sides_each_repetition_begins_on_a_front() -> None:
    """Two people's certificates are not the two sides of one sheet."""
    repeated = Part(title="丁", pdf=join(PARTS), spans=(1, 2, 3))
    last = Part(title="戊", pdf=pdf(1, 400))
    assert widths(join([repeated, last], duplex=True)) == [100, 100, 200, 200, 300, 300, 300, 300, 400, 400]
    assert [(line.first, line.pages) for line in contents([repeated, last], duplex=True)] == [(1, 6), (9, 1)]
    assert widths(join([repeated])) == widths(join(PARTS))
    unlike = Part(title="丁", pdf=pdf(3), spans=(1, 1))
    assert page_count(join([unlike], duplex=True)) == 4


def test_copies_are_complete_sets() -> None:
    packet = join(PARTS[:2], copies=3)
    assert widths(packet) == [100, 200, 200] * 3
    assert bookmarks(packet)[:4] == [(0, "第 1 份", 1), (1, "甲", 1), (1, "乙", 2), (0, "第 2 份", 4)]


def test_copies_cost_no_space() -> None:
    assert len(join(PARTS, copies=10)) < 3 * len(join(PARTS))


def test_equal_parts_give_equal_bytes() -> None:
    assert join(PARTS, copies=2, duplex=True) == join(PARTS, copies=2, duplex=True)


def test_the_list_tells_where_each_begins() -> None:
    assert contents(PARTS, duplex=True, first=3) == [
        Listed(title="甲", first=3, pages=1),
        Listed(title="乙", first=5, pages=2),
        Listed(title="丙", first=7, pages=3),
    ]


def test_what_is_no_pdf_is_named() -> None:
    with pytest.raises(PdfBroken, match="“丁”"):
        join([*PARTS, Part(title="丁", pdf=b"no")])
    with pytest.raises(PdfBroken):
        page_count(b"no")
    with pytest.raises(PdfBroken):
        page_picture(b"no", 1)


def test_half_a_pdf_is_not_whole() -> None:
    whole = pdf(3)
    assert is_whole(whole)
    assert is_whole(whole + b"\n")
    assert not is_whole(whole[: len(whole) // 2])
    assert not is_whole(b"%PDF-1.7 %%EOF")
    assert not is_whole(b"")
    assert not is_whole(pdf(0))


def test_a_page_as_a_picture() -> None:
    picture = page_picture(pdf(2, 720), 2, dpi=72)
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") == 720


@pytest.mark.parametrize("page", [0, 3, -1])
def test_a_page_that_is_not_there(page: int) -> None:
    with pytest.raises(PageMissing, match="共 2 页"):
        page_picture(pdf(2), page)
