"""Word templates that take in others: ``{%p include '须知.docx' %}`` alone in a paragraph is that file's body."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath

from lxml import etree

from onefill.definitions.nearest import nearest
from onefill.problems import Problem, TemplatePlace
from onefill.rendering.errors import TemplateBroken
from onefill.rendering.package import XML_FAULTS, Package, open_package, pack, parse_xml, write_package
from onefill.rendering.word_additions import BODY, Additions, package_bytes
from onefill.rendering.word_merge import Merging, ignorable
from onefill.rendering.word_places import INCLUDED, W, included_file, own_text, placed_paragraphs

#: The bytes of a template of the same pack, or ``None`` if there is none.
Others = Callable[[str], bytes | None]

_TAKES = re.compile(r"\{%p\s+include\s+(?:\"([^\"]*)\"|'([^']*)')\s*%\}")
_QUOTES = str.maketrans("“”‘’", "\"\"''")
_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*)\.xml")
#: More would be a template that takes itself in by a detour, or one that means harm.
MOST_INCLUDED = 50


@dataclass(frozen=True)
class Whole:
    """A template with all that it takes in, and the names of the files that were looked for."""

    data: bytes
    files: frozenset[str] = frozenset()


def read_template(path: Path, name: str = "") -> Whole:
    """A template file of a pack with those beside it that it takes in.

    Args:
        path: Where it lies.
        name: What it is called in messages; its file name if not given.

    Raises:
        OSError: It cannot be read.
        TemplateBroken: It, or one that it takes in, cannot be opened or is not there.
    """

    def beside(other: str) -> bytes | None:
        found = path.with_name(other)
        return found.read_bytes() if found.is_file() else None

    known = sorted(each.name for each in path.parent.glob("*.docx"))
    return whole_template(path.read_bytes(), name or path.name, beside, known)


def whole_template(data: bytes, name: str, others: Others, known: list[str] | None = None) -> Whole:
    """A template with those that it takes in; the same bytes if it takes in none.

    Args:
        data: The file.
        name: What it is called in messages.
        others: Finds a file by its name.
        known: Names of the files that there are, to tell the nearest of one that is not.

    Raises:
        TemplateBroken: It, or one that it takes in, cannot be opened or is not there.
    """
    if not _may_take(data, name):
        return Whole(data)
    taking = _Taking(others, known or [])
    package = taking.whole(open_package(data, name), name, (PurePosixPath(name).name,))
    if taking.problems:
        raise TemplateBroken(template=name, problems=taking.problems)
    if not taking.files:
        return Whole(data)
    return Whole(
        write_package((member, pack(part)) for member, part in package.members.items()), frozenset(taking.files)
    )


@lru_cache(256)
def _may_take(data: bytes, name: str) -> bool:
    package = open_package(data, name)
    return package.kind == "docx" and any(
        b"include" in part for member, part in package.members.items() if _PARTS.fullmatch(member)
    )


@dataclass
class _Taking:
    others: Others
    known: list[str]
    files: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    count: int = 0

    def whole(self, package: Package, name: str, chain: tuple[str, ...]) -> Package:
        """A file with those that it takes in, however deep."""
        added = Additions(package.members)
        changed: dict[str, bytes] = {}
        for part in sorted(filter(_PARTS.fullmatch, package.members)):
            if b"include" not in package.members[part]:
                continue
            try:
                root = parse_xml(package.members[part])
            except XML_FAULTS:
                continue  # told when it is compiled
            if self._part(root, part, name, added, chain):
                changed[part] = package_bytes(root)
        if not changed:
            return package
        notes = {part: xml.encode() for part, xml in added.noted({}).items()}
        return Package(package.kind, {**package.members, **added.members(), **changed, **notes})

    def _part(self, root: etree._Element, part: str, name: str, added: Additions, chain: tuple[str, ...]) -> bool:
        found = list(_asked(root, name, part))
        for paragraph, file, place in found:
            source = self._source(file, place, chain)
            if source is not None:
                _replace(paragraph, file, root, Merging(source.members, added, part, ignorable(root)))
        return bool(found)

    def _source(self, file: str, place: TemplatePlace, chain: tuple[str, ...]) -> Package | None:
        self.files.add(file)
        self.count += 1
        data = self.others(file) if PurePosixPath(file).name == file else None
        if file in chain or self.count > MOST_INCLUDED:
            return self._fault(place, f"“{file}”又放进了它自己，没有完", "请去掉其中一处 include")
        if data is None:
            close = nearest(file, self.known)
            remedy = f"改成“{close}”" if close else "把文件放到同一个业务包的模板里，或改正文件名"
            return self._fault(place, f"没有“{file}”这个模板", remedy)
        name = str(PurePosixPath(place.template).with_name(file))
        try:
            package = open_package(data, name)
        except TemplateBroken as broken:
            self.problems += broken.problems
            return None
        if package.kind != "docx" or BODY not in package.members:
            return self._fault(place, f"“{file}”不是 Word 模板", "include 只能放 .docx 文件")
        try:
            return self.whole(package, name, (*chain, file))
        except XML_FAULTS:
            return self._fault(place, f"“{file}”已损坏", "请用 Word 打开后另存一份")

    def _fault(self, place: TemplatePlace, what: str, remedy: str) -> Package | None:
        self.problems.append(Problem(place=place, code="TEMPLATE_INCLUDE", what=what, remedy=remedy))
        return None


def _asked(root: etree._Element, name: str, part: str) -> Iterator[tuple[etree._Element, str, TemplatePlace]]:
    """Paragraphs that take in a file, the file's name, and where they stand."""
    for paragraph, place in list(placed_paragraphs(root, name, part)):
        found = _TAKES.fullmatch(own_text(paragraph).translate(_QUOTES).strip())
        if found is not None:
            yield paragraph, found[1] or found[2] or "", place


def _replace(paragraph: etree._Element, file: str, root: etree._Element, merging: Merging) -> None:
    """The blocks of a file where a paragraph stood, in a control that says whose they are."""
    control = etree.Element(f"{W}sdt")
    properties = etree.SubElement(control, f"{W}sdtPr")
    etree.SubElement(properties, f"{W}tag", {f"{W}val": f"{INCLUDED}{file}"})
    content = etree.SubElement(control, f"{W}sdtContent")
    blocks = merging.blocks()
    for block in blocks:
        content.append(_with_its_names(block))
    parent, section = paragraph.getparent(), paragraph.find(f"{W}pPr/{W}sectPr")
    if blocks:
        paragraph.addprevious(control)
    if section is None and parent is not None:
        parent.remove(paragraph)
    for run in [] if section is None else list(paragraph)[1:]:  # what a section ends with stays
        paragraph.remove(run)
    names_on_top(root)


def _with_its_names(block: etree._Element) -> etree._Element:
    """A block that carries its prefixes along: alternatives name them in an attribute, which nobody else looks at."""
    return etree.fromstring(etree.tostring(block, with_tail=False))


def names_on_top(root: etree._Element) -> None:
    """Prefixes on the part's own element, where one of them does not mean something else.

    What is cut out of the part, such as half a paragraph, still knows them.
    """
    wanted: dict[str, str] = {}
    for element in root.iter(etree.Element):
        for prefix, namespace in element.nsmap.items():
            if prefix is not None and root.nsmap.get(prefix, namespace) == namespace:
                wanted.setdefault(prefix, namespace)
    etree.cleanup_namespaces(root, top_nsmap=wanted, keep_ns_prefixes=list(wanted))


def without_controls(root: etree._Element) -> None:
    """Leave the blocks of files that were taken in, without the control around them."""
    for control in list(root.iter(f"{W}sdt")):
        if included_file(control) is None:
            continue
        parent, content = control.getparent(), control.find(f"{W}sdtContent")
        if parent is not None:
            at = parent.index(control)
            parent[at : at + 1] = [] if content is None else list(content)
