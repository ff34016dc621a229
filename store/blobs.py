"""Files by content hash: kept once, checked whenever they are read."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from store.disk import Disk, read_file, told
from store.errors import FileDamaged, FileUnknown
from store.plain import is_digest


class Blobs:
    """All files below one folder."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk

    def put(self, data: bytes | BinaryIO) -> str:
        """Keep bytes; a damaged copy of them is mended."""
        content = data if isinstance(data, bytes) else data.read()
        digest = hashlib.sha256(content).hexdigest()
        if read_file(self._path(digest))[0] != content:
            self._disk.write_file(self._path(digest), content)
        return digest

    def get(self, digest: str) -> bytes:
        """Bytes by their hash.

        Raises:
            FileUnknown: There are none.
            FileDamaged: They are not what they were.
        """
        content = read_file(self._path(digest))[0] if is_digest(digest) else None
        if content is None:
            raise FileUnknown(digest=digest)
        if hashlib.sha256(content).hexdigest() != digest:
            raise FileDamaged(digest=digest)
        return content

    def digests(self) -> Iterator[str]:
        """Hashes of all files."""
        with told():
            for folder in sorted(self._folder.iterdir()) if self._folder.is_dir() else ():
                yield from sorted(path.name for path in folder.iterdir() if is_digest(path.name))

    def place(self, digest: str) -> str:
        """Where a file lies, for whoever has to mend it."""
        return str(self._path(digest))

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest
