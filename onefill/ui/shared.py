"""The one desk of this process, for screens and routes alike, and who asks it now."""

from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime
from functools import partial
from threading import Lock, Thread
from urllib.parse import unquote

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from onefill.people import SignedOut
from onefill.service.aside import InBackground
from onefill.service.desk import Desk, Settings, open_desk
from onefill.service.shapes import Person
from onefill.ui.station import STATION, station_of
from onefill.ui.whence import asked_from

#: What the browser keeps of a session.
COOKIE = "onefill"

_lock = Lock()
_kept: list[Desk] = []
#: Whom the gate has let in, for a route or a job. A script asks for itself: its thread belongs to nobody.
PRESENT: ContextVar[Person | None] = ContextVar("present", default=None)


def the_desk() -> Desk:
    """The desk, opened at the first call with the settings of the environment."""
    with _lock:
        if not _kept:
            settings = Settings.from_environment()
            who = Person if settings.people == "none" else present
            _kept.append(open_desk(settings, present=who, aside=InBackground(), whence=partial(asked_from, settings)))
            Thread(target=_kept[0].make_ready, name="onefill-ready", daemon=True).start()
            _kept[0].jobs.resume_abandoned()
            if settings.has_workers and settings.workers == "inside":
                _kept[0].worker().begin()
        return _kept[0]


def the_settings() -> Settings:
    """The settings of the desk, without opening it for this."""
    with _lock:
        return _kept[0].settings if _kept else Settings.from_environment()


def the_moment() -> datetime:
    """Now, as the desk's clock tells it, without opening it for this."""
    with _lock:
        clock = _kept[0].now if _kept else _pc_clock
    return clock()


def _pc_clock() -> datetime:
    return datetime.now().astimezone()


def put_desk(desk: Desk | None) -> None:
    """Work with another desk from now on; with none, the next call opens one anew."""
    with _lock:
        _kept[:] = [] if desk is None else [desk]


def present() -> Person:
    """The person who asks.

    Raises:
        SignedOut: Nobody is signed in, or not any more.
    """
    if get_script_run_ctx(suppress_warning=True) is not None:
        return _of_script()
    person = PRESENT.get()
    if person is None:
        raise SignedOut()
    return person


def _of_script() -> Person:
    """Who sits before a page: the socket was opened with a cookie, whose session may have ended since."""
    desk, station = the_desk(), station_of(st.context.cookies.get(STATION))
    if desk.settings.people == "header":
        person = desk.people.named(unquote(str(st.context.headers.get(desk.settings.header, ""))))
    else:
        person = desk.people.session(str(st.context.cookies.get(COOKIE, ""))).person
    return replace(person, station=station)
