"""Registers as people read them: as they were on any day, on the page and as workbooks."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime

from onefill.definitions.registers import Register
from onefill.errors import OneFillError
from onefill.facts.register_lines import RegisterPlan
from onefill.service.book import Book
from onefill.service.cases import packs_for
from onefill.service.collecting import collector_at_rest
from onefill.service.naming import file_name
from onefill.service.register_shapes import Line, Lines
from onefill.service.room import Room
from onefill.service.shapes import Person, Produced
from onefill.service.taken_out import taken_out
from onefill.tables.plain import plain
from store import EVERYTHING, Reach, Scope
from store.registers import LineState, RegisterLine


class RegisterUnknown(OneFillError):
    """No pack has such a register, or it is not for this person."""

    message = "没有这本台账（{register}），或者您的角色不看它。从首页重新打开。"


class Registers(Room):
    """What a person reads of registers."""

    def __init__(self, book: Book, now: Callable[[], datetime]) -> None:
        self._book = book
        self._now = now

    def known(self, who: Person) -> Mapping[str, Register]:
        """The registers that somebody may read, by what addresses call them."""
        return {
            f"{pack.pack}.{one.key}": one
            for pack in packs_for(self._book.definitions, who)
            for one in pack.registers
            if who.roles is None or not one.by or not set(one.by).isdisjoint(who.roles)
        }

    def register(self, key: str, who: Person) -> Register:
        """One of them.

        Raises:
            RegisterUnknown: There is none of that key, or it is not for this person.
        """
        found = self.known(who).get(key)
        if found is None:
            raise RegisterUnknown(register=key)
        return found

    def lines(self, key: str, who: Person, on: date, *, text: str = "", state: str = "") -> Lines:
        """The lines of a register as they were on a day, of the records that somebody may see.

        Args:
            key: Of the register.
            who: Who reads.
            on: The day.
            text: Only lines that say it in some column.
            state: Only those in it; see ``LineState``.
        """
        register = self.register(key, who)
        plan = RegisterPlan(register, lambda: on)
        with collector_at_rest():
            found = [_line(plan, one) for one in self._seen(register, who, on)]
        found.sort(key=lambda one: (one.state is LineState.ENDED, *one.texts.values()))
        sought = text.strip().casefold()
        wanted = [one for one in found if not sought or any(sought in said.casefold() for said in one.texts.values())]
        counts = Counter(one.state for one in wanted)
        return Lines(lines=tuple(one for one in wanted if not state or one.state == state), counts=counts)

    def _seen(self, register: Register, who: Person, on: date) -> list[RegisterLine]:
        """The lines of the records that somebody may see, and those that point to one where the register says so."""
        store, scope = self._book.store, who.scope
        form = next((one.form for one in register.columns if one.key == register.also), None)
        if scope == EVERYTHING or (form is None and register.within is None):
            return store.register(register.key, on, scope)
        many = store.count(form=form, scope=scope) if form else 0
        own = {one.record for one in store.find(form=form, scope=scope, limit=many)} if many else set()
        return [
            line
            for line in store.register(register.key, on, EVERYTHING)
            if scope.covers(line.unit)
            or line_points_to(line, str(register.also)) in own
            or _within(register, line, scope)
        ]

    def workbook(self, key: str, who: Person, on: date, *, text: str = "", state: str = "") -> Produced:
        """The same lines as an Excel file."""
        register = self.register(key, who)
        heads = ("序号", *(one.label for one in register.columns), "状态", "起", "止")
        rows = [
            (str(number), *one.texts.values(), one.words, one.start.isoformat(), one.end.isoformat() if one.end else "")
            for number, one in enumerate(self.lines(key, who, on, text=text, state=state).lines, 1)
        ]
        name = file_name(f"{register.title}_{on:%Y%m%d}")
        return Produced(name=f"{name}.xlsx", data=plain(register.title, heads, rows, mark=taken_out(who, self._now())))


def line_points_to(line: RegisterLine, column: str) -> str:
    """The record that a line names in a column; empty if it names none."""
    kept = line.facts.get(column)
    return str(kept.get("id", "")) if isinstance(kept, dict) else ""


def _within(register: Register, line: RegisterLine, scope: Scope) -> bool:
    """Whether a line is for a unit to which whoever looks belongs; what tells of a person is not for all below it."""
    unit = line.facts.get(register.within) if register.within else None
    if not unit or str(unit) not in scope.unit.split("/"):
        return False
    told = any(line.facts.get(one.key) for one in register.columns if one.private)
    return not told or scope.reach is not Reach.OWN


def _line(plan: RegisterPlan, line: RegisterLine) -> Line:
    return Line(
        id=line.line,
        state=line.state,
        words=getattr(plan.register.states, str(line.state)),
        since=line.since,
        start=line.start,
        end=line.end,
        texts={one.key: plan.shown(one.key, line.facts) for one in plan.register.columns},
        record=line.record,
        unit=line.unit,
    )
