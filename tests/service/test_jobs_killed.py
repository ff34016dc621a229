"""A program killed in the middle of a packet: another one over the same records makes it, once."""

import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from onefill.service.jobs import PATIENCE
from tests.databases import Server
from tests.desks import ROOT, load, make_desk
from tests.service.test_jobs import PAPERS, Aside, Counting

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
pytestmark = pytest.mark.slow


def later() -> datetime:
    """When whoever was killed has been silent for long enough."""
    return datetime.now().astimezone() + PATIENCE * 2


@pytest.mark.parametrize("kind", ["tinydb", "postgresql"])
def test_killed_in_the_middle_of_a_packet_it_is_made_once(kind: str, postgres: Server, tmp_path: Path) -> None:
    with postgres.database() as database:
        address = database if kind == "postgresql" else f"tinydb:///{tmp_path}/store"
        office, aside = Counting(), Aside()
        desk = make_desk(tmp_path, store=address, clock=later, engine=office, runner=aside)
        record = load(desk, "class_50")["class_50"]
        command = [sys.executable, "-c", PROGRAM, str(tmp_path), address, record]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
            assert program.stdout
            assert program.stdout.readline() == "begun\n"
            program.send_signal(signal.SIGKILL)
        assert [job.state for job in desk.jobs.of(record)] == ["waiting"]
        desk.jobs.resume_abandoned()
        aside.work()
        [job] = desk.jobs.of(record)
        assert (job.state, job.deaths, office.calls) == ("done", 1, 1)
        assert desk.jobs.start("packet", record, desk.who(), **PAPERS) == job
        desk.store.close()
