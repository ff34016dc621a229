"""Folders of older programs: copied aside, then brought up to date step by step."""

import errno
import sys
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from store import EVERYTHING, FormatTooNew, Store, StoreUnavailable, open_store
from store.disk import Disk
from store.locks import Locks
from store.tiny import TinyStore
from store.upgrading import upgrade
from tests.store.making import begin, new, stepping
from tests.store.test_contract_parcels import filled, tally


def opened(folder: Path) -> Store:
    return open_store(f"tinydb://{folder}", clock=stepping())


def rewrite(path: Path, **changed: Any) -> None:
    """A JSON file with other values; ``None`` takes one out."""
    kept = {**orjson.loads(path.read_bytes()), **changed}
    path.write_bytes(orjson.dumps({name: value for name, value in kept.items() if value is not None}))


def without_numbers(folder: Path) -> Iterator[Path]:
    yield from folder.glob("preferences/??/*.json")
    yield folder / "log" / "head.json"
    yield from folder.glob("series/*.json")


@pytest.fixture
def first(folder: Path) -> Path:
    """A folder as the first program wrote it."""
    store = opened(folder)
    filled(store)
    store.append(new("numbered", draws={"permits": 2}), 0, EVERYTHING)
    store.close()
    for path in without_numbers(folder):
        rewrite(path, format=None)
    for path in folder.glob("records/??/*.json"):
        path.write_bytes(path.read_bytes().replace(b'"format": 2', b'"format": 1'))
    rewrite(folder / "store.json", format=1)
    return folder


def copies(folder: Path) -> list[Path]:
    return sorted(folder.parent.glob("store.format-*.tar"))


def test_a_folder_of_the_first_program_is_copied_and_brought_up_to_date(first: Path) -> None:
    before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    mark = orjson.loads((first / "store.json").read_bytes())["id"]
    store = opened(first)
    about = orjson.loads((first / "store.json").read_bytes())
    assert (about["format"], about["id"], "upgrading" in about) == (2, mark, False)
    assert all(orjson.loads(path.read_bytes())["format"] == 2 for path in without_numbers(first))
    assert store.preferences("li") == {"zoom": 125}
    assert store.series("permits") == 2
    assert store.append(new("numbered", draws={"permits": 1}), 1, EVERYTHING).numbers == {"permits": range(3, 4)}
    assert store.append(new("long"), 52, EVERYTHING).n == 53
    for verify in (store.verify_chains, store.verify_log, store.verify_files, store.verify_index):
        assert verify() == ()
    (copy,) = copies(first)
    with tarfile.open(copy) as tar:
        kept = {first / name: tar.extractfile(name).read() for name in tar.getnames() if tar.getmember(name).isreg()}  # type: ignore[union-attr]
    assert kept.items() <= before.items()
    assert first / "store.json" in kept
    assert not any(path.is_relative_to(first / "files") for path in kept)
    store.close()
    opened(first).close()
    assert copies(first) == [copy]


def test_who_goes_back_has_all_that_was(first: Path, tmp_path: Path) -> None:
    expected = tally(store := opened(first))
    store.close()
    (copy,) = copies(first)
    older = tmp_path / "older"
    with tarfile.open(copy) as tar:
        if sys.version_info >= (3, 11, 4):
            tar.extractall(older, filter="data")
        else:
            tar.extractall(older)
    (first / "files").rename(older / "files")
    again = opened(older)
    assert tally(again) == expected
    again.close()


def test_what_the_first_program_wrote_becomes_the_present_format_when_it_is_written(first: Path) -> None:
    store = opened(first)
    (path,) = first.rglob("typed.json")
    assert b'"format": 1' in path.read_bytes()
    store.append(new("typed"), 1, EVERYTHING)
    assert b'"format": 2' in path.read_bytes()
    store.close()


def test_a_new_folder_is_of_the_present_format(folder: Path) -> None:
    store = opened(folder)
    filled(store)
    store.append(new("numbered", draws={"permits": 2}), 0, EVERYTHING)
    store.close()
    assert copies(folder) == []
    assert all(
        orjson.loads(path.read_bytes())["format"] == 2 for path in (*without_numbers(folder), folder / "store.json")
    )
    assert all(b'"format": 2' in path.read_bytes() for path in folder.glob("records/??/*.json"))
    assert all(b'"format":2' in path.read_bytes() for path in folder.glob("drafts/??/*.jsonl"))


class Steps:
    """Steps of a program to come; one of them breaks at first."""

    def __init__(self, breaks: int | None = None) -> None:
        self.breaks = breaks
        self.done: list[int] = []

    def table(self) -> dict[int, Any]:
        def step(number: int) -> Any:
            def take(folder: Path, disk: Disk) -> None:
                if number == self.breaks:
                    self.breaks = None
                    raise StoreUnavailable(why="broken off")
                self.done.append(number)

            return take

        return {number: step(number) for number in (2, 3, 4)}


def test_steps_follow_one_another_and_one_that_broke_off_is_begun_again(folder: Path) -> None:
    store = opened(folder)
    begin(store)
    store.close()
    steps, locks = Steps(breaks=3), Locks(folder / "locks", 1)
    with pytest.raises(StoreUnavailable, match="broken off"):
        upgrade(folder, Disk(), locks, steps=steps.table(), newest=5)
    with pytest.raises(FormatTooNew):
        opened(folder)  # the program of before, on what is half done
    assert upgrade(folder, Disk(), locks, steps=steps.table(), newest=5) is None
    assert steps.done == [2, 3, 4]
    assert "upgrading" not in orjson.loads((folder / "store.json").read_bytes())
    assert len(copies(folder)) == 1
    assert upgrade(folder, Disk(), locks, steps=steps.table(), newest=5) is None
    assert steps.done == [2, 3, 4]


@pytest.mark.parametrize("step", ["sync", "replace"])
def test_without_its_copy_nothing_is_brought_up_to_date(first: Path, step: str) -> None:
    def refuse(*given: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = (first / "store.json").read_bytes()
    steps: dict[str, Any] = {step: refuse}
    with pytest.raises(StoreUnavailable, match="磁盘已满"):
        TinyStore(first, stepping(), disk=replace(Disk(), **steps))
    assert (first / "store.json").read_bytes() == before
    assert copies(first) == []
    opened(first).close()
    assert len(copies(first)) == 1


@pytest.mark.parametrize("where", [0.3, 0.6, 0.999])
def test_a_copy_that_is_not_what_was_copied_upgrades_nothing(first: Path, where: float) -> None:
    def rot(source: Path, target: Path) -> None:
        if target.suffix == ".tar":
            data = bytearray(source.read_bytes())
            data[data.index(b"{", int(len(data.rstrip(b"\0")) * where) - 600)] ^= 1
            source.write_bytes(data)
        Disk().replace(source, target)

    before = (first / "store.json").read_bytes()
    with pytest.raises(StoreUnavailable, match="没有升级"):
        TinyStore(first, stepping(), disk=replace(Disk(), replace=rot))
    assert (first / "store.json").read_bytes() == before
    assert copies(first) == []


def test_of_two_programs_that_start_at_once_one_does_it(first: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        for store in pool.map(lambda _: opened(first), range(4)):
            assert store.preferences("li") == {"zoom": 125}
            store.close()
    assert len(copies(first)) == 1
