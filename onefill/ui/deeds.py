"""What can be done with a record from a list: a star, a copy, to a colleague, into the recycle bin and out of it."""

from collections.abc import Callable

import streamlit as st

from onefill.errors import OneFillError
from onefill.ui.components import panel
from onefill.ui.html import act, esc, icon
from onefill.ui.said import say
from onefill.ui.shared import the_desk
from onefill.ui.travel import forget_fresh, fresh_id, to_page, travelled

#: Record that is about to be handed over.
HANDING = "handing"
TO_WHOM = "hand-over-to"
#: Record that was opened last in this window.
OPENED = "opened"


def done(said: str) -> None:
    """Do what a button of a list says; what cannot be done is told in words."""
    verb, _, what = said.partition(":")
    deed = DEEDS.get(verb)
    try:
        if verb in ON_RECORDS:
            desk = the_desk()
            desk.guard.require(desk.who(), what.partition(":")[0])
        if deed is None:
            travelled(said)
        else:
            deed(what)
    except OneFillError as error:
        say(str(error), "amber")


def note_opened(record: str) -> None:
    """Remember that a record was opened, once for each time that another is."""
    if st.session_state.get(OPENED) != record:
        st.session_state[OPENED] = record
        the_desk().habits.note_opened(record)


def _star(record: str) -> None:
    habits = the_desk().habits
    habits.favour(record, on=record not in habits.favourites())


def _copy(what: str) -> None:
    source, _, fresh = what.partition(":")
    copied = the_desk().records.copy(source, the_desk().who(), new=fresh)
    forget_fresh()
    say(copied.words, record=copied.id)
    to_page("fill", record=copied.id)


def _delete(what: str) -> None:
    record, _, seen = what.partition(":")
    label = the_desk().records.delete(record, the_desk().who(), seen=int(seen))
    say(f"已删除“{label}”，在回收站里留 30 天", way_back=(f"undelete:{record}", "恢复"))


def _undelete(record: str) -> None:
    label, lying = the_desk().records.undelete(record, the_desk().who())
    rest = f"。它引用的 {'、'.join(lying)} 还在回收站里，也要恢复" if lying else ""
    say(f"已恢复“{label}”{rest}", "amber" if lying else "green")


def _hand(record: str) -> None:
    st.session_state[HANDING] = record


def _handed(_: str) -> None:
    record, name = st.session_state[HANDING], str(st.session_state.get(TO_WHOM, ""))
    label = the_desk().transfers.hand_one(record, name, the_desk().who(), known=the_desk().settings.people != "none")
    _hands_off("")
    say(f"“{label}”已转交给{name.strip()}")


def _hands_off(_: str) -> None:
    st.session_state.pop(HANDING, None)
    st.session_state.pop(TO_WHOM, None)


DEEDS: dict[str, Callable[[str], None]] = {
    "star": _star,
    "copy": _copy,
    "delete": _delete,
    "undelete": _undelete,
    "hand": _hand,
    "handed": _handed,
    "keep": _hands_off,
}


#: Deeds that begin with the id of a record, whoever made it up.
ON_RECORDS = ("star", "copy", "delete", "undelete", "hand")


def ask_for_colleague() -> None:
    """Ask to whom a record goes, if one is about to be handed over."""
    record = st.session_state.get(HANDING)
    if record is None:
        return
    with st.container(key="handing", horizontal=True, vertical_alignment="bottom"):
        label = the_desk().records.state(record).label
        st.text_input(f"“{label}”转交给哪位同事", key=TO_WHOM, placeholder="写名字", max_chars=20)
        panel(act("handed", "转交", kind="btn") + act("keep", "不转交了", kind="lk"), "handing_acts", done)


def more(record: str, label: str, title: str, change: int, *, star: bool, fills: bool = True) -> str:
    """What else can be done with a record, behind ⋯; whoever may not fill it is offered what is theirs alone."""
    items = [act(f"star:{record}", "取消收藏" if star else "收藏", kind="mi", sign="star")]
    if fills:
        items += [
            act(f"hand:{record}", "转交同事", kind="mi", sign="group"),
            act(f"copy:{record}:{fresh_id()}", f"照这个{title}新建", kind="mi", sign="content_copy"),
            act(f"delete:{record}:{change}", "删除", kind="mi red", sign="delete"),
        ]
    summary = f'<summary aria-label="{esc(label)}：还能做什么">{icon("more_horiz")}</summary>'
    return f'<details class="more" name="more">{summary}<div>{"".join(items)}</div></details>'
