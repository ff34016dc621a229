"""Excel templates read once: every sheet becomes a Jinja outline that says which rows come, and with which values."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jinja2 import Environment
from lxml import etree

from onefill.definitions.expression_errors import ExpressionBroken
from onefill.problems import Problem, TemplatePlace
from onefill.rendering.compiled import TemplateName
from onefill.rendering.excel_filling import Band, piece_mark
from onefill.rendering.excel_outline import Outline, Script, script
from onefill.rendering.excel_refs import without_titles
from onefill.rendering.excel_rows import MOST_COLUMNS
from onefill.rendering.excel_source import CellSource, SheetSource
from onefill.rendering.excel_strings import Text
from onefill.rendering.excel_styles import MAIN, Slot, Styles, slot
from onefill.rendering.tags import Tag, block_faults, find_tags, has_tag, names_anyway, names_of, tag_faults

#: Kinds of heads and feet in the order of the schema.
HEAD_PARTS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
_HEAD_TITLES = dict(zip(HEAD_PARTS, ("页眉", "页脚", "偶数页页眉", "偶数页页脚", "首页页眉", "首页页脚"), strict=True))
#: Row tags that begin a block; others would take rows away from their place.
_ROW_BLOCKS = frozenset({"for", "if", "with"})


@dataclass
class SheetRead:
    """One sheet as read: its script (when rows hold tags), its heads and feet, its title, its slots and faults."""

    title: str
    source: SheetSource
    head: int = 0
    tag_rows: frozenset[int] = frozenset()
    #: Rows that may come more than once, or not at all.
    inside: set[int] = field(default_factory=set)
    #: Rows with the first and last column that the loops around them stand in.
    looped: list[tuple[int, int, int, tuple[int, ...]]] = field(default_factory=list)
    script: Script | None = None
    title_script: Script | None = None
    head_scripts: dict[str, Script] = field(default_factory=dict)
    slots: list[Slot] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    faults: list[Problem] = field(default_factory=list)
    #: Names that texts with faults ask for, as far as they can be told.
    spare_names: list[TemplateName] = field(default_factory=list)

    @property
    def scripts(self) -> list[Script]:
        """Everything on this sheet that is filled in."""
        found = [self.script, self.title_script, *self.head_scripts.values()]
        return [script for script in found if script is not None]

    @property
    def names(self) -> list[TemplateName]:
        """Every name that it asks for."""
        return [use for script in self.scripts for use in script.names] + self.spare_names

    @property
    def heads(self) -> list[etree._Element]:
        """Heads and feet that hold anything."""
        element = self.source.root.find(f"{MAIN}headerFooter")
        return [] if element is None else list(element.iterchildren(etree.Element))

    def loops_at(self, column: int) -> dict[int, tuple[int, ...]]:
        """The loops around every row, as a column sees them."""
        return {row: loops for row, first, last, loops in self.looped if first <= column <= last}

    @property
    def starts(self) -> list[int]:
        """The first columns of the spans whose rows go their own ways."""
        return sorted({1, *(band.first for band in self.bands)})


def read_sheet(
    title: str,
    source: SheetSource,
    styles: Styles,
    template: str,
    checking: Environment,
    running: Environment,
    titles: Sequence[str] = (),
) -> SheetRead:
    """Read a sheet's rows, title, heads and feet; faults are collected.

    Args:
        title: What the sheet is called.
        source: Its XML, taken apart.
        styles: Those of the workbook.
        template: The file's name, for places.
        checking: The environment that authors write for.
        running: The one with our own filters.
        titles: Those of sheets of the workbook that hold tags.
    """
    read = SheetRead(title, source)
    _Reader(read, styles, template, checking, running, titles).read()
    return read


class _Reader:
    """Reads one sheet of one template."""

    def __init__(
        self,
        read: SheetRead,
        styles: Styles,
        template: str,
        checking: Environment,
        running: Environment,
        titles: Sequence[str],
    ) -> None:
        self._read = read
        self._styles = styles
        self._template = template
        self._checking = checking
        self._running = running
        self._titles = titles
        self._outline = Outline()
        self._blocks = _Blocks(self._outline)
        self._tags: list[Tag] = []
        self._tag_rows: set[int] = set()

    def read(self) -> None:
        """Read rows, title, heads and feet."""
        self._rows(self._tagged())
        read = self._read
        if has_tag(read.title):
            read.title_script = self._text(read.title, "工作表名", codes=False)
        for element in read.heads:
            name = etree.QName(element).localname
            if element.text and has_tag(element.text):
                found = self._text(element.text, _HEAD_TITLES.get(name, name), codes=True)
                if found is not None:
                    read.head_scripts[name] = found

    def _place(self, spot: str) -> TemplatePlace:
        return TemplatePlace(self._template, self._read.title, spot)

    def _tagged(self) -> dict[int, list["_CellTags"]]:
        """Cells with tags by row."""
        rows: dict[int, list[_CellTags]] = {}
        for number, row in sorted(self._read.source.rows.items()):
            for cell in row.cells:
                if cell.formula is not None and has_tag(without_titles(cell.formula.text, self._titles)):
                    near = replace(self._place(cell.address), near=f"={cell.formula.text}")
                    self._fault(near, "FORMULA", "公式里不能写标记", "请把公式和标记分在两格")
                elif cell.tagged is not None:
                    tags, faults = find_tags(cell.tagged.whole, self._place(cell.address))
                    self._read.faults += faults
                    rows.setdefault(number, []).append(_CellTags(cell, cell.tagged, tags))
        return rows

    # -- rows ----------------------------------------------------------------------------------------------

    def _rows(self, rows: Mapping[int, list["_CellTags"]]) -> None:
        read = self._read
        read.head = max(rows, default=0)
        cells = [cell for row in rows.values() for cell in row]
        self._tags = [tag for cell in cells for tag in cell.tags]
        number = 1
        while number <= read.head:
            units = [cell for cell in rows.get(number, []) if any(tag.unit for tag in cell.tags)]
            if len(units) > 1 and all(cell.opens_list for cell in units):
                number = self._region(rows, number, units) + 1
                continue
            self._row(number, rows.get(number, []), 1, MOST_COLUMNS)
            number += 1
        read.faults += block_faults([tag for tag in self._tags if tag.unit])
        read.tag_rows = frozenset(self._tag_rows)
        if read.head:
            self._read.script = self._script(self._outline, self._tags)

    def _row(self, number: int, cells: Sequence["_CellTags"], first: int, last: int) -> None:
        """One row, or what of it stands in some columns."""
        cells = [cell for cell in cells if first <= cell.source.column <= last]
        units = [tag for cell in cells for tag in cell.tags if tag.unit]
        row = self._read.source.rows.get(number)
        own = [cell for cell in row.cells if first <= cell.column <= last] if row else []
        if units:
            self._check_alone(units, cells[0], sum(cell.filled for cell in own))
            self._blocks.write(units[0])
            self._tag_rows.add(number)
            return
        if self._blocks.is_open:
            self._read.inside.add(number)
            self._read.looped.append((number, first, last, self._blocks.loops))
        place = self._place(f"第 {number} 行")
        self._outline.tag(f"{{{{ {number}|onefill_row }}}}", place)
        with_tags = {cell.source.column: cell for cell in cells}
        for cell in own:
            if cell.column in with_tags:
                self._cell(with_tags[cell.column])
            else:
                self._outline.plain(cell.xml, place)

    def _cell(self, cell: "_CellTags") -> None:
        """One expression alone gives its value as it is; anything else gives text."""
        self._read.faults += _told_of_rows(block_faults(cell.tags))
        place = self._place(cell.source.address)
        number = len(self._read.slots)
        self._read.slots.append(slot(self._styles, cell.source.style, cell.text.looks))
        self._outline.plain(cell.source.start, place)
        if cell.is_value:
            self._outline.cell(number, cell.tags[0])
            return
        self._outline.open_cell(number, place)
        for text, tags in cell.pieces():
            self._outline.text(text, tags, place)
        self._outline.close_cell(place)

    def _region(self, rows: Mapping[int, list["_CellTags"]], begin: int, openers: Sequence["_CellTags"]) -> int:
        """Lists that stand side by side and begin in one row; the row in which they end."""
        starts = [cell.source.column for cell in openers]
        starts[0] = 1
        ends = [_end_of_list(rows, begin, first, last) for first, last in _spans(starts)]
        end = ends[0]
        depth = len(self._blocks.loops)
        for (first, last), own, opener in zip(_spans(starts), ends, openers, strict=True):
            if own is None or own != end:
                self._fault(opener.tags[0].place, "BLOCK", "并排的循环没有在同一行结束", "请让它们的 endfor 写在同一行")
                return self._read.head
            content = [number for number in range(begin, own + 1) if not _units(rows, number, first, last)]
            self._read.bands.append(Band(first, last, content[-1] if content else begin, depth))
            place = opener.tags[0].place
            self._outline.tag(f"{{{{ {len(self._read.bands) - 1}|onefill_band }}}}", place)
            for number in range(begin, own + 1):
                self._row(number, rows.get(number, []), first, last)
        self._outline.tag("{{ -1|onefill_band }}", openers[0].tags[0].place)
        return end or self._read.head

    def _check_alone(self, units: list[Tag], cell: "_CellTags", filled: int) -> None:
        """A row tag stands alone in its row, and only rows repeat."""
        for tag in units:
            if tag.unit != "tr":
                self._fault(tag.place, "SYNTAX", f"Excel 里没有“{{%{tag.unit}”这种标记", "请改用 {%tr，独占一行")
            elif tag.opens and tag.word not in _ROW_BLOCKS:
                what = f"{tag.word} 不能管几行"
                self._fault(tag.place, "SYNTAX", what, "请把它写在一格里；管几行的只有 for、if 和 with")
        if filled > 1 or cell.text.whole.strip() != units[0].text:
            what = "{%tr %} 要独占一行，同一行别的内容会一起消失"
            remedy = "请把别的内容移到另一行；并排的循环，每一列的 for 写在同一行，endfor 写在同一行"
            self._fault(units[0].place, "SWALLOWED", what, remedy)

    # -- texts ---------------------------------------------------------------------------------------------

    def _text(self, text: str, spot: str, *, codes: bool) -> Script | None:
        """A title, head or foot; in the latter ``&`` begins a code."""
        place = self._place(spot)
        tags, faults = find_tags(text, place)
        self._read.faults += [*faults, *block_faults(tags)]
        outline = Outline()
        if codes:
            # A value that begins with a digit would lengthen the font size before it.
            text = re.sub(r"(&\d+)(?=\{[{%])", r"\1 ", text)
        outline.text(text, [_coded(tag) for tag in tags] if codes else tags, place)
        return self._script(outline, tags)

    def _script(self, outline: Outline, tags: list[Tag]) -> Script | None:
        """Compile, unless the sheet has faults already."""
        self._read.faults += tag_faults(tags, self._checking)
        if self._read.faults:
            self._read.spare_names += names_anyway(tags, self._checking)
            return None
        try:
            compiled = self._running.from_string(outline.source)
        except ExpressionBroken as exc:
            place = outline.places[min(max(exc.line - 2, 0), len(outline.places) - 1)]
            self._fault(place, "SYNTAX", exc.what, "请改正这个标记")
            return None
        return script(compiled, outline, tuple(names_of(tags)), self._template)

    def _fault(self, place: TemplatePlace, code: str, what: str, remedy: str) -> None:
        self._read.faults.append(Problem(place=place, code=f"TEMPLATE_{code}", what=what, remedy=remedy))


@dataclass(frozen=True)
class _CellTags:
    """A cell whose text holds tags."""

    source: CellSource
    text: Text
    tags: list[Tag]

    @property
    def is_value(self) -> bool:
        """Whether it holds one expression and nothing else."""
        return len(self.tags) == 1 and self.tags[0].kind == "{" and self.text.whole.strip() == self.tags[0].text

    @property
    def opens_list(self) -> bool:
        """Whether it holds the row tag of a loop and nothing else."""
        return len(self.tags) == 1 and self.tags[0].unit == "tr" and self.tags[0].word == "for"

    def pieces(self) -> Iterator[tuple[str, list[Tag]]]:
        """Its text, cut where its looks change, with the mark of each piece; a tag goes with the piece it begins in."""
        if not self.text.looks:
            yield self.text.whole, self.tags
            return
        whole, done, end = self.text.whole, 0, 0
        spots = list(self._spots())
        for number, piece in enumerate(self.text.pieces):
            end += len(piece)
            own = [(spot, tag) for spot, tag in spots if done <= spot < end]
            stop = max([end, *(spot + len(tag.text) for spot, tag in own)])
            yield piece_mark(number) + whole[done:stop], [tag for _, tag in own]
            done = max(done, stop)

    def _spots(self) -> Iterator[tuple[int, Tag]]:
        """Where each tag begins."""
        done = 0
        for tag in self.tags:
            spot = self.text.whole.index(tag.text, done)
            yield spot, tag
            done = spot + len(tag.text)


def _spans(starts: Sequence[int]) -> list[tuple[int, int]]:
    """First and last columns of lists that begin at ``starts``."""
    return list(zip(starts, [*(start - 1 for start in starts[1:]), MOST_COLUMNS], strict=True))


def _units(rows: Mapping[int, list[_CellTags]], number: int, first: int, last: int) -> list[Tag]:
    """Row tags of a row in some columns."""
    cells = (cell for cell in rows.get(number, []) if first <= cell.source.column <= last)
    return [tag for cell in cells for tag in cell.tags if tag.unit]


def _end_of_list(rows: Mapping[int, list[_CellTags]], begin: int, first: int, last: int) -> int | None:
    """The row in which the block that begins in these columns ends."""
    depth = 0
    for number in range(begin, max(rows) + 1):
        for tag in _units(rows, number, first, last):
            depth += 1 if tag.opens else -1 if tag.word.startswith("end") else 0
            if depth == 0:
                return number
    return None


class _Blocks:
    """Writes row tags, with a mark at every turn of a loop and at its end."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._open: list[tuple[str, int]] = []
        self._count = 0

    @property
    def loops(self) -> tuple[int, ...]:
        """The loops that have not ended yet, outermost first."""
        return tuple(number for word, number in self._open if word == "for")

    @property
    def is_open(self) -> bool:
        """Whether a block has not ended yet."""
        return bool(self._open)

    def write(self, tag: Tag) -> None:
        """The tag, and what tells the filling where a turn begins and the loop ends."""
        self._outline.tag(tag.source, tag.place)
        if tag.opens:
            self._count += 1
            self._open.append((tag.word, self._count))
            if tag.word == "for":
                self._outline.tag(f"{{{{ {self._count}|onefill_turn }}}}", tag.place)
        elif tag.word.startswith("end") and self._open:
            word, number = self._open.pop()
            if word == "for":
                self._outline.tag(f"{{{{ {number}|onefill_end }}}}", tag.place)


def _told_of_rows(faults: Sequence[Problem]) -> list[Problem]:
    """Faults of blocks in a cell: whoever begins one in a cell and ends it in another wants rows to repeat."""
    remedy = "开头和结尾要在同一格；要管几行，写成 {%tr … %}，开头和结尾各自独占一行"
    return [replace(fault, remedy=remedy) for fault in faults]


def _coded(tag: Tag) -> Tag:
    return replace(tag, body=f"({tag.body})|onefill_ampersands") if tag.kind == "{" else tag
