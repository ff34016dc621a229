"""The last touch on rendered Word XML: what values bring in that a run cannot hold, and what loops double."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from onefill.rendering.word_environment import CLOSED, REOPENED

_BREAKS = re.compile("[\n\t\a\f]")
_TICKS = re.compile("☑+")
_RUN_PROPERTIES = re.compile(r"<w:rPr>.*?</w:rPr>", re.DOTALL)
_PARAGRAPH_PROPERTIES = re.compile(r"<w:pPr>.*?</w:pPr>", re.DOTALL)
_OWN_LINES = re.compile(r'w:firstLine(?:Chars)?="[1-9]|<w:jc w:val="(?:both|distribute)"')
_PARAGRAPH_ENDS = re.compile(r"<w:p(?: [^>]*[^/])?>|</w:p>")
_WRAPPED = re.compile(r"<(/?)w:(?:hyperlink|sdt|sdtContent|ins|moveTo|smartTag|fldSimple|ruby)(?: [^>]*[^/]|)>")
_EMPTY_RUN = re.compile(
    r'<w:r(?: [^>]*)?>(?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t xml:space="preserve"></w:t></w:r>', re.DOTALL
)
_EMPTY_CELL = re.compile(r"(<w:tc>|<w:tc [^>]*>|</w:tcPr>|<w:tcPr/>|</w:tbl>)(</w:tc>)")
_EMPTY_STORY = re.compile(r"(<w:(hdr|ftr|footnote|endnote)(?: [^>]*)?>)(</w:\2>)")
_STORY_ENDS = ("></w:hdr>", "></w:ftr>", "></w:footnote>", "></w:endnote>")
_EMPTY_ROW = re.compile(r"<w:tr(?: [^>]*)?>(?:<w:trPr>(?:(?!</w:trPr>).)*</w:trPr>|<w:trPr/>)?</w:tr>", re.DOTALL)
_EMPTY_TABLE = re.compile(r"(?:</w:tblGrid>|<w:tblGrid/>)</w:tbl>")
_BARE_TABLES = ("</w:tblGrid></w:tbl>", "<w:tblGrid/></w:tbl>")
#: Elements that may not be left empty, beside tables.
_MUST_HOLD = frozenset({"tr", "tc", "hdr", "ftr", "footnote", "endnote", "txbxContent", "sdtContent"})
_MARKS = re.compile(f"[{CLOSED}{REOPENED}]")
_DRAWING_ID = re.compile(r'(<wp:docPr\b[^>]*?\bid=")([^"]*)')
#: What has two ends: bookmarks, comments, and what somebody may edit in a locked file.
_RANGE = re.compile(
    r'<w:(?P<kind>bookmark|commentRange|perm)(?P<end>Start|End)\b[^>]*?w:id="(?P<id>[^"]*)"[^>]*?(?:/>|></w:\w+>)'
)
_COMMENT = re.compile(r"<w:commentReference\b[^>]*?/>")
_BOOKMARK_NAME = re.compile(r'<w:bookmarkStart\b[^>]*?w:name="([^"]*)"')
_NAME = re.compile(r'w:name="([^"]*)"')

_SYMBOL_FONT = "Segoe UI Symbol"
_SYMBOL_FONTS = (
    f'<w:rFonts w:ascii="{_SYMBOL_FONT}" w:hAnsi="{_SYMBOL_FONT}" w:eastAsia="{_SYMBOL_FONT}" w:cs="{_SYMBOL_FONT}"/>'
)
_TEXT = '<w:t xml:space="preserve">'


class Marks:
    """Ids and bookmark names given out so far in one document, across its parts and repeated pages."""

    def __init__(self, taken: frozenset[str] = frozenset()) -> None:
        """Begin with the ids and bookmark names of the parts that stay as they are."""
        self._taken = taken
        self._last_id = 1000
        self.bookmarks = set(taken)

    def next_id(self) -> int:
        """A number not used before in this document."""
        self._last_id += 1
        while str(self._last_id) in self._taken:
            self._last_id += 1
        return self._last_id


def taken_in(xml: str) -> frozenset[str]:
    """The drawing ids and bookmark names of a part."""
    return frozenset([match[2] for match in _DRAWING_ID.finditer(xml)] + _BOOKMARK_NAME.findall(xml))


@dataclass(frozen=True)
class Shape:
    """What rendering a part can leave behind, told from its source, so that nothing is looked for in vain."""

    #: Tables may lose all their rows.
    rows: bool
    #: Cells, rows or stories may lose all they hold.
    blocks: bool
    drawings: bool
    #: It holds bookmarks, comments or the like.
    ranges: bool


#: What XML that comes with a value may leave behind.
ANY_SHAPE = Shape(rows=True, blocks=True, drawings=True, ranges=True)


def shape_of(xml: str, levels: Collection[str]) -> Shape:
    """The shape of a part.

    Args:
        xml: Its XML without tags.
        levels: Local names of the elements that tags stand in.
    """
    return Shape(
        rows="tbl" in levels,
        blocks=not _MUST_HOLD.isdisjoint(levels),
        drawings="<wp:docPr" in xml,
        ranges=_RANGE.search(xml) is not None or "<w:commentReference" in xml,
    )


def reopened(xml: str) -> str:
    """Give a run that goes on behind a value's own runs the looks it had before, and drop runs left without text."""
    out: list[str] = []
    done, own = 0, ""
    for match in _MARKS.finditer(xml):
        out.append(xml[done : match.start()])
        done = match.end()
        if match[0] == REOPENED:
            out.append(own)
            continue
        run = max(xml.rfind("<w:r>", 0, match.start()), xml.rfind("<w:r ", 0, match.start()))
        if not xml.startswith(REOPENED, xml.index(">", run) + 1):
            own = _properties_of_run(xml, run)
    out.append(xml[done:])
    return _EMPTY_RUN.sub("", "".join(out))


def finish(xml: str, marks: Marks, shape: Shape = ANY_SHAPE) -> str:
    """Make rendered XML a part that Word opens without repair."""
    if any(sign in xml for sign in "\n\t\a\f"):
        xml = _replace_in_text(xml, _BREAKS, _line_break)
    if "☑" in xml:
        xml = _EMPTY_RUN.sub("", _replace_in_text(xml, _TICKS, _tick))
    if shape.blocks or (shape.rows and any(bare in xml for bare in _BARE_TABLES)):
        xml = settle(xml)
    if shape.drawings:
        xml = _DRAWING_ID.sub(lambda match: f"{match[1]}{marks.next_id()}", xml)
    return _paired(xml, marks) if shape.ranges else xml


def settle(xml: str) -> str:
    """Drop rows without cells and tables without rows; give a paragraph to cells and stories without one."""
    # Counting is far quicker than looking, and nearly always there is nothing.
    if xml.count("</w:tr>") != xml.count("</w:tc></w:tr>"):
        xml = _EMPTY_ROW.sub("", xml)
    xml = _drop_empty_tables(xml)
    if xml.count("</w:tc>") != xml.count("</w:p></w:tc>"):
        xml = _EMPTY_CELL.sub(r"\1<w:p/>\2", xml)
    return _EMPTY_STORY.sub(r"\1<w:p/>\3", xml) if any(end in xml for end in _STORY_ENDS) else xml


def _replace_in_text(xml: str, pattern: re.Pattern[str], by: Callable[[str, int, re.Match[str]], str]) -> str:
    """Replace what stands inside ``w:t``; ``by`` is given the XML and where its run begins."""
    out: list[str] = []
    done = 0
    for match in pattern.finditer(xml):
        opened = xml.rfind("<", 0, match.start())
        in_text = xml.startswith(("<w:t>", "<w:t "), opened)
        run = max(xml.rfind("<w:r>", 0, opened), xml.rfind("<w:r ", 0, opened)) if in_text else -1
        out.append(xml[done : match.start()])
        out.append(by(xml, run, match) if run >= 0 else " ")
        done = match.end()
    out.append(xml[done:])
    return "".join(out)


def _properties_of_run(xml: str, run: int) -> str:
    found = _RUN_PROPERTIES.match(xml, xml.index(">", run) + 1)
    return found[0] if found else ""


def _line_break(xml: str, run: int, match: re.Match[str]) -> str:
    """A tab or line break; a new paragraph where a listing, a first-line indent or justified lines ask for it."""
    if match[0] == "\t":
        return f"</w:t><w:tab/>{_TEXT}"
    if match[0] == "\f":
        return f'</w:t><w:br w:type="page"/>{_TEXT}'
    start = _paragraph_of(xml, run)
    found = _PARAGRAPH_PROPERTIES.match(xml, xml.index(">", start) + 1) if start >= 0 else None
    wanted = match[0] == "\a" or (found is not None and _OWN_LINES.search(found[0]))
    own = found[0] if found else ""
    # A section ends with its paragraph, which must be the last of them.
    if start < 0 or not wanted or "<w:sectPr" in own or _is_wrapped(xml, start, run):
        return f"</w:t><w:br/>{_TEXT}"
    return f"</w:t></w:r></w:p><w:p>{own}<w:r>{_properties_of_run(xml, run)}{_TEXT}"


def _paragraph_of(xml: str, run: int) -> int:
    """Where the paragraph of a run begins; those of a text box before it are over."""
    start = max(xml.rfind("<w:p>", 0, run), xml.rfind("<w:p ", 0, run))
    while start >= 0:
        ends = [match[0].startswith("</") for match in _PARAGRAPH_ENDS.finditer(xml, start, run)]
        if ends.count(True) < ends.count(False):
            return start
        start = max(xml.rfind("<w:p>", 0, start), xml.rfind("<w:p ", 0, start))
    return start


def _is_wrapped(xml: str, paragraph: int, run: int) -> bool:
    """Whether the run lies in a link or field inside its paragraph, so that the paragraph cannot end here."""
    depth = 0
    for match in _WRAPPED.finditer(xml, paragraph, run):
        depth += -1 if match[1] else 1
    return depth != 0


def _tick(xml: str, run: int, match: re.Match[str]) -> str:
    """☑ in a run of its own whose font has it; everything around keeps the cell's font."""
    own = _properties_of_run(xml, run)
    if f'w:ascii="{_SYMBOL_FONT}"' in own:
        return match[0]
    body = re.sub(r"<w:rFonts[^>]*/>", "", own[len("<w:rPr>") : -len("</w:rPr>")])
    style = re.match(r"<w:rStyle [^>]*/>", body)
    cut = style.end() if style else 0
    symbol = f"<w:rPr>{body[:cut]}{_SYMBOL_FONTS}{body[cut:]}</w:rPr>"
    return f"</w:t></w:r><w:r>{symbol}<w:t>{match[0]}</w:t></w:r><w:r>{own}{_TEXT}"


def _drop_empty_tables(xml: str) -> str:
    """A table without rows is damage to Word; it goes, with the loop that left it empty."""
    while match := _EMPTY_TABLE.search(xml):
        start = xml.rfind("<w:tbl>", 0, match.start())
        if start < 0:
            return xml
        xml = xml[:start] + xml[match.end() :]
    return xml


def _paired(xml: str, marks: Marks) -> str:
    """Keep the first whole pair of ends that a loop or a repeated page doubled, and none that lost the other end."""
    found = list(_RANGE.finditer(xml))
    kept: dict[int, str] = {}
    begun: dict[tuple[str, str], tuple[int, str]] = {}
    for number, match in enumerate(found):
        key = match["kind"], match["id"]
        if match["end"] == "Start":
            name = _range_name(match)
            if name not in marks.bookmarks and key not in begun:
                marks.bookmarks.add(name)
                begun[key] = number, str(marks.next_id()) if match["kind"] == "bookmark" else match["id"]
        elif key in begun:
            start, new = begun.pop(key)
            kept[start] = kept[number] = new
    out, done = [], 0
    for number, match in enumerate(found):
        new_id = kept.get(number)
        out += [xml[done : match.start()]]
        out += [] if new_id is None else [match[0].replace(f'w:id="{match["id"]}"', f'w:id="{new_id}"')]
        done = match.end()
    return _COMMENT.sub(lambda match: _first_comment(match, marks), "".join([*out, xml[done:]]))


def _range_name(match: re.Match[str]) -> str:
    """What a range is known by: a bookmark by its name, which holds no blank, others by their id."""
    if match["kind"] != "bookmark":
        return f"{match['kind']} {match['id']}"
    name = _NAME.search(match[0])
    return name[1] if name else ""


def _first_comment(match: re.Match[str], marks: Marks) -> str:
    """A comment hangs on one place."""
    if match[0] in marks.bookmarks:
        return ""
    marks.bookmarks.add(match[0])
    return match[0]
