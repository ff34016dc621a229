"""Expressions of views and boards asked of a record's facts, item by item."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from onefill.definitions.expressions import Empty, compile_expression
from onefill.facts.sheet import Sheet
from onefill.facts.views import RowView, names_over
from onefill.reviews import Case

Names = Mapping[str, object]


def value_of(source: str, scope: Names) -> Any:
    """What an expression gives; None for nothing.

    Raises:
        ExpressionError: It cannot be worked out of these facts.
    """
    found = compile_expression(source).evaluate(scope)
    return None if isinstance(found, Empty) else found


class SoFar(Mapping[str, object]):
    """What has been done to a record, as ``case`` of expressions that are asked of it outside of a submission.

    Args:
        record: Its id.
        case: Works out where the record stands, once it is asked for.
    """

    def __init__(self, record: str, case: Callable[[], Case]) -> None:
        self._asked: Mapping[str, Callable[[], object]] = {"record": lambda: record, "acts": lambda: case().acts}

    def __getitem__(self, name: str) -> object:
        return self._asked[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._asked)

    def __len__(self) -> int:
        return len(self._asked)


def with_acts(sheet: Sheet, case: Callable[[], Case]) -> Names:
    """The names of a record's facts, and ``case`` with what has been done to it."""
    return names_over(sheet.view, {"case": SoFar(sheet.record, case)})


def names_on(sheet: Sheet, today: date) -> Names:
    """The names of a record's facts, and ``today`` where none of them is called so: for what is only looked at."""
    return names_over({"today": today}, sheet.view)


def items_of(sheet: Sheet, each: str | None, names: Names | None = None) -> list[Names]:
    """The names about each item of a list; those of the record itself where no list is named.

    Args:
        sheet: The record.
        each: The list.
        names: Those of the record, if not its facts alone.
    """
    base = sheet.view if names is None else names
    if each is None:
        return [base]
    return [_about(sheet, item, base) for item in value_of(each, base) or ()]


def _about(sheet: Sheet, item: object, base: Names) -> Names:
    if isinstance(item, RowView) and item.sheet is sheet:
        return names_over(base, sheet.scope(item))
    own = dict(item) if isinstance(item, dict) else item if isinstance(item, Mapping) else {}
    return names_over(names_over(base, own), {"row": item})
