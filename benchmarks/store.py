"""What keeping costs: ``python -m benchmarks.store [--sizes 1000 10000 100000]``.

A record is a class of fifty trainees; our store keeps it, and plain TinyDB (up to 10,000 records), SQLite and psycopg
beside it, ours on files and in PostgreSQL. Times are medians; what was written is on the disk, but with plain TinyDB.
"""

import argparse
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from benchmarks.keepers import Keeper, OneFill, PlainSQLite, PlainTinyDB, id_no
from benchmarks.measuring import runs, seconds
from benchmarks.servers import OneFillPostgres, PlainPsycopg, server

KEEPERS: tuple[type[Keeper], ...] = (OneFill, PlainTinyDB, PlainSQLite, OneFillPostgres, PlainPsycopg)
WITH_SERVER = (OneFillPostgres, PlainPsycopg)
#: Versions of a class when one more is timed, and how long that may take.
DEPTHS = {1: 0.010, 10: 0.010, 30: 0.020}
SAMPLE = 15
CLIENTS, CLIENT_SECONDS = 8, 5.0

#: Title, limit and value of a figure.
Told = tuple[str, str, str]


def main() -> int:
    """Print a table for each size."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.store", description=__doc__)
    options.add_argument("--sizes", nargs="+", type=int, default=[1_000, 10_000], help="how many records")
    options.add_argument("--keepers", nargs="+", default=[one.__name__ for one in KEEPERS], help="by whom")
    given = options.parse_args()
    keepers = [one for one in KEEPERS if one.__name__ in given.keepers]
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for size in given.sizes:
        print(f"\n## {size:,} records\n", flush=True)
        _print({one.__name__: list(_figures(one, size)) for one in keepers if size <= one.most})
        print(f"\nload at the end: {os.getloadavg()[0]:.1f}")
    return 0


def _print(told: dict[str, list[Told]]) -> None:
    limits: dict[str, dict[str, None]] = {}
    for title, limit, _ in (one for figures in told.values() for one in figures):
        limits.setdefault(title, {})[limit] = None
    print(f"| {'':36} | {'limit':>13} | " + " | ".join(f"{name:>11}" for name in told) + " |")
    print("|" + " --- |" * (len(told) + 2))
    for title, asked in limits.items():
        values = [next((value for known, _, value in figures if known == title), "") for figures in told.values()]
        print(f"| {title:36} | {' / '.join(asked):>13} | " + " | ".join(f"{value:>11}" for value in values) + " |")


def _figures(kind: type[Keeper], size: int) -> Iterator[Told]:
    with tempfile.TemporaryDirectory(prefix="onefill-benchmark-") as name, ExitStack() as served:
        folder = Path(name)
        if kind in WITH_SERVER:
            served.enter_context(server(folder))
        keeper = kind(folder)
        keeper.fill(size)
        keeper.close()
        if kind is OneFill:
            yield _rebuilding(folder, size)
        yield _timed("open", 2.0, runs(lambda: kind(folder).close(), 3))
        keeper = kind(folder)
        yield from _questions(keeper, size)
        yield from _appends(keeper, size)
        if kind not in WITH_SERVER:
            yield _written(keeper, size)
        if isinstance(keeper, OneFill):
            yield _timed(
                "save the first keystroke of a draft", 0.005, _each(size, lambda number: keeper.save(number, 1))
            )
            yield _timed("save the next one", 0.005, _each(size, lambda number: keeper.save(number, 2)))
        keeper.close()
        if kind is not PlainTinyDB:  # it bears one writer
            yield _clients(kind, folder, size)
        yield _memory(kind, folder, size)


def _rebuilding(folder: Path, size: int) -> Told:
    for path in (folder / "onefill").glob("index.sqlite*"):
        path.unlink()
    (taken,) = runs(lambda: OneFill(folder).close(), 1)
    return _told("index made of the files", 20.0 * max(size, 10_000) / 10_000, taken)


def _questions(keeper: Keeper, size: int) -> Iterator[Told]:
    assert keeper.newest() == min(50, -(-size // 10))
    assert keeper.find(id_no(size // 2, 7)) == 1
    yield _timed("read the newest version", 0.005, _each(size, keeper.latest))
    yield _timed("list the newest 50 of a state", 0.005, runs(keeper.newest, SAMPLE))
    yield _timed("find by ID number", 0.005, _each(size, lambda number: keeper.find(id_no(number, 7))))


def _appends(keeper: Keeper, size: int) -> Iterator[Told]:
    times: dict[int, list[float]] = {depth: [] for depth in DEPTHS}
    plain = isinstance(keeper, PlainTinyDB)  # to it a version is one more row, and it takes seconds
    for number in _some(size, 3 if plain else SAMPLE):
        for n in range(2, 3 if plain else max(DEPTHS) + 2):
            (taken,) = runs(partial(keeper.append, number, n), 1)
            times.get(n - 1, []).append(taken)
    for depth, limit in DEPTHS.items():
        if times[depth]:
            yield _timed(f"append to {depth} version{'s' if depth > 1 else ''}", limit, times[depth])


def _written(keeper: Keeper, size: int) -> Told:
    """What is handed to the system to write, which no load of the machine changes."""
    before, count = _bytes_written(), 3 if isinstance(keeper, PlainTinyDB) else 100
    for place in range(count):
        keeper.append(size + 900_000 + place // 5, place % 5 + 1)
    return "written for an append", "", f"{(_bytes_written() - before) / count / 1000:.0f} kB"


def _bytes_written() -> int:
    return _system("io", "wchar")


def _clients(kind: type[Keeper], folder: Path, size: int) -> Told:
    """Programs that append to classes of their own at the same time."""
    context = get_context("spawn")
    ready, go = context.Barrier(CLIENTS + 1), context.Event()
    with context.Pool(CLIENTS, _prepare, (ready, go)) as pool:
        jobs = [pool.apply_async(_append_for, (kind, folder, size, client)) for client in range(CLIENTS)]
        ready.wait()
        go.set()
        done = sum(job.get() for job in jobs)
    return (
        f"appends a second by {CLIENTS} programs",
        "≥ 300" if kind in WITH_SERVER else "≥ 150",
        f"{done / CLIENT_SECONDS:.0f}",
    )


_signals: list[object] = []


def _prepare(*signals: object) -> None:
    _signals[:] = signals


def _append_for(kind: type[Keeper], folder: Path, size: int, client: int) -> int:
    keeper, done = kind(folder), 0
    ready, go = _signals
    ready.wait()  # type: ignore[attr-defined]
    go.wait()  # type: ignore[attr-defined]
    end = time.perf_counter() + CLIENT_SECONDS
    while time.perf_counter() < end:
        keeper.append(size + client * 1_000_000 + done // 5, done % 5 + 1)
        done += 1
    keeper.close()
    return done


def _memory(kind: type[Keeper], folder: Path, size: int) -> Told:
    """The most a fresh program took for opening, reading, listing and finding."""
    with get_context("spawn").Pool(1) as pool:
        most = pool.apply(_work, (kind, folder, size))
    return "memory", "≤ 150 MB", f"{most / 1024:.0f} MB"


def _work(kind: type[Keeper], folder: Path, size: int) -> int:
    keeper = kind(folder)
    for number in _some(size, 3 if kind is PlainTinyDB else 200):
        keeper.latest(number)
    keeper.newest()
    keeper.find(id_no(1, 1))
    keeper.close()
    # ``getrusage`` would tell the most of the program that started this one.
    return _system("status", "VmHWM")


def _system(file: str, name: str) -> int:
    """What Linux says of this program."""
    lines = (Path("/proc/self") / file).read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def _each(size: int, work: Callable[[int], object]) -> list[float]:
    return [runs(partial(work, number), 1)[0] for number in _some(size, SAMPLE)]


def _some(size: int, count: int) -> list[int]:
    return random.Random(size).sample(range(size), min(count, size))


def _timed(title: str, limit: float, taken: list[float]) -> Told:
    return _told(title, limit, statistics.median(taken))


def _told(title: str, limit: float, taken: float) -> Told:
    return title, f"≤ {seconds(limit)}", seconds(taken)


if __name__ == "__main__":
    sys.exit(main())
