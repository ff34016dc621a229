"""概览: where a record stands in its life, what comes next, and what its facts look like."""

import streamlit as st

from onefill.service.view_shapes import Calendar, Chart, Listing, Statistics, ViewState
from onefill.ui.bars import follow_search, record_bar, top_bar
from onefill.ui.charts import drawn, height
from onefill.ui.components import panel
from onefill.ui.guard import guarded
from onefill.ui.looking import reads_only
from onefill.ui.overview import copy_out, exact, heading, life, nothing, plain_view
from onefill.ui.parts import part
from onefill.ui.session import begin_run, end_run
from onefill.ui.shared import the_desk
from onefill.ui.travel import asked_record, follow, open_place, to_page

top_bar("overview")
follow_search("overview")
RECORD = asked_record()
WIDE = (Calendar, Listing, Statistics)


OPENED: set[str] = st.session_state.setdefault(f"opened-{RECORD}", set())


def acted(said: str) -> None:
    """The button of the next step was pressed."""
    page, _, section = said.partition(":")[2].partition(":")
    if section:
        open_place(RECORD, section, "")
    to_page(page, record=RECORD, **({"section": section} if section else {}))


def opened(said: str) -> None:
    """A table to be copied from was opened or closed."""
    OPENED.symmetric_difference_update({said.partition(":")[2]})


def draw_view(view: ViewState) -> None:
    """One view in its panel: what it is, what it says, what it looks like."""
    wide = "wide_" if isinstance(view.content, WIDE) else ""
    with st.container(key=f"panel_{wide}{view.key}", gap=None):
        st.html(heading(view))
        if isinstance(view.content, Chart):
            words = f"{view.title}。{view.sentence}"
            made = drawn(view.content, words)
            st.altair_chart(made, theme=None, width="stretch", height=height(view.content), key=f"chart_{view.key}")
            st.html(exact(view, view.content))
        elif isinstance(view.content, Listing) and view.kind == "copy_out":
            panel(copy_out(view.content, view, RECORD, opened=view.key in OPENED), f"copy_{view.key}", opened)
        else:
            st.html(plain_view(view) if view.content else nothing(view))


@part
def page() -> None:
    """The line of life, then every view."""
    with guarded():
        follow()
        begin_run(RECORD)
        state = the_desk().records.state(RECORD)
        overview, fills = the_desk().views.of(RECORD), not reads_only(RECORD)
        record_bar("overview", state)
        with st.container(key="page_overview"):
            with st.container(key="panel_life", gap=None):
                panel(life(overview, fills=fills), "life", acted)
            with st.container(key="views", horizontal=True):
                for view in overview.views:
                    if view.kind != "copy_out" or fills:  # who copies out sees numbers whole
                        draw_view(view)
        end_run(RECORD, state.change)


page()
