"""What can be made again: kept by name, sealed where there is a key, and never missed if it cannot be read."""

import logging
import time
import uuid
from contextlib import suppress
from pathlib import Path

from store.errors import KeyMissing
from store.framing import key_of, opened, sealed
from store.keyring import Keyring, SealBroken

_log = logging.getLogger(__name__)

_PART = ".part"
#: Whoever has not come to the end of a file after so many seconds never will.
_ABANDONED = 3600.0


class Cache:
    """Bytes below one folder.

    Args:
        folder: Where they lie.
        most: How many are kept; the oldest go first.
        keys: The first seals.
    """

    def __init__(self, folder: Path, most: int, keys: Keyring | None = None) -> None:
        self._folder = folder
        self._most = most
        self._keys = keys or Keyring()

    def get(self, name: str) -> bytes | None:
        """Bytes by their name; none if they were never kept, or cannot be read with the keys there are."""
        try:
            data = (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None
        try:
            key_of(data)
        except SealBroken:
            # What lay in clear before there was a key is made again, sealed.
            return data if self._keys.first is None else None
        try:
            return b"".join(opened([data], self._keys))
        except (SealBroken, KeyMissing):
            return None

    def put(self, name: str, data: bytes) -> None:
        """Keep bytes; not if somebody clears away the folder meanwhile, or the disk takes no more."""
        first = self._keys.first
        part = self._folder / f"{name}.{uuid.uuid4().hex}{_PART}"
        written = data if first is None else b"".join(sealed([data], first))
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(written)
            part.replace(self._folder / name)
            self._sweep(Path(name).suffix)
        except FileNotFoundError:
            pass
        except OSError as exc:  # whoever made it has it all the same
            _log.warning("%s 没有留下来，下次重新做：%s", name, exc.strerror or exc)
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def clear(self) -> None:
        """Drop everything but what others are about to write."""
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            with suppress(FileNotFoundError):
                if path.suffix != _PART or _is_abandoned(path.stat().st_mtime):
                    path.unlink()

    def _sweep(self, suffix: str) -> None:
        """Drop the oldest of a kind, and halves whose writers have died."""
        kept = []
        for path in self._folder.iterdir():
            # Another program may have swept it.
            with suppress(FileNotFoundError):
                changed = path.stat().st_mtime
                if path.suffix == suffix:
                    kept.append((changed, path))
                elif path.suffix == _PART and _is_abandoned(changed):
                    path.unlink()
        for _, path in sorted(kept)[: -self._most]:
            path.unlink(missing_ok=True)


def _is_abandoned(changed: float) -> bool:
    return changed < time.time() - _ABANDONED
