"""Excel templates: read once, filled by editing the XML of their sheets; what no tag touches stays as it is."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from lxml import etree

from onefill.definitions.expressions import print_environment
from onefill.problems import Problem
from onefill.rendering.compiled import Into
from onefill.rendering.errors import RepeatUnsuitable, TemplateBroken
from onefill.rendering.excel_attached import Attached, attached_to
from onefill.rendering.excel_book import Book, R, relations_of
from onefill.rendering.excel_environment import ExcelEnvironment
from onefill.rendering.excel_follow import spot_of
from onefill.rendering.excel_index import with_styles
from onefill.rendering.excel_printing import Item, Printing, Sheet
from onefill.rendering.excel_read import read_sheet
from onefill.rendering.excel_refs import SpotUnread
from onefill.rendering.excel_sheet import table_faults
from onefill.rendering.excel_source import SheetSource
from onefill.rendering.excel_strings import SharedStrings
from onefill.rendering.excel_styles import MAIN, Styles
from onefill.rendering.excel_titles import unique_titles
from onefill.rendering.excel_totals import totals_of_more
from onefill.rendering.large_pictures import large_in_excel
from onefill.rendering.package import XML_FAULTS, Package
from onefill.rendering.tags import has_tag
from onefill.rendering.unfilled import (
    unfilled_around_cells,
    unfilled_in_chart,
    unfilled_in_drawing,
    unfilled_links,
    unfilled_names,
)
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

    def __init__(self, package: Package, name: str) -> None:
        """Read every sheet and the properties.

        Raises:
            TemplateBroken: With all faults of all sheets.
        """
        book = with_styles(Book(package.members, name))
        try:
            strings, styles, found = _read(book)
            printing = Printing(book, found, strings, styles)
            printing.rehearse()
        except SpotUnread as exc:
            raise book.damaged(exc.sheet, exc.spot) from exc
        except (*XML_FAULTS, ValueError, OverflowError) as exc:
            raise book.damaged() from exc
        sheets = [sheet.read for sheet in found]
        escaping = WordEnvironment()
        properties = [
            read_part(part, data, name, escaping) for part, data in package.members.items() if is_property_part(part)
        ]
        faults: list[Problem] = [fault for sheet in sheets for fault in sheet.faults]
        faults += [fault for part in properties for fault in part.faults]
        faults += unfilled_names(book.root, name, _tagged_titles(book))
        if faults:
            names = [use for sheet in sheets for use in sheet.names]
            names += [use for each in properties for use in (each.part.names if each.part else each.names)]
            raise TemplateBroken(template=name, problems=faults, names=names)
        self._name = name
        self.repeat_faults = printing.copy_faults
        self._properties: list[WordPart] = [each.part for each in properties if each.part is not None]
        self._members = book.members
        self._sheets = sheets
        self._printing = printing
        self.names = tuple(
            [use for sheet in sheets for use in sheet.names] + [use for part in self._properties for use in part.names]
        )
        self.counts_pages = any(_COUNTS.search(head.text or "") for sheet in sheets for head in sheet.heads)

    @cached_property
    def reminders(self) -> tuple[Problem, ...]:
        """What its author may want to mend though it prints."""
        return (*totals_of_more(self._sheets, self._name), *large_in_excel(self._members, self._name))

    def render(self, facts: Facts) -> bytes:
        """Print facts into the template."""
        return self._made([Item(facts, self._unique([self._titles(facts, "")])[0])])

    def render_each(self, items: Sequence[Facts], into: Into, labels: Sequence[str] = ()) -> bytes:
        """Print every item on worksheets of its own: copies of the sheets that hold tags; the others stay once.

        ``into="pages"`` gives the same: every worksheet starts a page.

        Raises:
            RepeatUnsuitable: There is no item.
            TemplateBroken: A sheet cannot be copied.
        """
        if not items:
            raise RepeatUnsuitable()
        if self.repeat_faults:
            raise TemplateBroken(template=self._name, problems=self.repeat_faults)
        wishes = [
            self._titles(facts, labels[number] if number < len(labels) else "") for number, facts in enumerate(items)
        ]
        titles = self._unique(wishes)
        return self._made([Item(facts, own) for facts, own in zip(items, titles, strict=True)])

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

    def _unique(self, wishes: Sequence[Sequence[str]]) -> list[list[str]]:
        """Titles for all sheets of all items; a sheet that stays once keeps its own."""
        once = [read.title for read in self._sheets if not read.scripts]
        many = [wish for titles in wishes for wish, read in zip(titles, self._sheets, strict=True) if read.scripts]
        made = iter(unique_titles(many, [*once, *self._printing.charts]))
        return [[next(made) if read.scripts else read.title for read in self._sheets] for _ in wishes]

    def _made(self, items: Sequence[Item]) -> bytes:
        marks, added = Marks(), Additions(self._members)
        properties = {part.name: part_bytes(part.render(items[0].facts, marks, added)) for part in self._properties}
        return self._printing.printed(items, properties)


def _read(book: Book) -> tuple[SharedStrings, Styles, list[Sheet]]:
    """The texts, styles and worksheets of a book."""
    texts, looks = book.related("sharedStrings"), book.related("styles")
    strings = SharedStrings(book.members[texts] if texts else None)
    styles = Styles(book.members[looks] if looks else b"")
    checking, running = print_environment(autoescape=False), ExcelEnvironment()
    sheets, titles = [], _tagged_titles(book)
    for index, sheet in enumerate(book.sheets):
        if sheet.has_cells:
            root = book.parsed(sheet.part, sheet.title)
            if root.tag != f"{MAIN}worksheet":
                raise book.damaged(sheet.title)
            try:
                source = SheetSource(root, strings)
                read = read_sheet(sheet.title, source, styles, book.template, checking, running, titles)
            except SpotUnread as exc:
                raise book.damaged(sheet.title, exc.spot) from exc
            except (ValueError, OverflowError) as exc:
                raise book.damaged(sheet.title) from exc
            names_others = "!" in etree.tostring(source.root, encoding="unicode")
            found = Sheet(read, sheet.part, index, list(attached_to(book, sheet.part)), names_others)
            read.faults += table_faults(read, found.tables, book.template)
            read.faults += _unfilled(book, found)
            sheets.append(found)
    return strings, styles, sheets


def _tagged_titles(book: Book) -> list[str]:
    return [sheet.title for sheet in book.sheets if has_tag(sheet.title)]


def _unfilled(book: Book, sheet: Sheet) -> Iterator[Problem]:
    """Tags on a sheet that stand in no cell, head or foot."""
    title = sheet.read.title
    yield from unfilled_around_cells(sheet.read.source.root, book.template, title, _tagged_titles(book))
    for each in sheet.attached:
        if each.kind == "drawing":
            yield from unfilled_in_drawing(each.root, book.template, title)
        elif each.kind in ("chart", "chartEx"):
            spot = _spot_of_chart(book, each, sheet)
            yield from unfilled_in_chart(each.root, book.template, title, spot)
    yield from unfilled_links(book.members.get(relations_of(sheet.part), b"<none/>"), book.template, title)


def _spot_of_chart(book: Book, chart: Attached, sheet: Sheet) -> str:
    """The cell that a chart hangs on, and its name: the drawing that shows it knows."""
    ids = {each.id for each in book.relations(chart.holder) if each.target == chart.part}
    drawing = next((each.root for each in sheet.attached if each.part == chart.holder), None)
    shown = () if drawing is None else drawing.iter("{*}chart")
    return next((spot_of(each) for each in shown if each.get(f"{R}id") in ids), "图表")
