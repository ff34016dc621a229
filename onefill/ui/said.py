"""One sentence about what was just done, where the person is then; with a way back where there is one."""

from collections.abc import Callable

import streamlit as st

from onefill.ui.components import panel
from onefill.ui.html import act, esc, note

SAID = "said"
SIGNS = {"green": "check_circle", "amber": "warning"}


def say(words: str, colour: str = "green", *, way_back: tuple[str, str] | None = None, record: str = "") -> None:
    """Have a sentence shown by ``show_said`` where it belongs, until it is dismissed or another one comes.

    Args:
        words: The sentence.
        colour: ``green`` for done, ``amber`` for refused.
        way_back: What a button beside it says to Python, and its words.
        record: On whose page it is said; on lists of records if not given.
    """
    st.session_state[SAID] = (words, colour, way_back, record)


def unsay(record: str = "") -> None:
    """Forget the sentence that is shown there: whoever goes on has read it."""
    if st.session_state.get(SAID, ("", "", None, ""))[3] == record:
        st.session_state.pop(SAID, None)


def show_said(on_act: Callable[[str], object], record: str = "") -> None:
    """Draw the sentence there is for this record or, without one, for lists; its way back goes to ``on_act``."""
    words, colour, way_back, whose = st.session_state.get(SAID, ("", "", None, ""))
    if not words or whose != record:
        return
    back = act(*way_back, kind="btn s") if way_back else ""

    def acted(told: str) -> None:
        st.session_state.pop(SAID, None)
        if told != SAID:
            on_act(told)

    right = back + act(SAID, "知道了", kind="lk")
    html = note(colour, SIGNS[colour], f"<span data-i18n-skip>{esc(words)}</span>", right=right)
    panel(f'<div role="status">{html}</div>', "said_panel", acted)
