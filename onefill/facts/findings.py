"""What is wrong with a record, and how far it is: found once, then anew only for what a change touched."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from onefill.definitions.expressions import EMPTY, Empty
from onefill.definitions.model import Section
from onefill.facts.plan import CheckPlan, FieldPlan
from onefill.facts.sheet import ALL, Cell, Finding, Sheet
from onefill.facts.trail import Trail
from onefill.facts.views import RecordView, names_over
from onefill.fields import Fault, Parsed
from onefill.problems import FieldPlace, Level, Problem

#: Section, row, field; in a grid section and both rows. At the same place the field itself speaks before its checks.
Position = tuple[int, int, int, bool, str]


@dataclass(frozen=True)
class Line:
    """A finding as it is read: with the number of its row, and where it stands among the others."""

    position: Position
    finding: Finding


class Findings:
    """Problems and progress of one sheet, refreshed before each reading."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.plan = sheet.plan
        self._found: dict[Cell, tuple[Finding, ...]] = {}
        self._lines: dict[Cell, tuple[Line, ...]] = {}
        self._sorted: list[Line] | None = None
        self._paths: dict[str, dict[Cell, None]] = {}
        self.trail = Trail()
        self._asked: dict[Cell, bool] = {}
        self._counted: dict[tuple[str, int], tuple[int, int]] | None = None
        fields = [plan for section in self.plan.by_section.values() for plan in section]
        self._order = {plan.name: place for place, plan in enumerate(fields)}
        sides = {side for grid in self.plan.grids.values() for side in grid.grid or ()}
        self._labelling = {
            name
            for side in sides & set(self.plan.row_labels)
            for name, _ in self.plan.names_of(self.plan.row_labels[side].names, side)
        }
        self._sections = {key: place for place, key in enumerate(self.plan.sections)}

    def all(self, phase: int | None = None) -> list[Finding]:
        """Every finding that counts in a phase (all phases if none is named), in the order of the form."""
        self._refresh()
        if self._sorted is None:
            self._sorted = sorted((line for cell in self._found for line in self._read(cell)), key=_position)
        return [line.finding for line in self._sorted if phase is None or line.finding.phase <= phase]

    def blocked(self, phase: int) -> bool:
        """Whether a phase has any error."""
        self._refresh()
        return any(f.phase <= phase and f.problem.level is Level.ERROR for found in self._found.values() for f in found)

    def pointing(self, path: str) -> tuple[Finding, ...]:
        """All findings that point to a path."""
        self._refresh()
        lines = [line for cell in self._paths.get(path, ()) for line in self._read(cell)]
        return tuple(line.finding for line in sorted(lines, key=_position) if _path(line.finding) == path)

    def paths(self) -> list[str]:
        """All paths that findings point to."""
        self._refresh()
        return list(self._paths)

    def end(self) -> int:
        """How far the trail of paths goes whose findings changed."""
        self._refresh()
        return self.trail.end

    def at(self, name: str, row: str | None = None) -> tuple[Finding, ...]:
        """Findings of one field itself."""
        self._refresh()
        return tuple(line.finding for line in self._read((name, row)))

    def progress(self, phase: int, section: str | None = None) -> tuple[int, int]:
        """How many of the facts required by a phase are there, and how many there are to be."""
        self._refresh()
        if self._counted is None:
            self._counted = self._count()
        counts = [found for (key, since), found in self._counted.items() if since <= phase and section in (None, key)]
        return sum(filled for filled, _ in counts), sum(total for _, total in counts)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _count(self) -> dict[tuple[str, int], tuple[int, int]]:
        """Required facts that are there, and all, by section and the phase they count from."""
        counted: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
        for (name, _row), there in self._asked.items():
            plan = self.plan.fields.get(name)
            count = counted[(plan.section.key, plan.phase) if plan else (name.partition(":")[2], 0)]
            count[0] += there
            count[1] += 1
        return {key: (filled, total) for key, (filled, total) in counted.items()}

    def _read(self, cell: Cell) -> tuple[Line, ...]:
        """What was found at a cell, as it is read now."""
        if cell not in self._lines:
            self._lines[cell] = tuple(self._line(cell[0], finding) for finding in self._found.get(cell, ()))
        return self._lines[cell]

    def _line(self, node: str, finding: Finding) -> Line:
        """Rows come, go and move without being looked at again: number and position are those of now."""
        place = finding.problem.place
        assert isinstance(place, FieldPlace)
        parts = place.path.split("/")
        row = self.sheet.row(parts[0], parts[1]) if len(parts) > 1 and parts[0] in self.plan.repeats else None
        name = f"{parts[0]}[].{parts[2]}" if len(parts) > 2 else parts[0]
        section = self._sections.get(finding.section, len(self._sections))
        numbers = row.number if row and len(parts) > 2 else 0, self._order.get(name, -1)
        label = place.label
        if row is not None:
            label = f"第 {row.number} 行 {place.label}".rstrip()
        elif parts[0] in self.plan.grids and len(parts) == 3:
            sides = list(zip(self.plan.grids[parts[0]].grid or (), parts[1:], strict=True))
            label = " · ".join(self.sheet.row_label(side, key) for side, key in sides)
            first, second = (self.sheet.row(side, key) for side, key in sides)
            numbers = first.number if first else 0, second.number if second else 0
        if label != place.label:
            finding = replace(finding, problem=replace(finding.problem, place=FieldPlace(place.path, label)))
        return Line((section, *numbers, ":" in node, node), finding)

    def _keep(self, cell: Cell, found: Iterable[Finding]) -> None:
        """Put what was found at a cell in place of what was found there before."""
        before, after = self._found.get(cell, ()), tuple(found)
        self._lines.pop(cell, None)
        if before == after:
            return
        self._sorted = None
        for path in map(_path, before):
            self._paths.get(path, {}).pop(cell, None)
            if not self._paths.get(path, True):
                del self._paths[path]
            self.trail.note((path, None))
        if after:
            self._found[cell] = after
        else:
            del self._found[cell]
        for path in map(_path, after):
            self._paths.setdefault(path, {})[cell] = None
            self.trail.note((path, None))

    def _refresh(self) -> None:
        if not self.sheet.pending:
            return
        pending, self.sheet.pending = self.sheet.pending, set()
        self._counted = None
        for name in {name for name, _ in pending if name.endswith("[]")}:
            self._forget_gone_rows(name[:-2])
            self._lines.clear()
            self._sorted = None
        if any(name in self._labelling for name, _ in pending):
            for cell in [cell for cell in self._lines if cell[0] in self.plan.grids]:
                del self._lines[cell]
            self._sorted = None
        for cell in set(self._expand(pending)):
            self._look(cell)

    def _forget_gone_rows(self, section: str) -> None:
        here = {view.row for view in self.sheet.rows(section)}

        def gone(kept: Iterable[Cell]) -> list[Cell]:
            return [c for c in kept if c[1] is not None and c[1] not in here and self._section(c[0]) == section]

        for cell in gone(self._found):
            self._keep(cell, ())
        for cell in gone(self._asked):
            del self._asked[cell]

    def _section(self, node: str) -> str | None:
        return self.sheet.section_of(node)

    def _expand(self, pending: Iterable[Cell]) -> Iterator[Cell]:
        for name, row in pending:
            if name.endswith("[]"):
                continue
            section = self._section(name)
            if section is None:
                yield name, row if name in self.plan.grids else None
            elif row == ALL or row is None:
                yield from ((name, view.row) for view in self.sheet.rows(section))
            elif self.sheet.row(section, row) is not None:
                yield name, row

    def _look(self, cell: Cell) -> None:
        kind, _, rest = cell[0].partition(":")
        if kind == "check":
            found = self._check(self.plan.checks[rest], cell)
        elif kind == "unique":
            found = self._unique(*rest.split("."))
        elif kind == "rows":
            found = self._row_count(rest)
        elif cell[0] in self.plan.grids:
            self._look_at_grid(*cell)
            return
        elif cell[0] in self.plan.fields:
            found = self._field(self.plan.fields[cell[0]], cell)
        else:
            return
        self._keep(cell, found)

    def _field(self, plan: FieldPlan, cell: Cell) -> list[Finding]:
        self._asked.pop(cell, None)
        if plan.value is not None or not self.sheet.shown(*cell):
            return []
        stored = self.sheet.stored(*cell)
        required = self._required(plan, cell)
        if isinstance(stored, dict):
            if required:
                self._asked[cell] = False
            faults = parse_raw(self.sheet, plan, cell, stored.get("raw", "")).problems
            return [self._finding(plan, cell, fault) for fault in faults]
        value = self.sheet.value(*cell)
        if required:
            self._asked[cell] = not isinstance(value, Empty)
        if isinstance(value, Empty):
            return self._when_empty(plan, cell, stored, required=required)
        return [self._finding(plan, cell, fault) for fault in self._faults(plan, cell, value)]

    def _required(self, plan: FieldPlan, cell: Cell) -> bool:
        if isinstance(plan.required, bool):
            return plan.required
        wanted = plan.required.evaluate(self.sheet.scope_of(cell))
        return wanted is not EMPTY and bool(wanted)

    def _when_empty(self, plan: FieldPlan, cell: Cell, stored: Any, *, required: bool) -> list[Finding]:
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
            fits = plan.where.evaluate(names_over(self.sheet.scope_of(cell), {"it": linked}))
            if fits is not EMPTY and not fits:
                remedy = f"重新选{plan.definition.label}，或先办好它的手续"
                yield Fault(code="LINK_UNFIT", what=f"“{linked}”不符合条件", remedy=remedy)

    def _finding(self, plan: FieldPlan, cell: Cell, fault: Fault, *, missing: bool = False) -> Finding:
        place = FieldPlace(path_of(cell), plan.definition.label)
        problem = Problem(place=place, code=fault.code, what=fault.what, remedy=fault.remedy, level=fault.level)
        names = frozenset({plan.name})
        return Finding(problem=problem, phase=plan.phase, section=plan.section.key, names=names, missing=missing)

    def _check(self, check: CheckPlan, cell: Cell) -> list[Finding]:
        scope = self.sheet.scope(self.sheet.row(check.definition.each or "", cell[1]) if cell[1] else None)
        if check.when is not None and not _holds(check.when.evaluate(scope)):
            return []
        holds = check.expect.evaluate(scope)
        if holds is EMPTY or isinstance(holds, Empty) or holds:
            return []
        section, place = self._check_place(check, cell[1])
        problem = Problem(
            place=place,
            code=check.definition.id,
            what=check.message.render(scope),
            remedy=check.remedy.render(scope),
            level=check.definition.level,
            clause=check.definition.clause,
        )
        return [Finding(problem=problem, phase=check.phase, section=section, names=check.names)]

    def _check_place(self, check: CheckPlan, row: str | None) -> tuple[str, FieldPlace]:
        each, at = check.definition.each, check.definition.at
        if at in self.plan.sections:
            return at, FieldPlace(at, self.plan.sections[at].title)
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

    def _unique(self, section: str, key: str) -> list[Finding]:
        plan = self.plan.fields[f"{section}[].{key}"]
        first: dict[object, int] = {}
        found = []
        for view in self.sheet.rows(section):
            value = self.sheet.value(plan.name, view.row)
            if isinstance(value, Empty):
                continue
            if value in first:
                label = plan.definition.label
                what = f"与第 {first[value]} 行的{label}相同"
                fault = Fault(code="DUPLICATE", what=what, remedy=f"删去重复的一行，或改正{label}")
                found.append(self._finding(plan, (plan.name, view.row), fault))
            else:
                first[value] = view.number
        return found

    def _row_count(self, key: str) -> list[Finding]:
        section = self.plan.sections[key]
        assert section.repeat is not None
        if not self.sheet.section_shown(key):
            self._asked.pop((f"rows:{key}", None), None)
            return []
        count, least, most = len(self.sheet.rows(key)), section.repeat.min, section.repeat.max
        phase = self.plan.phase_index(section.from_)
        if least:
            self._asked[f"rows:{key}", None] = count >= least
        if count < least:
            what = f"至少要 {least} 行，现在 {count} 行" if count else "一行都没有填"
            return [
                self._section_finding(section.key, phase, "ROWS_MIN", what, f"再加 {least - count} 行", missing=True)
            ]
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

    def _look_at_grid(self, key: str, crossing: str | None) -> None:
        """All of a grid, or the one cell where two rows cross."""
        section = self.plan.grids[key]
        first, second = section.grid or ("", "")
        kept = self.sheet.data.get(key) or {}
        if crossing is None:
            for cell in [cell for cell in self._found if cell[0] == key]:
                self._keep(cell, ())
            crossings = [(row, other) for row, line in kept.items() for other in line]
        else:
            self._keep((key, crossing), ())
            row, _, other = crossing.partition("/")
            crossings = [(row, other)]
        for row, other in crossings:
            value = (kept.get(row) or {}).get(other)
            if value is None or not self.sheet.row(first, row) or not self.sheet.row(second, other):
                continue
            found = [self._grid_finding(section, row, other, fault) for fault in self._grid_faults(key, value)]
            self._keep((key, f"{row}/{other}"), found)

    def _grid_finding(self, section: Section, row: str, other: str, fault: Fault) -> Finding:
        problem = fault.at(FieldPlace(f"{section.key}/{row}/{other}", section.title))
        phase = self.plan.phase_index(section.from_)
        return Finding(problem=problem, phase=phase, section=section.key, names=frozenset({section.key}))

    def _grid_faults(self, key: str, value: Any) -> tuple[Fault, ...]:
        kind = self.plan.grid_types[key]
        if isinstance(value, dict):
            return kind.parse(value.get("raw", "")).problems
        return kind.check(kind.load(value))


def _position(line: Line) -> Position:
    return line.position


def _path(finding: Finding) -> str:
    place = finding.problem.place
    return place.path if isinstance(place, FieldPlace) else ""


def candidate_fits(sheet: Sheet, name: str, row: str | None, candidate: Sheet) -> bool:
    """Whether a record may be chosen for a link, as far as the facts it asks are there."""
    where = sheet.plan.fields[name].where
    fits = where.evaluate(names_over(sheet.scope_of((name, row)), {"it": RecordView(candidate)})) if where else True
    return fits is EMPTY or bool(fits)


def options_of(sheet: Sheet, plan: FieldPlan, cell: Cell) -> list[str]:
    """The choices of a field, fixed or computed from facts."""
    if plan.options is not None:
        values = plan.options.evaluate(sheet.scope_of(cell))
        return [] if values is EMPTY or isinstance(values, Empty) else [str(value) for value in values]
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


def by_section(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Findings gathered under the section they belong to."""
    gathered: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        gathered[finding.section].append(finding)
    return gathered


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Those that block filing."""
    return [finding for finding in findings if finding.problem.level is Level.ERROR]


def _holds(value: object) -> bool:
    return value is not EMPTY and not isinstance(value, Empty) and bool(value)
