"""Print how fast Word and Excel papers are made, beside other engines: ``python -m benchmarks.rendering``."""

import argparse
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.rendering import papers, sheets
from benchmarks.rendering.engines import ENGINES, Engine, EngineFailed, Run, installed, run


@dataclass(frozen=True)
class Case:
    """A paper to measure, how many rows it has, how often it is made, and by how much we mean to be faster."""

    title: str
    paper: Callable[[papers.Language], bytes]
    #: What it must hold, given its facts.
    cells: Callable[[Mapping[str, Any]], list[list[str]]]
    rows: int
    times: int
    #: Times the speed of the usual engine and of the fastest other; 0 where nothing is meant.
    usual: float = 0
    fastest: float = 0
    #: Most memory in MB; 0 for any.
    memory: float = 0
    suffix: str = ".docx"
    read: Callable[[bytes], list[list[str]]] = papers.cells_of


ROUNDS = 3
#: What people would use for such files.
USUAL = {".docx": "docxtpl", ".xlsx": "openpyxl"}
WORD = (
    Case("one-page form", papers.form, papers.form_cells, 0, 20, usual=40, fastest=8),
    Case("roster of 50 rows", papers.roster, papers.roster_cells, 50, 20),
    Case("roster of 500 rows", papers.roster, papers.roster_cells, 500, 8, usual=8, fastest=2.5),
    Case("roster of 5,000 rows", papers.roster, papers.roster_cells, 5_000, 2, memory=150),
)
EXCEL = tuple(
    Case(
        f"Excel roster of {rows:,} rows",
        sheets.roster,
        sheets.roster_cells,
        rows,
        times,
        usual=usual,
        suffix=".xlsx",
        read=sheets.cells_of,
    )
    for rows, times, usual in ((50, 20, 0), (500, 8, 8), (5_000, 2, 0))
)


def main() -> int:
    """Measure all engines at all papers, or those whose names are given."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.rendering", description=__doc__)
    options.add_argument("--only", choices=sorted(USUAL), metavar="SUFFIX", help="Word (.docx) or Excel (.xlsx) alone")
    known = list(dict.fromkeys(engine.name for engine in ENGINES))
    options.add_argument("engines", nargs="*", metavar="engine", help=f"which: {', '.join(known)}; all by default")
    chosen = options.parse_args()
    asked = chosen.engines or known
    if unknown := set(asked) - set(known):
        options.error(f"no such engine: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    suffixes = [chosen.only] if chosen.only else list(USUAL)
    engines = [engine for engine in ENGINES if engine.name in asked and engine.suffix in suffixes]
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    with tempfile.TemporaryDirectory(prefix="onefill-benchmark-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for installer in {engine.installer for engine in engines} - {""}:
            if why := installed(folder, installer):
                print(f"the engines of {installer} could not be installed, so they are missing: {why}\n")
                engines = [engine for engine in engines if engine.installer != installer]
        print("| paper | engine | best | middle | times ours | peak MB |\n|---|---|---:|---:|---:|---:|")
        cases = [case for case in (*WORD, *EXCEL) if case.suffix in suffixes]
        missed = [line for case in cases for line in _measured(case, engines, folder)]
    for line in missed:
        print(f"missed: {line}", file=sys.stderr)
    return 0


def _measured(case: Case, engines: list[Engine], folder: Path) -> list[str]:
    """Print the rows of a case; what was meant and not reached."""
    engines = [engine for engine in engines if engine.suffix == case.suffix]
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
    if case.read(paper) != case.cells(facts):
        raise EngineFailed("it printed something else")
    return figures


def _missed(case: Case, runs: dict[str, Run]) -> list[str]:
    ours = runs.pop("onefill", None)
    if ours is None:
        return []
    ratios = {name: min(other.ms) / min(ours.ms) for name, other in runs.items()}
    usual = USUAL[case.suffix]
    missed = []
    if ratios.get(usual, case.usual) < case.usual:
        missed.append(f"{case.title}: {ratios[usual]:.1f} times {usual}, meant {case.usual:g}")
    others = [ratio for name, ratio in ratios.items() if name != usual]
    if case.fastest and others and min(others) < case.fastest:
        missed.append(f"{case.title}: {min(others):.1f} times the fastest other, meant {case.fastest:g}")
    if case.memory and ours.peak > case.memory:
        missed.append(f"{case.title}: {ours.peak:.0f} MB, meant {case.memory:g}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
