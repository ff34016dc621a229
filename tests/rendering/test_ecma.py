"""The check by the grammar of the standard: it finds what it must, and passes over what programs may pass over."""

import pytest

from tests.rendering.ecma import grammar_faults
from tests.rendering.test_word import paragraphs, part, repacked

BODY = "word/document.xml"


def changed(old: str, new: str) -> list[str]:
    good = paragraphs("甲")
    text = part(good)
    assert old in text
    found = grammar_faults(repacked(good, {BODY: text.replace(old, new, 1).encode()}))
    return [fault for fault in found if fault.startswith(BODY)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<w:p>", "<w:p><w:pPr><w:jc w:val='left'/><w:keepNext/></w:pPr>", "may not hold"),
        ("<w:p>", "<w:p><w:pPr><w:jc/></w:pPr>", "must have wml:val"),
        ("<w:p>", "<w:p><w:pPr><w:jc w:val='middle'/></w:pPr>", "middle"),
        ("<w:p>", "<w:p><w:t>乙</w:t>", "may not hold"),
        ("<w:p>", "<w:tbl/><w:p>", "lacks a child"),
    ],
)
def test_what_breaks_the_grammar_is_found(old: str, new: str, said: str) -> None:
    assert any(said in fault for fault in changed(old, new))


def test_what_the_file_calls_ignorable_is_passed_over() -> None:
    assert changed("<w:r>", '<w:r xmlns:x="urn:x" x:mark="1">')
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    assert not changed("<w:r>", f'<w:r xmlns:x="urn:x" xmlns:mc="{mc}" mc:Ignorable="x" x:mark="1"><x:y/>')
