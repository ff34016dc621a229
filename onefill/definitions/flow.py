"""How facts flow through filters: which pass their value on, and which attributes they ask of members."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable

from jinja2 import nodes

from onefill.definitions.conditions import ASKS_EMPTY
from onefill.definitions.origins import NOWHERE, Origin, union

_SAME_LIST = frozenset({"list", "sort", "unique", "reverse", "select", "reject", "selectattr", "rejectattr"})


class Flow(ABC):
    """What a filter's value comes from. A filter not known here reads its value and its arguments whole."""

    @abstractmethod
    def use(self, origin: Origin, node: nodes.Node, whole: bool = True) -> None:
        """Note that a value is read."""

    @abstractmethod
    def consume(self, expressions: Iterable[nodes.Node], whole: bool = True) -> None:
        """Note that the values of expressions are read."""

    @abstractmethod
    def origin(self, node: nodes.Node) -> Origin:
        """Where the value of an expression comes from."""

    @abstractmethod
    def attribute(self, origin: Origin, name: str) -> Origin:
        """An attribute of a value."""

    def filtered(self, node: nodes.Filter) -> Origin:
        """Where the value of a filter comes from."""
        value = self.origin(node.node) if node.node is not None else NOWHERE
        self.consume(one for one in (node.dyn_args, node.dyn_kwargs) if one is not None)
        options: dict[str, nodes.Expr] = {str(keyword.key): keyword.value for keyword in node.kwargs}
        visit = _FILTERS.get(node.name)
        if visit is not None:
            return visit(self, node, value, options)
        self.use(value, node)
        self.consume([*node.args, *options.values()])
        return NOWHERE

    def _asked(self, node: nodes.Node, value: Origin, attribute: nodes.Node | None, whole: bool = True) -> Origin:
        """What an ``attribute=`` argument asks of every member; noted as used."""
        if attribute is None:
            self.use(value, node, whole)
            return NOWHERE
        self.use(value, node, whole=False)
        if not isinstance(attribute, nodes.Const):
            self.consume([attribute])
            self.use(value.member(), node)
            return NOWHERE
        found = NOWHERE
        for path in str(attribute.value).split(","):
            asked = value.member()
            for step in path.strip().split("."):
                asked = asked.at(int(step)) if step.isdigit() else self.attribute(asked, step)
            self.use(asked, node, whole)
            found = found | asked
        return found

    def _same_list(self, node: nodes.Filter, value: Origin, options: dict[str, nodes.Expr]) -> Origin:
        args = list(node.args)
        if node.name in ("list", "reverse"):
            self.use(value, node, whole=False)
        elif node.name in ("sort", "unique"):
            position = {"sort": 2, "unique": 1}[node.name]
            self._asked(node, value, options.pop("attribute", args[position] if len(args) > position else None))
        else:
            attribute = args.pop(0) if node.name.endswith("attr") and args else options.pop("attribute", None)
            test = args.pop(0) if args else None
            empty = test is None or (isinstance(test, nodes.Const) and test.value in ASKS_EMPTY)
            self._asked(node, value, attribute, whole=not empty)
        self.consume([*args, *options.values()])
        return value

    def _map(self, node: nodes.Filter, value: Origin, options: dict[str, nodes.Expr]) -> Origin:
        attribute = options.pop("attribute", None)
        asked = self._asked(node, value, attribute)
        if node.args:
            self.consume([*node.args, *options.values()])
            return NOWHERE
        return Origin(item=union(asked, *map(self.origin, options.values())))

    def _group(self, node: nodes.Filter, value: Origin, options: dict[str, nodes.Expr]) -> Origin:
        args = list(node.args)
        asked = self._asked(node, value, args.pop(0) if args else options.pop("attribute", None))
        rest = union(*map(self.origin, [*args, *options.values()]))
        self.use(rest, node)
        asked = asked | rest
        return Origin(item=Origin(parts={"grouper": asked, "0": asked, "list": value, "1": value}))

    def _cut(self, node: nodes.Filter, value: Origin, options: dict[str, nodes.Expr]) -> Origin:
        self.use(value, node, whole=False)
        others = union(*map(self.origin, [*node.args, *options.values()]))
        return Origin(item=Origin(item=union(value.member(), others)))

    def _one(self, node: nodes.Filter, value: Origin, options: dict[str, nodes.Expr]) -> Origin:
        attribute = options.pop("attribute", node.args[1] if len(node.args) > 1 else None)
        first = node.name in ("first", "last")
        self._asked(node, value, attribute, whole=not first)
        self.consume([*node.args, *options.values()])
        return value.member() if first or attribute is not None else NOWHERE

    def _all(self, node: nodes.Filter, value: Origin, options: dict[str, nodes.Expr]) -> Origin:
        args = list(node.args)
        position = {"sum": 0, "join": 1}[node.name]
        attribute = options.pop("attribute", args.pop(position) if len(args) > position else None)
        self._asked(node, value, attribute)
        self.consume([*args, *options.values()])
        return NOWHERE

    def _length(self, node: nodes.Filter, value: Origin, options: dict[str, nodes.Expr]) -> Origin:
        self.use(value, node, whole=False)
        return NOWHERE

    def _default(self, node: nodes.Filter, value: Origin, options: dict[str, nodes.Expr]) -> Origin:
        self.use(value, node, whole=False)
        return union(value, *map(self.origin, [*node.args, *options.values()]))

    def _grid(self, node: nodes.Filter, value: Origin, options: dict[str, nodes.Expr]) -> Origin:
        self.use(value, node)
        self.consume([*node.args, *options.values()], whole=False)
        return NOWHERE


_FILTERS: dict[str, Callable[[Flow, nodes.Filter, Origin, dict[str, nodes.Expr]], Origin]] = {
    **dict.fromkeys(_SAME_LIST, Flow._same_list),
    "map": Flow._map,
    "groupby": Flow._group,
    "batch": Flow._cut,
    "slice": Flow._cut,
    **dict.fromkeys(("first", "last", "min", "max"), Flow._one),
    **dict.fromkeys(("sum", "join"), Flow._all),
    **dict.fromkeys(("length", "count"), Flow._length),
    **dict.fromkeys(("default", "d"), Flow._default),
    **dict.fromkeys(("cell", "along"), Flow._grid),
}
