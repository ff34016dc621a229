"""What lists and searches know of a record: label, dates, words, private values only as keyed hashes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from onefill.definitions.expressions import Empty
from onefill.facts.differences import shown_text
from onefill.facts.sheet import ALL, Cell, Sheet
from onefill.service.initials import initials
from store import Found, Summary

#: The state of a record that nobody has handed in, or that was withdrawn.
FILLING = "filling"
#: In what lists know of a case: what it was called when it was handed in.
CALLED = "called"


@dataclass(frozen=True, slots=True)
class Entered:
    """What a fact adds: tokens, the word that a search by substring looks through, tokens that stand nowhere in clear.

    A link adds one token more, so that whoever wants to delete a record finds all that point to it.
    """

    tokens: tuple[str, ...] = ()
    word: str = ""
    private: tuple[str, ...] = ()


class Index:
    """The summary of one sheet, always as the sheet is; facts that were not touched are not read again."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        fields = sheet.plan.fields.values()
        self._fields = {field.name: field for field in fields if field.definition.index or field.definition.form}
        self._entered: dict[Cell, Entered] = {}
        self._mark: int | None = None
        self._found: list[Entered] = []

    def summary(self) -> Summary:
        """The summary as it is now."""
        sheet = self._sheet
        if self._forget_touched():
            self._found = [self._entry(cell) for cell in self._cells()]
        start, end = sheet.plan.form.period or ("", "")
        label = sheet.label()
        words = dict.fromkeys(one.word for one in self._found if one.word)
        short = dict.fromkeys(short for text in (label, *words) for short in initials(text))
        return Summary(
            state=FILLING,
            label=label,
            start=_day(sheet, start),
            end=_day(sheet, end),
            words=(*words, *short),
            tokens=tuple(dict.fromkeys(token for one in self._found for token in one.tokens)),
            private=tuple(dict.fromkeys(token for one in self._found for token in one.private)),
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

    def _entry(self, cell: Cell) -> Entered:
        if cell not in self._entered:
            self._entered[cell] = self._enter(cell)
        return self._entered[cell]

    def _enter(self, cell: Cell) -> Entered:
        definition, links = self._fields[cell[0]].definition, tuple(self._links(cell))
        found = token_of(cell[0], self._sheet, cell) if definition.index else None
        if found is None:
            return Entered(links)
        if definition.private:
            return Entered(links, private=(found,))
        return Entered((found, *links), shown_text(self._sheet, *cell))

    def _links(self, cell: Cell) -> Iterator[str]:
        """Tokens of the records that a link points to."""
        if self._fields[cell[0]].definition.form:
            stored = self._sheet.stored(*cell)
            for record in stored if isinstance(stored, list) else [stored]:
                if isinstance(record, str):
                    yield link_token(record)

    def _cells(self) -> Iterator[Cell]:
        for field in self._fields.values():
            if field.in_rows:
                yield from ((field.name, view.row) for view in self._sheet.rows(field.section.key))
            else:
                yield field.name, None


def summary_of(sheet: Sheet) -> Summary:
    """The summary of a record as it is now."""
    return Index(sheet).summary()


def standing_as(newest: Summary, summary: Summary) -> Summary:
    """A summary of facts as they are now, of a record that stands where its newest entry says and is whose it says.

    It is found also by what it was called when it was handed in.
    """
    called = newest.about.get(CALLED, "")
    words = dict.fromkeys((*summary.words, *((called, *initials(called)) if called not in ("", summary.label) else ())))
    return replace(
        summary,
        state=newest.state,
        unit=newest.unit,
        owner=newest.owner,
        due=newest.due,
        about=newest.about,
        words=tuple(words),
    )


def called_in_office(kept: Summary | Found) -> str:
    """What an office calls a case: as when it was handed in, while an office has it and once that has ended."""
    held = kept.about.get("holder") in ("office", "done")
    return str((held and kept.about.get(CALLED)) or kept.label)


def found_also(summary: Summary, other: Summary) -> Summary:
    """A summary that is found by what another one is found by as well."""
    return replace(
        summary,
        tokens=tuple(dict.fromkeys((*summary.tokens, *other.tokens))),
        private=tuple(dict.fromkeys((*summary.private, *other.private))),
    )


def token(name: str, value: object) -> str:
    """A value as it is found exactly: ``trainees.id_no=…``."""
    return f"{name.replace('[]', '')}={value}"


def link_token(record: str) -> str:
    """What every record that points to this one is found by."""
    return f"@{record}"


def token_of(name: str, sheet: Sheet, cell: Cell) -> str | None:
    """The token of an indexed fact, nothing if it is empty or could not be read."""
    plan = sheet.plan.fields[name]
    stored = sheet.stored(*cell)
    if plan.source is None and plan.default is None:
        return None if stored is None or isinstance(stored, dict | list) else token(name, stored)
    value = sheet.value(*cell)
    return None if isinstance(value, Empty) else token(name, value)


def _day(sheet: Sheet, key: str) -> date | None:
    value = sheet.value(key) if key in sheet.plan.fields else None
    return value if isinstance(value, date) else None
