"""What SQLite does for a question: an index leads to the rows."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from store import EVERYTHING, Action, Effect, Reach, Scope, Summary, open_store
from store.index import questions
from store.matching import Query
from store.register_index import effects_question
from tests.store.making import begin, stepping

DAY = date(2026, 3, 1)


def test_an_institution_asks_a_register_for_its_own_lines_only(tmp_path: Path) -> None:
    school = Scope("city/east/school", Reach.OWN)
    with closing(open_store(f"tinydb://{tmp_path}/store", clock=stepping())) as store:
        for line, unit in (("l1", school.unit), ("l2", "city/west")):
            opened = Effect(register="grants", line=line, action=Action.OPEN, start=DAY)
            begin(store, line, effects=(opened,), summary=Summary(unit=unit))
        assert [line.line for line in store.register("grants", DAY, school)] == ["l1"]
    question, values = effects_question("grants", DAY, school, None)
    with closing(sqlite3.connect(tmp_path / "store" / "index.sqlite")) as db:
        plan = "\n".join(row[-1] for row in db.execute(f"explain query plan {question}", values))
    assert "SEARCH effect USING INDEX effect_line (register=? AND line=?)" in plan, plan
    assert "USING COVERING INDEX record_unit (unit=?)" in plan, plan
    assert "SCAN effect" not in plan, plan


DISTRICT = Scope("city/east", Reach.BELOW)
SORTED = "USE TEMP B-TREE FOR ORDER BY"


@pytest.mark.parametrize(
    ("asked", "way"),
    [
        ({}, "USING INDEX record_changed"),
        ({"form": "class"}, "USING INDEX record_form (form=?)"),
        ({"state": "draft"}, "USING INDEX record_state (state=?)"),
        ({"form": "class", "state": "draft"}, "USING INDEX record_form_state (form=? AND state=?)"),
        ({"state": "draft", "order": "due"}, "USING INDEX record_due (state=?)"),
        ({"scope": Scope("city/east/school", Reach.OWN)}, "USING INDEX record_unit (unit=?)"),
        (
            {"scope": Scope("city/east/school", Reach.OWN), "form": "class", "state": "draft"},
            "USING INDEX record_unit (unit=?)",
        ),
    ],
)
def test_the_newest_of_a_filter_are_read_in_order_and_nothing_is_sorted(tmp_path: Path, asked: Any, way: str) -> None:
    (plan,) = plans(tmp_path, {"scope": EVERYTHING, **asked})
    assert way in plan, plan
    assert SORTED not in plan, plan


@pytest.mark.parametrize(
    "asked",
    [
        {"scope": DISTRICT},
        {"scope": DISTRICT, "form": "class", "state": "draft"},
        {"scope": EVERYTHING, "unit": "city/east"},
        {"scope": EVERYTHING, "states": ("draft", "sent")},
    ],
)
def test_for_a_district_the_newest_of_all_are_looked_through_first(tmp_path: Path, asked: Any) -> None:
    first, _ = plans(tmp_path, asked)
    assert "SCAN record USING COVERING INDEX record_changed" in first, first


def test_a_question_for_a_district_answers_alike_whichever_way_is_taken(tmp_path: Path) -> None:
    with closing(open_store(f"tinydb://{tmp_path}/store", clock=stepping())) as store:
        for turn in range(30):
            unit = "city/east/school" if turn % 3 else "city/west"
            begin(store, f"r{turn:02}", summary=Summary(unit=unit, state="draft" if turn % 2 else "sent"))
        for asked in ({"scope": DISTRICT}, {"scope": DISTRICT, "states": ("draft",)}, {"scope": DISTRICT, "unit": "x"}):
            whole = [found.record for found in store.find(**asked, limit=1000)]
            pages = [store.find(**asked, limit=4, offset=offset) for offset in range(0, 24, 4)]
            assert [found.record for page in pages for found in page] == whole
            assert len(whole) == store.count(**asked)


def plans(folder: Path, asked: Any) -> list[str]:
    """What SQLite does for each question that a search may ask."""
    open_store(f"tinydb://{folder}/store", clock=stepping()).close()
    with closing(sqlite3.connect(folder / "store" / "index.sqlite")) as db:
        return [
            "\n".join(row[-1] for row in db.execute(f"explain query plan {question}", values))
            for question, values in questions(Query(**asked), [], 50, 0)
        ]
