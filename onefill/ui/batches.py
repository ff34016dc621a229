"""待办, several cases at once: what may be done to those that are chosen, what it asks, what became of each."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from onefill.definitions.procedure import CaseList
from onefill.service.batch_shapes import Batch, BatchCase, Choice, Unlooked
from onefill.service.desk import new_id
from onefill.ui.deciding import area, line
from onefill.ui.html import act, esc, icon, link, note, pressed
from onefill.ui.moments import here

#: So many cases are named that could not go or were not looked at, and so many materials of each.
MOST_NAMED, MOST_ITEMS = 20, 4
KINDS = (("pdf", "PDF"), ("xlsx", "Excel"))


@dataclass
class Together:
    """What somebody is about to do to several cases.

    Attributes:
        picked: The cases, in the order in which they were chosen.
        asking: Form and key of the action that is about to be done; empty if none is.
        said: What was written for it.
        unlooked: Those of them with materials at which nobody has looked, if the action asks about them.
        refused: Why it was not done.
        running: Id of the batch that is to be done now.
        shown: Id of the batch whose result is shown.
        request: So that two clicks make one batch.
    """

    picked: list[str] = field(default_factory=list)
    asking: tuple[str, str] = ("", "")
    said: dict[str, str] = field(default_factory=dict)
    unlooked: Sequence[Unlooked] = ()
    refused: str = ""
    running: str = ""
    shown: str = ""
    request: str = field(default_factory=new_id)

    def pick(self, records: Sequence[str], *, on: bool) -> None:
        """Choose some more, or some no longer."""
        others = [one for one in self.picked if one not in records]
        self.picked = [*others, *records] if on else others
        self.asking = ("", "")

    def begun(self, batch: str) -> None:
        """A batch was begun: it is done next, and nothing is chosen any more."""
        self.picked, self.asking, self.said, self.refused = [], ("", ""), {}, ""
        self.running, self.request = batch, new_id()


def box(record: str, label: str, picked: Collection[str]) -> str:
    """A box to choose a case by; it says ``pick:ID`` or ``unpick:ID``."""
    on = record in picked
    verb = "unpick" if on else "pick"
    return (
        f'<button type="button" class="tick" role="checkbox" aria-checked="{pressed(on)}"'
        f' data-act="{verb}:{esc(record)}" aria-label="选中：{esc(label)}">{icon("check") if on else ""}</button>'
    )


def box_of_all(records: Sequence[str], picked: Collection[str]) -> str:
    """The same for all of a page: ``pickall`` or ``unpickall``."""
    on = bool(records) and all(one in picked for one in records)
    verb = "unpickall" if on else "pickall"
    return (
        f'<button type="button" class="tick" role="checkbox" aria-checked="{pressed(on)}" data-act="{verb}"'
        f' aria-label="选中这一页能办的">{icon("check") if on else ""}</button>'
    )


def bar(together: Together, choices: Sequence[Choice]) -> str:
    """What may be done to those that are chosen; a button says ``together:FORM:ACTION``."""
    if not together.picked:
        return ""
    count = len(together.picked)
    buttons = "".join(
        act(f"together:{one.form}:{one.action}", f"{one.title}（{len(one.records)} 件）", kind="btn s")
        for one in choices
    )
    nothing = '<span class="mut sm">选的这些没有能一起办的，打开一件一件办</span>'
    return (
        f'<div class="tools together" role="group" aria-label="一起办"><b>选了 {count} 件</b>'
        f'{act("unpickno", "都不选", kind="lk")}<span class="sp"></span>{buttons or nothing}</div>'
    )


def asking(together: Together, choices: Sequence[Choice]) -> str:
    """What the action asks, once for all of them; it says ``go:`` and what was written."""
    chosen = next((one for one in choices if (one.form, one.action) == together.asking), None)
    if chosen is None:
        return ""
    others = len(together.picked) - len(chosen.records)
    told = f"{len(chosen.records)} 件一起“{esc(chosen.title)}”，写的每件都一样，每件各记一笔。不能办的会逐件说明。"
    told += f"另外 {others} 件不在这一环节，不动。" if others else ""
    boxes = area("opinion", "意见", together.said.get("opinion", "")) if "opinion" in chosen.asks else ""
    boxes += area("reason", "理由", together.said.get("reason", "")) if "reason" in chosen.asks else ""
    if "date" in chosen.asks:
        boxes += line("day", "日期", together.said.get("day", ""), "例 20261207 或 12.7")
    refused = f'<p class="msg bad" role="alert">{icon("error")}<span>{esc(together.refused)}</span></p>'
    return (
        f'<form class="ask" data-say="go" aria-label="{esc(chosen.title)}"><h2>{esc(chosen.title)}</h2><p>{told}</p>'
        f"{_unlooked(together.unlooked)}{boxes}{refused if together.refused else ''}"
        f'<div class="row"><button type="submit" class="btn p">{len(chosen.records)} 件{esc(chosen.title)}</button>'
        '<button type="button" class="btn" data-act="unask" data-cancel>先不做</button></div></form>'
    )


def _unlooked(cases: Sequence[Unlooked]) -> str:
    """What nobody has looked at, case by case with the way to each; nothing if all is looked at."""
    if not cases:
        return ""
    count = sum(len(one.items) for one in cases)
    rows = "".join(map(_unlooked_case, cases[:MOST_NAMED]))
    more = f'<li class="mut">另外 {len(cases) - MOST_NAMED} 件也有没看的</li>' if len(cases) > MOST_NAMED else ""
    words = f"{len(cases)} 件里有 {count} 项材料没看：没有收下，也没有意见。点开看，或照样做"
    return f"<p>{words}</p><ul>{rows}{more}</ul>"


def _unlooked_case(one: Unlooked) -> str:
    name = link(f"./review?record={one.record}", f"open:{one.record}", one.label, kind="ti")
    items = "、".join(one.items[:MOST_ITEMS]) + " 等" * (len(one.items) > MOST_ITEMS)
    return f"<li>{name}　{len(one.items)} 项没看：{esc(items)}</li>"


def said_in(text: str) -> dict[str, str]:
    """What was written into the form."""
    told: dict[str, Any] = json.loads(text)
    return {key: str(value).strip() for key, value in told.items()}


def broken(batches: Sequence[Batch]) -> str:
    """Batches that broke off, each with the way to go on: ``resume:ID``."""
    return "".join(
        note(
            "amber",
            "warning",
            f"<b>“{esc(one.title)}”没办完</b>　{len(one.cases)} 件里办成 {len(one.gone)} 件，"
            f"{here(one.when):%m-%d %H:%M} 断在半路。办过的不会再办一次",
            right=act(f"resume:{one.id}", "接着办", kind="btn s"),
        )
        for one in batches
    )


def result(batch: Batch, lists: Sequence[CaseList]) -> str:
    """What became of each, and the lists to print; it says ``unshow``."""
    left = batch.left
    tone, sign = ("amber", "warning") if left else ("green", "check_circle")
    words = f"<b>“{esc(batch.title)}”办成 {len(batch.gone)} 件</b>"
    words += f"，{len(left)} 件没有办：" if left else ""
    papers = "".join(_paper(batch.id, kind, word, f"{batch.title}清单") for kind, word in KINDS)
    named = "".join(
        f'<b class="sm">{esc(one.title)}</b>'
        + "".join(_paper(batch.id, kind, word, one.title, one.key) for kind, word in KINDS)
        for one in lists
        if batch.gone
    )
    rows = "".join(_left(one) for one in left[:MOST_NAMED])
    more = f'<li class="mut">还有 {len(left) - MOST_NAMED} 件，见清单</li>' if len(left) > MOST_NAMED else ""
    reasons = f'<ul class="whynot">{rows}{more}</ul>' if left else ""
    return (
        note(tone, sign, words, right=act("unshow", "知道了", kind="btn s"))
        + reasons
        + f'<div class="foot lists" data-i18n-skip><span class="mut sm">印这一批</span><b class="sm">清单</b>{papers}'
        f'{named}<span data-told role="status" class="mut sm"></span></div>'
    )


def _left(case: BatchCase) -> str:
    return f"<li><b>{esc(case.label)}</b>　{esc(case.why or '还没有办')}</li>"


def _paper(batch: str, kind: str, words: str, title: str, listed: str = "") -> str:
    asked = f"?list={esc(listed)}" if listed else ""
    told = f'type="button" class="btn s" data-file="./of/batch/{esc(batch)}/{kind}{asked}"'
    return f'<button {told} aria-label="下载{esc(title)}（{words}）">{icon("download")}{words}</button>'
