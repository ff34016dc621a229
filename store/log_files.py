"""The access log in a file of lines per month; what was written last is noted apart, so that a cut end shows."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson

from store.disk import Disk, read_file, told
from store.locks import Locks
from store.log import GENESIS, MOST_BYTES, faults_of, read_line, sealed, within
from store.model import Damage, LogLine

_HEAD = "head.json"


class LogFiles:
    """The log below one folder; writers of several programs follow one another."""

    def __init__(self, folder: Path, disk: Disk, locks: Locks, clock: Callable[[], datetime]) -> None:
        self._folder = folder
        self._disk = disk
        self._locks = locks
        self._clock = clock

    def add(self, line: Mapping[str, Any]) -> None:
        """Write one more line; it is on the disk when this returns."""
        with self._locks.hold("log"):
            newest = self._newest()
            n, prev, end = self._tail(newest)
            when = self._clock()
            raw = sealed(line, n=n + 1, prev=prev, when=when)
            name = f"{when:%Y-%m}.jsonl"
            if newest is None or name > newest.name:  # a clock that was put back opens no older file
                newest, end = self._folder / name, 0
            self._disk.append(newest, end, raw + b"\n")
            written = read_line(raw)
            self._disk.write_file(self._folder / _HEAD, orjson.dumps({"n": written.n, "digest": written.digest}))

    def lines(self, first: date | None, last: date | None) -> list[LogLine]:
        """The lines of some days in order; what cannot be read is left out, ``faults`` names it."""
        found = []
        for path in self._files():
            if (first and path.stem < f"{first:%Y-%m}") or (last and path.stem > f"{last:%Y-%m}"):
                continue  # only where the clock was put back a file holds days of another month
            for raw, _ in _split(path):
                with suppress(ValueError):
                    found.append(read_line(raw))
        return [line for line in found if within(line, first, last)]

    def faults(self) -> tuple[Damage, ...]:
        """What is wrong with the log."""
        with self._locks.hold("log"):
            lines = (line for path in self._files() for line in _split(path))
            faults = faults_of(lines, self._head())
        return tuple(Damage("", place or str(self._folder), why) for place, why in faults)

    # -- inside ---

    def _files(self) -> list[Path]:
        with told():
            return sorted(self._folder.glob("????-??.jsonl")) if self._folder.is_dir() else []

    def _newest(self) -> Path | None:
        return next(reversed(self._files()), None)

    def _head(self) -> tuple[int, str] | None:
        data, _ = read_file(self._folder / _HEAD)
        try:
            head = orjson.loads(data) if data else None
            return (int(head["n"]), str(head["digest"])) if head else None
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            return None

    def _tail(self, newest: Path | None) -> tuple[int, str, int]:
        """Number and digest to go on from, and where the last whole line of the newest file ends.

        Whoever cut the end off does not make the next line hide it: what was noted apart counts.
        """
        head = self._head() or (0, GENESIS)
        raw, end = _last_line(newest) if newest else (b"", 0)
        try:
            line = read_line(raw)
        except ValueError:
            return (*head, end)
        return (line.n, line.digest, end) if line.n > head[0] else (*head, end)


def _last_line(path: Path) -> tuple[bytes, int]:
    """The last whole line and where it ends: what an interrupted write left behind it does not count."""
    with told(), path.open("rb") as file:
        size = file.seek(0, 2)
        start = max(0, size - 4 * MOST_BYTES)
        file.seek(start)
        data = file.read()
    end = data.rfind(b"\n") + 1
    return data[:end].removesuffix(b"\n").rpartition(b"\n")[2], start + end


def _split(path: Path) -> Iterator[tuple[bytes, str]]:
    """Lines with their places; half a line at the end was never acknowledged."""
    data, _ = read_file(path)
    for number, raw in enumerate((data or b"").split(b"\n")[:-1], start=1):
        yield raw, f"{path} 第 {number} 行"
