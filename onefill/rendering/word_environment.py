"""Jinja2 for Word parts: every value is cleaned, counted and escaped in one step, which is what large tables cost."""

import re
from html import unescape
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
from onefill.rendering.errors import TemplateBroken
from onefill.rendering.package import XML_FAULTS
from onefill.rendering.word_additions import Additions
from onefill.rendering.word_merge import merged_text
from onefill.rendering.word_values import Picture, WordValue, word_value


class WordCode(Code):
    """Generates code that hands every printed value to ``WordEnvironment.put``."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write("environment.put(context, ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(")")

    def visit_Filter(self, node: nodes.Filter, frame: Frame) -> None:  # noqa: D102
        if node.node is not None:
            super().visit_Filter(node, frame)
            return
        with self._filter_test_common(node, frame, True):
            self.write(f"environment.block(concat({frame.buffer}))")

    def visit_FilterBlock(self, node: nodes.FilterBlock, frame: Frame) -> None:  # noqa: D102
        inner = self._buffered(node, frame)
        self.start_write(frame, node)
        self.write("environment.put(context, ")
        self.visit_Filter(node.filter, inner)
        self.write(")")
        self.end_write(frame)
        self.leave_frame(inner)

    def visit_CallBlock(self, node: nodes.CallBlock, frame: Frame) -> None:  # noqa: D102
        call_frame, macro = self.macro_body(node, frame)
        self.writeline("caller = ")
        self.macro_def(macro, call_frame)
        self.start_write(frame, node)
        self.write("environment.put(context, ")
        self.visit_Call(node.call, frame, forward_caller=True)
        self.write(")")
        self.end_write(frame)

    def visit_AssignBlock(self, node: nodes.AssignBlock, frame: Frame) -> None:  # noqa: D102
        self.push_assign_tracking()
        inner = self._buffered(node, frame)
        self.newline(node)
        self.visit(node.target, frame)
        self.write(" = ")
        if node.filter is None:
            self.write(f"environment.block(concat({inner.buffer}))")
        else:
            self.visit_Filter(node.filter, inner)
        self.pop_assign_tracking(frame)
        self.leave_frame(inner)

    def _buffered(self, node: nodes.FilterBlock | nodes.AssignBlock, frame: Frame) -> Frame:
        """The frame of a block whose text is taken instead of written."""
        inner = frame.inner()
        inner.require_output_check = False
        inner.symbols.analyze_node(node)
        self.enter_frame(inner)
        self.buffer(inner)
        self.blockvisit(node.body, inner)
        return inner


class Fragment:
    """XML that a block or a macro wrote: it can be printed, and nothing else can be done with it."""

    def __init__(self, xml: str) -> None:
        self.xml = xml
        self.blocks = xml.startswith(("<w:p>", "<w:p ", "<w:tbl>"))

    def __str__(self) -> str:
        return unescape(_ELEMENT.sub("", self.xml))


_ELEMENT = re.compile("<[^>]*>")
_ALONE = ExpressionFailed("这是整段的内容，要独占一段，写成 {{p … }}")
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

    def merged(self, data: bytes) -> str:
        """The blocks of another Word file, all that they refer to being kept in this one.

        Raises:
            ExpressionFailed: No Word file.
        """
        try:
            return self._added.once(self._part, data, lambda: merged_text(data, self._added, self._part))
        except (TemplateBroken, *XML_FAULTS) as exc:
            raise ExpressionFailed("放进来的 Word 文件打不开") from exc


class WordEnvironment(FactEnvironment):
    """Paper's environment as text of an XML part."""

    code_generator_class = WordCode

    def __init__(self) -> None:
        filters = {**ALL_FILTERS, "as_paragraphs": _as_paragraphs, "picture_or": _picture_or}
        super().__init__(filters, {**TESTS, "paragraphs": _is_paragraphs}, autoescape=True)
        #: What authors may write: without what ``{{p … }}`` and pictures are turned into.
        self.authors = print_environment(autoescape=True)

    def block(self, xml: str) -> str | Fragment:
        """What a block or a macro is worth: its text, unescaped, if it wrote nothing else."""
        return Fragment(xml) if "<" in xml else unescape(xml)

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """As on all paper; a macro gives its text."""
        value = super().call(__context, __obj, *args, **kwargs)
        return __self.block(value) if isinstance(value, Markup) else value

    def put(self, context: FactContext, value: Any) -> str:
        """What is written for a value: XML as it is, anything else as text that XML can hold."""
        if type(value) is str and value.isalnum():
            context.budget.text(len(value))
            return value
        if isinstance(value, Fragment):
            return _printed_fragment(cast(Printing, context.budget), value)
        if not isinstance(value, str) and hasattr(value, "__html__") and not isinstance(value, Empty):
            return _brought(cast(Printing, context.budget), word_value(value))
        return value if isinstance(value, Markup) else escape(clean(printed(context, value)))


def _printed_fragment(printing: Printing, fragment: Fragment) -> str:
    if fragment.blocks:
        raise _ALONE
    printing.text(len(fragment.xml))
    printing.brought = True
    return fragment.xml


def _brought(printing: Printing, value: WordValue | str) -> str:
    """XML of a value that stands in a text."""
    if isinstance(value, str):
        printing.text(len(value))
        return clean(value, keep=LISTING)
    if value.blocks:
        raise _ALONE
    xml = value.word(printing)
    printing.text(len(xml))
    printing.brought = True
    if xml.startswith("</w:t>"):
        return xml
    return f'{CLOSED}</w:t></w:r>{xml}<w:r>{REOPENED}<w:t xml:space="preserve">'


def _is_paragraphs(value: Any) -> bool:
    if hasattr(value, "__html__") and not isinstance(value, str | Empty):
        value = word_value(value)
    return isinstance(value, WordValue | Fragment) and value.blocks


@pass_context
def _as_paragraphs(context: FactContext, value: Any) -> Markup:
    printing = cast(Printing, context.budget)
    xml = value.xml if isinstance(value, Fragment) else cast(WordValue, word_value(value)).word(printing)
    printing.text(len(xml))
    printing.brought = True
    return Markup(xml)


@pass_context
def _picture_or(context: FactContext, value: Any, own: str) -> str:
    """The relation of a picture; the template's own where there is none."""
    if value is None or value == "" or isinstance(value, Empty):
        return own
    picture = word_value(value) if hasattr(value, "__html__") else value
    if not isinstance(picture, Picture):
        raise ExpressionFailed("图片的替代文字里要写一张图片")
    return picture.relation(cast(Printing, context.budget))
