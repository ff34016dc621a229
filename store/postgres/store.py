"""The store of a city: records, drafts, log and files in PostgreSQL, for several servers at once."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Unpack

from store.blobs import NAMED_WITHIN, Blobs, Place
from store.chain import (
    Document,
    admit,
    body_of,
    body_with,
    entry_of,
    genesis,
    refuse_destroyed,
    seal,
    summary_document,
    summary_of,
)
from store.destroying import closing
from store.draft_lines import Line, clear_line, put_line, state_line, summary_line
from store.drafting import DraftState, copied, decide, listed, value_at
from store.errors import Conflict, EntryUnknown, NotAllowed, RecordUnknown, StoreUnavailable
from store.keyring import Keyring
from store.matching import Asked, Query, parted
from store.model import (
    DESTROYED,
    EVERYTHING,
    Change,
    Damage,
    Draft,
    DraftResult,
    Entry,
    Found,
    LogLine,
    NewEntry,
    Order,
    Scope,
    Summary,
)
from store.parcels import Parcel, Tally, carry, refuse_unless_empty
from store.plain import check_known, checked, is_text
from store.postgres import chains, listing, registers
from store.postgres.apart import Log, Preferences
from store.postgres.care import Care
from store.postgres.chains import Chains, Head
from store.postgres.database import Connection, Database, Lock
from store.postgres.destroying import Destroying
from store.postgres.drafts import DraftLines, Drafts
from store.postgres.files import FileTable
from store.postgres.lookup import Lookup
from store.postgres.parcels import PostgresParcels
from store.postgres.seals import Seals
from store.progress import OnProgress
from store.registers import RegisterLine, lines_on
from store.sweeping import Pause, no_pause


class PostgresStore:
    """The backend behind ``postgresql://…``. Several programs on several computers may use one database.

    Args:
        address: Where, and as whom: an ordinary role, for a superuser sees the records of every institution.
        clock: What time it is, with its zone.
        key_file: Key of the keyed hashes; the same on every computer.
        keys: Keys of encryption; without any, what is private is written in clear unless it was sealed before.
        files: Where files lie, if not in the database itself.
        wait: Seconds until whoever asks is told that the server is away.
    """

    def __init__(
        self,
        address: str,
        clock: Callable[[], datetime],
        *,
        key_file: Path,
        keys: Keyring | None = None,
        files: Place | None = None,
        wait: float = 5.0,
    ) -> None:
        self._clock = clock
        self._database = Database(address, wait)
        self._seals = Seals(self._database.host, keys)
        self._seals.begin(self._database)
        self._chains = Chains(self._seals)
        self._drafts = Drafts(self._seals)
        codec = self._seals.codec_of(self._database)
        self._lookup = Lookup(self._database, key_file, codec)
        self._place = files
        self._files = Blobs(files or FileTable(self._database), codec)
        self._preferences = Preferences(self._database)
        self._log = Log(self._database, clock)
        self._destroying = Destroying(self._database, self._drafts, self._lookup, self._files)
        self._care = Care(self._database, self._lookup, self._seals)

    # -- entries ---

    def append(self, new: NewEntry, expected_n: int, scope: Scope) -> Entry:
        """See ``Store``."""
        body = body_of(new)
        with self._changing(new.record, scope) as db:
            head, newest = self._chains.read_newest(db, new.record) or (None, None)
            if head is None and chains.is_hidden(db, new.record, scope):
                raise NotAllowed(record=new.record)
            if head and (again := self._chains.asked_before(db, head, new.request_id)):
                return again
            admit(new, newest, expected_n, scope)
            prev = newest.digest if newest else genesis(new.record, new.form)
            if new.draws:
                body = body_with(new, registers.draw(db, new.draws, new.above))
            documents = self._documents(db, new.record) if new.destroys and newest else []
            if new.destroys:
                if head is None or head.draft_number != new.draft:
                    raise Conflict(new=new, expected_n=expected_n, actual=newest)
                body = closing(body, new.destroys, documents)
            document = seal(body, n=expected_n + 1, prev=prev, when=self._clock())
            entry = entry_of(document, new.record, new.form)
            typed = [state_line(self._drafts.read(db, head).state)] if head and new.destroys else []
            self._list_entry(db, head, newest, entry)
            self._chains.add_entry(db, new.record, document)
            registers.put(db, entry)
            if new.destroys:
                self._destroying.strip(db, entry, documents, document, typed)
            return entry

    def latest(self, record: str, scope: Scope) -> Entry:
        """See ``Store``."""
        with self._looking(record, scope) as db:
            return self._newest(db, record, scope)[1]

    def entry(self, record: str, n: int, scope: Scope) -> Entry:
        """See ``Store``."""
        found = self.entries(record, scope, n, n if n > 0 else 0)
        if not found:
            raise EntryUnknown(record=record, n=n)
        return found[0]

    def entries(self, record: str, scope: Scope, first: int = 1, last: int | None = None) -> list[Entry]:
        """See ``Store``."""
        with self._looking(record, scope) as db:
            known = self._chains.read_entries(db, record, max(first, 1), last)
            if known is None:
                raise self._missing(db, record, scope)
            return known[1]

    def stamp(self, record: str) -> Hashable:
        """See ``Store``."""
        return self.stamps([record])[record]

    def stamps(self, records: Collection[str]) -> dict[str, Hashable]:
        """See ``Store``."""
        stamps: dict[str, Hashable] = dict.fromkeys(records)
        asked = [record for record in stamps if is_text(record)]
        with suppress(StoreUnavailable), self._database.reading(EVERYTHING) as db:
            found = db.execute("select record, touch from record where record = any(%s)", (asked,))
            stamps |= {record: touch for record, touch in found}
        return stamps

    # -- drafts ---

    def draft(self, record: str, scope: Scope) -> Draft:
        """See ``Store``."""
        with self._looking(record, scope) as db:
            head = self._head(db, record, scope)
            return self._drafts.read(db, head).state.view(record, head.n)

    def set_draft(self, record: str, changes: Sequence[Change], scope: Scope, who: str) -> DraftResult:
        """See ``Store``."""
        checked(who, "who")
        with self._drafting(record, scope) as (db, head, draft, state):
            if not state.changes:
                state.base_n = head.n
            decision = decide(state, changes, who=who, at=self._clock(), settled_value=self._values(db, record))
            if decision.puts:
                line = put_line(decision.puts, state.base_n)
                listing.put_draft(db, self._write(db, head, draft, line, state))
            return decision.result(state.view(record, head.n))

    def set_summary(self, record: str, summary: Summary, scope: Scope) -> None:
        """See ``Store``."""
        plain = summary_of(summary_document(summary))
        with self._drafting(record, scope) as (db, head, draft, state):
            if state.summary != plain:
                state.summary, state.summary_n = plain, head.n
                self._list_draft(db, head, draft, summary_line(plain, head.n), state)

    def clear_draft(self, record: str, scope: Scope, up_to: int | None = None) -> Draft:
        """See ``Store``."""
        with self._drafting(record, scope) as (db, head, draft, state):
            end, at = state.number if up_to is None else up_to, self._clock()
            if state.clear(end, at):
                self._list_draft(db, head, draft, clear_line(end, at), state)
            return state.view(record, head.n)

    # -- lists ---

    def find(
        self, *, order: Order = "changed", limit: int = 200, offset: int = 0, **asked: Unpack[Asked]
    ) -> list[Found]:
        """See ``Store``."""
        query = Query(**asked, order=order)
        if query.finds_nothing:
            return []
        with self._database.reading(query.scope) as db:
            rows = db.execute(*listing.find(query, self._sought(query, db), limit, offset))
            return [listing.found(row) for row in rows]

    def find_each(self, *, limit: int = 200, **asked: Unpack[Asked]) -> dict[str, list[Found]]:
        """See ``Store``."""
        query = Query(**asked)
        if query.finds_nothing:
            return {}
        with self._database.reading(query.scope) as db:
            lookup = self._sought(query, db)
            found = [listing.found(row) for row in db.execute(*listing.find(query, lookup, limit, 0))]
            return parted(found, listing.holders(db, found, query, lookup))

    def count(self, **asked: Unpack[Asked]) -> int:
        """See ``Store``."""
        query = Query(**asked)
        if query.finds_nothing:
            return 0
        with self._database.reading(query.scope) as db:
            row = db.execute(*listing.count(query, self._sought(query, db))).fetchone()
            return int(row[0]) if row else 0

    # -- registers and series ---

    def register(self, name: str, on: date, scope: Scope, *, line: str | None = None) -> list[RegisterLine]:
        """See ``Store``."""
        if not is_text(name, line or ""):
            return []
        # Others may act on a line: whose it is is known only when all they did is.
        with self._database.reading(EVERYTHING) as db:
            effects = registers.effects(db, name, on, scope, line)
        return [one for one in lines_on(effects, on) if scope.covers(one.unit)]

    def series(self, name: str) -> int:
        """See ``Store``."""
        if not is_text(name):
            return 0
        with self._database.reading(EVERYTHING) as db:
            return registers.last_number(db, name)

    # -- files, preferences, care ---

    def put_file(self, data: bytes | BinaryIO) -> str:
        """See ``Store``."""
        return self._files.put(data)

    def get_file(self, digest: str) -> bytes:
        """See ``Store``."""
        return self._files.get(digest)

    def open_file(self, digest: str) -> BinaryIO:
        """See ``Store``."""
        return self._files.open(digest)

    def sweep(self, *, alone: bool = False, pause: Pause = no_pause) -> int:
        """See ``Store``; what breaks off before the commit was never destroyed."""
        return self._destroying.sweep(self.parcels, 0.0 if alone else NAMED_WITHIN, pause)

    def preferences(self, owner: str) -> dict[str, Any]:
        """See ``Store``."""
        return self._preferences.read(owner) if is_text(owner) else {}

    def set_preferences(self, owner: str, values: Mapping[str, Any]) -> None:
        """See ``Store``."""
        self._preferences.set(owner, values)

    def change_preferences(
        self, owner: str, change: Callable[[dict[str, Any]], Mapping[str, Any] | None]
    ) -> dict[str, Any]:
        """See ``Store``."""
        return self._preferences.change(owner, change)

    def log(self, line: Mapping[str, Any]) -> None:
        """See ``Store``."""
        self._log.add(line)

    def log_lines(self, first: date | None = None, last: date | None = None) -> list[LogLine]:
        """See ``Store``."""
        return self._log.lines(first, last)

    def verify_log(self) -> tuple[Damage, ...]:
        """See ``Store``."""
        return self._log.faults()

    def verify_chains(self, on_progress: OnProgress | None = None) -> tuple[Damage, ...]:
        """See ``Store``."""
        return self._care.verify_chains(on_progress)

    def verify_files(self, on_progress: OnProgress | None = None) -> tuple[Damage, ...]:
        """See ``Store``; preferences cannot be half written in a table."""
        return tuple(self._files.faults(on_progress))

    def verify_index(self, on_progress: OnProgress | None = None) -> tuple[Damage, ...]:
        """See ``Store``."""
        return self._care.verify_index(on_progress)

    def damages(self) -> tuple[Damage, ...]:
        """See ``Store``."""
        return self._care.damages

    def reindex(self, on_progress: OnProgress | None = None) -> int:
        """See ``Store``."""
        return self._care.reindex(on_progress)

    def renew_lookup(self, on_progress: OnProgress | None = None) -> int:
        """See ``Store``; should it break off, every server asks for ``reindex``."""
        self._lookup.renew()
        return self._care.reindex(on_progress)

    def parcels(self) -> Iterator[Parcel]:
        """See ``Store``."""
        with self._database.snapshot() as db:
            yield from self._parcels(db).out()

    def take_in(self, parcels: Iterable[Parcel]) -> Tally:
        """See ``Store``; what was interrupted was never there."""
        with self._database.alone() as db:
            mine = self._parcels(db)
            refuse_unless_empty(mine.out())
            came = carry(parcels, keep=mine.keep, back=mine.out)
            db.execute("analyze record, token, entry")
            return came

    def probe(self) -> None:
        """See ``Store``."""
        self._lookup.probe()

    def close(self) -> None:
        """See ``Store``."""
        self._database.close()

    # -- inside ---

    def _sought(self, query: Query, db: Connection) -> Lookup:
        """By which key private values are looked for, if any may be meant."""
        return self._lookup.as_in(db) if (query.tokens or query.any_of) and self._lookup.is_open else self._lookup

    def _parcels(self, db: Connection) -> PostgresParcels:
        return PostgresParcels(db, self._database.host, self._lookup, self._clock, self._seals, self._place)

    @contextmanager
    def _looking(self, record: str, scope: Scope) -> Iterator[Connection]:
        check_known(record)
        with self._care.trusted(record), self._database.reading(scope) as db:
            yield db

    @contextmanager
    def _changing(self, record: str, scope: Scope) -> Iterator[Connection]:
        with self._care.trusted(record), self._database.writing(Lock.RECORD, record, scope) as db:
            yield db

    @contextmanager
    def _drafting(self, record: str, scope: Scope) -> Iterator[tuple[Connection, Head, DraftLines, DraftState]]:
        """The draft as it is kept, and a copy of its state to be changed."""
        check_known(record)
        with self._changing(record, scope) as db:
            head = self._head(db, record, scope)
            self._refuse_destroyed(db, record)
            draft = self._drafts.read(db, head)
            yield db, head, draft, copied(draft.state)

    def _refuse_destroyed(self, db: Connection, record: str) -> None:
        row = db.execute("select about ? %s from record where record = %s", (DESTROYED, record)).fetchone()
        known = self._chains.read_newest(db, record) if row and row[0] else None
        if known:
            refuse_destroyed(known[1])

    def _documents(self, db: Connection, record: str) -> list[Document]:
        known = self._chains.read_documents(db, record, 1, None)
        return known[1] if known else []

    def _head(self, db: Connection, record: str, scope: Scope) -> Head:
        head = chains.read_head(db, record)
        if head is None:
            raise self._missing(db, record, scope)
        return head

    def _newest(self, db: Connection, record: str, scope: Scope) -> tuple[Head, Entry]:
        known = self._chains.read_newest(db, record)
        if known is None:
            raise self._missing(db, record, scope)
        return known

    def _missing(self, db: Connection, record: str, scope: Scope) -> NotAllowed | RecordUnknown:
        return NotAllowed(record=record) if chains.is_hidden(db, record, scope) else RecordUnknown(record=record)

    def _write(self, db: Connection, head: Head, draft: DraftLines, line: Line, state: DraftState) -> Head:
        """Write a line of the draft; where the record stands then."""
        return head.with_draft(self._drafts.write(db, head.record, draft, line, state).touch, state)

    def _list_draft(self, db: Connection, head: Head, draft: DraftLines, line: Line, state: DraftState) -> None:
        """Write a line of the draft that changes what lists say."""
        known = self._chains.read_newest(db, head.record)
        assert known
        shown, before = (listed(known[1].summary, one.summary) for one in (state, draft.state))
        listing.put(db, self._write(db, head, draft, line, state), shown, before, self._lookup)

    def _list_entry(self, db: Connection, head: Head | None, newest: Entry | None, entry: Entry) -> None:
        """Have lists know of a new entry, which takes changes out of the draft."""
        head = head or Head.before(entry)
        draft = self._drafts.read(db, head)
        before = listed(newest.summary, draft.state.summary) if newest else Summary()
        state = copied(draft.state)
        if state.clear(entry.draft, entry.when, n=entry.n):
            draft = self._drafts.write(db, entry.record, draft, clear_line(entry.draft, entry.when), state)
        now = head.with_entry(entry).with_draft(draft.touch, draft.state)
        listing.put(db, now, listed(entry.summary, draft.state.summary), before, self._lookup)

    def _values(self, db: Connection, record: str) -> Callable[[str], Any]:
        """What the newest entry holds at a path; it is read only if somebody asks."""

        @cache
        def data() -> Any:
            known = self._chains.read_newest(db, record)
            return known[1].data if known else None

        return lambda path: value_at(data(), path)
