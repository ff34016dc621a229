"""统计: for whoever leads an office — what is under way by stage, by unit, and by how often it came back."""

import streamlit as st

from onefill.ui.bars import follow_search, top_bar
from onefill.ui.charts import drawn, height
from onefill.ui.components import panel
from onefill.ui.figures import KINDS, chart_of, finding, head
from onefill.ui.html import esc, state
from onefill.ui.session import speak
from onefill.ui.shared import the_desk
from onefill.ui.travel import follow, to_page


def acted(said: str) -> None:
    """The way back was pressed."""
    to_page(said)


def page() -> None:
    """A chart for each way of counting, with a sentence that says what it shows."""
    desk = the_desk()
    counted = desk.queues.figures(desk.who())
    units = desk.people.offices.units()
    with st.container(key="page_figures"):
        panel(head(sum(counted["stage"].values())), "figures_head", acted)
        for key, title in KINDS.items():
            chart = chart_of(key, counted[key], units)
            with st.container(key=f"panel_{key}", gap=None):
                words = finding(key, chart)
                told = f'<p class="saying" data-i18n-skip>{esc(words)}</p>'
                st.html(f'<div class="ph" data-i18n-skip><h2>{title}</h2></div>{told}')
                if chart.labels:
                    made = drawn(chart, f"{title}。{words}")
                    st.altair_chart(made, theme=None, width="stretch", height=height(chart), key=f"chart_{key}")
    speak()


top_bar("figures")
follow_search("figures")
follow()
if the_desk().queues.is_officer(the_desk().who()):
    page()
else:
    st.html(state("lock", "统计是审核的人看的。您这里没有要审的", link=("./", "回首页")))
