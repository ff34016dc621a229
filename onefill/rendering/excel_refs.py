"""References of formulas, names and print areas follow the rows they mean."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError
from openpyxl.utils import quote_sheetname

from onefill.rendering.excel_rows import RowMap, Turns

_CELL = r"(?P<c{0}>\$?[A-Za-z]{{1,3}})(?P<a{0}>\$?)(?P<r{0}>\d+)"
_AREA = re.compile(
    r"(?P<sheet>(?:'(?:[^']|'')+'|[^'!:]+)!)?"
    rf"(?:{_CELL.format(1)}(?::{_CELL.format(2)})?|(?P<b3>\$?)(?P<r3>\d+):(?P<b4>\$?)(?P<r4>\d+))"
)
#: What a reference becomes when every row it meant has vanished: a sum of nothing.
_NOTHING = "0"


@dataclass(frozen=True)
class Moves:
    """How the rows of every sheet moved, and what its sheet is called now, seen from one sheet."""

    own: str
    rows: Mapping[str, RowMap]
    titles: Mapping[str, str]

    def formula(self, formula: str, turns: Turns = ()) -> str:
        """A formula (with its ``=``) as it must read in a row made in ``turns``."""
        try:
            tokens = Tokenizer(formula)
        except TokenizerError:
            # Nothing that Excel itself would read; it stays as the author left it.
            return formula
        for token in tokens.items:
            if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                token.value = self.reference(token.value, turns)
        return "=" + "".join(token.value for token in tokens.items)

    def bare(self, formula: str, turns: Turns = ()) -> str:
        """The same for a formula without ``=``, as rules and names hold it."""
        return self.formula(f"={formula}", turns)[1:]

    def reference(self, text: str, turns: Turns = ()) -> str:
        """One reference: a cell, an area, or whole rows, perhaps on another sheet; anything else stays."""
        match = _AREA.fullmatch(text)
        if match is None:
            return text
        sheet = _title(match["sheet"])
        rows = self.rows.get(sheet or self.own)
        if rows is None:
            return text
        prefix = f"{quote_sheetname(self.titles.get(sheet, sheet))}!" if sheet else ""
        if sheet and sheet != self.own:
            turns = ()
        return _moved(match, rows, turns, prefix)


def _title(prefix: str | None) -> str:
    if not prefix:
        return ""
    bare = prefix[:-1]
    return bare[1:-1].replace("''", "'") if bare.startswith("'") else bare


def _moved(match: re.Match[str], rows: RowMap, turns: Turns, prefix: str) -> str:
    if match["r3"]:
        span = rows.span(int(match["r3"]), int(match["r4"]))
        return f"{prefix}{match['b3']}{span[0]}:{match['b4']}{span[1]}" if span else _NOTHING
    first = int(match["r1"])
    if match["r2"] is None:
        places = rows.near(first, () if match["a1"] else turns)
        return f"{prefix}{match['c1']}{match['a1']}{places[0]}" if places else _NOTHING
    last = int(match["r2"])
    span = rows.span(first, last, () if match["a1"] else turns, () if match["a2"] else turns)
    if span is None:
        return _NOTHING
    return f"{prefix}{match['c1']}{match['a1']}{span[0]}:{match['c2']}{match['a2']}{span[1]}"
