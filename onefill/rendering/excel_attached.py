"""What hangs on a worksheet in parts of its own: drawings, charts, notes, tables, pivots, controls."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree
from openpyxl.utils import get_column_letter

from onefill.rendering.excel_book import Book
from onefill.rendering.excel_follow import areas, forget, name_of, resize, runs, shift_anchor, shift_of
from onefill.rendering.excel_refs import Moves, SpotUnread, reference_of
from onefill.rendering.excel_rows import SheetRows
from onefill.rendering.package import XML_FAULTS, parse_xml
from onefill.rendering.word_additions import package_bytes

_VML = "urn:schemas-microsoft-com:vml"
_SERIES = frozenset({"cat", "val", "xVal", "yVal", "bubbleSize", "plus", "minus"})
_CACHES = frozenset({"numCache", "strCache", "multiLvlStrCache"})
_CONTROL_FORMULAS = ("fmlaLink", "fmlaRange", "fmlaGroup", "fmlaTxbx")
_MOST_NOTES = 1_000
_UID = "{http://schemas.microsoft.com/office/spreadsheetml/2014/revision}uid"


@dataclass(frozen=True)
class Attached:
    """A part that hangs on a worksheet, directly or on another such part."""

    part: str
    kind: str
    root: etree._Element
    #: The part whose relation leads here.
    holder: str


def attached_to(book: Book, sheet: str) -> Iterator[Attached]:
    """The parts of a worksheet that name rows; one that is no XML stays as it is."""
    waiting = [sheet]
    while waiting:
        holder = waiting.pop()
        for relation in book.relations(holder):
            if relation.kind not in STEPS or relation.external or relation.target not in book.members:
                continue
            try:
                root = parse_xml(book.members[relation.target])
            except XML_FAULTS:
                continue
            yield Attached(relation.target, relation.kind, root, holder)
            if relation.kind == "drawing":
                waiting.append(relation.target)


def followed(attached: Attached, rows: SheetRows, moves: Moves) -> bytes | None:
    """The part as it must be now; None when nothing changed."""
    root = deepcopy(attached.root)
    try:
        STEPS[attached.kind](root, rows, moves)
    except SpotUnread:
        raise
    except ValueError as exc:
        raise SpotUnread(_CALLED[attached.kind]) from exc
    made = package_bytes(root)
    return None if made == package_bytes(attached.root) else made


def _drawing(root: etree._Element, rows: SheetRows, moves: Moves) -> None:
    for element in root.iter(etree.Element):
        if name_of(element) in ("oneCellAnchor", "twoCellAnchor"):
            shift_anchor(element, rows)
        if element.get("textlink"):
            element.set("textlink", moves.bare(element.get("textlink", "")))


def _chart(root: etree._Element, rows: SheetRows, moves: Moves) -> None:
    """Series follow their cells; what they once showed goes when the cells may have changed."""
    for element in list(root.iter(etree.Element)):
        if name_of(element) != "f" or not element.text:
            continue
        text, parent = element.text, element.getparent()
        found = reference_of(text)
        if found is None or (found.sheet or moves.own) in moves.filled:
            _forget(parent)
        holder = None if parent is None else parent.getparent()
        if found is not None and ":" not in text and holder is not None and name_of(holder) in _SERIES:
            # A series that reads one cell of a repeated row reads all its copies.
            cells = f"{text}:{text.rpartition('!')[2]}"
            element.text = text if (made := moves.bare(cells)) == cells else made
            continue
        element.text = moves.bare(text)


def _forget(parent: etree._Element | None) -> None:
    for each in () if parent is None else list(parent):
        if isinstance(each.tag, str) and name_of(each) in _CACHES:
            parent.remove(each)  # type: ignore[union-attr]


def _table(root: etree._Element, rows: SheetRows, moves: Moves) -> None:
    for element in root.iter(etree.Element):
        name = name_of(element)
        if "ref" in element.attrib:
            resize(element, rows)
        if name in ("calculatedColumnFormula", "totalsRowFormula") and element.text:
            element.text = moves.bare(element.text)


def _pivot(root: etree._Element, rows: SheetRows, moves: Moves) -> None:
    for element in root.iter(etree.Element):
        if name_of(element) == "location" and "ref" in element.attrib:
            resize(element, rows)


def _control(root: etree._Element, rows: SheetRows, moves: Moves) -> None:
    for name in _CONTROL_FORMULAS:
        if root.get(name):
            root.set(name, moves.bare(root.get(name, "")))


def _comments(root: etree._Element, rows: SheetRows, moves: Moves) -> None:
    """A note goes with every copy of its cell."""
    for element in [each for each in root.iter(etree.Element) if name_of(each) in ("comment", "threadedComment")]:
        cells = _cells(element.get("ref", ""), rows)
        parent = element.getparent()
        if name_of(element) == "threadedComment":
            # Each has an id of its own that its answers name.
            cells = cells[:1]
        for cell in reversed(cells[1:]):
            copy = deepcopy(element)
            copy.set("ref", cell)
            forget(copy, _UID)
            element.addnext(copy)
        if cells:
            element.set("ref", cells[0])
        elif parent is not None:
            parent.remove(element)


def _cells(text: str, rows: SheetRows) -> list[str]:
    found = [
        f"{get_column_letter(run.min_col)}{row}"
        for run in runs(text, rows)
        for row in range(run.min_row, run.max_row + 1)
    ]
    return found[:_MOST_NOTES]


def _vml(root: etree._Element, rows: SheetRows, moves: Moves) -> None:
    """The boxes of notes, and old controls: they name their cell, and the corners they hang on."""
    taken = [int(number) for number in re.findall(r'id="_x0000_s(\d+)"', etree.tostring(root, encoding="unicode"))]
    last = max(taken, default=1024)
    for shape in [each for each in root.iter(f"{{{_VML}}}shape")]:
        parts = {name_of(each): each for each in shape.iter(etree.Element)}
        note = "Row" in parts and "Column" in parts
        if not note:
            _shift_box(parts, rows)
            continue
        row, column = _number(parts["Row"], parts), _number(parts["Column"], parts)
        places = [int(areas(cell)[0].min_row) for cell in _cells(f"{get_column_letter(column + 1)}{row + 1}", rows)]
        parent = shape.getparent()
        if parent is None:
            continue
        for place in reversed(places[1:]):
            last += 1
            copy = deepcopy(shape)
            copy.set("id", f"_x0000_s{last}")
            _put_box({name_of(each): each for each in copy.iter(etree.Element)}, place - 1 - row, place - 1)
            shape.addnext(copy)
        if places:
            _put_box(parts, places[0] - 1 - row, places[0] - 1)
        else:
            parent.remove(shape)


def _number(element: etree._Element, parts: dict[str, etree._Element]) -> int:
    try:
        return int(element.text or "0")
    except ValueError as exc:
        row, column = parts["Row"].text or "", parts["Column"].text or ""
        spot = f"第 {int(row) + 1} 行的批注" if row.isdecimal() else ""
        spot = f"{get_column_letter(int(column) + 1)} 列的批注" if column.isdecimal() else spot
        raise SpotUnread(spot or "批注") from exc


def _shift_box(parts: dict[str, etree._Element], rows: SheetRows) -> None:
    corners = _corners(parts)
    if corners:
        _put_box(parts, shift_of(corners[2], corners[0], rows), None)


def _corners(parts: dict[str, etree._Element]) -> list[int]:
    """Column, offset, row, offset of the first corner, then of the last."""
    anchor = parts.get("Anchor")
    numbers = re.findall(r"-?\d+", "" if anchor is None else anchor.text or "")
    return [int(number) for number in numbers] if len(numbers) == 8 else []


def _put_box(parts: dict[str, etree._Element], shift: int, row: int | None) -> None:
    corners = _corners(parts)
    if corners:
        corners[2], corners[6] = max(corners[2] + shift, 0), max(corners[6] + shift, 0)
        parts["Anchor"].text = ", ".join(map(str, corners))
    if row is not None:
        parts["Row"].text = str(row)


#: By the last word of the relation's type.
STEPS: dict[str, Callable[[etree._Element, SheetRows, Moves], None]] = {
    "drawing": _drawing,
    "chart": _chart,
    "chartEx": _chart,
    "table": _table,
    "pivotTable": _pivot,
    "ctrlProp": _control,
    "comments": _comments,
    "threadedComment": _comments,
    "vmlDrawing": _vml,
}
#: What authors call them.
_CALLED = {
    "drawing": "图形",
    "chart": "图表",
    "chartEx": "图表",
    "table": "表格",
    "pivotTable": "数据透视表",
    "ctrlProp": "控件",
    "comments": "批注",
    "threadedComment": "批注",
    "vmlDrawing": "批注或控件",
}
