"""Comments of a marked workbook: ours added, those of others kept, those of an earlier marking taken out."""

from collections.abc import Iterable, Iterator

from lxml import etree

from onefill.tables.model import position

AUTHOR = "一填通"
#: Begins every text of ours, also where it stands under somebody else's comment.
SIGN = "【核对】"

_VML = "urn:schemas-microsoft-com:vml"
_OFFICE = "urn:schemas-microsoft-com:office:office"
_EXCEL = "urn:schemas-microsoft-com:office:excel"
_SPACES = {"v": _VML, "o": _OFFICE, "x": _EXCEL}
_LINE_HEIGHT, _CHARACTERS_IN_LINE = 14, 16


class Comments:
    """The comments part of one sheet and the drawing that shows them.

    Args:
        comments: The part, if the sheet has one.
        drawing: The VML drawing, if the sheet has one.
        space: Namespace of the workbook's XML.
        number: Of the sheet; shapes of different sheets must have different numbers.
    """

    def __init__(
        self, comments: etree._Element | None, drawing: etree._Element | None, space: str, number: int
    ) -> None:
        self._space = space
        self.comments = etree.fromstring(f'<comments xmlns="{space}"/>') if comments is None else comments
        self.drawing = _new_drawing(number) if drawing is None else drawing
        self._authors = self._child("authors", 0)
        self._list = self._child("commentList", 1)
        self._next = max([number * 1024, *_shape_numbers(self.drawing)]) + 1
        self._remove_ours()
        self._there = {comment.get("ref", ""): comment for comment in self._list}

    def add(self, cell: str, texts: Iterable[str]) -> None:
        """Put our texts on a cell."""
        text = SIGN + "\n".join(texts)
        theirs = self._there.get(cell)
        if theirs is not None:
            self._append(theirs, "\n" + text)
            return
        comment = etree.Element(self._tag("comment"), ref=cell, authorId=str(self._author()))
        self._run(etree.SubElement(comment, self._tag("text")), text)
        self._list.append(comment)
        self._there[cell] = comment
        place = position(cell)
        if place is not None:
            self.drawing.append(_shape(self._next, place[0] - 1, place[1] - 1, text))
            self._next += 1

    def finish(self) -> None:
        """Order the comments as Excel writes them."""
        self._list[:] = sorted(self._list, key=lambda comment: position(comment.get("ref", "")) or (0, 0))

    def _remove_ours(self) -> None:
        ours = {str(place) for place, author in enumerate(self._authors) if author.text == AUTHOR}
        for comment in list(self._list):
            if comment.get("authorId") in ours and _text(comment).startswith(SIGN):
                self._list.remove(comment)
                self._remove_shape(comment.get("ref", ""))
                continue
            for run in list(comment.iter(self._tag("r"))):
                parent = run.getparent()
                if parent is not None and _text(run).startswith("\n" + SIGN):
                    parent.remove(run)

    def _remove_shape(self, cell: str) -> None:
        place = position(cell)
        for shape in list(self.drawing.iterfind(f"{{{_VML}}}shape")):
            row, column = (shape.findtext(f".//{{{_EXCEL}}}{name}", "") for name in ("Row", "Column"))
            if place is not None and (row.strip(), column.strip()) == (str(place[0] - 1), str(place[1] - 1)):
                self.drawing.remove(shape)

    def _append(self, comment: etree._Element, text: str) -> None:
        body = comment.find(self._tag("text"))
        body = etree.SubElement(comment, self._tag("text")) if body is None else body
        plain = body.find(self._tag("t"))
        if plain is not None:
            # A text is either plain or made of runs; ours must be a run to be told apart.
            body.remove(plain)
            self._run(body, plain.text or "")
        self._run(body, text)

    def _run(self, body: etree._Element, text: str) -> None:
        run = etree.SubElement(etree.SubElement(body, self._tag("r")), self._tag("t"))
        run.text = text
        run.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _author(self) -> int:
        for place, author in enumerate(self._authors):
            if author.text == AUTHOR:
                return place
        etree.SubElement(self._authors, self._tag("author")).text = AUTHOR
        return len(self._authors) - 1

    def _child(self, name: str, place: int) -> etree._Element:
        found = self.comments.find(self._tag(name))
        if found is None:
            found = etree.Element(self._tag(name))
            self.comments.insert(place, found)
        return found

    def _tag(self, name: str) -> str:
        return f"{{{self._space}}}{name}"


def _text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def read_drawing(data: bytes) -> etree._Element | None:
    """A VML drawing, which office programs do not always write as proper XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    return etree.fromstring(data, parser) if data.strip() else None


def _new_drawing(number: int) -> etree._Element:
    root = etree.Element("xml", nsmap=_SPACES)
    layout = etree.SubElement(root, f"{{{_OFFICE}}}shapelayout", {f"{{{_VML}}}ext": "edit"})
    etree.SubElement(layout, f"{{{_OFFICE}}}idmap", {f"{{{_VML}}}ext": "edit", "data": str(number)})
    box = {"id": "_x0000_t202", "coordsize": "21600,21600", "path": "m,l,21600r21600,l21600,xe"}
    kind = etree.SubElement(root, f"{{{_VML}}}shapetype", {**box, f"{{{_OFFICE}}}spt": "202"})
    etree.SubElement(kind, f"{{{_VML}}}stroke", joinstyle="miter")
    etree.SubElement(kind, f"{{{_VML}}}path", {"gradientshapeok": "t", f"{{{_OFFICE}}}connecttype": "rect"})
    return root


def _shape(number: int, row: int, column: int, text: str) -> etree._Element:
    lines = sum(1 + len(line) // _CHARACTERS_IN_LINE for line in text.split("\n"))
    height = max(3, (lines * _LINE_HEIGHT) // 18 + 2)
    shape = etree.Element(
        f"{{{_VML}}}shape",
        {
            "id": f"_x0000_s{number}",
            "type": "#_x0000_t202",
            "style": "position:absolute;z-index:1;visibility:hidden",
            "fillcolor": "#ffffe1",
            f"{{{_OFFICE}}}insetmode": "auto",
        },
        nsmap=_SPACES,
    )
    etree.SubElement(shape, f"{{{_VML}}}fill", color2="#ffffe1")
    etree.SubElement(shape, f"{{{_VML}}}shadow", on="t", color="black", obscured="t")
    etree.SubElement(shape, f"{{{_VML}}}path", {f"{{{_OFFICE}}}connecttype": "none"})
    etree.SubElement(etree.SubElement(shape, f"{{{_VML}}}textbox"), "div", style="text-align:left")
    data = etree.SubElement(shape, f"{{{_EXCEL}}}ClientData", ObjectType="Note")
    etree.SubElement(data, f"{{{_EXCEL}}}MoveWithCells")
    etree.SubElement(data, f"{{{_EXCEL}}}SizeWithCells")
    anchor = f"{column + 1}, 15, {max(row - 1, 0)}, 4, {column + 4}, 15, {max(row - 1, 0) + height}, 4"
    etree.SubElement(data, f"{{{_EXCEL}}}Anchor").text = anchor
    etree.SubElement(data, f"{{{_EXCEL}}}AutoFill").text = "False"
    etree.SubElement(data, f"{{{_EXCEL}}}Row").text = str(row)
    etree.SubElement(data, f"{{{_EXCEL}}}Column").text = str(column)
    return shape


def _shape_numbers(drawing: etree._Element) -> Iterator[int]:
    for shape in drawing.iterfind(f"{{{_VML}}}shape"):
        tail = shape.get("id", "").rpartition("_s")[2]
        if tail.isdigit() and len(tail) < 10:
            yield int(tail)
