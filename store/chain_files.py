"""A record's chain in a small TinyDB file of its own; a long one continues in a new file, the full one set aside."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from tinydb import TinyDB
from tinydb.table import Document as TinyDocument

from store.chain import FORMAT, ChainBroken, Document, check_chain, check_format, genesis
from store.codec import Codec
from store.destroying import prove
from store.disk import Disk, Stamp, place_in, shard
from store.keyring import SealBroken
from store.safe_storage import ABOUT, ENTRIES, SafeStorage
from store.sealing import open_entry, seal_entry, sealed_with


@dataclass(frozen=True)
class Roll:
    """When a file is full: every append writes the whole of it, so it stays small."""

    entries: int = 50
    size: int = 2_000_000


@dataclass(frozen=True)
class Chain:
    """A chain whose newest file has been read and found sound.

    Attributes:
        about: What the file says of itself.
        documents: Its entries.
        stamp: Of the file.
        storage: The handle it was read by, good for one append under the record's lock.
    """

    record: str
    about: Mapping[str, Any]
    documents: list[Document]
    stamp: Stamp
    storage: SafeStorage

    @property
    def form(self) -> str:
        """Form of the record."""
        return str(self.about["form"])

    @property
    def first(self) -> int:
        """Number of the first entry in the newest file."""
        return int(self.documents[0]["n"])

    @property
    def n(self) -> int:
        """Number of the newest entry."""
        return int(self.documents[-1]["n"])

    @property
    def head(self) -> str:
        """Digest of the newest entry."""
        return str(self.documents[-1]["digest"])

    @property
    def taken(self) -> int:
        """The draft's changes up to this number are in some entry."""
        newest = max(int(document.get("draft", 0)) for document in self.documents)
        return max(newest, int(self.about.get("taken", 0)))

    @property
    def carries(self) -> bool:
        """Whether any entry acts on registers or has drawn numbers."""
        return bool(self.about.get("carries")) or any(map(carries, self.documents))

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Files that were set aside: number of the first entry and digest of the last."""
        return list(self.about.get("parts", []))

    def asked_before(self, request_id: str) -> int | None:
        """Number of the entry that a request made."""
        for document in self.documents:
            if document["request_id"] == request_id:
                return int(document["n"])
        n: int | None = self.about.get("requests", {}).get(request_id)
        return n

    def rolled(self) -> dict[str, Any]:
        """What the next file says of itself when this one is set aside."""
        made = {document["request_id"]: document["n"] for document in self.documents}
        return {
            **self.about,
            "parts": [*self.parts, {"first": self.first, "head": self.head}],
            "requests": {**self.about.get("requests", {}), **made},
            "taken": self.taken,
            "carries": self.carries,
        }


def carries(document: Document) -> bool:
    """Whether an entry acts on registers or has drawn numbers."""
    return "effects" in document or "numbers" in document


class ChainFiles:
    """All chains below one folder."""

    def __init__(self, folder: Path, disk: Disk, roll: Roll, codec: Codec) -> None:
        self.folder = folder
        self._disk = disk
        self._roll = roll
        self._codec = codec

    def path(self, record: str) -> Path:
        """Where the newest entries of a record lie."""
        return place_in(self.folder, record, ".json")

    def part_path(self, record: str, first: int) -> Path:
        """Where the entries from that number on were set aside."""
        return self.folder / shard(record) / f"{record}.from-{first}.json"

    def read(self, record: str) -> Chain | None:
        """A record's chain; ``None`` if there is no file.

        Raises:
            ChainBroken: The file cannot be trusted.
            FormatTooNew: A newer program wrote it.
            KeyMissing: Its private values are sealed with a key that is not here.
        """
        return self._read(record, self.path(record))

    def documents(self, chain: Chain, first: int, last: int) -> Iterator[Document]:
        """Entries in order, both ends included; files that were set aside are read if need be.

        Raises:
            ChainBroken: One of those files cannot be trusted; it names it.
        """
        for place, part in enumerate(chain.parts):
            after = chain.parts[place + 1]["first"] if place + 1 < len(chain.parts) else chain.first
            if first < after and part["first"] <= last:
                yield from _within(self._part(chain, part), first, last)
        yield from _within(chain.documents, first, last)

    def append(self, chain: Chain | None, record: str, form: str, document: Document) -> Chain:
        """Write one more entry behind a chain that was read under the record's lock."""
        return self._write(chain, record, form, [document])

    def extend(self, record: str, form: str, documents: Sequence[Document], private: Sequence[str] = ()) -> None:
        """Write some entries behind a record's chain, each of its files once.

        Args:
            record: Whose.
            form: Of the record.
            documents: The entries in clear.
            private: Private paths besides those that they name.
        """
        for few in self._by_files(self.read(record), documents):
            self._write(self.read(record), record, form, few, private)

    def reseal(self, chain: Chain, private_of: Callable[[Document], Sequence[str]]) -> bool:
        """Have all files of a chain lie as they shall, sealed or in clear; whether any was written. Under its lock.

        Args:
            chain: As it was read, all of it.
            private_of: Private paths of entries that do not name them.
        """
        paths = [self.path(chain.record), *(self.part_path(chain.record, part["first"]) for part in chain.parts)]
        return any([self._reseal(chain.record, path, private_of) for path in paths])

    def strip(self, chain: Chain, husk: Callable[[Document], Document]) -> None:
        """Have all files of a chain hold husks of every entry but the newest, nothing else. Under its lock.

        Args:
            chain: As it was read.
            husk: What stays of an entry, sealed or not; of what is left of one, itself.
        """
        for path in [*(self.part_path(chain.record, part["first"]) for part in chain.parts), self.path(chain.record)]:
            storage = SafeStorage(path, self._disk, {})
            tables = storage.read()
            assert tables is not None
            entries = {
                place: document if document["n"] == chain.n else husk(document)
                for place, document in tables[ENTRIES].items()
            }
            if entries != tables[ENTRIES]:
                storage.write_anew({**tables, ENTRIES: entries})

    def _reseal(self, record: str, path: Path, private_of: Callable[[Document], Sequence[str]]) -> bool:
        storage = SafeStorage(path, self._disk, {})
        tables, key = storage.read(), self._codec.key()
        assert tables is not None
        anew: dict[str, Document] = {}
        for place, document in tables[ENTRIES].items():
            lies = sealed_with(document)
            if lies is None or lies != (key.id if key else ""):
                plain = open_entry(self._codec, record, document)
                written = seal_entry(self._codec, record, plain, private_of(plain))
                anew |= {place: written} if lies is not None or written is not plain else {}
        if anew:
            storage.write({**tables, ENTRIES: {**tables[ENTRIES], **anew}})
        return bool(anew)

    def _write(
        self, chain: Chain | None, record: str, form: str, documents: list[Document], private: Sequence[str] = ()
    ) -> Chain:
        written = [seal_entry(self._codec, record, one, private) for one in documents]
        about: Mapping[str, Any] = {"format": FORMAT, "record": record, "form": form}
        storage, before = SafeStorage(self.path(record), self._disk, about), list[Document]()
        if chain:
            about, storage, before = chain.about, chain.storage, chain.documents
            if self._is_full(len(before), chain.stamp[1]):
                about, before = chain.rolled(), []
                storage.set_aside(self.part_path(record, chain.first), about)
        with TinyDB(storage=lambda: storage) as database:
            database.table(ENTRIES).insert_multiple(TinyDocument(one, doc_id=one["n"]) for one in written)
        return Chain(record, about, [*before, *documents], storage.stamp, storage)

    def _is_full(self, entries: int, size: int) -> bool:
        return entries >= self._roll.entries or size >= self._roll.size

    def _by_files(self, chain: Chain | None, documents: Sequence[Document]) -> Iterator[list[Document]]:
        count, size = (len(chain.documents), chain.stamp[1]) if chain else (0, 0)
        few: list[Document] = []
        for document in documents:
            if self._is_full(count, size):
                if few:
                    yield few
                few, count, size = [], 0, 0
            few.append(document)
            count, size = count + 1, size + len(orjson.dumps(document, option=orjson.OPT_INDENT_2))
        if few:
            yield few

    def _part(self, chain: Chain, part: Mapping[str, Any]) -> list[Document]:
        path = self.part_path(chain.record, part["first"])
        try:
            read, husks = self._looked_at(chain.record, path) or (None, {})
            prove(husks, chain.documents[-1])
        except ChainBroken as exc:
            raise ChainBroken(str(exc), path) from exc
        if read is None:
            raise ChainBroken("文件不见了", path)
        if (read.first, read.head) != (part["first"], part["head"]):
            raise ChainBroken("与后面的记录接不上", path)
        return read.documents

    def _read(self, record: str, path: Path) -> Chain | None:
        read, husks = self._looked_at(record, path) or (None, {})
        if read:
            prove(husks, read.documents[-1])
        return read

    def _looked_at(self, record: str, path: Path) -> tuple[Chain, dict[int, str]] | None:
        """What a file holds, and husks in it that the newest entry of the record has to prove."""
        storage = SafeStorage(path, self._disk, {})
        tables = storage.read()
        if tables is None:
            return None
        about = _about(tables.get(ABOUT, {}).get("1"), record)
        with TinyDB(storage=lambda: storage) as database:
            written: list[Document] = [*sorted(database.table(ENTRIES).all(), key=lambda item: item.doc_id)]
        try:
            documents = [open_entry(self._codec, record, document) for document in written]
        except SealBroken as exc:
            raise ChainBroken(str(exc)) from exc
        if not documents:
            raise ChainBroken("没有任何记录")
        parts = about.get("parts")
        first = documents[0].get("n") if parts else 1
        prev = parts[-1]["head"] if parts else genesis(record, about["form"])
        husks = check_chain(documents, prev, first if isinstance(first, int) else 1)
        return Chain(record, about, documents, storage.stamp, storage), husks


def _about(about: Any, record: str) -> Mapping[str, Any]:
    if not isinstance(about, dict) or not isinstance(about.get("form"), str):
        raise ChainBroken("缺少文件说明")
    check_format(about.get("format"), f"{record}.json")
    if about.get("record") != record:
        raise ChainBroken(f"里面是另一个办件 {about.get('record')}")
    parts, requests = about.get("parts", []), about.get("requests", {})
    if not isinstance(requests, dict) or not isinstance(parts, list) or not all(map(_is_part, parts)):
        raise ChainBroken("文件说明不完整")
    return about


def _is_part(part: Any) -> bool:
    return isinstance(part, dict) and isinstance(part.get("first"), int) and isinstance(part.get("head"), str)


def _within(documents: list[Document], first: int, last: int) -> Iterator[Document]:
    return (document for document in documents if first <= document["n"] <= last)
