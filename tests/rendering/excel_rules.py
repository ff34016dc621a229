"""What Excel asks of a file so that it opens without repair: order, references and counts, as the standard has them."""

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import etree
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.cell_range import CellRange

from tests.rendering.ecma import grammar_faults

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def _words(text: str) -> list[str]:
    return text.split()


#: ECMA-376 part 1, 18.3.1.99.
SHEET = _words(
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges "
    "scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr "
    "conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter "
    "rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing "
    "legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst "
)
#: 18.2.27.
WORKBOOK = _words(
    "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences "
    "definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing "
    "fileRecoveryPr webPublishObjects extLst "
)
#: 18.8.39.
STYLES = _words("numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst ")
_CELL = re.compile(r"([A-Z]{1,3})(\d+)")
_MANY = frozenset({"conditionalFormatting"})


def faults(data: bytes) -> list[str]:
    """Everything that Excel would find fault with."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        members = {name: archive.read(name) for name in names}
    found = [f"{name} is there twice" for name, count in Counter(name.lower() for name in names).items() if count > 1]
    roots = {}
    for name, body in members.items():
        if name.endswith((".xml", ".rels")):
            try:
                roots[name] = etree.fromstring(body)
            except etree.XMLSyntaxError as exc:
                found.append(f"{name}: {exc}")
    found += _types(members, roots)
    for name, root in roots.items():
        if name.endswith(".rels"):
            found += _relations(name, root, members, roots)
    found += _workbook(members, roots)
    return found + grammar_faults(data)


def _types(members: dict[str, bytes], roots: dict[str, Any]) -> Iterator[str]:
    types = roots["[Content_Types].xml"]
    extensions = {each.get("Extension").lower() for each in types if each.tag.endswith("Default")}
    parts = [each.get("PartName").lstrip("/") for each in types if each.tag.endswith("Override")]
    yield from (f"content type of {part} twice" for part, count in Counter(parts).items() if count > 1)
    yield from (f"content type of {part}, which is not there" for part in parts if part not in members)
    for name in members:
        if name not in parts and name.rpartition(".")[2].lower() not in extensions and name != "[Content_Types].xml":
            yield f"no content type for {name}"


def _relations(name: str, root: Any, members: dict[str, bytes], roots: dict[str, Any]) -> Iterator[str]:
    folder, base = posixpath.split(name)
    holder = posixpath.join(posixpath.dirname(folder), base.removesuffix(".rels"))
    ids = [each.get("Id") for each in root]
    yield from (f"{name}: {each} twice" for each, count in Counter(ids).items() if count > 1)
    for each in root:
        target = posixpath.normpath(posixpath.join("/", posixpath.dirname(holder), each.get("Target"))).lstrip("/")
        if each.get("TargetMode") != "External" and target not in members and "#" not in each.get("Target"):
            yield f"{name}: {each.get('Id')} leads to {target}, which is not there"
    if holder in roots:
        used = {value for element in roots[holder].iter() for key, value in element.attrib.items() if key.startswith(R)}
        yield from (f"{holder}: no relation {each}" for each in sorted(used - set(ids)) if each)
    elif base != ".rels" and holder not in members:
        yield f"{name} belongs to nothing"


def in_order(root: Any, order: list[str], name: str) -> Iterator[str]:
    """Children in the order of the standard, each only once."""
    tags = [etree.QName(each).localname for each in root if isinstance(each.tag, str)]
    tags = [tag for tag in tags if tag != "AlternateContent"]
    yield from (f"{name}: {tag} is unknown" for tag in tags if tag not in order)
    places = [order.index(tag) for tag in tags if tag in order]
    if places != sorted(places):
        yield f"{name}: children out of order: {tags}"
    yield from (f"{name}: {tag} twice" for tag, count in Counter(tags).items() if count > 1 and tag not in _MANY)


def related(part: str, roots: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """The relations of a part: kind and target by id."""
    folder, base = posixpath.split(part)
    rels = roots.get(f"{folder}/_rels/{base}.rels")
    return {
        each.get("Id"): (
            each.get("Type").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, each.get("Target"))).lstrip("/"),
        )
        for each in (() if rels is None else rels)
    }


def _workbook(members: dict[str, bytes], roots: dict[str, Any]) -> Iterator[str]:
    root = roots["xl/workbook.xml"]
    yield from in_order(root, WORKBOOK, "xl/workbook.xml")
    sheets = root.findall(f"{S}sheets/{S}sheet")
    titles = [each.get("name") for each in sheets]
    yield from (f"sheet {title!r} twice" for title, n in Counter(t.casefold() for t in titles).items() if n > 1)
    yield from (f"sheet {title!r} is no title" for title in titles if not title or len(title) > 31)
    yield from (f"sheetId {each} twice" for each, n in Counter(s.get("sheetId") for s in sheets).items() if n > 1)
    names = [
        (each.get("name").lower(), each.get("localSheetId"))
        for each in root.iterfind(f"{S}definedNames/{S}definedName")
    ]
    yield from (f"name {each} twice" for each, n in Counter(names).items() if n > 1)
    yield from (f"name {n} of no sheet" for n, local in names if local is not None and int(local) >= len(sheets))
    for view in root.iter(f"{S}workbookView"):
        if int(view.get("activeTab", "0")) >= len(sheets):
            yield "the active sheet is none"
    for each in root.iterfind(f"{S}definedNames/{S}definedName"):
        if not (each.text or "").strip():
            yield f"name {each.get('name')} stands for nothing"
    kinds = related("xl/workbook.xml", roots)
    styles = next((roots[target] for kind, target in kinds.values() if kind == "styles"), None)
    if styles is not None:
        yield from in_order(styles, STYLES, "styles")
        for name in ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "dxfs"):
            element = styles.find(f"{S}{name}")
            if element is not None and element.get("count") not in (None, str(len(element))):
                yield f"styles: {name} counted wrong"
    formats = 1 if styles is None else len(styles.findall(f"{S}cellXfs/{S}xf")) or 1
    strings = next((roots[target] for kind, target in kinds.values() if kind == "sharedStrings"), None)
    texts = 0 if strings is None else len(strings.findall(f"{S}si"))
    tables: list[Any] = []
    for sheet in sheets:
        kind, part = kinds[sheet.get(f"{R}id")]
        if kind == "worksheet":
            yield from _sheet(part, roots[part], formats, texts)
            own = [roots[target] for kind, target in related(part, roots).values() if kind == "table"]
            tables += own
            for table in own:
                yield from _table(part, roots[part], table, strings)
            yield from _notes(part, roots, members)
    for key in ("id", "name", "displayName"):
        yield from (f"table {each} twice" for each, n in Counter(t.get(key) for t in tables).items() if n > 1 and each)


def _sheet(part: str, root: Any, formats: int, texts: int) -> Iterator[str]:
    yield from in_order(root, SHEET, part)
    last = 0
    for row in root.find(f"{S}sheetData"):
        number = int(row.get("r", last + 1))
        if number <= last:
            yield f"{part}: row {number} after {last}"
        last, column = number, 0
        for cell in row.iterchildren(f"{S}c"):
            match = _CELL.fullmatch(cell.get("r", f"A{number}"))
            if "r" not in cell.attrib:
                continue
            if match is None or int(match[2]) != number:
                yield f"{part}: cell {cell.get('r')} in row {number}"
                continue
            here = range_boundaries(cell.get("r"))[0]
            if here <= column:
                yield f"{part}: cell {cell.get('r')} out of order"
            column = here
            yield from _content(part, cell, formats, texts)
    yield from _around(part, root)


def _content(part: str, cell: Any, formats: int, texts: int) -> Iterator[str]:
    where = f"{part} {cell.get('r')}"
    tags = [etree.QName(each).localname for each in cell]
    if tags != sorted(tags, key=["f", "v", "is", "extLst"].index):
        yield f"{where}: {tags}"
    if int(cell.get("s", "0")) >= formats:
        yield f"{where}: style {cell.get('s')}"
    kind, value = cell.get("t", "n"), cell.findtext(f"{S}v")
    if (kind == "s" and not (value or "").isdigit()) or (kind == "s" and int(value or "0") >= texts):
        yield f"{where}: text {value}"
    if kind == "n" and value and not re.fullmatch(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", value):
        yield f"{where}: number {value}"
    formula = cell.findtext(f"{S}f")
    if formula is not None and "#REF!" in formula:
        yield f"{where}: {formula}"


def _around(part: str, root: Any) -> Iterator[str]:
    merges = [CellRange(each.get("ref")) for each in root.iterfind(f"{S}mergeCells/{S}mergeCell")]
    by_row = sorted(merges, key=lambda each: each.min_row)
    for number, one in enumerate(by_row):
        for other in by_row[number + 1 :]:
            if other.min_row > one.max_row:
                break
            if not one.isdisjoint(other):
                yield f"{part}: merges {one.coord} and {other.coord} overlap"
    for name in ("mergeCells", "dataValidations", "rowBreaks", "tableParts"):
        element = root.find(f"{S}{name}")
        if element is not None and (not len(element) or element.get("count") not in (None, str(len(element)))):
            yield f"{part}: {name} empty or counted wrong"
    for name in ("hyperlinks", "extLst", "ignoredErrors", "protectedRanges"):
        element = root.find(f"{S}{name}")
        if element is not None and not len(element):
            yield f"{part}: {name} empty"
    for element in root.iter():
        for key in ("ref", "sqref"):
            for each in (element.get(key) or "").split():
                if element.tag.startswith(S):
                    try:
                        range_boundaries(each)
                    except ValueError:
                        yield f"{part}: {element.tag} {key}={each}"
    breaks = [int(each.get("id")) for each in root.iterfind(f"{S}rowBreaks/{S}brk")]
    if breaks != sorted(set(breaks)):
        yield f"{part}: breaks {breaks}"
    text = etree.tostring(root, encoding="unicode")
    if "#REF!" in text or "@rows@" in text or re.search("[\x01-\x08]", text):
        yield f"{part}: something is left behind"


def _table(part: str, sheet: Any, table: Any, strings: Any) -> Iterator[str]:
    left, top, right, bottom = range_boundaries(table.get("ref"))
    heads, totals = int(table.get("headerRowCount", "1")), int(table.get("totalsRowCount", "0"))
    if bottom - top + 1 < heads + totals + 1:
        yield f"{part}: table {table.get('name')} without a row"
    columns = table.findall(f"{S}tableColumns/{S}tableColumn")
    if len(columns) != right - left + 1:
        yield f"{part}: table {table.get('name')} has {len(columns)} columns in {table.get('ref')}"
    filtered = table.find(f"{S}autoFilter")
    if filtered is not None and range_boundaries(filtered.get("ref"))[3] != bottom - totals:
        yield f"{part}: table {table.get('name')} filters {filtered.get('ref')}"
    del sheet, strings


def _notes(part: str, roots: dict[str, Any], members: dict[str, bytes]) -> Iterator[str]:
    for kind, target in related(part, roots).values():
        if kind == "comments":
            places = [each.get("ref") for each in roots[target].iter(f"{S}comment")]
            yield from (f"{target}: {each} twice" for each, n in Counter(places).items() if n > 1)
        if kind == "vmlDrawing":
            ids = re.findall(rb'\bid="(_x0000_s\d+)"', members[target])
            yield from (f"{target}: {each!r} twice" for each, n in Counter(ids).items() if n > 1)
