"""What an edit draws anew: only the pieces of the page that say something else since.

Drawing a whole page costs the server several times what it costs to keep an edit and to see what it changes. So the
lines under the fields, the steps and the list of problems have names in the page, and one small part of the page tells
the browser which of them say something else than when the page was drawn.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

import streamlit as st

from onefill.ui.components import component
from onefill.ui.html import esc
from onefill.ui.parts import draw_only
from onefill.ui.session import this_window

_TOLD, _NEWS = "look-told", "news"


@dataclass(frozen=True)
class Look:
    """What a page says.

    Attributes:
        frame: All that is drawn only with the whole page.
        pieces: HTML of each piece, by its name.
        change: Number of the record's newest change.
    """

    frame: Hashable
    pieces: Mapping[str, str]
    change: int

    def piece(self, name: str) -> str:
        """A piece, as it stands in the page."""
        return f'<div class="piece" data-piece="{esc(name)}">{self.pieces[name]}</div>'


@dataclass
class Told:
    """What the browser has been told.

    Attributes:
        frame: Of the look with which the whole page was drawn.
        marks: A mark of each piece of that look; the HTML itself would be most of what a session holds.
        news: The pieces that say something else now.
        change: Number of the record's newest change.
    """

    frame: Hashable
    marks: Mapping[str, int]
    news: Mapping[str, str]
    change: int


def begin_look(look: Look) -> None:
    """Note that the whole page is drawn with this look."""
    marks = {name: hash(html) for name, html in look.pieces.items()}
    st.session_state[_TOLD] = Told(look.frame, marks, {}, look.change)


def redraw(look: Look) -> None:
    """Tell only the pieces that this look says otherwise; from a callback, which ends here.

    Does nothing where the whole page has to be drawn, as it is after any callback that does nothing.
    """
    told: Told | None = st.session_state.get(_TOLD)
    if told is not None and told.frame == look.frame and told.marks.keys() == look.pieces.keys():
        told.news = {name: html for name, html in look.pieces.items() if hash(html) != told.marks[name]}
        told.change = look.change
        this_window().runs += 1
        draw_only(_NEWS)


def tell_news(end: Callable[[int], None]) -> None:
    """Draw the part that tells the pieces; the end of the page.

    Args:
        end: What else is told each time; takes the number of the record's newest change.
    """

    def news() -> None:
        told: Told = st.session_state[_TOLD]
        # Flat: for anything nested Streamlit loads pandas, 60 MB, to see whether it is a table.
        component("panel", "pn")(key=_NEWS, data={"html": "", "tells": True, **told.news})
        end(told.change)

    st.fragment(news, key=_NEWS)()
