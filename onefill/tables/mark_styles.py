"""Cell styles of a marked workbook: each style in use once more with a red or amber ground, and back again."""

from copy import deepcopy
from typing import Literal

from lxml import etree

Ground = Literal["error", "warning"]

#: Our grounds; nobody else's, so that a workbook marked before is known again.
_COLOURS: dict[Ground, str] = {"error": "FFFBD9D6", "warning": "FFFDEBC9"}

EMPTY_STYLES = (
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    b'</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    b'<cellXfs count="1"><xf xfId="0"/></cellXfs>'
    b'<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class Styles:
    """The styles part, growing as cells are marked."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self._space = etree.QName(root).namespace
        self._fills = self._list("fills")
        self._styles = self._list("cellXfs")
        if not len(self._styles):
            etree.SubElement(self._styles, self._tag("xf"))
        self._ours = {str(place): ground for place, fill in enumerate(self._fills) if (ground := self._ground(fill))}
        self._made: dict[tuple[int, Ground], int] = {}
        self._cleared: dict[int, int] = {}

    def marked(self, style: int, ground: Ground) -> int:
        """The style with a ground."""
        key = (style, ground)
        if key not in self._made:
            fresh = deepcopy(self._style(style))
            fresh.set("fillId", self._fill(ground))
            fresh.set("applyFill", "1")
            self._made[key] = self._add(fresh)
        return self._made[key]

    def has_marks(self) -> bool:
        """Whether the workbook was marked before."""
        return bool(self._ours)

    def unmarked(self, style: int) -> int:
        """The style without a ground of ours; itself if it has none."""
        if self._style(style).get("fillId") not in self._ours:
            return style
        if style not in self._cleared:
            self._cleared[style] = self._before(self._style(style))
        return self._cleared[style]

    def _before(self, marked: etree._Element) -> int:
        """The style that this one was made from: alike in all but the ground."""
        for place, other in enumerate(self._styles):
            if other.get("fillId") not in self._ours and _apart_from_fill(other) == _apart_from_fill(marked):
                return place
        fresh = deepcopy(marked)
        fresh.set("fillId", "0")
        return self._add(fresh)

    def _style(self, number: int) -> etree._Element:
        return self._styles[number if number < len(self._styles) else 0]

    def _add(self, style: etree._Element) -> int:
        self._styles.append(style)
        self._styles.set("count", str(len(self._styles)))
        return len(self._styles) - 1

    def _fill(self, ground: Ground) -> str:
        known = next((number for number, one in self._ours.items() if one == ground), None)
        if known is not None:
            return known
        fill = etree.SubElement(self._fills, self._tag("fill"))
        pattern = etree.SubElement(fill, self._tag("patternFill"), patternType="solid")
        etree.SubElement(pattern, self._tag("fgColor"), rgb=_COLOURS[ground])
        etree.SubElement(pattern, self._tag("bgColor"), indexed="64")
        self._fills.set("count", str(len(self._fills)))
        number = str(len(self._fills) - 1)
        self._ours[number] = ground
        return number

    def _ground(self, fill: etree._Element) -> Ground | None:
        colour = fill.find("{*}patternFill/{*}fgColor")
        found = colour.get("rgb", "").upper() if colour is not None else ""
        return next((ground for ground, ours in _COLOURS.items() if ours == found), None)

    def _list(self, name: str) -> etree._Element:
        found = self.root.find(f"{{*}}{name}")
        return etree.SubElement(self.root, self._tag(name)) if found is None else found

    def _tag(self, name: str) -> str:
        return f"{{{self._space}}}{name}"


def _apart_from_fill(style: etree._Element) -> tuple[object, ...]:
    attributes = {name: value for name, value in style.attrib.items() if name not in ("fillId", "applyFill")}
    return (sorted(attributes.items()), [etree.tostring(part) for part in style])
