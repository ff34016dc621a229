"""Tables copied aside before a step alters them, in the same transaction: what an older program goes back to."""

import logging
from pathlib import Path

import psycopg
from psycopg import sql

from store.errors import StoreUnavailable

#: Not worth a copy: no step alters what was handed in.
_LEFT_OUT = ("file", "file_part")
_PUT_BACK = Path(__file__).with_name("put_back.sql")
_log = logging.getLogger(__name__)


def copy_aside(db: psycopg.Connection, schema: str, step: int) -> str | None:
    """Copy every table but those of files, and hold the copies against them; nobody writes until the step is done.

    Args:
        db: Within a transaction; all records are seen.
        schema: Whose tables.
        step: Number of the step that is to come.

    Returns:
        The schema of the copies, to be seen by a superuser alone; ``None`` if there is nothing yet to copy.

    Raises:
        StoreUnavailable: A copy is not what was copied.
    """
    tables = _tables(db, schema)
    if not tables:
        return None
    sources = [sql.Identifier(schema, table) for table in tables]
    db.execute(sql.SQL("lock table {} in exclusive mode").format(sql.SQL(", ").join(sources)))
    named = db.execute("select %s || to_char(now(), '_YYYYMMDD_HH24MISS')", (f"{schema}_before_{step:03}",)).fetchone()
    assert named is not None
    aside = str(named[0])
    db.execute(sql.SQL("create schema {}").format(sql.Identifier(aside)))
    for table, source in zip(tables, sources, strict=True):
        copy = sql.Identifier(aside, table)
        db.execute(sql.SQL("create table {} as table {}").format(copy, source))
        if _sum(db, copy) != _sum(db, source):
            raise StoreUnavailable(why=f"升级以前拷下的表 {table} 与原来的不同，没有升级")
        # No policy lets anybody through: a copy must not show what the table itself would hide.
        db.execute(sql.SQL("alter table {0} enable row level security").format(copy))
        db.execute(sql.SQL("alter table {0} force row level security").format(copy))
    db.execute(_PUT_BACK.read_text(encoding="utf-8").replace("ASIDE", aside).replace("HERE", schema).encode())
    _log.warning("数据库 %s 要升级到第 %d 步，以前的表拷在 %s 里", db.info.dbname, step, aside)
    return aside


def _tables(db: psycopg.Connection, schema: str) -> list[str]:
    """Names of the tables to copy; none while nobody has written into any of them."""
    names = "select tablename from pg_tables where schemaname = %s and tablename <> all(%s) order by 1"
    tables = [str(name) for (name,) in db.execute(names, (schema, list(_LEFT_OUT)))]
    filled = sql.SQL("select exists(select from {})")
    kept = (sql.Identifier(schema, table) for table in tables if table != "migration")
    return tables if any(db.execute(filled.format(table)).fetchone() == (True,) for table in kept) else []


def _sum(db: psycopg.Connection, table: sql.Identifier) -> tuple[object, ...] | None:
    """How many rows there are and what is in them, whatever their order."""
    asked = "select count(*), sum(hashtextextended(kept::text, 0)::numeric) from {} as kept"
    return db.execute(sql.SQL(asked).format(table)).fetchone()
