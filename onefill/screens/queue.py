"""待办: the cases that wait for whoever is here, the first due first."""

import json
from collections.abc import Callable

import streamlit as st

from onefill.errors import OneFillError
from onefill.service.case_shapes import Queue, QueueLine
from onefill.service.queues import ALL
from onefill.service.shapes import Person
from onefill.ui.at_once import at_once, run, several
from onefill.ui.bars import clock_note, follow_search, top_bar
from onefill.ui.batches import Together, asking, bar
from onefill.ui.components import panel
from onefill.ui.hands import NOBODY, Hands, gives_of
from onefill.ui.html import state
from onefill.ui.moments import today
from onefill.ui.parts import part
from onefill.ui.pulse import pulse_of, watch
from onefill.ui.queues import FIGURES, Asked, figures, foot, lists, table, tools
from onefill.ui.said import say, show_said, unsay
from onefill.ui.session import speak
from onefill.ui.shared import the_desk
from onefill.ui.travel import follow, to_page

ASKED: Asked = st.session_state.setdefault("queue-asked", Asked())
TOGETHER: Together = st.session_state.setdefault("queue-together", Together())


def acted(said: str) -> None:
    """A button of the page was pressed; what cannot be done is told in words."""
    verb, _, what = said.partition(":")
    try:
        if verb in ("take", "give"):
            assigned(verb, what)
        elif not at_once(TOGETHER, verb, what, looked_at):
            chosen(verb, what)
    except OneFillError as error:
        say(str(error), "amber")


def assigned(verb: str, what: str) -> None:
    """Take a case, or put it into somebody's hands: ``PHASE:ID``, and the name of whoever gets it."""
    desk = the_desk()
    phase, record, *rest = what.split(":", 2)
    name = rest[0] if rest else ""
    label = desk.reviews.label(record, desk.who(), phase)
    if verb == "take":
        desk.reviews.take(record, phase, desk.who())
        say(f"“{label}”由您承办")
    elif name == NOBODY:
        desk.reviews.assign(record, phase, None, desk.who())
        say(f"“{label}”放回未分派")
    else:
        desk.reviews.assign(record, phase, desk.people.named(name), desk.who())
        say(f"“{label}”分派给了{name}")


def looked_at() -> Queue:
    """The page of the queue that is looked at."""
    return the_desk().queues.queue(the_desk().who(), ASKED.chosen, ASKED.filters, page=ASKED.page)


def chosen(verb: str, what: str) -> None:
    """Look at another part of the queue, or go elsewhere."""
    match verb:
        case "figures":
            to_page("figures")
        case "open":
            unsay(what)  # what was done there last is known; it may stand elsewhere by now
            to_page("review", record=what)
        case "only" if what in {key for key, *_ in FIGURES}:
            ASKED.choose(chosen=what)
        case "form":
            ASKED.choose(form=what, stage="")
        case "stage" | "unit":
            ASKED.choose(**{verb: what})
        case "returned":
            ASKED.choose(returned=int(what or 0))
        case "find":
            ASKED.choose(text=str(json.loads(what).get("text", "")).strip())
        case "all":
            ASKED.filters, ASKED.page = ALL, 1
        case "page":
            ASKED.page = max(1, int(what))


def hands_of(who: Person) -> Callable[[QueueLine], Hands]:
    """Into whose hands somebody may put each case of the queue."""
    gives = gives_of(who)
    return lambda line: Hands(
        who.name,
        not line.waits_for.isdisjoint(who.roles or ()),
        gives(line.waits_for, line.unit, line.assigned),
    )


@part
def page() -> None:
    """Figures, filters, lines; drawn anew when a case comes, goes or changes hands."""
    follow()
    desk = the_desk()
    who, pulse = desk.who(), pulse_of("queue", "all")
    run(TOGETHER)
    queue = looked_at()
    forms, units = desk.queues.forms(who), desk.people.offices.units()
    titles = {key: form.title for key, form in forms.items()}
    stages = {key: {one.key: one.title for one in form.stages} for key, form in forms.items()}
    below = {path: title for path, title in desk.people.offices.units_for(who).items() if who.sees(path)}
    with st.container(key="page_queue"):
        clock_note()
        panel(figures(queue, ASKED), "figures", acted)
        show_said(acted)
        if words := several(TOGETHER):
            panel(f"<div data-i18n-skip>{words}</div>", "several", acted)
        choices = desk.batches.choices(TOGETHER.picked, who) if TOGETHER.picked else []
        with st.container(key="panel_queue", gap=None):
            html = (
                tools(ASKED, titles, below, stages)
                + bar(TOGETHER, choices)
                + asking(TOGETHER, choices)
                + table(queue, ASKED, units, today(), hands_of(who), TOGETHER.picked)
                + foot(queue, ASKED)
                + lists(desk.listings.known(who))
            )
            panel(f'<h1 class="vh">待办</h1><div>{html}</div>', "queue", acted)
    watch("queue", "all", pulse)
    speak()


top_bar("queue")
follow_search("queue")
if the_desk().queues.is_officer(the_desk().who()):
    page()
else:
    st.html(state("lock", "待办是审核的人看的。您这里没有要审的", link=("./", "回首页")))
