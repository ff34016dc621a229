"""What Streamlit runs: our pages, hidden stock navigation, one door for errors."""

import streamlit as st

from onefill.ui.guard import guarded
from onefill.ui.pages import PAGES, START, screen
from onefill.ui.parts import begin_page
from onefill.ui.shared import the_desk
from onefill.ui.shell import TITLE
from onefill.ui.travel import follow

st.set_page_config(page_title=TITLE, layout="wide")
with guarded():
    pages = [
        st.Page(screen(address), title=f"{title} · {TITLE}", url_path=address, default=address == START)
        for address, (_, title) in PAGES.items()
    ]
    page = st.navigation(pages, position="hidden")
    begin_page(page.url_path)
    the_desk().who()  # whoever is signed out sees nothing of the page
    follow()
    page.run()
