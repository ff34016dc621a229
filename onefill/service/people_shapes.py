"""What is handed out about people."""

from dataclasses import dataclass

from onefill.people import Deputy
from onefill.service.shapes import Person


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A session as routes and screens need it."""

    person: Person
    must_change: bool


@dataclass(frozen=True, kw_only=True)
class AccountLine:
    """An account in a list, without what only sign-in needs."""

    name: str
    title: str
    unit: str
    unit_title: str
    roles: tuple[str, ...]
    subject: str
    role_titles: tuple[str, ...]
    disabled: bool
    waiting: bool
    deputies: tuple[Deputy, ...]
