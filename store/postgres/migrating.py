"""The tables: numbered steps of SQL, each done once, in one transaction with the note that it was done.

Where there is something in them already, they are copied aside before the first step that is to come.
"""

from pathlib import Path

import psycopg

from store.errors import FormatTooNew
from store.postgres.before import copy_aside

#: Two servers that start at once do not do the same step twice.
LOCK = 0x1F11_0001
SCHEMA = "onefill"
_FOLDER = Path(__file__).with_name("migrations")
_TABLE = """
create schema if not exists onefill;
create table if not exists onefill.migration(
    number integer primary key, name text not null, applied_at timestamptz not null default now()
);
"""


def steps() -> list[Path]:
    """The files of all steps in order; their names begin with their numbers, from 001 on without a gap."""
    return sorted(_FOLDER.glob("[0-9][0-9][0-9]_*.sql"))


def migrate(db: psycopg.Connection) -> None:
    """Bring the tables up to date.

    Args:
        db: An autocommit connection.

    Raises:
        FormatTooNew: A newer program has made them.
        StoreUnavailable: They could not be copied aside; nothing was altered.
    """
    known = steps()
    copied = False
    while (done := _done(db)) < len(known):
        with db.transaction():
            db.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
            db.execute(_TABLE)
            # Another server may have done it while this one waited.
            if _done(db) == done:
                # A step reads and alters what belongs to every institution.
                db.execute("set local statement_timeout = 0; select set_config('onefill.scope', '/', true)")
                copied = copied or copy_aside(db, SCHEMA, done + 1) is not None
                _take(db, done + 1, known[done])
    if done > len(known):
        raise FormatTooNew(file=f"数据库 {db.info.dbname}", found=done, known=len(known))


def _take(db: psycopg.Connection, number: int, step: Path) -> None:
    assert int(step.name[:3]) == number, step
    db.execute(f"set local search_path = {SCHEMA}")
    db.execute(step.read_bytes())
    db.execute("insert into migration(number, name) values (%s, %s)", (number, step.stem))


def _done(db: psycopg.Connection) -> int:
    """Number of the newest step that was done."""
    if db.execute("select to_regclass('onefill.migration')").fetchone() == (None,):
        return 0
    row = db.execute("select coalesce(max(number), 0) from onefill.migration").fetchone()
    assert row is not None
    return int(row[0])
