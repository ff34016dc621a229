"""The key of the keyed hashes by which private values are found without standing in the index."""

import hmac
import os
from pathlib import Path

from store import platform
from store.disk import told

_LENGTH = 32
#: Bytes of a hash that are kept: enough to tell all people apart, half the index.
_HASH = 16


class LookupKey:
    """A secret of this installation, made at the first start and kept apart from the data."""

    def __init__(self, path: Path) -> None:
        self._key = _read(path) or _make(path)

    def hash(self, text: str) -> str:
        """The keyed hash of a private value."""
        return hmac.digest(self._key, text.encode(), "sha256")[:_HASH].hex()

    @property
    def mark(self) -> str:
        """Tells whether an index was made with this key."""
        return self.hash("mark of the key")


def _read(path: Path) -> bytes | None:
    with told():
        key = path.read_bytes() if path.exists() else b""
    return key if len(key) == _LENGTH else None


def _make(path: Path) -> bytes:
    """A new key; the index notices by its mark and is made anew."""
    key = os.urandom(_LENGTH)
    with told():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        temporary.unlink(missing_ok=True)
        handle = platform.open_private(temporary)
        try:
            os.write(handle, key)
            platform.sync_file(handle)
        finally:
            os.close(handle)
        temporary.replace(path)
        platform.sync_folder(path.parent)
    return key
