"""Remarks on the officer's page: what was said about a place, and the form in which it is said."""

from collections.abc import Sequence
from dataclasses import dataclass

from onefill.fields.chinese import day_text
from onefill.reviews import Remark, RemarkState
from onefill.ui.html import act, chip, esc, icon, note
from onefill.ui.moments import today

STATES = {
    RemarkState.NOTED: ("blue", "未发出"),
    RemarkState.OPEN: ("red", "未答复"),
    RemarkState.ANSWERED: ("amber", "已答复"),
    RemarkState.CLOSED: ("green", "已关闭"),
    RemarkState.CANCELLED: ("", "已收回"),
}
#: Phrases offered at once; the others lie behind a word.
FEW = 3
LONGEST = 1000


@dataclass
class Writing:
    """A remark that is being written.

    Attributes:
        key: Where the form stands on the page.
        at: The place it is about.
        late: Whether what stands there was to be seen the time before, so that a reason is asked.
        id: Of the remark that is written anew.
        refused: Why it was not taken.
    """

    key: str
    at: str
    what: str = ""
    remedy: str = ""
    clause: str = ""
    reason: str = ""
    late: bool = False
    id: str = ""
    refused: str = ""


def listed(remarks: Sequence[Remark], *, office: bool, named: bool = False) -> str:
    """Remarks in order, each with what can be done about it.

    Args:
        remarks: Which.
        office: Whether the submission lies with the office, so that something can be done.
        named: Whether each says which place it is about.
    """
    return "".join(_card(one, office=office, named=named) for one in remarks)


def _card(one: Remark, *, office: bool, named: bool) -> str:
    colour, word = STATES[one.state]
    place = f"<b>{esc(one.label)}</b>" if named else "<b>意见</b>"
    remedy = f'<p class="mut">怎么改：{esc(one.remedy)}</p>' if one.remedy else ""
    answer = f'<p class="ans">{icon("reply")}答复：{esc(one.answer)}</p>' if one.answer else ""
    reason = f'<p class="mut sm">这次才提出：{esc(one.reason)}</p>' if one.reason else ""
    clause = f'<span class="mut sm nb">{esc(one.clause)}</span>' if one.clause else ""
    when = f"{day_text(one.when.date(), today())} {one.when:%H:%M}"
    buttons = _buttons(one) if office else ""
    return (
        f'<div class="rmk {"live" if one.live or one.state is RemarkState.NOTED else "over"}"><div class="row">'
        f'{icon("chat_bubble")}{place}{chip(colour, "", word)}<span class="sp"></span>{clause}</div>'
        f"<p>{esc(one.what)}</p>{remedy}{answer}{reason}"
        f'<p class="row"><small class="mut">{esc(one.by)}　{when}</small>'
        f'<span class="sp"></span>{buttons}</p></div>'
    )


def _buttons(one: Remark) -> str:
    name = f"：{one.label}　{one.what}"
    if one.state is RemarkState.NOTED:
        return act(f"edit:{one.id}", "改", kind="lk", name=f"改{name}") + act(
            f"drop:{one.id}", "收回", kind="lk", name=f"收回{name}"
        )
    if one.live:
        return act(f"close:{one.id}", "关闭", kind="lk", name=f"关闭{name}") + act(
            f"drop:{one.id}", "收回", kind="lk", name=f"收回{name}"
        )
    return ""


@dataclass(frozen=True)
class Phrases:
    """What is offered to be said again: by the pack, and kept by the officers of the unit."""

    given: Sequence[str] = ()
    kept: Sequence[str] = ()


def form(writing: Writing, record: str, phrases: Phrases) -> str:
    """Where a remark is written; says ``remark:`` and what was written, ``forget:`` and a phrase that is given up."""
    late = ""
    if writing.late:
        late = note("amber", "history", "这一处上次就看得见。再提出请写理由") + _box(
            "reason", "为什么这次才提出", writing.reason
        )
    refused = f'<p class="msg bad" role="alert">{icon("error")}<span>{esc(writing.refused)}</span></p>'
    return (
        f'<form class="rmf" data-say="remark" data-keep="{esc(record)}:{esc(writing.key)}" aria-label="写意见">'
        f'<label>哪里、什么不对<textarea name="what" rows="2" maxlength="{LONGEST}" data-focus="{esc(writing.key)}"'
        f' placeholder="写意见：哪里、什么不对">{esc(writing.what)}</textarea></label>{_chips(phrases)}'
        f"{_box('remedy', '怎么改', writing.remedy)}{_box('clause', '依据', writing.clause)}{late}"
        f"{refused if writing.refused else ''}"
        '<label class="row sm"><input type="checkbox" name="keep"> 存成常用语，本单位的人都能用</label>'
        '<div class="row"><button type="submit" class="btn s on">记下 <kbd class="k">Ctrl+回车</kbd></button>'
        '<button type="button" class="btn s" data-act="unwrite" data-cancel>不写了</button></div></form>'
    )


def _box(name: str, label: str, text: str) -> str:
    return f'<label>{label}<input name="{name}" maxlength="{LONGEST}" value="{esc(text)}" autocomplete="off"></label>'


def _chips(phrases: Phrases) -> str:
    kept = [
        f'<span class="pair">{_phrase(one)}{act(f"forget:{one}", "×", kind="phrase", name=f"不再存：{one}")}</span>'
        for one in phrases.kept
    ]
    told = [*kept, *map(_phrase, phrases.given)]
    if not told:
        return ""
    more = f"<details><summary>更多常用语</summary>{''.join(told[FEW:])}</details>" if told[FEW:] else ""
    return f'<div class="phrases" role="group" aria-label="常用语">{"".join(told[:FEW])}{more}</div>'


def _phrase(text: str) -> str:
    return f'<button type="button" class="phrase" data-fill="what" data-text="{esc(text)}">{esc(text)}</button>'
