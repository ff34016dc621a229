"""The outermost door of the screens: what we know is said in its words, the rest is logged under an id and said so."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from onefill.errors import OneFillError
from onefill.service.reporting import report, said
from onefill.ui.html import state
from store import RecordDestroyed


@contextmanager
def guarded() -> Iterator[None]:
    """Show what goes wrong inside as a state of the page."""
    try:
        yield
    except RecordDestroyed as error:
        st.html(state("delete_forever", str(error), link=(f"./history?record={error.facts['record']}", "看经过")))
    except OneFillError as error:
        st.html(state("info", str(error), link=("./", "回首页")))
    except Exception as error:
        st.html(state("error", said(report(error)), link=("./", "回首页")))


def on_script_error(error: Exception) -> bool:
    """For what slips past ``guarded``: Streamlit's own English box is not shown."""
    st.html(state("error", said(report(error)), link=("./", "回首页")))
    return True
