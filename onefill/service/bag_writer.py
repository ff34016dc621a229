"""Files and what is written beside them as one BagIt bag (RFC 8493) in a ZIP: each file read once, none in memory."""

import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import BinaryIO
from weakref import finalize

from onefill.service.kept_files import PIECE
from onefill.service.naming import FIRST_DAY, unused
from store import Store
from store.pieces import pieces_of

#: Names within a bag: where its files lie, what says that it is one, the digests of these files and of all others.
PAYLOAD, DECLARATION, MANIFEST, TAGS = "data/", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"
#: Programs differ on whether a manifest spells such a letter of a name with a percent sign.
_READ_IN_TWO_WAYS = str.maketrans({"%": "％", "\r": " ", "\n": " "})
_VERSION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@dataclass(frozen=True, kw_only=True)
class Payload:
    """A file of the bag: where it lies there, and its bytes or the digest under which the store keeps them."""

    path: str
    data: bytes = b""
    digest: str = ""


@dataclass(frozen=True, kw_only=True)
class Bag:
    """A bag on its way out: a file without a name on the disk, gone once it is closed.

    Attributes:
        name: What it is to be called.
        size: In bytes.
        notes: What ought to be known, in Chinese.
    """

    name: str
    size: int
    notes: tuple[str, ...] = ()
    file: BinaryIO = field(repr=False, compare=False)

    def open(self) -> BinaryIO:
        """The bag from its beginning, to be read once."""
        self.file.seek(0)
        return self.file


def packed(name: str, about: Iterable[tuple[str, str]], payload: Iterable[Payload], store: Store) -> Bag:
    """A bag of files.

    Args:
        name: Of the bag, without an extension.
        about: Lines of ``bag-info.txt`` beside the number of files and bytes.
        payload: The files, in order.
        store: Where those lie that come without bytes.

    Raises:
        FileUnknown: One is not there any more.
        FileDamaged: One is not what it was when it was brought.
    """
    target = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the bag
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            _write(archive, name, about, payload, store)
    except BaseException:
        target.close()
        raise
    size = target.seek(0, 2)
    bag = Bag(name=f"{name}.zip", size=size, file=target)
    finalize(bag, target.close)  # also where nobody reads it
    return bag


def _write(
    archive: zipfile.ZipFile, name: str, about: Iterable[tuple[str, str]], payload: Iterable[Payload], store: Store
) -> None:
    used: set[str] = set()
    sums: list[tuple[str, str]] = []
    octets = 0
    for one in payload:
        path = f"{PAYLOAD}{unused(one.path.translate(_READ_IN_TWO_WAYS), used)}"
        digest, size = _copied(archive, f"{name}/{path}", _pieces(one, store))
        sums.append((digest, path))
        octets += size
    told = [*about, ("Payload-Oxum", f"{octets}.{len(sums)}")]
    tags = {
        DECLARATION: _VERSION,
        "bag-info.txt": "".join(f"{key}: {' '.join(text.split())}\n" for key, text in told),
        MANIFEST: "".join(f"{digest}  {path}\n" for digest, path in sums),
    }
    tags[TAGS] = "".join(f"{sha256(text.encode()).hexdigest()}  {path}\n" for path, text in tags.items())
    for path, text in tags.items():
        _copied(archive, f"{name}/{path}", [text.encode()])


def _copied(archive: zipfile.ZipFile, path: str, pieces: Iterable[bytes]) -> tuple[str, int]:
    """Digest and length of what was written."""
    summing, size = sha256(), 0
    info = zipfile.ZipInfo(path, FIRST_DAY)
    info.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as member:
        for piece in pieces:
            summing.update(piece)
            size += len(piece)
            member.write(piece)
    return summing.hexdigest(), size


def _pieces(one: Payload, store: Store) -> Iterator[bytes]:
    if not one.digest:
        yield one.data
        return
    with store.open_file(one.digest) as file:
        yield from pieces_of(file, PIECE)
