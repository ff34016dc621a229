"""Print how fast Word papers are made, beside other engines: ``python -m benchmarks.rendering``."""

import argparse
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rendering import papers
from benchmarks.rendering.engines import ENGINES, Engine, EngineFailed, Run, installed, run


@dataclass(frozen=True)
class Case:
    """A paper to measure, how many rows it has, how often it is made, and by how much we mean to be faster."""

    title: str
    paper: Callable[[papers.Language], bytes]
    rows: int
    times: int
    #: Times docxtpl's and the fastest other engine's speed; 0 where only memory counts.
    docxtpl: float = 0
    fastest: float = 0
    #: Most memory in MB; 0 for any.
    memory: float = 0


ROUNDS = 3
CASES = (
    Case("one-page form", papers.form, 0, 20, docxtpl=40, fastest=8),
    Case("roster of 50 rows", papers.roster, 50, 20),
    Case("roster of 500 rows", papers.roster, 500, 8, docxtpl=8, fastest=2.5),
    Case("roster of 5,000 rows", papers.roster, 5_000, 2, memory=150),
)


def main() -> int:
    """Measure all engines at all papers, or those whose names are given."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.rendering", description=__doc__)
    known = [engine.name for engine in ENGINES]
    options.add_argument("engines", nargs="*", metavar="engine", help=f"which: {', '.join(known)}; all by default")
    asked = options.parse_args().engines or known
    if unknown := set(asked) - set(known):
        options.error(f"no such engine: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    engines = [engine for engine in ENGINES if engine.name in asked]
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    with tempfile.TemporaryDirectory(prefix="onefill-benchmark-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if any(engine.on_node for engine in engines) and (why := installed(folder)):
            print(f"npm's engines could not be installed, so they are missing: {why}\n")
            engines = [engine for engine in engines if not engine.on_node]
        print("| paper | engine | best | middle | times ours | peak MB |\n|---|---|---:|---:|---:|---:|")
        missed = [line for case in CASES for line in _measured(case, engines, folder)]
    for line in missed:
        print(f"missed: {line}", file=sys.stderr)
    return 0


def _measured(case: Case, engines: list[Engine], folder: Path) -> list[str]:
    """Print the rows of a case; what was meant and not reached."""
    runs: dict[str, Run] = {}
    failed: dict[str, EngineFailed] = {}
    # In turns, so that all meet the machine's quick and slow moments.
    for _ in range(ROUNDS):
        for engine in engines:
            try:
                found = _checked(case, engine, folder)
            except EngineFailed as error:
                failed[engine.name] = error
                continue
            before = runs.get(engine.name, Run((), 0))
            runs[engine.name] = Run(before.ms + found.ms, max(before.peak, found.peak))
    for engine in engines:
        if engine.name in failed:
            print(f"| {case.title} | {engine.name} | failed: {failed[engine.name]} | | | |", flush=True)
            continue
        best = min(runs[engine.name].ms)
        ratio = f"{best / min(runs['onefill'].ms):.1f}" if "onefill" in runs else ""
        middle, peak = statistics.median(runs[engine.name].ms), runs[engine.name].peak
        print(f"| {case.title} | {engine.name} | {best:.2f} ms | {middle:.2f} ms | {ratio} | {peak:.0f} |", flush=True)
    return _missed(case, {name: found for name, found in runs.items() if name not in failed})


def _checked(case: Case, engine: Engine, folder: Path) -> Run:
    facts = papers.facts(case.rows)
    figures, paper = run(engine, case.paper(engine.language), facts, case.times, folder)
    printed = papers.cells_of(paper)
    if case.rows:
        wanted = [list(papers.TITLES), *([str(row[key]) for key in papers.COLUMNS] for row in facts["rows"])]
    else:
        texts = [text for n in range(papers.FIELDS) for text in (f"项目 {n}", facts[f"f{n}"])]
        wanted = [texts[start : start + 4] for start in range(0, len(texts), 4)]
    if printed != wanted:
        raise EngineFailed("it printed something else")
    return figures


def _missed(case: Case, runs: dict[str, Run]) -> list[str]:
    ours = runs.pop("onefill", None)
    if ours is None:
        return []
    ratios = {name: min(other.ms) / min(ours.ms) for name, other in runs.items()}
    missed = []
    if case.docxtpl and ratios.get("docxtpl", case.docxtpl) < case.docxtpl:
        missed.append(f"{case.title}: {ratios['docxtpl']:.1f} times docxtpl, meant {case.docxtpl:g}")
    others = [ratio for name, ratio in ratios.items() if name != "docxtpl"]
    if case.fastest and others and min(others) < case.fastest:
        missed.append(f"{case.title}: {min(others):.1f} times the fastest other, meant {case.fastest:g}")
    if case.memory and ours.peak > case.memory:
        missed.append(f"{case.title}: {ours.peak:.0f} MB, meant {case.memory:g}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
