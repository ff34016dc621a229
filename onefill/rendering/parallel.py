"""Conversions beside each other: which files go together, and several programs waited for at once."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from threading import Event
from typing import TypeVar

from onefill.errors import OneFillError
from onefill.rendering.slots import MOST

#: Bytes of office files that are worth a program of their own, which needs a second only to start.
WORTH = 48_000
_STEP = 0.05
T = TypeVar("T")


class _GivenUp(OneFillError):
    """The others have failed, or nobody wants the result any more."""


def shared_out(files: Mapping[str, bytes], most: int) -> list[dict[str, bytes]]:
    """Files in as many groups as are worth it, about equally heavy, each group in the order given."""
    weight = sum(len(content) for content in files.values())
    count = max(1, min(most, MOST, len(files), weight // WORTH))
    heavy, group_of = [0] * count, {}
    for name in sorted(files, key=lambda name: -len(files[name])):
        group_of[name] = lightest = heavy.index(min(heavy))
        heavy[lightest] += len(files[name])
    return [{name: files[name] for name in files if group_of[name] == number} for number in range(count)]


def at_once(works: Sequence[Callable[[Callable[[int, int], None]], T]], on_progress: Callable[[int], None]) -> list[T]:
    """Do works in threads of their own and give their results in order; the first failure ends all.

    Args:
        works: Each is given whom to tell its progress, as ``(done, total)``, many times a second.
        on_progress: Told how much is done by all together, in the caller's thread; what it raises ends all.
    """
    counts, stop = [0] * len(works), Event()

    def noting(number: int) -> Callable[[int, int], None]:
        def note(done: int, _total: int) -> None:
            if stop.is_set():
                raise _GivenUp
            counts[number] = done

        return note

    with ThreadPoolExecutor(len(works), thread_name_prefix="onefill-pdf") as pool:
        futures = [pool.submit(work, noting(number)) for number, work in enumerate(works)]
        try:
            running = set(futures)
            while running:
                ended, running = wait(running, timeout=_STEP, return_when=FIRST_EXCEPTION)
                for future in ended:
                    future.result()
                on_progress(sum(counts))
        finally:
            stop.set()
    return [future.result() for future in futures]
