"""台账, a register as a table: which one, which day, what it said then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from unicodedata import east_asian_width
from urllib.parse import urlencode

from onefill.definitions.registers import Register
from onefill.fields.chinese import date_text
from onefill.service.register_shapes import Line, Lines
from onefill.ui.days import day_box
from onefill.ui.html import esc, icon, link, pressed
from onefill.ui.moments import today
from store.registers import LineState

#: So many lines stand on the page; the workbook has all.
MOST = 500
#: How wide what stands on one line may be, a figure being one and a Chinese sign two: a date of two figures each.
SHORT = 14
COLOURS = {LineState.OPEN: "green", LineState.SUSPENDED: "amber", LineState.ENDED: ""}


@dataclass
class Looked:
    """What is looked at.

    Attributes:
        on: The day.
        text: What lines must say.
        state: In which they must be; any if empty.
    """

    on: date
    text: str = ""
    state: str = ""


def day_in(typed: str) -> date:
    """A day in an address; today's if there is none."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return today()


def titles_of(registers: Mapping[str, Register], chosen: str) -> str:
    """The registers side by side; pressing one opens it, by ``register:KEY``."""
    return "".join(
        f'<button type="button" class="btn s" data-act="register:{esc(key)}" aria-pressed="{pressed(key == chosen)}">'
        f"{esc(one.title)}</button>"
        for key, one in registers.items()
    )


def tools(key: str, register: Register, looked: Looked, found: Lines) -> str:
    """The day, what is sought, how many there are of each state, the workbook."""
    total = sum(found.counts.values())
    kinds = [("", "全部", total)]
    kinds += [(str(one), getattr(register.states, str(one)), found.counts.get(one, 0)) for one in LineState]
    buttons = "".join(
        f'<button type="button" class="btn s" data-act="state:{value}" aria-pressed="{pressed(value == looked.state)}">'
        f"{esc(words)} {count}</button>"
        for value, words, count in kinds
    )
    query = urlencode({"on": looked.on.isoformat(), "text": looked.text, "state": looked.state})
    return (
        '<div class="tools" data-i18n-skip><form class="lots looking" data-say="look">'
        f"{day_box('on', '哪一天', looked.on)}"
        f'<label class="pick">找 <input name="text" type="search" maxlength="60" value="{esc(looked.text)}"'
        ' placeholder="名称、编号" autocomplete="off"></label>'
        f'<button type="submit" class="btn s">{icon("search")}看</button></form>'
        f'<span class="seg" role="group" aria-label="按状态">{buttons}</span><span class="sp"></span>'
        f'<span data-told role="status" class="mut sm"></span>'
        f'<button type="button" class="btn s" data-file="./of/register/{esc(key)}?{esc(query)}">{icon("download")}'
        "导出 Excel</button></div>"
    )


def table(register: Register, found: Lines, looked: Looked) -> str:
    """The lines; one leads to the case that decided it, by ``open:ID``."""
    if not found.lines:
        words = f"没有找到“{esc(looked.text)}”" if looked.text else f"{date_text(looked.on)}还没有登记"
        return f'<p class="empty" data-i18n-skip>{words}</p>'
    heads = "".join(f'<th scope="col">{esc(one.label)}</th>' for one in register.columns)
    rows = "".join(_row(register, one) for one in found.lines[:MOST])
    more = f'<p class="mut sm pad">只列前 {MOST} 条，导出的有全部</p>' if len(found.lines) > MOST else ""
    return (
        f'<div class="wide"><table class="tbl queue reg" data-walk data-i18n-skip><thead><tr><th scope="col">状态</th>'
        f'{heads}<th scope="col">起</th><th scope="col">止</th><th scope="col">依据</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{more}"
    )


def _cell(text: str) -> str:
    """A date or a short word is not broken: one sign below the others reads badly."""
    wide = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
    return f"<td{' class=nb' * (wide <= SHORT)}>{esc(text) or '—'}</td>"


def _row(register: Register, line: Line) -> str:
    cells = "".join(_cell(line.texts[one.key]) for one in register.columns)
    until = date_text(line.end) if line.end else "—"
    case = link(f"./fill?record={line.record}", f"open:{line.record}", "办件", kind="lk")
    return (
        f'<tr><td class="nb"><span class="chip {COLOURS[line.state]}">{esc(line.words)}</span></td>{cells}'
        f'<td class="nb">{date_text(line.start)}</td><td class="nb">{until}</td><td class="nb">{case}</td></tr>'
    )
