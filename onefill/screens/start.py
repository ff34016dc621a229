"""首页: what is under way, each with its next step in words; new ones and samples at hand."""

import streamlit as st

from onefill.service.guard import FILL
from onefill.service.record_lists import First
from onefill.ui.bars import clock_note, top_bar
from onefill.ui.businesses import cases, own_cases
from onefill.ui.components import panel
from onefill.ui.deeds import ask_for_colleague, done
from onefill.ui.dues import panel_of, ready, wholes
from onefill.ui.html import act, esc, note
from onefill.ui.lists import (
    DUTIES,
    ahead,
    bin_table,
    damaged,
    duty,
    fillable,
    greeting,
    new_side,
    recent_side,
    returned,
    shared_side,
    sum_up,
    table,
    turning,
)
from onefill.ui.moments import now, today
from onefill.ui.pages import START
from onefill.ui.queues import waiting
from onefill.ui.said import show_said
from onefill.ui.shared import the_desk
from onefill.ui.travel import begin, fresh_id, to_page
from store import EVERYTHING

FEW, PAGE = 3, "start-page"
#: Letters of a name on a button.
MOST_LETTERS = 30
BIN, DUES = "bin_open", "dues_open"


def shortened(label: str) -> str:
    """What a record is called, on a button."""
    return label if len(label) <= MOST_LETTERS else f"{label[: MOST_LETTERS - 1]}…"


def acted(said: str) -> None:
    """A button of the page was pressed."""
    if said == "samples":
        with st.spinner("正在装入示例…"):
            the_desk().load_samples()
    elif said == "queue" or said in DUTIES:
        to_page(said)
    elif said in ("bin", "dues"):
        key = {"bin": BIN, "dues": DUES}[said]
        st.session_state[key] = not st.session_state.get(key, False)
    elif said.startswith("page:"):
        st.session_state[PAGE] = find, int(said.removeprefix("page:"))
    else:
        done(said)


WHO = the_desk().who()
top_bar(START)
st.session_state.pop("find_now", None)
find = (st.session_state.get("find") or "").strip()
forms = cases()
keys = [form.form for form in own_cases()]
may_try, may_fill = the_desk().settings.people == "none", [form for form in forms if WHO.may(FILL, WHO.unit, form.form)]
looked, turned = st.session_state.get(PAGE, ("", 1))
number = turned if looked == find else 1
officer = the_desk().queues.is_officer(WHO)
first_of: First = "due" if officer else "back" if may_fill else "changed"
front = the_desk().records.front(None if find else keys, first=first_of, text=find, page=number)
favourites = the_desk().habits.favourites()
binned = the_desk().records.deleted() if WHO.may(FILL) else ()

due = () if find else the_desk().dues.of(WHO)
whole = wholes(front.lines)
due = () if find else ready(front.lines, whole, due)

with st.container(key="page_start"):
    samples = act("samples", "装入示例试一试", sign="science") if may_try and front.total < FEW and not find else ""
    first = begin(may_fill[0].form, may_fill[0].title, kind="btn p", sign="add") if may_fill else ""
    mine = [line for line in front.lines if may_fill and line.form == may_fill[0].form]
    last = next((line for line in mine if line.percent and not line.destroyed), None)
    copy = act(f"copy:{last.id}:{fresh_id()}", f"照“{shortened(last.label)}”新建", sign="content_copy") if last else ""
    told = sum_up(front, fills=bool(may_fill))
    queue = the_desk().queues.queue(WHO) if officer else None
    if queue is not None and (queue.counts.get("waiting") or not may_fill):
        begun = begin(may_fill[0].form, may_fill[0].title, kind="btn", sign="add") if may_fill else ""
        told, copy, first = waiting(queue), "", begun + act("queue", "去待办", kind="btn p", sign="gavel")
    elif not may_fill:
        first = duty(WHO)
    panel(
        f'<div class="hello"><div><h1>{greeting(now())}</h1><p>{esc(told)}</p></div>'
        f'<span class="sp"></span>{samples}{copy}{first}</div>',
        "head",
        acted,
    )
    back = "" if find else returned([line for line in front.lines if fillable(line)], front.counts.get("owner", 0))
    if back:
        panel(f"<div data-i18n-skip>{back}</div>", "back", acted)
    show_said(acted)
    clock_note()
    ask_for_colleague()
    if WHO.scope == EVERYTHING:
        hurt = note("amber", "warning", esc(the_desk().doubt)) if the_desk().doubt else ""
        hurt += damaged(the_desk().records.damages())
        if hurt:
            st.html(hurt)
    with st.container(key="startrow", horizontal=True):
        with st.container(key="startmain"):
            if due:
                with st.container(key="panel_dues", gap=None):
                    units = the_desk().people.offices.units()
                    more = st.session_state.get(DUES, False)
                    panel(panel_of(due, units, today(), opened=more, officer=officer), "dues", acted)
            with st.container(key="panel_list", gap=None):
                closed = front.counts.get("done", 0)
                under_way = f"在办的 {front.total - closed} 个{f'，办结 {closed} 个' if closed else ''}"
                title = f"找到 {front.total} 个“{find}”" if find else under_way
                nothing = (
                    f"没有找到“{find}”。试试编号、名称里的几个字"
                    if find
                    else f"还没有办件{'。点右上角新建' * bool(may_fill)}"
                )
                body = f'<p class="empty">{esc(nothing)}</p>'
                if front.lines:
                    body = table(front.lines, "名称", favourites, whole) + turning(front, number)
                opened = bool(binned) and st.session_state.get(BIN, False)
                words = f"收起回收站（{len(binned)}）" if opened else f"回收站（{len(binned)}）"
                way = f'<span class="sp"></span>{act("bin", words, kind="lk", sign="delete")}' if binned else ""
                inside = f'<div class="ph"><h2>回收站</h2></div>{bin_table(binned)}' if opened else ""
                panel(f'<div class="ph" data-i18n-skip><h2>{esc(title)}</h2>{way}</div>{body}{inside}', "list", acted)
            near = "" if find else ahead(forms)
            if near:
                with st.container(key="panel_ahead", gap=None):
                    panel(f"<div data-i18n-skip>{near}</div>", "ahead", acted)
        with st.container(key="startside", gap=None):
            recent = recent_side(favourites, the_desk().habits.opened())
            panel((new_side(may_fill[1:]) if may_fill else "") + shared_side() + recent, "side", acted)
