"""How far something is, told to whoever waits for it."""

from collections.abc import Callable, Collection, Iterator
from typing import TypeVar

#: Told how much is done, of how much.
OnProgress = Callable[[int, int], None]

_Thing = TypeVar("_Thing")


def counted(things: Collection[_Thing], on_progress: OnProgress | None) -> Iterator[_Thing]:
    """Things one by one; behind each it is told how many are done."""
    for done, thing in enumerate(things, start=1):
        yield thing
        if on_progress:
            on_progress(done, len(things))
