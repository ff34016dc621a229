"""The parts that list others: relations of the workbook, content types, the titles kept with the properties."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import count

from lxml import etree

from onefill.problems import Problem, TemplatePlace
from onefill.rendering.excel_attached import Attached
from onefill.rendering.excel_book import Book, relations_of
from onefill.rendering.excel_follow import name_of, resize
from onefill.rendering.excel_refs import Moves, SpotUnread
from onefill.rendering.excel_strings import STRINGS
from onefill.rendering.excel_workbook import AddedSheet
from onefill.rendering.word_additions import TYPES, package_bytes

_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_OVERRIDE = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
_STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_STYLES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    b'<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_APPLICATION = "docProps/app.xml"
_TITLES = ("HeadingPairs", "TitlesOfParts")


class Index:
    """The lists of a template's parts, to be written anew for every file."""

    def __init__(self, book: Book) -> None:
        """Read the lists; the chain of calculation goes, because Excel makes it anew."""
        self._book = book
        self.dropped = frozenset(each.target for each in book.relations(book.name) if each.kind == "calcChain")
        self.strings = book.related("sharedStrings")
        self.pivots = [(part, book.parsed(part)) for part in book.parts(book.name, "pivotCacheDefinition")]
        tables = ((title, book.parsed(name, title)) for title, name, kind in _kinds(book) if kind == "table")
        self.last_table = max((_table_id(title, root) for title, root in tables), default=0)

    def sheet_relation(self, number: int) -> str:
        """The id of the relation that leads to an added sheet."""
        taken = self._book.members[relations_of(self._book.name)]
        name = f"added{number + 1}"
        while f'"{name}"'.encode() in taken:
            name += "_"
        return name

    def members(
        self, added: Sequence[AddedSheet], types: Mapping[str, str], *, strings: bool, renamed: bool
    ) -> dict[str, bytes]:
        """The lists that change.

        Args:
            added: Sheets added to the workbook.
            types: Content types of new parts.
            strings: Whether there are shared texts.
            renamed: Whether sheets are called otherwise than in the template, or are more.
        """
        made: dict[str, bytes] = {}
        new_strings = strings and not self.strings
        if added or new_strings or self.dropped:
            made[relations_of(self._book.name)] = self._relations(added, new_strings)
            made[TYPES] = self._types({**types, **({STRINGS: _STRINGS_TYPE} if new_strings else {})})
        if renamed and _APPLICATION in self._book.members:
            root = self._book.parsed(_APPLICATION)
            for element in [each for each in root if isinstance(each.tag, str) and name_of(each) in _TITLES]:
                root.remove(element)
            made[_APPLICATION] = package_bytes(root)
        return made

    def _relations(self, added: Sequence[AddedSheet], new_strings: bool) -> bytes:
        root = deepcopy(self._book.parsed(relations_of(self._book.name)))
        for element in list(root):
            if element.get("Type", "").endswith("/calcChain"):
                root.remove(element)
        for sheet in added:
            etree.SubElement(root, _RELATION, Id=sheet.relation, Type=f"{_R}/worksheet", Target=f"/{sheet.part}")
        if new_strings:
            name = self.sheet_relation(len(added))
            etree.SubElement(root, _RELATION, Id=name, Type=f"{_R}/sharedStrings", Target=f"/{STRINGS}")
        return package_bytes(root)

    def _types(self, types: Mapping[str, str]) -> bytes:
        root = deepcopy(self._book.types)
        for element in list(root.iter(_OVERRIDE)):
            if element.get("PartName", "").lstrip("/") in self.dropped:
                root.remove(element)
        for part, content in types.items():
            etree.SubElement(root, _OVERRIDE, PartName=f"/{part}", ContentType=content)
        return package_bytes(root)


def with_styles(book: Book) -> Book:
    """The book with the plainest styles if it has none: not every program writes them."""
    if book.related("styles"):
        return book
    part = "xl/styles.xml"
    relations = deepcopy(book.parsed(relations_of(book.name)))
    taken = {each.id for each in book.relations(book.name)}
    free = next(name for number in count(1) if (name := f"added{number}") not in taken)
    etree.SubElement(relations, _RELATION, Id=free, Type=f"{_R}/styles", Target=f"/{part}")
    types = deepcopy(book.types)
    etree.SubElement(types, _OVERRIDE, PartName=f"/{part}", ContentType=_STYLES_TYPE)
    lists = {relations_of(book.name): package_bytes(relations), TYPES: package_bytes(types)}
    return Book({**book.members, **lists, part: _STYLES}, book.template)


def _table_id(title: str, root: etree._Element) -> int:
    try:
        return int(root.get("id", "0"))
    except ValueError as exc:
        raise SpotUnread(f"{root.get('ref', '')} 表格“{root.get('name', '')}”".strip(), title) from exc


def _kinds(book: Book) -> list[tuple[str, str, str]]:
    """Every part that a sheet leads to, with the title of the sheet and the kind of its relation."""
    return [
        (sheet.title, each.target, each.kind)
        for sheet in book.sheets
        for each in book.relations(sheet.part)
        if each.target in book.members
    ]


def pivot_faults(book: Book, title: str, attached: Iterable[Attached], copied: frozenset[str]) -> Iterator[Problem]:
    """Pivot tables of which a copy would show the figures of the first sheet, because all share what they read.

    Args:
        book: The template.
        title: Of a sheet that is copied for each item,
        attached: what hangs on it.
        copied: The titles of all such sheets.
    """
    for one in attached:
        if one.kind != "pivotTable":
            continue
        caches = [book.parsed(part) for part in book.parts(one.part, "pivotCacheDefinition")]
        sources = [source for cache in caches for source in cache.iter("{*}worksheetSource", "{*}rangeSet")]
        # Without a sheet it reads a table or a name, which each copy has as its own.
        if any(source.get("sheet", title) in copied for source in sources):
            location = next(one.root.iter("{*}location"), None)
            spot = "" if location is None else location.get("ref", "").partition(":")[0]
            what = "数据透视表读的是要复制的工作表，复制以后各张上的都会显示第一张的数据"
            remedy = "请删掉数据透视表，或在表单定义里把 into 改为 files"
            place = TemplatePlace(book.template, title, spot)
            yield Problem(place=place, code="TEMPLATE_PIVOT_REPEATS", what=what, remedy=remedy)


def pivot_source(root: etree._Element, moves: Moves, filled: frozenset[str]) -> bytes | None:
    """Where a pivot table takes its figures from now; it is worked out anew when the file is opened."""
    copy = deepcopy(root)
    for source in copy.iter("{*}worksheetSource"):
        sheet = source.get("sheet", "")
        if sheet not in filled:
            return None
        source.set("sheet", moves.titles.get(sheet, sheet))
        if "ref" in source.attrib:
            resize(source, moves.rows[sheet])
        copy.set("refreshOnLoad", "1")
        return package_bytes(copy)
    return None
