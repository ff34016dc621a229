"""One writer per record: between threads and between programs."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from store import platform
from store.disk import told
from store.errors import IndexBusy, StoreBusy

#: filelock looks again after 50 ms by default, which halves the throughput of several writers.
POLL = 0.003
#: Held by whoever makes or opens the index.
INDEX = "index"
#: Records share so many locks, see ``shard``.
_SHARDS = 256


class Locks:
    """File locks in stripes, so that their number stays small."""

    def __init__(self, folder: Path, wait: float) -> None:
        self._folder = folder
        self._wait = wait

    @contextmanager
    def all_still(self) -> Iterator[None]:
        """Have every writer of records and of the log wait.

        Raises:
            StoreBusy: One did not come to an end in time.
        """
        platform.allow_open_files(_SHARDS + 1)
        with ExitStack() as held:
            for number in range(_SHARDS):
                held.enter_context(self.hold(f"record-{number:02x}"))
            held.enter_context(self.hold("log"))
            yield

    @contextmanager
    def hold(self, stripe: str) -> Iterator[None]:
        """Hold a stripe. The index's is taken last, so nobody waits in a ring.

        Raises:
            StoreBusy: It was not free in time.
            IndexBusy: The index's was not.
        """
        # A new object per operation: a shared one would let a second thread of this program in.
        lock = FileLock(
            self._folder / f"{stripe}.lock",
            timeout=self._wait,
            poll_interval=POLL,
            # Whoever may open one may also hold it, for ever.
            mode=0o600,
            fallback_to_soft=False,
            preserve_lock_file=True,
        )
        with told():
            try:
                lock.acquire()
            except Timeout as exc:
                # For nothing else is it held as long as that.
                raise (IndexBusy if stripe == INDEX else StoreBusy)(seconds=self._wait) from exc
        try:
            yield
        finally:
            lock.release()
