"""Folders that programs work in: gone when the work is done, and those of programs that were killed after a day."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "onefill-"
#: No work takes so long, in seconds.
_ABANDONED = 24 * 3600.0


@contextmanager
def workroom(where: Path | None = None) -> Iterator[Path]:
    """A fresh folder; what somebody killed left beside it long ago is cleared away.

    Args:
        where: Folder to put it in; that of the system for such things by default.
    """
    _clear(where or Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=where, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _clear(where: Path) -> None:
    for left in where.glob(f"{_PREFIX}????????"):
        with suppress(OSError):  # another program clears it, or it is not ours
            if left.is_dir() and time.time() - left.lstat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)
