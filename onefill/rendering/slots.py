"""Programs at once, over all who ask: the others wait in line and are told so, first come first served."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition

#: Programs at once at most: each takes a core, and some hundred megabytes for a large file.
MOST = 4
_STEP = 0.05


class Slots:
    """So many at once; safe for threads.

    Args:
        count: How many.
    """

    def __init__(self, count: int) -> None:
        self._free = count
        self._line: deque[object] = deque()
        self._changed = Condition()

    @contextmanager
    def one(self, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Wait for a free one and hold it.

        Args:
            waiting: Called many times a second while in line; what it raises leaves the line.
        """
        self._wait(waiting)
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()

    def _wait(self, waiting: Callable[[], None]) -> None:
        ticket = object()
        with self._changed:
            self._line.append(ticket)
        try:
            while not self._taken(ticket):
                waiting()
        except BaseException:
            with self._changed:
                self._line.remove(ticket)
                self._changed.notify_all()
            raise

    def _taken(self, ticket: object) -> bool:
        """Whether it was our turn within a step."""
        with self._changed:
            if not self._is_turn(ticket):
                self._changed.wait(_STEP)
            if not self._is_turn(ticket):
                return False
            self._line.popleft()
            self._free -= 1
            self._changed.notify_all()
            return True

    def _is_turn(self, ticket: object) -> bool:
        return self._free > 0 and self._line[0] is ticket


def cores() -> int:
    """Processors of this machine."""
    return os.cpu_count() or 1


#: Of this process: whoever converts takes one for each program.
SLOTS = Slots(max(2, min(MOST, cores())))
