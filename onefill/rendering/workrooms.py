"""Folders that programs work in: gone when the work is done, and those of programs that were killed after a day."""

import errno
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from onefill.errors import OneFillError

_PREFIX = "onefill-"
#: No work takes so long, in seconds.
_ABANDONED = 24 * 3600.0
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class DiskFull(OneFillError):
    """There is no room to work in."""

    message = "服务器的磁盘满了，文件做不出来。请管理员腾出空间，再试一次。"


@contextmanager
def workroom(where: Path | None = None) -> Iterator[Path]:
    """A fresh folder; what somebody killed left beside it long ago is cleared away.

    Args:
        where: Folder to put it in; that of the system for such things by default.

    Raises:
        DiskFull: It has no room for what is written.
    """
    _clear(where or Path(tempfile.gettempdir()))
    try:
        with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=where, ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    except OSError as exc:
        if exc.errno in _FULL:
            raise DiskFull() from exc
        raise


def _clear(where: Path) -> None:
    for left in where.glob(f"{_PREFIX}????????"):
        with suppress(OSError):  # another program clears it, or it is not ours
            if left.is_dir() and time.time() - left.lstat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)
