"""What a program makes ready once it has started, so that nobody's first page waits for it."""

from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from onefill.facts import FormPlan
from onefill.service import plans
from onefill.ui import shared
from tests.desks import make_desk


def test_no_form_is_made_ready_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(plans, "FormPlan", lambda form, *given: made.append(form.form) or FormPlan(form, *given))
    desk = make_desk(tmp_path)
    desk.make_ready()
    assert sorted(made) == sorted(desk.definitions.forms)
    made.clear()
    for form in desk.definitions.forms:
        desk.records.state(desk.records.create(form, desk.who()))
    assert made == []


def test_a_program_that_serves_makes_ready_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = Event()
    desk = replace(make_desk(tmp_path), make_ready=done.set)
    monkeypatch.setattr(shared, "open_desk", lambda _settings, **_given: desk)
    monkeypatch.setattr(shared, "_kept", [])
    assert shared.the_desk() is desk
    assert done.wait(10)
