"""Files by content hash, wherever they lie: streamed, kept once, checked whenever they are read."""

import hashlib
import io
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from typing import BinaryIO, Protocol

from store.codec import Codec
from store.errors import FileDamaged, FileUnknown, KeyMissing
from store.framing import key_of, opened, sealed
from store.keyring import SealBroken
from store.model import Damage
from store.pieces import file_of, pieces_of
from store.plain import is_digest
from store.progress import OnProgress, counted

#: How much of a file is in hand at a time.
PIECE = 1 << 20
#: Whoever puts a file names it in an entry within so many seconds; until then it is not dropped.
NAMED_WITHIN = 3600.0
#: A sealed file lies under its hash and this; the hash is that of the bytes in clear.
SEALED = ".sealed"


class Place(Protocol):
    """Where bytes lie by name: a folder, a bucket."""

    def read(self, name: str) -> Generator[bytes] | None:
        """The bytes under a name, piece by piece; ``None`` if there are none."""
        ...

    def write(self, pieces: Iterable[bytes], name: Callable[[], str | None]) -> None:
        """Keep bytes for good under a name that is asked for after the last piece; ``None``: not after all."""
        ...

    def trusts(self, name: str) -> bool:
        """Whether there are bytes under a name that keep themselves whole, so that nobody needs to read them."""
        ...

    def remove(self, name: str) -> None:
        """Drop what lies under a name, if anything does."""
        ...

    def renew(self, name: str) -> bool:
        """Note that bytes which are there are wanted as if they had been written now; whether it is noted."""
        ...

    def discard(self, name: str, age: float) -> bool:
        """Drop what lies under a name unless it was written or renewed since so many seconds; whether it is gone."""
        ...

    def names(self) -> Iterator[str]:
        """All names."""
        ...

    def where(self, name: str) -> str:
        """Where what has that name lies, for whoever has to mend it."""
        ...


class Blobs:
    """Files by the SHA-256 of what is in them, sealed or in clear.

    Args:
        place: Where they lie.
        codec: Says whether they are sealed.
    """

    def __init__(self, place: Place, codec: Codec) -> None:
        self._place = place
        self._codec = codec

    def put(self, data: bytes | BinaryIO) -> str:
        """Keep bytes; a damaged copy of them is mended.

        Raises:
            KeyMissing: They must be sealed, and the key is not here.
        """
        if isinstance(data, bytes):
            digest = hashlib.sha256(data).hexdigest()
            if not self._is_sound(digest):
                self._write([data], lambda: digest)
            return digest
        hashed = hashlib.sha256()
        self._write(_hashing(pieces_of(data, PIECE), hashed.update), lambda: self._unless_sound(hashed.hexdigest()))
        return hashed.hexdigest()

    def get(self, digest: str) -> bytes:
        """Bytes by their hash.

        Raises:
            FileUnknown: There are none.
            FileDamaged: They are not what they were.
            KeyMissing: They are sealed with a key that is not here.
        """
        whole = io.BytesIO()
        for piece in self.read(digest):
            whole.write(piece)
        return whole.getvalue()

    def read(self, digest: str) -> Generator[bytes]:
        """The same piece by piece, the last one only when all were right.

        Raises:
            FileUnknown: There are none.
            FileDamaged: On the way: they are not what they were.
            KeyMissing: On the way: they are sealed with a key that is not here.
        """
        pieces = self._found(digest) if is_digest(digest) else None
        if pieces is None:
            raise FileUnknown(digest=digest)
        return _verified(pieces, digest)

    def open(self, digest: str) -> BinaryIO:
        """The same as a file; reading raises what ``read`` does."""
        return file_of(self.read(digest))

    def digests(self) -> Iterator[str]:
        """The hashes of all files, each once."""
        seen = (name.removesuffix(SEALED) for name in self._place.names())
        yield from dict.fromkeys(name for name in seen if is_digest(name))

    def faults(self, on_progress: OnProgress | None) -> Iterator[Damage]:
        """Files that are not what they were."""
        for digest in counted(list(self.digests()), on_progress):
            try:
                for _ in self.read(digest):
                    pass
            except (FileDamaged, FileUnknown, KeyMissing) as exc:
                yield self.damage(digest, exc)

    def damage(self, digest: str, error: FileDamaged | FileUnknown | KeyMissing) -> Damage:
        """What an error says of a file, for whoever has to mend it."""
        hidden = f"{digest}{SEALED}"
        place = self._place.where(digest if self._place.read(hidden) is None else hidden)
        if isinstance(error, KeyMissing):
            key = str(error.facts["key"])
            return Damage("", place, f"没有编号为 {key} 的密钥", key)
        return Damage("", place, "内容与校验码不符")

    def holds(self, digest: str) -> bool:
        """Whether there is a file of that hash, sound or not."""
        found = self._found(digest) if is_digest(digest) else None
        if found is None:
            return False
        found.close()
        return True

    def discard(self, digest: str, age: float) -> bool:
        """Drop a file for good, however it lies, unless it was put since so many seconds; whether there is none now."""
        return all([self._place.discard(name, age) for name in (digest, f"{digest}{SEALED}")])

    def reseal(self, digest: str) -> bool:
        """Have a file lie as it shall, sealed or in clear; whether it was written.

        Raises:
            FileDamaged: It is not what it was, and lies as it lay.
            KeyMissing: It is sealed with a key that is not here.
        """
        key, lies = self._codec.key(), self._lies(digest)
        if lies == (key and key.id):
            return key is not None and self._drop_clear(digest)
        self._write(self.read(digest), lambda: digest)
        return True

    # -- inside ---

    def _lies(self, digest: str) -> str | None:
        """Id of the key a file is sealed with; none if it is in clear."""
        hidden = self._place.read(f"{digest}{SEALED}")
        if hidden is None:
            return None
        with closing(hidden):
            try:
                return key_of(next(hidden, b""))
            except SealBroken:
                raise FileDamaged(digest=digest) from None

    def _drop_clear(self, digest: str) -> bool:
        """Remove the copy in clear that an interrupted sealing has left; whether there was one."""
        clear = self._place.read(digest)
        if clear is None:
            return False
        clear.close()
        for _ in self.read(digest):  # only where the sealed one is whole
            pass
        self._place.remove(digest)
        return True

    def _found(self, digest: str) -> Generator[bytes] | None:
        hidden = self._place.read(f"{digest}{SEALED}")
        return self._place.read(digest) if hidden is None else opened(hidden, self._codec.keys)

    def _is_sound(self, digest: str) -> bool:
        """Whether a file is there, whole, and stays for as long as one that is put now."""
        names = (f"{digest}{SEALED}", digest)
        if any(self._place.trusts(name) for name in names):
            return True
        try:
            for _ in self.read(digest):
                pass
        except (FileUnknown, FileDamaged, KeyMissing):
            return False
        return any(self._place.renew(name) for name in names)

    def _unless_sound(self, digest: str) -> str | None:
        return None if self._is_sound(digest) else digest

    def _write(self, pieces: Iterable[bytes], digest: Callable[[], str | None]) -> None:
        key = self._codec.key()
        suffix, other = ("", SEALED) if key is None else (SEALED, "")
        written: list[str] = []

        def name() -> str | None:
            written.extend(found for found in [digest()] if found)
            return f"{written[0]}{suffix}" if written else None

        self._place.write(pieces if key is None else sealed(pieces, key), name)
        for one in written:
            self._place.remove(f"{one}{other}")


def _verified(pieces: Generator[bytes], digest: str) -> Generator[bytes]:
    hashed, held = hashlib.sha256(), b""
    with closing(pieces):
        try:
            for piece in _hashing(pieces, hashed.update):
                if held:
                    yield held
                held = piece
        except SealBroken as exc:
            raise FileDamaged(digest=digest) from exc
    if hashed.hexdigest() != digest:
        raise FileDamaged(digest=digest)
    yield held


def _hashing(pieces: Iterable[bytes], update: Callable[[bytes], None]) -> Iterator[bytes]:
    for piece in pieces:
        update(piece)
        yield piece
