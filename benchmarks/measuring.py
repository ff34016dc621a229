"""Stop watches and the table's rows."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """Seconds of each run, and of the bare libraries' runs at the same work, if they can do it."""

    ours: Sequence[float]
    plain: Sequence[float] = ()

    @property
    def best(self) -> float:
        """The quickest run: what the work costs when the machine does nothing else."""
        return min(self.ours)

    def row(self, figure: "Figure") -> str:
        """A line of the table."""
        plain = min(self.plain, default=0.0)
        return row(
            figure.title,
            seconds(figure.limit),
            seconds(self.best),
            seconds(statistics.median(self.ours)),
            seconds(plain) if plain else "",
            f"{self.best / plain:.2f}" if plain else "",
        )


@dataclass(frozen=True)
class Figure:
    """Something to measure: its name on the command line, its title, its limit in seconds, and how."""

    key: str
    title: str
    limit: float
    measure: Callable[[Path], Result]


@dataclass(frozen=True)
class Asked:
    """Something that people wait for: its title, its limit, how it is asked, and what is done before each time."""

    title: str
    limit: float
    ask: Callable[[], object]
    turns: int = 5
    before: Callable[[], object] = lambda: None


def runs(work: Callable[[], object], count: int, before: Callable[[], object] = lambda: None) -> list[float]:
    """Seconds of each of some runs; ``before`` each one something that is not counted."""
    taken = []
    for _ in range(count):
        before()
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return taken


def seconds(value: float) -> str:
    """A time as people read it."""
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value:.2f} s"


def row(*cells: str) -> str:
    """A line of a Markdown table."""
    return f"| {cells[0]:64} | " + " | ".join(f"{cell:>8}" for cell in cells[1:]) + " |"
