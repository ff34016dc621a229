"""Deleting with thirty days to think better of it: an entry in the record's chain, taken back by another entry."""

from collections.abc import Callable
from datetime import datetime, timedelta

from onefill.service.book import DELETE, HAND_OVER, Book
from onefill.service.errors import ChangedMeanwhile, NameTooLong, NoName, PrintedBefore, StillUsed
from onefill.service.indexing import link_token
from onefill.service.open_record import OpenRecord, links_of
from onefill.service.portrait import called, saved_at
from onefill.service.printed import PrintedFiles
from onefill.service.shapes import DeletedRecord, Person
from onefill.service.versions import ACT, VERSION
from store import DELETED, DESTROYED, Conflict, Entry, Scope, StoreError

KEPT_DAYS = 30
MOST_NAMED = 3
LONGEST_NAME = 20


class Removal:
    """The recycle bin, and whose a record is."""

    def __init__(self, book: Book, now: Callable[[], datetime]) -> None:
        self._book = book
        self._now = now
        self._printed = PrintedFiles(book.store)

    def delete(self, record: str, who: Person, seen: int | None = None) -> str:
        """Put a record into the recycle bin; what it is called.

        Raises:
            PrintedBefore: It has been printed, so it must be kept.
            StillUsed: Other records point to it.
            ChangedMeanwhile: Somebody has typed into it since ``seen``.
        """
        with self._book.lock:
            opened = self._book.open(record)
            if opened.deleted:
                return called(opened)
            self._refuse_printed(opened)
            self._refuse_used(opened, who)
            if seen is not None and opened.draft.number > seen:
                raise ChangedMeanwhile(label=called(opened), at=f"{saved_at(opened):%H:%M}")
            try:
                self._book.add_entry(opened, DELETE, who.name, state=DELETED)
            except Conflict as faster:
                raise ChangedMeanwhile(label=called(opened), at=f"{self._now():%H:%M}") from faster
            if self._book.open(record).draft.changes:  # typed between our look and our entry
                self._book.bring_back(record, who.name)
                raise ChangedMeanwhile(label=called(opened), at=f"{self._now():%H:%M}")
            return called(opened)

    def undelete(self, record: str, who: Person) -> tuple[str, tuple[str, ...]]:
        """Take a record out of the recycle bin; what it is called, and what it points to that still lies there."""
        with self._book.lock:
            self._book.bring_back(record, who.name)
            opened = self._book.open(record)
            linked = dict.fromkeys(other for _, other in links_of(opened.sheet) if self._may_link(opened, other))
            others = map(self._book.open, linked)
            return called(opened), tuple(called(other) for other in others if other.deleted)

    def waiting(self, scope: Scope) -> list[DeletedRecord]:
        """What can be restored, the last deleted first."""
        with self._book.lock:
            deleted = self._book.store.find(state=DELETED, scope=scope)
            found = [one for one in deleted if DESTROYED not in one.about]
            for one in found:
                if one.has_draft:  # whoever typed into it was cut off before it could come back
                    self._book.bring_back(one.record, one.owner)
            lines = [self._line(one.record) for one in found if not one.has_draft]
            return [line for line in lines if line is not None and line.days_left > 0]

    def hand_over(self, record: str, to: str, who: Person, *, batch: str = "") -> str:
        """Say whose a record is from now on, perhaps as one of a batch; what the record is called.

        Raises:
            NoName: There is no name.
            NameTooLong: It is none.
        """
        name = " ".join(to.split())
        if not name:
            raise NoName()
        if len(name) > LONGEST_NAME:
            raise NameTooLong(most=LONGEST_NAME)
        with self._book.lock:
            while (opened := self._book.open(record)).entry.summary.owner != name:
                try:
                    self._book.add_entry(opened, HAND_OVER, who.name, owner=name, why={"batch": batch} if batch else {})
                except Conflict:  # another process has appended an entry: say it upon that one
                    continue
            return called(opened)

    def _may_link(self, opened: OpenRecord, other: str) -> bool:
        return self._book.exists(other) and self._book.may_link(opened.entry.summary.unit, other)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _refuse_printed(self, opened: OpenRecord) -> None:
        entries = self._book.store.entries(opened.id, self._book.scope)
        printed = [
            entry
            for entry in entries
            if entry.kind in (VERSION, ACT) and (entry.n > 1 or self._printed.any(opened.id, entry.n))
        ]
        if printed:
            when = printed[-1].when
            day = f"{when.month}月{when.day}日"
            raise PrintedBefore(label=called(opened), day=day, n=self._book.numbered(printed[-1]).number or 1)

    def _refuse_used(self, opened: OpenRecord, who: Person) -> None:
        tokens = [link_token(opened.id)]
        found = [one for one in self._book.store.find(tokens=tokens, scope=self._book.scope) if one.record != opened.id]
        if found:
            seen = [one for one in found if who.sees(one.unit)][:MOST_NAMED]
            labels = "、".join(f"“{called(self._book.open(one.record))}”" for one in seen) or "别的单位的"
            more = " 等" if seen and len(found) > len(seen) else ""
            raise StillUsed(label=called(opened), count=len(found), labels=labels + more)

    def _line(self, record: str) -> DeletedRecord | None:
        try:
            opened = self._book.open(record)
        except StoreError:
            return None  # the store names what it cannot read
        entry = opened.entry
        return DeletedRecord(
            id=record,
            form=opened.form,
            title=opened.sheet.plan.form.title,
            label=called(opened),
            who=entry.who,
            deleted_at=entry.when,
            days_left=self._days_left(entry),
        )

    def _days_left(self, entry: Entry) -> int:
        left = entry.when + timedelta(days=KEPT_DAYS) - self._now()
        return min(-(-left // timedelta(days=1)), KEPT_DAYS)  # more were left only by a clock that was put back
