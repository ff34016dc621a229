"""The offices: units and roles out of the packs, and the units that were added to them."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from onefill.definitions import Definitions
from onefill.definitions.model import Unit
from onefill.errors import OneFillError
from onefill.people import Reach, RoleFacts
from onefill.service.shapes import Person
from store import EVERYTHING, NewEntry, Store, Summary

FORM = "@unit"
MOST = 10_000
DEEPEST = 6
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


class UnitRefused(OneFillError):
    """A unit that cannot be added."""

    message = "没有加这个单位：{why}。"


class Offices:
    """Where people work, and what they can be there."""

    def __init__(self, store: Store, definitions: Callable[[], Definitions]) -> None:
        self._store = store
        self._definitions = definitions

    def roles(self) -> Mapping[str, RoleFacts]:
        """All roles by key; one that two packs declare allows what both allow."""
        known: dict[str, RoleFacts] = {}
        for pack in self._definitions().packs.values():
            for role in pack.roles:
                fills = frozenset(role.fills) if role.fills else None
                facts = RoleFacts(role.title, Reach(role.reach), frozenset(role.actions), fills)
                known[role.key] = known[role.key].meets(facts) if role.key in known else facts
        return known

    def units(self) -> Mapping[str, str]:
        """Titles of all units by path, each after the one above it."""
        known = {path: title for pack in self._definitions().packs.values() for path, title in _paths(pack.units)}
        added = {found.unit: found.label for found in self._store.find(form=FORM, scope=EVERYTHING, limit=MOST)}
        return dict(sorted({**added, **known}.items()))

    def title(self, unit: str) -> str:
        """What a unit is called; of an unknown one the nearest that is known above it."""
        units, path = self.units(), unit
        while path and path not in units:
            path = path.rpartition("/")[0]
        return units.get(path, unit or "还没有分到单位")

    def add(self, above: str, key: str, title: str, who: Person) -> str:
        """Add a unit below another one; its path.

        Raises:
            UnitRefused: Something about it cannot be.
        """
        path, title = f"{above}/{key}", " ".join(title.split())[:60]
        units = self.units()
        if above not in units:
            raise UnitRefused(why=f"没有“{above}”这个上级单位，先加上级")
        if not _KEY.fullmatch(key):
            raise UnitRefused(why="代码只能用字母、数字、- 和 _，最多 40 个")
        if path.count("/") >= DEEPEST:
            raise UnitRefused(why=f"最多 {DEEPEST} 层")
        if path in units:
            raise UnitRefused(why=f"{path} 已经有了，是“{units[path]}”")
        if not title:
            raise UnitRefused(why="没有写名称")
        record = f"unit-{hashlib.sha256(path.encode()).hexdigest()[:32]}"
        entry = NewEntry(
            record=record,
            form=FORM,
            kind="unit",
            who=who.name,
            request_id=f"{record}-1",
            data={"path": path, "title": title},
            summary=Summary(state="known", unit=path, label=title),
        )
        self._store.append(entry, 0, EVERYTHING)
        return path


def _paths(units: Iterable[Unit], above: str = "") -> Iterator[tuple[str, str]]:
    for unit in units:
        path = f"{above}/{unit.key}" if above else unit.key
        yield path, unit.title
        yield from _paths(unit.below, path)
