"""Who has a case open now. It lives in this process: whoever leaves is forgotten after a while."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock

#: So long after the last sign somebody counts as there.
PATIENCE = timedelta(seconds=20)


class Presence:
    """Who looks at which record."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._there: dict[str, dict[str, tuple[datetime, datetime]]] = {}

    def note(self, record: str, name: str, now: datetime) -> Mapping[str, datetime]:
        """Note that somebody looks at a record; since when the others do, by name."""
        with self._lock:
            known = self._there.setdefault(record, {})
            since = known[name][0] if name in known and now - known[name][1] < PATIENCE else now
            known[name] = (since, now)
            for gone in [one for one, (_, last) in known.items() if now - last >= PATIENCE]:
                del known[gone]
            return {one: came for one, (came, _) in sorted(known.items()) if one != name}


presence = Presence()
