"""Which characters of a file are told as boxes."""

import io

from docx import Document

from onefill.service.glyphs import unprintable

BULLET = "\uf0b7"


def paper(text: str) -> bytes:
    """What python-docx writes: its lists have the bullets of a symbol font."""
    document, out = Document(), io.BytesIO()
    document.add_paragraph("列在下面", style="List Bullet")
    document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def test_bullets_of_lists_are_printed_and_the_same_sign_in_a_text_is_a_box() -> None:
    assert unprintable([paper("请假单")]) == ()
    assert unprintable([paper(f"{BULLET} 请假单")]) == (BULLET,)
