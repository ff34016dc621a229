"""Imports: a workbook read, matched, previewed against the record, and taken over in one change."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from onefill.definitions.model import Section
from onefill.definitions.types import type_of
from onefill.facts.faults import options_of
from onefill.fields.choices import Choice
from onefill.fields.normalise import fold
from onefill.problems import CellPlace, FieldPlace, Problem
from onefill.service.book import Book
from onefill.service.cases import Lock, case_of, locks
from onefill.service.collecting import collector_at_rest
from onefill.service.errors import OptionUnknown, PreviewStale, TableUnknown, TooManyRows
from onefill.service.guard import filled_by
from onefill.service.import_rows import as_kept, doubled, duplicates, identify, locked_cells, renamed
from onefill.service.import_shapes import ImportedRow, Preview, Taken, Word
from onefill.service.inbox_shapes import Outcome, Row
from onefill.service.open_record import OpenRecord
from onefill.service.portrait import candidates
from onefill.service.records import ORDER_STEP
from onefill.service.rehearsal import rehearse
from onefill.service.room import Room
from onefill.service.shapes import Person, Produced
from onefill.tables import Mapping as Columns
from onefill.tables import ReadRow, ReadRows, Workbook, blank, mark, match, read, rows
from store import Change

Problems = dict[int, dict[str, list[Problem]]]


class Imports(Room):
    """What a person does with somebody's workbook."""

    def __init__(self, book: Book, new_id: Callable[[], str], today: Callable[[], date]) -> None:
        self._book = book
        self._new_id = new_id
        self._today = today

    def read(self, data: bytes, filename: str) -> Workbook:
        """The workbook's filled cells.

        Raises:
            TableRefused: No rows can be had from it; says why and what to do.
        """
        return read(data, filename)

    def match(
        self, record: str, section: str, workbook: Workbook, *, sheet: str | None = None, header: int | None = None
    ) -> Columns:
        """Which column fills which field and which word means which option, as found and as remembered.

        Args:
            record: Into which record.
            section: Into which section of it.
            workbook: As read.
            sheet: The sheet, if a person chose one.
            header: The line of its heading, if a person chose it; 0 for a table without one.
        """
        with self._book.lock:
            opened = self._book.open(record)
            definition = _repeating(opened, section)
        known = self._book.store.preferences(_owner(opened.form, section))
        found = match(workbook, definition, known.get("columns", {}), sheet=sheet, header=header, today=self._today)
        return replace(found, words=known.get("words", {}))

    def with_word(self, columns: Columns, field: str, word: str, option: str) -> Columns:
        """The mapping with the option that a word of the table means.

        Args:
            columns: As matched.
            field: Label or key of the field.
            word: As it stands in the table.
            option: One of the field's.

        Raises:
            OptionUnknown: The table fills no such field, or the field has no such option.
        """
        chosen = {one.key: type_of(one) for _, one in columns.fields() if field in (one.label, one.key)}
        key, kind = next(iter(chosen.items()), ("", None))
        known = kind.options or () if isinstance(kind, Choice) else ()
        if option not in known:
            raise OptionUnknown(field=field, option=option, known="、".join(known) or "没有")
        return columns.with_word(key, word, option)

    def preview(self, record: str, section: str, workbook: Workbook, columns: Columns | None = None) -> Preview:
        """What an import would do: added, updated by key, unchanged, missing, wrong, cell by cell.

        Args:
            record: Into which record.
            section: Into which section of it.
            workbook: As read.
            columns: As matched, or as a person corrected it; found anew if not given.
        """
        with self._book.lock, collector_at_rest():
            columns = columns or self.match(record, section, workbook)
            opened = self._book.open(record)
            definition = _repeating(opened, section)
            found = rows(workbook, columns, today=self._today, choices=self._choices(opened, section))
            return self._preview(opened, definition, columns, found)

    def take(
        self,
        record: str,
        section: str,
        workbook: Workbook,
        columns: Columns | None = None,
        *,
        who: Person,
        wrong: bool = False,
        drop: bool = False,
        seen: str = "",
        row_id: Callable[[int], str] | None = None,
        about_to: Callable[[Outcome], None] = lambda _: None,
    ) -> Outcome:
        """Take rows over as one change; an empty cell leaves what is there. What the columns meant is remembered.

        Args:
            record: Into which record.
            section: Into which section of it.
            workbook: As read.
            columns: As matched, or as a person corrected it; found anew if not given.
            who: Who does it.
            wrong: Rows with errors too; what cannot be read stays as it was written, to be put right later, and what
                is locked stays as it was handed in.
            drop: Take rows out that the workbook has not.
            seen: ``Preview.digest`` of what the person saw, if it must not have changed since.
            row_id: Gives the row of a line that is new its id, of which 12 characters count; chance if not given.
            about_to: Told what is going to be done; it may still stop it.

        Raises:
            TooManyRows: The section has no room for all; nothing is taken.
            PreviewStale: The import would do something else by now; nothing is taken.
            SectionLocked: Rows that were handed in were to be taken out; nothing is taken.
        """
        with self._book.lock, collector_at_rest():
            columns = columns or self.match(record, section, workbook)
            found = self.preview(record, section, workbook, columns)
            if seen and found.digest != seen:
                raise PreviewStale(section=columns.section.title)
            opened = filled_by(self._book, record, who)
            taken = found.takes(wrong=wrong)
            gone = [row for row, _ in found.missing] if drop else []
            changes = self._changes(opened, section, taken, gone, row_id or (lambda _: self._new_id()))
            kinds, numbers = [row.kind for row in taken], {row.number for row in taken}
            outcome = Outcome(
                taken=Taken(
                    added=kinds.count("added"),
                    updated=kinds.count("updated"),
                    unchanged=kinds.count("unchanged"),
                    dropped=len(gone),
                    left=tuple(row.number for row in found.rows if row.number not in numbers),
                ),
                rows=_changed(opened.sheet.data.get(section) or {}, changes),
            )
            about_to(outcome)
            self._book.keep(opened, changes, who.name)
            self._remember(opened.form, section, columns)
        return outcome

    def kept(self, record: str, section: str) -> Mapping[str, Mapping[str, Any]]:
        """The rows of a section as they are, by their ids; not to be altered."""
        rows: Mapping[str, Mapping[str, Any]] = self._book.open(record).sheet.data.get(section) or {}
        return rows

    def marked(self, data: bytes, filename: str, problems: Iterable[Problem]) -> Produced:
        """The same workbook with its wrong cells marked and a comment on each; always an .xlsx."""
        stem = PurePosixPath(filename.replace("\\", "/")).stem.removesuffix("（标好错）")
        return Produced(name=f"{stem}（标好错）.xlsx", data=mark(data, problems, filename))

    def blank(self, record: str, section: str) -> Produced:
        """A workbook for the section, to be filled in and imported."""
        with self._book.lock:
            opened = self._book.open(record)
            definition = _repeating(opened, section)
            plan = opened.sheet.plan
            options = {
                one.definition.key: options_of(opened.sheet, one, (one.name, ""))
                for one in plan.by_section[section]
                if one.options is not None
            }
            options |= {key: sorted(labels) for key, labels in self._labels(opened, section).items()}
        return Produced(name=f"{definition.title}（导入用）.xlsx", data=blank(definition, options=options))

    # -- inside ----------------------------------------------------------------------------------------------------

    def _preview(self, opened: OpenRecord, section: Section, columns: Columns, found: ReadRows) -> Preview:
        kept: dict[str, dict[str, Any]] = opened.sheet.data.get(section.key) or {}
        ordered = {row: kept[row] for row in sorted(kept, key=lambda row: (kept[row].get("@order", 0), row))}
        found = as_kept(found, ordered, columns)
        lock = locks(opened.sheet.plan.form, case_of(opened.sheet.data)).get(section.key)
        same = identify(found.rows, ordered, section, columns, closed=lock is not None)
        lines = [_compared(line, same.get(line.number), ordered, lock) for line in found.rows]
        problems = self._problems(opened, section, columns, found, lines, ordered, lock)
        remarks = problems.pop(0, {}).get("", [])
        matched = set(same.values())
        return Preview(
            record=opened.id,
            section=section.key,
            columns=columns,
            rows=tuple(_with_problems(line, problems.get(line.number, {})) for line in lines),
            missing=tuple((row, _label(opened, section.key, row)) for row in ordered if row not in matched),
            skipped=found.skipped,
            notes=(*columns.notes, *found.notes, *(() if lock else _unasked(columns, opened, lines))),
            locked=lock.why if lock else "",
            remarks=tuple(remarks),
            words=tuple(_words(columns, found)),
        )

    def _problems(
        self,
        opened: OpenRecord,
        section: Section,
        columns: Columns,
        found: ReadRows,
        lines: Sequence[ImportedRow],
        kept: Mapping[str, Mapping[str, Any]],
        lock: Lock | None,
    ) -> Problems:
        """What is wrong, by line and field; under line 0 what is wrong with the record as a whole."""
        problems: Problems = defaultdict(lambda: defaultdict(list))
        for line in found.rows:
            for key, cell in line.cells.items():
                if cell.faults:
                    place = CellPlace(found.sheet, cell.address)
                    problems[line.number][key] += [fault.at(place) for fault in cell.faults]
        for line, key, fault in duplicates(found.rows, section, columns):
            problems[line.number][key].append(fault.at(CellPlace(found.sheet, line.cells[key].address)))
        for imported, line in zip(lines, found.rows, strict=True):
            for key, fault in locked_cells(imported, section, columns, lock):
                problems[line.number][key].append(fault.at(CellPlace(found.sheet, line.cells[key].address)))
            if imported.kind == "updated" and (other := renamed(line, kept[imported.row], section, columns)):
                key, fault = other
                if key not in imported.changes:
                    continue  # it is locked, and told so
                problems[line.number][key].append(fault.at(CellPlace(found.sheet, line.cells[key].address)))
        coming = [line for line in lines if not (lock and line.kind == "added")]
        self._rehearsed(opened, section, columns, coming, kept, problems, doubled(found.rows, section, columns))
        return problems

    def _rehearsed(
        self,
        opened: OpenRecord,
        section: Section,
        columns: Columns,
        lines: Sequence[ImportedRow],
        kept: Mapping[str, Mapping[str, Any]],
        problems: Problems,
        looked_at: Set[tuple[int, str]],
    ) -> None:
        """Add what the form's own checks say of the record as it would be, but of cells that were compared already."""
        future = {row: dict(values) for row, values in kept.items()}
        last = _last_order(kept)
        for line in lines:
            order = {} if line.row in future else {"@order": last + line.number * ORDER_STEP}
            future[line.row] = {**future.get(line.row, {}), **line.changes, **order}
        touched = {line.row: line.number for line in lines}
        fields = [field.key for _, field in columns.fields()]
        for finding in rehearse(opened, section.key, future, touched, fields):
            problem, place = finding.problem, finding.problem.place
            parts = place.path.split("/") if isinstance(place, FieldPlace) else []
            number = touched.get(parts[1]) if len(parts) > 1 else None
            if number is None:
                if len(parts) < 2:
                    problems[0][""].append(problem)
                continue
            key = parts[2] if len(parts) > 2 else ""
            column = columns.column_of(key) or _anchor(section, columns)
            where = CellPlace(columns.sheet, f"{column.letter}{number}" if column else "")
            told = problems[number][column.field or "" if column else ""]
            if problem.code == "DUPLICATE" and (number, key) in looked_at:
                continue
            if not any(earlier.code == problem.code for earlier in told):
                told.append(_at(problem, where))

    def _changes(
        self,
        opened: OpenRecord,
        section: str,
        taken: Sequence[ImportedRow],
        gone: Sequence[str],
        row_id: Callable[[int], str],
    ) -> list[Change]:
        kept = opened.sheet.data.get(section) or {}
        definition = _repeating(opened, section)
        added = [row for row in taken if row.kind == "added"]
        most = definition.repeat.max if definition.repeat else 0
        if len(kept) - len(gone) + len(added) > most:
            raise TooManyRows(section=definition.title, most=most)
        order = _last_order(kept)
        changes = [Change(f"{section}/{row}", None) for row in gone]
        for row in taken:
            if row.kind == "updated":
                changes += [Change(f"{section}/{row.row}/{key}", value) for key, value in row.changes.items()]
        for place, row in enumerate(added, 1):
            filled = {key: value for key, value in row.changes.items() if value is not None}
            fresh = {"@order": order + place * ORDER_STEP, **filled}
            changes.append(Change(f"{section}/{row_id(row.number)[:12]}", fresh))
        return changes

    def _choices(self, opened: OpenRecord, section: str) -> dict[str, dict[str, str | None]]:
        """For fields that point to records or rows: what a label stands for; nothing where several have it."""
        found: dict[str, dict[str, str | None]] = {}
        for key, labels in self._labels(opened, section).items():
            found[key] = {}
            for label, targets in labels.items():
                ids = set(targets)
                found[key][fold(label)] = ids.pop() if len(ids) == 1 else None
        return found

    def _labels(self, opened: OpenRecord, section: str) -> dict[str, dict[str, list[str]]]:
        """Field -> label -> what has that label."""
        found: dict[str, dict[str, list[str]]] = {}
        for plan in opened.sheet.plan.by_section[section]:
            definition = plan.definition
            if plan.value is not None or not (definition.form or definition.of):
                continue
            labels = found.setdefault(definition.key, {})
            if definition.form:
                for record, label in candidates(self._book, opened, plan, (plan.name, "")):
                    labels.setdefault(label, []).append(record)
            else:
                for view in opened.sheet.rows(definition.of or ""):
                    labels.setdefault(opened.sheet.row_label(definition.of or "", view.row), []).append(view.row)
        return found

    def _remember(self, form: str, section: str, columns: Columns) -> None:
        owner = _owner(form, section)
        known = self._book.store.preferences(owner).get("columns", {})
        words = {key: dict(meant) for key, meant in columns.words.items() if meant}
        self._book.store.set_preferences(owner, {"columns": {**known, **columns.remembered()}, "words": words})


def _repeating(opened: OpenRecord, section: str) -> Section:
    form, tables = opened.sheet.plan.form, opened.sheet.plan.repeats
    if section not in tables:
        known = "、".join(f"{key}（{one.title}）" for key, one in tables.items())
        raise TableUnknown(form=form.title, path=section, known=known or "没有")
    return tables[section]


def _owner(form: str, section: str) -> str:
    return f"import/{form}/{section}"


def _changed(rows: Mapping[str, Row], changes: Sequence[Change]) -> dict[str, tuple[Row | None, Row | None]]:
    """Rows of a section that changes alter: as they are, and as they will be."""
    after: dict[str, dict[str, Any] | None] = {}
    for change in changes:
        _, row, *key = change.path.split("/")
        if key:
            after[row] = {**(after.get(row) or rows[row]), key[0]: change.value}
        else:
            after[row] = None if change.value is None else dict(change.value)
    return {row: (dict(rows[row]) if row in rows else None, now) for row, now in after.items()}


def _compared(line: ReadRow, row: str | None, kept: Mapping[str, Mapping[str, Any]], lock: Lock | None) -> ImportedRow:
    now = kept.get(row, {}) if row else {}
    other = {key: cell.stored for key, cell in line.cells.items() if row is None or now.get(key) != cell.stored}
    changes = {key: value for key, value in other.items() if row is None or not lock or key in lock.still}
    return ImportedRow(
        number=line.number,
        kind="added" if row is None else "updated" if changes else "unchanged",
        row=row or f"new{line.number}",
        cells=line.cells,
        changes=changes,
        before={key: now.get(key) for key in other} if row else {},
        problems={},
    )


def _with_problems(line: ImportedRow, problems: Mapping[str, list[Problem]]) -> ImportedRow:
    told = {key: tuple(found) for key, found in problems.items() if found}
    return ImportedRow(**{**line.__dict__, "problems": told}) if told else line


def _words(columns: Columns, found: ReadRows) -> Iterator[Word]:
    kinds = {field.key: type_of(field) for _, field in columns.fields()}
    for said in found.words:
        kind = kinds[said.field]
        assert isinstance(kind, Choice)
        yield Word(
            field=said.field,
            word=said.word,
            cells=said.cells,
            option=said.option or "",
            nearest=kind.nearest(said.word) or "",
            options=kind.options or (),
        )


def _label(opened: OpenRecord, section: str, row: str) -> str:
    return opened.sheet.row_label(section, row) or row


def _anchor(section: Section, columns: Columns) -> Any:
    """Where to tell what is wrong with a row as a whole: at its key, else in its first column."""
    unique = section.repeat.unique if section.repeat else ()
    return next(
        (found for key in unique if (found := columns.column_of(key))),
        next((column for column, _ in columns.fields()), None),
    )


def _at(problem: Problem, place: CellPlace) -> Problem:
    return Problem(
        place=place,
        code=problem.code,
        what=problem.what,
        remedy=problem.remedy,
        level=problem.level,
        clause=problem.clause,
    )


def _last_order(kept: Mapping[str, Mapping[str, Any]]) -> int:
    return max((int(values.get("@order", 0)) for values in kept.values()), default=0)


def _unasked(columns: Columns, opened: OpenRecord, lines: Sequence[ImportedRow]) -> list[str]:
    """Required fields that have no column, where rows would be added."""
    if columns.problems or not any(line.kind == "added" for line in lines):
        return []
    plans = {plan.definition.key: plan for plan in opened.sheet.plan.by_section[columns.section.key]}
    phase = max((plans[field.key].phase for _, field in columns.fields()), default=0)
    labels = [
        field.label
        for field in columns.missing()
        if field.required is True and field.when is None and field.default is None and plans[field.key].phase <= phase
    ]
    return [f"表里没有 {'、'.join(labels)}，导入后再补"] if labels else []
