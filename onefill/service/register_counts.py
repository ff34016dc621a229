"""What lines of a register add to statistics: read when somebody asks, so that what ended since no longer counts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from onefill.definitions.boards import RegisterSource
from onefill.definitions.expressions import Empty, ExpressionError, compile_expression
from onefill.definitions.registers import Register
from onefill.definitions.values import text_of
from onefill.facts.register_lines import RegisterPlan
from onefill.service.glance import Count
from store.registers import RegisterLine

Ask = Callable[[Mapping[str, Any]], object]


def counts_of(
    number: int, source: RegisterSource, register: Register, lines: list[RegisterLine], today: date
) -> Iterator[tuple[str, Count, int]]:
    """What the lines that stand as the source asks add, those alike put together, with their unit and what failed.

    Args:
        number: Of the source within its board.
        source: What is counted of a line.
        register: The register.
        lines: Its lines.
        today: The day.
    """
    plan = RegisterPlan(register, lambda: today)
    day = _asker(plan, source.day) if source.day else None
    groups = {key: _asker(plan, one) for key, one in source.groups.items()}
    counts = {key: _asker(plan, one) for key, one in source.counts.items()}
    alike: dict[tuple[str, str, tuple[str, ...]], _Sum] = {}
    for line in lines:
        if str(line.state) in source.states:
            found = _Line(line.facts)
            when = found.value(day) if day else None
            parts = tuple(text_of(found.value(one) or "") for one in groups.values())
            month = when.isoformat()[:7] if isinstance(when, date) else ""
            alike.setdefault((line.unit, month, parts), _Sum()).add(found, counts)
    for (unit, month, parts), told in alike.items():
        of = dict(zip(groups, parts, strict=True))
        kinds = {key: frozenset(texts) for key, texts in told.kinds.items()}
        yield unit, Count(source=number, month=month, groups=of, sums=told.sums, kinds=kinds), told.faults


class _Line:
    """One line, asked."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._facts = facts
        self.faults = 0

    def value(self, ask: Ask) -> object:
        """An answer; nothing where it is empty or fails."""
        try:
            found = ask(self._facts)
        except ExpressionError:
            self.faults += 1
            return None
        return None if isinstance(found, Empty) else found


@dataclass
class _Sum:
    """What lines of one unit, month and group add together: numbers, different texts, how many expressions failed."""

    sums: dict[str, Decimal] = field(default_factory=dict)
    kinds: dict[str, set[str]] = field(default_factory=dict)
    faults: int = 0

    def add(self, line: _Line, counts: Mapping[str, Ask]) -> None:
        """One more line."""
        for key, one in counts.items():
            value = line.value(one)
            if isinstance(value, int | Decimal):
                self.sums[key] = self.sums.get(key, Decimal(0)) + value
            elif value is not None:
                self.kinds.setdefault(key, set()).add(text_of(value))
        self.faults += line.faults


def _asker(plan: RegisterPlan, source: str) -> Ask:
    """An expression over a line; a column's name and what is the same of every line are not worked out each time."""
    if source in plan.columns:
        return lambda facts: plan.value(source, facts)
    compiled = compile_expression(source)
    if not compiled.names:
        same = compiled.evaluate({})
        return lambda _facts: same
    return lambda facts: compiled.evaluate(plan.names(facts))
