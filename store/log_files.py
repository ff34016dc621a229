"""The access log in a file of lines per month; what was written last is noted apart, so that a cut end shows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson

from store.chain import FORMAT, ChainBroken, check_format
from store.disk import Disk, read_file, told
from store.locks import Locks
from store.log import GENESIS, MOST_BYTES, faults_of, month_of, read_line, sealed, within
from store.model import Damage, LogLine
from store.parcels import LogParcel, LostParcel, log_parcels

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
            self._note(read_line(raw))

    def lines(self, first: date | None, last: date | None) -> list[LogLine]:
        """The lines of some days in order; what cannot be read is left out, ``faults`` names it."""
        begins, ends = (first or date.min).isoformat()[:7], (last or date.max).isoformat()[:7]
        found = []
        for path in self._files():
            if path.stem < begins:  # after a clock was put back a file holds earlier days as well, but never later ones
                continue
            for raw, _ in _split(path):
                if begins <= month_of(raw) <= ends:
                    with suppress(ValueError):
                        found.append(read_line(raw))
        return [line for line in found if within(line, first, last)]

    def faults(self) -> tuple[Damage, ...]:
        """What is wrong with the log."""
        with self._locks.hold("log"):
            lines = (line for path in self._files() for line in _split(path))
            faults = faults_of(lines, self._head())
        return tuple(Damage("", place or str(self._folder), why) for place, why in faults)

    def count(self) -> int:
        """Number of the newest line."""
        return self._tail(self._newest())[0]

    def parcels(self, newest: int) -> Iterator[LogParcel | LostParcel]:
        """All lines up to a number, in order; where some are missing or altered, what is wrong."""
        lines = (line for path in self._files() for line in _split(path))
        return log_parcels(lines, newest, str(self._folder))

    def take_in(self, lines: Sequence[bytes]) -> None:
        """Write lines of another log behind those that are here, as they are."""
        for month, group in groupby(lines, key=lambda raw: f"{read_line(raw).when:%Y-%m}.jsonl"):
            newest = self._newest()
            path = newest if newest and newest.name >= month else self._folder / month
            end = path.stat().st_size if path.exists() else 0
            self._disk.append(path, end, b"".join(raw + b"\n" for raw in group))
        self._note(read_line(lines[-1]))

    # -- inside ---

    def _note(self, line: LogLine) -> None:
        """Note apart what was written last."""
        head = {"format": FORMAT, "n": line.n, "digest": line.digest}
        self._disk.write_file(self._folder / _HEAD, orjson.dumps(head))

    def _files(self) -> list[Path]:
        with told():
            return sorted(self._folder.glob("????-??.jsonl")) if self._folder.is_dir() else []

    def _newest(self) -> Path | None:
        return next(reversed(self._files()), None)

    def _head(self) -> tuple[int, str] | None:
        data, _ = read_file(self._folder / _HEAD)
        try:
            head = orjson.loads(data) if data else None
            if not head:
                return None
            # The first ones had no number.
            check_format(head.get("format", 1), _HEAD)
            return int(head["n"]), str(head["digest"])
        except (ChainBroken, KeyError, TypeError, ValueError, AttributeError):
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
    with told(), path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if raw.endswith(b"\n"):
                yield raw[:-1], f"{path} 第 {number} 行"
