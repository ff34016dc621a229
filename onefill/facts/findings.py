"""What is wrong with a record, and how far it is: found once, then anew only for what a change touched."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from onefill.facts.faults import Faults
from onefill.facts.sheet import ALL, Cell, Finding, Sheet
from onefill.facts.trail import Trail
from onefill.problems import FieldPlace, Level

#: Section, row, field; in a grid section and both rows. At the same place the field itself speaks before its checks.
Position = tuple[int, int, int, bool, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A finding as it is read: with the number of its row, and where it stands among the others."""

    position: Position
    finding: Finding


def findings_of(sheet: Sheet) -> "Findings":
    """What is found in a sheet, for all who ask: a change is told once, and a second look would see nothing of it."""
    if sheet.findings is None:
        sheet.findings = Findings(sheet)
    return sheet.findings


class Findings:
    """Problems and progress of one sheet, refreshed before each reading; where others may look at it, too, shared."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.plan = sheet.plan
        self._found: dict[Cell, tuple[Finding, ...]] = {}
        self._lines: dict[Cell, tuple[Line, ...]] = {}
        self._sorted: list[Line] | None = None
        self._paths: dict[str, dict[Cell, None]] = {}
        self.trail = Trail()
        self._counted: dict[tuple[str, int], tuple[int, int]] | None = None
        fields = [plan for section in self.plan.by_section.values() for plan in section]
        self._order = {plan.name: place for place, plan in enumerate(fields)}
        self._faults = Faults(sheet, self._order)
        sides = {side for grid in self.plan.grids.values() for side in grid.grid or ()}
        self._labelling = {
            name
            for side in sides & set(self.plan.row_labels)
            for name, _ in self.plan.names_of(self.plan.row_labels[side].names, side)
        }
        self._sections = {key: place for place, key in enumerate(self.plan.sections)}
        self._ending = [key for key, check in self.plan.checks.items() if check.before is not None]
        self._day = self.plan.today() if self._ending else None

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
        """How many of the facts required by a phase are there, and how many there are to be.

        A list that has fewer rows than it needs is one missing fact, and each row it lacks brings those that every
        row must have.
        """
        counts = self.by_section(phase)
        wanted = counts.values() if section is None else [counts.get(section, (0, 0))]
        return sum(filled for filled, _ in wanted), sum(total for _, total in wanted)

    def by_section(self, phase: int) -> dict[str, tuple[int, int]]:
        """The same for each section that requires anything by then, in the order of the form."""
        self._refresh()
        if self._counted is None:
            self._counted = self._count()
        found = {
            section: [count for (key, since), count in self._counted.items() if key == section and since <= phase]
            for section in self.plan.sections
        }
        return {
            section: (sum(filled for filled, _ in counts), sum(total for _, total in counts))
            for section, counts in found.items()
            if counts
        }

    # -- inside ----------------------------------------------------------------------------------------------------

    def _count(self) -> dict[tuple[str, int], tuple[int, int]]:
        """Required facts that are there, and all, by section and the phase they count from."""
        counted: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
        for (name, _row), there in self._faults.asked.items():
            plan = self.plan.fields.get(name)
            count = counted[(plan.section.key, plan.phase) if plan else self._rows_asked(name.partition(":")[2])]
            count[0] += there
            count[1] += 1
            if not plan and not there:
                self._count_rows_to_come(name.partition(":")[2], counted)
        return {key: (filled, total) for key, (filled, total) in counted.items()}

    def _count_rows_to_come(self, section: str, counted: dict[tuple[str, int], list[int]]) -> None:
        """What every row must have, for each row that a list lacks; what a row may turn out not to ask is left out."""
        repeat = self.plan.sections[section].repeat
        lacking = repeat.min - len(self.sheet.rows(section)) if repeat else 0
        for plan in self.plan.by_section[section]:
            if plan.required is True and plan.value is None and plan.default is None and not plan.definition.when:
                counted[section, plan.phase][1] += lacking

    def _rows_asked(self, section: str) -> tuple[str, int]:
        return section, self.plan.phase_index(self.plan.sections[section].from_)

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
        elif parts[0] in self.plan.grids and len(parts) > 1:
            sides = list(zip(self.plan.grids[parts[0]].grid or (), parts[1:], strict=False))
            label = " · ".join(self.sheet.row_label(side, key) for side, key in sides)
            first, second = (*(self.sheet.row(side, key) for side, key in sides), None)[:2]
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
        if self._day is not None and self._day != (today := self.plan.today()):
            self._day = today
            self.sheet.pending |= {
                (f"check:{key}", ALL if self.plan.checks[key].definition.each else None) for key in self._ending
            }
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
        for cell in gone(self._faults.asked):
            del self._faults.asked[cell]

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
            found = self._faults.check(self.plan.checks[rest], cell)
        elif kind == "unique":
            found = self._faults.unique(*rest.split("."))
        elif kind == "rows":
            found = self._faults.row_count(rest)
        elif kind == "when":
            found = self._faults.condition(rest)
        elif kind == "label":
            found = self._faults.label(rest, cell[1])
        elif cell[0] in self.plan.lookups:
            found = self._faults.lookup(self.plan.lookups[cell[0]], cell)
        elif cell[0] in self.plan.grids:
            self._look_at_grid(*cell)
            return
        elif cell[0] in self.plan.fields:
            found = self._faults.field(self.plan.fields[cell[0]], cell)
        else:
            return
        self._keep(cell, found)

    def _look_at_grid(self, key: str, crossing: str | None) -> None:
        """All of a grid, or the one cell where two rows cross."""
        first, second = self.plan.grids[key].grid or ("", "")
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
            self._keep((key, f"{row}/{other}"), self._faults.crossing(key, row, other, value))


def _position(line: Line) -> Position:
    return line.position


def _path(finding: Finding) -> str:
    place = finding.problem.place
    return place.path if isinstance(place, FieldPlace) else ""
