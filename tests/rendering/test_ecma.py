"""The check by schema itself: it finds what it must, and passes over what programs may pass over."""

import pytest

from tests.rendering.ecma import schema_faults
from tests.rendering.test_word import paragraphs, part, repacked

BODY = "word/document.xml"


def changed(old: str, new: str) -> list[str]:
    good = paragraphs("甲")
    text = part(good)
    assert old in text
    found = schema_faults(repacked(good, {BODY: text.replace(old, new, 1).encode()}))
    return [fault for fault in found if fault.startswith(BODY)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<w:p>", "<w:p><w:pPr><w:jc w:val='left'/><w:keepNext/></w:pPr>", "not expected"),
        ("<w:p>", "<w:p><w:pPr><w:jc/></w:pPr>", "required but missing"),
        ("<w:p>", "<w:p><w:pPr><w:jc w:val='middle'/></w:pPr>", "middle"),
        ("<w:p>", "<w:p><w:t>乙</w:t>", "not expected"),
        ("<w:p>", "<w:tbl/><w:p>", "Missing child"),
    ],
)
def test_what_breaks_the_schema_is_found(old: str, new: str, said: str) -> None:
    assert any(said in fault for fault in changed(old, new))


def test_what_the_file_calls_ignorable_is_passed_over() -> None:
    assert changed("<w:r>", '<w:r xmlns:x="urn:x" x:mark="1">')
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    assert not changed("<w:r>", f'<w:r xmlns:x="urn:x" xmlns:mc="{mc}" mc:Ignorable="x" x:mark="1"><x:y/>')
