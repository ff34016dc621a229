"""Word templates: compiled once by docxtpl's patching, rendered by Jinja alone, packed without touching the rest."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from onefill.problems import Problem
from onefill.rendering.compiled import Into
from onefill.rendering.errors import RepeatUnsuitable, TemplateBroken, refuse
from onefill.rendering.large_pictures import large_in_word
from onefill.rendering.package import Package, damaged_parts, pack, parse_xml, write_package
from onefill.rendering.unfilled import unfilled_in_word
from onefill.rendering.word_additions import BODY, Additions
from onefill.rendering.word_beside import taken_along
from onefill.rendering.word_breaks import breaks_at_ends
from onefill.rendering.word_embedded import Compile, own_copies, templates_inside
from onefill.rendering.word_environment import WordEnvironment
from onefill.rendering.word_finish import Marks, taken_in
from onefill.rendering.word_notes import with_lent_notes
from onefill.rendering.word_outside import outside_faults, without_attached
from onefill.rendering.word_pages import join_pages
from onefill.rendering.word_part import part_bytes, read_part
from onefill.rendering.word_places import part_title
from onefill.rendering.word_source import as_text

#: Half the time of the usual level for files a fifth larger.
_QUICK = 3
_COUNTS = re.compile(rb"\b(?:NUMPAGES|SECTIONPAGES)\b")


class CompiledWord:
    """A Word template, ready to render."""

    suffix = ".docx"
    repeat_faults: tuple[Problem, ...] = ()

    def __init__(self, package: Package, name: str, compile: Compile) -> None:
        """Compile every part that may hold tags.

        Args:
            package: The file.
            name: What it is called in messages.
            compile: Makes a template of an embedded file.

        Raises:
            TemplateBroken: With all faults of all parts.
        """
        if not {BODY, "_rels/.rels"} <= package.members.keys():
            raise refuse(name, "TEMPLATE_DAMAGED", "文件里没有正文", "请用 Word 打开后另存一份")
        package = replace(package, members=with_lent_notes(without_attached(package.members)))
        self._name = name
        self._members = package.members
        environment = WordEnvironment()
        read = [
            read_part(part, package.members[part], name, environment)
            for part in sorted(package.members, key=_reading_order)
            if part_title(part) is not None
        ]
        faults: list[Problem] = [fault for each in read for fault in each.faults]
        faults += outside_faults(package.members, name)
        stories = frozenset(part for part in package.members if part_title(part))
        faults += unfilled_in_word(package.members, name, stories)
        faults += damaged_parts(package.members, name, known=stories)
        if faults:
            names = [use for each in read for use in (each.part.names if each.part else each.names)]
            raise TemplateBroken(template=name, problems=faults, names=names)
        self._parts = {each.part.name: each.part for each in read if each.part is not None}
        self._embedded = templates_inside(package.members, name, compile)
        self._packed = {part: pack(data) for part, data in package.members.items() if part not in self._parts}
        still = (data for part, data in package.members.items() if part_title(part) and part not in self._parts)
        self._taken = frozenset[str]().union(*(taken_in(data.decode(errors="ignore")) for data in still))
        self._still = {
            part: as_text(parse_xml(package.members[part]))
            for part in package.members
            if _is_story(part) and part not in self._parts and part != BODY
        }
        #: Properties that say nothing of any item.
        self._untold = {part: package.members[part] for part in self._parts if _is_property(part)}
        own = [name for part in self._parts.values() for name in part.names]
        self.names = (*own, *(name for template in self._embedded.values() for name in template.names))
        self.counts_pages = any(
            _COUNTS.search(data) is not None for part, data in package.members.items() if part_title(part) is not None
        )

    @cached_property
    def reminders(self) -> tuple[Problem, ...]:
        """What its author may want to mend though it prints."""
        found = (taken_along, breaks_at_ends, large_in_word)
        return tuple(problem for look in found for problem in look(self._members, self._name))

    def render(self, facts: Mapping[str, object]) -> bytes:
        """Print facts into the template."""
        marks, added = Marks(self._taken), Additions(self._members)
        rendered = {name: part.render(facts, marks, added) for name, part in self._parts.items()}
        rendered |= added.noted(rendered)
        inside = self._inside(facts)
        return self._written(added.members() | inside | {name: part_bytes(xml) for name, xml in rendered.items()})

    def render_each(self, items: Sequence[Mapping[str, object]], into: Into, labels: Sequence[str] = ()) -> bytes:
        """Print every item as a section of one document, its pages counted from 1.

        Raises:
            RepeatUnsuitable: Worksheets were asked for, or there is no item.
        """
        if into != "pages" or not items:
            raise RepeatUnsuitable()
        rendered, added = self._rendered(items)
        return self._written(added | join_pages({**self._members, **added}, rendered))

    def pages(self, items: Sequence[Mapping[str, object]]) -> list[dict[str, str]] | None:
        """The parts of each item's file that print, for ``joined``; None if a file would hold more, such as pictures.

        Raises:
            TemplateBroken: An unknown name or an expression that fails, with its place.
        """
        if self._embedded:
            return None
        rendered, added = self._rendered(items)
        if added:
            return None
        return [self._still | {name: parts[name] for name in parts if not _is_property(name)} for parts in rendered]

    def joined(self, pages: Sequence[Mapping[str, str]]) -> bytes:
        """One file of pages, each a section with its pages counted from 1.

        Args:
            pages: As ``pages`` gives them, at least one.
        """
        return self._written(self._untold | join_pages(self._members, pages))

    def alone(self, page: Mapping[str, str]) -> bytes:
        """A file of one paper, as ``pages`` gives it."""
        return self._written(self._untold | {name: part_bytes(xml) for name, xml in page.items()})

    def _rendered(self, items: Sequence[Mapping[str, object]]) -> tuple[list[dict[str, str]], dict[str, bytes]]:
        """The parts of each item, properties for the first alone, and what all need besides."""
        marks, added = Marks(self._taken), Additions(self._members)
        rendered: list[dict[str, str]] = []
        first: dict[str, bytes] = {}
        for number, facts in enumerate(items):
            parts = self._parts.items()
            item = {
                name: part.render(facts, marks, added) for name, part in parts if not number or not _is_property(name)
            }
            inside = self._inside(facts)
            first = first or inside
            item[BODY] = own_copies(self._members, inside, item[BODY], number, added)
            rendered.append(item | added.noted(item))
        return rendered, added.members() | first

    def _inside(self, facts: Mapping[str, object]) -> dict[str, bytes]:
        """The embedded files that are templates, printed."""
        return {member: template.render(facts) for member, template in self._embedded.items()}

    def _written(self, changed: Mapping[str, bytes]) -> bytes:
        packed = self._packed | {name: pack(data, _QUICK) for name, data in changed.items()}
        names = [*self._members, *(name for name in changed if name not in self._members)]
        return write_package((name, packed[name]) for name in names)


def _is_story(name: str) -> bool:
    """Whether a part prints."""
    return part_title(name) is not None and not _is_property(name)


def _is_property(name: str) -> bool:
    return name.startswith("docProps/")


def _reading_order(name: str) -> tuple[bool, bool, str]:
    """Body first, properties last: the order in which an author looks for faults."""
    return (name != BODY, _is_property(name), name)
