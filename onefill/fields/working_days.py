"""Days on which offices work."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 5
#: No office is closed for longer; a list that says so is wrong, and counting ends.
LONGEST = 400


@dataclass(frozen=True)
class WorkingDays:
    """Which days are worked: Monday to Friday, but for holidays, and the weekends that are worked instead."""

    holidays: Collection[date] = field(default_factory=frozenset)
    workdays: Collection[date] = field(default_factory=frozenset)

    def worked(self, day: date) -> bool:
        """Whether that day is worked."""
        return day in self.workdays or (day.weekday() < SATURDAY and day not in self.holidays)

    def after(self, start: date, days: int) -> date:
        """The last day of a term of so many working days that begins the day after ``start``."""
        day, left = start, days
        for _ in range(LONGEST + 3 * days):
            if left <= 0:
                break
            day += timedelta(days=1)
            left -= self.worked(day)
        return day

    def before(self, end: date, days: int) -> date:
        """The day so many working days before ``end``."""
        day, left = end, days
        for _ in range(LONGEST + 3 * days):
            if left <= 0:
                break
            day -= timedelta(days=1)
            left -= self.worked(day)
        return day

    def between(self, today: date, due: date) -> int:
        """How many working days are left after today, up to the due day; fewer than none when it has passed."""
        step = 1 if due >= today else -1
        first, last = (today, due) if step > 0 else (due, today)
        days = ((first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
        return step * sum(map(self.worked, days))

    def covers(self, year: int) -> bool:
        """Whether the holidays of that year are known at all."""
        return any(day.year == year for day in self.holidays)
