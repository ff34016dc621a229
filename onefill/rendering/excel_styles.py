"""Styles of cells: what a value needs to know of one, and the few that values bring with them."""

import re
from copy import deepcopy
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

from onefill.rendering.package import parse_xml
from onefill.rendering.word_additions import package_bytes

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DATE_FORMAT = 'yyyy"年"m"月"d"日"'
_FIRST_CUSTOM = 164
#: Built-in formats of days and times, the East Asian ones among them (ECMA-376 part 1, 18.8.30).
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_TEXT = 49
_NOT_CODES = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')


def without_prefix(root: etree._Element) -> etree._Element:
    """A part whose own elements have no prefix, whatever its maker wrote."""
    if root.nsmap.get(None) == MAIN[1:-1] or not root.tag.startswith(MAIN):
        return root
    spaces: dict[str | None, str] = {prefix: uri for prefix, uri in root.nsmap.items() if uri != MAIN[1:-1]}
    spaces[None] = MAIN[1:-1]
    made = etree.Element(root.tag, nsmap=spaces)  # type: ignore[arg-type]
    made.attrib.update(root.attrib)
    made.text = root.text
    made.extend(list(root))
    return made


class Change(NamedTuple):
    """What a value asks of the style it is printed in."""

    quoted: bool = False
    wrapped: bool = False
    dated: bool = False


@dataclass(frozen=True)
class Style:
    """One of the styles of cells."""

    number: int
    is_text: bool = False
    is_date: bool = False
    wraps: bool = False


class Styles:
    """The styles of a workbook, with room for those that values bring; an author's own stay as they are."""

    def __init__(self, data: bytes) -> None:
        """Read the part of styles.

        Raises:
            XML_FAULTS: It is no XML.
        """
        self._root = parse_xml(data)
        self._formats = self._root.find(f"{MAIN}cellXfs")
        self._codes = {
            int(each.get("numFmtId", "0")): each.get("formatCode", "") for each in self._root.iter(f"{MAIN}numFmt")
        }
        self._first = 0 if self._formats is None else len(self._formats)
        self._changed: dict[tuple[int, Change], int] = {}

    def style(self, number: int) -> Style:
        """What is known of a style."""
        if self._formats is None or not 0 <= number < len(self._formats):
            return Style(number)
        found = self._formats[number]
        code = int(found.get("numFmtId", "0"))
        alignment = found.find(f"{MAIN}alignment")
        wraps = alignment is not None and alignment.get("wrapText") in ("1", "true")
        return Style(number, self._is_text(code), self._is_date(code), wraps)

    def _is_text(self, code: int) -> bool:
        return code == _TEXT or self._codes.get(code) == "@"

    def _is_date(self, code: int) -> bool:
        if code in self._codes:
            return (
                re.search("[ymdhs]", _NOT_CODES.sub("", self._codes[code]).lower().replace("general", "")) is not None
            )
        return code in _BUILT_IN_DATES

    def changed(self, number: int, change: Change) -> int:
        """The number of the same style with a change, always the same for the same wish in the same order."""
        key = (number, change)
        if key not in self._changed:
            self._changed[key] = self._add(number, change)
        return self._changed[key]

    def _add(self, number: int, change: Change) -> int:
        if self._formats is None:
            self._formats = etree.SubElement(self._root, f"{MAIN}cellXfs")
        base = self._formats[number] if 0 <= number < len(self._formats) else etree.Element(f"{MAIN}xf", numFmtId="0")
        made = deepcopy(base)
        if change.quoted:
            made.set("quotePrefix", "1")
        if change.dated:
            made.set("numFmtId", str(self._date_format()))
            made.set("applyNumberFormat", "1")
        if change.wrapped:
            alignment = made.find(f"{MAIN}alignment")
            if alignment is None:
                alignment = etree.Element(f"{MAIN}alignment")
                made.insert(0, alignment)
            alignment.set("wrapText", "1")
            made.set("applyAlignment", "1")
        self._formats.append(made)
        self._formats.set("count", str(len(self._formats)))
        return len(self._formats) - 1

    def _date_format(self) -> int:
        for code, text in self._codes.items():
            if text == DATE_FORMAT:
                return code
        code = max([_FIRST_CUSTOM - 1, *self._codes]) + 1
        formats = self._root.find(f"{MAIN}numFmts")
        if formats is None:
            formats = etree.Element(f"{MAIN}numFmts")
            self._root.insert(0, formats)
        etree.SubElement(formats, f"{MAIN}numFmt", numFmtId=str(code), formatCode=DATE_FORMAT)
        formats.set("count", str(len(formats)))
        self._codes[code] = DATE_FORMAT
        return code

    def part(self) -> bytes:
        """The part as it is stored, with the styles added so far."""
        return package_bytes(self._root)


@dataclass(frozen=True)
class Slot:
    """A cell that takes a value: how it begins, in its own style and in those that values bring."""

    style: Style
    #: Looks of the pieces of text in it, as XML, when there are several.
    looks: tuple[str, ...]
    #: Its own style as an attribute, up to what differs by value.
    text: str
    number: str
    empty: str
    #: The number of the style under each change.
    styles: dict[Change, int]

    def in_style(self, change: Change) -> str:
        """The attribute of the style under a change; the style's own where there is none."""
        if change not in self.styles:
            return _attribute(self.style.number)
        return _attribute(self.styles[change])


def slot(styles: Styles, number: int, looks: tuple[str, ...] = ()) -> Slot:
    """A slot in a style, with every change a value may ask for made beforehand, so that all files have the same."""
    style = styles.style(number)
    wishes = [Change(quoted, wrapped) for quoted in (False, True) for wrapped in (False, True) if quoted or wrapped]
    if not (style.is_date or style.is_text):
        wishes.append(Change(dated=True))
    known = {wish: styles.changed(number, wish) for wish in wishes if not (wish.wrapped and style.wraps)}
    own = _attribute(number)
    return Slot(style, looks, f'{own} t="s"><v>', f"{own}><v>", f"{own}/>", known)


def _attribute(number: int) -> str:
    return f' s="{number}"' if number else ""
