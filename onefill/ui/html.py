"""Small pieces of our own HTML. Whatever comes from people or packs passes ``esc`` on its way in."""

import re
from collections.abc import Mapping
from datetime import datetime
from html import escape

from onefill.fields.chinese import day_text
from onefill.ui.moments import here, today

MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:])")
SIGNS = {"error": "error", "warning": "warning", "advice": "info"}
KINDS = {"error": "bad", "warning": "warn", "advice": "tip"}
WORDS = {"error": "要改", "warning": "提醒", "advice": "建议"}


def esc(value: object) -> str:
    """Text for an element or an attribute."""
    return escape(str(value), quote=True)


def plain(text: str) -> str:
    """Text for where Streamlit would read Markdown."""
    return MARKDOWN.sub(r"\\\1", text)


def icon(name: str) -> str:
    """A symbol of the font that Streamlit ships; hidden from screen readers, never translated."""
    return f'<span class="ms" aria-hidden="true" translate="no" data-i18n-skip>{esc(name)}</span>'


def chip(colour: str, sign: str, words: str) -> str:
    """A small rounded label: a symbol and a word, so that colour is never alone."""
    return f'<span class="chip {colour}">{icon(sign) if sign else ""}{esc(words)}</span>'


def bar(percent: int, name: str) -> str:
    """How far, as a bar; its name is read out."""
    done = " g" if percent >= 100 else ""
    return (
        f'<div class="bar{done}" role="img" aria-label="{esc(name)} {percent}%"><i style="width:{percent}%"></i></div>'
    )


def badge(count: int, level: str) -> str:
    """How many problems of a level; nothing for none."""
    if not count:
        return ""
    word = "处要改" if level == "error" else "处提醒"
    colour = "" if level == "error" else " a"
    return f'<span class="n{colour}" role="img" aria-label="{count} {word}">{count}</span>'


def act(action: str, words: str, *, kind: str = "btn", sign: str = "", name: str = "", go: str = "") -> str:
    """A button of ours that tells Python ``action``; the page script goes to the field ``go``."""
    label = f' aria-label="{esc(name)}"' if name else ""
    mark = icon(sign) if sign else ""
    goal = f' data-go="{esc(go)}"' if go else ""
    return f'<button type="button" class="{kind}" data-act="{esc(action)}"{goal}{label}>{mark}{esc(words)}</button>'


def pressed(on: bool) -> str:
    """What an attribute such as ``aria-pressed`` holds."""
    return "true" if on else "false"


def link(href: str, action: str, words: str, *, kind: str = "lk") -> str:
    """A link that Python follows without loading the page anew; it can be opened in another tab."""
    return f'<a class="{kind}" href="{esc(href)}" data-act="{esc(action)}">{esc(words)}</a>'


def unit_choice(units: Mapping[str, str], chosen: str) -> str:
    """A list to choose one of several units from, told by ``unit:PATH``; nothing where there is no choice."""
    options = "".join(
        f'<option value="{esc(path)}"{" selected" if path == chosen else ""}>{esc(title)}</option>'
        for path, title in {"": "全部", **units}.items()
    )
    return f'<label class="pick">单位 <select data-choose="unit">{options}</select></label>' if len(units) > 1 else ""


def message(level: str, text: str) -> str:
    """The line of a problem under a field; ``text`` is HTML."""
    return f'<p class="msg {KINDS[level]}">{icon(SIGNS[level])}<span>{text}</span></p>'


def note(colour: str, sign: str, text: str, *, right: str = "") -> str:
    """A framed note; ``text`` and ``right`` are HTML."""
    return f'<div class="note {colour}">{icon(sign)}<div>{text}</div>{right}</div>'


def state(sign: str, words: str, *, more: str = "", link: tuple[str, str] | None = None) -> str:
    """A whole page that says why there is nothing else on it."""
    step = f'<p><a class="btn p" href="{esc(link[0])}" target="_self">{esc(link[1])}</a></p>' if link else ""
    extra = f'<p class="mut">{esc(more)}</p>' if more else ""
    return (
        f'<div class="state" role="status"><div class="disc">{icon(sign)}</div><h1>{esc(words)}</h1>{extra}{step}</div>'
    )


def clock(moment: datetime | None, now: datetime) -> str:
    """A moment as lists say it: 10:42 today, 11月4日 this year, else with the year."""
    if moment is None:
        return ""
    here = moment.astimezone(now.tzinfo)
    if here.date() == now.date():
        return f"{here:%H:%M}"
    return day_text(here.date(), now.date())


def moment(at: datetime | None) -> str:
    """When something changed, as a list says it."""
    if at is None:
        return ""
    local = here(at)
    days = (today() - local.date()).days
    day = {0: "今天", 1: "昨天"}.get(days, day_text(local.date(), today()))
    return f"{day} {local:%H:%M}" if days < 2 else day
