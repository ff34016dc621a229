"""What boards and reminders know of a record: folded out of its facts when an entry is written, kept in the index.

So a page over many records reads none of them. A record whose entry was written before a board was declared, or
declared otherwise, is folded when it is first asked for.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from onefill.definitions import Definitions
from onefill.definitions.boards import Board, RegisterSays, Source
from onefill.definitions.expressions import ExpressionError, compile_text
from onefill.definitions.model import FieldDefinition, Form
from onefill.definitions.values import text_of
from onefill.facts.questions import key_of
from onefill.facts.sheet import Sheet
from onefill.reviews import Case
from onefill.service.asking import Names, items_of, value_of, with_acts

#: Where in a summary's ``about`` it lies.
GLANCE = "glance"
#: Happenings of one record on one board at most; nobody reads more of one class.
MOST_HAPPENINGS = 1_000


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happens, as a record's facts tell it.

    Attributes:
        source: Number of the source of its board,
        happening: and of the happening within that.
        day: First day; ``until`` the last, the same if it takes one.
        time: The time of day in words, empty if none.
        text: What the author has it say.
    """

    source: int
    happening: int
    day: date
    until: date
    time: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Count:
    """What one record adds to statistics, for one month and one group of each kind.

    Attributes:
        source: Number of the source of its board.
        month: ``2026-12``; empty where nothing says when.
        groups: The group's text by its key.
        sums: Numbers by name.
        kinds: Different texts by name.
    """

    source: int
    month: str
    groups: Mapping[str, str]
    sums: Mapping[str, Decimal]
    kinds: Mapping[str, frozenset[str]]


@dataclass(frozen=True, kw_only=True)
class ToAsk:
    """A question to a register about a record, and the day it is asked about: none for the day of asking."""

    question: str
    given: tuple[str, ...]
    on: date | None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A deadline of the form that is to be kept.

    Attributes:
        key: Its key.
        day: From which it counts.
        days: Its working days, if any.
        only: Questions to registers of which one must be answered yes, if there are any.
        unless: Those of which none may be.
    """

    key: str
    day: date
    days: int | None
    only: tuple[ToAsk, ...] = ()
    unless: tuple[ToAsk, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Glance:
    """What is known of a record without opening it.

    Attributes:
        events: By board.
        counts: By board.
        wanted: Deadlines that are not kept yet.
        life: First and last day of each point of the form's line.
        ends: Fields with ``expires`` and the day that each holds.
        faults: How many expressions could not be worked out.
    """

    events: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    counts: Mapping[str, tuple[Count, ...]] = field(default_factory=dict)
    wanted: tuple[Wanted, ...] = ()
    life: tuple[tuple[date | None, date | None], ...] = ()
    ends: tuple[tuple[str, date], ...] = ()
    faults: int = 0


class Folds:
    """Folds records of the definitions in use; what each form is asked is worked out once.

    Args:
        definitions: Those in use.
    """

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self._boards = {form: tuple(_boards_over(definitions, form)) for form in definitions.forms}
        self._marks = {form: self._mark(form) for form in definitions.forms if form not in definitions.retired}

    def mark(self, form: str) -> str:
        """Tells what is folded out of a form's records from what was before; empty if nothing is."""
        return self._marks.get(form, "")

    def of(self, sheet: Sheet, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What to keep in ``about`` of a record's summary: nothing where nobody asks anything.

        Args:
            sheet: The record's facts.
            data: Where it says what was done to the record, if that is not what the facts come from.
        """
        form = sheet.plan.form
        mark = self.mark(form.form)
        if not mark:
            return {}
        folding = _Folding(sheet, sheet.data if data is None else data)
        told = {"mark": mark, "boards": folding.boards(self._boards[form.form]), "wanted": folding.wanted()}
        return {GLANCE: {**told, "life": folding.life(), "ends": folding.ends(), "faults": folding.faults}}

    def _mark(self, form: str) -> str:
        found = self.definitions.forms[form]
        asked = (*self._boards[form], *found.deadlines, *found.life)
        told = [*(one.model_dump_json() for one in asked), *(field.key for field in expiring(found))]
        return sha256("\n".join(told).encode()).hexdigest()[:8] if told else ""


def expiring(form: Form) -> list[FieldDefinition]:
    """The fields of a form, outside of rows, that hold a day on which something runs out."""
    return [field for field in form.plain_fields.values() if field.expires]


def glance_of(kept: Mapping[str, Any]) -> Glance:
    """A glance as ``Folds.of`` has put it down."""
    boards: Mapping[str, list[Any]] = kept["boards"]
    return Glance(
        events={key: tuple(_event(*one) for one in told) for key, told in boards.items() if told and len(told[0]) > 5},
        counts={key: tuple(_count(*one) for one in told) for key, told in boards.items() if told and len(told[0]) < 6},
        wanted=wanted_of(kept),
        life=tuple((_known(first), _known(last)) for first, last in kept["life"]),
        ends=tuple((key, _day(day)) for key, day in kept["ends"]),
        faults=kept["faults"],
    )


def wanted_of(kept: Mapping[str, Any]) -> tuple[Wanted, ...]:
    """Only the deadlines of what ``Folds.of`` has put down."""
    return tuple(
        Wanted(key=key, day=_day(day), days=days, only=_to_ask(only), unless=_to_ask(unless))
        for key, day, days, only, unless in kept["wanted"]
    )


def _to_ask(kept: Iterable[Any]) -> tuple[ToAsk, ...]:
    return tuple(ToAsk(question=name, given=tuple(given), on=_known(on)) for name, given, on in kept)


class _Folding:
    """Folds one record, counting what could not be worked out."""

    def __init__(self, sheet: Sheet, data: Mapping[str, Any]) -> None:
        self.sheet = sheet
        self.data = data
        self.faults = 0

    def boards(self, boards: Iterable[Board]) -> dict[str, list[Any]]:
        """By board, what each of its sources takes from the record."""
        form = self.sheet.plan.form.form
        found: dict[str, list[Any]] = {}
        for board in boards:
            sources = [(number, one) for number, one in enumerate(board.of) if one.form == form]
            fold = self._counts if board.kind == "statistics" else self._events
            found[board.key] = [line for number, one in sources for line in fold(number, one)]
        return found

    def wanted(self) -> list[list[Any]]:
        """The form's deadlines that are to be kept and are not yet."""
        names, found = with_acts(self.sheet, lambda: Case.of(self.data)), []
        for one in self.sheet.plan.form.deadlines:
            due = one.when is None or self._value(one.when, names)
            day = self._value(one.day, names)
            if due and isinstance(day, date) and not (one.done and self._value(one.done, names)):
                days = self._value(one.days, names) if one.days else None
                term = int(days) if isinstance(days, int | Decimal) else None
                asked = ([self._asked(said, names) for said in some] for some in (one.only, one.unless))
                found.append([one.key, day.isoformat(), term, *asked])
        return found

    def _asked(self, said: RegisterSays, names: Names) -> list[Any]:
        """A question to a register, with what it is asked by; of what is not known there is no line."""
        given = [key_of(value) for value in (self._value(one, names) for one in said.of)]
        return [said.question, given, self._iso(said.on, names)]

    def life(self) -> list[list[str]]:
        """First and last day of each point of the form's line, empty where not known."""
        pairs = [(one.date, one.until) for one in self.sheet.plan.form.life]
        return [[self._iso(source, self.sheet.view) for source in pair] for pair in pairs]

    def ends(self) -> list[list[str]]:
        """Days on which something runs out, with the field that says so."""
        view = self.sheet.view
        days = ((field.key, self._iso(field.key, view)) for field in expiring(self.sheet.plan.form))
        return [[key, day] for key, day in days if day]

    def _events(self, number: int, source: Source) -> Iterator[list[Any]]:
        for place, one in enumerate(source.happenings):
            for names in self._items(one.each)[:MOST_HAPPENINGS]:
                day = self._iso(one.day, names)
                if day:
                    until = self._iso(one.until, names)
                    time = text_of(self._value(one.time, names)) if one.time else ""
                    yield [number, place, day, until if until > day else "", time, self._text(one.text, names)]

    def _counts(self, number: int, source: Source) -> Iterator[list[Any]]:
        """Sums over all items, one line for each month and groups."""
        lines: dict[tuple[str, ...], tuple[dict[str, Decimal], dict[str, set[str]]]] = {}
        for names in self._items(source.each):
            month = self._iso(source.day, names)[:7]
            place = (month, *(text_of(self._value(one, names)) for one in source.groups.values()))
            sums, kinds = lines.setdefault(place, ({}, {}))
            for key, one in source.counts.items():
                value = self._value(one, names)
                if isinstance(value, int | Decimal):
                    sums[key] = sums.get(key, Decimal(0)) + Decimal(value)
                elif value is not None:
                    kinds.setdefault(key, set()).add(text_of(value))
        for (month, *groups), (sums, kinds) in lines.items():
            told = {key: str(value) for key, value in sums.items()}
            different = {key: sorted(texts) for key, texts in kinds.items()}
            yield [number, month, dict(zip(source.groups, groups, strict=True)), told, different]

    def _items(self, each: str | None) -> list[Names]:
        try:
            return items_of(self.sheet, each)
        except ExpressionError:
            self.faults += 1
            return []

    def _value(self, source: str, names: Names) -> Any:
        try:
            return value_of(source, names)
        except ExpressionError:
            self.faults += 1
            return None

    def _iso(self, source: str | None, names: Names) -> str:
        found = self._value(source, names) if source else None
        return found.isoformat() if isinstance(found, date) else ""

    def _text(self, source: str | None, names: Names) -> str:
        try:
            return " ".join(compile_text(source).render(names).split()) if source else ""
        except ExpressionError:
            self.faults += 1
            return ""


def _boards_over(definitions: Definitions, form: str) -> Iterator[Board]:
    for pack in definitions.packs.values():
        yield from (board for board in pack.boards if any(source.form == form for source in board.of))


def _event(source: int, happening: int, day: str, until: str, time: str, text: str) -> Event:
    first = _day(day)
    return Event(
        source=source, happening=happening, day=first, until=_day(until) if until else first, time=time, text=text
    )


def _count(
    source: int, month: str, groups: Mapping[str, str], sums: Mapping[str, str], kinds: Mapping[str, list[str]]
) -> Count:
    return Count(
        source=source,
        month=month,
        groups=groups,
        sums={key: Decimal(value) for key, value in sums.items()},
        kinds={key: frozenset(texts) for key, texts in kinds.items()},
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _known(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
