"""What lists and searches know of a record: label, dates, words, private values only as keyed hashes."""

from collections.abc import Iterator
from datetime import date

from onefill.definitions.expressions import Empty
from onefill.facts.differences import shown_text
from onefill.facts.plan import FieldPlan
from onefill.facts.sheet import Cell, Sheet
from store import Summary

#: Until submissions exist every record is being filled.
FILLING = "filling"


def summary_of(sheet: Sheet) -> Summary:
    """The summary of a record as it is now."""
    words: list[str] = []
    tokens: list[str] = []
    private: list[str] = []
    for field, cell in _indexed(sheet):
        token = token_of(field.name, sheet, cell)
        if token is None:
            continue
        if field.definition.private:
            private.append(token)
        else:
            tokens.append(token)
            words.append(shown_text(sheet, *cell))
    start, end = sheet.plan.form.period or ("", "")
    return Summary(
        state=FILLING,
        label=sheet.label(),
        start=_day(sheet, start),
        end=_day(sheet, end),
        words=tuple(dict.fromkeys(words)),
        tokens=tuple(dict.fromkeys(tokens)),
        private=tuple(dict.fromkeys(private)),
    )


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


def _indexed(sheet: Sheet) -> Iterator[tuple[FieldPlan, Cell]]:
    for field in sheet.plan.fields.values():
        if not field.definition.index:
            continue
        if field.in_rows:
            yield from ((field, (field.name, view.row)) for view in sheet.rows(field.section.key))
        else:
            yield field, (field.name, None)


def _day(sheet: Sheet, key: str) -> date | None:
    value = sheet.value(key) if key in sheet.plan.fields else None
    return value if isinstance(value, date) else None
