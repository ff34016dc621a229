"""The sentence about what was done stands where it belongs, and nowhere else."""

from types import SimpleNamespace

import pytest

from onefill.ui import said


def test_what_is_said_of_a_record_stays_on_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(said, "st", SimpleNamespace(session_state={}))
    monkeypatch.setattr(said, "panel", lambda html, *_: drawn.append(html))
    said.say("已照“A-7”新建", record="r1")
    said.show_said(print, "r2")
    said.show_said(print)
    assert drawn == []
    said.show_said(print, "r1")
    assert "已照“A-7”新建" in drawn.pop()
    said.say("已删除“A-7”")
    said.show_said(print, "r1")
    assert drawn == []
    said.show_said(print)
    assert "已删除“A-7”" in drawn.pop()
