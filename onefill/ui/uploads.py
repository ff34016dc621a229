"""A field that holds a file: what may come in is checked here again, not only in the browser."""

import streamlit as st

from onefill.service.shapes import FieldState
from onefill.ui.html import esc, plain
from onefill.ui.shared import the_desk

MOST_BYTES = 20 * 1024 * 1024
#: How files of the kinds we take begin.
BEGINNINGS = {"pdf": b"%PDF", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}


def refusal(data: bytes) -> str:
    """Why a file is not taken, in words; nothing if it is."""
    if len(data) > MOST_BYTES:
        return f"文件 {len(data) // 1024 // 1024} MB，最大 20 MB。缩小或分开再选"
    if not data.startswith(tuple(BEGINNINGS.values())):
        return "这里收 PDF、JPG、PNG。换一个文件再选"
    return ""


def draw_file(record: str, field: FieldState) -> None:
    """Draw the field: what is there, and a place to put another."""
    label = field.definition.label + ("" if field.required else "（选填）")
    turn = st.session_state.setdefault("uploads", {}).get(field.path, 0)
    given = st.file_uploader(
        plain(label), type=list(BEGINNINGS), key=f"up-{record}-{field.path.replace('/', '-')}-{turn}"
    )
    if given is not None:
        data = given.getvalue()
        wrong = refusal(data)
        if wrong:
            st.html(f'<p class="msg bad" role="alert">{esc(wrong)}</p>')
            return
        the_desk().records.attach(record, field.path, data, the_desk().who())
        st.session_state["uploads"][field.path] = turn + 1
        st.rerun(scope="fragment")
    if field.stored:
        st.html('<p class="hint">已有 1 个文件。再选一个就换掉它</p>')
