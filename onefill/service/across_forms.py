"""Two states of a record beside each other though its form was changed between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from onefill.facts import Difference, FormPlan, Sheet
from onefill.facts.carrying import Moved
from onefill.facts.differences import Kind
from onefill.facts.migrating import migrate
from onefill.fields.base import keep
from onefill.service.book import Book
from onefill.service.errors import RecordUnknown
from onefill.service.history_shapes import SectionChanges
from onefill.service.portrait import called

TITLE, ASIDE = "表单改过以后", "（不再问，另外留着）"


def crossed(
    book: Book, before: FormPlan, data: Mapping[str, Any], after: FormPlan
) -> tuple[Mapping[str, Any], tuple[Moved, ...]]:
    """Data of an older state as the newer one's form asks it, and what the form has made of single values in it.

    Both are the data itself and nothing where the form asks the same.
    """
    succeeding = book.plans.succeeding(before, after)
    if succeeding.same:
        return data, ()
    migrated = migrate(succeeding, data)
    moved = migrated.of_fate("read", "aside", "back")
    return migrated.data, moved


def bridged(book: Book, before: Sheet, after: Sheet) -> tuple[Sheet, tuple[Moved, ...]]:
    """The same for facts; those of an unchanged form are the older ones themselves."""
    data, moved = crossed(book, before.plan, before.data, after.plan)
    if data is before.data:
        return before, ()
    return Sheet(after.plan, data, record=before.record, links=before.links), named(book, (after, before), moved)


def by_the_form(moved: Sequence[Moved]) -> Iterator[SectionChanges]:
    """What the form has made of single values, as differences; private ones are masked."""
    found = tuple(_difference(one) for one in moved)
    if found:
        yield SectionChanges(title=TITLE, record="", differences=found)


def _difference(one: Moved) -> Difference:
    old, new = (masked(text) if one.private else text for text in (one.old, one.new))
    new = ASIDE if one.fate == "aside" else new
    kind: Kind = "added" if one.fate == "back" else "changed"
    return Difference(one.path, one.section, one.label, old, new, kind, one.private)


def masked(text: str) -> str:
    """A private text whose field nobody asks any more, as other audiences see it."""
    return keep(text, head=min(3, len(text) // 2), tail=min(2, len(text) // 4))


def named(book: Book, sheets: Sequence[Sheet], moved: Sequence[Moved]) -> tuple[Moved, ...]:
    """The same with the names of rows, as the first of the sheets that has them calls them, and of linked records."""

    def row_of(one: Moved) -> str:
        section, _, rest = one.path.partition("/")
        row = rest.partition("/")[0]
        found = (sheet.row_label(section, row) for sheet in sheets if section in sheet.plan.repeats)
        return next(filter(None, found), "") if rest else ""

    def told(one: Moved) -> Moved:
        row = row_of(one)
        old = "、".join(label_of(book, record) for record in one.records) if one.records else one.old
        return replace(one, old=old, label=f"{row} · {one.label}" if row else one.label)

    return tuple(map(told, moved))


def label_of(book: Book, record: str) -> str:
    """What a record is called that may be gone."""
    try:
        return called(book.open(record))
    except RecordUnknown:
        return "（已不在）"
