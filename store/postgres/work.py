"""The tables of Procrastinate, which hands slow work out to several programs: laid out by its package, in our schema.

Only ids ever stand in them, and only for as long as somebody is to do what they name.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

from store.errors import FormatTooNew

SCHEMA = "onefill_work"
#: Two servers that start at once do not lay them out twice.
_LOCK = 0x1F11_0007
_TABLE = f"""
create schema if not exists {SCHEMA};
create table if not exists {SCHEMA}.migration(name text primary key, applied_at timestamptz not null default now());
"""


def lay_out(db: psycopg.Connection, sql: Path | None = None) -> None:
    """Bring the tables up to what the installed package asks for, each step in one transaction with its note.

    Args:
        db: An autocommit connection.
        sql: Where the package keeps them: ``schema.sql`` for a new database, steps for an older one in ``migrations``.

    Raises:
        FormatTooNew: A newer package has laid them out.
    """
    sql = sql or _of_package()
    steps = sorted((sql / "migrations").glob("*.sql"))
    known = {step.stem for step in steps}
    while (done := _done(db)) != known:
        if newer := done - known:
            raise FormatTooNew(file=f"数据库 {db.info.dbname}", found=max(newer), known=max(known))
        with _alone(db), db.transaction():
            db.execute(_TABLE)
            # Another server may have done it while this one waited.
            if _done(db) == done:
                _take(db, [step for step in steps if step.stem not in done], sql / "schema.sql" if not done else None)


@contextmanager
def _alone(db: psycopg.Connection) -> Iterator[None]:
    """While no other server lays them out.

    A transaction that waited inside itself would still hold the schema for missing, which PostgreSQL remembers.
    """
    db.execute("select pg_advisory_lock(%s)", (_LOCK,))
    try:
        yield
    finally:
        db.execute("select pg_advisory_unlock(%s)", (_LOCK,))


def _take(db: psycopg.Connection, missing: list[Path], whole: Path | None) -> None:
    """Lay out the whole at once, which is all that is missing; or the next step."""
    db.execute(f"set local search_path = {SCHEMA}; set local statement_timeout = 0")
    db.execute((whole or missing[0]).read_bytes())
    names = [step.stem for step in (missing if whole else missing[:1])]
    db.execute("insert into migration(name) select unnest(%s::text[])", (names,))


def _done(db: psycopg.Connection) -> set[str]:
    """Names of the steps that were done, or are part of what was laid out at once."""
    if db.execute(f"select to_regclass('{SCHEMA}.migration')").fetchone() == (None,):
        return set()
    return {name for (name,) in db.execute(f"select name from {SCHEMA}.migration")}


def _of_package() -> Path:
    found = find_spec("procrastinate")  # not imported: whoever only keeps records needs none of it
    assert found is not None and found.origin is not None
    return Path(found.origin).with_name("sql")
