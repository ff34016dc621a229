"""What lines of a register add to statistics: read when somebody asks, so that what ended since no longer counts."""

from collections.abc import Callable, Iterator, Mapping
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
    """What each line that stands as the source asks adds, with its unit and how many expressions failed.

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
    for line in lines:
        if str(line.state) in source.states:
            found = _Line(line.facts)
            when = found.value(day) if day else None
            sums, kinds = found.counted(counts)
            parts = {key: text_of(found.value(one) or "") for key, one in groups.items()}
            month = when.isoformat()[:7] if isinstance(when, date) else ""
            yield line.unit, Count(source=number, month=month, groups=parts, sums=sums, kinds=kinds), found.faults


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

    def counted(self, counts: Mapping[str, Ask]) -> tuple[dict[str, Decimal], dict[str, frozenset[str]]]:
        """Numbers, and different texts."""
        sums: dict[str, Decimal] = {}
        kinds: dict[str, frozenset[str]] = {}
        for key, one in counts.items():
            value = self.value(one)
            if isinstance(value, int | Decimal):
                sums[key] = Decimal(value)
            elif value is not None:
                kinds[key] = frozenset({text_of(value)})
        return sums, kinds


def _asker(plan: RegisterPlan, source: str) -> Ask:
    """An expression over a line; a column's name and what is the same of every line are not worked out each time."""
    if source in plan.columns:
        return lambda facts: plan.value(source, facts)
    compiled = compile_expression(source)
    if not compiled.names:
        same = compiled.evaluate({})
        return lambda _facts: same
    return lambda facts: compiled.evaluate(plan.names(facts))
