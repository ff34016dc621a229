"""No such page."""

import streamlit as st

from onefill.ui.bars import top_bar
from onefill.ui.html import state

top_bar("missing")
st.html(state("search_off", "没有这一页。可能是地址少了几个字", link=("./", "回首页")))
