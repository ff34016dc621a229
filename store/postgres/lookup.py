"""Keyed hashes of private values: only with the key that the index was made with are they found."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.errors import KeyDiffers
from store.keys import LookupKey
from store.postgres.database import Database, Lock

_MARK = "lookup_key"


class Lookup:
    """This computer's key, and whether it is the database's.

    Args:
        database: The first key it meets is its key.
        file: Where the key lies; made if missing.
    """

    def __init__(self, database: Database, file: Path) -> None:
        self._database = database
        self._file = file
        self._key = LookupKey(file)
        with database.writing(Lock.ABOUT, _MARK) as db:
            db.execute("insert into about values (%s, %s) on conflict do nothing", (_MARK, self._key.mark))
            self._fits = db.execute("select value from about where key = %s", (_MARK,)).fetchone() == (self._key.mark,)

    def hash(self, text: str) -> str:
        """The keyed hash of a private value.

        Raises:
            KeyDiffers: The index was made with another key.
        """
        if not self._fits:
            raise KeyDiffers(file=str(self._file))
        return self._key.hash(text)

    @contextmanager
    def taking_over(self) -> Iterator["Lookup"]:
        """Within, the index is made anew with this key; when all is done, it is the database's."""
        self._fits = True
        yield self
        with self._database.writing(Lock.ABOUT, _MARK) as db:
            db.execute("update about set value = %s where key = %s", (self._key.mark, _MARK))

    def probe(self) -> None:
        """Write something that changes nothing."""
        with self._database.writing(Lock.ABOUT, _MARK) as db:
            db.execute("update about set value = value where key = %s", (_MARK,))
