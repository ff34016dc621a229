"""What a file is known by: its size and its SHA-256, found without holding it in memory."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

#: Bytes read at once: large enough that the disk is the limit.
_AT_ONCE = 1 << 20

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Size in bytes and SHA-256 in small hexadecimal letters."""

    size: int
    sha256: str


def fingerprint(path: Path, on_progress: OnProgress = lambda done, total: None) -> Fingerprint:
    """Read a file once, from its beginning to its end.

    Args:
        path: The file.
        on_progress: Told after each piece how many bytes are done, and of how many.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        total = path.stat().st_size
        return fingerprint_of(file, lambda done: on_progress(done, total))


def fingerprint_of(stream: BinaryIO, on_progress: Callable[[int], None] = lambda done: None) -> Fingerprint:
    """The same of a stream, from where it stands."""
    digest, done, piece = hashlib.sha256(), 0, memoryview(bytearray(_AT_ONCE))
    while count := stream.readinto(piece):  # type: ignore[attr-defined]  # every binary file has it
        digest.update(piece[:count])
        done += count
        on_progress(done)
    return Fingerprint(done, digest.hexdigest())
