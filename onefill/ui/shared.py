"""The one desk of this process, for screens and routes alike."""

from threading import Lock

from onefill.service.desk import Desk, Settings, open_desk

_lock = Lock()
_kept: list[Desk] = []


def the_desk() -> Desk:
    """The desk, opened at the first call with the settings of the environment."""
    with _lock:
        if not _kept:
            _kept.append(open_desk(Settings.from_environment()))
        return _kept[0]


def put_desk(desk: Desk | None) -> None:
    """Work with another desk from now on; with none, the next call opens one anew."""
    with _lock:
        _kept[:] = [] if desk is None else [desk]
