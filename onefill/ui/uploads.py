"""A field that holds a file: what may come in is checked here again, not only in the browser."""

from functools import lru_cache

import streamlit as st

from onefill.service.shapes import FieldState
from onefill.ui.components import drop_zone, panel
from onefill.ui.html import act, esc, icon
from onefill.ui.shared import the_desk

MOST_BYTES = 20 * 1024 * 1024
TAKES = {
    "accept": ".pdf,.jpg,.jpeg,.png,image/jpeg,image/png",
    "kinds": "收 PDF、JPG、PNG，最大 20 MB",
    "most": MOST_BYTES,
    "smaller": "缩小或分开再选",
    "small": True,
}
#: How files of the kinds we take begin.
BEGINNINGS = {"pdf": b"%PDF", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}


def refusal(data: bytes) -> str:
    """Why a file is not taken, in words; nothing if it is."""
    if len(data) > MOST_BYTES:
        return f"文件 {len(data) // 1024 // 1024} MB，最大 20 MB。缩小或分开再选"
    if not data.startswith(tuple(BEGINNINGS.values())):
        return "这里收 PDF、JPG、PNG。换一个文件再选"
    return ""


def suffix_of(data: bytes) -> str:
    """How the name of a file ends that begins so."""
    return next((f".{kind}" for kind, beginning in BEGINNINGS.items() if data.startswith(beginning)), "")


@lru_cache(maxsize=500)
def _name(record: str, path: str, digest: str) -> str:
    """Its name; read once, for a digest never means another file."""
    kept = the_desk().records.attached(record, path)
    return kept.name + suffix_of(kept.read(8))


def draw_file(record: str, field: FieldState) -> None:
    """Draw the field: what is there, and a place to put another."""
    label = field.definition.label + ("" if field.required else "（选填）")
    st.html(f'<div class="shown" data-i18n-skip><div class="lb">{esc(label)}</div></div>')
    drop_zone(
        f"./of/attach/{record}/{field.path}",
        "拖到这里，或点这里选文件",
        f"up-{record}-{field.path.replace('/', '-')}",
        lambda _: None,  # it is kept already; the field is drawn anew
        {**TAKES, "label": field.definition.label},
    )
    if isinstance(field.stored, str):
        _draw_kept(record, field, field.stored)


def _draw_kept(record: str, field: FieldState, digest: str) -> None:
    """The file that is there, to be looked at or taken out."""

    def done(_: str) -> None:
        the_desk().records.set(record, field.path, None, the_desk().who())

    label = field.definition.label
    name = _name(record, field.path, digest)
    address = f"./of/attached/{record}/{field.path}"
    panel(
        f'<div class="kept" data-i18n-skip>{icon("attach_file")}<span>{esc(name)}</span>'
        f'<button type="button" class="lk" data-file="{esc(address)}" aria-label="下载{esc(label)}">下载</button>'
        f'{act("drop", "拿掉", kind="lk", name=f"拿掉{label}")}<p class="hint">再选一个就换掉它</p></div>',
        f"kept-{record}-{field.path.replace('/', '-')}",
        done,
    )
