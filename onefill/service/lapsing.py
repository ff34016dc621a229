"""Lists of holidays that end soon: beyond their last year terms are counted as if nobody ever had a day off."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from onefill.definitions import Definitions
from onefill.definitions.loader import PACK_FILE
from onefill.definitions.model import Pack, Table
from onefill.problems import Level, Problem


@dataclass(frozen=True)
class Lapsing:
    """A list of holidays that must be carried on.

    Attributes:
        pack: Whose it is.
        table: The list.
        last: The last day of the last year it knows.
    """

    pack: Pack
    table: Table
    last: date

    @property
    def wanted(self) -> int:
        """The year that it lacks first."""
        return self.last.year + 1


def lapsing(definitions: Definitions, today: date) -> Iterator[Lapsing]:
    """Lists of holidays whose last year is over, or nearly so."""
    for pack in definitions.packs.values():
        table = next((one for one in pack.tables if one.key == pack.calendar.holidays), None)
        years = [date.fromisoformat(f"{row['day']}").year for row in table.rows if row.get("day")] if table else []
        # A list without a single day is one that nobody has begun: who leaves it empty counts Monday to Friday.
        if table and years and (last := date(max(years), 12, 31)) - timedelta(days=pack.calendar.ahead) <= today:
            yield Lapsing(pack, table, last)


def lapsing_problems(definitions: Definitions, today: date, pack: str | None = None) -> Iterator[Problem]:
    """The same, as what an author of forms is told."""
    for one in lapsing(definitions, today):
        if pack in (None, one.pack.pack):
            yield Problem(
                place=definitions.loaded[one.pack.pack].sources[PACK_FILE].place("calendar", "holidays"),
                code="CALENDAR_ENDS",
                what=f"清单“{one.table.title}”只列到 {one.last.year} 年，以后的期限按周一到周五算",
                remedy=f"补上 {one.wanted} 年放假的日子和调休上班的日子",
                level=Level.WARNING,
            )
