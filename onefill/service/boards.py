"""Boards: all records that somebody may see at one look, read from the index alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime

from onefill.definitions.boards import Board, Source
from onefill.service.board_shapes import Figures, Held, Planner
from onefill.service.book import Book
from onefill.service.cases import packs_for
from onefill.service.charts import COLOURS
from onefill.service.collecting import collector_at_rest
from onefill.service.errors import BoardUnknown
from onefill.service.figuring import figures, figures_rows
from onefill.service.glance import Count, Glance
from onefill.service.glances import Glances
from onefill.service.indexing import FILLING
from onefill.service.naming import file_name
from onefill.service.register_counts import counts_of
from onefill.service.room import Room
from onefill.service.shapes import Person, Produced
from onefill.service.taken_out import taken_out
from onefill.service.timekeeping import as_left
from onefill.tables.plain import plain
from store import Found, lies_within


class Boards(Room):
    """What people see of all records at one look."""

    def __init__(self, book: Book, glances: Glances, now: Callable[[], datetime]) -> None:
        self._book = book
        self._glances = glances
        self._now = now

    def known(self, who: Person) -> Mapping[str, Board]:
        """The boards that somebody may see, by what addresses call them."""
        return {
            f"{pack.pack}.{board.key}": board
            for pack in packs_for(self._book.definitions, who)
            for board in pack.boards
            if who.roles is None or not board.by or not set(board.by).isdisjoint(who.roles)
        }

    def board(self, key: str, who: Person) -> Board:
        """One of them.

        Raises:
            BoardUnknown: There is none of that key, or it is not for this person.
        """
        found = self.known(who).get(key)
        if found is None:
            raise BoardUnknown(board=key)
        return found

    def planner(self, key: str, who: Person, first: date, last: date, unit: str = "") -> Planner:
        """What happens on some days, both ends included.

        Args:
            key: Of the board.
            who: Who looks.
            first: The first day.
            last: The last one.
            unit: Only of this unit and those below.
        """
        board = self.board(key, who)
        colours = _colours(board)
        held: list[Held] = []
        faults = 0
        for found, glance in self._counted(board, who, unit):
            faults += glance.faults
            for event in glance.events.get(board.key, ()):
                if event.until < first or event.day > last or not _stands(self._book, board.of[event.source], found):
                    continue
                kind = board.of[event.source].happenings[event.happening].title
                told = Held(
                    record=found.record,
                    form=found.form,
                    unit=found.unit,
                    label=found.label,
                    kind=kind,
                    colour=colours[kind],
                    day=event.day,
                    until=event.until,
                    time=event.time,
                    text=event.text,
                )
                held.append(told)
        held.sort(key=lambda one: (one.day, one.time, one.label, one.record))
        return Planner(held=tuple(held), kinds=tuple(colours.items()), faults=faults)

    def statistics(
        self, key: str, who: Person, units: Mapping[str, str], *, by: str = "", year: str = "", unit: str = ""
    ) -> Figures:
        """What the sources of a board have counted, parted in one way.

        Args:
            key: Of the board.
            who: Who looks.
            units: Titles of all units, by path.
            by: ``month``, ``unit`` or the key of a group; by units where there are several.
            year: Only this year; all if empty.
            unit: Only of this unit and those below.
        """
        board = self.board(key, who)
        with collector_at_rest():
            lines = [
                (found.unit, count, glance.faults if number == 0 else 0)
                for found, glance in self._counted(board, who, unit)
                for number, count in enumerate(glance.counts.get(board.key, ()))
                if _stands(self._book, board.of[count.source], found)
            ]
            lines += self._of_registers(board, who, unit)
            return figures(board, lines, units, unit or who.scope.unit, by=by, year=year)

    def workbook(
        self, key: str, who: Person, units: Mapping[str, str], *, by: str = "", year: str = "", unit: str = ""
    ) -> Produced:
        """The same as an Excel file."""
        found = self.statistics(key, who, units, by=by, year=year, unit=unit)
        board = self.board(key, who)
        when = " ".join(part for part in (units.get(unit, ""), year or "全部年份") if part)
        columns = (found.heading, *(f"{title}（{unit}）" if unit else title for title, unit in found.measures))
        data = plain(f"{board.title} {when}", columns, figures_rows(found), mark=taken_out(who, self._now()))
        name = file_name(f"{board.title}_{found.heading}_{when}_{self._now():%Y%m%d}")
        return Produced(name=f"{name}.xlsx", data=data)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _of_registers(self, board: Board, who: Person, unit: str) -> Iterator[tuple[str, Count, int]]:
        """What lines of registers add, those of what the person may see."""
        registers = {one.key: one for pack in self._book.definitions.packs.values() for one in pack.registers}
        store, today = self._book.store, self._now().date()
        for number, source in enumerate(board.registers, len(board.of)):
            found = store.register(source.register_, as_left(store, today), who.scope)
            near = [one for one in found if lies_within(one.unit, unit)]
            yield from counts_of(number, source, registers[source.register_], near, today)

    def _counted(self, board: Board, who: Person, unit: str) -> Iterator[tuple[Found, Glance]]:
        for form in dict.fromkeys(source.form for source in board.of):
            yield from self._glances.over(who, form, unit)


def _stands(book: Book, source: Source, found: Found) -> bool:
    """Whether a record has come as far as its source asks."""
    if source.passed is not None:
        return source.passed in found.about.get("passed", ())
    return found.state != FILLING or not book.definitions.form(found.form).stages


def _colours(board: Board) -> dict[str, str]:
    """The colour of each kind of happening: its own, else by turn."""
    kinds: dict[str, str] = {}
    for one in (one for source in board.of for one in source.happenings):
        kinds.setdefault(one.title, one.colour or COLOURS[min(len(kinds), len(COLOURS) - 1)])
    return kinds


def days_of(held: Sequence[Held], first: date, last: date) -> Mapping[date, tuple[Held, ...]]:
    """What happens on each day, for a calendar."""
    found: dict[date, list[Held]] = {}
    for one in held:
        for number in range(max(one.day, first).toordinal(), min(one.until, last).toordinal() + 1):
            found.setdefault(date.fromordinal(number), []).append(one)
    return {day: tuple(found[day]) for day in sorted(found)}
