"""Files on their way out of the store: looked through first, then handed on piece by piece, never whole in memory."""

from dataclasses import dataclass, field
from typing import BinaryIO

from store import Store
from store.pieces import pieces_of

#: How much of a file is in hand at a time.
PIECE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """A file that was looked through and found right.

    Attributes:
        name: File name fit for any file system.
        digest: Its SHA-256.
        size: In bytes.
        store: Where it is kept.
        notes: What could not be done or ought to be known, in Chinese.
        hash: First 8 characters of the facts hash, of a packet those of all its papers together.
        pages: How many it has; 0 where nobody has counted.
    """

    name: str
    digest: str
    size: int
    store: Store = field(repr=False, compare=False)
    notes: tuple[str, ...] = ()
    hash: str = ""
    pages: int = 0

    def open(self) -> BinaryIO:
        """The file from its beginning, to be read once; should it have been damaged meanwhile, its end never comes."""
        return self.store.open_file(self.digest)

    def read(self, most: int = -1) -> bytes:
        """All of its bytes, or those it begins with."""
        with self.open() as file:
            return file.read(most)


def remember(store: Store, record: str, *digests: str) -> None:
    """Note that files were put for a record, so that they go with it even where nothing names them any more."""
    store.set_preferences(f"files/{record}", dict.fromkeys(digests, True))


def look_through(store: Store, digest: str, name: str) -> KeptFile:
    """A file of the store, every byte of it held against its digest.

    Raises:
        FileUnknown: There is none.
        FileDamaged: It is not what it was.
        KeyMissing: It is sealed with a key that is not here.
    """
    with store.open_file(digest) as file:
        size = sum(map(len, pieces_of(file, PIECE)))
    return KeptFile(name=name, digest=digest, size=size, store=store)
