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
from onefill.rendering.excel_filling import Filling

#: About as much as the XML of a cell with a value.
_CELL_LENGTH = 40
#: Pieces of output that are worth joining.
_MANY = 4

CELL = "onefill_cell"
_AMPERSANDS = "onefill_ampersands"
#: Our own words in outlines, which no author writes, and the methods of a filling that they call.
_OWN = {
    CELL: "cell",
    "onefill_row": "row",
    "onefill_turn": "begin_turn",
    "onefill_end": "end_turns",
    "onefill_band": "band",
}
_NUMBERS = (int, Decimal, float)


class ExcelCode(Code):
    """Generates code that hands every cell, row and turn straight to the filling.

    A text that its cell held before, as most of a long list are, is looked up where it stands.
    """

    def own_length(self, node: nodes.Node) -> int:
        """Cells are counted with the turns of their loop, which is quicker than one by one."""
        is_cell = isinstance(node, nodes.Filter) and node.name == CELL
        return _CELL_LENGTH if is_cell else super().own_length(node)

    def write_commons(self) -> None:
        """What generated code finds at hand."""
        super().write_commons()
        # Heads and titles have no cells, and a plain budget.
        self.writeline("filling = context.budget")
        self.writeline("known = getattr(filling, 'written', ())")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: D102
        if frame.buffer is not None or len(node.nodes) < _MANY:
            super().visit_Output(node, frame)
            return
        # Joined at once: handing out the pieces of a row one by one costs more than making them.
        joined = frame.copy()
        joined.buffer = "pieces"
        self.writeline("pieces = []")
        super().visit_Output(node, joined)
        self.writeline("yield concat(pieces)")

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
        if node.name == CELL:
            self._cell(node, frame)
            return
        assert node.node is not None
        self.write(f"filling.{_OWN[node.name]}(")
        self.visit(node.node, frame)
        self.write(")")

    def _cell(self, node: nodes.Filter, frame: Frame) -> None:
        [slot] = node.args
        assert isinstance(slot, nodes.Const)
        self.write(f"(known[{slot.value}].get(value) if (value := ")
        if node.node is None:
            self.write(f"concat({frame.buffer})")
        else:
            self.visit(node.node, frame)
        self.write(f").__class__ is str else None) or environment.cell(filling, value, {slot.value})")


def _is_own(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Filter) and node.name in _OWN


class ExcelEnvironment(FactEnvironment):
    """Paper's environment as cells of a worksheet; a ``Filling`` stands in for the budget."""

    code_generator_class = ExcelCode

    def __init__(self) -> None:
        own = dict.fromkeys(_OWN, str)
        super().__init__({**ALL_FILTERS, **own, _AMPERSANDS: _ampersands}, TESTS)

    def cell(self, filling: Filling, value: Any, slot: int) -> str:
        """The rest of a cell's XML, from its style on: numbers and days as such, all else as text."""
        if type(value) is str:
            filling.text(len(value))
            return filling.in_text(slot, value)
        if isinstance(value, _NUMBERS) and not isinstance(value, bool):
            return filling.in_number(slot, value)
        if isinstance(value, date):
            return filling.in_day(slot, value)
        if isinstance(value, Empty):
            value = self.empty_text(value)
        text = text_of(value)
        filling.text(len(text))
        return filling.in_text(slot, text)


@pass_context
def _ampersands(context: Any, value: object) -> str:
    """A value inside a head or foot, where ``&`` begins a code."""
    return str(printed(context, value)).replace("&", "&&")
