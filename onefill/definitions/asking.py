"""What an expression may call beside macros: a question that the pack declares."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import nodes


class Askable(ABC):
    """A question by its name, to be called with what it is asked by and the day."""

    @abstractmethod
    def ask(self, given: Sequence[object], named: Mapping[str, object]) -> object:
        """The answer; none of what is given is empty.

        Raises:
            ExpressionFailed: It cannot be asked so.
        """


@dataclass(frozen=True)
class CallUse:
    """How a name is called in an expression: with how many values, and with which ones by name."""

    name: str
    line: int
    given: int
    named: tuple[str, ...]


def calls_in(tree: nodes.Node) -> tuple[CallUse, ...]:
    """Every call of a plain name."""
    return tuple(
        CallUse(one.node.name, one.lineno or 1, len(one.args), tuple(keyword.key for keyword in one.kwargs))
        for one in (*([tree] if isinstance(tree, nodes.Call) else ()), *tree.find_all(nodes.Call))
        if isinstance(one.node, nodes.Name)
    )
