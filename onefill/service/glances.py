"""What is known of many records without opening them, for boards, reminders and the start page."""

from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from onefill.service.aside import Pause
from onefill.service.book import Book
from onefill.service.errors import RecordUnknown
from onefill.service.glance import GLANCE, Glance, Wanted, glance_of, wanted_of
from onefill.service.shapes import Person
from store import EVERYTHING, Found, Reach, StoreError

#: So many records of a form are looked over; an office with more has other troubles.
MOST = 50_000
#: Records folded here because their entries do not hold what is asked, kept so many.
MOST_FOLDED = 20_000


class Glances:
    """What entries have left in the index of records; what is not there yet is folded once and kept."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._folded: OrderedDict[str, tuple[Hashable, Mapping[str, Any]]] = OrderedDict()

    def over(self, who: Person, form: str, unit: str = "") -> Iterator[tuple[Found, Glance]]:
        """The records of a form that somebody may see, the last changed first, each with what is known of it.

        Whoever fills sees their own drafts as they are now; all others see what an entry holds.
        """
        for found, kept in self._over(who, form, unit):
            yield found, glance_of(kept) if kept else Glance()

    def wanted(self, who: Person, form: str, unit: str = "") -> Iterator[tuple[Found, Wanted]]:
        """The deadlines that are to be kept in those records."""
        for found, kept in self._over(who, form, unit):
            for one in wanted_of(kept) if kept else ():
                yield found, one

    def fold_ahead(self, pause: Pause) -> None:
        """Fold what entries do not hold as it is asked now, after a change of boards: no page shall wait for all of it.

        A record that cannot be read is left to whoever asks for it.
        """
        definitions = self._book.definitions
        for form in definitions.forms:
            if form in definitions.retired or not self._book.folds.mark(form):
                continue
            for found in self._book.store.find(form=form, scope=EVERYTHING, limit=MOST):
                with suppress(StoreError, RecordUnknown):
                    self._kept(found, live=False)
                pause()

    # -- inside ----------------------------------------------------------------------------------------------------

    def _over(self, who: Person, form: str, unit: str) -> Iterator[tuple[Found, Mapping[str, Any]]]:
        live = who.roles is None or who.scope.reach is Reach.OWN
        for found in self._book.store.find(form=form, scope=who.scope, unit=unit, limit=MOST):
            yield found, self._kept(found, live=live)

    def _kept(self, found: Found, *, live: bool) -> Mapping[str, Any]:
        """What is put down of one record; ``live`` counts what was typed since its newest entry, too."""
        mark = self._book.folds.mark(found.form)
        kept: Mapping[str, Any] = found.about.get(GLANCE) or {}
        if not mark:
            return {}
        if kept and kept["mark"] == mark and not (live and found.has_draft):
            return kept
        key = found.n, found.changed_at, mark
        known = self._folded.get(found.record)
        if known is None or known[0] != key:
            with self._book.lock:
                told = self._book.folds.of(self._book.open(found.record).sheet)
            known = key, told.get(GLANCE, {})
            self._folded[found.record] = known
            while len(self._folded) > MOST_FOLDED:
                self._folded.popitem(last=False)
        return known[1]
