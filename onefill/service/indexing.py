"""What lists and searches know of a record: label, dates, words, private values only as keyed hashes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from onefill.definitions.expressions import Empty
from onefill.facts.differences import shown_text
from onefill.facts.sheet import ALL, Cell, Sheet
from store import Summary

#: Until submissions exist every record is being filled.
FILLING = "filling"


@dataclass(frozen=True)
class Entered:
    """What an indexed fact adds: its token, and the word that a search by substring looks through, if it may."""

    token: str
    word: str | None


class Index:
    """The summary of one sheet, always as the sheet is; facts that were not touched are not read again."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._fields = {field.name: field for field in sheet.plan.fields.values() if field.definition.index}
        self._entered: dict[Cell, Entered | None] = {}
        self._mark: int | None = None
        self._found: list[Entered] = []

    def summary(self) -> Summary:
        """The summary as it is now."""
        sheet = self._sheet
        if self._forget_touched():
            self._found = [one for cell in self._cells() if (one := self._entry(cell)) is not None]
        start, end = sheet.plan.form.period or ("", "")
        return Summary(
            state=FILLING,
            label=sheet.label(),
            start=_day(sheet, start),
            end=_day(sheet, end),
            words=tuple(dict.fromkeys(one.word for one in self._found if one.word is not None)),
            tokens=tuple(dict.fromkeys(one.token for one in self._found if one.word is not None)),
            private=tuple(dict.fromkeys(one.token for one in self._found if one.word is None)),
        )

    def _forget_touched(self) -> bool:
        """Forget what was touched since the last time; whether anything was."""
        touched = self._sheet.trail.since(self._mark)
        self._mark = self._sheet.trail.end
        if touched is None:
            self._entered.clear()
            return True
        mine = [cell for cell in touched if cell[0] in self._fields]
        for name in {name for name, row in mine if row == ALL}:
            for cell in [cell for cell in self._entered if cell[0] == name]:
                del self._entered[cell]
        for cell in mine:
            self._entered.pop(cell, None)
        rows = {f"{field.section.key}[]" for field in self._fields.values() if field.in_rows}
        return bool(mine) or any(name in rows for name, _ in touched)

    def _entry(self, cell: Cell) -> Entered | None:
        if cell not in self._entered:
            found = token_of(cell[0], self._sheet, cell)
            private = self._fields[cell[0]].definition.private
            word = None if private or found is None else shown_text(self._sheet, *cell)
            self._entered[cell] = None if found is None else Entered(found, word)
        return self._entered[cell]

    def _cells(self) -> Iterator[Cell]:
        for field in self._fields.values():
            if field.in_rows:
                yield from ((field.name, view.row) for view in self._sheet.rows(field.section.key))
            else:
                yield field.name, None


def summary_of(sheet: Sheet) -> Summary:
    """The summary of a record as it is now."""
    return Index(sheet).summary()


def token(name: str, value: object) -> str:
    """A value as it is found exactly: ``trainees.id_no=…``."""
    return f"{name.replace('[]', '')}={value}"


def token_of(name: str, sheet: Sheet, cell: Cell) -> str | None:
    """The token of an indexed fact, nothing if it is empty or could not be read."""
    plan = sheet.plan.fields[name]
    stored = sheet.stored(*cell)
    if plan.value is None and plan.default is None:
        return None if stored is None or isinstance(stored, dict | list) else token(name, stored)
    value = sheet.value(*cell)
    return None if isinstance(value, Empty) else token(name, value)


def _day(sheet: Sheet, key: str) -> date | None:
    value = sheet.value(key) if key in sheet.plan.fields else None
    return value if isinstance(value, date) else None
