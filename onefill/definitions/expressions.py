"""The one expression language, of conditions, computed values, checks, labels and templates."""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any, cast

from onefill.definitions.asking import CallUse, calls_in
from onefill.definitions.conditions import TESTS
from onefill.definitions.context import FactContext, FactTemplate
from onefill.definitions.empty import EMPTY, Empty, EmptyRead
from onefill.definitions.expression_errors import (
    FAILURES,
    ExpressionBroken,
    ExpressionError,
    ExpressionFailed,
    ExpressionTooLarge,
    UnknownName,
    translated,
)
from onefill.definitions.filters import FILTERS
from onefill.definitions.limits import Budget, Limits
from onefill.definitions.lists import LIST_FILTERS
from onefill.definitions.names import NameUse, used_names
from onefill.definitions.sandbox import ExpressionEnvironment, FactEnvironment, TextEnvironment

__all__ = [
    "ALL_FILTERS",
    "EMPTY",
    "Budget",
    "CompiledExpression",
    "CompiledText",
    "Empty",
    "ExpressionBroken",
    "ExpressionError",
    "ExpressionFailed",
    "ExpressionTooLarge",
    "FactEnvironment",
    "Limits",
    "NameUse",
    "UnknownName",
    "compile_expression",
    "compile_text",
    "print_environment",
    "told_of",
    "used_names",
]

#: Every filter there is.
ALL_FILTERS = {**FILTERS, **LIST_FILTERS}
_EXPRESSIONS = ExpressionEnvironment(ALL_FILTERS, TESTS)
_TEXTS = TextEnvironment(ALL_FILTERS, TESTS)
_PAPER = FactEnvironment(ALL_FILTERS, TESTS)


def print_environment(autoescape: bool) -> FactEnvironment:
    """The environment that Word and Excel templates are compiled and rendered with."""
    return FactEnvironment(ALL_FILTERS, TESTS, autoescape=autoescape)


class CompiledExpression:
    """An expression, ready to be evaluated thousands of times."""

    def __init__(self, source: str, environment: FactEnvironment) -> None:
        self.source = source
        self._environment = environment
        self._tree = environment.parse_expression(source)
        self._root = environment.value_of(self._tree)

    def evaluate(self, scope: Mapping[str, Any], budget: Budget | None = None) -> Any:
        """The value with these facts, or ``EMPTY`` if an empty fact was read.

        An expression compiled for paper answers with the empty fact itself, which knows its label.

        Raises:
            ExpressionError: An unknown name, values that do not fit, no end.
        """
        environment = self._environment
        try:
            value = next(self._root(FactContext(environment, scope, budget=budget)))
        except EmptyRead:
            return EMPTY
        except FAILURES as error:
            raise translated(error, scope) from error
        if value is None or isinstance(value, Empty):
            return environment.answer(value)
        return value

    @cached_property
    def names(self) -> tuple[NameUse, ...]:
        """Every fact it can read."""
        return used_names(self._tree)

    @cached_property
    def called(self) -> tuple[CallUse, ...]:
        """Every name it calls."""
        return calls_in(self._tree)

    def __repr__(self) -> str:
        return f"CompiledExpression({self.source!r})"


class CompiledText:
    """A text with ``{{ expressions }}`` in it; empty facts print nothing."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._tree = _TEXTS.parse(source)
        self._template = cast(FactTemplate, _TEXTS.from_string(source))

    def render(self, scope: Mapping[str, Any], budget: Budget | None = None) -> str:
        """The text with these facts.

        Raises:
            ExpressionError: An unknown name, values that do not fit, no end.
        """
        return self._template.fill(scope, budget)

    @cached_property
    def names(self) -> tuple[NameUse, ...]:
        """Every fact it can read."""
        return used_names(self._tree)

    @cached_property
    def called(self) -> tuple[CallUse, ...]:
        """Every name it calls."""
        return calls_in(self._tree)

    def __repr__(self) -> str:
        return f"CompiledText({self.source!r})"


@lru_cache(maxsize=4096)
def compile_expression(source: str, *, paper: bool = False) -> CompiledExpression:
    """Make an expression ready.

    Args:
        source: Without braces, e.g. ``id_no|age(on=start_date)``.
        paper: For a cell of paper: empty facts propagate instead of ending the evaluation.

    Raises:
        ExpressionBroken: It cannot be understood.
    """
    return CompiledExpression(source, _PAPER if paper else _EXPRESSIONS)


def told_of(source: str, scope: Mapping[str, object]) -> Any:
    """What an expression gives; nothing where a fact that it reads is missing, or where it cannot be worked out."""
    try:
        value = compile_expression(source).evaluate(scope)
    except ExpressionError:
        return None
    return None if isinstance(value, Empty) else value


@lru_cache(maxsize=4096)
def compile_text(source: str) -> CompiledText:
    """Make a text with expressions in it ready.

    Raises:
        ExpressionBroken: It cannot be understood.
    """
    return CompiledText(source)
