"""Records: list, create, open, fill. What was typed is parsed here, kept at once, and never refused for being wrong."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from onefill.definitions.model import FieldDefinition
from onefill.facts.faults import cell_of
from onefill.service.book import Book
from onefill.service.copying import Copying, days_between
from onefill.service.edits import Edit, edit_rows
from onefill.service.errors import PathUnknown, RecordDeleted, TooManyRows
from onefill.service.glances import Glances
from onefill.service.guard import FILL, filled_by, require_right
from onefill.service.indexing import token
from onefill.service.kept_files import KeptFile, look_through, remember
from onefill.service.naming import file_name
from onefill.service.open_record import OpenRecord
from onefill.service.ordering import ORDER_STEP as ORDER_STEP
from onefill.service.ordering import Places
from onefill.service.portrait import called, fields_of, grid_of, portrait, row_of, rows_of, saved_at
from onefill.service.record_lists import RecordLists
from onefill.service.removal import Removal
from onefill.service.retired import FormRetired
from onefill.service.shapes import (
    Copied,
    DeletedRecord,
    FieldState,
    GridState,
    Person,
    RecordState,
    Refused,
    RowState,
)
from onefill.service.stored import present_path, stored_form
from onefill.service.tables import ColumnState, Mark, Said, TableState, columns_of, contradicted, table_of
from onefill.service.versions import Versions
from store import DELETED, EVERYTHING, Change, Damage, RecordDestroyed, refuse_destroyed


class Records(RecordLists):
    """What a person does with records."""

    def __init__(
        self, book: Book, glances: Glances, versions: Versions, new_id: Callable[[], str], now: Callable[[], datetime]
    ) -> None:
        super().__init__(book, glances, now)
        self._versions = versions
        self._removal = Removal(book, now)
        self._new_id = new_id

    def damages(self) -> tuple[Damage, ...]:
        """Files of records that cannot be trusted, for whoever sees everything; what they held is in no list."""
        return self._book.store.damages() if self.scope == EVERYTHING else ()

    def create(self, form: str, who: Person, data: Mapping[str, Any] | None = None, *, new: str | None = None) -> str:
        """A new record, empty or with data in stored form; its id, ``new`` if given: the same twice is one record."""
        record = new or self._new_id()
        if form in self._book.definitions.retired:
            raise FormRetired(form=self._book.definitions.form(form).title)
        self._book.definitions.form(form)
        require_right(who, who.unit, FILL, form)
        with self._book.lock:
            entry = self._versions.first(record, form, who, dict(data or {}))
            return entry.record

    def copy(self, record: str, who: Person, *, days: int | None = None, new: str | None = None) -> Copied:
        """A new record after an older one, as the form says: dates shifted, numbers counted up, some of it left out.

        Args:
            record: The older one.
            who: Who wants it.
            days: By how many days to shift; whole weeks until after the older one has ended, if not said.
            new: Id of the new record; the same id twice is one record.
        """
        with self._book.lock:
            opened = filled_by(self._book, record, who)
            shift = days_between(opened.sheet, self._now().date()) if days is None else days
            taken = partial(self._taken, opened.form)
            copying = Copying(opened.sheet, shift, taken, lambda other: not self._exists(other))
            data = copying.data()
            made = self.create(opened.form, who, data, new=new)
            source = called(opened)
            return Copied(
                id=made,
                form=opened.form,
                source=source,
                words=copying.words(source),
                days=shift if copying.shifted else 0,
                left=tuple(copying.left),
            )

    def delete(self, record: str, who: Person, *, seen: int | None = None) -> str:
        """Put a record into the recycle bin, from where it can be restored for 30 days; what it is called.

        Args:
            record: Which.
            who: Who wants it gone.
            seen: Number of the newest change the person knows of; if there is a newer one, it is not deleted.

        Raises:
            OneFillError: It was printed, others point to it, or it was changed meanwhile; the message says which.
        """
        self._its(record, who)
        return self._removal.delete(record, who, seen)

    def undelete(self, record: str, who: Person) -> tuple[str, tuple[str, ...]]:
        """Restore a record; what it is called, and what it points to that lies in the recycle bin itself."""
        self._its(record, who)
        return self._removal.undelete(record, who)

    def deleted(self) -> Sequence[DeletedRecord]:
        """The recycle bin, the last deleted first."""
        return self._removal.waiting(self.scope)

    def hand_over(self, record: str, to: str, who: Person) -> str:
        """Note that a record is a colleague's from now on; what it is called."""
        self._its(record, who)
        return self._removal.hand_over(record, to, who)

    def state(self, record: str, *, past: bool = False) -> RecordState:
        """The record as its pages show it.

        Args:
            record: Which.
            past: Whether one is asked for of which the past alone is left.

        Raises:
            RecordDeleted: It lies in the recycle bin.
            RecordDestroyed: It was destroyed.
        """
        with self._book.lock:
            if past and self.destroyed(record):
                return portrait(self._book, self._book.open(record))
            return portrait(self._book, self._there(record))

    def destroyed(self, record: str) -> str:
        """That a record was destroyed, when and by whom, in words; empty if it was not."""
        with self._book.lock:
            try:
                refuse_destroyed(self._book.open(record).entry)
            except RecordDestroyed as told:
                return str(told)
        return ""

    def require(self, record: str) -> None:
        """Ask that there is such a record, and for the right to it.

        Raises:
            RecordUnknown: There is none.
            RecordDeleted: It lies in the recycle bin.
        """
        with self._book.lock:
            if not self.destroyed(record):  # its past is still there
                self._there(record)

    def _there(self, record: str) -> OpenRecord:
        opened = self._book.open(record)
        refuse_destroyed(opened.entry)
        if opened.deleted:
            when = opened.entry.when.astimezone(self._now().tzinfo)
            raise RecordDeleted(label=called(opened), when=f"{when.month}月{when.day}日 {when:%H:%M}")
        return opened

    def saved_at(self, record: str) -> datetime:
        """When its newest change was kept."""
        with self._book.lock:
            return saved_at(self._book.open(record))

    def stamp(self, record: str) -> Hashable:
        """Changes whenever the record does, whoever changes it; cheap enough to be asked every few seconds."""
        return self._book.store.stamp(record)

    def fields(self, record: str, section: str) -> tuple[FieldState, ...]:
        """The fields of a plain section that are shown, with values, problems and choices."""
        with self._book.lock:
            return fields_of(self._book, self._book.open(record), section)

    def rows(
        self, record: str, section: str, *, rows: slice = slice(None), choices: bool = True
    ) -> tuple[RowState, ...]:
        """The rows of a repeating section: all or some by position, with or without what each cell may hold."""
        with self._book.lock:
            return rows_of(self._book, self._book.open(record), section, rows=rows, choices=choices)

    def row(self, record: str, section: str, row: str) -> tuple[FieldState, ...]:
        """The fields of one row that are shown."""
        with self._book.lock:
            return row_of(self._book, self._book.open(record), section, row)

    def row_ids(self, record: str, section: str) -> tuple[str, ...]:
        """The permanent ids of a section's rows, in order."""
        with self._book.lock:
            return tuple(view.row for view in self._book.open(record).sheet.rows(section))

    def columns(self, record: str, section: str) -> tuple[FieldDefinition, ...]:
        """What is typed in each row of a section, in order; computed columns are left out."""
        with self._book.lock:
            plans = self._book.open(record).sheet.plan.by_section[section]
            return tuple(plan.definition for plan in plans if plan.value is None)

    def grid(self, record: str, section: str) -> GridState:
        """A matrix with the labels of both sides."""
        with self._book.lock:
            return grid_of(self._book.open(record), section)

    def set(
        self,
        record: str,
        path: str,
        raw: object,
        who: Person,
        *,
        window: str = "",
        sequence: int = 0,
        seen: int | None = None,
    ) -> Refused | None:
        """Keep what a person typed at a path.

        Args:
            record: Whose.
            path: Field, row field or grid cell.
            raw: As typed. What cannot be read is kept as it is and reported, never refused.
            who: Who typed.
            window: Which window, and
            sequence: its count of keystrokes: an older one never wins over a newer.
            seen: What the window last saw at that path; a newer change by another window is then not overwritten.

        Returns:
            The other window's change if there was one, else nothing.
        """
        with self._book.lock:
            opened = self._its(record, who)
            path = present_path(opened.sheet.plan, path)
            _known_rows(opened, path)
            value = stored_form(opened, path, raw)
            return self._keep(opened, Change(path, value, window, sequence, seen), who)

    def attach(self, record: str, path: str, data: bytes, who: Person) -> None:
        """Keep a file and point the field at it.

        Raises:
            PathUnknown: No file is asked there.
        """
        with self._book.lock:
            plan = self._its(record, who).sheet.plan
        field = plan.fields.get(cell_of(path)[0])
        if field is None or field.type.widget != "file":
            raise PathUnknown(form=plan.form.title, path=path)
        digest = self._book.store.put_file(data)
        remember(self._book.store, record, digest)
        self.set(record, path, digest, who)

    def attached(self, record: str, path: str) -> KeptFile:
        """The file that a field points to, named after the field.

        Raises:
            PathUnknown: No file is there.
        """
        with self._book.lock:
            opened = self._book.open(record)
            name, row = cell_of(path)
            field, kept = opened.sheet.plan.fields.get(name), opened.sheet.stored(name, row)
            if field is None or field.type.widget != "file" or not isinstance(kept, str):
                raise PathUnknown(form=opened.sheet.plan.form.title, path=path)
        return look_through(self._book.store, kept, file_name(field.definition.label))

    def put(self, record: str, values: Mapping[str, Any], who: Person) -> None:
        """Keep many values already in stored form, by path, as one change."""
        with self._book.lock:
            opened = self._its(record, who)
            self._book.keep(opened, [Change(path, value) for path, value in values.items()], who.name)

    def add_row(
        self,
        record: str,
        section: str,
        who: Person,
        values: Mapping[str, object] | None = None,
        *,
        after: str | None = None,
    ) -> str:
        """A new row, at the end or after another one, with what was typed into it; its permanent id.

        Raises:
            TooManyRows: The section is full.
        """
        with self._book.lock:
            opened = self._its(record, who)
            repeat = _repeating(opened, section)
            rows = opened.sheet.rows(section)
            if len(rows) >= repeat:
                raise TooManyRows(section=opened.sheet.plan.sections[section].title, most=repeat)
            row = self._new_id()[:12]
            places = _places(opened, section)
            orders, moved = places.insert([row], after or places.last)
            fresh: dict[str, Any] = {"@order": orders[row]}
            for key, raw in (values or {}).items():
                fresh[key] = stored_form(opened, f"{section}/{row}/{key}", raw)
            filled = {key: value for key, value in fresh.items() if value is not None}
            self._book.keep(opened, [*_moves(section, moved), Change(f"{section}/{row}", filled)], who.name)
            return row

    def add_rows(self, record: str, section: str, who: Person, values: Sequence[Mapping[str, object]]) -> int:
        """Many new rows at the end as one change, each with what was typed into it; how many.

        Raises:
            TooManyRows: The section has no room for all; none is added.
        """
        with self._book.lock:
            opened = self._its(record, who)
            most, there = _repeating(opened, section), len(opened.sheet.rows(section))
            if there + len(values) > most:
                raise TooManyRows(section=opened.sheet.plan.sections[section].title, most=most)
            rows, places = [self._new_id()[:12] for _ in values], _places(opened, section)
            orders, _ = places.insert(rows, places.last)
            changes = []
            for row, typed in zip(rows, values, strict=True):
                kept = {key: stored_form(opened, f"{section}/{row}/{key}", raw) for key, raw in typed.items()}
                filled = {key: value for key, value in kept.items() if value is not None}
                changes.append(Change(f"{section}/{row}", {"@order": orders[row], **filled}))
            self._book.keep(opened, changes, who.name)
            return len(changes)

    def remove_row(self, record: str, section: str, row: str, who: Person) -> None:
        """Take a row out; other sections that point to it will say so."""
        with self._book.lock:
            self._keep(self._its(record, who), Change(f"{section}/{row}", None), who)

    def move_row(self, record: str, section: str, row: str, after: str | None, who: Person) -> None:
        """Put a row behind another one, or first."""
        with self._book.lock:
            opened = self._its(record, who)
            _known_rows(opened, f"{section}/{row}")
            self._book.keep(opened, _moves(section, _places(opened, section).move([row], after)), who.name)

    def table(self, record: str, section: str, since: Mark | None = None) -> TableState:
        """A repeating section as texts and problems: all of it, or what has changed since a mark."""
        with self._book.lock:
            opened = self._book.open(record)
            _repeating(opened, section)
            return table_of(opened, section, since)

    def contradicted(self, record: str, section: str, said: Said) -> str:
        """What somebody's table says otherwise than is worked out here, in one sentence; nothing where all agrees."""
        with self._book.lock:
            opened = self._book.open(record)
            _repeating(opened, section)
            return contradicted(opened, section, said)

    def table_columns(self, record: str, section: str) -> tuple[ColumnState, ...]:
        """The columns of such a table, in order."""
        with self._book.lock:
            opened = self._book.open(record)
            _repeating(opened, section)
            return columns_of(self._book, opened, section)

    def edit(
        self, record: str, section: str, edits: Iterable[Edit], who: Person, *, window: str = ""
    ) -> tuple[Refused, ...]:
        """Keep what a person did in a table as one change. Done again it changes nothing.

        Returns:
            What another window was faster with: the path of a cell, or of a row.

        Raises:
            TooManyRows: The section has no room for all rows; nothing is kept.
        """
        with self._book.lock:
            opened = self._its(record, who)
            _repeating(opened, section)
            found = opened.sheet.plan.sections[section]
            return edit_rows(self._book, opened, found, edits, who.name, window)

    def keep_version(self, record: str, who: Person, note: str = "") -> int:
        """Keep the record as it is now as a version; its number.

        Nothing new is made if nothing has changed and there is no note.
        """
        self._its(record, who)
        return self._versions.keep(record, who, note=" ".join(note.split())).n

    # -- inside ----------------------------------------------------------------------------------------------------

    def _its(self, record: str, who: Person) -> OpenRecord:
        """A record that is about to be changed by somebody; refused to whoever may not."""
        with self._book.lock:
            return self._book.settled(filled_by(self._book, record, who), who.name)

    def _exists(self, record: str) -> bool:
        """Whether there is such a record and it does not lie in the recycle bin."""
        with self._book.lock:
            return self._book.exists(record) and not self._book.open(record).deleted

    def _taken(self, form: str, name: str, value: str) -> bool:
        """Whether a record has this number, also one that may yet come back from the recycle bin."""
        count, asked = self._book.store.count, [token(name, value)]
        return any(count(form=form, state=state, tokens=asked, scope=self._book.scope) for state in (None, DELETED))

    def _keep(self, opened: OpenRecord, change: Change, who: Person) -> Refused | None:
        refused = self._book.keep(opened, [change], who.name)
        if not refused:
            return None
        mine, theirs = refused[0]
        return Refused(path=mine.path, theirs=theirs.value, shown=_text(theirs.value), at=theirs.at)


def _text(value: Any) -> str:
    return "" if value is None else str(value.get("raw", "")) if isinstance(value, dict) else str(value)


def _repeating(opened: OpenRecord, section: str) -> int:
    found = opened.sheet.plan.repeats.get(section)
    if found is None or found.repeat is None:
        raise PathUnknown(form=opened.sheet.plan.form.title, path=section)
    return found.repeat.max


def _known_rows(opened: OpenRecord, path: str) -> None:
    """Refuse a path into a row that is not there (any more): a change to it would make half a row."""
    head, *rows = path.split("/")
    plan, data = opened.sheet.plan, opened.sheet.data
    sections = plan.grids[head].grid or () if head in plan.grids else (head,) if head in plan.repeats else ()
    if any(row not in (data.get(section) or {}) for section, row in zip(sections, rows, strict=False)):
        raise PathUnknown(form=plan.form.title, path=path)


def _places(opened: OpenRecord, section: str) -> Places:
    kept = opened.sheet.data.get(section) or {}
    return Places({view.row: int(kept[view.row].get("@order", 0)) for view in opened.sheet.rows(section)})


def _moves(section: str, orders: Mapping[str, int]) -> Sequence[Change]:
    return [Change(f"{section}/{row}/@order", order) for row, order in orders.items()]
