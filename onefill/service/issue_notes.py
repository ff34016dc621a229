"""What is done to the records behind a list once it is public: batch by batch, gone on with where it broke off."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from itertools import islice

from onefill.definitions.procedure import Action
from onefill.definitions.publications import Publication
from onefill.service.batch_shapes import Batch
from onefill.service.batches import MOST as MOST_AT_ONCE
from onefill.service.batches import Batches, BatchUnknown
from onefill.service.book import Book
from onefill.service.cases import STAGES, roles_of
from onefill.service.shapes import Person
from store import EVERYTHING, Found, RecordUnknown
from store.registers import LineState

#: So many records are looked through at most.
MOST = 20_000
#: So many batches of records are noted after an issue at most.
MOST_BATCHES = 100


class IssueNotes:
    """Notes on records that they were made public.

    Args:
        book: Definitions and records.
        batches: Do it to many records.
        now: The clock.
    """

    def __init__(self, book: Book, batches: Batches, now: Callable[[], datetime]) -> None:
        self._book = book
        self._batches = batches
        self._now = now

    def first(self, wanted: Publication, who: Person, on: date, id: str) -> None:
        """Note all records of an issue that has just gone out."""
        for batch in self._begin(wanted, who, on, id):
            self._batches.run(batch, who)

    def rest(self, wanted: Publication, who: Person, on: date, id: str) -> bool:
        """Note what an issue that broke off has left; whether anything was noted."""
        broken = [one.id for one in self.of(id, who) if not one.finished]
        # What has gone of a batch that broke off is told by the stages of its records: the rest goes as a new one.
        run = [self._batches.run(one, who) for one in broken]
        run += [self._batches.run(one, who) for one in self._begin(wanted, who, on, id, self._begun(id))]
        return any(one.gone for one in run)

    def of(self, id: str, who: Person) -> tuple[Batch, ...]:
        """What became of the records of an issue."""
        found = []
        for place in range(self._begun(id)):
            with suppress(BatchUnknown):  # somebody else's
                found.append(self._batches.look(f"batch-{_request(id, place)}", who))
        return tuple(found)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _begun(self, id: str) -> int:
        """How many batches were begun for an issue, by whomever."""
        for place in range(MOST_BATCHES):
            try:
                self._book.store.latest(f"batch-{_request(id, place)}", EVERYTHING)
            except RecordUnknown:
                return place
        return MOST_BATCHES

    def _begin(self, wanted: Publication, who: Person, on: date, id: str, after: int = 0) -> Iterator[str]:
        """Batches of what is done to the records that opened the lines.

        Args:
            wanted: The publication.
            who: Who publishes.
            on: The day.
            id: Of the issue.
            after: How many batches of it there are.
        """
        parts = islice(self._parts(wanted, who, on), MOST_BATCHES - after)
        for place, (action, records) in enumerate(parts, after):
            day, request = self._now().date(), _request(id, place)
            yield self._batches.begin(action, records, who, day=day, request=request).id

    def _parts(self, wanted: Publication, who: Person, on: date) -> Iterator[tuple[str, Sequence[str]]]:
        """So many records as one batch takes, each as far as it stands where something is done, and what that is."""
        if wanted.then is None or wanted.register_ is None:
            return
        lines = self._book.store.register(wanted.register_, on, who.scope)
        opened = {one.record for one in lines if one.state is LineState.OPEN}
        for form in self._book.definitions.forms.values():
            action = next((one for one in form.actions if one.key == wanted.then), None)
            if action is None or roles_of(self._book.definitions, form.form, who).isdisjoint(action.by):
                continue
            found = self._book.store.find(form=form.form, scope=who.scope, limit=MOST)
            chosen = [one.record for one in found if one.record in opened and _stands_in(one, action)]
            yield from ((action.key, chosen[at : at + MOST_AT_ONCE]) for at in range(0, len(chosen), MOST_AT_ONCE))


def _request(id: str, place: int) -> str:
    return f"{id}-{place}"


def _stands_in(found: Found, action: Action) -> bool:
    """Whether a phase of a record stands where something is done."""
    return not set(found.about.get(STAGES, ())).isdisjoint(action.from_)
