"""Many at once: nothing is lost, every conflict is reported, two programs see each other, no handle leaks."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from store import EVERYTHING, Change, Conflict, RecordUnknown, Store, Summary, open_store
from store.tiny import TinyStore
from tests.store.making import begin, new, stepping

ROOT = Path(__file__).parents[2]
RECORDS = 5
Counts = Callable[[str], None]


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    opened = TinyStore(folder, stepping(), wait=120)
    for number in range(RECORDS):
        begin(opened, f"r{number}", request_id=f"begin-{number}")
    yield opened
    opened.close()


def append_all(store: Store, who: str, turns: int) -> Counter[str]:
    """Append to the shared records by turns, each until it is taken."""
    counts = Counter[str]()
    for turn in range(turns):
        record = f"r{turn % RECORDS}"
        taken = False
        while not taken:
            last = store.latest(record, EVERYTHING)
            counts["asked"] += 1
            try:
                entry = new(record, {"who": who, "turn": turn}, request_id=f"{who}-{turn}")
                taken = store.append(entry, last.n, EVERYTHING).n == last.n + 1
                assert taken
                counts["taken"] += 1
            except Conflict as exc:
                assert exc.actual is not None
                assert exc.actual.n > last.n
                counts["conflicts"] += 1
    return counts


def check(store: Store, counts: Counter[str], whos: list[str], turns: int) -> None:
    assert counts["asked"] == counts["taken"] + counts["conflicts"]
    assert counts["taken"] == len(whos) * turns
    kept = [entry.request_id for number in range(RECORDS) for entry in store.entries(f"r{number}", EVERYTHING)[1:]]
    assert sorted(kept) == sorted(f"{who}-{turn}" for who in whos for turn in range(turns))
    assert store.damages() == store.verify_chains() == ()


PROGRAM = """
import json, sys
from pathlib import Path
from store.tiny import TinyStore
from tests.store.making import stepping
from tests.store.test_crowd import append_all
store = TinyStore(Path(sys.argv[1]), stepping(), wait=120)
print(json.dumps(append_all(store, sys.argv[2], int(sys.argv[3]))))
store.close()
"""


@pytest.mark.slow
def test_four_programs_append_to_shared_records(store: Store, folder: Path, counts: Counts) -> None:
    whos, turns = ["p0", "p1", "p2", "p3"], 500
    commands = [[sys.executable, "-W", "error", "-c", PROGRAM, str(folder), who, str(turns)] for who in whos]
    running = [subprocess.Popen(one, cwd=ROOT, stdout=subprocess.PIPE, text=True) for one in commands]
    answers = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0] * len(whos)
    told = sum((Counter(json.loads(answer)) for answer in answers), Counter[str]())
    check(store, told, whos, turns)
    counts(f"4 programs × {turns} appends to {RECORDS} records: {dict(told)}, none lost")


@pytest.mark.slow
def test_eight_threads_append_to_shared_records(store: Store, counts: Counts) -> None:
    whos, turns = [f"t{number}" for number in range(8)], 200
    with ThreadPoolExecutor(8) as pool:
        told = sum(pool.map(lambda who: append_all(store, who, turns), whos), Counter[str]())
    check(store, told, whos, turns)
    counts(f"8 threads × {turns} appends to {RECORDS} records: {dict(told)}, none lost")


def test_two_programs_on_one_folder_see_each_other(store: Store, folder: Path) -> None:
    other = open_store(f"tinydb://{folder}", clock=stepping())
    stamp = other.stamp("r0")
    store.append(new("r0", {"a": 1}, summary=Summary(label="新名", tokens=("t1",))), 1, EVERYTHING)
    assert other.stamp("r0") != stamp
    assert other.latest("r0", EVERYTHING).data == {"a": 1}
    assert [found.label for found in other.find(scope=EVERYTHING, tokens=["t1"])] == ["新名"]
    other.set_draft("r0", [Change("b", 2, "w2", 1)], EVERYTHING, "x")
    assert store.draft("r0", EVERYTHING).changes["b"].value == 2
    store.set_preferences("li", {"zoom": 1})
    assert other.preferences("li") == {"zoom": 1}
    store.log({"act": "print"})
    other.log({"act": "export"})
    assert [line.line["act"] for line in store.log_lines()] == ["print", "export"]
    with pytest.raises(RecordUnknown):
        other.latest("new", EVERYTHING)
    begin(store, "new")
    assert other.latest("new", EVERYTHING).n == 1
    store.reindex()
    assert len(other.find(scope=EVERYTHING)) == RECORDS + 1
    other.close()


@pytest.mark.slow
def test_ten_thousand_openings_leak_no_handle(store: Store, folder: Path, counts: Counts) -> None:
    handles = Path("/proc/self/fd")
    for turn in range(10_000):
        opened = TinyStore(folder, stepping())
        opened.latest("r0", EVERYTHING)
        opened.close()
        if turn == 10:
            before = len(list(handles.iterdir()))
    after = len(list(handles.iterdir()))
    assert after <= before
    counts(f"10,000 openings: {before} handles before, {after} after")
