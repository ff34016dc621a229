"""What every compiled template can do, Word and Excel alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from onefill.definitions.names import FilterUse
from onefill.problems import Problem, TemplatePlace

Into = Literal["pages", "sheets"]


@dataclass(frozen=True)
class TemplateName:
    """A name that a template asks for: ``institution.inst_name``, ``trainees[].name``, and where."""

    path: str
    place: TemplatePlace
    #: Whether its value is printed or compared; otherwise it is only asked how many there are, or which one.
    whole: bool = True
    #: Filters right behind it.
    filters: tuple[FilterUse, ...] = ()
    #: Loops over it, by the names that they give a member.
    walked: tuple[tuple[str, str], ...] = ()


class Compiled(Protocol):
    """A template read once, to be rendered thousands of times."""

    @property
    def suffix(self) -> str:
        """``.docx`` or ``.xlsx``."""

    @property
    def names(self) -> tuple[TemplateName, ...]:
        """Every name the template asks for, in loops, headers, footers and properties too."""

    @property
    def counts_pages(self) -> bool:
        """Whether it prints how many pages there are."""

    @property
    def repeat_faults(self) -> tuple[Problem, ...]:
        """What speaks against ``render_each``; ``render`` is good all the same."""

    @property
    def reminders(self) -> tuple[Problem, ...]:
        """What its author may want to mend though it prints."""

    def render(self, facts: Mapping[str, object]) -> bytes:
        """Print facts into the template; equal facts give equal bytes.

        Raises:
            TemplateBroken: An unknown name or an expression that fails, with its place.
        """

    def render_each(self, items: Sequence[Mapping[str, object]], into: Into, labels: Sequence[str] = ()) -> bytes:
        """Print every item into one file: as pages of a document or as worksheets named by ``labels``."""
