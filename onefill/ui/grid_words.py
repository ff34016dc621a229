"""What the table in the browser says was done, read with care: it comes from outside."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from onefill.errors import OneFillError
from onefill.service.edits import Add, Drop, Edit, Move, Put

MOST_TEXT = 20_000
ROW = re.compile(r"[a-z0-9]{1,16}")
COLUMN = re.compile(r"[a-z][a-z0-9_]{0,63}")


class Unreadable(OneFillError):
    """Not what our own table says."""

    message = "送来的内容读不懂，没有收下。重新载入这一页再试。"


class TextTooLong(OneFillError):
    """More than a cell holds."""

    message = "一格里最多 {most} 个字，没有收下。"


def read_edits(said: object) -> list[Edit]:
    """The edits that the browser's table tells.

    Raises:
        Unreadable: It is nothing our table says.
        TextTooLong: A text is longer than a cell holds.
    """
    try:
        return [_edit(one) for one in _list(said)]
    except (KeyError, TypeError, ValueError, OverflowError):
        raise Unreadable() from None


def read_said(said: object) -> dict[str, dict[str, str]]:
    """What was pasted for columns that are worked out, by row.

    Raises:
        Unreadable: It is nothing our table says.
    """
    if not isinstance(said, Mapping):
        raise Unreadable()
    return {_row(row): _values(values) for row, values in said.items()}


def newest(said: Mapping[str, Any]) -> int:
    """The number of the newest deed that is told, here or before by our own route; 0 if there is none."""
    deeds = said.get("ops")
    numbers = [one.get("n") for one in deeds if isinstance(one, Mapping)] if isinstance(deeds, list) else []
    numbers.append(said.get("kept"))
    return max((number for number in numbers if isinstance(number, int)), default=0)


def _edit(one: Mapping[str, Any]) -> Edit:
    sequence, seen = int(one["n"]), None if one["seen"] is None else int(one["seen"])
    match one["op"]:
        case "set":
            return Put(row=_row(one["row"]), values=_values(one["values"]), sequence=sequence, seen=seen)
        case "add":
            rows = [(_row(row["id"]), _values(row["values"])) for row in _list(one["rows"])]
            return Add(rows=rows, after=_after(one), sequence=sequence, seen=seen)
        case "drop":
            return Drop(rows=[_row(row) for row in _list(one["rows"])], sequence=sequence, seen=seen)
        case "move":
            moved = [_row(row) for row in _list(one["rows"])]
            return Move(rows=moved, after=_after(one), sequence=sequence, seen=seen)
    raise Unreadable()


def _after(one: Mapping[str, Any]) -> str | None:
    return None if one["after"] is None else _row(one["after"])


def _row(text: object) -> str:
    if not isinstance(text, str) or not ROW.fullmatch(text):
        raise Unreadable()
    return text


def _values(values: object) -> dict[str, str]:
    if not isinstance(values, Mapping):
        raise Unreadable()
    for key, text in values.items():
        if not COLUMN.fullmatch(key) or not isinstance(text, str):
            raise Unreadable()
        if len(text) > MOST_TEXT:
            raise TextTooLong(most=MOST_TEXT)
    return dict(values)


def _list(said: object) -> Sequence[Any]:
    if not isinstance(said, list):
        raise Unreadable()
    return said
