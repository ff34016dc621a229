"""What the author's page shows of a proof run: each trial with its faults, and its pages beside those approved."""

from collections.abc import Hashable, Sequence
from urllib.parse import quote

import streamlit as st

from onefill.service.proof_shapes import Proofed
from onefill.service.proof_sheets import ProofSheets, side_by_side
from onefill.service.shapes import Produced
from onefill.ui.components import panel, viewer
from onefill.ui.html import chip, esc, icon
from onefill.ui.jobs import SAMPLES, Job, OnProgress, jobs
from onefill.ui.session import this_window
from onefill.ui.shared import the_desk


def proof_job(of: str, paper: str, stamp: Hashable) -> Job:
    """Try a paper of a form, or a list that a pack makes public; the same files and approvals are tried once."""

    def work(progress: OnProgress) -> Produced:
        return side_by_side(the_desk().proof.run([of], [paper], progress))

    return jobs.start((SAMPLES, "proof", of, paper, stamp), SAMPLES, work, again=False)


def draw_proof(title: str, job: Job, pictures: str) -> None:
    """The result of a proof run, as far as it has come.

    Args:
        title: Of the paper.
        job: Tries it.
        pictures: Route of its pictures.
    """
    if job.state == "running":
        st.html('<p class="empty" role="status">正在试印：行多行少、文字最长、生僻字各一次…　第一次要半分钟左右</p>')
    elif job.state == "failed":
        st.html(f'<p class="empty red" role="status">{esc(job.message)}</p>')
    elif isinstance(job.result, ProofSheets):
        panel(results(job.result.tried), "sample_proof")
        token = quote(this_window().token)
        pages = [
            {"src": f"{pictures}/{job.id}/{number}?k={token}", "name": name}
            for number, name in enumerate(job.result.names, 1)
        ]
        viewer(pages, f"试印 {title}", "proof_view")


def results(tried: Sequence[Proofed]) -> str:
    """Each trial in a line: what was tried, how many pages, how it stands to what was approved; its faults below."""
    lines = "".join(
        f"<li>{chip('green', 'check_circle', '好') if one.sound else chip('red', 'error', '要改')}"
        f" <b>{esc(one.trial.said)}</b> {one.pages} 页 <span class='mut sm'>{esc(one.news)}</span>"
        f"{''.join(f'<div>{esc(line)}</div>' for line in one.told())}</li>"
        for one in tried
    )
    return f'<ul class="dl faults" data-scroll="proof" tabindex="0">{lines}</ul>'


def paper_head(count: int, job: Job | None, *, proofing: bool, sampled: bool = True) -> str:
    """The line above the papers; its buttons say ``look:proof``, ``look:sample`` and ``approve:JOB``.

    Args:
        count: How many papers there are with sample facts.
        job: Tries the chosen one.
        proofing: Whether its proof run is looked at.
        sampled: Whether it can be looked at with sample facts as well.
    """
    if not proofing:
        words, buttons = f"用样例数据印 {count} 份", _button("look:proof", "fact_check", "试印") if count else ""
    else:
        words, buttons = "试印", _button("look:sample", "draft", "看样例") if sampled else ""
        if job is not None and _to_approve(job.result):
            buttons += _button(f"approve:{job.id}", "done_all", "认可")
    return f'<div class="ph"><h2>附件</h2><span class="mut sm grow">{words}</span>{buttons}</div>'


def _button(act: str, sign: str, words: str) -> str:
    return f'<button type="button" class="btn s" data-act="{esc(act)}">{icon(sign)}{words}</button>'


def _to_approve(made: Produced | None) -> list[Proofed]:
    """What is sound and was not approved as it is."""
    tried = made.tried if isinstance(made, ProofSheets) else ()
    return [one for one in tried if one.sound and one.pdf != one.approved]


def approve(made: Produced | None) -> None:
    """Remember what a proof run has made, of all that is sound."""
    the_desk().proof.approve(_to_approve(made))
