"""A database carried: read as it was at one moment, taken in as a whole or not at all."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from store.blobs import Blobs, Place
from store.chain import ChainBroken, Document, entry_of
from store.draft_lines import state_line
from store.drafting import DraftState, listed
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
from store.postgres import chains, listing, registers
from store.postgres.apart import Log, Preferences
from store.postgres.chains import Chains, Head
from store.postgres.database import Connection
from store.postgres.drafts import DraftLines, Drafts
from store.postgres.files import FileTable
from store.postgres.joined import Joined
from store.postgres.lookup import Lookup
from store.postgres.seals import Seals, damage_of

#: Entries of a record that are carried together.
_STRETCH = 50


class PostgresParcels:
    """Everything in one database, seen and written within one transaction."""

    def __init__(
        self,
        db: Connection,
        host: str,
        lookup: Lookup,
        clock: Callable[[], datetime],
        seals: Seals,
        files: Place | None,
    ) -> None:
        joined = Joined(db, host)
        self._db = db
        self._place = f"数据库 {host}"
        self._lookup = lookup
        self._chains = Chains(seals)
        self._drafts = Drafts(seals)
        self._preferences = Preferences(joined)
        self._log = Log(joined, clock)
        self._files = Blobs(files or FileTable(joined), seals.codec_of(joined))

    def out(self) -> Iterator[Parcel]:
        """See ``Store.parcels``."""
        yield from self._preferences.parcels()
        for record in chains.all_records(self._db):
            yield from self._record(record)
        if last := registers.last_numbers(self._db):
            yield SeriesParcel(last)
        yield from self._log.parcels()
        for digest in self._files.digests():
            yield FileParcel(digest, partial(self._files.open, digest))

    def keep(self, parcel: Parcel) -> None:
        """Write what a parcel holds."""
        match parcel:
            case EntriesParcel():
                self._keep_entries(parcel)
            case DraftParcel():
                self._keep_draft(parcel.record, parcel.state)
            case PreferencesParcel():
                self._preferences.set(parcel.owner, parcel.values)
            case SeriesParcel():
                registers.note_drawn(self._db, parcel.last)
            case LogParcel():
                self._log.take_in(parcel.lines)
            case FileParcel():
                keep_file(parcel, self._files.put)

    # -- inside ---

    def _record(self, record: str) -> Iterator[Parcel]:
        head = chains.read_head(self._db, record)
        assert head
        stretches = range(1, head.n + 1, _STRETCH)
        try:
            # All of a long one is looked at first: its sound beginning alone would pass for a record of before.
            for first in stretches if len(stretches) > 1 else ():
                self._stretch(record, first)
            for first in stretches:
                yield EntriesParcel(record, head.form, self._stretch(record, first))
        except ChainBroken as exc:
            yield LostParcel("record", damage_of(record, self._place, exc))
            return
        try:
            state = self._drafts.read(self._db, head).state
        except ChainBroken as exc:
            yield LostParcel("draft", damage_of(record, self._place, exc))
            return
        if state.number or state.summary:
            yield DraftParcel(record, state_line(state))

    def _stretch(self, record: str, first: int) -> tuple[Document, ...]:
        known = self._chains.read_documents(self._db, record, first, first + _STRETCH - 1)
        assert known
        return tuple(known[1])

    def _keep_entries(self, parcel: EntriesParcel) -> None:
        head = chains.read_head(self._db, parcel.record)
        for document in parcel.entries:
            entry = entry_of(document, parcel.record, parcel.form)
            head = (head or Head.before(entry)).with_entry(entry)
            # The newest one says it all, but the others need a record to belong to.
            if entry.n == 1 or document is parcel.entries[-1]:
                listing.put(self._db, head, entry.summary, None, self._lookup)
            self._chains.add_entry(self._db, parcel.record, document, parcel.private)
            registers.put(self._db, entry)

    def _keep_draft(self, record: str, state: DraftState) -> None:
        known = self._chains.read_newest(self._db, record)
        assert known
        self._db.execute("delete from draft_line where record = %s", (record,))
        draft = self._drafts.write(self._db, record, DraftLines.none(), state_line(state), state)
        shown = listed(known[1].summary, state.summary)
        listing.put(self._db, known[0].with_draft(draft.touch, state), shown, None, self._lookup)
