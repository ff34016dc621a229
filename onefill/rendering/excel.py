"""Excel templates: read and written by openpyxl, rows repeated by our own engine."""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from onefill.definitions.expressions import print_environment
from onefill.problems import Problem
from onefill.rendering.compiled import Into
from onefill.rendering.errors import RepeatUnsuitable, TemplateBroken
from onefill.rendering.excel_file import heads_xml, open_workbook, raw_heads, write_workbook
from onefill.rendering.excel_filling import FILTERS
from onefill.rendering.excel_read import SheetRead, read_sheet
from onefill.rendering.excel_refs import Moves
from onefill.rendering.excel_rows import RowMap
from onefill.rendering.excel_sheet import rebuild
from onefill.rendering.excel_titles import unique_titles
from onefill.rendering.package import Package
from onefill.rendering.word_additions import Additions
from onefill.rendering.word_environment import WordEnvironment
from onefill.rendering.word_finish import Marks
from onefill.rendering.word_part import WordPart, part_bytes, read_part
from onefill.rendering.word_places import is_property_part

_COUNTS = re.compile(r"(?<!&)(?:&&)*&N")

Facts = Mapping[str, object]


class CompiledExcel:
    """An Excel template, ready to render."""

    suffix = ".xlsx"

    def __init__(self, data: bytes, package: Package, name: str) -> None:
        """Read every sheet and the properties.

        Raises:
            TemplateBroken: With all faults of all sheets.
        """
        self._data = data
        self._name = name
        self._members = package.members
        checking, running = print_environment(autoescape=False), print_environment(autoescape=False)
        running.filters.update(FILTERS)
        workbook = open_workbook(data, name)
        heads = raw_heads(package.members)
        self._sheets = [
            read_sheet(sheet, heads.get(sheet.title), name, checking, running) for sheet in workbook.worksheets
        ]
        escaping = WordEnvironment()
        properties = [
            read_part(part, data, name, escaping) for part, data in package.members.items() if is_property_part(part)
        ]
        faults: list[Problem] = [fault for sheet in self._sheets for fault in sheet.faults]
        faults += [fault for part in properties for fault in part.faults]
        if faults:
            sound = [script for sheet in self._sheets for script in sheet.scripts if not sheet.faults]
            names = [use for script in sound for use in script.names]
            names += [use for each in properties for use in (each.part.names if each.part else each.names)]
            raise TemplateBroken(template=name, problems=faults, names=names)
        self._properties: list[WordPart] = [each.part for each in properties if each.part is not None]
        self._read_all()

    def _read_all(self) -> None:
        names = [name for sheet in self._sheets for script in sheet.scripts for name in script.names]
        names += [name for part in self._properties for name in part.names]
        self.names = tuple(names)
        texts = [part.text or "" for sheet in self._sheets for part in sheet.head_parts]
        self.counts_pages = any(_COUNTS.search(text) for text in texts)

    def render(self, facts: Facts) -> bytes:
        """Print facts into the template."""
        titles = [each.title_script.text(facts) if each.title_script else each.title for each in self._sheets]
        return self._made([facts], [titles])

    def render_each(self, items: Sequence[Facts], into: Into, labels: Sequence[str] = ()) -> bytes:
        """Print every item on worksheets of its own: copies of the sheets that hold tags; the others stay once.

        ``into="pages"`` gives the same: every worksheet starts a page.

        Raises:
            RepeatUnsuitable: There is no item.
        """
        if not items:
            raise RepeatUnsuitable()
        wishes = [
            self._titles(facts, labels[number] if number < len(labels) else "") for number, facts in enumerate(items)
        ]
        return self._made(items, wishes)

    def _titles(self, facts: Facts, label: str) -> list[str]:
        """What the sheets of one item shall be called."""
        alone = sum(1 for each in self._sheets if each.scripts) == 1
        titles = []
        for each in self._sheets:
            own = each.title_script.text(facts) if each.title_script else each.title
            if label and each.scripts:
                own = label if alone else f"{label} {own}"
            titles.append(own)
        return titles

    def _made(self, items: Sequence[Facts], wishes: Sequence[Sequence[str]]) -> bytes:
        workbook: Any = open_workbook(self._data, self._name)
        originals = workbook.worksheets
        copies = [originals, *(self._copies(originals, number) for number in range(1, len(items)))]
        titles = self._unique(wishes)
        made: dict[Worksheet, tuple[str, str | None]] = {}
        for number, facts in enumerate(items):
            rows = {read.title: RowMap(read.fill(facts), read.head, read.tag_rows) for read in self._sheets}
            named = {read.title: title for read, title in zip(self._sheets, titles[number], strict=True)}
            for sheet, read in zip(copies[number], self._sheets, strict=True):
                if sheet not in made:
                    rebuild(sheet, rows[read.title], Moves(read.title, rows, named))
                    made[sheet] = named[read.title], _heads(read, facts)
            if number == 0:
                _names(workbook, Moves("", rows, named))
        self._place(workbook, [sheet for sheet in made if sheet not in originals])
        return self._written(workbook, made, items[0])

    def _copies(self, originals: Sequence[Worksheet], number: int) -> list[Worksheet]:
        """Copies of the sheets that hold tags; the others themselves."""
        pairs = zip(originals, self._sheets, strict=True)
        return [_copy(sheet, number) if read.scripts else sheet for sheet, read in pairs]

    def _place(self, workbook: Any, copies: Sequence[Worksheet]) -> None:
        """Put the copies behind the last sheet that is repeated."""
        tagged = [sheet for sheet, read in zip(workbook.worksheets, self._sheets, strict=True) if read.scripts]
        if tagged:
            at = workbook._sheets.index(tagged[-1]) + 1
            workbook._sheets[at:at] = copies

    def _unique(self, wishes: Sequence[Sequence[str]]) -> list[list[str]]:
        """Titles for all sheets of all items; a sheet that stays once keeps its own."""
        once = [read.title for read in self._sheets if not read.scripts]
        many = [wish for titles in wishes for wish, read in zip(titles, self._sheets, strict=True) if read.scripts]
        made = iter(unique_titles(many, once))
        return [[next(made) if read.scripts else read.title for read in self._sheets] for _ in wishes]

    def _written(self, workbook: Any, made: Mapping[Worksheet, tuple[str, str | None]], facts: Facts) -> bytes:
        for number, sheet in enumerate(made):
            sheet.title = f"~{number}~"
        for sheet, (title, _) in made.items():
            sheet.title = title
        marks, added = Marks(), Additions(self._members)
        properties = {part: data for part, data in self._members.items() if part == "docProps/core.xml"}
        properties |= {part.name: part_bytes(part.render(facts, marks, added)) for part in self._properties}
        return write_workbook(workbook, [made[sheet][1] for sheet in workbook.worksheets], properties)


def _heads(read: SheetRead, facts: Facts) -> str | None:
    if read.head_element is None:
        return None
    return heads_xml(read.head_element, {name: script.text(facts) for name, script in read.head_scripts.items()})


def _copy(sheet: Any, number: int) -> Any:
    """A worksheet with everything on it, of the same workbook; its cells are shared until they are made anew."""
    copy = deepcopy(sheet, {id(sheet.parent): sheet.parent, id(sheet._cells): sheet._cells})
    for view in copy.views.sheetView:
        view.tabSelected = False
    for name in list(copy._tables):
        table = copy._tables.pop(name)
        table.name = table.displayName = f"{name}_{number + 1}"
        copy._tables[table.displayName] = table
    return copy


def _names(workbook: Any, moves: Moves) -> None:
    for name in workbook.defined_names.values():
        name.attr_text = moves.bare(name.attr_text)
