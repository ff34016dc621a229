"""The empty fact: reading it yields empty, in an expression as on paper."""

from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from jinja2 import Undefined


class EmptyRead(Exception):
    """An expression read an empty fact; whoever evaluates turns it into ``EMPTY``."""


class Empty(Undefined):
    """A fact that is declared and has no value.

    On paper it propagates: an attribute of it, a filter on it, a sum with it is empty again. In a condition it
    is false, as a list it has no members, printed it is 【缺：标签】 if it is missing and nothing otherwise.

    Attributes:
        label: What the screen calls the fact.
        missing: Whether paper must say that it is missing.
        name: Its path, e.g. ``trainees[].name``.
    """

    __slots__ = ("label", "missing", "name")

    def __init__(self, label: str = "", missing: bool = False, name: str = "") -> None:
        super().__init__(name=name or None)
        self.label = label
        self.missing = missing
        self.name = name

    def __str__(self) -> str:
        return f"【缺：{self.label or self.name}】" if self.missing else ""

    def __repr__(self) -> str:
        return f"Empty({self.name!r})"

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __contains__(self, item: object) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Empty)

    def __ne__(self, other: object) -> bool:
        return not isinstance(other, Empty)

    def __hash__(self) -> int:
        return hash(Empty)

    def _never(self, other: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _never  # type: ignore[assignment]


class Unread(Empty):
    """The empty fact inside an expression: whatever is done with it ends the evaluation."""

    __slots__ = ()

    def _read(self, *args: object) -> NoReturn:
        raise EmptyRead

    __str__ = __bool__ = __len__ = __iter__ = __contains__ = __hash__ = _read
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _read  # type: ignore[assignment]
    __getitem__ = __index__ = __call__ = _read
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _read
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = _read
    __mod__ = __rmod__ = __pow__ = __rpow__ = __neg__ = __pos__ = _read


#: The empty fact of no particular name; what ``evaluate`` answers when an empty fact was read.
EMPTY = Empty()
#: The same inside an expression.
UNREAD = Unread()


def first_empty(values: Iterable[object]) -> Empty | None:
    """The empty fact among these, one that is missing before one that may be blank."""
    empties = [value for value in values if isinstance(value, Empty)]
    return next((value for value in empties if value.missing), empties[0] if empties else None)
