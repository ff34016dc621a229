"""A server killed under load, clients that race, two programs at once: nothing that was acknowledged is lost."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from store import EVERYTHING, Conflict, Store, Summary, open_store
from tests.databases import Server
from tests.store.making import class_of, new

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
Counts = Callable[[str], None]
#: Appends to shared records until told to stop; each acknowledged entry is told at once.
PROGRAM = """
import sys, time
from pathlib import Path
from store import EVERYTHING, Conflict, RecordUnknown, StoreUnavailable, open_store
from tests.store.making import class_of, new
address, key, who, seconds = sys.argv[1], Path(sys.argv[2]), sys.argv[3], float(sys.argv[4])
store = open_store(address, key_file=key)
print("open", flush=True)
end, turn = time.monotonic() + seconds, 0
while time.monotonic() < end:
    turn += 1
    record, request = f"r{turn % 7}", f"{who}-{turn}"
    try:
        try:
            n = store.latest(record, EVERYTHING).n
        except RecordUnknown:
            n = 0
        entry = store.append(new(record, data=class_of(5), request_id=request), n, EVERYTHING)
        print("kept", record, entry.n, entry.digest, flush=True)
    except Conflict:
        print("conflict", flush=True)
    except StoreUnavailable:
        print("away", flush=True)
store.close()
"""


class Program:
    """A program of its own that appends for some seconds and tells what becomes of it."""

    def __init__(self, address: str, folder: Path, who: str, seconds: float) -> None:
        self._told = folder / who
        arguments = [sys.executable, "-c", PROGRAM, address, str(folder / "key"), who, str(seconds)]
        with self._told.open("w") as told:
            self._running = subprocess.Popen(arguments, cwd=ROOT, stdout=told, stderr=subprocess.DEVNULL)
        while self._running.poll() is None and not self._told.stat().st_size:
            time.sleep(0.05)

    def lines(self) -> list[list[str]]:
        """What it told, when it is done."""
        assert self._running.wait(120) == 0
        return [line.split() for line in self._told.read_text().splitlines()]


def told(programs: list[Program]) -> tuple[Counter[str], set[tuple[str, int, str]]]:
    """What happened how often, and what was acknowledged."""
    lines = [line for program in programs for line in program.lines()]
    kept = [(record, int(n), digest) for what, *rest in lines if what == "kept" for record, n, digest in [rest]]
    assert len(kept) == len(set(kept))
    return Counter(line[0] for line in lines), set(kept)


def held(store: Store) -> set[tuple[str, int, str]]:
    records = [found.record for found in store.find(scope=EVERYTHING)]
    return {(record, entry.n, entry.digest) for record in records for entry in store.entries(record, EVERYTHING)}


def test_killed_under_load_nothing_acknowledged_is_lost(tmp_path: Path, counts: Counts) -> None:
    kills = 5
    with closing(Server()) as server:
        address = server.bare_database()
        programs = [Program(address, tmp_path, f"p{who}", 25) for who in range(4)]
        for _ in range(kills):
            time.sleep(3)
            server.kill()
            time.sleep(0.5)
            server.start()
        found, kept = told(programs)
        with closing(open_store(address, key_file=tmp_path / "key")) as store:
            there = held(store)
            assert kept <= there
            assert store.verify_chains() == store.verify_index() == store.verify_log() == ()
    counts(f"{kills} kills: {dict(found)}, acknowledged {len(kept)}, lost {len(kept - there)}")
    assert found["kept"] > 100
    assert found["away"] > 0


def test_two_programs_race_for_the_same_records(tmp_path: Path, counts: Counts) -> None:
    with closing(Server()) as server:
        address = server.bare_database()
        found, kept = told([Program(address, tmp_path, f"p{who}", 10) for who in range(2)])
        with closing(open_store(address, key_file=tmp_path / "key")) as store:
            assert held(store) == kept
            assert store.verify_chains() == store.verify_index() == ()
    counts(f"two programs: {dict(found)}")
    assert found["kept"] > 50
    assert found["conflict"] > 0
    assert found["away"] == 0


def test_eight_clients_append_and_none_is_lost(tmp_path: Path, counts: Counts) -> None:
    each = 200
    with closing(Server()) as server:
        address = server.bare_database()
        with closing(open_store(address, key_file=tmp_path / "key")) as store:

            def client(who: int) -> int:
                conflicts = 0
                for turn in range(each):
                    record = f"r{turn % 5}"
                    summary = Summary(tokens=(record,))
                    entry = new(record, class_of(2), request_id=f"{who}-{turn}", draws={"papers": 1}, summary=summary)
                    while True:
                        found = store.find(scope=EVERYTHING, tokens=[record])
                        try:
                            store.append(entry, found[0].n if found else 0, EVERYTHING)
                            break
                        except Conflict:
                            conflicts += 1
                return conflicts

            began = time.perf_counter()
            with ThreadPoolExecutor(8) as pool:
                conflicts = sum(pool.map(client, range(8)))
            taken = time.perf_counter() - began
            entries = [entry for n in range(5) for entry in store.entries(f"r{n}", EVERYTHING)]
            asked = {f"{who}-{turn}" for who in range(8) for turn in range(each)}
            assert {entry.request_id for entry in entries} == asked
            assert sorted(entry.numbers["papers"][0] for entry in entries) == list(range(1, 8 * each + 1))
            assert store.verify_chains() == ()
    counts(f"8 clients: {8 * each} appended, {conflicts} conflicts, {8 * each / taken:.0f} a second")
