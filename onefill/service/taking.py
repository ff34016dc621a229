"""Rows that another record was made for this one with, e.g. numbers that an office gives out, taken over by a click."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from onefill.definitions.expressions import Empty, told_of
from onefill.definitions.model import Takes
from onefill.facts.questions import line_id
from onefill.facts.sheet import Sheet
from onefill.facts.views import RowView
from onefill.service.book import Book
from onefill.service.guard import filled_by
from onefill.service.indexing import link_token, token
from onefill.service.lookups import in_parts, stands_in
from onefill.service.open_record import OpenRecord
from onefill.service.room import Room
from onefill.service.shapes import Person
from onefill.service.timekeeping import as_left
from store import EVERYTHING, Change
from store.registers import LineState

#: More lists are made for no record.
MOST_LISTS = 1_000
#: So many lines of a register are looked up one by one.
FEW_LINES = 200


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What may be taken over.

    Attributes:
        title: What the button says.
        rows: How many rows it would fill.
        left: How many given rows would be left, since no row is theirs.
    """

    title: str
    rows: int
    left: int


class Taking(Room):
    """Fills rows with what was given out for the record; what is filled already stays.

    Args:
        book: Holds the records.
        today: The clock, for what registers say.
    """

    def __init__(self, book: Book, today: Callable[[], date]) -> None:
        self._book = book
        self._today = today

    def offered(self, record: str, section: str) -> Offer | None:
        """What may be taken over into a section; nothing where nothing was given, or all is filled in."""
        with self._book.lock:
            opened = self._book.open(record)
            takes = _takes(opened, section)
            if takes is None:
                return None
            given = self._given(opened, takes, section)
            pairs = list(_pairs(opened.sheet, section, takes, given))
            return Offer(title=takes.title, rows=len(pairs), left=len(given) - len(pairs)) if pairs else None

    def take(self, record: str, section: str, who: Person) -> int:
        """Take it over; how many rows were filled.

        Raises:
            SectionLocked: What it would fill was handed in.
        """
        with self._book.lock:
            opened = self._book.settled(filled_by(self._book, record, who), who.name)
            takes = _takes(opened, section)
            if takes is None:
                return 0
            pairs = list(_pairs(opened.sheet, section, takes, self._given(opened, takes, section)))
            changes = [
                Change(f"{section}/{row.row}/{ours}", _of(line, theirs))
                for row, line in pairs
                for ours, theirs in takes.set_.items()
                if _of(line, theirs) is not None
            ]
            self._book.keep(opened, changes, who.name)
            return len(pairs)

    def _given(self, opened: OpenRecord, takes: Takes, section: str) -> list[RowView]:
        """The rows that others hold for this record and that are in none of its rows yet, in the order given."""
        ours, theirs = next(iter(takes.set_.items()))
        held = {None, *(_of(row, ours) for row in opened.sheet.rows(section))}
        given, shared = (
            [line for sheet in lists for line in sheet.rows(takes.section) if _of(line, theirs) not in held]
            for lists in (self._lists(opened, takes), self._shared_lists(opened, takes))
        )
        taken = self._taken_elsewhere(opened, section, ours, [_of(line, theirs) for line in shared])
        free = given + [line for line in shared if _of(line, theirs) not in taken]
        return free if takes.register_ is None else self._in_force(takes.register_, free, theirs)

    def _in_force(self, register: str, lines: Sequence[RowView], theirs: str) -> list[RowView]:
        """Those that a register has in force: what it has ended or suspended is not given out once more."""
        on = as_left(self._book.store, self._today())
        named = [line_id([str(_of(line, theirs))]) for line in lines]
        # Of a few lines each is looked up; for many the register is read once.
        asked: Sequence[str | None] = named if len(named) <= FEW_LINES else [None]
        found = [one for name in asked for one in self._book.store.register(register, on, EVERYTHING, line=name)]
        open_ = {one.line for one in found if one.state is LineState.OPEN}
        return [line for line, name in zip(lines, named, strict=True) if name in open_]

    def _lists(self, opened: OpenRecord, takes: Takes) -> Iterator[Sheet]:
        """The facts of the records that are for this one and stand where they count, the first made first."""
        for sheet in self._standing(takes, link_token(opened.id)):
            if sheet.stored(takes.link, None) == opened.id:
                yield sheet

    def _shared_lists(self, opened: OpenRecord, takes: Takes) -> Iterator[Sheet]:
        """The facts of the records that are for no single one but for all that are like this one."""
        if not takes.shared:
            return
        alike = {key: told_of(source, opened.sheet.view) for key, source in takes.shared.items()}
        if None in alike.values():
            return
        for sheet in self._standing(takes, *(token(key, value) for key, value in alike.items())):
            aimed = not isinstance(sheet.value(takes.link), Empty)
            if not aimed and all(sheet.value(key) == value for key, value in alike.items()):
                yield sheet

    def _standing(self, takes: Takes, *tokens: str) -> Iterator[Sheet]:
        """The facts of the records that are found by all these and stand where they count, the first made first."""
        for one in reversed(self._book.store.find(form=takes.form, tokens=tokens, scope=EVERYTHING, limit=MOST_LISTS)):
            sheet = self._book.linked(takes.form, one.record) if stands_in(one, takes.stages) else None
            if sheet is not None:
                yield sheet

    def _taken_elsewhere(self, opened: OpenRecord, section: str, ours: str, values: Sequence[Any]) -> set[Any]:
        """Which of these values rows of other records hold already."""
        asked = {token(f"{section}.{ours}", value): value for value in values}
        find, form = self._book.store.find_each, opened.sheet.plan.form.form
        parts = in_parts([*asked])
        held = (find(form=form, among=some, scope=EVERYTHING, limit=MOST_LISTS).items() for some in parts)
        return {asked[key] for some in held for key, who in some if any(one.record != opened.id for one in who)}


def _takes(opened: OpenRecord, section: str) -> Takes | None:
    found = opened.sheet.plan.repeats.get(section)
    return found.takes if found else None


def _pairs(sheet: Sheet, section: str, takes: Takes, given: Sequence[RowView]) -> Iterator[tuple[RowView, RowView]]:
    """Which of our rows takes which given one: whoever is named takes that, the others in order what names nobody."""
    first = next(iter(takes.set_))
    waiting = {row.row: row for row in sheet.rows(section) if _of(row, first) is None and _meant(sheet, takes, row)}
    named = {_names(line, takes.same.values()): line for line in given if _says_whom(line, takes)}
    for row in list(waiting.values()):
        line = named.get(_names(row, takes.same))
        if line is not None:
            yield waiting.pop(row.row), line
    yield from zip(waiting.values(), (line for line in given if not _says_whom(line, takes)), strict=False)


def _meant(sheet: Sheet, takes: Takes, row: RowView) -> bool:
    """Whether a row takes anything at all."""
    return takes.when is None or bool(told_of(takes.when, sheet.scope(row)))


def _says_whom(line: RowView, takes: Takes) -> bool:
    return any(_of(line, key) is not None for key in takes.same.values())


def _names(row: RowView, keys: Iterable[str]) -> tuple[Any, ...]:
    return tuple(_of(row, key) for key in keys)


def _of(row: RowView, key: str) -> Any:
    """What is kept in a row; nothing where it is empty or could not be read."""
    stored = row.sheet.stored(row.sheet.plan.names[(row.section, key)], row.row)
    return None if isinstance(stored, dict) or stored == "" else stored
