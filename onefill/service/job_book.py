"""Where jobs are kept: those of a record together, and apart from them a list of what is not done yet."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from onefill.service.job_shapes import Job
from store import Store

_UNDONE = "@jobs"
_PLAIN = TypeAdapter(Job)
#: So many of a record are kept, for so long.
MOST, EXPIRES = 12, timedelta(days=1)


class JobBook:
    """Jobs in the store. Every change is made by what is kept, so that two programs never both have a job."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def of(self, record: str) -> list[Job]:
        """The jobs of a record, the newest first."""
        now, kept = self._now(), self._store.preferences(_owner(record))
        return [job for job in _newest_first(kept) if not _expired(job, now)]

    def get(self, record: str, job: str) -> Job | None:
        """One of them."""
        return next((one for one in self.of(record) if one.id == job), None)

    def put(self, job: Job, instead_of: Callable[[Job], bool]) -> Job:
        """Keep a new job, or leave the one of its id that is there; which of them is kept.

        Args:
            job: The new one.
            instead_of: Whether it takes the place of the one that is there.
        """
        put = self._store.change_preferences(_owner(job.record), lambda kept: self._with(job, kept, instead_of))
        now = _PLAIN.validate_python(put[job.id])
        if now.going:
            self._store.set_preferences(_UNDONE, {job.id: job.record})
        return now

    def change(self, record: str, job: str, change: Callable[[Job], Job | None]) -> Job | None:
        """Change a job by what it is; what it is then. There may be none any more.

        Args:
            record: Whose.
            job: Its id.
            change: The job as it is to be, or None to leave it.
        """

        def changed(kept: dict[str, Any]) -> Mapping[str, Any] | None:
            now = change(_PLAIN.validate_python(kept[job])) if job in kept else None
            return {job: _plain(now)} if now else None

        kept = self._store.change_preferences(_owner(record), changed).get(job)
        now = _PLAIN.validate_python(kept) if kept else None
        if now is None or not now.going:
            self._store.change_preferences(_UNDONE, lambda undone: {job: None} if job in undone else None)
        return now

    def undone(self) -> Mapping[str, str]:
        """What is not done yet, by id with the record; what has ended since may still be among it."""
        return self._store.preferences(_UNDONE)

    def _with(self, job: Job, kept: Mapping[str, Any], instead_of: Callable[[Job], bool]) -> Mapping[str, Any] | None:
        there, now = _newest_first(kept), self._now()
        if any(one.id == job.id and not _expired(one, now) and not instead_of(one) for one in there):
            return None
        others = [one for one in there if one.id != job.id and not one.going]
        gone = [one.id for place, one in enumerate(others, 2) if place > MOST or _expired(one, now)]
        return {**dict.fromkeys(gone), job.id: _plain(job)}


def _owner(record: str) -> str:
    return f"{_UNDONE}/{record}"


def _plain(job: Job) -> Any:
    return _PLAIN.dump_python(job, mode="json")


def _newest_first(kept: Mapping[str, Any]) -> list[Job]:
    return sorted(map(_PLAIN.validate_python, kept.values()), key=lambda job: job.began, reverse=True)


def _expired(job: Job, now: datetime) -> bool:
    return job.ended is not None and now - job.ended > EXPIRES
