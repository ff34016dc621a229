"""Jinja2 for worksheets: a value becomes the XML of its cell in one step, which is what long lists cost."""

from datetime import date
from decimal import Decimal
from typing import Any

from jinja2 import nodes, pass_context
from jinja2.compiler import Frame

from onefill.definitions.code import Code
from onefill.definitions.conditions import TESTS
from onefill.definitions.context import printed
from onefill.definitions.empty import Empty
from onefill.definitions.expressions import ALL_FILTERS
from onefill.definitions.sandbox import FactEnvironment
from onefill.definitions.values import text_of
from onefill.rendering.excel_filling import ROW, Filling

#: About as much as the XML of a cell with a value.
_CELL_LENGTH = 40

CELL = "onefill_cell"
_AMPERSANDS = "onefill_ampersands"
#: Our own words in outlines, which no author writes, and the methods of the environment that they call.
_OWN = {
    CELL: "cell",
    "onefill_row": "row",
    "onefill_turn": "begin_turn",
    "onefill_end": "end_turns",
    "onefill_band": "band",
}


class ExcelCode(Code):
    """Generates code that hands every cell, row and turn straight to the environment."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if not _is_own(node):
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if not _is_own(node):
            super()._output_child_post(node, frame, finalize)

    def visit_Filter(self, node: nodes.Filter, frame: Frame) -> None:  # noqa: D102
        if not _is_own(node):
            super().visit_Filter(node, frame)
            return
        self.write(f"environment.{_OWN[node.name]}(context, ")
        if node.node is None:
            self.write(f"concat({frame.buffer})")
        else:
            self.visit(node.node, frame)
        for argument in node.args:
            self.write(", ")
            self.visit(argument, frame)
        self.write(")")


def _is_own(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Filter) and node.name in _OWN


class ExcelEnvironment(FactEnvironment):
    """Paper's environment as cells of a worksheet; a ``Filling`` stands in for the budget."""

    code_generator_class = ExcelCode

    def __init__(self) -> None:
        own = dict.fromkeys(_OWN, str)
        super().__init__({**ALL_FILTERS, **own, _AMPERSANDS: _ampersands}, TESTS)

    def cell(self, context: Any, value: Any, slot: int) -> str:
        """The rest of a cell's XML, from its style on: numbers and days as such, all else as text."""
        filling: Filling = context.budget
        filling.characters -= _CELL_LENGTH
        if type(value) is str:
            found = filling.written[slot].get(value)
            if found is None:
                filling.text(len(value))
                found = filling.in_text(slot, value)
            return found
        if isinstance(value, int | Decimal | float) and not isinstance(value, bool):
            return filling.in_number(slot, value)
        if isinstance(value, date):
            return filling.in_day(slot, value)
        if isinstance(value, Empty):
            value = self.empty_text(value)
        text = text_of(value)
        filling.text(len(text))
        return filling.in_text(slot, text)

    def row(self, context: Any, source: int) -> str:
        """A row made from template row ``source`` comes next."""
        filling: Filling = context.budget
        filling.row(source)
        return ROW

    def begin_turn(self, context: Any, block: int) -> str:
        """Another turn of a loop of rows begins."""
        context.budget.begin_turn(block)
        return ""

    def end_turns(self, context: Any, block: int) -> str:
        """A loop of rows is over."""
        context.budget.end_turns(block)
        return ""

    def band(self, context: Any, number: int) -> str:
        """Rows of a list that stands beside others come next."""
        context.budget.band(number)
        return ""


@pass_context
def _ampersands(context: Any, value: object) -> str:
    """A value inside a head or foot, where ``&`` begins a code."""
    return str(printed(context, value)).replace("&", "&&")
