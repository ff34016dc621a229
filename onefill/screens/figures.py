"""统计: for whoever leads an office — what is under way by stage, by unit, and by how often it came back."""

import streamlit as st

from onefill.service.view_shapes import Chart
from onefill.ui.bars import follow_search, top_bar
from onefill.ui.charts import drawn, height
from onefill.ui.components import panel
from onefill.ui.figures import KINDS, chart_of, finding, head
from onefill.ui.html import esc, state
from onefill.ui.session import speak
from onefill.ui.shared import the_desk
from onefill.ui.travel import follow, to_page


def acted(said: str) -> None:
    """The way back or to a board was pressed."""
    page, _, board = said.partition(":")
    to_page(page, board=board) if board else to_page(page)


def draw_kind(key: str, title: str, chart: Chart) -> None:
    """One way of counting, with a sentence that says what it shows."""
    words = finding(key, chart)
    with st.container(key=f"panel_{key}", gap=None):
        st.html(f'<div class="vh2" data-i18n-skip><h2>{title}</h2><p>{esc(words)}</p></div>')
        if chart.labels:
            made = drawn(chart, f"{title}。{words}")
            st.altair_chart(made, theme=None, width="stretch", height=height(chart), key=f"chart_{key}")


def page() -> None:
    """A chart for each way of counting, two beside each other."""
    desk = the_desk()
    counted = desk.queues.figures(desk.who())
    units = desk.people.offices.units()
    with st.container(key="page_figures"):
        panel(head(sum(counted["stage"].values()), desk.boards.known(desk.who())), "figures_head", acted)
        with st.container(key="views", horizontal=True):
            for key, title in KINDS.items():
                draw_kind(key, title, chart_of(key, counted[key], units))
    speak()


top_bar("figures")
follow_search("figures")
follow()
if the_desk().queues.is_officer(the_desk().who()):
    page()
else:
    st.html(state("lock", "统计是审核的人看的。您这里没有要审的", link=("./", "回首页")))
