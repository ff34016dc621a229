"""Jinja2 for Word parts: every value is cleaned, counted and escaped in one step, which is what large tables cost."""

from typing import Any, cast

from jinja2 import nodes, pass_context
from jinja2.compiler import Frame
from markupsafe import Markup, escape

from onefill.definitions.code import Code
from onefill.definitions.conditions import TESTS
from onefill.definitions.context import FactContext, printed
from onefill.definitions.empty import Empty
from onefill.definitions.expression_errors import ExpressionFailed
from onefill.definitions.expressions import ALL_FILTERS, print_environment
from onefill.definitions.limits import Budget, Limits
from onefill.definitions.sandbox import FactEnvironment
from onefill.rendering.characters import LISTING, clean
from onefill.rendering.word_additions import Additions
from onefill.rendering.word_values import WordValue, word_value


class WordCode(Code):
    """Generates code that hands every printed value to ``WordEnvironment.put``."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write("environment.put(context, ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(")")


#: Around a value that closes its run: the run that follows takes the looks of the one before.
CLOSED, REOPENED = "\x02", "\x01"


class Printing(Budget):
    """One part at work: what it may still use up, what it refers to, and whether a value brought XML along."""

    __slots__ = ("_added", "_part", "brought")

    def __init__(self, limits: Limits, part: str, added: Additions) -> None:
        super().__init__(limits)
        self._part = part
        self._added = added
        self.brought = False

    def relation(self, kind: str, target: str, external: bool = False) -> str:
        """The id of a relation of this part."""
        return self._added.relation(self._part, kind, target, external)

    def media(self, data: bytes, suffix: str) -> str:
        """The name, relative to the part, of a picture kept in the file."""
        return self._added.media(data, suffix)


class WordEnvironment(FactEnvironment):
    """Paper's environment as text of an XML part."""

    code_generator_class = WordCode

    def __init__(self) -> None:
        super().__init__(
            {**ALL_FILTERS, "as_paragraphs": _as_paragraphs}, {**TESTS, "paragraphs": _is_paragraphs}, autoescape=True
        )
        #: What authors may write: without what ``{{p … }}`` is turned into.
        self.authors = print_environment(autoescape=True)

    def put(self, context: FactContext, value: Any) -> str:
        """What is written for a value: XML as it is, anything else as text that XML can hold."""
        if type(value) is str and value.isalnum():
            context.budget.text(len(value))
            return value
        if not isinstance(value, str) and hasattr(value, "__html__") and not isinstance(value, Empty):
            return _brought(cast(Printing, context.budget), word_value(value))
        text = printed(context, value)
        return text if isinstance(text, Markup) else escape(clean(text))


def _brought(printing: Printing, value: WordValue | str) -> str:
    """XML of a value that stands in a text."""
    if isinstance(value, str):
        printing.text(len(value))
        return clean(value, keep=LISTING)
    if value.blocks:
        raise ExpressionFailed("这是整段的内容，要独占一段，写成 {{p … }}")
    xml = value.word(printing)
    printing.text(len(xml))
    printing.brought = True
    if xml.startswith("</w:t>"):
        return xml
    return f'{CLOSED}</w:t></w:r>{xml}<w:r>{REOPENED}<w:t xml:space="preserve">'


def _is_paragraphs(value: Any) -> bool:
    found = word_value(value) if hasattr(value, "__html__") and not isinstance(value, str | Empty) else ""
    return isinstance(found, WordValue) and found.blocks


@pass_context
def _as_paragraphs(context: FactContext, value: Any) -> Markup:
    printing = cast(Printing, context.budget)
    xml = cast(WordValue, word_value(value)).word(printing)
    printing.text(len(xml))
    printing.brought = True
    return Markup(xml)
