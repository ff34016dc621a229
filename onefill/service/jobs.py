"""Slow work: asked for by anybody, done once by whoever is free, told to every window and every server.

What is asked, how far it is and what came of it lie in the store. Whoever does it gives a sign of life every moment;
when the signs stop, somebody else takes it.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson

from onefill.errors import OneFillError
from onefill.service.documents import Documents
from onefill.service.guard import FILL, PRINT, Guard
from onefill.service.import_jobs import METHOD, LongImports
from onefill.service.job_book import JobBook
from onefill.service.job_shapes import Job, JobResult
from onefill.service.job_signs import GivenBack, Signs, Stopped
from onefill.service.kept_files import KeptFile, look_through, remember
from onefill.service.pictures import page_count
from onefill.service.reporting import report, said
from onefill.service.room import Room, nobody_there
from onefill.service.runners import Runner
from onefill.service.shapes import Person, Produced
from onefill.service.versions import Act, Versions
from store import FileDamaged, FileUnknown, Store

#: Makes a file: called with ``record``, ``who``, ``version``, ``on_progress`` and the job's own arguments, by name.
Method = Callable[..., Produced]
#: Whoever has a job gives a sign of life every so many seconds; without one for so long, it is taken away.
BEAT, PATIENCE = 1.0, timedelta(seconds=30)
#: After so many deaths of whoever had it, a job is given up.
MOST_DEATHS = 3


class JobDies(OneFillError):
    """Whoever takes the job dies of it."""

    message = "做到一半断了 {times} 次，没有做成。少选几份、分几次再试；还不行，请管理员看内存够不够。"


class MethodUnknown(OneFillError):
    """A newer program has asked for it."""

    message = "这一版程序不会做“{method}”。请管理员把各台服务器升级到同一版，再试。"


@dataclass(frozen=True)
class Doing:
    """What can be a job.

    Attributes:
        method: Does it.
        right: What whoever asks for it must be allowed to do with the record.
        of_version: Whether it is made of a version, which is kept first.
    """

    method: Method
    right: str = PRINT
    of_version: bool = True


def methods_of(documents: Documents, imports: LongImports) -> Mapping[str, Doing]:
    """All that can be a job."""
    return {
        "packet": Doing(documents.packet),
        "archive": Doing(documents.archive),
        METHOD: Doing(imports.take, right=FILL, of_version=False),
    }


class Jobs(Room):
    """What a person does with slow work.

    Args:
        store: Where jobs and results are kept.
        guard: Asked before a job is taken on, and again before it is done.
        versions: Keeps the version that a job is made of.
        methods: All that can be a job.
        runner: Has jobs done.
        named: A person by name.
        now: The clock.
        make_id: Names for attempts.
    """

    def __init__(
        self,
        store: Store,
        guard: Guard,
        versions: Versions,
        methods: Mapping[str, Doing],
        runner: Runner,
        named: Callable[[str], Person],
        now: Callable[[], datetime],
        make_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._guard = guard
        self._versions = versions
        self._methods = methods
        self._runner = runner
        self._named = named
        self._now = now
        self._make_id = make_id
        self._book = JobBook(store, now)

    def start(self, method: str, record: str, who: Person, **args: Any) -> Job:
        """Ask for a job, or find the one that was asked of the same state of the record.

        What has failed, was stopped, or whose file is lost is done anew.

        Args:
            method: What is to be done.
            record: Whose.
            who: Who asks.
            args: With what, in plain JSON.

        Raises:
            RecordUnknown: There is no such record, or it is another unit's.
            NotYourAction: The person may not do that.
        """
        doing = self._doing(method)
        self._guard.require(who, record, doing.right)
        version, digest = 0, ""
        if doing.of_version:
            entry = self._versions.keep(record, who, Act.PRINTED)
            version, digest = entry.n, entry.digest
        key = orjson.dumps([method, record, digest, args], option=orjson.OPT_SORT_KEYS)
        now = self._now()
        asked = Job(
            id=sha256(key).hexdigest()[:16],
            record=record,
            version=version,
            method=method,
            args=args,
            who=who.name,
            state="waiting",
            began=now,
            seen=now,
        )
        known = self._book.get(record, asked.id)
        lost = known is not None and known.state == "done" and self.result(record, known.id) is None
        job = self._book.put(asked, lambda old: old.state in ("failed", "stopped") or (lost and old == known))
        if job.state == "waiting":
            self._runner.submit(self.run, record, job.id)
        return job

    def of(self, record: str) -> list[Job]:
        """The jobs of a record, the newest first. What nobody does any more is taken up."""
        return [self._taken_up(job) for job in self._book.of(record)]

    def resume_abandoned(self) -> None:
        """Take up whatever somebody has died of, of all records."""
        for job, record in self._book.undone().items():
            found = self._book.get(record, job)
            if found is not None and found.going:
                self._taken_up(found)
            else:
                self._book.change(record, job, lambda _: None)

    def stop(self, record: str, methods: Collection[str] = ()) -> None:
        """Stop what is being done for a record, wherever that is: by these methods, or by any if none is named."""
        for job in self._book.of(record):
            if job.going and (not methods or job.method in methods):
                self._book.change(record, job.id, self._stopping)

    def result(self, record: str, job: str) -> KeptFile | None:
        """What a job has made; nothing if it has not, or not any more."""
        found = self._book.get(record, job)
        if found is None or found.result is None:
            return None
        made = found.result
        with suppress(FileUnknown, FileDamaged):
            kept = look_through(self._store, made.digest, made.name)
            return replace(kept, notes=made.notes, hash=made.hash, pages=made.pages)
        return None

    @nobody_there
    def run(self, record: str, job: str, leaving: Callable[[], bool] = lambda: False) -> None:
        """Do a job as whoever asked for it, unless somebody else has it or it is done.

        Args:
            record: Whose.
            job: Its id.
            leaving: Whether whoever does it must go; asked while it is done.

        Raises:
            GivenBack: It waits for somebody else.
        """
        me = self._make_id()
        mine = self._book.change(record, job, lambda old: self._claimed(old, me))
        if mine is None or mine.worker != me:
            return
        try:
            with Signs(lambda how_far: self._sign(mine, *how_far), BEAT, leaving) as signs:
                ended = self._outcome(mine, signs.progress)
        except GivenBack:
            self._book.change(record, job, lambda old: self._given_back(old, mine))
            raise
        self._book.change(record, job, lambda old: _ending(old, ended))

    # -- inside ----------------------------------------------------------------------------------------------------

    def _outcome(self, job: Job, on_progress: Callable[[int, int, str], None]) -> Job:
        """The job as it ends."""
        try:
            produced = self._made(job, on_progress)
        except GivenBack:
            raise
        except Stopped as stopped:
            return replace(job, state="stopped", message=str(stopped), ended=self._now())
        except OneFillError as error:
            return replace(job, state="failed", message=str(error), ended=self._now())
        except Exception as error:
            return replace(job, state="failed", message=said(report(error)), ended=self._now())
        digest = self._store.put_file(produced.data)
        remember(self._store, job.record, digest)
        result = JobResult(
            name=produced.name,
            digest=digest,
            notes=produced.notes,
            hash=produced.hash,
            pages=page_count(produced.data) if produced.data.startswith(b"%PDF") else 0,
        )
        return replace(job, state="done", result=result, ended=self._now())

    def _made(self, job: Job, on_progress: Callable[[int, int, str], None]) -> Produced:
        doing, who = self._doing(job.method), self._named(job.who)
        self._guard.require(who, job.record, doing.right)
        return doing.method(record=job.record, who=who, version=job.version, on_progress=on_progress, **job.args)

    def _doing(self, method: str) -> Doing:
        def unknown(**_: Any) -> Produced:
            raise MethodUnknown(method=method)

        return self._methods.get(method) or Doing(unknown)

    def _claimed(self, job: Job, me: str) -> Job | None:
        revived = self._revived(job)
        now = revived or job
        return replace(now, state="running", worker=me, seen=self._now()) if now.state == "waiting" else revived

    def _given_back(self, job: Job, mine: Job) -> Job | None:
        return replace(job, state="waiting", worker="", seen=self._now()) if _is(job, mine) else None

    def _sign(self, mine: Job, done: int, total: int, what: str) -> bool:
        """Give a sign of life; whether to go on."""
        now = self._book.change(
            mine.record,
            mine.id,
            lambda job: replace(job, done=done, total=total, what=what, seen=self._now()) if _is(job, mine) else None,
        )
        return now is not None and _is(now, mine) and not now.stopping

    def _stopping(self, job: Job) -> Job | None:
        if job.state == "waiting":
            return replace(job, state="stopped", message=str(Stopped()), ended=self._now())
        return replace(job, stopping=True) if job.state == "running" else None

    def _taken_up(self, job: Job) -> Job:
        if not self._silent(job):
            return job
        now = self._book.change(job.record, job.id, self._revived)
        if now is not None and now.state == "waiting" and now != job:
            self._runner.submit(self.run, now.record, now.id)
        return now or job

    def _silent(self, job: Job) -> bool:
        # Signs that are still to come were given before the clock was put back; whoever is at work gives another.
        return job.going and abs(self._now() - job.seen) > PATIENCE

    def _revived(self, job: Job) -> Job | None:
        """A job that nobody has any more, to be done by somebody else."""
        if not self._silent(job):
            return None
        deaths = job.deaths + (job.state == "running")
        if job.stopping:
            return replace(job, state="stopped", message=str(Stopped()), ended=self._now())
        if deaths >= MOST_DEATHS:
            message = str(JobDies(times=deaths))
            return replace(job, state="failed", message=message, deaths=deaths, ended=self._now())
        return replace(job, state="waiting", worker="", deaths=deaths, seen=self._now())


def _is(job: Job, mine: Job) -> bool:
    return job.state == "running" and job.worker == mine.worker


def _ending(now: Job, ended: Job) -> Job | None:
    """The first one to finish counts, even one that was thought dead; only whoever has it may say that it failed."""
    if not now.going or (ended.result is None and not _is(now, ended)):
        return None
    return replace(ended, done=now.done, total=now.total, what=now.what, seen=now.seen, deaths=now.deaths)
