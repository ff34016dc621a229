"""Numbers drawn by the entry that first needs them, one entry for all it says: its data, and what lists call it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from onefill.facts import Sheet
from onefill.facts.drawing import NUMBERS, Due, due_numbers
from onefill.facts.questions import Asked, Outside
from onefill.facts.sheet import LinkResolver
from onefill.service.book import Book
from onefill.service.indexing import standing_as, summary_of, token
from store import DELETED, EVERYTHING, NewEntry

#: So many figures of a series are looked for in one question to the store.
AT_ONCE = 999


def is_due(sheet: Sheet) -> bool:
    """Whether a number could be drawn now."""
    return any(True for _ in due_numbers(sheet))


def with_numbers(book: Book, entry: NewEntry, sheet: Sheet) -> NewEntry:
    """An entry that draws every number that is due for its record.

    Args:
        book: Knows what lists say of facts.
        entry: To be appended.
        sheet: The facts it holds.
    """
    due = list(due_numbers(sheet))
    if not due:
        return entry
    links = _Remembered(sheet.links)

    def fill(new: NewEntry, numbers: Mapping[str, range]) -> NewEntry:
        data = dict(new.data or {})
        data[NUMBERS] = {**(data.get(NUMBERS) or {}), **dict(_drawn(due, numbers))}
        filled = Sheet(sheet.plan, data, record=new.record, links=links)
        filled.set_answers(sheet.answers)
        return replace(new, data=data, summary=book.at_a_glance(standing_as(new.summary, summary_of(filled)), filled))

    draws = dict(Counter(one.series for one in due))
    fill(entry, {series: range(1, most + 1) for series, most in draws.items()})  # no store is asked once they are drawn
    above = {one.series: figure for one in due if one.typed_before and (figure := _typed(book, entry.form, one))}
    return replace(entry, draws=draws, above=above, fill=fill)


def _typed(book: Book, form: str, due: Due) -> int:
    """The highest figure that people have typed of a series, above those drawn from it; 0 if there is none."""
    highest, first = 0, book.store.series(due.series) + 1
    while True:
        figures = range(first, first + AT_ONCE)
        if not _used(book, form, due, figures):
            return highest
        low, high = 0, len(figures) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if _used(book, form, due, figures[middle:]) else (low, middle - 1)
        highest = figures[low]
        first = highest + 1


def _used(book: Book, form: str, due: Due, figures: Sequence[int]) -> bool:
    """Whether any record has one of these numbers, the recycle bin among them: what is there may come back."""
    asked = [token(due.key, due.number(figure)) for figure in figures]
    found = (
        book.store.find(scope=EVERYTHING, form=form, state=state, among=asked, limit=1) for state in (None, DELETED)
    )
    return any(found)


def _drawn(due: list[Due], numbers: Mapping[str, range]) -> Iterator[tuple[str, str]]:
    figures: Mapping[str, Iterator[int]] = {series: iter(drawn) for series, drawn in numbers.items()}
    return ((one.key, one.number(next(figures[one.series]))) for one in due)


class _Remembered(Outside):
    """What lies outside a record, asked once."""

    def __init__(self, links: LinkResolver) -> None:
        self._links = links
        self._linked: dict[tuple[str, str], Sheet | None] = {}
        self._answers: dict[tuple[object, ...], object] = {}

    def __call__(self, form: str, record: str) -> Sheet | None:
        """The facts of a linked record, or ``None`` if it is gone."""
        if (form, record) not in self._linked:
            self._linked[form, record] = self._links(form, record)
        return self._linked[form, record]

    def ask(self, asked: Asked) -> object:
        """What a register answers; ``None`` where nobody can give it."""
        key = asked.plan.question.key, asked.given, asked.on
        if key not in self._answers:
            self._answers[key] = self._links.ask(asked) if isinstance(self._links, Outside) else None
        return self._answers[key]
