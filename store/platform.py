"""What differs between operating systems, and nothing else does: syncing, private files, a replace that is refused."""

import os
import sys
from pathlib import Path

#: Windows refuses to replace a file while a reader, a virus scanner or a sync client holds it.
_HELD_WINDOWS = frozenset({5, 32, 33})


def sync_file(handle: int) -> None:
    """Have the disk itself keep what was written."""
    if sys.platform == "darwin":
        import fcntl

        # fsync leaves it in the drive's own cache there.
        fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
    else:
        os.fsync(handle)


def sync_folder(folder: Path) -> None:
    """Have the disk keep the folder's names; Windows does that by itself and cannot open folders."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def open_private(path: Path) -> int:
    """A new file that only its owner can read; on Windows the folder's rights decide."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)


def open_append(path: Path) -> int:
    """A file to write at its end, made if missing, and then for its owner alone."""
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)


def allow_open_files(more: int) -> None:
    """Have the system let this program open so many files more, where it lets us ask."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 2 * more
        if soft < wanted and soft != resource.RLIM_INFINITY:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard < 0 else min(wanted, hard), hard))


def is_held(error: OSError) -> bool:
    """Whether somebody holds the file for a moment, so that trying again helps."""
    return getattr(error, "winerror", None) in _HELD_WINDOWS


def path_from_address(text: str) -> Path:
    """A folder out of an address: ``/C:/data`` is a drive on Windows."""
    if sys.platform == "win32" and len(text) > 2 and text[0] == "/" and text[2] == ":":
        return Path(text[1:])
    return Path(text)
