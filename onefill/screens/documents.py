"""附件: every paper with its readiness, its pages beside it, the packet with its progress."""

import streamlit as st

from onefill.service.shapes import DocumentState
from onefill.ui.bars import follow_search, record_bar, top_bar
from onefill.ui.components import panel
from onefill.ui.guard import guarded
from onefill.ui.papers import MOST_COPIES, Wishes, listing, packet, phase_tabs, warning
from onefill.ui.parts import part
from onefill.ui.previews import downloads, draw_pages
from onefill.ui.printing import page_job, record_jobs, start_archive, start_packet, stop_papers
from onefill.ui.session import begin_run, end_run
from onefill.ui.shared import the_desk
from onefill.ui.stock import overprint_form, overprint_said
from onefill.ui.travel import asked_record, follow, open_place, paper_key, phase_key, to_page

top_bar("documents")
follow_search("documents")
RECORD = asked_record()
WISHES: Wishes = st.session_state.setdefault(f"wishes-{RECORD}", Wishes())
PHASE, PAPER, STOCK = phase_key(RECORD), paper_key(RECORD), f"stock-{RECORD}"


def acted(said: str) -> None:
    """A button of the page was pressed."""
    verb, _, what = said.partition(":")
    match verb:
        case "phase":
            st.session_state[PHASE] = what
            WISHES.left_out.clear()
        case "paper":
            st.session_state[PAPER], st.session_state[STOCK] = what, ""
        case "tick":
            WISHES.left_out ^= {what}
        case "fewer" | "more":
            WISHES.copies = min(MOST_COPIES, max(1, WISHES.copies + (1 if verb == "more" else -1)))
        case "single" | "duplex":
            WISHES.duplex = verb == "duplex"
        case "cover":
            WISHES.cover = not WISHES.cover
        case "drafts":
            WISHES.drafts = not WISHES.drafts
        case "make":
            start_packet(RECORD, st.session_state[PHASE], WISHES)
        case "zip":
            start_archive(RECORD, st.session_state[PHASE], WISHES)
        case "stop":
            stop_papers(RECORD)
        case "overprint" | "whole":
            st.session_state[STOCK] = overprint_said(verb, what)
        case "mend":
            record, section, path = what.split(":", 2)
            open_place(record, section, path)
            to_page("fill", record=record)


def draw_paper(paper: DocumentState, again: str) -> None:
    """The pages of one paper, as they would print now."""
    panel(warning(paper, again), "warn", acted)
    draw_pages(paper, page_job(RECORD, paper), f"./of/picture/{RECORD}", "view")
    if paper.printable and paper.definition.stock:
        desk = the_desk()
        panel(overprint_form(desk.overprints.of(desk.who()), st.session_state.get(STOCK, "")), "stock", acted)
    panel(downloads(paper, f"./of/file/{RECORD}/{paper.key}", "下载这一份"), "dl", acted)


@part
def page() -> None:
    """The three columns."""
    with guarded():
        follow()
        begin_run(RECORD, "papers")
        state = the_desk().records.state(RECORD)
        phases = the_desk().definitions.form(state.form).phases
        phase = st.session_state.setdefault(PHASE, phases[state.to_print].key)
        papers = the_desk().documents.list(RECORD, phase)
        again = {key: str(one) for key, one in the_desk().documents.reprints(RECORD, phase).items()}
        current = next((p for p in papers if p.key == st.session_state.get(PAPER)), papers[0] if papers else None)
        record_bar("documents", state)
        with st.container(key="page_docs", horizontal=True):
            with st.container(key="panel_docs", gap=None):
                title = next(p.title for p in phases if p.key == phase)
                html = listing(title, papers, WISHES, current.key if current else "", again)
                panel(phase_tabs(state.phases, phase) + html, "docs", acted)
            with st.container(key="panel_view", gap=None):
                if current is not None:
                    draw_paper(current, again.get(current.key, ""))
            with st.container(key="panel_packet", gap=None):
                panel(packet(RECORD, papers, WISHES, record_jobs(RECORD)), "packet", acted)
        end_run(RECORD, state.change, "papers")


page()
