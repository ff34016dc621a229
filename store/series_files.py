"""Number series: a number lives in the entry that drew it; what is noted here only bridges a crash."""

import hashlib
from collections.abc import Iterator
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
        record: writes into this record.
    """

    series: str
    last: int
    drawn: int
    record: str
    request_id: str

    def is_sound(self, series: str) -> bool:
        """Whether it is what was written for that series."""
        texts, counts = (self.series, self.record, self.request_id), (self.last, self.drawn)
        known = all(type(text) is str for text in texts) and all(type(count) is int for count in counts)
        return known and self.series == series


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
        drawn = note.drawn if note.drawn > known and self._came_to_be(note) else 0
        return max(note.last, known, drawn)

    @contextmanager
    def drawing(self, new: NewEntry) -> Iterator[dict[str, range]]:
        """The next numbers of every series an entry draws from, held until it is written.

        Whoever dies before that leaves no gap: the next one sees that no entry has them.
        """
        with ExitStack() as held:
            for stripe in sorted({shard(series) for series in new.draws}):
                held.enter_context(self._locks.hold(f"series-{stripe}"))
            numbers = {series: self._next(series, count) for series, count in new.draws.items()}
            for series, drawn in numbers.items():
                self._write(series, drawn, new)
            yield numbers

    # -- inside ---

    def _next(self, series: str, count: int) -> range:
        if self._note(series) is None:
            # Nothing was noted yet, or the note is lost: only the files themselves tell.
            self._catalog.heal(again=True)
        last = self.last(series)
        return range(last + 1, last + count + 1)

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
        path = self._path(series)
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
        return note if note.is_sound(series) else None

    def _write(self, series: str, drawn: range, new: NewEntry) -> None:
        note = _Note(series, drawn[0] - 1, drawn[-1], new.record, new.request_id)
        self._disk.write_file(
            self._path(series), orjson.dumps({"format": FORMAT, **asdict(note)}, option=orjson.OPT_INDENT_2)
        )

    def _path(self, series: str) -> Path:
        return self._folder / f"{hashlib.sha256(series.encode()).hexdigest()}.json"
