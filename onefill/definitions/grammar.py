"""What may be written at all: checked on the parsed text, before any code is made of it."""

from collections.abc import Iterable
from math import isfinite

from jinja2 import nodes

from onefill.definitions.expression_errors import ExpressionBroken
from onefill.definitions.limits import NUMBER_BITS
from onefill.definitions.nearest import nearest

#: Nested deeper, Python itself refuses the code.
DEPTH = 80
_FORBIDDEN: dict[type[nodes.Node], str] = {
    nodes.Extends: "extends",
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "import",
    nodes.Block: "block",
    nodes.EvalContextModifier: "autoescape",
    nodes.ScopedEvalContextModifier: "autoescape",
}
_RESERVED = frozenset({"self", "super", "varargs", "kwargs"})
#: Filter -> position of the name of a test or filter among its arguments.
_NAMES_TEST = {"select": 0, "reject": 0, "selectattr": 1, "rejectattr": 1}
_NAMES_FILTER = {"map": 0}


def examine(root: nodes.Node, filters: Iterable[str], tests: Iterable[str]) -> None:
    """Refuse what cannot or may not run.

    Raises:
        ExpressionBroken: With the line and what is wrong there.
    """
    known_filters, known_tests = frozenset(filters), frozenset(tests)
    stack = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > DEPTH:
            raise ExpressionBroken("嵌套太深", node.lineno or 1)
        if fault := _fault(node, known_filters, known_tests):
            raise ExpressionBroken(fault, node.lineno or 1)
        stack.extend((child, depth + 1) for child in node.iter_child_nodes())


def _fault(node: nodes.Node, filters: frozenset[str], tests: frozenset[str]) -> str | None:
    if type(node) in _FORBIDDEN:
        return f"这里不能用“{_FORBIDDEN[type(node)]}”"
    match node:
        case nodes.For(recursive=True):
            return "循环不能写 recursive"
        case nodes.Name(name=name) if name in _RESERVED:
            return f"这里不能用“{name}”"
        case nodes.Getattr(attr=name) | nodes.Getitem(arg=nodes.Const(value=str(name))) if name.startswith("_"):
            return f"这里不能用“{name}”"
        case nodes.Getattr(node=nodes.Const(), attr=name):
            return f"写死的值没有“{name}”这一项"
        case nodes.Const(value=float() as value) if not isfinite(value):
            return "数太大"
        case nodes.Const(value=int() as value) if value.bit_length() > NUMBER_BITS:
            return "数太大"
        case nodes.Call() | nodes.Filter() | nodes.Test() if node.dyn_args or node.dyn_kwargs:
            return "参数不能写 * 或 **"
        case nodes.Filter(name=name):
            return _unknown("过滤器", name, filters) or _unknown_inside(node, filters, tests)
        case nodes.Test(name=name):
            return _unknown("判断", name, tests)
    return None


def _unknown_inside(node: nodes.Filter, filters: frozenset[str], tests: frozenset[str]) -> str | None:
    for places, known, thing in ((_NAMES_TEST, tests, "判断"), (_NAMES_FILTER, filters, "过滤器")):
        place = places.get(node.name)
        if place is not None and len(node.args) > place:
            named = node.args[place]
            if not isinstance(named, nodes.Const) or not isinstance(named.value, str):
                return f"“{node.name}”要直接写出{thing}的名字"
            return _unknown(thing, named.value, known)
    return None


def _unknown(thing: str, name: str, known: frozenset[str]) -> str | None:
    if name in known:
        return None
    near = nearest(name, known)
    return f"没有“{name}”这个{thing}" + (f"，是不是“{near}”" if near else "")
