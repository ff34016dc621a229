"""What can be made again: kept while there is room, swept up after the dead, never read with the wrong key."""

import errno
import os
import shutil
import time
from pathlib import Path

import pytest

from store.cache import Cache
from store.keyring import Keyring, new_key


def aged(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


def test_the_oldest_of_a_kind_go_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "pdf", 2)
    assert cache.get("a.pdf") is None
    for place, name in enumerate(("a.pdf", "b.pdf", "x.png", "c.pdf")):
        cache.put(name, name.encode())
        aged(tmp_path / "pdf" / name, 100 - place)
    assert [cache.get(name) for name in ("a.pdf", "b.pdf", "c.pdf", "x.png")] == [None, b"b.pdf", b"c.pdf", b"x.png"]
    cache.clear()
    assert list((tmp_path / "pdf").iterdir()) == []


def test_halves_of_the_dead_are_swept_and_those_of_the_living_stay(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 2)
    dead, living = tmp_path / "a.pdf.1.part", tmp_path / "a.pdf.2.part"
    for half in (dead, living):
        half.write_bytes(b"%PDF")
    aged(dead, 7200)
    cache.put("a.pdf", b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", living.name]


def test_another_program_may_sweep_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(tmp_path, 1)
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(b"old")
    stat = Path.stat

    def swept(path: Path, **given: bool) -> os.stat_result:
        if path.name == "a.pdf":
            path.unlink(missing_ok=True)
        return stat(path, **given)

    monkeypatch.setattr(Path, "stat", swept)
    cache.put("c.pdf", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["c.pdf"]


def test_another_program_may_clear_while_one_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, other = Cache(tmp_path, 2), Cache(tmp_path, 2)
    cache.put("a.pdf", b"old")
    dead = tmp_path / "b.pdf.1.part"
    dead.write_bytes(b"%PDF")
    aged(dead, 7200)
    replace = Path.replace

    def cleared(path: Path, target: Path) -> Path:
        other.clear()
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", cleared)
    cache.put("c.pdf", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["c.pdf"]
    assert cache.get("c.pdf") == b"new"


@pytest.mark.parametrize("at", ["write_bytes", "replace"])
def test_the_folder_may_go_while_one_writes(at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, really = Cache(tmp_path / "pdf", 2), getattr(Path, at)

    def gone(path: Path, *given: object) -> object:
        shutil.rmtree(tmp_path / "pdf")
        return really(path, *given)

    with monkeypatch.context() as patched:
        patched.setattr(Path, at, gone)
        cache.put("a.pdf", b"paper")
    assert cache.get("a.pdf") is None
    cache.put("a.pdf", b"paper")
    assert cache.get("a.pdf") == b"paper"


def test_a_file_may_go_just_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, read = Cache(tmp_path, 2), Path.read_bytes
    cache.put("a.pdf", b"paper")

    def gone(path: Path) -> bytes:
        path.unlink()
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", gone)
    assert cache.get("a.pdf") is None


def test_what_another_key_sealed_is_made_again(tmp_path: Path) -> None:
    keys = Keyring([new_key()])
    Cache(tmp_path, 2).put("clear.pdf", b"paper")
    Cache(tmp_path, 2, keys).put("sealed.pdf", b"paper")
    assert b"paper" not in (tmp_path / "sealed.pdf").read_bytes()
    assert Cache(tmp_path, 2, keys).get("sealed.pdf") == b"paper"
    assert Cache(tmp_path, 2, keys).get("clear.pdf") is None
    assert Cache(tmp_path, 2, Keyring([new_key()])).get("sealed.pdf") is None


@pytest.mark.parametrize("at", ["mkdir", "write_bytes", "replace"])
def test_a_disk_that_takes_no_more_is_told_and_leaves_no_half(
    at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(path: Path, *_given: object, **_named: object) -> object:
        if at == "write_bytes":
            with path.open("wb") as half:
                half.write(b"pa")
        raise OSError(errno.ENOSPC, "no room")

    cache = Cache(tmp_path, 2)
    with monkeypatch.context() as patched:
        patched.setattr(Path, at, full)
        cache.put("a.pdf", b"paper")
    assert list(tmp_path.iterdir()) == [] and cache.get("a.pdf") is None
    assert "no room" in caplog.text
