"""The keys of encryption at rest: where they are written down, what each is called, which one writes."""

import base64
import binascii
import hashlib
import hmac
import os
import re
import stat
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import KeyFileOpen, KeyMissing, KeyUnfit

if TYPE_CHECKING:
    from store.cipher import Cipher

LENGTH = 32
KEY, KEY_FILE = "ONEFILL_KEY", "ONEFILL_KEY_FILE"
_ID = re.compile(r"[0-9a-f]{8}")


class SealBroken(ValueError):
    """What was sealed has been altered, or lies at another place than it was sealed for; says so in Chinese."""


@dataclass(frozen=True)
class Key:
    """A key of 32 bytes."""

    secret: bytes = field(repr=False)

    @cached_property
    def id(self) -> str:
        """What it is called: made from the key itself, so that nobody can mix two up, and telling nothing of it."""
        return hashlib.sha256(b"onefill key " + self.secret).hexdigest()[:8]

    @cached_property
    def values(self) -> "Cipher":
        """The cipher for values and lines; each takes a fresh nonce."""
        return self._cipher(b"values")

    def stream(self, salt: bytes) -> "Cipher":
        """The cipher of one file; no two files share one, so its pieces can be counted."""
        return self._cipher(b"file" + salt)

    def _cipher(self, purpose: bytes) -> "Cipher":
        from store.cipher import Cipher

        return Cipher(hmac.digest(self.secret, purpose, "sha256"))

    @property
    def text(self) -> str:
        """As it is written down."""
        return base64.b64encode(self.secret).decode()


class Keyring:
    """Some keys; the first is the one that writes, the others still read what they once wrote."""

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        self._keys = {key.id: key for key in keys}

    @property
    def first(self) -> Key | None:
        """The key that writes; none if nobody wants encryption."""
        return next(iter(self._keys.values()), None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Keyring) and [*self._keys.values()] == [*other._keys.values()]

    def __hash__(self) -> int:
        return hash((*self._keys,))

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def get(self, key: str) -> Key:
        """A key by its id.

        Raises:
            KeyMissing: It is not here.
        """
        if key not in self._keys:
            raise KeyMissing(key=key if _ID.fullmatch(key) else "?")
        return self._keys[key]


def new_key() -> Key:
    """A key that nobody can guess."""
    return Key(os.urandom(LENGTH))


def keys_of(text: str, where: str) -> Keyring:
    """Keys as they are written down: base64 of 32 bytes each, parted by space, comma or line; ``#`` begins a remark.

    Raises:
        KeyUnfit: One is something else; it is not repeated, only its place.
    """
    words = [word for line in text.splitlines() for word in line.partition("#")[0].replace(",", " ").split()]
    if not words:
        raise KeyUnfit(where=where, why="里面没有密钥")
    return Keyring(_key(word, f"{where}的第 {place} 把") for place, word in enumerate(words, start=1))


def keys_from(environ: Mapping[str, str], data: Path) -> Keyring:
    """The keys that the environment gives, in ``ONEFILL_KEY`` or in the file that ``ONEFILL_KEY_FILE`` names.

    Args:
        environ: The environment.
        data: Where the data lie; whoever copies it must not copy the key with it.

    Raises:
        KeyUnfit: They cannot be used.
        KeyFileOpen: Others may read the file.
    """
    given, file = environ.get(KEY, "").strip(), environ.get(KEY_FILE, "").strip()
    if given and file:
        raise KeyUnfit(where=f"{KEY} 和 {KEY_FILE}", why="两个都写了，只留一个")
    if given:
        return keys_of(given, f"环境变量 {KEY} ")
    return keys_in(Path(file), data) if file else Keyring()


def keys_in(path: Path, data: Path) -> Keyring:
    """The keys in a file that only its owner may read, outside the data.

    Raises:
        KeyUnfit: It cannot be read or used, or lies in the data folder.
        KeyFileOpen: Others may read it.
    """
    where = f"密钥文件 {path} "
    try:
        if path.resolve().is_relative_to(data.resolve()):
            raise KeyUnfit(where=where, why="它在数据文件夹里，拷走数据的人也就拿到了密钥，请移到别处")
        mode = path.stat().st_mode
        # Windows has no such modes; the folder's rights decide there.
        if sys.platform != "win32" and mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyFileOpen(file=path, mode=f"{stat.S_IMODE(mode):04o}")
        return keys_of(path.read_text("utf-8-sig"), where)
    except (OSError, UnicodeDecodeError) as exc:
        why = exc.strerror if isinstance(exc, OSError) and exc.strerror else "不是 UTF-8 文字"
        raise KeyUnfit(where=where, why=f"读不出来（{why}）") from exc


def _key(word: str, where: str) -> Key:
    try:
        secret = base64.b64decode(word, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise KeyUnfit(where=where, why="不是 base64") from exc
    if len(secret) != LENGTH:
        raise KeyUnfit(where=where, why=f"应是 {LENGTH} 字节，却是 {len(secret)} 字节")
    return Key(secret)
