"""A store in memory that keeps every law: for everybody's tests, and gone with the process."""

import copy
import hashlib
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from io import BytesIO
from itertools import starmap
from threading import RLock
from typing import Any, BinaryIO, Unpack

import orjson

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
from store.destroying import closing, husk
from store.draft_lines import state_line
from store.drafting import DraftState, copied, decide, listed, value_at
from store.effects import effects_of
from store.errors import Conflict, EntryUnknown, FileUnknown, NotAllowed, RecordUnknown
from store.log import GENESIS, faults_of, read_line, sealed, within
from store.matching import Asked, Query, parted, period
from store.model import Change, Damage, Draft, DraftResult, Entry, Found, LogLine, NewEntry, Order, Scope, Summary
from store.parcels import (
    DraftParcel,
    EntriesParcel,
    FileParcel,
    LogParcel,
    Parcel,
    PreferencesParcel,
    SeriesParcel,
    Tally,
    carry,
    keep_file,
    log_parcels,
    refuse_unless_empty,
)
from store.plain import check_known, checked
from store.progress import OnProgress
from store.registers import Effected, RegisterLine, lines_on
from store.sweeping import Pause, files_of, named_in, names_record, no_pause, unneeded


@dataclass
class _Record:
    form: str
    unit: str
    #: Each entry as JSON, so that nobody can reach what is kept through what was given or got.
    entries: list[bytes] = field(default_factory=list)
    draft: DraftState = field(default_factory=DraftState)
    summary: Summary = field(default_factory=Summary)
    touches: int = 0
    effects: list[Effected] = field(default_factory=list)


class MemoryStore:
    """The backend behind ``memory:``."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = RLock()
        self._records: dict[str, _Record] = {}
        self._files: dict[str, bytes] = {}
        self._preferences: dict[str, dict[str, Any]] = {}
        self._log: list[bytes] = []
        self._series: dict[str, int] = {}
        #: Files that may have been those of destroyed records alone.
        self._doomed: set[str] = set()

    def append(self, new: NewEntry, expected_n: int, scope: Scope) -> Entry:
        """See ``Store``."""
        body = body_of(new)
        with self._lock:
            kept = self._records.get(new.record)
            chain = self._chain(new.record, kept) if kept else []
            if chain and not scope.covers(chain[-1].summary.unit):
                raise NotAllowed(record=new.record)
            for entry in chain:
                if entry.request_id == new.request_id:
                    return entry
            admit(new, chain[-1] if chain else None, expected_n, scope)
            prev = chain[-1].digest if chain else genesis(new.record, new.form)
            when = self._clock()
            if new.draws:
                numbers = {series: self._drawn(new, series) for series in new.draws}
                body = body_with(new, numbers)
            documents = [orjson.loads(one) for one in kept.entries] if kept else []
            if new.destroys:
                if kept is None or kept.draft.number != new.draft:
                    raise Conflict(new=new, expected_n=expected_n, actual=chain[-1] if chain else None)
                body = closing(body, new.destroys, documents)
            document = seal(body, n=expected_n + 1, prev=prev, when=when)
            kept = self._records.setdefault(new.record, _Record(new.form, new.summary.unit))
            typed = state_line(kept.draft)
            kept.draft.clear(new.draft, when, n=expected_n + 1)
            entry = self._added(new.record, kept, document)
            if new.destroys:
                self._strip(new.record, kept, [*documents, typed], document)
            return entry

    def latest(self, record: str, scope: Scope) -> Entry:
        """See ``Store``."""
        with self._lock:
            return self._entry(record, self._seen(record, scope), -1)

    def entry(self, record: str, n: int, scope: Scope) -> Entry:
        """See ``Store``."""
        with self._lock:
            kept = self._seen(record, scope)
            if not 1 <= n <= len(kept.entries):
                raise EntryUnknown(record=record, n=n)
            return self._entry(record, kept, n - 1)

    def entries(self, record: str, scope: Scope, first: int = 1, last: int | None = None) -> list[Entry]:
        """See ``Store``."""
        with self._lock:
            return self._chain(record, self._seen(record, scope))[max(first, 1) - 1 : last]

    def stamp(self, record: str) -> Hashable:
        """See ``Store``."""
        return self.stamps([record])[record]

    def stamps(self, records: Collection[str]) -> dict[str, Hashable]:
        """See ``Store``."""
        with self._lock:
            known = {record: self._records.get(record) for record in records}
            return {record: kept.touches if kept else 0 for record, kept in known.items()}

    def draft(self, record: str, scope: Scope) -> Draft:
        """See ``Store``."""
        with self._lock:
            kept = self._seen(record, scope)
            return copy.deepcopy(kept.draft.view(record, len(kept.entries)))

    def set_draft(self, record: str, changes: Sequence[Change], scope: Scope, who: str) -> DraftResult:
        """See ``Store``."""
        checked(who, "who")
        with self._lock:
            kept = self._seen(record, scope)
            refuse_destroyed(self._entry(record, kept, -1))
            state = copied(kept.draft)
            if not state.changes:
                state.base_n = len(kept.entries)
            data = self._entry(record, kept, -1).data
            decision = decide(
                state, changes, who=who, at=self._clock(), settled_value=lambda path: value_at(data, path)
            )
            if decision.puts:
                kept.draft = state
                kept.touches += 1
            return decision.result(self.draft(record, scope))

    def set_summary(self, record: str, summary: Summary, scope: Scope) -> None:
        """See ``Store``."""
        plain = summary_of(summary_document(summary))
        with self._lock:
            kept = self._seen(record, scope)
            refuse_destroyed(self._entry(record, kept, -1))
            kept.draft.summary, kept.draft.summary_n = plain, len(kept.entries)
            kept.touches += 1

    def clear_draft(self, record: str, scope: Scope, up_to: int | None = None) -> Draft:
        """See ``Store``."""
        with self._lock:
            kept = self._seen(record, scope)
            if kept.draft.clear(kept.draft.number if up_to is None else up_to, self._clock()):
                kept.touches += 1
            return self.draft(record, scope)

    def find(
        self, *, order: Order = "changed", limit: int = 200, offset: int = 0, **asked: Unpack[Asked]
    ) -> list[Found]:
        """See ``Store``."""
        return self._matching(Query(**asked, order=order))[offset : offset + limit]

    def find_each(self, *, limit: int = 200, **asked: Unpack[Asked]) -> dict[str, list[Found]]:
        """See ``Store``."""
        query = Query(**asked)
        found, sought = self._matching(query)[:limit], {*query.any_of}
        with self._lock:
            shown = {one.record: self._records[one.record] for one in found}
            has = {record: listed(kept.summary, kept.draft.summary) for record, kept in shown.items()}
        held = ((token, record) for record, one in has.items() for token in sought & {*one.tokens, *one.private})
        return parted(found, held)

    def count(self, **asked: Unpack[Asked]) -> int:
        """See ``Store``."""
        return len(self._matching(Query(**asked)))

    def register(self, name: str, on: date, scope: Scope, *, line: str | None = None) -> list[RegisterLine]:
        """See ``Store``."""
        with self._lock:
            effects = [
                replace(effected, unit=kept.unit)
                for kept in self._records.values()
                for effected in kept.effects
                if effected.effect.register == name and line in (None, effected.effect.line)
            ]
        return [one for one in lines_on(effects, on) if scope.covers(one.unit)]

    def series(self, name: str) -> int:
        """See ``Store``."""
        return self._series.get(name, 0)

    def put_file(self, data: bytes | BinaryIO) -> str:
        """See ``Store``."""
        content = data if isinstance(data, bytes) else data.read()
        digest = hashlib.sha256(content).hexdigest()
        self._files[digest] = bytes(content)
        return digest

    def get_file(self, digest: str) -> bytes:
        """See ``Store``."""
        if digest not in self._files:
            raise FileUnknown(digest=digest)
        return self._files[digest]

    def open_file(self, digest: str) -> BinaryIO:
        """See ``Store``."""
        return BytesIO(self.get_file(digest))

    def sweep(self, *, alone: bool = False, pause: Pause = no_pause) -> int:
        """See ``Store``; nothing waits."""
        with self._lock:
            gone = unneeded(self._doomed & self._files.keys(), self.parcels(), pause) or set()
            self._doomed.clear()
            for digest in gone:
                del self._files[digest]
            return len(gone)

    def preferences(self, owner: str) -> dict[str, Any]:
        """See ``Store``."""
        with self._lock:
            return copy.deepcopy(self._preferences.get(owner, {}))

    def set_preferences(self, owner: str, values: Mapping[str, Any]) -> None:
        """See ``Store``."""
        self.change_preferences(owner, lambda _: values)

    def change_preferences(
        self, owner: str, change: Callable[[dict[str, Any]], Mapping[str, Any] | None]
    ) -> dict[str, Any]:
        """See ``Store``."""
        checked(owner, "owner")
        with self._lock:
            kept = self.preferences(owner)
            values = change(self.preferences(owner))
            if values is not None:
                merged = {**kept, **checked(dict(values), "preferences")}
                self._preferences[owner] = {key: value for key, value in merged.items() if value is not None}
            return self.preferences(owner)

    def log(self, line: Mapping[str, Any]) -> None:
        """See ``Store``."""
        with self._lock:
            last = read_line(self._log[-1]) if self._log else None
            n, prev = (last.n, last.digest) if last else (0, GENESIS)
            self._log.append(sealed(line, n=n + 1, prev=prev, when=self._clock()))

    def log_lines(self, first: date | None = None, last: date | None = None) -> list[LogLine]:
        """See ``Store``."""
        with self._lock:
            return [line for line in map(read_line, self._log) if within(line, first, last)]

    def verify_log(self) -> tuple[Damage, ...]:
        """See ``Store``."""
        with self._lock:
            last = read_line(self._log[-1]) if self._log else None
            faults = faults_of(((raw, "") for raw in self._log), (last.n, last.digest) if last else None)
            return tuple(Damage("", *fault) for fault in faults)

    def verify_chains(self, on_progress: OnProgress | None = None) -> tuple[Damage, ...]:
        """See ``Store``; nobody else can reach what is kept here."""
        self.reindex(on_progress)
        return ()

    def verify_files(self, on_progress: OnProgress | None = None) -> tuple[Damage, ...]:
        """See ``Store``."""
        return ()

    def verify_index(self, on_progress: OnProgress | None = None) -> tuple[Damage, ...]:
        """See ``Store``; there is no index here."""
        return ()

    def damages(self) -> tuple[Damage, ...]:
        """See ``Store``."""
        return ()

    def reindex(self, on_progress: OnProgress | None = None) -> int:
        """See ``Store``; there is no index here."""
        done = len(self._records)
        if on_progress:
            on_progress(done, done)
        return done

    def renew_lookup(self, on_progress: OnProgress | None = None) -> int:
        """See ``Store``; nothing is hashed here."""
        return self.reindex(on_progress)

    def parcels(self) -> Iterator[Parcel]:
        """See ``Store``."""
        with self._lock:
            parcels: list[Parcel] = [*starmap(PreferencesParcel, copy.deepcopy(self._preferences).items())]
            for record, kept in self._records.items():
                parcels.append(EntriesParcel(record, kept.form, tuple(map(orjson.loads, kept.entries))))
                if kept.draft.number or kept.draft.summary:
                    parcels.append(DraftParcel(record, state_line(kept.draft)))
            if self._series:
                parcels.append(SeriesParcel(dict(self._series)))
            newest = read_line(self._log[-1]).n if self._log else 0
            parcels += log_parcels([(raw, "") for raw in self._log], newest, "")
            files = dict(self._files)
        yield from parcels
        for digest, content in files.items():
            yield FileParcel(digest, partial(BytesIO, content))

    def take_in(self, parcels: Iterable[Parcel]) -> Tally:
        """See ``Store``."""
        with self._lock:
            refuse_unless_empty(self.parcels())
            return carry(parcels, keep=self._keep, back=self.parcels)

    def probe(self) -> None:
        """See ``Store``."""

    def close(self) -> None:
        """See ``Store``."""

    # -- inside --

    def _keep(self, parcel: Parcel) -> None:
        match parcel:
            case EntriesParcel():
                kept = self._records.setdefault(parcel.record, _Record(parcel.form, ""))
                for document in parcel.entries:
                    self._added(parcel.record, kept, document)
            case DraftParcel():
                self._records[parcel.record].draft = parcel.state
            case PreferencesParcel():
                self.set_preferences(parcel.owner, parcel.values)
            case SeriesParcel():
                for series, last in parcel.last.items():
                    self._series[series] = max(self._series.get(series, 0), last)
            case LogParcel():
                self._log += parcel.lines
            case FileParcel():
                keep_file(parcel, self.put_file)

    def _seen(self, record: str, scope: Scope) -> _Record:
        check_known(record)
        kept = self._records.get(record)
        if kept is None:
            raise RecordUnknown(record=record)
        if not scope.covers(kept.unit):
            raise NotAllowed(record=record)
        return kept

    def _added(self, record: str, kept: _Record, document: Document) -> Entry:
        kept.entries.append(orjson.dumps(document))
        entry = self._entry(record, kept, -1)
        kept.unit, kept.summary = entry.summary.unit, entry.summary
        kept.effects += effects_of(entry)
        for series, drawn in entry.numbers.items():
            self._series[series] = max(self._series.get(series, 0), drawn[-1])
        kept.touches += 1
        return entry

    def _strip(self, record: str, kept: _Record, before: list[Document], newest: Document) -> None:
        mine = [owner for owner in self._preferences if names_record(owner, record)]
        files = files_of([*before, *(self._preferences.pop(owner) for owner in mine)])
        self._doomed |= files.union(*(named_in(self._files[one]) for one in files & self._files.keys()))
        husks = [husk(orjson.loads(one), newest) for one in kept.entries[:-1]]
        kept.entries = [orjson.dumps(one) for one in (*husks, newest)]
        kept.draft = DraftState(number=kept.draft.number, base_n=len(kept.entries), changed_at=kept.draft.changed_at)

    def _drawn(self, new: NewEntry, series: str) -> range:
        last = max(self._series.get(series, 0), new.above.get(series, 0))
        return range(last + 1, last + new.draws[series] + 1)

    def _entry(self, record: str, kept: _Record, place: int) -> Entry:
        return entry_of(orjson.loads(kept.entries[place]), record, kept.form)

    def _chain(self, record: str, kept: _Record) -> list[Entry]:
        return [self._entry(record, kept, place) for place in range(len(kept.entries))]

    def _matching(self, query: Query) -> list[Found]:
        with self._lock:
            hits = [
                self._found(record, kept)
                for record, kept in sorted(self._records.items())
                if query.matches(kept.form, listed(kept.summary, kept.draft.summary))
            ]
        hits.sort(key=lambda found: found.changed_at, reverse=True)
        return sorted(hits, key=lambda found: found.due or date.max) if query.order == "due" else hits

    def _found(self, record: str, kept: _Record) -> Found:
        shown = listed(kept.summary, kept.draft.summary)
        first, last = period(shown)
        when = self._entry(record, kept, -1).when
        return Found(
            record=record,
            form=kept.form,
            n=len(kept.entries),
            state=shown.state,
            unit=shown.unit,
            owner=shown.owner,
            label=shown.label,
            start=first,
            end=last,
            changed_at=max(when, kept.draft.changed_at or when),
            has_draft=bool(kept.draft.changes),
            due=shown.due,
            about=shown.about,
        )
