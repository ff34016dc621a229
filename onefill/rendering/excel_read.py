"""Excel templates read once: every sheet becomes a Jinja outline that says which rows come, and with which values."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from jinja2 import Environment, Template
from lxml import etree
from openpyxl.cell.rich_text import CellRichText
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from onefill.definitions.expression_errors import ExpressionBroken
from onefill.problems import Problem, TemplatePlace
from onefill.rendering.characters import clean
from onefill.rendering.compiled import TemplateName
from onefill.rendering.excel_filling import Filling, FillingFacts
from onefill.rendering.excel_rows import FilledRow
from onefill.rendering.failing import failure_guard
from onefill.rendering.tags import Tag, block_faults, find_tags, has_tag, names_of, split_tags, tag_faults

#: Kinds of heads and feet in the order of the schema.
HEAD_PARTS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
_HEAD_TITLES = dict(zip(HEAD_PARTS, ("页眉", "页脚", "偶数页页眉", "偶数页页脚", "首页页眉", "首页页脚"), strict=True))


class Outline:
    """Jinja source under construction, every line with the place it comes from."""

    def __init__(self) -> None:
        self._lines: list[str] = [""]
        self.places: list[TemplatePlace] = []

    def add(self, source: str, place: TemplatePlace) -> None:
        """Another piece of source, on lines of its own."""
        lines = source.split("\n")
        self._lines += lines
        self.places += [place] * len(lines)

    @property
    def source(self) -> str:
        """The whole source; its first line is empty."""
        return "\n".join(self._lines)


@dataclass(frozen=True)
class Script:
    """Compiled source with the place of each of its lines from 2 on."""

    template: Template
    places: tuple[TemplatePlace, ...]
    names: tuple[TemplateName, ...]
    file: str

    def run(self, facts: Mapping[str, object]) -> str:
        """Render, with failures placed."""
        with failure_guard(self.places, self.names, self.file):
            return self.template.render(facts)

    def text(self, facts: Mapping[str, object]) -> str:
        """Render what stands after the empty first line."""
        return clean(self.run(facts)[1:])


@dataclass
class SheetRead:
    """One sheet as read: its script (when rows hold tags), its heads and feet, its title, its tags and faults."""

    title: str
    head: int = 0
    tag_rows: frozenset[int] = frozenset()
    script: Script | None = None
    title_script: Script | None = None
    head_scripts: dict[str, Script] = field(default_factory=dict)
    head_element: etree._Element | None = None
    faults: list[Problem] = field(default_factory=list)

    @property
    def scripts(self) -> list[Script]:
        """Everything on this sheet that is filled in."""
        found = [self.script, self.title_script, *self.head_scripts.values()]
        return [script for script in found if script is not None]

    @property
    def head_parts(self) -> list[etree._Element]:
        """Heads and feet that hold anything."""
        return [] if self.head_element is None else list(self.head_element)

    def fill(self, facts: Mapping[str, object]) -> list[FilledRow]:
        """The output rows made from template rows 1 to ``head``."""
        filling = Filling()
        if self.script is not None:
            self.script.run(FillingFacts(facts, filling))
        return filling.rows


def read_sheet(
    sheet: Worksheet, heads: etree._Element | None, template: str, checking: Environment, running: Environment
) -> SheetRead:
    """Read a sheet's rows, title, heads and feet; faults are collected.

    Args:
        sheet: As openpyxl reads it.
        heads: Its heads and feet as they stand in the file.
        template: The file's name, for places.
        checking: The environment that authors write for.
        running: The same with our own filters.
    """
    read = SheetRead(sheet.title, head_element=heads)
    _Reader(read, template, checking, running).read(sheet)
    return read


class _Reader:
    """Reads one sheet of one template."""

    def __init__(self, read: SheetRead, template: str, checking: Environment, running: Environment) -> None:
        self._read = read
        self._template = template
        self._checking = checking
        self._running = running

    def read(self, sheet: Worksheet) -> None:
        """Read rows, title, heads and feet."""
        filled = Counter(row for (row, _), cell in sheet._cells.items() if cell.value is not None)
        self._rows(self._tagged(sheet), filled)
        read = self._read
        if has_tag(read.title):
            read.title_script = self._text(read.title, "工作表名", codes=False)
        for element in read.head_parts:
            name = etree.QName(element).localname
            if element.text and has_tag(element.text):
                script = self._text(element.text, _HEAD_TITLES.get(name, name), codes=True)
                if script is not None:
                    read.head_scripts[name] = script

    def _place(self, spot: str) -> TemplatePlace:
        return TemplatePlace(self._template, self._read.title, spot)

    def _tagged(self, sheet: Worksheet) -> dict[int, list["_CellText"]]:
        """Cells with tags by row."""
        rows: dict[int, list[_CellText]] = {}
        for (row, column), cell in sorted(sheet._cells.items()):
            if isinstance(cell.value, str | CellRichText) and has_tag(str(cell.value)):
                text = str(cell.value)
                place = self._place(f"{get_column_letter(column)}{row}")
                if cell.data_type == "f":
                    near = replace(place, near=text)
                    self._fault(near, "FORMULA", "公式里不能写标记", "请把公式和标记分在两格")
                    continue
                tags, faults = find_tags(text, place)
                self._read.faults += faults
                rows.setdefault(row, []).append(_CellText(column, text, tags))
        return rows

    def _rows(self, rows: Mapping[int, list["_CellText"]], filled: Mapping[int, int]) -> None:
        outline, blocks, tags, tag_rows = Outline(), _Blocks(), [], set()
        head = max(rows, default=0)
        for row in range(1, head + 1):
            cells = rows.get(row, [])
            tags += [tag for cell in cells for tag in cell.tags]
            units = [tag for cell in cells for tag in cell.tags if tag.unit]
            if units:
                self._check_alone(units, cells[0], filled[row])
                blocks.write(units[0], outline)
                tag_rows.add(row)
                continue
            outline.add(f"{{{{ {row}|onefill_row }}}}", self._place(f"第 {row} 行"))
            for cell in cells:
                self._read.faults += block_faults(cell.tags)
                cell.write(outline, self._place(f"{get_column_letter(cell.column)}{row}"))
        self._read.faults += block_faults([tag for tag in tags if tag.unit])
        self._read.head, self._read.tag_rows = head, frozenset(tag_rows)
        if head:
            self._read.script = self._script(outline, tags)

    def _check_alone(self, units: list[Tag], cell: "_CellText", filled: int) -> None:
        """A row tag stands alone in its row, and only rows repeat."""
        for tag in units:
            if tag.unit != "tr":
                self._fault(tag.place, "SYNTAX", f"Excel 里没有“{{%{tag.unit}”这种标记", "请改用 {%tr，独占一行")
        if filled > 1 or cell.text.strip() != units[0].text:
            what = "{%tr %} 要独占一行，同一行别的内容会一起消失"
            self._fault(units[0].place, "SWALLOWED", what, "请把别的内容移到另一行")

    def _text(self, text: str, spot: str, *, codes: bool) -> Script | None:
        """A title, head or foot; in the latter ``&`` begins a code."""
        place = self._place(spot)
        tags, faults = find_tags(text, place)
        self._read.faults += [*faults, *block_faults(tags)]
        pieces = split_tags(text, [_coded(tag) for tag in tags] if codes else tags)
        outline = Outline()
        # A value that begins with a digit would lengthen the font size before it.
        outline.add("".join(re.sub(r"(&\d+)$", r"\1 ", piece) for piece in pieces), place)
        return self._script(outline, tags)

    def _script(self, outline: Outline, tags: list[Tag]) -> Script | None:
        """Compile, unless the sheet has faults already."""
        self._read.faults += tag_faults(tags, self._checking)
        if self._read.faults:
            return None
        try:
            compiled = self._running.from_string(outline.source)
        except ExpressionBroken as exc:
            place = outline.places[min(max(exc.line - 2, 0), len(outline.places) - 1)]
            self._fault(place, "SYNTAX", exc.what, "请改正这个标记")
            return None
        return Script(compiled, tuple(outline.places), tuple(names_of(tags)), self._template)

    def _fault(self, place: TemplatePlace, code: str, what: str, remedy: str) -> None:
        self._read.faults.append(Problem(place=place, code=f"TEMPLATE_{code}", what=what, remedy=remedy))


@dataclass(frozen=True)
class _CellText:
    """A cell whose text holds tags."""

    column: int
    text: str
    tags: list[Tag]

    def write(self, outline: Outline, place: TemplatePlace) -> None:
        """One expression alone gives its value as it is; anything else gives text."""
        only = self.tags[0] if len(self.tags) == 1 else None
        if only is not None and only.kind == "{" and self.text.strip() == only.text:
            outline.add(f"{{{{ ({only.body})|onefill_value({self.column}) }}}}", only.place)
            return
        pieces = "".join(split_tags(self.text, self.tags))
        source = f"{{% filter onefill_value({self.column}) %}}{pieces}{{% endfilter %}}"
        outline.add(source, self.tags[0].place if self.tags else place)


class _Blocks:
    """Writes row tags, with a mark at every turn of a loop and at its end."""

    def __init__(self) -> None:
        self._open: list[tuple[str, int]] = []
        self._count = 0

    def write(self, tag: Tag, outline: Outline) -> None:
        """The tag, and what tells the filling where a turn begins and the loop ends."""
        source = tag.source
        if tag.opens:
            self._count += 1
            self._open.append((tag.word, self._count))
            if tag.word == "for":
                source += f"{{{{ {self._count}|onefill_turn }}}}"
        elif tag.word.startswith("end") and self._open:
            word, number = self._open.pop()
            if word == "for":
                source += f"{{{{ {number}|onefill_end }}}}"
        outline.add(source, tag.place)


def _coded(tag: Tag) -> Tag:
    return replace(tag, body=f"({tag.body})|onefill_ampersands") if tag.kind == "{" else tag
