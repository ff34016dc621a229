"""One window's session. The store is the truth, widgets are views: at the top of every run they are brought together.

What a widget holds and the person has changed is kept; what somebody else has changed since is shown. ``on_change`` is
not enough for this: after a restart of the server it is not called for the first edit.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import streamlit as st

from onefill.service.cases import SectionLocked
from onefill.service.shapes import FieldState, Refused
from onefill.ui.heard import heard
from onefill.ui.html import esc
from onefill.ui.pulse import pulse_of, watch
from onefill.ui.said import say
from onefill.ui.shared import the_desk
from onefill.ui.tokens import new_window, sign, window_of

TYPED = ("text", "long", "number", "date")
MANY = ("choices",)
#: What has no widget that a session could hold.
UNHELD = ("shown", "file")
#: So many drawings may be interrupted one after the other.
MOST_EARLIER = 8


@dataclass
class Spot:
    """A field as this window last saw it.

    Attributes:
        record: Whose.
        path: Where it is kept.
        text: Whether it is typed, so that the page script posts it too.
        widget: What its widget held at the end of the last run.
        store: What the store said then, as the widget would hold it.
        kept: Whether what the widget holds was kept since; a change of the store is then only its reading of it.
        doubted: The run before which the widget was found empty, or with a text of ours from before, though nobody has
            told that it was typed.
        drawn: The run that last drew it.
        earlier: Texts that it was given by us before the one of now.
    """

    record: str
    path: str
    text: bool
    widget: Any
    store: Any
    kept: bool = False
    doubted: int | None = None
    drawn: int = 0
    earlier: tuple[Any, ...] = ()


@dataclass
class Window:
    """What one browser window has seen.

    Attributes:
        id: Its name.
        token: Says that it is this window that speaks.
        spots: Fields by the keys of their widgets.
        conflicts: What it would keep, and what another window was faster with, by record and path.
        seen: Number of the newest change it knows of each record.
        pulse: Of what it shows.
        runs: How often anything was drawn.
        drawn: The run that last drew the whole page.
    """

    id: str
    token: str
    spots: dict[str, Spot] = field(default_factory=dict)
    conflicts: dict[tuple[str, str], tuple[Any, Refused]] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    pulse: str = ""
    runs: int = 0
    drawn: int = 0


def this_window() -> Window:
    """The window of this session, made at its first run.

    A connection that comes back to a server which knows nothing of it says last in its handshake which window it is:
    what that window has kept is its own then, nobody else's.
    """
    if "window" not in st.session_state:
        data = the_desk().settings.data
        told = st.context.headers.get("sec-websocket-protocol", "").rpartition(",")[2].strip()
        name = window_of(told, data) or new_window()
        st.session_state["window"] = Window(name, sign(name, data))
    window: Window = st.session_state["window"]
    return window


def key_of(record: str, path: str) -> str:
    """The key of a field's widget; nobody else makes one up."""
    return f"v-{record}-{path.replace('/', '-')}"


def value_of(shown: FieldState) -> Any:
    """What the store has for a field, as its widget holds it."""
    if shown.widget in MANY or (shown.widget == "link" and shown.definition.many):
        kept = shown.stored if isinstance(shown.stored, list) else [shown.stored] if shown.stored else []
        return [str(one) for one in kept]
    if shown.widget in TYPED:
        return shown.shown
    if isinstance(shown.stored, dict):
        return str(shown.stored.get("raw", "")) or None
    return shown.stored if shown.stored is not None else shown.shown or None


def begin_run(record: str, watched: str = "record") -> None:
    """Keep what the person has changed since the last run, in whatever section it was; the top of every run.

    Args:
        record: Whose page this is.
        watched: What it shows that others may change; ``end_run`` is told the same.
    """
    window = this_window()
    take_edits(record, watched)
    for key, spot in list(window.spots.items()):
        if spot.drawn < window.drawn:
            st.session_state.pop(key, None)  # the browser has dropped its box; it must be told the text anew
        if key not in st.session_state:
            del window.spots[key]
    window.runs += 1
    window.drawn = window.runs


def take_edits(record: str, watched: str = "record") -> None:
    """Keep what the person has changed, before a run or at its top; see ``begin_run``."""
    desk = the_desk()
    desk.guard.require(desk.who(), record)
    window = this_window()
    window.conflicts |= heard.take_refusals(window.id)
    for key, spot in list(window.spots.items()):
        if spot.record == record and key in st.session_state:
            _read(window, key, spot, st.session_state[key])
    window.pulse = pulse_of(watched, record)  # before anything is read: what changes meanwhile is noticed


def _read(window: Window, key: str, spot: Spot, value: Any) -> None:
    if value == spot.widget:
        spot.doubted = None
    elif _lost(window, spot, value):
        _restore(window, key, spot)
    else:
        _keep(window, key, spot, value)


def _lost(window: Window, spot: Spot, value: Any) -> bool:
    """Whether a text is missing that nobody took away.

    A box that Streamlit draws anew is empty until its text has come, and a run that begins in between is handed the
    emptiness; one that interrupts the drawing is handed what stood there before. Whoever types or empties a box tells
    so through the page script.
    """
    ours = not value or value in spot.earlier
    return spot.text and ours and not heard.knows(window.id, spot.record, spot.path, str(value or ""))


def _restore(window: Window, key: str, spot: Spot) -> None:
    """Put a lost text back a run later: at the first look the page script may not yet have come to tell."""
    if spot.doubted is None:
        spot.doubted = window.runs
    elif spot.doubted < window.runs:
        st.session_state[key], spot.doubted = spot.widget, None


def _keep(window: Window, key: str, spot: Spot, value: Any) -> None:
    spot.widget, spot.kept = value, True
    place = (spot.record, spot.path)
    if (asked := window.conflicts.pop(place, None)) and str(value or "") != asked[1].shown:
        window.conflicts[place] = (value, asked[1])  # nothing is written over until somebody has chosen
        return
    if spot.text and heard.knows(window.id, spot.record, spot.path, str(value)):
        return
    try:
        refused = the_desk().records.set(
            spot.record,
            spot.path,
            value,
            the_desk().who(),
            window=window.id,
            sequence=heard.sequence(window.id),
            seen=window.seen.get(spot.record),
        )
    except SectionLocked as locked:  # it was handed in meanwhile; the page shows it so
        say(f"刚写的没有存下：{locked}", "amber", record=spot.record)
        return
    if refused is None:
        heard.keep(window.id, *place, str(value))
    else:
        window.conflicts[place] = (value, refused)


def bind(record: str, shown: FieldState) -> str:
    """Make ready the widget of a field that is about to be drawn; its key.

    A new widget starts with what the store has. One the person has not touched since follows the store.
    """
    window = this_window()
    key, store = key_of(record, shown.path), value_of(shown)
    spot = window.spots.get(key)
    text = shown.widget in TYPED
    fresh = heard.take_fresh(window.id, record, shown.path)
    if spot is None:
        spot = window.spots[key] = Spot(record, shown.path, text, store, store)
        held = st.session_state.get(key, store)
        if held == store or text:
            st.session_state[key] = store  # a newer text the page script brings itself, and puts it back into its box
        else:
            _keep(window, key, spot, held)  # after a restart: the browser still holds an edit
    else:
        own = fresh or spot.kept
        if store != spot.store and not own and (record, shown.path) not in window.conflicts:
            spot.earlier = (*spot.earlier, spot.widget)[-MOST_EARLIER:]
            st.session_state[key] = spot.widget = store
            heard.forget(window.id, record, shown.path)
    spot.store, spot.kept, spot.drawn = store, False, window.drawn
    return key


def settled(record: str, fields: Iterable[FieldState]) -> bool:
    """Whether the widgets of these fields may stay as they are; if so, they have seen what the store says now."""
    window = this_window()
    held = [(window.spots.get(key_of(record, one.path)), value_of(one)) for one in fields if one.widget not in UNHELD]
    if window.conflicts or not all(
        spot and spot.doubted is None and (spot.kept or spot.store == store) for spot, store in held
    ):
        return False
    for spot, store in held:
        if spot and spot.kept:
            heard.take_fresh(window.id, record, spot.path)
            spot.store, spot.kept = store, False
    return True


def resolve(record: str, path: str, *, mine: bool) -> None:
    """End a conflict: keep what this window has, or take what the other one wrote."""
    window = this_window()
    value, _ = window.conflicts.pop((record, path))
    key = key_of(record, path)
    heard.forget(window.id, record, path)
    if mine:
        count = heard.sequence(window.id)
        the_desk().records.set(record, path, value, the_desk().who(), window=window.id, sequence=count)
    elif key in window.spots:
        del window.spots[key]
        st.session_state.pop(key, None)


def end_run(
    record: str,
    change: int,
    watched: str | None = "record",
    on_changed: Callable[[], None] = lambda: None,
    pieces: Mapping[str, str] = MappingProxyType({}),
    drawing: int = 0,
) -> None:
    """Tell the page script who speaks and what has been seen; tests wait for the count of runs.

    Args:
        record: Whose page this is.
        change: Number of the record's newest change.
        watched: What is drawn anew when others change it; nothing by itself if ``None``.
        on_changed: See ``watch``.
        pieces: See ``watch``.
        drawing: See ``watch``.
    """
    window = this_window()
    window.seen[record] = change
    doubted = any(spot.doubted is not None for spot in window.spots.values() if spot.record == record)
    if watched:  # what a lost text waits for is one more run, which nobody else may ask for
        watch(watched, record, "" if doubted else window.pulse, on_changed, pieces, drawing)
    st.html(
        f'<div id="of-session" hidden data-token="{esc(window.token)}" data-record="{esc(record)}"'
        f' data-seen="{change}" data-run="{window.runs}"></div>'
    )


def speak() -> None:
    """Tell the page script who speaks, on a page of no record; tests wait for the count of runs."""
    window = this_window()
    window.runs += 1
    st.html(f'<div id="of-session" hidden data-token="{esc(window.token)}" data-run="{window.runs}"></div>')
