"""What the service hands to screens, routes and the command line: plain, frozen, ready to be shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from onefill.definitions.model import Document, FieldDefinition, Section
from onefill.facts.sheet import Finding
from onefill.people import EVERY_RIGHT, Right, widest
from onefill.service.touched import Trouble
from store import EVERYTHING, Reach, Scope, lies_within
from store import Damage as Damage


@dataclass(frozen=True)
class Person:
    """Who does it. On one's own PC there is one person, who may see and do everything.

    Attributes:
        name: What entries and the access log call the person; never another one's.
        unit: Path of the unit where the person works; what the person begins belongs to it.
        title: What the person is there, for the screen.
        roles: Keys of the roles the person acts in, the own and those stood in for; ``None`` on one's own PC, whose
            person has every role that reaches no further than the own unit.
        rights: What the roles, and those of whom the person stands in for, let the person do, and where.
        station: Number of the PC where the person sits; nothing on one's own PC and where no browser asks.
    """

    name: str = "本机"
    unit: str = ""
    title: str = ""
    roles: tuple[str, ...] | None = None
    rights: tuple[Right, ...] = (EVERY_RIGHT,)
    station: str = ""

    @property
    def scope(self) -> Scope:
        """What lists, searches and exports may hold."""
        if EVERY_RIGHT in self.rights:
            return EVERYTHING
        return Scope(self.unit, Reach(widest(self.rights, self.unit).reach))

    def sees(self, unit: str) -> bool:
        """Whether the person may see what belongs to a unit."""
        return self.scope.covers(unit)

    def works_within(self, unit: str) -> bool:
        """Whether the person works in a unit or below it; all do within the root."""
        return lies_within(self.unit, unit)

    def may(self, action: str, unit: str | None = None, form: str = "") -> bool:
        """Whether the person may do something with what belongs to a unit, or anywhere at all.

        Args:
            action: What.
            unit: Whose; anybody's if not given.
            form: With records of which form; of any if not given.
        """
        return any(right.allows(action, form) and (unit is None or right.covers(unit)) for right in self.rights)


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """Where the phase stands that was acted upon last.

    Attributes:
        phase: Its index.
        title: Its title; empty where there is but one phase.
        stage: Title of the stage.
        holder: In whose hands it is.
        passed: Whether it has come to a good end.
        returned: How many times it came back.
        sent_back: Whether its owner has it because it was returned, and not because a change was granted as asked.
        due: Until when whoever holds it should be done.
        remarks: How many remarks came back about which nothing was done yet.
        waits_for: Keys of the roles for whose act it waits.
        assigned: Who has taken it upon themselves; empty if nobody has.
        owners: Keys of the roles that hand it in.
        awaits: Keys of the roles that are still to act upon what has passed.
        then: Title of the phase that is to be handed in next; empty if none is.
        then_by: Keys of the roles that hand that one in.
        asked: What a deadline asks in the stage in which it stands; empty if none does. Lists of an office are told
            without the facts: there it is as the newest entry left it.
        asked_in: Key of the section in which that is done; empty if nothing is named.
        asked_of: Keys of the roles of whom it is asked.
    """

    phase: int
    title: str
    stage: str
    holder: Literal["owner", "office", "done"]
    passed: bool
    returned: int
    due: date | None
    sent_back: bool = False
    remarks: int = 0
    waits_for: frozenset[str] = frozenset()
    assigned: str = ""
    owners: frozenset[str] = frozenset()
    awaits: frozenset[str] = frozenset()
    then: str = ""
    then_by: frozenset[str] = frozenset()
    asked: str = ""
    asked_in: str = ""
    asked_of: frozenset[str] = frozenset()

    @property
    def refused(self) -> bool:
        """Whether it has come to its end without being passed."""
        return self.holder == "done" and not self.passed


@dataclass(frozen=True, kw_only=True)
class Named:
    """What a record is called, and of which form it is."""

    id: str
    form: str
    label: str


@dataclass(frozen=True, kw_only=True)
class RecordSummary:
    """A line of a list of records.

    Attributes:
        percent: How far its phase is filled; nothing where whoever looks fills none of it.
        errors: What is wrong or missing there,
        next_step: and what to do next, in words; likewise.
        owner: To whom it has been handed, if to anybody.
        change: Number of its newest change, for ``records.delete(seen=…)``.
        submitted: Where it stands since it was handed in, if it was.
        unit: Path of the unit it belongs to.
        destroyed: Whether its past alone is left.
    """

    id: str
    form: str
    title: str
    label: str
    phase: str
    percent: int | None
    errors: int
    next_step: str
    changed_at: datetime | None
    owner: str = ""
    change: int = 0
    submitted: Submitted | None = None
    unit: str = ""
    destroyed: bool = False


@dataclass(frozen=True, kw_only=True)
class Front:
    """A page of what is under way.

    Attributes:
        lines: The page.
        total: How many there are in all.
        counts: How many in whose hands: ``filling``, also of what comes after what was passed; ``office``; ``owner``
            for what came back; ``done`` where nothing more is handed in.
    """

    lines: tuple[RecordSummary, ...]
    total: int
    counts: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Expiry:
    """That something of a record runs out; ``left`` days from today, fewer than none if it has."""

    record: str
    label: str
    what: str
    day: date
    left: int


@dataclass(frozen=True, kw_only=True)
class Copied:
    """A new record made after an older one, and what was done to it.

    Attributes:
        id: Of the new record.
        source: What the older one is called.
        words: All of it in one sentence for the screen.
        days: By how many days its dates were shifted.
        left: Sections and fields left empty, by their titles.
    """

    id: str
    form: str
    source: str
    words: str
    days: int
    left: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DeletedRecord:
    """A record in the recycle bin, and for how many more days it can be restored."""

    id: str
    form: str
    title: str
    label: str
    who: str
    deleted_at: datetime
    days_left: int


@dataclass(frozen=True, kw_only=True)
class PhaseState:
    """How far one phase is: required facts there and to be, as (there, to be) of each section; errors, warnings.

    ``wanted``: whether there is such a phase for this record, by its condition.
    """

    key: str
    title: str
    sections: tuple[tuple[int, int], ...]
    errors: int
    warnings: int
    wanted: bool = True

    @property
    def filled(self) -> int:
        """How many required facts are there."""
        return sum(filled for filled, _ in self.sections)

    @property
    def total(self) -> int:
        """How many there are to be."""
        return sum(total for _, total in self.sections)

    @property
    def percent(self) -> int:
        """Share of the required facts that are there, rounded down; 100 only when all are.

        Each section weighs the same: by facts alone a long list that is filled would hide another that is empty.
        """
        if self.filled == self.total:
            return 100
        shares = [filled / total for filled, total in self.sections if total]
        return min(99, int(100 * sum(shares) / len(shares)))

    @property
    def complete(self) -> bool:
        """Whether nothing of it is left to fill or to mend."""
        return self.filled == self.total and not self.errors


@dataclass(frozen=True, kw_only=True)
class SectionState:
    """A step of the form.

    Attributes:
        later: Whether nothing counts before a later phase.
        locked: Why it may not be changed; empty if it may.
        open: Keys of its fields that are filled all the same.
    """

    key: str
    title: str
    definition: Section
    kind: Literal["plain", "rows", "grid"]
    phase: int
    later: bool
    filled: int
    total: int
    rows: int
    errors: int
    warnings: int
    locked: str = ""
    open: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class FieldState:
    """One field of a record, as drawn.

    Attributes:
        path: Where it is kept.
        definition: Label, hint, unit and so on.
        widget: What to draw; ``shown`` for what cannot be typed here.
        shown: The text to show: typed, computed, or the label of a linked record.
        stored: What is kept.
        options: Choices as (value, label).
        required: Whether it must be filled by its phase.
        findings: Its own problems and those of checks that point to it.
        source: Where the value comes from if not from here, in words.
        source_record: The linked record to correct it in, if any.
    """

    path: str
    definition: FieldDefinition
    widget: str
    shown: str
    stored: Any
    options: tuple[tuple[str, str], ...] = ()
    required: bool = False
    findings: tuple[Finding, ...] = ()
    source: str = ""
    source_record: str = ""


@dataclass(frozen=True, kw_only=True)
class RowState:
    """One row of a repeating section."""

    id: str
    number: int
    label: str
    fields: tuple[FieldState, ...]


@dataclass(frozen=True, kw_only=True)
class GridState:
    """A matrix: labels of both sides, what stands where they cross (as shown), and what checks say of a line."""

    first: tuple[tuple[str, str], ...]
    second: tuple[tuple[str, str], ...]
    cells: Mapping[tuple[str, str], str]
    options: tuple[str, ...]
    said: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RecordState:
    """A record as its pages show it.

    Attributes:
        change: Number of its newest change, for ``records.set(seen=…)``.
        to_print: The phase whose papers are wanted first.
        destroyed: Whether its past alone is left.
    """

    id: str
    form: str
    title: str
    label: str
    version: int
    change: int
    unprinted: bool
    saved_at: datetime | None
    phase: int
    phases: tuple[PhaseState, ...]
    sections: tuple[SectionState, ...]
    findings: tuple[Finding, ...]
    next_step: str
    owner: str = ""
    to_print: int = 0
    submitted: Submitted | None = None
    destroyed: bool = False


@dataclass(frozen=True)
class Refused:
    """A change that came too late: another window had changed the same field."""

    path: str
    theirs: Any
    shown: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DocumentState:
    """A paper of a record and whether it is ready to be filed.

    ``draft``: something is wrong or missing, ``troubles`` says what; ``not_needed`` and ``broken`` (its template cannot
    be used) say why in ``reason``, and so does a draft that has not even an item to print.
    """

    key: str
    title: str
    definition: Document
    phase: int
    state: Literal["ready", "draft", "not_needed", "broken"]
    troubles: tuple[Trouble, ...]
    formats: tuple[str, ...]
    items: int
    reason: str = ""

    @property
    def printable(self) -> bool:
        """Whether anything comes out of it, be it a draft."""
        return self.state in ("ready", "draft") and self.items > 0


@dataclass(frozen=True, kw_only=True)
class Produced:
    """A file made for somebody.

    Attributes:
        name: File name fit for any file system.
        data: Its bytes.
        notes: What could not be done or ought to be known, in Chinese.
        hash: First 8 characters of the facts hash, of a packet those of all its papers together.
    """

    name: str
    data: bytes
    notes: tuple[str, ...] = field(default=())
    hash: str = ""
    pages: int = 0
