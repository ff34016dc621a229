"""Imports of many rows are done by a job: once, whoever dies of it, and with the same result as at once."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.importing import roster
from onefill.service import Desk
from onefill.service.import_jobs import MOST_AT_ONCE
from onefill.service.inbox_shapes import Receipt
from onefill.service.jobs import PATIENCE
from samples.workbooks import broken_roster, clean_roster
from tests.databases import Server
from tests.desks import Clock, ended, load, make_desk
from tests.service.test_jobs import Aside
from tests.service.test_workers import another, working

SECTION = "trainees"


class Dies(BaseException):
    """The program is gone."""


class Two:
    """Two programs over one store, one of which has a class and a roster for it."""

    def __init__(self, folder: Path, data: bytes = b"") -> None:
        self.clock, self.here, self.there = Clock(), Aside(), Aside()
        self.desk, self.other = (
            make_desk(folder / name, store=f"tinydb:///{folder}/store", clock=self.clock, runner=runner)
            for name, runner in (("one", self.here), ("two", self.there))
        )
        self.record = load(self.desk, "class_50")["class_50"]
        self.file = self.desk.inbox.bring(self.record, SECTION, data or broken_roster(), "名册.xlsx")

    def start(self, **how: Any) -> str:
        """Press the button; the id of the job."""
        seen = self.desk.inbox.preview(self.record, self.file).digest
        self.desk.inbox.start(self.record, self.file, self.desk.who(), seen=seen, **how)
        return self.desk.inbox.look(self.record, self.file).job

    def receipt(self) -> Receipt:
        told = self.desk.inbox.look(self.record, self.file).receipt
        assert told is not None
        return told


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A class of fifty is many."""
    monkeypatch.setattr("onefill.service.inbox.MOST_AT_ONCE", 20)


def rows(desk: Desk, record: str) -> list[dict[str, Any]]:
    """What the rows say, in order."""
    kept = desk.imports.kept(record, SECTION)
    said = sorted(kept.values(), key=lambda row: row["@order"])
    return [{key: value for key, value in row.items() if key != "@order"} for row in said]


@pytest.mark.parametrize("how", [{}, {"wrong": True}, {"drop": True}])
def test_it_comes_out_as_at_once_and_can_be_taken_back(tmp_path: Path, how: dict[str, bool]) -> None:
    two = Two(tmp_path / "job")
    before = rows(two.desk, two.record)
    assert two.start(**how)
    going = two.desk.inbox.follow(two.record, two.file)
    assert going is not None
    assert (going.state, going.method) == ("waiting", "import")
    two.here.work()
    done = two.desk.inbox.follow(two.record, two.file)
    assert done is not None
    assert (done.state, done.message) == ("done", "")
    assert two.desk.inbox.follow(two.record, two.file) is None
    at_once = Two(tmp_path / "at once")
    taken = at_once.desk.inbox.take(at_once.record, at_once.file, at_once.desk.who(), **how)
    assert two.receipt().taken == taken.taken
    assert taken.taken.added
    assert rows(two.desk, two.record) == rows(at_once.desk, at_once.record) != before
    assert two.desk.store.preferences(f"@imports/{two.record}") == {}
    undone = two.desk.inbox.undo(two.record, two.file, two.desk.who())
    assert (undone.undone, undone.stayed) == (True, 0)
    assert sorted(map(str, rows(two.desk, two.record))) == sorted(map(str, before))


def test_few_rows_are_taken_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onefill.service.inbox.MOST_AT_ONCE", 50)
    two = Two(tmp_path, clean_roster())
    assert two.start() == ""
    assert two.desk.inbox.follow(two.record, two.file) is None
    assert two.receipt().taken.added == 50


def test_pressed_twice_it_is_one_job_and_taken_back_another(tmp_path: Path) -> None:
    two = Two(tmp_path)
    first = two.start()
    assert two.start() == first
    assert [job.id for job in two.desk.jobs.of(two.record)] == [first]
    two.here.work()
    two.desk.inbox.follow(two.record, two.file)
    two.desk.inbox.undo(two.record, two.file, two.desk.who())
    two.clock.now += timedelta(seconds=1)
    again = two.start()
    assert again != first
    two.here.work()
    done = two.desk.inbox.follow(two.record, two.file)
    assert done is not None
    assert done.state == "done"
    assert not two.receipt().undone


def test_what_has_changed_meanwhile_is_told_and_nothing_taken(tmp_path: Path) -> None:
    two = Two(tmp_path)
    two.start()
    row = next(iter(two.desk.imports.kept(two.record, SECTION)))
    two.desk.records.set(two.record, f"{SECTION}/{row}/note", "转来的", two.desk.who())
    two.desk.records.remove_row(two.record, SECTION, row, two.desk.who())
    before = rows(two.desk, two.record)
    two.here.work()
    failed = two.desk.inbox.follow(two.record, two.file)
    assert failed is not None
    assert failed.state == "failed"
    assert "学员名册" in failed.message
    assert rows(two.desk, two.record) == before
    assert two.desk.inbox.look(two.record, two.file).receipt is None
    # Who looks again may take it.
    assert two.start()
    two.here.work()
    done = two.desk.inbox.follow(two.record, two.file)
    assert done is not None
    assert done.state == "done"


@pytest.mark.parametrize("written", [False, True])
def test_what_somebody_died_of_is_done_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: bool) -> None:
    two = Two(tmp_path)
    whole = two.desk.store.set_draft

    def dies(record: str, *given: Any) -> Any:
        if written:
            whole(record, *given)
        raise Dies

    two.start()
    with monkeypatch.context() as dying:
        dying.setattr(two.desk.store, "set_draft", dies)
        with pytest.raises(Dies):
            two.here.work()
    two.clock.now += PATIENCE + timedelta(seconds=1)
    two.other.jobs.resume_abandoned()
    two.there.work()
    done = two.desk.inbox.follow(two.record, two.file)
    assert done is not None
    assert (done.state, done.message, done.deaths) == ("done", "", 1)
    at_once = Two(tmp_path / "at once")
    taken = at_once.desk.inbox.take(at_once.record, at_once.file, at_once.desk.who())
    assert two.receipt().taken == taken.taken
    assert rows(two.desk, two.record) == rows(at_once.desk, at_once.record)
    assert two.desk.inbox.undo(two.record, two.file, two.desk.who()).stayed == 0


def test_stopped_before_it_began_nothing_is_taken(tmp_path: Path) -> None:
    two = Two(tmp_path)
    before = rows(two.desk, two.record)
    two.start()
    two.desk.jobs.stop(two.record, ["packet"])
    assert [job.state for job in two.desk.jobs.of(two.record)] == ["waiting"]
    two.desk.jobs.stop(two.record, ["import"])
    two.here.work()
    stopped = two.desk.inbox.follow(two.record, two.file)
    assert stopped is not None
    assert stopped.state == "stopped"
    assert rows(two.desk, two.record) == before


def test_a_worker_elsewhere_takes_thousands_over(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: Callable[[], None]
) -> None:
    monkeypatch.setattr("onefill.service.inbox.MOST_AT_ONCE", MOST_AT_ONCE)
    with postgres.database() as address:
        desk = make_desk(tmp_path, store=address)
        record = load(desk, "class_50")["class_50"]
        file = desk.inbox.bring(record, SECTION, roster(MOST_AT_ONCE + 1), "名册.xlsx")
        desk.inbox.start(record, file, desk.who())
        other = another(tmp_path, "elsewhere", address)
        with working(other.worker()):
            assert ended(desk, record, 120).message == ""
        desk.inbox.follow(record, file)
        told = desk.inbox.look(record, file).receipt
        assert told is not None
        assert told.taken.added == MOST_AT_ONCE + 1
        assert len(desk.imports.kept(record, SECTION)) == MOST_AT_ONCE + 51
        for one in (desk, other):
            one.store.close()
