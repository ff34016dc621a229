"""What an edit draws anew: only the pieces of the page that say something else since.

Drawing a whole page costs the server several times what it costs to keep an edit and to see what it changes. So the
lines under the fields, the steps and the list of problems have names in the page, and one small part of the page tells
the browser which of them say something else than when the page was drawn.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

import streamlit as st

from onefill.ui.html import esc
from onefill.ui.parts import draw_only
from onefill.ui.session import this_window

_TOLD, _NEWS = "look-told", "news"

Tell = Callable[[Mapping[str, str], int, int], None]


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
        number: Of that drawing.
        whole: Whether the page was drawn to its end: an edit that comes before interrupts it.
    """

    frame: Hashable
    marks: Mapping[str, int]
    news: Mapping[str, str]
    change: int
    number: int
    whole: bool = False


def begin_look(look: Look) -> None:
    """Note that the whole page is drawn with this look; it is there once `end_look` is reached."""
    marks = {name: hash(html) for name, html in look.pieces.items()}
    before: Told | None = st.session_state.get(_TOLD)
    st.session_state[_TOLD] = Told(look.frame, marks, {}, look.change, before.number + 1 if before else 1)


def drawn() -> str:
    """What stands at the end of the page, by which the browser knows the drawing it has.

    An edit that comes when the page was drawn but not yet sent has Streamlit drop it, all but the news: a browser whose
    page is older than what the news are about asks for it (``pulse.js``).
    """
    return f'<i hidden data-drawn="{st.session_state[_TOLD].number}"></i>'


def end_look() -> None:
    """Note that the page has been drawn."""
    st.session_state[_TOLD].whole = True


def redraw(look: Look) -> None:
    """Tell only the pieces that this look says otherwise; from a callback, which ends here.

    Does nothing where the whole page has to be drawn, as it is after any callback that does nothing.
    """
    if look_again(look):
        draw_only(_NEWS)


def look_again(look: Look) -> bool:
    """Note what is to be told with the next drawing of the news; whether that is all that says something else."""
    told: Told | None = st.session_state.get(_TOLD)
    if told is None or not told.whole or told.frame != look.frame or told.marks.keys() != look.pieces.keys():
        return False
    told.news = {name: html for name, html in look.pieces.items() if hash(html) != told.marks[name]}
    told.change = look.change
    this_window().runs += 1
    return True


def draw_news(tell: Tell) -> None:
    """Draw the part that tells the news; the end of a page.

    Args:
        tell: Takes the pieces that say something else now, the number of the record's newest change, and that of the
            drawing that they are about.
    """
    st.fragment(tell_news, key=_NEWS)(tell)


def tell_news(tell: Tell) -> None:
    """Tell the news from within another part; see ``draw_news``."""
    told: Told = st.session_state[_TOLD]
    tell(told.news, told.change, told.number)
