"""Pages as they would leave the printer: what is cut off, printed over or off the paper, seals without text."""

import pypdfium2
import pytest
from weasyprint import HTML

from onefill.rendering.page_faults import PageFault, page_faults, set_faults
from tests.rendering.test_page_marks import sheet

WORDS = b"BT /F1 6 Tf 40 100 Td (Halle) Tj ET "
STYLE = "@page{size:210mm 297mm;margin:20mm;@bottom-center{content:'第 ' counter(page) ' 页'}}"


def faults(*drawn: bytes) -> list[tuple[int, str, str]]:
    return [(fault.page, fault.code, fault.near) for fault in page_faults(sheet(*drawn))]


def written(*pages: str) -> bytes:
    body = "".join(f'<div style="break-after:page">{page}</div>' for page in pages[:-1]) + f"<div>{pages[-1]}</div>"
    pdf = HTML(string=f"<style>{STYLE} *{{font-family:'Noto Serif CJK SC'}}</style>{body}").write_pdf()
    assert isinstance(pdf, bytes)
    return pdf


def codes(*pages: str) -> list[tuple[int, str]]:
    return [(fault.page, fault.code) for fault in page_faults(written(*pages))]


def test_a_sound_page_has_no_fault() -> None:
    assert faults(WORDS) == []


@pytest.mark.parametrize(
    "clip",
    [b"20 20 5 5 re", b"30 99 60 3.5 re", b"30 102.2 60 10 re"],
    ids=["all of it", "the upper half", "the lower half"],
)
def test_text_is_cut_off(clip: bytes) -> None:
    found = faults(b"q " + clip + b" W n " + WORDS + b"Q")
    assert found and {code for _, code, _ in found} == {"CUT"}


def test_a_frame_that_takes_the_text_cuts_nothing() -> None:
    assert faults(b"q 30 90 60 30 re W n " + WORDS + b"Q") == []


def test_text_leaves_the_paper() -> None:
    assert (1, "OFF_PAPER") in [found[:2] for found in faults(b"BT /F1 6 Tf 195.5 100 Td (Halle) Tj ET ")]


def test_text_lies_over_text() -> None:
    assert faults(WORDS + b"BT /F1 6 Tf 40.3 100.2 Td (Stadt) Tj ET ") == [(1, "PRINTED_OVER", "Stad")]


def test_a_number_has_no_room() -> None:
    assert (1, "TOO_NARROW", "Sum") in faults(b"BT /F1 6 Tf 40 100 Td (Sum ###) Tj ET ")


def test_a_dark_ground_is_no_ink_of_its_own() -> None:
    assert faults(b"0.85 g 20 80 100 50 re f 0 g " + WORDS) == []


def test_a_page_with_a_line_for_names_alone() -> None:
    signed = "经办人：某某　　签收人：　　　签收日期：　年　月　日"
    assert codes("请补正。", signed) == [(2, "LONELY_SIGN")]
    assert codes("请补正。", f"请在五日内补正。<br>{signed}") == []
    assert codes("请补正。", "单位：某某<br>电话：一二三") == []


def test_a_seal_stands_on_a_page_without_text() -> None:
    assert codes("名册 陈样样", "培训机构（盖章）<br>日期：2026年3月2日") == [(2, "LONELY_SEAL")]
    assert codes("名册 陈样样", "李样例 培训机构（盖章）") == [(2, "LONELY_SEAL")]
    assert codes("名册 陈样样", "李样例<br>培训机构（盖章）") == []
    assert codes("培训机构（盖章）") == []


def test_the_head_of_a_list_is_no_text_of_its_own() -> None:
    assert codes("姓名 性别<br>陈样样", "姓名 性别<br>李样例", "姓名 性别<br>（公章）") == [(3, "LONELY_SEAL")]


def test_a_page_whose_rows_stand_on_every_page_is_not_blank() -> None:
    rows = "<br>".join(f"第 {number} 课　烹饪" for number in range(5))
    assert codes(f"授课记录表<br>{rows}", rows, rows) == []
    assert codes(f"授课记录表<br>{rows}", rows, "&nbsp;") == [(3, "EMPTY_PAGE")]


def test_one_page_with_nothing_on_it_is_blank() -> None:
    assert faults(b"") == [(1, "EMPTY_PAGE", "")]
    assert faults(b"1 g 20 20 100 100 re f 0 g ") == [(1, "EMPTY_PAGE", "")]
    assert faults(b"0.5 w 20 20 100 100 re S ") == []


SQUARE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNg6P8PAAJjAZXTFnU4AAAAAElFTkSuQmCC"
)


def pictured(width: float, left: float = 0) -> str:
    return f'<img src="{SQUARE}" style="width:{width}mm;height:40mm;display:block;margin-left:{left}mm">'


@pytest.mark.parametrize(
    ("width", "left", "told"), [(187, 0, False), (195, 0, True), (60, -25, True), (60, 110, False)]
)
def test_a_picture_leaves_the_paper(width: float, left: float, told: bool) -> None:
    assert codes(f"附图{pictured(width, left)}") == ([(1, "PICTURE_OFF_PAPER")] if told else [])


def test_a_picture_that_the_paper_clips_is_told_and_one_that_is_cropped_is_not() -> None:
    """LibreOffice draws cropped pictures whole, and clips what is wider than the paper at its edge."""

    def clipped(left: int, width: int) -> list[tuple[int, str]]:
        """The same picture, from -40 to 220 mm, in a frame that shows a part of it."""
        frame = f"position:absolute;left:{left - 20}mm;top:60mm;width:{width}mm;height:40mm;overflow:hidden"
        return codes(f'附图<div style="{frame}">{pictured(260, -40 - left)}</div>')

    assert clipped(0, 210) == [(1, "PICTURE_OFF_PAPER")]
    assert clipped(0, 150) == [(1, "PICTURE_OFF_PAPER")]
    assert clipped(30, 150) == []


def test_a_page_with_a_picture_alone_is_not_blank() -> None:
    assert codes("附图", pictured(100)) == []
    assert codes(f"附图{pictured(100)}", f"{pictured(100)}<br>培训机构（盖章）") == []
    code = f'<div style="position:absolute;right:0;top:0">{pictured(20)}</div>'
    assert codes("名册 陈样样", code) == [(2, "EMPTY_PAGE")]
    badge = f'<div style="position:absolute;right:0;top:0">{pictured(40)}</div>'
    assert codes(f"名册 陈样样{badge}", badge) == [(2, "EMPTY_PAGE")]


def test_letters_joined_into_one_sign_do_not_lie_over_each_other() -> None:
    joined = written("office staff fi ffi")
    with pypdfium2.PdfDocument(joined) as document:
        text = document[0].get_textpage()
        assert text.get_charbox(1) == text.get_charbox(2) == text.get_charbox(3)  # ffi of office
        text.close()
    assert page_faults(joined) == []
    style = "position:absolute;left:0;top:0;margin:0"
    over = written(f'<p style="{style}">office</p><p style="{style}">staffs</p>')
    assert [fault.code for fault in page_faults(over)] == ["PRINTED_OVER"]


def test_a_page_is_blank() -> None:
    assert codes("名册 陈样样", "&nbsp;") == [(2, "EMPTY_PAGE")]
    assert codes("1<br>陈样样", "2<br>3") == []  # numbered lines for the pen


def test_every_page_is_looked_at_and_the_middle_of_a_very_long_paper_only_asked_for_text() -> None:
    cut = b"q 20 20 5 5 re W n " + WORDS + b"Q "
    pages = [b"BT /F1 6 Tf 40 200 Td (Page %c) Tj ET " % letter for letter in b"ABCDEF"]
    for number in range(1, 7):
        paper = sheet(*(cut + page if at == number else page for at, page in enumerate(pages, 1)))
        assert [fault.page for fault in page_faults(paper)] == [number]
        ends = [fault.page for fault in page_faults(paper, first=3, last=2)]
        assert ends == ([] if number == 4 else [number])


def test_characters_beyond_the_basic_plane_are_told_whole() -> None:
    style = "position:absolute;left:40mm;top:40mm;width:1mm;height:1mm;overflow:hidden;font-size:24px"
    pdf = written(f'甲<p style="{style}"><span>𠅤</span></p>')
    assert [(fault.code, fault.near) for fault in page_faults(pdf)] == [("CUT", "𠅤")]


def test_pages_that_were_set_are_held_against_those_of_libreoffice() -> None:
    words = [b"BT /F1 6 Tf 40 %.1f Td (Halle) Tj ET" % height for height in (100, 100.2, 101)]
    truth, near, far = (sheet(words[0], one) for one in words)
    assert set_faults(near, truth, []) == set_faults(truth, truth, []) == []
    assert set_faults(far, truth, []) == [PageFault(page=2, code="SET_OTHERWISE")]
    assert set_faults(sheet(words[0]), truth, []) == [PageFault(page=1, code="SET_OTHERWISE")]


def test_of_pages_that_were_set_only_their_own_faults_are_told() -> None:
    cut = sheet(b"BT /F1 6 Tf 1 100 Td (Halle) Tj ET")
    known = page_faults(cut)
    assert known
    assert set_faults(cut, cut, known) == []
    assert set_faults(cut, cut, []) == known
