"""Which line of a workbook is which row of the record: by the fields that no two rows share."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from onefill.definitions.model import FieldDefinition, Section
from onefill.fields import Fault
from onefill.fields.normalise import fold
from onefill.service.cases import Lock
from onefill.service.import_shapes import ImportedRow
from onefill.tables import Mapping as Columns
from onefill.tables import ReadCell, ReadRow, ReadRows

#: Rows as kept: id -> field -> stored form.
Kept = Mapping[str, Mapping[str, Any]]


def as_kept(found: ReadRows, kept: Kept, columns: Columns) -> ReadRows:
    """The rows as read, where what cannot be read by itself but stands in the record just so is taken as that.

    How a number is to be read stands in another field; a table of marks brings the number and not that field.
    """
    mapped = {field.key: field for _, field in columns.fields()}
    known = {
        key: {fold(values[key]): values[key] for values in kept.values() if isinstance(values.get(key), str)}
        for key, field in mapped.items()
        if field.by is not None and field.by not in mapped
    }

    def same(key: str, cell: ReadCell) -> ReadCell:
        there = known.get(key, {}).get(fold(cell.shown)) if isinstance(cell.stored, dict) else None
        return cell if there is None else ReadCell(cell.address, there, cell.shown)

    lines = (replace(row, cells={key: same(key, cell) for key, cell in row.cells.items()}) for row in found.rows)
    return replace(found, rows=tuple(lines)) if known else found


def identify(
    rows: Sequence[ReadRow], kept: Kept, section: Section, columns: Columns, *, closed: bool = False
) -> dict[int, str]:
    """The row of the record that each line is, by its number; lines that are new are left out.

    A row is known by its key. Where one side has no key, or one that cannot be read, it is known by its first field
    if that tells it from all others: so a mended workbook mends the rows it brought before. Where rows neither come
    nor go (``closed``), another key is no other row, but wrong.
    """
    keys = _keys(section, columns)
    if not keys:
        return _alike(rows, kept, columns)
    found: dict[int, str] = {}
    taken: set[str] = set()
    for key in keys:
        open_rows = _by_value(kept, key, taken)
        for line in rows:
            there = open_rows.get(_mark(_stored(line, key)))
            if there and line.number not in found:
                found[line.number] = there.pop(0)
                taken.add(found[line.number])
    _by_first_field(found, taken, rows, kept, [] if closed else keys, columns)
    return found


def duplicates(rows: Sequence[ReadRow], section: Section, columns: Columns) -> Iterator[tuple[ReadRow, str, Fault]]:
    """Lines whose key stands in an earlier line of the same workbook already.

    Of one number under two names nobody knows whose it is: the first line is told as well, then.
    """
    labels = {field.key: field.label for field in section.fields}
    name = _first(columns)
    for key in _keys(section, columns):
        for first, *later in _sharing(rows, key):
            pairs = [(line, first) for line in later]
            if other := next((line for line in later if _named_unlike(line, first, key, name)), None):
                pairs.insert(0, (first, other))
            for line, other in pairs:
                what = f"与表里第 {other.number} 行（{other.cells[key].address}）的{labels[key]}相同"
                remedy = f"删去重复的一行，或改正{labels[key]}"
                if name and _named_unlike(line, other, key, name):
                    what += f"，{name.label}却不同"
                    remedy = f"对照原件，改正其中一行的{labels[key]}"
                yield line, key, Fault(code="DUPLICATE", what=what, remedy=remedy)


def doubled(rows: Sequence[ReadRow], section: Section, columns: Columns) -> set[tuple[int, str]]:
    """The cells that ``duplicates`` has looked at: number of the line and key of the field."""
    keys = _keys(section, columns)
    return {(line.number, key) for key in keys for lines in _sharing(rows, key) for line in lines}


def _sharing(rows: Sequence[ReadRow], key: str) -> list[list[ReadRow]]:
    """Lines that have one key in common, two or more at a time."""
    found: dict[object, list[ReadRow]] = defaultdict(list)
    for line in rows:
        value = _stored(line, key)
        if _is_value(value):
            found[_mark(value)].append(line)
    return [lines for lines in found.values() if len(lines) > 1]


def _named_unlike(line: ReadRow, other: ReadRow, key: str, name: FieldDefinition | None) -> bool:
    return name is not None and name.key != key and _stored(line, name.key) != _stored(other, name.key)


def renamed(line: ReadRow, kept: Mapping[str, Any], section: Section, columns: Columns) -> tuple[str, Fault] | None:
    """Whether a line has the key of a row whose first field says something else: one number under two names."""
    name, keys = _first(columns), _keys(section, columns)
    key = next((key for key in keys if _stored(line, key) and _stored(line, key) == kept.get(key)), None)
    if name is None or key is None or name.key in keys:
        return None
    new, old = line.cells.get(name.key), kept.get(name.key)
    if new is None or old is None or isinstance(old, dict) or isinstance(new.stored, dict) or new.stored == old:
        return None
    label = next(field.label for field in section.fields if field.key == key)
    what = f"{label}相同的一行原来是“{old}”，这里是“{new.shown}”"
    return name.key, Fault(code="KEY_RENAMED", what=what, remedy=f"对照原件，改正{label}或{name.label}，或把各行都导入")


def locked_cells(
    row: ImportedRow, section: Section, columns: Columns, lock: Lock | None
) -> Iterator[tuple[str, Fault]]:
    """Cells that say otherwise than what was handed in, each by its field; of a row that would be new its first."""
    if lock is None:
        return
    if row.kind == "added":
        key = next((key for key in (*_keys(section, columns), *row.cells) if key in row.cells), None)
        if key is not None:
            what = f"{lock.handed_in}，“{section.title}”锁住了，不能再加一行"
            yield key, Fault(code="LOCKED", what=what, remedy="，或".join(filter(None, ("删去这一行", lock.way))))
        return
    for key in row.before.keys() - row.changes.keys():
        what = f"{lock.handed_in}，这一格锁住了，和当时交的不同"
        yield key, Fault(code="LOCKED", what=what, remedy="，或".join(filter(None, ("照当时交的改回", lock.way))))


def _keys(section: Section, columns: Columns) -> list[str]:
    unique = section.repeat.unique if section.repeat else ()
    mapped = {column.field for column in columns.columns}
    return [key for key in unique if key in mapped]


def _by_first_field(
    found: dict[int, str],
    taken: set[str],
    rows: Sequence[ReadRow],
    kept: Kept,
    keys: Sequence[str],
    columns: Columns,
) -> None:
    name = _first(columns)
    if name is None or name.key in keys:
        return
    lines = [line for line in rows if line.number not in found and _mark(_stored(line, name.key))]
    open_rows = _by_value(kept, name.key, taken)
    times = Counter(_mark(_stored(line, name.key)) for line in lines)
    for line in lines:
        mark = _mark(_stored(line, name.key))
        there = open_rows.get(mark, [])
        if times[mark] == len(there) == 1 and _keyless(line.stored(), kept[there[0]], keys):
            found[line.number] = there[0]
            taken.add(there[0])


def _by_value(kept: Kept, key: str, taken: Collection[str]) -> dict[object, list[str]]:
    """Rows that are still open by what they hold in a field."""
    found: dict[object, list[str]] = defaultdict(list)
    for row, values in kept.items():
        mark = _mark(values.get(key))
        if mark is not None and row not in taken:
            found[mark].append(row)
    return dict(found)


def _keyless(line: Mapping[str, Any], row: Mapping[str, Any], keys: Sequence[str]) -> bool:
    """Whether no key says that the two are different: on one side it is missing or cannot be read."""
    return all(not _is_value(line.get(key)) or not _is_value(row.get(key)) for key in keys)


def _is_value(stored: Any) -> bool:
    return stored is not None and not isinstance(stored, dict)


def _alike(rows: Sequence[ReadRow], kept: Kept, columns: Columns) -> dict[int, str]:
    """Without a key only a row that says the very same is the same row."""
    mapped = [field.key for _, field in columns.fields()]
    same = defaultdict(list)
    for row in reversed(list(kept)):
        same[_mark([kept[row].get(key) for key in mapped])].append(row)
    found = {}
    for line in rows:
        there = same.get(_mark([_stored(line, key) for key in mapped]))
        if there:
            found[line.number] = there.pop()
    return found


def _first(columns: Columns) -> FieldDefinition | None:
    """The section's first field that is imported: what people call a row by."""
    mapped = {field.key: field for _, field in columns.fields()}
    return next((mapped[field.key] for field in columns.section.fields if field.key in mapped), None)


def _stored(line: ReadRow, key: str) -> Any:
    cell = line.cells.get(key)
    return None if cell is None else cell.stored


def _mark(stored: Any) -> object:
    """Something to compare by; ``None`` for nothing."""
    if stored is None or isinstance(stored, str):
        return stored
    return json.dumps(stored, ensure_ascii=False, sort_keys=True)
