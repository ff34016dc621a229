"""What the server does for a question: an index leads to the rows, however many records there are."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest

from store import EVERYTHING, Reach, Scope, Store, Summary, open_store
from store.matching import Query
from store.postgres import chains, listing, registers
from store.postgres.database import Connection, Database
from store.postgres.lookup import Lookup
from store.postgres.seals import Seals
from tests.databases import ROLE, Server
from tests.store.making import begin, class_of, stepping

SCHOOL = Scope("city/d3/s33", Reach.OWN)
DISTRICT = Scope("city/d3", Reach.BELOW)
RECORDS = 20_000
#: As many records as a small city has, copied from one that the store itself has written.
_COPIED = f"""
insert into record select 'c' || k, form, n, version_n, digest, touch, draft_touch, draft_number, has_draft,
    (array['filling', 'filed', 'approved'])[1 + k % 3], 'city/d' || k % 10 || '/s' || k % 100, owner,
    k || ' 班', k || ' 班', begins, ends, case when k % 50 = 0 then date '2026-01-01' + k % 300 end, about,
    changed_at - k * interval '1 minute'
from record, generate_series(1, {RECORDS}) as k where record = 'r1';
insert into entry select 'c' || k, v, 'q' || v, document
from entry, generate_series(1, {RECORDS}) as k, generate_series(1, 4) as v where record = 'r1';
insert into token select '=class', 'c' || k from generate_series(1, {RECORDS}, 40) as k;
insert into token select '=no:' || k, 'c' || k from generate_series(1, {RECORDS}) as k;
insert into effect select 'c' || k, 1, 0, now(), 'grants', 'l' || k, date '2026-01-01',
    jsonb_build_object('register', 'grants', 'line', 'l' || k, 'action', 'open', 'start', '2026-01-01')
from generate_series(1, {RECORDS}) as k;
analyze record, token, effect, entry;
"""


@pytest.fixture(scope="module")
def city(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, str, Path]]:
    key = tmp_path_factory.mktemp("city") / "store.key"
    with postgres.database() as address, closing(open_store(address, clock=stepping(), key_file=key)) as store:
        begin(
            store,
            data=class_of(2),
            summary=Summary(private=("440604199001010011",), state="filling", unit="city/d1/s1"),
        )
        root = address.replace(f"{ROLE}:", "postgres:")
        with psycopg.connect(root, options="-c search_path=onefill") as db:
            db.execute(_COPIED)
        yield store, address, key


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({"scope": EVERYTHING}, "record_changed"),
        ({"scope": EVERYTHING, "form": "class"}, "record_(form|changed)"),
        ({"scope": EVERYTHING, "state": "filed"}, "record_(state|changed)"),
        ({"scope": EVERYTHING, "form": "none"}, "record_form"),
        ({"scope": EVERYTHING, "state": "none"}, "record_(state|due)"),
        ({"scope": SCHOOL}, "record_unit"),
        ({"scope": SCHOOL, "state": "filed"}, "record_unit"),
        ({"scope": DISTRICT}, "record_(unit|changed)"),
        ({"scope": EVERYTHING, "unit": "city/d3/s33"}, "record_unit"),
        ({"scope": EVERYTHING, "tokens": ["no:77"]}, "token_pkey"),
        ({"scope": SCHOOL, "tokens": ["no:77"]}, "token_pkey"),
        ({"scope": EVERYTHING, "tokens": ["440604199001010011"]}, "token_pkey"),
        ({"scope": DISTRICT, "tokens": ["440604199001010011"]}, "token_pkey"),
    ],
)
def test_an_index_leads_to_the_newest_fifty(city: tuple[Store, str, Path], asked: Any, index: str) -> None:
    _, address, key = city
    with closing(Database(address)) as database:
        question, values = listing.find(Query(**asked), Lookup(database, key), 50, 0)
        with database.reading(asked["scope"]) as db:
            rows = db.execute(f"explain (analyze, timing off) {question}", values).fetchall()  # type: ignore[arg-type]
    plan = "\n".join(row[0] for row in rows)
    assert re.search(f"Index.* (using|on) {index}", plan), plan
    assert "Seq Scan on record" not in plan, plan


class Noting:
    """A connection that notes what is asked of it, so that the server can be asked how it finds the answer."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self.asked: list[tuple[str, Any]] = []

    def execute(self, question: str, values: Any = None) -> Any:
        self.asked.append((question, values))
        return self._db.execute(question, values)  # type: ignore[call-overload]


def plan_of(db: Connection, question: str, values: Any = None) -> str:
    rows = db.execute(f"explain (analyze, timing off) {question}", values).fetchall()  # type: ignore[arg-type]
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("scope", [EVERYTHING, Scope("city/d1/s1", Reach.OWN)])
def test_an_index_leads_to_the_newest_entry_and_to_that_of_a_request(
    city: tuple[Store, str, Path], scope: Scope
) -> None:
    with closing(Database(city[1])) as database, database.reading(scope) as db:
        noting = cast(Connection, Noting(db))
        kept = chains.Chains(Seals("", None))
        head, entry = kept.read_newest(noting, "r1") or pytest.fail()
        kept.asked_before(noting, head, entry.request_id)
        kept.read_entries(noting, head.record, 1, 5)
        chains.read_head(noting, head.record)
        plans = [plan_of(db, *asked) for asked in cast(Noting, noting).asked]
    assert len(plans) == 5
    for plan in plans:
        assert "Seq Scan" not in plan, plan
        assert re.search(r"Index.* using (record_pkey|entry_pkey|entry_record_request_id_key)", plan), plan


def test_rows_of_one_institution_are_found_without_those_of_the_city(city: tuple[Store, str, Path]) -> None:
    with closing(Database(city[1])) as database, database.reading(SCHOOL) as db:
        question = "select label, data ->> 'name' from newest_row where unit = %s and section = 'trainees'"
        assert len(db.execute(question, (SCHOOL.unit,)).fetchall()) == 2 * RECORDS // 100
        plan = plan_of(db, question, (SCHOOL.unit,))
    assert re.search(r"Index.* (using|on) record_unit", plan), plan
    assert re.search(r"Index.* using entry_pkey", plan), plan
    assert "Seq Scan" not in plan, plan


def test_an_institution_asks_a_register_for_its_own_lines_only(city: tuple[Store, str, Path]) -> None:
    store, address, _ = city
    assert len(store.register("grants", date(2026, 3, 1), SCHOOL)) == RECORDS // 100
    question, values = registers.effects_question("grants", date(2026, 3, 1), SCHOOL, None)
    with closing(Database(address)) as database, database.reading(EVERYTHING) as db:
        rows = db.execute(f"explain (analyze, timing off) {question}", values).fetchall()  # type: ignore[arg-type]
    plan = "\n".join(row[0] for row in rows)
    assert re.search(r"Index.* (using|on) record_unit", plan), plan
    assert re.search(r"Index.* (using|on) effect_line", plan), plan
    assert "Seq Scan" not in plan, plan
