"""A record's chain in a small TinyDB file of its own, readable in any text editor."""

import codecs
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document as TinyDocument

from store.chain import FORMAT, ChainBroken, Document, check_chain, entry_of, genesis
from store.disk import Disk, told
from store.errors import FormatTooNew
from store.model import Entry

#: Size and time of a file: while they stay, so does what is in it.
Stamp = tuple[int, int]
ABSENT: Stamp = (0, 0)

_ENTRIES = "entries"
_ABOUT = "about"


class SafeStorage(Storage):
    """TinyDB's storage, made for one operation: read once, written whole in steps that a crash cannot halve."""

    def __init__(self, path: Path, disk: Disk, about: Mapping[str, Any]) -> None:
        self._path = path
        self._disk = disk
        self._about = dict(about)
        self._tables: dict[str, dict[str, Any]] | None = None
        self._read = False
        self.stamp = ABSENT

    def read(self) -> dict[str, dict[str, Any]] | None:
        """The tables; ``None`` if there is no file yet.

        Raises:
            ChainBroken: The file holds anything else.
        """
        if not self._read:
            data, self.stamp = read_file(self._path)
            self._tables = None if data is None else parse_tables(data)
            self._read = True
        return self._tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Put new tables in place of the old ones; what we do not know in the file is kept."""
        tables = data if _ABOUT in data else {_ABOUT: {"1": self._about}, **data}
        self._disk.write_file(self._path, orjson.dumps(tables, option=orjson.OPT_INDENT_2))
        self._tables = tables
        self.stamp = stamp_of(self._path)


def read_file(path: Path) -> tuple[bytes | None, Stamp]:
    """Bytes and stamp of one and the same file, though another may take its place meanwhile."""
    with told():
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return None, ABSENT
        with file:
            data = file.read()
            stat = os.fstat(file.fileno())
            return data, (stat.st_mtime_ns, stat.st_size)


def stamp_of(path: Path) -> Stamp:
    """Stamp of a file; ``ABSENT`` if there is none."""
    try:
        stat = path.stat()
    except OSError:
        return ABSENT
    return stat.st_mtime_ns, stat.st_size


def parse_tables(data: bytes) -> dict[str, dict[str, Any]]:
    """The tables of a TinyDB file, also one that an editor gave a byte order mark.

    Raises:
        ChainBroken: It is no such file; with the line where that shows.
    """
    try:
        tables = orjson.loads(data.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as exc:
        where = f"第 {exc.lineno} 行第 {exc.colno} 列" if data else "文件是空的"
        raise ChainBroken(f"不是完整的 JSON：{where}") from exc
    if not isinstance(tables, dict) or not isinstance(tables.get(_ENTRIES), dict):
        raise ChainBroken("不是办件文件")
    if not all(isinstance(table, dict) for table in tables.values()):
        raise ChainBroken("不是办件文件")
    return tables


@dataclass(frozen=True)
class Chain:
    """A chain that has been read and found sound."""

    record: str
    form: str
    documents: list[Document]
    stamp: Stamp

    @property
    def n(self) -> int:
        """Number of the newest entry."""
        return len(self.documents)

    @property
    def head(self) -> str:
        """Digest of the newest entry."""
        return str(self.documents[-1]["digest"])

    @property
    def taken(self) -> int:
        """The draft's changes up to this number are in some entry."""
        return max(int(document.get("draft", 0)) for document in self.documents)

    def entry(self, n: int) -> Entry:
        """One entry."""
        return entry_of(self.documents[n - 1], self.record, self.form)


class ChainFiles:
    """All chains below one folder."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.folder = folder
        self._disk = disk

    def path(self, record: str) -> Path:
        """Where a record's chain lies."""
        return self.folder / shard(record) / f"{record}.json"

    def read(self, record: str) -> Chain | None:
        """A record's chain; ``None`` if there is no file.

        Raises:
            ChainBroken: The file cannot be trusted.
            FormatTooNew: A newer program wrote it.
        """
        return _chain(self._storage(record, ""), record)

    def append(self, chain: Chain | None, record: str, form: str, document: Document) -> Chain:
        """Write one more entry behind a chain that was read under the record's lock."""
        storage = self._storage(record, form)
        with TinyDB(storage=lambda: storage) as database:
            database.table(_ENTRIES).insert(TinyDocument(document, doc_id=document["n"]))
        return Chain(record, form, [*(chain.documents if chain else []), document], storage.stamp)

    def _storage(self, record: str, form: str) -> SafeStorage:
        about = {"format": FORMAT, "record": record, "form": form}
        return SafeStorage(self.path(record), self._disk, about)


def _chain(storage: SafeStorage, record: str) -> Chain | None:
    tables = storage.read()
    if tables is None:
        return None
    about = tables.get(_ABOUT, {}).get("1")
    if not isinstance(about, dict) or not isinstance(about.get("form"), str):
        raise ChainBroken("缺少文件说明")
    check_format(about.get("format"), f"{record}.json")
    if about.get("record") != record:
        raise ChainBroken(f"里面是另一个办件 {about.get('record')}")
    with TinyDB(storage=lambda: storage) as database:
        documents: list[Document] = [*sorted(database.table(_ENTRIES).all(), key=lambda item: item.doc_id)]
    if not documents:
        raise ChainBroken("没有任何记录")
    check_chain(documents, genesis(record, about["form"]))
    return Chain(record, about["form"], documents, storage.stamp)


def check_format(found: object, file: str) -> None:
    """Refuse files that a newer program wrote.

    Raises:
        FormatTooNew: The number is above ours.
        ChainBroken: It is none.
    """
    if not isinstance(found, int):
        raise ChainBroken("缺少格式号")
    if found > FORMAT:
        raise FormatTooNew(file=file, found=found, known=FORMAT)


def shard(name: str) -> str:
    """The folder among 256 where something of that name lies."""
    return hashlib.sha256(name.encode()).hexdigest()[:2]
