"""表单作者: what is wrong with the files, the form as drawn, each paper with sample facts; changed files at once."""

import streamlit as st

from onefill.definitions.model import Form
from onefill.service.guard import DEFINE
from onefill.service.shapes import DocumentState
from onefill.ui.authors import (
    faults,
    forms,
    papers,
    sample_job,
    standing,
    titles,
    tried_only,
)
from onefill.ui.bars import follow_search, top_bar
from onefill.ui.components import panel
from onefill.ui.drawing import code, drawing
from onefill.ui.guard import guarded
from onefill.ui.html import esc, note
from onefill.ui.jobs import SAMPLES, jobs
from onefill.ui.parts import part
from onefill.ui.previews import downloads, draw_pages
from onefill.ui.proofs import approve, draw_proof, paper_head, proof_job
from onefill.ui.pulse import pulse_of, watch
from onefill.ui.session import speak
from onefill.ui.shared import the_desk
from onefill.ui.travel import require_here

top_bar("author")
follow_search("author")
require_here(DEFINE)


def acted(said: str) -> None:
    """A form or a paper was chosen, or how to look at it; pages were approved."""
    verb, _, what = said.partition(":")
    if verb in ("form", "paper", "look"):
        st.session_state[f"author-{verb}"] = what
    elif verb == "approve":
        the_desk().guard.require_action(the_desk().who(), DEFINE)
        approve(jobs.result(what, SAMPLES))
        st.session_state["author-approved"] = what


def chosen_form() -> Form | None:
    """The form last chosen, the one that the address names, or the first."""
    known = the_desk().definitions.forms
    asked = (st.session_state.get("author-form"), st.query_params.get("form"), next(iter(known), None))
    return next((known[key] for key in asked if key in known), None)


def draw_paper(form: Form, paper: DocumentState) -> None:
    """The pages of one paper with sample facts."""
    if paper.state == "broken":
        st.html(note("red flat", "error", f"<b>这份的模板用不了</b>　{esc(paper.reason)}"))
    job = sample_job(form.form, paper, the_desk().authoring.look().stamp)
    draw_pages(paper, job, "./of/sample", "sample_view")
    panel(downloads(paper, f"./of/sample/{form.form}/{paper.key}", "用样例数据印的"), "sample_dl", acted)


def draw_papers(form: Form) -> None:
    """The papers of the form and the pages of the chosen one, with sample facts or as it was tried."""
    listed, others = the_desk().authoring.documents(form.form), tried_only(the_desk().definitions, form)
    asked = st.session_state.get("author-paper")
    other = next((one for one in others if one.choice == asked), None)
    current = next((one for one in listed if one.key == asked), listed[0] if listed and other is None else None)
    stamp = (the_desk().authoring.look().stamp, st.session_state.get("author-approved"))
    job = None
    if other is not None:
        job = proof_job(other.of, other.key, stamp)
    elif current is not None and st.session_state.get("author-look") == "proof":
        job = proof_job(form.form, current.key, stamp)
    head = paper_head(len(listed), job, proofing=job is not None, sampled=other is None)
    chosen = other.choice if other else current.key if current else ""
    panel(head + papers(listed, others, chosen), "sample_docs", acted)
    if job is not None and (shown := other or current):
        draw_proof(shown.title, job, "./of/sample")
    elif current is not None:
        draw_paper(form, current)


@part
def page() -> None:
    """The three columns."""
    with guarded():
        the_desk().guard.require_action(the_desk().who(), DEFINE)
        pulse = pulse_of("files", SAMPLES)
        with st.spinner("正在检查表单和模板…"):
            found = the_desk().authoring.look()
        definitions, form = the_desk().definitions, chosen_form()
        with st.container(key="page_author", horizontal=True):
            with st.container(key="panel_forms", gap=None):
                head = '<div class="ph"><h1>表单作者</h1></div>'
                panel(head + forms(definitions, form.form if form else "", found.faults), "forms", acted)
            with st.container(key="panel_drawn", gap=None):
                title = f"{esc(form.title)} {code(form.form)}" if form else "还没有表单"
                body = drawing(form, titles(definitions)) if form else ""
                panel(
                    f'<div class="ph"><h2>{title}</h2></div><div class="drawn" data-scroll="drawn" tabindex="0">'
                    f"{standing(found)}{faults(found.faults)}{body}</div>",
                    "drawn",
                    acted,
                )
            with st.container(key="panel_sample", gap=None):
                if form:
                    draw_papers(form)
        watch("files", SAMPLES, pulse)
        speak()


page()
