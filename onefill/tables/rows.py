"""Rows of a section out of a matched sheet: every cell through its field's type, every fault with its cell."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from onefill.definitions.model import FieldDefinition
from onefill.definitions.types import type_of
from onefill.fields import Fault, FieldType
from onefill.fields.choices import Choice
from onefill.fields.normalise import fold
from onefill.problems import CellPlace, Problem
from onefill.tables.lines import Layout, Skipped, why_no_data
from onefill.tables.mapping import Column, Mapping
from onefill.tables.model import Area, Cell, Line, Workbook, Worksheet, address
from onefill.tables.raw import cell_fault, is_cut_off, raw_of, raw_text

#: Label -> id, for fields whose value is chosen among records or rows.
Choices = AnyMapping[str, str | None]
#: More different values than this and remembering what each parsed to costs more than it saves.
_MOST_REMEMBERED = 20_000


class ReadCell(NamedTuple):
    """One cell of a row.

    Attributes:
        address: Where it stands, ``C7``.
        stored: What the record would keep: the stored form, ``{"raw": …}`` for what cannot be read, ``None`` for a
            word that says that there is nothing.
        shown: The value as the screen shows it; the cell's own text if it cannot be read.
        faults: What is wrong with it.
    """

    address: str
    stored: Any
    shown: str
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class ReadRow:
    """One row of data: its line in the sheet, its filled cells by field."""

    number: int
    cells: AnyMapping[str, ReadCell]
    hidden: bool = False

    def stored(self) -> dict[str, Any]:
        """What the record would keep."""
        return {key: cell.stored for key, cell in self.cells.items()}


@dataclass(frozen=True)
class ReadWord:
    """What the table writes where an option is asked, and is none by itself.

    Attributes:
        field: Key of the field.
        word: As it stands in the table.
        cells: In how many cells.
        option: What it means by the mapping; None while that is not known.
    """

    field: str
    word: str
    cells: int
    option: str | None


@dataclass(frozen=True)
class ReadRows:
    """What a sheet gives.

    Attributes:
        sheet: Its name.
        rows: The rows of data.
        skipped: Lines that are none, with the reason.
        notes: What a person ought to know, in Chinese.
        words: What stands where an option is asked and is none of the form's, the most frequent first.
    """

    sheet: str
    rows: tuple[ReadRow, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]
    words: tuple[ReadWord, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every fault with its cell."""
        return tuple(
            fault.at(CellPlace(self.sheet, cell.address))
            for row in self.rows
            for cell in row.cells.values()
            for fault in cell.faults
        )


def rows(
    workbook: Workbook,
    mapping: Mapping,
    *,
    today: Callable[[], date] | None = None,
    choices: AnyMapping[str, Choices] | None = None,
) -> ReadRows:
    """Read the rows below the heading.

    Args:
        workbook: As read.
        mapping: As found, or as a person corrected it.
        today: For types that ask what day it is.
        choices: For fields whose value is chosen: what each label, folded, stands for; ``None`` for several things.
    """
    sheet = workbook.sheet(mapping.sheet)
    if sheet is None or mapping.header is None:
        return ReadRows(mapping.sheet, (), (), ())
    reader = _Reader(mapping, today, choices or {})
    below = [line for line in _with_merged(sheet, mapping) if line.number > mapping.header[1]]
    return reader.read(sheet, below)


@dataclass
class _Field:
    """A column with what is needed to read it."""

    column: Column
    definition: FieldDefinition
    type: FieldType
    choices: Choices | None
    #: Words of the table that a person has said the option of.
    words: AnyMapping[str, str]
    known: dict[object, ReadCell] = field(default_factory=dict)
    #: Words that are no option of the form, with their cells.
    said: Counter[str] = field(default_factory=Counter)
    #: Cells that held a number too long for a number.
    lost: int = 0
    #: Words, folded, that say that there is nothing, each with what they say of other fields of the row.
    nothing: AnyMapping[str, AnyMapping[str, ReadCell]] = field(default_factory=dict)
    #: Such words, as they stand in the table, with their cells.
    without: Counter[str] = field(default_factory=Counter)


class _Reader:
    def __init__(self, mapping: Mapping, today: Callable[[], date] | None, choices: AnyMapping[str, Choices]) -> None:
        self._mapping = mapping
        found = [_field(column, one, mapping, today, choices) for column, one in mapping.fields()]
        # A number whose document is chosen in another field is read after that one.
        self._fields = sorted(found, key=lambda one: one.definition.by is not None)
        self._order = [one.definition.key for one in found]
        self._used = [one.column.number for one in found]
        unique = mapping.section.repeat.unique if mapping.section.repeat else ()
        self._layout = Layout(
            used=self._used,
            keys=[one.column.number for one in found if one.definition.key in unique],
            days=[one.column.number for one in found if one.type.widget == "date"],
            headings={column.number: column.header for column in mapping.columns},
        )
        self._assumed = {one.key: text for one in mapping.section.fields if (text := _literal(one.default)) is not None}

    def read(self, sheet: Worksheet, lines: Sequence[Line]) -> ReadRows:
        read: list[ReadRow] = []
        skipped: list[Skipped] = []
        counted = {"formulas": 0, "hidden": 0}
        wide = {area.top for area in sheet.merged if area.right - area.left + 1 > max(2, len(self._used) // 2)}
        last = (self._mapping.header or (0, 0))[1]
        for line in lines:
            if line.number > last + 1:
                skipped.append(Skipped(last + 1, line.number - 1, "空行"))
            last = line.number
            reason = why_no_data(line, self._layout, merged_wide=line.number in wide)
            if reason is not None:
                skipped.append(Skipped(line.number, line.number, reason, _first_text(line)))
                continue
            read.append(self._row(line))
            counted["hidden"] += line.hidden
            counted["formulas"] += sum(line.cells[one].formula for one in self._used if one in line.cells)
        notes = tuple(self._notes(read, counted))
        return ReadRows(sheet.name, tuple(read), tuple(skipped), notes, tuple(self._words()))

    def _words(self) -> Iterator[ReadWord]:
        for one in self._fields:
            for word, cells in one.said.most_common():
                yield ReadWord(one.definition.key, word, cells, one.words.get(fold(word)))

    def _notes(self, read: Sequence[ReadRow], counted: AnyMapping[str, int]) -> Iterator[str]:
        if counted["hidden"]:
            numbers = [str(row.number) for row in read if row.hidden]
            more = " 等" if len(numbers) > 10 else ""
            yield f"隐藏的 {len(numbers)} 行也读了：第 {'、'.join(numbers[:10])} 行{more}"
        if counted["formulas"]:
            yield f"{counted['formulas']} 格是公式，用了上次算出的结果"
        labels = {one.key: one.label for one in self._mapping.section.fields}
        for one in self._fields:
            for word, cells in one.without.most_common():
                told = "".join(f"，{labels[key]}填成“{cell.shown}”" for key, cell in one.nothing[fold(word)].items())
                yield f"{one.definition.label}里有 {cells} 格写着“{word}”，当作没有填{told}"
        for one in self._fields:
            if one.lost > 1 and one.lost * 2 >= sum(1 for row in read if one.definition.key in row.cells):
                yield (
                    f"{one.column.letter} 列“{one.column.header}”的号码被表格变成了数字，{one.lost} 格的末几位已丢失，"
                    "补不回来。把整列设为文本，从原来的名单重新粘贴，或照证件重填"
                )

    def _row(self, line: Line) -> ReadRow:
        cells: dict[str, ReadCell] = {}
        meant: dict[str, ReadCell] = {}
        for one in self._fields:
            cell = line.cells.get(one.column.number)
            if cell is None:
                continue
            place = address(line.number, one.column.number)
            if one.nothing and (said := one.nothing.get(fold(word := cell.text().strip()))) is not None:
                one.without[word] += 1
                cells[one.definition.key] = ReadCell(place, None, word)
                meant |= {key: by_word._replace(address=place) for key, by_word in said.items()}
            elif (found := self._cell(one, cell, cells)) is not None:
                cells[one.definition.key] = ReadCell(place, found.stored, found.shown, found.faults)
        cells = {**meant, **cells}
        order = (*self._order, *(key for key in meant if key not in self._order))
        return ReadRow(line.number, {key: cells[key] for key in order if key in cells}, line.hidden)

    def _cell(self, one: _Field, cell: Cell, others: AnyMapping[str, ReadCell]) -> ReadCell | None:
        document = self._document(one.definition, others)
        key = (cell, document, type(cell.value))
        if key not in one.known:
            if len(one.known) > _MOST_REMEMBERED:
                one.known.clear()
            one.known[key] = _parsed(one, cell, document)
        found = one.known[key]
        one.lost += isinstance(found.stored, dict) and is_cut_off(cell)
        if isinstance(one.type, Choice) and one.type.options and (one.words or isinstance(found.stored, dict)):
            one.said.update(_strange(one, one.type, cell))
        return found if found.stored is not None else None

    def _document(self, definition: FieldDefinition, others: AnyMapping[str, ReadCell]) -> str:
        if definition.by is None:
            return ""
        chosen = others.get(definition.by)
        stored = chosen.stored if chosen is not None else self._assumed.get(definition.by, "")
        return stored if isinstance(stored, str) else ""


def _field(
    column: Column,
    definition: FieldDefinition,
    mapping: Mapping,
    today: Callable[[], date] | None,
    choices: AnyMapping[str, Choices],
) -> _Field:
    """A column whose type also reads the words that a person has said the option of."""
    kind = type_of(definition, today)
    words: dict[str, str] = {}
    if isinstance(kind, Choice) and kind.options:
        said = mapping.words.get(definition.key, {})
        words = {word: option for word, option in said.items() if option in kind.options and not kind.option(word)}
    if words:
        synonyms = {option: list(also) for option, also in (definition.option_synonyms or {}).items()}
        for word, option in words.items():
            synonyms.setdefault(option, []).append(word)
        kind = type_of(definition.model_copy(update={"option_synonyms": synonyms}), today)
    nothing = {fold(word): _meant(said.set_, mapping, today) for said in definition.said for word in said.words}
    return _Field(column, definition, kind, choices.get(definition.key), words, nothing=nothing)


def _meant(said: AnyMapping[str, str], mapping: Mapping, today: Callable[[], date] | None) -> dict[str, ReadCell]:
    """What a word says of other fields of the row; a value that their type does not read is told when it is loaded."""
    fields, meant = {one.key: one for one in mapping.section.fields}, {}
    for key, text in said.items():
        kind = type_of(fields[key], today)
        value = kind.parse(text).value
        meant[key] = ReadCell("", kind.dump(value), kind.display(value))
    return meant


def _strange(one: _Field, kind: Choice, cell: Cell) -> list[str]:
    """Words in a cell that are no option of the form by themselves, whether or not it is known what they mean."""
    raw = raw_of(cell, one.definition, one.type)
    if cell_fault(cell) is not None or isinstance(raw, bool):
        return []
    return [word for word in kind.words(raw_text(raw)) if fold(word) in one.words or kind.option(word) is None]


def _parsed(one: _Field, cell: Cell, document: str) -> ReadCell:
    fault = cell_fault(cell)
    if fault is not None:
        text = cell.text() or "=?"
        return ReadCell("", {"raw": text}, text, (fault,))
    raw = raw_of(cell, one.definition, one.type)
    if one.choices is not None:
        return _chosen(one, raw, one.choices)
    parsed = one.type.parse(raw, doc_type=document)
    if parsed.value is None:
        text = raw_text(raw)
        return ReadCell("", {"raw": text} if parsed.problems else None, text, parsed.problems)
    faults = (*parsed.problems, *one.type.check(parsed.value, doc_type=document))
    return ReadCell("", one.type.dump(parsed.value), one.type.display(parsed.value), faults)


def _chosen(one: _Field, raw: object, choices: Choices) -> ReadCell:
    """A label that stands for a record or a row."""
    text = raw_text(raw).strip()
    wanted = [part for part in text.replace("，", "、").replace(",", "、").split("、") if part.strip()]
    labels = wanted if one.definition.many else [text]
    found, faults = [], []
    for label in labels:
        chosen = choices.get(fold(label), "")
        if chosen:
            found.append(chosen)
        else:
            several = chosen is None
            what = f"有几个“{label}”，分不清是哪一个" if several else f"没有“{label}”可选"
            how = (
                f"导入后在{one.definition.label}里选" if several else f"改为已有的{one.definition.label}，或先把它建好"
            )
            faults.append(Fault(code="CHOICE", what=what, remedy=how))
    if faults or not found:
        return ReadCell("", {"raw": text} if text else None, text, tuple(faults))
    return ReadCell("", found if one.definition.many else found[0], text)


def _with_merged(sheet: Worksheet, mapping: Mapping) -> Iterator[Line]:
    """Lines with what a cell merged over several of them holds in each: one firm for five people."""
    used = {column.number for column, _ in mapping.fields()}
    tall = [area for area in sheet.merged if area.left == area.right and area.left in used and area.bottom > area.top]
    if not tall:
        yield from sheet.lines
        return
    covered = _covering(sheet, tall)
    for line in sheet.lines:
        extra = {column: cell for column, cell in covered.get(line.number, {}).items() if column not in line.cells}
        yield Line(line.number, {**line.cells, **extra}, line.hidden) if extra else line


def _covering(sheet: Worksheet, areas: Sequence[Area]) -> dict[int, dict[int, Cell]]:
    numbers = [line.number for line in sheet.lines]
    heads = {line.number: line.cells for line in sheet.lines}
    covered: dict[int, dict[int, Cell]] = {}
    for area in areas:
        cell = heads.get(area.top, {}).get(area.left)
        if cell is not None:
            for number in numbers:
                if area.top < number <= area.bottom:
                    covered.setdefault(number, {})[area.left] = cell
    return covered


def _literal(default: str | None) -> str | None:
    """A default that is plain text; one that has to be worked out is not known here."""
    try:
        value = ast.literal_eval(default or "None")
    except (ValueError, SyntaxError):
        return None
    return value if isinstance(value, str) else None


def _first_text(line: Line) -> str:
    return line.cells[min(line.cells)].text().strip()[:30]
