"""Who does slow work: threads of one program, or workers over one database; to whoever asks it is the same."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Barrier, Event, Thread

import psycopg
import pytest

from onefill.problems import Problem
from onefill.service import Desk
from onefill.service.conversion import OfficeEngine
from onefill.service.desk import NoWorkerNeeded, Settings, SettingUnknown
from onefill.service.workers import Worker
from store import DatabaseAway
from store.postgres.work import SCHEMA
from tests.databases import Server
from tests.desks import ROOT, ended, load, make_desk, no_office
from tests.service.test_jobs import PAPERS, Counting
from tests.service.test_packets import Office

RUNNERS = ("threads", "workers")


class Endless(Office):
    """Goes on until it is told not to."""

    def __init__(self) -> None:
        self.begun = Event()

    def __call__(
        self, files: Mapping[str, bytes], *, on_progress: Callable[[int, int], None] | None = None
    ) -> dict[str, bytes | Problem]:
        assert on_progress
        while not self.begun.wait(0.02) or not Event().wait(0.02):
            on_progress(0, len(files))
            self.begun.set()
        raise AssertionError


@contextmanager
def working(worker: Worker) -> Iterator[None]:
    """While a worker works in a thread."""
    thread = Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(60)
        assert not thread.is_alive()


def handed_out(address: str) -> int:
    """How many jobs wait for a worker or are with one."""
    with psycopg.connect(address) as db:
        row = db.execute(f"select count(*) from {SCHEMA}.procrastinate_jobs").fetchone()
        assert row
        return int(row[0])


def another(first: Path, name: str, address: str, office: OfficeEngine = no_office) -> Desk:
    """A desk on another computer, with the key of the first one's as the administrator has copied it."""
    folder = first / name
    folder.mkdir()
    shutil.copy(first / "store.key", folder)
    return make_desk(folder, store=address, engine=office)


def start(desk: Desk, record: str) -> str:
    return desk.jobs.start("packet", record, desk.who(), **PAPERS).id


# -- a contract, whoever does it ---------------------------------------------------------------------------------------


@pytest.fixture(params=RUNNERS)
def kept(request: pytest.FixtureRequest, postgres: Server, tmp_path: Path) -> Iterator[tuple[Desk, Counting]]:
    """A desk whose slow work is done, and the office that does it."""
    office = Counting()
    if request.param == "threads":
        yield make_desk(tmp_path, engine=office), office
        return
    with postgres.database() as address:
        desk = make_desk(tmp_path, store=address, engine=office)
        with working(desk.worker()):
            yield desk, office
        assert handed_out(address) == 0
        desk.store.close()


def test_what_is_asked_is_done_once(kept: tuple[Desk, Counting]) -> None:
    desk, office = kept
    record = load(desk, "class_50")["class_50"]
    assert start(desk, record) == start(desk, record)
    done = ended(desk, record)
    assert (done.state, done.deaths, office.calls) == ("done", 0, 1)
    made = desk.jobs.result(record, done.id)
    assert made is not None
    assert made.read(4) == b"%PDF"
    assert desk.jobs.start("packet", record, desk.who(), **PAPERS) == done
    assert office.calls == 1


def test_what_goes_wrong_is_told_and_can_be_asked_again(kept: tuple[Desk, Counting]) -> None:
    desk, office = kept

    def broken() -> None:
        raise ValueError

    office.first = broken
    record = load(desk, "class_50")["class_50"]
    start(desk, record)
    assert "已记下（" in ended(desk, record).message
    start(desk, record)
    assert ended(desk, record).state == "done"


def test_what_somebody_else_does_already_is_left_to_him(kept: tuple[Desk, Counting]) -> None:
    desk, office = kept
    record = load(desk, "class_50")["class_50"]
    office.first = lambda: desk.jobs.run(record, desk.jobs.of(record)[0].id)
    start(desk, record)
    assert ended(desk, record).state == "done"
    assert office.calls == 1


# -- workers -----------------------------------------------------------------------------------------------------------


def test_without_a_worker_it_waits_and_several_share_the_rest(postgres: Server, tmp_path: Path) -> None:
    with postgres.database() as address:
        desk = make_desk(tmp_path, store=address)
        record = load(desk, "class_50")["class_50"]
        wanted = [desk.jobs.start("packet", record, desk.who(), **PAPERS, copies=n).id for n in range(1, 7)]
        assert {job.state for job in desk.jobs.of(record)} == {"waiting"}
        assert handed_out(address) == len(wanted)
        together = Barrier(2)
        offices = [Counting(lambda: together.wait(60)) for _ in range(2)]
        others = [another(tmp_path, str(n), address, office) for n, office in enumerate(offices)]
        with working(others[0].worker(1)), working(others[1].worker(1)):
            ended(desk, record)
        assert {job.id: job.message or job.state for job in desk.jobs.of(record)} == dict.fromkeys(wanted, "done")
        # Both have laid the paper out; the copies are made of what each has kept of it.
        assert [office.calls for office in offices] == [1, 1]
        for one in (desk, *others):
            one.store.close()


def test_a_worker_that_must_go_finishes_what_it_has(postgres: Server, tmp_path: Path) -> None:
    with postgres.database() as address:
        begun, go_on = Event(), Event()

        def wait() -> None:
            begun.set()
            assert go_on.wait(60)

        desk = make_desk(tmp_path, store=address, engine=Counting(wait))
        record = load(desk, "class_50")["class_50"]
        start(desk, record)
        worker = desk.worker()
        with working(worker):
            assert begun.wait(60)
            worker.stop()
            go_on.set()
        assert [job.state for job in desk.jobs.of(record)] == ["done"]
        assert handed_out(address) == 0
        desk.store.close()


def test_or_gives_it_back_and_another_does_it(postgres: Server, tmp_path: Path) -> None:
    with postgres.database() as address:
        endless = Endless()
        desk = make_desk(tmp_path / "1", store=address, engine=endless)
        record = load(desk, "class_50")["class_50"]
        job = start(desk, record)
        worker = Worker(address, desk.jobs, grace=0.1)
        with working(worker):
            assert endless.begun.wait(60)
        assert [(job.state, job.worker, job.deaths) for job in desk.jobs.of(record)] == [("waiting", "", 0)]
        assert handed_out(address) == 1
        other = another(tmp_path / "1", "2", address, Counting())
        with working(other.worker()):
            done = ended(desk, record)
        assert (done.id, done.state, done.deaths) == (job, "done", 0)
        for one in (desk, other):
            one.store.close()


def test_a_database_that_is_away_is_told_and_what_was_asked_is_kept(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres.database() as address:
        desk = make_desk(tmp_path, store=address, engine=Counting())
        record = load(desk, "class_50")["class_50"]
        with monkeypatch.context() as away:
            away.setattr(desk.jobs._runner, "_address", address.replace(str(postgres.port), "1"))
            with pytest.raises(DatabaseAway):
                start(desk, record)
        assert [job.state for job in desk.jobs.of(record)] == ["waiting"]
        desk.store.close()


def test_only_ids_are_handed_out(postgres: Server, tmp_path: Path) -> None:
    with postgres.database() as address:
        desk = make_desk(tmp_path, store=address)
        record = load(desk, "class_50")["class_50"]
        job = start(desk, record)
        with psycopg.connect(address) as db:
            rows = db.execute(f"select args, queueing_lock from {SCHEMA}.procrastinate_jobs").fetchall()
        assert rows == [({"record": record, "job": job}, f"{record}/{job}")]
        desk.store.close()


# -- the command and the setting -------------------------------------------------------------------------------------


def test_in_files_there_is_nothing_to_share(tmp_path: Path) -> None:
    with pytest.raises(NoWorkerNeeded, match=r"慢的事由打开它的程序自己做.*PostgreSQL"):
        make_desk(tmp_path).worker()


def test_a_setting_that_means_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEFILL_WORKERS", "separate")
    assert Settings.from_environment().workers == "separate"
    monkeypatch.setenv("ONEFILL_WORKERS", "both")
    with pytest.raises(SettingUnknown, match="ONEFILL_WORKERS 写的是“both”。可以写：inside、separate"):
        Settings.from_environment()


def test_the_command_does_what_waits_and_ends_when_it_is_told(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres.database() as address:
        desk = make_desk(tmp_path, store=address, clock=lambda: datetime.now().astimezone())
        record = load(desk, "class_50")["class_50"]
        desk.jobs.start("archive", record, desk.who(), **PAPERS)
        monkeypatch.setenv("ONEFILL_STORE", address)
        monkeypatch.setenv("ONEFILL_DATA", str(tmp_path))
        command = [sys.executable, "-m", "onefill", "worker", "--most", "1"]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as program:
            try:
                done = ended(desk, record, 120)
                program.send_signal(signal.SIGTERM)
                _, said = program.communicate(timeout=60)
            finally:
                program.kill()
        assert (done.state, done.message) == ("done", "")
        assert program.returncode == 0
        assert said.splitlines() == ["在等要做的事，同时做 1 件。按 Ctrl+C 停下", "停下了，没有做完的留给别的程序"]
        desk.store.close()


#: A server of the screens, as far as slow work goes.
SERVER = """
import sys, time
from onefill.ui.shared import the_desk
jobs, record = the_desk().jobs, sys.argv[1]
for _ in range(int(sys.argv[2])):
    if not any(job.going for job in jobs.of(record)):
        break
    time.sleep(0.05)
print(*[job.state for job in jobs.of(record)])
"""


@pytest.mark.parametrize(("setting", "looks", "state"), [("inside", 2000, "done"), ("separate", 40, "waiting")])
def test_a_server_does_it_itself_or_leaves_it(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, looks: int, state: str
) -> None:
    with postgres.database() as address:
        desk = make_desk(tmp_path, store=address, clock=lambda: datetime.now().astimezone())
        record = load(desk, "class_50")["class_50"]
        desk.jobs.start("archive", record, desk.who(), **PAPERS)
        for name, value in {"STORE": address, "DATA": str(tmp_path), "WORKERS": setting}.items():
            monkeypatch.setenv(f"ONEFILL_{name}", value)
        command = [sys.executable, "-c", SERVER, record, str(looks)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=True)
        assert (done.stdout, done.stderr) == (f"{state}\n", "")
        assert handed_out(address) == (state == "waiting")
        desk.store.close()
