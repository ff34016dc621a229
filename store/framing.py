"""Files sealed piece by piece, so that a scan of any size goes through a few hundred kilobytes of memory."""

import os
from collections.abc import Generator, Iterable, Iterator

from store.keyring import Key, Keyring, SealBroken

_MAGIC = b"onefill sealed 1\n"
_SALT, _TAG = 16, 16
#: Bytes of the file in each piece.
PIECE = 262_144
_HEAD = len(_MAGIC) + 8 + _SALT


def sealed(pieces: Iterable[bytes], key: Key) -> Iterator[bytes]:
    """A file sealed: what it is, with which key, and its pieces, each bound to its place and the last one marked."""
    head = _MAGIC + key.id.encode() + os.urandom(_SALT)
    cipher = key.stream(head[-_SALT:])
    yield head
    for number, (piece, last) in enumerate(_even(pieces, PIECE)):
        yield cipher.seal(_nonce(number, last), piece, head)


def opened(pieces: Iterable[bytes], keys: Keyring) -> Generator[bytes]:
    """The file that was sealed.

    Raises:
        KeyMissing: The key is not here.
        SealBroken: It was altered, cut off or lengthened; what came before is as it was.
    """
    stream = _Stream(pieces)
    head = stream.take(_HEAD)
    cipher = keys.get(key_of(head)).stream(head[-_SALT:])
    for number, (piece, last) in enumerate(_even(stream, PIECE + _TAG)):
        yield cipher.open(_nonce(number, last), piece, head)


def key_of(head: bytes) -> str:
    """Id of the key a file is sealed with, by its first bytes.

    Raises:
        SealBroken: It is no sealed file.
    """
    if len(head) < _HEAD or not head.startswith(_MAGIC):
        raise SealBroken("不是加密的文件")
    return head[len(_MAGIC) : len(_MAGIC) + 8].decode("ascii", "replace")


class _Stream:
    """Pieces of any length, of which the first bytes were taken."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._held = b""

    def take(self, count: int) -> bytes:
        while len(self._held) < count and (piece := next(self._pieces, None)) is not None:
            self._held += piece
        taken, self._held = self._held[:count], self._held[count:]
        return taken

    def __iter__(self) -> Iterator[bytes]:
        yield self._held
        yield from self._pieces


def _even(pieces: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """The same bytes in pieces of one size, and whether it is the last; an empty file is one empty piece."""
    held = bytearray()
    for piece in pieces:
        for start in range(0, len(piece), size):
            held += piece[start : start + size]
            while len(held) > size:
                yield bytes(held[:size]), False
                del held[:size]
    yield bytes(held), True


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
