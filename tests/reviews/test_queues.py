"""Queues: what waits for whom, the first due first."""

from pathlib import Path

import openpyxl
import pytest

from onefill.service import Desk
from tests.desks import Clock, make_desk
from tests.reviews.test_one_step import CHIEF, CLERK, filled, handed_in


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    return make_desk(tmp_path, clock=clock)


def test_a_draft_waits_for_nobody(desk: Desk) -> None:
    filled(desk)
    queue = desk.queues.queue(CHIEF)
    assert (queue.total, queue.counts["waiting"]) == (0, 0)


def test_what_was_handed_in_waits_for_who_may_act(desk: Desk) -> None:
    record = filled(desk)
    handed_in(desk, record)
    (line,) = desk.queues.queue(CHIEF).lines
    assert (line.record, line.label, line.stage, line.left, line.round) == (record, "李静 年假", "等主管批", 2, 1)
    assert desk.queues.queue(CLERK).total == 0


def test_the_first_due_comes_first_and_overdue_is_counted(desk: Desk, clock: Clock) -> None:
    late = filled(desk)
    handed_in(desk, late)
    clock.now = clock.now.replace(day=24)
    fresh = filled(desk)
    handed_in(desk, fresh)
    queue = desk.queues.queue(CHIEF)
    assert [line.record for line in queue.lines] == [late, fresh]
    assert queue.counts["overdue"] == 1
    assert [line.left for line in queue.lines] == [-2, 2]
    assert [line.record for line in desk.queues.queue(CHIEF, "overdue").lines] == [late]


def test_returned_and_done_are_found_apart(desk: Desk) -> None:
    back, given = filled(desk), filled(desk)
    for record in (back, given):
        handed_in(desk, record)
    desk.reviews.remark(back, "whole", "reason", "太笼统", CHIEF)
    desk.reviews.act(back, "send_back", CHIEF)
    desk.reviews.act(given, "give_leave", CHIEF)
    queue = desk.queues.queue(CHIEF, "returned")
    assert [(line.record, line.returned, line.remarks) for line in queue.lines] == [(back, 1, 1)]
    assert [line.record for line in desk.queues.queue(CHIEF, "done").lines] == [given]
    assert desk.queues.figures(CHIEF)["returned"] == {"1 次": 1}


def test_the_queue_as_a_workbook(desk: Desk, tmp_path: Path) -> None:
    handed_in(desk, filled(desk))
    made = desk.queues.workbook(CHIEF)
    path = tmp_path / made.name
    path.write_bytes(made.data)
    sheet = openpyxl.load_workbook(path).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "李静 年假" in cells
    assert "等主管批" in cells


def test_a_filter_by_text_and_form(desk: Desk) -> None:
    handed_in(desk, filled(desk))
    assert desk.queues.queue(CHIEF, text="李静").total == 1
    assert desk.queues.queue(CHIEF, text="没有").total == 0
    assert desk.queues.queue(CHIEF, form="leave_request").total == 1
