"""The middle column of the officer's page: the item, the checks, the facts, what has changed, all remarks."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from onefill.facts import Difference
from onefill.fields.chinese import day_text
from onefill.materials import ItemState, Standing
from onefill.reviews import Remark
from onefill.service.case_shapes import CheckLine, Correction, FactLine, FactSection, LinkedChange, LinkedFacts
from onefill.ui.checklists import fact_changes, fingerprint, page_faults
from onefill.ui.html import act, chip, esc, icon, note, pressed
from onefill.ui.moments import today
from onefill.ui.review_items import shown

#: Draws the remarks about a place, and the form there if one is being written; key of the form, path of the place.
Said = Callable[[str, str], str]
TABS = (
    *(("checks", "核对"), ("facts", "数据"), ("changes", "变化")),
    *(("remarks", "意见"), ("sent", "文书"), ("acts", "经过")),
)
CHECKS = {
    "wrong": ("red", "error", "不符"),
    "unknown": ("amber", "help", "没法核对"),
    "right": ("green", "check_circle", "相符"),
}
REMINDER = ("amber", "warning", "提醒")
#: Texts of such a likeness differ by a slip; of others no character is marked.
ALIKE = 0.5
LONGEST = 80
#: Before the id of a check and its place.
CHECK = "check:"
#: Before the id of a linked record that has changed and the place that leads to it: since an office has it, or since
#: the submission before.
SINCE, LINKED = "since:", "linked:"
SINCE_WHEN = {SINCE: "提交以后", LINKED: "上次提交以后"}
#: So many linked records are named in a line.
MOST_NAMED = 2
#: What stands between two facts: not every check asks that they be equal.
SIDES = {"right": "✓", "wrong": "≠", "unknown": "？"}
EMPTY = '<span class="mut">（空）</span>'


def tabs(current: str, counts: dict[str, int]) -> str:
    """What can be looked at; pressing one says ``tab:KEY``."""
    buttons = "".join(
        f'<button type="button" data-act="tab:{key}" aria-pressed="{pressed(key == current)}">'
        f"{word}{f' {counts[key]}' if counts.get(key) else ''}</button>"
        for key, word in TABS
    )
    group = f'<div class="seg" role="group" aria-label="看什么">{buttons}</div>'
    return f'<div class="ph"><h2 class="vh">核对与数据</h2>{group}</div>'


def item_card(one: ItemState, said: Said) -> str:
    """The item that is looked at."""
    colour, sign, word = shown(one)
    at = f"item:{one.id}"
    clause = f'<span class="mut sm clause">{esc(one.material.clause)}</span>' if one.material.clause else ""
    why = f"<p>{esc(one.why)}</p>" if one.why else ""
    if one.faults:
        why = page_faults(one)
    if one.standing is Standing.OLD:
        why = f"<p>传上来以后数据改过；仍然有效的，收下就行</p>{fact_changes(one)}"
    hopeless = note("amber", "warning", esc(one.hopeless)) if one.hopeless else ""
    files = "".join(
        f'<li>{icon("description")}<span>{esc(file.name)}　<small class="mut">{len(file.pages)} 页 · {esc(file.who)}'
        f" {day_text(file.at.date(), today())}</small>{fingerprint(file)}</span></li>"
        for file in one.files
    )
    several = len(one.files) > 1
    advice = "".join(
        f"<li>{icon('info')}<span>{esc(f'“{file.name}”{words}' if several else words)}</span></li>"
        for file in one.files
        for words in file.advice
    )
    return (
        f'<section class="ck"><div class="row"><span class="{colour}">{icon(sign)}</span><b>{esc(one.name)}</b>'
        f'<span class="sp"></span>{clause}<span class="{colour} clause">{word}</span></div>'
        f'{why}{hopeless}<ul class="files">{files}{advice}</ul>{said(at, at)}</section>'
    )


def checks(lines: Sequence[CheckLine], said: Said, *, found: bool) -> str:
    """The automated checks: what does not agree first.

    Args:
        lines: What was held against what.
        said: Draws what is said about a place.
        found: Whether something was found, here or among the materials, that can be written down at once.
    """
    whole = act("write_all:", "查出的都写成意见", kind="btn s", sign="playlist_add") if found else ""
    if not lines:
        return f'{whole}<p class="empty">这一阶段没有自动核对</p>'
    counts = Counter(_look(one)[2] for one in lines)
    words = "　".join(f"{word} {count}" for word, count in counts.items())
    head = f'<h3 class="of">自动核对　{words}{whole}</h3>'
    return head + "".join(_check(one, said) for one in lines)


def _look(one: CheckLine) -> tuple[str, str, str]:
    """Colour, symbol and word of a check."""
    return REMINDER if one.state == "wrong" and one.level != "error" else CHECKS[one.state]


def _check(one: CheckLine, said: Said) -> str:
    colour, sign, word = _look(one)
    name = (
        one.said
        or one.title
        or ("与".join(label for label, _ in one.facts) if len(one.facts) == 2 else one.label)
        or "核对"
    )
    remedy = f'<p class="mut">怎么改：{esc(one.remedy)}</p>' if one.remedy and one.state == "wrong" else ""
    remedy += f'<p class="mut">{esc(one.why)}</p>' if one.why else ""
    clause = f'<span class="mut sm clause">{esc(one.clause)}</span>' if one.clause else ""
    remarks = said(f"{CHECK}{one.id}:{one.at}", one.at) if one.state == "wrong" else ""
    return (
        f'<section class="ck {one.state}"><div class="row"><span class="{colour}">{icon(sign)}</span>'
        f'<b>{esc(name)}</b><span class="sp"></span>{clause}<span class="{colour} nb">{word}</span></div>'
        f"{_sides(one)}{remedy}{remarks}</section>"
    )


def _sides(one: CheckLine) -> str:
    """The facts beside each other; where two differ by a slip, the characters that do are marked."""
    if not one.facts:
        return ""
    texts = [esc(text) for _, text in one.facts]
    between = ""
    if len(one.facts) == 2:
        between = f'<i aria-hidden="true">{SIDES[one.state]}</i>'
        if one.state == "wrong":
            texts = list(marked(one.facts[0][1], one.facts[1][1]))
    boxes = [
        f"<span><small>{esc(label)}</small>{text}</span>" for (label, _), text in zip(one.facts, texts, strict=True)
    ]
    return f'<div class="sides{" two" if between else ""}">{between.join(boxes)}</div>'


def marked(first: str, second: str) -> tuple[str, str]:
    """Two texts, with the characters in which they differ marked; nothing is marked where hardly any is alike."""
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    if first == second or max(len(first), len(second)) > LONGEST or matcher.ratio() < ALIKE:
        return esc(first), esc(second)
    sides = ["", ""]
    for kind, *spans in matcher.get_opcodes():
        for side, (text, start, end) in enumerate(((first, spans[0], spans[1]), (second, spans[2], spans[3]))):
            piece = esc(text[start:end])
            sides[side] += f"<mark>{piece}</mark>" if kind != "equal" and piece else piece
    return sides[0], sides[1]


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What is looked into among the facts.

    Attributes:
        shown: Private facts that were asked for whole, by their path.
        asking: Path of the one that is being asked for.
        unfolded: Paths of links whose records are looked into; where there are several, with the id of each.
    """

    shown: Mapping[str, str]
    asking: str
    unfolded: Collection[str]


def facts(sections: Sequence[FactSection], looked: Looked, said: Said) -> str:
    """The facts, read-only; a row says ``row:SECTION/ID``, a masked one ``show:PATH``, a link ``unfold:PATH``.

    Args:
        sections: What there is.
        looked: What is looked into.
        said: Draws what is said about a place.
    """
    return "".join(_section(one, looked, said) for one in sections) or '<p class="empty">没有数据</p>'


def _section(one: FactSection, looked: Looked, said: Said) -> str:
    count = f'<span class="mut sm">{len(one.rows)} 行</span>' if one.rows else ""
    lines = "".join(_fact(fact, looked, said) for fact in one.facts)
    for number, (id, label) in enumerate(one.rows, 1):
        is_open = id in one.opened
        lines += (
            f'<li class="rw"><button type="button" data-act="row:{esc(one.key)}/{esc(id)}"'
            f' aria-expanded="{pressed(is_open)}">{icon("expand_more" if is_open else "chevron_right")}'
            f'<span class="mut">{number}</span> {esc(label)}</button>{said(f"{one.key}/{id}", f"{one.key}/{id}")}</li>'
        )
        lines += "".join(_fact(fact, looked, said) for fact in one.opened.get(id, ()))
    return f'<section class="fs"><h3 class="of">{esc(one.title)}{count}</h3><ul>{lines}</ul></section>'


def _fact(one: FactLine, looked: Looked, said: Said) -> str:
    words, whole = _text(one, looked)
    if one.leads:
        whole = _way(one.path, "数据", is_open=bool(one.linked), name=f"{one.label}里的数据")
    return (
        f'<li class="fa"><div class="row"><span class="lb">{esc(one.label)}</span>'
        f'<span class="va">{words or EMPTY}</span>{whole}</div>'
        f"{_behind(one, looked)}{said(one.path, one.path)}</li>"
    )


def _text(one: FactLine, looked: Looked) -> tuple[str, str]:
    """What a fact says, and the way to see it whole if it is masked."""
    text = looked.shown.get(one.path) or one.text
    masked = one.private and one.path not in looked.shown
    whole = act(f"show:{one.path}", "看全", kind="lk", name=f"看完整的{one.label}") if masked else ""
    if masked and one.path == looked.asking:
        whole += (
            f'<form class="why" data-say="unmask"><label>用途（会记录）<input name="why" maxlength="100"'
            f' data-focus="why:{esc(one.path)}" autocomplete="off"></label>'
            '<button type="submit" class="btn s">看</button>'
            '<button type="button" class="lk" data-act="show:" data-cancel>不看了</button></form>'
        )
    return (f'<span class="vh">号码已遮住</span>{esc(text)}' if masked else esc(text)), whole


def _way(path: str, words: str, *, is_open: bool, name: str = "") -> str:
    """The way into a linked record, and out of it."""
    called = f' aria-label="{esc(name)}"' if name else ""
    sign = icon("expand_more" if is_open else "chevron_right")
    return (
        f'<button type="button" class="lk" data-act="unfold:{esc(path)}"{called}'
        f' aria-expanded="{pressed(is_open)}">{sign}{esc(words)}</button>'
    )


def _behind(one: FactLine, looked: Looked) -> str:
    """What is read of the linked records; of several first their names."""
    if len(one.linked) == 1:
        return f'<div class="lf">{_told(one.linked[0], looked)}</div>'
    html = ""
    for linked in one.linked:
        path = f"{one.path}#{linked.record}"
        is_open = path in looked.unfolded
        html += f"<div>{_way(path, linked.label, is_open=is_open)}{_told(linked, looked) if is_open else ''}</div>"
    return f'<div class="lf">{html}</div>' if html else ""


def _told(linked: LinkedFacts, looked: Looked) -> str:
    lines = ""
    for fact in linked.facts:
        words, whole = _text(fact, looked)
        lines += f"<dt>{esc(fact.label)}</dt><dd>{words or EMPTY}{whole}</dd>"
    return f"<dl>{lines}</dl>"


def changes(correction: Correction, titles: dict[str, str], said: Said) -> str:
    """What differs from the submission before, and what that means for sealed paper."""
    parts = []
    if correction.again:
        names = "、".join(f"《{title}》" for _, title in correction.again)
        parts.append(note("amber", "print", f"<b>{len(correction.again)} 份</b>要重印盖章：{esc(names)}"))
    if correction.good:
        names = "、".join(f"《{title}》" for _, title in correction.good)
        parts.append(note("green", "check_circle", f"<b>{len(correction.good)} 份</b>原来盖章的还算数：{esc(names)}"))
    if correction.items:
        parts.append(
            note(
                "blue", "upload_file", f"换过的材料：{esc('、'.join(titles.get(one, one) for one in correction.items))}"
            )
        )
    parts += [_change(one, said(one.path, one.path)) for one in correction.differences]
    parts += [_elsewhere(LINKED, one, said) for one in correction.linked]
    parts += [_elsewhere(SINCE, one, said) for one in correction.since]
    if not parts:
        return '<p class="empty">第一次提交，没有可以比的</p>'
    return "".join(parts)


def answered(listed: str, remarks: Sequence[Remark]) -> str:
    """Remarks that were answered and stand beside no change, above what has changed; nothing if there are none."""
    return f'<h3 class="of">答复了的意见 {len(remarks)} 条</h3>{listed}' if remarks else ""


def since_note(since: Sequence[LinkedChange]) -> str:
    """That linked records say otherwise since it was handed in, in a line; nothing if none does."""
    if not since:
        return ""
    named = "、".join(f"{one.title}“{one.label}”" for one in since[:MOST_NAMED])
    more = f" 等 {len(since)} 份" if len(since) > MOST_NAMED else ""
    words = f"提交以后改过：{esc(named + more)}。这里照交来时的审"
    return note("amber", "history", words, right=act("tab:changes", "看变化", kind="lk"))


def said_elsewhere(since: str, one: LinkedChange) -> str:
    """That a linked record says otherwise, in the words of a remark; what it says is for whoever may see it.

    Args:
        since: ``SINCE`` or ``LINKED``.
        one: What it says otherwise.
    """
    changed = "、".join(change.label for change in one.differences)
    return f"{SINCE_WHEN[since]}，{one.title}“{one.label}”改过：{changed}"


def _elsewhere(since: str, one: LinkedChange, said: Said) -> str:
    judged = "。这里照交来时的审" if since == SINCE else ""
    changes = "".join(_change(change, "") for change in one.differences)
    remarks = said(f"{since}{one.record}:{one.at}", one.at)
    return f'<div class="since"><p>{esc(said_elsewhere(since, one))}{judged}</p>{changes}{remarks}</div>'


def _change(one: Difference, said: str) -> str:
    colour, word = {"changed": ("", "改"), "added": ("green", "新增"), "removed": ("red", "删除")}[one.kind]
    old = f"<del>{esc(one.old)}</del>" if one.old else EMPTY
    new = f"<ins>{esc(one.new)}</ins>" if one.new else EMPTY
    if one.kind == "changed" and one.old and one.new and not one.masked:
        left, right = marked(one.old, one.new)
        old, new = f"<del>{left}</del>", f"<ins>{right}</ins>"
    alike = '<small class="mut">　遮住的几位不同</small>' if one.masked and one.old == one.new else ""
    return (
        f'<section class="ck"><div class="row">{chip(colour, "", word)}<b>{esc(one.label)}</b><span class="sp"></span>'
        f'<span class="mut sm">{esc(one.section)}</span></div><div class="chg">{old}<br>{new}{alike}</div>'
        f"{said}</section>"
    )


def all_remarks(listed: str, remarks: Sequence[Remark]) -> str:
    """Every remark of the phase, or that there is none."""
    return listed if remarks else '<p class="empty">还没有意见。按 <kbd class="k">W</kbd> 写一条</p>'
