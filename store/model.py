"""The words of the store: frozen values that go in and out of its door."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from store.registers import Effect

#: How a list is ordered: the last changed first, or the first due first and those without a term last.
Order = Literal["changed", "due"]
#: State of a record that was taken out of the lists; nothing is ever deleted from disk.
DELETED = "deleted"
#: Token by which records are found whose entries were destroyed; ``Found.about`` says it, too.
DESTROYED = "@destroyed"
#: Forms that begin so are the program's own (accounts and the like): no list or search shows them unless it names them.
INNER = "@"


class Reach(StrEnum):
    """How far somebody sees from the own unit."""

    OWN = "own"
    BELOW = "below"
    ALL = "all"


@dataclass(frozen=True)
class Scope:
    """What whoever asks may see: a unit and the reach from there.

    Attributes:
        unit: Path of the unit, joined by ``/``, e.g. ``city/east/school``.
        reach: Only that unit, it and all below, or everything.
    """

    unit: str = ""
    reach: Reach = Reach.ALL

    def covers(self, unit: str) -> bool:
        """Whether a record of that unit may be seen."""
        return self.reach is Reach.ALL or (
            unit == self.unit or (self.reach is Reach.BELOW and lies_below(unit, self.unit))
        )


#: The scope of the program itself and of a single person's own computer.
EVERYTHING = Scope()


def lies_below(unit: str, top: str) -> bool:
    """Whether a unit lies under another one; everything lies under the empty path."""
    return not top or unit.startswith(f"{top}/")


def lies_within(unit: str, top: str) -> bool:
    """Whether a unit is another one or lies below it; everything lies within the empty path."""
    return unit == top or lies_below(unit, top)


def on_one_line(unit: str, other: str) -> bool:
    """Whether two units are one, or one lies below the other; what no unit owns is on a line with nothing else."""
    return unit == other or bool(unit and other and (lies_below(unit, other) or lies_below(other, unit)))


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What lists and search know of a record; given by the caller with each entry.

    Attributes:
        state: Where the record stands; ``DELETED`` takes it out of the lists.
        unit: Path of the unit that owns it.
        owner: Name of the person it has been handed to; empty if it never was.
        label: What lists call it.
        start: First day of its period, if it has one.
        end: Last day.
        words: Texts that a search by substring looks through, besides the label.
        tokens: Texts that are found exactly.
        private: Texts that are found exactly but stand in no index in clear, only as keyed hashes.
        due: Until when whoever holds it should be done.
        about: What a line of a list says besides, in plain JSON; like state, unit and owner it changes by entries
            alone.
    """

    state: str = ""
    unit: str = ""
    owner: str = ""
    label: str = ""
    start: date | None = None
    end: date | None = None
    words: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    due: date | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Remains:
    """What stays of the entries that an entry destroys, besides who wrote what kind of them when and what they did.

    Attributes:
        pins: Of what they depend on: these names.
        why: Of what made somebody write them: these names.
    """

    pins: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """An entry to be appended.

    Attributes:
        record: Id of the record: lower-case ascii, made by the caller.
        form: Which form was filled; a record keeps it for ever.
        kind: What sort of entry, e.g. ``version``.
        who: Who does it.
        request_id: The same twice is one entry.
        data: Facts in plain JSON; ``None`` for entries that hold none.
        pins: What the entry depends on, by digest.
        summary: What lists and search shall know from now on.
        draft: Number of the draft whose changes are in ``data``; they leave the draft with this very entry.
        why: What made somebody write it, in plain JSON, for whoever reads the chain later.
        effects: What it does to lines of registers.
        draws: How many numbers it draws from which series, each series counting from 1 without a gap.
        above: Figures of these series that were given outside of it: the series goes on after them.
        fill: The entry with the numbers that were drawn put where they belong: in data, texts of the summary,
            effects, why. Called under the series' lock, so quick and without effects of its own.
        private: Paths of ``data`` that lie encrypted where the store encrypts; ``*`` is any row, as in
            ``trainees/*/id_no``.
        salt: Keeps the digest from telling private values to whoever guesses them; made if it is empty.
        destroys: The record ends with this entry, if its draft has taken no change after ``draft``. The draft goes,
            what was kept for the record goes, and of every entry before it only this stays.
    """

    record: str
    form: str
    kind: str
    who: str
    request_id: str
    data: Mapping[str, Any] | None
    pins: Mapping[str, Any] = field(default_factory=dict)
    summary: Summary = field(default_factory=Summary)
    draft: int = 0
    why: Mapping[str, Any] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    draws: Mapping[str, int] = field(default_factory=dict)
    above: Mapping[str, int] = field(default_factory=dict)
    fill: "Callable[[NewEntry, Mapping[str, range]], NewEntry] | None" = None
    private: tuple[str, ...] = ()
    salt: str = ""
    destroys: Remains | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One immutable link of a record's chain; fields as in ``NewEntry``, and more.

    Attributes:
        n: Number in the chain, from 1.
        when: When it was written.
        numbers: Those it drew, by series.
        prev: Digest of the entry before; of record id and form for the first.
        digest: Digest of all the rest; of a destroyed one, of what it was.
        destroys: What stays of those before it, if it destroyed them.
        destroyed: Number of the entry that destroyed it; 0 if none did.
    """

    record: str
    form: str
    n: int
    request_id: str
    kind: str
    who: str
    when: datetime
    prev: str
    data: Mapping[str, Any] | None
    pins: Mapping[str, Any]
    summary: Summary
    draft: int
    why: Mapping[str, Any]
    effects: tuple[Effect, ...]
    numbers: Mapping[str, range]
    digest: str
    private: tuple[str, ...] = ()
    salt: str = ""
    destroys: Remains | None = None
    destroyed: int = 0


@dataclass(frozen=True)
class Change:
    """A value for a path of the draft.

    Attributes:
        path: Joined by ``/``, e.g. ``trainees/r7/name``.
        value: Plain JSON; ``None`` empties the field or takes the row out.
        window: Which window it was typed in; empty for the program itself.
        sequence: The window's count of keystrokes; an older one never wins.
        seen: ``Draft.number`` when the window last looked; a newer change by another window is then not
            overwritten. ``None`` overwrites whatever is there.
    """

    path: str
    value: Any
    window: str = ""
    sequence: int = 0
    seen: int | None = None


@dataclass(frozen=True)
class Kept:
    """A change as the draft keeps it; ``number`` counts all changes the record's draft ever took."""

    value: Any
    number: int
    window: str
    sequence: int
    at: datetime
    who: str


@dataclass(frozen=True)
class Draft:
    """Changes since the last version.

    Attributes:
        record: Whose.
        base_n: Entry they lie upon.
        number: Of the newest change ever taken, also when it is no longer in the draft.
        changes: By path; apply the shorter paths first. Not to be altered.
    """

    record: str
    base_n: int
    number: int
    changes: Mapping[str, Kept]


@dataclass(frozen=True)
class DraftResult:
    """What became of changes.

    Attributes:
        draft: As it is now.
        applied: Changes that are kept.
        refused: Changes another window was faster with, each with what is kept instead.
        late: Changes that a newer one of the same window had overtaken; nobody needs to hear of them.
    """

    draft: Draft
    applied: tuple[Change, ...]
    refused: tuple[tuple[Change, Kept], ...] = ()
    late: tuple[Change, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Found:
    """A record in a list.

    Attributes:
        n: Number of its newest entry.
        start: First day of its period, ``None`` if it has none; of a single day
        end: the same, whichever of the two the summary names.
        changed_at: When entry or draft last changed.
        has_draft: Whether there are changes since the last entry; label, dates and search follow them.
    """

    record: str
    form: str
    n: int
    state: str
    unit: str
    owner: str
    label: str
    start: date | None
    end: date | None
    changed_at: datetime
    has_draft: bool
    due: date | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Damage:
    """A file that cannot be trusted: whose record (none for the log), where, why (Chinese).

    Where it is only sealed with a key that is not here, the id of that key. A ``copy`` lies beside the record's own
    file, which is whole.
    """

    record: str
    file: str
    why: str
    key: str = ""
    copy: bool = False


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One line of the access log.

    Attributes:
        n: Number, from 1, over all months.
        when: When it was written.
        line: What it says, in plain JSON.
        prev: Digest of the line before.
        digest: Digest of all the rest.
    """

    n: int
    when: datetime
    line: Mapping[str, Any]
    prev: str
    digest: str
