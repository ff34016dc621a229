"""Print how fast papers are made, beside other engines and our limits: ``python -m benchmarks.rendering``.

The engines of pip and npm are installed into a folder of their own, which goes again.
"""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.figures import FIGURES
from benchmarks.rendering import papers, rich_sheets, sheets
from benchmarks.rendering.engines import ENGINES, Engine, EngineFailed, Run, installed, run
from benchmarks.rendering.table import NOTHING_MEANT, OURS, Limits, Row, line, of_figure, of_runs


@dataclass(frozen=True)
class Case:
    """A paper to measure, how many rows it has, how often it is made, and what we mean to reach."""

    title: str
    paper: Callable[[papers.Language], bytes]
    #: What it must hold, given its facts.
    cells: Callable[[Mapping[str, Any]], list[list[str]]]
    rows: int
    times: int
    limits: Limits = NOTHING_MEANT
    suffix: str = ".docx"
    read: Callable[[bytes], list[list[str]]] = papers.cells_of
    #: What the paper lacks that its template holds, if that is asked; ours may lack nothing.
    lost: Callable[[bytes, bytes], list[str]] | None = None
    #: Engines that do not know how to make it.
    without: tuple[str, ...] = ()


ROUNDS = 3
#: What people would use for such files.
USUAL = {".docx": "docxtpl", ".xlsx": "openpyxl"}
PAGES = ".pdf"
CASES = (
    Case("Word form of one page", papers.form, papers.form_cells, 0, 20, Limits(usual=40, fastest=8)),
    Case("Word roster of 50 rows", papers.roster, papers.roster_cells, 50, 20),
    Case("Word roster of 500 rows", papers.roster, papers.roster_cells, 500, 8, Limits(usual=8, fastest=2.5)),
    Case("Word roster of 5,000 rows", papers.roster, papers.roster_cells, 5_000, 2, Limits(memory=150)),
    *(
        Case(
            f"Excel roster of {rows:,} rows",
            sheets.roster,
            sheets.roster_cells,
            rows,
            times,
            limits,
            suffix=".xlsx",
            read=sheets.cells_of,
        )
        for rows, times, limits in ((50, 20, NOTHING_MEANT), (500, 8, Limits(usual=8)), (5_000, 2, NOTHING_MEANT))
    ),
    Case(
        "Excel roster of 500 rows with pictures, a chart, rules, notes and names around it",
        rich_sheets.roster,
        sheets.roster_cells,
        500,
        8,
        Limits(usual=8),
        suffix=".xlsx",
        read=rich_sheets.cells_of,
        lost=rich_sheets.lost,
        without=("xltpl",),
    ),
)
#: Whole packets and certificates as pages, each with a limit in seconds.
OF_PAGES = ("rendering", "packet-again", "certificates-again", "packet", "certificates")


def main() -> int:
    """Measure all engines at all papers, or those whose names are given."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.rendering", description=__doc__)
    kinds = (*USUAL, PAGES)
    options.add_argument("--only", choices=kinds, metavar="SUFFIX", help=f"one of {', '.join(kinds)}")
    known = list(dict.fromkeys(engine.name for engine in ENGINES))
    options.add_argument("engines", nargs="*", metavar="engine", help=f"which: {', '.join(known)}; all by default")
    chosen = options.parse_args()
    asked = chosen.engines or known
    if unknown := set(asked) - set(known):
        options.error(f"no such engine: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    suffixes = [chosen.only] if chosen.only else kinds
    engines = [engine for engine in ENGINES if engine.name in asked and engine.suffix in suffixes]
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{machine}{_load()}\n")
    with tempfile.TemporaryDirectory(prefix="onefill-benchmark-", ignore_cleanup_errors=True) as name:
        found = list(
            _told(_all(engines, suffixes, Path(name)), list(dict.fromkeys([OURS, *(one.name for one in engines)])))
        )
    missed = [row for row in found if not row.reached]
    print(f"\n{sum(row.limit != '' for row in found) - len(missed)} reached, {len(missed)} missed{_load()}")
    return 0


def _load() -> str:
    """What else the machine had to do in the last minute, where it tells."""
    return f", load {os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else ""


def _told(rows: Iterable[Row], engines: list[str]) -> Iterator[Row]:
    """Print the rows as they come."""
    print(line("figure", "limit", *engines, "result"))
    print(line("---", *["---:"] * (len(engines) + 1), "---"))
    for row in rows:
        cells = [row.cells.get(name, "") for name in engines]
        print(line(row.title, row.limit, *cells, row.result), flush=True)
        yield row


def _all(engines: list[Engine], suffixes: Iterable[str], folder: Path) -> Iterator[Row]:
    for installer in sorted({engine.installer for engine in engines} - {""}):
        if why := installed(folder, installer):
            print(f"the engines of {installer} could not be installed, so they are missing: {why}", file=sys.stderr)
            engines = [engine for engine in engines if engine.installer != installer]
    for case in CASES:
        own = [engine for engine in engines if engine.suffix == case.suffix and engine.name not in case.without]
        if own:
            yield of_runs(case.title, case.limits, _measured(case, own, folder), USUAL[case.suffix])
    for figure in FIGURES if PAGES in suffixes else ():
        if figure.key in OF_PAGES:
            with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as own_folder:
                yield of_figure(figure, figure.measure(Path(own_folder)))


def _measured(case: Case, engines: list[Engine], folder: Path) -> dict[str, Run | EngineFailed]:
    """What each engine took, in turns, so that all meet the machine's quick and slow moments."""
    runs: dict[str, Run | EngineFailed] = {}
    for _ in range(ROUNDS):
        for engine in engines:
            before = runs.get(engine.name, Run((), 0))
            if isinstance(before, EngineFailed):
                continue
            try:
                found = _checked(case, engine, folder)
            except EngineFailed as error:
                runs[engine.name] = error
            else:
                runs[engine.name] = Run(before.ms + found.ms, max(before.peak, found.peak), found.lost)
    return runs


def _checked(case: Case, engine: Engine, folder: Path) -> Run:
    facts, template = papers.facts(case.rows), case.paper(engine.language)
    figures, paper = run(engine, template, facts, case.times, folder)
    if case.read(paper) != case.cells(facts):
        raise EngineFailed("it printed something else")
    lost = tuple(case.lost(template, paper)) if case.lost else ()
    if lost and engine.name == OURS:
        raise EngineFailed(f"it lost {', '.join(lost)}")
    return replace(figures, lost=lost)


if __name__ == "__main__":
    sys.exit(main())
