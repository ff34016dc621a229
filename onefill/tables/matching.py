"""Matching: which sheet, where its heading is, and which column fills which field."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from onefill.definitions.model import Section
from onefill.problems import CellPlace, Problem
from onefill.tables.columns import columns_of, twice_named
from onefill.tables.headings import Heading, find_heading, judge
from onefill.tables.mapping import Column, Mapping, Remembered
from onefill.tables.model import Workbook, Worksheet
from onefill.tables.names import Vocabulary, importable


@dataclass(frozen=True)
class _Candidate:
    sheet: Worksheet
    heading: Heading


def match(
    workbook: Workbook,
    section: Section,
    remembered: Remembered | None = None,
    *,
    sheet: str | None = None,
    header: int | None = None,
    today: Callable[[], date] | None = None,
) -> Mapping:
    """Find out how a workbook fills a section; ``Mapping.problems`` says so if it does not.

    Args:
        workbook: As read.
        section: A repeating section.
        remembered: What ``Mapping.remembered`` gave the last time.
        sheet: The sheet, if a person chose one.
        header: The line of its heading, if a person chose it; 0 for a table without one.
        today: For types that ask what day it is.
    """
    names, known = Vocabulary(section), remembered or {}
    if header is not None:
        chosen = workbook.sheet(sheet or "") or _fullest(workbook)
        heading = judge(chosen, header, header, names, known, guess=True) if header else Heading(0, 0, {})
        return _mapping(workbook, section, _Candidate(chosen, heading), [], today)
    sheets = [one for one in workbook if one.lines and (sheet is None or one.name == sheet)]
    candidates = [_Candidate(one, found) for one in sheets if (found := find_heading(one, names, known))]
    open_ones = [one for one in candidates if not one.sheet.hidden]
    if not candidates:
        return _no_heading(workbook, section, sheet)
    best = max(open_ones or candidates, key=lambda one: (one.heading.score, _below(one)))
    others = [one for one in candidates if one is not best and one.heading.score >= 0.8 * best.heading.score]
    return _mapping(workbook, section, best, others, today)


def _below(candidate: _Candidate) -> int:
    return sum(1 for line in candidate.sheet.lines if line.number > candidate.heading.last)


def _fullest(workbook: Workbook) -> Worksheet:
    return max(workbook, key=lambda sheet: (not sheet.hidden, len(sheet.lines)))


def _no_heading(workbook: Workbook, section: Section, sheet: str | None) -> Mapping:
    chosen = workbook.sheet(sheet or "") or _fullest(workbook)
    labels = "、".join(field.label for field in importable(section)[:3])
    problem = Problem(
        place=CellPlace(chosen.name, ""),
        code="NO_HEADER",
        what="没找到表头",
        remedy=f"请选哪一行是表头；表头里要有 {labels} 这样的列名",
    )
    columns = columns_of(chosen, section, Heading(0, 0, {}), None)
    return Mapping(
        section=section, sheet=chosen.name, header=None, columns=columns, notes=_notes(workbook), problems=(problem,)
    )


def _mapping(
    workbook: Workbook,
    section: Section,
    found: _Candidate,
    others: Sequence[_Candidate],
    today: Callable[[], date] | None,
) -> Mapping:
    heading, sheet = found.heading, found.sheet
    columns = columns_of(sheet, section, heading, today)
    notes = [*_notes(workbook, sheet), *twice_named(columns, section)]
    if hidden := [column.letter for column in columns if column.field and _is_hidden(column, sheet)]:
        notes.append(f"{'、'.join(hidden)} 列是隐藏的，也读了")
    if sheet.hidden:
        notes.append(f"工作表“{sheet.name}”是隐藏的，只有它对得上，读了它")
    notes += [f"工作表“{one.sheet.name}”也像，没有读" for one in others]
    problems = () if any(column.field for column in columns) else (_nothing_matched(sheet, section),)
    return Mapping(
        section=section,
        sheet=sheet.name,
        header=(heading.first, heading.last),
        columns=columns,
        others=tuple(one.sheet.name for one in others),
        notes=tuple(notes),
        problems=problems,
    )


def _is_hidden(column: Column, sheet: Worksheet) -> bool:
    return any(first <= column.number <= last for first, last in sheet.hidden_columns)


def _nothing_matched(sheet: Worksheet, section: Section) -> Problem:
    what = f"没有一列对得上“{section.title}”"
    return Problem(place=CellPlace(sheet.name, ""), code="NO_COLUMN", what=what, remedy="请选每一列是什么")


def _notes(workbook: Workbook, chosen: Worksheet | None = None) -> tuple[str, ...]:
    hidden = [sheet.name for sheet in workbook if sheet.hidden and sheet.lines and sheet is not chosen]
    return (f"隐藏的工作表没有读：{'、'.join(hidden)}",) if hidden else ()
