"""待办: the cases that wait for whoever is here, the first due first."""

import json
from datetime import datetime

import streamlit as st

from onefill.ui.bars import follow_search, top_bar
from onefill.ui.components import panel
from onefill.ui.html import state
from onefill.ui.queues import FIGURES, Asked, figures, foot, table, tools
from onefill.ui.said import show_said
from onefill.ui.session import speak
from onefill.ui.shared import the_desk
from onefill.ui.travel import to_page

ASKED: Asked = st.session_state.setdefault("queue-asked", Asked())


def acted(said: str) -> None:
    """A button of the page was pressed."""
    verb, _, what = said.partition(":")
    match verb:
        case "figures":
            to_page("figures")
        case "open":
            to_page("review", record=what)
        case "only" if what in {key for key, *_ in FIGURES}:
            ASKED.choose(chosen=what)
        case "form" | "unit":
            ASKED.choose(**{verb: what})
        case "find":
            ASKED.choose(text=str(json.loads(what).get("text", "")).strip())
        case "all":
            ASKED.choose(form="", unit="", text="")
        case "page":
            ASKED.page = max(1, int(what))


def page() -> None:
    """Figures, filters, lines."""
    desk = the_desk()
    who = desk.who()
    queue = desk.queues.queue(who, ASKED.chosen, form=ASKED.form, unit=ASKED.unit, text=ASKED.text, page=ASKED.page)
    titles = {key: form.title for key, form in desk.definitions.forms.items() if form.stages}
    units = desk.people.offices.units()
    below = {path: title for path, title in units.items() if who.sees(path)}
    with st.container(key="page_queue"):
        panel(figures(queue, ASKED), "figures", acted)
        show_said(acted)
        with st.container(key="panel_queue", gap=None):
            html = (
                tools(ASKED, titles, below)
                + table(queue, ASKED, units, datetime.now().astimezone().date())
                + foot(queue, ASKED)
            )
            panel(f'<h1 class="vh">待办</h1><div>{html}</div>', "queue", acted)
    speak()


top_bar("queue")
follow_search("queue")
if the_desk().queues.is_officer(the_desk().who()):
    page()
else:
    st.html(state("lock", "待办是审核的人看的。您这里没有要审的", link=("./", "回首页")))
