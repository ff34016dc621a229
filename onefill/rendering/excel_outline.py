"""Jinja source under construction, and what becomes of it: every tag with the place it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from onefill.definitions.context import FactTemplate
from onefill.definitions.limits import Budget
from onefill.problems import TemplatePlace
from onefill.rendering.characters import clean
from onefill.rendering.compiled import TemplateName
from onefill.rendering.excel_environment import CELL
from onefill.rendering.failing import failure_guard
from onefill.rendering.tags import Tag, split_tags


class Outline:
    """Jinja source in which every tag begins a line, so that a line tells a place."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.places: list[TemplatePlace] = []

    def tag(self, source: str, place: TemplatePlace) -> None:
        """A tag, its source on one line."""
        self._parts.append(f"{source[:2]}\n{source[2:]}")
        self.places.append(place)

    def plain(self, text: str, place: TemplatePlace) -> None:
        """Text that holds no tag."""
        self._parts.append(text)
        self.places += [place] * text.count("\n")

    def text(self, text: str, tags: list[Tag], place: TemplatePlace) -> None:
        """A text with its tags."""
        for number, piece in enumerate(split_tags(text, tags)):
            if number % 2:
                self.tag(piece, tags[number // 2].place)
            else:
                self.plain(piece, place)

    def cell(self, slot: int, value: Tag) -> None:
        """A cell whose value is that of one tag."""
        self.tag(f"{{{{ ({value.body})|{CELL}({slot}) }}}}", value.place)

    def open_cell(self, slot: int, place: TemplatePlace) -> None:
        """A cell that holds the text which comes next."""
        self.tag(f"{{% filter {CELL}({slot}) %}}", place)

    def close_cell(self, place: TemplatePlace) -> None:
        """The end of that text."""
        self.tag("{% endfilter %}", place)

    @property
    def source(self) -> str:
        """The whole source."""
        return "".join(self._parts)


@dataclass(frozen=True)
class Script:
    """Compiled source with the place of each of its lines from 2 on."""

    template: FactTemplate
    places: tuple[TemplatePlace, ...]
    names: tuple[TemplateName, ...]
    file: str

    def run(self, facts: Mapping[str, object], budget: Budget | None = None) -> str:
        """Render, with failures placed."""
        with failure_guard(self.places, self.names, self.file):
            return self.template.fill(facts, budget)

    def text(self, facts: Mapping[str, object]) -> str:
        """Render as text."""
        return clean(self.run(facts))


def script(source: object, outline: Outline, names: tuple[TemplateName, ...], file: str) -> Script:
    """What Jinja2 made of an outline."""
    return Script(cast(FactTemplate, source), tuple(outline.places), names, file)
