"""材料: what must be handed in, item by item, the pages of one, and the way to hand all of it in."""

import streamlit as st

from onefill.ui.bars import follow_search, record_bar, top_bar
from onefill.ui.checklists import listing
from onefill.ui.components import panel
from onefill.ui.guard import guarded
from onefill.ui.papers import phase_tabs
from onefill.ui.parts import part
from onefill.ui.session import begin_run, end_run
from onefill.ui.shared import the_desk
from onefill.ui.submitting import draw_submission
from onefill.ui.supplying import chosen_item, done, draw_item, item_key, phase_to_hand_in
from onefill.ui.travel import asked_record, follow, phase_key

top_bar("materials")
follow_search("materials")
RECORD = asked_record()
PHASE = phase_key(RECORD)


def acted(said: str) -> None:
    """A button of the checklist was pressed."""
    verb, _, what = said.partition(":")
    if verb == "phase":
        st.session_state[PHASE] = what
        st.session_state.pop(item_key(RECORD), None)
    else:
        done(RECORD, said)


@part
def page() -> None:
    """The columns."""
    with guarded():
        follow()
        begin_run(RECORD)
        state = the_desk().records.state(RECORD)
        form = the_desk().definitions.form(state.form)
        case = the_desk().reviews.state(RECORD, the_desk().who())
        phase = st.session_state.setdefault(PHASE, phase_to_hand_in(form, state, case))
        materials = the_desk().materials.state(RECORD, the_desk().who(), phase)
        chosen = chosen_item(RECORD, materials)
        record_bar("materials", state)
        with st.container(key="page_mats", horizontal=True):
            with st.container(key="panel_items", gap=None):
                unsorted = the_desk().materials.unsorted(RECORD, the_desk().who())
                panel(phase_tabs(state.phases, phase) + listing(materials, unsorted, chosen), "items", acted)
            with st.container(key="panel_view", gap=None):
                draw_item(RECORD, materials, chosen)
            if form.actions:
                with st.container(key="panel_handin", gap=None):
                    draw_submission(RECORD, form, phase)
        end_run(RECORD, state.change)


page()
