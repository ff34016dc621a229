"""The command that tells what large files are known by, so that they can be registered without being handed in."""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from onefill.materials.hashing import Fingerprint, OnProgress, fingerprint
from onefill.problems import FieldPlace, Problem

#: Seconds before anything is said of how far a file is, and between two words on it.
_SOON, _STEP = 1.0, 0.5
_UNITS = ("B", "KB", "MB", "GB", "TB")


def add_hash(commands: Any) -> None:
    """Add ``hash``."""
    hash_ = commands.add_parser(
        "hash",
        help="算文件的 SHA-256 和大小，视频再大也行",
        description="每个文件一行：SHA-256、字节数、文件名。只读文件，不改也不上传。写一个文件夹就算里面所有的文件。",
    )
    hash_.add_argument("files", metavar="文件", nargs="+", type=Path, help="一个或几个文件、文件夹")
    hash_.add_argument("--json", action="store_true", help="输出 JSON")
    hash_.set_defaults(run=_hash)


def _hash(options: argparse.Namespace) -> int:
    """Exit code 1 when a file could not be read; all others are still told."""
    told, problems = [], []
    for path in _files(options.files):
        try:
            found = fingerprint(path, _telling(path.name))
        except OSError as error:
            problems.append(_problem(path, error))
            print(f"没有算 {path}：{problems[-1].what}。{problems[-1].remedy}", file=sys.stderr)
            continue
        told.append({"file": str(path), **asdict(found)})
        if not options.json:
            print(_line(path, found), flush=True)
    if options.json:
        answer = {"files": told, "problems": [asdict(problem) for problem in problems]}
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    return 1 if problems else 0


def _files(given: list[Path]) -> Iterator[Path]:
    for path in given:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file())
        else:
            yield path


def _line(path: Path, found: Fingerprint) -> str:
    return f"{found.sha256}  {found.size}  {path}"


def _problem(path: Path, error: OSError) -> Problem:
    match error:
        case FileNotFoundError():
            what, remedy = "没有这个文件", "核对文件夹和文件名"
        case PermissionError():
            what, remedy = "不让读", "看看是不是别的程序正开着它，或换一个有权限的账号"
        case _:
            what, remedy = f"读到一半读不下去了（{error.strerror or error}）", "检查硬盘或网络，再试一次"
    return Problem(place=FieldPlace("", str(path)), code="FILE_UNREADABLE", what=what, remedy=remedy)


def _telling(name: str) -> OnProgress:
    """Says on stderr how far a file is, when that takes a while."""
    began = time.monotonic()
    last = began + _SOON - _STEP

    def tell(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _STEP and (done < total or last < began + _SOON):
            return
        last = now
        left = f"，约剩 {(now - began) / done * (total - done):.0f} 秒" if 0 < done < total else ""
        end = "\n" if done >= total else ""
        print(
            f"\r{name}  {done * 100 // max(total, 1)}%  {_size(done)} / {_size(total)}{left}    ",
            end=end,
            file=sys.stderr,
        )

    return tell


def _size(count: float) -> str:
    for unit in _UNITS:
        if count < 1024 or unit == _UNITS[-1]:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    raise AssertionError
