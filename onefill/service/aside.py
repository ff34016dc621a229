"""What nobody waits for: done at once by a program that does but one thing, in a thread by one that serves."""

from collections.abc import Callable
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Protocol

from onefill.service.reporting import report

#: Called between two steps, so that others get their turn.
Pause = Callable[[], None]
Work = Callable[[Pause], None]
#: Seconds of rest between two steps at most.
LONGEST_REST = 1.0


class Aside(Protocol):
    """Has something done that nobody waits for."""

    def __call__(self, work: Work) -> None:
        """Have it done, now or soon. It may die at any step with the program, and must go on at the next start."""
        ...


def at_once(work: Work) -> None:
    """Do it here, without a rest: nobody else is at work in this process."""
    work(lambda: None)


class InBackground:
    """Does it in a thread, one thing after another, resting as long as it works so that pages are drawn meanwhile.

    The thread ends with the program, wherever it is.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: list[Work] = []
        self._thread: Thread | None = None

    def __call__(self, work: Work) -> None:
        """See ``Aside``; what waits already is done once."""
        with self._lock:
            if work not in self._waiting:
                self._waiting.append(work)
            if self._thread is None:
                self._thread = Thread(target=self._work, name="onefill-aside", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Until nothing is to be done any more."""
        while (thread := self._thread) is not None:
            thread.join()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                work = self._waiting.pop(0)
            try:
                work(Rests())
            except Exception as error:  # nobody is there to be told
                report(error)


class Rests:
    """Rests at every call for as long as has been worked since the last."""

    def __init__(self) -> None:
        self._since = monotonic()

    def __call__(self) -> None:
        """Rest."""
        sleep(min(monotonic() - self._since, LONGEST_REST))
        self._since = monotonic()
