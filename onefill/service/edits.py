"""What a person does in a table, as one change: cells, rows that come, go and move. Done twice it is done once.

Rows carry ids given by whoever adds them, so that a window may go on working before we have answered, and may send
again what was perhaps lost on the way.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onefill.definitions.model import Section
from onefill.facts.differences import shown_text
from onefill.facts.faults import cell_of, parse_raw
from onefill.facts.plan import FieldPlan
from onefill.service.book import Book
from onefill.service.errors import TooManyRows
from onefill.service.open_record import OpenRecord
from onefill.service.ordering import Places
from onefill.service.shapes import Refused
from onefill.service.stored import stored_form
from onefill.service.tables import options
from store import Change, Kept


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Something done; ``sequence`` counts a window's doings, ``seen`` is the newest change it knew of."""

    sequence: int = 0
    seen: int | None = None


@dataclass(frozen=True, kw_only=True)
class Put(Edit):
    """Typed into cells of a row, by column."""

    row: str
    values: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Add(Edit):
    """New rows behind another one (first if none is named), by their ids, with what is typed into them."""

    rows: Sequence[tuple[str, Mapping[str, str]]]
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class Drop(Edit):
    """Rows taken out."""

    rows: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Move(Edit):
    """Rows put behind another one (first if none is named), in this order."""

    rows: Sequence[str]
    after: str | None = None


class Editing:
    """One batch of edits of one section, turned into changes of the record.

    Args:
        book: All open records.
        opened: The record.
        section: A repeating section of it.
        window: Which window speaks.
    """

    def __init__(self, book: Book, opened: OpenRecord, section: Section, window: str) -> None:
        assert section.repeat is not None
        self._book, self._opened, self._window = book, opened, window
        self._section, self._most = section, section.repeat.max
        kept = opened.sheet.data.get(section.key) or {}
        rows = [view.row for view in opened.sheet.rows(section.key)]
        self._places = Places({row: int(kept[row].get("@order", 0)) for row in rows})
        self._names: dict[str, dict[str, str]] = {}
        self.changes: list[Change] = []
        self.gone: list[str] = []

    def take(self, edit: Edit) -> None:
        """Note the changes of one edit.

        Raises:
            TooManyRows: The section has no room for the rows it adds.
        """
        match edit:
            case Put():
                self._put(edit)
            case Add():
                self._add(edit)
            case Drop():
                for row in edit.rows:
                    if row in self._places:
                        self._places.remove(row)
                        self._change(f"{self._section.key}/{row}", None, edit)
            case Move():
                rows = [row for row in edit.rows if row in self._places]
                self._moved(self._places.move(rows, edit.after), edit)

    def _put(self, edit: Put) -> None:
        if edit.row not in self._places:
            self.gone.append(edit.row)
            return
        for key, value in self._stored(edit.row, edit.values).items():
            self._change(f"{self._section.key}/{edit.row}/{key}", value, edit)

    def _add(self, edit: Add) -> None:
        fresh = [(row, values) for row, values in edit.rows if row not in self._places]
        if len(self._places) + len(fresh) > self._most:
            raise TooManyRows(section=self._section.title, most=self._most)
        orders, moved = self._places.insert([row for row, _ in fresh], edit.after)
        self._moved(moved, edit)
        for row, values in fresh:
            kept = self._opened.dropped.get(f"{self._section.key}/{row}", {})
            typed = {key: value for key, value in self._stored(row, values).items() if value is not None}
            self._change(f"{self._section.key}/{row}", {**kept, **typed, "@order": orders[row]}, edit)

    def _moved(self, orders: Mapping[str, int], edit: Edit) -> None:
        for row, order in orders.items():
            self._change(f"{self._section.key}/{row}/@order", order, edit)

    def _change(self, path: str, value: Any, edit: Edit) -> None:
        self.changes.append(Change(path, value, self._window, edit.sequence, edit.seen))

    def _stored(self, row: str, values: Mapping[str, str]) -> dict[str, Any]:
        kept = {}
        for key, raw in values.items():
            path = f"{self._section.key}/{row}/{key}"
            plan = self._opened.sheet.plan.fields.get(cell_of(path)[0])
            kept[key] = stored_form(self._opened, path, self._chosen(plan, raw) if plan else raw)
        return kept

    def _chosen(self, plan: FieldPlan, raw: str) -> object:
        """The value behind a label, for columns where one chooses; what is no label stays as typed."""
        if not plan.definition.form and not plan.definition.of:
            return raw
        if plan.name not in self._names:
            known = options(self._book, self._opened, plan)
            self._names[plan.name] = {label: value for value, label in known}
        labels = self._names[plan.name]
        if plan.definition.many:
            return [_named(one, labels) for one in raw.split("、") if one]
        return _named(raw, labels)


def _named(raw: str, labels: Mapping[str, str]) -> str:
    if raw in labels:
        return labels[raw]
    holding = [value for label, value in labels.items() if raw and raw in label]
    return holding[0] if len(holding) == 1 else raw


def edit_rows(
    book: Book, opened: OpenRecord, section: Section, edits: Iterable[Edit], who: str, window: str
) -> tuple[Refused, ...]:
    """Keep edits as one change.

    Returns:
        What another window was faster with: the path of a cell, or of a row that is gone or was not taken out.
    """
    editing = Editing(book, opened, section, window)
    for edit in edits:
        editing.take(edit)
    remember = {change.path for change in editing.changes if change.value is None and change.path.count("/") == 1}
    for path in remember:
        key, row = path.split("/")
        opened.dropped[path] = dict(opened.sheet.data.get(key, {}).get(row, {}))
    refused = book.keep(opened, editing.changes, who)
    book.keep(opened, list(_read_again(opened, section.key, editing.changes)), who)
    gone = dict.fromkeys(editing.gone)
    return (*_told(opened, refused), *(_gone(opened, f"{section.key}/{row}") for row in gone))


def _read_again(opened: OpenRecord, section: str, changes: Sequence[Change]) -> Iterator[Change]:
    """What could not be read when it came, but can be now that the rest of its row is there."""
    sheet = opened.sheet
    for path, change in {"/".join(change.path.split("/")[:2]): change for change in changes}.items():
        row = path.split("/")[1]
        for plan in sheet.plan.by_section[section]:
            stored = sheet.stored(plan.name, row)
            if isinstance(stored, dict) and plan.definition.by:
                value = parse_raw(sheet, plan, (plan.name, row), stored.get("raw", "")).value
                if value is not None:
                    kept = plan.type.dump(value)
                    yield Change(f"{path}/{plan.definition.key}", kept, change.window, change.sequence, change.seen)


def _told(opened: OpenRecord, refused: Iterable[tuple[Change, Kept]]) -> Iterator[Refused]:
    for change, kept in refused:
        shown = ""
        if change.path.count("/") == 2:
            cell = cell_of(change.path)
            shown = shown_text(opened.sheet, *cell) if cell[0] in opened.sheet.plan.fields else ""
        yield Refused(path=change.path, theirs=kept.value, shown=shown, at=kept.at)


def _gone(opened: OpenRecord, path: str) -> Refused:
    kept = opened.draft.changes.get(path)
    return Refused(path=path, theirs=None, shown="", at=kept.at if kept else opened.entry.when)
