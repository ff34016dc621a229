"""A matrix of rows by rows: one line of it at a time, a choice per cell, the empty ones filled at a stroke."""

from collections.abc import Sequence

import streamlit as st

from onefill.definitions.model import FieldDefinition
from onefill.problems import Level
from onefill.service.cases import SectionLocked
from onefill.service.initials import initials
from onefill.service.shapes import FieldState, GridState, SectionState
from onefill.ui.components import panel
from onefill.ui.fields import clash, draw_field
from onefill.ui.html import act, esc, note, pressed
from onefill.ui.said import say
from onefill.ui.session import resolve
from onefill.ui.shared import the_desk
from onefill.ui.travel import choose_line, line_key

PAGE = 200


def draw_matrix(record: str, section: SectionState) -> None:
    """Draw a matrix: choose a line, then fill its cells."""
    grid = the_desk().records.grid(record, section.key)
    if not grid.first or not grid.second:
        st.html('<p class="empty">先把前面两张表填上行，这里就能逐格填了</p>')
        return
    line = _line(record, section.key, grid)
    if section.locked:
        panel(
            _head(grid, line, fill=False) + _kept(grid, line),
            f"matrix-{record}-{section.key}",
            lambda said: _done(record, section.key, said),
        )
        return
    panel(
        _head(grid, line) + _said(grid, line) + (_choices((record, section.key), grid, line) if grid.options else ""),
        f"matrix-{record}-{section.key}",
        lambda said: _done(record, section.key, said),
    )
    if not grid.options:
        with st.container(key="fields", horizontal=True):
            for row, label in grid.second[:PAGE]:
                draw_field(record, _cell(section.key, grid, line, row, label))


def _line(record: str, section: str, grid: GridState) -> str:
    ids = [row for row, _ in grid.first]
    kept = st.session_state.get(line_key(record, section))
    return kept if kept in ids else ids[0]


def _filled(grid: GridState, line: str) -> int:
    return sum(1 for row, _ in grid.second if grid.cells.get((line, row)))


def _head(grid: GridState, line: str, *, fill: bool = True) -> str:
    """Which line, how far each is, and the way to the others, all on one row however many there are."""
    lines = "".join(_option(grid, row, label, on=row == line) for row, label in grid.first)
    chooser = f'<select class="pickone line" data-choose="line" aria-label="填哪一个">{lines}</select>'
    words = f"没填的都记“{grid.options[0]}”" if grid.options and fill else ""
    rest = act("fill", words, kind="btn s", sign="done_all") if words else ""
    ends = act("before", "上一个", kind="btn s"), act("after", "下一个", kind="btn s")
    at = [row for row, _ in grid.first].index(line) + 1
    where = f'<span class="mut sm">第 {at} 个，共 {len(grid.first)} 个</span>'
    return f'<div class="tools" data-i18n-skip>{ends[0]}{chooser}{ends[1]}{where}<span class="sp"></span>{rest}</div>'


def _option(grid: GridState, row: str, label: str, *, on: bool) -> str:
    words = f"{label}　{_filled(grid, row)} / {len(grid.second)}"
    return f'<option value="{esc(row)}"{" selected" if on else ""}>{esc(words)}</option>'


def _said(grid: GridState, line: str) -> str:
    """What checks say of the line."""
    return "".join(
        note(
            "red flat" if problem.level is Level.ERROR else "amber flat",
            "error" if problem.level is Level.ERROR else "warning",
            f"{esc(problem.what)}。{esc(problem.remedy)}",
        )
        for problem in (one.problem for one in grid.said.get(line, ()))
    )


def _kept(grid: GridState, line: str) -> str:
    """What was handed in: to be read only."""
    cells = ((label, grid.cells.get((line, row)) or "（没有填）") for row, label in grid.second)
    lines = "".join(f"<li><span>{esc(label)}</span><b>{esc(value)}</b></li>" for label, value in cells)
    return f'<div class="rows matrixbox" data-scroll="matrix" data-i18n-skip><ul class="matrix">{lines}</ul></div>'


def _choices(place: tuple[str, str], grid: GridState, line: str) -> str:
    cells = "".join(_buttons(place, grid, line, row, label) for row, label in grid.second)
    return f'<div class="rows matrixbox" data-scroll="matrix" data-i18n-skip><ul class="matrix">{cells}</ul></div>'


def _letters(option: str) -> str:
    """What may be typed for an option, besides its number: the first letter of each way it is read."""
    return "".join(dict.fromkeys(way[0] for way in initials(option))) or option[:1].lower()


def _buttons(place: tuple[str, str], grid: GridState, line: str, row: str, label: str) -> str:
    """The options of a cell; the page script keeps what is pressed there."""
    record, section = place
    path = f"{section}/{line}/{row}"
    first = row == grid.second[0][0]  # one stop for the Tab key; arrows do the rest
    value = grid.cells.get((line, row), "")
    buttons = "".join(
        f'<button type="button" data-put="{esc(row)}:{number}" data-letter="{esc(_letters(option))}"'
        f' aria-pressed="{pressed(option == value)}" tabindex="{0 if first and not number else -1}">'
        f"{esc(option)}</button>"
        for number, option in enumerate(grid.options)
    )
    wrong = f'<span class="red sm">“{esc(value)}”不在选项里</span>' if value and value not in grid.options else ""
    choice = f'<div class="seg" role="group" aria-label="{esc(label)}">{buttons}</div>'
    asked = clash(record, path, f":{row}")
    head = f'<li data-record="{esc(record)}" data-path="{esc(path)}"><span>{esc(label)}</span>'
    return f"{head}{wrong}{choice}{asked}</li>"


def _cell(section: str, grid: GridState, line: str, row: str, label: str) -> FieldState:
    value = grid.cells.get((line, row), "")
    return FieldState(
        path=f"{section}/{line}/{row}",
        definition=FieldDefinition(key="cell", label=label),
        widget="text",
        shown=value,
        stored=value or None,
        required=True,
    )


def _done(record: str, section: str, said: str) -> None:
    """What a button of the matrix asks; of what was handed in meanwhile nothing, and so it is told."""
    try:
        _do(record, section, said)
    except SectionLocked as locked:
        say(f"没有存下：{locked}", "amber", record=record)


def _do(record: str, section: str, said: str) -> None:
    grid = the_desk().records.grid(record, section)
    line = _line(record, section, grid)
    ids: Sequence[str] = [row for row, _ in grid.first]
    at = ids.index(line)
    match said.split(":"):
        case ["line", chosen]:
            choose_line(record, section, chosen)
        case ["before"] if at > 0:
            choose_line(record, section, ids[at - 1])
        case ["after"] if at + 1 < len(ids):
            choose_line(record, section, ids[at + 1])
        case ["fill"]:
            empty = [row for row, _ in grid.second if not grid.cells.get((line, row))]
            the_desk().records.put(
                record, {f"{section}/{line}/{row}": grid.options[0] for row in empty}, the_desk().who()
            )
        case ["mine" | "theirs" as whose, row]:
            resolve(record, f"{section}/{line}/{row}", mine=whose == "mine")
