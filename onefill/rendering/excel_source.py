"""A worksheet's XML taken apart: its rows as text that only lacks row numbers, and all that stands around them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from lxml import etree
from openpyxl.utils import column_index_from_string, get_column_letter

from onefill.rendering.excel_refs import FORMULA_FAULTS, Formula, Moves, SpotUnread, parsed, spread
from onefill.rendering.excel_rows import AT, MOST_COLUMNS, MOST_ROWS, Turns
from onefill.rendering.excel_strings import SharedStrings, Text
from onefill.rendering.excel_styles import MAIN, without_prefix
from onefill.rendering.tags import has_tag

#: Stands for the rows in what is around them.
HOLE = "@rows@"
_PIECE = re.compile("\x03(\\d+)\x04")
_PLACE = re.compile(r"([A-Z]+)(\d+)")
_REFERRING = frozenset({"ref", "r1", "r2"})


@dataclass(frozen=True)
class FormulaCell:
    """A formula with the cells it fills, as it is written into a row."""

    attributes: tuple[tuple[str, str | Formula], ...]
    formula: Formula

    def xml(self, moves: Moves, turns: Turns) -> str:
        """The element in a row that was made in ``turns``."""
        own = "".join(
            f" {name}={quoteattr(moves.formula(value, turns) if isinstance(value, Formula) else value)}"
            for name, value in self.attributes
        )
        text = moves.formula(self.formula, turns)
        return f"<f{own}>{escape(text)}</f>" if text else f"<f{own}/>"


@dataclass(frozen=True)
class CellSource:
    """One cell of the template."""

    row: int
    column: int
    style: int
    #: Its XML with ``AT`` for the number of its row and marks for formulas.
    xml: str
    #: Its text, when that holds tags.
    tagged: Text | None = None
    #: The number of that text, when it is a shared one.
    shared: int | None = None
    formula: Formula | None = None
    filled: bool = True

    @property
    def address(self) -> str:
        """``B5``."""
        return f"{get_column_letter(self.column)}{self.row}"

    @property
    def start(self) -> str:
        """How its XML begins, up to its style."""
        return f'<c r="{get_column_letter(self.column)}{AT}"'

    @property
    def blank(self) -> str:
        """The same cell with nothing in it."""
        return f'{self.start} s="{self.style}"/>' if self.style else ""


@dataclass
class RowSource:
    """One row of the template."""

    number: int
    attributes: str = ""
    cells: list[CellSource] = field(default_factory=list)

    @property
    def xml(self) -> str:
        """All its cells."""
        return "".join(cell.xml for cell in self.cells)

    def blank(self, first: int, last: int) -> str:
        """Its cells in these columns, with nothing in them."""
        return "".join(cell.blank for cell in self.cells if first <= cell.column <= last)


class SheetSource:
    """A worksheet taken apart."""

    def __init__(self, root: etree._Element, strings: SharedStrings) -> None:
        """Take rows out of ``root``, which keeps all else.

        Raises:
            ValueError: It has no place for rows, or several; ``SpotUnread`` where one row or cell is at fault.
        """
        self.root = root = without_prefix(root)
        self.rows: dict[int, RowSource] = {}
        self.pieces: list[FormulaCell | str] = []
        self._spaces = [
            f' xmlns:{prefix}="{uri}"' if prefix else f' xmlns="{uri}"' for prefix, uri in root.nsmap.items()
        ]
        self._prefixes = {uri: prefix for prefix, uri in root.nsmap.items() if prefix}
        self._masters: dict[str, tuple[str, str]] = {}
        [data] = root.iterchildren(f"{MAIN}sheetData")
        number = 0
        for element in data.iterchildren(f"{MAIN}row"):
            try:
                number = _within(int(element.get("r", number + 1)), MOST_ROWS)
            except ValueError as exc:
                raise SpotUnread(f"第 {number + 1} 行") from exc
            self.rows[number] = row = RowSource(number, self._attributes(element))
            row.cells = list(self._cells(element, number, strings))
        data.clear()
        data.text = HOLE

    @property
    def last(self) -> int:
        """The last row that holds anything: LibreOffice writes empty ones down to the end of the sheet."""
        return max((number for number, row in self.rows.items() if any(cell.filled for cell in row.cells)), default=0)

    @property
    def formulas(self) -> Iterator[Formula]:
        """Every formula in a cell."""
        return (piece.formula for piece in self.pieces if isinstance(piece, FormulaCell))

    def _attributes(self, element: etree._Element) -> str:
        found = []
        for name, value in _attributes_of(element):
            qualified = etree.QName(name)
            if qualified.namespace is None and qualified.localname in ("r", "spans"):
                continue
            prefix = f"{self._prefixes[qualified.namespace]}:" if qualified.namespace in self._prefixes else ""
            if prefix or qualified.namespace is None:
                found.append(f" {prefix}{qualified.localname}={quoteattr(value)}")
        return "".join(found)

    def _cells(self, row: etree._Element, number: int, strings: SharedStrings) -> Iterator[CellSource]:
        column = 0
        for element in row.iterchildren(f"{MAIN}c"):
            place = _PLACE.fullmatch(element.get("r", ""))
            try:
                column = _within(column_index_from_string(place[1]) if place else column + 1, MOST_COLUMNS)
                cell = self._cell(element, number, column, strings)
            except ValueError as exc:
                raise SpotUnread(place[0] if place else f"{get_column_letter(column)}{number}") from exc
            yield cell

    def _cell(self, element: etree._Element, row: int, column: int, strings: SharedStrings) -> CellSource:
        style = int(element.get("s", "0"))
        formula = element.find(f"{MAIN}f")
        if formula is not None:
            return self._with_formula(element, formula, row, column, style)
        shared, text = _text_of(element, strings)
        tagged = text if text is not None and has_tag(text.whole) else None
        filled = any(child.tag != f"{MAIN}extLst" and (len(child) or child.text) for child in element)
        xml = self._written(element, column, "".join(self._fragment(child) for child in element))
        return CellSource(row, column, style, xml, tagged, shared if tagged else None, filled=filled)

    def _with_formula(
        self, element: etree._Element, formula: etree._Element, row: int, column: int, style: int
    ) -> CellSource:
        text = self._formula_text(formula, f"{get_column_letter(column)}{row}")
        told = parsed(text)
        shared = formula.get("t") == "shared"
        attributes = tuple(
            (name, parsed(value) if name in _REFERRING else value)
            for name, value in _attributes_of(formula)
            if not (shared and name in ("t", "ref", "si")) and not name.startswith("{")
        )
        inner = self._mark(FormulaCell(attributes, told))
        kept = told.constant and formula.get("t") != "dataTable"
        if kept:
            inner += "".join(self._fragment(child) for child in element if child is not formula)
        elif "t" in element.attrib:
            del element.attrib["t"]
        return CellSource(row, column, style, self._written(element, column, inner), formula=told)

    def _formula_text(self, formula: etree._Element, place: str) -> str:
        """Its text; formulas that share one are written out, because their rows may part."""
        text = formula.text or ""
        if formula.get("t") != "shared":
            return text
        number = formula.get("si", "")
        if text:
            self._masters[number] = (text, place)
            return text
        master, origin = self._masters.get(number, ("", place))
        try:
            return spread(master, origin, place) if master else ""
        except FORMULA_FAULTS as exc:
            raise ValueError(f"{place}: ={master}") from exc

    def _mark(self, piece: FormulaCell | str) -> str:
        self.pieces.append(piece)
        return f"\x03{len(self.pieces) - 1}\x04"

    def _written(self, element: etree._Element, column: int, inner: str) -> str:
        own = "".join(f" {name}={quoteattr(value)}" for name, value in _attributes_of(element) if name != "r")
        if "{" in inner:
            # Jinja2 would take it for a tag.
            inner = self._mark(inner)
        start = f'<c r="{get_column_letter(column)}{AT}"{own}'
        return f"{start}>{inner}</c>" if inner else f"{start}/>"

    def _fragment(self, element: etree._Element) -> str:
        xml = etree.tostring(element, encoding="unicode", with_tail=False)
        for space in self._spaces:
            xml = xml.replace(space, "")
        return xml

    def filled_in(self, cells: str, turns: Turns, moves: Moves) -> str:
        """The cells of a row with their formulas."""

        def piece(match: re.Match[str]) -> str:
            found = self.pieces[int(match[1])]
            return _PIECE.sub(piece, found) if isinstance(found, str) else found.xml(moves, turns)

        return _PIECE.sub(piece, cells) if "\x03" in cells else cells


def _text_of(element: etree._Element, strings: SharedStrings) -> tuple[int | None, Text | None]:
    """The text of a cell, with its number if it is shared.

    Raises:
        ValueError: There is no text of that number.
    """
    kind, value = element.get("t", "n"), element.find(f"{MAIN}v")
    if kind == "s" and value is not None and (value.text or "").isdigit():
        number = int(value.text or "0")
        text = strings.text(number)
        if text is None:  # the next text that is added would show there
            raise ValueError(f"text {number}")
        return number, text
    if kind == "inlineStr":
        inline = element.find(f"{MAIN}is")
        return None, None if inline is None else Text(inline)
    if kind == "str" and value is not None:
        wrapped = etree.Element(f"{MAIN}si")
        etree.SubElement(wrapped, f"{MAIN}t").text = value.text
        return None, Text(wrapped)
    return None, None


def _attributes_of(element: etree._Element) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in element.attrib.items()]


def _within(number: int, most: int) -> int:
    """A row or column that a sheet has.

    Raises:
        ValueError: It has not.
    """
    if not 0 < number <= most:
        raise ValueError(f"{number} of {most}")
    return number
