"""The default store: a TinyDB file per record, drafts and files beside it, and an index that can be lost."""

import uuid
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Unpack

from store.blobs import NAMED_WITHIN, Blobs, Place
from store.catalog import Catalog, stripe
from store.chain import (
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
from store.chain_files import Chain, Roll
from store.codec import Codec
from store.destroying import closing
from store.disk import Disk, shard, stamp_of, told
from store.draft_lines import clear_line, put_line, summary_line
from store.drafting import copied, decide, value_at
from store.errors import (
    Conflict,
    EntryUnknown,
    HalfTakenIn,
    KeyMissing,
    NotAllowed,
    RecordDamaged,
    RecordUnknown,
    StoreUnavailable,
)
from store.folder import Folder
from store.index import Line
from store.keyring import Keyring
from store.keys import LookupKey
from store.locks import INDEX, Locks
from store.log_files import LogFiles
from store.mark import Mark, Sealing, decide_at_start
from store.matching import Asked, Query
from store.model import (
    DESTROYED,
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
from store.plain import check_known, checked, is_text, shared
from store.preference_files import PreferenceFiles
from store.progress import OnProgress
from store.registers import RegisterLine, lines_on
from store.series_files import SeriesFiles
from store.sweeping import Pause, no_pause
from store.tiny_destroying import Destroying
from store.tiny_parcels import TinyParcels
from store.tiny_sealing import Sealer
from store.tiny_verify import verify_chains, verify_files, verify_index
from store.upgrading import upgrade

#: Stands in a folder while another store's data is being taken into it.
_HALF = "taking-in"


class TinyStore:
    """The backend behind ``tinydb:///path``. Several threads and programs may use one folder.

    Args:
        folder: Where everything lies; made if missing.
        clock: What time it is, with its zone.
        key_file: Key of the keyed hashes; beside the folder, not in it, so that a copy of the data holds no key.
        keys: Keys of encryption; without any, what is private is written in clear unless it was sealed before.
        files: Where files lie, if not in the folder.
        disk: The system calls that keep data.
        wait: Seconds to wait for another program's lock.
        roll: When a record's file is full.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], datetime],
        *,
        key_file: Path | None = None,
        keys: Keyring | None = None,
        files: Place | None = None,
        disk: Disk | None = None,
        wait: float = 30.0,
        roll: Roll | None = None,
    ) -> None:
        disk = disk or Disk()
        self._folder = folder
        self._disk = disk
        self._clock = clock
        self._locks = Locks(folder / "locks", wait)
        disk.make_folder(folder / "locks")
        if (folder / _HALF).exists():
            raise HalfTakenIn(folder=folder)
        upgrade(folder, disk, self._locks)
        with self._locks.hold(INDEX):
            mark = Mark(folder / "store.json", disk)
            codec = Codec(keys, lambda: mark.sealing.key)
            decide_at_start(mark, codec.keys, is_new=not (folder / "records").exists())
            key = LookupKey(key_file or folder.with_name(f"{folder.name}.key"), codec, disk)
            if mark.is_new and key.sealed_with and not mark.sealing.key:
                # The mark was lost and the key of encryption is not here: nothing private goes in clear for that.
                mark.decide(Sealing(key.sealed_with, decided=True, pending=True))
        self._blobs = Blobs(files or Folder(folder / "files", disk), codec)
        self._preferences = PreferenceFiles(folder / "preferences", disk)
        self._log = LogFiles(folder / "log", disk, self._locks, clock)
        self._catalog = Catalog(folder, disk, self._locks, key, mark, roll or Roll(), codec)
        self._series = SeriesFiles(folder / "series", disk, self._locks, self._catalog)
        self._catalog.heal()
        self._destroying = Destroying(
            folder / "destroying", disk, self._locks, self._catalog, self._preferences, self._blobs
        )
        self._destroying.go_on()
        self.sealer = Sealer(mark, codec, key, self._catalog, self._blobs, self._locks)

    # -- entries ---

    def append(self, new: NewEntry, expected_n: int, scope: Scope) -> Entry:
        """See ``Store``."""
        body = body_of(new)
        with self._locks.hold(stripe(new.record)):
            known = self._catalog.known(new.record)
            chain = self._catalog.chain(new.record, known)
            last = self._catalog.entry(chain) if chain else None
            if chain and last:
                _check_scope(last, scope)
                if again := chain.asked_before(new.request_id):
                    # Its writer may have died, or been refused, before this; now it is acknowledged.
                    with told():
                        self._disk.sync_folder(self._catalog.chains.path(new.record).parent)
                    self._catalog.head(new.record)
                    return self._catalog.entry(chain, again)
            admit(new, last, expected_n, scope)
            prev = chain.head if chain else genesis(new.record, new.form)
            when = self._clock()
            with self._catalog.writing(new.record):
                with self._series.drawing(new) as numbers:
                    body = body_with(new, numbers) if numbers else body
                    body = self._closing(new, body, chain, known) if new.destroys else body
                    document = seal(body, n=expected_n + 1, prev=prev, when=when)
                    chain = self._catalog.chains.append(chain, new.record, new.form, document)
                self._settle(self._catalog.note(chain, known), when)
                if new.destroys:
                    self._destroying.strip(new.record, self._catalog.known(new.record))
            return entry_of(document, new.record, new.form)

    def latest(self, record: str, scope: Scope) -> Entry:
        """See ``Store``."""
        return _economical(self._catalog.entry(self._chain(record, scope)))

    def entry(self, record: str, n: int, scope: Scope) -> Entry:
        """See ``Store``."""
        chain = self._chain(record, scope)
        if not 1 <= n <= chain.n:
            raise EntryUnknown(record=record, n=n)
        return _economical(self._catalog.entry(chain, n))

    def entries(self, record: str, scope: Scope, first: int = 1, last: int | None = None) -> list[Entry]:
        """See ``Store``."""
        chain = self._chain(record, scope)
        return self._catalog.entries(chain, first, chain.n if last is None else last)

    def stamp(self, record: str) -> Hashable:
        """See ``Store``."""
        try:
            check_known(record)
        except RecordUnknown:
            return None
        return stamp_of(self._catalog.chains.path(record)), stamp_of(self._catalog.drafts.path(record))

    def stamps(self, records: Collection[str]) -> dict[str, Hashable]:
        """See ``Store``."""
        return {record: self.stamp(record) for record in records}

    # -- drafts ---

    def draft(self, record: str, scope: Scope) -> Draft:
        """See ``Store``."""
        known = self._head(record, scope)
        return self._catalog.draft(record, known)[1].view(record, known.n)

    def set_draft(self, record: str, changes: Sequence[Change], scope: Scope, who: str) -> DraftResult:
        """See ``Store``."""
        checked(who, "who")
        check_known(record)
        with self._locks.hold(stripe(record)):
            known = self._head(record, scope)
            self._refuse_destroyed(record, known)
            file, state = self._catalog.draft(record, known)
            if not state.changes:
                state.base_n = known.n
            decision = decide(state, changes, who=who, at=self._clock(), settled_value=self._values(record))
            if decision.puts:
                line = put_line(decision.puts, state.base_n)
                with self._catalog.writing(record):
                    self._catalog.note_draft(known, self._catalog.drafts.write(record, file, line, state))
            return decision.result(state.view(record, known.n))

    def set_summary(self, record: str, summary: Summary, scope: Scope) -> None:
        """See ``Store``."""
        plain = summary_of(summary_document(summary))
        check_known(record)
        with self._locks.hold(stripe(record)):
            known = self._head(record, scope)
            self._refuse_destroyed(record, known)
            file, state = self._catalog.draft(record, known)
            if state.summary == plain:
                return
            state.summary, state.summary_n = plain, known.n
            # Not synced: it can be made again from the draft's changes.
            with self._catalog.writing(record):
                file = self._catalog.drafts.write(record, file, summary_line(plain, known.n), state, sync=False)
                self._catalog.note_draft(known, file, plain)

    def clear_draft(self, record: str, scope: Scope, up_to: int | None = None) -> Draft:
        """See ``Store``."""
        check_known(record)
        with self._locks.hold(stripe(record)):
            known = self._head(record, scope)
            file, state = self._catalog.draft(record, known)
            end = state.number if up_to is None else up_to
            at = self._clock()
            if state.clear(end, at):
                chain = self._catalog.chain(record, known)
                assert chain is not None
                with self._catalog.writing(record):
                    self._catalog.drafts.write(record, file, clear_line(end, at), state)
                    self._catalog.note(chain, known)
            return state.view(record, known.n)

    # -- lists ---

    def find(
        self, *, order: Order = "changed", limit: int = 200, offset: int = 0, **asked: Unpack[Asked]
    ) -> list[Found]:
        """See ``Store``."""
        return self._catalog.find(Query(**asked, order=order), limit, offset)

    def find_each(self, *, limit: int = 200, **asked: Unpack[Asked]) -> dict[str, list[Found]]:
        """See ``Store``."""
        return self._catalog.find_each(Query(**asked), limit)

    def count(self, **asked: Unpack[Asked]) -> int:
        """See ``Store``."""
        return self._catalog.count(Query(**asked))

    # -- registers and series ---

    def register(self, name: str, on: date, scope: Scope, *, line: str | None = None) -> list[RegisterLine]:
        """See ``Store``."""
        if not is_text(name, line or ""):
            return []
        effects = self._catalog.effects(name, on, scope, line)
        return [one for one in lines_on(effects, on) if scope.covers(one.unit)]

    def series(self, name: str) -> int:
        """See ``Store``."""
        return self._series.last(name) if is_text(name) else 0

    # -- files, preferences, care ---

    def put_file(self, data: bytes | BinaryIO) -> str:
        """See ``Store``."""
        return self._blobs.put(data)

    def get_file(self, digest: str) -> bytes:
        """See ``Store``."""
        return self._blobs.get(digest)

    def open_file(self, digest: str) -> BinaryIO:
        """See ``Store``."""
        return self._blobs.open(digest)

    def preferences(self, owner: str) -> dict[str, Any]:
        """See ``Store``."""
        return self._preferences.read(owner) if is_text(owner) else {}

    def set_preferences(self, owner: str, values: Mapping[str, Any]) -> None:
        """See ``Store``."""
        self.change_preferences(owner, lambda _: values)

    def change_preferences(
        self, owner: str, change: Callable[[dict[str, Any]], Mapping[str, Any] | None]
    ) -> dict[str, Any]:
        """See ``Store``."""
        checked(owner, "owner")
        with self._locks.hold(f"preferences-{shard(owner)}"):
            values = change(self._preferences.read(owner))
            if values is None:
                return self._preferences.read(owner)
            return self._preferences.change(owner, checked(dict(values), "preferences"))

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
        return verify_chains(self._catalog, self._locks, on_progress)

    def verify_files(self, on_progress: OnProgress | None = None) -> tuple[Damage, ...]:
        """See ``Store``."""
        return verify_files(self._blobs, self._preferences, on_progress)

    def verify_index(self, on_progress: OnProgress | None = None) -> tuple[Damage, ...]:
        """See ``Store``."""
        return verify_index(self._catalog, self._locks, on_progress)

    def sweep(self, *, alone: bool = False, pause: Pause = no_pause) -> int:
        """See ``Store``."""
        return self._destroying.sweep(self.parcels, 0.0 if alone else NAMED_WITHIN, pause)

    def damages(self) -> tuple[Damage, ...]:
        """See ``Store``."""
        return self._catalog.damages

    def reindex(self, on_progress: OnProgress | None = None) -> int:
        """See ``Store``."""
        return self._catalog.reindex(on_progress)

    def renew_lookup(self, on_progress: OnProgress | None = None) -> int:
        """See ``Store``."""
        return self.sealer.renew_lookup(on_progress)

    def parcels(self) -> Iterator[Parcel]:
        """See ``Store``."""
        return self._parcels().out()

    def take_in(self, parcels: Iterable[Parcel]) -> Tally:
        """See ``Store``."""
        mine = self._parcels()
        refuse_unless_empty(mine.out())
        self._disk.write_file(self._folder / _HALF, b"")
        came = carry(parcels, keep=mine.keep, back=mine.out)
        with told():
            (self._folder / _HALF).unlink()
        return came

    def probe(self) -> None:
        """See ``Store``."""
        self._catalog.known("probe")
        probe = self._folder / "locks" / f"probe-{uuid.uuid4().hex}"
        self._disk.write_file(probe, b"")
        with told():
            probe.unlink()

    def close(self) -> None:
        """See ``Store``."""
        self._catalog.close()

    # -- inside ---

    def _parcels(self) -> TinyParcels:
        return TinyParcels(self._catalog, self._preferences, self._series, self._log, self._blobs, self._locks)

    def _head(self, record: str, scope: Scope) -> Line:
        check_known(record)
        known = self._catalog.head(record)
        if not scope.covers(known.unit):
            raise NotAllowed(record=record)
        return known

    def _chain(self, record: str, scope: Scope) -> Chain:
        known = self._head(record, scope)
        chain = self._catalog.chain(record, known)
        assert chain is not None
        _check_scope(self._catalog.entry(chain), scope)
        return chain

    def _closing(
        self, new: NewEntry, body: Mapping[str, Any], chain: Chain | None, known: Line | None
    ) -> dict[str, Any]:
        """What an entry says that destroys those before it; word is left of what has to go with them."""
        assert new.destroys
        if chain is None or known is None:
            raise ValueError("there is nothing to destroy")
        _, draft = self._catalog.draft(new.record, known)
        if draft.number != new.draft:
            raise Conflict(new=new, expected_n=chain.n, actual=self._catalog.entry(chain))
        with self._catalog.reading(new.record):
            documents = [*self._catalog.chains.documents(chain, 1, chain.n)]
        self._destroying.begin(new.record, documents, draft)
        return closing(body, new.destroys, documents)

    def _refuse_destroyed(self, record: str, known: Line) -> None:
        if DESTROYED in known.about:
            chain = self._catalog.chain(record, known)
            assert chain is not None
            refuse_destroyed(self._catalog.entry(chain))

    def _values(self, record: str) -> Callable[[str], Any]:
        """What the newest entry holds at a path; it is read only if somebody asks."""

        @cache
        def data() -> Any:
            chain = self._catalog.chain(record, None)
            return self._catalog.entry(chain).data if chain else None

        return lambda path: value_at(data(), path)

    def _settle(self, known: Line, at: datetime) -> None:
        """Write down that an entry took changes out of the draft; should this fail, the entry itself says so."""
        try:
            file, _ = self._catalog.draft(known.record, known)
            state = copied(file.state)
            if state.clear(known.taken, at, n=known.n):
                file = self._catalog.drafts.write(known.record, file, clear_line(known.taken, at), state)
                self._catalog.note_draft(known, file)
        except (StoreUnavailable, RecordDamaged, KeyMissing):
            return


def _economical(entry: Entry) -> Entry:
    """The entry as somebody may hold it for long."""
    return replace(entry, data=shared(entry.data))


def _check_scope(entry: Entry, scope: Scope) -> None:
    if not scope.covers(entry.summary.unit):
        raise NotAllowed(record=entry.record)
