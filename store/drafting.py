"""A draft's law: which change wins, which is refused, which is simply late. No disk here."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from store.model import Change, Draft, DraftResult, Kept, Summary
from store.plain import check_path, checked


@dataclass
class DraftState:
    """All a draft knows.

    Attributes:
        number: Of the newest change; never goes back.
        base_n: Entry the changes lie upon.
        changes: By path.
        settled: Changes that have left the draft, without their values: a window that has not seen them yet must
            still not overwrite them. ``True`` beside one: it took the row out.
        sequences: Newest keystroke by path and window.
        summary: What lists say, while there are changes or
        summary_n: this is still the newest entry.
        changed_at: When the newest change came or went.
    """

    number: int = 0
    base_n: int = 0
    changes: dict[str, Kept] = field(default_factory=dict)
    settled: dict[str, tuple[Kept, bool]] = field(default_factory=dict)
    sequences: dict[tuple[str, str], int] = field(default_factory=dict)
    summary: Summary | None = None
    summary_n: int = 0
    changed_at: datetime | None = None
    #: All paths below a path.
    below: dict[str, set[str]] = field(default_factory=dict)

    def view(self, record: str, latest_n: int) -> Draft:
        """The draft as the door shows it."""
        base_n = self.base_n if self.changes else latest_n
        return Draft(record, base_n, self.number, dict(self.changes))

    def put(self, path: str, kept: Kept) -> None:
        """Keep a change; what lay below its path gives way."""
        for lower in self.below.pop(path, set()):
            if lower in self.changes:
                self._settle(lower)
        self.settled.pop(path, None)
        self.changes[path] = kept
        self.number = max(self.number, kept.number)
        self.changed_at = kept.at
        if kept.window:
            self.sequences[path, kept.window] = kept.sequence
        self._note(path)

    def put_settled(self, path: str, kept: Kept, removed: bool) -> None:
        """Remember a change that has left the draft."""
        self.changes.pop(path, None)
        self.settled[path] = (replace(kept, value=None), removed)
        self.number = max(self.number, kept.number)
        self._note(path)

    def clear(self, up_to: int, at: datetime | None = None, n: int | None = None) -> bool:
        """Let the changes up to that number go; whether there was anything to let go.

        Args:
            up_to: Number.
            at: When it happened, if that is news.
            n: Newest entry, whose own summary is not older than the draft's.
        """
        gone = [path for path, kept in self.changes.items() if kept.number <= up_to]
        for path in gone:
            self._settle(path)
        described = self.summary is not None
        if not self.changes and (n is None or self.summary_n < n):
            self.summary = None
        cleared = bool(gone) or (described and self.summary is None)
        if cleared and at:
            self.changed_at = at
        return cleared

    def _settle(self, path: str) -> None:
        kept = self.changes[path]
        self.put_settled(path, kept, kept.value is None)

    def _note(self, path: str) -> None:
        for upper in _uppers(path):
            self.below.setdefault(upper, set()).add(path)

    def related(self, path: str) -> Iterator[tuple[str, Kept, bool]]:
        """Changes at, above and below a path; ``True``: it emptied the spot or took the row out."""
        for other in (path, *_uppers(path), *self.below.get(path, ())):
            if other in self.changes:
                yield other, self.changes[other], self.changes[other].value is None
            elif other in self.settled:
                yield other, *self.settled[other]


def _uppers(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


@dataclass
class Decision:
    """What is to be done with changes: ``puts`` are to be written and then put."""

    puts: list[tuple[str, Kept]] = field(default_factory=list)
    applied: list[Change] = field(default_factory=list)
    refused: list[tuple[Change, Kept]] = field(default_factory=list)
    late: list[Change] = field(default_factory=list)

    def result(self, draft: Draft) -> DraftResult:
        """The decision as the door tells it."""
        return DraftResult(draft, tuple(self.applied), tuple(self.refused), tuple(self.late))


def decide(
    state: DraftState,
    changes: Sequence[Change],
    *,
    who: str,
    at: datetime,
    settled_value: Callable[[str], Any],
) -> Decision:
    """Try changes one by one and put those that win into the state.

    Args:
        state: Is changed; pass a copy of what you cannot take back.
        changes: In the order they came.
        who: Who made them.
        at: When.
        settled_value: What the newest entry holds at a path, for telling both sides of a refusal.
    """
    decision = Decision()
    for given in changes:
        check_path(given.path)
        change = replace(given, value=checked(given.value, given.path))
        if change.window and change.sequence < state.sequences.get((change.path, change.window), 0):
            decision.late.append(given)
        elif rival := _rival(state, change, settled_value):
            decision.refused.append((given, rival))
        else:
            decision.applied.append(given)
            if not _repeats(state, change):
                kept = Kept(change.value, state.number + 1, change.window, change.sequence, at, who)
                state.put(change.path, kept)
                decision.puts.append((change.path, kept))
    return decision


def _rival(state: DraftState, change: Change, settled_value: Callable[[str], Any]) -> Kept | None:
    """The newest change of another window that stands against this one."""
    rivals = [
        (kept.number, path)
        for path, kept, emptied in state.related(change.path)
        if kept.window != change.window and _stands_against(change, path, kept, emptied)
    ]
    if not rivals:
        return None
    path = max(rivals)[1]
    rival = state.changes.get(path) or replace(state.settled[path][0], value=settled_value(path))
    same = path == change.path and rival.value == change.value
    return None if same else rival


def _stands_against(change: Change, path: str, kept: Kept, emptied: bool) -> bool:
    if emptied and len(path) < len(change.path):
        # A late keystroke never brings back a row that another window took out.
        return change.seen is None or kept.number > change.seen
    return change.seen is not None and kept.number > change.seen


def _repeats(state: DraftState, change: Change) -> bool:
    """Whether the very same keystroke has come before; senders repeat what was not acknowledged."""
    kept = state.changes.get(change.path)
    return (
        kept is not None
        and bool(change.window)
        and (kept.window, kept.sequence) == (change.window, change.sequence)
        and kept.value == change.value
    )


def value_at(data: Any, path: str) -> Any:
    """What stands at a path of plain data; ``None`` if nothing does."""
    for part in path.split("/"):
        if not isinstance(data, dict):
            return None
        data = data.get(part)
    return data


def listed(entry: Summary, draft: Summary | None) -> Summary:
    """What lists say: the draft's summary where it has one; where and whose it is changes by entries alone."""
    if draft is None:
        return entry
    return replace(draft, state=entry.state, unit=entry.unit, owner=entry.owner, due=entry.due, about=entry.about)


def copied(state: DraftState) -> DraftState:
    """A copy that can be changed; the values themselves are shared and never altered."""
    return replace(
        state,
        changes=dict(state.changes),
        settled=dict(state.settled),
        sequences=dict(state.sequences),
        below={path: set(paths) for path, paths in state.below.items()},
    )
