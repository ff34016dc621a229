"""References of formulas, names and print areas follow the rows they mean."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError
from openpyxl.formula.translate import Translator, TranslatorError
from openpyxl.utils import column_index_from_string, quote_sheetname

from onefill.rendering.excel_rows import MOST_ROWS, SheetRows, Turns

_CELL = r"(?P<c{0}>\$?[A-Za-z]{{1,3}})(?P<a{0}>\$?)(?P<r{0}>\d+)"
_AREA = re.compile(
    r"(?P<sheet>(?:'(?:[^']|'')+'|[^'!:]+(?::[^'!:]+)?)!)?"
    rf"(?:{_CELL.format(1)}(?::{_CELL.format(2)})?|(?P<b3>\$?)(?P<r3>\d+):(?P<b4>\$?)(?P<r4>\d+))(?P<spill>#?)"
)
_TABLE = re.compile(r"([^\W\d][\w.\\]*)(?=\[)")
#: What openpyxl raises for a formula that cannot be read; a bracket too many empties its list of open ones.
FORMULA_FAULTS = (TokenizerError, TranslatorError, IndexError)
_BLANKS = re.compile(r"[ \n]+")
#: What a reference becomes when every row it meant has vanished: a cell that is empty, so that nothing is summed or
#: counted. Functions that want cells, such as COUNTIF, would make Excel repair the file for a number in their place.
NOTHING = f"$A${MOST_ROWS}"
#: What Excel itself writes for cells that are not there.
_LOST = "#REF!"
#: Functions whose value may change though nothing in their brackets does.
_RESTLESS = frozenset(
    {"NOW(", "TODAY(", "RAND(", "RANDBETWEEN(", "RANDARRAY(", "OFFSET(", "INDIRECT(", "INFO(", "CELL("}
)
#: Functions of however many cells: one cell between their commas is an area of one row. LibreOffice writes it so.
_MANY = """
    SUM SUMSQ PRODUCT COUNT COUNTA COUNTBLANK AVERAGE AVERAGEA MEDIAN MAX MAXA MIN MINA
    STDEV STDEV.S STDEV.P STDEVP VAR VAR.S VAR.P VARP SUBTOTAL AGGREGATE
"""
_OF_MANY = frozenset(f"{name}(" for name in _MANY.split())


class SpotUnread(ValueError):
    """Something in a workbook says what is no place, number, text or formula.

    Attributes:
        spot: Which row, cell or thing, as an author finds it; empty if only the sheet is known.
        sheet: On which sheet, once that is known.
    """

    def __init__(self, spot: str, sheet: str = "") -> None:
        super().__init__(spot)
        self.spot, self.sheet = spot, sheet


class Tokens(Tokenizer):
    """A formula's tokens, which openpyxl puts out of order where a line ends behind one."""

    TOKEN_ENDERS = f"{Tokenizer.TOKEN_ENDERS}\n"  # type: ignore[misc]

    def _parse_whitespace(self) -> int:
        """All the blanks that are there."""
        found = _BLANKS.match(self.formula, self.offset)
        assert found is not None
        self.items.append(Token(found[0], Token.WSPACE))
        return len(found[0])


def spread(master: str, origin: str, place: str) -> str:
    """A formula that cells share, as a cell other than its first has it; both without ``=``."""
    translator = Translator(f"={master}", origin)
    translator.tokenizer = Tokens(f"={master}")
    return str(translator.translate_formula(place)[1:])


@dataclass(frozen=True)
class Reference:
    """A cell, an area or whole rows, perhaps on another sheet."""

    text: str
    sheet: str
    first: int
    #: Equal to ``first`` for a single cell.
    last: int
    #: Number of the first column; 0 for whole rows.
    column: int
    #: What stands before, between and behind the row numbers, without the sheet.
    frame: tuple[str, ...]
    #: Whether the ends have a ``$`` before their row.
    fixed: tuple[bool, bool]
    #: Whether it is one end of an area whose other end a function gives.
    is_end: bool = False


@dataclass(frozen=True)
class Formula:
    """A formula without its ``=``, taken apart."""

    text: str
    parts: tuple[str | Reference, ...]
    #: Whether it reads names, tables or other sheets, or changes by itself.
    looks_out: bool
    #: Whether its value can change at all.
    constant: bool


@lru_cache(maxsize=20_000)
def parsed(text: str) -> Formula:
    """A formula without its ``=``; what Excel itself would not read stays in one piece."""
    try:
        tokens = Tokens(f"={text}").items
    except FORMULA_FAULTS:
        return Formula(text, (text,), looks_out=True, constant=False)
    parts: list[str | Reference] = []
    looks_out, constant = False, True
    among_many = _among_many(tokens)
    for number, token in enumerate(tokens):
        before, word, is_end = token.value, "", token.type == Token.FUNC
        if is_end:
            # ``C4:INDEX(…)`` is an area from a cell to what a function gives.
            before, colon, word = token.value.rpartition(":")
            if _function(word) in _RESTLESS:
                looks_out, constant = True, False
            word = colon + word
        elif token.type != Token.OPERAND or token.subtype != Token.RANGE:
            before, word = "", token.value
        elif before.startswith(":"):  # from what a function gives to a cell
            parts.append(":")
            before, is_end = before[1:], True
        if before:
            found = reference_of(before)
            if found is not None and number in among_many:
                found = _as_area(found)
            part: str | Reference = replace(found, is_end=is_end) if found is not None else before
            constant = False
            looks_out = looks_out or isinstance(part, str) or bool(part.sheet)
            parts.append(part)
        parts += [word] if word else []
    return Formula(text, tuple(parts), looks_out, constant)


def _function(opening: str) -> str:
    """The name of a function with its bracket; newer ones are stored with a prefix."""
    return opening.upper().removeprefix("_XLFN.")


def _among_many(tokens: Sequence[Token]) -> frozenset[int]:
    """Which tokens stand alone between the commas of a function of however many cells."""
    said = [number for number, token in enumerate(tokens) if token.type != Token.WSPACE]
    around: list[bool] = []
    found = set()
    for before, number, after in zip([None, *said], said, [*said[1:], None], strict=False):
        token = tokens[number]
        if token.subtype == Token.OPEN:
            around.append(_function(token.value) in _OF_MANY)
        elif token.subtype == Token.CLOSE and around:
            around.pop()
        elif token.subtype == Token.RANGE and around and around[-1] and before is not None and after is not None:
            begins = tokens[before].subtype in (Token.OPEN, Token.ARG)
            if begins and tokens[after].subtype in (Token.CLOSE, Token.ARG):
                found.add(number)
    return frozenset(found)


def _as_area(found: Reference) -> Reference:
    """A cell of one sheet as the area of one row that it is; anything else as it is."""
    if len(found.frame) != 2 or found.frame[1] or ":" in found.sheet:
        return found
    return replace(found, frame=(found.frame[0], f":{found.frame[0]}", ""))


@lru_cache(maxsize=20_000)
def reference_of(text: str) -> Reference | None:
    """A reference taken apart; None for a name, a table or anything else that has no rows to follow."""
    match = _AREA.fullmatch(text)
    if match is None:
        return None
    sheet = title_of(match["sheet"])
    if match["r3"]:
        whole = (match["b3"], f":{match['b4']}", match["spill"])
        return Reference(
            text, sheet, int(match["r3"]), int(match["r4"]), 0, whole, (bool(match["b3"]), bool(match["b4"]))
        )
    column = column_index_from_string(match["c1"].lstrip("$"))
    first = int(match["r1"])
    if match["r2"] is None:
        frame: tuple[str, ...] = (match["c1"] + match["a1"], match["spill"])
        return Reference(text, sheet, first, first, column, frame, (bool(match["a1"]), bool(match["a1"])))
    frame = (match["c1"] + match["a1"], f":{match['c2']}{match['a2']}", match["spill"])
    return Reference(text, sheet, first, int(match["r2"]), column, frame, (bool(match["a1"]), bool(match["a2"])))


def without_titles(text: str, titles: Iterable[str]) -> str:
    """A formula without the titles of the sheets that it refers to, which may hold tags of their own.

    Args:
        text: The formula.
        titles: Those that hold tags.
    """
    for title in titles:
        text = text.replace(f"{quote_sheetname(title)}!", "")
    return text


def title_of(prefix: str | None) -> str:
    """The sheet that stands before a reference with its ``!``, or nothing."""
    if not prefix:
        return ""
    bare = prefix[:-1]
    return bare[1:-1].replace("''", "'") if bare.startswith("'") else bare


@dataclass(frozen=True)
class Moves:
    """How the rows of every sheet moved, and what sheets and tables are called now, seen from one sheet."""

    own: str
    rows: Mapping[str, SheetRows]
    titles: Mapping[str, str]
    tables: Mapping[str, str] = field(default_factory=dict)
    #: Sheets whose cells are filled in.
    filled: frozenset[str] = frozenset()

    def formula(self, formula: Formula, turns: Turns = ()) -> str:
        """A formula as it must read in a row made in ``turns``."""
        return "".join(
            self._other(part) if isinstance(part, str) else self.moved(part, turns) for part in formula.parts
        )

    def bare(self, text: str, turns: Turns = ()) -> str:
        """The same for the text of a formula without ``=``, as rules and names hold it."""
        return self.formula(parsed(text), turns)

    def rule(self, text: str, turns: Turns, old: int, new: int) -> str:
        """The same for a rule over an area: what it reads in the area's first row it reads in the first there is now.

        That row may be a row tag's, which never comes, or one that did not come this time.
        """
        return "".join(
            self._other(part)
            if isinstance(part, str)
            else self._in_row(part, new)
            if part.first == part.last == old and not any(part.fixed) and part.sheet in ("", self.own)
            else self.moved(part, turns)
            for part in parsed(text).parts
        )

    def _in_row(self, found: Reference, row: int) -> str:
        if row == found.first:
            return found.text
        title = self.titles.get(found.sheet, found.sheet)
        numbers = [str(row)] * (len(found.frame) - 1) + [""]
        return (f"{quote_sheetname(title)}!" if title else "") + "".join(
            f"{text}{number}" for text, number in zip(found.frame, numbers, strict=True)
        )

    def _other(self, part: str) -> str:
        """Names, tables and whole columns: only what their sheet or table is called can change."""
        sheet, sign, rest = part.rpartition("!")
        if sign and (old := title_of(sheet + sign)) in self.titles and self.titles[old] != old:
            part = f"{quote_sheetname(self.titles[old])}!{rest}"
        if self.tables and "[" in part:
            part = _TABLE.sub(lambda match: self.tables.get(match[1], match[1]), part)
        return part

    def moved(self, found: Reference, turns: Turns = ()) -> str:
        """One reference; it stays as written when nothing of it changed."""
        sheet = self.rows.get(found.sheet or self.own)
        if sheet is None:
            return self._through(found) if ":" in found.sheet else found.text
        if found.sheet and found.sheet != self.own:
            turns = ()
        title = self.titles.get(found.sheet, found.sheet)
        places = _places(found, sheet, turns)
        if places is None:
            return f"{quote_sheetname(title)}!{NOTHING}" if title else NOTHING
        if places == (found.first, found.last)[: len(places)] and title == found.sheet:
            return found.text
        prefix = f"{quote_sheetname(title)}!" if title else ""
        numbers = (*map(str, places), "")
        return prefix + "".join(f"{text}{number}" for text, number in zip(found.frame, numbers, strict=True))

    def _through(self, found: Reference) -> str:
        """A reference that reads the same cells of several sheets; no formula can when they went different ways."""
        first, _, last = found.sheet.partition(":")
        titles = list(self.rows)
        if first not in titles or last not in titles:
            return found.text
        ways = {_places(found, self.rows[each], ()) for each in titles[titles.index(first) : titles.index(last) + 1]}
        places = ways.pop() if len(ways) == 1 else None
        if places is None:
            return _LOST
        sheets = f"{self.titles.get(first, first)}:{self.titles.get(last, last)}"
        if places == (found.first, found.last)[: len(places)] and sheets == found.sheet:
            return found.text
        numbers = (*map(str, places), "")
        return f"{quote_sheetname(sheets)}!" + "".join(
            f"{text}{number}" for text, number in zip(found.frame, numbers, strict=True)
        )


def _places(found: Reference, sheet: SheetRows, turns: Turns) -> tuple[int, ...] | None:
    """The row numbers that are written now, one or two; None when nothing is left."""
    rows = sheet.at(found.column)
    start, end = (() if fixed else turns for fixed in found.fixed)
    if len(found.frame) == 2:
        near = rows.near(found.first, start) or rows.before_tag(found.first, start)
        if found.is_end and not near:
            near = rows.above(found.first)[-1:] or [1]
        return (near[0],) if near else None
    if not found.column:
        start = end = ()
    return rows.span(found.first, found.last, start, end)
