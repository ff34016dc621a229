"""A folder of an older program becomes one of this: copied aside first, then step by step, each told in ``store.json``.

Whoever goes back to the older program puts the copy in place of all but ``files/``, which no step ever touches.
"""

import hashlib
import logging
import tarfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import orjson

from store.archive_form import COPIED, forget
from store.archive_writing import aside
from store.chain import FORMAT
from store.disk import Disk, read_file, told
from store.errors import StoreUnavailable
from store.locks import Locks

_log = logging.getLogger(__name__)

Step = Callable[[Path, Disk], None]

#: Not worth a copy: made anew, or never altered.
_LEFT_OUT = ("files", "locks", "index.sqlite", "index.sqlite-wal", "index.sqlite-shm")


def number_files(folder: Path, disk: Disk) -> None:
    """From 1 to 2: preferences, the note on the log's end and those of series carry a number as well.

    Records' files need nothing: whole entries go on being read, the next one is written as what it changes.
    """
    for pattern in ("preferences/??/*.json", "log/head.json", "series/*.json"):
        for path in sorted(folder.glob(pattern)):
            data, _ = read_file(path)
            try:
                kept = orjson.loads(data or b"")
            except orjson.JSONDecodeError:
                # ``verify`` names it; no step makes it better or worse.
                continue
            if isinstance(kept, dict) and "format" not in kept:
                disk.write_file(path, orjson.dumps({"format": 2, **kept}, option=orjson.OPT_INDENT_2))


#: What makes a folder of one format one of the next. A step may be done twice: whoever died in it begins it again.
STEPS: Mapping[int, Step] = {1: number_files}


def upgrade(
    folder: Path, disk: Disk, locks: Locks, *, steps: Mapping[int, Step] = STEPS, newest: int = FORMAT
) -> Path | None:
    """Bring a folder to the newest format, while every other program waits; the copy that was made before, if any.

    Args:
        folder: Of the store.
        disk: The system calls that keep data.
        locks: Of the folder.
        steps: By the format they begin with.
        newest: The format they lead to.

    Raises:
        StoreUnavailable: The disk refused, or the copy is not what was copied; the next start goes on.
    """
    if _next_step(folder, newest) is None:
        return None
    with locks.all_still():
        copy = None
        # Another program may have done it while this one waited.
        while (step := _next_step(folder, newest)) is not None:
            about = _about(folder)
            if "upgrading" not in about:
                copy = _copy_aside(folder, disk, step)
                _log.warning("数据文件夹 %s 要升级，以前的文件拷在 %s 里", folder, copy)
            # From here on the older program refuses, also what is half done.
            _note(folder, disk, {**about, "format": newest, "upgrading": step})
            steps[step](folder, disk)
            done = {**about, "format": newest, "upgrading": step + 1}
            _note(folder, disk, done if step + 1 < newest else _without(done, "upgrading"))
        return copy


def _next_step(folder: Path, newest: int) -> int | None:
    """The format from which there is a way still to go."""
    about = _about(folder)
    number = about.get("upgrading", about.get("format"))
    return number if isinstance(number, int) and number < newest else None


def _about(folder: Path) -> dict[str, object]:
    data, _ = read_file(folder / "store.json")
    try:
        about = orjson.loads(data) if data else {}
    except orjson.JSONDecodeError:
        return {}
    return about if isinstance(about, dict) else {}


def _note(folder: Path, disk: Disk, about: Mapping[str, object]) -> None:
    disk.write_file(folder / "store.json", orjson.dumps(about, option=orjson.OPT_INDENT_2))


def _without(about: Mapping[str, object], key: str) -> dict[str, object]:
    return {name: value for name, value in about.items() if name != key}


def _copy_aside(folder: Path, disk: Disk, number: int) -> Path:
    when = datetime.fromtimestamp(disk.now(), UTC).astimezone()
    path = folder.with_name(f"{folder.name}.format-{number}.{when:%Y%m%d-%H%M%S}.tar")
    kept = [one for one in sorted(folder.rglob("*")) if one.relative_to(folder).parts[0] not in _LEFT_OUT]
    with aside(path, disk) as file, told(), tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for one in kept:
            tar.add(one, one.relative_to(folder).as_posix(), recursive=False)
            forget(tar)
    if not _is_true(path, folder, sum(one.is_file() for one in kept)):
        path.unlink()
        raise StoreUnavailable(why="升级以前拷的副本与原来的不同，没有升级")
    return path


def _is_true(copy: Path, folder: Path, files: int) -> bool:
    """Whether a copy, read back, holds so many files and each as it lies in the folder."""
    with told(), suppress(tarfile.TarError), tarfile.open(copy) as tar:
        for one in tar:
            if content := tar.extractfile(one):
                with (folder / one.name).open("rb") as source:
                    if _digest(content) != _digest(source):
                        return False
                files -= 1
            forget(tar)
        return files == 0
    return False


def _digest(content: IO[bytes]) -> bytes:
    found = hashlib.sha256()
    while piece := content.read(COPIED):
        found.update(piece)
    return found.digest()
