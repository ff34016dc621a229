"""Page breaks behind which nothing stands: Word prints a blank page there, LibreOffice does not."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

from lxml import etree

from onefill.problems import Level, Problem, TemplatePlace
from onefill.rendering.package import parse_xml
from onefill.rendering.word_additions import BODY
from onefill.rendering.word_places import W, own_text, placed_paragraphs

#: Of a loop, whose every turn ends as what stands before it.
_END_OF_LOOP = re.compile(r"\s*\{%-?p\s+endfor\s*-?%\}\s*")
#: What holds blocks among others.
_HOLDERS = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))
_GONE = (f"{W}del", f"{W}moveFrom", f"{W}pPr")
#: What is seen of a paragraph, and lies behind a break when it comes later.
_SEEN = frozenset(
    f"{W}{name}"
    for name in ("t", "tab", "sym", "drawing", "pict", "object", "fldChar", "footnoteReference", "endnoteReference")
)
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"


def breaks_at_ends(members: Mapping[str, bytes], template: str) -> Iterator[Problem]:
    """Reminders of page breaks that a template, or a section of it, ends with."""
    root = parse_xml(members[BODY])
    idle = set(_idle_breaks(root))
    for paragraph, place in placed_paragraphs(root, template, BODY) if idle else ():
        if paragraph in idle:
            yield _told(place)


def ends_in_break(file: bytes) -> bool:
    """Whether a Word file that was printed ends with a page break."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        root = parse_xml(archive.read(BODY))
    blocks = list(_blocks(root))
    return any(paragraph in blocks[-1:] for paragraph in _idle_breaks(root))


def _told(place: TemplatePlace) -> Problem:
    what = "这里是分页符，后面没有内容：Word 会多印一张空白页，转成的 PDF 里没有"
    remedy = "请删去这个分页符；要让循环的每一项另起一页，请把它写在 {%p if not loop.last %} 和 {%p endif %} 之间"
    return Problem(place=place, code="BREAK_AT_END", what=what, remedy=remedy, level=Level.WARNING)


def _idle_breaks(root: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs that end in a page break and are the last of a section behind which a new page begins."""
    blocks = list(_blocks(root))
    sections = [at for at, block in enumerate(blocks) if _section_of(block) is not None]
    for number, at in enumerate(sections):
        following = blocks[sections[number + 1]] if number + 1 < len(sections) else root
        if not _goes_on(following):
            yield from _ending(blocks[: at + 1])
    yield from _ending(blocks)


def _blocks(root: etree._Element) -> Iterator[etree._Element]:
    body = root.find(f"{W}body")
    if body is not None:
        yield from _held(body)


def _held(holder: etree._Element) -> Iterator[etree._Element]:
    for child in holder:
        if child.tag in _HOLDERS:
            yield from _held(child)
        elif child.tag in (f"{W}p", f"{W}tbl"):
            yield child


def _section_of(block: etree._Element) -> etree._Element | None:
    return block.find(f"{W}pPr/{W}sectPr")


def _goes_on(following: etree._Element) -> bool:
    """Whether the section that ends there, or the last one, begins on the page where the one before it ended."""
    section = _section_of(following) if following.tag == f"{W}p" else following.find(f"{W}body/{W}sectPr")
    kind = None if section is None else section.find(f"{W}type")
    return kind is not None and kind.get(f"{W}val") == "continuous"


def _ending(blocks: list[etree._Element]) -> Iterator[etree._Element]:
    """The last of these blocks, if it ends in a page break; ends of loops, and of the section, are looked through."""
    while len(blocks) > 1 and (_END_OF_LOOP.fullmatch(own_text(blocks[-1])) or _only_ends_section(blocks[-1])):
        blocks = blocks[:-1]
    if blocks and blocks[-1].tag == f"{W}p" and _ends_in_break(blocks[-1]):
        yield blocks[-1]


def _only_ends_section(block: etree._Element) -> bool:
    return _section_of(block) is not None and not any(True for _ in _seen(block))


def _ends_in_break(paragraph: etree._Element) -> bool:
    seen = list(_seen(paragraph))
    return bool(seen) and seen[-1].tag == f"{W}br" and seen[-1].get(f"{W}type") == "page"


def _seen(paragraph: etree._Element) -> Iterator[etree._Element]:
    """What a reader meets in a paragraph, breaks among it, without what was deleted."""
    for element in paragraph.iter(etree.Element):
        if element.tag in _SEEN or element.tag in (f"{W}br", _MATHS):
            if element.tag == f"{W}t" and not element.text:
                continue
            if next(element.iterancestors(*_GONE, f"{W}p")) is paragraph:
                yield element
