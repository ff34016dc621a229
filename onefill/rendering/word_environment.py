"""Jinja2 for Word parts: every value is cleaned, counted and escaped in one step, which is what large tables cost."""

from typing import Any

from jinja2 import nodes
from jinja2.compiler import Frame
from markupsafe import escape

from onefill.definitions.code import Code
from onefill.definitions.conditions import TESTS
from onefill.definitions.context import FactContext, printed
from onefill.definitions.expressions import ALL_FILTERS
from onefill.definitions.sandbox import FactEnvironment
from onefill.rendering.characters import clean


class WordCode(Code):
    """Generates code that hands every printed value to ``WordEnvironment.put``."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write("environment.put(context, ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(")")


class WordEnvironment(FactEnvironment):
    """Paper's environment as text of an XML part."""

    code_generator_class = WordCode

    def __init__(self) -> None:
        super().__init__(ALL_FILTERS, TESTS, autoescape=True)

    def put(self, context: FactContext, value: Any) -> str:
        """What is written for a value: XML as it is, anything else as text that XML can hold."""
        if type(value) is str and value.isalnum():
            context.budget.text(len(value))
            return value
        text = printed(context, value)
        return escape(text) if hasattr(text, "__html__") else escape(clean(text))
