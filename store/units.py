"""Whose records, said in SQL: of a scope, of a unit and all below it."""

from collections.abc import Iterator
from typing import Any

from store.model import Reach, Scope

#: A condition or a whole question, with its values.
Statement = tuple[str, list[Any]]


def within(scope: Scope, mark: str) -> Iterator[Statement]:
    """Conditions that a record lies within a scope; none if everything does.

    Args:
        scope: Of whoever asks.
        mark: Stands for a value.
    """
    if scope.reach is Reach.OWN:
        yield f"unit = {mark}", [scope.unit]
    elif scope.reach is Reach.BELOW:
        yield from below(scope.unit, mark)


def below(unit: str, mark: str) -> Iterator[Statement]:
    """Conditions that a record is of a unit or of one below it."""
    if unit:
        # "0" is what comes after "/".
        yield f"(unit = {mark} or (unit >= {mark} and unit < {mark}))", [unit, f"{unit}/", f"{unit}0"]
