"""填报: what the page of one section says, and how it is drawn."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import streamlit as st

from onefill.errors import OneFillError
from onefill.service.shapes import FieldState, RecordState, SectionState
from onefill.ui.answers import draw_remarks, inside, live_remarks
from onefill.ui.bars import called
from onefill.ui.components import panel
from onefill.ui.fields import draw_fields, frame_of, locked_field, said_of
from onefill.ui.grid import Own
from onefill.ui.html import esc, icon, note
from onefill.ui.import_entry import import_entry
from onefill.ui.matrix import draw_matrix
from onefill.ui.parts import draw_part
from onefill.ui.pieces import Look, look_again, redraw, tell_news
from onefill.ui.problems import elsewhere, phone_bar, problems
from onefill.ui.rows import draw_rows, rows_with_files, whole
from onefill.ui.session import end_run, settled, take_edits
from onefill.ui.shared import the_desk
from onefill.ui.steps import step_pieces
from onefill.ui.supplying import item_key
from onefill.ui.travel import open_place, section_key, to_page


def chosen(record: str, state: RecordState) -> SectionState:
    """The section that is open: the one last chosen, of the address, where something is asked, or the first.

    The address names it from then on. What a script alone writes into the address Streamlit does not ask for again
    when the connection comes back, so it is told from here.
    """
    asked = st.query_params.get("section", "")
    wanted = st.session_state.get(section_key(record)) or asked
    told = state.submitted
    wanted = wanted or (told.asked_in if told is not None else "")
    found = next((s for s in state.sections if s.key == wanted), state.sections[0])
    st.session_state[section_key(record)] = found.key
    if asked != found.key:
        st.query_params["section"] = found.key
    return found


def acted(record: str, said: str) -> None:
    """A step, a problem or a remark was pressed: open its section, its row, its line, or its item of the materials."""
    verb, _, rest = said.partition(":")
    section, _, path = rest.partition(":")
    if verb in ("section", "go"):
        open_place(record, section, path)
    elif verb == "item":
        st.session_state[item_key(record)] = rest
        to_page("materials", record=record)


def fields_of(record: str, section: SectionState) -> Sequence[FieldState]:
    """The fields of a section that is neither a table nor a matrix."""
    fields = the_desk().records.fields(record, section.key) if section.kind == "plain" else ()
    if not section.locked:
        return fields
    return tuple(one if one.definition.key in section.open else locked_field(one) for one in fields)


def look_of(record: str, state: RecordState, section: SectionState, fields: Sequence[FieldState]) -> Look:
    """What the page says."""
    quiet, live = 2 * section.filled < section.total, live_remarks(record, state.form)
    pieces = {f"field-{one.path}": said_of(record, one, quiet=quiet) for one in fields}
    pieces |= step_pieces(state, section.key) | {"phone": phone_bar(state)}
    if section.kind == "rows":
        pieces |= {"whole": whole(state, section), "elsewhere": elsewhere(state, section.key)}
    else:
        pieces["probs"] = problems(state, section.key, live)
    done = state.phases[state.phase].complete
    remarks = tuple((one.id, one.state, one.at, live.settled.get(one.id)) for one in live.remarks)
    frame = (
        called(state),
        state.phase,
        done,
        section.key,
        section.locked,
        remarks,
        tuple(one.key for one in state.sections),
        *map(frame_of, fields),
        rows_with_files(record, section),
    )
    return Look(frame, pieces, state.change)


def edited(record: str) -> None:
    """A field was edited: keep it, and draw only what it changes."""
    with suppress(OneFillError):  # the page will tell
        take_edits(record)
        state = the_desk().records.state(record)
        section = chosen(record, state)
        fields = fields_of(record, section)
        if settled(record, fields):
            redraw(look_of(record, state, section, fields))


def edited_table(record: str) -> None:
    """A table was edited: see what else its edits change. The table is drawn anyway, and tells it."""
    with suppress(OneFillError):  # the page will tell
        take_edits(record)
        state = the_desk().records.state(record)
        if look_again(look_of(record, state, chosen(record, state), ())):
            return
    draw_part()


def tell(record: str, pieces: Mapping[str, str], change: int, drawing: int) -> None:
    """What is told with every drawing of the page or a part of it."""
    end_run(record, change, on_changed=draw_part, pieces=pieces, drawing=drawing)


def draw_section(
    record: str, state: RecordState, section: SectionState, fields: Sequence[FieldState], look: Look
) -> None:
    """The fields of the open section, whatever kind it is; a table tells the news itself."""
    number = [s.key for s in state.sections].index(section.key) + 1
    hint = section.definition.hint or ("未标“选填”的都要填" if section.kind == "plain" else "")
    st.html(
        f'<div class="ph" data-record="{esc(record)}" data-section="{esc(section.key)}" data-i18n-skip>'
        f"<h2>{number}　{esc(section.title)}</h2>"
        f'<span class="mut sm">{esc(hint)}</span>'
        '<span class="sp"></span><span class="sm mut legend"><i class="dash"></i>'
        f"{'灰底格' if section.kind == 'rows' else '虚线框'}不用填：来自别处或自动算出</span></div>"
    )
    help = the_desk().definitions.form(state.form).help
    if number == 1 and help:
        st.html(f'<p class="formhelp" data-i18n-skip>{icon("info")} {esc(help)}</p>')
    if section.locked:
        st.html(f"<div data-i18n-skip>{note('plain flat', 'lock', esc(section.locked))}</div>")
    if section.kind != "plain":
        draw_said(record, state, section)
    if section.kind == "rows":
        if not section.locked or section.open:
            import_entry(record, section)
        own = Own(partial(edited_table, record), partial(tell_news, partial(tell, record)))
        draw_rows(record, section, look.piece("whole"), own)
    elif section.kind == "grid":
        draw_matrix(record, section)
    else:
        with st.container(key="fields", horizontal=True):
            said = {one.path: look.piece(f"field-{one.path}") for one in fields}
            draw_fields(record, section.definition.fields, fields, said.__getitem__, partial(edited, record))


def draw_said(record: str, state: RecordState, section: SectionState) -> None:
    """Officers' remarks on a table; those on its rows and cells are marked in it, and answered where one opens them."""
    live = live_remarks(record, state.form)
    remarks = inside(live.remarks, section.key)
    marked = tuple(one for one in remarks if section.kind == "rows" and one.at != section.key)
    draw_remarks(record, replace(live, remarks=tuple(one for one in remarks if one not in marked)), place=True)
    if marked:
        with (
            st.container(key="tableremarks"),
            st.expander(f"表里标出了 {len(marked)} 条意见。改好就行；要答复的在这里写"),
        ):
            draw_remarks(record, replace(live, remarks=marked), place=True)


def draw_foot(record: str, state: RecordState, section: SectionState, look: Look) -> None:
    """The way to the next section."""
    keys = [s.key for s in state.sections]
    after = keys.index(section.key) + 1
    with st.container(key="formfoot", horizontal=True):
        st.html('<span class="sm mut">每次键入都会自动保存，不必点保存</span>')
        if section.kind == "rows":
            panel(look.piece("elsewhere"), "elsewhere", partial(acted, record))
        if after < len(keys):
            title = state.sections[after].title
            st.button(
                f"下一节：{title}",
                key="next",
                on_click=acted,
                args=(
                    record,
                    f"section:{keys[after]}",
                ),
            )
