"""Filters over lists. Members whose asked attribute is empty are passed over; sorting keeps them, last."""

from collections.abc import Callable, Hashable, Iterator
from functools import wraps
from typing import Any, TypeVar

from jinja2 import pass_context

from onefill.definitions.arithmetic import OPERATORS, checked, number
from onefill.definitions.comparing import ordered
from onefill.definitions.conditions import ASKS_EMPTY
from onefill.definitions.empty import Empty
from onefill.definitions.expression_errors import ExpressionFailed, ExpressionTooLarge
from onefill.definitions.values import Group, nests, text_of

F = TypeVar("F", bound=Callable[..., Any])
_ABSENT: Any = object()

LIST_FILTERS: dict[str, Callable[..., Any]] = {}


def list_filter(*names: str, text: bool = False) -> Callable[[F], F]:
    """Register a filter over a list (with ``text``, over a text as well), each member a turn."""

    def register(function: F) -> F:
        @pass_context
        @wraps(function)
        def lifted(context: Any, items: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(items, Empty):
                return context.environment.read(items)
            if not isinstance(items, (list, tuple, range, str) if text else (list, tuple, range)):
                raise ExpressionFailed("这个过滤器只用于列表")
            context.budget.build_list(len(items))
            result = function(context, items, *args, **kwargs)
            return context.environment.seen(result) if result is None or isinstance(result, Empty) else result

        for name in names or (function.__name__.rstrip("_"),):
            LIST_FILTERS[name] = lifted
        return function

    return register


def attribute_of(context: Any, item: Any, path: str | int | None) -> Any:
    """What stands at a dotted path of a member; empty as soon as a step is."""
    if path is None:
        return item
    for step in str(path).split("."):
        if isinstance(item, Empty):
            return item
        environment = context.environment
        item = environment.getitem(item, int(step)) if step.isdigit() else environment.getattr(item, step)
    return item


def _filled(context: Any, items: Any, attribute: str | int | None) -> Iterator[tuple[Any, Any]]:
    """Members with what was asked of them, where that is not empty."""
    for item in items:
        asked = attribute_of(context, item, attribute)
        if asked is not None and not isinstance(asked, Empty):
            yield item, asked


def _key(value: Any, case_sensitive: bool) -> Any:
    return value.lower() if isinstance(value, str) and not case_sensitive else value


# -- choosing --------------------------------------------------------------------------------------------------


def _chosen(context: Any, items: Any, attribute: Any, test: str | None, args: tuple[Any, ...], want: bool) -> list[Any]:
    chosen = []
    for item in items:
        asked = attribute_of(context, item, attribute)
        if isinstance(asked, Empty) and test not in ASKS_EMPTY:
            continue
        holds = bool(asked) if test is None else context.environment.call_test(test, asked, args, {}, context)
        if bool(holds) is want:
            chosen.append(item)
    return chosen


@list_filter()
def select(context: Any, items: Any, test: str | None = None, *args: Any) -> list[Any]:
    """Members for which a test holds."""
    return _chosen(context, items, None, test, args, True)


@list_filter()
def reject(context: Any, items: Any, test: str | None = None, *args: Any) -> list[Any]:
    """Members for which a test does not hold."""
    return _chosen(context, items, None, test, args, False)


@list_filter()
def selectattr(context: Any, items: Any, attribute: str, test: str | None = None, *args: Any) -> list[Any]:
    """Members of whose attribute a test holds."""
    return _chosen(context, items, attribute, test, args, True)


@list_filter()
def rejectattr(context: Any, items: Any, attribute: str, test: str | None = None, *args: Any) -> list[Any]:
    """Members of whose attribute a test does not hold."""
    return _chosen(context, items, attribute, test, args, False)


@list_filter("map")
def map_(
    context: Any,
    items: Any,
    name: str | None = None,
    *args: Any,
    attribute: Any = None,
    default: Any = _ABSENT,
    **kw: Any,
) -> list[Any]:
    """An attribute of each member, or a filter over each."""
    found = []
    for item in items:
        value = attribute_of(context, item, attribute)
        if isinstance(value, Empty) and default is not _ABSENT:
            value = default
        if isinstance(value, Empty):
            continue
        if name is not None:
            value = context.environment.call_filter(name, value, args, kw, context)
        if not isinstance(value, Empty):
            found.append(value)
    return found


@list_filter()
def unique(context: Any, items: Any, case_sensitive: bool = False, attribute: Any = None) -> list[Any]:
    """Each value once: the first member that has it."""
    first: dict[Hashable, Any] = {}
    for item, asked in _filled(context, items, attribute):
        first.setdefault(_key(asked, case_sensitive), item)
    return list(first.values())


# -- order -----------------------------------------------------------------------------------------------------


class _Sortable:
    """Compares in words."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: "_Sortable") -> bool:
        return ordered(self.value, "lt", other.value)


@list_filter()
def sort(
    context: Any, items: Any, reverse: bool = False, case_sensitive: bool = False, attribute: Any = None
) -> list[Any]:
    """In order; by several attributes if they are joined by commas. Members without the attribute come last."""
    result = list(items)
    for path in reversed(str(attribute).split(",") if attribute is not None else [None]):
        keyed = [(attribute_of(context, item, path and path.strip()), item) for item in result]
        known = [(_Sortable(_key(key, case_sensitive)), item) for key, item in keyed if not isinstance(key, Empty)]
        known.sort(key=lambda pair: pair[0], reverse=reverse)
        result = [item for _, item in known] + [item for key, item in keyed if isinstance(key, Empty)]
    return result


@list_filter(text=True)
def reverse(context: Any, items: Any) -> Any:
    """The other way round."""
    return items[::-1] if isinstance(items, str) else list(items)[::-1]


@list_filter()
def groupby(
    context: Any, items: Any, attribute: Any, default: Any = _ABSENT, case_sensitive: bool = False
) -> list[Any]:
    """Members by what they have in common, in its order: ``group.grouper`` and ``group.list``.

    Members without the attribute form a last group on paper, so that nobody is lost there.
    """
    if any(nests(item) for item in items):
        raise ExpressionTooLarge("列表套得太深")
    groups: dict[Hashable, Group] = {}
    rest: list[Any] = []
    empty: Empty | None = None
    for item in items:
        asked = attribute_of(context, item, attribute)
        if isinstance(asked, Empty) and default is not _ABSENT:
            asked = default
        if isinstance(asked, Empty):
            rest.append(item)
            empty = empty if empty is not None else asked
            continue
        groups.setdefault(_key(asked, case_sensitive), Group((asked, [])))[1].append(item)
    result = [groups[key] for key in sorted(groups, key=_Sortable)]
    if empty is not None and context.environment.keeps_empty:
        result.append(Group((empty, rest)))
    return result


@list_filter()
def batch(context: Any, items: Any, linecount: int, fill_with: Any = None) -> Any:
    """Lists of that many members."""
    size = _size(linecount)
    rows = [list(items[start : start + size]) for start in range(0, len(items), size)]
    if rows and fill_with is not None:
        context.budget.build_list(size)
        rows[-1] += [fill_with] * (size - len(rows[-1]))
    return context.environment.listed(rows)


@list_filter("slice")
def slice_(context: Any, items: Any, slices: int, fill_with: Any = None) -> Any:
    """That many lists of about the same length."""
    count = _size(slices)
    context.budget.build_list(count)
    each, over = divmod(len(items), count)
    rows, start = [], 0
    for place in range(count):
        size = each + (place < over)
        row = list(items[start : start + size])
        if fill_with is not None and over and place >= over:
            row.append(fill_with)
        rows.append(row)
        start += size
    return context.environment.listed(rows)


def _size(value: Any) -> int:
    if not isinstance(value, int) or value < 1:
        raise ExpressionFailed("个数要是正整数")
    return value


# -- one value out of many -------------------------------------------------------------------------------------


@list_filter("length", "count", text=True)
def length(context: Any, items: Any) -> int:
    """How many."""
    return len(items)


@list_filter(text=True)
def first(context: Any, items: Any) -> Any:
    """The first member; empty if there is none."""
    return items[0] if items else None


@list_filter(text=True)
def last(context: Any, items: Any) -> Any:
    """The last member; empty if there is none."""
    return items[-1] if items else None


@list_filter("sum")
def sum_(context: Any, items: Any, attribute: Any = None, start: Any = 0) -> Any:
    """All numbers together."""
    total = start
    for _, value in _filled(context, items, attribute):
        if type(value) is int and type(total) is int:
            total += value
            continue
        if number(value) is None:
            raise ExpressionFailed("要相加的不全是数")
        total = OPERATORS["+"](context.budget, total, value)
    return checked(total)


def _extreme(context: Any, items: Any, attribute: Any, name: str, case_sensitive: bool) -> Any:
    best: tuple[Any, Any] | None = None
    for item, asked in _filled(context, items, attribute):
        key = _key(asked, case_sensitive)
        if best is None or ordered(key, name, best[0]):
            best = (key, item)
    return None if best is None else best[1]


@list_filter("min")
def min_(context: Any, items: Any, case_sensitive: bool = False, attribute: Any = None) -> Any:
    """The smallest; empty if there is none."""
    return _extreme(context, items, attribute, "lt", case_sensitive)


@list_filter("max")
def max_(context: Any, items: Any, case_sensitive: bool = False, attribute: Any = None) -> Any:
    """The largest; empty if there is none."""
    return _extreme(context, items, attribute, "gt", case_sensitive)


@list_filter(text=True)
def join(context: Any, items: Any, d: Any = "", attribute: Any = None, most: Any = None) -> Any:
    """All as one text, with ``d`` between; only the first ``most`` and … if that is given."""
    if isinstance(d, Empty):
        return context.environment.read(d)
    between = text_of(d)
    texts = [text_of(value) for _, value in _filled(context, items, attribute)]
    more = most is not None and len(texts) > _size(most)
    texts = texts[:most] if more else texts
    context.budget.build_text(sum(map(len, texts)) + len(between) * max(0, len(texts) - 1))
    return between.join(texts) + ("…" if more else "")


@list_filter("list", text=True)
def list_(context: Any, items: Any) -> list[Any]:
    """As a list."""
    return list(items)
