"""历史: the timeline, two states beside each other in words, what must be printed again, files of the past."""

from collections.abc import Collection, Sequence

from onefill.facts import Difference
from onefill.service.history_shapes import Comparison, Moment, PaperFate, PastPaper, SectionChanges
from onefill.ui.html import act, chip, esc, icon, moment, note, pressed
from onefill.ui.papers import FORMATS

SIGNS = {
    "draft": ("blue", "edit_note"),
    "created": ("", "note_add"),
    "printed": ("", "print"),
    "kept": ("green", "bookmark"),
    "linked": ("", "link"),
    "before_restoring": ("", "save"),
    "restored": ("blue", "settings_backup_restore"),
    "before_migrating": ("", "save"),
    "migrated": ("blue", "update"),
}
#: Changes of one section listed at first; the rest at a press.
MOST_LISTED = 60
#: Longer texts are cut, the whole is in the title.
LONGEST = 140


def timeline(moments: Sequence[Moment], picked: Collection[int]) -> str:
    """Every version, the newest first; a line says ``pick:N``. The two that are compared wear 旧 and 新.

    Where none is picked there is nothing to compare.
    """
    lines = "".join(_line(one, moments, picked) for one in moments)
    return (
        '<div class="ph"><h2>经过</h2><span class="sp"></span><span class="mut sm">'
        f"{'点两条比一比' if picked else ''}</span></div>"
        f'<ol class="tl" data-scroll="timeline" data-walk data-i18n-skip>{lines}</ol>'
    )


def _line(one: Moment, moments: Sequence[Moment], picked: Collection[int]) -> str:
    colour, sign = SIGNS.get(one.act, ("", "history"))
    on = one.n in picked
    chosen = [moment.n for moment in moments if moment.n in picked]
    tag = f'<em class="tag">{"新" if one.n == chosen[0] else "旧"}</em>' if on and len(chosen) > 1 else ""
    words = f"<q>{esc(one.note)}</q>" if one.note else ""
    who = " · ".join(part for part in (one.name if one.number else "" if one.n else "草稿", one.who) if part)
    return (
        f'<li class="{"on" if on else ""}"><button type="button" class="mo" data-stop data-act="pick:{one.n}"'
        f' aria-pressed="{pressed(on)}"><span class="dot {colour}">{icon(sign)}</span>'
        f'<span class="tx"><b>{esc(one.what)}</b>{tag}{words}'
        f"<small>{esc(who)}</small>"
        f"<small>{esc(moment(one.when))}　{esc(_size(one))}</small></span></button></li>"
    )


def _size(one: Moment) -> str:
    if one.gone:
        return "内容已销毁"
    if not one.changed:
        return "内容没有变"
    named = "、".join(f"{title} {count}" for title, count in list(one.sections.items())[:2])
    rest = " 等" if len(one.sections) > 2 else ""
    verb = "填了" if one.n == 1 else "改了"
    return f"{verb} {one.changed} 处：{named}{rest}"


def head(comparison: Comparison, *, restorable: bool, files: bool) -> str:
    """Which two are compared, how much differs, and what can be done with the older one."""
    old, new = comparison.old, comparison.new
    counts = "".join(
        chip(colour, "", f"{word} {comparison.count(kind)}")
        for kind, word, colour in (("changed", "改", ""), ("added", "新增", "green"), ("removed", "删除", "red"))
        if comparison.count(kind)
    )
    of = old.name if old.number else f"{old.name}的"
    buttons = act("files", f"{of}材料", kind=f"btn s{' on' if files else ''}", sign="download") if old.n else ""
    if restorable:
        buttons += act(f"ask:{old.n}", f"恢复{_state(old)}", kind="btn s", sign="settings_backup_restore")
    title = f"{old.name} → {new.name}" if old != new else new.name
    return (
        f'<div class="ph wrap" data-i18n-skip><h2>{esc(title)}</h2>{counts}'
        f'<span class="sp"></span><span class="acts">{buttons}</span></div>'
    )


def _state(old: Moment) -> str:
    return old.name if old.number else f"{old.name}的样子"


def question(old: Moment, newest: int, *, unsaved: bool) -> str:
    """Before restoring: what will become of what is there now. Buttons say ``restore:N`` and ``ask:``.

    Args:
        old: What is to be restored.
        newest: Number of the newest version, as people count.
        unsaved: Whether anything was changed since.
    """
    first = f"现在的改动先留成第 {newest + 1} 版，" if unsaved else ""
    after = newest + (2 if unsaved else 1)
    safe = "什么都不会丢，随时可以再恢复回来"
    words = f"<b>恢复{_state(old)}？</b>　{first}恢复以后是第 {after} 版。{safe}"
    buttons = act(f"restore:{old.n}", "恢复", kind="btn s p") + act("ask:", "不恢复", kind="btn s")
    return note("amber flat", "settings_backup_restore", words, right=f'<span class="acts">{buttons}</span>')


def fates(papers: Sequence[PaperFate]) -> str:
    """What must be printed and sealed again, and what stays good."""
    again = [paper for paper in papers if paper.fate == "again"]
    good = [paper for paper in papers if paper.fate == "good"]
    sealed = [paper for paper in again if paper.sealed]
    plain = [paper for paper in again if not paper.sealed]
    parts = [
        f"<b>{len(group)} 份</b>{word}：{esc(_titles(group))}"
        for group, word in ((sealed, "要重印盖章"), (plain, "要重印"))
        if group
    ]
    if good:
        parts.append(f"{'其余 ' if again else ''}{len(good)} 份不用重印")
    for fate, word in (("fresh", "现在齐了，可以印"), ("gone", "现在不用了"), ("broken", "模板现在用不了")):
        found = [paper for paper in papers if paper.fate == fate]
        if found:
            parts.append(f"{word}：{esc(_titles(found))}")
    if not parts:
        return ""
    colour, sign = ("amber", "print") if again else ("green", "check_circle")
    return note(f"{colour} flat", sign, "。".join(parts) + "。")


def _titles(papers: Sequence[PaperFate]) -> str:
    return "、".join(f"《{paper.title}》" for paper in papers)


def files(record: str, old: Moment, papers: Sequence[PastPaper]) -> str:
    """The documents of a version, each in its formats; the page script fetches them."""
    address = f"./of/past/{esc(record)}/{old.n}"
    if not papers:
        return '<p class="empty sm">这一版没有可以印的附件</p>'
    lines = "".join(_paper(address, one) for one in papers)
    everything = (
        f'<button type="button" class="btn s" data-file="{address}">{icon("folder_zip")}全部打包（ZIP）</button>'
    )
    return (
        f'<div class="past"><div class="row"><span data-told role="status" class="mut sm">'
        f"印过的是当时那一份，一个字节不差；没印过的照{esc(old.name)}的数据和模板生成</span>{everything}</div>"
        f'<ul data-scroll="past">{lines}</ul></div>'
    )


def _paper(address: str, one: PastPaper) -> str:
    paper = one.state
    buttons = "".join(
        f'<button type="button" class="lk" data-file="{address}/{esc(paper.key)}/{suffix[1:]}"'
        f' aria-label="下载 {FORMATS[suffix]}：{esc(paper.title)}">{FORMATS[suffix]}'
        f"{'（印过）' if suffix in one.printed else ''}</button>"
        for suffix in paper.formats
    )
    draft = chip("red", "error", "草稿") if paper.state == "draft" else ""
    return f'<li><span class="ti">{esc(paper.title)}</span>{draft}<span class="sp"></span>{buttons}</li>'


def changes(comparison: Comparison, whole: Collection[str]) -> str:
    """Every change by section; a long section says ``whole:TITLE`` to be listed to its end."""
    if not comparison.sections:
        nothing = "两版的内容一样" if comparison.old.n != comparison.new.n else "只有这一版，还没有可以比的"
        return f'<p class="empty">{nothing}</p>'
    bodies = "".join(_section(one, whole=one.title in whole) for one in comparison.sections)
    return (
        '<div class="diffs" data-scroll="diffs" tabindex="0" aria-label="改动" role="region" data-i18n-skip>'
        '<table class="tbl dft"><thead><tr><th>怎么变</th><th>哪里</th>'
        f"<th>{esc(comparison.old.name)}</th><th>{esc(comparison.new.name)}</th></tr></thead>{bodies}</table></div>"
    )


def _section(section: SectionChanges, *, whole: bool) -> str:
    found = section.differences
    listed = found if whole else found[:MOST_LISTED]
    rows = "".join(map(_change, listed))
    more = len(found) - len(listed)
    rest = (
        f'<tr><td colspan="4">{act(f"whole:{section.title}", f"还有 {more} 处，全部列出", kind="lk")}</td></tr>'
        if more
        else ""
    )
    sign = icon("link") if section.record else ""
    return (
        f'<tbody><tr class="sec"><th colspan="4" scope="rowgroup">{sign}{esc(section.title)}'
        f'<span class="mut sm">{len(found)} 处</span></th></tr>{rows}{rest}</tbody>'
    )


def _change(one: Difference) -> str:
    is_row = one.path.count("/") == 1
    words = {"changed": "改", "added": "新增" if is_row else "填上", "removed": "删除" if is_row else "清空"}
    colour, sign = {"changed": ("", "edit"), "added": ("green", "add"), "removed": ("red", "remove")}[one.kind]
    old = f"<del>{_cut(one.old)}</del>" if one.old else '<span class="mut">（空）</span>'
    if is_row and one.kind == "added":
        old, new = '<span class="mut">（没有）</span>', f"<ins>新增（{_cut(one.new)}）</ins>"
    elif one.new:
        new = f'<ins class="{"" if one.kind == "added" else "ch"}">{_cut(one.new)}</ins>'
    else:
        new = f'<span class="mut">{"已删除" if is_row else "（空）"}</span>'
    alike = '<small class="mut">遮住的几位不同</small>' if one.masked and one.old == one.new else ""
    return (
        f'<tr><td class="how {colour}">{icon(sign)}{words[one.kind]}</td><td class="wh">{esc(one.label)}</td>'
        f"<td>{old}</td><td>{new}{alike}</td></tr>"
    )


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return esc(text)
    return f'<span title="{esc(text)}">{esc(text[:LONGEST])}…</span>'
