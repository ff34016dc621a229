"""One Word document out of many renderings of the same template: a section for each, with its own heads and feet."""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from onefill.rendering.package import parse_xml
from onefill.rendering.word_additions import BODY, TYPES, package_bytes
from onefill.rendering.word_part import part_bytes
from onefill.rendering.word_places import W
from onefill.rendering.word_source import as_text

_BODY_RELATIONS = "word/_rels/document.xml.rels"
_STORY = re.compile(r"word/((?:header|footer)\d*)\.xml")
_NOTES = {"word/footnotes.xml": "footnote", "word/endnotes.xml": "endnote"}
_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PAGES = re.compile(r'(<w:instrText[^>]*>[^<]*|w:instr="[^"]*)\bNUMPAGES\b')
#: How a document ends, and what it does not hold, where its last section is found without reading all of it.
_END = "</w:sectPr></w:body></w:document>"
_NESTED = ("<w:sectPrChange", "<w:pPrChange", "<w:txbxContent")
_SECTION = re.compile(r"<w:sectPr(?: [^>]*)?(?:/>|>.*?</w:sectPr>)", re.DOTALL)
_PREFIX, _PREFIXES = re.compile(r"[</\s](\w+):"), ("w", "r")
_PARAGRAPH = re.compile(
    r"(?P<start><w:p(?: [^>]*)?>)(?:<w:pPr>(?P<properties>.*?)</w:pPr>|<w:pPr/>)?(?P<rest>.*)", re.DOTALL
)
_BODY = re.compile(r"<((?:\w+:)?body)[ >]")
_DECLARED = re.compile(r' xmlns:\w+="[^"]*"')
_AROUND = (
    '<w:body xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
)
#: As low as a paragraph can be: a full page must not run over into an empty one.
_LOWEST = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
#: What may stand before ``w:type`` and before ``w:pgNumType`` in a section's properties.
_BEFORE_TYPE = ("headerReference", "footerReference", "footnotePr", "endnotePr")
_BEFORE_NUMBERS = (*_BEFORE_TYPE, "type", "pgSz", "pgMar", "paperSrc", "pgBorders", "lnNumType")


@dataclass
class _Stories:
    """Headers and footers given to the sections so far: equal ones are one part."""

    members: Mapping[str, bytes]
    relations: etree._Element
    types: etree._Element
    made: dict[str, bytes] = field(default_factory=dict)
    ids: dict[tuple[str, str], str] = field(default_factory=dict)

    def relation_of(self, part: str, xml: str, number: int) -> str | None:
        """The relation id of this content; None when the section keeps its own."""
        own = next((each for each in self.relations if _target(each) == part), None)
        if own is None:
            return None
        if number == 0:
            self.made[part] = part_bytes(xml)
            self.ids[part, xml] = own.get("Id", "")
        if (part, xml) not in self.ids:
            self.ids[part, xml] = self._copy(part, xml, number, own)
        return self.ids[part, xml]

    def _copy(self, part: str, xml: str, number: int, own: etree._Element) -> str:
        stem = part.removesuffix(".xml")
        name, new_id = f"{stem}_{number + 1}.xml", f"{own.get('Id')}_{number + 1}"
        relation = deepcopy(own)
        relation.set("Id", new_id)
        relation.set("Target", name.removeprefix("word/"))
        self.relations.append(relation)
        for override in list(self.types):
            if override.get("PartName") == f"/{part}":
                kind = deepcopy(override)
                kind.set("PartName", f"/{name}")
                self.types.append(kind)
        self.made[name] = part_bytes(xml)
        beside = f"word/_rels/{part.removeprefix('word/')}.rels"
        if beside in self.members:
            self.made[f"word/_rels/{name.removeprefix('word/')}.rels"] = self.members[beside]
        return new_id


def join_pages(members: Mapping[str, bytes], rendered: Sequence[Mapping[str, str]]) -> dict[str, bytes]:
    """The changed members of a document that holds every rendering as sections of its own.

    Args:
        members: The template's members.
        rendered: For every item the XML of each rendered part; properties are those of the first.
    """
    stories = _Stories(members, parse_xml(members[_BODY_RELATIONS]), parse_xml(members[TYPES]))
    changed = {name: part_bytes(xml) for name, xml in rendered[0].items() if name.startswith("docProps/")}
    changed |= _static_stories(members, rendered[0])
    notes = {part: _Notes(members[part], kind) for part, kind in _NOTES.items() if part in members}
    bodies: list[str] = []
    sections = _Sections()
    for number, parts in enumerate(rendered):
        xml, renamed, last = _own_pages(parts[BODY]), _own_ids(parts, number, stories), number == len(rendered) - 1
        told = {part: (each, parts.get(part)) for part, each in notes.items()}
        bodies.append((not notes and sections.of(xml, renamed, last)) or _body(xml, number, renamed, last, told))
    changed |= stories.made
    changed |= {part: each.data() for part, each in notes.items()}
    changed[BODY] = _joined(bodies)
    changed[_BODY_RELATIONS] = package_bytes(stories.relations)
    changed[TYPES] = package_bytes(stories.types)
    return changed


def _body(
    xml: str, number: int, renamed: Mapping[str, str], last: bool, notes: Mapping[str, "tuple[_Notes, str | None]"]
) -> str:
    """An item's document, its sections and notes made ready to stand among others."""
    item = etree.fromstring(xml)
    body = next(item.iter(W + "body"))
    _begin_section(body, number, renamed)
    for each, told in notes.values():
        each.take(body, told)
    if not last:
        _end_section(body)
    return as_text(item)


class _Sections:
    """Makes sections ready without reading all of a document, where its end looks as it nearly always does."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, bool, tuple[tuple[str, str], ...]], str] = {}

    def of(self, xml: str, renamed: Mapping[str, str], last: bool) -> str | None:
        """An item's document, made ready to stand among others; None if it must be read for that."""
        if not xml.endswith(_END) or any(mark in xml for mark in _NESTED):
            return None
        found = list(_SECTION.finditer(xml))
        if any(prefix not in _PREFIXES for match in found for prefix in _PREFIX.findall(match[0])):
            return None
        pieces, at = [], 0
        for number, match in enumerate(found):
            pieces += [xml[at : match.start()], self._section(match[0], number == 0, renamed)]
            at = match.end()
        if xml[at:] != _END[-len(xml[at:]) :]:
            return None
        if last:
            return "".join([*pieces, xml[at:]])
        *before, section = pieces
        ended = _with_section("".join(before), section)
        return None if ended is None else ended + xml[at:]

    def _section(self, xml: str, first: bool, renamed: Mapping[str, str]) -> str:
        key = (xml, first, tuple(renamed.items()))
        if key not in self._made:
            body = etree.fromstring(f"{_AROUND}{xml}</w:body>")
            _rename(body, renamed)
            if first:
                _on_new_page(body[0])
            self._made[key] = _DECLARED.sub("", as_text(body[0]))
        return self._made[key]


def _with_section(xml: str, section: str) -> str | None:
    """What comes before a section's properties, with these in its last paragraph; None if that is hard to find."""
    if xml.endswith("</w:tbl>"):
        return f"{xml}<w:p><w:pPr>{_LOWEST}{section}</w:pPr></w:p>"
    start = max(xml.rfind("<w:p>"), xml.rfind("<w:p "))
    paragraph = _PARAGRAPH.fullmatch(xml, start) if xml.endswith("</w:p>") and start >= 0 else None
    if paragraph is None or "<w:sectPr" in paragraph[0]:
        return None
    properties = paragraph["properties"] or ""
    return f"{xml[:start]}{paragraph['start']}<w:pPr>{properties}{section}</w:pPr>{paragraph['rest']}"


def _joined(texts: Sequence[str]) -> bytes:
    """The document of the first body with the content of all.

    They are joined as text: all come from one template, and moving elements into another tree costs ten times as much.
    """
    found = _BODY.search(texts[0])
    name = found[1] if found else ""
    spans = [(text.index(">", text.index(f"<{name}")) + 1, text.rindex(f"</{name}>")) for text in texts]
    inner = [text[start:end] for text, (start, end) in zip(texts, spans, strict=True)]
    return part_bytes("".join([texts[0][: spans[0][0]], *inner, texts[0][spans[0][1] :]]))


def _target(relation: etree._Element) -> str:
    """The member that a relation of the body points to."""
    target = relation.get("Target", "")
    return target[1:] if target.startswith("/") else f"word/{target}"


def _own_pages(xml: str) -> str:
    """Pages are counted within the section, for every item is a paper of its own."""
    return _PAGES.sub(r"\1SECTIONPAGES", xml) if "NUMPAGES" in xml else xml


def _static_stories(members: Mapping[str, bytes], rendered: Mapping[str, str]) -> dict[str, bytes]:
    """Heads and feet without tags are shared by all; only their page count changes."""
    static = {name: data.decode() for name, data in members.items() if _STORY.fullmatch(name) and name not in rendered}
    return {name: _own_pages(xml).encode() for name, xml in static.items() if _PAGES.search(xml)}


def _own_ids(parts: Mapping[str, str], number: int, stories: _Stories) -> dict[str, str]:
    """Old relation id -> the one this item's section uses."""
    renamed: dict[str, str] = {}
    for part, xml in parts.items():
        if _STORY.fullmatch(part):
            new = stories.relation_of(part, _own_pages(xml), number)
            old = next((each.get("Id") for each in stories.relations if _target(each) == part), None)
            if new is not None and old is not None:
                renamed[old] = new
    return renamed


def _begin_section(body: etree._Element, number: int, renamed: Mapping[str, str]) -> None:
    """The item's first section starts a page and its numbering; every section refers to the item's heads and feet."""
    sections = list(body.iter(W + "sectPr"))
    if not sections:
        sections = [etree.SubElement(body, W + "sectPr")]
    _rename(body, renamed)
    _on_new_page(sections[0])


def _rename(body: etree._Element, renamed: Mapping[str, str]) -> None:
    for section in body.iter(W + "sectPr"):
        for reference in section:
            if reference.get(_R_ID) in renamed:
                reference.set(_R_ID, renamed[reference.get(_R_ID, "")])


def _on_new_page(section: etree._Element) -> None:
    kind = section.find(W + "type")
    if kind is None or kind.get(W + "val") in ("continuous", "nextColumn"):
        _set(section, "type", _BEFORE_TYPE, "val", "nextPage")
    _set(section, "pgNumType", _BEFORE_NUMBERS, "start", "1")


def _set(section: etree._Element, tag: str, before: Sequence[str], attribute: str, value: str) -> None:
    element = section.find(W + tag)
    if element is None:
        element = etree.Element(W + tag)
        index = sum(1 for each in section if etree.QName(each).localname in before)
        section.insert(index, element)
    element.set(W + attribute, value)


def _end_section(body: etree._Element) -> None:
    """Move the item's last section properties into its last paragraph, so that another item can follow."""
    section = body[-1]
    body.remove(section)
    last = body[-1] if len(body) else None
    if last is None or last.tag != W + "p" or last.find(f"{W}pPr/{W}sectPr") is not None:
        last = etree.SubElement(body, W + "p")
        properties = etree.SubElement(last, W + "pPr")
        # As low as a paragraph can be: a full page must not run over into an empty one.
        spacing = etree.SubElement(properties, W + "spacing")
        for name, value in {"before": "0", "after": "0", "line": "20", "lineRule": "exact"}.items():
            spacing.set(W + name, value)
    found = last.find(W + "pPr")
    properties = etree.Element(W + "pPr") if found is None else found
    last.insert(0, properties)
    change = properties.find(W + "pPrChange")
    properties.insert(len(properties) - (change is not None), section)


class _Notes:
    """Footnotes (or endnotes) of all items under numbers of their own."""

    def __init__(self, template: bytes, kind: str) -> None:
        self._kind = kind
        self._template = template
        self._root: etree._Element | None = None
        self._last = 0

    def take(self, body: etree._Element, xml: str | None) -> None:
        """Add the notes of one item and let its references point to them."""
        root = etree.fromstring(xml) if xml is not None else parse_xml(self._template)
        if self._root is None:
            self._root = root
            self._last = max((int(note.get(W + "id", "0")) for note in root), default=0)
            return
        shift = self._last + 1
        self._last = shift + max((int(note.get(W + "id", "0")) for note in root), default=0)
        for note in list(root):
            if note.get(W + "type") is None:
                note.set(W + "id", str(int(note.get(W + "id", "0")) + shift))
                self._root.append(note)
        for reference in body.iter(f"{W}{self._kind}Reference"):
            reference.set(W + "id", str(int(reference.get(W + "id", "0")) + shift))

    def data(self) -> bytes:
        """The part."""
        return part_bytes(as_text(self._root)) if self._root is not None else self._template
