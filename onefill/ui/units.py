"""What the page of accounts shows and does about units: those that were added, called otherwise, closed."""

from collections.abc import Mapping

import streamlit as st

from onefill.errors import OneFillError
from onefill.ui.html import act, chip, esc
from onefill.ui.said import say
from onefill.ui.shared import the_desk

ABOVE, KEY, CALLED, RENAMED = (f"unit-{name}" for name in ("above", "key", "called", "renamed"))
#: The unit that is being called otherwise.
CHANGING = "unit-changing"


def table(units: Mapping[str, bool]) -> str:
    """Units that were added, by path, and whether they are in use; buttons say ``change:PATH`` and the like."""
    titles = the_desk().people.offices.units()
    rows = "".join(_row(path, titles[path], in_use=in_use) for path, in_use in units.items())
    return f'<table class="tbl" data-i18n-skip><tbody>{rows}</tbody></table>' if rows else ""


def _row(path: str, title: str, *, in_use: bool) -> str:
    deeds = (("change", "改名"), ("close", "停用") if in_use else ("open", "启用"))
    buttons = " ".join(act(f"{verb}:{path}", words, kind="lk", name=f"{words}：{title}") for verb, words in deeds)
    state = "" if in_use else chip("red", "block", "停用")
    return f'<tr><td>{esc(title)} {state}<div class="mut sm">{esc(path)}</div></td><td class="nb">{buttons}</td></tr>'


def acted(said: str) -> None:
    """A button of a line was pressed; what cannot be done is told in words."""
    verb, _, path = said.partition(":")
    people, held = the_desk().people, st.session_state
    if verb in ("change", "quit"):
        held[CHANGING] = path
        return
    path = path or str(held.get(CHANGING) or "")
    title = people.offices.title(path)
    try:
        if verb == "renamed":
            title, closed = str(held.get(f"{RENAMED}-{path}") or ""), not people.offices.added().get(path, True)
            people.change_unit(path, title, the_desk().who(), closed=closed)
            held[CHANGING] = ""
        else:
            people.change_unit(path, title, the_desk().who(), closed=verb == "close")
    except OneFillError as error:
        say(str(error), "amber")
        return
    words = {"close": "停用了单位“{}”，办过的都在", "open": "启用了单位“{}”", "renamed": "单位改叫“{}”"}
    say(words[verb].format(title.strip()))


def add() -> None:
    """Add the unit that is written at the right."""
    held, desk = st.session_state, the_desk()
    try:
        key, title = str(held.get(KEY) or "").strip(), str(held.get(CALLED) or "")
        desk.people.add_unit(str(held.get(ABOVE) or ""), key, title, desk.who())
    except OneFillError as error:
        say(str(error), "amber")
        return
    held[KEY] = held[CALLED] = ""
    say(f"加了单位“{title.strip()}”")
