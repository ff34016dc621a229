"""The key of the keyed hashes by which private values are found without standing in the index."""

import hmac
import os
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

import orjson

from store.codec import Codec
from store.disk import Disk, read_file, stamp_of
from store.errors import KeyMissing
from store.keyring import SealBroken

_LENGTH = 32
#: Bytes of a hash that are kept: enough to tell all people apart, half the index.
_HASH = 16
_PLACE = "look-up key"
_MARK = "mark of the key"


class LookupKey:
    """A secret of this installation, made at the first start and kept apart from the data.

    Where data are sealed, so is this key: whoever has it and the index can try out every number there is.
    """

    def __init__(self, path: Path, codec: Codec | None = None, disk: Disk | None = None) -> None:
        self._path = path
        self._codec = codec or Codec()
        self._disk = disk or Disk()
        self._lock = Lock()
        self._secret: bytes | None = None
        if not self._read():
            self.renew()

    def hasher(self) -> Callable[[str], str]:
        """What makes the keyed hash of a private value, with the key as it is now.

        Raises:
            KeyMissing: It is sealed with a key that is not here.
        """
        self._refresh()
        secret = self._opened()
        return lambda text: _hash(secret, text)

    @property
    def is_open(self) -> bool:
        """Whether there is a hash to be had."""
        self._refresh()
        return self._secret is not None

    @property
    def mark(self) -> str:
        """Tells whether an index was made with this key; known also while the key is sealed."""
        self._refresh()
        return self._mark

    def renew(self) -> None:
        """Make a new key; the index notices by its mark and is made anew.

        Raises:
            KeyMissing: It must be sealed, and the key for that is not here; the old one stays.
        """
        self._codec.key()
        self._secret = os.urandom(_LENGTH)
        self.write()

    def write(self) -> None:
        """Write the key as it is to be now, sealed or not."""
        key, data = self._codec.key(), self._opened()
        if key is not None:
            box = self._codec.box(key, data.hex(), _PLACE)
            data = orjson.dumps({"mark": _hash(data, _MARK), **box}, option=orjson.OPT_INDENT_2)
        self._disk.write_file(self._path, data)
        self._read()

    def lie_as_wanted(self) -> None:
        """Have the key lie as data do now, sealed or not.

        Raises:
            KeyMissing: It must be sealed, and the key for that is not here.
        """
        key = self._codec.key()
        if self.is_open and self.sealed_with != (key.id if key else ""):
            self.write()

    def _opened(self) -> bytes:
        if self._secret is None:
            raise KeyMissing(key=self.sealed_with)
        return self._secret

    def _refresh(self) -> None:
        """Another program may have made a new key, or sealed this one."""
        with self._lock:
            if stamp_of(self._path) != self._stamp:
                self._read()

    def _read(self) -> bool:
        """Take what lies in the file; whether it is a key."""
        data, self._stamp = read_file(self._path)
        self.sealed_with, self._mark = "", ""
        self._secret = data if data and len(data) == _LENGTH else None
        if self._secret is not None:
            self._mark = _hash(self._secret, _MARK)
            return True
        try:
            box: dict[str, Any] = orjson.loads(data or b"")
            self.sealed_with, self._mark = str(box["key"]), str(box["mark"])
            self._secret = bytes.fromhex(self._codec.unbox(box, _PLACE))
        except KeyMissing:
            return True
        except (SealBroken, orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            return False
        return True


def _hash(secret: bytes, text: str) -> str:
    return hmac.digest(secret, text.encode(), "sha256")[:_HASH].hex()
