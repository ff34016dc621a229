"""An archive written: aside, and put in place whole; see ``archive_form``."""

import gzip
import hashlib
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import IO, Any, BinaryIO

import orjson

from store import platform
from store.archive import Archive
from store.archive_form import COPIED, FORMAT, HEAD, SEALED, SUMS, TALLY, forget, sum_line
from store.disk import Disk, told
from store.errors import FileDamaged, FileUnknown
from store.framing import PIECE, sealed
from store.keyring import Key, Keyring
from store.model import Damage
from store.parcel_lines import line_of
from store.parcels import FileParcel, LostParcel, Parcel, Tally
from store.pieces import pieces_of

#: Bytes of lines that are gathered into one member.
_GATHERED = 4_000_000
#: A member waits here until its length is known; more than this goes to a temporary file.
_IN_MEMORY = 8 << 20
_ABANDONED = 3600.0

OnProgress = Callable[[Mapping[str, int]], None]


def write_archive(
    path: Path,
    parcels: Iterable[Parcel],
    *,
    made: str,
    program: str,
    beside: Iterable[tuple[str, Path]] = (),
    key: Key | None = None,
    on_progress: OnProgress | None = None,
    disk: Disk | None = None,
) -> Tally:
    """Write an archive; what stood there before stays until the new one is whole, on the disk and read back.

    One that lacks what cannot be trusted stands beside it, see ``place_of``: what was there may be all that is left.

    Args:
        path: Where.
        parcels: What is to be in it.
        made: When.
        program: By which version.
        beside: Other files with their names in the archive, below ``program/`` or ``keys/``.
        key: Seals what people wrote; in clear if there is none.
        on_progress: Told how many there are so far, see ``Tally.counts``.
        disk: The system calls that keep it.

    Raises:
        StoreUnavailable: The disk refused.
        ArchiveRefused: What was read back is not what was written.
        ParcelRefused: What is to be carried does not fit together.
    """
    files, tally = [*beside], Tally()

    def prove(written: Path) -> None:
        Archive(written, Keyring([key] if key else [])).check()

    with (
        aside(path, disk or Disk(), lambda: place_of(path, tally), prove=prove) as file,
        tempfile.TemporaryFile() as sums,
        tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT, bufsize=COPIED) as tar,
    ):
        members = _Members(tar, sums, key)
        keys = any(name.startswith("keys/") for name, _ in files)
        head = {"format": FORMAT, "made": made, "program": program, "keys": keys, "sealed": key.id if key else ""}
        members.add_json(HEAD, head)
        _write_parcels(members, parcels, tally, on_progress)
        for name, source in files:
            with source.open("rb") as content:
                members.add(name, content)
        lost = [line_of(one) for one in tally.lost]
        members.add_json(TALLY, {"counts": tally.counts(), "lost": lost})
        members.close()
    return tally


def place_of(path: Path, tally: Tally) -> Path:
    """Where an archive for that path lies: ``backup.incomplete.tar`` if records, drafts or files are not in it."""
    return path if tally.is_whole else path.with_name(f"{path.stem}.incomplete{path.suffix}")


class _Members:
    """Writes members and notes their sums."""

    def __init__(self, tar: tarfile.TarFile, sums: IO[bytes], key: Key | None) -> None:
        self._tar = tar
        self._sums = sums
        self._key = key

    def add(self, name: str, content: BinaryIO) -> None:
        """Write an open file, sealed if it is to be."""
        pieces = pieces_of(content, PIECE)
        if self._key and name.startswith(SEALED):
            pieces = sealed(pieces, self._key)
        # How long it is must be known before it is written, and it may be too long for the memory.
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as waiting:
            for piece in pieces:
                waiting.write(piece)
            self._add(name, waiting)

    def _add(self, name: str, content: IO[bytes]) -> None:
        size = content.tell()
        content.seek(0)
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        reading = _Summed(content)
        self._tar.addfile(info, reading)
        forget(self._tar)
        self._sums.write(sum_line(reading.digest, name))

    def add_json(self, name: str, value: Any) -> None:
        """Write a value."""
        self.add(name, BytesIO(orjson.dumps(value, option=orjson.OPT_INDENT_2)))

    def close(self) -> None:
        """Write the sums of all others."""
        size = self._sums.tell()
        self._sums.seek(0)
        info = tarfile.TarInfo(SUMS)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, self._sums)


class _Summed:
    """A file whose bytes are summed as they are read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        data = self._file.read(size)
        self._hash.update(data)
        return data

    @property
    def digest(self) -> str:
        """SHA-256 of what has been read."""
        return self._hash.hexdigest()


def _write_parcels(members: _Members, parcels: Iterable[Parcel], tally: Tally, on_progress: OnProgress | None) -> None:
    lines, size, number = list[bytes](), 0, 0

    def flush() -> None:
        nonlocal size, number
        if lines:
            number += 1
            members.add(f"parcels/{number:06}.jsonl.gz", BytesIO(gzip.compress(b"".join(lines), 6, mtime=0)))
            lines.clear()
            size = 0

    for parcel in parcels:
        if isinstance(parcel, FileParcel):
            parcel = _add_file(members, parcel) or parcel
        tally.add(parcel)
        if not isinstance(parcel, FileParcel):
            lines.append(orjson.dumps(line_of(parcel)) + b"\n")
            size += len(lines[-1])
        if size >= _GATHERED:
            flush()
        if on_progress:
            on_progress(tally.counts())
    flush()


def _add_file(members: _Members, parcel: FileParcel) -> LostParcel | None:
    try:
        with parcel.open() as content:
            members.add(f"files/{parcel.digest}", content)
    except (FileDamaged, FileUnknown) as exc:
        return LostParcel("file", Damage("", parcel.digest, str(exc)))
    return None


@contextmanager
def aside(
    path: Path, disk: Disk, place: Callable[[], Path] | None = None, *, prove: Callable[[Path], None] | None = None
) -> Iterator[BinaryIO]:
    """A file that takes the place of another when all of it is on the disk; nothing is left of it otherwise.

    Args:
        path: Its place.
        disk: The system calls that keep it.
        place: Asked at the end where it goes in the same folder, if not there.
        prove: Reads it back where it was written; what it refuses takes no place.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with told():
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob(f".{path.name}.*.tmp"):
            # Left by one that was killed; one that is at work writes all the time.
            if old.stat().st_mtime < disk.now() - _ABANDONED or old == temporary:
                old.unlink(missing_ok=True)
        try:
            with os.fdopen(platform.open_private(temporary), "wb") as file:
                yield file
                file.flush()
                disk.sync(file.fileno())
            if prove:
                prove(temporary)
            disk.replace(temporary, place() if place else path)
            disk.sync_folder(path.parent)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
