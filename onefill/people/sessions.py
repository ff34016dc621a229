"""The life of a session: it ends by itself when its person does nothing, and once a day in any case."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class Session:
    """One person in one browser.

    Attributes:
        name: Whose.
        began: When the person signed in.
        acted: When the person last did something; that a page asks whether anything has changed is no act.
        must_change: Whether nothing but a new password is taken.
    """

    name: str
    began: datetime
    acted: datetime
    must_change: bool = False


@dataclass(frozen=True)
class SessionRules:
    """How long a session lives."""

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)

    @property
    def grain(self) -> timedelta:
        """Acts closer together than this are one: not every key costs a write."""
        return min(timedelta(seconds=30), self.idle / 10)

    def alive(self, session: Session, now: datetime) -> bool:
        """Whether it still counts.

        Of a clock that was put back by more than that nobody knows how long a session has been idle.
        """
        return abs(now - session.acted) < self.idle and now - session.began < self.longest

    def worth_noting(self, session: Session, now: datetime) -> bool:
        """Whether an act is so much later than the last one that it has to be written down, or before it."""
        return now < session.acted or now - session.acted >= self.grain

    @property
    def words(self) -> str:
        """Why one is signed out, for the screen."""
        minutes = int(self.idle.total_seconds() // 60)
        span = "半小时" if minutes == 30 else f"{minutes} 分钟" if minutes else f"{int(self.idle.total_seconds())} 秒"
        return f"{span}没有操作，已退出。登录后接着填，内容都在"


def new_token(random: Callable[[int], str]) -> str:
    """What the browser keeps of a session.

    Args:
        random: Text out of so many random bytes.
    """
    return random(32)


def digest_of(token: str) -> str:
    """What is kept of a token: whoever reads the data cannot sign in with it."""
    return hashlib.sha256(token.encode()).hexdigest()
