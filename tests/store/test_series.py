"""Numbers on files: whoever dies while drawing, loses notes or races with other programs makes no gap and no double."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from store import EVERYTHING, Archive, Store, open_store, write_archive
from store.chain_files import Roll
from store.disk import Disk
from store.tiny import TinyStore
from tests.store.making import new, stepping

ROOT = Path(__file__).parents[2]
STEPS = ("write", "sync", "replace", "sync_folder")


class DeathError(BaseException):
    """Nothing that is written for errors catches it."""


class Dying:
    """A disk whose step of a given number never comes back."""

    def __init__(self) -> None:
        self.left: int | None = None

    def disk(self) -> Disk:
        whole = Disk()
        steps: dict[str, Any] = {name: self._guard(getattr(whole, name)) for name in STEPS}
        return replace(whole, **steps)

    def _guard(self, step: Any) -> Any:
        def guarded(*given: Any) -> Any:
            if self.left is not None:
                self.left -= 1
                if self.left < 0:
                    raise DeathError
            return step(*given)

        return guarded


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    opened = open_store(f"tinydb://{folder}", clock=stepping())
    yield opened
    opened.close()


def drawn(store: Store, record: str) -> list[int]:
    return [*store.append(new(record, draws={"papers": 1}), 0, EVERYTHING).numbers["papers"]]


def all_drawn(store: Store) -> list[int]:
    records = [found.record for found in store.find(scope=EVERYTHING, limit=1000)]
    entries = [entry for record in records for entry in store.entries(record, EVERYTHING)]
    return sorted(number for entry in entries for number in entry.numbers.get("papers", ()))


def test_whoever_dies_at_any_step_of_drawing_leaves_no_gap_and_no_double(tmp_path: Path) -> None:
    outcomes = set()
    for step in range(40):
        folder = tmp_path / f"store{step}"
        dying = Dying()
        store, other = TinyStore(folder, stepping(), disk=dying.disk()), TinyStore(folder, stepping())
        assert drawn(other, "r0") == [1]
        dying.left = step
        died = True
        try:
            drawn(store, "r1")
            died = False
        except DeathError:
            pass
        last = other.series("papers")
        outcomes.add((died, last))
        assert drawn(other, "r2") == [last + 1]
        store.close()
        other.close()
        fresh = TinyStore(folder, stepping())
        assert all_drawn(fresh) == list(range(1, last + 2))
        fresh.close()
        if not died:
            break
    assert outcomes == {(True, 1), (True, 2), (False, 2)}


@pytest.mark.parametrize("kind", ["lost", "emptied", "garbage", "of another series", "wrong kinds"])
def test_a_note_that_cannot_be_believed_costs_a_look_at_the_files(store: Store, folder: Path, kind: str) -> None:
    assert [drawn(store, f"r{turn}") for turn in range(3)] == [[1], [2], [3]]
    (note,) = (folder / "series").iterdir()
    match kind:
        case "lost":
            note.unlink()
        case "of another series":
            note.write_bytes(note.read_bytes().replace(b'"papers"', b'"others"'))
        case "wrong kinds":
            note.write_bytes(note.read_bytes().replace(b'"last": 2', b'"last": "2"'))
        case _:
            note.write_bytes(b"" if kind == "emptied" else b"[1]")
    assert store.series("papers") == 3
    assert drawn(store, "r3") == [4]


def test_note_and_index_lost_together_under_a_running_store(store: Store, folder: Path) -> None:
    assert [drawn(store, f"r{turn}") for turn in range(3)] == [[1], [2], [3]]
    for path in [*folder.glob("index.sqlite*"), *(folder / "series").iterdir()]:
        path.unlink()
    assert drawn(store, "r3") == [4]


def test_a_damaged_record_stops_no_series(store: Store, folder: Path) -> None:
    assert drawn(store, "r0") == [1]
    (path,) = folder.rglob("r0.json")
    path.write_bytes(b"")
    for index in folder.glob("index.sqlite*"):
        index.unlink()
    assert drawn(store, "r1") == [2]


def test_a_damaged_record_that_drew_the_newest_leaves_its_number_to_the_next_store(
    store: Store, folder: Path, tmp_path: Path
) -> None:
    assert [drawn(store, f"r{turn}") for turn in range(3)] == [[1], [2], [3]]
    (path,) = folder.rglob("r2.json")
    path.write_bytes(b"")
    store.reindex()
    write_archive(tmp_path / "a.tar", store.parcels(), made="", program="")
    other = open_store(f"tinydb://{tmp_path}/other", clock=stepping())
    other.take_in(Archive(tmp_path / "a.incomplete.tar").parcels())
    assert drawn(other, "r2") == [4]
    other.close()


def test_effects_and_numbers_of_files_that_were_set_aside(folder: Path) -> None:
    store = TinyStore(folder, stepping(), roll=Roll(entries=2))
    for n in range(5):
        store.append(new(draws={"papers": 1}), n, EVERYTHING)
    store.close()
    for path in [*folder.glob("index.sqlite*"), *(folder / "series").iterdir()]:
        path.unlink()
    store = TinyStore(folder, stepping())
    assert store.series("papers") == 5
    assert drawn(store, "r2") == [6]
    store.close()


DRAW = """
import sys
from store import EVERYTHING, open_store
from tests.store.making import new
folder, who, turns = sys.argv[1:]
store = open_store("tinydb://" + folder)
for turn in range(int(turns)):
    record = f"{who}-{turn}"
    entry = store.append(new(record, request_id=record, draws={"papers": 2}), 0, EVERYTHING)
    print(*entry.numbers["papers"], flush=True)
store.close()
"""


def drawer(folder: Path, who: str, turns: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", DRAW, str(folder), who, str(turns)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_programs_draw_at_once_and_one_is_killed(store: Store, folder: Path) -> None:
    killed = drawer(folder, "k", 10_000)
    others = [drawer(folder, who, 30) for who in ("a", "b")]
    assert killed.stdout is not None
    for _ in range(10):
        killed.stdout.readline()
    killed.kill()
    answers = [process.communicate()[0] for process in (killed, *others)]
    assert [process.returncode for process in others] == [0, 0]
    numbers = all_drawn(store)
    assert numbers == list(range(1, store.series("papers") + 1))
    acknowledged = [int(number) for answer in answers for number in answer.split()]
    assert len(set(acknowledged)) == len(acknowledged)
    assert set(acknowledged) <= set(numbers)
