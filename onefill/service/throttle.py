"""How often somebody may ask within some time, kept in memory by this program alone."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

#: So many askers are remembered; of more, those who asked longest ago are forgotten.
MOST_ASKERS = 10_000


class Throttle:
    """Counts what is asked, asker by asker.

    Args:
        most: So many times.
        within: In this time.
        now: The clock.
    """

    def __init__(self, most: int, within: timedelta, now: Callable[[], datetime]) -> None:
        self._most = most
        self._within = within
        self._now = now
        self._asked: dict[str, deque[datetime]] = {}
        self._lock = Lock()

    def admits(self, asker: str) -> bool:
        """Whether this one may ask once more now; that counts as asked."""
        now = self._now()
        with self._lock:
            times = self._asked.pop(asker, None) or deque(maxlen=self._most)
            while times and abs(now - times[0]) >= self._within:  # a clock that was put back locks nobody out
                times.popleft()
            self._asked[asker] = times
            if len(self._asked) > MOST_ASKERS:
                del self._asked[next(iter(self._asked))]
            if len(times) == self._most:
                return False
            times.append(now)
            return True
