"""The lines of a checklist, and how each may stand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from onefill.definitions.procedure import Material
from onefill.facts.following import FactChange, Followed
from onefill.materials.printed_pages import PageFault
from onefill.materials.supply import Supplied, digest_of


class Standing(StrEnum):
    """How an item stands."""

    MISSING = "missing"
    EXPIRED = "expired"
    STALE = "stale"
    OLD = "old"
    SHORT = "short"
    MIXED = "mixed"
    RETURNED = "returned"
    PRESENT = "present"
    TO_LOOK = "to_look"
    ACCEPTED = "accepted"
    NOT_REQUIRED = "not_required"


#: What keeps a phase from being complete.
LACKING = frozenset({Standing.MISSING, Standing.EXPIRED, Standing.STALE, Standing.OLD, Standing.SHORT, Standing.MIXED})


@dataclass(frozen=True, kw_only=True)
class ItemState:
    """One line of the checklist.

    Attributes:
        id: Of the item: the material's key, or key and entry joined by a dot.
        material: Its definition.
        title: Of the material.
        label: Which one of several, e.g. a day; empty for a material asked once.
        phase: Index of the phase it counts from.
        standing: How it stands.
        why: In words what is missing, out of date or short, or why it is not required.
        remedy: What to do about it.
        have: How many there are, where there must be some number.
        need: That number.
        hopeless: Why the number can never be reached as things are planned; empty if it can.
        files: What was handed in.
        print: First 8 characters of the facts hash that a scan must be of today.
        about: What the facts say now that its files are about, by their name.
        changed: What has changed of them since a file was brought, by the file's id.
        faults: What the codes of a scan's pages tell that is wrong with it.
        older: Ids of the files of a scan without codes that are of an older print.
    """

    id: str
    material: Material
    title: str
    label: str = ""
    phase: int = 0
    standing: Standing
    why: str = ""
    remedy: str = ""
    have: int = 0
    need: int = 0
    hopeless: str = ""
    files: tuple[Supplied, ...] = ()
    print: str = ""
    about: Mapping[str, Followed] = field(default_factory=dict)
    changed: Mapping[str, tuple[FactChange, ...]] = field(default_factory=dict)
    faults: tuple[PageFault, ...] = ()
    older: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Title and label in one."""
        return f"{self.title}　{self.label}" if self.label else self.title

    @property
    def outlived(self) -> tuple[FactChange, ...]:
        """Each fact that has changed since some file was brought that is about it, once."""
        return tuple(dict.fromkeys(one for changes in self.changed.values() for one in changes))

    @property
    def lacking(self) -> bool:
        """Whether it keeps its phase from being complete."""
        return self.standing in LACKING and not self.material.optional

    @property
    def mark(self) -> str:
        """What an acceptance holds for: these files, as long as the facts say what they say that these are about."""
        files = digest_of(self.files)
        if not any(one.about for one in self.files):
            return files
        return sha256(f"{files} {[one.plain() for one in self.about.values()]}".encode()).hexdigest()

    @property
    def pages(self) -> int:
        """Of all its files."""
        return sum(len(one.pages) for one in self.files)


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """All items of a phase in the order of the form."""

    items: tuple[ItemState, ...]

    @property
    def required(self) -> tuple[ItemState, ...]:
        """Those that must be handed in."""
        return tuple(
            one for one in self.items if one.standing is not Standing.NOT_REQUIRED and not one.material.optional
        )

    @property
    def lacking(self) -> tuple[ItemState, ...]:
        """Those that are still wanting."""
        return tuple(one for one in self.items if one.lacking)

    def unseen(self, remarked: Collection[str]) -> tuple[ItemState, ...]:
        """Required items that nobody has accepted and of which nobody has said anything.

        Args:
            remarked: Ids of items of which something was said.
        """
        settled = (Standing.ACCEPTED, Standing.RETURNED)
        return tuple(one for one in self.required if one.standing not in settled and one.id not in remarked)

    @property
    def percent(self) -> int:
        """Share of the required items that are there; 100 only when all are."""
        total, lacking = len(self.required), len(self.lacking)
        return 100 * (total - lacking) // total if total else 100
