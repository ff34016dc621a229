"""The guard at the service's door: whose record it is, and whether this person may see it or do something with it."""

from onefill.people import NotYourAction
from onefill.service.access import READ_LOG, AccessLog, Did
from onefill.service.book import Book
from onefill.service.errors import RecordUnknown
from onefill.service.open_record import OpenRecord
from onefill.service.shapes import Person
from store import refuse_destroyed

#: Actions that the engine itself asks for; packs give them to roles.
FILL, PRINT, DEFINE, ASSIGN, ACCOUNTS = "fill", "print", "define", "assign", "accounts"
WORDS = {FILL: "填写", PRINT: "打印", DEFINE: "改表单和模板", ASSIGN: "分派办件", ACCOUNTS: "管账号"}
WORDS |= {READ_LOG: "看访问记录"}


class NotYours(RecordUnknown):
    """The record is another unit's. It is told as if there were none: nobody learns so what there is elsewhere."""


def may_see(who: Person, unit: str) -> bool:
    """Whether somebody may see what belongs to a unit."""
    return who.sees(unit)


def seen_by(book: Book, record: str, who: Person) -> OpenRecord:
    """A record for whoever may see it; asked under the book's lock.

    Raises:
        RecordUnknown: There is none.
        NotYours: It is another unit's.
    """
    opened = book.open(record)
    if not may_see(who, opened.entry.summary.unit):
        raise NotYours(record=record)
    return opened


def filled_by(book: Book, record: str, who: Person) -> OpenRecord:
    """A record for whoever may fill it; see ``allowed_to``."""
    return allowed_to(FILL, book, record, who)


def allowed_to(action: str, book: Book, record: str, who: Person) -> OpenRecord:
    """A record for whoever may do something with it; asked under the book's lock.

    Raises:
        RecordUnknown: There is none.
        NotYours: It is not even to be seen.
        NotYourAction: No role allows it there.
        RecordDestroyed: There is nothing left to do it with.
    """
    opened = seen_by(book, record, who)
    require_right(who, opened.entry.summary.unit, action, opened.form)
    refuse_destroyed(opened.entry)
    return opened


def require_right(who: Person, unit: str, action: str, form: str = "") -> None:
    """Refuse whoever may not do something with what belongs to a unit; the last check, before it is done.

    Args:
        who: Who wants it.
        unit: Whose it is.
        action: What is to be done.
        form: Of which form it is, where that counts.

    Raises:
        NotYourAction: No role allows it there.
    """
    if not who.may(action, unit, form):
        raise NotYourAction(name=who.name, action=WORDS.get(action, action))


class Guard:
    """Asked before a record's id is handed to anything that reads or changes it."""

    def __init__(self, book: Book, log: AccessLog) -> None:
        self._book = book
        self._log = log

    def require(self, who: Person, record: str, action: str = "") -> None:
        """Ask for the right to a record.

        Args:
            who: Who wants it.
            record: Which.
            action: What is to be done with it; nothing but looking if empty.

        Raises:
            RecordUnknown: There is none.
            NotYours: It is another unit's; the log has a line of it.
            NotYourAction: No role lets this person do that there; the log has a line of it.
        """
        unit, form = self._book.whose(record)
        if not may_see(who, unit):
            self._log.note(who, Did.REFUSED, record=record, what=action)
            raise NotYours(record=record)
        if action:
            self.require_action(who, action, unit, record=record, form=form)

    def require_action(
        self, who: Person, action: str, unit: str | None = None, *, record: str = "", form: str = ""
    ) -> None:
        """Ask for the right to do something, at a unit or at any, with records of a form or of any."""
        if not who.may(action, unit, form):
            self._log.note(who, Did.REFUSED, record=record, what=action)
            raise NotYourAction(name=who.name, action=WORDS.get(action, action))
