"""Rows that another record was made for this one with, e.g. numbers that an office gives out, taken over by a click."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from onefill.definitions.expressions import ExpressionError, compile_expression
from onefill.definitions.model import Takes
from onefill.facts.sheet import Sheet
from onefill.facts.views import RowView
from onefill.service.book import Book, OpenRecord
from onefill.service.guard import filled_by
from onefill.service.indexing import link_token
from onefill.service.lookups import stands_in
from onefill.service.room import Room
from onefill.service.shapes import Person
from store import EVERYTHING, Change

#: More lists are made for no record.
MOST_LISTS = 1_000


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
    """Fills rows with what was given out for the record; what is filled already stays."""

    def __init__(self, book: Book) -> None:
        self._book = book

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
        held = {_of(row, ours) for row in opened.sheet.rows(section)}
        lines = (line for sheet in self._lists(opened, takes) for line in sheet.rows(takes.section))
        return [line for line in lines if _of(line, theirs) is not None and _of(line, theirs) not in held]

    def _lists(self, opened: OpenRecord, takes: Takes) -> Iterator[Sheet]:
        """The facts of the records that are for this one and stand where they count, the first made first."""
        found = self._book.store.find(
            form=takes.form, tokens=[link_token(opened.id)], scope=EVERYTHING, limit=MOST_LISTS
        )
        for one in reversed(found):
            sheet = self._book.linked(takes.form, one.record) if stands_in(one, takes.stages) else None
            if sheet is not None and sheet.stored(takes.link, None) == opened.id:
                yield sheet


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
    if takes.when is None:
        return True
    try:
        return bool(compile_expression(takes.when).evaluate(sheet.scope(row)))
    except ExpressionError:  # told among the findings
        return False


def _says_whom(line: RowView, takes: Takes) -> bool:
    return any(_of(line, key) is not None for key in takes.same.values())


def _names(row: RowView, keys: Any) -> tuple[Any, ...]:
    return tuple(_of(row, key) for key in keys)


def _of(row: RowView, key: str) -> Any:
    """What is kept in a row; nothing where it is empty or could not be read."""
    stored = row.sheet.stored(row.sheet.plan.names[(row.section, key)], row.row)
    return None if isinstance(stored, dict) or stored == "" else stored
