"""The facts of one record: typed values, computed values, what is hidden, kept up to date one change at a time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from onefill.definitions.expressions import EMPTY, CompiledExpression, Empty, ExpressionError, ExpressionFailed
from onefill.facts.drawing import drawn_number
from onefill.facts.plan import FieldPlan, FormPlan
from onefill.facts.questions import Outside, RegisterAnswers
from onefill.facts.trail import Cell as Cell
from onefill.facts.trail import Trail
from onefill.facts.unread import in_shape, unread
from onefill.facts.views import RecordView, RowScope, RowView, names_over
from onefill.problems import Problem

if TYPE_CHECKING:
    from onefill.facts.findings import Findings

ALL = "*"
#: Stands for what the record is called.
_LABEL: Cell = ("label:", None)
LinkResolver = Callable[[str, str], "Sheet | None"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A problem with what it concerns.

    Attributes:
        problem: What is wrong.
        phase: Index of the phase from which it counts.
        section: Key of the section to open.
        names: Facts it looks at; papers that print one of them are touched by it.
        missing: Whether it is a required fact that is not there, rather than a wrong one.
    """

    problem: Problem
    phase: int
    section: str
    names: frozenset[str]
    missing: bool = False


def no_links(_form: str, _record: str) -> "Sheet | None":
    """For a record whose links lead nowhere."""
    return None


class Sheet:
    """A record's facts.

    Args:
        plan: The form, compiled.
        data: The record's data as stored; copied.
        record: Its id.
        links: Finds the sheet of a linked record, or ``None`` if it is gone; an `Outside` is asked for registers, too.
    """

    def __init__(
        self, plan: FormPlan, data: Mapping[str, Any], *, record: str = "", links: LinkResolver = no_links
    ) -> None:
        self.plan = plan
        self.data: dict[str, Any] = in_shape(plan, data)
        #: Places in the data that are ours to change; what was read belongs to whoever read it.
        self._own: set[tuple[str, ...]] = set()
        self.record = record
        self.links = links
        #: Number of the entry that it was read from; 0 for what a record says now.
        self.of_entry = 0
        self.registers = RegisterAnswers(plan.questions, links.ask if isinstance(links, Outside) else None)
        self.view = RecordView(self, tables=True)
        self.pending: set[Cell] = set()
        #: What was found in it, once somebody has asked; see ``findings_of``.
        self.findings: Findings | None = None
        #: Computed facts of which is being asked whether they should be there.
        self.asking: set[Cell] = set()
        self.trail = Trail()
        #: By the name of the fact, then the row: a key for each cell would be more than what it holds.
        self._values: dict[str, dict[str | None, object]] = defaultdict(dict)
        self._shown: dict[str, dict[str | None, bool]] = defaultdict(dict)
        self._rows: dict[str, list[RowView]] = {}
        self._rows_by_id: dict[tuple[str, str], RowView] = {}
        self._answers: dict[Cell, object] = {}
        self._open: set[Cell] = set()
        self._unread: dict[Cell, dict[str, str]] = {}
        self._failed: dict[Cell, dict[str, ExpressionError]] = {}
        for name, field in plan.fields.items():
            rows = (self.data.get(field.section.key) or ()) if field.in_rows else (None,)
            self._look_at_stored((name, row) for row in rows)
        self._drop_everything()

    # -- reading ---------------------------------------------------------------------------------------------------

    def rows(self, section: str) -> list[RowView]:
        """The rows of a repeating section in their order; none while the section is hidden."""
        if section not in self._rows:
            kept = self.data.get(section) or {}
            if not self.section_shown(section):
                kept = {}
            order = sorted(kept, key=lambda row: (kept[row].get("@order", 0), row))
            views = [RowView(self, section, row, number) for number, row in enumerate(order, 1)]
            self._rows[section] = views
            self._rows_by_id.update({(section, view.row): view for view in views})
        return self._rows[section]

    def row(self, section: str, row: str) -> RowView | None:
        """One row by its id, or ``None``."""
        self.rows(section)
        return self._rows_by_id.get((section, row))

    def scope(self, row: RowView | None = None) -> Mapping[str, object]:
        """Names for an expression, at record level or inside a row."""
        return self.view if row is None else RowScope(row, self.view)

    def scope_of(self, cell: Cell) -> Mapping[str, object]:
        """Names for an expression about that cell; in a row that is not there yet its own facts are empty."""
        name, row = cell
        section, in_rows, _ = name.partition("[]")
        view = self.row(section, row) if row else None
        if in_rows and view is None:
            own = {key: EMPTY for of, key in self.plan.names if of == section}
            return names_over(self.view, {**own, "row": EMPTY})
        return self.scope(view)

    def value(self, name: str, row: str | None = None) -> object:
        """The fact: a Python value, a view of a linked record or row, or ``Empty``."""
        known = self._values[name]
        try:
            return known[row]
        except KeyError:
            pass
        plan, cell = self.plan.fields[name], (name, row)
        if cell in self._open:
            return plan.empty
        self._open.add(cell)
        try:
            value = known[row] = self._find_value(plan, cell)
        finally:
            self._open.discard(cell)
        return value

    def shown(self, name: str, row: str | None = None) -> bool:
        """Whether the field's conditions hold."""
        plan = self.plan.fields[name]
        if not plan.when:
            return True
        known = self._shown[name]
        if row not in known:
            inside = plan.in_rows or self.section_shown(plan.section.key)
            whens = plan.when if plan.in_rows else plan.when[plan.section.when is not None :]
            known[row] = inside and all(bool(self.worked_out((name, row), "when", when)) for when in whens)
        return known[row]

    def section_shown(self, section: str) -> bool:
        """Whether the section's condition holds."""
        when = self.plan.section_when.get(section)
        try:
            return when is None or bool(when.evaluate(self.view))
        except ExpressionError:
            return False

    def worked_out(self, cell: Cell, part: str, expression: CompiledExpression, **more: object) -> object:
        """What an expression about a field gives; one that fails gives ``EMPTY``, and the field remembers why.

        Args:
            cell: The field.
            part: The key under which the expression stands in the definition.
            expression: What to work out.
            more: Names beside those of the field's place.
        """
        scope = self.scope_of(cell)
        try:
            return expression.evaluate(names_over(scope, more) if more else scope)
        except ExpressionError as error:
            self._fail(cell, part, error)
            return EMPTY

    def failures(self, cell: Cell) -> Mapping[str, ExpressionError]:
        """Why expressions about a field failed, by their key in the definition."""
        return self._failed.get(cell, {})

    def stored(self, name: str, row: str | None = None) -> Any:
        """What is kept for the field, as stored: ``None`` if nothing, ``{"raw": …}`` if it cannot be read."""
        if self._unread and (name, row) in self._unread:
            return self._unread[name, row]
        return self._kept(name, row)

    def _kept(self, name: str, row: str | None) -> Any:
        section, _, key = name.rpartition("[].")
        if not section:
            return self.data.get(key)
        return ((self.data.get(section) or {}).get(row) or {}).get(key)

    def label(self) -> str:
        """What the record is called; empty facts leave gaps."""
        if _LABEL in self._open:  # a record that is called by itself
            return ""
        self._open.add(_LABEL)
        try:
            return " ".join(self.plan.label.render(self.view).split())
        except ExpressionError:
            return ""
        finally:
            self._open.discard(_LABEL)

    def row_label(self, section: str, row: str) -> str:
        """What a row is called, or ``第 n 行``."""
        view = self.row(section, row)
        if view is None:
            return ""
        text = self.plan.row_labels.get(section)
        try:
            said = text.render(self.scope(view)).strip() if text else ""
        except ExpressionError:
            said = ""
        return said or f"第 {view.number} 行"

    def answer(self, name: str, row: str | None = None) -> object:
        """The answer to a lookup; empty until the service has given it."""
        return self._answers.get((name, row), Empty(name=name))

    @property
    def answers(self) -> Mapping[Cell, object]:
        """All answers to lookups that have been given."""
        return self._answers

    def grid_value(self, key: str, first: str, second: str) -> object:
        """The typed value where two rows of a grid cross."""
        stored = ((self.data.get(key) or {}).get(first) or {}).get(second)
        if stored is None or isinstance(stored, dict) or unread(self.plan.grid_types[key], stored):
            return Empty(label=self.plan.sections[key].title, name=key)
        return self.plan.grid_types[key].load(stored)

    def grid_along(self, key: str, section: str, row: str) -> list[object]:
        """The entered values of one row or column of a grid."""
        grid = self.data.get(key) or {}
        first, second = self.plan.grids[key].grid or ("", "")
        if section == first:
            crossing = [(row, other.row) for other in self.rows(second)]
        else:
            crossing = [(other.row, row) for other in self.rows(first)]
        kept = ((grid.get(a) or {}).get(b) for a, b in crossing)
        kind = self.plan.grid_types[key]
        given = (value for value in kept if value is not None and not isinstance(value, dict))
        return [kind.load(value) for value in given if unread(kind, value) is None]

    # -- changing --------------------------------------------------------------------------------------------------

    def set(self, path: str, value: Any) -> None:
        """Put a stored value at a path (``None`` removes it); all that depends on it is found anew when asked."""
        self.set_many(((path, value),))

    def set_many(self, changes: Iterable[tuple[str, Any]]) -> None:
        """Many changes of paths in their order; what depends on them is forgotten once."""
        cells = [cell for path, value in changes for cell in self._put_at(path, value)]
        self._look_at_stored(cells)
        self._touch_all(cells)

    def _look_at_stored(self, cells: Iterable[Cell]) -> None:
        """Sort out which of these fields hold what cannot be read."""
        for name, row in cells:
            plan = self.plan.fields.get(name)
            if plan is None or plan.value is not None or row == ALL:
                continue
            if (raw := unread(plan.type, self._kept(name, row))) is not None:
                self._unread[name, row] = raw
            elif self._unread:
                self._unread.pop((name, row), None)

    def set_answers(self, answers: Mapping[Cell, object]) -> None:
        """Take over answers to lookups; what depends on a changed one is found anew."""
        changed = {cell: answer for cell, answer in answers.items() if self._answers.get(cell, self) != answer}
        self._answers.update(changed)
        self._touch_all([*changed])

    def touch(self, name: str, row: str | None = None) -> None:
        """Forget a fact and everything that depends on it."""
        self._touch_all([(name, row)])

    def _touch_all(self, cells: list[Cell]) -> None:
        # Facts of all rows first: those of single rows are then forgotten already.
        stack = sorted(dict.fromkeys(cells), key=lambda cell: cell[1] is None)
        seen: set[Cell] = set()
        while stack:
            cell = stack.pop()
            if cell in seen or (cell[0], ALL) in seen:
                continue
            seen.add(cell)
            self._drop(cell)
            for node, same_row in self.plan.dependents.get(cell[0], ()):
                if not self._in_rows(node):
                    stack.append((node, None))
                else:
                    stack.append((node, cell[1] if same_row and cell[1] else ALL))

    def cells(self) -> Iterator[Cell]:
        """Every field of the record: those of each row, and those at record level."""
        for name, plan in self.plan.fields.items():
            if plan.in_rows:
                yield from ((name, view.row) for view in self.rows(plan.section.key))
            else:
                yield (name, None)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _find_value(self, plan: FieldPlan, cell: Cell) -> object:
        name, row = cell
        empty = plan.empty
        if plan.when and not self.shown(name, row):
            return empty
        if plan.number is not None:
            typed = self.stored(name) if plan.value is None else None
            return drawn_number(self.data, plan.definition) or (typed if isinstance(typed, str) else empty)
        if plan.value is not None:
            return self._fitting(plan, cell, "value", _or(self.worked_out(cell, "value", plan.value), empty))
        stored = self.stored(name, row)
        if stored is None or isinstance(stored, dict):
            if plan.default is None or isinstance(stored, dict):
                return empty
            return self._fitting(plan, cell, "default", _or(self.worked_out(cell, "default", plan.default), empty))
        if plan.definition.form:
            return self._linked(plan, stored, empty)
        if plan.definition.of:
            return self.row(plan.definition.of, stored) or empty
        return plan.type.load(stored)

    def _fitting(self, plan: FieldPlan, cell: Cell, part: str, value: object) -> object:
        """What was worked out, if the field's type can show it and hold it against its limits."""
        if isinstance(value, Empty | RecordView | RowView) or plan.definition.form or plan.definition.of:
            return value
        try:
            plan.type.display(value)
            if part == "default":
                plan.type.check(value)
        except (TypeError, ValueError, AttributeError, ArithmeticError):
            self._fail(cell, part, ExpressionFailed("算出的值不合这个字段的类型"))
            return plan.empty
        return value

    def _fail(self, cell: Cell, part: str, error: ExpressionError) -> None:
        self._failed.setdefault(cell, {})[part] = error

    def _linked(self, plan: FieldPlan, stored: Any, empty: Empty) -> object:
        form = plan.definition.form or ""
        if not plan.definition.many:
            sheet = self.links(form, stored) if isinstance(stored, str) else None
            return empty if sheet is None else RecordView(sheet)
        records = [record for record in stored if isinstance(record, str)] if isinstance(stored, list) else []
        sheets = [self.links(form, record) for record in records]
        return [RecordView(sheet) for sheet in sheets if sheet is not None] or empty

    def _put_at(self, path: str, value: Any) -> list[Cell]:
        """Put a stored value at a path; the cells that are found anew with it."""
        parts = path.split("/")
        self._put(parts, value)
        if parts[0].startswith("@"):  # kept with the facts, but none of them
            return []
        if len(parts) == 1:
            return [(parts[0], None)]
        if parts[0] in self.plan.grids:
            return self._crossing(*parts)
        if len(parts) == 2:
            return self._row_cells(parts[0], parts[1])
        return self._row_cells(parts[0], parts[1]) if parts[2] == "@order" else [(f"{parts[0]}[].{parts[2]}", parts[1])]

    def _put(self, parts: list[str], value: Any) -> None:
        holder, (*way, last) = self.data, parts
        for depth, part in enumerate(way, 1):
            place = tuple(way[:depth])
            if place not in self._own:
                holder[part] = dict(holder.get(part) or {})
                self._own.add(place)
            holder = holder[part]
        place = tuple(parts)
        self._own = {own for own in self._own if own[: len(place)] != place} if place in self._own else self._own
        if value is None:
            holder.pop(last, None)
        else:
            holder[last] = value

    def _row_cells(self, section: str, row: str) -> list[Cell]:
        return [(f"{section}[]", None), *((plan.name, row) for plan in self.plan.by_section[section])]

    def _crossing(self, grid: str, first: str, second: str) -> list[Cell]:
        """Only the two lines that cross there change, for whoever reads no more than the own line."""
        self.pending.add((grid, f"{first}/{second}"))
        self.trail.note((grid, f"{first}/{second}"))
        sides = dict(zip(self.plan.grids[grid].grid or (), (first, second), strict=True))
        cells: list[Cell] = []
        for node, own_line in self.plan.dependents.get(grid, ()):
            section = self.section_of(node)
            cells.append((node, None if section is None else sides.get(section, ALL) if own_line else ALL))
        return cells

    def section_of(self, node: str) -> str | None:
        """The repeating section in whose rows a field or check stands, if any."""
        kind, _, rest = node.partition(":")
        if kind == "check":
            return self.plan.checks[rest].definition.each
        if kind == "label":
            return rest or None
        return node.partition("[].")[0] if "[]." in node else None

    def _in_rows(self, node: str) -> bool:
        return self.section_of(node) is not None

    def _drop(self, cell: Cell) -> None:
        name, row = cell
        self.pending.add(cell)
        self.trail.note(cell)
        if name.endswith("[]"):
            self._rows.pop(name[:-2], None)
            for key in [k for k in self._rows_by_id if k[0] == name[:-2]]:
                del self._rows_by_id[key]
        elif row == ALL:
            for section_row in self.data.get(name.partition("[]")[0]) or {}:
                self._forget((name, section_row))
        else:
            self._forget(cell)

    def _forget(self, cell: Cell) -> None:
        self._values[cell[0]].pop(cell[1], None)
        self._shown[cell[0]].pop(cell[1], None)
        self._failed.pop(cell, None)

    def _drop_everything(self) -> None:
        self.pending = {(name, ALL if plan.in_rows else None) for name, plan in self.plan.fields.items()}
        self.pending |= {(key, None) for key in self.plan.grids}
        for section in self.plan.repeats.values():
            assert section.repeat is not None
            self.pending.add((f"rows:{section.key}", None))
            self.pending |= {(f"unique:{section.key}.{key}", None) for key in section.repeat.unique}
        for check_id, check in self.plan.checks.items():
            self.pending.add((f"check:{check_id}", ALL if check.definition.each else None))
        self.pending |= {(name, ALL if plan.definition.each else None) for name, plan in self.plan.lookups.items()}
        self.pending |= {(f"when:{key}", None) for key in self.plan.section_when}
        self.pending |= {("label:", None), *((f"label:{key}", ALL) for key in self.plan.row_labels)}


def _or(value: object, empty: Empty) -> object:
    return empty if value is None or isinstance(value, Empty) or value == "" else value
