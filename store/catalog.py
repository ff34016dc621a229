"""Files and index together: whatever is read is checked against what was seen before, and the index kept up."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import orjson

from store.chain import ChainBroken, Document, entry_of
from store.chain_files import Chain, ChainFiles, Roll, carries
from store.codec import Codec
from store.disk import ABSENT, Disk, Stamp, shard, stamp_of
from store.draft_files import DraftFile, DraftFiles
from store.drafting import DraftState, copied, listed
from store.errors import (
    FormatTooNew,
    KeyMissing,
    RecordDamaged,
    RecordSealed,
    RecordUnknown,
    RecordWentBack,
    StoreUnavailable,
)
from store.index import Index, Line, Noted, is_passing, microseconds
from store.keys import LookupKey
from store.locks import INDEX, Locks
from store.mark import Mark
from store.matching import Query, parted, period, searched
from store.model import Damage, Entry, Found, Scope, Summary
from store.progress import OnProgress, counted
from store.register_index import Carried
from store.registers import Effected
from store.scanning import scan
from store.token_index import hashed, in_clear
from store.underway import Underway

_Answer = TypeVar("_Answer")
_BATCH = 200
#: Seconds between two words on how far an index is that is being made.
_WORD = 5.0
#: What costs one record, not all of them.
_NOT_NOW = (RecordDamaged, FormatTooNew, KeyMissing)
_log = logging.getLogger(__name__)
_STAMPS = ("file_time", "file_size", "draft_time", "draft_size")


class Catalog:
    """What is known of all records."""

    def __init__(
        self, folder: Path, disk: Disk, locks: Locks, key: LookupKey, mark: Mark, roll: Roll, codec: Codec
    ) -> None:
        self.chains = ChainFiles(folder / "records", disk, roll, codec)
        self.drafts = DraftFiles(folder / "drafts", disk, codec)
        self._index = Index(folder / "index.sqlite", lambda: f"{mark.id} {key.mark}")
        self.index_path = folder / "index.sqlite"
        self._disk = disk
        self._locks = locks
        self._key = key
        self._underway = Underway(folder / "locks" / "underway", disk)
        self._damages: dict[tuple[str, str], Damage] = {}
        self._unindexed: set[str] = set()
        self._strangers: list[Damage] = []

    # -- one record ---

    def known(self, record: str) -> Line | None:
        """What the index knows; read it before the files, which are never older."""
        return self._ask(lambda index: index.line(record))

    def head(self, record: str) -> Line:
        """What is known of a record, brought up to date if its files have changed since.

        Raises:
            RecordUnknown: There is none.
            RecordDamaged: Its file cannot be trusted.
        """
        known = self.known(record)
        stamp = stamp_of(self.chains.path(record))
        return known if known and known.file_stamp == stamp else self._anew(record, known)

    def chain(self, record: str, known: Line | None) -> Chain | None:
        """A record's chain, held against what the index knows; ``None`` if there never was any.

        Raises:
            RecordDamaged: The file cannot be trusted.
            RecordWentBack: It is sound but not the one we knew.
            RecordSealed: It is sealed with a key that is not here.
        """
        path = self.chains.path(record)
        with self._told(record, path):
            chain = self.chains.read(record)
        if known and chain is None:
            raise self._damaged(record, path, "文件不见了")
        if known and chain and (why := self._differs(chain, known)):
            self._damaged(record, path, why)
            raise RecordWentBack(record=record, file=str(path), why=why)
        self._damages.pop((record, str(path)), None)
        return chain

    def entries(self, chain: Chain, first: int, last: int) -> list[Entry]:
        """Entries of a chain in order, both ends included.

        Raises:
            RecordDamaged: A file of older ones cannot be trusted.
        """
        with self._told(chain.record, self.chains.path(chain.record)):
            documents = self.chains.documents(chain, first, last)
            return [entry_of(document, chain.record, chain.form) for document in documents]

    def entry(self, chain: Chain, n: int | None = None) -> Entry:
        """One entry of a chain that has it; the newest by default."""
        n = chain.n if n is None else n
        return self.entries(chain, n, n)[0]

    def draft(self, record: str, known: Line) -> tuple[DraftFile, DraftState]:
        """A record's draft as it lies in its file, and a copy without what entries have taken.

        Raises:
            RecordDamaged: The file cannot be trusted.
        """
        path = self.drafts.path(record)
        with self._told(record, path):
            file = self.drafts.read(record)
        state = copied(file.state)
        if file.stamp == ABSENT and known.draft:
            if known.has_draft:
                self._damaged(record, path, "草稿文件不见了")
            state.number = known.draft
        elif state.number < known.draft:
            raise self._damaged(record, path, "草稿比已见过的旧")
        else:
            self._damages.pop((record, str(path)), None)
        state.clear(known.taken, n=known.n)
        return file, state

    def writing(self, record: str) -> AbstractContextManager[None]:
        """Within, a record is written and noted; should that break off, the next search looks at it."""
        return self._underway.writing(record)

    def note(self, chain: Chain, known: Line | None) -> Line:
        """Have the index know what a chain and its draft say."""
        noted = self._noted(chain, known)
        self._put(noted)
        return noted[0]

    def note_draft(self, known: Line, file: DraftFile, summary: Summary | None = None) -> None:
        """Have the index know how a draft has changed, and its summary if that has."""
        changed_at = file.state.changed_at
        line = replace(
            known,
            changed_at=max(known.changed_at, microseconds(changed_at) if changed_at else 0),
            draft=file.state.number,
            has_draft=bool(file.state.changes),
            draft_time=file.stamp[0],
            draft_size=file.stamp[1],
        )
        if summary is None:
            return self._put((line, None, None))
        shown = listed(_standing(known), summary)
        self._put((replace(line, **_listing(shown)), self._tokens(shown), None))

    # -- all records ---

    def find(self, query: Query, limit: int, offset: int) -> list[Found]:
        """Records that answer a query."""
        if query.finds_nothing:
            return []
        self._catch_up()
        return self._ask(lambda index: index.find(query, self._groups(query), limit, offset))

    def find_each(self, query: Query, limit: int) -> dict[str, list[Found]]:
        """Records that answer a query, by the tokens of which they have at least one."""
        found = self.find(query, limit, 0)
        if not found:
            return {}
        both = self._sought()
        meant = {one: token for token in query.any_of for one in both(token)}
        held = self._ask(lambda index: index.holders(list(meant)))
        return parted(found, ((meant[one], record) for one, record in held))

    def count(self, query: Query) -> int:
        """How many there are."""
        if query.finds_nothing:
            return 0
        self._catch_up()
        return self._ask(lambda index: index.count(query, self._groups(query)))

    def effects(self, register: str, on: date, scope: Scope, line: str | None) -> list[Effected]:
        """All that counts by a day, of the lines of a register that records of a scope act on; or of one of these."""
        self._catch_up()
        return self._ask(lambda index: index.effects(register, on, scope, line))

    def last_number(self, series: str) -> int:
        """The last number that entries the index knows of have drawn."""
        self._catch_up()
        return self._ask(lambda index: index.last_number(series))

    def series(self) -> set[str]:
        """Series from which entries the index knows of have drawn."""
        self._catch_up()
        return self._ask(lambda index: index.series())

    @property
    def damages(self) -> tuple[Damage, ...]:
        """Files that could not be trusted when last read, and copies that others left among them."""
        return (*self._damages.values(), *self.strangers)

    @property
    def strangers(self) -> tuple[Damage, ...]:
        """Files among ours that are none of ours, as far as they are still there."""
        return tuple(damage for damage in self._strangers if Path(damage.file).exists())

    def heal(self, *, again: bool = False) -> None:
        """Open the index, make it if need be, and take in what has changed while it was not looking.

        Args:
            again: Look also if the index was never lost.
        """
        with self._locks.hold(INDEX):
            if not self._index.is_lost and not again:
                return
            try:
                if self._index.is_lost:
                    self._index.open()
                self._scan()
            except sqlite3.Error as exc:
                self._index.close()
                raise StoreUnavailable(why=str(exc)) from exc

    def scrub(self) -> None:
        """Have the index hold nothing of what it no longer knows."""
        self._ask(lambda index: index.scrub())

    def discard_index(self) -> None:
        """Have the index made anew: another look-up key counts from now on."""
        with self._locks.hold(INDEX):
            self._index.discard()
        self.heal()

    def reindex(self, on_progress: OnProgress | None) -> int:
        """Read every file anew, and believe it; how many records there are."""
        self._catch_up()
        # Before the files: a record that comes meanwhile is not to be forgotten.
        known = self._ask(lambda index: index.stamps())
        stamps, _ = self._files(self._disk.now())
        self._damages.clear()
        self._ask(lambda index: index.forget(known.keys() - stamps.keys()))
        for record in counted(sorted(stamps), on_progress):
            with self._locks.hold(stripe(record)), suppress(*_NOT_NOW):
                chain = self.chain(record, None)
                if chain:
                    self._ask(partial(Index.put, lines=[self._noted(chain, None)], force=True))
        return len(stamps) - len({record for record, _ in self._damages})

    def stamps(self) -> dict[str, tuple[Stamp, Stamp]]:
        """Stamps of chain and draft of every record that has a file or is known to have had one."""
        chains, drafts = self._files(0.0)
        records = {*self._ask(lambda index: index.stamps()), *chains}
        return {record: (chains.get(record, ABSENT), drafts.get(record, ABSENT)) for record in records}

    def stamps_of(self, record: str) -> tuple[Stamp, Stamp]:
        """Stamps of a record's chain and draft."""
        return stamp_of(self.chains.path(record)), stamp_of(self.drafts.path(record))

    def misses(self, record: str) -> bool:
        """Whether the index says something else of a record than its files; to be asked under its lock.

        Raises:
            RecordDamaged: A file cannot be trusted.
        """
        known = self.head(record)
        chain = self.chain(record, known)
        assert chain is not None
        line, tokens = self._line(chain, known)
        # Of a clock that was put back the index knows the later hour; stamps only tell when to look again.
        same = {name: getattr(known, name) for name in ("changed_at", *_STAMPS)}
        if replace(line, **same) != known or tokens != self._ask(lambda index: index.tokens(record)):
            return True
        with self._told(record, self.chains.path(record)):
            documents = [*filter(carries, self.chains.documents(chain, 1, chain.n))] if chain.carries else []
        return not self._ask(lambda index: index.agrees(record, documents))

    def close(self) -> None:
        """Close the index."""
        self._index.close()

    # -- inside ---

    def _anew(self, record: str, known: Line | None) -> Line:
        chain = self.chain(record, known)
        if chain is None:
            raise RecordUnknown(record=record)
        return self.note(chain, known)

    def _differs(self, chain: Chain, known: Line) -> str:
        """Why a chain is not a continuation of what is known; empty if it is."""
        if chain.n < known.n:
            return f"已见过第 {known.n} 条，文件里只有 {chain.n} 条"
        return "" if self.entry(chain, known.n).digest == known.digest else "内容被换过"

    def _files(self, now: float) -> tuple[dict[str, Stamp], dict[str, Stamp]]:
        """Stamps of chains and of drafts; what else lies there is noted."""
        chains, drafts = scan(self.chains.folder, ".json", now), scan(self.drafts.folder, ".jsonl", now)
        self._strangers = chains.strangers + drafts.strangers
        return chains.stamps, drafts.stamps

    def _scan(self) -> None:
        known = self._index.stamps()
        now = self._disk.now()
        stamps, drafts = self._files(now)
        for record in known.keys() - stamps.keys():
            self._damaged(record, self.chains.path(record), "文件不见了")
        changed = [
            record for record, stamp in stamps.items() if known.get(record) != (stamp, drafts.get(record, ABSENT))
        ]
        told = now
        for start in range(0, len(changed), _BATCH):
            self._index.put(list(self._read_noted(changed[start : start + _BATCH])))
            # Whoever has just started the program waits for it.
            if self._disk.now() - told >= _WORD:
                told = self._disk.now()
                done = min(start + _BATCH, len(changed))
                _log.warning("照文件重做索引 %d%%（%d / %d 个办件）", done * 100 // len(changed), done, len(changed))
        self._index.sort_in()

    def _read_noted(self, records: list[str]) -> Iterator[Noted]:
        for record in records:
            known = self._index.line(record)
            with suppress(*_NOT_NOW):
                if chain := self.chain(record, known):
                    yield self._noted(chain, known)

    def _noted(self, chain: Chain, known: Line | None) -> Noted:
        line, tokens = self._line(chain, known)
        return line, tokens, self._carried(chain, known)

    def _carried(self, chain: Chain, known: Line | None) -> Carried | None:
        """What entries that the index does not know yet do to registers and series."""
        first = known.n + 1 if known else 1
        if not chain.carries:
            return None if known else Carried([], whole=True)
        documents: list[Document] = []
        try:
            with self._told(chain.record, self.chains.path(chain.record)):
                documents += filter(carries, self.chains.documents(chain, first, chain.n))
        except RecordDamaged:
            documents = [document for document in chain.documents if document["n"] >= first and carries(document)]
        return Carried(documents, whole=known is None)

    def _line(self, chain: Chain, known: Line | None) -> tuple[Line, frozenset[bytes]]:
        last = self.entry(chain)
        when = microseconds(last.when)
        bare = Line(
            record=chain.record,
            form=chain.form,
            n=chain.n,
            digest=chain.head,
            taken=chain.taken,
            changed_at=when,
            draft=known.draft if known else 0,
            has_draft=False,
            file_time=chain.stamp[0],
            file_size=chain.stamp[1],
            draft_time=0,
            draft_size=0,
            **_listing(last.summary),
        )
        try:
            file, state = self.draft(chain.record, bare)
        except (RecordDamaged, FormatTooNew):
            # A damaged draft costs the draft, not what was kept before it.
            return bare, self._tokens(last.summary)
        shown = listed(last.summary, state.summary)
        line = replace(
            bare,
            changed_at=max(when, microseconds(state.changed_at) if state.changed_at else when),
            draft=state.number,
            has_draft=bool(state.changes),
            draft_time=file.stamp[0],
            draft_size=file.stamp[1],
            **_listing(shown),
        )
        return line, self._tokens(shown)

    def _tokens(self, summary: Summary) -> frozenset[bytes]:
        keyed = map(self._key.hasher(), summary.private) if summary.private else ()
        return frozenset((*map(in_clear, summary.tokens), *map(hashed, keyed)))

    def _groups(self, query: Query) -> list[tuple[bytes, ...]]:
        """What is looked for: each token in clear and hashed, and all of those of which one is enough."""
        if not query.tokens and not query.any_of:
            return []
        both = self._sought()
        among = [tuple(one for token in query.any_of for one in both(token))] if query.any_of else []
        return [*map(both, query.tokens), *among]

    def _sought(self) -> Callable[[str], tuple[bytes, ...]]:
        """How a token is looked for: in clear, and hashed."""
        # While the look-up key is sealed nothing private can be read either: only what stands in clear is found.
        keyed = self._key.hasher() if self._key.is_open else None
        return lambda token: (in_clear(token), hashed(keyed(token))) if keyed else (in_clear(token),)

    def _ask(self, question: Callable[[Index], _Answer]) -> _Answer:
        for last in (False, True):
            if self._index.is_lost:
                self.heal()
            try:
                return question(self._index)
            except sqlite3.Error as exc:
                if last or is_passing(exc):
                    raise StoreUnavailable(why=str(exc)) from exc
                with self._locks.hold(INDEX):
                    self._index.discard()
        raise AssertionError("unreachable")

    def _put(self, noted: Noted) -> None:
        try:
            self._ask(lambda index: index.put([noted]))
        except StoreUnavailable:
            # What was written is written; the index catches up at the next search, or by its scan.
            self._unindexed.add(noted[0].record)
            self._underway.leave(noted[0].record)

    def _catch_up(self) -> None:
        for record in self._underway.records():
            known = self.known(record)
            if known is None or known.stamps != self.stamps_of(record):
                with suppress(*_NOT_NOW, RecordUnknown):
                    self._anew(record, known)
        for record in list(self._unindexed):
            known = self.known(record)
            with suppress(*_NOT_NOW):
                if chain := self.chain(record, known):
                    self._ask(partial(Index.put, lines=[self._noted(chain, known)]))
            self._unindexed.discard(record)

    def reading(self, record: str) -> AbstractContextManager[None]:
        """Within, the files of a record are read; see ``chain`` for what that raises."""
        return self._told(record, self.chains.path(record))

    @contextmanager
    def _told(self, record: str, path: Path) -> Iterator[None]:
        """Remember of which record what cannot be read is, and say so."""
        try:
            yield
        except ChainBroken as exc:
            raise self._damaged(record, exc.file or path, str(exc)) from exc
        except FormatTooNew as exc:
            self._damaged(record, path, str(exc))
            raise
        except KeyMissing as exc:
            key = str(exc.facts["key"])
            why = f"没有编号为 {key} 的密钥"
            self._damages[record, str(path)] = Damage(record, str(path), why, key)
            raise RecordSealed(record=record, file=str(path), why=why, key=key) from exc

    def _damaged(self, record: str, path: Path, why: str) -> RecordDamaged:
        self._damages[record, str(path)] = Damage(record, str(path), why)
        return RecordDamaged(record=record, file=str(path), why=why)


def stripe(record: str) -> str:
    """Name of the lock a record shares with some others."""
    return f"record-{shard(record)}"


def _listing(summary: Summary) -> dict[str, Any]:
    first, last = period(summary)
    return {
        "state": summary.state,
        "unit": summary.unit,
        "owner": summary.owner,
        "label": summary.label,
        "words": searched(summary),
        "first": first.isoformat() if first else None,
        "last": last.isoformat() if last else None,
        "due": summary.due.isoformat() if summary.due else None,
        "about": orjson.dumps(dict(summary.about)).decode(),
    }


def _standing(known: Line) -> Summary:
    """What the index knows of a record that changes by entries alone."""
    return Summary(
        state=known.state,
        unit=known.unit,
        owner=known.owner,
        due=date.fromisoformat(known.due) if known.due else None,
        about=orjson.loads(known.about),
    )
