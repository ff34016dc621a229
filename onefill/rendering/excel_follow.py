"""What stands around the rows of a worksheet follows them: merges, rules, breaks, panes, links and their like."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree
from openpyxl.utils import get_column_letter, range_boundaries

from onefill.rendering.excel_refs import Moves, SpotUnread
from onefill.rendering.excel_rows import MOST_COLUMNS, MOST_ROWS, SheetRows, Turns

#: Elements without which what holds them may not stand.
_HOLDERS = frozenset(
    {"mergeCells", "dataValidations", "hyperlinks", "ignoredErrors", "protectedRanges", "rowBreaks", "cellWatches",
     "sparklines", "sparklineGroup", "sparklineGroups", "conditionalFormatting", "conditionalFormattings", "ext",
     "extLst", "controls", "oleObjects"}
)  # fmt: skip
#: What says how the little charts of a group look, which is nothing without one.
_LOOKS = frozenset(
    {"colorSeries", "colorNegative", "colorAxis", "colorMarkers", "colorFirst", "colorLast", "colorHigh", "colorLow",
     "f"}
)  # fmt: skip
_COUNTED = frozenset({"mergeCells", "dataValidations", "rowBreaks"})
_RULES = frozenset({"dataValidation", "conditionalFormatting", "ignoredError", "protectedRange"})
_FORMULAS = frozenset({"formula", "formula1", "formula2", "f"})
_AREAS = frozenset({"dimension", "autoFilter", "sortState", "sortCondition"})


class Area(NamedTuple):
    """A block of cells; whole columns reach to the last row."""

    min_col: int
    max_col: int
    min_row: int
    max_row: int

    @property
    def coord(self) -> str:
        """As sheets write it, whole columns as well."""
        start = f"{get_column_letter(self.min_col)}{self.min_row}"
        end = f"{get_column_letter(self.max_col)}{self.max_row}"
        return start if start == end else f"{start}:{end}"

    @property
    def is_columns(self) -> bool:
        """Whether it is whole columns, which no row can move."""
        return (self.min_row, self.max_row) == (1, MOST_ROWS)


def areas(text: str) -> list[Area]:
    """A list of areas as sheets write it; what is no area is left out."""
    found = []
    for each in text.split():
        try:
            left, top, right, bottom = range_boundaries(each)
        except ValueError:
            continue
        found.append(Area(left or 1, right or MOST_COLUMNS, top or 1, bottom or MOST_ROWS))
    return found


def name_of(element: etree._Element) -> str:
    """The local name of an element."""
    return etree.QName(element).localname


def runs(text: str, rows: SheetRows) -> list[Area]:
    """Where the cells of a list of areas went, neighbours joined."""
    found = []
    for each in areas(text):
        if each.is_columns:
            found.append(each)
            continue
        found += [_resized(each, *run) for run in rows.at(each.min_col).runs(each.min_row, each.max_row)]
    return found


def area(text: str, rows: SheetRows) -> str | None:
    """One area from the first of its rows to the last; None when nothing is left of it."""
    found = areas(text)
    if not found or found[0].is_columns:
        return text
    span = rows.at(found[0].min_col).span(found[0].min_row, found[0].max_row)
    return None if span is None else _resized(found[0], *span).coord


def resize(element: etree._Element, rows: SheetRows) -> None:
    """Let an element's area follow; one of which nothing is left stays as it was."""
    found = area(element.get("ref", ""), rows)
    if found is not None:
        element.set("ref", found)


def _resized(old: Area, first: int, last: int) -> Area:
    return old._replace(min_row=first, max_row=last)


def turns_at(found: Sequence[Area], rows: SheetRows) -> Turns:
    """The turns of the first output row: what relative references of a rule count from."""
    first = min(found, key=lambda each: each.min_row)
    whole = rows.at(first.min_col).rows
    return whole[first.min_row - 1].turns if first.min_row <= len(whole) else ()


@dataclass(frozen=True)
class Follower:
    """Makes a worksheet's elements follow its rows."""

    rows: SheetRows
    moves: Moves

    def follow(self, root: etree._Element) -> None:
        """Change everything under ``root`` that names rows."""
        steps: dict[str, Callable[[etree._Element], None]] = {
            "mergeCells": self._merges,
            "hyperlink": self._link,
            "brk": self._break,
            "sheetView": self._view,
            "customSheetView": self._view,
            "sparkline": self._sparkline,
            "anchor": self._anchor,
            "cellWatch": self._single,
            "inputCells": self._single,
            **dict.fromkeys(_RULES, self._rule),
            **dict.fromkeys(_AREAS, self._area),
        }
        for element in list(root.iter(etree.Element)):
            step = steps.get(name_of(element))
            if step is not None and (element is root or element.getparent() is not None):
                try:
                    step(element)
                except SpotUnread:
                    raise
                except ValueError as exc:
                    raise SpotUnread(element.get("ref", element.get("sqref", ""))) from exc
        self._settle(root)

    def _settle(self, root: etree._Element) -> None:
        """Drop what lost all it held, and count the rest."""
        for element in reversed(list(root.iter(etree.Element))):
            name = name_of(element)
            if name in _HOLDERS and not element.text and all(name_of(each) in _LOOKS for each in element):
                _drop(element)
            elif name in _COUNTED and "count" in element.attrib:
                element.set("count", str(len(element)))
                if "manualBreakCount" in element.attrib:
                    element.set("manualBreakCount", str(sum(each.get("man") in ("1", "true") for each in element)))

    def _merges(self, element: etree._Element) -> None:
        old = [found for each in element for found in areas(each.get("ref", ""))]
        tag = next((each.tag for each in element), "")
        for each in list(element):
            element.remove(each)
        for found in old:
            kept = [(found.min_row, found.max_row)] if found.is_columns else None
            for first, last in kept or self.rows.at(found.min_col).groups(found.min_row, found.max_row):
                if found.min_col < found.max_col or first < last:
                    etree.SubElement(element, tag, ref=_resized(found, first, last).coord)

    def _rule(self, element: etree._Element) -> None:
        """A rule over areas: its attribute or its own element names them."""
        holder = next((each for each in element.iterchildren(etree.Element) if name_of(each) == "sqref"), None)
        old = element.get("sqref", "") if holder is None else holder.text or ""
        found = runs(old, self.rows)
        if not found:
            _drop(element)
            return
        text = " ".join(each.coord for each in found)
        if holder is None:
            element.set("sqref", text)
        else:
            holder.text = text
        turns = turns_at(found, self.rows)
        first, now = (min(each.min_row for each in each_of) for each_of in (areas(old), found))
        for each in element.iter(etree.Element):
            if name_of(each) in _FORMULAS and each.text and not len(each):
                each.text = self.moves.rule(each.text, turns, first, now)
            elif name_of(each) == "cfvo" and _refers(each.get("val", "")):
                each.set("val", self.moves.rule(each.get("val", ""), turns, first, now))

    def _area(self, element: etree._Element) -> None:
        if "ref" not in element.attrib:
            return
        found = area(element.get("ref", ""), self.rows)
        if found is None:
            _drop(element)
        else:
            element.set("ref", found)

    def _link(self, element: etree._Element) -> None:
        found = runs(element.get("ref", ""), self.rows)
        if not found:
            _drop(element)
            return
        if element.get("location"):
            element.set("location", self.moves.bare(element.get("location", "")))
        for each in reversed(found[1:]):
            copy = deepcopy(element)
            copy.set("ref", each.coord)
            _behind(element, copy)
        element.set("ref", found[0].coord)

    def _break(self, element: etree._Element) -> None:
        """A break of rows; one of columns has no row to follow."""
        parent = element.getparent()
        if parent is None or name_of(parent) != "rowBreaks":
            return
        places = self.rows.whole.breaks(int(element.get("id", "0")))
        for place in reversed(places[1:]):
            copy = deepcopy(element)
            copy.set("id", str(place))
            _behind(element, copy)
        if places:
            element.set("id", str(places[0]))
        else:
            _drop(element)

    def _view(self, element: etree._Element) -> None:
        for each in element.iter(etree.Element):
            name = name_of(each)
            if name == "pane":
                self._pane(each)
            elif name == "selection":
                self._selection(each)
        if "topLeftCell" in element.attrib:
            element.set("topLeftCell", self._corner(element.get("topLeftCell", "A1")))

    def _pane(self, pane: etree._Element) -> None:
        if "topLeftCell" not in pane.attrib:
            return
        found = areas(pane.get("topLeftCell", ""))
        frozen = int(float(pane.get("ySplit", "0")))
        if not found or not pane.get("state", "").startswith("frozen") or frozen != found[0].min_row - 1:
            pane.set("topLeftCell", self._corner(pane.get("topLeftCell", "A1")))
            return
        above = self.rows.whole.above(frozen)[-1:]
        if above:
            pane.set("topLeftCell", f"{get_column_letter(found[0].min_col)}{above[0] + 1}")
            pane.set("ySplit", str(above[0]))

    def _selection(self, element: etree._Element) -> None:
        for name in ("activeCell", "sqref"):
            if name in element.attrib:
                element.set(name, self._corner(element.get("activeCell", "A1")))
        forget(element, "activeCellId")

    def _corner(self, text: str) -> str:
        """Where one cell went, or the nearest above it."""
        found = areas(text)
        if not found:
            return "A1"
        places = self.rows.at(found[0].min_col).above(found[0].min_row) or [1]
        return f"{get_column_letter(found[0].min_col)}{places[0]}"

    def _single(self, element: etree._Element) -> None:
        element.set("r", self._corner(element.get("r", "A1")))

    def _sparkline(self, element: etree._Element) -> None:
        """A little chart in a cell: one for every copy of the cell."""
        texts = {name_of(each): each for each in element.iterchildren(etree.Element)}
        if "sqref" not in texts:
            return
        cells = [
            f"{get_column_letter(run.min_col)}{row}"
            for run in runs(texts["sqref"].text or "", self.rows)
            for row in range(run.min_row, run.max_row + 1)
        ]
        if not cells:
            _drop(element)
            return
        formula = texts["f"].text or "" if "f" in texts else ""
        for number, cell in reversed(list(enumerate(cells))):
            copy = deepcopy(element) if number else element
            for each in copy.iterchildren(etree.Element):
                if name_of(each) == "sqref":
                    each.text = cell
                elif name_of(each) == "f":
                    each.text = self.moves.bare(formula, turns_at(areas(cell), self.rows))
            if number:
                _behind(element, copy)

    def _anchor(self, element: etree._Element) -> None:
        """Where a control or an embedded object hangs."""
        shift_anchor(element, self.rows)


def shift_anchor(anchor: etree._Element, rows: SheetRows) -> None:
    """Move what hangs on cells by as many rows as its first cell moved; its size stays."""
    ends = [each for each in anchor.iterchildren(etree.Element) if name_of(each) in ("from", "to")]
    spots = [{name_of(part): part for part in end} for end in ends]
    if not spots or "row" not in spots[0] or "col" not in spots[0]:
        return
    try:
        row, column = (int(spots[0][name].text or "0") for name in ("row", "col"))
    except ValueError as exc:
        raise SpotUnread(_hung(anchor)) from exc
    shift = shift_of(row, column, rows)
    for spot in spots:
        try:
            old = int(spot["row"].text or "0") if "row" in spot else None
        except ValueError as exc:
            raise SpotUnread(f"{get_column_letter(column + 1)}{row + 1} {_hung(anchor)}") from exc
        if old is not None:
            spot["row"].text = str(max(old + shift, 0))


def spot_of(inside: etree._Element) -> str:
    """The cell that a piece of a drawing hangs on, and by what name Excel shows it."""
    anchor = next((each for each in (inside, *inside.iterancestors()) if name_of(each).endswith("CellAnchor")), None)
    if anchor is None:
        return "图形"
    row, column = (anchor.findtext(f"{{*}}from/{{*}}{name}", "") for name in ("row", "col"))
    known = row.isdecimal() and column.isdecimal()
    return f"{get_column_letter(int(column) + 1)}{int(row) + 1} {_hung(anchor)}" if known else _hung(anchor)


def _hung(anchor: etree._Element) -> str:
    """What hangs there, by the name that Excel shows for it."""
    names = (each.get("name", "") for each in anchor.iter("{*}cNvPr"))
    name = next(filter(None, names), "")
    return f"图形“{name}”" if name else "图形"


def shift_of(row: int, column: int, rows: SheetRows) -> int:
    """By how many rows moves what hangs on a cell; both count from 0."""
    own = rows.at(column + 1)
    places = own.all(row + 1) or [place + 1 for place in own.above(row + 1)][-1:] or [1]
    return places[0] - row - 1


def forget(element: etree._Element, attribute: str) -> None:
    """Take an attribute away, if it is there."""
    if attribute in element.attrib:
        del element.attrib[attribute]


def _refers(text: str) -> bool:
    return bool(text) and not text.replace(".", "").replace("-", "").isdigit()


def _behind(element: etree._Element, copy: etree._Element) -> None:
    """``addnext`` would carry the tail along."""
    copy.tail = None
    element.addnext(copy)


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
