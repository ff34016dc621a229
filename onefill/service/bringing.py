"""Who else brings files: an office that does not fill a record may have an item of its own there, e.g. its answer."""

from onefill.service.book import Book
from onefill.service.cases import roles_of
from onefill.service.guard import filled_by, seen_by
from onefill.service.open_record import OpenRecord
from onefill.service.shapes import Person
from store import refuse_destroyed


def brings(book: Book, opened: OpenRecord, item: str, who: Person) -> bool:
    """Whether the form names one of somebody's roles for an item.

    Args:
        book: All open records.
        opened: The record.
        item: Id of the item of the checklist.
        who: Who would bring something.
    """
    key = item.partition(".")[0]
    named = {role for one in opened.sheet.plan.form.materials if one.key == key for role in one.by}
    return not roles_of(book.definitions, opened.form, who).isdisjoint(named)


def brought_by(book: Book, record: str, item: str, who: Person) -> OpenRecord:
    """A record for whoever may bring files for an item of it; asked under the book's lock.

    Raises:
        RecordUnknown: There is none.
        NotYours: It is not even to be seen.
        NotYourAction: No role allows it.
        RecordDestroyed: There is nothing left to bring anything for.
    """
    opened = seen_by(book, record, who)
    if not brings(book, opened, item, who):
        return filled_by(book, record, who)
    refuse_destroyed(opened.entry)
    return opened
