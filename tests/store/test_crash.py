"""Steps that fail, processes that are killed, writers that race."""

import contextlib
import errno
import gc
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from store import EVERYTHING, Action, Change, Conflict, Effect, NewEntry, Store, StoreBusy, StoreUnavailable, open_store
from store.chain_files import Roll
from store.disk import Disk, shard
from store.errors import IndexBusy
from store.index import Index, Noted
from store.locks import Locks
from store.scanning import Seen, scan
from store.tiny import TinyStore
from tests.store.making import begin, class_of, new, stepping

ROOT = Path(__file__).parents[2]


class Failing:
    """Disk steps of which the chosen one fails from its n-th call on."""

    def __init__(self, step: str, after: int) -> None:
        self.step, self.left, self.armed = step, after, False

    def disk(self) -> Disk:
        whole = Disk()
        steps: dict[str, Any] = {self.step: self._guard(getattr(whole, self.step))}
        return replace(whole, **steps)

    def _guard(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*given: Any) -> Any:
            if self.armed:
                self.left -= 1
                if self.left < 0:
                    if self.step == "write":
                        # A full disk takes a part first.
                        os.write(given[0], bytes(given[1])[:7])
                    raise OSError(errno.ENOSPC, "No space left on device")
            return step(*given)

        return guarded


@pytest.mark.parametrize("step", ["write", "sync", "replace", "sync_folder"])
@pytest.mark.parametrize("after", [0, 1])
def test_a_step_that_fails_leaves_old_or_new(folder: Path, step: str, after: int) -> None:
    failing = Failing(step, after)
    store = TinyStore(folder, stepping(), disk=failing.disk())
    begin(store)
    store.set_draft("r1", [Change("a", 0)], EVERYTHING, "x")
    failing.armed = True
    mine, drafts = new(data=class_of(50)), [Change("a", 1)]
    for attempt in (
        lambda: store.append(mine, 1, EVERYTHING),
        lambda: store.set_draft("r1", drafts, EVERYTHING, "x"),
        lambda: store.put_file(b"paper"),
        lambda: store.set_preferences("li", {"zoom": 1}),
    ):
        try:
            attempt()
        except StoreUnavailable as exc:
            assert "磁盘已满" in str(exc)
    failing.armed = False
    other = open_store(f"tinydb://{folder}", clock=stepping())
    for opened in (store, other):
        assert opened.latest("r1", EVERYTHING).n in (1, 2)
        assert opened.draft("r1", EVERYTHING).changes["a"].value in (0, 1)
        assert opened.damages() == ()
    assert not list(folder.rglob("*.tmp"))
    assert store.append(mine, 1, EVERYTHING).n == 2
    assert store.set_draft("r1", [Change("a", 2)], EVERYTHING, "x").draft.changes["a"].value == 2
    assert other.latest("r1", EVERYTHING).data == class_of(50)
    assert other.draft("r1", EVERYTHING).changes["a"].value == 2
    store.close()
    other.close()


def test_every_folder_that_was_made_is_kept_by_the_one_above_it(tmp_path: Path) -> None:
    synced: set[Path] = set()
    disk = Disk(sync_folder=synced.add)
    store = TinyStore(tmp_path / "new" / "var" / "store", stepping(), disk=disk)
    begin(store)
    store.put_file(b"paper")
    store.close()
    made = {path for path in tmp_path.rglob("*") if path.is_dir()}
    assert {path.parent for path in made} <= synced


def test_a_first_entry_that_fails_leaves_no_record(folder: Path) -> None:
    failing = Failing("replace", 0)
    store = TinyStore(folder, stepping(), disk=failing.disk())
    failing.armed = True
    with pytest.raises(StoreUnavailable):
        begin(store)
    failing.armed = False
    assert store.find(scope=EVERYTHING) == []
    begin(store)
    store.close()


def not_acknowledged(folder: Path) -> tuple[TinyStore, NewEntry]:
    """A store and an entry that was written there, whose writer was refused before it was told so."""
    failing = Failing("sync_folder", 0)
    store = TinyStore(folder, stepping(), disk=failing.disk())
    begin(store)
    failing.armed = True
    mine = new(data={"mine": True})
    with pytest.raises(StoreUnavailable):
        store.append(mine, 1, EVERYTHING)
    failing.armed = False
    return store, mine


def test_an_entry_written_but_not_acknowledged_is_found_again(folder: Path) -> None:
    store, mine = not_acknowledged(folder)
    assert store.append(mine, 1, EVERYTHING).n == 2
    assert [one.n for one in store.find(scope=EVERYTHING)] == [2]
    store.close()


def test_what_is_acknowledged_only_when_it_is_asked_again_is_on_the_disk_by_then(folder: Path) -> None:
    store, mine = not_acknowledged(folder)
    synced = list[Path]()
    store.close()
    other = TinyStore(folder, stepping(), disk=Disk(sync_folder=synced.append))
    synced.clear()
    assert other.append(mine, 1, EVERYTHING).n == 2
    assert synced == [path.parent for path in folder.rglob("r1.json")]
    other.close()


def test_who_dies_before_an_entry_is_listed_leaves_it_to_the_others(folder: Path) -> None:
    failing = Failing("sync_folder", 0)
    store, other = (TinyStore(folder, stepping(), disk=disk) for disk in (failing.disk(), Disk()))
    begin(store)
    # Its folder is there already, so that only what comes after the rename is refused.
    neighbour = next(name for name in map("r{}".format, count(2)) if shard(name) == shard("r1"))
    for mine, n in ((new(), 1), (new(neighbour), 0)):
        failing.armed = True
        with pytest.raises(StoreUnavailable):
            store.append(mine, n, EVERYTHING)
        failing.armed = False
    for opened in (other, store):
        assert {found.record: found.n for found in opened.find(scope=EVERYTHING)} == {"r1": 2, neighbour: 1}
        assert opened.count(scope=EVERYTHING) == 2
    later = TinyStore(folder, stepping(), disk=Disk(now=lambda: time.time() + 120))
    assert later.count(scope=EVERYTHING) == 2
    assert not any(path.is_file() for path in (folder / "locks" / "underway").iterdir())
    for opened in (store, other, later):
        opened.close()


DYING = """
import os, sys
from pathlib import Path
from store import EVERYTHING, Change, Summary
from store.disk import Disk
from store.tiny import TinyStore
from tests.store.making import stepping

def last(handle, data):
    os.write(handle, data)
    os._exit(9)

store = TinyStore(Path(sys.argv[1]), stepping(), disk=Disk(write=last))
if sys.argv[2] == "keystroke":
    store.set_draft("r1", [Change("b", 2)], EVERYTHING, "x")
elif sys.argv[2] == "summary":
    store.set_summary("r1", Summary(label="二班"), EVERYTHING)
else:
    store.clear_draft("r1", EVERYTHING)
"""


@pytest.mark.parametrize(
    ("what", "typed", "listed"),
    [("keystroke", False, (True, "r1")), ("summary", True, (True, "二班")), ("clear", True, (False, "r1"))],
)
def test_who_dies_before_a_draft_is_listed_leaves_it_to_the_others(
    folder: Path, what: str, typed: bool, listed: tuple[bool, str]
) -> None:
    other = TinyStore(folder, stepping())
    begin(other)
    if typed:
        other.set_draft("r1", [Change("a", 1)], EVERYTHING, "x")
    died = subprocess.run([sys.executable, "-c", DYING, str(folder), what], cwd=ROOT, check=False)
    assert died.returncode == 9
    assert [(found.has_draft, found.label) for found in other.find(scope=EVERYTHING)] == [listed]
    assert other.damages() == ()
    other.close()


def test_what_the_index_refused_is_listed_by_the_others(folder: Path) -> None:
    store, other = (TinyStore(folder, stepping()) for _ in range(2))
    begin(store)
    with contextlib.closing(sqlite3.connect(folder / "index.sqlite")) as index:
        index.execute("create trigger full before update on record begin select raise(abort, 'full'); end")
        store.append(new(), 1, EVERYTHING)
        store.close()
        with pytest.raises(StoreUnavailable):
            other.find(scope=EVERYTHING)
        index.execute("drop trigger full")
    assert [found.n for found in other.find(scope=EVERYTHING)] == [2]
    other.close()


def test_a_store_that_is_let_go_closes_its_connections(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[sqlite3.Connection] = []
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *given, **named: made.append(connect(*given, **named)) or made[-1])
    store = TinyStore(folder, stepping())
    begin(store)
    del store
    gc.collect()
    assert made
    for db in made:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            db.execute("select 1")


def test_what_others_write_while_a_program_looks_through_all_files_stays_known(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    working = open_store(f"tinydb://{folder}", clock=stepping())
    begin(working)
    with contextlib.closing(sqlite3.connect(folder / "index.sqlite")) as db:
        db.execute("delete from record")
        db.commit()
    put, granted = Index.put, Effect(register="grants", line="l1", action=Action.OPEN, start=date(2026, 3, 1))

    def late(index: Index, lines: Iterable[Noted], *, force: bool = False) -> None:
        monkeypatch.setattr(Index, "put", put)
        read = [*lines]
        working.append(new(effects=(granted,)), 1, EVERYTHING)
        index.put(read, force=force)

    monkeypatch.setattr(Index, "put", late)
    with contextlib.closing(open_store(f"tinydb://{folder}", clock=stepping())) as starting:
        assert [found.n for found in starting.find(scope=EVERYTHING)] == [2]
        assert [line.line for line in starting.register("grants", date(2026, 4, 1), EVERYTHING)] == ["l1"]
        assert starting.verify_index() == ()
    working.close()


def test_a_record_that_comes_while_the_index_is_made_anew_stays_listed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with contextlib.closing(open_store(f"tinydb://{folder}", clock=stepping())) as store:
        begin(store)

        def coming(*given: Any) -> Seen:
            seen = scan(*given)
            monkeypatch.setattr("store.catalog.scan", scan)
            begin(store, "late")
            return seen

        monkeypatch.setattr("store.catalog.scan", coming)
        store.reindex()
        assert sorted(found.record for found in store.find(scope=EVERYTHING)) == ["late", "r1"]


def test_an_entry_holds_the_drafts_changes_even_if_the_draft_cannot_be_told(folder: Path) -> None:
    failing = Failing("write", 1)
    store = TinyStore(folder, stepping(), disk=failing.disk())
    begin(store)
    store.set_draft("r1", [Change("a", 1)], EVERYTHING, "x")
    failing.armed = True
    store.append(new(data={"a": 1}, draft=1), 1, EVERYTHING)
    failing.armed = False
    other = open_store(f"tinydb://{folder}", clock=stepping())
    for opened in (store, other):
        assert opened.draft("r1", EVERYTHING).changes == {}
        assert not opened.find(scope=EVERYTHING)[0].has_draft
    store.set_draft("r1", [Change("b", 1)], EVERYTHING, "x")
    assert dict(other.draft("r1", EVERYTHING).changes).keys() == {"b"}
    store.close()
    other.close()


class HeldError(OSError):
    def __init__(self, code: int) -> None:
        super().__init__(errno.EACCES, "held")
        self.winerror = code


@pytest.mark.parametrize(("code", "times", "kept"), [(5, 3, True), (32, 3, True), (33, 19, True), (5, 99, False)])
def test_a_replace_that_windows_refuses_is_tried_again_but_not_for_ever(
    folder: Path, code: int, times: int, kept: bool
) -> None:
    left, pauses = [0], list[float]()

    def held(source: Path, target: Path) -> None:
        if left[0] > 0:
            left[0] -= 1
            raise HeldError(code)
        source.replace(target)

    store = TinyStore(folder, stepping(), disk=Disk(replace=held, sleep=pauses.append))
    left[0] = times
    if kept:
        begin(store)
    else:
        with pytest.raises(StoreUnavailable):
            begin(store)
    assert len(pauses) == min(times, 19)
    store.close()


def test_other_refusals_are_told_at_once(folder: Path) -> None:
    pauses = list[float]()
    failing = Failing("replace", 0)
    store = TinyStore(folder, stepping(), disk=replace(failing.disk(), sleep=pauses.append))
    failing.armed = True
    with pytest.raises(StoreUnavailable):
        begin(store)
    assert pauses == []
    store.close()


def test_a_lock_that_does_not_come_free_is_told(folder: Path) -> None:
    begin_store = TinyStore(folder, stepping(), wait=0.05)
    begin(begin_store)
    (stripe,) = {path.stem for path in (folder / "locks").glob("record-*")}
    with Locks(folder / "locks", 1).hold(stripe), pytest.raises(StoreBusy):
        begin_store.append(new(), 1, EVERYTHING)
    begin_store.append(new(), 1, EVERYTHING)
    begin_store.close()


def test_whoever_comes_while_the_index_is_made_is_told_so(folder: Path) -> None:
    store = TinyStore(folder, stepping(), wait=0.05)
    begin(store)
    store.close()  # as if the file were lost: the next question makes it anew
    with Locks(folder / "locks", 1).hold("index"):
        for asked in (lambda: store.find(scope=EVERYTHING), lambda: TinyStore(folder, stepping(), wait=0.05)):
            with pytest.raises(IndexBusy, match="正在重建索引，请等一会儿再试"):
                asked()
    assert [found.record for found in store.find(scope=EVERYTHING)] == ["r1"]
    store.close()


def test_temporary_files_of_a_crash_are_swept_away(folder: Path) -> None:
    store = TinyStore(folder, stepping())
    begin(store)
    store.put_file(b"paper")
    store.close()
    (path,) = folder.rglob("r1.json")
    halves = [path.with_name(".r1.json.1.tmp"), folder / "files" / ".file.1.tmp"]
    olds = [half.with_name(f"{half.name[:-5]}2.tmp") for half in halves]
    for half in (*halves, *olds):
        half.write_bytes(b"{")
    for old in olds:
        os.utime(old, (1, 1))
    TinyStore(folder, stepping()).close()
    assert all(half.exists() for half in halves)
    assert not any(old.exists() for old in olds)


def test_threads_race_and_none_is_lost(store: Store) -> None:
    begin(store, data={"count": 0})

    def add(who: int) -> int:
        conflicts = 0
        for turn in range(10):
            while True:
                last = store.latest("r1", EVERYTHING)
                assert last.data is not None
                try:
                    more = new(data={"count": last.data["count"] + 1}, request_id=f"{who}-{turn}")
                    store.append(more, last.n, EVERYTHING)
                    break
                except Conflict:
                    conflicts += 1
            store.set_draft("r1", [Change(f"w{who}", turn, f"w{who}", turn + 1)], EVERYTHING, "x")
        return conflicts

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(4)))
    assert store.latest("r1", EVERYTHING).data == {"count": 40}
    assert store.latest("r1", EVERYTHING).n == 41
    assert store.draft("r1", EVERYTHING).number == 40


APPEND = """
import sys
from store import EVERYTHING, Change, Conflict, open_store
from tests.store.making import new
store = open_store("tinydb://" + sys.argv[1])
who, turns = sys.argv[2], int(sys.argv[3])
for turn in range(turns):
    while True:
        last = store.latest("r1", EVERYTHING)
        try:
            store.append(new(data={"who": who, "turn": turn}, request_id=f"{who}-{turn}"), last.n, EVERYTHING)
            break
        except Conflict:
            pass
    store.set_draft("r1", [Change("f" + who, turn, who, turn + 1)], EVERYTHING, who)
    print(turn, flush=True)
store.close()
"""


def writer(folder: Path, who: str, turns: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", APPEND, str(folder), who, str(turns)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_two_processes_append_and_none_is_lost(folder: Path) -> None:
    store = TinyStore(folder, stepping())
    begin(store)
    writers = [writer(folder, who, 25) for who in ("a", "b")]
    for process in writers:
        process.communicate()
        assert process.returncode == 0
    asked = [entry.request_id for entry in store.entries("r1", EVERYTHING)][1:]
    assert sorted(asked) == sorted(f"{who}-{turn}" for who in ("a", "b") for turn in range(25))
    draft = store.draft("r1", EVERYTHING)
    assert (draft.number, draft.changes["fa"].value, draft.changes["fb"].value) == (50, 24, 24)
    assert [one.n for one in store.find(scope=EVERYTHING)] == [51]
    assert store.damages() == ()
    store.close()


def test_killed_while_writing_every_acknowledged_entry_is_there(folder: Path) -> None:
    """Small here; the large drill aims at every step."""
    store = TinyStore(folder, stepping())
    begin(store)
    acknowledged: list[str] = []
    for round_ in range(8):
        who = f"k{round_}"
        process = writer(folder, who, 10_000)
        assert process.stdout is not None
        process.stdout.readline()
        acknowledged.append(f"{who}-0")
        time.sleep(0.003 * round_)
        process.kill()
        acknowledged += [f"{who}-{int(line)}" for line in process.stdout.read().splitlines() if line.isdigit()]
        process.stdout.close()
        process.wait()
        kept = {entry.request_id for entry in store.entries("r1", EVERYTHING)}
        assert set(acknowledged) <= kept
        store.draft("r1", EVERYTHING)
    assert store.damages() == ()
    last = store.latest("r1", EVERYTHING).n
    assert store.append(new(), last, EVERYTHING).n == last + 1
    store.close()


def test_open_and_close_leak_no_handle(folder: Path) -> None:
    handles = Path("/proc/self/fd")
    if not handles.is_dir():
        pytest.skip("only Linux counts handles there")
    for turn in range(6):
        store = TinyStore(folder, stepping())
        begin(store, f"r{turn}")
        store.set_draft(f"r{turn}", [Change("a", 1)], EVERYTHING, "x")
        store.close()
        if turn == 0:
            before = len(list(handles.iterdir()))
    assert len(list(handles.iterdir())) <= before


@pytest.mark.parametrize("step", ["write", "sync", "replace", "sync_folder"])
@pytest.mark.parametrize("after", range(4))
def test_setting_a_full_file_aside_can_be_interrupted(folder: Path, step: str, after: int) -> None:
    failing = Failing(step, after)
    store = TinyStore(folder, stepping(), disk=failing.disk(), roll=Roll(entries=2))
    for n in range(2):
        store.append(new(data={"n": n}), n, EVERYTHING)
    failing.armed = True
    mine = new(data={"n": 2})
    with contextlib.suppress(StoreUnavailable):
        store.append(mine, 2, EVERYTHING)
    failing.armed = False
    assert store.latest("r1", EVERYTHING).n in (2, 3)
    assert store.append(mine, 2, EVERYTHING).n == 3
    assert [entry.data for entry in store.entries("r1", EVERYTHING)] == [{"n": n} for n in range(3)]
    store.close()
