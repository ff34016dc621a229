"""A database destroying: what is left of a record's rows, and a note until its files are gone, too."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import orjson

from store.blobs import Blobs
from store.chain import Document
from store.destroying import husk
from store.draft_lines import state_line
from store.drafting import DraftState
from store.model import EVERYTHING, Entry
from store.parcels import Parcel
from store.postgres import chains, listing
from store.postgres.database import Connection, Database, Lock
from store.postgres.drafts import DraftLines, Drafts
from store.postgres.lookup import Lookup
from store.sweeping import Pause, files_of, unneeded, with_orders

_NOTE = "destroying "
_KEPT_FOR = "%s = any(string_to_array(owner, '/'))"


class Destroying:
    """Leaves husks within the transaction of the entry that destroys; the files go after it."""

    def __init__(self, database: Database, drafts: Drafts, lookup: Lookup, blobs: Blobs) -> None:
        self._database = database
        self._drafts = drafts
        self._lookup = lookup
        self._blobs = blobs

    def strip(
        self,
        db: Connection,
        entry: Entry,
        documents: Sequence[Document],
        newest: Document,
        typed: Sequence[Document],
    ) -> None:
        """Leave husks of a record.

        Args:
            db: The transaction.
            entry: The entry that destroys the others, which the tables have already,
            documents: the others,
            newest: and its own document.
            typed: What the draft held before it.
        """
        head = chains.read_head(db, entry.record)
        assert head
        state = self._drafts.read(db, head).state
        preferences = db.execute(f"select kept::text from preference where {_KEPT_FOR}", (entry.record,)).fetchall()
        files = files_of([*documents, *typed, *(orjson.loads(kept) for (kept,) in preferences)])
        note = "insert into about values (%s, %s) on conflict(key) do update set value = excluded.value"
        db.execute(note, (f"{_NOTE}{entry.record}", orjson.dumps(sorted(files)).decode()))
        db.execute(f"delete from preference where {_KEPT_FOR}", (entry.record,))
        for document in documents:
            left = orjson.dumps(husk(document, newest)).decode()
            place = (left, entry.record, document["n"])
            db.execute("update entry set document = %s::jsonb where record = %s and n = %s", place)
        db.execute("delete from draft_line where record = %s", (entry.record,))
        emptied = DraftState(number=state.number, base_n=entry.n, changed_at=state.changed_at)
        draft = self._drafts.write(db, entry.record, DraftLines.none(), state_line(emptied), emptied)
        now = replace(head, version_n=0 if entry.data is None else entry.n).with_draft(draft.touch, emptied)
        listing.put(db, now, entry.summary, None, self._lookup)

    def sweep(self, parcels: Callable[[], Iterable[Parcel]], age: float, pause: Pause) -> int:
        """Remove the files that only destroyed records had; how many. Those put since ``age`` seconds wait."""
        with self._database.reading(EVERYTHING) as db:
            notes = db.execute("select key, value from about where starts_with(key, %s)", (_NOTE,)).fetchall()
        files = set().union(*(orjson.loads(value) for _, value in notes))
        gone = unneeded(with_orders(files, self._blobs), parcels(), pause) if notes else None
        if gone is None:
            return 0
        dropped = [digest for digest in gone if self._blobs.discard(digest, age)]
        if len(dropped) < len(gone):
            return len(dropped)
        with self._database.writing(Lock.ABOUT, _NOTE, EVERYTHING) as db:
            db.execute("delete from about where key = any(%s)", ([key for key, _ in notes],))
        return len(gone)
