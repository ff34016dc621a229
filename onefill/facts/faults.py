"""What is wrong at one place of a record: a field, a rule, a list, a crossing of a grid."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from onefill.definitions.expressions import EMPTY, Empty, ExpressionError
from onefill.definitions.model import Section
from onefill.facts.plan import CheckPlan, FieldPlan, LookupPlan
from onefill.facts.sheet import Cell, Finding, Sheet
from onefill.facts.unread import raw_faults, unread
from onefill.facts.views import RecordView, RowView, names_over
from onefill.fields import Fault, Parsed
from onefill.problems import FieldPlace, Level, Problem

#: A rule's message is cut here: it may name what thousands of rows have in common.
LONGEST = 300
FAILED = "EXPRESSION_FAILED"
#: What an expression is for, by its key in the definition.
_PARTS = {
    "value": "自动算出的值",
    "default": "自动带出的值",
    "when": "显示的条件",
    "required": "必填的条件",
    "where": "挑选候选的条件",
    "options": "可选的项",
    "check": "校验",
    "label": "叫法",
    "match": "到别的办件里的查询",
}


def is_required(sheet: Sheet, plan: FieldPlan, cell: Cell) -> bool:
    """Whether a field must be filled as the facts stand."""
    if isinstance(plan.required, bool):
        return plan.required
    return bool(sheet.worked_out(cell, "required", plan.required))


class Faults:
    """Looks at places of one sheet; keeps nothing but which required facts are there.

    Args:
        sheet: Whose.
        order: Where each field stands in the form.
    """

    def __init__(self, sheet: Sheet, order: Mapping[str, int]) -> None:
        self.sheet = sheet
        self.plan = sheet.plan
        self._order = order
        #: Required facts that were looked at, and whether each is there.
        self.asked: dict[Cell, bool] = {}

    def field(self, plan: FieldPlan, cell: Cell) -> list[Finding]:
        """What is wrong with what one field holds."""
        found = self._of_value(plan, cell)
        failures = self.sheet.failures(cell).items()
        return [
            *found,
            *(
                self._finding(plan, cell, self._failed(part, plan.definition.label, plan.definition.key, error))
                for part, error in failures
            ),
        ]

    def _of_value(self, plan: FieldPlan, cell: Cell) -> list[Finding]:
        self.asked.pop(cell, None)
        if not self.sheet.shown(*cell):
            return []
        if plan.value is not None:
            self.sheet.value(*cell)  # one that fails is remembered
            return []
        stored = self.sheet.stored(*cell)
        required = is_required(self.sheet, plan, cell)
        if isinstance(stored, dict):
            if required:
                self.asked[cell] = False
            faults = raw_faults(plan.type, stored["raw"], document_type(self.sheet, plan, cell))
            return [self._finding(plan, cell, fault) for fault in faults]
        value = self.sheet.value(*cell)
        if required:
            self.asked[cell] = not isinstance(value, Empty)
        if isinstance(value, Empty):
            return self._when_empty(plan, cell, stored, required=required)
        return [self._finding(plan, cell, fault) for fault in self._faults(plan, cell, value)]

    def _failed(self, part: str, label: str, key: str, error: ExpressionError, level: Level = Level.ERROR) -> Fault:
        """An expression that fails with these facts, in words for whoever fills and whoever wrote it."""
        form = self.plan.form
        what = f"{_PARTS[part]}没有算出来：{str(error).removeprefix('算不出来：').rstrip('。')}"
        place = f"“{label}”（{key}）" if label else f"（{key}）"
        remedy = f"请告诉写表单的人：表单“{form.title}”（{form.form}）里{place}的{_PARTS[part]}要改"
        return Fault(code=FAILED, what=what, remedy=remedy, level=level)

    def _when_empty(self, plan: FieldPlan, cell: Cell, stored: Any, *, required: bool) -> list[Finding]:
        options_of(self.sheet, plan, cell)  # what fails is told before anything is chosen
        if stored is not None:
            return [
                self._finding(plan, cell, Fault(code="LINK_GONE", what="指向的内容已经没有了", remedy="重新选一个"))
            ]
        if not required or plan.definition.blank == "ink":
            return []
        verb = "选" if plan.type.widget in ("choice", "choices", "segments", "link", "row") else "填"
        fault = Fault(code="REQUIRED", what=f"没有{verb}", remedy=f"请{verb}{plan.definition.label}")
        return [self._finding(plan, cell, fault, missing=True)]

    def _faults(self, plan: FieldPlan, cell: Cell, value: object) -> Iterator[Fault]:
        if plan.definition.form:
            yield from self._link_faults(plan, cell, value)
        elif not plan.definition.of:
            yield from plan.type.check(value, doc_type=document_type(self.sheet, plan, cell))
            allowed = options_of(self.sheet, plan, cell)
            if plan.options is not None and value not in allowed:
                words = "、".join(allowed) or "（还没有可选的）"
                yield Fault(code="CHOICE", what=f"“{value}”不在选项里", remedy=f"改选：{words}")

    def _link_faults(self, plan: FieldPlan, cell: Cell, value: object) -> Iterator[Fault]:
        if plan.where is None:
            return
        for linked in value if isinstance(value, list) else [value]:
            fits = self.sheet.worked_out(cell, "where", plan.where, it=linked)
            if fits is not EMPTY and not fits:
                remedy = f"重新选{plan.definition.label}，或先办好它的手续"
                yield Fault(code="LINK_UNFIT", what=f"“{linked}”不符合条件", remedy=remedy)

    def _finding(self, plan: FieldPlan, cell: Cell, fault: Fault, *, missing: bool = False) -> Finding:
        place = FieldPlace(path_of(cell), plan.definition.label)
        problem = Problem(place=place, code=fault.code, what=fault.what, remedy=fault.remedy, level=fault.level)
        names = frozenset({plan.name})
        return Finding(problem=problem, phase=plan.phase, section=plan.section.key, names=names, missing=missing)

    def check(self, check: CheckPlan, cell: Cell) -> list[Finding]:
        """Whether a rule over facts is broken."""
        scope = self.sheet.scope(self.sheet.row(check.definition.each or "", cell[1]) if cell[1] else None)
        rule = check.definition
        try:
            fault = self._broken_rule(check, scope)
        except ExpressionError as error:
            fault = self._failed("check", "", rule.id, error, rule.level)
        if fault is None:
            return []
        section, place = self._check_place(check, cell[1])
        problem = fault.at(place, clause=rule.clause)
        return [Finding(problem=problem, phase=check.phase, section=section, names=check.names)]

    def _broken_rule(self, check: CheckPlan, scope: Mapping[str, object]) -> Fault | None:
        if not check.applies(scope):
            return None
        holds = check.expect.evaluate(scope)
        if isinstance(holds, Empty) or holds:
            return None
        what, remedy, rule = check.message.render(scope), check.remedy.render(scope), check.definition
        if len(what) > LONGEST:
            what = f"{what[:LONGEST]}…"
        return Fault(code=rule.id, what=what, remedy=remedy, level=rule.level)

    def condition(self, key: str) -> list[Finding]:
        """Whether the condition of a section fails; the section is hidden then."""
        section = self.plan.sections[key]
        try:
            self.plan.section_when[key].evaluate(self.sheet.view)
        except ExpressionError as error:
            return [self._about_section(section, None, self._failed("when", section.title, key, error))]
        return []

    def label(self, key: str, row: str | None) -> list[Finding]:
        """Whether what the record or a row is called fails."""
        text = self.plan.row_labels[key] if key else self.plan.label
        view = self.sheet.row(key, row) if row else None
        try:
            text.render(self.sheet.scope(view))
        except ExpressionError as error:
            section = self.plan.sections[key] if key else self.plan.form.sections[0]
            name = section.title if key else self.plan.form.title
            return [self._about_section(section, row, self._failed("label", name, "label", error))]
        return []

    def lookup(self, plan: LookupPlan, cell: Cell) -> list[Finding]:
        """Whether what a question asks by fails; it stays without an answer then."""
        scope, asked = self.sheet.scope_of(cell), plan.definition
        try:
            for expression in plan.expressions:
                expression.evaluate(scope)
        except ExpressionError as error:
            section = self.plan.sections[asked.each] if asked.each else self.plan.form.sections[0]
            return [self._about_section(section, cell[1], self._failed("match", "", asked.key, error))]
        return []

    def _about_section(self, section: Section, row: str | None, fault: Fault) -> Finding:
        place = FieldPlace(f"{section.key}/{row}" if row else section.key, "" if row else section.title)
        names = frozenset(
            {f"{section.key}[]"} if section.repeat else {p.name for p in self.plan.by_section[section.key]}
        )
        phase = self.plan.phase_index(section.from_)
        return Finding(problem=fault.at(place), phase=phase, section=section.key, names=names)

    def _check_place(self, check: CheckPlan, row: str | None) -> tuple[str, FieldPlace]:
        each, at = check.definition.each, check.definition.at
        if at in self.plan.sections:
            # Of a matrix, the line of the row.
            path = f"{at}/{row}" if row and each in (self.plan.sections[at].grid or ())[:1] else at
            return at, FieldPlace(path, self.plan.sections[at].title)
        name = next((n for n in (f"{each}[].{at}", at) if n in self.plan.fields), None)
        if name is None and each is None:
            named = sorted((n for n in check.names if n in self.plan.fields), key=lambda n: self._order[n])
            name = next((n for n in named if "[]" not in n), None)
            if name is None and named:
                section = self.plan.fields[named[0]].section
                return section.key, FieldPlace(section.key, section.title)
        if name is None:
            section = self.plan.sections[each or next(iter(self.plan.sections))]
            path = f"{section.key}/{row}" if row else section.key
            return section.key, FieldPlace(path, "" if row else section.title)
        plan = self.plan.fields[name]
        in_row = row if plan.in_rows else None
        return plan.section.key, FieldPlace(path_of((name, in_row)), plan.definition.label)

    def unique(self, section: str, key: str) -> list[Finding]:
        """Rows that share what none may share, each of them, for either may be the one to mend."""
        plan = self.plan.fields[f"{section}[].{key}"]
        alike: dict[object, list[RowView]] = defaultdict(list)
        for view in self.sheet.rows(section):
            value = self.sheet.value(plan.name, view.row)
            if not isinstance(value, Empty):
                alike[tuple(value) if isinstance(value, list) else value].append(view)
        label = plan.definition.label
        found = []
        for first, second, *more in (views for views in alike.values() if len(views) > 1):
            for view, other in [(first, second), *((later, first) for later in (second, *more))]:
                what = f"与第 {other.number} 行的{label}相同"
                fault = Fault(code="DUPLICATE", what=what, remedy=f"删去重复的一行，或改正{label}")
                found.append(self._finding(plan, (plan.name, view.row), fault))
        return found

    def row_count(self, key: str) -> list[Finding]:
        """Too few rows, or too many."""
        section = self.plan.sections[key]
        assert section.repeat is not None
        if not self.sheet.section_shown(key):
            self.asked.pop((f"rows:{key}", None), None)
            return []
        count, least, most = len(self.sheet.rows(key)), section.repeat.min, section.repeat.max
        phase = self.plan.phase_index(section.from_)
        if least:
            self.asked[f"rows:{key}", None] = count >= least
        if count < least:
            what = f"至少要 {least} 行，现在 {count} 行" if count else "一行都没有填"
            how = f"{'再' if count else ''}加 {least - count} 行"
            return [self._section_finding(section.key, phase, "ROWS_MIN", what, how, missing=True)]
        if count > most:
            what = f"最多 {most} 行，现在 {count} 行"
            return [self._section_finding(section.key, phase, "ROWS_MAX", what, f"删去 {count - most} 行")]
        return []

    def _section_finding(
        self, key: str, phase: int, code: str, what: str, remedy: str, *, missing: bool = False
    ) -> Finding:
        place = FieldPlace(key, self.plan.sections[key].title)
        names = frozenset({f"{key}[]"})
        problem = Problem(place=place, code=code, what=what, remedy=remedy)
        return Finding(problem=problem, phase=phase, section=key, names=names, missing=missing)

    def crossing(self, key: str, row: str, other: str, value: Any) -> list[Finding]:
        """What is wrong where two rows cross."""
        section = self.plan.grids[key]
        return [self._grid_finding(section, row, other, fault) for fault in self._grid_faults(key, value)]

    def _grid_finding(self, section: Section, row: str, other: str, fault: Fault) -> Finding:
        problem = fault.at(FieldPlace(f"{section.key}/{row}/{other}", section.title))
        phase = self.plan.phase_index(section.from_)
        return Finding(problem=problem, phase=phase, section=section.key, names=frozenset({section.key}))

    def _grid_faults(self, key: str, value: Any) -> tuple[Fault, ...]:
        kind = self.plan.grid_types[key]
        raw = unread(kind, value) or value
        return raw_faults(kind, raw["raw"]) if isinstance(raw, dict) else kind.check(kind.load(value))


def candidate_fits(sheet: Sheet, name: str, row: str | None, candidate: Sheet) -> bool:
    """Whether a record may be chosen for a link, as far as the facts it asks are there."""
    plan = sheet.plan.fields[name]
    names = names_over(sheet.scope_of((name, row)), {"it": RecordView(candidate)})
    try:
        found = [one.evaluate(names) for one in (plan.where, plan.offers) if one is not None]
    except ExpressionError:  # told at the field when it is chosen
        return True
    return all(fits is EMPTY or bool(fits) for fits in found)


def options_of(sheet: Sheet, plan: FieldPlan, cell: Cell) -> list[str]:
    """The choices of a field, fixed or computed from facts."""
    if plan.options is not None:
        values = sheet.worked_out(cell, "options", plan.options)
        return [str(value) for value in values] if isinstance(values, list | tuple) else []
    return list(plan.definition.options or ())


def parse_raw(sheet: Sheet, plan: FieldPlan, cell: Cell, raw: object) -> Parsed:
    """What the field's type makes of what a person typed."""
    return plan.type.parse(raw, doc_type=document_type(sheet, plan, cell))


def document_type(sheet: Sheet, plan: FieldPlan, cell: Cell) -> str:
    """For an identity: which document its number is of; nothing for other fields, or while that is not chosen."""
    if not plan.definition.by:
        return ""
    section = cell[0].rpartition("[].")[0]
    source = f"{section}[].{plan.definition.by}" if section else plan.definition.by
    kind = sheet.value(source, cell[1] if section else None)
    return "" if isinstance(kind, Empty) else str(kind)


def path_of(cell: Cell) -> str:
    """``trainees/r7/name`` for that field of that row."""
    name, row = cell
    section, _, key = name.rpartition("[].")
    return f"{section}/{row}/{key}" if section else key


def cell_of(path: str) -> Cell:
    """The other way round; grid paths have no cell."""
    parts = path.split("/")
    return (f"{parts[0]}[].{parts[2]}", parts[1]) if len(parts) == 3 else (parts[0], None)
