"""A storage for TinyDB that a crash cannot halve; the file stays readable in any text editor."""

import codecs
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from tinydb.storages import Storage

from store.chain import FORMAT, ChainBroken
from store.disk import ABSENT, Disk, read_file, stamp_of
from store.folding import folded, unfolded

#: The tables of a record's file.
ENTRIES = "entries"
ABOUT = "about"

Tables = dict[str, dict[str, Any]]


class SafeStorage(Storage):
    """Made for one operation: read once, written whole in steps that leave the old file or the new one."""

    def __init__(self, path: Path, disk: Disk, about: Mapping[str, Any]) -> None:
        self._path = path
        self._disk = disk
        self._about = dict(about)
        self._data: bytes | None = None
        self._tables: Tables | None = None
        #: The entries as they are written in the file.
        self._written: dict[str, Any] = {}
        self._read = False
        self.stamp = ABSENT

    def read(self) -> Tables | None:
        """The tables; ``None`` if there is no file yet.

        Raises:
            ChainBroken: The file holds anything else.
        """
        if not self._read:
            self._data, self.stamp = read_file(self._path)
            if self._data is not None:
                tables = parse_tables(self._data)
                self._written = tables[ENTRIES]
                self._tables = {**tables, ENTRIES: unfolded(self._written)}
            self._read = True
        return self._tables

    def write(self, data: Tables) -> None:
        """Put new tables in place of the old ones; what we do not know in the file is kept."""
        # What an older program began is of our format from the first thing on that we write.
        about = {**data[ABOUT]["1"], "format": FORMAT} if ABOUT in data else self._about
        tables = {ABOUT: {"1": about}, **{name: table for name, table in data.items() if name != ABOUT}}
        written = folded(tables[ENTRIES], self._written)
        self._disk.write_file(self._path, orjson.dumps({**tables, ENTRIES: written}, option=orjson.OPT_INDENT_2))
        self._tables, self._written = tables, written
        self.stamp = stamp_of(self._path)

    def write_anew(self, data: Tables) -> None:
        """The same, where entries hold less than they did: nothing that was folded stays as it was."""
        self._written = {}
        self.write(data)

    def set_aside(self, path: Path, about: Mapping[str, Any]) -> None:
        """Keep the file as it is under another name; the next write begins without its entries."""
        assert self._data is not None
        assert self._tables is not None
        self._disk.write_file(path, self._data)
        self._tables, self._written = {**self._tables, ABOUT: {"1": dict(about)}, ENTRIES: {}}, {}


def parse_tables(data: bytes) -> Tables:
    """The tables of a TinyDB file, also one that an editor gave a byte order mark.

    Raises:
        ChainBroken: It is no such file; with the line where that shows.
    """
    try:
        tables = orjson.loads(data.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as exc:
        where = f"第 {exc.lineno} 行第 {exc.colno} 列" if data else "文件是空的"
        raise ChainBroken(f"不是完整的 JSON：{where}") from exc
    if not isinstance(tables, dict) or not isinstance(tables.get(ENTRIES), dict):
        raise ChainBroken("不是办件文件")
    if not all(isinstance(table, dict) for table in tables.values()):
        raise ChainBroken("不是办件文件")
    return tables
