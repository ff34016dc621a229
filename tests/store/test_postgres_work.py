"""The tables of what hands slow work out: laid out beside ours, brought up to date, refused where they are newer."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from store import FormatTooNew, open_store
from store.postgres.work import SCHEMA, lay_out
from tests.databases import Server

TABLES = "select table_name from information_schema.tables where table_schema = %s order by 1"


@pytest.fixture
def db(postgres: Server) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres.bare_database(), autocommit=True) as db:
        yield db


def tables(db: psycopg.Connection) -> list[str]:
    return [name for (name,) in db.execute(TABLES, (SCHEMA,))]


def package(folder: Path, schema: str, **steps: str) -> Path:
    (folder / "migrations").mkdir(parents=True, exist_ok=True)
    (folder / "schema.sql").write_text(schema)
    for name, step in steps.items():
        (folder / "migrations" / f"{name}.sql").write_text(step)
    return folder


def test_a_new_database_has_them_in_a_schema_of_their_own(postgres: Server, tmp_path: Path) -> None:
    address = postgres.bare_database()
    for _ in range(2):
        with closing(open_store(address, key_file=tmp_path / "key")):
            pass
    with psycopg.connect(address) as db:
        assert "procrastinate_jobs" in tables(db)
        others = "select count(*) from pg_tables where schemaname <> %s and tablename like 'procrastinate%%'"
        assert db.execute(others, (SCHEMA,)).fetchone() == (0,)


def test_an_older_one_takes_the_steps_it_lacks_one_by_one(db: psycopg.Connection, tmp_path: Path) -> None:
    lay_out(db, package(tmp_path, "create table job(id int)", a="create table job(id int)"))
    newer = package(tmp_path, "not to be taken", b="create table worker(id int)", c="create table lock(id int)")
    lay_out(db, newer)
    lay_out(db, newer)
    assert tables(db) == ["job", "lock", "migration", "worker"]
    assert db.execute(f"select name from {SCHEMA}.migration order by 1").fetchall() == [("a",), ("b",), ("c",)]


def test_a_step_that_fails_leaves_nothing(db: psycopg.Connection, tmp_path: Path) -> None:
    sql = package(tmp_path, "create table job(id int)", a="")
    lay_out(db, sql)
    package(tmp_path, "", b="create table worker(id int); select 1 / 0")
    with pytest.raises(psycopg.errors.DivisionByZero):
        lay_out(db, sql)
    assert tables(db) == ["job", "migration"]
    lay_out(db, package(tmp_path, "", b="create table worker(id int)"))
    assert tables(db) == ["job", "migration", "worker"]


def test_those_of_a_newer_program_are_refused(postgres: Server, tmp_path: Path) -> None:
    address = postgres.bare_database()
    with closing(open_store(address, key_file=tmp_path / "key")):
        pass
    with psycopg.connect(address) as db:
        db.execute(f"insert into {SCHEMA}.migration(name) values ('99.00.00_01_future')")
    with pytest.raises(FormatTooNew, match=r"99\.00\.00_01_future.*请升级"):
        open_store(address, key_file=tmp_path / "key")
