"""Keyed hashes of private values: only with the key that the index was made with are they found."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import copy
from pathlib import Path

from store.codec import Codec
from store.errors import KeyDiffers, KeyMissing, LookupUnfinished
from store.keys import LookupKey
from store.model import EVERYTHING
from store.postgres.database import Connection, Database, Lock

_MARK = "lookup_key"
#: Follows the mark of a key with which the index is still being made.
_UNFINISHED = " unfinished"


class Lookup:
    """This computer's key, and whether it is the database's.

    Args:
        database: The first key it meets is its key.
        file: Where the key lies; made if missing.
        codec: Where data are sealed, so is this key.
    """

    def __init__(self, database: Database, file: Path, codec: Codec | None = None) -> None:
        self._database = database
        self._file = file
        # Of programs that start at once only one makes the key.
        with database.writing(Lock.ABOUT, _MARK, EVERYTHING) as db:
            self._key = LookupKey(file, codec)
            # Where the key of encryption is missing, the first private value to be written says so.
            with suppress(KeyMissing):
                self._key.lie_as_wanted()
            db.execute("insert into about values (%s, %s) on conflict do nothing", (_MARK, self._key.mark))
            #: Of the key that the index was made with.
            self._made_with = _noted(db)
        self._makes_index = False

    def hasher(self) -> Callable[[str], str]:
        """What makes the keyed hash of a private value, with the key as it is now.

        Raises:
            KeyDiffers: The index was made with another key.
            LookupUnfinished: It is being made with another one.
            KeyMissing: It is sealed with a key that is not here.
        """
        if self._made_with.endswith(_UNFINISHED):
            raise LookupUnfinished
        if self._key.mark != self._made_with:
            raise KeyDiffers(file=str(self._file))
        return self._key.hasher()

    def as_in(self, db: Connection, *, writing: bool = False) -> "Lookup":
        """The same, knowing which key the index has now: another server may have renewed it.

        Args:
            db: In a transaction.
            writing: Whether something is to be written; then nobody renews the key before the transaction ends.
        """
        if self._makes_index:
            return self
        if writing:
            db.execute("select pg_advisory_xact_lock_shared(%s, hashtext(%s))", (int(Lock.ABOUT), _MARK))
        now = copy(self)
        now._made_with = _noted(db)
        return now

    def renew(self) -> None:
        """Make a new key; it finds nothing before it has taken over."""
        self._key.renew()

    @property
    def is_open(self) -> bool:
        """Whether there is a hash to be had: sealed with a key that is not here, there is none."""
        return self._key.is_open

    @contextmanager
    def taking_over(self) -> Iterator["Lookup"]:
        """Within, the index is made anew with this key; when all is done, it is the database's.

        If it is another one, whoever else looks for private values or writes some meanwhile, or after it was broken
        off, is told so.
        """
        anew = copy(self)
        anew._made_with, anew._makes_index = self._key.mark, True
        with self._database.writing(Lock.ABOUT, _MARK, EVERYTHING) as db:
            if _noted(db) != anew._made_with:
                _note(db, f"{anew._made_with}{_UNFINISHED}")
        yield anew
        with self._database.writing(Lock.ABOUT, _MARK, EVERYTHING) as db:
            _note(db, anew._made_with)
        self._made_with = anew._made_with

    def probe(self) -> None:
        """Write something that changes nothing."""
        with self._database.writing(Lock.ABOUT, _MARK, EVERYTHING) as db:
            db.execute("update about set value = value where key = %s", (_MARK,))


def _noted(db: Connection) -> str:
    row = db.execute("select value from about where key = %s", (_MARK,)).fetchone()
    return str(row[0]) if row else ""


def _note(db: Connection, value: str) -> None:
    db.execute("update about set value = %s where key = %s", (value, _MARK))
