"""A clock that stands before what was written last: it was put back, or it had run ahead until it was set right.

Nobody can tell which of the two from within. So nothing is refused for it: entries keep the order of their numbers,
people are told, and what registers say of today is what the last act left, whatever day stands on it.
"""

from datetime import date, datetime, timedelta

from store import EVERYTHING, Store

#: Servers that share a store may differ by so much.
TOLERANCE = timedelta(minutes=10)
#: Acts on one line of a register by several records follow one another by a day each while the clock stands behind.
_ROOM = timedelta(days=7)


def written_last(store: Store) -> datetime | None:
    """When anything was entered or typed for the last time, by the clock of then."""
    newest = store.find(order="changed", limit=1, scope=EVERYTHING)
    return newest[0].changed_at if newest else None


def behind(store: Store, now: datetime) -> datetime | None:
    """When something was written after ``now``, that moment; nothing where the clock may be right."""
    last = written_last(store)
    return last.astimezone(now.tzinfo) if last is not None and last - now > TOLERANCE else None


def as_left(store: Store, day: date) -> date:
    """The day of which to ask a register how it stands now: ``day``, or a later one if something was written later."""
    last = written_last(store)
    return last.date() + _ROOM if last is not None and last.date() > day else day
