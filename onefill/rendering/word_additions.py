"""What printing adds to a Word file beside its text: pictures, links, whole parts, and the relations to them."""

import hashlib
import posixpath
from collections.abc import Callable, Mapping
from itertools import count

from lxml import etree

from onefill.rendering.package import parse_xml

TYPES = "[Content_Types].xml"
BODY = "word/document.xml"
_TYPES_NAMESPACE = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONS_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATION = f"{{{_RELATIONS_NAMESPACE}}}Relationship"
_NO_RELATIONS = f'<Relationships xmlns="{_RELATIONS_NAMESPACE}"/>'.encode()
_KINDS = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "bmp": "image/bmp",
    "tiff": "image/tiff",
}  # fmt: skip
#: Above the ids that office programs give bookmarks.
_FIRST_ID = 500_000


class Additions:
    """Pictures, parts and relations that one document got while it was printed; equal ones are kept once."""

    def __init__(self, members: Mapping[str, bytes]) -> None:
        """Begin with the members of the template."""
        self._members = members
        self._parts: dict[str, bytes] = {}
        self._types: dict[str, str] = {}
        self._relations: dict[str, dict[tuple[str, str, bool], str]] = {}
        self._made: dict[tuple[str, bytes], str] = {}
        self._ids = count(_FIRST_ID)
        self._note_numbers = count(1)
        #: Footnotes and endnotes to be added to a part, as XML, by its name.
        self.notes: dict[str, list[str]] = {}

    def relation(self, part: str, kind: str, target: str, external: bool) -> str:
        """The id of a relation of a part."""
        relations = self._relations.setdefault(part, {})
        if (kind, target, external) not in relations:
            taken = self._members.get(relations_of(part), b"")
            numbers = (f"added{number}" for number in count(len(relations) + 1))
            relations[kind, target, external] = next(name for name in numbers if f'"{name}"'.encode() not in taken)
        return relations[kind, target, external]

    def moved(self, part: str, known: str, other: str) -> str:
        """What one part calls a relation that another one got, by the id it has there."""
        kind, target, external = next(key for key, own in self._relations[part].items() if own == known)
        return self.relation(other, kind, target, external)

    def media(self, data: bytes, suffix: str) -> str:
        """The name, relative to the folder of parts, of a picture kept in the file."""
        name = f"media/{hashlib.sha256(data).hexdigest()[:16]}.{suffix}"
        self._parts[f"word/{name}"] = data
        return name

    def read(self, name: str) -> bytes | None:
        """A part as it stands now."""
        return self._parts.get(name, self._members.get(name))

    def write(self, name: str, data: bytes, content_type: str = "") -> None:
        """Keep a part; one that was not there needs the type of its content."""
        self._parts[name] = data
        if content_type:
            self._types[name] = content_type

    def next_id(self) -> int:
        """A number that nothing in the document has for its id yet."""
        return next(self._ids)

    def next_note(self) -> int:
        """How many notes were added, this one among them."""
        return next(self._note_numbers)

    def once(self, part: str, data: bytes, make: Callable[[], str]) -> str:
        """What was made of a file for a part, made the first time it is asked."""
        if (part, data) not in self._made:
            self._made[part, data] = make()
        return self._made[part, data]

    def own(self, kind: str, name: str, empty: bytes, content_type: str) -> str:
        """The part of that kind which belongs to the body; begun if there is none.

        Args:
            kind: Of its relation.
            name: What it is called if there is none.
            empty: What it holds then.
            content_type: What it is then.
        """
        found = next((target for own, target, _ in related(self._members, BODY).values() if own == kind), None)
        if found is not None and self.read(found) is not None:
            return found
        if self.read(name) is None:
            self.write(name, empty, content_type)
        self.relation(BODY, kind, name.removeprefix("word/"), external=False)
        return name

    def members(self) -> dict[str, bytes]:
        """The members to add or to change."""
        changed = dict(self._parts)
        for part, relations in self._relations.items():
            changed[relations_of(part)] = self._related(relations_of(part), relations)
        if any(name not in self._members for name in self._parts):
            changed[TYPES] = self._typed()
        return changed

    def noted(self, rendered: Mapping[str, str]) -> dict[str, str]:
        """Parts that got notes, from those that were rendered or from the template's own; then none is waiting."""
        changed = {}
        for part, notes in self.notes.items():
            own = rendered.get(part) or etree.tostring(parse_xml(self.read(part) or b""), encoding="unicode")
            before, end, after = own.rpartition("</")
            changed[part] = "".join((before, *notes, end, after))
        self.notes = {}
        return changed

    def _related(self, member: str, relations: Mapping[tuple[str, str, bool], str]) -> bytes:
        old = self._members.get(member)
        root = parse_xml(_NO_RELATIONS if old is None else old)
        for (kind, target, external), found in relations.items():
            relation = etree.SubElement(root, _RELATION, Id=found, Type=kind, Target=target)
            if external:
                relation.set("TargetMode", "External")
        return package_bytes(root)

    def _typed(self) -> bytes:
        root = parse_xml(self._members[TYPES])
        known = {each.get("Extension", "").lower() for each in root.iter(f"{_TYPES_NAMESPACE}Default")}
        plain = {
            name.rpartition(".")[2] for name in self._parts if name not in self._types and name not in self._members
        }
        for suffix in sorted(plain - known):
            default = etree.Element(f"{_TYPES_NAMESPACE}Default", Extension=suffix, ContentType=_KINDS[suffix])
            root.insert(0, default)
        told = {each.get("PartName") for each in root.iter(f"{_TYPES_NAMESPACE}Override")}
        for name, content_type in sorted(self._types.items()):
            if f"/{name}" in told:
                continue
            etree.SubElement(root, f"{_TYPES_NAMESPACE}Override", PartName=f"/{name}", ContentType=content_type)
        return package_bytes(root)


def relations_of(part: str) -> str:
    """The member that holds the relations of a part."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


def related(members: Mapping[str, bytes], part: str) -> dict[str, tuple[str, str, bool]]:
    """The relations of a part by their ids: kind, member or address, and whether it lies outside the file."""
    data = members.get(relations_of(part))
    found = {}
    for relation in () if data is None else parse_xml(data).iter(_RELATION):
        target, outside = relation.get("Target", ""), relation.get("TargetMode") == "External"
        if not outside:
            joined = target if target.startswith("/") else posixpath.join(posixpath.dirname(part), target)
            target = posixpath.normpath(joined).lstrip("/")
        found[relation.get("Id", "")] = (relation.get("Type", ""), target, outside)
    return found


def content_type_of(members: Mapping[str, bytes], name: str) -> str:
    """What a member is, as its file says."""
    root = parse_xml(members[TYPES])
    for override in root.iter(f"{_TYPES_NAMESPACE}Override"):
        if override.get("PartName") == f"/{name}":
            return override.get("ContentType", "")
    suffix = name.rpartition(".")[2].lower()
    defaults = {each.get("Extension", "").lower(): each for each in root.iter(f"{_TYPES_NAMESPACE}Default")}
    return defaults[suffix].get("ContentType", "") if suffix in defaults else ""


def package_bytes(root: etree._Element) -> bytes:
    """A part of the package's own, as it is stored."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
