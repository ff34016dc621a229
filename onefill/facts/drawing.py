"""Numbers that nobody types: which are due for a record, of which series, and what they become when they are drawn."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from onefill.definitions.expressions import CompiledExpression, Empty, ExpressionError, compile_expression
from onefill.definitions.model import FieldDefinition
from onefill.definitions.numbers import DRAWN
from onefill.facts.questions import key_of, line_id
from onefill.facts.views import names_over

if TYPE_CHECKING:
    from onefill.facts.plan import FieldPlan
    from onefill.facts.sheet import Sheet

#: Where a record's data holds its numbers by key; no draft and no older version takes them away.
NUMBERS = "@numbers"


@dataclass(frozen=True, kw_only=True)
class NumberPlan:
    """How a number comes about, compiled.

    Attributes:
        made: The number, with the drawn figure among the names.
        per: What has series of its own.
        digits: So many the figure has at least.
    """

    made: CompiledExpression
    per: tuple[CompiledExpression, ...]
    digits: int


@dataclass(frozen=True)
class Due:
    """A number that a record wants and has not.

    Attributes:
        key: Of the field.
        series: Whose next figure it takes.
        names: Facts of the record.
        plan: How it comes about.
        typed_before: Whether people have typed figures of the series.
    """

    key: str
    series: str
    names: Mapping[str, object]
    plan: NumberPlan
    typed_before: bool = False

    def number(self, figure: int) -> str:
        """What it becomes with this figure; empty if the facts do not give it."""
        drawn = f"{figure:0{self.plan.digits}d}"
        found = _found(self.plan.made, names_over(self.names, {DRAWN: drawn}))
        return "" if found is None else str(found)


def number_plan(definition: FieldDefinition) -> NumberPlan | None:
    """How a field's number comes about; ``None`` for any other field."""
    rule = definition.number
    if rule is None:
        return None
    per = tuple(map(compile_expression, rule.per))
    return NumberPlan(made=compile_expression(rule.value), per=per, digits=rule.digits)


def drawn_number(data: Mapping[str, Any], definition: FieldDefinition) -> str:
    """The number that was drawn for a field; empty before."""
    drawn = data.get(NUMBERS) or {}
    return next((str(drawn[key]) for key in (definition.key, *definition.former) if key in drawn), "")


def typed_before(definition: FieldDefinition) -> bool:
    """Whether a number was typed by people before it was drawn, and may stand in older records."""
    return definition.number is not None and definition.number.typed_before


def stands_typed(sheet: "Sheet", field: "FieldPlan") -> bool:
    """Whether a number stands there as somebody typed it: it may be put right, or emptied and then drawn."""
    old = field.number is not None and field.value is None and not drawn_number(sheet.data, field.definition)
    return old and sheet.stored(field.name) is not None


def is_typed(sheet: "Sheet", field: "FieldPlan") -> bool:
    """Whether people type it: it is not computed, nor a number that the program draws."""
    return field.source is None or stands_typed(sheet, field)


def due_numbers(sheet: "Sheet") -> Iterator[Due]:
    """The numbers that could be drawn now: those of fields that are shown and whose facts are all there."""
    for name, field in sheet.plan.fields.items():
        plan, rule = field.number, field.definition.number
        if plan is None or rule is None or drawn_number(sheet.data, field.definition) or not sheet.shown(name):
            continue
        if rule.typed_before and sheet.stored(name) is not None:
            continue
        per = [_found(one, sheet.view) for one in plan.per]
        series = rule.series or f"{sheet.plan.form.form}.{name}"
        due = Due(name, line_id([series, *map(key_of, per)]), sheet.view, plan, typed_before=rule.typed_before)
        if None not in per and due.number(1):
            yield due


def _found(expression: CompiledExpression, names: Mapping[str, object]) -> object:
    try:
        value = expression.evaluate(names)
    except ExpressionError:
        return None
    return None if value == "" or isinstance(value, Empty) else value
