"""Lists of records: what they are, how far, what to do next."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from onefill.definitions.model import Form
from onefill.fields.chinese import day_text
from onefill.reviews.moves import first_handed_in, owners_of
from onefill.service.access import READ_LOG
from onefill.service.case_shapes import Whole
from onefill.service.guard import ACCOUNTS, DEFINE, FILL
from onefill.service.life import waits
from onefill.service.record_lists import FRONT
from onefill.service.shapes import Damage, DeletedRecord, Expiry, Front, Person, RecordSummary
from onefill.ui.businesses import menus
from onefill.ui.deeds import more
from onefill.ui.handing import holder_chip
from onefill.ui.html import act, bar, chip, esc, icon, link, moment, note
from onefill.ui.moments import today
from onefill.ui.office_lines import term
from onefill.ui.shared import the_desk
from onefill.ui.travel import begin

RECENT = 5
#: Days before which something that runs out is worth a word.
SOON = 60
#: Days that are looked ahead, and how many things that they bring are listed.
FORTNIGHT, MOST_AHEAD = 14, 12
#: So many that came back are named.
MOST_NAMED = 4
#: Damaged files named one by one; more are counted.
MOST_DAMAGES = 3


def damaged(damages: Sequence[Damage]) -> str:
    """Records that cannot be read and copies beside them, and what to do; nothing if all is well."""
    sealed, copies = [one for one in damages if one.key], [one for one in damages if one.copy]
    hurt = [one for one in damages if not one.copy and not one.key]
    shown = _sealed(sealed) if sealed else ""
    if hurt:
        words = f"<b>有 {len({one.record for one in hurt})} 个办件的文件读不出来</b>，没有列在下面：{_files(hurt)}。"
        shown += note("amber", "warning", words + "别删这些文件，从备份里把它们放回去，再刷新")
    if copies:
        words = f"<b>数据文件夹里有别的程序留下的副本</b>：{_files(copies)}。{esc(copies[0].why)}"
        shown += note("amber", "warning", words)
    return shown


def _sealed(damages: Sequence[Damage]) -> str:
    """Records that only lack their key."""
    keys = "、".join(dict.fromkeys(esc(one.key) for one in damages))
    count = len({one.record for one in damages})
    words = f"<b>有 {count} 个办件是加密的，缺密钥 {keys}</b>，没有列在下面。"
    words += "请管理员把备份的密钥写回 ONEFILL_KEY_FILE 指的文件，重新启动"
    return note("amber", "warning", words)


def _files(damages: Sequence[Damage]) -> str:
    """Names of the first files, and how many there are."""
    files = "、".join(dict.fromkeys(esc(Path(one.file).name) for one in damages[:MOST_DAMAGES]))
    return files + (f" 等 {len(damages)} 个文件" if len(damages) > MOST_DAMAGES else "")


def greeting(now: datetime) -> str:
    """Good morning, by the clock."""
    hour = now.hour
    return "早上好" if hour < 9 else "上午好" if hour < 12 else "下午好" if hour < 18 else "晚上好"


def table(
    lines: Sequence[RecordSummary],
    head: str,
    stars: Collection[str] = (),
    whole: Mapping[str, Whole] = MappingProxyType({}),
    *,
    phases: bool = True,
) -> str:
    """Records as a table, whose buttons ``deeds.done`` understands.

    Args:
        lines: The records.
        head: What they are called.
        stars: Ids of those that wear a star.
        whole: Of which nothing is wanting any more, by id.
        phases: Whether it is told where they stand.
    """
    lines = [replace(one, next_step=whole[one.id].said) if one.id in whole else one for one in lines]
    fills = [fillable(line) for line in lines]
    reviews = the_desk().queues.is_officer(the_desk().who())
    rows = "".join(
        _row(line, phases=phases, star=line.id in stars, fills=mine, percents=any(fills), reviews=reviews)
        for line, mine in zip(lines, fills, strict=True)
    )
    heads = [head, *["到哪一步"] * phases]
    heads += ["完成", "接下来做什么"] if any(fills) else ["等什么"] * phases
    shown = "".join(f"<th>{esc(one)}</th>" for one in (*heads, "改于"))
    return (
        f'<table class="tbl starts" data-i18n-skip><thead><tr>{shown}<th><span class="vh">操作</span></th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def fillable(line: RecordSummary) -> bool:
    """Whether the person may fill it; whoever may not reads what is waited for, and is offered nothing refused."""
    return the_desk().who().may(FILL, line.unit, line.form)


def bin_table(lines: Sequence[DeletedRecord]) -> str:
    """The recycle bin as a table, whose buttons ``deeds.done`` understands."""
    rows = "".join(
        f'<tr><td><b>{esc(line.label)}</b><div class="mut sm">{esc(line.title)}</div></td>'
        f'<td class="sm">{esc(moment(line.deleted_at))} 删除</td><td class="sm">还留 {line.days_left} 天</td>'
        f'<td class="act">{act(f"undelete:{line.id}", "恢复", kind="btn s", name=f"恢复“{line.label}”")}</td></tr>'
        for line in lines
    )
    heads = "<th>名称</th><th>何时</th><th>期限</th>"
    return (
        f'<table class="tbl starts" data-i18n-skip><thead><tr>{heads}<th><span class="vh">操作</span></th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(line: RecordSummary, *, phases: bool, star: bool, fills: bool, percents: bool, reviews: bool) -> str:
    complete = line.percent == 100 and not line.errors
    stand = chip("green", "check_circle", "填好了") if complete else chip("blue", "edit_note", "填写中")
    rests = complete or not fills or line.form in the_desk().definitions.retired
    title, word = line.phase, "看一看" if rests else "接着填"
    told, verb, step = line.submitted, "open", line.next_step
    if told is not None:
        stand = chip(*holder_chip(told.holder, told.stage, passed=told.passed))
        title = told.title
    if fills and came_back(line):
        verb, word = "back", _to_the(line)
    elif not fills:
        step = _waits(line) if phases else ""
        stand = stand if told else chip("", "edit_note", "还没提交")
        mine = told is not None and not told.waits_for.isdisjoint(the_desk().who().roles or ())
        verb, word = ("review" if told and reviews else verb), ("审核" if mine else word)
    does = f"<td>{esc(step)}</td>" if phases or percents else ""
    phase = f'<td class="stand">{stand}<div class="mut sm">{esc(title)}</div></td>' if phases else ""
    percent = f'<td class="pct">{_how_far(line)}</td>' if percents else ""
    owner = f"<div>归{esc(line.owner)}</div>" if line.owner else ""
    mark = f'<span class="star" role="img" aria-label="已收藏">{icon("star")}</span>' if star else ""
    return (
        f'<tr><td>{mark}{_opening(line)}<div class="mut sm">{esc(line.title)}</div></td>{phase}{percent}'
        f'{does}<td class="when">{_term(line)}{esc(moment(line.changed_at))}{owner}</td>'
        f'<td class="act">{act(f"{verb}:{line.id}", word, kind="btn s", name=f"{word}：{line.label}")}'
        f"{more(line.id, line.label, line.title, line.change, star=star, fills=fills)}</td></tr>"
    )


def _how_far(line: RecordSummary) -> str:
    return "" if line.percent is None else f"<span>{line.percent}%</span>{bar(line.percent, '已完成')}"


def _waits(line: RecordSummary) -> str:
    who, definitions = the_desk().who(), the_desk().definitions
    form = definitions.form(line.form)
    roles = {role.key: role.title for role in definitions.pack_of(line.form).roles}
    owners = owners_of(form, first_handed_in(form).key)
    return waits(line.submitted, who.name, who.roles or (), roles, owners=owners)


def _term(line: RecordSummary) -> str:
    """Until when whoever has it should be done; nothing without a term."""
    day, now = term(line), today()
    if day is None:
        return ""
    words = day_text(day, now)
    if day < now:
        return f'<div class="red">{icon("alarm")} 逾期，{words}到期</div>'
    return f'<div class="amber">{icon("alarm")} 今天到期</div>' if day == now else f"<div>期限 {words}</div>"


def came_back(line: RecordSummary) -> bool:
    """Whether its submission was returned and waits for whoever fills it."""
    return line.submitted is not None and line.submitted.holder == "owner"


def returned(lines: Sequence[RecordSummary], count: int) -> str:
    """The red note above everything: what came back; nothing while nothing did.

    Args:
        lines: Those at hand, what came back first.
        count: How many came back in all.
    """
    back = [line for line in lines if came_back(line)]
    if not back:
        return ""
    if len(back) == count == 1:
        way = act(f"back:{back[0].id}", _to_the(back[0]), kind="btn s")
        return note("red", "undo", f"<b>{esc(back[0].label)}</b>　{esc(back[0].next_step)}", right=way)
    named = "、".join(esc(line.label) for line in back[:MOST_NAMED])
    words = "被退回" if all(line.submitted and line.submitted.sent_back for line in back) else "要改好再交"
    return note("red", "undo", f"<b>{count} 个{words}</b>：{named}{' 等' * (count > MOST_NAMED)}")


def _to_the(line: RecordSummary) -> str:
    """What the button says that leads to what is to be mended."""
    return "看退回意见" if line.submitted and line.submitted.sent_back else "去改"


#: What is said of those in each one's hands, in order.
STANDS = (("filling", "没提交"), ("owner", "要改好交"), ("office", "在审"), ("done", "办结"))


def sum_up(front: Front, *, fills: bool = True) -> str:
    """The day in one line; whoever fills none is not told to begin one."""
    if not front.total:
        return "还没有办件。新建一个，或装入示例试一试" if fills else "还没有办件"
    parts = [f"{front.counts[key]} 个{words}" for key, words in STANDS if front.counts.get(key)]
    return f"{front.total} 个办件：{'，'.join(parts)}"


#: What somebody is here for to whom no case comes: page, action, words, symbol.
DUTIES = {
    "people": (ACCOUNTS, "管账号", "manage_accounts"),
    "log": (READ_LOG, "看访问记录", "policy"),
    "author": (DEFINE, "改表单和模板", "design_services"),
}


def duty(who: Person) -> str:
    """The way to what somebody is here for who neither fills nor decides; nothing without it. It says the page."""
    mine = (page for page, (action, *_) in DUTIES.items() if who.may(action))
    page = next(mine, "")
    return act(page, DUTIES[page][1], kind="btn p", sign=DUTIES[page][2]) if page else ""


def turning(front: Front, page: int) -> str:
    """Which part of all is on the page, and the way on; nothing if all are. A button says ``page:N``."""
    first = (page - 1) * FRONT + 1
    if front.total <= FRONT:
        return ""
    before = act(f"page:{page - 1}", "上一页", kind="btn s") if page > 1 else ""
    after = act(f"page:{page + 1}", "下一页", kind="btn s") if page * FRONT < front.total else ""
    where = f"第 {first}—{first + len(front.lines) - 1} 个，共 {front.total} 个"
    return f'<div class="foot"><span class="mut sm">{where}</span><span class="sp"></span>{before}{after}</div>'


def shared_side() -> str:
    """What is filled once and used everywhere; a button says ``menu:N``."""
    forms, records = the_desk().definitions.forms, the_desk().records
    lines = ""
    for key, menu in menus().items():
        known = [form for form in menu.forms if form in forms]
        titles = "、".join(forms[form].title for form in known)
        ends = [one for form in known for one in records.expiring(form)]
        lines += (
            f"<li>{icon('folder_shared')}<div><b>{esc(menu.title)}</b><small>{esc(titles)}</small>"
            f"{_running_out(ends)}</div>"
            f"{act(f'menu:{key}', '看', kind='lk', name=f'看{menu.title}')}</li>"
        )
    return _side("一次填好，处处都用", lines)


def _running_out(days: Sequence[Expiry]) -> str:
    """The next day on which something runs out; nothing while that is far off."""
    one = min(days, key=lambda one: one.day, default=None)
    if one is None or one.left > SOON:
        return ""
    colour, sign = ("red", "error") if one.left < 0 else ("amber", "warning")
    left = "已过期" if one.left < 0 else f"还剩 {one.left} 天" if one.left else "今天到期"
    day = f"{one.day.year}年{one.day.month}月{one.day.day}日"
    return f'<small class="{colour}">{icon(sign)} {esc(one.label)} {esc(one.what)} {day}，{left}</small>'


def ahead(forms: Sequence[Form]) -> str:
    """What the next two weeks bring, day by day; nothing if that is nothing."""
    near = [one for form in forms for one in the_desk().views.ahead(form.form, FORTNIGHT)]
    lines = "".join(
        f'<li><b class="day">{esc(one.when)}</b><span class="chip">{esc(one.what)}</span>'
        f"{link(f'./fill?record={one.record}', f'open:{one.record}', one.label, kind='ti')}</li>"
        for one in sorted(near, key=lambda one: one.first)[:MOST_AHEAD]
    )
    return f'<div class="ph"><h2>近两周</h2></div><ul class="ahead">{lines}</ul>' if lines else ""


def recent_side(stars: Collection[str], opened: Sequence[str]) -> str:
    """Favourites, then what was opened here last."""
    shown = the_desk().records.some([*dict.fromkeys([*stars, *opened])][: len(stars) + RECENT])
    items = "".join(
        f"<li>{icon('star' if line.id in stars else 'history')}<div>{_opening(line)}</div></li>" for line in shown
    )
    return _side("收藏和最近打开" if stars else "最近打开", items)


def new_side(forms: Sequence[Form]) -> str:
    """What else can be begun; a button says ``new:FORM:ID``."""
    items = "".join(f"<li>{icon('add')}<div>{begin(form.form, form.title, kind='lk')}</div></li>" for form in forms)
    return _side("新建别的", items)


def _opening(line: RecordSummary) -> str:
    return link(f"./fill?record={line.id}", f"open:{line.id}", line.label, kind="ti")


def _side(title: str, items: str) -> str:
    """A small panel at the right; nothing if there is nothing in it."""
    if not items:
        return ""
    return f'<div class="panel side" data-i18n-skip><div class="ph"><h2>{title}</h2></div><ul>{items}</ul></div>'
