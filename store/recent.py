"""What was read last, kept in memory so that it is not read again; threads share it."""

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

_MOST = 128
_Kept = TypeVar("_Kept")


class Recent(Generic[_Kept]):
    """The newest few by name; who takes one out looks whether it still holds."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, name: str) -> _Kept | None:
        """What was kept under a name, if it still is."""
        with self._lock:
            return self._kept.get(name)

    def put(self, name: str, value: _Kept) -> _Kept:
        """Keep a value in place of what had its name; the value."""
        with self._lock:
            self._kept[name] = value
            self._kept.move_to_end(name)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return value
