"""Slow work: asked for twice it is done once, whoever dies of it; told to every window and every server."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from onefill.problems import Problem
from onefill.service.job_book import MOST, JobBook
from onefill.service.job_shapes import Job
from onefill.service.jobs import MOST_DEATHS, PATIENCE
from onefill.service.runners import Run
from tests.desks import Clock, ended, load, make_desk, no_office
from tests.service.test_packets import FILING, Office, Pages

PAPERS = {"phase": FILING, "documents": ["training_plan"]}


class Aside:
    """Keeps what is to be done until somebody does it, or never."""

    def __init__(self) -> None:
        self.asked: list[tuple[Run, str, str]] = []

    def submit(self, run: Run, record: str, job: str) -> None:
        self.asked.append((run, record, job))

    def work(self) -> None:
        """Do everything that was asked."""
        asked, self.asked = self.asked, []
        for run, record, job in asked:
            run(record, job)


class Counting(Office):
    """Counts its calls; the first one may do something else before."""

    def __init__(self, first: Callable[[], None] = lambda: None) -> None:
        self.calls, self.first = 0, first

    def __call__(
        self, files: Mapping[str, bytes], *, on_progress: Callable[[int, int], None] | None = None
    ) -> dict[str, bytes | Problem]:
        self.calls += 1
        if self.calls == 1:
            self.first()
        return super().__call__(files, on_progress=on_progress)


class Two:
    """Two programs over one store."""

    def __init__(self, folder: Path, first: Callable[[], None] = lambda: None) -> None:
        self.clock, self.here, self.there = Clock(), Aside(), Aside()
        self.offices = (Counting(first), Counting())
        desks = [
            make_desk(
                folder / str(n), store=f"tinydb:///{folder}/store", clock=self.clock, engine=office, runner=runner
            )
            for n, (office, runner) in enumerate(zip(self.offices, (self.here, self.there), strict=True))
        ]
        self.desk, self.other = desks
        self.record = load(self.desk, "class_50")["class_50"]

    def start(self) -> Job:
        return self.desk.jobs.start("packet", self.record, self.desk.who(), **PAPERS)


def test_asked_twice_it_is_one_job(tmp_path: Path) -> None:
    two = Two(tmp_path)
    job = two.start()
    assert two.start() == job
    two.here.work()
    assert [one.state for one in two.desk.jobs.of(two.record)] == ["done"]
    assert two.start().state == "done"
    assert two.here.asked == []
    assert two.offices[0].calls == 1


def test_another_state_of_the_record_is_another_job(tmp_path: Path) -> None:
    two = Two(tmp_path)
    before = two.start()
    two.desk.records.set(two.record, "head_teacher", "司徒新禾", two.desk.who())
    assert two.start().id != before.id
    # What was asked first is made of what was there then.
    two.here.work()
    made = {job.id: job.result for job in two.desk.jobs.of(two.record)}
    assert len({result.hash for result in made.values() if result}) == 2


def test_another_program_sees_how_far_it_is_and_has_the_file(tmp_path: Path) -> None:
    two = Two(tmp_path)
    job = two.start()
    assert [one.state for one in two.other.jobs.of(two.record)] == ["waiting"]
    two.here.work()
    [seen] = two.other.jobs.of(two.record)
    assert (seen.state, seen.who, seen.result and seen.result.pages) == ("done", "本机", 3)
    file = two.other.jobs.result(two.record, job.id)
    assert file is not None
    assert file.read(4) == b"%PDF"
    assert two.other.jobs.result("nobody", job.id) is None


def test_what_somebody_died_of_is_taken_by_another_and_done_once(tmp_path: Path) -> None:
    two = Two(tmp_path)
    job = two.start()
    book = JobBook(two.desk.store, two.clock)
    book.change(two.record, job.id, lambda old: replace(old, state="running", worker="dead"))
    two.other.jobs.resume_abandoned()
    assert two.there.asked == []
    two.clock.now += PATIENCE + timedelta(seconds=1)
    two.other.jobs.resume_abandoned()
    two.other.jobs.resume_abandoned()
    two.desk.jobs.of(two.record)
    assert len(two.there.asked) == 1
    two.there.work()
    # Whoever had it in his queue finds it done.
    two.here.work()
    [done] = two.desk.jobs.of(two.record)
    assert (done.state, done.deaths) == ("done", 1)
    assert [office.calls for office in two.offices] == [0, 1]
    assert book.undone() == {}


def test_of_two_that_finish_the_first_counts(tmp_path: Path) -> None:
    def overtaken() -> None:
        two.clock.now += PATIENCE + timedelta(seconds=1)
        two.other.jobs.resume_abandoned()
        two.there.work()
        results.append(two.other.jobs.of(two.record)[0])

    results: list[Job] = []
    two = Two(tmp_path, overtaken)
    two.start()
    two.here.work()
    assert [one.state for one in results] == ["done"]
    assert two.desk.jobs.of(two.record) == results


def test_what_kills_everybody_is_given_up(tmp_path: Path) -> None:
    two = Two(tmp_path)
    job = two.start()
    book = JobBook(two.desk.store, two.clock)
    for _ in range(MOST_DEATHS):
        book.change(two.record, job.id, lambda old: replace(old, state="running", worker="dead"))
        two.clock.now += PATIENCE + timedelta(seconds=1)
        two.other.jobs.resume_abandoned()
    [found] = two.desk.jobs.of(two.record)
    assert (found.state, found.deaths) == ("failed", MOST_DEATHS)
    assert "断了 3 次" in found.message
    # Somebody may still want to try.
    assert two.start().state == "waiting"


def test_what_nobody_began_is_asked_again(tmp_path: Path) -> None:
    two = Two(tmp_path)
    two.start()
    two.clock.now += PATIENCE + timedelta(seconds=1)
    two.other.jobs.of(two.record)
    two.other.jobs.of(two.record)
    assert len(two.there.asked) == 1


def test_it_can_be_stopped_from_another_program(tmp_path: Path) -> None:
    begun, go_on = Event(), Event()

    def wait() -> None:
        begun.set()
        assert go_on.wait(20)

    clock, office = Clock(), Counting(wait)
    desk = make_desk(tmp_path / "1", store=f"tinydb:///{tmp_path}/store", clock=clock, engine=office)
    other = make_desk(tmp_path / "2", store=f"tinydb:///{tmp_path}/store", clock=clock)
    record = load(desk, "class_50")["class_50"]
    desk.jobs.start("packet", record, desk.who(), **PAPERS)
    assert begun.wait(20)
    other.jobs.stop(record)
    [job] = desk.jobs.of(record)
    assert (job.state, job.stopping) == ("running", True)
    # It is heard with the next sign of life.
    assert not Event().wait(1.5)
    go_on.set()
    stopped = ended(desk, record)
    assert (stopped.state, stopped.message, stopped.result) == ("stopped", "已停下，没有生成", None)
    desk.jobs.start("packet", record, desk.who(), **PAPERS)
    assert ended(desk, record).state == "done"


def test_stopped_before_it_began_it_is_never_begun(tmp_path: Path) -> None:
    two = Two(tmp_path)
    two.start()
    two.other.jobs.stop(two.record)
    two.here.work()
    assert [one.state for one in two.desk.jobs.of(two.record)] == ["stopped"]
    assert two.offices[0].calls == 0


def test_a_file_that_is_lost_is_made_again(tmp_path: Path) -> None:
    two = Two(tmp_path)
    job = two.start()
    two.here.work()
    [done] = two.desk.jobs.of(two.record)
    assert done.result is not None
    for path in (tmp_path / "store").rglob(f"*{done.result.digest[2:]}*"):
        path.unlink()
    assert two.desk.jobs.result(two.record, job.id) is None
    assert two.start().state == "waiting"


def test_what_goes_wrong_is_told_and_tried_again_when_asked(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, engine=no_office, html=Pages())
    record = load(desk, "class_50")["class_50"]
    desk.jobs.start("packet", record, desk.who(), **PAPERS)
    failed = ended(desk, record)
    assert failed.state == "failed"
    assert "LibreOffice" in failed.message
    assert desk.jobs.start("packet", record, desk.who(), **PAPERS).state == "waiting"
    ended(desk, record)


def test_what_nobody_expected_is_told_by_its_number(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        raise ValueError("陈大文")

    desk = make_desk(tmp_path, engine=Counting(broken))
    record = load(desk, "class_50")["class_50"]
    desk.jobs.start("packet", record, desk.who(), **PAPERS)
    assert "已记下（" in ended(desk, record).message
    assert "ValueError" in caplog.text
    assert "陈大文" not in caplog.text


def test_what_a_newer_program_asks_is_told(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    record = load(desk, "class_50")["class_50"]
    desk.jobs.start("fax", record, desk.who())
    assert "不会做“fax”" in ended(desk, record).message


def test_jobs_go_with_the_day_and_never_fill_the_store(tmp_path: Path) -> None:
    two = Two(tmp_path)
    for copies in range(MOST + 5):
        two.desk.jobs.start("packet", two.record, two.desk.who(), **PAPERS, copies=copies + 1)
        two.here.work()
        two.clock.now += timedelta(minutes=1)
    assert len(two.desk.jobs.of(two.record)) == MOST
    two.clock.now += timedelta(days=2)
    assert two.desk.jobs.of(two.record) == []
    two.start()
    assert len(two.desk.store.preferences(f"@jobs/{two.record}")) == 1
