"""One Excel file made from facts: the sheets that change, what hangs on them, and the untouched rest as it lies."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace

from lxml import etree

from onefill.problems import Problem
from onefill.rendering.excel_attached import Attached, followed
from onefill.rendering.excel_book import Book
from onefill.rendering.excel_copies import Copies, second_drawing, second_table
from onefill.rendering.excel_follow import Follower
from onefill.rendering.excel_index import Index, pivot_faults, pivot_source
from onefill.rendering.excel_read import SheetRead
from onefill.rendering.excel_refs import Moves, SpotUnread
from onefill.rendering.excel_rows import RowMap, SheetRows
from onefill.rendering.excel_sheet import FilledSheet, fill, sheet_xml
from onefill.rendering.excel_source import CellSource
from onefill.rendering.excel_strings import STRINGS, SharedStrings, Strings
from onefill.rendering.excel_styles import MAIN, Styles
from onefill.rendering.excel_workbook import AddedSheet, workbook_part
from onefill.rendering.package import Packed, pack, write_package

#: A third of the time of the usual level for files a fifth larger.
_QUICK = 2


@dataclass(frozen=True)
class Item:
    """Facts to print, and what the sheets are called that they are printed on."""

    facts: Mapping[str, object]
    titles: Sequence[str]


@dataclass(frozen=True)
class Sheet:
    """A worksheet with its place in the workbook."""

    read: SheetRead
    part: str
    #: Its index among all sheets, those that are only a chart among them.
    index: int
    attached: Sequence[Attached]
    #: Whether it names other sheets in rules or links.
    names_others: bool

    @property
    def looks_out(self) -> bool:
        """Whether it reads other sheets, so that it changes when they do."""
        return self.names_others or any(formula.looks_out for formula in self.read.source.formulas)

    @property
    def tables(self) -> list[etree._Element]:
        """The tables on it."""
        return [each.root for each in self.attached if each.kind == "table"]


@dataclass
class _Made:
    """What printing changed so far."""

    strings: Strings
    members: dict[str, bytes] = field(default_factory=dict)
    restyled: bool = False
    added: list[AddedSheet] = field(default_factory=list)


class Printing:
    """A template's parts, ready to be printed."""

    def __init__(self, book: Book, sheets: Sequence[Sheet], strings: SharedStrings, styles: Styles) -> None:
        """Keep what all files share."""
        self._book = book
        self._sheets = sheets
        reads = [sheet.read for sheet in sheets]
        self.charts = [sheet.title for sheet in book.sheets if not sheet.has_cells]
        self._filled = frozenset(read.title for read in reads if read.scripts)
        #: What speaks against copies of sheets.
        self.copy_faults: tuple[Problem, ...] = tuple(
            fault
            for sheet in sheets
            if sheet.read.scripts
            for fault in pivot_faults(book, sheet.read.title, sheet.attached, self._filled)
        )
        strings.empty(cell.shared for read in reads for cell in _tagged(read) if cell.shared is not None)
        self._first_string, self._stored = strings.stored()
        self._index = Index(book)
        self._styles_part = book.related("styles")
        self._styles = pack(styles.part()) if self._styles_part else None
        self._packed = {name: pack(data) for name, data in book.members.items() if name not in self._index.dropped}
        settings = book.root.find(f"{MAIN}workbookPr")
        self._from_1904 = settings is not None and settings.get("date1904") in ("1", "true")

    def rehearse(self) -> None:
        """Print once without any row having moved, so that a damaged part is told before somebody prints.

        Raises:
            SpotUnread: A part says something that is no place, number or formula.
        """
        rows = {sheet.read.title: SheetRows([1], [RowMap([], 0)]) for sheet in self._sheets}
        titles = {sheet.read.title: sheet.read.title for sheet in self._sheets}
        for sheet in self._sheets:
            moves = Moves(sheet.read.title, rows, titles, filled=self._filled)
            try:
                Follower(rows[sheet.read.title], moves).follow(deepcopy(sheet.read.source.root))
                for attached in sheet.attached:
                    followed(attached, rows[sheet.read.title], moves)
            except ValueError as exc:
                raise SpotUnread(exc.spot if isinstance(exc, SpotUnread) else "", sheet.read.title) from exc
        workbook_part(self._book, [sheet.title for sheet in self._book.sheets], [moves] * len(self._book.sheets), [])

    def printed(self, items: Sequence[Item], properties: Mapping[str, bytes]) -> bytes:
        """The file.

        Args:
            items: What to print; each but the first on copies of the sheets that hold tags.
            properties: Parts that are made elsewhere.
        """
        made = _Made(Strings(self._first_string))
        copies = Copies(self._book)
        first: list[Moves] = []
        for number, item in enumerate(items):
            filled = [self._fill(sheet, item.facts, made) for sheet in self._sheets]
            rows = {each.read.title: each.rows for each in filled}
            titles = {sheet.read.title: title for sheet, title in zip(self._sheets, item.titles, strict=True)}
            changed = number > 0 or not _unchanged(rows, titles)
            for sheet, own in zip(self._sheets, filled, strict=True):
                moves = Moves(sheet.read.title, rows, titles, self._renamed(sheet, number), self._filled)
                if number == 0:
                    first.append(moves)
                    self._write(sheet, own, moves, made, changed=changed)
                elif sheet.read.scripts:
                    self._copy(sheet, own, moves, made, copies)
        self._finish(items[0], first, made, copies)
        return self._packed_up({**made.members, **copies.members, **properties}, made)

    def _fill(self, sheet: Sheet, facts: Mapping[str, object], made: _Made) -> FilledSheet:
        filled = fill(sheet.read, facts, made.strings, sheet.tables, from_1904=self._from_1904)
        made.restyled = made.restyled or filled.restyled
        return filled

    def _write(self, sheet: Sheet, filled: FilledSheet, moves: Moves, made: _Made, *, changed: bool) -> None:
        """The template's own sheet."""
        if sheet.read.scripts or (sheet.looks_out and self._filled):
            made.members[sheet.part] = sheet_xml(filled, moves, changed=changed).encode()
        for attached in sheet.attached:
            if (changed or attached.kind == "chart") and (data := followed(attached, filled.rows, moves)) is not None:
                made.members[attached.part] = data

    def _copy(self, sheet: Sheet, filled: FilledSheet, moves: Moves, made: _Made, copies: Copies) -> None:
        """One more sheet like the template's."""
        bodies = {sheet.part: sheet_xml(filled, moves, changed=True, copied=True).encode()}
        for attached in sheet.attached:
            own = attached
            if attached.kind == "table":
                own = replace(attached, root=self._second(attached, moves, made))
            elif attached.kind == "drawing":
                own = replace(attached, root=second_drawing(attached.root))
            data = followed(own, filled.rows, moves)
            if data is not None or own is not attached:
                bodies[attached.part] = data or etree.tostring(own.root)
        name = copies.add(sheet.part, bodies)
        title = moves.titles[sheet.read.title]
        made.added.append(AddedSheet(sheet.index, title, self._index.sheet_relation(len(made.added)), moves, name))

    def _second(self, attached: Attached, moves: Moves, made: _Made) -> etree._Element:
        number = self._index.last_table + 1 + len(made.added) * 1_000 + int(attached.root.get("id", "1"))
        return second_table(attached.root, number, moves.tables[_table_name(attached.root)])

    def _renamed(self, sheet: Sheet, number: int) -> dict[str, str]:
        """What the tables of a sheet are called on its copy."""
        if number == 0:
            return {}
        return {name: f"{name}_{number + 1}" for name in map(_table_name, sheet.tables)}

    def _finish(self, item: Item, moves: Sequence[Moves], made: _Made, copies: Copies) -> None:
        """The parts that list the others."""
        book = self._book
        titles = [sheet.title for sheet in book.sheets]
        own = [Moves("", moves[0].rows, moves[0].titles, filled=self._filled)] * len(titles)
        for sheet, title, each in zip(self._sheets, item.titles, moves, strict=True):
            titles[sheet.index], own[sheet.index] = title, each
        made.members[book.name] = workbook_part(book, titles, own, made.added)
        for part, root in self._index.pivots:
            if (data := pivot_source(root, own[0], self._filled)) is not None:
                made.members[part] = data
        if made.strings:
            part = self._index.strings or STRINGS
            made.members[part] = made.strings.part(self._stored)
        renamed = bool(made.added) or titles != [sheet.title for sheet in book.sheets]
        made.members |= self._index.members(made.added, copies.types, strings=bool(made.strings), renamed=renamed)

    def _packed_up(self, changed: Mapping[str, bytes], made: _Made) -> bytes:
        packed: dict[str, Packed] = {**self._packed, **{name: pack(data, _QUICK) for name, data in changed.items()}}
        if made.restyled and self._styles is not None:
            packed[self._styles_part] = self._styles
        return write_package(packed.items())


def _tagged(read: SheetRead) -> Iterator[CellSource]:
    return (cell for row in read.source.rows.values() for cell in row.cells if cell.tagged is not None)


def _unchanged(rows: Mapping[str, SheetRows], titles: Mapping[str, str]) -> bool:
    return all(each.still for each in rows.values()) and all(old == new for old, new in titles.items())


def _table_name(root: etree._Element) -> str:
    return root.get("displayName", root.get("name", ""))
