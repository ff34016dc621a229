"""What a window is told with each drawing of its page."""

import pytest

from onefill.service.desk import Desk
from onefill.ui import session
from onefill.ui.heard import heard
from onefill.ui.session import Spot, Window, end_run, take_edits


def test_a_text_that_was_lost_is_looked_for_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is put back a run after it was missed, and nobody else may ask for that run."""
    spot = Spot("record", "class_name", True, "茶艺入门第7期", "茶艺入门第7期", doubted=4)
    window, told = Window("window", "token", {"box": spot}, pulse="as it is"), list[str]()
    monkeypatch.setattr(session, "this_window", lambda: window)
    monkeypatch.setattr(session, "watch", lambda _kind, _of, pulse, *_more: told.append(pulse))
    monkeypatch.setattr(session.st, "html", lambda _html: None)
    end_run("record", 1)
    end_run("another", 1)
    spot.doubted = None
    end_run("record", 2)
    assert told == ["", "as it is", "as it is"]


def test_what_stood_in_a_box_before_an_interrupted_drawing_is_no_edit(
    desk: Desk, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser hands it back with the edit that interrupted; only what the page script told was typed."""
    new, old = "茶艺入门第7期", "茶艺入门第70期"
    spot, box = Spot(order, "number", True, new, new, earlier=(old,)), session.key_of(order, "number")
    window = Window("window", "token", {box: spot}, runs=3)
    monkeypatch.setattr(session.st, "session_state", {"window": window, box: old})
    before = desk.records.state(order).change
    take_edits(order)
    assert (spot.doubted, spot.kept, desk.records.state(order).change) == (3, False, before)
    heard.tell(window.id, order, "number", old, 1)
    take_edits(order)
    assert (spot.widget, spot.kept) == (old, True)
