"""What officers wait for: the queue of a city, the checklist of a class."""

from datetime import date, datetime, timedelta
from pathlib import Path

from benchmarks.measuring import Figure, Result, runs
from onefill.service import Desk, Settings, open_desk
from onefill.service.samples import sample_id
from onefill.service.shapes import Person
from store import EVERYTHING, NewEntry, Summary, open_store

CASES = 10_000
CHIEF = Person(name="王主管", roles=("manager",))


def queue(folder: Path) -> Result:
    """The first page of a queue of ten thousand cases with all its counts."""
    address = f"tinydb:///{(folder / 'store').resolve().as_posix().lstrip('/')}"
    store = open_store(address, clock=lambda: datetime.now().astimezone())
    for number in range(CASES):
        store.append(_case(number), 0, EVERYTHING)
    store.close()
    desk = open_desk(Settings(data=folder, store=address))
    assert desk.queues.queue(CHIEF).total == CASES - CASES // 10
    return Result(runs(lambda: desk.queues.queue(CHIEF), 10))


def _case(number: int) -> NewEntry:
    done = number % 10 == 0
    stage = "leave_given" if done else "leave_asked"
    summary = Summary(
        state=f"whole.{stage}",
        label=f"第 {number} 件",
        due=None if done else date(2026, 12, 1) + timedelta(days=number % 40),
        about={"phase_title": "填报", "stage_title": stage, "round": 1, "returned": number % 3, "holder": "office"},
    )
    return NewEntry(
        record=f"c{number:06d}",
        form="leave_request",
        kind="act",
        who="李静",
        request_id=f"r{number}",
        data={},
        summary=summary,
    )


def checklist(folder: Path) -> Result:
    """The checklist of a class of fifty, just after something was typed into it."""
    desk = open_desk(Settings(data=folder, store="memory:"))
    desk.load_samples()
    record = sample_id("class_50")
    phases = [phase.key for phase in desk.definitions.form(desk.records.state(record).form).phases]
    turns = iter(range(1_000_000))
    return Result(runs(lambda: _typed_and_listed(desk, record, phases[1], next(turns)), 20))


def _typed_and_listed(desk: Desk, record: str, phase: str, turn: int) -> None:
    desk.records.set(record, "platform_name", f"平台 {turn}", desk.who())
    desk.materials.state(record, desk.who(), phase)


FIGURES = (
    Figure("queue", f"the queue of {CASES:,} cases", 0.5, queue),
    Figure("checklist", "the checklist of a class of 50, after a keystroke", 0.05, checklist),
)
