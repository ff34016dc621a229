"""The workbook back as it came, with a ground and a comment on every cell that is wrong."""

from collections.abc import Iterable, Mapping

from lxml import etree

from onefill.problems import CellPlace, Level, Problem
from onefill.tables.kinds import kind_of
from onefill.tables.mark_comments import Comments, read_drawing
from onefill.tables.mark_sheet import SheetXml
from onefill.tables.mark_styles import EMPTY_STYLES, Styles
from onefill.tables.model import address, position
from onefill.tables.package import MOST_IN_SHEET, Package, parse_xml, relations_name
from onefill.tables.reading import read
from onefill.tables.rebuilding import rebuilt
from onefill.tables.xlsx import sheet_parts, without_empty

_TYPES = "[Content_Types].xml"
_TYPES_SPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS_SPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
#: A larger sheet is marked without its formatted empty rows: held as a tree they would take gigabytes.
_MOST_AS_TREE = 48 << 20
_WORDS = {Level.ERROR: "要改", Level.WARNING: "提醒", Level.ADVICE: "建议"}

#: Row and column -> problems there.
Spots = dict[tuple[int, int], list[Problem]]


def mark(data: bytes, problems: Iterable[Problem], filename: str = "") -> bytes:
    """Mark the cells that problems name. What is no .xlsx comes back as one.

    Everything else in the file stays as it is, parts that we do not know too. Marks of an earlier time are taken out
    first.

    Args:
        data: The workbook as it was given.
        problems: Those whose place is no cell of it are left out.
        filename: Its name, which for a .csv is the name of its sheet.

    Raises:
        TableRefused: It cannot be read.
    """
    if kind_of(data, filename) != "xlsx":
        data = rebuilt(read(data, filename))
    package = Package(data)
    return _Marker(package).marked(_by_sheet(problems))


def _by_sheet(problems: Iterable[Problem]) -> dict[str, Spots]:
    found: dict[str, Spots] = {}
    for problem in problems:
        place = problem.place
        where = position(place.cell) if isinstance(place, CellPlace) else None
        if isinstance(place, CellPlace) and where is not None:
            found.setdefault(place.sheet, {}).setdefault(where, []).append(problem)
    return found


class _Marker:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._parts: dict[str, bytes] = {}
        self._types = package.xml(_TYPES)
        self._strict = str(etree.QName(package.xml(package.workbook)).namespace).startswith(_STRICT)
        self._office = f"{_STRICT}officeDocument/relationships" if self._strict else _OFFICE

    def marked(self, spots: Mapping[str, Spots]) -> bytes:
        name, styles = self._styles()
        for number, (sheet, part) in enumerate(sheet_parts(self._package).items(), 1):
            if spots.get(sheet) or styles.has_marks():
                self._sheet(part, spots.get(sheet, {}), styles, number)
        self._parts[name] = _bytes(styles.root)
        self._parts[_TYPES] = _bytes(self._types)
        return self._package.replaced(self._parts)

    def _sheet(self, part: str, spots: Spots, styles: Styles, number: int) -> None:
        raw = self._package.read(part, MOST_IN_SHEET)
        sheet = SheetXml(parse_xml(without_empty(raw) if len(raw) > _MOST_AS_TREE else raw))
        if styles.has_marks():
            sheet.unmark(styles)
        seen: Spots = {}
        for (row, column), found in spots.items():
            seen.setdefault(sheet.shown_at(row, column), []).extend(found)
        for (row, column), found in seen.items():
            wrong = any(problem.level is Level.ERROR for problem in found)
            sheet.mark(row, column, "error" if wrong else "warning", styles)
        self._comment(part, sheet, seen, number)
        self._parts[part] = _bytes(sheet.root)

    def _comment(self, part: str, sheet: SheetXml, spots: Spots, number: int) -> None:
        relations = self._package.relations(part)
        kept = self._pointed(relations, "comments")
        drawing_id = sheet.drawing_id(self._office)
        drawing = relations.get(drawing_id or "", ("", ""))[1]
        if not kept and not spots:
            return
        comments = Comments(
            self._package.xml(kept) if kept else None,
            read_drawing(self._package.read(drawing)) if drawing in self._package else None,
            sheet.space,
            number,
        )
        for (row, column), found in spots.items():
            comments.add(address(row, column), dict.fromkeys(_told(problem) for problem in found))
        comments.finish()
        if not kept:
            kept = self._free("xl/comments", ".xml")
            self._relate(part, "comments", kept)
            self._declare(kept, f"{_SPREADSHEET}comments+xml")
        if drawing not in self._package:
            drawing = self._free("xl/drawings/vmlDrawing", ".vml")
            sheet.set_drawing(self._relate(part, "vmlDrawing", drawing), self._office)
            self._declare_suffix("vml", _VML)
        self._parts[kept] = _bytes(comments.comments)
        self._parts[drawing] = etree.tostring(comments.drawing, encoding="UTF-8")

    def _styles(self) -> tuple[str, Styles]:
        relations = self._package.relations(self._package.workbook)
        name = self._pointed(relations, "styles")
        if name:
            return name, Styles(self._package.xml(name))
        name = "xl/styles.xml"  # where every program looks, pointed to or not
        self._relate(self._package.workbook, "styles", name)
        self._declare(name, f"{_SPREADSHEET}styles+xml")
        return name, Styles(parse_xml(EMPTY_STYLES))

    def _pointed(self, relations: Mapping[str, tuple[str, str]], wanted: str) -> str:
        """The part of that kind that is pointed to and there; nothing if there is none."""
        return next((name for kind, name in relations.values() if kind == wanted and name in self._package), "")

    def _free(self, stem: str, suffix: str) -> str:
        number = 1
        while (name := f"{stem}{number}{suffix}") in self._package or name in self._parts:
            number += 1
        return name

    def _relate(self, part: str, kind: str, target: str) -> str:
        name = relations_name(part)
        if name in self._parts:
            root = parse_xml(self._parts[name])
        elif name in self._package:
            root = self._package.xml(name)
        else:
            root = etree.fromstring(f'<Relationships xmlns="{_RELATIONS_SPACE}"/>')
        taken = {each.get("Id") for each in root}
        identity = next(one for number in range(1, len(taken) + 2) if (one := f"rIdMark{number}") not in taken)
        etree.SubElement(
            root,
            f"{{{_RELATIONS_SPACE}}}Relationship",
            Id=identity,
            Type=f"{self._office}/{kind}",
            Target=f"/{target}",
        )
        self._parts[name] = _bytes(root)
        return identity

    def _declare(self, part: str, kind: str) -> None:
        etree.SubElement(self._types, f"{{{_TYPES_SPACE}}}Override", PartName=f"/{part}", ContentType=kind)

    def _declare_suffix(self, suffix: str, kind: str) -> None:
        known = {each.get("Extension", "").lower() for each in self._types}
        if suffix not in known:
            self._types.insert(0, etree.Element(f"{{{_TYPES_SPACE}}}Default", Extension=suffix, ContentType=kind))


def _told(problem: Problem) -> str:
    return f"{_WORDS[problem.level]}：{problem.what}。{problem.remedy}"


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
