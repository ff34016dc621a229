"""访问记录: who printed, exported, signed in, and what was refused."""

from datetime import timedelta

import streamlit as st

from onefill.service.access import READ_LOG
from onefill.ui.accounts import log_table
from onefill.ui.bars import follow_search, top_bar
from onefill.ui.components import panel
from onefill.ui.html import state
from onefill.ui.log_words import in_words
from onefill.ui.moments import today
from onefill.ui.shared import the_desk
from onefill.ui.travel import require_here

MONTH = timedelta(days=30)
MOST = 500
#: Of so many records, the last touched, the name is told.
MOST_RECORDS = 5000

top_bar("log")
follow_search("log")
if the_desk().settings.people == "none":
    st.html(state("person_off", "这台电脑上不用登录。访问记录在命令行里看", link=("./", "回首页")))
else:
    require_here(READ_LOG)
    with st.container(key="page_log"), st.container(key="panel_log", gap=None):
        desk = the_desk()
        found = desk.log.lines(today() - MONTH)
        lines = in_words(found[:MOST], desk.records.names(MOST_RECORDS), desk.definitions)
        words = f"近 30 天 {len(found)} 条" + (f"，列出最新的 {MOST} 条" if len(found) > MOST else "")
        head = f'<div class="ph"><h1>访问记录</h1><span class="mut sm">{words}</span></div>'
        panel(head + log_table(lines), "log", lambda _: None)
