"""Many rows ask the same question: what no other record has is learnt at once, and every answer is what it was."""

import random
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from onefill.service import lookups
from onefill.service.lookups import Lookups, Question
from samples.people import resident_id
from store import EVERYTHING, Summary, open_store
from tests.desks import Clock, make_desk
from tests.store.making import begin

ASKED = "trainees[].enrolled_elsewhere"


def someday(dice: random.Random) -> date:
    return date(2026, 1, dice.randint(1, 28))


def some(dice: random.Random, name: str, most: int) -> tuple[str, ...]:
    return tuple(f"{name}={number}" for number in dice.sample(range(10), dice.randint(0, most)))


@pytest.mark.parametrize("seed", range(20))
def test_what_is_asked_together_is_answered_as_each_by_itself(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice, store = random.Random(seed), open_store(f"tinydb://{tmp_path}", clock=Clock())
    for number in range(30):
        tokens = {*some(dice, "code", 4), *some(dice, "class", 3), *some(dice, "slot", 2)}
        start, state = someday(dice), dice.choice(("filing.sent", "filing.filed"))
        told = Summary(label=f"r{number}", state=state, tokens=tuple(tokens), start=start, end=start)
        begin(store, f"r{number}", summary=told, form=dice.choice("ab"))
    asked = [((f"l{kind}", f"{row}"), question_of(dice, kind, row)) for kind in range(12) for row in range(9)]
    monkeypatch.setattr(lookups, "questions", lambda _sheet, _touched: asked)
    monkeypatch.setattr(lookups, "AT_ONCE", dice.choice((4, 1_000)))
    together, alone = (Lookups(store, EVERYTHING, "r0", "") for _ in range(2))
    sheet: Any = SimpleNamespace(plan=SimpleNamespace(lookups={}))
    answers = together.answer_some(sheet, None)
    monkeypatch.setattr(lookups, "MANY", 10_000)
    assert alone.answer_some(sheet, None) == answers
    store.close()


def question_of(dice: random.Random, kind: int, row: int) -> Question:
    """One of a lookup's questions: by a code, and what all rows share or another of their own."""
    shared = {0: (), 1: (f"class={kind % 5}",), 2: (f"class={row}",), 3: ("slot=1", "class=2")}[kind % 4]
    return Question(
        form="ab"[kind % 2],
        tokens=(f"code={row if kind != 4 else 3}", *shared),
        overlap=(date(2026, 1, 5), date(2026, 1, 20)) if kind % 3 == 1 else None,
        answer=("exists", "count", "newest", "named")[kind % 4],
        stages=("filed",) if kind > 5 else (),
        among=some(dice, "slot", 3) if kind in (4, 9) else (),
    )


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
