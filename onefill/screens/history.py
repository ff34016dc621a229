"""历史: who kept which version, what differs between any two, an older one restored, files of the past."""

from collections.abc import Sequence

import streamlit as st

from onefill.service.history_shapes import NOW, Moment
from onefill.ui.bars import follow_search, record_bar, top_bar
from onefill.ui.components import panel
from onefill.ui.guard import guarded
from onefill.ui.html import esc, note
from onefill.ui.parts import part
from onefill.ui.past import changes, fates, files, head, question, timeline
from onefill.ui.sent_papers import listed
from onefill.ui.session import begin_run, end_run
from onefill.ui.shared import the_desk
from onefill.ui.travel import asked_record, follow

top_bar("history")
follow_search("history")
RECORD = asked_record()
PICKED, ASKED, FILES, WHOLE, SAID, NOTE = (
    f"{name}-{RECORD}" for name in ("picked", "asked", "past-files", "whole", "said", "note")
)


def acted(pressed: str) -> None:
    """A button of the page was pressed."""
    verb, _, what = pressed.partition(":")
    st.session_state.pop(SAID, None)
    match verb:
        case "pick":
            top, chosen = st.session_state[PICKED]
            st.session_state[PICKED] = (top, [*[n for n in chosen if n != int(what)][-1:], int(what)])
            st.session_state[ASKED] = ""
        case "ask":
            st.session_state[ASKED] = what
        case "restore":
            restore(int(what))
        case "files":
            st.session_state[FILES] = not st.session_state.get(FILES)
        case "whole":
            st.session_state.setdefault(WHOLE, set()).add(what)


def restore(n: int) -> None:
    """Have an older version again, as a new one."""
    history = the_desk().history
    made = history.restore(RECORD, n, the_desk().who())
    old, new = history.name(RECORD, n), history.name(RECORD, made)
    said(made, f"已恢复{old}，现在是{new}。原来的样子也留着，随时可以恢复回来")


def keep() -> None:
    """Keep a version by hand."""
    before = the_desk().records.state(RECORD).version
    made = the_desk().records.keep_version(RECORD, the_desk().who(), st.session_state.get(NOTE) or "")
    st.session_state[NOTE] = ""
    name = the_desk().history.name(RECORD, made)
    said(made, f"已留下{name}" if made != before else f"没有新的改动，{name}就是现在的样子")


def said(n: int, words: str) -> None:
    """Tell what was done, as long as nothing has come after it, and look at the newest again."""
    st.session_state[SAID], st.session_state[ASKED], st.session_state[FILES] = (n, words), "", False
    st.session_state.pop(PICKED, None)


def picked(moments: Sequence[Moment]) -> tuple[int, int]:
    """The two that are compared, the older one first; at first the newest two."""
    there = [moment.n for moment in moments]
    top, chosen = st.session_state.get(PICKED, (None, []))
    chosen = chosen if top == there[0] and len(chosen) == 2 else there[:2]  # whatever is new is looked at first
    st.session_state[PICKED] = (there[0], chosen)
    new, *old = sorted(chosen, key=there.index)
    return (old or [new])[0], new


def draw_comparison(moments: Sequence[Moment], old: int, new: int) -> None:
    """The right panel."""
    desk = the_desk()
    comparison = desk.history.compare(RECORD, old, new)
    newest, unsaved = next(m.n for m in moments if m.n != NOW), moments[0].n == NOW
    restorable = old != NOW and (unsaved or old != newest) and not desk.verification.reads_only(RECORD, desk.who())
    listed = bool(st.session_state.get(FILES)) and old != NOW
    made, words = st.session_state.get(SAID, (None, ""))
    told = words if made == moments[0].n else ""
    html = head(comparison, restorable=restorable, files=listed)
    html += note("green flat", "check_circle", f'<span role="status">{esc(told)}</span>') if told else ""
    if restorable and st.session_state.get(ASKED) == str(old):
        html += question(comparison.old, max(moment.number for moment in moments), unsaved=unsaved)
    html += fates(comparison.papers) if comparison.sections else ""
    html += files(RECORD, comparison.old, desk.history.papers(RECORD, old)) if listed else ""
    panel(html + changes(comparison, st.session_state.get(WHOLE, set())), "diff", acted)


def draw_keeping() -> None:
    """The way to keep a version by hand."""
    with st.container(key="keepfoot", horizontal=True):
        st.text_input(
            "这一版的说明",
            key=NOTE,
            placeholder="写句说明（选填）",
            label_visibility="collapsed",
            max_chars=200,
            autocomplete="off",
        )
        st.button("留一个版本", key="keep_version", on_click=keep)


def draw_destroyed(moments: Sequence[Moment], told: str) -> None:
    """What is left of a record that was destroyed: who did what when, and the paper that says so."""
    desk = the_desk()
    papers = listed(RECORD, desk.notices.sent(RECORD, desk.who()))
    with st.container(key="page_history", horizontal=True):
        with st.container(key="panel_past", gap=None):
            panel(timeline(moments, ()), "past", lambda _: None)
        with st.container(key="panel_diff", gap=None):
            st.html(note("plain flat", "delete_forever", esc(told)) + papers)


@part
def page() -> None:
    """Timeline and differences."""
    with guarded():
        follow()
        begin_run(RECORD)
        state = the_desk().records.state(RECORD, past=True)
        moments = the_desk().history.timeline(RECORD)
        if told := the_desk().records.destroyed(RECORD):
            record_bar("history", state)
            draw_destroyed(moments, told)
            end_run(RECORD, state.change)
            return
        old, new = picked(moments)
        record_bar("history", state)
        with st.container(key="page_history", horizontal=True):
            with st.container(key="panel_past", gap=None):
                panel(timeline(moments, (old, new)), "past", acted)
                if not the_desk().verification.reads_only(RECORD, the_desk().who()):
                    draw_keeping()
            with st.container(key="panel_diff", gap=None):
                draw_comparison(moments, old, new)
        end_run(RECORD, state.change)


page()
