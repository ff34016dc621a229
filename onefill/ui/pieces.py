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

_DRAWN, _NOW, _NEWS = "look-drawn", "look-now", "news"


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


def begin_look(look: Look) -> None:
    """Note that the whole page is drawn with this look."""
    st.session_state[_DRAWN] = st.session_state[_NOW] = look


def redraw(look: Look) -> None:
    """Tell only the pieces that this look says otherwise; from a callback, which ends here.

    Does nothing where the whole page has to be drawn, as it is after any callback that does nothing.
    """
    drawn: Look | None = st.session_state.get(_DRAWN)
    if drawn is not None and drawn.frame == look.frame and drawn.pieces.keys() == look.pieces.keys():
        st.session_state[_NOW] = look
        this_window().runs += 1
        draw_only(_NEWS)


def tell_news(end: Callable[[int], None]) -> None:
    """Draw the part that tells the pieces; the end of the page.

    Args:
        end: What else is told each time; takes the number of the record's newest change.
    """

    def news() -> None:
        drawn, now = st.session_state[_DRAWN], st.session_state[_NOW]
        pieces = {name: html for name, html in now.pieces.items() if html != drawn.pieces[name]}
        component("panel", "pn")(key=_NEWS, data={"html": "", "pieces": pieces})
        end(now.change)

    st.fragment(news, key=_NEWS)()
