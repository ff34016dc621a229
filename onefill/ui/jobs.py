"""Papers laid out for looking at, by threads of this process: kept here for a while, and nowhere else.

What is handed out is made by the desk's jobs, which the store keeps.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Literal

from onefill.errors import OneFillError
from onefill.service.pictures import page_count, page_picture
from onefill.service.reporting import report, said
from onefill.service.shapes import Produced
from onefill.ui.moments import now
from onefill.ui.shared import PRESENT, the_desk, the_settings

MOST_KEPT = 40
#: Seconds after which what still runs is told anew.
TICK = 2
#: Stands where jobs name the record they are for: papers with sample facts belong to none.
SAMPLES = "samples"
DPI = 110
OnProgress = Callable[[int, int, str], None]
Work = Callable[[OnProgress], Produced]


@dataclass
class Job:
    """One piece of slow work; read by sessions, written by its thread."""

    id: str
    record: str
    began: datetime
    state: Literal["running", "done", "failed"] = "running"
    done: int = 0
    total: int = 0
    what: str = ""
    result: Produced | None = None
    pages: int = 0
    message: str = ""
    ended: datetime | None = None

    @property
    def seconds(self) -> float:
        """How long it has been asked for."""
        return ((self.ended or now()) - self.began).total_seconds()


class Jobs:
    """All jobs of this process. The same key is one job."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._by_key: OrderedDict[Hashable, Job] = OrderedDict()
        self._futures: set[Future[None]] = set()
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="onefill-job")
        self._picture = lru_cache(maxsize=400)(self._draw)

    def start(self, key: Hashable, record: str, work: Work, *, again: bool = True) -> Job:
        """Start a job, or give the one that runs or has run under this key.

        Args:
            key: The same is one job.
            record: Whose.
            work: What to do.
            again: Whether to try once more what has failed.
        """
        # Whoever asks for it is who does it, though a thread of nobody's works.
        person = None if the_settings().people == "none" else the_desk().who()
        with self._lock:
            job = self._by_key.get(key)
            if job is None or (again and job.state == "failed"):
                job = Job(secrets.token_hex(8), record, now())
                self._by_key[key] = job
                context = copy_context()
                context.run(PRESENT.set, person)
                future = self._pool.submit(context.run, self._run, job, work)
                self._futures.add(future)
                future.add_done_callback(self._futures.discard)
            self._by_key.move_to_end(key)
            while len(self._by_key) > MOST_KEPT:
                self._by_key.popitem(last=False)
            return job

    def of(self, record: str) -> list[tuple[Hashable, Job]]:
        """The jobs of a record with their keys, the newest first."""
        with self._lock:
            return [(key, job) for key, job in reversed(self._by_key.items()) if job.record == record]

    def progress(self, record: str) -> Hashable:
        """Says something new whenever a job of the record has come further, and now and again while one runs."""
        return tuple((job.id, job.state, job.done, job.what, _ticks(job)) for _, job in self.of(record))

    def wait(self) -> None:
        """Until nothing runs."""
        with self._lock:
            running = list(self._futures)
        wait(running)

    def result(self, job: str, record: str) -> Produced | None:
        """What a job of that record has made."""
        found = self._named(job, record)
        return found.result if found else None

    def picture(self, job: str, record: str, page: int) -> bytes | None:
        """The picture of a page of what a job of that record has made; pages count from 1."""
        found = self._named(job, record)
        if found is None or found.result is None or not 1 <= page <= found.pages:
            return None
        return self._picture(job, record, page)

    def _draw(self, job: str, record: str, page: int) -> bytes | None:
        produced = self.result(job, record)
        return page_picture(produced.data, page, DPI) if produced else None

    def _named(self, job: str, record: str) -> Job | None:
        with self._lock:
            return next((j for j in self._by_key.values() if j.id == job and j.record == record), None)

    def _run(self, job: Job, work: Work) -> None:
        def progress(done: int, total: int, what: str) -> None:
            job.done, job.total, job.what = done, total, what

        try:
            produced = work(progress)
            if produced.data.startswith(b"%PDF"):
                job.pages = page_count(produced.data)
            job.result, job.state = produced, "done"
        except OneFillError as error:
            job.message, job.state = str(error), "failed"
        except Exception as error:
            job.message, job.state = said(report(error)), "failed"
        finally:
            job.ended = now()


def _ticks(job: Job) -> int:
    return int(job.seconds // TICK) if job.state == "running" else 0


jobs = Jobs()
