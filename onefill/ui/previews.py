"""One paper on the screen: its pages as pictures while or after they are laid out, and a button per format."""

from urllib.parse import quote

import streamlit as st

from onefill.service.shapes import DocumentState
from onefill.ui.components import viewer
from onefill.ui.html import esc, icon
from onefill.ui.jobs import Job
from onefill.ui.papers import FORMATS
from onefill.ui.session import this_window


def draw_pages(paper: DocumentState, job: Job | None, pictures: str, key: str) -> None:
    """The pages of a paper, or why there are none yet.

    Args:
        paper: Which.
        job: Lays it out; nothing if there is nothing to see.
        pictures: Route of its pictures, without the number of the page.
        key: Name of the viewer in the page.
    """
    if job is None:
        st.html(f'<p class="empty">{esc(paper.reason)}</p>')
    else:
        draw_job(paper.title, job, pictures, key)


def draw_job(title: str, job: Job, pictures: str, key: str) -> None:
    """The pages that a job lays out, as far as it has come.

    Args:
        title: Of the paper.
        job: Lays it out.
        pictures: Route of its pictures, without the number of the page.
        key: Name of the viewer in the page.
    """
    if job.state != "done":
        failed = job.state == "failed"
        words = job.message if failed else "正在排版…　第一次要几秒"
        html = f'<p class="empty{" red" if failed else ""}" role="status">{esc(words)}</p>'
        st.html(f'<div class="ph" data-i18n-skip><h2>{esc(title)}</h2></div>{html}')
    else:
        token = quote(this_window().token)
        pages = [
            {"src": f"{pictures}/{job.id}/{page}?k={token}", "name": f"{title} 第 {page} 页"}
            for page in range(1, job.pages + 1)
        ]
        viewer(pages, title, key)


def downloads(paper: DocumentState, files: str, words: str) -> str:
    """A button per format; the page script fetches the file and says what went wrong.

    Args:
        paper: Which.
        files: Route of its files, without the format.
        words: What is downloaded.
    """
    if not paper.printable:
        return ""
    buttons = "".join(
        f'<button type="button" class="btn s" data-file="{esc(files)}/{suffix[1:]}"'
        f' aria-label="下载 {FORMATS[suffix]}：{esc(paper.title)}">{icon("download")}{FORMATS[suffix]}</button>'
        for suffix in paper.formats
    )
    return f'<div class="foot"><span data-told role="status" class="mut">{esc(words)}</span>{buttons}</div>'
