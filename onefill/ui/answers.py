"""Officers' remarks beside the field that they belong to, and what is answered to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import streamlit as st

from onefill.errors import OneFillError
from onefill.reviews import Remark, RemarkState
from onefill.service.case_shapes import Settled
from onefill.ui.handing import remark
from onefill.ui.said import say
from onefill.ui.shared import the_desk


@dataclass(frozen=True)
class Live:
    """Remarks of a record on which something is still to be done, and what was done already about each, by its id."""

    remarks: tuple[Remark, ...] = ()
    settled: Mapping[str, Settled] = field(default_factory=dict)


def live_remarks(record: str, form: str) -> Live:
    """What officers have said of a record; nothing where nothing is ever handed in."""
    desk = the_desk()
    if not desk.definitions.form(form).actions:
        return Live()
    case = desk.reviews.state(record, desk.who())
    return Live(tuple(one for one in case.remarks if one.live), case.settled)


def keep_remarks(record: str, live: Live) -> None:
    """Note the remarks of this run, for the fields that are drawn in it."""
    st.session_state[_key(record)] = live


def remarks_at(record: str, path: str) -> Live:
    """Those at a field or a section."""
    live: Live = st.session_state.get(_key(record), Live())
    return replace(live, remarks=tuple(one for one in live.remarks if one.at == path))


def inside(remarks: Sequence[Remark], section: str) -> list[Remark]:
    """Those at a section or at rows and cells of it."""
    return [one for one in remarks if one.at == section or one.at.startswith(f"{section}/")]


def draw_remarks(record: str, live: Live, *, place: bool) -> None:
    """Remarks with a box for each answer.

    Args:
        record: Whose.
        live: Which.
        place: Whether each says where it belongs.
    """
    for one in live.remarks:
        goal = f' data-go="{one.at}"' if place and "/" in one.at else ""
        st.html(f"<div{goal}>{remark(one, live.settled.get(one.id), place=place)}</div>")
        if one.state is RemarkState.OPEN:
            draw_answer(record, one, live.settled.get(one.id))


def draw_answer(record: str, one: Remark, done: Settled | None) -> None:
    """The box in which a remark is answered; kept while one types. What was said to it before is no answer now."""
    key = f"answer-{record}-{one.id}"
    if key not in st.session_state:
        st.session_state[key] = one.answer if done == "answered" else ""

    def answered() -> None:
        desk = the_desk()
        try:
            desk.reviews.answer(record, one.id, str(st.session_state.get(key, "")), desk.who())
        except OneFillError as error:
            say(str(error), "amber", record=record)

    with st.container(key=f"answering_{one.id}", gap=None):
        st.text_input(
            f"答复：{one.label}",
            key=key,
            live=True,
            on_change=answered,
            placeholder="改好就行；要说明的写一句",
            label_visibility="collapsed",
            max_chars=300,
            autocomplete="off",
        )


def _key(record: str) -> str:
    return f"remarks-{record}"
