"""The cells of a marked sheet: found in its XML, or made where nothing was written yet."""

from collections.abc import Iterator

from lxml import etree

from onefill.tables.mark_styles import Ground, Styles
from onefill.tables.model import Area, address, area, position

_AFTER_DRAWING = (
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
)


class SheetXml:
    """A worksheet part that is being marked."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.space = str(etree.QName(root).namespace or "")
        data = root.find(self._tag("sheetData"))
        self._data = etree.SubElement(root, self._tag("sheetData")) if data is None else data
        self._merged = [found for each in root.iter(self._tag("mergeCell")) if (found := area(each.get("ref", "")))]
        self._rows = dict(self._numbered(self._data))
        self._column_styles = [
            (int(each.get("min", "0")), int(each.get("max", "0")), int(each.get("style", "0")))
            for each in root.iterfind(f"{self._tag('cols')}/{self._tag('col')}")
        ]

    def unmark(self, styles: Styles) -> None:
        """Take the grounds of an earlier marking away."""
        for cell in self._data.iter(self._tag("c")):
            before = _style_of(cell)
            after = styles.unmarked(before)
            if after != before:
                cell.set("s", str(after))

    def mark(self, row: int, column: int, ground: Ground, styles: Styles) -> None:
        """Give a cell a ground."""
        cell = self._cell(row, column)
        cell.set("s", str(styles.marked(_style_of(cell), ground)))

    def shown_at(self, row: int, column: int) -> tuple[int, int]:
        """The cell that is seen at that place: the first of those it is merged with."""
        for one in self._merged:
            if _holds(one, row, column):
                return one.top, one.left
        return row, column

    def drawing_id(self, relation: str) -> str | None:
        """The id of the sheet's VML drawing; ``relation`` is the namespace of relations."""
        found = self.root.find(self._tag("legacyDrawing"))
        return None if found is None else found.get(f"{{{relation}}}id")

    def set_drawing(self, identity: str, relation: str) -> None:
        """Point to a VML drawing, where the standard wants the element to stand."""
        found = self.root.find(self._tag("legacyDrawing"))
        if found is None:
            found = etree.Element(self._tag("legacyDrawing"))
            later = (each for each in self.root if etree.QName(each).localname in _AFTER_DRAWING)
            following = next(later, None)
            if following is None:
                self.root.append(found)
            else:
                following.addprevious(found)
        found.set(f"{{{relation}}}id", identity)

    def _cell(self, row: int, column: int) -> etree._Element:
        line = self._rows.get(row)
        if line is None:
            line = etree.Element(self._tag("row"), r=str(row))
            self._data.insert(sum(1 for number in self._rows if number < row), line)
            self._rows[row] = line
        before = 0
        for place, (number, cell) in enumerate(self._cells(line)):
            if number == column:
                return cell
            if number < column:
                before = place + 1
        fresh = etree.Element(self._tag("c"), r=address(row, column), s=str(self._style_at(line, column)))
        if "spans" in line.attrib:
            del line.attrib["spans"]  # a hint of first and last column, which may not hold any more
        line.insert(before, fresh)
        return fresh

    def _style_at(self, line: etree._Element, column: int) -> int:
        if line.get("customFormat") in ("1", "true"):
            return _style_of(line)
        return next((style for first, last, style in self._column_styles if first <= column <= last), 0)

    def _numbered(self, data: etree._Element) -> Iterator[tuple[int, etree._Element]]:
        number = 0
        for row in data.iterfind(self._tag("row")):
            given = row.get("r", "")
            number = int(given) if given.isdigit() else number + 1
            yield number, row

    def _cells(self, line: etree._Element) -> Iterator[tuple[int, etree._Element]]:
        column = 0
        for cell in line.iterfind(self._tag("c")):
            place = position(cell.get("r", ""))
            column = place[1] if place else column + 1
            yield column, cell

    def _tag(self, name: str) -> str:
        return f"{{{self.space}}}{name}"


def _style_of(element: etree._Element) -> int:
    style = element.get("s", "0")
    return int(style) if style.isdigit() else 0


def _holds(one: Area, row: int, column: int) -> bool:
    return one.top <= row <= one.bottom and one.left <= column <= one.right
