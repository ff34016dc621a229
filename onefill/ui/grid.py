"""The table of a repeating section in the browser: what it is told, what it says, kept through the service.

Only changes travel. What the browser has confirmed is told no more; what it has not is told again, so that a message
that Streamlit leaves out does no harm. Everything at once only goes out where the browser has nothing to build on.
"""

import secrets
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from onefill.errors import OneFillError
from onefill.reviews import RemarkState
from onefill.service.desk import Desk
from onefill.service.edits import Edit, Put
from onefill.service.shapes import Refused, SectionState
from onefill.service.tables import CellProblem, ColumnState, Mark, TableState
from onefill.ui.answers import Live, live_remarks
from onefill.ui.components import component, packed
from onefill.ui.grid_words import newest, read_edits, read_said
from onefill.ui.html import clock
from onefill.ui.moments import now
from onefill.ui.session import this_window
from onefill.ui.shared import the_desk

#: So many answers may be under way without the browser saying that it has them.
MOST_UNHEARD = 50
KINDS = {"segments": "choice", "row": "choice", "choices": "many", "file": "shown"}

#: Types whose cells stand at the right.
FIGURES = ("number", "money", "percent")


@dataclass
class Answer:
    """What an answer to the browser stood on."""

    mark: Mark
    order: tuple[str, ...]


@dataclass
class Told:
    """What one window knows of one table.

    Attributes:
        form: Form of the record.
        load: Name of the last telling of everything.
        n: Number of the newest answer.
        got: Newest answer that the browser has.
        done: Newest deed of the browser that is kept.
        answers: Those it may be building on, by number.
        columns: As they were last told, and in which answer.
        refused: Conflicts, each with the answer that tells it.
        conflicts: Number of the newest; no session has those of another.
        message: What could not be done, or does not agree, with its number and how it looks.
        remarks: What officers say of rows and cells and about which nothing was done yet: row, column, as problems are.
        wants: What the browser has asked for: everything, or the order of the rows.
    """

    form: str = ""
    load: str = ""
    n: int = 0
    got: int = 0
    done: int = 0
    answers: dict[int, Answer] = field(default_factory=dict)
    columns: tuple[tuple[ColumnState, ...], int] = ((), 0)
    refused: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    conflicts: int = field(default_factory=lambda: time.time_ns() // 1_000_000)
    message: tuple[int, str, str] = (0, "", "")
    remarks: dict[str, dict[str, list[list[object]]]] = field(default_factory=dict)
    wants: str = "rows"
    last: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Own:
    """What the part of a page in which a table stands does besides.

    Attributes:
        edited: Called as soon as anything was done to the table, before it is drawn.
        end: Drawn below it each time.
    """

    edited: Callable[[], None]
    end: Callable[[], None]


def draw_grid(record: str, section: SectionState, own: Own) -> None:
    """Draw a repeating section as a table one fills in like a spreadsheet, in a part of the page by itself."""
    shut = ("rows" if section.open else "all") if section.locked else ""
    st.fragment(_draw)(record, section.key, section.title, {"locked": section.locked, "shut": shut}, own)


def _draw(record: str, section: str, title: str, locked: Mapping[str, str], own: Own) -> None:
    key = f"grid-{record}-{section}"
    told: Told = st.session_state.setdefault(f"told-{key}", Told())

    def heard() -> None:
        before = told.done
        take(the_desk(), record, section, told, st.session_state[key].get("said"))
        if told.done > before:
            own.edited()

    def sized() -> None:
        widths = st.session_state[key].get("widths")
        if isinstance(widths, Mapping):
            the_desk().habits.keep_widths(told.form, section, widths)

    data = model(the_desk(), record, section, told) | {"name": f"{record}:{section}", "label": title, **locked}
    said = component("grid", "og", " data-i18n-skip")(
        key=key, data=packed(data), on_said_change=heard, on_widths_change=sized
    ).get("said")
    own.end()
    if isinstance(said, dict) and newest(said) > told.done:
        heard()  # after a restart of the server Streamlit forgets to call
        st.rerun(scope="fragment")


# -- what the browser says -------------------------------------------------------------------------------------------


def take(desk: Desk, record: str, section: str, told: Told, said: object) -> None:
    """Keep what the browser says was done; note what it has heard and what it asks for."""
    if not isinstance(said, Mapping):
        return
    if said.get("load") == told.load and isinstance(said.get("got"), int):
        told.got = max(told.got, said["got"])
    if said.get("want") in ("rows", "order"):
        told.wants = said["want"]
    try:
        edits = [edit for edit in read_edits(said.get("ops", [])) if edit.sequence > told.done]
    except OneFillError as error:
        edits = []
        _complain(told, error)
    try:
        _apply(desk, record, section, told, edits)
    except OneFillError:
        for edit in edits:  # what can be kept is kept
            try:
                _apply(desk, record, section, told, [edit])
            except OneFillError as error:
                _complain(told, error)
    told.done = max(told.done, newest(said))
    if said.get("stated"):
        _compare(desk, record, section, told, said["stated"])


def _apply(desk: Desk, record: str, section: str, told: Told, edits: list[Edit]) -> None:
    if edits:
        refused = apply_edits(desk, record, section, edits)
        told.conflicts += len(refused)
        numbers = range(told.conflicts - len(refused) + 1, told.conflicts + 1)
        told.refused += [
            (told.n + 1, {"n": number, **_conflict(section, one, edits)})
            for number, one in zip(numbers, refused, strict=True)
        ]


def _complain(told: Told, error: OneFillError) -> None:
    """Say what was not kept, and show what is."""
    told.message, told.wants = (told.message[0] + 1, f"没有存下：{error}", "bad"), "rows"


def _compare(desk: Desk, record: str, section: str, told: Told, stated: object) -> None:
    """Say where a pasted column differs from what is worked out: that is not taken, but one of the two is wrong."""
    try:
        words = desk.records.contradicted(record, section, read_said(stated))
    except OneFillError:
        return  # nothing was to be kept
    if words:
        told.message = (told.message[0] + 1, words, "warn")


def apply_edits(desk: Desk, record: str, section: str, edits: Iterable[Edit]) -> tuple[Refused, ...]:
    """Keep edits as those of this window; what another window was faster with."""
    return desk.records.edit(record, section, edits, desk.who(), window=this_window().id)


def _conflict(section: str, refused: Refused, edits: Iterable[Edit]) -> dict[str, str]:
    """Both sides of a conflict, for the person to choose."""
    row, _, column = refused.path.removeprefix(f"{section}/").partition("/")
    puts = [edit for edit in edits if isinstance(edit, Put) and edit.row == row]
    mine = [edit.values[column] for edit in puts if column in edit.values]
    when = clock(refused.at, now())
    return {"row": row, "column": column, "mine": mine[-1] if mine else "", "theirs": refused.shown, "when": when}


# -- what the browser is told ----------------------------------------------------------------------------------------


def model(desk: Desk, record: str, section: str, told: Told) -> dict[str, Any]:
    """What the browser is told now: everything, or what it has not confirmed yet."""
    base = None if told.wants == "rows" else told.answers.get(told.got)
    table = desk.records.table(record, section, base.mark if base else None)
    columns = desk.records.table_columns(record, section)
    told.form, told.remarks = table.form, _remarks(live_remarks(record, table.form), section)
    told.refused = [(n, one) for n, one in told.refused if n > told.got]
    if base is None or table.whole:
        data = _whole(desk, section, told, table, columns)
    else:
        data = _news(told, base, table, columns)
    told.answers[told.n] = Answer(table.mark, _same(told, table.order))
    for n in [n for n in told.answers if n < told.got or n <= told.n - MOST_UNHEARD]:
        del told.answers[n]
    return data


def _whole(desk: Desk, section: str, told: Told, table: TableState, columns: tuple[ColumnState, ...]) -> dict[str, Any]:
    told.load, told.wants = secrets.token_hex(4), ""
    told.n += 1
    told.got = told.n  # taken for granted: a browser that has not got it asks again
    told.columns = (columns, told.n)
    keys = [column.definition.key for column in columns]
    wrong = _wrong(table.problems)
    return {
        **_head(told, table),
        "rows": [[row, [table.texts[row].get(key) for key in keys], wrong.get(row, {})] for row in table.order],
        "columns": [_column(column) for column in columns],
        "widths": desk.habits.widths(table.form, section),
        "most": table.most,
    }


def _news(told: Told, base: Answer, table: TableState, columns: tuple[ColumnState, ...]) -> dict[str, Any]:
    if columns != told.columns[0]:
        told.columns = (columns, told.n + 1)
    before, now = set(base.order), set(table.order)
    after = dict(zip(table.order, (None, *table.order), strict=False))
    news: dict[str, Any] = {
        "added": [(row, after[row]) for row in table.order if row not in before] if now != before else [],
        "gone": [row for row in base.order if row not in now] if now != before else [],
        "texts": table.texts,
        "anew": table.anew,
        "wrong": _wrong(table.problems),
        **_always(told, table),
    }
    if told.columns[1] > told.got:
        news["columns"] = [_column(column) for column in columns]
    if told.wants == "order":
        news["order"], told.wants = table.order, ""
    if news != told.last:
        told.n, told.last = told.n + 1, news
    return {"load": told.load, "n": told.n, **news}


def _head(told: Told, table: TableState) -> dict[str, Any]:
    told.last = {"added": [], "gone": [], "texts": {}, "wrong": {}, **_always(told, table)}
    return {"load": told.load, "n": told.n, **told.last}


def _always(told: Told, table: TableState) -> dict[str, Any]:
    """What every answer says."""
    return {
        "refused": [one for _, one in told.refused],
        "remarks": told.remarks,
        "done": told.done,
        "change": table.change,
        "sum": order_sum(table.order),
        "message": told.message[1],
        "said": told.message[0],
        "look": told.message[2],
    }


def _same(told: Told, order: tuple[str, ...]) -> tuple[str, ...]:
    """The order, kept once while it does not change."""
    return next((answer.order for answer in reversed(told.answers.values()) if answer.order == order), order)


def _column(column: ColumnState) -> dict[str, Any]:
    one = column.definition
    kind = KINDS.get(column.widget, column.widget)
    if kind == "link":
        kind = "many" if one.many else "choice"
    told = {"hint": one.hint, "example": one.example, "unit": one.unit, "explain": one.explain, "also": one.synonyms}
    optional, figure = one.required is False and one.value is None, one.type in FIGURES
    flags = {"later": column.later, "conditional": column.conditional, "alike": one.option_synonyms}
    flags |= {"optional": optional, "figure": figure, "locked": column.locked}
    return {
        "key": one.key,
        "label": one.label,
        "kind": kind,
        "width": column.width,
        "options": column.options,
        **{name: value for name, value in {**told, **flags}.items() if value},
    }


def _wrong(problems: Mapping[tuple[str, str], tuple[CellProblem, ...]]) -> dict[str, dict[str, list[list[object]]]]:
    told: dict[str, dict[str, list[list[object]]]] = {}
    for (row, column), found in problems.items():
        told.setdefault(row, {})[column] = [[str(p.level), p.what, p.remedy, p.missing] for p in found]
    return told


def _remarks(live: Live, section: str) -> dict[str, dict[str, list[list[object]]]]:
    """What is to be put right by row and column, the column ``""`` for a row as such."""
    told: dict[str, dict[str, list[list[object]]]] = {}
    for one in live.remarks:
        head, _, rest = one.at.partition("/")
        row, _, column = rest.partition("/")
        if head == section and row and one.state is RemarkState.OPEN and one.id not in live.settled:
            told.setdefault(row, {}).setdefault(column, []).append(["remark", f"意见：{one.what}", one.remedy, False])
    return told


def order_sum(order: Iterable[str]) -> int:
    """A number that tells one order of rows from another; the browser computes the same."""
    return zlib.adler32("".join(f"{row} " for row in order).encode())
