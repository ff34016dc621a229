"""Marks of records that are being written: who dies over one leaves word for the programs that go on."""

import itertools
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from store.disk import Disk, told
from store.errors import StoreUnavailable

#: Whoever has not come to an end after so many seconds never will.
_ABANDONED = 60.0
_counter = itertools.count()


class Underway:
    """The marks below one folder; not synced, for whoever starts after a power cut looks at every file anyway."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk

    @contextmanager
    def writing(self, record: str) -> Iterator[None]:
        """A record is written and listed within; the mark stays if that does not come to its end."""
        mark = self._left(f"{record}.{os.getpid()}-{threading.get_ident()}-{next(_counter)}")
        yield
        with suppress(OSError):
            mark.unlink()

    def leave(self, record: str) -> None:
        """Leave word of a record that is written and could not be listed."""
        with suppress(StoreUnavailable):
            self._left(f"{record}.unlisted")

    def records(self) -> Iterator[str]:
        """Records that somebody writes or did not come to the end of; old marks of those asked for are dropped."""
        with told():
            marks = list(self._folder.iterdir()) if self._folder.is_dir() else []
        for mark in marks:
            yield mark.name.partition(".")[0]
            with suppress(OSError):
                if mark.stat().st_mtime < self._disk.now() - _ABANDONED:
                    mark.unlink()

    def _left(self, name: str) -> Path:
        mark = self._folder / name
        self._disk.make_folder(self._folder)
        with told():
            mark.touch()
        return mark
