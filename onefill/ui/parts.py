"""Parts of a page that run anew by themselves, and what becomes of them when the page is left.

The browser may still ask for a part of the page before, by its timer or by a second click, while the next page is
being drawn. Streamlit would run it and send it under the address of the old page; the browser then empties the new
one. So parts of different pages never have one name, and those of the page before are forgotten as the next begins.
"""

from collections.abc import Callable

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_PAGE = "page-drawn"


def part(work: Callable[[], None], *, run_every: int | None = None) -> Callable[[], None]:
    """A part of this page, and of no other.

    Args:
        work: Draws it.
        run_every: Seconds after which it runs by itself.
    """
    context = get_script_run_ctx()
    if context is not None:
        work.__qualname__ += f" of {context.page_script_hash}"
    return st.fragment(work, run_every=run_every)


def begin_page(address: str) -> None:
    """Forget the parts of another page; before any of this one is drawn."""
    context = get_script_run_ctx()
    if context is not None and st.session_state.get(_PAGE, address) != address:
        context.fragment_storage.clear()
    st.session_state[_PAGE] = address
