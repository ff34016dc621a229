"""What a Word page shares with the paper it is printed on: left out of print, while everything keeps its place.

An author marks it with a style called 底版, for signs, paragraphs or tables: its words become white, its lines and
backgrounds go; pictures that float in such words are left out.
"""

import re
from collections.abc import Collection, Iterator

from lxml import etree

from onefill.rendering.package import Package, open_package, pack, parse_xml, write_package

#: What the names of such styles begin with.
STOCK = "底版"
_STYLES = "word/styles.xml"
_PRINTED = re.compile(r"word/(document|header\d*|footer\d*)\.xml")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WHITE = "FFFFFF"
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
#: What would print although the words are white.
_SEEN = ("color", "highlight", "u", "bdr", "shd", "em", "effect", "strike", "dstrike", "outline", "shadow", "emboss")


def without_stock(data: bytes) -> bytes:
    """A Word file as it goes onto paper that bears its 底版 already; the same file if it marks none.

    Raises:
        TemplateBroken: No Word file.
    """
    package = open_package(data, ".docx")
    styles = _stock_styles(package)
    if not styles:
        return data
    changed = {name: _blanked(part, styles) for name, part in package.members.items() if _PRINTED.fullmatch(name)}
    return write_package((name, pack(changed.get(name, part))) for name, part in package.members.items())


def _stock_styles(package: Package) -> set[str]:
    """Ids of the styles so called."""
    if _STYLES not in package.members:
        return set()
    found = set()
    for style in parse_xml(package.members[_STYLES]).iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        if name is not None and name.get(f"{_W}val", "").startswith(STOCK):
            found.add(style.get(f"{_W}styleId", ""))
    return found


def _blanked(data: bytes, styles: Collection[str]) -> bytes:
    root = parse_xml(data)
    for table in list(root.iter(f"{_W}tbl")):
        if _style_of(table, "tblPr", "tblStyle") in styles:
            _without_lines(table)
    for run in list(_stock_runs(root, styles)):
        _whiten(run)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _style_of(element: etree._Element, properties: str, style: str) -> str:
    found = element.find(f"{_W}{properties}/{_W}{style}")
    return "" if found is None else found.get(f"{_W}val", "")


def _stock_runs(root: etree._Element, styles: Collection[str]) -> Iterator[etree._Element]:
    for paragraph in root.iter(f"{_W}p"):
        whole = _style_of(paragraph, "pPr", "pStyle") in styles
        if whole:
            _drop(paragraph.find(f"{_W}pPr"), ("pBdr", "shd"))
        for run in paragraph.iter(f"{_W}r"):
            if whole or _style_of(run, "rPr", "rStyle") in styles:
                yield run


def _whiten(run: etree._Element) -> None:
    properties = run.find(f"{_W}rPr")
    if properties is None:
        properties = etree.Element(f"{_W}rPr")
        run.insert(0, properties)
    _drop(properties, _SEEN)
    _put(properties, "color", {"val": _WHITE})
    for drawing in [*run.iter(f"{_W}drawing"), *run.iter(f"{_W}pict")]:
        if drawing.find("{*}inline") is None:  # one in the line of text keeps its room
            drawing.getparent().remove(drawing)  # type: ignore[union-attr]


def _without_lines(table: etree._Element) -> None:
    """No lines and no backgrounds, whatever the table and its cells say."""
    for properties in table.iter(f"{_W}tblPr", f"{_W}tcPr", f"{_W}tblPrEx"):
        cell = properties.tag == f"{_W}tcPr"
        name = "tcBorders" if cell else "tblBorders"
        _drop(properties, (name, "shd"))
        borders = _put(properties, name, {})
        for side in (*_SIDES, "tl2br", "tr2bl") if cell else _SIDES:
            etree.SubElement(borders, f"{_W}{side}", {f"{_W}val": "nil"})


def _drop(properties: etree._Element | None, names: Collection[str]) -> None:
    for element in [] if properties is None else list(properties):
        if etree.QName(element).localname in names:
            properties.remove(element)  # type: ignore[union-attr]


#: What stands before, in the order of the standard (ECMA-376 part 1, 17.3.2.28, 17.4.60, 17.4.70).
_BEFORE = {
    "color": (
        "rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "imprint", "noProof", "snapToGrid", "vanish",
        "webHidden",
    ),
    "tblBorders": (
        "tblStyle", "tblpPr", "tblOverlap", "bidiVisual", "tblStyleRowBandSize", "tblStyleColBandSize", "tblW", "jc",
        "tblCellSpacing", "tblInd",
    ),
    "tcBorders": ("cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge"),
}  # fmt: skip


def _put(properties: etree._Element, name: str, attributes: dict[str, str]) -> etree._Element:
    element = etree.Element(f"{_W}{name}", {f"{_W}{key}": value for key, value in attributes.items()})
    before = [at for at, one in enumerate(properties) if etree.QName(one).localname in _BEFORE[name]]
    properties.insert(before[-1] + 1 if before else 0, element)
    return element
