"""The steps of writing a file so that a crash leaves the old one or the new one, never anything else."""

import errno
import hashlib
import itertools
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from store import platform
from store.errors import StoreUnavailable

#: Size and time of a file: while they stay, so does what is in it.
Stamp = tuple[int, int]
ABSENT: Stamp = (0, 0)

#: What the operating system says in English.
_WHY = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EFBIG: "文件过大",
    errno.EROFS: "磁盘是只读的",
    errno.EACCES: "没有读写权限",
    errno.EPERM: "没有读写权限",
    errno.ENOENT: "文件夹不见了",
    errno.EIO: "磁盘读写出错",
    errno.EMFILE: "打开的文件过多",
    errno.ENFILE: "打开的文件过多",
}
_TRIES = 20
_PAUSE = 0.025
_counter = itertools.count()


@dataclass(frozen=True)
class Disk:
    """The system calls that keep data; tests hand in ones that fail."""

    write: Callable[[int, memoryview], int] = os.write
    sync: Callable[[int], None] = platform.sync_file
    replace: Callable[[Path, Path], None] = os.replace
    sync_folder: Callable[[Path], None] = platform.sync_folder
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time

    def write_file(self, path: Path, data: bytes) -> None:
        """Write a whole file: aside, synced, then put in its place.

        Raises:
            StoreUnavailable: The disk refused; the old file stands.
        """
        self.write_pieces(path.parent, path.name, [data], lambda: path)

    def write_pieces(self, folder: Path, name: str, pieces: Iterable[bytes], place: Callable[[], Path | None]) -> None:
        """Write a whole file in pieces, aside, whose place is known only when all of them are.

        Args:
            folder: Where it is written aside; on the same disk as its place.
            name: What it is called there.
            pieces: Its bytes.
            place: Where it goes; ``None`` if it is not wanted after all.

        Raises:
            StoreUnavailable: The disk refused; the old file stands.
        """
        with told(), self._aside(folder, name) as (handle, temporary):
            try:
                for piece in pieces:
                    self._write_all(handle, piece)
                path = place()
                if path is not None:
                    self.sync(handle)
            finally:
                os.close(handle)
            if path is not None:
                self.make_folder(path.parent)
                self._put(temporary, path)
                self.sync_folder(path.parent)

    def append(self, path: Path, good_end: int, data: bytes, *, sync: bool = True) -> os.stat_result:
        """Write at the end of a file, dropping what an interrupted write left behind ``good_end``.

        Raises:
            StoreUnavailable: The disk refused; the file is as before.
        """
        with told():
            self.make_folder(path.parent)
            handle = platform.open_append(path)
            try:
                self._append(handle, good_end, data, sync)
                result = os.fstat(handle)
            finally:
                os.close(handle)
            if good_end == 0:
                self.sync_folder(path.parent)
            return result

    def make_folder(self, folder: Path) -> None:
        """Make a folder that lasts; nothing if it is there."""
        with told():
            if not folder.is_dir():
                self.make_folder(folder.parent)
                folder.mkdir(exist_ok=True)
                self.sync_folder(folder.parent)

    def _append(self, handle: int, good_end: int, data: bytes, sync: bool) -> None:
        done = False
        try:
            os.ftruncate(handle, good_end)
            os.lseek(handle, 0, os.SEEK_END)
            self._write_all(handle, data)
            if sync:
                self.sync(handle)
            done = True
        finally:
            if not done:
                # If even this fails the next reader drops the half line.
                with suppress(OSError):
                    os.ftruncate(handle, good_end)

    def _write_all(self, handle: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self.write(handle, view) :]

    @contextmanager
    def _aside(self, folder: Path, name: str) -> Iterator[tuple[int, Path]]:
        self.make_folder(folder)
        temporary = folder / f".{name[:80]}.{os.getpid()}-{threading.get_ident()}-{next(_counter)}.tmp"
        handle = platform.open_private(temporary)
        try:
            yield handle, temporary
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def _put(self, temporary: Path, path: Path) -> None:
        for last in [False] * (_TRIES - 1) + [True]:
            try:
                return self.replace(temporary, path)
            except OSError as exc:
                if last or not platform.is_held(exc):
                    raise
                self.sleep(_PAUSE)


@contextmanager
def told() -> Iterator[None]:
    """Tell what the operating system refused in words of ours."""
    try:
        yield
    except OSError as exc:
        raise StoreUnavailable(why=_WHY.get(exc.errno or 0) or exc.strerror or type(exc).__name__) from exc


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


def shard(name: str) -> str:
    """The folder among 256 where something of that name lies."""
    return hashlib.sha256(name.encode()).hexdigest()[:2]


@lru_cache(maxsize=16_384)
def place_in(folder: Path, record: str, suffix: str) -> Path:
    """Where the file of a record lies in a folder; kept, because every look at a record asks."""
    return folder / shard(record) / f"{record}{suffix}"
