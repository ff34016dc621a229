"""Programs that die while they write: the old state or the new one, and whatever was acknowledged."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.store import dying

ROOT = Path(__file__).parents[2]
Counts = Callable[[str], None]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def died(what: str, folder: Path, *numbers: int) -> Any:
    command = [sys.executable, "-m", "tests.store.dying", what, str(folder), *map(str, numbers)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_death_at_every_step_of_everything_leaves_old_or_new(tmp_path: Path, counts: Counts) -> None:
    told = died("steps", tmp_path)
    assert told.keys() == dying.doings().keys()
    assert all(new > 0 for _, new in told.values())
    assert all(old > 0 for name, (old, _) in told.items() if name != "file")
    deaths = sum(old + new for old, new in told.values())
    counts(f"{deaths} deaths at every step of {len(told)} doings: {told} (old, new), nothing else")


@pytest.mark.slow
def test_kills_aimed_at_the_write_lose_nothing_and_plain_tinydb_does(tmp_path: Path, counts: Counts) -> None:
    ours = died("kills", tmp_path / "ours", 220)
    plain = died("plain", tmp_path, 60, 400)
    counts(f"kill -9: ours {ours}; plain TinyDB {plain}")
    assert (ours["lost"], ours["unreadable"]) == (0, 0)
    assert ours["acknowledged"] > 220
    assert ours["files half written"] > 20
    assert plain["unreadable"] > 0, "the kills were not aimed well"


TRACED = """
import os, sys
from pathlib import Path
from store.tiny import TinyStore
from tests.store import dying
from tests.store.making import stepping
store = TinyStore(Path(sys.argv[1]), stepping())
doing = dying.doings()["next entry"]
os.path.exists("/begin")
doing.act(store)
os.write(1, b"acknowledged")
os._exit(0)
"""
CALLS = "openat,write,pwrite64,fsync,fdatasync,ftruncate,rename,unlink,flock,newfstatat"
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="strace is a program of Linux alone")


def traced(folder: Path, *options: str) -> tuple[list[str], bytes]:
    """Calls of an append from its beginning on, and what the program said."""
    assert shutil.which("strace"), "apt-packages.txt names strace"
    trace = folder.with_suffix(".trace")
    command = ["strace", "-o", str(trace), "-e", f"trace={CALLS}", *options, sys.executable, "-c", TRACED, str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, check=False)
    lines = trace.read_text("utf-8", "replace").splitlines()
    begin = next((place for place, line in enumerate(lines) if '"/begin"' in line), len(lines))
    return lines[begin:], done.stdout


@pytest.mark.slow
@on_linux
def test_file_and_folder_are_synced_before_an_entry_is_acknowledged(tmp_path: Path, counts: Counts) -> None:
    dying.prepared(tmp_path / "store")
    calls, said = traced(tmp_path / "store")
    assert said == b"acknowledged"
    text = "\n".join(calls)
    order = (
        r'openat\(AT_FDCWD, "[^"]*\.r1\.json[^"]*\.tmp", [^)]*\) += (?P<file>\d+)',
        r"write\((?P=file), ",
        r"fsync\((?P=file)\) += 0",
        r'rename\("[^"]*\.tmp", "[^"]*r1\.json"\) += 0',
        r'openat\(AT_FDCWD, "[^"]*/records/..", [^)]*O_DIRECTORY\) += (?P<folder>\d+)',
        r"fsync\((?P<again>(?P=folder))\) += 0",
        r'write\(1, "acknowledged"',
    )
    assert re.search(r"(?s)" + r".*?".join(order), text), text
    counts("order: write, fsync file, rename, fsync folder, acknowledged")


@pytest.mark.slow
@on_linux
def test_killed_at_every_system_call_of_an_append(tmp_path: Path, counts: Counts) -> None:
    names = ("openat", "write", "pwrite64", "fsync", "rename", "unlink", "flock")
    killed, outcomes = 0, [0, 0]
    for name in names:
        dying.prepared(tmp_path / name)
        calls, _ = traced(tmp_path / name)
        before = _calls_before(tmp_path / name, name)
        for number in range(1, sum(call.startswith(f"{name}(") for call in calls) + 1):
            folder = tmp_path / f"{name}-{number}"
            dying.prepared(folder)
            _, said = traced(folder, "-e", f"inject={name}:signal=KILL:when={before + number}")
            killed += said == b""
            outcomes[dying.looked_at(folder, dying.doings()["next entry"], lived=said != b"")] += 1
    counts(f"killed at {killed} system calls of an append: {outcomes} (old, new)")
    assert killed > 12
    assert all(outcomes)


def _calls_before(folder: Path, name: str) -> int:
    lines = folder.with_suffix(".trace").read_text("utf-8", "replace").splitlines()
    begin = next(place for place, line in enumerate(lines) if '"/begin"' in line)
    return sum(line.startswith(f"{name}(") for line in lines[:begin])
