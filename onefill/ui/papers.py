"""附件: the papers of a phase, the pages of one, and the packet being made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from onefill.problems import FieldPlace
from onefill.service.job_shapes import Job
from onefill.service.shapes import DocumentState, PhaseState
from onefill.service.touched import Trouble
from onefill.ui.html import act, chip, esc, icon, moment, note, pressed

STATES = {
    "ready": ("green", "check_circle", "齐"),
    "again": ("amber", "update", "要重印"),
    "draft": ("red", "error", "草稿"),
    "not_needed": ("", "remove", "不用"),
    "broken": ("red", "error", "模板有错"),
}
FORMATS = {".docx": "Word", ".xlsx": "Excel", ".pdf": "PDF"}
OPTION_SIGNS = {
    "radio": ("radio_button_unchecked", "radio_button_checked"),
    "checkbox": ("check_box_outline_blank", "check_box"),
}
MOST_COPIES = 20
MOST_TROUBLES = 30
A_MINUTE = 60


@dataclass
class Wishes:
    """How the packet is to be.

    Attributes:
        left_out: Ready papers that are not to go in.
        copies: How often each.
        duplex: Printed on both sides, so that each paper begins on a fresh sheet.
        drafts: Unfinished papers too, marked as such.
        cover: A page in front that lists the papers.
    """

    left_out: set[str] = field(default_factory=set)
    copies: int = 1
    duplex: bool = False
    drafts: bool = False
    cover: bool = False

    def chosen(self, papers: Sequence[DocumentState]) -> tuple[str, ...]:
        """The papers that go in."""
        fit = ("ready", "draft") if self.drafts else ("ready",)
        return tuple(p.key for p in papers if p.printable and p.state in fit and p.key not in self.left_out)


def listing(title: str, papers: Sequence[DocumentState], wishes: Wishes, current: str, again: Mapping[str, str]) -> str:
    """The papers with their readiness; buttons say ``paper:KEY`` and ``tick:KEY``.

    Args:
        title: Of the phase.
        papers: In filing order.
        wishes: Which of them go in.
        current: Key of the one that is shown.
        again: Those that must be printed again, with the reason.
    """
    counts = "".join(_count(papers, state, again) for state in STATES)
    lines = "".join(_paper(paper, wishes, again.get(paper.key, ""), on=paper.key == current) for paper in papers)
    nothing = '<p class="empty">这一阶段不出附件。可以打印填报信息汇总</p>'
    return (
        f'<div class="ph" data-i18n-skip><h2>{esc(title)}的 {len(papers)} 份</h2><span class="sp"></span>{counts}</div>'
        + (f'<ul class="docs" data-scroll="docs" data-walk data-i18n-skip>{lines}</ul>' if papers else nothing)
    )


def _count(papers: Sequence[DocumentState], state: str, again: Mapping[str, str]) -> str:
    count = sum(("again" if paper.key in again else paper.state) == state for paper in papers)
    colour, _, word = STATES[state]
    return chip(colour, "", f"{word} {count}") if count else ""


def _paper(paper: DocumentState, wishes: Wishes, again: str, *, on: bool) -> str:
    colour, sign, word = STATES["again" if again else paper.state]
    ticked = bool(wishes.chosen([paper]))
    able = paper.printable and (paper.state == "ready" or wishes.drafts)
    tick = (
        f'<button type="button" role="checkbox" aria-checked="{pressed(ticked)}" data-act="tick:{esc(paper.key)}"'
        f' aria-label="放进成套材料：{esc(paper.title)}">{icon("check") if ticked else ""}</button>'
        if able
        else ""
    )
    current = ' aria-current="true"' if on else ""
    why = f' class="{colour}"' if colour in ("red", "amber") else ""
    return (
        f'<li class="{"on" if on else ""}"><span class="ck">{tick}</span>'
        f'<button type="button" class="doc" data-stop data-act="paper:{esc(paper.key)}"{current}>'
        f"<b>{esc(paper.title)}</b><small{why}>{esc(again or reason(paper))}</small></button>"
        f"{chip(colour, sign, word)}</li>"
    )


def reason(paper: DocumentState) -> str:
    """Why a paper is as it is, in one line."""
    if paper.state == "ready":
        return f"{paper.items} 份，可以打印" if paper.items > 1 else "可以打印"
    if paper.state == "draft" and paper.troubles:
        missing = [trouble for trouble in paper.troubles if trouble.finding.missing]
        place = paper.troubles[0].finding.problem.place if paper.troubles else None
        first = place.label if isinstance(place, FieldPlace) else ""
        word = "缺" if len(missing) == len(paper.troubles) else "要改"
        return f"{word} {len(paper.troubles)} 处：{first}{' 等' if len(paper.troubles) > 1 else ''}"
    return paper.reason


def warning(paper: DocumentState, again: str = "") -> str:
    """What stands between this paper and being filed; a line says ``mend:RECORD:SECTION:PATH``.

    Args:
        paper: Which.
        again: Why it must be printed again, and which pages; empty if it need not.
    """
    if again:
        return note("amber flat", "update", f"<b>要重印</b>　{esc(again)}")
    if paper.state == "broken":
        return note("red flat", "error", f"<b>这份的模板用不了</b>　{esc(paper.reason)}")
    if paper.state != "draft":
        return ""
    lines = "".join(f"<li>{_mend(trouble)}</li>" for trouble in paper.troubles[:MOST_TROUBLES])
    now = "现在打印每页带“草稿”，不进成套材料" if paper.printable else "补上才有可打印的"
    head = f"<b>{f'还有 {len(paper.troubles)} 处' if paper.troubles else esc(paper.reason)}</b>，{now}"
    if not lines:
        return note("red flat", "error", head)
    listed = f'<ul class="wrongs" data-scroll="wrongs" tabindex="0" data-i18n-skip>{lines}</ul>'
    return note("red flat", "error", head) + listed


def _mend(trouble: Trouble) -> str:
    problem = trouble.finding.problem
    place = problem.place if isinstance(problem.place, FieldPlace) else FieldPlace("", "")
    said = f"mend:{trouble.record}:{trouble.finding.section}:{place.path}"
    name = f"去改：{trouble.record_label} · {place.label}"
    goal = act(said, "去改", kind="lk", name=name, go=place.path)
    return f"<b>{esc(place.label)}</b>　{esc(problem.what)}　{goal}"


def packet(record: str, papers: Sequence[DocumentState], wishes: Wishes, jobs: Sequence[tuple[str, Job]]) -> str:
    """The right column: what goes in, how it is printed, how far it is, what came of it."""
    running = next((job for _, job in jobs if job.going), None)
    made = "".join(_made(record, words, job) for words, job in jobs if not job.going)
    summary = f'<button type="button" class="lk" data-file="./of/summary/{esc(record)}">填报信息汇总（PDF）</button>'
    if papers:
        bag = "数据、办理记录、印过的附件和交过的全部文件，附校验码清单"
        told = f'type="button" class="lk" data-file="./of/bag/{esc(record)}" title="{bag}"'
        summary += f"<button {told}>办件档案包（ZIP）</button>"
    advice = note("blue sm", "print", "<b>打印时</b>：纸张 A4，缩放选 100%，不要“适合纸张”")
    head = '<div class="ph"><h2>成套材料</h2></div><div class="pk" data-scroll="packet">'
    if not papers:
        return f'{head}<p class="empty">这里没有附件要印</p>{advice}{made}{summary}</div>'
    chosen = len(wishes.chosen(papers))
    start = progress(running) if running else _make() if chosen else _nothing_chosen(papers, wishes)
    return (
        f'{head}<div class="kv"><span>已选</span><b>{chosen} 份</b></div>'
        f'<div class="kv"><span id="copies">每份印</span>{_copies(wishes.copies)}</div>'
        f'<div role="radiogroup" aria-label="单双面">{_option("single", "单面", on=not wishes.duplex, kind="radio")}'
        f"{_option('duplex', '双面，单页后补白页', on=wishes.duplex, kind='radio')}</div>"
        f"{_option('cover', '前面加一页目录', on=wishes.cover, kind='checkbox')}"
        f"{_option('drafts', '带未完成的（页眉印“草稿”）', on=wishes.drafts, kind='checkbox')}"
        f"{start}{advice}{made}{summary}</div>"
    )


def _nothing_chosen(papers: Sequence[DocumentState], wishes: Wishes) -> str:
    drafts = any(p.printable and p.state == "draft" for p in papers) and not wishes.drafts
    words = "都还没填完。先把要改的改好，或选上“带未完成的”印草稿" if drafts else "没有可以印的，左边一份都没有选"
    return f'<p class="empty" role="status">{words}</p>'


def _make() -> str:
    packet = act("make", "生成成套 PDF", kind="btn p full", sign="picture_as_pdf")
    return packet + act("zip", "打包下载（ZIP）", kind="btn full", sign="folder_zip")


def _copies(count: int) -> str:
    fewer, more = act("fewer", "−", kind="", name="少印一份"), act("more", "＋", kind="", name="多印一份")
    return f'<span class="stepper" role="group" aria-labelledby="copies">{fewer}<span>{count}</span>{more}</span>'


def _option(action: str, words: str, *, on: bool, kind: str) -> str:
    return (
        f'<button type="button" class="opt" role="{kind}" aria-checked="{pressed(on)}" data-act="{action}">'
        f"{icon(OPTION_SIGNS[kind][on])}<span>{esc(words)}</span></button>"
    )


def progress(job: Job, doing: str = "正在生成", *, even: bool = True) -> str:
    """How far a job is, and a button that says ``stop``.

    Args:
        job: The job.
        doing: What it does, in two words.
        even: Whether all it does takes equally long, so that one can tell how long it will still take.
    """
    percent = 100 * job.done // job.total if job.total else 0
    figure = f"{job.done} / {job.total}" if job.total else ""
    what = f"正在做：{job.what}。可以先去做别的" if job.what else "可以先去做别的"
    stop = act("stop", "停下", kind="btn full")
    if job.stopping:
        what, stop = "正在停下…", ""
    head = f"{doing} {figure}" if job.state == "running" else "在排队"
    return (
        f'<div class="prog" role="status"><div class="row"><b>{head}</b>'
        f'<span class="mut sm">{_how_long(job, even)}</span></div>'
        f'<div class="bar" role="progressbar" aria-label="进度" aria-valuenow="{percent}" aria-valuemin="0"'
        f' aria-valuemax="100"><i style="width:{percent}%"></i></div><p class="sm mut">{esc(what)}</p></div>{stop}'
    )


def _how_long(job: Job, even: bool) -> str:
    left = job.seconds_left if even else None
    if left is None:
        return f"已用 {int(job.seconds)} 秒"
    return f"约 {ceil(left)} 秒" if left < A_MINUTE else f"约 {ceil(left / A_MINUTE)} 分钟"


def _made(record: str, words: str, job: Job) -> str:
    if job.state == "stopped":
        return f'<p class="last mut" role="status">{esc(words)}　{esc(job.message)}</p>'
    if job.state == "failed" or job.result is None:
        return note("red sm", "error", esc(job.message))
    pages = f" · {job.result.pages} 页" if job.result.pages else ""
    mark = f"<br>数据校验码 {esc(job.result.hash)}" if job.result.hash else ""
    notes = "".join(f'<p class="amber">{esc(one)}</p>' for one in job.result.notes)
    return (
        f'<div class="last" data-i18n-skip><p class="mut">{esc(words)}　{esc(moment(job.ended))}{pages}{mark}</p>'
        f'<button type="button" class="btn full made" data-file="./of/made/{esc(record)}/{job.id}">'
        f"{icon('download')}<span>{esc(job.result.name)}</span></button>"
        f"{notes}</div>"
    )


def phase_tabs(every: Sequence[PhaseState], current: str) -> str:
    """The phases that there are, side by side; a button says ``phase:KEY``. Nothing if there is only one."""
    phases = [one for one in every if one.wanted or one.key == current]
    if len(phases) < 2:
        return ""
    buttons = "".join(
        f'<button type="button" data-act="phase:{esc(phase.key)}" aria-pressed="{pressed(phase.key == current)}">'
        f"{esc(phase.title)}</button>"
        for phase in phases
    )
    group = f'<div class="seg" role="group" aria-label="哪一阶段">{buttons}</div>'
    return f'<div class="phases" data-i18n-skip>{group}</div>'
