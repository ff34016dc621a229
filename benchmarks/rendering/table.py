"""The rows of the table: what each engine took, what we mean to reach, and whether we do."""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.measuring import Figure, Result, seconds
from benchmarks.rendering.engines import EngineFailed, Run

OURS = "onefill"
REACHED, MISSED = "reached", "MISSED"


@dataclass(frozen=True)
class Limits:
    """Times the speed of the usual engine and of the fastest other, most memory in MB; 0 where nothing is meant."""

    usual: float = 0
    fastest: float = 0
    memory: float = 0


NOTHING_MEANT = Limits()


@dataclass(frozen=True)
class Row:
    """A row of the table: a cell for each engine, and what came of it."""

    title: str
    limit: str
    cells: Mapping[str, str]
    result: str
    reached: bool


def line(*cells: str) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def of_runs(title: str, limits: Limits, runs: Mapping[str, Run | EngineFailed], usual: str) -> Row:
    """The row of a paper that several engines have made.

    Args:
        title: What was made.
        limits: What is meant.
        runs: What came of each engine.
        usual: The engine that people would use.
    """
    cells = {name: _cell(found, with_memory=bool(limits.memory)) for name, found in runs.items()}
    made = {name: found for name, found in runs.items() if isinstance(found, Run)}
    ours = made.pop(OURS, None)
    if ours is None:
        return Row(title, "", cells, "", reached=True)
    ratios = {name: min(found.ms) / min(ours.ms) for name, found in made.items()}
    others = {name: ratio for name, ratio in ratios.items() if name != usual}
    asked, told, reached = [], [], []
    if limits.usual and usual in ratios:
        asked.append(f"≥ {limits.usual:g}x {usual}")
        told.append(f"{ratios[usual]:.1f}x")
        reached.append(ratios[usual] >= limits.usual)
    if limits.fastest and others:
        name = min(others, key=others.__getitem__)
        asked.append(f"≥ {limits.fastest:g}x the fastest other")
        told.append(f"{others[name]:.1f}x {name}")
        reached.append(others[name] >= limits.fastest)
    if limits.memory:
        asked.append(f"≤ {limits.memory:g} MB")
        told.append(f"{ours.peak:.0f} MB")
        reached.append(ours.peak <= limits.memory)
    return Row(title, ", ".join(asked), cells, _result(told, reached), all(reached))


def of_figure(figure: Figure, result: Result) -> Row:
    """The row of what only we do, which has a limit in seconds."""
    cell = f"{seconds(result.best)} ({seconds(statistics.median(result.ours))})"
    told = [f"LibreOffice alone {seconds(min(result.plain))}"] if result.plain else []
    reached = result.best <= figure.limit
    return Row(figure.title, f"≤ {figure.limit:g} s", {OURS: cell}, _result(told, [reached]), reached)


def _result(told: list[str], reached: list[bool]) -> str:
    words = [REACHED if all(reached) else MISSED] if reached else []
    return ": ".join([*words, ", ".join(told)]) if told else "".join(words)


def _cell(found: Run | EngineFailed, *, with_memory: bool) -> str:
    """The best run, and in brackets the middle one."""
    if isinstance(found, EngineFailed):
        return f"failed: {found}"
    memory = f", {found.peak:.0f} MB" if with_memory else ""
    lost = f", lost: {', '.join(found.lost)}" if found.lost else ""
    return f"{min(found.ms):.2f} ms ({statistics.median(found.ms):.2f}){memory}{lost}"
