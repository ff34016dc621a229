"""What the history of a record hands to screens, routes and the command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from onefill.facts import Difference
from onefill.service.shapes import DocumentState

#: Number of the state that is no version yet: the newest version with the draft over it.
NOW = 0

Fate = Literal["again", "good", "fresh", "gone", "broken"]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A line of a record's timeline: a version, or what is being filled now.

    Attributes:
        n: Number of the entry; ``NOW`` for the draft.
        number: Of the version as people count them; 0 for an entry that is none.
        what: What was done, in words.
        note: What the person said to it.
        changed: How many values differ from the version before; a whole row counts as one.
        sections: How many of them in which section, by its title.
        newest: Whether it is the newest version.
        digest: The version's link of the chain.
        gone: Whether what it said was destroyed.
    """

    n: int
    number: int
    act: str
    what: str
    note: str
    who: str
    when: datetime
    changed: int
    sections: Mapping[str, int]
    newest: bool
    digest: str
    gone: bool = False

    @property
    def name(self) -> str:
        """What it is called: ``第 3 版``, ``新建时``."""
        return f"第 {self.number} 版" if self.number else f"{self.what}时" if self.n else "现在"


@dataclass(frozen=True, kw_only=True)
class SectionChanges:
    """What changed in one section, or in a linked record, whose title is then ``引用``'s form and label."""

    title: str
    record: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, kw_only=True)
class PaperFate:
    """What the changes mean for a paper.

    ``again``: it prints something else now; ``good``: nothing it prints has changed; ``fresh``: it could not be printed
    then and can be now; ``gone``: it is not needed any more; ``broken``: its template cannot be used now.
    """

    key: str
    title: str
    phase: str
    fate: Fate
    sealed: bool


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two states of a record beside each other."""

    old: Moment
    new: Moment
    sections: tuple[SectionChanges, ...]
    papers: tuple[PaperFate, ...]

    def count(self, kind: str) -> int:
        """How many changes of a kind: changed, added, removed."""
        return sum(one.kind == kind for section in self.sections for one in section.differences)

    def of_fate(self, fate: Fate) -> tuple[PaperFate, ...]:
        """Papers that share a fate."""
        return tuple(paper for paper in self.papers if paper.fate == fate)


@dataclass(frozen=True, kw_only=True)
class PastPaper:
    """A document of a version, and in which formats it was handed out then; the others are made as they were."""

    state: DocumentState
    printed: tuple[str, ...]
