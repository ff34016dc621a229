"""A new record after an older one: what the form says is kept, left empty, shifted to later days, counted up."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from onefill.definitions.model import Section
from onefill.facts import Sheet
from onefill.facts.plan import FieldPlan
from onefill.problems import Level

WEEK = 7
#: So many numbers are tried before one is left to be typed.
MOST_TRIES = 2000
MOST_NAMED = 6
LAST_FIGURES = re.compile(r"^(.*?)(\d+)(\D*)$", re.DOTALL)


@dataclass
class Copying:
    """The data of a copy and what was done on the way.

    Args:
        sheet: The record to be copied.
        days: By how many days its dates are shifted.
        taken: Whether another record of the form has this value in a field of that name: no number is given twice.
        gone: Whether a linked record is there no more.
    """

    sheet: Sheet
    days: int
    taken: Callable[[str, str], bool]
    gone: Callable[[str], bool]
    left: list[str] = field(default_factory=list)
    numbers: list[tuple[str, str]] = field(default_factory=list)
    shifted: bool = False

    def data(self) -> dict[str, Any]:
        """What the new record holds, in stored form."""
        made: dict[str, Any] = {}
        for key, section in self.sheet.plan.sections.items():
            if section.grid is not None:
                self._grid(key, section, made)
            elif section.repeat is not None:
                self._rows(key, section, made)
            else:
                for plan in self._typed(key):
                    value = self._value(plan, None)
                    if value is not None:
                        made[plan.definition.key] = value
        return made

    def words(self, source: str) -> str:
        """What was done, in one sentence."""
        parts = [f"日期顺延 {self.days} 天"] if self.shifted else []
        parts += [f"{label}编为 {number}" for label, number in self.numbers]
        if self.left:
            more = f" 等 {len(self.left)} 处" if len(self.left) > MOST_NAMED else ""
            parts.append(f"{'、'.join(self.left[:MOST_NAMED])}{more}留空")
        return f"已照“{source}”新建" + (f"：{'，'.join(parts)}" if parts else "")

    # -- inside ----------------------------------------------------------------------------------------------------

    def _typed(self, section: str) -> Iterator[FieldPlan]:
        return (plan for plan in self.sheet.plan.by_section[section] if plan.source is None)

    def _emptied(self, section: str) -> bool:
        """Whether nothing of a section is taken over."""
        found = self.sheet.plan.sections[section]
        if found.copy_ is not None:
            return found.copy_ == "empty"
        if found.grid is not None:
            return self.sheet.plan.phase_index(found.from_) > 0 or any(map(self._emptied, found.grid))
        return all(_way(plan) == "empty" for plan in self._typed(section))

    def _grid(self, key: str, section: Section, made: dict[str, Any]) -> None:
        cells = self.sheet.data.get(key)
        if not cells:
            return
        if self._emptied(key) or any(side not in made for side in section.grid or ()):
            self.left.append(section.title)
        else:
            made[key] = cells

    def _rows(self, key: str, section: Section, made: dict[str, Any]) -> None:
        rows = self.sheet.data.get(key) or {}
        if not rows:
            return
        if self._emptied(key):
            self.left.append(section.title)
            return
        plans = list(self._typed(key))
        made[key] = {row: self._row(plans, row, kept.get("@order", 0)) for row, kept in rows.items()}

    def _row(self, plans: list[FieldPlan], row: str, order: object) -> dict[str, Any]:
        values = {plan.definition.key: self._value(plan, row) for plan in plans}
        return {"@order": order, **{key: value for key, value in values.items() if value is not None}}

    def _value(self, plan: FieldPlan, row: str | None) -> Any:
        stored = self.sheet.stored(plan.name, row)
        if stored is None:
            return None
        value = self._taken_over(plan, stored)
        if value is None:
            told = plan.section.title if row is None and self._emptied(plan.section.key) else plan.definition.label
            if told not in self.left:
                self.left.append(told)
        return value

    def _taken_over(self, plan: FieldPlan, stored: Any) -> Any:
        if self._emptied(plan.section.key):
            return None
        match _way(plan):
            case "shift":
                return self._shift(stored)
            case "next":
                return self._next(plan, stored)
            case "empty":
                return None
        if plan.definition.of and self._emptied(plan.definition.of):
            return None
        return self._linked(stored) if plan.definition.form else stored

    def _linked(self, stored: Any) -> Any:
        """Links whose records are still there."""
        if isinstance(stored, list):
            return [one for one in stored if not self.gone(one)] or None
        return None if isinstance(stored, str) and self.gone(stored) else stored

    def _shift(self, stored: Any) -> Any:
        day = _day(stored)
        if day is None:
            return None
        self.shifted = self.shifted or bool(self.days)
        return (day + timedelta(days=self.days)).isoformat()

    def _next(self, plan: FieldPlan, stored: Any) -> str | None:
        """The next number that nobody has, as long as before; nothing if there is none."""
        parts = LAST_FIGURES.match(stored) if isinstance(stored, str) else None
        if parts is None:
            return None
        head, figures, tail = parts.groups()
        for number in range(int(figures) + 1, int(figures) + MOST_TRIES):
            value = f"{head}{number:0{len(figures)}d}{tail}"
            if any(fault.level is Level.ERROR for fault in plan.type.check(value)):
                return None
            if not plan.definition.index or not self.taken(plan.name, value):
                self.numbers.append((plan.definition.label, value))
                return value
        return None


def days_between(sheet: Sheet, today: date) -> int:
    """By how many days to shift: whole weeks, so that the new one begins on the same weekday.

    The new one begins after the old one has ended, and not in the past.
    """
    first, last = (_day(sheet.stored(key)) for key in sheet.plan.form.period or ("", ""))
    first = first or min(_shifted_days(sheet), default=None)
    if first is None:
        return 0
    end = max(last or first, first, today)
    return ((end - first).days // WEEK + 1) * WEEK


def _shifted_days(sheet: Sheet) -> Iterator[date]:
    for plan in sheet.plan.fields.values():
        if _way(plan) == "shift":
            rows = (view.row for view in sheet.rows(plan.section.key)) if plan.in_rows else (None,)
            yield from (day for row in rows if (day := _day(sheet.stored(plan.name, row))) is not None)


def _way(plan: FieldPlan) -> str:
    """What is done with a field; what a later phase asks is left empty unless the form says otherwise."""
    return plan.definition.copy_ or ("empty" if plan.phase else "keep")


def _day(stored: Any) -> date | None:
    try:
        return date.fromisoformat(stored) if isinstance(stored, str) else None
    except ValueError:
        return None
