"""Whoever has a job gives signs of life, and hears whether to go on."""

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from types import TracebackType

from onefill.errors import OneFillError


class Stopped(OneFillError):
    """Somebody pressed stop, or somebody else has the job now."""

    message = "已停下，没有生成"


class GivenBack(OneFillError):
    """Whoever has the job must go, and leaves it to somebody else."""

    message = "这台要停了，换一台接着做"


class Signs:
    """Tells how far a job is, again and again while it is done, and stops it when it is not to go on."""

    def __init__(self, sign: Callable[[tuple[int, int, str]], bool], every: float, leaving: Callable[[], bool]) -> None:
        self._sign = sign
        self._every = every
        self._leaving = leaving
        self._how_far = (0, 0, "")
        self._over = False
        self._end = Event()
        self._thread = Thread(target=self._beat, name="onefill-job-signs", daemon=True)

    def __enter__(self) -> "Signs":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end.set()
        self._thread.join()

    def progress(self, done: int, total: int, what: str) -> None:
        """Called while the work goes on.

        Raises:
            Stopped: It is not to go on.
            GivenBack: It is not to go on here.
        """
        if self._over:
            raise Stopped
        if self._leaving():
            raise GivenBack
        self._how_far = (done, total, what)

    def _beat(self) -> None:
        while not self._end.wait(self._every):
            # A store that is away for a moment does not stop the work.
            with suppress(OneFillError):
                self._over = not self._sign(self._how_far)
