"""Folders that programs work in: gone when the work is done, and those of programs that were killed soon after."""

import errno
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock

from onefill.errors import OneFillError

_PREFIX = "onefill-"
#: Ends the names of those that are held as long as somebody works in them.
_HELD = "-held"
#: No work takes so long, in seconds; and nobody takes so long to get hold of a fresh folder.
_ABANDONED, _FRESH = 24 * 3600.0, 60.0
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class DiskFull(OneFillError):
    """There is no room to work in."""

    message = "服务器的磁盘满了，文件做不出来。请管理员腾出空间，再试一次。"


@contextmanager
def workroom(where: Path | None = None) -> Iterator[Path]:
    """A fresh folder; what somebody killed left beside it is cleared away: personal facts lie in it.

    Args:
        where: Folder to put it in; that of the system for such things by default.

    Raises:
        DiskFull: It has no room for what is written.
    """
    _clear(where or Path(tempfile.gettempdir()))
    try:
        with (
            tempfile.TemporaryDirectory(_HELD, _PREFIX, where, ignore_cleanup_errors=True) as folder,
            _lock(Path(folder)),
        ):
            yield Path(folder)
    except OSError as exc:
        if exc.errno in _FULL:
            raise DiskFull() from exc
        raise


def _clear(where: Path) -> None:
    for ours in (f"{_PREFIX}????????", f"{_PREFIX}????????{_HELD}"):
        for left in where.glob(ours):
            with suppress(OSError):  # another program clears it, somebody holds it, or it is not ours
                age = time.time() - left.lstat().st_mtime
                if not left.is_dir() or left.is_symlink():
                    continue
                if age > _ABANDONED or (age > _FRESH and left.name.endswith(_HELD) and _is_free(left)):
                    shutil.rmtree(left, ignore_errors=True)


def _lock(folder: Path) -> FileLock:
    """Held by who works in a folder; the system lets go of it however that ends."""
    return FileLock(folder / ".lock", timeout=0, thread_local=False)


def _is_free(folder: Path) -> bool:
    """Whether nobody holds a folder any more.

    Raises:
        OSError: Somebody does, or it has gone.
    """
    with _lock(folder):
        return True
