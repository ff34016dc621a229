"""What a workstation likes is kept with the data, and only what can be meant."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from onefill.service.habits import Habits
from tests.desks import make_desk


def test_widths_are_remembered_for_each_table(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    desk.habits.keep_widths("order", "goods", {"what": 180, "memo": 90})
    desk.habits.keep_widths("order", "notes", {"what": 60})
    assert desk.habits.widths("order", "goods") == {"what": 180, "memo": 90}
    assert desk.habits.widths("order", "notes") == {"what": 60}
    assert desk.habits.widths("order", "other") == {}


def test_what_is_no_width_is_left_out(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    desk.habits.keep_widths("order", "goods", {"what": 180, "memo": "wide", "kind": True, "x" * 900: 50})
    assert desk.habits.widths("order", "goods") == {"what": 180, "x" * 64: 50}
    desk.habits.keep_widths("order", "goods", {f"c{n}": n for n in range(5000)})
    assert len(desk.habits.widths("order", "goods")) == 200


def test_stars_and_what_was_opened_are_kept_newest_first_and_only_so_many(tmp_path: Path) -> None:
    times = (datetime(2026, 11, 24, tzinfo=UTC) + timedelta(seconds=n) for n in count())
    habits = Habits(make_desk(tmp_path).store, lambda: next(times))
    for record in ("a", "b", "a"):
        habits.favour(record, on=True)
        habits.note_opened(record)
    assert habits.favourites() == habits.opened() == ["a", "b"]
    habits.favour("a", on=False)
    assert habits.favourites() == ["b"]
    for number in range(30):
        habits.note_opened(f"r{number}")
    assert habits.opened() == [f"r{number}" for number in reversed(range(10, 30))]
