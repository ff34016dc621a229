"""What is filled once and used everywhere: the records of one menu, form by form."""

import streamlit as st

from onefill.service.guard import FILL
from onefill.ui.bars import follow_search, top_bar
from onefill.ui.businesses import menus
from onefill.ui.components import panel
from onefill.ui.deeds import ask_for_colleague, done
from onefill.ui.html import esc, state
from onefill.ui.lists import table
from onefill.ui.said import show_said
from onefill.ui.shared import the_desk
from onefill.ui.travel import begin

WHO = the_desk().who()
known = menus()
asked = st.query_params.get("menu", next(iter(known), ""))
chosen = known.get(asked)

top_bar("records", asked)
follow_search("records")
if chosen is None:
    st.html(state("search_off", "没有这个菜单。可能是业务包改过了", link=("./", "回首页")))
else:
    with st.container(key="page_records"):
        st.html(f'<h1 class="vh">{esc(chosen.title)}</h1>')
        show_said(done)
        ask_for_colleague()
        favourites = the_desk().habits.favourites()
        for key in chosen.forms:
            form = the_desk().definitions.form(key)
            lines = the_desk().records.list(key)
            begins = key not in the_desk().definitions.retired and WHO.may(FILL, WHO.unit, key)
            new = begin(key, form.title, kind="btn s", sign="add") if begins else ""
            nothing = f'<p class="empty">还没有{esc(form.title)}{"。填一次，以后都从这里选" * begins}</p>'
            head = f'<h2>{esc(form.title)}</h2><span class="mut sm">{len(lines)} 条</span><span class="sp"></span>{new}'
            body = table(lines, "名称", favourites, phases=False) if lines else nothing
            with st.container(key=f"panel_{key}", gap=None):
                panel(f'<div class="ph" data-i18n-skip>{head}</div>{body}', f"list-{key}", done)
