"""账号: who may sign in, as what and where; made, disabled, handed over; the units that were added."""

from collections.abc import Sequence

import streamlit as st

from onefill.service.guard import ACCOUNTS
from onefill.service.people_shapes import AccountLine
from onefill.ui import accounts as page
from onefill.ui import cleaning, units
from onefill.ui.bars import follow_search, top_bar
from onefill.ui.components import panel
from onefill.ui.html import act, state
from onefill.ui.moments import today
from onefill.ui.said import show_said
from onefill.ui.shared import the_desk
from onefill.ui.travel import require_here


def draw_asked(lines: Sequence[AccountLine]) -> None:
    """To whom the cases go, who stands in, or how the person is known elsewhere; for whose button was pressed."""
    draw_subject(lines)
    draw_change(lines)
    handing, leaving = st.session_state.get(page.HANDING), st.session_state.get(page.LEAVING)
    name = handing or leaving
    if not name:
        return
    words = f"“{name}”的办件移交给谁" if handing else f"“{name}”不在时谁代理"
    with st.container(key="account_asked", horizontal=True, vertical_alignment="bottom"):
        others = [line.name for line in lines if line.name != name and not line.disabled]
        st.selectbox(words, others, key=page.TO, index=None, placeholder="选一个人")
        if handing:
            panel(act("handed", "移交", kind="btn") + act("quit", "不移交了", kind="lk"), "account_acts", page.acted)
            return
        st.date_input("从哪天", today(), key=page.FIRST, format="YYYY-MM-DD")
        st.date_input("到哪天", today(), key=page.LAST, format="YYYY-MM-DD")
        buttons = (
            act("left", "记下", kind="btn") + act("back", "不用代理了", kind="lk") + act("quit", "收起", kind="lk")
        )
        panel(buttons, "account_acts", page.acted)


def draw_subject(lines: Sequence[AccountLine]) -> None:
    """As whom the identity provider knows somebody."""
    name = st.session_state.get(page.BINDING)
    if not name:
        return
    with st.container(key="account_bound", horizontal=True, vertical_alignment="bottom"):
        before = next((line.subject for line in lines if line.name == name), "")
        st.text_input(f"“{name}”的{page.SUBJECT_WORDS}", before, key=page.KNOWN_AS, max_chars=255, autocomplete="off")
        panel(act("bound", "记下", kind="btn") + act("quit", "收起", kind="lk"), "account_bind_acts", page.acted)


def draw_change(lines: Sequence[AccountLine]) -> None:
    """What somebody is to be from now on."""
    line = next((line for line in lines if line.name == st.session_state.get(page.CHANGING)), None)
    if line is None:
        return
    there, roles = units_of_mine(), the_desk().people.offices.roles()
    with st.container(key="account_change", horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            f"“{line.name}”的职务", line.title, key=f"{page.NEW_TITLE}-{line.name}", max_chars=40, autocomplete="off"
        )
        places = list(there)
        place = places.index(line.unit) if line.unit in there else None
        st.selectbox(
            "单位",
            places,
            place,
            key=f"{page.NEW_UNIT}-{line.name}",
            placeholder="选单位",
            format_func=there.__getitem__,
        )
        held = [role for role in line.roles if role in roles]
        st.multiselect(
            "角色",
            list(roles),
            held,
            key=f"{page.NEW_ROLES}-{line.name}",
            placeholder="选角色",
            format_func=lambda role: roles[role].title,
        )
        panel(act("changed", "记下", kind="btn") + act("quit", "收起", kind="lk"), "account_change_acts", page.acted)


def units_of_mine() -> dict[str, str]:
    """Titles of the units in use whose accounts the person may handle, by path."""
    who = the_desk().who()
    return {path: title for path, title in the_desk().people.offices.in_use().items() if who.may(ACCOUNTS, path)}


def draw_units() -> None:
    """The units that were added, and the title of the one that is to be called otherwise."""
    offices, who = the_desk().people.offices, the_desk().who()
    added = {path: in_use for path, in_use in offices.added().items() if who.may(ACCOUNTS, path)}
    changing = st.session_state.get(units.CHANGING)
    if changing in added:
        with st.container(key="unit_change", horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                "新的名称", offices.title(changing), key=f"{units.RENAMED}-{changing}", max_chars=60, autocomplete="off"
            )
            panel(act("renamed", "记下", kind="btn") + act("quit", "收起", kind="lk"), "unit_acts", units.acted)
    panel(units.table(added), "units", units.acted)


def draw_new() -> None:
    """A new account, and a new unit."""
    places, roles = units_of_mine(), the_desk().people.offices.roles()
    st.html('<div class="ph"><h2>新建账号</h2></div>')
    with st.container(key="account_new"):
        st.text_input("名字", key=page.NAME, placeholder="登录用，例 陈晓岚", max_chars=20, autocomplete="off")
        st.text_input("职务（选填）", key=page.TITLE, max_chars=40, autocomplete="off")
        if the_desk().settings.oidc:
            st.text_input(page.SUBJECT_WORDS, key=page.SUBJECT, max_chars=255, autocomplete="off")
        st.selectbox(
            "单位", list(places), key=page.UNIT, index=None, placeholder="选单位", format_func=places.__getitem__
        )
        st.multiselect(
            "角色", list(roles), key=page.ROLES, placeholder="选角色", format_func=lambda role: roles[role].title
        )
        st.button("新建账号", key="account_make", type="primary", on_click=page.make)
    st.html('<div class="ph"><h2>加单位</h2></div>')
    with st.container(key="unit_new"):
        above = {path: title for path, title in places.items() if path.count("/") < 5}
        st.selectbox(
            "上级", list(above), key=units.ABOVE, index=None, placeholder="选上级", format_func=above.__getitem__
        )
        st.text_input("代码", key=units.KEY, placeholder="字母、数字，例 nh-001", max_chars=40, autocomplete="off")
        st.text_input("名称", key=units.CALLED, max_chars=60, autocomplete="off")
        st.button("加单位", key="unit_make", on_click=units.add)
    draw_units()


top_bar("people")
follow_search("people")
if the_desk().settings.people == "none":
    st.html(state("person_off", "这台电脑上不用登录，没有账号", link=("./", "回首页")))
else:
    require_here(ACCOUNTS)
    found = the_desk().people.lines(the_desk().who())
    with st.container(key="page_people"):
        panel(page.shown_once(), "account_once", page.acted)
        show_said(page.acted)
        with st.container(key="peoplerow", horizontal=True):
            with st.container(key="panel_people", gap=None):
                st.html(f'<div class="ph"><h1>账号</h1><span class="mut sm">{len(found)} 个</span></div>')
                draw_asked(found)
                panel(page.table(found), "accounts", page.acted)
                cleaning.draw()
            with st.container(key="panel_account_new", gap=None):
                draw_new()
