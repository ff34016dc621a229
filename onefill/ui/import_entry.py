"""The way from a table to its import, and what came of the last one."""

import streamlit as st

from onefill.errors import OneFillError
from onefill.service.errors import NotWaiting
from onefill.service.inbox_shapes import Receipt
from onefill.service.shapes import SectionState
from onefill.ui.components import panel
from onefill.ui.html import act, esc, icon, note
from onefill.ui.said import say
from onefill.ui.shared import the_desk
from onefill.ui.travel import to_page

#: The address of the fill page names the workbook that was imported last, so that a reload still says what came of it.
IMPORTED = "imported"
MOST_NUMBERS = 8


def import_entry(record: str, section: SectionState) -> None:
    """Draw the button to the import screen and the empty workbook beside a table's title."""
    blank = (
        f'<button type="button" class="btn s" data-file="./of/blank/{esc(record)}/{esc(section.key)}">'
        f"{icon('download')}下载空表</button>"
    )
    html = act("import", "导入", kind="btn s", sign="upload_file", name=f"导入{section.title}") + blank
    if given := the_desk().taking.offered(record, section.key):
        html = act("take", f"{given.title}（{given.rows} 行）", kind="btn p s", sign="playlist_add_check") + html
    with st.container(key="importentry"):
        panel(f'<div class="entry">{html}</div>', f"entry-{section.key}", lambda said: _begin(record, section, said))
    _draw_receipt(record, section)


def _begin(record: str, section: SectionState, said: str) -> None:
    """One of the buttons was pressed."""
    if said != "take":
        to_import(record, section.key)
        return
    desk = the_desk()
    try:
        filled = desk.taking.take(record, section.key, desk.who())
    except OneFillError as error:
        say(str(error), "amber", record=record)
        return
    say(f"填好了 {filled} 行，请核对", record=record)


def to_import(record: str, section: str, file: str = "") -> None:
    """Go to the import screen; with a workbook that was brought, if there is one."""
    to_page("importing", record=record, section=section, **({"file": file} if file else {}))


def _draw_receipt(record: str, section: SectionState) -> None:
    file = str(st.query_params.get(IMPORTED, ""))
    if not file:
        return
    try:
        waiting = the_desk().inbox.look(record, file)
    except NotWaiting:
        return
    if waiting.section != section.key or waiting.receipt is None:
        return
    panel(
        receipt(waiting.filename, waiting.receipt),
        f"receipt-{section.key}",
        lambda said: _acted(record, section.key, file, said),
    )


def _acted(record: str, section: str, file: str, said: str) -> None:
    if said == "undo":
        the_desk().inbox.undo(record, file, the_desk().who())
    elif said == "close":
        del st.query_params[IMPORTED]
    elif said == "again":
        to_import(record, section, file)


def receipt(filename: str, told: Receipt) -> str:
    """What an import did, in a sentence; buttons say ``undo``, ``again``, ``close``."""
    close = act("close", "", kind="ib", sign="close", name="收起")
    if told.undone:
        stayed = f"；导入后又改过的 {told.stayed} 行没有动" if told.stayed else ""
        return note("amber flat", "undo", f"已撤销“{esc(filename)}”的导入{stayed}", right=close)
    taken = told.taken
    counted = (("新增", taken.added), ("更新", taken.updated), ("不变", taken.unchanged), ("删去", taken.dropped))
    figures = [f"{word} {count} 行" for word, count in counted if count]
    left = ""
    if taken.left:
        numbers = "、".join(str(number) for number in taken.left[:MOST_NUMBERS])
        more = " 等" if len(taken.left) > MOST_NUMBERS else ""
        left = f"。第 {numbers} 行{more}有错，没有导入 {act('again', '看这几行', kind='lk')}"
    words = f"<b>已导入“{esc(filename)}”</b>　{esc('，'.join(figures) or '没有变化')}{left}"
    undo = act("undo", "撤销", kind="btn s", sign="undo", name="撤销这次导入")
    return note("green flat", "check_circle", words, right=undo + close)
