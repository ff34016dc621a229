"""The clock of the city, its working days, and what happens next."""

import heapq
import random
from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, time, timedelta, timezone
from itertools import count

from onefill.fields.working_days import WorkingDays

ZONE = timezone(timedelta(hours=8))
#: Nothing of a day happens later than this.
CLOSES = time(18)
#: What becomes of something: it happens up to a moment and names the next one.
Life = Iterator[datetime]


def last_over(now: datetime) -> date:
    """The last day that is over at this moment: a city that ended later would lie ahead of whoever looks at it."""
    here = now.astimezone(ZONE)
    return here.date() if here.time() >= CLOSES else here.date() - timedelta(days=1)


class Clock:
    """Stands where the city is."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time."""
        self.now += timedelta(milliseconds=1)  # no two things happen at once
        return self.now

    @property
    def today(self) -> date:
        """The day."""
        return self.now.date()


class Days:
    """On which days offices and schools work."""

    def __init__(self, holidays: Collection[date], workdays: Collection[date], dice: random.Random) -> None:
        self._days = WorkingDays(holidays=holidays, workdays=workdays)
        self._dice = dice

    def after(self, day: date, count: int = 1) -> date:
        """So many working days later."""
        return self._days.after(day, count)

    def before(self, day: date, count: int = 1) -> date:
        """So many working days earlier."""
        return self._days.before(day, count)

    def on(self, day: date) -> date:
        """That day, or the next one that is worked."""
        return day if self._days.worked(day) else self.after(day)

    def run(self, first: date, many: int) -> list[date]:
        """So many working days in a row."""
        days = [self.on(first)]
        while len(days) < many:
            days.append(self.after(days[-1]))
        return days

    def at(self, day: date, first: int = 9, last: int = 17) -> datetime:
        """Some moment of a working day."""
        minutes = self._dice.randrange(first * 60, last * 60)
        return datetime.combine(self.on(day), time(minutes // 60, minutes % 60, self._dice.randrange(60)), ZONE)


class Events:
    """Lets everything happen in the order of its time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count()
        self._waiting: list[tuple[datetime, int, Life]] = []
        self.begun = self.done = 0

    def add(self, life: Life) -> None:
        """One more life; it begins where the clock stands."""
        self.begun += 1
        heapq.heappush(self._waiting, (self._clock.now, next(self._numbers), life))

    def run(self, until: datetime, told: Callable[[], None]) -> None:
        """Go on to a moment; what lies behind it has not happened yet.

        Args:
            until: The moment.
            told: Called after every step.
        """
        while self._waiting:
            when, _, life = heapq.heappop(self._waiting)
            self._clock.now = max(self._clock.now, when)
            ahead = next(life, None)
            if ahead is not None and ahead <= until:
                heapq.heappush(self._waiting, (ahead, next(self._numbers), life))
            else:
                self.done += 1
            told()
