"""A record as its pages show it: steps, fields, rows, problems, drawn from open facts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from onefill.definitions.expressions import Empty
from onefill.definitions.model import Section
from onefill.facts.differences import shown_text
from onefill.facts.drawing import is_typed, stands_typed
from onefill.facts.faults import candidate_fits, is_required, options_of, path_of
from onefill.facts.plan import FieldPlan
from onefill.facts.sheet import Cell, Finding, Sheet
from onefill.facts.unread import typed_text
from onefill.facts.views import RecordView
from onefill.problems import FieldPlace, Level
from onefill.reviews.moves import phase_of
from onefill.service.book import Book
from onefill.service.cases import case_of, open_fields, state_key, submitted_of, why_locked, with_next
from onefill.service.open_record import OpenRecord
from onefill.service.phases import asked_here, current_phase, phase_to_come, phase_to_print, wanted_phases
from onefill.service.settled import silent
from onefill.service.shapes import (
    FieldState,
    GridState,
    PhaseState,
    RecordState,
    RecordSummary,
    RowState,
    SectionState,
    Submitted,
)
from onefill.service.words import next_step, where_it_stands
from store import on_one_line

#: Most candidates a link offers at once.
MOST_CANDIDATES = 500


def portrait(book: Book, opened: OpenRecord) -> RecordState:
    """The whole record but its fields."""
    phase = current_phase(opened)
    form = opened.sheet.plan.form
    findings = opened.findings.all()
    case = case_of(opened.sheet.data)
    wanted = wanted_phases(opened.sheet, case)
    submitted, locked, still = _submitted(book, opened), why_locked(form, case), open_fields(form, case)
    if opened.retired:
        still, locked = {}, {section.key: "这张表单已经停用，只能看，不能改" for section in form.sections}
    return RecordState(
        id=opened.id,
        form=opened.form,
        title=form.title,
        label=called(opened),
        version=opened.entry.n,
        change=opened.draft.number,
        unprinted=bool(opened.draft.changes),
        saved_at=saved_at(opened),
        phase=phase,
        to_print=phase_to_print(opened),
        phases=tuple(replace(_phase(opened, i), wanted=i in wanted) for i in range(len(form.phases))),
        sections=tuple(
            replace(
                _section(opened, s, phase, findings),
                locked=locked.get(s.key, ""),
                open=still.get(s.key, frozenset()),
            )
            for s in form.sections
            if opened.sheet.section_shown(s.key)
        ),
        findings=tuple(findings),
        next_step=_next(opened, phase, submitted),
        owner=opened.entry.summary.owner,
        submitted=submitted,
        destroyed=bool(opened.entry.destroys),
    )


def called(opened: OpenRecord) -> str:
    """What the record is called, also while it has no name yet."""
    return opened.sheet.label() or f"新的{opened.sheet.plan.form.title}"


def saved_at(opened: OpenRecord) -> datetime:
    """When the last change was kept."""
    return max((change.at for change in opened.draft.changes.values()), default=opened.entry.when)


def summary_line(book: Book, opened: OpenRecord) -> RecordSummary:
    """The record as a line of a list."""
    phase = current_phase(opened)
    state = _phase(opened, phase)
    form = opened.sheet.plan.form
    submitted = _submitted(book, opened)
    return RecordSummary(
        id=opened.id,
        form=opened.form,
        title=form.title,
        label=called(opened),
        phase=state.title,
        percent=100 if opened.entry.destroys else state.percent,
        errors=0 if opened.entry.destroys else state.errors,
        next_step="已经销毁" if opened.entry.destroys else _next(opened, phase, submitted),
        destroyed=bool(opened.entry.destroys),
        changed_at=saved_at(opened),
        owner=opened.entry.summary.owner,
        change=opened.draft.number,
        submitted=submitted,
        unit=opened.entry.summary.unit,
    )


def fields_of(book: Book, opened: OpenRecord, section: str) -> tuple[FieldState, ...]:
    """Fields of a plain section; what a condition hides is left out."""
    plans = opened.sheet.plan.by_section[section]
    pointed = _pointed(opened)
    return tuple(
        _field(book, opened, plan, None, pointed)
        for plan in plans
        if not plan.definition.quiet and opened.sheet.shown(plan.name)
    )


def rows_of(
    book: Book, opened: OpenRecord, section: str, *, rows: slice = slice(None), choices: bool = True
) -> tuple[RowState, ...]:
    """Rows of a repeating section, every column in each, so that a table can be drawn.

    Args:
        book: All open records, for what links may point to.
        opened: The record.
        section: Which rows.
        rows: Only these, by position.
        choices: Whether to find what each cell may hold; a table that is only read needs none.
    """
    sheet, plans = opened.sheet, opened.sheet.plan.by_section[section]
    pointed = _pointed(opened)
    return tuple(
        RowState(
            id=view.row,
            number=view.number,
            label=sheet.row_label(section, view.row),
            fields=tuple(
                _field(book, opened, plan, view.row, pointed, choices=choices)
                for plan in plans
                if not plan.definition.quiet
            ),
        )
        for view in sheet.rows(section)[rows]
    )


def row_of(book: Book, opened: OpenRecord, section: str, row: str) -> tuple[FieldState, ...]:
    """The fields of one row; what a condition hides is left out."""
    pointed = _pointed(opened)
    return tuple(
        _field(book, opened, plan, row, pointed)
        for plan in opened.sheet.plan.by_section[section]
        if not plan.definition.quiet and opened.sheet.shown(plan.name, row)
    )


def grid_of(opened: OpenRecord, section: str) -> GridState:
    """A matrix with the labels of both sides."""
    sheet = opened.sheet
    grid = sheet.plan.grids[section]
    first, second = grid.grid or ("", "")
    kept = sheet.data.get(section) or {}
    cells = {
        (row, other): typed_text(value.get("raw", value) if isinstance(value, dict) else value)
        for row, line in kept.items()
        for other, value in line.items()
    }
    return GridState(
        first=tuple((view.row, sheet.row_label(first, view.row)) for view in sheet.rows(first)),
        second=tuple((view.row, sheet.row_label(second, view.row)) for view in sheet.rows(second)),
        cells=cells,
        options=tuple(grid.field.options or ()) if grid.field else (),
        said={
            view.row: told for view in sheet.rows(first) if (told := opened.findings.pointing(f"{section}/{view.row}"))
        },
    )


# -- inside --------------------------------------------------------------------------------------------------------


def _phase(opened: OpenRecord, index: int) -> PhaseState:
    phase = opened.sheet.plan.form.phases[index]
    sections = tuple(opened.findings.by_section(index).values())
    errors, warnings = _weigh(opened.findings.all(index))
    return PhaseState(key=phase.key, title=phase.title, sections=sections, errors=errors, warnings=warnings)


def _weigh(found: Sequence[Finding]) -> tuple[int, int]:
    levels = [finding.problem.level for finding in found]
    return levels.count(Level.ERROR), len(levels) - levels.count(Level.ERROR)


def _submitted(book: Book, opened: OpenRecord) -> Submitted | None:
    form = opened.sheet.plan.form
    case = case_of(opened.sheet.data)
    told = submitted_of(form, case)
    if told is None:
        return None
    told = with_next(form, told, phase_to_come(opened.sheet, case))
    asked = asked_here(opened.sheet, case) if told.holder == "done" and told.passed else None
    if asked is not None:
        told = replace(told, asked=asked.title, asked_in=asked.section or "", asked_of=frozenset(asked.by))
    return replace(told, remarks=len(silent(book, opened, form.phases[told.phase].key)))


def _next(opened: OpenRecord, phase: int, submitted: Submitted | None) -> str:
    plan = opened.sheet.plan
    if opened.retired:
        return "表单已停用，只能看"
    stands = where_it_stands(submitted) if submitted else ""
    if submitted and (submitted.phase >= phase or submitted.holder == "owner"):
        return stands
    if submitted and submitted.asked:
        return f"{stands}；{submitted.asked}"
    titles = {section.key: section.title for section in plan.form.sections}
    untouched = not any(key in opened.sheet.data for key in (*plan.fields, *plan.repeats))
    step = next_step(
        plan.form.phases[phase].title,
        opened.findings.all(phase),
        titles,
        untouched=untouched,
        papers=any(plan.phase_index(document.from_) == phase for document in plan.form.documents),
        hands_in=any(plan.phase_index(one.from_) == phase for one in plan.form.materials),
    )
    return f"{stands}；{step}" if stands else step


def _section(opened: OpenRecord, section: Section, phase: int, findings: Sequence[Finding]) -> SectionState:
    plan = opened.sheet.plan
    first = min((f.phase for f in plan.by_section[section.key]), default=plan.phase_index(section.from_))
    progress = opened.findings.progress(max(phase, first), section.key)
    filled, total = _crossings(opened, section) if section.grid else progress
    errors, warnings = _weigh([f for f in findings if f.section == section.key and f.phase <= max(phase, first)])
    return SectionState(
        key=section.key,
        title=section.title,
        definition=section,
        kind="grid" if section.grid else "rows" if section.repeat else "plain",
        phase=first,
        later=first > phase,
        filled=filled,
        total=total,
        rows=len(opened.sheet.rows(section.key)) if section.repeat else 0,
        errors=errors,
        warnings=warnings,
    )


def _crossings(opened: OpenRecord, grid: Section) -> tuple[int, int]:
    """How many places of a grid are filled, and how many there are."""
    sides = [{view.row for view in opened.sheet.rows(side)} for side in grid.grid or ()]
    rows, others = sides
    kept = opened.sheet.data.get(grid.key) or {}
    filled = sum(len([one for one in line if one in others]) for row, line in kept.items() if row in rows)
    return filled, len(rows) * len(others)


def _pointed(opened: OpenRecord) -> dict[str, list[Finding]]:
    """Findings by the path they point to."""
    pointed: dict[str, list[Finding]] = {}
    for finding in opened.findings.all():
        if isinstance(finding.problem.place, FieldPlace):
            pointed.setdefault(finding.problem.place.path, []).append(finding)
    return pointed


def _field(
    book: Book,
    opened: OpenRecord,
    plan: FieldPlan,
    row: str | None,
    pointed: dict[str, list[Finding]],
    *,
    choices: bool = True,
) -> FieldState:
    sheet, cell = opened.sheet, (plan.name, row)
    path = path_of(cell)
    source, source_record = _source(sheet, plan, cell)
    return FieldState(
        path=path,
        definition=plan.definition,
        widget=plan.type.widget if is_typed(sheet, plan) else "shown",
        shown=shown_text(sheet, *cell),
        stored=sheet.stored(*cell),
        options=choices_of(book, opened, plan, cell) if choices else (),
        required=is_required(sheet, plan, cell),
        findings=tuple(pointed.get(path, ())),
        source=source,
        source_record=source_record,
    )


def _source(sheet: Sheet, plan: FieldPlan, cell: Cell) -> tuple[str, str]:
    if stands_typed(sheet, plan):
        return "从前手填的；清空这一格，第一次打印时自动编号", ""
    if plan.number is not None:
        return "自动编号" if sheet.value(*cell) else "第一次打印时自动编号", ""
    if plan.value is not None:
        return f"自动算出：{plan.definition.explain}" if plan.definition.explain else "自动算出", ""
    if plan.definition.form and not plan.definition.many:
        value = sheet.value(*cell)
        if isinstance(value, RecordView):
            as_passed = "，照通过时的" if value.sheet.of_entry else ""
            return f"来自{value.sheet.plan.form.title}{as_passed}", value.sheet.record
    if plan.default is not None and sheet.stored(*cell) is None and not isinstance(sheet.value(*cell), Empty):
        return "自动带出，可以改", ""
    return "", ""


def choices_of(book: Book, opened: OpenRecord, plan: FieldPlan, cell: Cell) -> tuple[tuple[str, str], ...]:
    """What a field offers, as (value, label)."""
    if plan.value is not None:
        return ()
    if plan.definition.form:
        return tuple(candidates(book, opened, plan, cell))
    if plan.definition.of:
        rows = opened.sheet.rows(plan.definition.of)
        return tuple((view.row, opened.sheet.row_label(plan.definition.of, view.row)) for view in rows)
    return tuple((option, option) for option in options_of(opened.sheet, plan, cell))


def candidates(book: Book, opened: OpenRecord, plan: FieldPlan, cell: Cell) -> list[tuple[str, str]]:
    """Records that a link may point to, as (id, label); the one it points to now is always among them."""
    form, unit = plan.definition.form or "", opened.entry.summary.unit
    states = _states_offered(book, plan)
    chosen = opened.sheet.stored(*cell)
    kept = [one for one in (chosen if isinstance(chosen, list) else [chosen]) if isinstance(one, str)]
    find = partial(book.store.find, form=form, limit=MOST_CANDIDATES, scope=book.scope)
    found = {one.record: one for one in (find(states=states) if states else find())}
    others = [one for one in kept if one not in found and book.exists(one)] if states else []
    fitting = []
    for record in (*found, *others):
        at = found[record] if record in found else book.open(record).entry.summary
        sheet = book.linked(form, record) if on_one_line(unit, at.unit) else None
        if sheet is not None and (record in kept or candidate_fits(opened.sheet, *cell, sheet)):
            place = states.index(at.state) if at.state in states else len(states)
            fitting.append((place, sheet.label() or f"未命名的{sheet.plan.form.title}", record))
    return [(record, label) for _, label, record in sorted(fitting)]


def _states_offered(book: Book, plan: FieldPlan) -> list[str]:
    """The states in which records stand that a link offers, in the order of its form; none if it offers any."""
    form = book.definitions.forms.get(plan.definition.form or "")
    phases = {one.key: phase_of(form, one.phase) for one in form.stages} if form else {}
    return [state_key(phases[key], key) for key in plan.definition.stages if key in phases]
