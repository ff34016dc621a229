"""Officers' remarks beside the field that they belong to, and what is answered to them."""

from collections.abc import Sequence

import streamlit as st

from onefill.errors import OneFillError
from onefill.reviews import Remark, RemarkState
from onefill.ui.handing import remark
from onefill.ui.said import say
from onefill.ui.shared import the_desk


def live_remarks(record: str, form: str) -> tuple[Remark, ...]:
    """Remarks of a record on which something is still to be done; none where nothing is ever handed in."""
    desk = the_desk()
    if not desk.definitions.form(form).actions:
        return ()
    return tuple(one for one in desk.reviews.state(record, desk.who()).remarks if one.live)


def keep_remarks(record: str, remarks: Sequence[Remark]) -> None:
    """Note the remarks of this run, for the fields that are drawn in it."""
    st.session_state[_key(record)] = tuple(remarks)


def remarks_at(record: str, path: str) -> list[Remark]:
    """Those at a field or a section."""
    return [one for one in st.session_state.get(_key(record), ()) if one.at == path]


def inside(remarks: Sequence[Remark], section: str) -> list[Remark]:
    """Those at a section or at rows and cells of it."""
    return [one for one in remarks if one.at == section or one.at.startswith(f"{section}/")]


def draw_remarks(record: str, remarks: Sequence[Remark], *, place: bool) -> None:
    """Remarks with a box for each answer.

    Args:
        record: Whose.
        remarks: Which.
        place: Whether each says where it belongs.
    """
    for one in remarks:
        goal = f' data-go="{one.at}"' if place and "/" in one.at else ""
        st.html(f"<div{goal}>{remark(one, place=place)}</div>")
        if one.state is RemarkState.OPEN:
            draw_answer(record, one)


def draw_answer(record: str, one: Remark) -> None:
    """The box in which a remark is answered; kept while one types."""
    key = f"answer-{record}-{one.id}"
    if key not in st.session_state:
        st.session_state[key] = one.answer

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
