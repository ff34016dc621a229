"""The default store carried: every file read at one moment while others go on writing, and written where all is new."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from store.blobs import Blobs
from store.catalog import Catalog, stripe
from store.chain import ChainBroken, Document, entry_of
from store.disk import ABSENT, Stamp
from store.draft_lines import state_line
from store.errors import FormatTooNew, RecordDamaged
from store.locks import Locks
from store.log_files import LogFiles
from store.model import Damage
from store.parcels import (
    DraftParcel,
    EntriesParcel,
    FileParcel,
    LogParcel,
    LostParcel,
    Parcel,
    PreferencesParcel,
    SeriesParcel,
    keep_file,
)
from store.preference_files import PreferenceFiles
from store.series_files import SeriesFiles

#: Records that may be left to read while all writers wait; more are read in another round before.
_FEW, _ROUNDS = 20, 5


@dataclass(frozen=True)
class _Read:
    """How much of a record has been carried, and the stamps of its files then."""

    n: int
    stamps: tuple[Stamp, Stamp]


class TinyParcels:
    """Everything below one folder, as parcels."""

    def __init__(
        self,
        catalog: Catalog,
        preferences: PreferenceFiles,
        series: SeriesFiles,
        log: LogFiles,
        blobs: Blobs,
        locks: Locks,
    ) -> None:
        self._catalog = catalog
        self._preferences = preferences
        self._series = series
        self._log = log
        self._blobs = blobs
        self._locks = locks

    def out(self) -> Iterator[Parcel]:
        """See ``Store.parcels``."""
        # They name versions and files, never the other way round, so they are read first.
        yield from self._preferences.parcels()
        read: dict[str, _Read] = {}
        for _ in range(_ROUNDS):
            changed = self._changed(read)
            if len(changed) <= _FEW:
                break
            for record in changed:
                with self._locks.hold(stripe(record)):
                    parcels = self._record(record, read)
                yield from parcels
        with self._locks.all_still():
            last = [parcel for record in self._changed(read) for parcel in self._record(record, read)]
            newest = self._log.count()
            drawn = self._series.all_last()
        yield from last
        if drawn:
            yield SeriesParcel(drawn)
        yield from self._log.parcels(newest)
        for digest in self._blobs.digests():
            yield FileParcel(digest, partial(self._blobs.open, digest))

    def keep(self, parcel: Parcel) -> None:
        """Write what a parcel holds; nobody else writes here."""
        match parcel:
            case EntriesParcel():
                self._catalog.chains.extend(parcel.record, parcel.form, parcel.entries, parcel.private)
            case DraftParcel():
                self._catalog.drafts.write_state(parcel.record, parcel.state)
            case PreferencesParcel():
                self._preferences.change(parcel.owner, parcel.values)
            case SeriesParcel():
                self._series.take_in(parcel.last)
            case LogParcel():
                self._log.take_in(parcel.lines)
            case FileParcel():
                keep_file(parcel, self._blobs.put)

    # -- inside ---

    def _changed(self, read: dict[str, _Read]) -> list[str]:
        """Records whose files are not those that have been read."""
        stamps = self._catalog.stamps()
        return sorted(record for record, now in stamps.items() if record not in read or read[record].stamps != now)

    def _record(self, record: str, read: dict[str, _Read]) -> list[Parcel]:
        """What is new of a record, to be read under its lock."""
        before = read.get(record, _Read(0, (ABSENT, ABSENT)))
        read[record] = _Read(before.n, self._catalog.stamps_of(record))
        try:
            known = self._catalog.head(record)
            documents, form = self._documents(record, before.n)
        except (RecordDamaged, FormatTooNew) as exc:
            return [LostParcel("record", damage_of(record, exc))]
        read[record] = _Read(known.n, read[record].stamps)
        parcels: list[Parcel] = [EntriesParcel(record, form, documents)] if documents else []
        try:
            _, state = self._catalog.draft(record, known)
        except (RecordDamaged, FormatTooNew) as exc:
            return [*parcels, LostParcel("draft", damage_of(record, exc))]
        return [*parcels, DraftParcel(record, state_line(state))] if state.number or state.summary else parcels

    def _documents(self, record: str, after: int) -> tuple[tuple[Document, ...], str]:
        chain = self._catalog.chain(record, self._catalog.known(record))
        assert chain is not None
        try:
            documents = tuple(self._catalog.chains.documents(chain, after + 1, chain.n))
            for document in documents:
                entry_of(document, record, chain.form)
        except ChainBroken as exc:
            file = exc.file or self._catalog.chains.path(record)
            raise RecordDamaged(record=record, file=str(file), why=str(exc)) from exc
        return documents, chain.form


def damage_of(record: str, error: RecordDamaged | FormatTooNew) -> Damage:
    """What an error says of a file."""
    facts = error.facts
    return Damage(record, str(facts.get("file", "")), str(facts.get("why", error)), str(facts.get("key", "")))
