"""可以清理的, on the page of accounts: drafts and what was refused, long left alone, gone when somebody says so."""

from collections.abc import Sequence

import streamlit as st

from onefill.fields.chinese import date_text
from onefill.service.cleaning import Cleanable
from onefill.ui.components import panel
from onefill.ui.html import act, esc, note
from onefill.ui.said import say
from onefill.ui.shared import the_desk

#: The records about which it is asked whether they shall go.
ASKED = "clean-asked"
MOST_LISTED = 50


def draw() -> None:
    """What may be cleaned away; nothing where there is nothing."""
    waiting = the_desk().cleaning.waiting()
    if not waiting:
        return
    asked = st.session_state.get(ASKED)
    head = (
        f'<div class="ph"><h2>可以清理的</h2><span class="mut sm">{len(waiting)} 份草稿和没有通过的申请，'
        f'满了年数没有人动过</span><span class="sp"></span>'
    )
    begin = "" if asked else act("ask", f"清理这 {len(waiting)} 份", kind="btn s", sign="delete_forever")
    question = _question(len(asked)) if asked else ""
    panel(f"{head}{begin}</div>{question}{_table(waiting)}", "cleaning", acted)


def _question(count: int) -> str:
    buttons = act("clean", f"清理 {count} 份", kind="btn s p") + act("quit", "不清理", kind="btn s")
    words = "<b>真的清理？</b>　填的、传的、以前各版都销毁，恢复不了"
    return note("amber flat", "delete_forever", words, right=f'<span class="acts">{buttons}</span>')


def _table(waiting: Sequence[Cleanable]) -> str:
    titles = the_desk().people.offices.units()
    rows = "".join(
        f"<tr><td><b>{esc(one.label)}</b><div class='mut sm'>{esc(one.title)}</div></td>"
        f"<td>{esc(titles.get(one.unit, one.unit))}</td><td>{esc(one.where)}</td>"
        f"<td class='nb'>{date_text(one.since)}以后没有动过</td></tr>"
        for one in waiting[:MOST_LISTED]
    )
    rest = len(waiting) - MOST_LISTED
    more = f'<tr><td colspan="4" class="mut sm">还有 {rest} 份</td></tr>' if rest > 0 else ""
    return f'<table class="tbl" data-i18n-skip><tbody>{rows}{more}</tbody></table>'


def acted(said: str) -> None:
    """A button was pressed; what cannot be done is told in words."""
    desk, held = the_desk(), st.session_state
    if said == "ask":
        held[ASKED] = [one.record for one in desk.cleaning.waiting()]
        return
    asked: list[str] = held.pop(ASKED, None) or []
    if said != "clean":
        return
    gone, refused = desk.cleaning.clean_some(asked, desk.who())
    told = f"清理了 {len(gone)} 份。更早的备份里还有，到期（不超过 90 天）删掉"
    say("　".join([told, *refused[:3]]), "amber" if refused else "green")
