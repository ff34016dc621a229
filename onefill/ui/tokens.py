"""A token per session: it says which window speaks, and that our own page was given it.

It is signed, not kept: the page of before a restart of the server may go on saving.
"""

import hmac
import os
import secrets
import time
from functools import cache
from hashlib import sha256
from pathlib import Path

KEY_BYTES = 32
#: How often, and after how many seconds each, is looked whether a key that is being written has come.
LOOKS, PAUSE = 20, 0.05


def new_window() -> str:
    """A name for a window, not to be guessed."""
    return secrets.token_hex(8)


def sign(window: str, data: Path) -> str:
    """The token of a window.

    Args:
        window: Its name.
        data: Folder of the app's data, which holds the key.
    """
    return f"{window}.{_seal(window, _key(data))}"


def window_of(token: str, data: Path) -> str | None:
    """The window that a token was made for; nothing if we did not make it."""
    window, _, seal = token.partition(".")
    return window if window and hmac.compare_digest(seal.encode(), _seal(window, _key(data)).encode()) else None


def _seal(window: str, key: bytes) -> str:
    return hmac.new(key, window.encode(), sha256).hexdigest()[:32]


@cache
def _key(data: Path) -> bytes:
    path = data / "session.key"
    data.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _whole(path)
    with os.fdopen(handle, "wb") as file:
        file.write(key := secrets.token_bytes(KEY_BYTES))
    return key


def _whole(path: Path) -> bytes:
    """The key that is there; another program that starts on this folder may be about to write it."""
    for _ in range(LOOKS):
        kept = path.read_bytes()
        if len(kept) == KEY_BYTES:
            return kept
        time.sleep(PAUSE)
    path.unlink()  # it was cut short
    return _key.__wrapped__(path.parent)
