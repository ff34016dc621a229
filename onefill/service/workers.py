"""Slow work over PostgreSQL: Procrastinate hands it out, so that several programs on several computers share it.

Only the ids of a job are handed out. What is asked, how far it is and what came of it lie in the store, so that whoever
gets them twice, or after somebody died of it, does the work once.
"""

import asyncio
import atexit
import logging
from contextlib import suppress
from datetime import UTC, datetime
from threading import Event, Thread

import psycopg
from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, ProcrastinateException, UniqueViolation
from procrastinate.jobs import Job as Asked
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from onefill.errors import OneFillError
from onefill.service.jobs import PATIENCE, Jobs
from onefill.service.reporting import report
from onefill.service.runners import Run
from store import DatabaseAway
from store.postgres.database import settings, shown, told
from store.postgres.work import SCHEMA

_TASK, _QUEUE = "job", "onefill"
#: Seconds: between two signs of life of a worker, between two looks for what somebody died of, until a database that
#: went away is tried again.
BEAT, LOOK, AGAIN = 10.0, 10.0, 5.0
#: Seconds a worker that is told to stop goes on with what it has, before it gives it back.
GRACE = 20.0
#: What goes wrong is tried so often, after a while that grows by so many seconds.
_RETRY = RetryStrategy(max_attempts=5, linear_wait=5)
log = logging.getLogger("onefill")


class Shared:
    """Has jobs done by whichever worker over the database is free; see ``Runner``."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._app = App(connector=SyncPsycopgConnector())

    def submit(self, run: Run, record: str, job: str) -> None:
        """See ``Runner``.

        Raises:
            DatabaseAway: It could not be handed out. What is kept of it is, as soon as somebody looks.
        """
        host = shown(self._address)
        with told(host), psycopg.connect(self._address, **settings(schema=SCHEMA)) as db:
            asked = self._app.configure_task(_TASK, queue=_QUEUE, queueing_lock=f"{record}/{job}", connection=db)
            try:
                with suppress(AlreadyEnqueued):
                    asked.defer(record=record, job=job)
            except ConnectorException as exc:
                raise DatabaseAway(host=host, why="排不上队") from exc


class Worker:
    """Works off what was handed out by all programs over a database.

    Args:
        address: Of the database.
        jobs: Does them.
        most: So many at once.
        grace: Seconds it goes on when it is told to stop.
    """

    def __init__(self, address: str, jobs: Jobs, most: int = 2, grace: float = GRACE) -> None:
        self._address = address
        self._jobs = jobs
        self._most = most
        self._grace = grace
        self._stopped = Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()

    def run(self) -> None:
        """Work until it is told to stop; a database that is away is waited for."""
        # The driver does not work with the loop that Windows would choose.
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(self._run())

    def begin(self) -> None:
        """Work in a thread of this process, until it ends."""
        thread = Thread(target=self.run, name="onefill-worker", daemon=True)
        thread.start()
        atexit.register(thread.join, self._grace)
        atexit.register(self.stop)

    def stop(self) -> None:
        """Have it take nothing more, finish what it has or give it back; from any thread, and from a signal."""
        self._stopped.set()
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended
                self._loop.call_soon_threadsafe(self._wake.set)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        while not self._stopped.is_set():
            try:
                await self._session()
            except (psycopg.Error, ProcrastinateException) as error:
                log.warning("worker: %s: %s", shown(self._address), type(error).__name__)
            except Exception as error:
                report(error)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), AGAIN)

    async def _session(self) -> None:
        """Work until it is told to stop, or the database goes away."""
        app = App(connector=self._connector())
        app.task(name=_TASK, queue=_QUEUE, retry=_RETRY, pass_context=True)(self._do)
        async with app.open_async():
            work = app.run_worker_async(
                queues=[_QUEUE],
                concurrency=self._most,
                delete_jobs="always",
                install_signal_handlers=False,
                shutdown_graceful_timeout=self._grace,
                update_heartbeat_interval=BEAT,
                stalled_worker_timeout=_silence(),
            )
            parts = [asyncio.ensure_future(part) for part in (work, self._look_after(app.job_manager), self._told())]
            await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            for part in parts:
                part.cancel()
            for outcome in await asyncio.gather(*parts, return_exceptions=True):
                if isinstance(outcome, Exception):
                    raise outcome

    def _connector(self) -> PsycopgConnector:
        given = settings(schema=SCHEMA)
        del given["autocommit"]
        return PsycopgConnector(conninfo=self._address, kwargs=given, min_size=1, max_size=4)

    def _do(self, context: JobContext, record: str, job: str) -> None:
        self._jobs.run(record, job, context.should_abort)

    async def _told(self) -> None:
        await self._wake.wait()

    async def _look_after(self, manager: JobManager) -> None:
        """Have what somebody died of done by others, again and again."""
        while True:
            try:
                for lost in await manager.get_stalled_jobs(queue=_QUEUE, seconds_since_heartbeat=_silence()):
                    await _hand_out_again(manager, lost)
                await asyncio.to_thread(self._jobs.resume_abandoned)
            except (OneFillError, ConnectorException) as error:
                log.warning("worker: %s: %s", shown(self._address), type(error).__name__)
            await asyncio.sleep(LOOK)


async def _hand_out_again(manager: JobManager, lost: Asked) -> None:
    try:
        await manager.retry_job(lost, retry_at=datetime.now(UTC))
    except UniqueViolation:  # it waits already, handed out by whoever found that nobody does it
        await manager.finish_job(lost, Status.FAILED, delete_job=True)


def _silence() -> float:
    """Seconds without a sign of life after which a worker is taken for dead; whoever waits for its job is no slower."""
    return PATIENCE.total_seconds() + BEAT
