"""What a file is known by, and the command that tells it."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from onefill import cli_hash
from onefill.cli import main
from onefill.materials.hashing import Fingerprint, fingerprint

DATA = bytes(range(256)) * 20_000


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "第1次课 电工.mp4"
    path.write_bytes(DATA)
    return path


def test_size_and_hash_are_those_of_the_bytes(video: Path) -> None:
    steps: list[tuple[int, int]] = []
    found = fingerprint(video, lambda done, total: steps.append((done, total)))
    assert found == Fingerprint(len(DATA), hashlib.sha256(DATA).hexdigest())
    assert steps[-1] == (len(DATA), len(DATA))
    assert [done for done, _ in steps] == sorted({done for done, _ in steps})
    assert len(steps) > 2


def test_an_empty_file_has_a_hash_too(tmp_path: Path) -> None:
    (tmp_path / "e").touch()
    assert fingerprint(tmp_path / "e") == Fingerprint(0, hashlib.sha256(b"").hexdigest())


def test_one_line_for_each_file(video: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hash", str(video), str(video.parent)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"{hashlib.sha256(DATA).hexdigest()}  {len(DATA)}  {video}"] * 2


def test_for_programs(video: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = video.with_name("没有.mp4")
    assert main(["hash", "--json", str(missing), str(video)]) == 1
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert told["files"] == [{"file": str(video), "size": len(DATA), "sha256": hashlib.sha256(DATA).hexdigest()}]
    assert told["problems"][0]["what"] == "没有这个文件"
    assert told["problems"][0]["place"]["label"] == str(missing)
    assert "没有算" in err


def test_a_long_file_says_how_far_it_is(
    video: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(100))
    monkeypatch.setattr(cli_hash.time, "monotonic", lambda: float(next(seconds)))
    assert main(["hash", str(video)]) == 0
    out, err = capsys.readouterr()
    assert re.search(r"第1次课 电工.mp4  20%  1.0 MB / 4.9 MB，约剩 \d+ 秒", err), err
    assert err.rstrip(" \n").endswith("100%  4.9 MB / 4.9 MB")
    assert "%" not in out


def test_a_short_file_says_nothing_of_that(video: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["hash", str(video)])
    assert capsys.readouterr().err == ""
