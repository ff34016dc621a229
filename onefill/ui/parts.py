"""Parts of a page that run anew by themselves, and what becomes of them when the page is left.

The browser may still ask for a part of the page before, by a second click, while the next page is being drawn.
Streamlit would run it and send it under the address of the old page; the browser then empties the new one. So parts of
different pages never have one name, and those of the page before are forgotten as the next begins.
"""

from collections.abc import Callable

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.fragment import FragmentStorage
from streamlit.runtime.scriptrunner import get_script_run_ctx

_PAGE = "page-drawn"
_PART = "part"


def part(work: Callable[[], None]) -> Callable[[], None]:
    """A part of this page, and of no other."""
    context = get_script_run_ctx()
    if context is not None:
        work.__qualname__ += f" of {context.page_script_hash}"
    return st.fragment(work, key=_PART)


def draw_only(*keys: str) -> None:
    """Have only these parts of parts drawn, by their keys; from a callback, which ends here.

    Nothing happens where the whole page is drawn after it anyway, or where it has been left meanwhile: what a click
    brings along that was made just before belongs to parts that are forgotten.
    """
    context = get_script_run_ctx()
    if context is not None and context.fragment_ids_this_run and _drawn(context.fragment_storage, keys):
        st.rerun(keys)


def _drawn(parts: FragmentStorage, keys: tuple[str, ...]) -> bool:
    try:
        return bool(parts.resolve_target(keys))
    except StreamlitAPIException:
        return False


def draw_part() -> None:
    """Have the whole part drawn anew, not only the piece of it that was pressed; from a callback, which ends here."""
    draw_only(_PART)


def begin_page(address: str) -> None:
    """Forget the parts of another page; before any of this one is drawn."""
    if st.session_state.get(_PAGE, address) != address:
        leave_page()
    st.session_state[_PAGE] = address


def leave_page() -> None:
    """Forget the parts of this page, because another one is drawn next."""
    context = get_script_run_ctx()
    if context is not None:
        context.fragment_storage.clear()
