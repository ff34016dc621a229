"""The body of one Word file made fit to stand in another: its styles, lists, pictures, links and notes come along.

A style that both files have, by its name, is the one of the file that takes the other in.
"""

import hashlib
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from functools import cached_property

from lxml import etree

from onefill.rendering.errors import TemplateBroken, refuse
from onefill.rendering.package import open_package, parse_xml
from onefill.rendering.word_additions import BODY, Additions, content_type_of, package_bytes, related, relations_of
from onefill.rendering.word_outside import outside_faults
from onefill.rendering.word_places import W
from onefill.rendering.word_tracked import forget_before

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_NAMESPACE = W[1:-1]
_STYLES, _NUMBERING = "word/styles.xml", "word/numbering.xml"
_STYLE_OF = {"pStyle": "paragraph", "rStyle": "character", "tblStyle": "table"}
_STYLE_LINKS = ("basedOn", "next", "link")
_NOTES = {"footnoteReference": ("footnote", "footnotes"), "endnoteReference": ("endnote", "endnotes")}
#: What leads to parts that stay behind: comments, heads and feet, other files, data behind a field.
_LEFT_BEHIND = (
    "commentRangeStart", "commentRangeEnd", "commentReference", "headerReference", "footerReference", "subDoc",
    "altChunk", "dataBinding",
)  # fmt: skip
_MEDIA = re.compile(r"word/media/[^/]+\.(\w+)")
_IDS = re.compile(r"\{http://schemas\.microsoft\.com/office/word/2010/wordml\}(?:paraId|textId)")


class Merging:
    """One file on its way into another.

    Args:
        source: The members of the file that is taken in.
        added: What the other file gets by it.
        part: The part of the other file where it will stand.
        known: Names of that part that its reader may pass over; others of the kind stay behind.
    """

    def __init__(self, source: Mapping[str, bytes], added: Additions, part: str, known: Iterable[str]) -> None:
        self._source = source
        self._added = added
        self._part = part
        self._known = frozenset(known)
        self._mark = hashlib.sha256(source[BODY] + source.get(relations_of(BODY), b"")).hexdigest()[:8]
        self._styles: dict[str, str] = {}
        self._numbers: dict[str, str] = {}
        self._lists: dict[str, str] = {}
        self._copied: dict[str, str] = {}
        self._grown = False

    def blocks(self) -> list[etree._Element]:
        """Its paragraphs and tables, all that they refer to being there."""
        root = parse_xml(self._source[BODY])
        forget_before(root, doubled=True)
        body = root.find(f"{W}body")
        found = [] if body is None else [block for block in body if block.tag != f"{W}sectPr"]
        self._pass_over(root)
        self._take(found, BODY, self._part)
        self._write()
        return found

    def _take(self, elements: Sequence[etree._Element], source: str, target: str) -> None:
        """Let elements of a part refer to what the other file has."""
        relations = related(self._source, source)
        for element in [each for top in elements for each in top.iter(etree.Element)]:
            for name in [name for name in element.attrib if _IDS.fullmatch(str(name))]:
                del element.attrib[name]
            for name in [name for name in element.attrib if str(name).startswith(_R)]:
                found = relations.get(element.get(name, ""))
                if found is not None:
                    element.set(name, self._relation(found, target))
            self._refer(element, target)
        _renumber_bookmarks(elements, self._added)

    def _refer(self, element: etree._Element, target: str) -> None:
        name = etree.QName(element).localname if element.tag.startswith(W) else ""
        value = element.get(f"{W}val", "")
        if name in _STYLE_OF:
            element.set(f"{W}val", self._style(value))
        elif name == "numId":
            element.set(f"{W}val", self._number(value))
        elif name in _NOTES and target == BODY:
            element.set(f"{W}id", self._note(element.get(f"{W}id", ""), *_NOTES[name]))
        elif name in _LEFT_BEHIND or name in _NOTES or (name == "id" and _is_control(element)):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)

    def _pass_over(self, root: etree._Element) -> None:
        """Leave behind what the other file does not allow its reader to pass over."""
        own = {root.nsmap[prefix] for prefix in root.get(f"{_MC}Ignorable", "").split() if prefix in root.nsmap}
        strange = own - self._known
        for element in list(root.iter(etree.Element)):
            if etree.QName(element).namespace in strange:
                parent = element.getparent()
                if parent is not None:
                    parent.remove(element)
            for name in [name for name in element.attrib if etree.QName(name).namespace in strange]:
                del element.attrib[name]

    # -- styles -------------------------------------------------------------------------------------------------

    @cached_property
    def _own_styles(self) -> dict[str, etree._Element]:
        data = self._source.get(_STYLES)
        found = () if data is None else parse_xml(data).iter(f"{W}style")
        return {style.get(f"{W}styleId", ""): style for style in found}

    @cached_property
    def _styles_part(self) -> str:
        empty = f'<w:styles xmlns:w="{_NAMESPACE}"/>'.encode()
        return self._added.own(f"{_KIND}/styles", _STYLES, empty, f"{_TYPE}.styles+xml")

    @cached_property
    def _their_styles(self) -> etree._Element:
        return parse_xml(self._added.read(self._styles_part) or b"")

    def _style(self, own: str) -> str:
        """What a style of the file is called in the other one."""
        style = self._own_styles.get(own)
        if style is None or own in self._styles:
            return self._styles.get(own, own)
        found = next((each for each in self._their_styles.iter(f"{W}style") if _same(each, style)), None)
        if found is not None:
            self._styles[own] = found.get(f"{W}styleId", own)
            return self._styles[own]
        taken = {each.get(f"{W}styleId") for each in self._their_styles.iter(f"{W}style")}
        self._styles[own] = own if own not in taken else f"{own}-{self._mark}"
        self._add_style(deepcopy(style), self._styles[own])
        return self._styles[own]

    def _add_style(self, copy: etree._Element, name: str) -> None:
        copy.set(f"{W}styleId", name)
        copy.attrib.pop(f"{W}default", "")
        self._their_styles.append(copy)
        self._grown = True
        for link in _STYLE_LINKS:
            for each in copy.findall(f"{W}{link}"):
                each.set(f"{W}val", self._style(each.get(f"{W}val", "")))
        for each in copy.iter(f"{W}numId"):
            each.set(f"{W}val", self._number(each.get(f"{W}val", "")))

    # -- lists --------------------------------------------------------------------------------------------------

    @cached_property
    def _own_lists(self) -> etree._Element | None:
        data = self._source.get(_NUMBERING)
        return None if data is None else parse_xml(data)

    @cached_property
    def _numbering_part(self) -> str:
        empty = f'<w:numbering xmlns:w="{_NAMESPACE}"/>'.encode()
        return self._added.own(f"{_KIND}/numbering", _NUMBERING, empty, f"{_TYPE}.numbering+xml")

    @cached_property
    def _their_lists(self) -> etree._Element:
        return parse_xml(self._added.read(self._numbering_part) or b"")

    def _number(self, own: str) -> str:
        """The number in the other file of a list; it begins anew there."""
        if own == "0" or self._own_lists is None or own in self._numbers:
            return self._numbers.get(own, own)
        number = next((each for each in self._own_lists.iter(f"{W}num") if each.get(f"{W}numId") == own), None)
        if number is None:
            return own
        copy = deepcopy(number)
        self._numbers[own] = str(1 + _most(self._their_lists.iter(f"{W}num"), "numId"))
        copy.set(f"{W}numId", self._numbers[own])
        self._place(copy, ("numPicBullet", "abstractNum", "num"))
        for each in copy.iter(f"{W}abstractNumId"):
            each.set(f"{W}val", self._list(each.get(f"{W}val", "")))
        self._style_levels(copy)
        return self._numbers[own]

    def _list(self, own: str) -> str:
        """The looks of a list, in the other file."""
        lists = () if self._own_lists is None else self._own_lists.iter(f"{W}abstractNum")
        found = next((each for each in lists if each.get(f"{W}abstractNumId") == own), None)
        if found is None or own in self._lists:
            return self._lists.get(own, own)
        number = 1 + _most(self._their_lists.iter(f"{W}abstractNum"), "abstractNumId")
        self._lists[own] = str(number)
        copy = deepcopy(found)
        copy.set(f"{W}abstractNumId", self._lists[own])
        for each in [*copy.iter(f"{W}nsid"), *copy.iter(f"{W}lvlPicBulletId")]:
            if each.tag == f"{W}nsid":  # Word takes two lists of the same one for one list
                each.set(f"{W}val", hashlib.sha256(f"{self._mark}{number}".encode()).hexdigest()[:8].upper())
            else:
                each.getparent().remove(each)  # type: ignore[union-attr]
        self._place(copy, ("numPicBullet", "abstractNum"))
        self._style_levels(copy)
        return self._lists[own]

    def _style_levels(self, copy: etree._Element) -> None:
        for each in copy.iter(f"{W}pStyle", f"{W}rStyle", f"{W}styleLink", f"{W}numStyleLink"):
            each.set(f"{W}val", self._style(each.get(f"{W}val", "")))

    def _place(self, element: etree._Element, before: Sequence[str]) -> None:
        """Among the lists of the other file, behind those that come before by the standard."""
        at = sum(1 for each in self._their_lists if etree.QName(each).localname in before)
        self._their_lists.insert(at, element)

    def _write(self) -> None:
        """Keep styles and lists if any came along; else they stay as they are, byte for byte."""
        if self._grown:
            self._added.write(self._styles_part, package_bytes(self._their_styles))
        if self._numbers:
            self._added.write(self._numbering_part, package_bytes(self._their_lists))

    # -- parts and notes ----------------------------------------------------------------------------------------

    def _relation(self, found: tuple[str, str, bool], target: str) -> str:
        kind, name, outside = found
        if not outside:
            name = posixpath.relpath(self._copy(name), posixpath.dirname(target))
        return self._added.relation(target, kind, name, outside)

    def _copy(self, name: str) -> str:
        """A part in the other file, with all it leads to."""
        data = self._source.get(name)
        if data is None or name in self._copied:
            return self._copied.get(name, name)
        media = _MEDIA.fullmatch(name)
        content_type = content_type_of(self._source, name) or "application/octet-stream"
        if media is not None and content_type.startswith("image/"):
            folder, stem = "word/media", hashlib.sha256(data).hexdigest()[:16]
        else:
            folder = posixpath.dirname(name)
            stem = f"{posixpath.basename(name).partition('.')[0]}-{self._mark}"
        self._copied[name] = f"{folder}/{stem}.{name.rpartition('.')[2]}"
        self._added.write(self._copied[name], data, content_type)
        beside = self._source.get(relations_of(name))
        if beside is not None:
            self._added.write(relations_of(self._copied[name]), self._led(beside, name))
        return self._copied[name]

    def _led(self, relations: bytes, name: str) -> bytes:
        """The relations of a copied part, leading to copies."""
        root = parse_xml(relations)
        targets = related(self._source, name)
        for relation in root:
            _, target, outside = targets[relation.get("Id", "")]
            if not outside:
                relation.set("Target", posixpath.relpath(self._copy(target), posixpath.dirname(self._copied[name])))
        return package_bytes(root)

    def _note(self, own: str, kind: str, part: str) -> str:
        """The id that a note gets in the other file."""
        source = f"word/{part}.xml"
        data = self._source.get(source)
        root = None if data is None else parse_xml(data)
        notes = () if root is None else root.iter(f"{W}{kind}")
        note = next((each for each in notes if each.get(f"{W}id") == own), None)
        if root is None or note is None:
            return own
        forget_before(root, doubled=True)
        self._pass_over(root)
        target = self._added.own(f"{_KIND}/{part}", source, _no_notes(kind, part), f"{_TYPE}.{part}+xml")
        new = self._added.next_note() + _most(parse_xml(self._added.read(target) or b""), "id")
        self._take([note], source, target)
        note.set(f"{W}id", str(new))
        self._added.notes.setdefault(target, []).append(etree.tostring(note, encoding="unicode"))
        return str(new)


def merged_text(data: bytes, added: Additions, part: str) -> str:
    """The blocks of a Word file as text of a part of another one.

    Raises:
        TemplateBroken: No Word file.
        XMLSyntaxError: One with a damaged part.
    """
    package = open_package(data, "")
    if package.kind != "docx" or BODY not in package.members:
        raise refuse("", "TEMPLATE_NOT_OFFICE", "不是 Word 文档", "请换成 .docx 文件")
    if outside := list(outside_faults(package.members, "")):
        raise TemplateBroken(template="", problems=outside)
    root = parse_xml(added.read(part) or b"")
    blocks = Merging(package.members, added, part, ignorable(root)).blocks()
    return "".join(_fragment(block, root.nsmap) for block in blocks)


def _fragment(block: etree._Element, known: Mapping[str | None, str]) -> str:
    """A block as text that stands where those prefixes are known."""
    text = etree.tostring(block, encoding="unicode", with_tail=False)
    head, close, rest = text.partition(">")
    for prefix, namespace in known.items():
        head = head.replace(f' xmlns:{prefix}="{namespace}"', "")
    return head + close + rest


def ignorable(root: etree._Element) -> Iterator[str]:
    """Names that the reader of a part may pass over."""
    prefixes = root.get(f"{_MC}Ignorable", "").split()
    return (root.nsmap[prefix] for prefix in prefixes if prefix in root.nsmap)


def _same(one: etree._Element, other: etree._Element) -> bool:
    """Whether two styles are called the same and are of one kind."""

    def told(style: etree._Element) -> tuple[str, str]:
        name = style.find(f"{W}name")
        return style.get(f"{W}type", "paragraph"), "" if name is None else name.get(f"{W}val", "").lower()

    return told(one) == told(other)


def _most(elements: Iterable[etree._Element], attribute: str) -> int:
    return max((int(each.get(f"{W}{attribute}", "0")) for each in elements), default=0)


def _is_control(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == f"{W}sdtPr"


def _renumber_bookmarks(elements: Sequence[etree._Element], added: Additions) -> None:
    new: dict[str, int] = {}
    for top in elements:
        for mark in top.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd"):
            own = mark.get(f"{W}id", "")
            if own not in new:
                new[own] = added.next_id()
            mark.set(f"{W}id", str(new[own]))


def _no_notes(kind: str, part: str) -> bytes:
    """A part with the lines that Word wants above notes, and no note."""
    lines = "".join(
        f'<w:{kind} w:type="{line}" w:id="{number}"><w:p><w:r><w:{line}/></w:r></w:p></w:{kind}>'
        for number, line in ((-1, "separator"), (0, "continuationSeparator"))
    )
    return f'<w:{part} xmlns:w="{_NAMESPACE}">{lines}</w:{part}>'.encode()
