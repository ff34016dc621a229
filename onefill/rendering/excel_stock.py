"""What a worksheet shares with the paper it is printed on: left out of print, while everything keeps its place.

An author marks it with a cell style called 底版: the words of such cells become white, their lines and backgrounds go.
"""

from collections.abc import Collection, Iterator
from copy import deepcopy

from lxml import etree

from onefill.rendering.package import open_package, pack, parse_xml, write_package
from onefill.rendering.word_stock import STOCK

_STYLES, _STRINGS, _SHEETS = "xl/styles.xml", "xl/sharedStrings.xml", "xl/worksheets/"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_WHITE = "FFFFFFFF"
#: What would print although the words are white.
_SEEN = ("color", "u", "strike", "outline", "shadow")
_SIDES = ("left", "right", "top", "bottom", "diagonal")


def without_stock_cells(data: bytes) -> bytes:
    """A workbook as it goes onto paper that bears its 底版 already; the same file if it marks none.

    Raises:
        TemplateBroken: No Excel file.
    """
    members = dict(open_package(data, ".xlsx").members)
    if _STYLES not in members:
        return data
    styles = parse_xml(members[_STYLES])
    marked = _blanked(styles)
    if not marked:
        return data
    members[_STYLES] = _bytes(styles)
    strings = parse_xml(members[_STRINGS]) if _STRINGS in members else None
    for name in sorted(members):
        if name.startswith(_SHEETS) and name.endswith(".xml"):
            sheet = parse_xml(members[name])
            if _whiten_rich(sheet, strings, marked):
                members[name] = _bytes(sheet)
    if strings is not None:
        members[_STRINGS] = _bytes(strings)
    return write_package((name, pack(part)) for name, part in members.items())


def _blanked(styles: etree._Element) -> set[str]:
    """Make the looks of marked cells blank; the numbers of these looks."""
    named = {
        style.get("xfId")
        for style in styles.iterfind(f"{_S}cellStyles/{_S}cellStyle")
        if style.get("name", "").startswith(STOCK)
    }
    marked = set()
    white: dict[str, str] = {}
    for number, looks in enumerate(styles.iterfind(f"{_S}cellXfs/{_S}xf")):
        if looks.get("xfId", "0") not in named:
            continue
        marked.add(str(number))
        font = looks.get("fontId", "0")
        if font not in white:
            white[font] = _added(styles, "fonts", _white(styles.find(f"{_S}fonts"), int(font)))
        if "" not in white:
            white[""] = _added(styles, "borders", _bare())
        looks.attrib.update({"fontId": white[font], "fillId": "0", "borderId": white[""]})
        looks.attrib.update(dict.fromkeys(("applyFont", "applyFill", "applyBorder"), "1"))
    return marked


def _white(fonts: etree._Element | None, number: int) -> etree._Element:
    font = etree.Element(f"{_S}font") if fonts is None else deepcopy(fonts[number])
    _colour(font)
    return font


def _colour(font: etree._Element) -> None:
    """White, in the place where Excel keeps a colour: before the name of the face."""
    for element in list(font):
        if etree.QName(element).localname in _SEEN:
            font.remove(element)
    behind = ("name", "rFont", "family", "charset", "scheme", "sz", "vertAlign", "condense", "extend")
    at = next((at for at, one in enumerate(font) if etree.QName(one).localname in behind), len(font))
    font.insert(at, etree.Element(f"{_S}color", rgb=_WHITE))


def _bare() -> etree._Element:
    border = etree.Element(f"{_S}border")
    for side in _SIDES:
        etree.SubElement(border, f"{_S}{side}")
    return border


def _added(styles: etree._Element, group: str, element: etree._Element) -> str:
    """The number under which looks know a font or border."""
    holder = styles.find(f"{_S}{group}")
    if holder is None:  # a workbook without any has looks that name none
        return "0"
    holder.append(element)
    holder.set("count", str(len(holder)))
    return str(len(holder) - 1)


def _whiten_rich(sheet: etree._Element, strings: etree._Element | None, marked: Collection[str]) -> bool:
    """Words with looks of their own in marked cells; whether the sheet was changed."""
    changed = False
    for cell in sheet.iter(f"{_S}c"):
        if cell.get("s", "0") not in marked:
            continue
        for font in _fonts(cell.find(f"{_S}is")):
            _colour(font)
            changed = True
        value = cell.find(f"{_S}v")
        if cell.get("t") == "s" and value is not None and strings is not None:
            shared = strings[int(value.text or "0")]
            if list(_fonts(shared)):
                copy = deepcopy(shared)  # others may say the same in colours
                for font in _fonts(copy):
                    _colour(font)
                strings.append(copy)
                strings.attrib.pop("uniqueCount", "")
                value.text = str(len(strings) - 1)
                changed = True
    return changed


def _fonts(said: etree._Element | None) -> Iterator[etree._Element]:
    return iter(()) if said is None else said.iterfind(f"{_S}r/{_S}rPr")


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
