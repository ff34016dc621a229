"""The offices: units and roles out of the packs, and the units that were added to them."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from onefill.definitions import Definitions
from onefill.definitions.model import Unit
from onefill.errors import OneFillError
from onefill.people import Reach, RoleFacts
from onefill.service.cases import packs_for
from onefill.service.shapes import Person
from store import EVERYTHING, Found, NewEntry, Store, Summary

FORM = "@unit"
MOST = 10_000
DEEPEST = 6
#: The state of a unit to which nobody is appointed any more.
CLOSED = "closed"
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


class UnitRefused(OneFillError):
    """A unit that cannot be added, or changed."""

    message = "没有{what}这个单位：{why}。"


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
        added = {found.unit: found.label for found in self._added()}
        return dict(sorted({**added, **self._declared()}.items()))

    def units_of(self, pack: str) -> Mapping[str, str]:
        """Those of one pack, and what was added below them."""
        roots = {unit.key for unit in self._definitions().packs[pack].units}
        return {path: title for path, title in self.units().items() if path.partition("/")[0] in roots}

    def units_for(self, who: Person) -> Mapping[str, str]:
        """Those of the businesses in which somebody has a role."""
        roots = {unit.key for pack in packs_for(self._definitions(), who) for unit in pack.units}
        return {path: title for path, title in self.units().items() if path.partition("/")[0] in roots}

    def added(self) -> Mapping[str, bool]:
        """The units that were added, by path; whether they are in use."""
        declared = self._declared()
        return {one.unit: one.state != CLOSED for one in self._added() if one.unit not in declared}

    def in_use(self) -> Mapping[str, str]:
        """Titles of the units to which somebody may be appointed, by path."""
        added = self.added()
        return {path: title for path, title in self.units().items() if added.get(path, True)}

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
        path, title = f"{above}/{key}", _title(title)
        units = self.units()
        if above not in self.in_use():
            raise UnitRefused(what="加", why=f"没有“{above}”这个上级单位，先加上级")
        if not _KEY.fullmatch(key):
            raise UnitRefused(what="加", why="代码只能用字母、数字、- 和 _，最多 40 个")
        if path.count("/") >= DEEPEST:
            raise UnitRefused(what="加", why=f"最多 {DEEPEST} 层")
        if path in units:
            raise UnitRefused(what="加", why=f"{path} 已经有了，是“{units[path]}”")
        if not title:
            raise UnitRefused(what="加", why="没有写名称")
        self._write(path, title, "known", who, 0)
        return path

    def change(self, path: str, title: str, who: Person, *, closed: bool = False) -> None:
        """Call an added unit otherwise, close it, or open it again; what was done there stays under its path.

        Raises:
            UnitRefused: It was not added here, or the title is empty.
        """
        title = _title(title)
        if path not in self.added():
            raise UnitRefused(what="改", why=f"“{path}”不是在这里加的，名称在业务包里改")
        if not title:
            raise UnitRefused(what="改", why="没有写名称")
        self._write(path, title, CLOSED if closed else "known", who, self._store.latest(_record(path), EVERYTHING).n)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _write(self, path: str, title: str, state: str, who: Person, n: int) -> None:
        entry = NewEntry(
            record=_record(path),
            form=FORM,
            kind="unit",
            who=who.name,
            request_id=f"{_record(path)}-{n + 1}",
            data={"path": path, "title": title},
            summary=Summary(state=state, unit=path, label=title),
        )
        self._store.append(entry, n, EVERYTHING)

    def _added(self) -> Iterable[Found]:
        return self._store.find(form=FORM, scope=EVERYTHING, limit=MOST)

    def _declared(self) -> Mapping[str, str]:
        return {path: title for pack in self._definitions().packs.values() for path, title in paths_of(pack.units)}


def _record(path: str) -> str:
    return f"unit-{hashlib.sha256(path.encode()).hexdigest()[:32]}"


def _title(typed: str) -> str:
    return " ".join(typed.split())[:60]


def paths_of(units: Iterable[Unit], above: str = "") -> Iterator[tuple[str, str]]:
    """The path and the title of each unit of a tree, each after the one above it."""
    for unit in units:
        path = f"{above}/{unit.key}" if above else unit.key
        yield path, unit.title
        yield from paths_of(unit.below, path)
