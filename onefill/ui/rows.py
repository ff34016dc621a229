"""A repeating section: its rows as a list, the chosen one in an editor, and many at once from a spreadsheet."""

from collections.abc import Sequence

import streamlit as st

from onefill.problems import Level
from onefill.service.shapes import FieldState, RowState, SectionState
from onefill.ui.components import panel
from onefill.ui.fields import draw_fields
from onefill.ui.html import act, esc
from onefill.ui.paste import Pasted, read_pasted
from onefill.ui.shared import the_desk

PAGE = 100
MOST_COLUMNS = 7


def chosen_key(record: str, section: str) -> str:
    """Where the session keeps which row is open."""
    return f"row-{record}-{section}"


def choose_row(record: str, section: str, row: str) -> None:
    """Open a row in the editor."""
    st.session_state[chosen_key(record, section)] = row


def draw_rows(record: str, section: SectionState) -> None:
    """Draw a repeating section."""
    ids = the_desk().records.row_ids(record, section.key)
    chosen = st.session_state.get(chosen_key(record, section.key))
    if chosen not in ids:
        chosen = ids[0] if ids else None
    at = ids.index(chosen) if chosen in ids else 0
    page = slice(at // PAGE * PAGE, at // PAGE * PAGE + PAGE)
    rows = the_desk().records.rows(record, section.key, rows=page, choices=False) if ids else ()
    panel(
        _tools(section, at, len(ids)) + _table(rows, chosen),
        f"rows-{record}-{section.key}",
        lambda said: _done(record, section.key, said),
    )
    if chosen is not None:
        with st.container(key="fields", horizontal=True):
            fields = the_desk().records.row(record, section.key, chosen)
            draw_fields(record, section.definition.fields, fields)
    with st.container(key="paste"):
        _draw_paste(record, section)


def _tools(section: SectionState, at: int, count: int) -> str:
    buttons = [act("add", "加一行", kind="btn s", sign="add")]
    if count:
        words = f"第 {at + 1} 行，共 {count} 行"
        asked = st.session_state.get("remove") == (section.key, at)
        remove = (
            act("removed", f"确定删掉第 {at + 1} 行", kind="btn s d")
            if asked
            else act("remove", "删掉这行", kind="btn s")
        )
        buttons += [
            act("up", "上移", kind="btn s", sign="arrow_upward"),
            act("down", "下移", kind="btn s", sign="arrow_downward"),
            remove,
            f'<span class="mut sm" role="status">{words}</span><span class="sp"></span>',
            act("before", "上一行", kind="btn s"),
            act("after", "下一行", kind="btn s"),
        ]
    return f'<div class="tools">{"".join(buttons)}</div>'


def _table(rows: Sequence[RowState], chosen: str | None) -> str:
    if not rows:
        return '<p class="empty">还没有一行。点“加一行”，或在下面从表格粘贴</p>'
    shown = [field.definition for field in rows[0].fields if not field.definition.wide][:MOST_COLUMNS]
    heads = "".join(f"<th>{esc(one.label)}</th>" for one in shown)
    keys = {one.key for one in shown}
    lines = "".join(_row(row, keys, on=row.id == chosen) for row in rows)
    return (
        '<div class="rows" data-scroll="rows" data-walk tabindex="0" role="region" aria-label="各行" data-i18n-skip>'
        f"<table><thead><tr><th>行</th>{heads}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _row(row: RowState, keys: set[str], *, on: bool) -> str:
    worst = _worst(row.fields)
    mark = ' class="wrong"' if worst is Level.ERROR else ' class="look"' if worst else ""
    cells = "".join(_cell(field) for field in row.fields if field.definition.key in keys)
    current = ' aria-current="true"' if on else ""
    name = f"打开第 {row.number} 行{'，有要改的' if worst is Level.ERROR else ''}"
    return (
        f'<tr{current}><td{mark}><button type="button" class="pick" data-stop data-act="row:{esc(row.id)}"'
        f' aria-label="{name}">{row.number}</button></td>{cells}</tr>'
    )


def _cell(field: FieldState) -> str:
    worst = _worst((field,))
    words = field.findings[0].problem.what if field.findings else field.shown
    colour = ' class="wrong"' if worst is Level.ERROR else ' class="look"' if worst else ""
    return f'<td{colour} title="{esc(words)}">{esc(field.shown)}</td>'


def _worst(fields: Sequence[FieldState]) -> Level | None:
    levels = {finding.problem.level for field in fields for finding in field.findings}
    return Level.ERROR if Level.ERROR in levels else Level.WARNING if levels else None


def _done(record: str, section: str, said: str) -> None:
    """What a button of the list asks."""
    records, who = the_desk().records, the_desk().who()
    ids = records.row_ids(record, section)
    chosen = st.session_state.get(chosen_key(record, section)) or (ids[0] if ids else "")
    at = ids.index(chosen) if chosen in ids else 0
    asked, _, row = said.partition(":")
    st.session_state.pop("remove", None)
    match asked:
        case "row":
            choose_row(record, section, row)
        case "add":
            choose_row(record, section, records.add_row(record, section, who))
        case "remove":
            st.session_state["remove"] = (section, at)
        case "removed" if ids:
            records.remove_row(record, section, ids[at], who)
            st.session_state.pop(chosen_key(record, section), None)
            if len(ids) > 1:
                choose_row(record, section, ids[at + 1] if at + 1 < len(ids) else ids[at - 1])
        case "up" if at > 0:
            records.move_row(record, section, ids[at], ids[at - 2] if at > 1 else None, who)
            choose_row(record, section, ids[at])
        case "down" if at + 1 < len(ids):
            records.move_row(record, section, ids[at], ids[at + 1], who)
            choose_row(record, section, ids[at])
        case "before" if at > 0:
            choose_row(record, section, ids[at - 1])
        case "after" if at + 1 < len(ids):
            choose_row(record, section, ids[at + 1])


def _draw_paste(record: str, section: SectionState) -> None:
    """Many rows at once: copied from a spreadsheet, shown how they were read, then taken over."""
    with st.expander("从 Excel 或 WPS 粘贴多行", expanded=not section.rows):
        turn = st.session_state.setdefault("paste", 0)
        columns = the_desk().records.columns(record, section.key)
        st.html(
            '<p class="hint">在表格里选中要的行（带不带表头都行），复制，粘到下面。没有表头时按这个顺序：'
            f"{esc('、'.join(column.label for column in columns))}</p>"
        )
        text = st.text_area("粘贴到这里", key=f"paste-{record}-{section.key}-{turn}", height=120)
        computed = [field.label for field in section.definition.fields if field.value is not None]
        read = read_pasted(text, columns, _names(record, section.key), computed) if text else Pasted()
        if text:
            st.html(_read(read))
        if read.rows and st.button(f"加进去 {len(read.rows)} 行", key="pasted"):
            the_desk().records.add_rows(record, section.key, the_desk().who(), read.rows)
            st.session_state["paste"] = turn + 1
            st.rerun(scope="fragment")


def _read(read: Pasted) -> str:
    """How the pasted cells were understood."""
    if not read.rows:
        return '<p class="msg warn">没有读到一行。请在表格里选中格子再复制</p>'
    heads = "".join(f"<th>{esc(column.label)}</th>" for column in read.columns)
    lines = "".join(
        "<tr>" + "".join(f"<td>{esc(row.get(column.key, ''))}</td>" for column in read.columns) + "</tr>"
        for row in read.rows[:3]
    )
    notes = "".join(f'<p class="msg warn"><span>{esc(note)}</span></p>' for note in read.notes)
    return (
        f"<p><b>读到 {len(read.rows)} 行</b>，前几行是：</p>"
        '<div class="rows" data-i18n-skip>'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>{notes}"
    )


def _names(record: str, section: str) -> dict[str, dict[str, str]]:
    """Labels of what the columns that point elsewhere may point to."""
    names: dict[str, dict[str, str]] = {}
    for column in the_desk().records.columns(record, section):
        if column.form:
            names[column.key] = {line.label: line.id for line in the_desk().records.list(column.form)}
        elif column.of:
            rows = the_desk().records.rows(record, column.of, choices=False)
            names[column.key] = {row.label: row.id for row in rows}
    return names
