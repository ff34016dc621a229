"""The index: lists and search over what lies in the files. Second truth only: losing it loses nothing."""

import os
import sqlite3
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import orjson

from store import platform, register_index, token_index
from store.chain import Document
from store.disk import ABSENT, Stamp, told
from store.matching import Query
from store.model import DELETED, INNER, Found, Reach, Scope
from store.register_index import Carried
from store.registers import Effected
from store.units import Statement, below, within

#: Raised with every change of the tables; an index of another number is made anew.
LAYOUT = 6
#: Every new token dirties another page: small pages halve what an append writes.
_PAGE = 1024
#: Pages in the log before they are carried into the file; the usual 4 MB.
_LOGGED = 4000

_TABLES = """
create table about(key text primary key, value text not null) without rowid;
create table record(
    id integer primary key, record text not null unique,
    form text not null, n integer not null, digest text not null, taken integer not null,
    state text not null, unit text not null, owner text not null, label text not null,
    words text not null, first text, last text, due text, about text not null,
    changed_at integer not null, draft integer not null, has_draft integer not null,
    file_time integer not null, file_size integer not null, draft_time integer not null, draft_size integer not null
);
create index record_changed on record(changed_at desc, record, form, state, unit);
create index record_form on record(form, changed_at desc, record);
create index record_form_state on record(form, state, changed_at desc, record);
create index record_state on record(state, changed_at desc, record);
create index record_due on record(state, due is null, due, changed_at desc, record);
create index record_unit on record(unit, changed_at desc, record);
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LIST = "record, form, n, state, unit, owner, label, first, last, changed_at, has_draft, due, about"
#: The columns are in this order.
_FOUND = [field.name for field in fields(Found)]
#: So many of the newest are looked through before all that a range leads to are sorted.
_NEWEST = 4000
_ORDER = {"changed": "changed_at desc, record", "due": "due is null, due, changed_at desc, record"}


@dataclass(frozen=True)
class Line:
    """What the index knows of a record; columns of the table.

    Attributes:
        digest: Of the newest entry: a file that has another there was swapped.
        taken: The draft's changes up to this number are in an entry.
        words: What a search by substring looks through.
        first: First day of the period, ISO.
        due: Until when whoever holds it should be done, ISO.
        about: What lists say besides, as JSON.
        changed_at: Microseconds since 1970.
        draft: Number of the draft's newest change.
    """

    record: str
    form: str
    n: int
    digest: str
    taken: int
    state: str
    unit: str
    owner: str
    label: str
    words: str
    first: str | None
    last: str | None
    due: str | None
    about: str
    changed_at: int
    draft: int
    has_draft: bool
    file_time: int
    file_size: int
    draft_time: int
    draft_size: int

    @property
    def file_stamp(self) -> Stamp:
        """Stamp of the chain's file when it was read."""
        return self.file_time, self.file_size

    @property
    def stamps(self) -> tuple[Stamp, Stamp]:
        """Stamps of chain and draft when they were read."""
        return self.file_stamp, (self.draft_time, self.draft_size)


#: A line with its tokens and what its entries carry.
Noted = tuple[Line, frozenset[bytes] | None, Carried | None]

_COLUMNS = ", ".join(field.name for field in fields(Line))
_MARKS = ", ".join("?" for _ in fields(Line))
_UPDATES = ", ".join(f"{field.name} = excluded.{field.name}" for field in fields(Line)[1:])
#: What was read from older files never takes the place of what was read from newer ones.
_NEWER = "where excluded.n > n or (excluded.n = n and excluded.draft >= draft)"


class Index:
    """A SQLite file with pooled connections; a connection serves one operation of one thread at a time."""

    def __init__(self, path: Path, mark: Callable[[], str]) -> None:
        self._path = path
        self._mark = mark
        self._free: list[sqlite3.Connection] = []
        # Whoever lets a store go without closing it leaves no connection to the collector of rubbish.
        weakref.finalize(self, _close_all, self._free)
        self._lock = Lock()
        self._identity = (0, 0)

    # -- the file ---

    @property
    def is_lost(self) -> bool:
        """Whether the file we opened is no longer the one in its place."""
        return self._identity == (0, 0) or _identity(self._path) != self._identity

    def open(self) -> None:
        """Open the file, or make it if it is missing, broken, or another folder's. To be called under a lock."""
        self.close()
        if not self._is_ours():
            self.discard()
            with told():
                # Labels and names stand in it; what SQLite puts beside it is as private.
                os.close(platform.open_private(self._path))
            with closing(self._connect()) as db:
                db.executescript(f"begin;{_TABLES}{token_index.TABLES}{register_index.TABLES}")
                db.execute("insert into about values ('mark', ?)", (self._full_mark,))
                db.execute("commit")
        self._identity = _identity(self._path)

    def discard(self) -> None:
        """Remove the file."""
        self.close()
        with told():
            for suffix in ("-wal", "-shm", ""):
                Path(f"{self._path}{suffix}").unlink(missing_ok=True)

    def close(self) -> None:
        """Close every free connection; those in use are closed when they come back."""
        with self._lock:
            self._identity = (0, 0)
            _close_all(self._free)

    @property
    def _full_mark(self) -> str:
        return f"{LAYOUT} {self._mark()}"

    def _is_ours(self) -> bool:
        if not self._path.exists():
            return False
        try:
            with closing(self._connect()) as db:
                row = db.execute("select value from about where key = 'mark'").fetchone()
                return row is not None and row[0] == self._full_mark
        except sqlite3.DatabaseError as exc:
            if is_passing(exc):
                raise
            return False

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=10, isolation_level=None, check_same_thread=False)
        try:
            db.execute(f"pragma page_size = {_PAGE}")
            db.execute("pragma journal_mode = wal")
            db.execute(f"pragma wal_autocheckpoint = {_LOGGED}")
            db.execute("pragma synchronous = normal")
        except BaseException:
            db.close()
            raise
        return db

    @contextmanager
    def _use(self) -> Iterator[sqlite3.Connection]:
        identity = self._identity
        with self._lock:
            db = self._free.pop() if self._free else None
        db = db or self._connect()
        whole = False
        try:
            yield db
            whole = True
        finally:
            # A script stopped in the middle must not leave its transaction to the next one.
            if whole and identity == self._identity and not db.in_transaction:
                with self._lock:
                    self._free.append(db)
            else:
                db.close()

    # -- what is in it ---

    def line(self, record: str) -> Line | None:
        """What is known of a record."""
        with self._use() as db:
            row = db.execute(f"select {_COLUMNS} from record where record = ?", (record,)).fetchone()
        return Line(*row) if row else None

    def stamps(self) -> dict[str, tuple[Stamp, Stamp]]:
        """Stamps of chain and draft of every record when they were read."""
        with self._use() as db:
            rows = db.execute("select record, file_time, file_size, draft_time, draft_size from record")
            return {
                record: ((time, size), (draft_time, draft_size)) for record, time, size, draft_time, draft_size in rows
            }

    def put(self, lines: Iterable[Noted], *, force: bool = False) -> None:
        """Take what was read from files, in one transaction.

        Args:
            lines: With their tokens and what their entries carry; ``None`` leaves those as they are.
            force: Also in place of what was read from newer files.
        """
        with self._use() as db:
            db.execute("begin immediate")
            gathering = token_index.is_gathering(db)
            for line, tokens, carried in lines:
                again = gathering and _id(db, line.record) is not None
                changed = db.execute(
                    f"insert into record({_COLUMNS}) values ({_MARKS}) on conflict(record) do update set {_UPDATES}"
                    f" {'' if force else _NEWER} returning id",
                    (*vars(line).values(),),
                ).fetchall()
                if changed and tokens is not None:
                    ((id_,),) = changed
                    if gathering:
                        token_index.gather(db, id_, tokens, again=again)
                    else:
                        token_index.put(db, id_, tokens)
                if carried is not None:
                    # Beside what was read from a newer file an older one has nothing to take back.
                    whole = carried.whole and bool(changed)
                    register_index.put(db, line.record, replace(carried, whole=whole))
            db.execute("commit")

    def sort_in(self) -> None:
        """Have a new index find by tokens; to be called when it has been given everything."""
        with self._use() as db:
            if token_index.is_gathering(db):
                token_index.sort_in(db)

    def tokens(self, record: str) -> frozenset[bytes]:
        """By what a record is found exactly."""
        with self._use() as db:
            id_ = _id(db, record)
            return frozenset() if id_ is None else token_index.of(db, id_)

    def agrees(self, record: str, documents: Iterable[Document]) -> bool:
        """Whether registers and series know just what a record's entries carry."""
        with self._use() as db:
            return register_index.agrees(db, record, documents)

    def forget(self, records: Iterable[str]) -> None:
        """Drop records."""
        with self._use() as db:
            db.execute("begin immediate")
            for record in records:
                db.execute("delete from token where id = ?", (_id(db, record),))
                db.execute("delete from record where record = ?", (record,))
                register_index.forget(db, record)
            db.execute("commit")

    def scrub(self) -> None:
        """Write the file anew, for SQLite leaves what was deleted where it stood."""
        with self._use() as db:
            db.execute("vacuum")
            db.execute("pragma wal_checkpoint(truncate)")

    def find(self, query: Query, tokens: list[tuple[bytes, ...]], limit: int, offset: int) -> list[Found]:
        """Records that answer a query; of each group of tokens one must stand there."""
        with self._use() as db:
            for question, values in questions(query, tokens, limit, offset):
                rows = db.execute(question, values).fetchall()
                if len(rows) == limit:
                    break
            return [_found(row) for row in rows]

    def holders(self, tokens: Sequence[bytes]) -> list[tuple[bytes, str]]:
        """Of many tokens those that records have, each with a record."""
        with self._use() as db:
            return db.execute(token_index.holders(len(tokens)), tokens).fetchall()

    def effects(self, register: str, on: date, scope: Scope, line: str | None) -> list[Effected]:
        """All that counts by a day, of the lines of a register that records of a scope act on; or of one of these."""
        with self._use() as db:
            return register_index.effects(db, register, on, scope, line)

    def last_number(self, series: str) -> int:
        """The last number that entries we know of have drawn."""
        with self._use() as db:
            return register_index.last_number(db, series)

    def series(self) -> set[str]:
        """Series from which entries we know of have drawn."""
        with self._use() as db:
            return register_index.series(db)

    def count(self, query: Query, tokens: list[tuple[bytes, ...]]) -> int:
        """How many there are."""
        where, values = _where(query, tokens)
        with self._use() as db:
            return int(db.execute(f"select count(*) from record where {where}", values).fetchone()[0])


def is_passing(error: sqlite3.Error) -> bool:
    """Whether the index itself is sound and only cannot be reached now: busy, disk full, read-only."""
    name = getattr(error, "sqlite_errorname", "SQLITE_CORRUPT")
    return not name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR", "SQLITE_IOERR_SHORT_READ"))


def microseconds(when: datetime) -> int:
    """A moment as the index orders it."""
    return (when - _EPOCH) // timedelta(microseconds=1)


def questions(query: Query, tokens: list[tuple[bytes, ...]], limit: int, offset: int) -> Iterator[Statement]:
    """The question which records answer a query; before it one that may spare it, if it gives as many as are wanted.

    An index leads to all records of a district, but not in order: to sort a fifth of all for the newest fifty takes far
    longer than to look through the newest of all, where a fifth is theirs.
    """
    where, values = _where(query, tokens)
    order = f"order by {_ORDER[query.order]}"
    given = [*values, limit, offset]
    plain = query.order == "changed" and not (tokens or query.words or query.overlap)
    if plain and any(_ranges(query)):
        # All of this stands in the index itself; only what is listed is fetched from the table.
        newest = f"select id, changed_at, record, form, state, unit from record {order} limit {_NEWEST}"
        listed = f"select id from ({newest}) where {where} {order} limit ? offset ?"
        yield f"select {_LIST} from ({listed}) cross join record using (id) {order}", given
    yield f"select {_LIST} from record where {where} {order} limit ? offset ?", given


def _close_all(free: list[sqlite3.Connection]) -> None:
    while free:
        free.pop().close()


def _id(db: sqlite3.Connection, record: str) -> int | None:
    row = db.execute("select id from record where record = ?", (record,)).fetchone()
    return row[0] if row else None


def _where(query: Query, tokens: list[tuple[bytes, ...]]) -> tuple[str, list[object]]:
    parts = [*_equals(query), *_ranges(query)]
    if query.form is None:
        parts.append(("substr(form, 1, 1) != ?", [INNER]))
    if not query.states and query.state is None:
        parts.append(("state != ?", [DELETED]))
    parts += [("instr(words, ?)", [word]) for word in query.words]
    parts += [(token_index.has(len(group)), [*group]) for group in tokens]
    parts += _overlap(query)
    return _all_of(parts)


def _equals(query: Query) -> Iterator[Statement]:
    """Conditions behind which an index goes on by the hour of the change."""
    own = query.scope.reach is Reach.OWN
    if own:
        yield from within(query.scope, "?")
    # An institution has few records, whatever SQLite guesses: a plus keeps it from another way.
    if query.form is not None:
        yield f"{'+' if own else ''}form = ?", [query.form]
    if query.state is not None:
        yield f"{'+' if own else ''}state = ?", [query.state]


def _ranges(query: Query) -> Iterator[Statement]:
    """Conditions to which an index leads in pieces, each in an order of its own."""
    if query.scope.reach is Reach.BELOW:
        yield from within(query.scope, "?")
    yield from below(query.unit, "?")
    if query.states:
        yield f"state in ({', '.join('?' for _ in query.states)})", [*query.states]


def _all_of(parts: Iterable[Statement]) -> Statement:
    kept = [("1", []), *parts]
    return " and ".join(sql for sql, _ in kept), [value for _, values in kept for value in values]


def _overlap(query: Query) -> list[tuple[str, list[object]]]:
    if query.overlap is None:
        return []
    start, end = query.overlap
    parts: list[tuple[str, list[object]]] = [("first is not null", [])]
    if start:
        parts.append(("last >= ?", [start.isoformat()]))
    if end:
        parts.append(("first <= ?", [end.isoformat()]))
    return parts


def _found(row: tuple[Any, ...]) -> Found:
    kept = dict(zip(_FOUND, row, strict=True))
    days = {name: date.fromisoformat(kept[name]) if kept[name] else None for name in ("start", "end", "due")}
    kept |= {"changed_at": _EPOCH + timedelta(microseconds=kept["changed_at"]), "has_draft": bool(kept["has_draft"])}
    return Found(**{**kept, **days, "about": orjson.loads(kept["about"])})


def _identity(path: Path) -> Stamp:
    try:
        stat = path.stat()
    except OSError:
        return ABSENT
    return stat.st_dev, stat.st_ino
