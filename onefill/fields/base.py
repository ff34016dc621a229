"""What every field type is: parse, check, display, mask, dump and load, with faults as data."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Literal

from onefill.errors import OneFillError
from onefill.fields.limits import Limits
from onefill.fields.normalise import quote
from onefill.problems import Level, Place, Problem

Widget = Literal["text", "long", "choice", "choices", "segments", "number", "date", "file", "link", "row"]

#: More characters than any field can hold; longer input is refused before anything else looks at it.
LONGEST = 20_000

#: What a value is to a filter: 文字, 数, 日期, 起止时间.
Holds = Literal["text", "number", "date", "time_range"]


class Audience(StrEnum):
    """Who looks: the person's own unit, the office that handles the case, or everybody."""

    OWN = "own"
    OFFICE = "office"
    PUBLIC = "public"


class StoredValueUnreadable(OneFillError):
    """A kept value has not the stored form of its type: the file was changed by another hand."""

    message = "存下的值 {stored!r} 读不回来，它不是 {type} 的存法。"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A problem of a value, before anybody knows where the value stands."""

    code: str
    what: str
    remedy: str
    level: Level = Level.ERROR

    def at(self, place: Place, *, clause: str = "") -> Problem:
        """Give the fault its place."""
        return Problem(place=place, code=self.code, what=self.what, remedy=self.remedy, level=self.level, clause=clause)


@dataclass(frozen=True)
class Parsed:
    """What parsing found: a value, or none with the reasons. Both empty: nothing was typed."""

    value: Any = None
    problems: tuple[Fault, ...] = ()


#: Nothing was typed.
NOTHING = Parsed()


def refused(code: str, what: str, remedy: str) -> Parsed:
    """No value, for one reason."""
    return Parsed(None, (Fault(code=code, what=what, remedy=remedy),))


class FieldType(ABC):
    """One type of field. An instance holds its limits and is otherwise stateless.

    Attributes:
        name: The name it is registered by.
        accepts: Names of the limits it understands, beside those common to all.
        holds: What its values are to a filter; None where that is not one thing.
        cell_format: Number format of an Excel cell that holds it.
        widget: What the screen draws.
        width_hint: Usual width in half-width characters.
    """

    name: ClassVar[str] = ""
    accepts: ClassVar[frozenset[str]] = frozenset()
    holds: ClassVar[Holds | None] = "text"
    cell_format: str = "@"
    widget: Widget = "text"
    width_hint: int = 20

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.prepare()

    def prepare(self) -> None:  # noqa: B027 (most types have nothing to prepare)
        """Derive what the limits imply; refuse limits that cannot be meant with ``BadLimit``."""

    # -- in ------------------------------------------------------------------------------------------------

    def parse(self, raw: object, *, doc_type: str = "") -> Parsed:
        """Read what a person typed, or a spreadsheet cell. Never raises.

        Args:
            raw: Text, or a cell's int, float, bool, date, datetime, time, Decimal or None.
            doc_type: For ``identity`` alone: which document the number is of.
        """
        match raw:
            case None:
                return NOTHING
            case str():
                if len(raw) > LONGEST:
                    return refused("TOO_LONG", f"有 {len(raw)} 个字，最多 {LONGEST} 个字", "删短，或改放到附件里")
                return self.read_text(raw, doc_type)
            case bool():
                return self.read_bool(raw)
            case int() | float() | Decimal():
                return self.read_number(raw)
            case datetime() | date():
                return self.read_date(raw)
            case time():
                return self.read_time(raw)
            case list() | tuple():
                return self.read_list(list(raw))
            case _:
                return self.read_other(type(raw).__name__)

    @abstractmethod
    def read_text(self, text: str, doc_type: str) -> Parsed:
        """Read typed text, not yet normalised."""

    def read_number(self, number: int | float | Decimal) -> Parsed:
        """Read a number cell. Refused unless the type knows better: a number has lost zeros and digits."""
        return refused("NUMBER_CELL", "号码被表格变成了数字，开头的 0 或末尾几位可能已丢失", "把列设为文本再粘贴")

    def read_date(self, day: date) -> Parsed:
        """Read a date cell."""
        return refused("DATE_CELL", f"内容被表格变成了日期 {day:%Y-%m-%d}", "把列设为文本再粘贴")

    def read_time(self, moment: time) -> Parsed:
        """Read a cell that holds a time of day."""
        return self.read_other(f"{moment:%H:%M}")

    def read_bool(self, truth: bool) -> Parsed:
        """Read a TRUE or FALSE cell."""
        return self.read_other("TRUE" if truth else "FALSE")

    def read_list(self, items: list[object]) -> Parsed:
        """Read several values at once."""
        return refused("ONE_VALUE", f"这里只填一项，现在是 {len(items)} 项", "留下一项，删去其余")

    def read_other(self, shown: str) -> Parsed:
        """Refuse what no type of this kind can be."""
        return refused("CELL_KIND", f"单元格里是{quote(shown)}，这里不能这样填", "把单元格设为文本，重新填写")

    # -- checks --------------------------------------------------------------------------------------------

    def check(self, value: Any, *, doc_type: str = "") -> tuple[Fault, ...]:
        """Hold a parsed value against the limits."""
        return ()

    # -- out -----------------------------------------------------------------------------------------------

    def display(self, value: Any) -> str:
        """The value as shown on screen and printed on paper; whether something holds, as 是 or 否."""
        return ("是" if value else "否") if isinstance(value, bool) else str(value)

    def mask(self, value: Any, audience: Audience) -> str:
        """The value as this audience may see it."""
        shown = self.display(value)
        match audience:
            case Audience.OWN:
                return shown
            case Audience.OFFICE:
                return keep(shown, head=min(6, (len(shown) + 1) // 2), stars=4)
            case Audience.PUBLIC:
                return "***"

    def dump(self, value: Any) -> Any:
        """The value as plain JSON."""
        return value

    def load(self, stored: Any) -> Any:
        """The value back from plain JSON.

        Raises:
            StoredValueUnreadable: It is not this type's stored form.
        """
        if not isinstance(stored, str):
            raise self.unreadable(stored)
        return stored

    def unreadable(self, stored: object) -> StoredValueUnreadable:
        """The error for a stored form that is not ours."""
        return StoredValueUnreadable(type=self.name, stored=stored)


def keep(text: str, *, head: int = 0, tail: int = 0, stars: int | None = None) -> str:
    """Keep some characters at both ends and put stars between; a text too short for both loses nearly all."""
    if len(text) <= head + tail:
        head, tail = min(1, len(text)), 0
    hidden = len(text) - head - tail
    return text[:head] + "*" * (hidden if stars is None else stars) + text[len(text) - tail :]
