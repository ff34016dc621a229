"""Who has slow work done: threads of this process, or somebody else."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from typing import Protocol

#: Does a job of a record, by their ids.
Run = Callable[[str, str], None]


class Runner(Protocol):
    """Has jobs done, here or elsewhere."""

    def submit(self, run: Run, record: str, job: str) -> None:
        """Have a job done; the same one twice does no harm.

        Args:
            run: Does it in this process.
            record: Whose.
            job: Its id.
        """
        ...


class Threads:
    """Does jobs in threads of this process."""

    def __init__(self, most: int = 2) -> None:
        self._pool = ThreadPoolExecutor(max_workers=most, thread_name_prefix="onefill-job")
        self._lock = Lock()
        self._futures: set[Future[None]] = set()

    def submit(self, run: Run, record: str, job: str) -> None:
        """See ``Runner``."""
        future = self._pool.submit(run, record, job)
        with self._lock:
            self._futures.add(future)
        future.add_done_callback(self._forget)

    def wait(self) -> None:
        """Until nothing runs here."""
        with self._lock:
            running = list(self._futures)
        wait(running)

    def _forget(self, future: Future[None]) -> None:
        with self._lock:
            self._futures.discard(future)
