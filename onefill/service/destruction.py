"""What is destroyed for good: what stays of a record, and where else something of it may lie."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from onefill.facts.drawing import NUMBERS
from onefill.reviews import CASE
from onefill.service.access import AccessLog, Did
from onefill.service.aside import Aside, Pause, at_once
from onefill.service.cases import case_of
from onefill.service.shapes import Person
from store import DELETED, DESTROYED, EVERYTHING, Cache, Found, Remains, Store, StoreError

_log = logging.getLogger(__name__)
#: What each cache holds besides: how many records had been destroyed when it was last cleared.
_CLEARED = "destroyed.count"
#: Where what is left of destroyed records may stand.
_STATES = (None, DELETED)
_PAGE = 1000
_LEFT = "销毁过的档案的文件还没有删完：%s"
#: Of entries that are destroyed: the form they were filled in, so that history reads them; what was done.
REMAINS = Remains(pins=("definition",), why=("act", "title", "action", "phase", "version", "moved", "to"))


def remains_of(data: Mapping[str, Any], keeps: Sequence[str]) -> dict[str, Any]:
    """What stays of a record's data: some fields, and who did what when; of what was said, what the last act said."""
    case = case_of(data)
    last = max((act.when for phase in case.phases.values() for act in phase.acts), default=None)
    phases = {
        key: replace(
            phase,
            prints={},
            acts=tuple(
                act if act.when == last else replace(act, opinion="", reason="", overruled=()) for act in phase.acts
            ),
        )
        for key, phase in case.phases.items()
    }
    kept = {key: data[key] for key in keeps if key in data}
    drawn = {key: number for key, number in (data.get(NUMBERS) or {}).items() if key in keeps}
    if drawn:
        kept[NUMBERS] = drawn
    return {**kept, CASE: replace(case, phases=phases, remarks=(), accepted={}, assigned={}).plain()}


def all_destroyed(store: Store) -> Iterator[Found]:
    """What is left of every record that was destroyed, the last first; after them those that were cleaned away."""
    for state in _STATES:
        offset = 0
        while found := store.find(scope=EVERYTHING, tokens=[DESTROYED], state=state, limit=_PAGE, offset=offset):
            offset += len(found)
            yield from found


class Destruction:
    """Brings to its end what the entry that destroys a record has begun.

    Args:
        store: Where files go that nothing else names.
        log: Told who destroyed what.
        caches: What may hold its papers; all of it can be made again.
        forget: Lets go what waits to be imported into a record.
        aside: Does what reads all that is kept.
    """

    def __init__(
        self,
        store: Store,
        log: AccessLog,
        caches: Sequence[Cache],
        forget: Callable[[str], None],
        aside: Aside = at_once,
    ) -> None:
        self._aside = aside
        self._store = store
        self._log = log
        self._caches = caches
        self._forget = forget

    def finish(self, record: str, who: Person, what: str) -> None:
        """Have everything go that lies elsewhere.

        Args:
            record: That was destroyed.
            who: By whom,
            what: and by which action, in words.
        """
        self.note(record, who, what)
        self.sweep()

    def resume(self) -> None:
        """Go on where a program has died over it, or could not read all; at the start, and nothing if there is none.

        Papers and what waits go, too, where another program has destroyed something since they were last cleared.
        """
        try:
            count = self._count()
            if any((cache.get(_CLEARED) or b"0") != b"%d" % count for cache in self._caches):
                for one in all_destroyed(self._store):
                    self._forget(one.record)
                self._clear(count)
        except StoreError as error:
            _log.warning(_LEFT, error)
        self._aside(self._sweep)

    def note(self, record: str, who: Person, what: str) -> None:
        """Write down who destroyed what, and let go what waits for it; ``sweep`` once after several."""
        self._log.note(who, Did.DESTROYED, record=record, what=what)
        self._forget(record)

    def sweep(self) -> None:
        """Have papers go, and files that nothing names any more: to find these, all that is kept is read, aside."""
        self._clear(self._count())
        self._aside(self._sweep)

    def _sweep(self, pause: Pause) -> None:
        """Have files go; those that cannot yet wait for the next time, as the store knows of them."""
        try:
            self._store.sweep(pause=pause)
        except StoreError as error:
            _log.warning(_LEFT, error)

    def _count(self) -> int:
        return sum(self._store.count(scope=EVERYTHING, tokens=[DESTROYED], state=state) for state in _STATES)

    def _clear(self, count: int) -> None:
        """Clear all, and note for how many: a smaller number than there are then has them cleared once more."""
        for cache in self._caches:
            cache.clear()
            cache.put(_CLEARED, b"%d" % count)
