"""What an import shows before it is taken, and tells afterwards."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal

from onefill.problems import CellPlace, Level, Problem
from onefill.tables import Mapping as Columns
from onefill.tables import ReadCell, Skipped
from onefill.tables import TableRefused as TableRefused


@dataclass(frozen=True, kw_only=True)
class ImportedRow:
    """One line of the workbook and what would become of it.

    Attributes:
        number: Its line in the sheet.
        kind: Whether it is new, changes a row, or says what is there already.
        row: Id of the row it changes; a stand-in for a new one.
        cells: What was read, by field.
        changes: What would be kept, by field: the stored form, or ``{"raw": …}``; nothing of what is locked.
        before: What is kept now in the fields that would change, or that are locked and say otherwise.
        problems: What is wrong, by field; each names its cell.
    """

    number: int
    kind: Literal["added", "updated", "unchanged"]
    row: str
    cells: Mapping[str, ReadCell]
    changes: Mapping[str, Any]
    before: Mapping[str, Any]
    problems: Mapping[str, tuple[Problem, ...]]

    @property
    def wrong(self) -> bool:
        """Whether it holds an error, so that it is taken only when asked for."""
        return any(problem.level is Level.ERROR for found in self.problems.values() for problem in found)


@dataclass(frozen=True, kw_only=True)
class Word:
    """What the table writes where an option is asked, and is none by itself.

    Attributes:
        field: Key of the field.
        word: As it stands in the table.
        cells: In how many cells.
        option: What it means, as a person said now or the last time; empty while that is not known.
        nearest: The option that is likely meant, if there is one.
        options: All there are.
    """

    field: str
    word: str
    cells: int
    option: str
    nearest: str
    options: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What an import would do.

    Attributes:
        record: Into which record.
        section: Into which section of it.
        columns: Which column is what.
        rows: The lines of data.
        missing: Rows of the record that the workbook has not, as (id, label); they stay unless dropped on purpose.
        skipped: Lines that are no data, with the reason.
        notes: What a person ought to know, in Chinese.
        remarks: What would be wrong with the record as a whole.
        words: Words of the table that are no option, whether or not it is known what they mean.
        locked: Why no row comes or goes and some cells stay as they are; empty if nothing was handed in yet.
    """

    record: str
    section: str
    columns: Columns
    rows: tuple[ImportedRow, ...]
    missing: tuple[tuple[str, str], ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]
    remarks: tuple[Problem, ...]
    words: tuple[Word, ...] = ()
    locked: str = ""

    def takes(self, *, wrong: bool) -> list[ImportedRow]:
        """The rows that are taken over: those without an error, or all; none that would be new where none comes."""
        rows = self.rows if wrong else self.good
        return [row for row in rows if not (self.locked and row.kind == "added")]

    def of(self, kind: Literal["added", "updated", "unchanged"]) -> list[ImportedRow]:
        """The rows of a kind."""
        return [row for row in self.rows if row.kind == kind]

    @property
    def good(self) -> list[ImportedRow]:
        """Rows without an error."""
        return [row for row in self.rows if not row.wrong]

    @property
    def wrong(self) -> list[ImportedRow]:
        """Rows with an error."""
        return [row for row in self.rows if row.wrong]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything wrong in the workbook, line by line, then what stops the import as a whole.

        It is read where no list can be opened, so a word that is no option comes with all there are.
        """
        return (*self._in_cells(), *self.columns.problems)

    def counts(self) -> dict[str, int]:
        """The figures over the preview; ``cells``: how many places are to be mended."""
        errors = {problem.place for problem in self.problems if problem.level is Level.ERROR and _is_cell(problem)}
        return {
            "added": len(self.of("added")),
            "updated": len(self.of("updated")),
            "unchanged": len(self.of("unchanged")),
            "missing": len(self.missing),
            "cells": len(errors),
            "wrong": len(self.wrong),
            "good": len(self.good),
        }

    @cached_property
    def digest(self) -> str:
        """Says whether two previews would do the same: who presses a button means what stood there."""
        lines = [(row.number, row.kind, row.row, row.changes, row.wrong) for row in self.rows]
        told = json.dumps([lines, self.missing], ensure_ascii=False, sort_keys=True)
        return sha256(told.encode()).hexdigest()[:16]

    def _in_cells(self) -> Iterator[Problem]:
        options = {field.key: field.options for _, field in self.columns.fields()}
        for row in self.rows:
            for key, found in row.problems.items():
                yield from (_with_options(problem, options.get(key)) for problem in found)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What an import did: how many rows were added, changed, left as they were, dropped; lines that were not taken."""

    added: int
    updated: int
    unchanged: int
    dropped: int
    left: tuple[int, ...]


def _with_options(problem: Problem, options: Sequence[str] | str | None) -> Problem:
    if problem.code != "CHOICE" or not options or isinstance(options, str):
        return problem
    return replace(problem, remedy=f"{problem.remedy.partition('，可选：')[0]}，可选：{'、'.join(options)}")


def _is_cell(problem: Problem) -> bool:
    return isinstance(problem.place, CellPlace) and bool(problem.place.cell)
