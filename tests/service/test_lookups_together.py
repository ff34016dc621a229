"""Many rows ask the same question: what no other record has is learnt at once, and every answer is what it was."""

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from onefill.service import lookups
from onefill.service.lookups import Lookups
from samples.people import resident_id
from store import EVERYTHING
from tests.desks import make_desk

ASKED = "trainees[].enrolled_elsewhere"


def trainees(*numbers: int) -> dict[str, Any]:
    """Rows of these people, always with the same numbers."""
    dice, born = random.Random("alike"), date(1990, 5, 4)
    known = [resident_id(dice, born, number) for number in range(60)]
    return {f"r{number}": {"@order": number, "id_no": known[number]} for number in numbers}


def lesson(day: str) -> dict[str, Any]:
    return {"s1": {"@order": 0, "date": day, "time": "09:00-11:30"}}


def test_a_few_who_are_elsewhere_are_found_among_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = make_desk(tmp_path)
    december = {"start_date": "2026-12-01", "end_date": "2026-12-20", "sessions": lesson("2026-12-07")}
    may = {"start_date": "2026-05-01", "end_date": "2026-05-20", "sessions": lesson("2026-05-06")}
    many = desk.records.create("training_class", desk.who(), {**december, "trainees": trainees(*range(40))})
    desk.records.create("training_class", desk.who(), {**december, "trainees": trainees(3, 17, 50)})
    desk.records.create("training_class", desk.who(), {**may, "trainees": trainees(5)})
    sheet = desk.records._book.open(many).sheet
    asked: list[Any] = []
    find = desk.store.find
    monkeypatch.setattr(desk.store, "find", lambda **given: asked.append(given) or find(**given))

    monkeypatch.setattr(lookups, "stands_in", lambda _found, _stages: True)  # wherever the other classes stand
    together = Lookups(desk.store, EVERYTHING, many).answer(sheet)
    finds, asked[:] = len(asked), []
    monkeypatch.setattr(lookups, "MANY", 1_000)
    assert Lookups(desk.store, EVERYTHING, many).answer(sheet) == together
    assert {row for (name, row), answer in together.items() if name == ASKED and answer} == {"r3", "r17"}
    assert finds < len(asked) / 2
