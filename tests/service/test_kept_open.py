"""Records that lists show are kept open: the next look reads none of them again and asks for all at once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onefill.service import Desk
from onefill.service.book import FEW_ROWS, MOST_OPEN, SMALL_FOR_ONE
from store import EVERYTHING, Change
from tests.desks import make_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def noted(monkeypatch: pytest.MonkeyPatch, desk: Desk, name: str) -> list[Any]:
    """Of whom the store is asked that, from here on."""
    asked: list[Any] = []
    ask: Callable[..., Any] = getattr(desk.store, name)
    monkeypatch.setattr(desk.store, name, lambda *given: asked.append(given[0]) or ask(*given))
    return asked


def test_a_long_list_is_read_once_and_then_asked_for_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    who, much = desk.who(), MOST_OPEN // 2 + 10
    schools = [desk.records.create("institution", who, {"inst_name": f"学校{n}"}) for n in range(much)]
    made = [desk.records.create("teacher", who, {"name": f"教师{n}", "institution": schools[n]}) for n in range(much)]
    first = desk.records.list("teacher")
    read, one, many = (noted(monkeypatch, desk, name) for name in ("latest", "stamp", "stamps"))
    assert desk.records.list("teacher") == first
    assert {line.id for line in first} == set(made)
    assert (read, one) == ([], [])
    assert [set(asked) for asked in many] == [{*made, *schools}]


def test_a_list_shows_what_others_have_changed_meanwhile(desk: Desk) -> None:
    record = desk.records.create("teacher", desk.who(), {"name": "李一"})
    assert [line.label for line in desk.records.list("teacher")] == ["李一"]
    desk.store.set_draft(record, [Change("name", "李二")], EVERYTHING, "别的程序")
    assert [line.label for line in desk.records.list("teacher")] == ["李二"]


def test_of_large_records_fewer_are_kept_than_of_small_ones(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onefill.service.book.MOST_OPEN", 2)
    rows = {f"r{n}": {"@order": n, "name": f"学员{n}"} for n in range(FEW_ROWS + 1)}
    large = [desk.records.create("training_class", desk.who(), {"trainees": rows}) for _ in range(3)]
    small = [desk.records.create("institution", desk.who()) for _ in range(2 * SMALL_FOR_ONE)]
    read = noted(monkeypatch, desk, "latest")
    for records, again in ((large, large), (small, [])):
        for record in records:
            desk.records.state(record)
        read.clear()
        for record in records:
            desk.records.state(record)
        assert read == again
