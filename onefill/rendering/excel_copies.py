"""A worksheet copied with all that hangs on it, each part under a name of its own."""

import posixpath
import re
from collections.abc import Mapping
from copy import deepcopy

from lxml import etree

from onefill.rendering.excel_book import Book, relations_of
from onefill.rendering.word_additions import package_bytes

#: Relations whose parts all copies may share.
_SHARED = frozenset({"image", "package", "oleObject", "pivotCacheDefinition", "hdphoto", "video", "audio", "media"})
#: What would be there twice under one name.
_LEFT_OUT = frozenset({"slicer", "timeline", "threadedComment", "queryTable"})
_SLICED = ("/slicer", "/timeslicer")
_NUMBER = re.compile(r"(\d*)(\.\w+)$")


class Copies:
    """The parts that copies of sheets add to a file."""

    def __init__(self, book: Book) -> None:
        """Begin with none."""
        self._book = book
        self._taken = set(book.members)
        self.members: dict[str, bytes] = {}
        #: The content type of each new part that has one of its own.
        self.types: dict[str, str] = {}

    def add(self, part: str, bodies: Mapping[str, bytes]) -> str:
        """Copy a part with what hangs on it.

        Args:
            part: The template's part.
            bodies: What parts hold in this copy; others are as in the template.

        Returns:
            The name of the copy.
        """
        name = self._free(part)
        self._put(name, part, bodies.get(part, self._book.members[part]))
        if relations_of(part) in self._book.members:
            self._put(relations_of(name), relations_of(part), self._relations(part, bodies))
        return name

    def _put(self, name: str, like: str, data: bytes) -> None:
        self.members[name] = data
        if content := self._book.content_type(like):
            self.types[name] = content

    def _relations(self, part: str, bodies: Mapping[str, bytes]) -> bytes:
        root = deepcopy(self._book.parsed(relations_of(part)))
        known = {each.id: each for each in self._book.relations(part)}
        for element in list(root.iterchildren(etree.Element)):
            relation = known[element.get("Id", "")]
            if relation.kind in _LEFT_OUT:
                root.remove(element)
            elif not relation.external and relation.kind not in _SHARED and relation.target in self._book.members:
                element.set("Target", f"/{self.add(relation.target, bodies)}")
        return package_bytes(root)

    def _free(self, part: str) -> str:
        folder, base = posixpath.split(part)
        match = _NUMBER.search(base)
        stem, suffix = (base[: match.start()], match[2]) if match else (base, "")
        number = int(match[1] or "1") if match else 1
        while (name := f"{folder}/{stem}{number}{suffix}") in self._taken:
            number += 1
        self._taken.add(name)
        return name


def second_drawing(root: etree._Element) -> etree._Element:
    """A drawing without the boxes of slicers and time lines, which stay on the first sheet."""
    copy = deepcopy(root)
    for data in list(copy.iter("{*}graphicData")):
        if data.get("uri", "").endswith(_SLICED):
            anchor = next((each for each in data.iterancestors() if each.getparent() is copy), None)
            if anchor is not None:
                copy.remove(anchor)
    return copy


def second_table(root: etree._Element, number: int, name: str) -> etree._Element:
    """A table under a number and a name of its own, for a copy of its sheet."""
    copy = deepcopy(root)
    copy.set("id", str(number))
    copy.set("name", name)
    copy.set("displayName", name)
    for element in copy.iter(etree.Element):
        for key in [key for key in element.attrib if etree.QName(key).localname == "uid"]:
            del element.attrib[key]
    return copy
