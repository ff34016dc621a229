"""Answers of registers to the questions of records: yes or no across units, days only to whom they concern."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from onefill.definitions.expressions import CompiledExpression, ExpressionError
from onefill.definitions.registers import Register
from onefill.facts.questions import Asked, Outside, line_id
from onefill.facts.register_lines import RegisterPlan, matches
from onefill.facts.sheet import LinkResolver, Sheet
from onefill.service.timekeeping import as_left
from store import Scope, Store, on_one_line
from store.registers import LineState, RegisterLine

#: What a register answers to a record of a unit; ``None`` where nobody can give it. Asked by the record's form, the key
#: of the question, what it is asked by, the day it is asked about, and the unit.
AskRegister = Callable[[str, str, Sequence[str], date, str], object]


class RegisterAsking:
    """Asks the store's registers.

    Args:
        store: Where they are views over entries.
        scope: What may be seen of them to answer yes or no.
        today: The clock; what is asked of today is answered by what the last act left, see ``timekeeping``.
    """

    def __init__(self, store: Store, scope: Scope, today: Callable[[], date]) -> None:
        self._store = store
        self._scope = scope
        self._today = today

    def answer(self, asked: Asked, unit: str) -> object:
        """The answer to a record of a unit; ``None`` where it may not know, or where there is nothing to tell."""
        lines = self._lines(asked)
        states = {line.state for line in lines}
        match asked.plan.question.answer:
            case "open":
                return LineState.OPEN in states
            case "suspended":
                return LineState.SUSPENDED in states
            case "ended":
                return states == {LineState.ENDED}
            case "known":
                return bool(lines)
            case "count":
                return sum(line.state is LineState.OPEN for line in lines)
            case told:
                own = [line for line in lines if on_one_line(unit, line.unit)]
                newest = max(own, key=lambda line: line.since, default=None)
                return None if newest is None else newest.since if told == "since" else newest.end

    def _lines(self, asked: Asked) -> Sequence[RegisterLine]:
        register, plan = asked.plan.register, asked.plan
        wanted = dict(zip(plan.by, asked.given, strict=True))
        line = line_id(wanted[column] for column in register.line) if plan.one_line else None
        lines = self._read(register.key, asked.on, line)
        if plan.by == register.line and plan.where is None:
            return lines
        return [line for line in lines if matches(line.facts, wanted) and meant(register, plan.where, line)]

    def _read(self, register: str, on: date, line: str | None) -> Sequence[RegisterLine]:
        on = as_left(self._store, on) if on == self._today() else on
        return self._store.register(register, on, self._scope, line=line)


class AtOneLook(RegisterAsking):
    """Answers many questions of one moment: each register is read once for each day."""

    def __init__(self, store: Store, scope: Scope, today: Callable[[], date]) -> None:
        super().__init__(store, scope, today)
        self._seen: dict[tuple[str, date], Sequence[RegisterLine]] = {}

    def _read(self, register: str, on: date, line: str | None) -> Sequence[RegisterLine]:
        if (register, on) not in self._seen:
            self._seen[register, on] = super()._read(register, on, None)
        return [one for one in self._seen[register, on] if line is None or one.line == line]


def meant(register: Register, where: CompiledExpression | None, line: RegisterLine) -> bool:
    """Whether a line is one of those that are looked at; one that cannot be told is not."""
    if where is None:
        return True
    names = RegisterPlan(register, date.today).names(line.facts)
    try:
        return bool(where.evaluate(names))
    except ExpressionError:
        return False


def answers_to_pin(sheet: Sheet) -> list[list[Any]]:
    """What registers say to whatever decides which facts and papers there are, so that a version stays what it was.

    Each with the name of the question, what it was asked by, and the answer; days as text.
    """
    fields, papers = sheet.plan.asking
    if not fields and not papers:
        return []
    with sheet.registers.noting() as noted:
        for name in fields:
            for row in _rows(sheet, name):
                sheet.touch(name, row)
                sheet.value(name, row)
        for condition in papers:
            with suppress(ExpressionError):
                condition.evaluate(sheet.view)
    return [[*place, _plain(answer)] for place, answer in sorted(noted.items())]


def _rows(sheet: Sheet, name: str) -> Iterator[str | None]:
    plan = sheet.plan.fields[name]
    if plan.in_rows:
        yield from (view.row for view in sheet.rows(plan.section.key))
    else:
        yield None


def pinned_answers(kept: Iterable[Sequence[Any]]) -> dict[tuple[str, str], object]:
    """Answers out of a version's pins."""
    return {(name, asked): _read(answer) for name, asked, answer in kept}


def _plain(answer: object) -> object:
    return answer.isoformat() if isinstance(answer, date) else answer


def _read(answer: object) -> object:
    return date.fromisoformat(answer) if isinstance(answer, str) else answer


class OutsideOf(Outside):
    """What lies outside a record of a unit.

    Args:
        links: Follows its links.
        asking: Asks registers.
        unit: Of the record.
    """

    def __init__(self, links: LinkResolver, asking: RegisterAsking, unit: str) -> None:
        self._links = links
        self._asking = asking
        self._unit = unit

    def __call__(self, form: str, record: str) -> Sheet | None:
        """The facts of a linked record, or ``None`` if it is gone."""
        return self._links(form, record)

    def ask(self, asked: Asked) -> object:
        """What a register answers; ``None`` where nobody can give it."""
        return self._asking.answer(asked, self._unit)
