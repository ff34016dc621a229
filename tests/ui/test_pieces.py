"""What an edit draws anew, and when that is the whole page."""

from types import SimpleNamespace

import pytest

from onefill.ui import pieces
from onefill.ui.pieces import Look, begin_look, drawn, end_look, look_again, tell_news


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces.st, "session_state", {})
    monkeypatch.setattr(pieces, "this_window", lambda: SimpleNamespace(runs=0))


def test_an_edit_that_interrupts_a_page_has_it_drawn_whole() -> None:
    """Else the boxes that the edit before brought up would never come."""
    look = Look("with one box more", {"steps": "1 / 3"}, change=2)
    begin_look(look)
    assert not look_again(look)
    end_look()
    assert look_again(look)
    assert 'data-drawn="1"' in drawn()
    told: list[object] = []
    tell_news(lambda *said: told.extend(said))
    assert told == [{}, 2, 1]
    assert not look_again(Look("with two boxes more", look.pieces, change=3))
