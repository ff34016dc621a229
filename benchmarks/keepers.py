"""Who keeps classes: our store, and what one would write by hand with plain TinyDB or SQLite at the same work."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from tinydb import TinyDB, where

from store import EVERYTHING, Change, NewEntry, Summary
from store.chain import body_of, genesis, seal
from store.chain_files import ChainFiles, Roll
from store.codec import Codec
from store.disk import Disk
from store.tiny import TinyStore

TRAINEES = 50
#: Every tenth class stands in this state.
RARE = "stage.rare"


class Keeper(Protocol):
    """Keeps classes below a folder; made anew for every opening."""

    #: More records are not asked of it.
    most: int

    def __init__(self, folder: Path) -> None: ...

    def fill(self, count: int) -> None:
        """Keep so many new classes, one version each, as quickly as it can."""
        ...

    def append(self, number: int, n: int) -> None:
        """Keep version ``n`` of a class for good."""
        ...

    def latest(self, number: int) -> object:
        """The newest version of a class."""
        ...

    def newest(self) -> int:
        """List the 50 classes in the rare state that changed last; how many there were."""
        ...

    def find(self, id_no: str) -> int:
        """Find the classes of a trainee by ID number; how many there are."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


def class_of(number: int, n: int) -> dict[str, Any]:
    """Facts of a class of fifty; every version has other scores."""
    return {
        "class_no": f"440604-001-2026-{number:06d}",
        "course": "course-farming",
        "place": "某市某区某某路 12 号",
        "trainees": {f"r{place}": _trainee(number, n, place) for place in range(TRAINEES)},
    }


def _trainee(number: int, n: int, place: int) -> dict[str, Any]:
    return {
        "@order": place,
        "name": f"学员{place}",
        "id_no": id_no(number, place),
        "sex": "男",
        "mobile": f"1380000{place:04d}",
        "education": "高中",
        "employer": "某某农业有限公司",
        "title": "工人",
        "theory": str(60 + (place if place > n else place + n) % 40),
        "practice": str(70 + place % 30),
        "note": "自带工具，住某某镇某某村",
        "passed": True,
    }


def id_no(number: int, place: int) -> str:
    """ID number of a trainee; nobody else has it."""
    return f"44{number:012d}{place:04d}"


def state_of(number: int) -> str:
    return RARE if number % 10 == 0 else "stage.common"


class OneFill:
    """Our store on files, as it is opened by the program."""

    most = 1_000_000

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.store = TinyStore(folder / "onefill", lambda: datetime.now(UTC))

    def fill(self, count: int) -> None:
        """Files without waiting for the disk; the index is made of them afterwards."""
        quick = Disk(sync=lambda handle: None, sync_folder=lambda folder: None)
        chains = ChainFiles(self._folder / "onefill" / "records", quick, Roll(), Codec())
        for number in range(count):
            new = new_version(number, 1)
            document = seal(body_of(new), n=1, prev=genesis(new.record, new.form), when=datetime.now(UTC))
            chains.append(None, new.record, new.form, document)

    def append(self, number: int, n: int) -> None:
        """See ``Keeper``."""
        self.store.append(new_version(number, n), n - 1, EVERYTHING)

    def latest(self, number: int) -> object:
        """See ``Keeper``."""
        return self.store.latest(f"c{number:06d}", EVERYTHING)

    def newest(self) -> int:
        """See ``Keeper``."""
        return len(self.store.find(scope=EVERYTHING, form="class", state=RARE, limit=50))

    def find(self, id_no: str) -> int:
        """See ``Keeper``."""
        return len(self.store.find(scope=EVERYTHING, tokens=[id_no]))

    def save(self, number: int, turn: int) -> None:
        """Keep one keystroke in a class's draft."""
        change = Change(f"trainees/r{turn % TRAINEES}/note", f"备注 {turn}", "w", turn + 1)
        self.store.set_draft(f"c{number:06d}", [change], EVERYTHING, "李静")

    def close(self) -> None:
        """See ``Keeper``."""
        self.store.close()


def new_version(number: int, n: int) -> NewEntry:
    summary = Summary(
        state=state_of(number),
        label=f"第 {number} 班",
        words=("course-farming",),
        private=tuple(id_no(number, place) for place in range(TRAINEES)),
    )
    return NewEntry(
        record=f"c{number:06d}",
        form="class",
        kind="version",
        who="李静",
        request_id=f"{number}-{n}",
        data=class_of(number, n),
        summary=summary,
    )


class PlainTinyDB:
    """One file as the manual shows it: no chain, no index, no sync, one program."""

    most = 10_000

    def __init__(self, folder: Path) -> None:
        self._database = TinyDB(folder / "plain.json", encoding="utf-8", ensure_ascii=False)

    def fill(self, count: int) -> None:
        """See ``Keeper``."""
        self._database.insert_multiple(self._row(number, 1) for number in range(count))

    def append(self, number: int, n: int) -> None:
        """See ``Keeper``."""
        self._database.insert(self._row(number, n))

    def latest(self, number: int) -> object:
        """See ``Keeper``."""
        return max(self._database.search(where("number") == number), key=lambda row: row["n"])

    def newest(self) -> int:
        """See ``Keeper``."""
        rows = self._database.search(where("state") == RARE)
        return len(sorted(rows, key=lambda row: row["at"], reverse=True)[:50])

    def find(self, id_no: str) -> int:
        """See ``Keeper``."""
        return len(self._database.search(where("ids").any([id_no])))

    def close(self) -> None:
        """See ``Keeper``."""
        self._database.close()

    @staticmethod
    def _row(number: int, n: int) -> dict[str, Any]:
        ids = [id_no(number, place) for place in range(TRAINEES)]
        at = datetime.now(UTC).isoformat()
        return {"number": number, "n": n, "state": state_of(number), "at": at, "ids": ids, "data": class_of(number, n)}


class PlainSQLite:
    """Two tables with the indexes the questions need; WAL, synced at every commit; no chain, ID numbers in clear."""

    most = 1_000_000

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / "plain.sqlite", timeout=30, isolation_level=None)
        self._db.executescript(
            """
            pragma journal_mode = wal;
            pragma synchronous = full;
            create table if not exists version(
                number integer, n integer, state text, at text, newest integer, data text, primary key(number, n));
            create index if not exists listed on version(newest, state, at desc);
            create table if not exists person(id_no text, number integer, primary key(id_no, number)) without rowid;
            """
        )

    def fill(self, count: int) -> None:
        """See ``Keeper``."""
        self._db.execute("begin immediate")
        for number in range(count):
            self._put(number, 1)
        self._db.execute("commit")

    def append(self, number: int, n: int) -> None:
        """See ``Keeper``."""
        self._db.execute("begin immediate")
        (known,) = self._db.execute("select max(n) from version where number = ?", (number,)).fetchone()
        assert (known or 0) == n - 1
        self._db.execute("update version set newest = 0 where number = ? and n = ?", (number, known))
        self._put(number, n)
        self._db.execute("commit")

    def latest(self, number: int) -> object:
        """See ``Keeper``."""
        row = self._db.execute("select data from version where number = ? order by n desc limit 1", (number,))
        return json.loads(row.fetchone()[0])

    def newest(self) -> int:
        """See ``Keeper``."""
        rows = self._db.execute(
            "select number, at from version where newest = 1 and state = ? order by at desc limit 50", (RARE,)
        )
        return len(rows.fetchall())

    def find(self, id_no: str) -> int:
        """See ``Keeper``."""
        rows = self._db.execute(
            "select version.number, state from person join version on version.number = person.number and newest = 1"
            " where id_no = ?",
            (id_no,),
        )
        return len(rows.fetchall())

    def close(self) -> None:
        """See ``Keeper``."""
        self._db.close()

    def _put(self, number: int, n: int) -> None:
        data = json.dumps(class_of(number, n), ensure_ascii=False)
        at = datetime.now(UTC).isoformat()
        self._db.execute("insert into version values (?, ?, ?, ?, 1, ?)", (number, n, state_of(number), at, data))
        people = [(id_no(number, place), number) for place in range(TRAINEES)]
        self._db.executemany("insert or ignore into person values (?, ?)", people)
