"""The outermost door of the screens: what we know is said in its words, the rest is logged under an id and said so."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from onefill.errors import OneFillError
from onefill.ui.html import state
from onefill.ui.logs import log, places_of


def report(error: BaseException) -> str:
    """Log an unexpected error under a new id, which is returned.

    Only where it happened is logged, not its message: messages may hold what somebody typed.
    """
    number = f"{secrets.choice('ABCDEFGHJKLMNPQRTUVWXY')}{secrets.randbelow(9) + 1}-{secrets.randbelow(9000) + 1000}"
    log.error("%s %s", number, places_of(error))
    return number


def said(number: str) -> str:
    """What the person is told of an unexpected error."""
    return f"出了点问题，已记下（{number}）。内容没丢，请再试"


@contextmanager
def guarded() -> Iterator[None]:
    """Show what goes wrong inside as a state of the page."""
    try:
        yield
    except OneFillError as error:
        st.html(state("info", str(error), link=("./", "回首页")))
    except Exception as error:
        st.html(state("error", said(report(error)), link=("./", "回首页")))


def on_script_error(error: Exception) -> bool:
    """For what slips past ``guarded``: Streamlit's own English box is not shown."""
    st.html(state("error", said(report(error)), link=("./", "回首页")))
    return True
