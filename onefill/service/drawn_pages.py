"""Page pictures that were drawn lately: an officer who turns back, or a second one, does not wait again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

MOST_BYTES = 48 << 20


class DrawnPages:
    """Pictures by what they show; the least used go first. Safe for threads; none waits while another one is drawn."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._held = 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, draw: Callable[[], bytes]) -> bytes:
        """A picture, drawn if it is not kept."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        drawn = draw()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = drawn
                self._held += len(drawn)
            while self._held > self._most:
                self._held -= len(self._kept.popitem(last=False)[1])
        return drawn
