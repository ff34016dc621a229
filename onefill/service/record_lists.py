"""Lists of records: those of a form, what is under way, what runs out; none is opened but those that are shown."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from onefill.reviews.moves import awaited_in, stage_of
from onefill.service.book import Book
from onefill.service.cases import STAGES
from onefill.service.errors import RecordUnknown
from onefill.service.glance import expiring
from onefill.service.glances import MOST, Glances
from onefill.service.guard import seen_by
from onefill.service.index_line import index_line, to_come_of
from onefill.service.indexing import FILLING, called_in_office
from onefill.service.judging import is_in_office
from onefill.service.portrait import summary_line
from onefill.service.room import Room
from onefill.service.shapes import Expiry, Front, Named, Person, RecordSummary
from store import Found, StoreError

#: Records on a page of the start page.
FRONT = 20
First = Literal["back", "due", "changed"]


class RecordLists(Room):
    """What a person sees of many records."""

    def __init__(self, book: Book, glances: Glances, now: Callable[[], datetime]) -> None:
        self._book = book
        self._glances = glances
        self._now = now

    def list(self, form: str | None = None, text: str = "", *, limit: int = 200) -> Sequence[RecordSummary]:
        """Records, the last touched first.

        Args:
            form: Only those of this form.
            text: Only those whose label or index holds it.
            limit: At most so many.
        """
        found = self._book.store.find(form=form, text=text, limit=limit, scope=self.scope)
        return self._lines(found)

    def names(self, limit: int) -> Sequence[Named]:
        """What records are called, the last touched first; out of the index alone, none is opened.

        Args:
            limit: At most so many.
        """
        definitions = self._book.definitions
        return [
            Named(id=one.record, form=one.form, label=_label(one, is_in_office(definitions, one.form, self.who)))
            for one in self._book.store.find(limit=limit, scope=self.scope)
            if one.form in definitions.forms
        ]

    def expiring(self, form: str) -> Sequence[Expiry]:
        """What runs out in the records of a form, the next first: days of fields with ``expires``."""
        labels = {field.key: field.label for field in expiring(self._book.definitions.form(form))}
        today = self._now().date()
        found = [
            Expiry(record=line.record, label=line.label, what=labels[key], day=day, left=(day - today).days)
            for line, glance in (self._glances.over(self.who, form) if labels else ())
            for key, day in glance.ends
        ]
        return sorted(found, key=lambda one: one.day)

    def count(self, form: str) -> int:
        """How many records of a form there are."""
        return self._book.store.count(form=form, scope=self.scope)

    def front(self, forms: Sequence[str] | None, *, first: First, text: str = "", page: int = 1) -> Front:
        """A page of what is under way; no record but those on it is opened.

        Args:
            forms: Whose records; those of all forms if none are named.
            first: What comes first: what came ``back``, or what is ``due`` of what lies with an office; else what was
                changed last.
            text: Only those whose label or index holds it.
            page: From 1.
        """
        find, scope = self._book.store.find, self.scope
        asked = (None,) if forms is None else forms
        found = [one for form in asked for one in find(form=form, text=text, limit=MOST, scope=scope)]
        found.sort(key=lambda one: one.changed_at, reverse=True)
        if first == "due":
            found.sort(key=_due_first)
        elif first == "back":
            found.sort(key=lambda one: holder_of(one) != "owner")
        counts = Counter(map(self._in_hand, found))
        shown = found[(page - 1) * FRONT : page * FRONT]
        return Front(lines=tuple(self._lines(shown)), total=len(found), counts=counts)

    def some(self, records: Sequence[str]) -> tuple[RecordSummary, ...]:
        """The lines of these records, without those that are gone or out of reach."""
        found = []
        for record in records:
            with self._book.lock:
                try:
                    opened = seen_by(self._book, record, self.who)
                except (StoreError, RecordUnknown):
                    continue
                if not opened.deleted:
                    found.append(summary_line(self._book, opened))
        return tuple(found)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _lines(self, found: Sequence[Found]) -> Sequence[RecordSummary]:
        """The records as lines; one that cannot be read is left out of the list, the store names it."""
        who, definitions = self.who, self._book.definitions
        known = {one.record: index_line(definitions, one, who) for one in found}
        with self._book.at_one_look(record for record, line in known.items() if line is None):
            lines = [known[one.record] or self._line(one, who) for one in found]
        return [line for line in lines if line is not None]

    def _line(self, found: Found, who: Person) -> RecordSummary | None:
        try:
            with self._book.lock:
                line = summary_line(self._book, self._book.open(found.record))
        except StoreError:
            return None
        office = is_in_office(self._book.definitions, found.form, who)
        return replace(line, label=called_in_office(found)) if office else line

    def _in_hand(self, found: Found) -> str:
        """In whose hands a record is; what was passed is filled further until all that is handed in of it was."""
        holder, form = holder_of(found), self._book.definitions.forms.get(found.form)
        if form is None or holder != "done":
            return holder
        phase, _, stage = found.state.partition(".")
        if awaited_in(form, found.about.get(STAGES, ())):
            return "office"
        ended = not stage_of(form, phase, stage).passed or not to_come_of(form, found)
        return "done" if ended else FILLING


def _label(found: Found, office: bool) -> str:
    return called_in_office(found) if office else found.label


def holder_of(found: Found) -> str:
    """In whose hands a record is: ``filling``, ``office``, ``owner`` once it came back, ``done``."""
    return FILLING if found.state == FILLING else str(found.about.get("holder", FILLING))


def _due_first(found: Found) -> tuple[bool, date]:
    due = found.due if holder_of(found) != "done" else None
    return holder_of(found) != "office", due or date.max
