"""One sentence about what was just done, where the person is then; with a way back where there is one."""

from collections.abc import Callable

import streamlit as st

from onefill.ui.components import panel
from onefill.ui.html import act, esc, note

SAID = "said"
SIGNS = {"green": "check_circle", "amber": "warning"}


def say(words: str, colour: str = "green", *, way_back: tuple[str, str] | None = None) -> None:
    """Have a sentence shown by the next ``show_said``, until it is dismissed or another one comes.

    Args:
        words: The sentence.
        colour: ``green`` for done, ``amber`` for refused.
        way_back: What a button beside it says to Python, and its words.
    """
    st.session_state[SAID] = (words, colour, way_back)


def show_said(on_act: Callable[[str], object]) -> None:
    """Draw the sentence, if there is one; its way back goes to ``on_act``."""
    if SAID not in st.session_state:
        return
    words, colour, way_back = st.session_state[SAID]
    back = act(*way_back, kind="btn s") if way_back else ""

    def acted(told: str) -> None:
        st.session_state.pop(SAID, None)
        if told != SAID:
            on_act(told)

    right = back + act(SAID, "知道了", kind="lk")
    html = note(colour, SIGNS[colour], f"<span data-i18n-skip>{esc(words)}</span>", right=right)
    panel(f'<div role="status">{html}</div>', "said_panel", acted)
