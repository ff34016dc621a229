"""Facts as expressions see them: records, rows and grids that answer to field keys, computed only when asked."""

from collections import ChainMap
from collections.abc import Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from onefill.facts.sheet import Sheet


class View(Mapping[str, object]):
    """What is shared by the views: equal when they are the same thing, never by comparing every fact."""

    identity: tuple[object, ...]

    def keys_known(self) -> Iterator[str]:
        """Every name it answers to."""
        raise KeyError

    def __iter__(self) -> Iterator[str]:
        return self.keys_known()

    def __len__(self) -> int:
        return sum(1 for _ in self.keys_known())

    def __bool__(self) -> bool:
        return True  # there is something; asking for the length would go through every name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, View) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)


class RecordView(View):
    """A record's facts by name. A linked record is seen without the pack's lists and questions."""

    def __init__(self, sheet: "Sheet", *, tables: bool = False) -> None:
        self.sheet = sheet
        self.identity = (sheet.record,)
        self._tables = sheet.plan.tables if tables else {}
        self._questions = sheet.plan.questions if tables else {}

    def keys_known(self) -> Iterator[str]:
        """Fields, lists, grids, answers, and the pack's lists and questions if this is the record itself."""
        plan = self.sheet.plan
        yield from (name for name in plan.fields if "[]" not in name)
        yield from (
            *plan.repeats,
            *plan.grids,
            "id",
            *(n for n in plan.lookups if "[]" not in n),
            *self._tables,
            *self._questions,
        )

    def __getitem__(self, key: str) -> object:
        sheet = self.sheet
        if key in sheet.plan.fields:
            return sheet.value(key)
        if key in sheet.plan.repeats:
            return sheet.rows(key)
        if key in sheet.plan.grids:
            return GridView(sheet, key)
        if key in sheet.plan.lookups:
            return sheet.answer(key)
        if key == "id":
            return sheet.record
        if key in self._questions:
            return sheet.registers.view(key)
        return self._tables[key]

    def __str__(self) -> str:
        return self.sheet.label()


class RowView(View):
    """One row of a repeating section, by field key; ``id`` is permanent, ``no`` counts from 1."""

    def __init__(self, sheet: "Sheet", section: str, row: str, number: int) -> None:
        self.sheet, self.section, self.row, self.number = sheet, section, row, number
        self.identity = (sheet.record, section, row)

    def keys_known(self) -> Iterator[str]:
        """The row's fields, ``id`` and ``no``."""
        yield from (plan.definition.key for plan in self.sheet.plan.by_section[self.section])
        yield from ("id", "no")

    def __getitem__(self, key: str) -> object:
        plan = self.sheet.plan
        name = plan.names.get((self.section, key), "")
        if name in plan.fields:
            return self.sheet.value(name, self.row)
        if name in plan.lookups:
            return self.sheet.answer(name, self.row)
        if key == "id":
            return self.row
        if key == "no":
            return self.number
        raise KeyError(key)

    def __str__(self) -> str:
        return self.sheet.row_label(self.section, self.row)


class RowScope(Mapping[str, object]):
    """Names inside a row: its own fields first, then ``row``, then the record's."""

    def __init__(self, row: RowView, record: Mapping[str, object]) -> None:
        self.row, self.record = row, record

    def __getitem__(self, key: str) -> object:
        row = self.row
        if key == "row":
            return row
        sheet = row.sheet
        name = sheet.plan.names.get((row.section, key), "")
        if name in sheet.plan.fields:
            return sheet.value(name, row.row)
        if name in sheet.plan.lookups:
            return sheet.answer(name, row.row)
        return self.record[key]

    def __iter__(self) -> Iterator[str]:
        yield from (*self.row, "row", *self.record)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class GridView:
    """A matrix: one value per pair of rows."""

    def __init__(self, sheet: "Sheet", key: str) -> None:
        self.sheet, self.key = sheet, key

    def cell(self, first: RowView, second: RowView) -> object:
        """The value where two rows cross, empty if nothing was entered."""
        return self.sheet.grid_value(self.key, first.row, second.row)

    def along(self, row: RowView) -> list[object]:
        """All entered values of one row of either section."""
        return self.sheet.grid_along(self.key, row.section, row.row)


def names_over(names: Mapping[str, object], more: Mapping[str, object]) -> Mapping[str, object]:
    """Names with some more in front of them, e.g. a link's candidate as ``it``; nothing is computed unasked."""
    return ChainMap(cast("MutableMapping[str, object]", more), cast("MutableMapping[str, object]", names))
