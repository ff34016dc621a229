"""What is sealed on its way to the disk and opened on its way back: AES-GCM, bound to the place where it lies."""

import base64
import os
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from store.keyring import Key, Keyring, SealBroken

_NONCE = 12
Box = Mapping[str, Any]


def in_clear() -> str:
    """The id of the key that writes, where none does."""
    return ""


class Codec:
    """Seals what is written, if it is to be sealed, and opens what was sealed, whatever is to be now.

    Args:
        keys: The keys there are.
        writes: Id of the key that seals from now on; empty if nothing is to be sealed.
    """

    def __init__(self, keys: Keyring | None = None, writes: Callable[[], str] = in_clear) -> None:
        self.keys = keys or Keyring()
        self.writes = writes

    def key(self) -> Key | None:
        """The key that seals; none if what is written stays in clear.

        Raises:
            KeyMissing: It must be sealed with a key that is not here.
        """
        wanted = self.writes()
        return self.keys.get(wanted) if wanted else None

    def box(self, key: Key, value: Any, place: str) -> dict[str, str]:
        """A plain value as a box of text that opens at that place only."""
        nonce = os.urandom(_NONCE)
        # Rosters name the same few paths for every row.
        sealed = key.values.seal(nonce, zlib.compress(orjson.dumps(value), 1), place.encode())
        return {"key": key.id, "box": base64.b64encode(nonce + sealed).decode()}

    def unbox(self, box: Box, place: str) -> Any:
        """The value in a box.

        Raises:
            KeyMissing: The key is not here.
            SealBroken: It is no such box, or not one of this place.
        """
        try:
            raw = base64.b64decode(box["box"], validate=True)
            key = self.keys.get(str(box["key"]))
            return orjson.loads(zlib.decompress(key.values.open(raw[:_NONCE], raw[_NONCE:], place.encode())))
        except (KeyError, TypeError, ValueError, zlib.error) as exc:
            raise SealBroken("加密的内容被改过或换过位置") from exc
