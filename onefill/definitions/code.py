"""The code Jinja2 generates, with guards where its sandbox has none: loops, ``~``, ``in``, slices, lists."""

from copy import copy
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame


class Code(CodeGenerator):
    """Generates code whose every growing step asks the environment first."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._loops: dict[int, int] = {}

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: D102
        self._loops[id(node.iter)] = self._turn_length(node.body)
        super().visit_For(node, frame)

    def _turn_length(self, body: list[nodes.Node]) -> int:
        """Characters that one turn of a loop writes by itself; inner loops and macros count their own."""
        total = 0
        stack = list(body)
        while stack:
            node = stack.pop()
            total += self.own_length(node)
            if not isinstance(node, nodes.For | nodes.Macro):
                stack.extend(node.iter_child_nodes())
        return total

    def own_length(self, node: nodes.Node) -> int:
        """Characters that a node writes whatever the facts."""
        return len(node.data) if isinstance(node, nodes.TemplateData) else 0

    def visit(self, node: nodes.Node, *args: Any, **options: Any) -> Any:  # noqa: D102
        weight = self._loops.pop(id(node), None)
        if weight is None:
            return super().visit(node, *args, **options)
        self.write("environment.turns(context, ")
        super().visit(node, *args, **options)
        self.write(f", {weight})")
        return None

    def visit_Const(self, node: nodes.Const, frame: Frame) -> None:  # noqa: D102
        if isinstance(node.value, float):
            self.write(f"environment.exact[{node.value!r}]")
        else:
            super().visit_Const(node, frame)

    def visit_CondExpr(self, node: nodes.CondExpr, frame: Frame) -> None:  # noqa: D102
        if node.expr2 is None:
            node = copy(node)
            node.expr2 = nodes.EnvironmentAttribute("nothing", lineno=node.lineno)
        super().visit_CondExpr(node, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: D102
        self._call("join_text", node.nodes, frame)

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:  # noqa: D102
        self.write("environment.compared(context, ")
        self._tuple([node.expr, *(operand.expr for operand in node.ops)], frame)
        self.write(f", {tuple(operand.op for operand in node.ops)!r})")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: D102
        if not isinstance(node.arg, nodes.Slice):
            super().visit_Getitem(node, frame)
            return
        bounds = (node.arg.start, node.arg.stop, node.arg.step)
        nothing = nodes.Const(None, lineno=node.lineno)
        self._call("sliced", [node.node, *(nothing if bound is None else bound for bound in bounds)], frame)

    def visit_List(self, node: nodes.List, frame: Frame) -> None:  # noqa: D102
        self.write("environment.listed(")
        super().visit_List(node, frame)
        self.write(")")

    def visit_Tuple(self, node: nodes.Tuple, frame: Frame) -> None:  # noqa: D102
        if node.ctx == "store":
            super().visit_Tuple(node, frame)
            return
        self.write("environment.listed(")
        super().visit_Tuple(node, frame)
        self.write(")")

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:  # noqa: D102
        self.write("environment.listed(")
        super().visit_Dict(node, frame)
        self.write(")")

    def _call(self, name: str, arguments: list[nodes.Expr], frame: Frame) -> None:
        self.write(f"environment.{name}(context, ")
        self._tuple(arguments, frame)
        self.write(")")

    def _tuple(self, items: list[nodes.Expr], frame: Frame) -> None:
        self.write("(")
        for item in items:
            self.visit(item, frame)
            self.write(", ")
        self.write(")")


class ValueCode(Code):
    """Code of a single expression: hands the value out as it is, not as text."""

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: D102
        self.writeline("yield ", node)
        self.visit(node.nodes[0], frame)
