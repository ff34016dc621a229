"""Bytes by name in a table, in pieces: nothing holds a whole file but whoever asks for it."""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO, BinaryIO

from store.errors import FileDamaged, FileUnknown
from store.plain import is_digest
from store.postgres.database import Connection, Lock
from store.postgres.joined import Transactions

PIECE = 1 << 20
#: What is written waits here until its name is known; more than this goes to a temporary file.
_IN_MEMORY = 8 << 20


class FileTable:
    """The files of one database."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def read(self, name: str) -> Iterator[bytes] | None:
        """The bytes under a name, piece by piece; ``None`` if there are none."""
        with self._transactions.reading() as db:
            row = db.execute(
                "select id, size, bytes from file left join file_part using (id) where name = %s and place = 1", (name,)
            ).fetchone()
        return self._pieces(*row) if row else None

    def write(self, pieces: Iterable[bytes], name: Callable[[], str | None]) -> None:
        """Keep bytes for good under a name that is asked for after the last piece; ``None``: not after all."""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as waiting:
            for piece in pieces:
                waiting.write(piece)
            found = name()
            if found is not None:
                self._insert(found, waiting.tell(), waiting)

    def remove(self, name: str) -> None:
        """Drop what lies under a name, if anything does."""
        with self._transactions.writing(Lock.FILE, name) as db:
            db.execute("delete from file where name = %s", (name,))

    def names(self) -> Iterator[str]:
        """All names."""
        last = ""
        while True:
            with self._transactions.reading() as db:
                rows = db.execute("select name from file where name > %s order by name limit 1000", (last,)).fetchall()
            yield from (row[0] for row in rows)
            if not rows:
                return
            last = rows[-1][0]

    def _insert(self, name: str, size: int, data: IO[bytes]) -> None:
        data.seek(0)
        with self._transactions.writing(Lock.FILE, name) as db:
            db.execute("delete from file where name = %s", (name,))
            row = db.execute("insert into file(name, size) values (%s, %s) returning id", (name, size)).fetchone()
            assert row
            for place, piece in enumerate(_whole_pieces(data), start=1):
                db.execute("insert into file_part values (%s, %s, %s)", (row[0], place, piece), binary=True)

    def _pieces(self, id_: int, size: int, first: bytes) -> Iterator[bytes]:
        yield first
        for place in range(2, -(-size // PIECE) + 1):
            with self._transactions.reading() as db:
                if row := _part(db, id_, place):
                    yield row[0]


def _part(db: Connection, id_: int, place: int) -> tuple[bytes] | None:
    return db.execute("select bytes from file_part where id = %s and place = %s", (id_, place), binary=True).fetchone()


def _whole_pieces(data: IO[bytes]) -> Iterator[bytes]:
    """At least one, if only an empty one."""
    yield data.read(PIECE)
    while piece := data.read(PIECE):
        yield piece


class Files:
    """Files by the SHA-256 of what is in them."""

    def __init__(self, place: FileTable) -> None:
        self._place = place

    def put(self, data: bytes | BinaryIO) -> str:
        """Keep bytes; a damaged copy of them is mended."""
        content = data if isinstance(data, bytes) else data.read()
        digest = hashlib.sha256(content).hexdigest()
        self._place.write([content], lambda: None if self._is_sound(digest) else digest)
        return digest

    def get(self, digest: str) -> bytes:
        """Bytes by their hash.

        Raises:
            FileUnknown: There are none.
            FileDamaged: They are not what they were.
        """
        pieces = self._place.read(digest) if is_digest(digest) else None
        if pieces is None:
            raise FileUnknown(digest=digest)
        content = b"".join(pieces)
        if hashlib.sha256(content).hexdigest() != digest:
            raise FileDamaged(digest=digest)
        return content

    def digests(self) -> Iterator[str]:
        """The hashes of all files."""
        return self._place.names()

    def _is_sound(self, digest: str) -> bool:
        try:
            self.get(digest)
        except (FileUnknown, FileDamaged):
            return False
        return True
