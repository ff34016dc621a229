"""What a changed form has made of a record filled before: told until somebody has seen it."""

from dataclasses import dataclass

from onefill.facts.carrying import Fate, Moved
from onefill.facts.migrating import Migrated, migrate
from onefill.facts.successors import FormChange
from onefill.service.across_forms import named
from onefill.service.book import Book
from onefill.service.guard import filled_by
from onefill.service.open_record import OpenRecord
from onefill.service.room import Room
from onefill.service.shapes import Person
from onefill.service.versions import NEWS, Versions
from store import Change, EntryUnknown


@dataclass(frozen=True, kw_only=True)
class FormNews:
    """What is told about the form of a record.

    Attributes:
        title: What the form is called.
        standing: ``changed``: the record is what the present form asks; ``held``: the form has changed, the record
            keeps its own until it comes back; ``retired``: the form is no longer there.
        changes: What was changed in the form.
        moved: What became of values that are not simply where and what they were.
    """

    title: str
    standing: str
    changes: tuple[FormChange, ...] = ()
    moved: tuple[Moved, ...] = ()

    def of_fate(self, fate: Fate) -> tuple[Moved, ...]:
        """Values that share a fate."""
        return tuple(one for one in self.moved if one.fate == fate)

    @property
    def added(self) -> tuple[FormChange, ...]:
        """What is asked anew."""
        return tuple(one for one in self.changes if one.step == "added")

    @property
    def removed(self) -> tuple[FormChange, ...]:
        """What is no longer asked."""
        return tuple(one for one in self.changes if one.step in ("removed", "computed"))


class FormNewsDesk(Room):
    """Tells what a changed form has made of a record, and notes that somebody has seen it."""

    def __init__(self, book: Book, versions: Versions) -> None:
        self._book = book
        self._versions = versions

    def of(self, record: str) -> FormNews | None:
        """What is to be told of a record; nothing where its form is what it was, or where it was seen."""
        with self._book.lock:
            opened = self._book.open(record)
            title = opened.sheet.plan.form.title
            if opened.retired or opened.own:
                return FormNews(title=title, standing="retired" if opened.retired else "held")
            migrated = opened.pending or self._held_by_entry(opened)
            if migrated is None:
                return None
            changes = tuple(one for one in migrated.changes if worth_telling(one))
            sheets = (opened.sheet, *([opened.before] if opened.before else ()))
            moved = named(self._book, sheets, migrated.moved)
            return FormNews(title=title, standing="changed", changes=changes, moved=moved) if changes or moved else None

    def seen(self, record: str, who: Person) -> None:
        """Note that somebody who fills the record has seen what became of it; it is not told again."""
        with self._book.lock:
            opened = filled_by(self._book, record, who)
            if opened.pending is not None:
                self._versions.accept(record, who)
            elif NEWS in opened.sheet.data:
                self._book.keep(opened, [Change(NEWS, None)], who.name)

    def _held_by_entry(self, opened: OpenRecord) -> Migrated | None:
        """The same worked out again from the entry that holds it and the one before."""
        n = opened.sheet.data.get(NEWS)
        if not isinstance(n, int) or not 1 < n <= opened.entry.n:
            return None
        try:
            before, after = self._versions.get(opened.id, n - 1), self._versions.get(opened.id, n)
        except EntryUnknown:
            return None
        succeeding = self._book.plans.succeeding(self._book.past.plan_of(before), self._book.past.plan_of(after))
        return migrate(succeeding, before.data or {}, record=opened.id)


def worth_telling(change: FormChange) -> bool:
    """Whether whoever fills the form notices: not a name that only expressions use."""
    return change.step in ("added", "removed", "computed", "retyped") or (
        change.step == "renamed" and change.was != change.label
    )
