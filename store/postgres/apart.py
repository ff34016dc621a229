"""What belongs to no record: the access log and preferences."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import orjson

from store.log import GENESIS, faults_of, read_line, sealed, within
from store.model import EVERYTHING, Damage, LogLine
from store.parcels import LogParcel, LostParcel, PreferencesParcel, log_parcels
from store.plain import checked
from store.postgres.database import Connection, Lock
from store.postgres.joined import Transactions


class Log:
    """The access log: writers follow one another, and what was written last is noted apart."""

    def __init__(self, transactions: Transactions, clock: Callable[[], datetime]) -> None:
        self._transactions = transactions
        self._clock = clock

    def add(self, line: Mapping[str, Any]) -> None:
        """Write one more line."""
        with self._transactions.writing(Lock.LOG, "", EVERYTHING) as db:
            n, prev = _head(db) or (0, GENESIS)
            raw = sealed(line, n=n + 1, prev=prev, when=self._clock())
            _write(db, [raw])

    def take_in(self, lines: Sequence[bytes]) -> None:
        """Keep lines as they were sealed elsewhere; they follow those there are."""
        with self._transactions.writing(Lock.LOG, "", EVERYTHING) as db:
            _write(db, lines)

    def lines(self, first: date | None, last: date | None) -> list[LogLine]:
        """The lines of some days in order; what cannot be read is left out, ``faults`` names it."""
        with self._transactions.reading(EVERYTHING) as db:
            rows = db.execute(
                "select raw from log_line where day between %s and %s order by n",
                (first or date.min, last or date.max),
            ).fetchall()
        found = []
        for (raw,) in rows:
            with suppress(ValueError):
                found.append(read_line(raw.encode()))
        return [line for line in found if within(line, first, last)]

    def faults(self) -> tuple[Damage, ...]:
        """What is wrong with the log."""
        with self._transactions.reading(EVERYTHING) as db:
            faults = faults_of(self._raw(db), _head(db))
        return tuple(Damage("", place or self._place, why) for place, why in faults)

    def parcels(self) -> Iterator[LogParcel | LostParcel]:
        """The whole log."""
        with self._transactions.reading(EVERYTHING) as db:
            n, _ = _head(db) or (0, "")
            yield from log_parcels(self._raw(db), n, self._place)

    @property
    def _place(self) -> str:
        return f"数据库 {self._transactions.host} 的访问记录"

    def _raw(self, db: Connection) -> Iterator[tuple[bytes, str]]:
        """All lines, each with where it stands."""
        with db.cursor("log") as cursor:
            cursor.execute("select raw, n from log_line order by n")
            yield from ((raw.encode(), f"{self._place} 第 {n} 条") for raw, n in cursor)


def _head(db: Connection) -> tuple[int, str] | None:
    return db.execute("select n, digest from log_head").fetchone()


def _write(db: Connection, lines: Sequence[bytes]) -> None:
    for raw in lines:
        line = read_line(raw)
        db.execute("insert into log_line values (%s, %s, %s)", (line.n, line.when.date(), raw.decode()))
    db.execute(
        "insert into log_head(n, digest) values (%s, %s)"
        " on conflict(one) do update set n = excluded.n, digest = excluded.digest",
        (line.n, line.digest),
    )


class Preferences:
    """Small things kept for an owner."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def read(self, owner: str) -> dict[str, Any]:
        """What the owner likes."""
        with self._transactions.reading(EVERYTHING) as db:
            row = db.execute("select kept::text from preference where owner_hash = %s", (_hash(owner),)).fetchone()
        return dict(orjson.loads(row[0])) if row else {}

    def parcels(self) -> Iterator[PreferencesParcel]:
        """Those of all owners."""
        with self._transactions.reading(EVERYTHING) as db, db.cursor("preferences") as cursor:
            cursor.execute("select owner, kept::text from preference order by owner_hash")
            yield from (PreferencesParcel(owner, orjson.loads(kept)) for owner, kept in cursor)

    def set(self, owner: str, values: Mapping[str, Any]) -> None:
        """Change some; ``None`` forgets one."""
        self.change(owner, lambda _: values)

    def change(self, owner: str, change: Callable[[dict[str, Any]], Mapping[str, Any] | None]) -> dict[str, Any]:
        """Change some by what they are, ``None`` forgets one; what they are then."""
        checked(owner, "owner")
        owner_hash = _hash(owner)
        with self._transactions.writing(Lock.PREFERENCES, owner_hash, EVERYTHING) as db:
            row = db.execute("select kept::text from preference where owner_hash = %s", (owner_hash,)).fetchone()
            before: dict[str, Any] = orjson.loads(row[0]) if row else {}
            values = change(dict(before))
            if values is None:
                return before
            merged = {**before, **checked(dict(values), "preferences")}
            kept = {key: value for key, value in merged.items() if value is not None}
            db.execute(
                "insert into preference values (%s, %s, %s::jsonb)"
                " on conflict(owner_hash) do update set kept = excluded.kept",
                (owner_hash, owner, orjson.dumps(kept).decode()),
            )
            return kept


def _hash(owner: str) -> str:
    return hashlib.sha256(owner.encode()).hexdigest()
