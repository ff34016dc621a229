"""The table of texts that all cells of a workbook share."""

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from lxml import etree

from onefill.rendering.excel_styles import MAIN, without_prefix
from onefill.rendering.package import parse_xml

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STRINGS = "xl/sharedStrings.xml"
_NAMESPACE = MAIN[1:-1]
_EMPTY = "<si><t/></si>"
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Text:
    """A text with its pieces: one without looks of its own, or several as rich text has them."""

    def __init__(self, element: etree._Element) -> None:
        """Read a shared or an inline string."""
        runs = element.findall(f"{MAIN}r")
        self.pieces = [_unescaped(_text(run)) for run in runs] or [_unescaped(_text(element))]
        self.looks = tuple(_looks(run) for run in runs)

    @property
    def whole(self) -> str:
        """The text without its looks."""
        return "".join(self.pieces)


def _text(element: etree._Element) -> str:
    return "".join(part.text or "" for part in element.findall(f"{MAIN}t"))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _looks(run: etree._Element) -> str:
    looks = run.find(f"{MAIN}rPr")
    return "" if looks is None else _xml(looks)


def _xml(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode", with_tail=False).replace(f' xmlns="{_NAMESPACE}"', "")


class SharedStrings:
    """The texts of a template; those that hold tags leave room, all others keep their number."""

    def __init__(self, data: bytes | None) -> None:
        """Read the part; None when the workbook has none.

        Raises:
            XML_FAULTS: It is no XML.
        """
        root = None if data is None else without_prefix(parse_xml(data))
        self._items = [] if root is None else root.findall(f"{MAIN}si")
        self._emptied: set[int] = set()
        self._texts: dict[int, Text] = {}

    def text(self, number: int) -> Text | None:
        """A text by its number; None when there is no such."""
        if number not in self._texts and 0 <= number < len(self._items):
            self._texts[number] = Text(self._items[number])
        return self._texts.get(number)

    def empty(self, numbers: Iterable[int]) -> None:
        """Texts that no cell shows any more."""
        self._emptied.update(numbers)

    def stored(self) -> tuple[int, str]:
        """How many there are, and their XML."""
        return len(self._items), "".join(
            _EMPTY if number in self._emptied else _xml(item) for number, item in enumerate(self._items)
        )


class Strings:
    """The texts of one workbook that is being printed; equal ones are kept once."""

    def __init__(self, first: int) -> None:
        """Count on from the template's."""
        self.first = first
        self._items: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._items)

    def plain(self, text: str) -> int:
        """The same of a text in which nothing is to be escaped or kept."""
        return self._numbered(f"<si><t>{text}</t></si>")

    def number(self, text: str) -> int:
        """The number of a text in the looks of its cell."""
        return self._numbered(f"<si>{_piece(text)}</si>")

    def rich(self, pieces: Sequence[str], looks: Sequence[str]) -> int:
        """The number of a text whose pieces have looks of their own; an empty piece goes."""
        runs = (f"<r>{look}{_piece(text)}</r>" for text, look in zip(pieces, looks, strict=True) if text)
        return self._numbered(f"<si>{''.join(runs)}</si>")

    def _numbered(self, item: str) -> int:
        return self._items.setdefault(item, self.first + len(self._items))

    def part(self, stored: str) -> bytes:
        """The part as it is kept, behind the template's own texts."""
        total = self.first + len(self._items)
        head = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<sst xmlns="{_NAMESPACE}" uniqueCount="{total}">'
        )
        return (head + stored + "".join(self._items) + "</sst>").encode()


def _piece(text: str) -> str:
    kept = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() or "\n" in text else ""
    return f"<t{kept}>{escape(_ESCAPE.sub('_x005F_', text))}</t>"
