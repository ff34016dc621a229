"""A repeating section as a table: columns, texts, problems; all of it, or what has changed since it was last asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from onefill.definitions.model import FieldDefinition
from onefill.facts.differences import shown_text
from onefill.facts.plan import FieldPlan
from onefill.facts.sheet import ALL, Finding
from onefill.fields.normalise import fold
from onefill.problems import Level
from onefill.service.book import Book
from onefill.service.cases import case_of, locked_sections, open_fields
from onefill.service.open_record import OpenRecord
from onefill.service.phases import current_phase
from onefill.service.portrait import choices_of

#: What somebody's table says, by row and column.
Said = Mapping[str, Mapping[str, str]]
#: Problems of a row as such stand under this name of a column.
ROW = ""


@dataclass(frozen=True, kw_only=True)
class ColumnState:
    """A column.

    Attributes:
        definition: Label, hint, unit and so on.
        widget: How it is filled; ``shown`` for what is computed.
        options: What can be chosen, as it is shown.
        later: Whether it is asked in a later phase only.
        conditional: Whether a condition may hide cells of it.
        width: About how many characters it holds.
        locked: Whether it was handed in, so that it cannot be typed.
    """

    definition: FieldDefinition
    widget: str
    options: tuple[str, ...]
    later: bool
    conditional: bool
    width: int
    locked: bool = False


@dataclass(frozen=True)
class CellProblem:
    """What is wrong with a cell, and how to mend it. ``missing``: it is merely not filled yet."""

    level: Level
    what: str
    remedy: str
    missing: bool


@dataclass(frozen=True)
class Mark:
    """How far a table has been seen; without meaning to anybody else."""

    sheet: int
    facts: int
    findings: int
    phase: int


@dataclass(frozen=True, kw_only=True)
class TableState:
    """A table, or what has changed in it.

    Attributes:
        mark: Give it back to hear only what changes from here on.
        whole: Whether this is all there is.
        anew: Whether all problems are told, as in another phase: what is not among them is none.
        order: All rows by their permanent ids.
        texts: By row and column what is shown; ``None`` where a condition hides the cell.
        problems: By row and column, what is wrong; nothing for what has been mended.
        change: Number of the record's newest change.
        form: Form of the record.
        most: So many rows there may be.
    """

    mark: Mark
    whole: bool
    anew: bool
    order: tuple[str, ...]
    texts: Mapping[str, Mapping[str, str | None]]
    problems: Mapping[tuple[str, str], tuple[CellProblem, ...]]
    change: int
    form: str
    most: int


def columns_of(book: Book, opened: OpenRecord, section: str) -> tuple[ColumnState, ...]:
    """The columns that are shown, in order."""
    now, form, case = phase_of(opened, section), opened.sheet.plan.form, case_of(opened.sheet.data)
    locked = opened.retired or section in locked_sections(form, case)
    still = open_fields(form, case).get(section, frozenset())
    return tuple(
        ColumnState(
            definition=plan.definition,
            widget="shown" if plan.value is not None else plan.type.widget,
            options=tuple(label for _, label in options(book, opened, plan)),
            later=plan.phase > now,
            conditional=bool(plan.when),
            width=plan.type.width_hint,
            locked=locked and (opened.retired or plan.definition.key not in still),
        )
        for plan in _shown(opened, section)
    )


def options(book: Book, opened: OpenRecord, plan: FieldPlan) -> tuple[tuple[str, str], ...]:
    """What a column offers, as (value, label): where that differs by row, what its first row may hold."""
    rows = opened.sheet.rows(plan.section.key)
    return choices_of(book, opened, plan, (plan.name, rows[0].row if rows else ""))


def phase_of(opened: OpenRecord, section: str) -> int:
    """The phase up to which a section's problems count: the record's, or the section's own if that comes later."""
    first = min((plan.phase for plan in opened.sheet.plan.by_section[section]), default=0)
    return max(current_phase(opened), first)


def table_of(opened: OpenRecord, section: str, since: Mark | None) -> TableState:
    """The table as it is now.

    Args:
        opened: The record.
        section: Which rows.
        since: What has been seen already. All is given where that is too long ago.
    """
    sheet, findings = opened.sheet, opened.findings
    repeat = sheet.plan.sections[section].repeat
    phase = phase_of(opened, section)
    mark = Mark(sheet.trail.name, sheet.trail.end, findings.end(), phase)
    touched = pointed = None
    if since is not None and since.sheet == mark.sheet:
        touched = sheet.trail.since(since.facts)
        pointed = findings.trail.since(since.findings) if since.phase == phase else None
    order = tuple(view.row for view in sheet.rows(section))
    plans = _shown(opened, section)
    if touched is None:
        texts = {row: {plan.definition.key: _text(opened, plan, row) for plan in plans} for row in order}
    else:
        by_name = {plan.name: plan for plan in plans}
        texts = {}
        for name, row in touched:
            if name in by_name and row is not None:
                for one in order if row == ALL else (row,):
                    if sheet.row(section, one) is not None:
                        plan = by_name[name]
                        texts.setdefault(one, {})[plan.definition.key] = _text(opened, plan, one)
    paths = findings.paths() if touched is None or pointed is None else {path for path, _ in pointed}
    return TableState(
        mark=mark,
        whole=touched is None,
        anew=touched is None or pointed is None,
        order=order,
        texts=texts,
        problems=_problems(opened, section, paths, mark.phase),
        change=opened.draft.number,
        form=opened.form,
        most=repeat.max if repeat else 0,
    )


def contradicted(opened: OpenRecord, section: str, said: Said) -> str:
    """What somebody's table says otherwise than we work it out, in one sentence; nothing where all agrees."""
    plans = [plan for plan in _shown(opened, section) if plan.value is not None]
    different = [
        (view.number, plan, told)
        for view in opened.sheet.rows(section)
        for plan in plans
        if (told := said.get(view.row, {}).get(plan.definition.key)) and _differs(opened, plan, view.row, told)
    ]
    if not different:
        return ""
    number, plan, told = different[0]
    row = opened.sheet.rows(section)[number - 1].row
    many = len({number for number, _, _ in different})
    how = f"（{plan.definition.explain}）" if plan.definition.explain else ""
    shown = shown_text(opened.sheet, plan.name, row)
    return f"{many} 行与算出的不同：第 {number} 行{plan.definition.label}写的是“{told}”，算出是“{shown}”{how}"


def _differs(opened: OpenRecord, plan: FieldPlan, row: str, told: str) -> bool:
    """Whether a text means something else than what is worked out; what cannot be worked out contradicts nobody."""
    shown = shown_text(opened.sheet, plan.name, row)
    read = plan.type.parse(told).value
    return bool(shown) and fold(told if read is None else plan.type.display(read)) != fold(shown)


def _shown(opened: OpenRecord, section: str) -> list[FieldPlan]:
    return [plan for plan in opened.sheet.plan.by_section[section] if not plan.definition.quiet]


def _text(opened: OpenRecord, plan: FieldPlan, row: str) -> str | None:
    return shown_text(opened.sheet, plan.name, row) if opened.sheet.shown(plan.name, row) else None


def _problems(
    opened: OpenRecord, section: str, paths: Iterable[str], phase: int
) -> dict[tuple[str, str], tuple[CellProblem, ...]]:
    found: dict[tuple[str, str], tuple[CellProblem, ...]] = {}
    for path in paths:
        head, _, rest = path.partition("/")
        row, _, column = rest.partition("/")
        if head == section and row and opened.sheet.row(section, row) is not None:
            pointing = opened.findings.pointing(path)
            found[row, column] = tuple(_problem(finding) for finding in pointing if finding.phase <= phase)
    return found


def _problem(finding: Finding) -> CellProblem:
    problem = finding.problem
    return CellProblem(Level(problem.level), problem.what, problem.remedy, finding.missing)
