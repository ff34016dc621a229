"""Rest for the garbage collector while much is made at once that stays: it would look through all of it, in vain."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_resting = 0
_was_at_work = True


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Let it rest until everybody who has asked for that is done; what is no longer needed goes all the same."""
    global _resting, _was_at_work
    with _lock:
        if not _resting:
            _was_at_work = gc.isenabled()
            gc.disable()
        _resting += 1
    try:
        yield
    finally:
        with _lock:
            _resting -= 1
            if not _resting and _was_at_work:
                gc.enable()
