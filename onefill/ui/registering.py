"""Large files that are registered instead of handed in: the browser works out what each is known by."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from onefill.errors import OneFillError
from onefill.service.shapes import SectionState
from onefill.ui.components import component, hear, heard
from onefill.ui.said import say
from onefill.ui.shared import the_desk

SHA256 = re.compile(r"[0-9a-f]{64}")
MOST = 200


def filled_by_files(section: SectionState) -> dict[str, str]:
    """Which of a section's fields a chosen file fills: what of it, by what it is."""
    return {field.fills: field.key for field in section.definition.fields if field.fills}


def draw_registering(record: str, section: SectionState) -> None:
    """A button to choose files, where rows of the section take their name, size or hash."""
    fills = filled_by_files(section)
    if not fills or section.locked:
        return
    key = f"hash-{record}-{section.key}"

    def told(said: str) -> None:
        register(record, section.key, fills, read_files(said))

    data = {"words": "选文件算校验值", "job": key, "heard": heard()}
    with st.container(key="registering"):
        component("hashing", "hs")(key=key, data=data, on_act_change=lambda: hear(key, told))


def read_files(said: object) -> list[dict[str, Any]]:
    """What the browser told of files; what makes no sense is left out."""
    try:
        found = json.loads(str(said))
    except ValueError:
        return []
    known = found[:MOST] if isinstance(found, list) else []
    return [
        {"file_name": one["name"], "file_size": one["size"], "file_sha256": one["sha256"]}
        for one in known
        if isinstance(one, dict)
        and isinstance(one.get("name"), str)
        and isinstance(one.get("size"), int)
        and SHA256.fullmatch(str(one.get("sha256", "")))
    ]


def register(record: str, section: str, fills: Mapping[str, str], found: Sequence[Mapping[str, Any]]) -> None:
    """Write files into rows: into the one that has the name and no hash yet, else into a new one; none twice."""
    desk = the_desk()
    there: list[str] = []
    try:
        for one in found:
            cells = {key: _text(what, one[what]) for what, key in fills.items()}
            rows = [
                (row.id, {field.definition.key: field.shown for field in row.fields})
                for row in desk.records.rows(record, section, choices=False)
            ]
            name, sha = fills.get("file_name", ""), fills.get("file_sha256", "")
            if sha and any(kept.get(sha) == cells[sha] for _, kept in rows):
                there.append(str(one["file_name"]))
                continue
            open_row = next(
                (row for row, kept in rows if name and kept.get(name) == cells[name] and not kept.get(sha)), ""
            )
            if open_row:
                for key, text in cells.items():
                    desk.records.set(record, f"{section}/{open_row}/{key}", text, desk.who())
            else:
                desk.records.add_row(record, section, desk.who(), cells)
    except OneFillError as error:
        say(str(error), "amber", record=record)
        return
    again = f"，{'、'.join(there)} 已经登记过" if there else ""
    say(f"登记了 {len(found) - len(there)} 个文件{again}", "amber" if there else "green", record=record)


def _text(what: str, value: object) -> str:
    """As it stands in the cell: sizes in MB."""
    return f"{int(str(value)) / (1 << 20):.1f}" if what == "file_size" else str(value)
