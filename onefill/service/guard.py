"""The guard at the service's door: whose record it is, and whether this person may see it or do something with it."""

from onefill.errors import OneFillError
from onefill.people import NotYourAction
from onefill.service.access import AccessLog, Did
from onefill.service.book import Book
from onefill.service.offices import Offices
from onefill.service.shapes import Person

#: Actions that the engine itself asks for; packs give them to roles.
FILL, PRINT, DEFINE = "fill", "print", "define"
WORDS = {FILL: "填写", PRINT: "打印", DEFINE: "改表单和模板"}


class NotYours(OneFillError):
    """The record is another unit's."""

    message = "这个办件不归您看。它属于{unit}。要看，请联系那里的人；这次打开已经记下。"


def may_see(who: Person, unit: str) -> bool:
    """Whether somebody may see what belongs to a unit."""
    return who.sees(unit)


def require_right(who: Person, unit: str, action: str) -> None:
    """Refuse whoever may not do something with what belongs to a unit; the last check, before it is done.

    Raises:
        NotYours: It is not even to be seen.
        NotYourAction: No role allows it there.
    """
    if not may_see(who, unit):
        raise NotYours(unit=unit or "别的单位")
    if not who.may(action, unit):
        raise NotYourAction(name=who.name, action=WORDS.get(action, action))


class Guard:
    """Asked before a record's id is handed to anything that reads or changes it."""

    def __init__(self, book: Book, offices: Offices, log: AccessLog) -> None:
        self._book = book
        self._offices = offices
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
        unit = self._unit(record)
        if not may_see(who, unit):
            self._log.note(who, Did.REFUSED, record=record, what=action)
            raise NotYours(unit=self._offices.title(unit))
        if action:
            self.require_action(who, action, unit, record=record)

    def require_action(self, who: Person, action: str, unit: str | None = None, *, record: str = "") -> None:
        """Ask for the right to do something, at a unit or at any."""
        if not who.may(action, unit):
            self._log.note(who, Did.REFUSED, record=record, what=action)
            raise NotYourAction(name=who.name, action=WORDS.get(action, action))

    def _unit(self, record: str) -> str:
        with self._book.lock:
            return self._book.open(record).entry.summary.unit
