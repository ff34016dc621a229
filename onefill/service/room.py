"""What all rooms of the desk are: whoever is not at the own PC is asked at the door of each.

A room that ``open_desk`` composes is the program's own: the command line works in it, other rooms do. ``behind`` gives
the same room behind a door. There every public method that wants a ``record`` asks first whether that is this person's
to see, and lists hold nothing else; nobody who writes a new method has to think of it.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from functools import wraps
from inspect import Parameter, isfunction, signature
from typing import Any, Self, TypeVar

from onefill.service.shapes import Person
from store import Scope

RECORD = "record"
_OWN = "_asks_for_itself"
Method = TypeVar("Method", bound=Callable[..., Any])


@dataclass(frozen=True)
class Door:
    """Whom a room asks.

    Attributes:
        present: Tells who is there.
        require: Refuses a person a record that is not theirs to see.
    """

    present: Callable[[], Person]
    require: Callable[[Person, str], None]


class Room:
    """A room of the desk."""

    _door: Door | None = None

    def __init_subclass__(cls, **given: Any) -> None:
        """Put the door before every public method that is about a record."""
        super().__init_subclass__(**given)
        for name, method in list(vars(cls).items()):
            if isfunction(method) and not name.startswith("_") and asks_at_the_door(method):
                setattr(cls, name, _behind_the_door(method))

    def behind(self, door: Door) -> Self:
        """The same room with all that it remembers, for whoever comes in by a door."""
        room = copy(self)
        room._door = door
        return room

    @property
    def who(self) -> Person:
        """Who is here: the person at the door, or the program itself, which may see everything.

        Raises:
            SignedOut: Nobody is, or not any more.
        """
        return Person() if self._door is None else self._door.present()

    @property
    def scope(self) -> Scope:
        """What lists may hold."""
        return self.who.scope


def nobody_there(method: Method) -> Method:
    """Mark a method that the program calls by itself, e.g. in a thread of nobody's: it asks whom it must for itself."""
    vars(method)[_OWN] = True
    return method


def asks_at_the_door(method: Callable[..., Any]) -> bool:
    """Whether a method wants a record, which somebody must be allowed to see."""
    found = signature(method).parameters.get(RECORD)
    return found is not None and found.default is Parameter.empty and _OWN not in vars(method)


def _behind_the_door(method: Callable[..., Any]) -> Callable[..., Any]:
    place = list(signature(method).parameters).index(RECORD) - 1

    @wraps(method)
    def asked(room: Room, *args: Any, **named: Any) -> Any:
        if room._door is not None:
            room._door.require(room._door.present(), named[RECORD] if RECORD in named else args[place])
        return method(room, *args, **named)

    return asked
