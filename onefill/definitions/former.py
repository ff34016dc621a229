"""How definitions were written for older programs: what a version pins is read for ever, whatever authors write now.

A key that is no longer known is passed over in what is pinned. Whoever takes away a word, or says by another key what
an old one said, adds a step here, and puts a form of those days into ``tests/definitions/former``.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

Tree = dict[str, Any]


def as_written_now(tree: Any) -> Any:
    """A form's tree, whenever it was written, as it would be written today."""
    if not isinstance(tree, dict):
        return tree
    now = deepcopy(tree)
    for step in _STEPS:
        step(now)
    return now


def _reasoned(form: Tree) -> None:
    """An act that could be done against its condition for a stated reason has a gate instead."""
    for action in _listed(form, "actions"):
        if action.pop("reasoned", None) is True and "when" in action:
            gate = {"expect": action.pop("when"), "message": action.pop("message", ""), "reason": True}
            action["gates"] = [gate, *action.get("gates", [])]


_STEPS: tuple[Callable[[Tree], None], ...] = (_reasoned,)


def _listed(form: Tree, key: str) -> Iterator[Tree]:
    listed = form.get(key)
    yield from (one for one in (listed if isinstance(listed, list) else ()) if isinstance(one, dict))
