"""What a changed form has made of the record on the fill page: one calm note, the list of it at a press."""

from collections.abc import Callable, Iterator, Sequence

import streamlit as st

from onefill.facts.carrying import Moved
from onefill.facts.successors import FormChange
from onefill.service.form_news import FormNews
from onefill.service.shapes import RecordState
from onefill.ui.components import panel
from onefill.ui.html import act, esc, note
from onefill.ui.shared import the_desk

SEEN = "form:seen"
#: Names in the sentence, lines in each part of the list.
MOST_NAMED, MOST_LISTED = 3, 12
_HELD = "<b>这张表单改过了。</b>这一件已经交上去，仍用交的时候的表单；退回或撤回以后再换"
_RETIRED = "<b>这张表单已经停用。</b>以前填的、印的都还看得到，只是不能再改"


def draw_form_news(record: str, state: RecordState, go: Callable[[str], object]) -> None:
    """The note, while there is something to tell; ``go`` takes ``go:section:path``."""
    desk = the_desk()
    news = desk.form_news.of(record)
    if news is None:
        return

    def acted(said: str) -> None:
        if said == SEEN:
            desk.form_news.seen(record, desk.who())
        else:
            go(said)

    with st.container(key="formnews"):
        panel(f"<div data-i18n-skip>{told(news, state)}</div>", "formnews_note", acted)


def told(news: FormNews, state: RecordState) -> str:
    """The note as HTML."""
    if news.standing != "changed":
        sign, words = ("lock", _HELD) if news.standing == "held" else ("inventory_2", _RETIRED)
        return note("plain", sign, words)
    colour, sign = ("amber", "warning") if news.of_fate("unread") else ("blue", "info")
    lines = "".join(_parts(news, state))
    body = f"<b>这张表单改过了。</b>{esc(_sentence(news))}"
    body += f"<details><summary>看改了什么</summary>{lines}</details>"
    return note(colour, sign, body, right=act(SEEN, "知道了", kind="btn s"))


def _sentence(news: FormNews) -> str:
    unread, read, aside = (len(news.of_fate(fate)) for fate in ("unread", "read", "aside"))
    parts = [
        f"新增{_names(news.added)}" if news.added else "",
        f"不再问{_names(news.removed)}" if news.removed else "",
        f"{unread} 个值要重新核对" if unread else "",
        f"{read} 个值换了写法" if read else "",
        f"{aside} 个旧值另外留着" if aside else "",
    ]
    said = "，".join(filter(None, parts)) or "填过的都搬过来了"
    return f"{said}。自动算出的都重新算过"


def _names(changes: Sequence[FormChange]) -> str:
    named = "、".join(one.label for one in changes[:MOST_NAMED])
    return f" {named}" + (f" 等 {len(changes)} 项" if len(changes) > MOST_NAMED else "")


def _parts(news: FormNews, state: RecordState) -> Iterator[str]:
    yield _part("要重新核对", [_unread(one, state) for one in news.of_fate("unread")])
    yield _part("换了写法", [f"{_label(one)}：{esc(one.old)} → {esc(one.new)}" for one in news.of_fate("read")])
    yield _part("不再问，旧值另外留着", [_aside(one) for one in news.of_fate("aside")])
    yield _part("又问了，旧值放了回来", [f"{_label(one)}：{esc(one.new)}" for one in news.of_fate("back")])
    yield _part("新增", [f"{esc(one.section)} · {esc(one.label)}" for one in news.added])
    renamed = [one for one in news.changes if one.step == "renamed" and one.was != one.label]
    yield _part("改了名称", [f"{esc(one.section)} · {esc(one.was)} → {esc(one.label)}" for one in renamed])
    gone = {one.path.rpartition("/")[2] for one in news.of_fate("aside")}
    empty = [one for one in news.removed if one.path.rpartition("/")[2] not in gone]
    yield _part("不再问", [f"{esc(one.section)} · {esc(one.label)}{_because(one.why)}" for one in empty])


def _part(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    more = f"<li>等 {len(lines)} 处</li>" if len(lines) > MOST_LISTED else ""
    listed = "".join(f"<li>{line}</li>" for line in lines[:MOST_LISTED])
    return f"<h3>{esc(title)}（{len(lines)}）</h3><ul>{listed}{more}</ul>"


def _unread(one: Moved, state: RecordState) -> str:
    section = _section_of(one.path, state)
    go = f"go:{section}:{one.path}"
    way = act(go, "去核对", kind="lk", name=f"去核对{one.label}", go=one.path) if section else ""
    return f"{_label(one)}：{esc(one.old)}{_because(one.why)} {way}"


def _aside(one: Moved) -> str:
    return f"{_label(one)}：{esc(one.old)}{_because(one.why)}"


def _label(one: Moved) -> str:
    return f"{esc(one.section)} · {esc(one.label)}"


def _because(why: str) -> str:
    return f'<span class="mut">（{esc(why)}）</span>' if why else ""


def _section_of(path: str, state: RecordState) -> str:
    """Key of the section that a path lies in; nothing if it is not shown."""
    head = path.partition("/")[0]
    for section in state.sections:
        if section.key == head or head in {field.key for field in section.definition.fields}:
            return section.key
    return ""
