"""What a run of a sheet's outline says: rows in order, with the turns of loops and the XML of their cells."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import zip_longest

from onefill.definitions.limits import TEMPLATE, Budget
from onefill.definitions.values import text_of
from onefill.rendering.characters import clean
from onefill.rendering.errors import TextTooLong, TooManyRows
from onefill.rendering.excel_rows import MOST_ROWS, FilledRow, Turns
from onefill.rendering.excel_strings import Strings
from onefill.rendering.excel_styles import Change, Slot

#: Begins a row in what an outline writes.
ROW = "\x02"
MOST_TEXT = 32_767
#: Excel keeps 15 digits of a number; a longer one is an identifier and stays text.
MOST_DIGITS = 15
_FIRST_DAY = date(1900, 3, 1)
_DAY_ZERO = date(1899, 12, 30)
_DAY_ZERO_1904 = date(1904, 1, 1)
_TOO_LONG = 10**MOST_DIGITS
_INFINITE = float("inf")
_PIECE = re.compile("\x05(\\d+)\x06")
#: What a text may hold that is dropped, escaped, kept by a mark, or asks for a style; more than that does no harm.
PECULIAR = re.compile(r"[\x00-\x20\s&<>_=+\-@\ud800-\udfff\ufffe\uffff]")


def piece_mark(number: int) -> str:
    """What stands before a piece of rich text."""
    return f"\x05{number}\x06"


@dataclass(frozen=True)
class Band:
    """A list that stands beside others: its columns, and the template row that fills it up beside a longer one."""

    first: int
    last: int
    row: int
    #: How many loops stand around all lists of the region.
    depth: int


class Filling(Budget):
    """What one run of an outline says."""

    __slots__ = (
        "_bands", "_begun", "_day_zero", "_last_turn", "_regions", "_rows", "_sheet", "_slots", "_strings", "_turns",
        "restyled", "written",
    )  # fmt: skip

    def __init__(
        self, sheet: str, slots: Sequence[Slot], bands: Sequence[Band], strings: Strings, *, from_1904: bool = False
    ) -> None:
        super().__init__(TEMPLATE)
        self._slots = slots
        self._strings = strings
        #: What each slot wrote for texts it was given before.
        self.written: list[dict[str, str]] = [{} for _ in slots]
        #: Whether a style was used that the template does not have.
        self.restyled = False
        self._sheet = sheet
        self._bands = bands
        self._day_zero = _DAY_ZERO_1904 if from_1904 else _DAY_ZERO
        self._rows: list[tuple[int, Turns]] = []
        self._turns: Turns = ()
        self._last_turn = 0
        self._begun: list[tuple[int, int]] = []
        self._regions: list[list[tuple[int, int]]] = []

    # -- rows ----------------------------------------------------------------------------------------------

    # All answer what the outline writes for them.

    def row(self, source: int) -> str:
        """A row made from template row ``source`` comes next."""
        self._rows.append((source, self._turns))
        if len(self._rows) > MOST_ROWS:
            raise TooManyRows(sheet=self._sheet, rows=len(self._rows), most=MOST_ROWS)
        return ROW

    def begin_turn(self, block: int) -> str:
        """Another turn of a loop begins."""
        self.end_turns(block)
        self._last_turn += 1
        self._turns = (*self._turns, (block, self._last_turn))
        return ""

    def end_turns(self, block: int) -> str:
        """The loop is over."""
        if self._turns and self._turns[-1][0] == block:
            self._turns = self._turns[:-1]
        return ""

    def band(self, number: int) -> str:
        """Rows of a list that stands beside others come next; after the last list of a region, -1."""
        self._begun.append((number, len(self._rows)))
        if number < 0:
            self._regions.append(self._begun)
            self._begun = []
        return ""

    def rows(self, text: str, starts: Sequence[int]) -> list[list[FilledRow]]:
        """The rows as each span of columns sees them: ``starts`` are the first columns of the spans."""
        cells = text.split(ROW)[1:]
        made = [FilledRow(*row, body) for row, body in zip(self._rows, cells, strict=True)]
        if len(starts) == 1:
            return [made]
        spans: list[list[FilledRow]] = [[] for _ in starts]
        done = 0
        for region in self._regions:
            begin, end = region[0][1], region[-1][1]
            for span, joined in zip(spans, self._side_by_side(made, region, starts), strict=True):
                span += [*made[done:begin], *joined]
            done = end
        for span in spans:
            span += made[done:]
        return spans

    def _side_by_side(
        self, made: Sequence[FilledRow], region: Sequence[tuple[int, int]], starts: Sequence[int]
    ) -> Iterator[list[FilledRow]]:
        """The rows of one region for each span, the shorter lists filled up."""
        ends = [begin for _, begin in region[1:]]
        lists = [(self._bands[band], made[begin:end]) for (band, begin), end in zip(region, ends, strict=False)]
        longest = max((rows for _, rows in lists), key=len)
        for start in starts:
            band, rows = next((band, rows) for band, rows in lists if band.first <= start <= band.last)
            yield [row or FilledRow(band.row, like.turns[: band.depth]) for row, like in zip_longest(rows, longest)]

    # -- cells ---------------------------------------------------------------------------------------------

    def in_text(self, number: int, value: str) -> str:
        """Text, whatever it looks like: ``=1+1`` stays as typed, also when somebody edits the cell."""
        found = self.written[number][value] = self._text(self._slots[number], value)
        return found

    def _text(self, slot: Slot, value: str) -> str:
        if not slot.looks and len(value) <= MOST_TEXT // 2 and value and PECULIAR.search(value) is None:
            return f"{slot.text}{self._strings.plain(value)}</v></c>"
        if slot.looks and (pieces := _PIECE.split(value)[1:]):
            return self._rich(slot, pieces)
        text = clean(value)
        if not text:
            return slot.empty
        return self._shared(slot, _wanted(slot, text), self._strings.number(text))

    def _rich(self, slot: Slot, pieces: Sequence[str]) -> str:
        texts = [clean(text) for text in pieces[1::2]]
        whole = "".join(texts)
        if not whole:
            return slot.empty
        looks = [slot.looks[int(number)] if int(number) < len(slot.looks) else "" for number in pieces[::2]]
        return self._shared(slot, _wanted(slot, whole), self._strings.rich(texts, looks))

    def _shared(self, slot: Slot, change: Change | None, number: int) -> str:
        if change is None:
            return f"{slot.text}{number}</v></c>"
        self.restyled = self.restyled or change in slot.styles
        return f'{slot.in_style(change)} t="s"><v>{number}</v></c>'

    def in_number(self, number: int, value: int | Decimal | float) -> str:
        """A number, unless the cell's format is text or the number has more digits than Excel keeps."""
        slot = self._slots[number]
        if slot.style.is_text or not _fits(value):
            return self.in_text(number, text_of(value))
        return f"{slot.number}{value if type(value) is int else text_of(value)}</v></c>"

    def in_day(self, number: int, value: date) -> str:
        """A day as Excel counts it, in a format of days."""
        slot = self._slots[number]
        day = value.date() if isinstance(value, datetime) else value
        if slot.style.is_text or day < _FIRST_DAY or day < self._day_zero:
            return self.in_text(number, text_of(value))
        count = str((day - self._day_zero).days)
        if isinstance(value, datetime) and value.time() != time():
            count += f"{(value - datetime.combine(day, time())).total_seconds() / 86_400:.10f}"[1:]
        if slot.style.is_date:
            return f"{slot.number}{count}</v></c>"
        self.restyled = True
        return f"{slot.in_style(Change(dated=True))}><v>{count}</v></c>"


def _wanted(slot: Slot, text: str) -> Change | None:
    """The change of style that a text asks for, if any."""
    units = len(text.encode("utf-16-le")) // 2 if len(text) > MOST_TEXT // 2 else 0
    if units > MOST_TEXT:
        raise TextTooLong(near=text[:12], length=units, most=MOST_TEXT)
    quoted = len(text) > 1 and text[0] in "=+-@"
    wrapped = "\n" in text and not slot.style.wraps
    return Change(quoted, wrapped) if quoted or wrapped else None


def _fits(value: int | Decimal | float) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and len(value.normalize().as_tuple().digits) <= MOST_DIGITS
    return abs(value) < (_TOO_LONG if isinstance(value, int) else _INFINITE)
