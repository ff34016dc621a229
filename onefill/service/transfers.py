"""Cases that go from one person to another, or to a unit: one entry for each, all under the id of their batch.

What was interrupted is finished by asking again: what has gone already is no longer there to go, and the rest goes
under the id that the batch began with.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from onefill.errors import OneFillError
from onefill.service.access import AccessLog, Did
from onefill.service.accounts import AccountBook
from onefill.service.book import ADOPT, Book
from onefill.service.guard import NotYours, filled_by
from onefill.service.people import People
from onefill.service.removal import Removal
from onefill.service.reviews import Reviews
from onefill.service.room import Room
from onefill.service.shapes import Person
from store import DELETED, EVERYTHING, Conflict, Found, Store

MOST = 1_000_000
#: Whose preferences hold the batches that were begun and not ended.
BEGUN = "batches"


class CannotSee(OneFillError):
    """Cases would go to somebody who may not see them."""

    message = "没有移交：{to}看不到“{label}”（它属于{unit}）。请选看得到的人。"


class NoSuchUnit(OneFillError):
    """Records would go to a unit that is not there."""

    message = "没有“{unit}”这个单位。用 people units 看有哪些，或先加单位。"


class OfAUnit(OneFillError):
    """A record that is named belongs to a unit already."""

    message = "“{label}”已经属于{unit}，没有改。只有还没有分到单位的办件能这样分。"


@dataclass(frozen=True)
class Batch:
    """What went: the id that stands in every entry of it, and how many cases."""

    id: str
    count: int


class Transfers(Room):
    """Hands cases on."""

    def __init__(
        self,
        book: Book,
        people: People,
        removal: Removal,
        reviews: Reviews,
        log: AccessLog,
        new_id: Callable[[], str],
    ) -> None:
        self._book = book
        self._store: Store = book.store
        self._accounts = AccountBook(book.store)
        self._people = people
        self._removal = removal
        self._reviews = reviews
        self._log = log
        self._new_id = new_id

    def hand_over(self, name: str, to: str, who: Person) -> Batch:
        """Hand all cases of one person to another.

        Cases of a person are those handed to them, those they began that were never handed on, and those an office has
        given them to work on. Of the last, stages that the other one does not work on are nobody's from then on.

        Raises:
            CannotSee: The other one may not see one of them; none is handed over.
        """
        account, other = self._accounts.get(name), self._people.named(to)
        if name != who.name:
            self._people.require(who, account.unit)
        every = self._store.find(scope=EVERYTHING, limit=MOST)
        theirs = [one for one in every if self._is_of(one, name)]
        held = [one for one in every if _held(one, name)] if other.name != name else []
        for found in (*theirs, *held):
            if not other.sees(found.unit):
                label = found.label if who.sees(found.unit) else found.record
                raise CannotSee(to=to, label=label, unit=self._people.offices.title(found.unit))
        records = dict.fromkeys(one.record for one in (*theirs, *held))
        title = f"{name} → {to}"
        batch = self._begin(title)
        for found in theirs:
            self._removal.hand_over(found.record, to, who, batch=batch)
        for found in held:
            self._reviews.pass_on(found.record, name, other, who, batch=batch)
        self._end(title)
        self._log.note(who, Did.HANDED_OVER, what=title, why=f"{len(records)} 个办件，批次 {batch}")
        return Batch(batch, len(records))

    def hand_one(self, record: str, to: str, who: Person, *, known: bool = True) -> str:
        """Hand one case to a colleague; what it is called.

        Args:
            record: Which.
            to: The colleague.
            who: Who hands it over; whoever may fill it.
            known: Whether colleagues have accounts; if they do, only one who may see the case gets it.
        """
        with self._book.lock:
            unit = filled_by(self._book, record, who).entry.summary.unit
        if known and not self._people.named(" ".join(to.split())).sees(unit):
            raise CannotSee(to=to, label=record, unit=self._people.offices.title(unit))
        return self._removal.hand_over(record, to, who)

    def adopt(self, unit: str, who: Person, records: Collection[str] = ()) -> Batch:
        """Give a unit the records that have none: those from before there were accounts.

        Args:
            unit: Path of the unit.
            who: Who does it; whoever handles accounts there.
            records: Which; all that have no unit, in the recycle bin too, if none is named.

        Raises:
            NoSuchUnit: There is no such unit.
            RecordUnknown: There is no such record, or it is another unit's.
            OfAUnit: One of those named belongs to a unit; none is given away.
        """
        self._people.require(who, unit)
        offices = self._people.offices
        if unit not in offices.units():
            raise NoSuchUnit(unit=unit)
        for record in records:
            summary = self._store.latest(record, EVERYTHING).summary
            if summary.unit and not who.sees(summary.unit):
                raise NotYours(record=record)
            if summary.unit not in ("", unit):
                raise OfAUnit(label=summary.label, unit=offices.title(summary.unit))
        wanted = [one for one in self._without_unit() if not records or one in records]
        batch = self._begin(f"→ {unit}")
        for record in wanted:
            self._adopt(record, unit, who, batch)
        self._end(f"→ {unit}")
        self._log.note(who, Did.ADOPTED, what=unit, why=f"{len(wanted)} 个办件，批次 {batch}")
        return Batch(batch, len(wanted))

    # -- inside ----------------------------------------------------------------------------------------------------

    def _adopt(self, record: str, unit: str, who: Person, batch: str) -> None:
        with self._book.lock:
            while not (opened := self._book.open(record)).entry.summary.unit:
                try:
                    self._book.add_entry(opened, ADOPT, who.name, unit=unit, why={"unit": unit, "batch": batch})
                except Conflict:  # another process has appended an entry: say it upon that one
                    continue

    def _without_unit(self) -> Iterator[str]:
        for state in (None, DELETED):
            found = self._store.find(scope=EVERYTHING, state=state, limit=MOST)
            yield from (one.record for one in found if not one.unit)

    def _is_of(self, found: Found, name: str) -> bool:
        return found.owner == name if found.owner else self._store.entry(found.record, 1, EVERYTHING).who == name

    def _begin(self, title: str) -> str:
        """The id of a batch; that of one that was begun and not ended, if there is one."""
        begun = self._store.preferences(BEGUN).get(title)
        batch = str(begun or self._new_id())
        if not begun:
            self._store.set_preferences(BEGUN, {title: batch})
        return batch

    def _end(self, title: str) -> None:
        self._store.set_preferences(BEGUN, {title: None})


def _held(found: Found, name: str) -> bool:
    """Whether an office has given a case to somebody, now or when it comes back."""
    return name in found.about.get("holders", ())
