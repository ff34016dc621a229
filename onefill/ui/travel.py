"""Going to another page. Buttons of ours are heard before a run begins, where Streamlit cannot yet leave the page."""

import streamlit as st

from onefill.errors import OneFillError
from onefill.reviews.moves import phase_of
from onefill.service.desk import new_id
from onefill.service.errors import RecordUnknown
from onefill.ui.html import act, state
from onefill.ui.pages import screen
from onefill.ui.parts import leave_page
from onefill.ui.shared import the_desk

GOAL = "goal"
#: Id of the record that the next button makes, so that two clicks make one.
FRESH = "fresh"


def to_page(address: str, **query: str) -> None:
    """Go there as soon as the run begins."""
    st.session_state[GOAL] = (address, query)


def follow() -> None:
    """Leave for where a button has pointed; the top of every run."""
    goal = st.session_state.pop(GOAL, None)
    if goal is not None:
        address, query = goal
        leave_page()
        st.switch_page(screen(address), query_params=query)


def section_key(record: str) -> str:
    """Where the session keeps which section of a record is open."""
    return f"section-{record}"


def phase_key(record: str) -> str:
    """Where the session keeps which phase of a record is looked at, for its papers as for its materials."""
    return f"phase-{record}"


def paper_key(record: str) -> str:
    """Where the session keeps which paper of a record is looked at."""
    return f"paper-{record}"


def line_key(record: str, section: str) -> str:
    """Where the session keeps which line of a matrix is open."""
    return f"line-{record}-{section}"


def choose_line(record: str, section: str, line: str) -> None:
    """Open a line of a matrix."""
    st.session_state[line_key(record, section)] = line


def open_place(record: str, section: str, path: str) -> None:
    """Open a section, and there the line of a path; to a row or a field goes the page script."""
    st.session_state[section_key(record)] = section
    parts = path.split("/")
    if len(parts) > 1:
        choose_line(record, section, parts[1])


def open_paper(record: str, document: str) -> None:
    """Go to a paper of the record, in the phase in which it is printed."""
    form = the_desk().definitions.form(the_desk().records.state(record).form)
    found = next((one for one in form.documents if one.key == document), None)
    if found is not None:
        st.session_state[phase_key(record)] = phase_of(form, found.from_)
        st.session_state[paper_key(record)] = document
    to_page("documents", record=record)


def asked_record() -> str:
    """The record that the address names; without one the page ends here and says so."""
    record = str(st.query_params.get("record", ""))
    if not record:
        st.html(state("link_off", "地址里没有写是哪个办件。请从首页打开", link=("./", "回首页")))
        st.stop()
    desk = the_desk()
    try:
        desk.guard.require(desk.who(), record)
    except OneFillError as error:
        st.html(state("info" if isinstance(error, RecordUnknown) else "lock", str(error), link=("./", "回首页")))
        st.stop()
    return record


def require_here(action: str) -> None:
    """Ask for the right to the page, which ends here if there is none."""
    desk = the_desk()
    try:
        desk.guard.require_action(desk.who(), action)
    except OneFillError as error:
        st.html(state("lock", str(error), link=("./", "回首页")))
        st.stop()


def fresh_id() -> str:
    """Id of the record that the next button makes."""
    fresh: str = st.session_state.setdefault(FRESH, new_id())
    return fresh


def forget_fresh() -> None:
    """The record is made; the next button makes another."""
    st.session_state.pop(FRESH, None)


def begin(form: str, title: str, *, kind: str = "btn", sign: str = "") -> str:
    """A button that begins a new record, once however often it is clicked."""
    return act(f"new:{form}:{fresh_id()}", f"新建{title}", kind=kind, sign=sign)


def create(form: str, record: str) -> None:
    """Begin a new record and open it."""
    to_page("fill", record=the_desk().records.create(form, the_desk().who(), new=record))
    forget_fresh()


def travelled(act: str) -> bool:
    """Do what a button of a list says.

    It says ``open:ID``, ``section:ID:KEY``, ``back:ID``, ``review:ID``, ``new:FORM:ID`` or ``menu:N``.

    Returns:
        Whether it was one of these.
    """
    verb, _, what = act.partition(":")
    match verb:
        case "open":
            to_page("fill", record=what)
        case "section":
            record, _, section = what.partition(":")
            st.session_state[section_key(record)] = section
            to_page("fill", record=record)
        case "back":
            to_page("materials", record=what)
        case "review":
            to_page("review", record=what)
        case "new":
            form, _, record = what.partition(":")
            create(form, record)
        case "menu":
            to_page("records", menu=what)
        case _:
            return False
    return True
