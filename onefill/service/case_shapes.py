"""What the desks of materials and reviews hand to screens, routes and the command line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from onefill.facts import Difference
from onefill.materials import Checklist
from onefill.reviews import Act, Move, Remark

#: What was done about a remark that came back: something was said to it, or what it is about was changed.
Settled = Literal["answered", "changed"]


@dataclass(frozen=True)
class Whole:
    """A submission of which nothing is wanting any more.

    Attributes:
        title: Of the action that hands it in.
        phase: Key of its phase.
        stage: Key of the stage to which it then comes.
        mine: Whether whoever asks may do it.
        by: Titles of the roles that may.
    """

    title: str
    phase: str
    stage: str
    mine: bool
    by: tuple[str, ...]

    @property
    def said(self) -> str:
        """For whom it waits, in words."""
        return f"材料齐了，等您“{self.title}”" if self.mine else f"材料齐了，等{'或'.join(self.by)}“{self.title}”"


@dataclass(frozen=True, kw_only=True)
class Blocker:
    """Something that keeps a submission back or ought to be looked at, and where.

    Attributes:
        label: What the place is called; empty if it is no place.
        said: What is the matter there, in words.
        remedy: What to do.
        at: Path of a field or row, ``item:`` and an item of the checklist, or empty.
        section: Where a path stands.
        record: The linked record to go to; empty for this one.
        stops: Whether it keeps the submission back.
        clause: Where it is asked.
        locked: Whether it stands in what was handed in, so that nobody can do anything about it here.
    """

    label: str
    said: str
    remedy: str
    at: str
    section: str = ""
    record: str = ""
    stops: bool = True
    clause: str = ""
    locked: bool = False

    @property
    def what(self) -> str:
        """Place and matter in one."""
        return f"{self.label}：{self.said}" if self.label else self.said


@dataclass(frozen=True, kw_only=True)
class PhaseStanding:
    """Where one phase of a record stands.

    Attributes:
        stage: Key of the stage; ``draft`` before it is submitted.
        title: Of the stage.
        holder: In whose hands it is.
        due: Until when whoever holds it should be done.
        left: Working days until then; fewer than none when it has passed.
        due_note: What is uncertain about the day, in words; empty if nothing is.
        opened: Who has opened it first, and when, if anybody.
        assigned: Who has taken it upon themselves; empty if nobody has.
        waits_for: Titles of the roles for whose act it waits; none while it does not lie with the office.
        leads: Id of the record that is to be gone on with; empty if there is none.
    """

    key: str
    phase_title: str
    stage: str
    title: str
    holder: Literal["owner", "office", "done"]
    passed: bool
    round: int
    returned: int
    due: date | None
    left: int
    due_note: str
    receipt: str
    opened: tuple[str, datetime] | None
    acts: tuple[Act, ...]
    assigned: str = ""
    waits_for: tuple[str, ...] = ()
    leads: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseState:
    """Where a record stands.

    Attributes:
        n: Number of the entry this is read from, for ``reviews.act(seen=…)``.
        phases: In the order of the form.
        active: Key of the phase that was acted upon last; none if nothing was ever submitted.
        moves: What the person who asks may do now.
        remarks: Those the person may see, in order: of an officer also those not sent yet.
        locked: Sections that may not be changed, with the phase that locks each.
        unit: Path of the unit that the record belongs to.
        waits: Keys of the phases that wait for the person.
        takes: Those of them that nobody has taken.
        writes: Keys of the phases of which the person may say something for the office, or accept an item.
        settled: What was done since it came back about open remarks, by id; nothing was about the others.
    """

    record: str
    n: int
    phases: tuple[PhaseStanding, ...]
    active: str | None
    moves: tuple[Move, ...]
    remarks: tuple[Remark, ...]
    locked: Mapping[str, str]
    unit: str = ""
    waits: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    settled: Mapping[str, Settled] = field(default_factory=dict)

    def phase(self, key: str) -> PhaseStanding:
        """One phase."""
        return next(one for one in self.phases if one.key == key)


@dataclass(frozen=True, kw_only=True)
class CheckLine:
    """An automated check as an officer reads it, with the facts that it holds against each other.

    Attributes:
        id: Of the check.
        state: ``wrong``, ``right``, or ``unknown`` when a fact is missing.
        label: What the place is called that it points to.
        title: What it is about, as its author says.
        why: Why it cannot be made.
        said: What does not agree, in words; empty when all does.
        facts: What was looked at, as label and text.
        at: Path of the place it points to.
        level: How much it weighs.
        count: In how many places it does not hold.
    """

    id: str
    state: Literal["wrong", "right", "unknown"]
    said: str
    remedy: str
    clause: str
    facts: tuple[tuple[str, str], ...]
    at: str
    level: str
    count: int = 0
    label: str = ""
    title: str = ""
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class FactLine:
    """A fact as an officer reads it.

    Attributes:
        path: Where it stands; behind a link the link's, with the record and the field after ``#``.
        private: Whether its text is masked, so that it can be asked for whole.
        leads: Whether it is a link to records of which the form reads something.
        linked: What it reads of each, if that is asked for.
    """

    path: str
    label: str
    text: str
    private: bool = False
    leads: bool = False
    linked: tuple["LinkedFacts", ...] = ()


@dataclass(frozen=True, kw_only=True)
class LinkedFacts:
    """What a form reads of a linked record.

    Attributes:
        record: Its id.
        title: Of its form.
        label: What it is called.
        facts: In the order of its form.
    """

    record: str
    title: str
    label: str
    facts: tuple[FactLine, ...]


@dataclass(frozen=True, kw_only=True)
class FactSection:
    """The facts of a section.

    Attributes:
        facts: Of a section that does not repeat, those that count and are asked.
        rows: Id and name of each row of one that repeats.
        opened: The facts of the row that is looked into, by its id.
    """

    key: str
    title: str
    facts: tuple[FactLine, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    opened: Mapping[str, tuple[FactLine, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LinkedChange:
    """A linked record that says otherwise than it did when a record was handed in.

    Attributes:
        at: Path of the field that leads to it.
        record: Its id.
        title: Of its form.
        label: What it was called then.
        differences: What it says otherwise.
    """

    at: str
    record: str
    title: str
    label: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What a change since the last submission means for what was printed and sealed.

    Attributes:
        differences: What was changed, in words.
        again: Papers to be printed and sealed again, by key and title; only those that are handed in sealed.
        good: Papers whose sealed scans stay good.
        items: Items of the checklist whose files changed.
        linked: Linked records that say otherwise than in the submission before.
        since: Linked records that say otherwise since an office has it, which judges by what they said before.
    """

    differences: tuple[Difference, ...]
    again: tuple[tuple[str, str], ...]
    good: tuple[tuple[str, str], ...]
    items: tuple[str, ...]
    linked: tuple[LinkedChange, ...] = ()
    since: tuple[LinkedChange, ...] = ()

    @property
    def count(self) -> int:
        """Of all that changed."""
        elsewhere = (len(one.differences) for one in (*self.linked, *self.since))
        return len(self.differences) + len(self.items) + sum(elsewhere)


@dataclass(frozen=True, kw_only=True)
class SentPaper:
    """A paper that went out with an act.

    Attributes:
        n: Number of the entry that sent it.
        key: Of the notice.
        title: Of the notice.
        number: Its own; empty where papers had none of their own yet.
        phase: Key of the phase.
        suffix: Of its template's own format.
        who: Who sent it.
        when: When.
        withdrawn: Whether the submission was withdrawn afterwards, so that it counts for nothing.
        sender: Id of the record about which it went out, where it was addressed to another one.
    """

    n: int
    key: str
    title: str
    number: str
    phase: str
    suffix: str
    who: str
    when: datetime
    withdrawn: bool = False
    sender: str = ""


@dataclass(frozen=True, kw_only=True)
class QueueLine:
    """A case in a queue.

    Attributes:
        left: Working days until it is due; fewer than none when it is overdue, ``None`` without a term.
        handler: Who acted last for the office.
        assigned: Who has taken it upon themselves; empty if nobody has.
        findings: How many automated checks failed when somebody acted last.
        errors: How many of them say that something is wrong; the others only remind.
        phase: Key of the phase.
        waits_for: Keys of the roles for whose act it waits.
        asked: What is still asked of those who fill it, in the stage in which it stands.
    """

    record: str
    form: str
    label: str
    matter: str
    stage: str
    unit: str
    due: date | None
    left: int | None
    returned: int
    round: int
    submitted_at: datetime | None
    handler: str
    remarks: int
    assigned: str = ""
    findings: int = 0
    errors: int = 0
    phase: str = ""
    waits_for: frozenset[str] = frozenset()
    asked: str = ""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What chooses among the cases of a queue; everything if empty.

    Attributes:
        form: Only cases of this form.
        stage: Only cases that stand in this stage of theirs.
        unit: Only cases of this unit and those below.
        text: Only cases whose label or index holds it.
        returned: Only cases that came back so many times at least.
    """

    form: str = ""
    stage: str = ""
    unit: str = ""
    text: str = ""
    returned: int = 0


@dataclass(frozen=True, kw_only=True)
class Queue:
    """A page of a queue, and how many cases there are of each kind.

    Attributes:
        lines: The page.
        total: How many cases the chosen filter has in all.
        counts: By filter, see ``queues.FILTERS``.
    """

    lines: tuple[QueueLine, ...]
    total: int
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MaterialsState:
    """The checklist of a phase as the pages show it."""

    record: str
    phase: str
    phase_title: str
    checklist: Checklist
    open_to_change: bool
