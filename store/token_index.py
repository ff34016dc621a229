"""The index's table of what records are found by exactly: sixteen bytes each, in the order of hashes.

Hashes come in no order, so in a large table each new one dirties a page of its own. While an index is made anew they
are therefore put down as they come, and sorted into their table once, at the end.
"""

import sqlite3
from hashlib import blake2b

TABLES = """
create table token(token blob not null, id integer not null, primary key(token, id)) without rowid;
create index token_id on token(id);
create table gathered(token blob not null, id integer not null);
"""
_SORTED = """
begin immediate;
drop index token_id;
insert or ignore into token select token, id from gathered order by token, id;
create index token_id on token(id);
drop table gathered;
commit;
pragma wal_checkpoint(truncate);
"""
_SIZE = 16


def has(many: int) -> str:
    """Holds for a record that has one of so many tokens."""
    return f"id in (select id from token where token in ({', '.join('?' * many)}))"


def holders(many: int) -> str:
    """The question which records have which of so many tokens."""
    return f"select token, record from token join record using (id) where token in ({', '.join('?' * many)})"


def in_clear(token: str) -> bytes:
    """How a token stands in the index that may be read by anybody."""
    return blake2b(f"={token}".encode(), digest_size=_SIZE).digest()


def hashed(keyed: str) -> bytes:
    """How a private one does, of which only the keyed hash is given, in hex."""
    return bytes.fromhex(keyed)


def put(db: sqlite3.Connection, id_: int, tokens: frozenset[bytes]) -> None:
    """Write only what differs: a class has hundreds of tokens and a keystroke changes one."""
    known = of(db, id_)
    db.executemany("delete from token where token = ? and id = ?", [(old, id_) for old in known - tokens])
    db.executemany("insert into token values (?, ?)", [(new, id_) for new in sorted(tokens - known)])


def gather(db: sqlite3.Connection, id_: int, tokens: frozenset[bytes], *, again: bool) -> None:
    """Put the tokens of a record down, to be sorted in with those of all others.

    Args:
        db: Of an index that is being made.
        id_: Of the record.
        tokens: All it has.
        again: Whether the record was put down before.
    """
    if again:
        db.execute("delete from gathered where id = ?", (id_,))
    db.executemany("insert into gathered values (?, ?)", [(token, id_) for token in tokens])


def is_gathering(db: sqlite3.Connection) -> bool:
    """Whether the index is being made, or whoever made it died of it."""
    return db.execute("select 1 from sqlite_schema where name = 'gathered'").fetchone() is not None


def sort_in(db: sqlite3.Connection) -> None:
    """Have all that was gathered be found; from now on every token is written where it belongs."""
    db.executescript(_SORTED)


def of(db: sqlite3.Connection, id_: int) -> frozenset[bytes]:
    """By what a record is found exactly."""
    return frozenset(row[0] for row in db.execute("select token from token where id = ?", (id_,)))
