"""A database of an older program: its tables are copied aside before a step alters them, and can be put back."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from store import EVERYTHING, FormatTooNew, Store, StoreUnavailable, open_store
from store.postgres import before
from store.postgres.migrating import migrate, steps
from tests.databases import ROLE, Server
from tests.store.making import begin, stepping
from tests.store.test_contract_parcels import filled, tally

NEXT = len(steps()) + 1
STEPS = {
    "taken": "alter table record add column taken integer; update record set taken = 1;",
    "made": "create table made(name text primary key); insert into made values ('x');",
    "broken": "update record set label = ''; alter table nowhere add column x integer;",
}


@pytest.fixture
def address(postgres: Server) -> str:
    """Of a database that the present program has filled."""
    return postgres.bare_database()


@pytest.fixture
def opened(address: str, tmp_path: Path) -> Callable[[], Store]:
    return lambda: open_store(address, clock=stepping(), key_file=tmp_path / "key")


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Have the program be a newer one, with more steps of these names."""

    def become(*names: str) -> None:
        known = steps()
        for number, name in enumerate(names, NEXT):
            known.append(tmp_path / f"{number:03}_{name}.sql")
            known[-1].write_text(STEPS[name])
        monkeypatch.setattr("store.postgres.migrating.steps", lambda: known)

    return become


def superuser(address: str) -> psycopg.Connection:
    return psycopg.connect(address.replace(f"{ROLE}:", "postgres:"), autocommit=True)


def copies(db: psycopg.Connection) -> list[str]:
    found = "select nspname::text from pg_namespace where nspname like 'onefill\\_before\\_%%' order by 1"
    return [name for (name,) in db.execute(found)]


def test_an_upgrade_copies_what_is_there_first_once_and_for_nobody_to_see(
    address: str, opened: Callable[[], Store], newer: Callable[..., None]
) -> None:
    with closing(opened()) as store:
        filled(store)
        expected = tally(store)
    newer("taken", "made")
    with closing(opened()) as store:
        assert tally(store) == expected
    opened().close()
    with superuser(address) as db, psycopg.connect(address) as ours:
        (aside,) = copies(db)
        assert aside.startswith(f"onefill_before_{NEXT:03}_")
        assert (
            db.execute("select count(*), sum(taken) from onefill.record").fetchone()
            == (expected.counts()["records"],) * 2
        )
        assert db.execute(f"select count(*) from {aside}.record").fetchone() == (expected.counts()["records"],)
        assert ours.execute(f"select count(*) from {aside}.record").fetchone() == (0,)
        assert db.execute(f"select to_regclass('{aside}.file_part')").fetchone() == (None,)


def test_who_goes_back_has_all_that_was(
    address: str, opened: Callable[[], Store], newer: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(opened()) as store:
        filled(store)
        expected = tally(store)
    newer("taken")
    with closing(opened()) as store:
        begin(store, "later")
    monkeypatch.undo()
    with pytest.raises(FormatTooNew):
        opened()
    with superuser(address) as db:
        (aside,) = copies(db)
        db.execute("alter schema onefill rename to onefill_newer")
        opened().close()
        db.execute(f"select {aside}.put_back()")
    with closing(opened()) as store:
        assert tally(store) == expected
        for verify in (store.verify_chains, store.verify_log, store.verify_files, store.verify_index):
            assert verify() == ()
        begin(store, "again")
        store.put_file(b"another")
        store.log({"act": "print"})


def test_a_new_database_and_an_empty_one_need_no_copy(address: str, newer: Callable[..., None], tmp_path: Path) -> None:
    with psycopg.connect(address, autocommit=True) as db:
        migrate(db)
        newer("taken")
        migrate(db)
        assert copies(db) == []


def test_a_step_that_fails_leaves_neither_copy_nor_change(
    address: str, opened: Callable[[], Store], newer: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(opened()) as store:
        filled(store)
        expected = tally(store)
    newer("broken")
    with pytest.raises(psycopg.Error):
        opened()
    monkeypatch.undo()
    with closing(opened()) as store, superuser(address) as db:
        assert (tally(store), copies(db)) == (expected, [])


def test_without_a_true_copy_nothing_is_altered(
    address: str, opened: Callable[[], Store], newer: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(opened()) as store:
        begin(store)
    newer("taken")
    monkeypatch.setattr(before, "_sum", lambda _, table: (str(table),))  # as if rows had got lost on the way
    with pytest.raises(StoreUnavailable, match="没有升级"):
        opened()
    monkeypatch.undo()
    with closing(opened()) as store, superuser(address) as db:
        assert (store.latest("r1", EVERYTHING).n, copies(db)) == (1, [])
