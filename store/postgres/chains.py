"""Chains of entries in their table: read, checked against what was noted apart, and made longer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from store.chain import ChainBroken, Document, check_chain, entry_of, genesis
from store.codec import Codec
from store.destroying import prove
from store.drafting import DraftState
from store.model import EVERYTHING, Entry, Reach, Scope
from store.postgres.database import Connection, scope_setting
from store.postgres.seals import Seals, opening
from store.sealing import open_entry, seal_entry

_HEAD = "record, form, n, version_n, digest, unit, draft_touch, draft_number, has_draft, changed_at"
_COLUMNS = ", ".join(f"record.{name}" for name in _HEAD.split(", "))


@dataclass(frozen=True)
class Head:
    """Where a record stands, as noted apart from its entries.

    Attributes:
        version_n: Number of the newest entry that holds data; 0 if there is none.
        digest: Of the newest entry: another one there was swapped.
        draft_touch: Changes with the draft; ``None`` if there never was one.
        draft_number: Of the draft's newest change.
    """

    record: str
    form: str
    n: int
    version_n: int
    digest: str
    unit: str
    draft_touch: str | None
    draft_number: int
    has_draft: bool
    changed_at: datetime

    @classmethod
    def before(cls, entry: Entry) -> "Head":
        """Where a record stands before its first entry."""
        return cls(entry.record, entry.form, 0, 0, "", "", None, 0, False, entry.when)

    def with_entry(self, entry: Entry) -> "Head":
        """Where it stands after one more."""
        version_n = self.version_n if entry.data is None else entry.n
        return replace(self, n=entry.n, version_n=version_n, digest=entry.digest, changed_at=entry.when)

    def with_draft(self, touch: str | None, state: DraftState) -> "Head":
        """Where it stands with that draft."""
        return replace(
            self,
            draft_touch=touch,
            draft_number=state.number,
            has_draft=bool(state.changes),
            changed_at=max(self.changed_at, state.changed_at or self.changed_at),
        )


def read_head(db: Connection, record: str) -> Head | None:
    """Where a record stands; ``None`` if nobody who asks may see one of that id."""
    row = db.execute(f"select {_HEAD} from record where record = %s", (record,)).fetchone()
    return Head(*row) if row else None


def all_records(db: Connection) -> list[str]:
    """The ids of all records in order."""
    return [row[0] for row in db.execute("select record from record order by record")]


def is_hidden(db: Connection, record: str, scope: Scope) -> bool:
    """Whether there is a record of that id for others than whoever asks."""
    if scope.reach is Reach.ALL:
        return False
    see = "select set_config('onefill.scope', %s, true)"
    db.execute(see, (scope_setting(EVERYTHING),))
    there = db.execute("select from record where record = %s", (record,)).fetchone() is not None
    db.execute(see, (scope_setting(scope),))
    return there


class Chains:
    """All chains of one database; entries are opened and sealed on their way.

    Args:
        seals: Says how.
    """

    def __init__(self, seals: Seals) -> None:
        self._seals = seals
        self._codec = Codec(seals.keys)

    def read_entries(
        self, db: Connection, record: str, first: int, last: int | None
    ) -> tuple[Head, list[Entry]] | None:
        """A record and some of its entries in order, both ends included; ``None`` if nobody who asks may see one.

        Raises:
            ChainBroken: They are not what was written.
        """
        known = self.read_documents(db, record, first, last)
        return known and (known[0], [entry_of(document, record, known[0].form) for document in known[1]])

    def read_documents(
        self, db: Connection, record: str, first: int, last: int | None
    ) -> tuple[Head, list[Document]] | None:
        """The same, the entries as documents in clear."""
        which = "entry.n between %(first)s and coalesce(%(last)s, record.n)"
        head, documents = self._read(db, which, {"record": record, "first": first, "last": last})
        if head is None:
            return None
        self._check(db, head, documents, first, head.n if last is None else min(last, head.n))
        return head, documents

    def read_newest(self, db: Connection, record: str) -> tuple[Head, Entry] | None:
        """A record with its newest entry; ``None`` if nobody who asks may see one.

        Raises:
            ChainBroken: It is not what was written.
        """
        head, documents = self._read(db, "entry.n = record.n", {"record": record})
        if head is None:
            return None
        self._check(db, head, documents, head.n, head.n)
        return head, entry_of(documents[0], record, head.form)

    def asked_before(self, db: Connection, head: Head, request_id: str) -> Entry | None:
        """The entry that a request has made before.

        Raises:
            ChainBroken: It is not what was written.
        """
        numbers = db.execute("select n from entry where record = %s and request_id = %s", (head.record, request_id))
        row = numbers.fetchone()
        if row is None:
            return None
        _, documents = self._read(db, "entry.n = %(n)s", {"record": head.record, "n": row[0]})
        self._check(db, head, documents, row[0], row[0])
        return entry_of(documents[0], head.record, head.form)

    def read_all(self, db: Connection, record: str) -> tuple[Head, list[Entry]]:
        """A record that is known and all its entries, whatever is noted of it apart from them.

        Raises:
            ChainBroken: They do not follow one another.
        """
        head, documents = self._read(db, "true", {"record": record})
        assert head
        if not documents:
            raise ChainBroken("没有任何记录")
        head = replace(head, n=len(documents), digest=str(documents[-1].get("digest")))
        self._check(db, head, documents, 1, head.n)
        return head, [entry_of(document, record, head.form) for document in documents]

    def add_entry(self, db: Connection, record: str, document: Document, private: Sequence[str] = ()) -> None:
        """Write one more entry; the record knows of it already.

        Args:
            db: Where.
            record: Whose.
            document: The entry in clear.
            private: Private paths besides those that it names.

        Raises:
            KeyMissing: It must be sealed, and the key is not here.
        """
        written = seal_entry(self._seals.codec(db), record, document, private)
        db.execute(
            "insert into entry(record, n, request_id, document) values (%s, %s, %s, %s::jsonb)",
            (record, document["n"], document["request_id"], orjson.dumps(written).decode()),
        )

    # -- inside ---

    def _read(self, db: Connection, which: str, given: dict[str, Any]) -> tuple[Head | None, list[Document]]:
        rows = db.execute(
            f"select {_COLUMNS}, entry.document::text from record left join entry on entry.record = record.record"
            f" and {which} where record.record = %(record)s order by entry.n",
            given,
        ).fetchall()
        documents = [orjson.loads(row[-1]) for row in rows if row[-1] is not None]
        if not all(isinstance(document, dict) for document in documents):
            raise ChainBroken("有一条不是记录")
        with opening("有一条记录"):
            opened = [open_entry(self._codec, given["record"], document) for document in documents]
        return Head(*rows[0][:-1]) if rows else None, opened

    def _check(self, db: Connection, head: Head, documents: Sequence[Document], first: int, last: int) -> None:
        """Check that entries of a record are there, each whole or a husk that is proved, and following one another."""
        husks = _follow(head, documents, first, last)
        if husks and last == head.n:
            prove(husks, documents[-1])
        elif husks:
            _, newest = self._read(db, "entry.n = record.n", {"record": head.record})
            _follow(head, newest, head.n, head.n)
            prove(husks, newest[0])


def _follow(head: Head, documents: Sequence[Document], first: int, last: int) -> dict[int, str]:
    if len(documents) < last - first + 1:
        missing = {*range(first, last + 1)} - {document.get("n") for document in documents}
        raise ChainBroken(f"缺少第 {min(missing)} 条记录")
    if not documents:
        return {}
    prev = genesis(head.record, head.form) if first == 1 else documents[0].get("prev", "")
    husks = check_chain(documents, prev, first)
    if last == head.n and documents[-1]["digest"] != head.digest:
        raise ChainBroken(f"第 {last} 条记录被换过")
    return husks
