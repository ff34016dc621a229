"""Number series: a number lives in the entry that drew it; what is noted here only bridges a crash."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from store.catalog import Catalog
from store.chain import FORMAT, ChainBroken, check_format
from store.disk import Disk, read_file, shard, told
from store.errors import FormatTooNew, RecordDamaged
from store.locks import Locks
from store.model import NewEntry


@dataclass(frozen=True)
class _Note:
    """Who draws.

    Attributes:
        last: Of the numbers that entries held before,
        drawn: and with the entry that
        request_id: this request
        record: writes into this record; neither is told of numbers that came with another store.
    """

    series: str
    last: int
    drawn: int
    record: str
    request_id: str

    @property
    def is_sound(self) -> bool:
        """Whether it is such a note as is written."""
        texts, counts = (self.series, self.record, self.request_id), (self.last, self.drawn)
        return all(type(text) is str for text in texts) and all(type(count) is int for count in counts)


class SeriesFiles:
    """A note per series of who is drawing, so that the next one looks whether that entry came to be."""

    def __init__(self, folder: Path, disk: Disk, locks: Locks, catalog: Catalog) -> None:
        self._folder = folder
        self._disk = disk
        self._locks = locks
        self._catalog = catalog

    def last(self, series: str) -> int:
        """The last number drawn; 0 if none was."""
        note = self._note(series)
        known = self._catalog.last_number(series)
        if note is None:
            return known
        drawn = note.drawn if note.drawn > max(note.last, known) and self._came_to_be(note) else 0
        return max(note.last, known, drawn)

    def all_last(self) -> dict[str, int]:
        """The last number drawn from each series; to be asked while nobody draws."""
        noted = (note.series for note in map(self._read, self._folder.glob("*.json")) if note)
        known = sorted({*self._catalog.series(), *noted})
        return {series: last for series in known if (last := self.last(series))}

    def take_in(self, last: Mapping[str, int]) -> None:
        """Have no number up to these be drawn again, whatever entries there are; nobody else draws here."""
        for series, drawn in last.items():
            self._write(_Note(series, drawn, drawn, "", ""))

    @contextmanager
    def drawing(self, new: NewEntry) -> Iterator[dict[str, range]]:
        """The next numbers of every series an entry draws from, held until it is written.

        Whoever dies before that leaves no gap: the next one sees that no entry has them.
        """
        with ExitStack() as held:
            for stripe in sorted({shard(series) for series in new.draws}):
                held.enter_context(self._locks.hold(f"series-{stripe}"))
            numbers = {series: self._next(new, series) for series in new.draws}
            for series, drawn in numbers.items():
                self._write(_Note(series, drawn[0] - 1, drawn[-1], new.record, new.request_id))
            yield numbers

    # -- inside ---

    def _next(self, new: NewEntry, series: str) -> range:
        if self._note(series) is None:
            # Nothing was noted yet, or the note is lost: only the files themselves tell.
            self._catalog.heal(again=True)
        last = max(self.last(series), new.above.get(series, 0))
        return range(last + 1, last + new.draws[series] + 1)

    def _came_to_be(self, note: _Note) -> bool:
        try:
            chain = self._catalog.chain(note.record, None)
        except (RecordDamaged, FormatTooNew):
            # Nobody can tell: a gap is better than the same number twice.
            return True
        if chain is None or chain.asked_before(note.request_id) is None:
            return False
        # Its writer may have died before this, and no later number may outlive it.
        with told():
            self._disk.sync_folder(self._catalog.chains.path(note.record).parent)
        return True

    def _note(self, series: str) -> _Note | None:
        note = self._read(self._path(series))
        return note if note and note.series == series else None

    def _read(self, path: Path) -> _Note | None:
        data, _ = read_file(path)
        try:
            kept = orjson.loads(data) if data else None
            if not kept:
                return None
            # The first ones had no number.
            check_format(kept.pop("format", 1), path.name)
            note = _Note(**kept)
        except (ChainBroken, orjson.JSONDecodeError, TypeError, AttributeError):
            return None
        return note if note.is_sound else None

    def _write(self, note: _Note) -> None:
        self._disk.write_file(
            self._path(note.series), orjson.dumps({"format": FORMAT, **asdict(note)}, option=orjson.OPT_INDENT_2)
        )

    def _path(self, series: str) -> Path:
        return self._folder / f"{hashlib.sha256(series.encode()).hexdigest()}.json"
