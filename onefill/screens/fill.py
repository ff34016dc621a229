"""填报: steps left, the fields of one section in the middle, what is to be mended right."""

from functools import partial

import streamlit as st

from onefill.ui.answers import keep_remarks, live_remarks
from onefill.ui.bars import came_back, follow_search, main_act, quiet, record_bar, top_bar
from onefill.ui.components import panel
from onefill.ui.deeds import done, note_opened
from onefill.ui.filling import acted, chosen, draw_foot, draw_section, fields_of, look_of, tell
from onefill.ui.form_news import draw_form_news
from onefill.ui.guard import guarded
from onefill.ui.looking import draw_reading, reads_only
from onefill.ui.parts import part
from onefill.ui.pieces import begin_look, draw_news, drawn, end_look
from onefill.ui.said import show_said
from onefill.ui.session import begin_run, bind, end_run
from onefill.ui.shared import the_desk
from onefill.ui.steps import steps
from onefill.ui.travel import asked_record, follow

top_bar("fill")
follow_search("fill")
RECORD = asked_record()


@part
def page() -> None:
    """Everything that changes as one types."""
    with guarded():
        follow()
        begin_run(RECORD)
        state = the_desk().records.state(RECORD)
        if reads_only(RECORD):
            record_bar("fill", state)
            draw_reading(RECORD, state)
            end_run(RECORD, state.change)
            return
        section = chosen(RECORD, state)
        fields = fields_of(RECORD, section)
        for field in fields:
            bind(RECORD, field)
        look = look_of(RECORD, state, section, fields)
        begin_look(look)
        keep_remarks(RECORD, live_remarks(RECORD, state.form))
        wanted = main_act(state)
        record_bar("fill", state, wanted, quiet=quiet(state, wanted))
        came_back(state)
        draw_form_news(RECORD, state, partial(acted, RECORD))
        note_opened(RECORD)
        with st.container(key="said_place"):
            show_said(done, RECORD)
        with st.container(key="page_fill", horizontal=True):
            with st.container(key="col_steps"):
                panel(steps(state, look.piece), "steps", partial(acted, RECORD))
            with st.container(key="panel_form", gap=None):
                draw_section(RECORD, state, section, fields, look)
                draw_foot(RECORD, state, section, look)
            if section.kind != "rows":  # a table takes the width, and tells its problems itself
                with st.container(key="col_probs"):
                    panel(look.piece("probs"), "probs", partial(acted, RECORD))
        st.html(look.piece("phone") + drawn())
        if section.kind != "rows":
            draw_news(partial(tell, RECORD))
        end_look()


page()
