"""What is to be done and until when, over all that somebody may see: deadlines of forms, and terms of stages.

It is read from the index alone. Where the form gives no number of days there is no term, and none is made up.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal

from onefill.definitions.boards import Deadline
from onefill.definitions.expressions import compile_expression
from onefill.definitions.model import Form
from onefill.definitions.procedure import Stage
from onefill.definitions.registers import LineDue, Register
from onefill.facts.register_lines import RegisterPlan
from onefill.fields.working_days import WorkingDays
from onefill.reviews.moves import awaited_of, hand_in, phase_of, waits_for
from onefill.service.book import Book
from onefill.service.cases import STAGES, roles_of, state_key, working_days
from onefill.service.cleaning import Cleanable, Cleaning
from onefill.service.glance import ToAsk, Wanted
from onefill.service.glances import MOST, Glances
from onefill.service.indexing import called_in_office
from onefill.service.judging import is_in_office
from onefill.service.lapsing import lapsing
from onefill.service.register_answers import AskRegister, meant
from onefill.service.registers import line_points_to
from onefill.service.room import Room
from onefill.service.shapes import Person
from onefill.service.timekeeping import as_left
from store import EVERYTHING, Found, lies_within
from store.registers import LineState


@dataclass(frozen=True, kw_only=True)
class Due:
    """Something that somebody is to do.

    Attributes:
        kind: ``deadline`` of the form, ``stage`` in which the case stands, ``ready``: nothing is wanting any more, or
            ``clean``: what nobody has touched for years may be cleaned away, or ``list``: one of the pack ends soon,
            which both are of no one record.
        record: Its id; ``form`` its form; ``unit`` the path of its unit; ``label`` what it is called.
        matter: Title of the form.
        what: What is to be done, or the stage it waits in.
        day: Until when; none where no number of days is given.
        left: Working days until then, fewer than none once it has passed; none without a day.
        since: The day from which it counts.
        assigned: Who has taken it; empty if nobody has.
        clause: Where it is asked.
        ends: Key of the phase or stage whose beginning ends it; empty if nothing is named.
        section: Key of the section in which it is done; empty if nothing is named.
    """

    kind: Literal["deadline", "stage", "ready", "clean", "list"]
    record: str
    form: str
    unit: str
    label: str
    matter: str
    what: str
    day: date | None
    left: int | None
    since: date | None
    assigned: str = ""
    clause: str = ""
    ends: str = ""
    section: str = ""


class Dues(Room):
    """The one list of what is due."""

    def __init__(self, book: Book, glances: Glances, cleaning: Cleaning, now: Callable[[], datetime]) -> None:
        self._book = book
        self._cleaning = cleaning
        self._glances = glances
        self._now = now

    def of(self, who: Person, unit: str = "") -> tuple[Due, ...]:
        """What somebody's roles have to do: what is overdue first, what has no term last.

        Args:
            who: Who looks.
            unit: Only of this unit and those below.
        """
        definitions = self._book.definitions
        found = [*self._cleanable(who, unit), *self._lapsing(who)]
        for key, form in definitions.forms.items():
            if key not in definitions.retired:
                roles = roles_of(definitions, key, who)
                found += self._reminders(form, roles, who, unit)
                found += self._terms(form, roles, who, unit)
                found += self._awaited(form, roles, who, unit)
        for pack in definitions.packs.values():
            for register in pack.registers:
                found += self._of_lines(register, who, unit)
        return in_order(found)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _cleanable(self, who: Person, unit: str) -> Iterator[Due]:
        """What may be cleaned away, a line for each form: it has no term, for nothing says until when."""
        by_form: dict[str, list[Cleanable]] = {}
        # Whoever works alone has no page of accounts: the command line lists it there.
        for one in self._cleaning.of(who) if who.roles is not None else ():
            if lies_within(one.unit, unit):
                by_form.setdefault(one.form, []).append(one)
        for form, some in by_form.items():
            yield Due(
                kind="clean",
                record="",
                form=form,
                unit=who.unit,
                label=f"{len(some)} 份没有交的、没有通过的",
                matter=some[0].title,
                what="清理满了年数没有人动过的",
                day=None,
                left=None,
                since=some[0].since,
            )

    def _lapsing(self, who: Person) -> Iterator[Due]:
        """Lists of holidays that end soon, for those who look after them."""
        definitions, today = self._book.definitions, self._now().date()
        for one in lapsing(definitions, today):
            form = next((key for key in one.pack.forms if key in definitions.forms), "")
            if form and not roles_of(definitions, form, who).isdisjoint(one.pack.calendar.by):
                yield Due(
                    kind="list",
                    record="",
                    form=form,
                    unit=who.unit,
                    label=one.table.title,
                    matter=one.pack.title,
                    what=f"补上 {one.wanted} 年放假和调休的日子，期限才数得对",
                    day=one.last,
                    left=working_days(definitions, form).between(today, one.last),
                    since=None,
                )

    def _reminders(self, form: Form, roles: frozenset[str], who: Person, unit: str) -> Iterator[Due]:
        mine = {one.key: one for one in form.deadlines if not roles.isdisjoint(one.by)}
        says = partial(self._says, self._book.registers_at_one_look())
        days, today = working_days(self._book.definitions, form.form), self._now().date()
        for found, wanted in self._glances.wanted(who, form.form, unit) if mine else ():
            one = mine.get(wanted.key)
            if one is None or not _awaited(form, one, found):
                continue
            day = None if wanted.days is None else term(days, wanted.day, wanted.days)
            if (day or wanted.day) - timedelta(days=one.ahead) <= today and _stands(wanted, partial(says, found)):
                yield self._due(found, form, one, days, day, wanted.day, who)

    def _says(self, ask: AskRegister, found: Found, asked: ToAsk) -> bool:
        """Whether a register says so of the day that is asked about, and today: what was lifted since bars nothing."""
        today = self._now().date()
        days = dict.fromkeys((today, asked.on or today))
        return all(ask(found.form, asked.question, asked.given, day, found.unit) for day in days)

    def _terms(self, form: Form, roles: frozenset[str], who: Person, unit: str) -> Iterator[Due]:
        stages = {state_key(phase_of(form, one.phase), one.key): one for one in form.stages}
        states = [state for state, one in stages.items() if not roles.isdisjoint(acting(form, one))]
        find, days = self._book.store.find, working_days(self._book.definitions, form.form)
        if not states:
            return
        for found in find(form=form.form, scope=who.scope, unit=unit, states=states, order="due", limit=MOST):
            since = found.about.get("since")
            entered = datetime.fromisoformat(since).date() if since else None
            yield self._due(found, form, stages[found.state], days, found.due, entered, who)

    def _awaited(self, form: Form, roles: frozenset[str], who: Person, unit: str) -> Iterator[Due]:
        """What has passed and waits for one more act of this person, whatever else has become of the record."""
        stages = [one for one in form.stages if one.awaited and not roles.isdisjoint(awaited_of(form, one))]
        days = working_days(self._book.definitions, form.form)
        for found in self._book.store.find(form=form.form, scope=who.scope, unit=unit, limit=MOST) if stages else ():
            for one in stages:
                if one.key in found.about.get(STAGES, ()):
                    yield self._due(found, form, one, days, None, None, who)

    def _of_lines(self, register: Register, who: Person, unit: str) -> Iterator[Due]:
        """What lines in force ask of the records they point to, as far as this person sees these."""
        definitions, store = self._book.definitions, self._book.store
        forms = {one.key: one.form or "" for one in register.columns}
        for one in register.dues:
            form = definitions.forms.get(forms.get(one.link, ""))
            if form is None or roles_of(definitions, form.form, who).isdisjoint(one.by):
                continue
            seen = {found.record: found for found in store.find(form=form.form, scope=who.scope, unit=unit, limit=MOST)}
            where = compile_expression(one.where) if one.where else None
            plan, days = RegisterPlan(register, lambda: self._now().date()), working_days(definitions, form.form)
            on = as_left(store, self._now().date())
            for line in store.register(register.key, on, EVERYTHING) if seen else ():
                found = seen.get(line_points_to(line, one.link))
                if found is not None and line.state is LineState.OPEN and meant(register, where, line):
                    day = plan.value(one.day, line.facts) if one.day else None
                    yield self._due(found, form, one, days, day if isinstance(day, date) else None, line.since, who)

    def _due(
        self,
        found: Found,
        form: Form,
        one: Deadline | Stage | LineDue,
        days: WorkingDays,
        day: date | None,
        since: date | None,
        who: Person,
    ) -> Due:
        office = is_in_office(self._book.definitions, found.form, who)
        staged = isinstance(one, Stage)
        return Due(
            kind="stage" if staged else "deadline",
            record=found.record,
            form=found.form,
            unit=found.unit,
            label=called_in_office(found) if office else found.label,
            matter=form.title,
            what=one.title,
            day=day,
            left=days.between(self._now().date(), day) if day else None,
            since=since,
            assigned=str(found.about.get("assigned", "")) if staged else "",
            clause="" if isinstance(one, Stage) else one.clause,
            ends=(one.until or "") if isinstance(one, Deadline) else "",
            section=(one.section or "") if isinstance(one, Deadline) else "",
        )


def in_order(found: Sequence[Due]) -> tuple[Due, ...]:
    """By their days; of what has none, all of one record together and as its form tells them, longest waiting first."""
    begun: dict[str, date] = {}
    for one in found:
        if one.day is None:
            begun[one.record] = min(begun.get(one.record, date.max), one.since or date.max)

    def place(one: Due) -> tuple[date, date, str, str]:
        if one.day is None:
            return date.max, begun[one.record], one.label, one.record
        return one.day, one.since or date.max, one.label, one.what

    return tuple(sorted(found, key=place))


def _awaited(form: Form, one: Deadline, found: Found) -> bool:
    """Whether its time has begun by what has passed, and has not ended by what was handed in."""
    if one.passed is not None and one.passed not in found.about.get("passed", ()):
        return False
    begun = found.about.get(STAGES, ())
    if one.stages and set(one.stages).isdisjoint(begun):
        return False
    ends = (one.until in (stage.key, phase_of(form, stage.phase)) for stage in form.stages if stage.key in begun)
    return not any(ends)


def _stands(wanted: Wanted, says: Callable[[ToAsk], bool]) -> bool:
    """Whether registers say what a deadline asks of them, and nothing that bars it."""
    return (not wanted.only or any(map(says, wanted.only))) and not any(map(says, wanted.unless))


def term(days: WorkingDays, start: date, count: int) -> date:
    """The last day of a term of working days after a day, or for fewer than none the day so many before it."""
    return days.after(start, count) if count >= 0 else days.before(start, -count)


def acting(form: Form, stage: Stage) -> frozenset[str]:
    """The roles that are to act in a stage: before an office those it waits for, else those that hand it in again."""
    phase = phase_of(form, stage.phase)
    return (hand_in if stage.holder == "owner" else waits_for)(form, phase, stage.key)
