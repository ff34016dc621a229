"""A template or an expression at work: it looks facts up one by one and counts what it writes."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jinja2 import Template, Undefined, pass_context
from jinja2.runtime import Context
from jinja2.utils import missing

from onefill.definitions.empty import Empty
from onefill.definitions.expression_errors import FAILURES, Undeclared, translated
from onefill.definitions.limits import Budget
from onefill.definitions.values import text_of

if TYPE_CHECKING:
    from onefill.definitions.sandbox import FactEnvironment


class Unknown(Undefined):
    """An undeclared name: reading it is an error, whatever for."""

    def __init__(self, hint: str | None = None, obj: Any = missing, name: str | None = None, exc: Any = None) -> None:
        raise Undeclared(name or "?")


class FactContext(Context):
    """Looks names up in the facts one by one, when they are asked for."""

    parent: Any
    environment: "FactEnvironment"
    budget: Budget

    def __init__(
        self,
        environment: "FactEnvironment",
        parent: Mapping[str, Any],
        name: str | None = None,
        blocks: Any = None,
        globals: Any = None,
        budget: Budget | None = None,
    ) -> None:
        self.environment = environment
        self.parent = parent
        self.name = name
        self.vars = {}
        self.exported_vars = set()
        self.blocks = {}
        self.globals_keys = set()
        self.eval_ctx = environment.eval_ctx
        self.budget = budget or Budget(environment.limits)

    def resolve_or_missing(self, key: str) -> Any:
        """The fact of that name; ``missing`` becomes ``Unknown`` when it is read.

        Jinja2 also asks for names that a branch may set, so asking alone is no fault.
        """
        if self.vars and key in self.vars:
            return self.vars[key]
        try:
            value = self.parent[key]
        except KeyError:
            return self.environment.globals.get(key, missing)
        if value is None or isinstance(value, Empty):
            return self.environment.seen(value)
        return value


@pass_context
def printed(context: FactContext, value: Any) -> Any:
    """What is written for a value; also counts it."""
    if isinstance(value, Empty):
        value = context.environment.empty_text(value)
    elif not isinstance(value, str):
        if hasattr(value, "__html__"):
            context.budget.text(len(str(value)))
            return value
        value = text_of(value)
    context.budget.text(len(value))
    return value


class Exact(dict[float, Decimal]):
    """Decimals for the numbers written in expressions: 0.8 is exactly 0.8."""

    def __missing__(self, key: float) -> Decimal:
        self[key] = value = Decimal(repr(key))
        return value


class FactTemplate(Template):
    """A template that reads any mapping, without copying it."""

    environment: "FactEnvironment"

    def render(self, *args: Any, **kwargs: Any) -> str:
        """The template with these facts in it: one mapping, or keyword arguments."""
        return self.fill(args[0] if len(args) == 1 and not kwargs else dict(*args, **kwargs))

    def fill(self, facts: Mapping[str, Any], budget: Budget | None = None) -> str:
        """The template with these facts in it; several renderings can share one budget.

        Raises:
            ExpressionError: An unknown name, a value that does not fit, no end.
        """
        context = self.environment.context_class(self.environment, facts, self.name, budget=budget)
        try:
            return self.environment.concat(self.root_render_func(context))
        except FAILURES as error:
            raise translated(error, facts) from error
