"""Bytes by name in a table, in pieces: nothing holds a whole file but whoever asks for it."""

import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import IO

from store.blobs import PIECE
from store.model import EVERYTHING
from store.postgres.database import Connection, Lock
from store.postgres.joined import Transactions

#: What is written waits here until its name is known; more than this goes to a temporary file.
_IN_MEMORY = 8 << 20


class FileTable:
    """The files of one database."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def read(self, name: str) -> Generator[bytes] | None:
        """See ``Place``."""
        with self._transactions.reading(EVERYTHING) as db:
            row = db.execute(
                "select id, size, bytes from file left join file_part using (id) where name = %s and place = 1", (name,)
            ).fetchone()
        return self._pieces(*row) if row else None

    def write(self, pieces: Iterable[bytes], name: Callable[[], str | None]) -> None:
        """See ``Place``."""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as waiting:
            for piece in pieces:
                waiting.write(piece)
            found = name()
            if found is not None:
                self._insert(found, waiting.tell(), waiting)

    def trusts(self, name: str) -> bool:
        """See ``Place``; the server does not look into the bytes it hands out."""
        return False

    def where(self, name: str) -> str:
        """See ``Place``."""
        return f"数据库 {self._transactions.host} 的文件 {name}"

    def remove(self, name: str) -> None:
        """See ``Place``."""
        with self._transactions.writing(Lock.FILE, name, EVERYTHING) as db:
            db.execute("delete from file where name = %s", (name,))

    def renew(self, name: str) -> bool:
        """See ``Place``."""
        with self._transactions.writing(Lock.FILE, name, EVERYTHING) as db:
            return db.execute("update file set put_at = now() where name = %s", (name,)).rowcount > 0

    def discard(self, name: str, age: float) -> bool:
        """See ``Place``."""
        old = "delete from file where name = %s and put_at <= now() - make_interval(secs => %s)"
        with self._transactions.writing(Lock.FILE, name, EVERYTHING) as db:
            db.execute(old, (name, age))
            return db.execute("select 1 from file where name = %s", (name,)).fetchone() is None

    def names(self) -> Iterator[str]:
        """See ``Place``."""
        last = ""
        while True:
            with self._transactions.reading(EVERYTHING) as db:
                rows = db.execute("select name from file where name > %s order by name limit 1000", (last,)).fetchall()
            yield from (row[0] for row in rows)
            if not rows:
                return
            last = rows[-1][0]

    def _insert(self, name: str, size: int, data: IO[bytes]) -> None:
        data.seek(0)
        with self._transactions.writing(Lock.FILE, name, EVERYTHING) as db:
            db.execute("delete from file where name = %s", (name,))
            row = db.execute("insert into file(name, size) values (%s, %s) returning id", (name, size)).fetchone()
            assert row
            for place, piece in enumerate(_whole_pieces(data), start=1):
                db.execute("insert into file_part values (%s, %s, %s)", (row[0], place, piece), binary=True)

    def _pieces(self, id_: int, size: int, first: bytes) -> Generator[bytes]:
        yield first
        for place in range(2, -(-size // PIECE) + 1):
            with self._transactions.reading(EVERYTHING) as db:
                if row := _part(db, id_, place):
                    yield row[0]


def _part(db: Connection, id_: int, place: int) -> tuple[bytes] | None:
    return db.execute("select bytes from file_part where id = %s and place = %s", (id_, place), binary=True).fetchone()


def _whole_pieces(data: IO[bytes]) -> Iterator[bytes]:
    """At least one, if only an empty one."""
    yield data.read(PIECE)
    while piece := data.read(PIECE):
        yield piece
