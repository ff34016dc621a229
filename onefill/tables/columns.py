"""The columns of a sheet, each with the field it fills: by its heading, else by what stands in it."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import replace
from datetime import date

from onefill.definitions.model import FieldDefinition, Section
from onefill.definitions.types import type_of
from onefill.tables.headings import Heading
from onefill.tables.mapping import Column
from onefill.tables.model import Cell, Worksheet
from onefill.tables.names import SURE, Vocabulary, importable

#: Types whose values are so particular that a column is known by them, whatever its heading.
_TELLING = frozenset({"resident_id", "identity", "mobile", "uscc"})
_TRIED, _ENOUGH, _SHARE = 20, 3, 0.6


def columns_of(
    sheet: Worksheet, section: Section, heading: Heading, today: Callable[[], date] | None
) -> tuple[Column, ...]:
    """All columns that hold a heading or anything below it."""
    samples = _samples(sheet, heading.last)
    fields = {field.key: field for field in section.fields}
    typed = {field.key for field in importable(section)}
    columns = [
        _column(number, heading, samples.get(number, ()), fields, typed)
        for number in sorted({*samples, *heading.texts})
    ]
    filled = {column.field for column in columns}
    telling = [fields[key] for key in fields if key in typed - filled and fields[key].type in _TELLING]
    for field in telling:
        _known_by_content(columns, field, samples, heading, today)
    return tuple(columns)


def twice_named(columns: Sequence[Column], section: Section) -> Iterator[str]:
    """What to say of columns whose heading means a field that another column fills already."""
    names = Vocabulary(section)
    labels = {field.key: field.label for field in section.fields}
    for column in columns:
        if column.field is None:
            continue
        again = [
            other
            for other in columns
            if other.field is None and not other.why and names.meanings(other.header).get(column.field, 0) >= SURE
        ]
        if again:
            unused = "、".join(one.letter for one in again)
            yield f"“{labels[column.field]}”不止一列：用了 {column.letter} 列，没有用 {unused} 列"


def _column(
    number: int,
    heading: Heading,
    cells: Sequence[Cell],
    fields: AnyMapping[str, FieldDefinition],
    typed: set[str],
) -> Column:
    key, alike = heading.meant.get(number, ("", 0.0))
    column = Column(
        number=number,
        header=" ".join(heading.texts.get(number, "").split()),
        sample=cells[0].text() if cells else "",
        field=None,
        state="ignored",
    )
    if key not in fields:
        return column
    label = fields[key].label
    if key not in typed:
        return replace(column, why=f"{label}自动算出，不用导入")
    if alike >= SURE:
        return replace(column, field=key, state="matched")
    return replace(column, field=key, state="look", why=f"列名和“{label}”不全一样")


def _known_by_content(
    columns: list[Column],
    field: FieldDefinition,
    samples: AnyMapping[int, Sequence[Cell]],
    heading: Heading,
    today: Callable[[], date] | None,
) -> None:
    """Give a field that no heading means to the column whose cells can be nothing else."""
    kind = type_of(field, today)
    for place, column in enumerate(columns):
        cells = samples.get(column.number, ())
        if column.field or column.why or column.number in heading.meant or len(cells) < _ENOUGH:
            continue
        fitting = sum(1 for cell in cells if isinstance(cell.value, str) and not kind.parse(cell.value).problems)
        if fitting >= _SHARE * len(cells):
            why = f"看内容像“{field.label}”"
            columns[place] = replace(column, field=field.key, state="look", why=why)
            return


def _samples(sheet: Worksheet, below: int) -> dict[int, list[Cell]]:
    """The first cells of each column below the heading."""
    found: dict[int, list[Cell]] = {}
    for line in sheet.lines:
        if line.number > below:
            for number, cell in line.cells.items():
                kept = found.setdefault(number, [])
                if len(kept) < _TRIED:
                    kept.append(cell)
    return found
