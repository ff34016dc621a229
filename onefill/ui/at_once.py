"""待办, several cases at once: choosing, beginning, doing, telling."""

from collections.abc import Callable

import streamlit as st

from onefill.errors import OneFillError
from onefill.service.case_shapes import Queue
from onefill.ui.batches import Together, broken, result, said_in
from onefill.ui.days import read_day
from onefill.ui.said import say
from onefill.ui.shared import the_desk


def at_once(together: Together, verb: str, what: str, looked_at: Callable[[], Queue]) -> bool:
    """Choose cases, and do something to all of them; whether that is what was said.

    Args:
        together: What is chosen.
        verb: What a button said; ``what`` the rest of it.
        what: See there.
        looked_at: The page of the queue that is looked at.
    """
    match verb:
        case "pick" | "unpick":
            together.pick([what], on=verb == "pick")
        case "pickall" | "unpickall":
            here = [
                one.record for one in looked_at().lines if not one.waits_for.isdisjoint(the_desk().who().roles or ())
            ]
            together.pick(here, on=verb == "pickall")
        case "unpickno":
            together.pick(list(together.picked), on=False)
        case "together":
            _ask(together, *what.split(":", 1))
        case "unask":
            together.asking = "", ""
        case "go":
            _begin(together, said_in(what))
        case "resume":
            together.running = what
        case "unshow":
            together.shown = ""
        case _:
            return False
    return True


def _ask(together: Together, form: str, action: str) -> None:
    """Ask once for all of them; what nobody has looked at is found out once, not whenever the page is drawn."""
    desk = the_desk()
    choices = desk.batches.choices(together.picked, desk.who())
    records = next((one.records for one in choices if (one.form, one.action) == (form, action)), ())
    together.asking, together.refused, together.said = (form, action), "", {}
    together.unlooked = desk.batches.unlooked(action, records, desk.who())


def _begin(together: Together, said: dict[str, str]) -> None:
    """Keep what is to be done to those that are chosen; it is done when the page is drawn."""
    desk, (form, action) = the_desk(), together.asking
    choices = desk.batches.choices(together.picked, desk.who())
    records = next((one.records for one in choices if (one.form, one.action) == (form, action)), ())
    day, wrong = read_day(said.get("day", ""))
    together.said, together.refused = said, wrong
    if wrong:
        return
    words = {key: said.get(key, "") for key in ("opinion", "reason")}
    try:
        made = desk.batches.begin(action, records, desk.who(), **words, day=day, request=together.request)
    except OneFillError as error:
        together.refused = str(error)
    else:
        together.begun(made.id)


def run(together: Together) -> None:
    """Do what is left of the batch that was begun or is gone on with, telling how far it is."""
    if not together.running:
        return
    told = st.progress(0.0, text="正在逐件办……")

    def tell(done: int, of: int) -> None:
        told.progress(done / of, text=f"办到第 {done} 件，共 {of} 件")

    try:
        together.shown = the_desk().batches.run(together.running, the_desk().who(), tell).id
    except OneFillError as error:
        say(str(error), "amber")
    together.running = ""
    told.empty()


def several(together: Together) -> str:
    """What became of what was done at once, and what broke off."""
    desk, html = the_desk(), ""
    who = desk.who()
    if together.shown:
        done = desk.batches.look(together.shown, who)
        target = next((one.to or "" for one in desk.definitions.form(done.form).actions if one.key == done.action), "")
        lists = [one for form, one in desk.listings.known(who) if form == done.form and target in one.stages]
        html = result(done, lists)
    return html + broken(desk.batches.unfinished(who))
