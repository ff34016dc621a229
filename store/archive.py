"""An archive: a whole store in one tar file, written aside and put in place whole, believed only when it is whole.

Members, in this order: ``onefill.json`` (format, when, by which program), ``parcels/…jsonl.gz`` (lines of JSON),
``files/<SHA-256>``, ``program/…`` (forms and templates in use), ``keys/…`` only if asked for, ``tally.json`` (how many
there are of each, what was lost), ``SHA256SUMS``. An archive without its last member is a part of one. Where a key is
given, what is in ``parcels/`` and ``files/`` is sealed with it.
"""

import gzip
import hashlib
import os
import re
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from io import BufferedReader, BytesIO, RawIOBase
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

import orjson
from typing_extensions import override

from store import platform
from store.disk import Disk, told
from store.errors import ArchiveRefused, FileDamaged, FileUnknown, FormatTooNew
from store.framing import PIECE, opened, sealed
from store.keyring import Key, Keyring, SealBroken
from store.model import Damage
from store.parcel_lines import line_of, parcel_of
from store.parcels import FileParcel, LostParcel, Parcel, Tally
from store.pieces import file_of

#: Number of the format of archives.
FORMAT = 1

HEAD, TALLY, SUMS = "onefill.json", "tally.json", "SHA256SUMS"
_NAME = re.compile(
    r"onefill\.json|parcels/\d{6,}\.jsonl\.gz|files/[0-9a-f]{64}|(program|keys)/.+|tally\.json|SHA256SUMS"
)
#: Bytes of lines that are gathered into one member; a piece that is copied at once.
_GATHERED, _PIECE = 4_000_000, 1_000_000
#: A member waits here until its length is known; more than this goes to a temporary file.
_IN_MEMORY = 8 << 20
_ABANDONED = 3600.0
#: What people wrote lies below these.
_SEALED = ("parcels/", "files/")
_UNREADABLE = "不完整或被改过，读不下去"

OnProgress = Callable[[Mapping[str, int]], None]


@dataclass(frozen=True, kw_only=True)
class About:
    """What an archive says of itself.

    Attributes:
        made: When, as ISO text.
        program: Version of the program that made it.
        keys: Whether keys are in it.
        sealed: Id of the key that opens it; empty if it lies in clear.
        counts: How many there are of each, see ``Tally.counts``.
        lost: What could not be put into it.
    """

    made: str
    program: str
    keys: bool
    sealed: str
    counts: Mapping[str, int]
    lost: tuple[LostParcel, ...]


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
    """Write an archive; what stood there before stays until the new one is whole and on the disk.

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
        ParcelRefused: What is to be carried does not fit together.
    """
    files = [*beside]
    with (
        aside(path, disk or Disk()) as file,
        tempfile.TemporaryFile() as sums,
        tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT, bufsize=_PIECE) as tar,
    ):
        members = _Members(tar, sums, key)
        keys = any(name.startswith("keys/") for name, _ in files)
        head = {"format": FORMAT, "made": made, "program": program, "keys": keys, "sealed": key.id if key else ""}
        members.add_json(HEAD, head)
        tally = _write_parcels(members, parcels, on_progress)
        for name, source in files:
            with source.open("rb") as content:
                members.add(name, content)
        lost = [line_of(one) for one in tally.lost]
        members.add_json(TALLY, {"counts": tally.counts(), "lost": lost})
        members.close()
    return tally


class Archive:
    """An archive to be read.

    Args:
        path: Where it lies.
        keys: Keys that may open it.
    """

    def __init__(self, path: Path, keys: Keyring | None = None) -> None:
        self._path = path
        self._keys = keys or Keyring()

    def check(self, on_progress: Callable[[int, int], None] | None = None) -> About:
        """Read all of it and hold it against its sums; what it says of itself. Progress is (bytes, of).

        Raises:
            ArchiveRefused: It is cut short or altered; names the member.
            FormatTooNew: A newer program made it.
            KeyMissing: It is sealed with a key that is not here.
        """
        kept: dict[str, bytes] = {}
        whole = False
        size = self._path.stat().st_size if self._path.exists() else 0
        with tempfile.TemporaryFile() as seen:
            for name, content in self._members(on_progress and (lambda done: on_progress(done, size))):
                if whole:
                    raise self._refused(name, "后面多出了内容")
                if name == SUMS:
                    self._compare(seen, content)
                    whole = True
                    continue
                copy = BytesIO() if name in (HEAD, TALLY) else None
                seen.write(_sum_line(_digest(content, copy), name))
                if copy is not None:
                    kept[name] = copy.getvalue()
                if name == HEAD:
                    self._check_format(kept[HEAD])
        if not whole:
            raise self._refused("", "不完整，后面少了一截")
        about = self._about(kept)
        if about.sealed:
            self._keys.get(about.sealed)
        return about

    def parcels(self) -> Iterator[Parcel]:
        """What is in it. Each file is to be opened before the next parcel is taken.

        Raises:
            ArchiveRefused: A member cannot be read.
        """
        is_sealed = False
        for name, content in self._members():
            if name == HEAD:
                is_sealed = bool(orjson.loads(content.read())["sealed"])
            if is_sealed and name.startswith(_SEALED):
                refused = partial(self._refused, name, "加密的内容被改过")
                content = file_of(_unless_broken(opened(_pieces(content), self._keys), refused))
            if name.startswith("parcels/"):
                try:
                    with gzip.open(content) as lines:
                        yield from (parcel_of(orjson.loads(line)) for line in lines)
                except (OSError, EOFError, zlib.error, KeyError, TypeError, ValueError) as exc:
                    raise self._refused(name, "读不出来") from exc
            elif name.startswith("files/"):
                yield FileParcel(name.removeprefix("files/"), partial(_same, content))

    def unpack(self, folder: Path) -> int:
        """Write forms, templates and keys that are in it below a folder; how many files there were.

        Raises:
            ArchiveRefused: A member would lie elsewhere.
        """
        count = 0
        for name, content in self._members():
            parts = PurePosixPath(name).parts
            if parts[0] not in ("program", "keys"):
                continue
            if ".." in parts or any(re.search(r'[\\:*?"<>|\x00-\x1f]', part) for part in parts):
                raise self._refused(name, "名字不对")
            target = folder.joinpath(*parts)
            with told():
                target.parent.mkdir(parents=True, exist_ok=True)
                handle = platform.open_private(target) if parts[0] == "keys" else None
                with os.fdopen(handle, "wb") if handle is not None else target.open("wb") as file:
                    while piece := content.read(_PIECE):
                        file.write(piece)
            count += 1
        return count

    # -- inside ---

    def _members(self, on_progress: Callable[[int], None] | None = None) -> Iterator[tuple[str, BinaryIO]]:
        name = ""
        try:
            with self._path.open("rb") as file, tarfile.open(fileobj=file, mode="r|", bufsize=_PIECE) as tar:
                while member := tar.next():
                    _forget(tar)
                    content = tar.extractfile(member) if member.isreg() else None
                    if content is None or not _NAME.fullmatch(member.name) or (name == "") != (member.name == HEAD):
                        raise self._refused(member.name, "不是 OneFill 的备份")
                    name = member.name
                    yield name, BufferedReader(_Content(content, partial(self._refused, name, _UNREADABLE)))
                    if on_progress:
                        on_progress(file.tell())
        except FileNotFoundError as exc:
            raise self._refused("", "没有这个文件") from exc
        except (tarfile.TarError, EOFError, OSError) as exc:
            raise self._refused(name, _UNREADABLE) from exc

    def _compare(self, seen: IO[bytes], content: IO[bytes]) -> None:
        seen.seek(0)
        for line in content:
            mine = seen.readline()
            if mine != line:
                raise self._refused((mine or line)[66:].decode(errors="replace").strip(), "内容与校验码不符")
        if rest := seen.readline():
            raise self._refused(rest[66:].decode().strip(), "校验码表里没有它")

    def _check_format(self, head: bytes) -> None:
        """Before all else: of a newer format nothing but its number is known."""
        try:
            found = int(orjson.loads(head)["format"])
        except (KeyError, TypeError, ValueError) as exc:
            raise self._refused(HEAD, "不是 OneFill 的备份") from exc
        if found > FORMAT:
            raise FormatTooNew(file=self._path.name, found=found, known=FORMAT)

    def _about(self, kept: Mapping[str, bytes]) -> About:
        try:
            head, tally = orjson.loads(kept[HEAD]), orjson.loads(kept[TALLY])
            return About(
                made=str(head["made"]),
                program=str(head["program"]),
                keys=bool(head["keys"]),
                sealed=str(head["sealed"]),
                counts=dict(tally["counts"]),
                lost=tuple(one for one in map(parcel_of, tally["lost"]) if isinstance(one, LostParcel)),
            )
        except (KeyError, TypeError, ValueError) as exc:
            raise self._refused(TALLY, "读不出来") from exc

    def _refused(self, member: str, why: str) -> ArchiveRefused:
        return ArchiveRefused(file=str(self._path), why=f"{member} {why}".strip())


class _Content(RawIOBase):
    """A member as it is read, where what goes wrong is told in words of ours."""

    def __init__(self, content: IO[bytes], refused: Callable[[], ArchiveRefused]) -> None:
        self._content = content
        self._refused = refused

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Any) -> int:
        try:
            data = self._content.read(len(buffer))
        except (tarfile.TarError, EOFError, OSError) as exc:
            raise self._refused() from exc
        buffer[: len(data)] = data
        return len(data)


class _Members:
    """Writes members and notes their sums."""

    def __init__(self, tar: tarfile.TarFile, sums: IO[bytes], key: Key | None) -> None:
        self._tar = tar
        self._sums = sums
        self._key = key

    def add(self, name: str, content: BinaryIO) -> None:
        """Write an open file, sealed if it is to be."""
        pieces = _pieces(content)
        if self._key and name.startswith(_SEALED):
            pieces = sealed(pieces, self._key)
        # How long it is must be known before it is written, and it may be too long for the memory.
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as aside:
            for piece in pieces:
                aside.write(piece)
            self._add(name, aside)

    def _add(self, name: str, content: IO[bytes]) -> None:
        size = content.tell()
        content.seek(0)
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        reading = _Summed(content)
        self._tar.addfile(info, reading)
        _forget(self._tar)
        self._sums.write(_sum_line(reading.digest, name))

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


def _write_parcels(members: _Members, parcels: Iterable[Parcel], on_progress: OnProgress | None) -> Tally:
    tally, lines, size, number = Tally(), list[bytes](), 0, 0

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
    return tally


def _add_file(members: _Members, parcel: FileParcel) -> LostParcel | None:
    try:
        with parcel.open() as content:
            members.add(f"files/{parcel.digest}", content)
    except (FileDamaged, FileUnknown) as exc:
        return LostParcel("file", Damage("", parcel.digest, str(exc)))
    return None


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    while piece := content.read(PIECE):
        yield piece


def _unless_broken(pieces: Iterator[bytes], refused: Callable[[], ArchiveRefused]) -> Iterator[bytes]:
    try:
        yield from pieces
    except SealBroken as exc:
        raise refused() from exc


def _same(content: BinaryIO) -> BinaryIO:
    return content


def _digest(content: IO[bytes], kept: BytesIO | None) -> str:
    found = hashlib.sha256()
    while piece := content.read(_PIECE):
        found.update(piece)
        if kept is not None:
            kept.write(piece)
    return found.hexdigest()


def _forget(tar: tarfile.TarFile) -> None:
    """Have the module not keep all members in memory."""
    tar.members = []  # type: ignore[attr-defined]


def _sum_line(digest: str, name: str) -> bytes:
    """A line as ``sha256sum`` writes it."""
    return f"{digest}  {name}\n".encode()


@contextmanager
def aside(path: Path, disk: Disk) -> Iterator[BinaryIO]:
    """A file that takes the place of another when all of it is on the disk; nothing is left of it otherwise."""
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
            disk.replace(temporary, path)
            disk.sync_folder(path.parent)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
