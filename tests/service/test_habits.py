"""What a workstation likes is kept with the data, and only what can be meant."""

from pathlib import Path

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
