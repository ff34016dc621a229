"""公布: lists that go out to everybody, looked at first, then kept as they went out."""

import json

import streamlit as st

from onefill.errors import OneFillError
from onefill.service.desk import new_id
from onefill.ui.bars import follow_search, top_bar
from onefill.ui.components import panel
from onefill.ui.days import read_day
from onefill.ui.guard import guarded
from onefill.ui.html import esc, state
from onefill.ui.moments import today
from onefill.ui.parts import part
from onefill.ui.publication_table import Looked, changed, noted_words, preview, shelf, titles_of, tools
from onefill.ui.said import say, show_said, unsay
from onefill.ui.session import speak
from onefill.ui.shared import the_desk
from onefill.ui.travel import follow, to_page

KNOWN = the_desk().publications.known(the_desk().who())
CHOSEN = str(st.query_params.get("list") or next(iter(KNOWN), ""))
#: Where it is told what was done: each list tells its own.
HERE = f"publications:{CHOSEN}"
LOOKED: Looked = st.session_state.setdefault(f"publications-{CHOSEN}", Looked(today()))


def acted(said: str) -> None:
    """A button of the page was pressed."""
    verb, _, what = said.partition(":")
    match verb:
        case "list":
            to_page("publications", list=what)
        case "look":
            day, wrong = read_day(json.loads(what)["on"])
            LOOKED.on, LOOKED.asking = day or LOOKED.on, False
            if wrong:
                say(wrong, "amber", record=HERE)
            else:
                unsay(HERE)
        case "ask" | "unask":
            LOOKED.asking = verb == "ask"
        case "publish":
            publish()


def publish() -> None:
    """Make public what is looked at."""
    desk, LOOKED.asking = the_desk(), False
    try:
        made = desk.publications.publish(CHOSEN, desk.who(), LOOKED.on, request=LOOKED.request)
    except OneFillError as error:
        say(str(error), "amber", record=HERE)
    else:
        LOOKED.request = new_id()
        batches = desk.publications.noted(made.id, desk.who())
        say(f"已公布 {made.count} 条，留在下面{noted_words(batches)}", "green", record=HERE)


@part
def page() -> None:
    """Which lists there are, and the one that is open."""
    with guarded():
        follow()
        desk = the_desk()
        wanted = desk.publications.publication(CHOSEN, desk.who())
        made = desk.publications.draft(CHOSEN, desk.who(), LOOKED.on)
        with st.container(key="page_publications"):
            others = titles_of(KNOWN, CHOSEN) if len(KNOWN) > 1 else ""
            head = f'<div class="hello" data-i18n-skip><div><h1>{esc(wanted.title)}</h1></div><span class="sp">'
            panel(f"{head}</span>{others}</div>", "publications_head", acted)
            show_said(acted, HERE)
            with st.container(key="panel_publication", gap=None):
                before = desk.publications.standing(CHOSEN, desk.who(), made)
                panel(tools(CHOSEN, wanted, LOOKED, made, before), "publication_tools", acted)
                if news := changed(desk.publications.since(CHOSEN, desk.who(), made)):
                    panel(f'<div class="pk" data-i18n-skip>{news}</div>', "publication_news", acted)
                panel(preview(made, wanted.note), "publication_lines", acted)
            if issues := desk.publications.published(CHOSEN, desk.who()):
                with st.container(key="panel_issues", gap=None):
                    panel(shelf(issues, desk.people.offices.units()), "issues", acted)
        speak()


top_bar("publications")
follow_search("publications")
if KNOWN:
    page()
else:
    st.html(state("lock", "还没有归您公布的", link=("./", "回首页")))
