"""Copies that sync programs leave among our files: named, never believed, never in the way."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import EVERYTHING, Change, Store, open_store
from tests.store.making import begin, new, stepping

NAMES = [
    "r1 (conflicted copy).json",
    "r1 (1).json",
    "r1-DESKTOP.json",
    "r1-desktop-1.json",
    "r1.sync-conflict-20261104-101010-ABCDEF.json",
    "r1_冲突文件_李静_20261104.json",
    "r1.from-1 (1).json",
]


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    opened = open_store(f"tinydb://{folder}", clock=stepping())
    begin(opened)
    opened.set_draft("r1", [Change("a", 1)], EVERYTHING, "x")
    yield opened
    opened.close()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_a_conflicted_copy_is_named_and_nothing_else_happens(
    store: Store, folder: Path, name: str, suffix: str
) -> None:
    (ours,) = folder.rglob(f"r1{suffix}")
    copy = ours.with_name(name.removesuffix(".json") + suffix)
    shutil.copy(ours, copy)
    other = open_store(f"tinydb://{folder}", clock=stepping())
    (damage,) = other.damages()
    assert (damage.record, damage.file) == ("r1", str(copy))
    assert damage.copy
    assert "冲突副本" in damage.why
    assert other.verify_chains() == (damage,)
    assert other.verify_index() == ()
    assert other.reindex() == 1
    assert other.damages() == (damage,)
    assert [found.record for found in other.find(scope=EVERYTHING)] == ["r1"]
    assert other.append(new(), 1, EVERYTHING).n == 2
    assert other.draft("r1", EVERYTHING).changes["a"].value == 1
    assert copy.exists()
    copy.unlink()
    assert other.damages() == ()
    other.close()


def test_a_file_in_the_wrong_place_is_named(store: Store, folder: Path) -> None:
    wrong = folder / "records" / "zz" / "r1.json"
    wrong.parent.mkdir()
    (ours,) = folder.rglob("r1.json")
    shutil.copy(ours, wrong)
    other = open_store(f"tinydb://{folder}", clock=stepping())
    assert [(damage.record, damage.file) for damage in other.damages()] == [("", str(wrong))]
    other.close()


def test_what_systems_leave_lying_about_is_no_matter(store: Store, folder: Path) -> None:
    (ours,) = folder.rglob("r1.json")
    for name in (".DS_Store", "desktop.ini", "Thumbs.db", "r1.json~", "~$r1.json.txt", ".r1.json.swp"):
        ours.with_name(name).write_bytes(b"x")
    other = open_store(f"tinydb://{folder}", clock=stepping())
    assert other.damages() == other.verify_chains() == ()
    other.close()
