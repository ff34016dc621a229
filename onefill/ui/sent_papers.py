"""文书: the papers that went out about a case, each with its number, to be looked at and fetched as they were."""

from collections.abc import Sequence

import streamlit as st

from onefill.service.case_shapes import SentPaper
from onefill.ui.html import act, chip, esc, icon, moment
from onefill.ui.papers import FORMATS

#: What names a paper that went out where else a notice is named that is about to.
SENT = "sent:"


def listed(record: str, papers: Sequence[SentPaper], *, looks: bool = False) -> str:
    """Every paper that went out, the newest first; nothing if none did.

    Args:
        record: Whose.
        papers: Which.
        looks: Whether it can be looked at beside; it says ``notice:sent:N`` then.
    """
    return f'<ul class="gone" data-i18n-skip>{"".join(_line(record, one, looks) for one in papers)}</ul>' * bool(papers)


def _line(record: str, one: SentPaper, looks: bool) -> str:
    title = f"<b>{esc(one.title)}</b>"
    if looks:
        title = act(f"notice:{SENT}{one.n}", one.title, kind="lk")
    if one.withdrawn:
        title += chip("", "undo", "已撤回")
    number = f"<small>{esc(one.number)}</small>" if one.number else ""
    return (
        f'<li>{icon("description")}<span class="tx">{title}{number}<small>{esc(one.who)}　{esc(moment(one.when))}'
        f'</small></span><span class="acts">{files(record, one)}</span></li>'
    )


def files(record: str, one: SentPaper) -> str:
    """A button per format of a paper that went out; the page script fetches the file."""
    where = f"./of/sent/{esc(record)}/{one.n}"
    if one.sender:
        where = f"./of/addressed/{esc(record)}/{esc(one.sender)}/{one.n}"
    named = f"{one.title} {one.number}".strip()
    return "".join(
        f'<button type="button" class="btn s" data-file="{where}?format={suffix[1:]}"'
        f' aria-label="下载 {FORMATS[suffix]}：{esc(named)}">{icon("download")}{FORMATS[suffix]}</button>'
        for suffix in (".pdf", one.suffix)
    )


def draw_none() -> None:
    """Say that a paper is not there that an address or an old page names."""
    st.html('<p class="empty">没有这份文书</p>')
