"""A record in memory: its facts, and what was asked about them."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from onefill.facts import Sheet
from onefill.facts.findings import Findings
from onefill.facts.migrating import Migrated
from onefill.facts.sheet import Cell
from onefill.service.indexing import Index, found_also, standing_as
from onefill.service.lookups import Lookups
from store import DELETED, Draft, DraftResult, Entry, Summary

if TYPE_CHECKING:
    from onefill.service.judging import Judged


@dataclass
class OpenRecord:
    """A record in memory.

    Attributes:
        revision: Counts every change that was taken in, so that records which link here notice.
        seen_links: Revision of each linked record when its facts were last read.
        heard: How many of the book's news it has taken in.
        dropped: Rows taken out since it was opened, by path, so that one put back is what it was.
        handed: Asks which of its papers were handed out.
        own: Whether it stands under the definition of its newest entry, though another one is in use.
        retired: Whether its form is no longer there at all.
        pending: What the present form has made of it, until an entry holds it so.
        before: Its facts under the definition of its newest entry, while something is pending.
        submissions: Its facts as they were handed in, by the number of the entry, where they were asked for.
        also: What it is found by besides, as the present form asks it, while it stands under its own definition.
        judged: How an office judges it, by the number of the submission; see ``judging``.
        held: Its facts as they passed last, while a change of them has not passed: what counts for others.
        judged_by: Number of the submission by which its links are read; 0 if they lead to what is there now.
        room: How much memory it takes beside others, a small one 1.
    """

    id: str
    form: str
    sheet: Sheet
    findings: Findings
    lookups: Lookups
    index: Index
    entry: Entry
    draft: Draft
    summary: Summary
    stamp: object
    handed: Callable[[], Collection[str]]
    revision: int = 0
    seen_links: dict[str, int] = field(default_factory=dict)
    heard: int = 0
    dropped: dict[str, dict[str, Any]] = field(default_factory=dict)
    own: bool = False
    retired: bool = False
    pending: Migrated | None = None
    before: Sheet | None = None
    submissions: dict[int, Sheet] = field(default_factory=dict)
    also: Summary = field(default_factory=Summary)
    judged: dict[int, "Judged"] = field(default_factory=dict)
    judged_by: int = 0
    held: Sheet | None = None
    room: int = 1

    @property
    def for_others(self) -> Sheet:
        """Its facts as those that link to it read them."""
        return self.held or self.sheet

    @property
    def deleted(self) -> bool:
        """Whether it lies in the recycle bin."""
        return self.entry.summary.state == DELETED

    def described(self) -> Summary:
        """What lists shall say of it now: its facts as they are, whose it is and where it stands as the entry says."""
        return found_also(standing_as(self.entry.summary, self.index.summary()), self.also)

    @property
    def goes_on(self) -> bool:
        """Whether an act may give it to another unit."""
        return any(one.gives_to for one in self.sheet.plan.form.actions)

    def lacks(self, result: DraftResult) -> bool:
        """Whether a draft that some changes were put into holds, or has let go, more than this record and they do."""
        before, after = self.draft, result.draft
        mine = {change.path for change in result.applied}
        fresh = {path for path, kept in after.changes.items() if kept.number > before.number}
        gone = [
            path
            for path in before.changes.keys() - after.changes.keys()
            if not any(path.startswith(f"{own}/") for own in mine)
        ]
        return bool(
            fresh - mine
            or gone
            or after.number - before.number > len(result.applied)
            or after.base_n != (before.base_n if before.changes else self.entry.n)
        )


def links_of(sheet: Sheet) -> Iterator[tuple[Cell, str]]:
    """Every field that links to a record, with that record's id."""
    for plan in sheet.plan.fields.values():
        if not plan.definition.form:
            continue
        rows = [view.row for view in sheet.rows(plan.section.key)] if plan.in_rows else [None]
        for row in rows:
            stored = sheet.stored(plan.name, row)
            yield from (
                ((plan.name, row), record)
                for record in (stored if isinstance(stored, list) else [stored])
                if isinstance(record, str)
            )
