"""A program killed in the middle of a packet: another one over the same records makes it, once."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

import pytest

from onefill.service.jobs import MOST_DEATHS, PATIENCE
from store import DatabaseAway
from tests.databases import CARELESS, Server
from tests.desks import ROOT, ended, load, make_desk
from tests.service.test_jobs import PAPERS, Aside, Counting
from tests.service.test_workers import handed_out

#: Begins a packet, says so when it is in the middle of it, and never ends.
PROGRAM = """
import sys
from datetime import datetime
from pathlib import Path
from threading import Event
from tests.desks import make_desk
from tests.service.test_jobs import PAPERS, Counting
def begun():
    print("begun", flush=True)
    Event().wait()
clock = lambda: datetime.now().astimezone()
desk = make_desk(Path(sys.argv[1]), store=sys.argv[2], clock=clock, engine=Counting(begun))
desk.jobs.start("packet", sys.argv[3], desk.who(), **PAPERS)
"""
#: Does what is handed out, says so when it begins; what nobody has given a sign of for a while it takes up sooner.
WORKER = """
import secrets, signal, sys
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from onefill.service import jobs, workers
from tests.desks import make_desk
from tests.service.test_jobs import Counting
jobs.PATIENCE = workers.PATIENCE = timedelta(seconds=10)
workers.BEAT = workers.LOOK = workers.AGAIN = 1.0
def begun():
    print("begun", flush=True)
    if sys.argv[3] == "never ends":
        Event().wait()
desk = make_desk(
    Path(sys.argv[1]), store=sys.argv[2], clock=lambda: datetime.now().astimezone(), engine=Counting(begun),
    make_id=lambda: secrets.token_hex(8),  # several of them are told apart
)
worker = desk.worker()
signal.signal(signal.SIGTERM, lambda *_: worker.stop())
worker.run()
"""
#: One less than what is given up.
KILLED = MOST_DEATHS - 1
pytestmark = pytest.mark.slow


def clock() -> datetime:
    return datetime.now().astimezone()


def program(code: str, *given: object) -> subprocess.Popen[str]:
    """Another program."""
    return subprocess.Popen([sys.executable, "-c", code, *map(str, given)], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def said(program: subprocess.Popen[str]) -> str:
    """Its next line."""
    assert program.stdout
    return program.stdout.readline()


def until(true: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while True:
        with suppress(DatabaseAway):
            if true():
                return
        assert time.monotonic() < deadline
        time.sleep(0.05)


def later() -> datetime:
    """When whoever was killed has been silent for long enough."""
    return datetime.now().astimezone() + PATIENCE * 2


def test_killed_in_the_middle_of_a_packet_another_program_makes_it_once(tmp_path: Path) -> None:
    office, aside = Counting(), Aside()
    address = f"tinydb:///{tmp_path}/store"
    desk = make_desk(tmp_path, store=address, clock=later, engine=office, runner=aside)
    record = load(desk, "class_50")["class_50"]
    with program(PROGRAM, tmp_path, address, record) as killed:
        assert said(killed) == "begun\n"
        killed.send_signal(signal.SIGKILL)
    assert [job.state for job in desk.jobs.of(record)] == ["waiting"]
    desk.jobs.resume_abandoned()
    aside.work()
    [job] = desk.jobs.of(record)
    assert (job.state, job.deaths, office.calls) == ("done", 1, 1)
    assert desk.jobs.start("packet", record, desk.who(), **PAPERS) == job
    desk.store.close()


def test_of_workers_killed_in_the_middle_of_a_packet_another_makes_it_once(
    postgres: Server, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with postgres.database() as address:
        desk = make_desk(tmp_path, store=address, clock=clock)
        record = load(desk, "class_50")["class_50"]
        desk.jobs.start("packet", record, desk.who(), **PAPERS)
        for _ in range(KILLED):
            with program(WORKER, tmp_path, address, "never ends") as killed:
                assert said(killed) == "begun\n"
                killed.send_signal(signal.SIGKILL)
        workers = [program(WORKER, tmp_path, address, "ends") for _ in range(2)]
        with workers[0], workers[1]:
            job = ended(desk, record, 120)
            until(lambda: handed_out(address) == 0)
            for worker in workers:
                worker.send_signal(signal.SIGTERM)
            calls = [worker.communicate(timeout=60)[0].count("begun") for worker in workers]
        assert [worker.returncode for worker in workers] == [0, 0]
        assert (job.state, job.deaths, sum(calls)) == ("done", KILLED, 1)
        assert desk.jobs.start("packet", record, desk.who(), **PAPERS) == job
        record_property("counts", f"{KILLED} workers killed in the middle of a packet, made {sum(calls)} time")
        desk.store.close()


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    """A server to be killed and started."""
    with closing(Server(CARELESS)) as server:
        yield server


def test_a_worker_goes_on_when_the_database_is_back(own: Server, tmp_path: Path) -> None:
    address = own.bare_database()
    desk = make_desk(tmp_path, store=address, clock=clock)
    record = load(desk, "class_50")["class_50"]
    with program(WORKER, tmp_path, address, "ends") as worker:
        desk.jobs.start("packet", record, desk.who(), **PAPERS)
        assert said(worker) == "begun\n"
        own.kill()
        own.start()
        until(lambda: [job.state for job in desk.jobs.of(record)] == ["done"])
        desk.jobs.start("packet", record, desk.who(), **PAPERS, copies=2)
        until(lambda: [job.state for job in desk.jobs.of(record)] == ["done"] * 2)
        worker.send_signal(signal.SIGTERM)
        worker.wait(60)
    assert worker.returncode == 0
    desk.store.close()
