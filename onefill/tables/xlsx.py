"""Reading .xlsx: our own reader, because it must tell types, formulas, errors and what is hidden, and fear no size."""

import math
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import IO

from lxml import etree

from onefill.tables.errors import Damaged, TooManyCells, TooMuchInside
from onefill.tables.model import LAST_COLUMN, LAST_ROW, MOST_CELLS, Area, Cell, Line, Worksheet, area, position
from onefill.tables.package import MOST_IN_SHEET, Package
from onefill.tables.styles import NumberKind, moment, number_kinds

_CHUNK = 1 << 20
#: Formatted but empty cells and rows: a sheet formatted to its last row has millions, and nothing is said in them.
_EMPTY_CELL = re.compile(rb"<c [^<>]*/>")
_EMPTY_ROW = re.compile(rb"<row (?=[^<>]*\br=)[^<>]*(?:/>|>\s*</row>)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FAULTS = (etree.XMLSyntaxError, ValueError)


def read_xlsx(package: Package) -> tuple[Worksheet, ...]:
    """All worksheets of the file.

    Raises:
        TableRefused: It cannot be followed, or is too large.
    """
    book = package.xml(package.workbook)
    relations = package.relations(package.workbook)
    parts = {kind: name for kind, name in relations.values() if kind in ("sharedStrings", "styles")}
    properties = book.find("{*}workbookPr")
    reader = _Reader(
        strings=_strings(package, parts.get("sharedStrings", "")),
        kinds=number_kinds(package.xml(parts["styles"]) if parts.get("styles") in package else None),
        mac=properties is not None and properties.get("date1904") in ("1", "true"),
    )
    sheets = []
    for each in book.iterfind("{*}sheets/{*}sheet"):
        kind, part = relations.get(_relation(each), ("", ""))
        if kind == "worksheet" and part in package:
            hidden = each.get("state", "visible") != "visible"
            with package.stream(part) as stream:
                sheets.append(reader.sheet(each.get("name", ""), stream, hidden=hidden))
    if not sheets:
        raise Damaged()
    return tuple(sheets)


def sheet_parts(package: Package) -> dict[str, str]:
    """The part of each worksheet by its name."""
    relations = package.relations(package.workbook)
    found = {}
    for each in package.xml(package.workbook).iterfind("{*}sheets/{*}sheet"):
        kind, part = relations.get(_relation(each), ("", ""))
        if kind == "worksheet" and part in package:
            found[each.get("name", "")] = part
    return found


def without_empty(xml: bytes) -> bytes:
    """A sheet's XML without the cells and rows that only carry formatting."""
    if b"<![CDATA[" in xml or b"<!--" in xml:
        return xml
    return _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", xml))


def _relation(element: etree._Element) -> str:
    return next((str(value) for name, value in element.items() if str(name).endswith("}id")), "")


def _strings(package: Package, part: str) -> list[str]:
    if part not in package:
        return []
    found = []
    with package.stream(part) as stream:
        for item in _elements(_Counted(stream), ("{*}si",)):
            found.append(_text(item))
    return found


def _text(item: etree._Element) -> str:
    """The text of a string, rich or plain, without the reading aids of Japanese editions."""
    if len(item) == 1 and item[0].tag.endswith("}t"):
        text = item[0].text or ""
    else:
        runs = (run for run in item if not str(run.tag).endswith("}rPh"))
        text = "".join(t.text or "" for run in runs for t in run.iter("{*}t"))
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class _Counted:
    """A stream that stops a bomb."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._left = MOST_IN_SHEET

    def read(self, size: int = _CHUNK) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise TooMuchInside()
        return data


class _Sieve:
    """A sheet's XML without empty cells and rows, piece by piece: what is sieved here costs no parsing."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = _Counted(stream)
        self._rest = b""
        self._plain = True

    def read(self, _size: int = -1) -> bytes:
        while True:
            data = self._stream.read()
            if not data:
                left, self._rest = self._rest, b""
                return self._sieved(left)
            data = self._rest + data
            cut = data.rfind(b"<row")
            if cut <= 0 and len(data) > 4 * _CHUNK:
                cut = len(data)
            self._rest, ready = data[max(cut, 0) :], data[: max(cut, 0)]
            if sieved := self._sieved(ready):
                return sieved

    def _sieved(self, data: bytes) -> bytes:
        # In these the pattern might be somebody's text; no office program writes them into a sheet.
        self._plain = self._plain and b"<![CDATA[" not in data and b"<!--" not in data
        return _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", data)) if self._plain else data


def _elements(stream: _Counted | _Sieve, tags: Iterable[str]) -> Iterator[etree._Element]:
    """Elements as they end, each forgotten when the next is asked for."""
    try:
        parsed = etree.iterparse(
            stream, events=("end",), tag=tuple(tags), resolve_entities=False, no_network=True, load_dtd=False
        )
        for _, element in parsed:
            yield element
            element.clear()
            while element.getprevious() is not None:
                parent = element.getparent()
                assert parent is not None
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise Damaged() from error


class _Reader:
    """Reads sheets of one workbook."""

    def __init__(self, strings: list[str], kinds: list[NumberKind], *, mac: bool) -> None:
        self._strings = strings
        self._kinds = kinds
        self._mac = mac
        self._left = MOST_CELLS

    def sheet(self, name: str, stream: IO[bytes], *, hidden: bool) -> Worksheet:
        lines: list[Line] = []
        merged: list[Area] = []
        columns: list[tuple[int, int]] = []
        number = 0
        for element in _elements(_Sieve(stream), ("{*}row", "{*}mergeCell", "{*}col")):
            kind = element.tag.rpartition("}")[2]
            if kind == "row":
                number = _number(element.get("r"), number + 1)
                line = self._line(element, number)
                if line is not None:
                    lines.append(line)
            elif kind == "mergeCell" and (found := area(element.get("ref", ""))):
                merged.append(found)
            elif kind == "col" and element.get("hidden") in ("1", "true"):
                columns.append((_number(element.get("min"), 1), _number(element.get("max"), LAST_COLUMN)))
        lines.sort(key=lambda line: line.number)
        return Worksheet(name, _once(lines), hidden, tuple(columns), tuple(merged))

    def _line(self, row: etree._Element, number: int) -> Line | None:
        cells: dict[int, Cell] = {}
        column = 0
        for element in row:
            reference = element.get("r")
            place = position(reference) if reference else None
            column = place[1] if place else column + 1
            cell = self._cell(element)
            if cell is not None and column <= LAST_COLUMN:
                cells[column] = cell
        if not cells:
            return None
        self._left -= len(cells)
        if self._left < 0:
            raise TooManyCells(most=MOST_CELLS)
        return Line(number, cells, row.get("hidden") in ("1", "true"))

    def _cell(self, element: etree._Element) -> Cell | None:
        value, formula, inline = None, False, None
        for part in element:
            kind = part.tag.rpartition("}")[2] if isinstance(part.tag, str) else ""
            if kind == "v":
                value = part.text
            elif kind == "f":
                formula = True
            elif kind == "is":
                inline = part
        kind = element.get("t", "n")
        if inline is not None:
            return _filled(_text(inline), formula)
        if value is None:
            return Cell(None, "uncomputed", True) if formula and kind != "str" else None
        match kind:
            case "s":
                return _filled(self._strings[int(value)] if _indexes(value, self._strings) else "", formula)
            case "str":
                return _filled(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), value), formula)
            case "b":
                return Cell(value.strip() in ("1", "true"), "bool", formula)
            case "e":
                return Cell(value.strip(), "error", formula)
            case "d":
                return _iso(value.strip(), formula)
            case _:
                return self._number(value, element.get("s", "0"), formula)

    def _number(self, value: str, style: str, formula: bool) -> Cell | None:
        try:
            number = int(value) if value.strip().lstrip("+-").isdigit() and len(value) < 40 else float(value)
        except ValueError:
            return _filled(value, formula)
        if not math.isfinite(number):
            return _filled(value, formula)
        kind = self._kinds[int(style)] if _indexes(style, self._kinds) else "number"
        if kind == "date":
            found = moment(number, mac=self._mac)
            if found is not None:
                return Cell(found, "time" if isinstance(found, time) else "date", formula)
            kind = "number"
        return Cell(number, kind, formula)


def _once(lines: list[Line]) -> tuple[Line, ...]:
    """Lines by their number; of two with the same number the last one counts, as in Excel."""
    return tuple({line.number: line for line in lines}.values())


def _filled(text: str, formula: bool) -> Cell | None:
    return Cell(text, "text", formula) if text.strip() else None


def _indexes(text: str, of: list[str] | list[NumberKind]) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10 and int(text) < len(of)


def _number(text: str | None, otherwise: int) -> int:
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 9:
        return otherwise
    return min(int(text), LAST_ROW)


def _iso(text: str, formula: bool) -> Cell | None:
    """A date written as such, in the strict variant of the format."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _filled(text, formula)
    value: date = found.date() if found.time() == time() else found
    return Cell(value, "date", formula)
