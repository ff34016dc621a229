"""What printing adds to a Word file beside its text: pictures, links, and the relations that lead to them."""

import hashlib
from collections.abc import Mapping
from itertools import count

from lxml import etree

from onefill.rendering.package import parse_xml

TYPES = "[Content_Types].xml"
_TYPES_NAMESPACE = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONS_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATION = f"{{{_RELATIONS_NAMESPACE}}}Relationship"
_NO_RELATIONS = f'<Relationships xmlns="{_RELATIONS_NAMESPACE}"/>'.encode()
_KINDS = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "bmp": "image/bmp",
    "tiff": "image/tiff",
}  # fmt: skip


class Additions:
    """Pictures and relations that one document got while it was printed; equal ones are kept once."""

    def __init__(self, members: Mapping[str, bytes]) -> None:
        """Begin with the members of the template."""
        self._members = members
        self._media: dict[str, bytes] = {}
        self._relations: dict[str, dict[tuple[str, str, bool], str]] = {}

    def relation(self, part: str, kind: str, target: str, external: bool) -> str:
        """The id of a relation of a part."""
        relations = self._relations.setdefault(part, {})
        if (kind, target, external) not in relations:
            taken = self._members.get(_relations_of(part), b"")
            numbers = (f"added{number}" for number in count(len(relations) + 1))
            relations[kind, target, external] = next(name for name in numbers if f'"{name}"'.encode() not in taken)
        return relations[kind, target, external]

    def media(self, data: bytes, suffix: str) -> str:
        """The name, relative to the folder of parts, of a picture kept in the file."""
        name = f"media/{hashlib.sha256(data).hexdigest()[:16]}.{suffix}"
        self._media[f"word/{name}"] = data
        return name

    def members(self) -> dict[str, bytes]:
        """The members to add or to change."""
        changed = dict(self._media)
        for part, relations in self._relations.items():
            changed[_relations_of(part)] = self._related(_relations_of(part), relations)
        if self._media:
            changed[TYPES] = self._typed()
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
        for suffix in sorted({name.rpartition(".")[2] for name in self._media} - known):
            default = etree.Element(f"{_TYPES_NAMESPACE}Default", Extension=suffix, ContentType=_KINDS[suffix])
            root.insert(0, default)
        return package_bytes(root)


def _relations_of(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


def package_bytes(root: etree._Element) -> bytes:
    """A part of the package's own, as it is stored."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
