"""Files in a folder of this computer."""

import os
import re
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from store.blobs import PIECE
from store.disk import Disk, told

_NAME = re.compile(r"[0-9a-f]{64}(\.sealed)?")
#: What a crash left lying is swept away after so many seconds.
_ABANDONED = 3600.0


class Folder:
    """Bytes below one folder, each file in one of 256; what a crash left lying is swept away at the start."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk
        self._sweep()

    def read(self, name: str) -> Generator[bytes] | None:
        """See ``Place``."""
        with told():
            return self._pieces(self.path(name)) if self.path(name).is_file() else None

    def write(self, pieces: Iterable[bytes], name: Callable[[], str | None]) -> None:
        """See ``Place``."""

        def place() -> Path | None:
            found = name()
            return self.path(found) if found else None

        self._disk.write_pieces(self._folder, "file", pieces, place)

    def trusts(self, name: str) -> bool:
        """See ``Place``; a disk may rot."""
        return False

    def remove(self, name: str) -> None:
        """See ``Place``."""
        with told():
            self.path(name).unlink(missing_ok=True)

    def renew(self, name: str) -> bool:
        """See ``Place``."""
        with told():
            try:
                os.utime(self.path(name))
            except FileNotFoundError:
                return False
        return True

    def discard(self, name: str, age: float) -> bool:
        """See ``Place``. It is put aside first: whoever renews it meanwhile finds nothing, and writes it anew."""
        aside = self._folder / f".{name}.tmp"
        with told():
            try:
                self.path(name).replace(aside)
            except FileNotFoundError:
                return True
            if aside.stat().st_mtime > self._disk.now() - age:
                aside.replace(self.path(name))
                return False
            aside.unlink()
        return True

    def names(self) -> Iterator[str]:
        """See ``Place``."""
        with told():
            found = sorted(path.name for path in self._folder.glob("??/*")) if self._folder.is_dir() else []
        yield from filter(_NAME.fullmatch, found)

    def where(self, name: str) -> str:
        """See ``Place``."""
        return str(self.path(name))

    def _pieces(self, path: Path) -> Generator[bytes]:
        with told(), path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece

    def _sweep(self) -> None:
        with told():
            for path in self._folder.glob(".*.tmp"):
                # Another program may be sweeping, too.
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < self._disk.now() - _ABANDONED:
                        path.unlink()

    def path(self, name: str) -> Path:
        """Where bytes of that name lie."""
        return self._folder / name[:2] / name
