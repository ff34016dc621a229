"""Whether what is private in a database lies sealed: noted in the database itself, for all servers alike."""

from collections.abc import Iterator
from contextlib import contextmanager

import orjson

from store.chain import ChainBroken
from store.codec import Codec
from store.errors import KeyMissing
from store.keyring import Keyring, SealBroken
from store.mark import Sealing, decide_at_start
from store.model import EVERYTHING, Damage
from store.postgres.database import Connection, Database, Lock
from store.postgres.joined import Joined, Transactions

_MARK = "sealing"


class ChainSealed(ChainBroken):
    """What was sealed cannot be opened: its key is not here."""

    def __init__(self, key: str) -> None:
        super().__init__(f"没有编号为 {key} 的密钥")
        self.key = key


class SealingNote:
    """What the database says of itself, read whenever something is to be written: another server may turn it on."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    @property
    def sealing(self) -> Sealing:
        """What is to be, now."""
        with self._transactions.reading(EVERYTHING) as db:
            row = db.execute("select value from about where key = %s", (_MARK,)).fetchone()
        return Sealing(**orjson.loads(row[0])) if row else Sealing()

    def decide(self, sealing: Sealing) -> None:
        """Have it so from now on."""
        with self._transactions.writing(Lock.ABOUT, _MARK, EVERYTHING) as db:
            db.execute(
                "insert into about values (%s, %s) on conflict(key) do update set value = excluded.value",
                (_MARK, orjson.dumps(sealing).decode()),
            )


class Seals:
    """The keys of this server, and which of them a database wants.

    Args:
        host: Of the database.
        keys: The keys there are.
    """

    def __init__(self, host: str, keys: Keyring | None) -> None:
        self._host = host
        self.keys = keys or Keyring()

    def begin(self, database: Database) -> None:
        """Turn sealing on where a key is given and nobody has said otherwise."""
        with database.writing(Lock.ABOUT, _MARK, EVERYTHING) as db:
            row = db.execute("select not exists (select from record)").fetchone()
            decide_at_start(SealingNote(Joined(db, self._host)), self.keys, is_new=bool(row and row[0]))

    def codec(self, db: Connection) -> Codec:
        """Seals within a transaction."""
        return self.codec_of(Joined(db, self._host))

    def codec_of(self, transactions: Transactions) -> Codec:
        """Seals wherever a transaction can be had."""
        note = SealingNote(transactions)
        return Codec(self.keys, lambda: note.sealing.key)


@contextmanager
def opening(whose: str) -> Iterator[None]:
    """What may be sealed is opened within.

    Args:
        whose: Entry or line, for whoever has to mend it.

    Raises:
        ChainSealed: The key is not here.
        ChainBroken: It has been altered.
    """
    try:
        yield
    except KeyMissing as exc:
        raise ChainSealed(str(exc.facts["key"])) from exc
    except SealBroken as exc:
        raise ChainBroken(f"{whose}：{exc}") from exc


def damage_of(record: str, place: str, fault: ChainBroken) -> Damage:
    """What is wrong with a record."""
    return Damage(record, place, str(fault), fault.key if isinstance(fault, ChainSealed) else "")
