"""What SQLite does for a question: an index leads to the rows."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from store import Action, Effect, Reach, Scope, Summary, open_store
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
