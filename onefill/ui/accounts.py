"""What the page of accounts shows and does: a line per account, what was said of it, who goes where."""

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st

from onefill.errors import OneFillError
from onefill.people import Account, Deputy
from onefill.service.access import WORDS, Accessed
from onefill.service.people_shapes import AccountLine
from onefill.ui.html import act, chip, esc, note
from onefill.ui.moments import here
from onefill.ui.said import say
from onefill.ui.shared import the_desk

#: A password that is shown until the page is used again; whose cases are to go elsewhere; who is going on leave; whom
#: the identity provider is to know as somebody else; who is to be something else.
ONCE, HANDING, LEAVING, BINDING = "account-once", "account-handing", "account-leaving", "account-binding"
CHANGING = "account-changing"
NAME, TITLE, UNIT, ROLES, SUBJECT = (f"account-{name}" for name in ("name", "title", "unit", "roles", "subject"))
SUBJECT_WORDS = "统一身份认证编号"
TO, FIRST, LAST, KNOWN_AS = (f"account-{name}" for name in ("to", "first", "last", "known-as"))
NEW_TITLE, NEW_UNIT, NEW_ROLES = (f"account-new-{name}" for name in ("title", "unit", "roles"))


def table(lines: Sequence[AccountLine]) -> str:
    """The accounts; buttons say ``reset:NAME`` and the like."""
    rows = "".join(_row(line) for line in lines)
    heads = "".join(f"<th>{head}</th>" for head in ("名字", "单位", "角色", "在用吗"))
    return (
        f'<table class="tbl starts" data-i18n-skip><thead><tr>{heads}<th><span class="vh">操作</span></th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(line: AccountLine) -> str:
    state = chip("red", "block", "停用") if line.disabled else chip("green", "check_circle", "在用")
    state = chip("amber", "key", "等改密码") if line.waiting and not line.disabled else state
    if the_desk().settings.oidc and not line.subject and not line.disabled:
        state = chip("amber", "key", "没写编号，进不来")
    away = "".join(f'<div class="mut sm">{esc(_leave(one))}</div>' for one in line.deputies)
    first = ("bind", SUBJECT_WORDS) if the_desk().settings.oidc else ("reset", "重设密码")
    deeds = [("change", "改"), first, ("hand", "移交办件"), ("deputy", "代理")]
    deeds.append(("enable", "启用") if line.disabled else ("disable", "停用"))
    buttons = " ".join(
        act(f"{verb}:{line.name}", words, kind="lk", name=f"{words}：{line.name}") for verb, words in deeds
    )
    return (
        f'<tr><td class="nb"><b>{esc(line.name)}</b><div class="mut sm">{esc(line.title)}</div></td><td>'
        f"{esc(line.unit_title)}</td>"
        f"<td>{esc('、'.join(line.role_titles))}</td><td>{state}{away}</td><td>{buttons}</td></tr>"
    )


def _leave(one: Deputy) -> str:
    return f"{one.first.month}月{one.first.day}日—{one.last.month}月{one.last.day}日 {one.name}代理"


def log_table(lines: Sequence[Accessed]) -> str:
    """The access log, the newest first."""
    known: dict[str, str] = {str(did): words for did, words in WORDS.items()}
    rows = "".join(
        f'<tr><td class="sm nb">{here(one.when):%Y-%m-%d %H:%M:%S}</td><td>{esc(one.who)}'
        f"{_address(one)}</td>"
        f"<td>{esc(known.get(one.did, one.did))}</td><td>{_record(one)}</td>"
        f'<td class="sm">{esc("　".join(part for part in (one.what, one.why) if part))}</td></tr>'
        for one in lines
    )
    heads = "".join(f"<th>{head}</th>" for head in ("何时", "谁", "做了什么", "办件", "内容"))
    return f'<table class="tbl" data-i18n-skip><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _address(line: Accessed) -> str:
    """From where it was asked, where a browser did."""
    return f'<div class="mut sm">{esc(line.address)}</div>' if line.address else ""


def _record(line: Accessed) -> str:
    """The record by its label; by its id where it has none any more."""
    return f'<span title="{esc(line.record)}">{esc(line.label or line.record)}</span>' if line.record else ""


def shown_once() -> str:
    """A password that nobody will see again; nothing if there is none."""
    name, password = st.session_state.get(ONCE, ("", ""))
    if not password:
        return ""
    words = f"“{esc(name)}”的一次性密码：<b><code translate='no' data-i18n-skip>{esc(password)}</code></b>　"
    return note(
        "amber",
        "key",
        f"{words}只显示这一次，记下来告诉本人，第一次登录要改",
        right=act("seen", "记下了", kind="btn s"),
    )


def acted(said: str) -> None:
    """A button of a line, or below, was pressed; what cannot be done is told in words."""
    verb, _, name = said.partition(":")
    deed = DEEDS.get(verb)
    if deed is None:
        return
    st.session_state.pop(ONCE, None)
    try:
        deed(name)
    except OneFillError as error:
        say(str(error), "amber")


def make() -> None:
    """Make the account that is written at the right."""
    held = st.session_state
    account = Account(
        name=str(held.get(NAME) or "").strip(),
        title=str(held.get(TITLE) or "").strip(),
        unit=str(held.get(UNIT) or ""),
        roles=tuple(held.get(ROLES) or ()),
        subject=str(held.get(SUBJECT) or "").strip(),
    )
    try:
        held[ONCE] = (account.name, the_desk().people.make(account, the_desk().who()))
    except OneFillError as error:
        say(str(error), "amber")
        return
    held[NAME] = held[TITLE] = held[SUBJECT] = ""
    say(f"新建了账号“{account.name}”")


def _reset(name: str) -> None:
    st.session_state[ONCE] = (name, the_desk().people.reset(name, the_desk().who()))


def _disable(name: str) -> None:
    the_desk().people.disable(name, the_desk().who())
    say(f"停用了“{name}”，已经退出。办件都在，可以移交", way_back=(f"enable:{name}", "启用"))


def _enable(name: str) -> None:
    the_desk().people.enable(name, the_desk().who())
    say(f"启用了“{name}”")


def _asks(place: str) -> Callable[[str], None]:
    def ask(name: str) -> None:
        _quit("")
        st.session_state[place] = name

    return ask


def _handed(_: str) -> None:
    name, to = st.session_state[HANDING], str(st.session_state.get(TO) or "")
    batch = the_desk().transfers.hand_over(name, to, the_desk().who())
    _quit("")
    say(f"“{name}”的 {batch.count} 个办件移交给了“{to}”，批次 {batch.id}")


def _left(_: str) -> None:
    held, desk = st.session_state, the_desk()
    name, first, last = held[LEAVING], held.get(FIRST), held.get(LAST)
    if not isinstance(first, date) or not isinstance(last, date):
        say("没有写代理的起止日期", "amber")
        return
    desk.people.set_deputies(name, [Deputy(str(held.get(TO) or ""), first, last)], desk.who())
    _quit("")
    say(f"记下了：{name}不在时由{held.get(TO) or '别人'}代理")


def _back(_: str) -> None:
    name = st.session_state[LEAVING]
    the_desk().people.set_deputies(name, [], the_desk().who())
    _quit("")
    say(f"“{name}”不用代理了")


def _bound(_: str) -> None:
    name, subject = st.session_state[BINDING], str(st.session_state.get(KNOWN_AS) or "").strip()
    the_desk().people.bind(name, subject, the_desk().who())
    _quit("")
    say(f"记下了“{name}”的{SUBJECT_WORDS}" if subject else f"“{name}”没有{SUBJECT_WORDS}了，进不来")


def _changed(_: str) -> None:
    held, name = st.session_state, st.session_state[CHANGING]
    title, unit, roles = (held.get(f"{part}-{name}") for part in (NEW_TITLE, NEW_UNIT, NEW_ROLES))
    the_desk().people.change(
        name, the_desk().who(), title=str(title or "").strip(), unit=str(unit or ""), roles=tuple(roles or ())
    )
    _quit("")
    say(f"改了账号“{name}”")


def _quit(_: str) -> None:
    for place in (HANDING, LEAVING, BINDING, CHANGING):
        st.session_state.pop(place, None)


DEEDS: dict[str, Callable[[str], None]] = {
    "reset": _reset,
    "disable": _disable,
    "enable": _enable,
    "hand": _asks(HANDING),
    "deputy": _asks(LEAVING),
    "bind": _asks(BINDING),
    "bound": _bound,
    "change": _asks(CHANGING),
    "changed": _changed,
    "handed": _handed,
    "left": _left,
    "back": _back,
    "quit": _quit,
    "seen": _quit,
}
