"""A page break behind which nothing stands is a blank page in Word and none in LibreOffice: it is told."""

import io

import pytest
from docx import Document
from docx.oxml import parse_xml

from onefill.problems import Level, TemplatePlace
from onefill.rendering import compile_template
from onefill.rendering.word_breaks import ends_in_break

BREAK = '<w:r><w:br w:type="page"/></w:r>'
TEXT = "<w:r><w:t>甲</w:t></w:r>"
DELETED = f'<w:del w:id="3" w:author="a" w:date="2020-01-01T00:00:00Z">{BREAK}</w:del>'
TABLE = (
    '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="9"/></w:tblGrid><w:tr><w:tc><w:tcPr/>{}</w:tc></w:tr></w:tbl><w:p/>'
)


def p(*inner: str) -> str:
    return f"<w:p>{''.join(inner)}</w:p>"


def tag(text: str) -> str:
    return p(f"<w:r><w:t>{text}</w:t></w:r>")


def section(kind: str) -> str:
    return f'<w:pPr><w:sectPr><w:type w:val="{kind}"/></w:sectPr></w:pPr>'


def word(*blocks: str, last: str = "nextPage") -> bytes:
    document = Document()
    body = document.element.body
    inside = f'{"".join(blocks)}<w:sectPr><w:type w:val="{last}"/></w:sectPr>'
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    for child in list(body):
        body.remove(child)
    body.extend(list(parse_xml(f'<w:body xmlns:w="{space}">{inside}</w:body>')))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def told(data: bytes) -> list[str]:
    found = compile_template(data, "t.docx").reminders
    assert all(one.code == "BREAK_AT_END" and one.level is Level.WARNING for one in found)
    return [one.place.spot for one in found if isinstance(one.place, TemplatePlace)]


LOOP, TURN, ENDED = tag("{%p for n in [1, 2] %}"), tag("{{ n }}"), tag("{%p endfor %}")
NOT_LAST = tag("{%p if not loop.last %}")


@pytest.mark.parametrize(
    ("blocks", "spots"),
    [
        ((p(TEXT), p(BREAK)), ["第 2 段"]),
        ((p(TEXT, BREAK),), ["第 1 段"]),
        ((p(TEXT, BREAK, BREAK),), ["第 1 段"]),
        ((p(TEXT), f"<w:sdt><w:sdtContent>{p(BREAK)}</w:sdtContent></w:sdt>"), ["第 2 段"]),
        ((LOOP, TURN, p(BREAK), ENDED), ["第 3 段"]),
        ((p(TEXT, BREAK), p(section("nextPage")), p(TEXT)), ["第 1 段"]),
        ((p(section("nextPage"), TEXT, BREAK), p(TEXT)), ["第 1 段"]),
        ((p(BREAK, TEXT),), []),
        ((p(TEXT, BREAK), p()), []),  # a page with an empty line in both
        ((p(TEXT), p(DELETED)), []),
        ((TABLE.format(p(TEXT, BREAK)),), []),
        ((LOOP, TURN, NOT_LAST, p(BREAK), tag("{%p endif %}"), ENDED), []),
        ((LOOP, TURN, p(BREAK), ENDED, p(TEXT)), []),
    ],
)
def test_a_break_at_the_end_of_a_template_is_told_with_its_place(blocks: tuple[str, ...], spots: list[str]) -> None:
    assert told(word(*blocks)) == spots


def test_a_section_that_goes_on_where_the_one_before_it_ends_wants_its_break() -> None:
    assert told(word(p(section("nextPage"), TEXT, BREAK), p(TEXT), last="continuous")) == []


def test_papers_are_looked_at_as_they_are_printed() -> None:
    """Only a paper shows whether what stands behind the break is printed."""
    blocks = p(TEXT, BREAK), tag("{%p if there %}"), p(TEXT), tag("{%p endif %}")
    template = compile_template(word(*blocks), "t.docx")
    assert template.reminders == ()
    assert ends_in_break(template.render({"there": False}))
    assert not ends_in_break(template.render({"there": True}))
    items = [{"there": True}, {"there": False}]
    assert ends_in_break(template.render_each(items, "pages"))
