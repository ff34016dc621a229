"""Where a value inside an expression can have come from, as far as its text tells."""

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Longer paths can only come of a loop that walks from link to link; the path so far stands for all below it.
_DEEPEST = 8


@dataclass(frozen=True)
class Origin:
    """Where a value can have come from.

    Attributes:
        paths: Facts it may be.
        item: What its members are, if it is a list made by the expression.
        parts: Its named parts, if it is a mapping or pair made by the expression; ``*`` may be any of them.
        made: Namespaces and macros it may be, by identity of their node.
    """

    paths: frozenset[str] = frozenset()
    item: "Origin | None" = None
    parts: Mapping[str, "Origin"] = field(default_factory=dict)
    made: frozenset[int] = frozenset()

    def __or__(self, other: "Origin") -> "Origin":
        if self == other or other == NOWHERE:
            return self
        if self == NOWHERE:
            return other
        item = self.item | other.item if self.item and other.item else self.item or other.item
        keys = [*self.parts, *(key for key in other.parts if key not in self.parts)]
        parts = {key: self.parts.get(key, NOWHERE) | other.parts.get(key, NOWHERE) for key in keys}
        return Origin(self.paths | other.paths, item, parts, self.made | other.made)

    def attribute(self, name: str) -> "Origin":
        """Where an attribute comes from."""
        return Origin(frozenset(_below(path, name) for path in self.paths)) | self._part(name)

    def member(self) -> "Origin":
        """Where a member of the list comes from."""
        found = Origin(frozenset(path if path.endswith("[][]") else f"{path}[]" for path in self.paths))
        return union(found, self.item or NOWHERE, *self.parts.values())

    def at(self, place: int) -> "Origin":
        """The member at a place: of a pair that part, of a list any member."""
        alone = not self.paths and self.item is None
        return self._part(str(place)) if alone and str(place) in self.parts else self.member()

    def _part(self, name: str) -> "Origin":
        return self.parts.get(name, NOWHERE) | self.parts.get("*", NOWHERE)

    def inside(self) -> tuple["Origin", ...]:
        """What it is made of."""
        return (*((self.item,) if self.item else ()), *self.parts.values())

    def depth(self) -> int:
        """How deep lists and mappings made by the expression nest in it."""
        return 1 + max((one.depth() for one in self.inside()), default=0)


NOWHERE = Origin()


def fact(name: str) -> Origin:
    """The fact of that name."""
    return Origin(frozenset({name}))


def union(*origins: Origin) -> Origin:
    """Any of these."""
    found = NOWHERE
    for origin in origins:
        found = found | origin
    return found


def _below(path: str, name: str) -> str:
    return path if path.count(".") >= _DEEPEST else f"{path}.{name}"
