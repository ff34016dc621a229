"""A repeating section: its table, what is wrong with the table as a whole, and the files that belong to its rows."""

import streamlit as st

from onefill.problems import FieldPlace
from onefill.service.shapes import RecordState, SectionState
from onefill.ui.fields import draw_field
from onefill.ui.grid import Own, draw_grid
from onefill.ui.html import esc, message
from onefill.ui.registering import draw_registering
from onefill.ui.shared import the_desk


def draw_rows(record: str, section: SectionState, said: str, own: Own) -> None:
    """Draw a repeating section.

    Args:
        record: Whose.
        section: Which.
        said: What is wrong with the table as such.
        own: What else its part does.
    """
    st.html(said)
    draw_registering(record, section)
    draw_grid(record, section, own)
    if rows := rows_with_files(record, section):
        with st.container(key="fields", horizontal=True):
            _draw_files(record, section.key, dict(rows))


def rows_with_files(record: str, section: SectionState) -> tuple[tuple[str, str], ...]:
    """Id and label of the rows that may be given files, where the section has any."""
    if section.kind != "rows" or section.locked or all(field.type != "file" for field in section.definition.fields):
        return ()
    return tuple((row.id, f"第 {row.number} 行　{row.label}") for row in the_desk().records.rows(record, section.key))


def whole(state: RecordState, section: SectionState) -> str:
    """What is wrong with the table as such; a cell's own problems are marked in it."""
    lines = ""
    for finding in state.findings:
        place = finding.problem.place
        path = place.path if isinstance(place, FieldPlace) else ""
        if finding.section == section.key and "/" not in path and finding.phase <= max(state.phase, section.phase):
            words = f"{esc(finding.problem.what)}。{esc(finding.problem.remedy)}"
            lines += message(finding.problem.level, words)
    return f'<div class="whole" data-i18n-skip>{lines}</div>'


def _draw_files(record: str, section: str, labels: dict[str, str]) -> None:
    """Files cannot be typed: choose a row, then give it its files."""
    chosen = st.selectbox(
        "给哪一行放文件", list(labels), key=f"row-{record}-{section}", format_func=lambda row: labels.get(row, "")
    )
    if chosen is not None:
        for field in the_desk().records.row(record, section, chosen):
            if field.widget == "file":
                draw_field(record, field)
