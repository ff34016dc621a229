"""What anybody may ask without signing in: whether a code and a name belong to a line of a register in force."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from onefill.definitions.registers import LookUp, Register
from onefill.errors import OneFillError
from onefill.facts.questions import line_id
from onefill.facts.register_lines import RegisterPlan
from onefill.service.book import Book
from onefill.service.room import Room
from onefill.service.throttle import Throttle
from onefill.service.timekeeping import as_left
from store import EVERYTHING
from store.registers import LineState

#: Nobody types more certificates by hand; who tries out names or codes is soon told to wait.
MOST_BY_ASKER, MOST_BY_CODE = 20, 10
WITHIN = timedelta(minutes=10)


class NoLookUp(OneFillError):
    """No pack offers it."""

    message = "这里不提供公开查验。"


class AskedTooOften(OneFillError):
    """Somebody asked, or a code was asked about, too often in a short time."""

    message = "查得太勤了。过十分钟再查。"


@dataclass(frozen=True)
class LookUpPage:
    """What is written on the page: its title, a hint, and what the two boxes are called."""

    title: str
    hint: str
    code: str
    name: str


class LookUps(Room):
    """The registers that the packs have opened to everybody's question."""

    def __init__(self, book: Book, now: Callable[[], datetime]) -> None:
        self._book = book
        self._now = now
        self._askers = Throttle(MOST_BY_ASKER, WITHIN, now)
        self._codes = Throttle(MOST_BY_CODE, WITHIN, now)

    def page(self) -> LookUpPage:
        """What stands on the page of the question.

        Raises:
            NoLookUp: No pack offers one.
        """
        register, asked = self._offered()[0]
        labels = {one.key: one.label for one in register.columns}
        return LookUpPage(asked.title, asked.hint, labels[asked.code], labels[asked.name])

    def valid(self, code: str, name: str, asker: str) -> bool:
        """Whether a line in force today has this code and this name; nothing else is ever told.

        Args:
            code: As typed.
            name: As typed.
            asker: From where it is asked, e.g. an address.

        Raises:
            NoLookUp: No pack offers it.
            AskedTooOften: This asker, or anybody about this code, has to wait.
        """
        offered, code, name = self._offered(), _told(code), _letters(name)
        if not self._askers.admits(asker) or not self._codes.admits(code):
            raise AskedTooOften()
        return any(self._has(register, asked, code, name) for register, asked in offered)

    def _offered(self) -> list[tuple[Register, LookUp]]:
        packs = self._book.definitions.packs.values()
        found = [(one, one.look_up) for pack in packs for one in pack.registers if one.look_up is not None]
        if not found:
            raise NoLookUp()
        return found

    def _has(self, register: Register, asked: LookUp, code: str, name: str) -> bool:
        today = self._now().date()
        plan = RegisterPlan(register, lambda: today)
        store = self._book.store
        lines = store.register(register.key, as_left(store, today), EVERYTHING, line=line_id([code]))
        return any(
            one.state is LineState.OPEN and bool(name) and _letters(plan.shown(asked.name, one.facts)) == name
            for one in lines
        )


def _told(typed: str) -> str:
    """What was typed, without blanks and in one width."""
    return "".join(unicodedata.normalize("NFKC", typed).split()).upper()


def _letters(name: str) -> str:
    """A name without the dots between its parts: there are a dozen of them, and keyboards write another each."""
    return "".join(char for char in _told(name) if char.isalnum())
