"""A file brought for an item that came back: that the old one still counts is told, and one click takes it out."""

from datetime import timedelta
from pathlib import Path

from onefill.materials import UNSORTED
from onefill.materials.printed_pages import Fault
from tests.desks import Clock, load, make_desk
from tests.reviews.foshan import CLERK, OFFICER, RESPONSIBLE, hand_in_all, items, looked_at, pages


def test_what_was_there_when_the_item_came_back_is_told_and_goes(tmp_path: Path) -> None:
    clock = Clock()
    desk = make_desk(tmp_path, clock=clock, inspect=looked_at)
    ids = load(desk, "application")
    record, item = ids["application"], f"brochure.{ids['course_home']}"
    hand_in_all(desk, record, "apply")
    desk.reviews.act(record, "submit_application", RESPONSIBLE, declared=True)
    desk.reviews.remark(record, "apply", f"item:{item}", "不是这门课程的简章", OFFICER)
    desk.reviews.act(record, "return_application", OFFICER)
    assert items(desk, record, "apply")[item].faults == ()
    clock.now += timedelta(hours=1)
    desk.materials.supply(record, item, pages("right", 2), "对的简章.pdf", CLERK)
    [told] = items(desk, record, "apply")[item].faults
    assert told.kind is Fault.KEPT
    assert "“培训简章.pdf”是退回以前传的，后来传的“对的简章.pdf”" in told.what
    assert not told.blocks
    desk.materials.set_aside(record, item, CLERK)
    assert items(desk, record, "apply")[item].pages == 3  # that is for pages that are too many
    desk.materials.set_aside(record, item, CLERK, replaced=True)
    assert items(desk, record, "apply")[item].faults == ()
    assert [one.name for one in items(desk, record, "apply")[item].files] == ["对的简章.pdf"]
    assert [one.name for one in desk.materials.files(record, UNSORTED, CLERK)] == ["培训简章.pdf"]
