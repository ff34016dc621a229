"""Problems: what is wrong, where, and what to do. Collected and shown, never raised one at a time."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a problem weighs: an error blocks filing, a warning asks for a look, advice only tells."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """A fact of a record, e.g. ``start_date`` or ``trainees/r7/id_no``; ``label`` is what the screen calls it."""

    path: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class CellPlace:
    """A cell of a workbook that somebody gave us."""

    sheet: str
    cell: str


@dataclass(frozen=True, slots=True)
class TemplatePlace:
    """A spot in a Word or Excel template: its part, then paragraph or cell, and the text around it."""

    template: str
    part: str
    spot: str
    near: str = ""


@dataclass(frozen=True, slots=True)
class LinePlace:
    """A place in a YAML file; line and column count from 1."""

    file: str
    line: int
    column: int = 1


Place = FieldPlace | CellPlace | TemplatePlace | LinePlace


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        place: Where.
        code: Stable name for programs, e.g. ``ID_CHECK``.
        what: What is wrong, in Chinese, with the value where that helps.
        remedy: How to mend it, in Chinese, beginning with a verb.
        level: Weight.
        clause: Clause of the official text that the rule comes from, if any.
    """

    place: Place
    code: str
    what: str
    remedy: str
    level: Level = Level.ERROR
    clause: str = ""
