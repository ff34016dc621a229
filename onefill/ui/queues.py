"""待办: the figures that are filters, the lines of a queue, what stands below them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from onefill.definitions.procedure import CaseList
from onefill.fields.chinese import day_text
from onefill.service.case_shapes import Filters, Queue, QueueLine
from onefill.service.queues import ALL, PAGE
from onefill.ui.batches import box, box_of_all
from onefill.ui.hands import Hands, in_hand
from onefill.ui.html import act, chip, esc, icon, link, pressed

#: The figures in order: filter, words, colour, symbol.
FIGURES = (
    ("overdue", "逾期", "red", "alarm"),
    ("today", "今天到期", "amber", "schedule"),
    ("waiting", "待我审", "", ""),
    ("mine", "我的", "", ""),
    ("free", "未分派", "", ""),
    ("office", "审核中", "", ""),
    ("returned", "等补正", "", ""),
    ("done", "已办结", "", ""),
)
#: How often a case must have come back at least, as one may ask.
BACK = {"1": "退回过的", "2": "两次以上"}
#: Where the cursor is when the page comes; of a list that was empty nothing takes it from where it is.
FIRST = "first-line"
NOTHING = {
    "overdue": "没有逾期的",
    "today": "今天没有到期的",
    "waiting": "没有等您审的",
    "mine": "没有您承办的。在“未分派”里认领",
    "free": "都有人承办了",
    "office": "没有在审的",
    "returned": "没有退回去等补正的",
    "done": "还没有办结的",
}


@dataclass
class Asked:
    """Which part of the queue is looked at."""

    chosen: str = "waiting"
    filters: Filters = ALL
    page: int = 1

    def choose(self, chosen: str = "", **filters: Any) -> None:
        """Look at another part, from its first page."""
        self.chosen = chosen or self.chosen
        self.filters = replace(self.filters, **filters)
        self.page = 1

    @property
    def query(self) -> str:
        """For the address of the workbook."""
        return urlencode(asdict(self.filters))


def figures(queue: Queue, asked: Asked) -> str:
    """How many cases there are of each kind; pressing one chooses it."""
    boxes = "".join(
        f'<button type="button" class="fig {colour if queue.counts.get(key) else ""}" data-act="only:{key}"'
        f' aria-pressed="{pressed(key == asked.chosen)}"><b>{queue.counts.get(key, 0)}</b>'
        f"<span>{icon(sign) if sign else ''}{words}</span></button>"
        for key, words, colour, sign in FIGURES
    )
    return f'<div class="figs" role="group" aria-label="按情况挑选">{boxes}</div>'


def waiting(queue: Queue) -> str:
    """What waits for somebody, in a sentence."""
    counts = queue.counts
    if not counts.get("waiting"):
        return "没有等您审的"
    parts = [f"{counts['waiting']} 件等您审"]
    parts += [f"{counts['overdue']} 件逾期"] if counts.get("overdue") else []
    parts += [f"{counts['today']} 件今天到期"] if counts.get("today") else []
    parts += [f"{counts['free']} 件未分派"] if counts.get("free") else []
    return "，".join(parts)


def tools(
    asked: Asked, forms: Mapping[str, str], units: Mapping[str, str], stages: Mapping[str, Mapping[str, str]]
) -> str:
    """Further filters, and the workbook; stages are those of the form that is chosen, or of the only one."""
    filters = asked.filters
    of = filters.form or (next(iter(forms)) if len(forms) == 1 else "")
    boxes = _choice("form", "事项", forms, filters.form) + _choice("stage", "环节", stages.get(of, {}), filters.stage)
    boxes += _choice("unit", "单位", units, filters.unit) + _choice(
        "returned", "退回", BACK, str(filters.returned or "")
    )
    clear = act("all", "不挑了", kind="lk") if asked.filters != ALL else ""
    return (
        f'<div class="tools">{boxes}<form data-say="find" class="finder" role="search">{icon("search")}'
        f'<input name="text" type="search" aria-label="在这些办件里找" placeholder="名称、编号，按回车" maxlength="60"'
        f' value="{esc(asked.filters.text)}" autocomplete="off"></form>{clear}<span class="sp"></span>'
        f'<span data-told role="status" class="mut sm"></span>'
        f"{act('figures', '看统计', kind='btn s', sign='bar_chart')}"
        f'<button type="button" class="btn s" data-file="./of/queue/{esc(asked.chosen)}?{esc(asked.query)}">'
        f"{icon('download')}导出 Excel</button></div>"
    )


def _choice(name: str, label: str, options: Mapping[str, str], chosen: str) -> str:
    if len(options) < 2:
        return ""
    lines = "".join(
        f'<option value="{esc(key)}"{" selected" if key == chosen else ""}>{esc(title)}</option>'
        for key, title in {"": "全部", **options}.items()
    )
    return f'<label class="pick">{label} <select data-choose="{name}">{lines}</select></label>'


def table(
    queue: Queue,
    asked: Asked,
    units: Mapping[str, str],
    today: date,
    hands: Callable[[QueueLine], Hands],
    picked: Collection[str] = (),
) -> str:
    """The cases, the first due first, those chosen ticked that wait for whoever looks.

    A line says ``open:ID``, ``take:PHASE:ID``, ``give:PHASE:ID:NAME``, ``pick:ID`` or ``unpick:ID``.
    """
    if not queue.lines:
        words = (
            f"没有找到“{esc(asked.filters.text)}”。试试名称、编号里的几个字"
            if asked.filters.text
            else NOTHING[asked.chosen]
        )
        return f'<p class="empty" data-focus="{FIRST}">{words}</p>'
    heads = "".join(f"<th>{one}</th>" for one in ("期限", "办件", "单位", "事项", "环节", "提交"))
    mine = [one.record for one in queue.lines if hands(one).takes]
    ticks = f'<th class="tk">{box_of_all(mine, picked)}</th>' if mine else ""
    rows = "".join(_row(one, units, today, hands(one), picked if mine else None) for one in queue.lines)
    rows = rows.replace("<a data-stop ", f'<a data-stop data-focus="{FIRST}" ', 1)  # keys walk from there at once
    return (
        f'<div class="wide"><table class="tbl queue" data-walk data-i18n-skip><thead><tr>{ticks}{heads}'
        f'<th class="num">退回</th><th>自动核对</th><th>情况</th><th>承办</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(line: QueueLine, units: Mapping[str, str], today: date, hands: Hands, picked: Collection[str] | None) -> str:
    late, term = due(line.due, line.left, today)
    submitted = day_text(line.submitted_at.date(), today) if line.submitted_at else ""
    name = link(f"./review?record={line.record}", f"open:{line.record}", line.label, kind="ti")
    name = name.replace("<a ", "<a data-stop ", 1)
    tick = box(line.record, line.label, picked or ()) if hands.takes else ""
    tick = "" if picked is None else f'<td class="tk">{tick}</td>'
    return (
        f'<tr class="{late}">{tick}<td class="due">{term}</td><td>{name}</td><td class="in2">'
        f"{esc(unit_title(units, line.unit))}</td><td>{esc(line.matter)}</td><td>{esc(line.stage)}{_asked(line)}</td>"
        f'<td class="nb">{submitted}</td>'
        f'<td class="num">{line.returned or "—"}</td><td>{_checked(line)}</td><td>{_stand(line)}</td>'
        f'<td class="hand">{_hands(line, hands)}</td></tr>'
    )


def _asked(line: QueueLine) -> str:
    return f'<div class="mut sm">还要{esc(line.asked)}</div>' if line.asked else ""


def _hands(line: QueueLine, hands: Hands) -> str:
    of = f"{line.phase}:{line.record}"
    return in_hand(line.label, line.assigned, hands, take=f"take:{of}", give=f"give:{of}")


def _checked(line: QueueLine) -> str:
    """How many automated checks failed; where nothing is wrong, how many remind of something."""
    if line.errors:
        return chip("red", "error", f"{line.errors} 处不符")
    if line.findings:
        return chip("amber", "warning", f"{line.findings} 处提醒")
    return f'<span class="green sm">{icon("check_circle")} 相符</span>'


def due(day: date | None, left: int | None, today: date) -> tuple[str, str]:
    """The class and the words of a term: overdue and today are told so, else it is the day."""
    if day is None or left is None:
        return "", "—"
    if day < today:
        return "late", f'<b class="red">{icon("alarm")}逾期 {max(1, -left)} 个工作日</b>'
    if day == today:
        return "now", '<b class="amber">今天</b>'
    return "", day_text(day, today)


def _stand(line: QueueLine) -> str:
    if line.remarks:
        return chip("amber", "chat_bubble", f"意见 {line.remarks} 条")
    again = line.returned and line.waits_for  # a case that is done with is not looked through again
    return chip("blue", "difference", "补正重交，看改动") if again else ""


def lists(known: Sequence[tuple[str, CaseList]]) -> str:
    """The lists that whoever looks may print, each as PDF and as Excel."""
    if not known:
        return ""
    kinds = (("pdf", "PDF"), ("xlsx", "Excel"), ("zip", "连同材料"))
    lines = "".join(
        f'<span class="one"><b>{esc(one.title)}</b>{"".join(_listed(form, one, *kind) for kind in kinds)}</span>'
        for form, one in known
    )
    return f'<div class="foot lists" data-i18n-skip><span class="mut sm">名单</span>{lines}</div>'


def _listed(form: str, one: CaseList, kind: str, words: str) -> str:
    address, name = f"./of/list/{esc(form)}/{esc(one.key)}/{kind}", f"下载{esc(one.title)}（{words}）"
    told = f'type="button" class="btn s" data-file="{address}" aria-label="{name}"'
    return f"<button {told}>{icon('download')}{words}</button>"


def unit_title(units: Mapping[str, str], unit: str) -> str:
    """What a unit is called; of an unknown one the nearest that is known above it."""
    while unit and unit not in units:
        unit = unit.rpartition("/")[0]
    return units.get(unit, "")


def foot(queue: Queue, asked: Asked) -> str:
    """Where one is in the list, how to go on, and which keys there are."""
    if not queue.lines:
        return ""
    first = (asked.page - 1) * PAGE + 1
    where = f"第 {first}—{first + len(queue.lines) - 1} 件，共 {queue.total} 件；最先到期的在最前"
    before = act(f"page:{asked.page - 1}", "上一页", kind="btn s") if asked.page > 1 else ""
    after = act(f"page:{asked.page + 1}", "下一页", kind="btn s") if first + PAGE <= queue.total else ""
    caps = [f'<kbd class="k">{key}</kbd>' for key in ("↑", "↓", "回车")]
    keys = f'<span class="keys mut sm">{caps[0]} {caps[1]} 选　{caps[2]} 打开</span>'
    return f'<div class="foot"><span class="mut sm">{where}</span><span class="sp"></span>{keys}{before}{after}</div>'
