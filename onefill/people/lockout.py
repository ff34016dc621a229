"""Lock-out: after some wrong passwords a name has to wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Attempts:
    """Wrong passwords of one name.

    Attributes:
        failures: How many in a row.
        newest: When the last of them was.
        until: Until when nobody may sign in by that name.
    """

    failures: int = 0
    newest: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Lockout:
    """The rule.

    Attributes:
        most: Wrong passwords after which the name is locked.
        pause: For how long, at first; each further wrong password after that doubles it.
        longest: And how long at most.
        forget: After so long without any, wrong passwords no longer count.
    """

    most: int = 5
    pause: timedelta = timedelta(minutes=15)
    longest: timedelta = timedelta(hours=4)
    forget: timedelta = timedelta(minutes=15)

    def as_of(self, attempts: Attempts, now: datetime) -> Attempts:
        """Wrong passwords as the clock tells them: were they still to come, it was put back, and they were just now."""
        if attempts.newest is None or attempts.newest <= now:
            return attempts
        pause = attempts.until - attempts.newest if attempts.until else None
        return Attempts(attempts.failures, now, now + pause if pause else None)

    def locked_until(self, attempts: Attempts, now: datetime) -> datetime | None:
        """When the name may be tried again; nothing if it may now."""
        return attempts.until if attempts.until and now < attempts.until else None

    def failed(self, attempts: Attempts, now: datetime) -> Attempts:
        """One more wrong password."""
        end = max(filter(None, (attempts.newest, attempts.until)), default=None)
        before = 0 if end is None or now - end > self.forget else attempts.failures
        failures = before + 1
        if failures < self.most:
            return Attempts(failures, now)
        pause = min(self.pause * 2 ** min(failures - self.most, 16), self.longest)
        return Attempts(failures, now, now + pause)
