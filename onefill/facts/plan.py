"""What can be known of a form before any fact is: names, types, compiled expressions, and what depends on what."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from onefill.definitions.expressions import (
    CompiledExpression,
    CompiledText,
    Empty,
    compile_expression,
    compile_text,
)
from onefill.definitions.model import Check, FieldDefinition, Form, Lookup, Section
from onefill.definitions.names import NameUse
from onefill.definitions.registers import Register
from onefill.definitions.types import type_of
from onefill.facts.drawing import NumberPlan, number_plan, typed_before
from onefill.facts.questions import question_plans
from onefill.fields import FieldType, field_type


@dataclass(frozen=True, kw_only=True)
class FieldPlan:
    """A field with everything compiled. ``name`` is ``key``, or ``section[].key`` in a repeat.

    ``value`` makes whatever nobody types: it is what a computed fact is, and what a number becomes once it is drawn.
    """

    name: str
    definition: FieldDefinition
    section: Section
    type: FieldType
    phase: int
    when: tuple[CompiledExpression, ...]
    value: CompiledExpression | None
    number: NumberPlan | None
    default: CompiledExpression | None
    required: CompiledExpression | bool
    where: CompiledExpression | None
    offers: CompiledExpression | None
    options: CompiledExpression | None

    @cached_property
    def empty(self) -> Empty:
        """What the fact is while there is none."""
        return Empty(label=self.definition.label, name=self.name)

    @property
    def in_rows(self) -> bool:
        """Whether it stands in a repeating section."""
        return self.section.repeat is not None

    @property
    def source(self) -> CompiledExpression | None:
        """What makes the value, if nobody types it."""
        return self.number.made if self.number else self.value

    @property
    def expressions(self) -> tuple[CompiledExpression, ...]:
        """All that decides its value and its state."""
        drawn = (*self.number.per, self.number.made) if self.number else ()
        some = (*drawn, self.value, self.default, self.required, self.where, self.offers, self.options)
        return (*self.when, *(e for e in some if isinstance(e, CompiledExpression)))


@dataclass(frozen=True, kw_only=True)
class CheckPlan:
    """A check with everything compiled; ``names`` are all facts it looks at."""

    definition: Check
    expect: CompiledExpression
    when: CompiledExpression | None
    before: CompiledExpression | None
    today: Callable[[], date]
    message: CompiledText
    remedy: CompiledText
    phase: int
    names: frozenset[str]

    def applies(self, scope: Mapping[str, object]) -> bool:
        """Whether it is asked at all, as the facts stand; one that ends on a day is not from that day on."""
        if self.when is not None and not self.when.evaluate(scope):
            return False
        if self.before is None:
            return True
        day = self.before.evaluate(scope)
        return isinstance(day, date) and self.today() < day

    @property
    def parts(self) -> tuple[CompiledExpression | CompiledText, ...]:
        """All that it is made of."""
        some = (self.expect, self.when, self.before, self.message, self.remedy)
        return tuple(one for one in some if one is not None)


@dataclass(frozen=True, kw_only=True)
class LookupPlan:
    """A declared question with its expressions compiled."""

    definition: Lookup
    name: str
    match: dict[str, CompiledExpression]
    overlaps: tuple[CompiledExpression, CompiledExpression] | None
    shares: CompiledExpression | None

    @property
    def expressions(self) -> tuple[CompiledExpression, ...]:
        """All that it asks by."""
        return (*self.match.values(), *(self.overlaps or ()), *([self.shares] if self.shares else ()))


class FormPlan:
    """A form made ready for many records.

    Args:
        form: The definition.
        tables: Lists the pack carries, by key; names in expressions.
        today: For field types that may not accept a date to come.
        registers: The pack's, whose questions are names in expressions.
    """

    def __init__(
        self, form: Form, tables: dict[str, object], today: Callable[[], date], registers: Sequence[Register] = ()
    ) -> None:
        self.form = form
        self.tables = tables
        self.today = today
        self.questions = question_plans(registers)
        self.phases = [phase.key for phase in form.phases]
        self.sections = {section.key: section for section in form.sections}
        self.repeats = {s.key: s for s in form.sections if s.repeat is not None}
        self.grids = {s.key: s for s in form.sections if s.grid is not None}
        self.fields: dict[str, FieldPlan] = {}
        self.by_section: dict[str, list[FieldPlan]] = defaultdict(list)
        for section in form.sections:
            for definition in section.fields:
                plan = self._field(section, definition, today)
                self.fields[plan.name] = plan
                self.by_section[section.key].append(plan)
        self.grid_types = {key: _grid_type(section, today) for key, section in self.grids.items()}
        self.section_when = {s.key: compile_expression(s.when) for s in form.sections if s.when}
        self.row_labels = {s.key: compile_text(s.label) for s in form.sections if s.label}
        self.label = compile_text(form.label)
        self.lookups = {name: plan for plan in map(self._lookup, form.lookups) for name in (plan.name,)}
        #: What is asked in rows, by section and key: rows of all records share these names.
        self.names = {
            (section, key): name
            for name in (*self.fields, *self.lookups)
            for section, inside, key in (name.partition("[]."),)
            if inside
        }
        self.checks = {check.id: self._check(check) for check in form.checks}
        self.dependents = self._graph()

    @cached_property
    def asking(self) -> tuple[tuple[str, ...], tuple[CompiledExpression, ...]]:
        """What is there, or says what it says, because of registers: fields by name, conditions of papers."""
        fields = (one.name for one in self.fields.values() if any(map(self._asks, (*one.when, one.value, one.default))))
        papers = (compile_expression(one.when) for one in self.form.documents if one.when)
        return tuple(fields), tuple(filter(self._asks, papers))

    def _asks(self, expression: CompiledExpression | None) -> bool:
        return expression is not None and any(use.path in self.questions for use in expression.names)

    def phase_index(self, key: str | None) -> int:
        """Position of a phase; the first when none is named."""
        return self.phases.index(key) if key else 0

    def reached_from(self, names: Iterable[str]) -> frozenset[str]:
        """All that depends on some names, themselves included: fields, checks, look-ups and whatever else is found."""
        found, left = set[str](), list(names)
        while left:
            name = left.pop()
            if name not in found:
                found.add(name)
                left += (node for node, _ in self.dependents.get(name, ()))
        return frozenset(found)

    def names_of(self, uses: Iterable[NameUse], section: str | None) -> Iterator[tuple[str, bool]]:
        """Facts of this record behind the names an expression uses.

        Args:
            uses: Paths as ``used_names`` gives them.
            section: The repeating section in whose row the expression is asked, if any.

        Yields:
            The fact's name (``trainees[]`` for which rows there are), and whether it is meant in the same row.
        """
        for use in uses:
            yield from self._names(use.path.split("."), section, whole=use.whole)

    def _names(self, parts: list[str], section: str | None, *, whole: bool) -> Iterator[tuple[str, bool]]:
        head, rest = parts[0].removesuffix("[]"), parts[1:]
        if head == "row" and section:
            if rest == ["no"] or (whole and not rest):
                yield f"{section}[]", False  # a row without a label of its own is called by its number
            if rest == ["no"]:
                pass
            elif rest:
                yield from self._names(rest, section, whole=whole)
            elif whole:
                yield from ((plan.name, True) for plan in self.by_section[section])
        elif section and f"{section}[].{head}" in self.fields:
            name = f"{section}[].{head}"
            yield name, True
            yield from self._behind(name, rest)
        elif section and f"{section}[].{head}" in self.lookups:
            yield f"{section}[].{head}", True
        elif head in self.repeats:
            yield f"{head}[]", False
            every = [p.definition.key for p in self.by_section[head]] if whole else []
            for key in [rest[0].removesuffix("[]")] if rest else every:
                yield f"{head}[].{key}", False
                yield from self._behind(f"{head}[].{key}", rest[1:])
        elif head in self.fields or head in self.grids or head in self.lookups:
            yield head, False
            yield from self._behind(head, rest)
        elif head in self.questions:
            yield head, False

    def _behind(self, name: str, rest: list[str]) -> Iterator[tuple[str, bool]]:
        """What is read through a pointer to a row of another section."""
        field = self.fields.get(name)
        if field is not None and field.definition.of:
            target = field.definition.of
            keys = [rest[0]] if rest else [p.definition.key for p in self.by_section[target]]
            yield f"{target}[]", False
            yield from ((f"{target}[].{key}", False) for key in keys)

    def _field(self, section: Section, definition: FieldDefinition, today: Callable[[], date]) -> FieldPlan:
        name = f"{section.key}[].{definition.key}" if section.repeat else definition.key
        required = definition.required
        options = definition.options
        number = number_plan(definition)
        return FieldPlan(
            name=name,
            definition=definition,
            section=section,
            type=type_of(definition, today),
            phase=self.phase_index(definition.from_ or section.from_),
            when=tuple(
                compile_expression(e) for e in (section.when if not section.repeat else None, definition.when) if e
            ),
            value=None if typed_before(definition) else number.made if number else _compiled(definition.value),
            number=number,
            default=_compiled(definition.default),
            required=compile_expression(required) if isinstance(required, str) else required,
            where=_compiled(definition.where),
            offers=_compiled(definition.offers),
            options=_compiled(options) if isinstance(options, str) else None,
        )

    def _lookup(self, lookup: Lookup) -> LookupPlan:
        overlaps = lookup.overlaps
        return LookupPlan(
            definition=lookup,
            name=f"{lookup.each}[].{lookup.key}" if lookup.each else lookup.key,
            match={key: compile_expression(e) for key, e in lookup.match.items()},
            overlaps=(compile_expression(overlaps[0]), compile_expression(overlaps[1])) if overlaps else None,
            shares=compile_expression(lookup.shares[1]) if lookup.shares else None,
        )

    def _check(self, check: Check) -> CheckPlan:
        expect, when, before = compile_expression(check.expect), _compiled(check.when), _compiled(check.before)
        uses = [use for e in (expect, when, before) if e for use in e.names]
        return CheckPlan(
            definition=check,
            expect=expect,
            when=when,
            before=before,
            today=self.today,
            message=compile_text(check.message),
            remedy=compile_text(check.remedy),
            phase=self.phase_index(check.from_),
            names=frozenset(name for name, _ in self.names_of(uses, check.each)),
        )

    def _graph(self) -> dict[str, list[tuple[str, bool]]]:
        graph: dict[str, set[tuple[str, bool]]] = defaultdict(set)

        def depends(node: str, section: str | None, expressions: Iterable[CompiledExpression | CompiledText]) -> None:
            given = list(expressions)
            uses = [use for expression in given for use in expression.names]
            for name, same_row in self.names_of(uses, section):
                own_line = name in self.grids and all(_reads_own_line(e.source, name) for e in given)
                graph[name].add((node, same_row or own_line))

        for plan in self.fields.values():
            section = plan.section.key if plan.in_rows else None
            depends(plan.name, section, plan.expressions)
            if plan.definition.by:
                source = f"{section}[].{plan.definition.by}" if section else plan.definition.by
                graph[source].add((plan.name, plan.in_rows))
            if plan.definition.of:
                graph[f"{plan.definition.of}[]"].add((plan.name, False))
            if plan.in_rows and (when := self.section_when.get(plan.section.key)):
                depends(plan.name, None, [when])
        for key, when in self.section_when.items():
            depends(f"when:{key}", None, [when])
            if key in self.repeats:
                graph[f"when:{key}"].add((f"{key}[]", False))
            elif key in self.grids:
                graph[f"when:{key}"].add((key, False))
        depends("label:", None, [self.label])
        for key, label in self.row_labels.items():
            depends(f"label:{key}", key, [label])
            graph[f"{key}[]"].add((f"label:{key}", False))
        for check_id, check in self.checks.items():
            depends(f"check:{check_id}", check.definition.each, check.parts)
            if check.definition.each:
                graph[f"{check.definition.each}[]"].add((f"check:{check_id}", False))
        for name, lookup in self.lookups.items():
            each = lookup.definition.each
            depends(name, each, lookup.expressions)
            if each:
                graph[f"{each}[]"].add((name, False))
        for repeating in self.repeats.values():
            assert repeating.repeat is not None
            graph[f"{repeating.key}[]"].add((f"rows:{repeating.key}", False))
            for key in repeating.repeat.unique:
                graph[f"{repeating.key}[].{key}"].add((f"unique:{repeating.key}.{key}", False))
                graph[f"{repeating.key}[]"].add((f"unique:{repeating.key}.{key}", False))
        for key, grid in self.grids.items():
            assert grid.grid is not None
            for side in grid.grid:
                graph[f"{side}[]"].add((key, False))
        return {name: sorted(nodes) for name, nodes in graph.items()}


def _reads_own_line(source: str, grid: str) -> bool:
    """Whether an expression in a row reads of a grid nothing but the line that belongs to the row."""
    own = rf"\b{grid}\s*\|\s*(?:along\(\s*row\s*\)|cell\(\s*row\s*,|cell\(\s*\w+\s*,\s*row\s*\))"
    return len(re.findall(rf"\b{grid}\b", source)) == len(re.findall(own, source))


def _compiled(source: str | None) -> CompiledExpression | None:
    return compile_expression(source) if source else None


def _grid_type(section: Section, today: Callable[[], date]) -> FieldType:
    assert section.field is not None
    cell = section.field
    given = {limit: getattr(cell, limit) for limit in ("options", "min", "max", "decimals", "max_length")}
    return field_type(cell.type, today=today, **given)
