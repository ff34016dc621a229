"""Where the rules of lint write down what they find."""

from dataclasses import dataclass, field

from onefill.definitions.loader import Definitions
from onefill.definitions.model import Form, Section
from onefill.definitions.schema import Schema
from onefill.definitions.yaml12 import Source
from onefill.problems import Level, Problem


@dataclass
class Report:
    """Faults of one file, each at the place of a path in it."""

    source: Source
    problems: list[Problem] = field(default_factory=list)

    def say(
        self,
        *path: str | int,
        code: str,
        what: str,
        remedy: str,
        level: Level = Level.ERROR,
        key: bool = False,
        line: int = 1,
    ) -> None:
        """Note a fault at the value of ``path`` (or at its ``key``; ``line`` counts within the value)."""
        place = self.source.place(*path, key=key, line=line)
        self.problems.append(Problem(place=place, code=code, what=what, remedy=remedy, level=level))


@dataclass
class FormReport(Report):
    """Faults of one form's file."""

    form: Form = field(kw_only=True)
    schema: Schema = field(kw_only=True)

    @property
    def definitions(self) -> Definitions:
        """All packs, for what the form points to."""
        return self.schema.definitions

    @property
    def repeats(self) -> dict[str, Section]:
        """The sections with rows, by key."""
        return {section.key: section for section in self.form.sections if section.repeat is not None}

    def first_phase(self, key: str | None) -> int:
        """Index of a phase; the first one where it is not given or unknown."""
        keys = [phase.key for phase in self.form.phases]
        return keys.index(key) if key in keys else 0
