"""Rows copied in Excel or WPS: read as text, matched to columns by their heads or by their order."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from onefill.definitions.model import FieldDefinition

#: Heads of columns that only count.
COUNTING = ("序号", "编号", "行号", "No", "NO", "no")
NOISE = re.compile(r"[\s*＊:：]|[（(].*?[)）]")
LEAST_HEADS = 2

#: For a link or a row: what its labels stand for, by the key of the column.
Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Pasted:
    """What was read: typed text by column for each row, and what was left out, in words."""

    rows: tuple[dict[str, str], ...] = ()
    columns: tuple[FieldDefinition, ...] = ()
    notes: tuple[str, ...] = field(default=())


def read_pasted(text: str, columns: Sequence[FieldDefinition], names: Names, computed: Sequence[str] = ()) -> Pasted:
    """Read what was pasted.

    Args:
        text: Cells parted by tabs, rows by lines, as every spreadsheet copies them.
        columns: What is typed in a row, in order.
        names: Labels of what links and rows may point to.
        computed: Heads of columns that are computed here, so that they are left out.
    """
    table = [[cell.strip() for cell in line] for line in csv.reader(io.StringIO(text), delimiter="\t")]
    table = [line for line in table if any(line)]
    if not table:
        return Pasted()
    heads = _heads(table[0], columns, computed)
    if heads is not None:
        return _rows(table[1:], heads, names, _unknown(table[0], heads))
    if _counts(table, columns):
        table = [line[1:] for line in table]
    wide = max(len(line) for line in table)
    notes = [f"多出 {wide - len(columns)} 列，没有收"] if wide > len(columns) else []
    return _rows(table, list(columns), names, notes)


def _bare(text: str) -> str:
    return NOISE.sub("", text)


def _heads(
    line: Sequence[str], columns: Sequence[FieldDefinition], computed: Sequence[str]
) -> list[FieldDefinition | None] | None:
    """The column under each head; nothing if the line is no line of heads."""
    exact = {column.label: column for column in columns}
    bare = {_bare(name): column for column in columns for name in column.synonyms}
    bare |= {_bare(column.label): column for column in columns}
    found = [exact.get(cell) or (None if cell in computed else bare.get(_bare(cell))) for cell in line]
    matched = sum(column is not None or cell in computed for column, cell in zip(found, line, strict=True))
    filled = sum(bool(cell) for cell in line)
    return found if matched >= min(LEAST_HEADS, filled) and matched * 2 >= filled else None


def _unknown(line: Sequence[str], heads: Sequence[FieldDefinition | None]) -> list[str]:
    lost = [cell for cell, head in zip(line, heads, strict=True) if head is None and cell and cell not in COUNTING]
    return [f"这些列不用填或没有对上，没有收：{'、'.join(lost)}"] if lost else []


def _counts(table: Sequence[Sequence[str]], columns: Sequence[FieldDefinition]) -> bool:
    """Whether the first column only counts the rows, and is not asked."""
    numbers = [line[0] for line in table]
    return numbers == [str(n) for n in range(1, len(table) + 1)] and columns[0].type != "number"


def _rows(
    table: Sequence[Sequence[str]],
    heads: Sequence[FieldDefinition | None],
    names: Names,
    notes: Sequence[str],
) -> Pasted:
    rows = []
    for line in table:
        cells = zip(heads, line, strict=False)
        row = {head.key: _named(cell, names.get(head.key)) for head, cell in cells if head is not None and cell}
        if row:
            rows.append(row)
    return Pasted(tuple(rows), tuple(head for head in heads if head is not None), tuple(notes))


def _named(cell: str, names: Mapping[str, str] | None) -> str:
    """What a label stands for: the same label, or the only one that holds it; else what was typed."""
    if names is None:
        return cell
    if cell in names:
        return names[cell]
    holding = [name for label, name in names.items() if cell in label]
    return holding[0] if len(holding) == 1 else cell
