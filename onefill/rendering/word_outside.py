"""What of a Word template lies outside the file: links that a click opens may, nothing else.

A picture that is fetched, a file that is read when the page is opened: what it shows is not what was sealed, and
whoever opens it tells somebody.
"""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from onefill.problems import Problem, TemplatePlace
from onefill.rendering.package import XML_FAULTS, parse_xml
from onefill.rendering.word_additions import package_bytes, related, relations_of
from onefill.rendering.word_places import W, part_title, placed_paragraphs

#: A web page or the like, which Word takes in when it opens the file, with whatever that fetches.
_CHUNK = "aFChunk"
_SETTINGS = "word/settings.xml"
_HYPERLINK, _TEMPLATE = "hyperlink", "attachedTemplate"
_RELATIONS = re.compile(r"(word/)_rels/(.+)\.rels")
#: Fields that read another file or speak to another program as soon as they are worked out.
_FETCHING = re.compile(r"^\s*(INCLUDEPICTURE|INCLUDETEXT|IMPORT|LINK|DDE|DDEAUTO|DATABASE)\b", re.IGNORECASE)
_CUT = "请在“文件—信息—编辑指向文件的链接”里断开链接，或换成插在文件里的"


def without_attached(members: Mapping[str, bytes]) -> dict[str, bytes]:
    """Without the template that Word remembers the file was begun from: a path of somebody's PC."""
    beside = relations_of(_SETTINGS)
    if _TEMPLATE.encode() not in members.get(beside, b""):
        return dict(members)
    try:
        roots = {name: parse_xml(members[name]) for name in (_SETTINGS, beside) if name in members}
    except XML_FAULTS:
        return dict(members)
    for root in roots.values():
        for element in list(root):
            if element.tag == f"{W}{_TEMPLATE}" or element.get("Type", "").endswith(f"/{_TEMPLATE}"):
                root.remove(element)
    return {**members, **{name: package_bytes(root) for name, root in roots.items()}}


def outside_faults(members: Mapping[str, bytes], template: str) -> Iterator[Problem]:
    """Everything that reaches outside, each with its place."""
    for member in members:
        found = _RELATIONS.fullmatch(member)
        if found is not None and any(sign in members[member] for sign in (b"External", _CHUNK.encode())):
            yield from _related(members, f"{found[1]}{found[2]}", template)
    for part in filter(part_title, members):
        if b"instrText" in members[part] or b"fldSimple" in members[part]:
            yield from _fields(members[part], part, template)


def _related(members: Mapping[str, bytes], part: str, template: str) -> Iterator[Problem]:
    try:
        relations = related(members, part)
        root = parse_xml(members[part]) if part in members and part_title(part) else None
    except XML_FAULTS:
        return  # told where the part is read
    for id, (kind, target, outside) in relations.items():
        if kind.rpartition("/")[2] == _CHUNK:
            remedy = "请用 Word 打开后另存一份，它会变成普通的文字"
            place = _place(root, part, template, id)
            yield Problem(place=place, code="TEMPLATE_OUTSIDE", what="夹着一段别的格式的文件", remedy=remedy)
        elif outside and kind.rpartition("/")[2] not in (_HYPERLINK, _TEMPLATE):
            place = _place(root, part, template, id)
            yield _fault(place, f"连着文件外面的“{target[:60]}”")


def _fields(data: bytes, part: str, template: str) -> Iterator[Problem]:
    try:
        root = parse_xml(data)
    except XML_FAULTS:
        return
    for paragraph, place in placed_paragraphs(root, template, part):
        for field in _instructions(paragraph):
            if found := _FETCHING.match(field):
                yield _fault(place, f"域 {found[1].upper()} 要读外面的文件或程序")


def _instructions(paragraph: etree._Element) -> Iterator[str]:
    """What the fields of a paragraph say; Word cuts one into many runs."""
    said: list[str] = []
    for element in paragraph.iter(f"{W}fldChar", f"{W}instrText", f"{W}fldSimple"):
        if element.tag == f"{W}instrText":
            said.append(element.text or "")
        elif element.tag == f"{W}fldSimple":
            yield element.get(f"{W}instr", "")
        else:
            yield "".join(said)
            said.clear()


def _place(root: etree._Element | None, part: str, template: str, id: str) -> TemplatePlace:
    for paragraph, place in () if root is None else placed_paragraphs(root, template, part):
        if any(id in element.attrib.values() for element in paragraph.iter(etree.Element)):
            return place
    return TemplatePlace(template, part_title(part) or part, "")


def _fault(place: TemplatePlace, what: str) -> Problem:
    return Problem(place=place, code="TEMPLATE_OUTSIDE", what=what, remedy=_CUT)
