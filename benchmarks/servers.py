"""The same classes in PostgreSQL: our store, and what one would write by hand with psycopg at the same work."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg.types.json import Jsonb

from benchmarks.keepers import RARE, TRAINEES, OneFill, class_of, id_no, new_version, state_of
from store import EntriesParcel
from store.chain import body_of, genesis, seal
from store.postgres import PostgresStore
from store.postgres.database import Database
from store.postgres.lookup import Lookup
from store.postgres.parcels import PostgresParcels
from store.postgres.seals import Seals
from tests.databases import Server

_ADDRESS = "address"


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def server(folder: Path) -> Iterator[None]:
    """A server that syncs every commit, for those who keep classes below a folder."""
    with closing(Server()) as one:
        (folder / _ADDRESS).write_text(one.bare_database())
        yield


class OneFillPostgres(OneFill):
    """Our store in PostgreSQL, as it is opened by the program."""

    def __init__(self, folder: Path) -> None:
        self._address = (folder / _ADDRESS).read_text()
        self._key = folder / "store.key"
        self.store = PostgresStore(self._address, _now, key_file=self._key)  # type: ignore[assignment]

    def fill(self, count: int) -> None:
        """In one transaction."""
        with closing(Database(self._address)) as database, database.alone() as db:
            parcels = PostgresParcels(
                db, database.host, Lookup(database, self._key), _now, Seals(database.host, None), None
            )
            for number in range(count):
                new = new_version(number, 1)
                document = seal(body_of(new), n=1, prev=genesis(new.record, new.form), when=_now())
                parcels.keep(EntriesParcel(new.record, new.form, (document,)))
            db.execute("analyze record, token, entry")


class PlainPsycopg:
    """Two tables with the indexes the questions need; no chain, ID numbers in clear, institutions side by side."""

    most = 1_000_000

    def __init__(self, folder: Path) -> None:
        self._db = psycopg.connect((folder / _ADDRESS).read_text())
        with self._db.transaction():
            self._db.execute("select pg_advisory_xact_lock(1)")
            self._db.execute(
                """
                create table if not exists version(number int, n int, state text, at timestamptz, newest boolean,
                    data jsonb, primary key(number, n));
                create index if not exists listed on version(state, at desc) where newest;
                create table if not exists person(id_no text, number int, primary key(id_no, number));
                """
            )

    def fill(self, count: int) -> None:
        """See ``Keeper``."""
        with self._db.transaction():
            for number in range(count):
                self._put(number, 1)
            self._db.execute("analyze version, person")

    def append(self, number: int, n: int) -> None:
        """See ``Keeper``."""
        with self._db.transaction():
            row = self._db.execute(
                "select n from version where number = %s order by n desc limit 1 for update", (number,)
            ).fetchone()
            assert (row[0] if row else 0) == n - 1
            self._db.execute("update version set newest = false where number = %s and newest", (number,))
            self._put(number, n)

    def latest(self, number: int) -> object:
        """See ``Keeper``."""
        with self._db.transaction():
            row = self._db.execute("select data from version where number = %s order by n desc limit 1", (number,))
            return row.fetchone()

    def newest(self) -> int:
        """See ``Keeper``."""
        question = "select number, at from version where newest and state = %s order by at desc limit 50"
        with self._db.transaction():
            return len(self._db.execute(question, (RARE,)).fetchall())

    def find(self, id_no: str) -> int:
        """See ``Keeper``."""
        question = "select number, state from person join version using (number) where newest and id_no = %s"
        with self._db.transaction():
            return len(self._db.execute(question, (id_no,)).fetchall())

    def close(self) -> None:
        """See ``Keeper``."""
        self._db.close()

    def _put(self, number: int, n: int) -> None:
        values = (number, n, state_of(number), _now(), Jsonb(class_of(number, n)))
        self._db.execute("insert into version values (%s, %s, %s, %s, true, %s)", values)
        people = [id_no(number, place) for place in range(TRAINEES)]
        self._db.execute("insert into person select unnest(%s::text[]), %s on conflict do nothing", (people, number))
