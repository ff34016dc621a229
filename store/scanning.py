"""What lies in a folder of ours: files by record, what a crash left, and what somebody else put there."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from store.disk import Stamp, shard
from store.model import Damage
from store.plain import is_record

#: Temporary files older than this were left by a crash.
_ABANDONED = 3600.0
_PART = re.compile(r"(.+)\.from-[0-9]+")
_STRANGE = (
    "这不是本程序写的文件，像是同步软件留下的冲突副本；办件照常使用原文件，"
    "请核对副本里有没有另一台电脑上的改动，再把它移到别处"
)

_HEADLESS = "这里只有这个办件以前的记录，最新的文件不见了，请用备份恢复"


@dataclass
class Seen:
    """Stamps of our files by record, and what else is to be looked at: files of nobody's, older ones left alone."""

    stamps: dict[str, Stamp] = field(default_factory=dict)
    strangers: list[Damage] = field(default_factory=list)


def scan(folder: Path, suffix: str, now: float) -> Seen:
    """Look through the shards of a folder; what a crash left lying about is swept away."""
    seen = Seen()
    for shard_folder in folder.iterdir() if folder.is_dir() else ():
        if shard_folder.is_dir():
            _scan(shard_folder, suffix, now, seen)
    return seen


def _scan(folder: Path, suffix: str, now: float, seen: Seen) -> None:
    parts: list[Damage] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name.removesuffix(suffix)
            if not entry.name.endswith(suffix):
                if entry.name.endswith(".tmp") and entry.stat().st_mtime < now - _ABANDONED:
                    Path(entry.path).unlink(missing_ok=True)
            elif _is_ours(name, folder):
                stat = entry.stat()
                seen.stamps[name] = (stat.st_mtime_ns, stat.st_size)
            elif (part := _PART.fullmatch(name)) and _is_ours(part[1], folder):
                parts.append(Damage(part[1], entry.path, _HEADLESS))
            else:
                seen.strangers.append(Damage(_origin(name, suffix, folder), entry.path, _STRANGE, copy=True))
    seen.strangers += [part for part in parts if part.record not in seen.stamps]


def _is_ours(name: str, folder: Path) -> bool:
    return is_record(name) and shard(name) == folder.name


def _origin(name: str, suffix: str, folder: Path) -> str:
    """The record whose file it was made of: the longest beginning that lies here; empty if none does."""
    beginnings = (name[:length] for length in range(len(name), 0, -1))
    return next((one for one in beginnings if _is_ours(one, folder) and (folder / f"{one}{suffix}").exists()), "")
