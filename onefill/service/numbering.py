"""Which version people speak of: an entry counts where a person printed, kept or restored, not where one acted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from onefill.service.cases import ASIDE
from store import Entry, Scope, Store

#: What makes a version that people count: what somebody typed, printed or restored was kept, or a changed form made
#: something else of it. Other entries hold a record that was begun, moved about or decided upon.
COUNTED = frozenset({"printed", "kept", "linked", "before_restoring", "restored", "before_migrating", "migrated"})
NUMBER, MOVED = "version", "moved"


@dataclass(frozen=True)
class Numbered:
    """Where an entry stands among the versions that people count.

    Attributes:
        number: Of the newest version up to it; 0 before the first.
        moved: Whether it says anything else than that version, so that printing it makes another.
    """

    number: int = 0
    moved: bool = True

    def next(self, act: str, before: Entry | None, data: Mapping[str, Any], pins: Mapping[str, Any]) -> "Numbered":
        """Where the entry of an act stands that follows."""
        if act in COUNTED:
            return Numbered(self.number + 1, moved=False)
        same = before is not None and _facts(before.data or {}) == _facts(data) and before.pins == pins
        return replace(self, moved=self.moved or not same)

    def told(self) -> dict[str, Any]:
        """As an entry keeps it."""
        return {NUMBER: self.number, MOVED: self.moved}


def numbered(store: Store, scope: Scope, entry: Entry) -> Numbered:
    """Where an entry stands; of one that does not say so its whole chain is read."""
    if NUMBER in entry.why:
        return Numbered(int(entry.why[NUMBER]), moved=bool(entry.why[MOVED]))
    return walked(store.entries(entry.record, scope, last=entry.n))[-1]


def walked(entries: Sequence[Entry]) -> list[Numbered]:
    """Where each entry of a chain stands."""
    found: list[Numbered] = []
    now, before = Numbered(), None
    for entry in entries:
        now = now.next(str(entry.why.get("act", "kept")), before, entry.data or {}, entry.pins)
        found.append(now)
        before = entry
    return found


def entries_of_version(entries: Sequence[Entry], version: int) -> list[Entry]:
    """The entries of a chain that a paper of a version may have been made of; the one that people count comes first.

    Entries of acts hold what the version before them held, or what the next one is made of: there may be several.
    """
    of_version = [
        one for one, at in zip(entries, walked(entries), strict=True) if at.number + at.moved == version and one.data
    ]
    return sorted(of_version, key=lambda one: not counts(one))


def counts(entry: Entry) -> bool:
    """Whether an entry is a version that people count."""
    return str(entry.why.get("act", "kept")) in COUNTED


def _facts(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if not key.startswith(ASIDE)}
