"""An archive read: nothing in it is believed before all of it was held against its sums; see ``archive_form``."""

import gzip
import hashlib
import os
import re
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from io import BufferedReader, BytesIO, RawIOBase
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

import orjson
from typing_extensions import override

from store import platform
from store.archive_form import COPIED, FORMAT, HEAD, SEALED, SUMS, TALLY, forget, sum_line
from store.disk import told
from store.errors import ArchiveRefused, FormatTooNew
from store.framing import PIECE, opened
from store.keyring import Keyring, SealBroken
from store.parcel_lines import parcel_of
from store.parcels import FileParcel, LostParcel, Parcel
from store.pieces import file_of, pieces_of

_NAME = re.compile(
    r"onefill\.json|parcels/\d{6,}\.jsonl\.gz|files/[0-9a-f]{64}|(program|keys)/.+|tally\.json|SHA256SUMS"
)
_UNREADABLE = "不完整或被改过，读不下去"


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
                seen.write(sum_line(_digest(content, copy), name))
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
            if is_sealed and name.startswith(SEALED):
                refused = partial(self._refused, name, "加密的内容被改过")
                content = file_of(_unless_broken(opened(pieces_of(content, PIECE), self._keys), refused))
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
                    while piece := content.read(COPIED):
                        file.write(piece)
            count += 1
        return count

    # -- inside ---

    def _members(self, on_progress: Callable[[int], None] | None = None) -> Iterator[tuple[str, BinaryIO]]:
        name = ""
        try:
            with self._path.open("rb") as file, tarfile.open(fileobj=file, mode="r|", bufsize=COPIED) as tar:
                while member := tar.next():
                    forget(tar)
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


def _unless_broken(pieces: Iterator[bytes], refused: Callable[[], ArchiveRefused]) -> Generator[bytes]:
    try:
        yield from pieces
    except SealBroken as exc:
        raise refused() from exc


def _same(content: BinaryIO) -> BinaryIO:
    return content


def _digest(content: IO[bytes], kept: BytesIO | None) -> str:
    found = hashlib.sha256()
    while piece := content.read(COPIED):
        found.update(piece)
        if kept is not None:
            kept.write(piece)
    return found.hexdigest()
