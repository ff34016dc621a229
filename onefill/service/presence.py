"""Who has a case open now: kept in the store, so that people on several servers see each other, for a short while."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from onefill.service.room import Room
from store import Store

_THERE = "@presence"
#: So long after the last sign somebody counts as there. Signs closer together than the grain are one.
PATIENCE, GRAIN = timedelta(seconds=20), timedelta(seconds=6)


class Presence(Room):
    """Who looks at which record."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def note(self, record: str, name: str) -> Mapping[str, datetime]:
        """Note that somebody looks at a record; since when the others do, by name."""
        now, kept = self._now(), self._store.preferences(_THERE)
        # A sign that is still to come was given before the clock was put back.
        there = {key: (since, last) for key, (since, last) in map(_read, kept.items()) if abs(now - last) < PATIENCE}
        mine = f"{record} {name}"
        since, last = there.get(mine, (now, None))
        if last is None or now - last >= GRAIN:
            gone: dict[str, Any] = dict.fromkeys(kept.keys() - there.keys())
            self._store.set_preferences(_THERE, {**gone, mine: [since.isoformat(), now.isoformat()]})
        seen = sorted((key.partition(" "), came) for key, (came, _) in there.items() if key != mine)
        return {other: came for (of, _, other), came in seen if of == record}


def _read(kept: tuple[str, list[str]]) -> tuple[str, tuple[datetime, datetime]]:
    key, (since, last) = kept
    return key, (datetime.fromisoformat(since), datetime.fromisoformat(last))
