"""Going to another page. Buttons of ours are heard before a run begins, where Streamlit cannot yet leave the page."""

import streamlit as st

from onefill.ui.pages import screen
from onefill.ui.shared import the_desk

GOAL = "goal"


def to_page(address: str, **query: str) -> None:
    """Go there as soon as the run begins."""
    st.session_state[GOAL] = (address, query)


def follow() -> None:
    """Leave for where a button has pointed; the top of every run."""
    goal = st.session_state.pop(GOAL, None)
    if goal is not None:
        address, query = goal
        st.switch_page(screen(address), query_params=query)


def create(form: str) -> None:
    """Begin a new record and open it."""
    to_page("fill", record=the_desk().records.create(form, the_desk().who()))


def travelled(act: str) -> bool:
    """Do what a button of a list says: ``open:ID``, ``new:FORM``, ``menu:N``; whether it was one of these."""
    verb, _, what = act.partition(":")
    match verb:
        case "open":
            to_page("fill", record=what)
        case "new":
            create(what)
        case "menu":
            to_page("records", menu=what)
        case _:
            return False
    return True
