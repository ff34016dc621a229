"""A field on the screen: label, widget, one line under it. Drawn from its type alone; colour follows from the line."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

import streamlit as st

from onefill.definitions.model import FieldDefinition
from onefill.service.shapes import FieldState
from onefill.ui.answers import draw_remarks, remarks_at
from onefill.ui.components import panel
from onefill.ui.html import act, clock, esc, icon, message, plain
from onefill.ui.link_ways import draw_ways, wanted
from onefill.ui.moments import now
from onefill.ui.session import bind, key_of, resolve, this_window
from onefill.ui.uploads import draw_file

#: What to call as soon as a widget was edited.
Edited = Callable[[], None] | None
Drawer = Callable[[str, FieldState, Edited], None]
#: So many short options stand side by side; more, or longer ones, are a list.
MOST_SEGMENTS, LONGEST_SEGMENTS = 4, 16
CHOOSE = "请选择"
NOTHING_YET = "还没有可选的"


def draw_fields(
    record: str,
    definitions: Sequence[FieldDefinition],
    fields: Sequence[FieldState],
    said: Callable[[str], str],
    edited: Callable[[], None],
) -> None:
    """Draw the fields of a section or row that are asked, each at its own place among all of them.

    Fields that are not asked hold their place: if those below moved up, Streamlit would make their boxes anew, and the
    cursor, or a box that was left behind, would stand in another field.

    Args:
        record: Whose.
        definitions: All fields there may be.
        fields: Those that are asked now.
        said: What is said of a field, by its path.
        edited: Called as soon as one was edited, before a run.
    """
    asked = {field.definition.key: field for field in fields}
    for one in definitions:
        if one.key in asked:
            draw_field(record, asked[one.key], said(asked[one.key].path), edited)
        else:
            st.empty()


def draw_field(record: str, field: FieldState, said: str = "", edited: Edited = None) -> None:
    """Draw one field of a record.

    Args:
        record: Whose.
        field: Its state.
        said: What is said of it, if not as ``said_of`` does.
        edited: Called as soon as it was edited, before a run.
    """
    frame = "fw" if field.definition.wide or field.widget == "long" else "f"
    with st.container(key=f"{frame}_{record}-{field.path.replace('/', '-')}", gap=None):
        if field.widget == "file":
            draw_file(record, field)
        elif field.widget != "shown":
            _draw_widget(record, field, edited)
        draw_ways(record, field)
        _draw_conflict(record, field.path)
        st.html(said or said_of(record, field))
        draw_remarks(record, remarks_at(record, field.path), place=False)


def locked_field(field: FieldState) -> FieldState:
    """A field of what was handed in: shown, not typed."""
    if field.widget == "shown":
        return field
    shown = field.shown
    if field.widget == "file":
        shown = "已有文件" if field.stored else ""
    return replace(field, widget="shown", shown=shown or "（没有填）", source="", source_record="")


def frame_of(field: FieldState) -> Hashable:
    """What of a field is drawn only with the whole page."""
    if field.widget == "file":
        return field.path, field.required, str(field.stored)
    choices = _choices(field) if _kind(field) in ("one", "many", "segments") else {}
    return field.path, field.widget, field.required, tuple(choices.items()), wanted(field)


def said_of(record: str, field: FieldState, *, quiet: bool = False) -> str:
    """What is said of a field: its value if it is not typed here, and its line.

    Args:
        record: Whose.
        field: Its state.
        quiet: Its section is hardly begun: what is merely not filled yet is not shouted about.
    """
    return (_shown(field) if field.widget == "shown" else "") + line(record, field, quiet=quiet)


def label_of(field: FieldState) -> str:
    """The label as it stands above the widget."""
    return field.definition.label + ("" if field.required else "（选填）")


def _draw_widget(record: str, field: FieldState, edited: Edited) -> None:
    key = bind(record, field)
    DRAWERS[_kind(field)](key, field, edited)
    if field.definition.unit:
        st.html(f'<span class="unit-mark" aria-hidden="true">{esc(field.definition.unit)}</span>')


def _kind(field: FieldState) -> str:
    many = field.widget == "choices" or (field.widget == "link" and field.definition.many)
    if many:
        return "many"
    if field.widget in ("choice", "segments"):
        labels = [label for _, label in field.options]
        short = len(labels) <= MOST_SEGMENTS and sum(map(len, labels)) <= LONGEST_SEGMENTS
        return "segments" if labels and short else "one"
    return {"link": "one", "row": "one", "long": "long", "date": "date"}.get(field.widget, "text")


def _text(key: str, field: FieldState, edited: Edited, sign: str | None = None) -> None:
    st.text_input(
        plain(label_of(field)),
        key=key,
        on_change=edited,
        live=True,
        icon=sign,
        placeholder=field.definition.example or None,
        help=plain(field.definition.help) or None,
        autocomplete="off",
    )


def _date(key: str, field: FieldState, edited: Edited) -> None:
    _text(key, field, edited, ":material/calendar_today:")


def _long(key: str, field: FieldState, edited: Edited) -> None:
    st.text_area(
        plain(label_of(field)),
        key=key,
        on_change=edited,
        height=88,
        placeholder=field.definition.example or None,
        help=plain(field.definition.help) or None,
    )


def _choices(field: FieldState) -> dict[str, str]:
    """What can be chosen, and what is chosen though it can no longer be."""
    offered = dict(field.options)
    kept = field.stored if isinstance(field.stored, list) else [field.stored]
    for one in kept:
        chosen = str(one.get("raw", "")) if isinstance(one, dict) else one
        if chosen and chosen not in offered:
            offered[str(chosen)] = str(chosen)
    if not offered and field.shown:
        offered[field.shown] = field.shown
    return offered


def _one(key: str, field: FieldState, edited: Edited) -> None:
    offered = _choices(field)
    st.selectbox(
        plain(label_of(field)),
        list(offered),
        key=key,
        on_change=edited,
        index=None,
        format_func=lambda one: offered.get(one, one),
        placeholder=CHOOSE if offered else NOTHING_YET,
        help=plain(field.definition.help) or None,
    )


def _many(key: str, field: FieldState, edited: Edited) -> None:
    offered = _choices(field)
    st.multiselect(
        plain(label_of(field)),
        list(offered),
        key=key,
        on_change=edited,
        format_func=lambda one: offered.get(one, one),
        placeholder=CHOOSE if offered else NOTHING_YET,
        help=plain(field.definition.help) or None,
    )


def _segments(key: str, field: FieldState, edited: Edited) -> None:
    st.segmented_control(
        plain(label_of(field)),
        list(_choices(field)),
        key=key,
        on_change=edited,
        format_func=plain,
        help=plain(field.definition.help) or None,
    )


DRAWERS: dict[str, Drawer] = {
    "text": _text,
    "date": _date,
    "long": _long,
    "one": _one,
    "many": _many,
    "segments": _segments,
}


def _shown(field: FieldState) -> str:
    """A dashed box: not to be typed here."""
    unit = f" <small>{esc(field.definition.unit)}</small>" if field.definition.unit and field.shown else ""
    wanting = "等前面填好" if field.definition.number is None else "打印时编"
    value = f"{esc(field.shown)}{unit}" if field.shown else f'<span class="mut">{wanting}</span>'
    label = esc(field.definition.label)
    return (
        f'<div class="shown" role="group" aria-label="{label}" data-i18n-skip>'
        f'<div class="lb">{label}</div><div class="vl">{value}</div></div>'
    )


def line(record: str, field: FieldState, *, quiet: bool = False) -> str:
    """The one line under a field: problem with remedy, source, or hint. The page script learns there where it is."""
    typed = _typed(record, field)
    return f'<div class="at" data-path="{esc(field.path)}"{typed} data-i18n-skip>{_words(field, quiet=quiet)}</div>'


def _typed(record: str, field: FieldState) -> str:
    if field.widget in ("shown", "file") or _kind(field) not in ("text", "date", "long"):
        return ""
    window = this_window()
    spot = window.spots.get(key_of(record, field.path))
    typed = str(spot.widget or "") if spot else ""
    date = " data-date" if field.widget == "date" else ""  # the page script offers its calendar there
    asked = (record, field.path) in window.conflicts  # then what is kept is not a reading of what is typed
    return (
        f' data-text{date} data-record="{esc(record)}" data-label="{esc(plain(label_of(field)))}"'
        f' data-typed="{esc(typed)}" data-shown="{esc(typed if asked else field.shown)}"'
    )


def _words(field: FieldState, *, quiet: bool) -> str:
    found = [finding for finding in field.findings if not (quiet and finding.missing)]
    if found:
        problem = found[0].problem
        return message(problem.level, f"{esc(problem.what)}。{esc(problem.remedy)}")
    if field.source:
        sign = "function" if field.widget == "shown" else "link" if field.source_record else "auto_awesome"
        more = f"　{esc(field.definition.help)}" if field.widget == "shown" and field.definition.help else ""
        return f'<p class="hint">{icon(sign)} {esc(field.source)}{more}{_correct(field)}</p>'
    return f'<p class="hint">{esc(field.definition.hint)}</p>' if field.definition.hint else ""


def _correct(field: FieldState) -> str:
    if not field.source_record:
        return ""
    href = f"./fill?record={field.source_record}"
    return f'　<a class="lk" href="{esc(href)}" target="_self">去更正</a>'


def clash(record: str, path: str, mark: str = "") -> str:
    """What another window has written meanwhile, and the two ways on: ``mine`` and ``theirs``, with a mark behind."""
    conflict = this_window().conflicts.get((record, path))
    if conflict is None:
        return ""
    theirs = conflict[1]
    when = clock(theirs.at, now())
    return (
        f'<div class="clash" role="alert" data-record="{esc(record)}" data-path="{esc(path)}">'
        f"{icon('sync_problem')}<div><b>另一窗口 {esc(when)} 改为</b>"
        f"<q data-i18n-skip>{esc(theirs.shown) or '（清空了）'}</q></div>"
        f'<span class="two">{act(f"mine{mark}", "保留我的", kind="btn s")}'
        f"{act(f'theirs{mark}', '用那边的', kind='btn s')}</span></div>"
    )


def _draw_conflict(record: str, path: str) -> None:
    html = clash(record, path)
    if html:
        panel(html, f"clash-{key_of(record, path)}", lambda said: resolve(record, path, mine=said == "mine"))
