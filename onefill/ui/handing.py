"""The way a phase is handed in: what keeps it back, the declaration, the receipt, what came back. HTML only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from onefill.definitions.model import Form
from onefill.definitions.procedure import Action
from onefill.fields.chinese import date_text
from onefill.reviews import Move, Remark, RemarkState
from onefill.service.case_shapes import Blocker, CaseState, Correction, PhaseStanding, Settled
from onefill.ui.html import act, chip, esc, icon, moment, note, pressed

#: More are counted, not listed.
MOST = 40
NOTHING = "（空）"
#: Of what keeps a submission back besides remarks so many are named above.
MOST_NAMED = 2
#: Reminders that are open at once.
FEW = 3
#: What an institution is asked to write; places in a list are given by offices.
ASKED = ("opinion", "reason", "date")
#: How a remark stands: colour, symbol, word.
REMARKS = {
    RemarkState.NOTED: ("", "edit_note", "还没发出"),
    RemarkState.OPEN: ("red", "chat_bubble", "没改、没答复"),
    RemarkState.ANSWERED: ("blue", "mark_chat_read", "已答复"),
    RemarkState.CLOSED: ("green", "check_circle", "已关"),
    RemarkState.CANCELLED: ("", "remove", "收回了"),
}
#: The same of one that came back and about which something was done.
DONE: Mapping[Settled, tuple[str, str, str]] = {
    "answered": ("blue", "mark_chat_read", "已答复"),
    "changed": ("blue", "edit", "已改"),
}


@dataclass
class Wish:
    """What a person has said before handing in.

    Attributes:
        declared: Whether the declaration is confirmed.
        tried: Whether it was to be handed in too early, so that what keeps it back is told loudly.
        told: Why an act was refused.
        asked: Key of the action for which something has to be written first.
        seen: Number of the entry that the person looks at.
    """

    declared: bool = False
    tried: bool = False
    told: str = ""
    asked: str = ""
    seen: int | None = None


def stage_chip(standing: PhaseStanding) -> tuple[str, str, str]:
    """Colour, symbol and word of where a phase stands."""
    if standing.stage == "draft":
        return "blue", "edit_note", "填写中"
    return holder_chip(standing.holder, standing.title, passed=standing.passed)


def holder_chip(holder: str, title: str, *, passed: bool) -> tuple[str, str, str]:
    """Colour, symbol and word of a stage."""
    if holder == "owner":
        return "red", "undo", title
    if holder == "office":
        return "blue", "hourglass_top", title
    return ("green", "check_circle", title) if passed else ("red", "cancel", title)


def here(moves: Sequence[Move], form: Form, phase: str) -> list[Move]:
    """Those of a phase."""
    return [move for move in moves if (move.action.phase or form.phases[0].key) == phase]


# -- before it is handed in ----------------------------------------------------------------------------------------


def before(
    move: Move | None,
    blockers: Sequence[Blocker],
    wish: Wish,
    *,
    above: Collection[str] = (),
    withdrawn: bool = False,
    by: Sequence[str] = (),
    taken_back: bool = True,
) -> str:
    """What keeps it back, the declaration, the one blue button; says ``do:ACTION``.

    Args:
        move: The way to hand it in; none if that is for others.
        blockers: What keeps it back.
        wish: What the person has said.
        above: Those of them that stand above already: they are counted, not listed.
        withdrawn: Whether it was just withdrawn.
        by: Titles of the roles that hand it in, if those are others.
        taken_back: Whether it may be taken back until somebody has opened it.
    """
    stopping = [one for one in blockers if one.stops]
    others = [one for one in blockers if not one.stops]
    closed = move.hindered if move and not move.waivable else ""
    words = _how_far(len(stopping), "" if move else "、".join(by), closed)
    colour, sign = ("red", "error") if stopping and wish.tried else ("plain", "info")
    colour, sign = (colour, sign) if stopping or closed else ("green", "check_circle")
    loud = ' role="alert" tabindex="-1" data-focus' if stopping and wish.tried else ""
    html = note("plain sm", "undo", '<span role="status">已撤回，可以接着改</span>') if withdrawn else ""
    html += note("amber sm", "block", f"现在不能提交：{esc(closed)}") if closed else ""
    html += note(f"{colour} sm", sign, f"<b{loud}>{words}</b>")
    html += _blocking([one for one in stopping if one.what not in above], "要改")
    html += _reminders(others)
    if move is None:
        return html + _told(wish)
    html += _declaration(move.action, wish)
    html += _told(wish)
    html += act(f"do:{move.action.key}", move.action.title, kind="btn full" if closed else "btn p full", sign="send")
    html += f'<p class="mut sm">{esc(move.hindered)}</p>' if move.hindered and not closed else ""
    return html + f'<p class="mut sm">提交后填的内容和材料锁住{"；对方打开以前可以撤回" * taken_back}</p>'


def _how_far(stopping: int, others: str, closed: str) -> str:
    """What is still to be done before it is handed in, and by whom that is if not by whoever looks.

    Args:
        stopping: What keeps it back.
        others: By whom it is handed in, if not by whoever looks.
        closed: Why it may not be handed in now, whatever is done to it.
    """
    if closed:
        return f"还有 {stopping} 处要改" if stopping else "填的内容和材料没有要改的"
    if others:
        return f"还有 {stopping} 处要改，改完由{others}提交" if stopping else f"齐了，等{others}提交"
    return f"还有 {stopping} 处要改，改完就能提交" if stopping else "没有要改的，可以提交"


def _blocking(found: Sequence[Blocker], word: str) -> str:
    lines = "".join(_blocker(one, word) for one in found[:MOST])
    more = f'<p class="mut sm">还有 {len(found) - MOST} 处，改完上面的再看</p>' if len(found) > MOST else ""
    return f'<ul class="blk" data-walk>{lines}</ul>{more}' if lines else ""


def _reminders(found: Sequence[Blocker]) -> str:
    """A few of them, so that the button below stays in sight; the rest opens at a click."""
    done = sum(one.locked for one in found)
    handed_in = f'<p class="mut sm">交过、锁住的内容里另有提醒 {done} 处，这里不用管</p>' if done else ""
    found = [one for one in found if not one.locked]
    if not found:
        return handed_in
    rest = _blocking(found[FEW:], "提醒")
    rest = f'<details><summary class="lk">看其余 {len(found) - FEW} 处</summary>{rest}</details>' if rest else ""
    few = _blocking(found[:FEW], "提醒")
    return f'<h3 class="h3">提醒 {len(found)} 处，属实就不用改</h3>{few}{rest}{handed_in}'


def _blocker(one: Blocker, word: str) -> str:
    sign, colour = ("error", "red") if one.stops else ("warning", "amber")
    where = f"item:{one.at.removeprefix('item:')}" if one.at.startswith("item:") else ""
    where = where or f"goto:{one.record}:{one.section}:{one.at}"
    goal = f' data-go="{esc(one.at)}"' if one.section else ""
    place, _, what = one.what.partition("：")
    words = f"<b>{esc(place)}</b> {esc(what)}" if what else esc(place)
    return (
        f'<li><button type="button" data-stop data-act="{esc(where)}"{goal}><span class="{colour}">{icon(sign)}</span>'
        f'<span><span class="vh">{word}：</span>{words}<small>{esc(one.remedy)}</small></span></button></li>'
    )


def _declaration(action: Action, wish: Wish) -> str:
    if not action.declares:
        return ""
    sign = icon("check_box" if wish.declared else "check_box_outline_blank")
    missed = wish.tried and not wish.declared
    said = '<p class="msg bad" role="alert">请先确认承诺</p>' if missed else ""
    words = f"{sign}<span>承诺：{esc(action.declares)}</span>"
    return (
        f'<div class="declare"><button type="button" class="opt" role="checkbox" data-act="declare"'
        f' aria-checked="{pressed(wish.declared)}">{words}</button>{said}</div>'
    )


def _told(wish: Wish) -> str:
    return note("red sm", "error", f'<span role="alert">{esc(wish.told)}</span>') if wish.told else ""


# -- after ---------------------------------------------------------------------------------------------------------


def after(standing: PhaseStanding, moves: Sequence[Move], wish: Wish) -> str:
    """The receipt, what happens next, and what can still be done."""
    colour, sign, word = stage_chip(standing)
    last = standing.acts[-1] if standing.acts else None
    number = f"<br>回执号 <b>{esc(standing.receipt)}</b>" if standing.receipt else ""
    when = f"　{esc(moment(last.when))}" if last else ""
    html = note(f"{colour} sm", sign, f'<b role="status">{esc(word)}</b>{when}{number}')
    html += _said(standing)
    html += _next(standing, moves) if standing.holder == "office" else ""
    html += _told(wish)
    return html + others(moves if not standing.opened else [one for one in moves if one.action.kind != "withdraw"])


def _said(standing: PhaseStanding) -> str:
    """What was said with the last act."""
    last = standing.acts[-1] if standing.acts else None
    words = [part for part in (last.opinion, last.reason) if part] if last and standing.holder != "office" else []
    return "".join(f'<p class="quote">{esc(one)}<small>{esc(last.who)}</small></p>' for one in words if last)


def _next(standing: PhaseStanding, moves: Sequence[Move]) -> str:
    due = f"<b>{esc(date_text(standing.due))}</b>前给结果" if standing.due else "办完给结果"
    if standing.due:
        due += f"，还有 {standing.left} 个工作日" if standing.left >= 0 else f"，已经过了 {-standing.left} 个工作日"
    lines = [due, *([esc(standing.due_note)] if standing.due_note else []), "有要改的会一次告诉您，首页会亮红"]
    if standing.opened:
        who, at = standing.opened
        lines.append(f"{esc(who)} {esc(moment(at))} 已经打开，不能撤回了")
    elif any(move.action.kind == "withdraw" for move in moves):
        lines.append("对方打开以前，随时可以撤回")
    return f'<ol class="then">{"".join(f"<li>{line}</li>" for line in lines)}</ol>'


def others(moves: Sequence[Move]) -> str:
    """What else may be done now; each says ``do:ACTION``."""
    html = ""
    for move in moves:
        if move.action.kind == "submit":
            continue
        kind = "btn full d" if move.action.kind in ("return", "refuse") else "btn full"
        sign = "undo" if move.action.kind in ("withdraw", "return") else ""
        html += act(f"do:{move.action.key}", move.action.title, kind=kind, sign=sign)
        html += f'<p class="mut sm">{esc(move.hindered)}</p>' if move.hindered else ""
    return html


# -- what came back ------------------------------------------------------------------------------------------------


def came_back(state: CaseState, standing: PhaseStanding, more: Sequence[Blocker] = ()) -> str:
    """The note above everything: red where it came back; nothing while it lies with nobody to mend.

    Args:
        state: Of the record.
        standing: Of the phase.
        more: What keeps it back besides the remarks.
    """
    if standing.holder != "owner" or standing.stage == "draft":
        return ""
    by = f"请在{date_text(standing.due)}前" if standing.due else "请"
    sent = [one for one in state.remarks if one.phase == standing.key and one.state is RemarkState.OPEN]
    if not sent and not standing.acts[-1].remarks:  # nothing came back: it may be changed as was asked
        return note("amber sm", "edit_note", f"<b>{esc(standing.title)}</b>，改好以后{by}提交")
    rest = sum(one.id not in state.settled for one in sent)
    if not rest and more:
        named = "、".join(dict.fromkeys(one.label or one.said for one in more[:MOST_NAMED]))
        named += " 等" if len(more) > MOST_NAMED else ""
        still = f"还有 {len(more)} 处拦着不能交：{esc(named)}"
        return note("red sm", "error", f"<b>{len(sent)} 处意见都改了或答复了，{still}</b>。改好再重新提交")
    if not rest:
        return note("amber sm", "chat_bubble", f"<b>{len(sent)} 处都改了或答复了</b>，{by}重新提交")
    left = f"，还有 {rest} 处没改、没答复" if rest < len(sent) else ""
    return note("red sm", "undo", f"<b>被退回，共 {len(sent)} 处{left}</b>，{by}改好重交")


def remark_state(one: Remark, done: Settled | None) -> tuple[str, str, str]:
    """Colour, symbol and word of how a remark stands for whoever has to do something about it."""
    return DONE[done] if done and one.state is RemarkState.OPEN else REMARKS[one.state]


def remark(one: Remark, done: Settled | None = None, *, place: bool = True) -> str:
    """An officer's word: where, what, what to do, and what was answered.

    Args:
        one: Which.
        done: What was done about it since it came back.
        place: Whether it says where it belongs.
    """
    colour, _, word = remark_state(one, done)
    more = [f"怎么改：{esc(one.remedy)}"] if one.remedy else []
    more += [f"依据 {esc(one.clause)}"] if one.clause else []
    remedy = f'<p class="mut">{"　".join(more)}</p>' if more else ""
    when = "上次" if one.state is RemarkState.OPEN and done != "answered" else ""
    answer = f"<p>{when}答复：{esc(one.answer)}</p>" if one.answer else ""
    head = f"<b>{esc(one.label)}</b> " if place else ""
    return (
        f'<div class="remark {colour}" data-i18n-skip><p>{icon("chat_bubble")} {head}{chip(colour, "", word)}</p>'
        f"<p>{esc(one.what)}</p>{remedy}{answer}</div>"
    )


def corrected(told: Correction, titles: Mapping[str, str]) -> str:
    """What was changed since it came back, what must be printed and sealed again, and what stays good.

    Args:
        told: What was changed.
        titles: Of items of the checklist, by id.
    """
    if not (told.differences or told.again or told.items or told.linked):
        return '<p class="mut sm">还没有改动</p>'
    lines = "".join(
        f"<li><b>{esc(one.label)}</b> <del>{esc(one.old) or NOTHING}</del> → <ins>{esc(one.new) or NOTHING}</ins></li>"
        for one in told.differences[:MOST]
    )
    again = "、".join(title for _, title in told.again)
    good = "、".join(title for _, title in told.good)
    html = f'<h3 class="h3">改了 {len(told.differences)} 处</h3><ul class="chg">{lines}</ul>' if lines else ""
    for other in told.linked:
        names = "、".join(one.label for one in other.differences)
        html += note("plain sm", "link", f"{esc(other.title)}“{esc(other.label)}”也改了：{esc(names)}")
    if told.items:
        things = "、".join(titles.get(one, one) for one in told.items)
        html += note("plain sm", "upload_file", f"换过的材料：{esc(things)}")
    if again:
        html += note("amber sm", "update", f"<b>{len(told.again)} 份要重印盖章</b>：{esc(again)}")
    if good:
        html += note("green sm", "check_circle", f"<b>{len(told.good)} 份不用重印</b>：{esc(good)}")
    return html
