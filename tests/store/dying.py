"""Programs that die: in copies of this one, so that none of its hundred deaths costs a start.

``python -m tests.store.dying steps|kills|plain FOLDER …`` prints what it found as JSON; it forks, so it runs apart.
"""

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from tinydb import JSONStorage, TinyDB

from store import EVERYTHING, Action, Change, Effect, Remains, Store
from store.chain_files import Roll
from store.disk import Disk
from store.tiny import TinyStore
from tests.store.making import class_of, new, stepping
from tests.store.test_contract_registers import GRANTED

STEPS = ("write", "sync", "replace", "sync_folder")


@dataclass(frozen=True)
class Doing:
    """Something the store is asked to keep.

    Attributes:
        act: Ask it.
        kept: Whether it is kept; fails on anything between.
        again: Whether asking again changes nothing.
    """

    act: Callable[[Store], object]
    kept: Callable[[Store], bool]
    again: bool = True


def _append(record: str, n: int, **given: Any) -> Doing:
    mine = new(record, class_of(3) | {"turn": n}, request_id=f"{record}-mine-{n}", **given)

    def kept(store: Store) -> bool:
        if not any(found.record == record for found in store.find(scope=EVERYTHING)):
            return False
        chain = store.entries(record, EVERYTHING)
        assert len(chain) in (n, n + 1)
        assert chain[-1].data == mine.data or len(chain) == n
        return len(chain) == n + 1

    return Doing(lambda store: store.append(mine, n, EVERYTHING), kept)


def _destroy(record: str, n: int) -> Doing:
    last = new(record, {}, request_id=f"{record}-last", destroys=Remains())

    def kept(store: Store) -> bool:
        chain = store.entries(record, EVERYTHING)
        assert len(chain) in (n, n + 1)
        # Either all is there, or nothing is left of it: whoever starts next goes on.
        assert [one.data is None for one in chain] == ([False] * n if len(chain) == n else [True] * n + [False])
        return len(chain) == n + 1

    return Doing(lambda store: store.append(last, n, EVERYTHING), kept)


def doings() -> dict[str, Doing]:
    """All that is tried, in a store that holds ``r1`` with two entries and a draft."""
    open_line = Effect(register="grants", line="l1", action=Action.OPEN, start=GRANTED)
    return {
        "first entry": _append("r2", 0),
        "next entry": _append("r1", 2),
        "entry that takes the draft": _append("r1", 2, draft=1),
        "entry that draws numbers": _append("r1", 2, draws={"papers": 2}),
        "entry that acts on a register": _append("r1", 2, effects=(open_line,)),
        "entry that fills the file": _append("full", 3),
        "entry that destroys": _destroy("full", 3),
        "keystroke": Doing(
            lambda store: store.set_draft("r1", [Change("b", 2)], EVERYTHING, "x"),
            lambda store: _either(store.draft("r1", EVERYTHING).changes.keys(), {"a"}, {"a", "b"}),
        ),
        "draft cleared": Doing(
            lambda store: store.clear_draft("r1", EVERYTHING),
            lambda store: _either(store.draft("r1", EVERYTHING).changes.keys(), {"a"}, set()),
        ),
        "file": Doing(lambda store: store.put_file(b"paper" * 9999), lambda store: True),
        "preferences": Doing(
            lambda store: store.set_preferences("li", {"zoom": 2}),
            lambda store: _either(store.preferences("li"), {"zoom": 1}, {"zoom": 2}),
        ),
        "line of the log": Doing(
            lambda store: store.log({"act": "print"}), lambda store: _either(len(store.log_lines()), 1, 2), again=False
        ),
    }


def _either(found: Any, old: Any, new: Any) -> bool:
    assert found in (old, new)
    return bool(found == new)


def prepared(folder: Path) -> None:
    """The store that somebody dies in."""
    store = TinyStore(folder, stepping(), roll=Roll(entries=3))
    for record, count in (("r1", 2), ("full", 3)):
        for n in range(count):
            store.append(new(record, {"turn": n}, request_id=f"{record}-{n}"), n, EVERYTHING)
    store.set_draft("r1", [Change("a", 1)], EVERYTHING, "x")
    store.set_preferences("li", {"zoom": 1})
    store.log({"act": "open"})
    store.close()


def deadly(left: int, halfway: bool) -> Disk:
    """A disk on which the program dies before a step, or in the middle of its write."""
    whole, counted = Disk(), [left]

    def guard(name: str) -> Callable[..., Any]:
        step = getattr(whole, name)

        def guarded(*given: Any) -> Any:
            counted[0] -= 1
            if counted[0] < 0:
                if halfway and name == "write":
                    os.write(given[0], bytes(given[1])[: len(given[1]) // 2])
                os._exit(9)
            return step(*given)

        return guarded

    guarded: dict[str, Any] = {name: guard(name) for name in STEPS}
    return replace(whole, **guarded)


def steps(folder: Path) -> dict[str, list[int]]:
    """Die at every step of every doing; how often the old state was found, and how often the new one."""
    told: dict[str, list[int]] = {}
    for name, doing in doings().items():
        found, step, lived = [0, 0], 0, False
        while not lived:
            for halfway in (False, True):
                place = folder / f"{name}-{step}-{halfway}".replace(" ", "-")
                prepared(place)
                lived = _child(partial(_die, place, doing, deadly(step, halfway))) == 0
                found[looked_at(place, doing, lived)] += 1
            step += 1
        told[name] = found
    return told


def _die(folder: Path, doing: Doing, disk: Disk) -> None:
    doing.act(TinyStore(folder, stepping(), disk=disk, roll=Roll(entries=3)))


def looked_at(folder: Path, doing: Doing, lived: bool) -> bool:
    store = TinyStore(folder, stepping(), roll=Roll(entries=3))
    kept = doing.kept(store)
    assert kept or not lived
    assert store.damages() == ()
    if doing.again or not kept:
        doing.act(store)
    assert doing.kept(store)
    last = store.latest("r1", EVERYTHING).n
    assert store.append(new(draws={"papers": 1}), last, EVERYTHING).n == last + 1
    numbers = [number for one in store.entries("r1", EVERYTHING) for number in one.numbers.get("papers", ())]
    assert numbers == list(range(1, len(numbers) + 1))
    assert store.verify_chains() == store.verify_log() == store.damages() == ()
    store.close()
    return kept


def _child(work: Callable[[], None]) -> int:
    """Its exit code; what it raises is told."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
            os._exit(0)
        finally:
            traceback.print_exc()
            os._exit(1)
    status = os.waitpid(pid, 0)[1]
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 9), code
    return code


def kills(folder: Path, count: int) -> dict[str, int]:
    """Kill a writer in the middle of its writes; what of the acknowledged is lost, what is unreadable."""
    prepared(folder)
    acknowledged, lost, unreadable, halved = list[str](), 0, 0, 0
    for turn in range(count):
        acknowledged += _killed(partial(_write, folder, turn), turn)
        for half in (folder / "records").rglob("*.tmp"):
            halved += 1
            half.unlink()
        store = TinyStore(folder, stepping())
        unreadable += len(store.damages())
        kept = {entry.request_id for entry in store.entries("r1", EVERYTHING)}
        lost += len(set(acknowledged) - kept)
        store.draft("r1", EVERYTHING)
        store.close()
    return {
        "kills": count,
        "files half written": halved,
        "acknowledged": len(acknowledged),
        "lost": lost,
        "unreadable": unreadable,
    }


def _write(folder: Path, who: int, aim: Callable[[], object], out: int) -> None:
    """Append for ever; tell when a step of writing begins, and what was acknowledged."""
    whole = Disk()

    def aimed(step: Callable[..., Any]) -> Callable[..., Any]:
        def told(*given: Any) -> Any:
            aim()
            return step(*given)

        return told

    guarded: dict[str, Any] = {name: aimed(getattr(whole, name)) for name in STEPS}
    store = TinyStore(folder, stepping(), disk=replace(whole, **guarded))
    last = store.latest("r1", EVERYTHING).n
    for turn in range(10_000):
        request = f"k{who}-{turn}"
        store.append(new(data=class_of(50) | {"turn": turn}, request_id=request), last + turn, EVERYTHING)
        os.write(out, f"{request}\n".encode())


def plain(folder: Path, count: int, most: int) -> dict[str, int]:
    """The same with TinyDB's own storage, until some file cannot be read afterwards."""
    unreadable = turn = 0
    while turn < count or (turn < most and not unreadable):
        path = folder / f"plain-{turn}.json"
        with TinyDB(path) as database:
            database.insert_multiple({"turn": -1, **class_of(50)} for _ in range(10))
        _killed(partial(_write_plain, path), turn)
        try:
            json.loads(path.read_text("utf-8"))
        except ValueError:
            unreadable += 1
        path.unlink()
        turn += 1
    return {"kills": turn, "unreadable": unreadable}


def _write_plain(path: Path, aim: Callable[[], object], _out: int) -> None:
    class Aimed(JSONStorage):
        def write(self, data: Any) -> None:
            aim()
            super().write(data)

    database = TinyDB(path, storage=Aimed)
    for turn in range(10_000):
        # Long and short by turns: it cuts the rest off only after its sync.
        database.update({"note": "长" * (turn % 2) * 5000})


def _killed(work: Callable[[Callable[[], object], int], None], seed: int) -> list[str]:
    """Kill a child a moment after it said that it writes; what it had told by then."""
    chance = random.Random(seed)
    aims, out = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        work(lambda: os.write(aims[1], b"."), out[1])
        os._exit(0)
    os.close(aims[1])
    os.close(out[1])
    for _ in range(1 + chance.randrange(24)):
        os.read(aims[0], 1)
    time.sleep(chance.choice((0, 0, 0.0001, 0.0003, 0.001)))
    os.kill(pid, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    os.close(aims[0])
    with os.fdopen(out[0], "rb") as told:
        return told.read().decode().split()


if __name__ == "__main__":
    what, where, *numbers = sys.argv[1:]
    doing_all: dict[str, Callable[..., object]] = {"steps": steps, "kills": kills, "plain": plain}
    sys.stdout.write(json.dumps(doing_all[what](Path(where), *map(int, numbers)), ensure_ascii=False))
