"""Word files that reach outside themselves: refused with their place, or left behind; links to click stay."""

import io
import zipfile
from collections.abc import Callable

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml import etree

from onefill.rendering import TemplateBroken, compile_template
from onefill.rendering.word_values import SubDocument
from tests.rendering.test_word import opened, paragraphs, part, problems, repacked, saved
from tests.rendering.test_word_constructs import png
from tests.rendering.word_rules import broken_rules

ADDRESS = "https://example.org/seen.png"


def linked_picture(address: str = ADDRESS) -> bytes:
    """A picture that is fetched when the page is opened."""
    document = Document()
    document.add_paragraph("甲{{ a }}")
    document.add_picture(io.BytesIO(png()))
    lead = document.part.relate_to(address, RELATIONSHIP_TYPE.IMAGE, is_external=True)
    [blip] = document.element.body.iter("{*}blip")
    blip.attrib.clear()
    blip.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}link", lead)
    return saved(document)


def field(instruction: str, where: str = "body") -> bytes:
    """A field cut into runs, as Word cuts them."""
    document = opened(paragraphs("甲", ""))
    section = document.sections[0]
    holder = {"body": document, "head": section.header, "foot": section.footer}[where]
    half = len(instruction) // 2
    runs = "".join(
        f"<w:r {nsdecls('w')}>{inner}</w:r>"
        for inner in (
            '<w:fldChar w:fldCharType="begin"/>',
            f'<w:instrText xml:space="preserve">{instruction[:half]}</w:instrText>',
            f'<w:instrText xml:space="preserve">{instruction[half:]}</w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    for run in parse_xml(f"<w:p {nsdecls('w')}>{runs}</w:p>"):
        holder.paragraphs[-1]._p.append(run)
    return saved(document)


@pytest.mark.parametrize("address", [ADDRESS, "file:///etc/passwd", r"\\evil\share\x.png"])
def test_a_picture_that_is_fetched_is_refused_with_its_place(address: str) -> None:
    assert problems(linked_picture(address)) == [("TEMPLATE_OUTSIDE", "正文", "第 2 段")]


@pytest.mark.parametrize(
    "instruction",
    [' INCLUDEPICTURE "https://example.org/x" ', "INCLUDETEXT C:\\\\x.docx", " dde cmd x ", "DDEAUTO c:\\\\w x"],
)
def test_fields_that_read_other_files_are_refused(instruction: str) -> None:
    assert problems(field(instruction)) == [("TEMPLATE_OUTSIDE", "正文", "第 2 段")]


@pytest.mark.parametrize("instruction", [" PAGE ", ' HYPERLINK "https://example.org" ', " DOCPROPERTY LINK ", " DATE "])
def test_other_fields_and_links_to_click_stay(instruction: str) -> None:
    assert instruction[:3] in part(compile_template(field(instruction), "t.docx").render({}))


PARTS = {
    "body": ("word/document.xml", "正文", "第 2 段"),
    "head": ("word/header1.xml", "页眉1", "第 1 段"),
    "foot": ("word/footer1.xml", "页脚1", "第 1 段"),
}


@pytest.mark.parametrize("where", PARTS)
@pytest.mark.parametrize("cut", range(5))
def test_a_tag_in_a_field_is_printed_wherever_word_cut_it(where: str, cut: int) -> None:
    template = field(f' {"- " * cut}HYPERLINK "https://example.org/{{{{ number }}}}?{"x" * 4 * cut}" ', where)
    compiled = compile_template(template, "t.docx")
    assert [use.path for use in compiled.names] == ["number"]
    made = compiled.render({"number": "R&D 7"})
    xml = part(made, PARTS[where][0])
    said = "".join(etree.fromstring(xml.encode()).itertext("{*}instrText"))
    assert "example.org/R&D 7?" in said and "{{" not in xml
    assert broken_rules(made) == []


@pytest.mark.parametrize("where", PARTS)
def test_a_fault_in_a_field_is_told_with_its_place(where: str) -> None:
    _, title, spot = PARTS[where]
    assert problems(field(' HYPERLINK "{{ number| }}" ', where)) == [("TEMPLATE_SYNTAX", title, f"{spot}的域")]


@pytest.mark.parametrize("where", PARTS)
def test_braces_that_are_a_fields_own_stay(where: str) -> None:
    own = ' ADDIN CITATION {"items":[{"data":{}}],"more":{}} '
    assert own[:20] in part(compile_template(field(own, where), "t.docx").render({}), PARTS[where][0])


@pytest.mark.parametrize("where", PARTS)
def test_a_tag_in_a_field_that_is_one_element_is_printed(where: str) -> None:
    document = opened(field(" PAGE ", where))
    section = document.sections[0]
    holder = {"body": document, "head": section.header, "foot": section.footer}[where]
    simple = parse_xml(f"<w:fldSimple {nsdecls('w')} w:instr=' HYPERLINK &quot;https://x.cn/{{{{ number }}}}&quot; '/>")
    holder.paragraphs[-1]._p.append(simple)
    made = compile_template(saved(document), "t.docx").render({"number": 'a"b'})
    [field_made] = etree.fromstring(part(made, PARTS[where][0]).encode()).iter("{*}fldSimple")
    assert 'https://x.cn/a"b' in next(iter(field_made.attrib.values()))


def test_all_faults_are_told_at_once() -> None:
    document = opened(linked_picture())
    document.add_paragraph("{{ b| }}")
    assert sorted(code for code, _, _ in problems(saved(document))) == ["TEMPLATE_OUTSIDE", "TEMPLATE_SYNTAX"]


def test_the_template_that_word_began_from_is_forgotten() -> None:
    """Word keeps its path in many an honest file; a hostile one has macros fetched by it."""
    good = paragraphs("{{ a }}")
    namespace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{namespace}/attachedTemplate"'
        ' Target="https://example.org/evil.dotm" TargetMode="External"/>'
        "</Relationships>"
    )
    settings = part(good, "word/settings.xml")
    assert "<w:zoom" in settings
    attached = f'<w:attachedTemplate xmlns:r="{namespace}" r:id="rId1"/>'
    head, _, rest = settings.partition("<w:zoom")
    data = repacked(
        good,
        {
            "word/_rels/settings.xml.rels": relations.encode(),
            "word/settings.xml": f"{head}{attached}<w:zoom{rest}".encode(),
        },
    )
    made = compile_template(data, "t.docx").render({"a": "甲"})
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert not any(b"evil" in archive.read(name) for name in archive.namelist())
    assert "attachedTemplate" not in part(made, "word/settings.xml")
    assert broken_rules(made) == []


@pytest.mark.parametrize("bad", [linked_picture, lambda: field("DDE x")])
def test_a_file_brought_by_a_value_may_not_reach_outside_either(bad: Callable[[], bytes]) -> None:
    compiled = compile_template(paragraphs("{{p value }}"), "t.docx")
    with pytest.raises(TemplateBroken):
        compiled.render({"value": SubDocument(bad())})
