"""What a window is told with each drawing of its page."""

import pytest

from onefill.ui import session
from onefill.ui.session import Spot, Window, end_run


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
