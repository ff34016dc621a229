"""Roles and reach: what a person may do, and where."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Reach(StrEnum):
    """How far somebody sees from a unit."""

    OWN = "own"
    BELOW = "below"
    ALL = "all"

    def reaches(self, other: "Reach") -> bool:
        """Whether it goes as far as another one."""
        return _ORDER.index(self) >= _ORDER.index(other)


_ORDER = (Reach.OWN, Reach.BELOW, Reach.ALL)


@dataclass(frozen=True)
class RoleFacts:
    """A role as packs declare it; ``fills`` are the forms whose records it fills, ``None`` for all."""

    title: str
    reach: Reach
    actions: frozenset[str]
    fills: frozenset[str] | None = None

    def meets(self, other: "RoleFacts") -> "RoleFacts":
        """What two packs that use the same key both allow."""
        reach = min(self.reach, other.reach, key=_ORDER.index)
        known = [one.fills for one in (self, other) if one.fills is not None]
        return RoleFacts(self.title, reach, self.actions & other.actions, _common(known))


@dataclass(frozen=True)
class Right:
    """That somebody may do some things in some place.

    Attributes:
        unit: Path of the unit from where it counts; empty for the root of all.
        reach: How far from there.
        actions: What may be done; ``None`` for whatever there is.
        fills: Forms with whose records; ``None`` for all.
    """

    unit: str = ""
    reach: Reach = Reach.ALL
    actions: frozenset[str] | None = None
    fills: frozenset[str] | None = None

    def covers(self, unit: str) -> bool:
        """Whether it counts for what belongs to that unit."""
        if self.reach is Reach.ALL or unit == self.unit:
            return True
        return self.reach is Reach.BELOW and (not self.unit or unit.startswith(f"{self.unit}/"))

    def allows(self, action: str, form: str = "") -> bool:
        """Whether it is a right to do that, with records of a form where one is named."""
        known = not form or self.fills is None or form in self.fills
        return known and (self.actions is None or action in self.actions)


#: What whoever sits at the own PC may do.
EVERY_RIGHT = Right()


def rights_of(unit: str, roles: Iterable[str], known: Mapping[str, RoleFacts]) -> tuple[Right, ...]:
    """The rights that roles give at a unit; a role that no pack declares any more gives none."""
    given = (known[role] for role in roles if role in known)
    return tuple(Right(unit, one.reach, one.actions, one.fills) for one in given)


def widest(rights: Sequence[Right], unit: str) -> Right:
    """How far somebody sees: the widest of some rights at a unit; nothing but the own unit without any."""
    own = Right(unit, Reach.OWN, frozenset())
    return max((one for one in rights if one.unit == unit), key=lambda one: _ORDER.index(one.reach), default=own)


def _common(sets: Sequence[frozenset[str]]) -> frozenset[str] | None:
    """What all of them hold; ``None`` for no sets."""
    return frozenset.intersection(*sets) if sets else None
