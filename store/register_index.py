"""The index's tables of registers and series: which entry acts on which line, which drew which numbers."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from store.effects import effect_of
from store.model import Reach, Scope
from store.registers import Effected
from store.units import Statement, within

TABLES = """
create table effect(
    record text not null, n integer not null, place integer not null, at text not null,
    register text not null, line text not null, start text not null, effect text not null,
    primary key(record, n, place)
) without rowid;
create index effect_line on effect(register, line);
create table number(
    series text not null, last integer not null, record text not null, n integer not null,
    primary key(series, last)
) without rowid;
create index number_record on number(record);
"""

#: A row of either table.
Row = tuple[str | int | bytes, ...]


@dataclass(frozen=True)
class Carried:
    """What entries of one record carry.

    Attributes:
        documents: The entries as they lie in the file.
        whole: Whether these are all there are, so that whatever was known before gives way.
    """

    documents: list[Mapping[str, Any]]
    whole: bool


def put(db: sqlite3.Connection, record: str, carried: Carried) -> None:
    """Take what entries carry, within the caller's transaction."""
    if carried.whole:
        forget(db, record)
    for document in carried.documents:
        db.executemany("insert or ignore into effect values (?, ?, ?, ?, ?, ?, ?, ?)", _effects(record, document))
        db.executemany("insert or ignore into number values (?, ?, ?, ?)", _numbers(record, document))


def agrees(db: sqlite3.Connection, record: str, documents: Iterable[Mapping[str, Any]]) -> bool:
    """Whether just that is known of what a record's entries carry."""
    known = {*db.execute("select * from effect where record = ?", (record,))}
    drawn = {*db.execute("select * from number where record = ?", (record,))}
    kept = [*documents]
    return known == {row for one in kept for row in _effects(record, one)} and drawn == {
        row for one in kept for row in _numbers(record, one)
    }


def forget(db: sqlite3.Connection, record: str) -> None:
    """Drop what a record's entries carry."""
    db.execute("delete from effect where record = ?", (record,))
    db.execute("delete from number where record = ?", (record,))


def effects(db: sqlite3.Connection, register: str, on: date, scope: Scope, line: str | None) -> list[Effected]:
    """All that counts by a day, of the lines of a register that records of a scope act on; or of one of these."""
    rows = db.execute(*effects_question(register, on, scope, line))
    return [
        Effected(
            effect=effect_of(orjson.loads(effect)),
            record=record,
            n=n,
            place=place,
            when=datetime.fromisoformat(at),
            unit=unit,
        )
        for effect, record, n, place, at, unit in rows
    ]


def effects_question(register: str, on: date, scope: Scope, line: str | None) -> Statement:
    """The question for them, and for whatever others do to these lines."""
    where, values = "register = ? and start <= ?", [register, on.isoformat()]
    if line is not None:
        where, values = f"{where} and line = ?", [*values, line]
    # An institution has few records, whatever SQLite guesses; from there the way to their lines is short.
    join = "cross join" if scope.reach is Reach.OWN else "join"
    for seen, units in within(scope, "?"):
        lines = f"select line from record {join} effect using (record) where register = ? and {seen}"
        where, values = f"{where} and line in ({lines})", [*values, register, *units]
    listed = "select effect, record, effect.n, place, at, unit from effect join record using (record)"
    return f"{listed} where {where}", values


def _effects(record: str, document: Mapping[str, Any]) -> Iterator[Row]:
    for place, effect in enumerate(document.get("effects", ())):
        what = effect["register"], effect["line"], effect["start"], orjson.dumps(effect)
        yield record, document["n"], place, document["when"], *what


def _numbers(record: str, document: Mapping[str, Any]) -> Iterator[Row]:
    for series, (_, last) in document.get("numbers", {}).items():
        yield series, last, record, document["n"]


def series(db: sqlite3.Connection) -> set[str]:
    """Series from which entries we know of have drawn."""
    return {name for (name,) in db.execute("select distinct series from number")}


def last_number(db: sqlite3.Connection, series: str) -> int:
    """The last number that entries we know of have drawn."""
    return int(db.execute("select coalesce(max(last), 0) from number where series = ?", (series,)).fetchone()[0])
