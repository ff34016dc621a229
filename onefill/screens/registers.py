"""台账: the lists that grow out of decisions, as they were on any day."""

import json

import streamlit as st

from onefill.ui.bars import follow_search, top_bar
from onefill.ui.components import panel
from onefill.ui.days import read_day
from onefill.ui.guard import guarded
from onefill.ui.html import esc, state
from onefill.ui.moments import today
from onefill.ui.parts import part
from onefill.ui.register_table import Looked, table, titles_of, tools
from onefill.ui.said import say, show_said, unsay
from onefill.ui.session import speak
from onefill.ui.shared import the_desk
from onefill.ui.travel import follow, to_page

KNOWN = the_desk().registers.known(the_desk().who())
CHOSEN = str(st.query_params.get("register") or next(iter(KNOWN), ""))
HERE = f"registers:{CHOSEN}"
LOOKED: Looked = st.session_state.setdefault(f"registers-{CHOSEN}", Looked(today()))


def acted(said: str) -> None:
    """A button of the page was pressed."""
    verb, _, what = said.partition(":")
    match verb:
        case "register":
            to_page("registers", register=what)
        case "open":
            to_page("review" if the_desk().queues.is_officer(the_desk().who()) else "fill", record=what)
        case "state":
            LOOKED.state = what
        case "look":
            typed = json.loads(what)
            day, wrong = read_day(typed["on"])
            LOOKED.on, LOOKED.text = day or LOOKED.on, str(typed["text"]).strip()
            if wrong:
                say(wrong, "amber", record=HERE)
            else:
                unsay(HERE)


@part
def page() -> None:
    """Which registers there are, and the one that is open."""
    with guarded():
        follow()
        desk = the_desk()
        who, register = desk.who(), desk.registers.register(CHOSEN, desk.who())
        found = desk.registers.lines(CHOSEN, who, LOOKED.on, text=LOOKED.text, state=LOOKED.state)
        with st.container(key="page_registers"):
            others = titles_of(KNOWN, CHOSEN) if len(KNOWN) > 1 else ""
            head = f'<div class="hello" data-i18n-skip><div><h1>{esc(register.title)}</h1></div><span class="sp">'
            panel(f"{head}</span>{others}</div>", "registers_head", acted)
            show_said(acted, HERE)
            with st.container(key="panel_register", gap=None):
                panel(tools(CHOSEN, register, LOOKED, found), "register_tools", acted)
                panel(table(register, found, LOOKED), "register_lines", acted)
        speak()


top_bar("registers")
follow_search("registers")
if KNOWN:
    page()
else:
    st.html(state("lock", "还没有您能看的台账", link=("./", "回首页")))
