"""The two bars: who we are and where one can go; which record this is, where it stands, when it was saved."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from onefill.fields.chinese import moment_text
from onefill.service.access import READ_LOG
from onefill.service.guard import ACCOUNTS, DEFINE
from onefill.service.shapes import RecordState
from onefill.ui.businesses import menus
from onefill.ui.components import panel
from onefill.ui.handing import holder_chip
from onefill.ui.html import act, chip, clock, esc, icon, note, plain
from onefill.ui.moments import now
from onefill.ui.pages import START, screen
from onefill.ui.shared import the_desk
from onefill.ui.travel import to_page

TABS = (("fill", "填报"), ("documents", "附件"), ("materials", "材料"), ("history", "历史"), ("overview", "概览"))
#: Main acts of what is not handed in, each with its page.
PRINT, LOOK = ("打印成套材料", "documents"), ("看附件", "documents")


def top_bar(active: str, menu: str = "") -> None:
    """The dark bar.

    Args:
        active: Address of the page.
        menu: Which menu is open, on the page of lists.
    """
    with st.container(key="topbar", horizontal=True):
        st.html('<div class="brand"><span>一填通</span></div>')
        _link("top", START, "首页", on=active == START)
        if the_desk().queues.is_officer(the_desk().who()):
            _link("top", "queue", "待办", on=active in ("queue", "review", "figures"))
        if the_desk().boards.known(the_desk().who()):
            _link("top", "boards", "看板", on=active == "boards")
        if the_desk().registers.known(the_desk().who()):
            _link("top", "registers", "台账", on=active == "registers")
        if the_desk().publications.known(the_desk().who()):
            _link("top", "publications", "公布", on=active == "publications")
        for key, one in menus().items():
            here = active == "records" and menu == key
            _link(f"top_{key}", "records", one.title, {"menu": key}, on=here)
        st.text_input(
            "查找",
            key="find",
            placeholder="编号、名称、拼音首字母",
            label_visibility="collapsed",
            icon=":material/search:",
            autocomplete="off",
            persist_state="session",
            on_change=_found,
        )
        if the_desk().who().may(DEFINE):
            _link("more", "author", "表单作者", on=active == "author", sign=":material/design_services:")
        for address, words, action in (("people", "账号", ACCOUNTS), ("log", "访问记录", READ_LOG)):
            if the_desk().settings.people != "none" and the_desk().who().may(action):
                _link("more", address, words, on=active == address)
        st.html(_who())


def _who() -> str:
    """Who is here, and the way out where there is one."""
    desk, sign = the_desk(), icon("account_circle")
    person = desk.who()
    if desk.settings.people == "none":
        return f'<div class="who">{sign}<span>{esc(person.name)}</span></div>'
    about = " · ".join(part for part in (person.title, desk.people.offices.title(person.unit)) if part)
    name = f'<span data-i18n-skip title="{esc(about)}">{esc(person.name)}</span>'
    if desk.settings.people == "header":
        return f'<div class="who">{sign}{name}</div>'
    password = '<a class="out" href="./of/password" target="_self">改密码</a>' if desk.settings.oidc is None else ""
    return f'<div class="who">{sign}{name}{password}<button type="button" class="out" data-leave>退出</button></div>'


def clock_note() -> None:
    """That the clock stands before what was done last; nothing where it may be right."""
    last, now = the_desk().behind(), the_desk().now()
    if last is None:
        return
    words = (
        f"<b>这台电脑的时间是 {moment_text(now)}，比最近一次办理的时间 {moment_text(last)} 还早。</b>"
        "填的、办的都照常记下，先后不会乱；只是现在记的日期、期限是照这个时间算的，台账和看板上晚于今天的先看不到。"
        "请管理员把时间对准，以前记错的日期由经办人改正"
    )
    st.html(note("amber", "warning", words))


def _found() -> None:
    st.session_state["find_now"] = True


def follow_search(active: str) -> None:
    """Go to where what is looked for is shown."""
    if st.session_state.pop("find_now", False) and active != START:
        st.switch_page(screen(START))


def record_bar(active: str, state: RecordState, action: tuple[str, str] | None = None, *, quiet: bool = False) -> None:
    """The white bar of one record.

    Args:
        active: Address of the page.
        state: The record.
        action: The one thing most people want now: words and the page it leads to.
        quiet: Whether something else on the page is wanted even more, so that the button stays white.
    """
    with st.container(key="recbar", horizontal=True):
        st.html(called(state))
        with st.container(key="tabs", horizontal=True, width="content"):
            for address, words in _tabs(state):
                _link("tab", address, words, {"record": state.id}, on=address == active)
        st.html(saved(state.saved_at))
        if action and st.button(action[0], type="secondary" if quiet else "primary", key="rec_action"):
            st.switch_page(screen(action[1]), query_params={"record": state.id})


def _tabs(state: RecordState) -> Sequence[tuple[str, str]]:
    """The pages of a record; one for materials only where its form asks any or is handed in."""
    form = the_desk().definitions.form(state.form)
    handed_in = form.materials or form.actions
    return [tab for tab in TABS if handed_in or tab[0] != "materials"]


def called(state: RecordState) -> str:
    """Which record this is, and where it stands."""
    phase, several = state.phases[state.phase], len(state.phases) > 1
    colour, sign, word = ("green", "check_circle", "已填齐") if phase.complete else ("blue", "edit_note", "填写中")
    where = chip(colour, sign, f"{phase.title} · {word}" if several else word)
    told = state.submitted
    if told is not None:
        mark, symbol, stage = holder_chip(told.holder, told.stage, passed=told.passed)
        stands = chip(mark, symbol, f"{told.title} · {stage}" if told.title else stage)
        where = f"{stands}{where}" if told.holder != "owner" and state.phase > told.phase else stands
    if state.destroyed:
        where = chip("", "delete_forever", "已销毁")
    return (
        f'<div class="rec" data-i18n-skip><h1>{esc(state.label)}</h1>'
        f'<span class="kind">{esc(state.title)}</span>{where}</div>'
    )


def main_act(state: RecordState) -> tuple[str, str] | None:
    """The one thing most people want now: hand it in where that can be done, else print."""
    desk = the_desk()
    form = desk.definitions.form(state.form)
    if form.actions:
        moves = [one for one in desk.reviews.state(state.id, desk.who()).moves if one.action.kind == "submit"]
        submit = next((one.action for one in moves if not one.hindered), None)
        if submit is not None:
            return f"检查并{submit.title}", "materials"
    refused = state.submitted is not None and state.submitted.refused
    made = PRINT if state.phases[state.phase].complete and not refused else LOOK
    return made if form.documents else None


def quiet(state: RecordState, wanted: tuple[str, str] | None) -> bool:
    """Whether the main act is no more than a way: it rests, or what is wanted is filling and not looking at papers."""
    return wanted == LOOK or rests(state)


def rests(state: RecordState) -> bool:
    """Whether nothing is wanted of whoever fills it: it lies with an office, or is done with."""
    return state.submitted is not None and state.submitted.holder != "owner"


def came_back(state: RecordState) -> None:
    """The line above everything while a submission has come back, or may be changed as was asked."""
    told = state.submitted
    if told is not None and told.holder == "owner":
        way = act("materials", "看意见" if told.sent_back else "去材料", kind="btn s")
        colour, sign = ("red", "undo") if told.sent_back else ("amber", "edit_note")
        html = note(colour, sign, f"<b>{esc(state.next_step)}</b>", right=way)
        with st.container(key="cameback"):
            panel(f"<div data-i18n-skip>{html}</div>", "cameback_note", lambda _: to_page("materials", record=state.id))


def saved(at: datetime | None) -> str:
    """When the last change was kept; the page script keeps the time up to date."""
    when = clock(at, now())
    return f'<span class="saved" role="status">{icon("cloud_done")}<span class="when">已保存 {esc(when)}</span></span>'


def _link(
    kind: str, address: str, words: str, query: dict[str, str] | None = None, *, on: bool, sign: str | None = None
) -> None:
    with st.container(key=f"{'on_' if on else ''}{kind}_{address or 'start'}"):
        st.page_link(screen(address), label=plain(words), query_params=query, icon=sign)
