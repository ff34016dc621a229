"""Which facts an expression or a template can read, found without running it. None is ever missed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from jinja2 import nodes

from onefill.definitions.conditions import ASKS_EMPTY
from onefill.definitions.flow import Flow
from onefill.definitions.origins import NOWHERE, Origin, fact, union
from onefill.definitions.sandbox import FactEnvironment

_PARSER = FactEnvironment({}, {})
#: Links of a chain like ``a.b[0]``.
_CHAIN = (nodes.Name, nodes.Getattr, nodes.Getitem)
#: Lists nested deeper in variables are taken as read whole.
_NESTED = 4


#: Stands for an argument that is worked out, so that nobody can say what it is.
WORKED_OUT = ...


@dataclass(frozen=True)
class FilterUse:
    """A filter that stands right behind a name.

    Attributes:
        name: Which.
        given: What is written in its brackets, ``WORKED_OUT`` where it is no plain value.
        named: The same with a name: ``thousands=true``.
    """

    name: str
    given: tuple[object, ...] = ()
    named: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class NameUse:
    """A fact that is read.

    Attributes:
        path: ``start_date``, ``institution.inst_name``, ``trainees[].name``.
        line: Where, counted from 1.
        whole: Whether everything at the path may be read. Otherwise it is only asked whether there is something, how
            many, or which one: ``{% for t in trainees %}`` uses ``trainees`` so, and the fields of ``t`` one by one.
        filters: Those right behind it, where the name can be nothing else than this fact.
        walked: Loops over it, each as its author wrote it: ``t in trainees``, by the name that it gives a member.
    """

    path: str
    line: int
    whole: bool = True
    filters: tuple[FilterUse, ...] = ()
    walked: tuple[tuple[str, str], ...] = ()


class Walking(Protocol):
    """Some place that uses a name."""

    @property
    def walked(self) -> Sequence[tuple[str, str]]:
        """Loops over it."""
        ...


def used_names(source: str | nodes.Node, *, expression: bool = False) -> tuple[NameUse, ...]:
    """Every fact that can be read, each once a line, in the order of the text.

    Args:
        source: Text with expressions in it, or its tree as the environment parses it.
        expression: The source is an expression without braces.

    Raises:
        ExpressionBroken: The source cannot be understood.
    """
    if isinstance(source, str):
        source = _PARSER.parse_expression(source) if expression else _PARSER.parse(source)
    reader = _Reader()
    reader.read(source)
    return tuple(
        NameUse(
            path, line, whole, tuple(reader.behind.get((path, line), ())), tuple(reader.walked.get((path, line), ()))
        )
        for (path, line), whole in reader.uses.items()
    )


class _Reader(Flow):
    """Goes through the tree until nothing new is learnt: namespaces and macros carry values backwards in the text."""

    def __init__(self) -> None:
        self.uses: dict[tuple[str, int], bool] = {}
        self.behind: dict[tuple[str, int], dict[FilterUse, None]] = {}
        self.walked: dict[tuple[str, int], dict[tuple[str, str], None]] = {}
        #: Names that a template makes itself: what they hold depends on more than where it comes from.
        self._own: frozenset[str] = frozenset()
        self._scopes: list[dict[str, Origin]] = [{}]
        #: What was ever put into a namespace's part, a macro's parameter, a variable of that name.
        self._spaces: dict[tuple[int, str], Origin] = {}
        self._assigned: dict[str, Origin] = {}
        self._macros: dict[int, nodes.Macro] = {}
        self._in_macro = 0

    def read(self, root: nodes.Node) -> None:
        """Collect all uses."""
        for macro in root.find_all(nodes.Macro):
            self._macros[id(macro)] = macro
            made = Origin(made=frozenset({id(macro)}))
            self._assigned[macro.name] = self._assigned.get(macro.name, NOWHERE) | made
        self._own = frozenset(_made_by(root))
        before: object = None
        while before != (before := (dict(self.uses), dict(self._spaces), dict(self._assigned))):
            self._scopes = [{}]
            if isinstance(root, nodes.Expr):
                self.use(self.origin(root), root)
            else:
                self._statement(root)

    # -- keeping -------------------------------------------------------------------------------------------

    def use(self, origin: Origin, node: nodes.Node, whole: bool = True) -> None:
        """Note that a value is read."""
        for path in sorted(origin.paths):
            place = (path, node.lineno or 1)
            self.uses[place] = self.uses.get(place, False) or whole
        for inner in origin.inside():
            self.use(inner, node, whole)

    def consume(self, expressions: Iterable[nodes.Node], whole: bool = True) -> None:
        """Note that the values of expressions are read."""
        for expression in expressions:
            self.use(self.origin(expression), expression, whole)

    def _shallow(self, origin: Origin, node: nodes.Node) -> Origin:
        if origin.depth() <= _NESTED:
            return origin
        self.use(origin, node)
        return NOWHERE

    def _learn(self, key: tuple[int, str], origin: Origin, node: nodes.Node) -> None:
        self._spaces[key] = self._spaces.get(key, NOWHERE) | self._shallow(origin, node)

    def _look_up(self, name: str) -> Origin:
        found = next((scope[name] for scope in reversed(self._scopes) if name in scope), None)
        if not self._in_macro:
            return fact(name) if found is None else found
        # A macro sees what its variables hold when it is called, which may be set further down.
        later = self._assigned.get(name, NOWHERE)
        if found is None:
            found = NOWHERE if later.made else fact(name)
        return found | later

    @contextmanager
    def _scope(self, **names: Origin) -> Iterator[dict[str, Origin]]:
        self._scopes.append(dict(names))
        try:
            yield self._scopes[-1]
        finally:
            self._scopes.pop()

    def _bind(self, target: nodes.Node, origin: Origin) -> None:
        match target:
            case nodes.Name(name=name):
                self._scopes[-1][name] = origin = self._shallow(origin, target)
                self._assigned[name] = self._assigned.get(name, NOWHERE) | origin
            case nodes.NSRef(name=name, attr=attr):
                space = self._look_up(name)
                self.use(Origin(space.paths), target)
                for made in space.made:
                    self._learn((made, attr), origin, target)
            case nodes.Tuple(items=items):
                for place, item in enumerate(items):
                    self._bind(item, origin.at(place))
            case _:
                self.use(origin, target)

    # -- statements ----------------------------------------------------------------------------------------

    def _body(self, statements: Iterable[nodes.Node]) -> None:
        for statement in statements:
            self._statement(statement)

    def _statement(self, node: nodes.Node) -> None:
        visit = _STATEMENTS.get(type(node))
        if visit is not None:
            visit(self, node)
        elif isinstance(node, nodes.Expr):
            self.use(self.origin(node), node)
        else:
            self._body(node.iter_child_nodes())

    def _for(self, node: nodes.For) -> None:
        items = self.origin(node.iter)
        self.use(items, node, whole=False)
        if isinstance(node.target, nodes.Name):
            loop_over = (node.target.name, f"{node.target.name} in {_list_written(node.iter)}")
            for path in items.paths:
                self.walked.setdefault((path, node.lineno or 1), {})[loop_over] = None
        member = items.member()
        loop = Origin(parts={"previtem": member, "nextitem": member})
        with self._scope(loop=loop):
            self._bind(node.target, member)
            if node.test is not None:
                self.consume([node.test], whole=False)
            self._body(node.body)
        with self._scope():
            self._body(node.else_)

    def _if(self, node: nodes.If) -> None:
        branches = []
        for test, body in [
            (node.test, node.body),
            *((one.test, one.body) for one in node.elif_),
            (None, node.else_),
        ]:
            if test is not None:
                self.consume([test], whole=False)
            with self._scope() as names:
                self._body(body)
            branches.append(names)
        for name in dict.fromkeys(name for names in branches for name in names):
            origins = [names[name] if name in names else self._look_up(name) for names in branches]
            self._scopes[-1][name] = union(*origins)

    def _assign(self, node: nodes.Assign) -> None:
        self._bind(node.target, self.origin(node.node))

    def _assign_block(self, node: nodes.AssignBlock) -> None:
        with self._scope():
            self._body(node.body)
        if node.filter is not None:
            self.consume([node.filter])
        self._bind(node.target, NOWHERE)

    def _with(self, node: nodes.With) -> None:
        origins = [self.origin(value) for value in node.values]
        with self._scope():
            for target, origin in zip(node.targets, origins, strict=True):
                self._bind(target, origin)
            self._body(node.body)

    def _filter_block(self, node: nodes.FilterBlock) -> None:
        with self._scope():
            self._body(node.body)
        self.consume([node.filter])

    def _macro(self, node: nodes.Macro) -> None:
        self._scopes[-1][node.name] = Origin(made=frozenset({id(node)}))
        self._inside(node, node.args, node.defaults)

    def _call_block(self, node: nodes.CallBlock) -> None:
        self.origin(node.call)
        # What the macro hands to caller() is used whole there, so the names it gets here add nothing.
        self._inside(node, node.args, node.defaults)

    def _inside(self, node: nodes.Macro | nodes.CallBlock, args: list[nodes.Name], defaults: list[nodes.Expr]) -> None:
        self._in_macro += 1
        with self._scope(caller=NOWHERE) as names:
            first = len(args) - len(defaults)
            for place, arg in enumerate(args):
                given = self._spaces.get((id(node), arg.name), NOWHERE)
                names[arg.name] = given | (self.origin(defaults[place - first]) if place >= first else NOWHERE)
            self._body(node.body)
        self._in_macro -= 1

    # -- expressions ---------------------------------------------------------------------------------------

    def origin(self, node: nodes.Node) -> Origin:
        """Where the value of an expression comes from; what it reads to find it is noted on the way."""
        visit = _EXPRESSIONS.get(type(node))
        if visit is None:
            self.consume(node.iter_child_nodes())
            return NOWHERE
        found = visit(self, node)
        if isinstance(node, _CHAIN):
            # It is looked up, whatever becomes of it.
            self.use(found, node, whole=False)
        return found

    def _before_dot(self, node: nodes.Node) -> Origin:
        return _EXPRESSIONS[type(node)](self, node) if isinstance(node, _CHAIN) else self.origin(node)

    def _name(self, node: nodes.Name) -> Origin:
        return self._look_up(node.name)

    def attribute(self, origin: Origin, name: str) -> Origin:
        """An attribute, of a namespace as well."""
        return union(origin.attribute(name), *(self._spaces.get((made, name), NOWHERE) for made in origin.made))

    def _getattr(self, node: nodes.Getattr) -> Origin:
        return self.attribute(self._before_dot(node.node), node.attr)

    def _getitem(self, node: nodes.Getitem) -> Origin:
        value = self._before_dot(node.node)
        match node.arg:
            case nodes.Const(value=str() as name):
                return self.attribute(value, name)
            case nodes.Const(value=int() as place):
                self.use(value, node, whole=False)
                return value.at(place)
            case nodes.Neg(node=nodes.Const(value=int())):
                self.use(value, node, whole=False)
                return value.member()
            case nodes.Slice():
                self.consume(node.arg.iter_child_nodes())
                return value
        self.consume([node.arg])
        self.use(Origin(value.paths), node)
        return union(*value.inside(), *(self._spaces[key] for key in self._spaces if key[0] in value.made))

    def _conditional(self, node: nodes.CondExpr) -> Origin:
        self.consume([node.test], whole=False)
        return self.origin(node.expr1) | (self.origin(node.expr2) if node.expr2 is not None else NOWHERE)

    def _either(self, node: nodes.BinExpr) -> Origin:
        left = self.origin(node.left)
        self.use(left, node.left, whole=False)
        return left | self.origin(node.right)

    def _not(self, node: nodes.Not) -> Origin:
        self.consume([node.node], whole=False)
        return NOWHERE

    def _filter(self, node: nodes.Filter) -> Origin:
        if isinstance(node.node, _CHAIN) and _root_of(node.node) not in self._own:
            before = self._before_dot(node.node)
            if before == Origin(before.paths) and len(before.paths) == 1:
                place = (next(iter(before.paths)), node.node.lineno or 1)
                self.behind.setdefault(place, {})[_filter_use(node)] = None
        return self.filtered(node)

    def _list(self, node: nodes.List | nodes.Tuple) -> Origin:
        origins = [self.origin(item) for item in node.items]
        parts = {str(place): origin for place, origin in enumerate(origins)}
        return Origin(parts=parts) if isinstance(node, nodes.Tuple) else Origin(item=union(*origins))

    def _dict(self, node: nodes.Dict) -> Origin:
        parts: dict[str, Origin] = {}
        for pair in node.items:
            if not isinstance(pair.key, nodes.Const):
                self.consume([pair.key])
            name = str(pair.key.value) if isinstance(pair.key, nodes.Const) else "*"
            parts[name] = parts.get(name, NOWHERE) | self.origin(pair.value)
        return Origin(parts=parts)

    def _test(self, node: nodes.Test) -> Origin:
        self.consume([node.node], whole=node.name not in ASKS_EMPTY)
        self.consume([*node.args, *(keyword.value for keyword in node.kwargs)])
        return NOWHERE

    def _call(self, node: nodes.Call) -> Origin:
        if isinstance(node.node, nodes.Name) and node.node.name == "namespace":
            for keyword in node.kwargs:
                self._learn((id(node), keyword.key), self.origin(keyword.value), keyword)
            self.consume(node.args)
            return Origin(made=frozenset({id(node)}))
        if isinstance(node.node, nodes.Name) and node.node.name == "range":
            self.consume(node.args)
            return NOWHERE
        self.consume(one for one in (node.dyn_args, node.dyn_kwargs) if one is not None)
        callee = self.origin(node.node)
        self.use(Origin(callee.paths), node)
        macros = [self._macros[made] for made in callee.made if made in self._macros]
        given: list[tuple[int | str, nodes.Expr]] = [
            *enumerate(node.args),
            *((kw.key, kw.value) for kw in node.kwargs),
        ]
        for key, value in given:
            self._give(macros, key, value)
        return NOWHERE

    def _give(self, macros: list[nodes.Macro], key: int | str, value: nodes.Expr) -> None:
        origin = self.origin(value)
        if not macros:
            self.use(origin, value)
        for macro in macros:
            names = [arg.name for arg in macro.args]
            name = names[key] if isinstance(key, int) and key < len(names) else key
            if name in names:
                self._learn((id(macro), str(name)), origin, value)
            else:
                self.use(origin, value)


def _root_of(chain: nodes.Node) -> str:
    """The name that a chain like ``a.b[0]`` begins with; empty if it begins with something worked out."""
    while isinstance(chain, nodes.Getattr | nodes.Getitem):
        chain = chain.node
    return chain.name if isinstance(chain, nodes.Name) else ""


def _list_written(walked: nodes.Node) -> str:
    """The list of a loop as its author wrote it, as far as that is a chain of names; an ellipsis for the rest."""
    match walked:
        case nodes.Name(name=name):
            return name
        case nodes.Getattr(node=before, attr=name):
            return f"{_list_written(before)}.{name}"
        case nodes.Filter(node=nodes.Node() as before):
            return f"{_list_written(before)}|…" if not _list_written(before).endswith("…") else _list_written(before)
    return "…"


def loops_in(uses: Iterable[Walking]) -> dict[str, str]:
    """Names that exist only inside loops, each with its loop as it is written."""
    return dict(loop for use in uses for loop in use.walked)


def _filter_use(node: nodes.Filter) -> FilterUse:
    named = tuple((str(keyword.key), _written(keyword.value)) for keyword in node.kwargs)
    return FilterUse(node.name, tuple(map(_written, node.args)), named)


def _written(argument: nodes.Node) -> object:
    return argument.value if isinstance(argument, nodes.Const) else WORKED_OUT


def _made_by(root: nodes.Node) -> Iterator[str]:
    """Names that a template sets, hands to a macro, or walks over a list with that it writes out itself."""
    yield ""
    for node in root.find_all((nodes.Assign, nodes.AssignBlock, nodes.With, nodes.Macro, nodes.CallBlock, nodes.For)):
        match node:
            case nodes.For(iter=walked, target=target):
                while isinstance(walked, nodes.Filter) and walked.node is not None:
                    walked = walked.node
                targets = [] if isinstance(walked, _CHAIN) else [target]
            case nodes.With(targets=targets):
                pass
            case nodes.Macro(args=targets) | nodes.CallBlock(args=targets):
                pass
            case nodes.Assign(target=target) | nodes.AssignBlock(target=target):
                targets = [target]
        for target in targets:
            for name in (target, *target.find_all(nodes.Name)):
                if isinstance(name, nodes.Name):
                    yield name.name


_STATEMENTS: dict[type[nodes.Node], Callable[[_Reader, Any], None]] = {
    nodes.For: _Reader._for,
    nodes.If: _Reader._if,
    nodes.Assign: _Reader._assign,
    nodes.AssignBlock: _Reader._assign_block,
    nodes.With: _Reader._with,
    nodes.FilterBlock: _Reader._filter_block,
    nodes.Macro: _Reader._macro,
    nodes.CallBlock: _Reader._call_block,
}
_EXPRESSIONS: dict[type[nodes.Node], Callable[[_Reader, Any], Origin]] = {
    nodes.Name: _Reader._name,
    nodes.Getattr: _Reader._getattr,
    nodes.Getitem: _Reader._getitem,
    nodes.CondExpr: _Reader._conditional,
    nodes.And: _Reader._either,
    nodes.Or: _Reader._either,
    nodes.Not: _Reader._not,
    nodes.List: _Reader._list,
    nodes.Tuple: _Reader._list,
    nodes.Dict: _Reader._dict,
    nodes.Test: _Reader._test,
    nodes.Call: _Reader._call,
    nodes.Filter: _Reader._filter,
}
