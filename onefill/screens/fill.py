"""填报: steps left, the fields of one section in the middle, what is to be mended right."""

import streamlit as st

from onefill.service.shapes import RecordState, SectionState
from onefill.ui.bars import follow_search, record_bar, top_bar
from onefill.ui.components import panel
from onefill.ui.deeds import done, note_opened
from onefill.ui.fields import draw_fields
from onefill.ui.guard import guarded
from onefill.ui.html import esc, icon
from onefill.ui.import_entry import import_entry
from onefill.ui.matrix import draw_matrix
from onefill.ui.parts import part
from onefill.ui.problems import phone_bar, problems
from onefill.ui.rows import draw_rows
from onefill.ui.said import show_said
from onefill.ui.session import begin_run, end_run
from onefill.ui.shared import the_desk
from onefill.ui.steps import steps
from onefill.ui.travel import asked_record, follow, open_place, section_key

top_bar("fill")
follow_search("fill")
RECORD = asked_record()
CHOSEN = section_key(RECORD)


def chosen(state: RecordState) -> SectionState:
    """The section that is open: the one last chosen, or the first."""
    wanted = st.session_state.get(CHOSEN) or st.query_params.get("section", "")
    found = next((s for s in state.sections if s.key == wanted), state.sections[0])
    st.session_state[CHOSEN] = found.key
    return found


def acted(said: str) -> None:
    """A step or a problem was pressed: open its section, its row, its line."""
    verb, _, rest = said.partition(":")
    section, _, path = rest.partition(":")
    if verb in ("section", "go"):
        open_place(RECORD, section, path)


def draw_section(state: RecordState, section: SectionState) -> None:
    """The fields of the open section, whatever kind it is."""
    number = [s.key for s in state.sections].index(section.key) + 1
    hint = section.definition.hint or ("未标“选填”的都要填" if section.kind == "plain" else "")
    st.html(
        f'<div class="ph" data-i18n-skip><h2>{number}　{esc(section.title)}</h2><span class="mut sm">{esc(hint)}</span>'
        '<span class="sp"></span><span class="sm mut legend"><i class="dash"></i>'
        f"{'灰底格' if section.kind == 'rows' else '虚线框'}不用填：来自别处或自动算出</span></div>"
    )
    help = the_desk().definitions.form(state.form).help
    if number == 1 and help:
        st.html(f'<p class="formhelp" data-i18n-skip>{icon("info")} {esc(help)}</p>')
    if section.kind == "rows":
        import_entry(RECORD, section)
        draw_rows(RECORD, state, section)
    elif section.kind == "grid":
        draw_matrix(RECORD, section)
    else:
        quiet = 2 * section.filled < section.total
        with st.container(key="fields", horizontal=True):
            fields = the_desk().records.fields(RECORD, section.key)
            draw_fields(RECORD, section.definition.fields, fields, quiet=quiet)


def draw_foot(state: RecordState, section: SectionState) -> None:
    """The way to the next section."""
    keys = [s.key for s in state.sections]
    after = keys.index(section.key) + 1
    with st.container(key="formfoot", horizontal=True):
        st.html('<span class="sm mut">每次键入都会自动保存，不必点保存</span>')
        if after < len(keys):
            title = state.sections[after].title
            st.button(f"下一节：{title}", key="next", on_click=acted, args=(f"section:{keys[after]}",))


@part
def page() -> None:
    """Everything that changes as one types."""
    with guarded():
        follow()
        begin_run(RECORD)
        state = the_desk().records.state(RECORD)
        section = chosen(state)
        papers = the_desk().definitions.form(state.form).documents
        record_bar("fill", state, ("看附件", "documents") if papers else None)
        note_opened(RECORD)
        with st.container(key="said_place"):
            show_said(done)
        with st.container(key="page_fill", horizontal=True):
            with st.container(key="col_steps"):
                panel(steps(state, section.key), "steps", acted)
            with st.container(key="panel_form", gap=None):
                draw_section(state, section)
                draw_foot(state, section)
            if section.kind != "rows":  # a table takes the width, and tells its problems itself
                with st.container(key="col_probs"):
                    panel(problems(state, section.key), "probs", acted)
        st.html(phone_bar(state))
        end_run(RECORD, state.change)


page()
