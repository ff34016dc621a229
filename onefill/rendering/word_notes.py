"""Footnotes and endnotes that a loop refers to: every turn has its own, filled in with what the loop stands at.

A note is referred to once, and lies in a part that knows of no loop. So while such a template is printed its note
stands in the body, behind the reference, and moves to its part when all is filled in.
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy

from lxml import etree

from onefill.rendering.package import XML_FAULTS, parse_xml
from onefill.rendering.word_additions import BODY, Additions, package_bytes
from onefill.rendering.word_places import LENT_NOTE, W, numbered_notes

_PARTS = {"footnote": "word/footnotes.xml", "endnote": "word/endnotes.xml"}
_BLOCK = re.compile(r"\{%-?\s*(?:(?:tr|tc|p|r)\s+)?(end)?for\b(?:(?!%\}).)*%\}", re.DOTALL)
_LENT = re.compile(r"<w:(?P<kind>footnote|endnote) (?P<head>[^>]*)>(?P<rest>.*?</w:(?P=kind)>)", re.DOTALL)
_ID = re.compile(r'(?<=w:id=")[^"]*')
_REFERENCE = re.compile(
    r'(?P<before><w:(?P<kind>footnote|endnote)Reference\b[^>]*? w:id=")(?P<id>[^"]*)(?P<after>"[^>]*>)'
)
_BOOKMARK = re.compile(r"<w:bookmark(?:Start|End)\b[^>]*?(?:/>|></w:bookmark(?:Start|End)>)")
_DECLARED = re.compile(r' xmlns:(\w+)="[^"]*"')
_ADDED = re.compile(r'(?<= r:)(\w+)="(added\d+)"')


def with_lent_notes(members: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The members of a template, its notes that a loop refers to put behind their references; the same if none are."""
    body = members.get(BODY, b"")
    if b"for " not in body or not any(f"{kind}Reference".encode() in body for kind in _PARTS):
        return members
    try:
        root = parse_xml(body)
        notes = {kind: parse_xml(members[part]) for kind, part in _PARTS.items() if part in members}
    except XML_FAULTS:
        return members  # told where it is read
    lent = {(_kind_of(each), each.get(f"{W}id", "")) for each in _in_loops(root)}
    changed = {kind for kind, own in lent if kind in notes and _lend(root, notes[kind], kind, own)}
    if not changed:
        return members
    made = {_PARTS[kind]: package_bytes(notes[kind]) for kind in changed}
    return {**members, **made, BODY: package_bytes(root)}


def _kind_of(reference: etree._Element) -> str:
    return str(etree.QName(reference).localname).removesuffix("Reference")


def _in_loops(root: etree._Element) -> Iterator[etree._Element]:
    """References to notes between the ends of a loop, in whatever pieces its tags are written."""
    pieces: list[str] = []
    spots: list[tuple[int, etree._Element]] = []
    length = 0
    for element in root.iter(f"{W}t", *(f"{W}{kind}Reference" for kind in _PARTS)):
        if element.tag == f"{W}t":
            pieces.append(element.text or "")
            length += len(pieces[-1])
        else:
            spots.append((length, element))
    ends = [(match.start(), -1 if match[1] else 1) for match in _BLOCK.finditer("".join(pieces))]
    return (element for at, element in spots if sum(step for start, step in ends if start < at) > 0)


def _lend(root: etree._Element, notes: etree._Element, kind: str, own: str) -> bool:
    """Put a note behind each reference to it; whether there is one."""
    numbered = enumerate(numbered_notes(notes), start=1)
    number, note = next(((at, each) for at, each in numbered if each.get(f"{W}id") == own), (0, None))
    if note is None:
        return False
    note.set(LENT_NOTE, str(number))
    for reference in [each for each in root.iter(f"{W}{kind}Reference") if each.get(f"{W}id") == own]:
        run = reference.getparent()
        if run is not None:
            copy = deepcopy(note)
            copy.tail = None
            run.addnext(copy)
    notes.remove(note)
    return True


def holds_lent_notes(xml: str) -> bool:
    """Whether notes stand in the XML of a body."""
    return _LENT.search(xml) is not None


def notes_apart(xml: str, added: Additions) -> str:
    """A body as it is stored: every note goes to its part, and its reference knows it by a number of its own."""
    declared = {match[1]: match[0] for match in _DECLARED.finditer(xml, 0, xml.index(">", xml.index("<w:document")))}
    most = {part: _most(added.read(part) or b"") for part in _PARTS.values()}
    out: list[str] = []
    done = 0
    for match in _LENT.finditer(xml):
        part = _PARTS[match["kind"]]
        new = str(most[part] + added.next_note())
        before = xml[done : match.start()]
        at = before.rindex(f"<w:{match['kind']}Reference ")
        out += [before[:at], _ID.sub(new, before[at:], count=1)]
        done = match.end()
        rest = _ADDED.sub(lambda found, part=part: f'{found[1]}="{added.moved(BODY, found[2], part)}"', match["rest"])
        names = "".join(text for prefix, text in declared.items() if re.search(rf"\b{prefix}\b", f"w:{rest}"))
        added.notes.setdefault(part, []).append(f'<w:{match["kind"]}{names} w:id="{new}">{rest}')
    return "".join((*out, xml[done:]))


def each_its_note(xml: str, added: Additions) -> str:
    """A body into which one value brought the same notes several times: every reference gets a copy of its own."""
    seen: set[str] = set()

    def own(match: re.Match[str]) -> str:
        part = _PARTS[match["kind"]]
        text = next((each for each in added.notes.get(part, ()) if _id_of(each) == match["id"]), None)
        if match[0] not in seen or text is None:
            seen.add(match[0])
            return match[0]
        new = str(_most(added.read(part) or b"") + added.next_note())
        added.notes[part].append(_ID.sub(new, _BOOKMARK.sub("", text), count=1))
        return f"{match['before']}{new}{match['after']}"

    return _REFERENCE.sub(own, xml)


def _id_of(note: str) -> str:
    found = _ID.search(note)
    return found[0] if found else ""


def _most(notes: bytes) -> int:
    return max((int(each) for each in re.findall(rb'w:id="(\d+)"', notes)), default=0)
