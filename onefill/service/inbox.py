"""Workbooks that wait to be imported: brought once, looked at, put right, taken, and taken back.

They lie on the disk, so that neither a reload of the page nor a restart of the server asks for the file again.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from onefill.service.book import Book
from onefill.service.errors import NothingToUndo, NotWaiting
from onefill.service.guard import filled_by
from onefill.service.import_jobs import METHOD, MOST_AT_ONCE, LongImports, columns_of
from onefill.service.import_shapes import Preview
from onefill.service.imports import Imports
from onefill.service.inbox_files import InboxFiles
from onefill.service.inbox_shapes import Outcome, Receipt, Waiting, plain_waiting, says, waiting_of
from onefill.service.job_shapes import Job
from onefill.service.jobs import Jobs
from onefill.service.naming import name_of
from onefill.service.room import Room
from onefill.service.shapes import Person, Produced
from onefill.tables import Mapping as Columns
from onefill.tables import Workbook
from onefill.tables.reading import MOST_BYTES as MOST_BYTES
from store import Change

#: How many of each are kept read, so that a press of a button does not read the file anew.
MOST_READ = 8


class Inbox(Room):
    """What a person does with a workbook that was brought."""

    def __init__(
        self,
        folder: Path,
        imports: Imports,
        long: LongImports,
        jobs: Jobs,
        book: Book,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._files = InboxFiles(folder)
        self._imports = imports
        self._long = long
        self._jobs = jobs
        self._book = book
        self._new_id = new_id
        self._now = now
        self._read: OrderedDict[Hashable, Workbook] = OrderedDict()
        self._seen: OrderedDict[Hashable, Preview] = OrderedDict()

    def bring(self, record: str, section: str, data: bytes, filename: str) -> str:
        """Keep a workbook for a section; its id.

        Raises:
            TableRefused: No rows can be had from it; nothing is kept.
        """
        name = name_of(filename, "表格.xlsx")
        workbook = self._imports.read(data, name)
        self._imports.match(record, section, workbook)
        waiting = Waiting(id=self._new_id(), record=record, section=section, filename=name)
        with self._book.lock:
            self._files.put(waiting.id, data, self._now())
            self._note(waiting)
            _remember(self._read, waiting.id, workbook)
        return waiting.id

    def look(self, record: str, id: str) -> Waiting:
        """What was brought under an id.

        Raises:
            NotWaiting: Nothing, or for another record.
        """
        waiting = waiting_of(self._files.noted(id, "json"))
        if waiting.record != record:
            raise NotWaiting
        return waiting

    def workbook(self, record: str, id: str) -> Workbook:
        """Its cells."""
        waiting = self.look(record, id)
        with self._book.lock:
            found = self._read.get(id)
        if found is None:
            found = self._imports.read(self._files.data(id), waiting.filename)
            with self._book.lock:
                _remember(self._read, id, found)
        return found

    def columns(self, record: str, id: str) -> Columns:
        """Which column is what and which word means what: as found, as remembered, as corrected."""
        waiting = self.look(record, id)
        return columns_of(self._imports, waiting, self.workbook(record, id))

    def preview(self, record: str, id: str) -> Preview:
        """What importing it would do now."""
        waiting = self.look(record, id)
        key = (id, self._book.store.stamp(record), waiting.sheet, waiting.header, waiting.columns, waiting.words)
        with self._book.lock:
            found = self._seen.get(key)
        if found is None:
            columns = self.columns(record, id)
            found = self._imports.preview(record, waiting.section, self.workbook(record, id), columns)
            with self._book.lock:
                _remember(self._seen, key, found)
        return found

    def choose_sheet(self, record: str, id: str, sheet: str) -> None:
        """Read another sheet."""
        with self._book.lock:
            self._note(replace(self.look(record, id), sheet=sheet, header=None, columns=()))

    def choose_header(self, record: str, id: str, line: int) -> None:
        """Say which line is the heading; 0 for none."""
        with self._book.lock:
            waiting = self.look(record, id)
            sheet = self.columns(record, id).sheet
            self._note(replace(waiting, sheet=sheet, header=line, columns=()))

    def choose_column(self, record: str, id: str, number: int, field: str | None) -> None:
        """Say which field a column fills; none for a column that is not imported."""
        with self._book.lock:
            waiting = self.look(record, id)
            earlier = tuple(one for one in waiting.columns if one[0] != number)
            self._note(replace(waiting, columns=(*earlier, (number, field))))

    def choose_word(self, record: str, id: str, field: str, word: str, option: str | None) -> None:
        """Say which option a word of the table means; none for one that is to be mended cell by cell."""
        with self._book.lock:
            waiting = self.look(record, id)
            earlier = tuple(one for one in waiting.words if one[:2] != (field, word))
            self._note(replace(waiting, words=(*earlier, (field, word, option or ""))))

    def take(
        self, record: str, id: str, who: Person, *, wrong: bool = False, drop: bool = False, seen: str = ""
    ) -> Receipt:
        """Take its rows over as one change; see ``Imports.take``. It can be taken back."""
        with self._book.lock:
            waiting = self.look(record, id)
            workbook, columns = self.workbook(record, id), self.columns(record, id)
            self._seen.clear()
            outcome = self._imports.take(
                record, waiting.section, workbook, columns, who=who, wrong=wrong, drop=drop, seen=seen
            )
            receipt = self._receive(waiting, outcome, seen)
        return receipt

    def start(
        self, record: str, id: str, who: Person, *, wrong: bool = False, drop: bool = False, seen: str = ""
    ) -> None:
        """Take its rows over at once, or, where there are many, have a job do it; ``follow`` tells how far that is."""
        if len(self.preview(record, id).rows) <= MOST_AT_ONCE:
            self.take(record, id, who, wrong=wrong, drop=drop, seen=seen)
            return
        with self._book.lock:
            waiting = self.look(record, id)
            order = self._long.order(waiting, self._files.data(id), wrong=wrong, drop=drop, seen=seen)
            job = self._jobs.start(METHOD, record, who, order=order)
            self._note(replace(waiting, job=job.id))

    def follow(self, record: str, id: str) -> Job | None:
        """The job that takes its rows over; one that has ended is told once, and what came of it is noted."""
        waiting = self.look(record, id)
        if not waiting.job:
            return None
        job = next((one for one in self._jobs.of(record) if one.id == waiting.job), None)
        if job is not None and job.going:
            return job
        made = self._jobs.result(record, job.id) if job else None
        with self._book.lock:
            waiting = replace(self.look(record, id), job="")
            if job and made:
                outcome = self._long.outcome(record, job.args["order"], made)
                self._receive(waiting, outcome, self._long.seen(job.args["order"]))
            else:
                self._note(waiting)
        return job

    def undo(self, record: str, id: str, who: Person) -> Receipt:
        """Put back what an import changed; rows that somebody has changed since stay as they are.

        Raises:
            NothingToUndo: It was not taken, or was taken back already.
        """
        with self._book.lock:
            waiting = self.look(record, id)
            if waiting.receipt is None or waiting.receipt.undone:
                raise NothingToUndo
            opened = filled_by(self._book, record, who)
            now = self._imports.kept(record, waiting.section)
            changes: list[Change] = []
            stayed = 0
            for row, (before, after) in self._files.noted(id, "undo").items():
                if says(now.get(row)) == says(after):
                    changes += _back(f"{waiting.section}/{row}", before, after)
                else:
                    stayed += 1
            self._book.keep(opened, changes, who.name)
            receipt = replace(waiting.receipt, undone=True, stayed=stayed)
            self._note(replace(waiting, receipt=receipt))
        return receipt

    def marked(self, record: str, id: str) -> Produced:
        """The same workbook with its wrong cells marked and a comment on each."""
        waiting = self.look(record, id)
        problems = self.preview(record, id).problems
        return self._imports.marked(self._files.data(id), waiting.filename, problems)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _receive(self, waiting: Waiting, outcome: Outcome, seen: str) -> Receipt:
        """Note what came of an import, and how it is taken back."""
        self._files.note(waiting.id, "undo", outcome.rows)
        receipt = Receipt(at=self._now(), taken=outcome.taken, seen=seen)
        self._note(replace(waiting, receipt=receipt))
        return receipt

    def _note(self, waiting: Waiting) -> None:
        self._files.note(waiting.id, "json", plain_waiting(waiting))


def _remember(kept: OrderedDict[Hashable, Any], key: Hashable, value: object) -> None:
    kept[key] = value
    while len(kept) > MOST_READ:
        kept.popitem(last=False)


def _back(path: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Change]:
    if before is None or after is None:
        return [Change(path, None if before is None else dict(before))]
    keys = (before.keys() | after.keys()) - {"@order"}
    return [Change(f"{path}/{key}", before.get(key)) for key in sorted(keys) if before.get(key) != after.get(key)]
