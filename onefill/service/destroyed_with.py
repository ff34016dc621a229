"""Records that go with one that is destroyed: they are for it, and name the people whom it named."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from onefill.definitions.procedure import DestroyedWith, Destroys
from onefill.facts.sheet import Sheet
from onefill.service.book import Book
from onefill.service.destruction import Destruction, all_destroyed
from onefill.service.indexing import link_token, token
from onefill.service.lookups import in_parts
from onefill.service.shapes import Person
from onefill.service.versions import Versions
from store import DELETED, DESTROYED, EVERYTHING, Entry, Found, StoreError

_log = logging.getLogger(__name__)
#: Where the entry that destroys says which records go with it.
ALONG = "along"
#: More records point to none.
MOST = 10_000


class DestroyedAlong:
    """Destroys them right after it, each by an entry of its own; what somebody died over goes at the next start.

    Args:
        book: Holds the records.
        versions: Write the entries.
        destruction: Is told, and has files go.
    """

    def __init__(self, book: Book, versions: Versions, destruction: Destruction) -> None:
        self._book = book
        self._versions = versions
        self._destruction = destruction

    def finish(self, record: str, who: Person, what: str) -> None:
        """Have everything go of a record that was destroyed, and whatever goes with it.

        Args:
            record: That was destroyed.
            who: By whom,
            what: and by which action, in words.
        """
        self._go_with(self._book.store.latest(record, EVERYTHING))
        self._destruction.finish(record, who, what)

    def resume(self) -> None:
        """Go on where a program has died over it; nothing if there is none."""
        try:
            last = [self._book.store.latest(one.record, EVERYTHING) for one in all_destroyed(self._book.store)]
            if sum(self._go_with(one) for one in last):
                self._destruction.sweep()
        except StoreError as error:
            _log.warning("和销毁的档案一起的办件还没有销毁完：%s", error)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _go_with(self, last: Entry) -> int:
        """Destroy what goes with a record, as its last entry says; how many there were."""
        who, title, keeps = Person(name=last.who), str(last.why.get("title", "")), self._keeps(last)
        gone = 0
        for record in last.why.get(ALONG, ()):
            entry = self._book.store.latest(record, EVERYTHING)
            if not entry.destroys and self._versions.end_with(record, who, keeps.get(entry.form, ()), title):
                self._destruction.note(record, who, title)
                gone += 1
        return gone

    def _keeps(self, last: Entry) -> dict[str, tuple[str, ...]]:
        """Which fields stay, by form; none of a form that is not named any more."""
        form = self._book.definitions.forms.get(last.form)
        done = [one for one in form.actions if one.key == last.why.get("action")] if form is not None else []
        return {one.form: one.keeps for action in done if action.destroys is not None for one in action.destroys.along}


def along(book: Book, destroys: Destroys, record: str) -> list[str]:
    """What is destroyed with a record, deleted ones too: it points to that by the links that are meant.

    What points to no record, but holds what this one does, e.g. a list for many, goes with the last of those.

    The entry that destroys says which they are: whatever is begun afterwards, e.g. to do a certificate again, is no
    part of what was agreed to.
    """
    pointing = (
        each.record
        for one in destroys.along
        for each in _found(book, one.form, [link_token(record)])
        if book.open(each.record).sheet.stored(one.link, None) == record
    )
    return [*pointing, *(each for one in destroys.along if one.shared for each in _with_the_last(book, one, record))]


def _with_the_last(book: Book, one: DestroyedWith, record: str) -> Iterator[str]:
    """Records that point to none and hold nothing any more but what this one and destroyed ones hold."""
    assert one.shared is not None
    (theirs, ours), opened = one.shared, book.open(record)
    held = _values(opened.sheet, ours)
    for each in _found(book, one.form, [token(theirs, value) for value in held]):
        sheet = book.open(each.record).sheet
        if sheet.stored(one.link, None) is None:
            others = _found(book, opened.form, [token(ours, value) for value in _values(sheet, theirs)])
            if all(other.record == record for other in others):
                yield each.record


def _values(sheet: Sheet, name: str) -> list[Any]:
    """What a column of a record's rows holds."""
    section, _, key = name.partition(".")
    found = (sheet.stored(f"{section}[].{key}", row.row) for row in sheet.rows(section))
    return [one for one in dict.fromkeys(one for one in found if isinstance(one, str | int | float)) if one != ""]


def _found(book: Book, form: str, tokens: Sequence[str]) -> Iterator[Found]:
    """Records of a form that are not destroyed, deleted ones too, by any of these tokens; each once."""
    seen: set[str] = set()
    for part in in_parts(tokens):
        for state in (None, DELETED):
            for one in book.store.find(form=form, state=state, among=part, scope=EVERYTHING, limit=MOST):
                if one.record not in seen and DESTROYED not in one.about:
                    seen.add(one.record)
                    yield one
