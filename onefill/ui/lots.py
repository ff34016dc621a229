"""看板, the random draw: from which days, how many; what was drawn, and the draws before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from onefill.fields.chinese import date_text, moment_text
from onefill.service.board_shapes import Draw
from onefill.service.desk import new_id
from onefill.service.draws import LONGEST_SEED, MOST_DRAWN, begun_id
from onefill.ui.days import day_box
from onefill.ui.html import act, esc, icon, link, pressed
from onefill.ui.moments import here

WEEK = timedelta(days=6)


@dataclass
class Lots:
    """What is asked of the next draw, and which one is looked at.

    Attributes:
        first: The first day; ``last`` the last.
        count: How many.
        seed: Given by a person; made if empty.
        request: So that two clicks make one draw.
        looked: Id of the draw that is looked at; the newest if empty.
    """

    first: date
    last: date
    count: int = 3
    seed: str = ""
    request: str = field(default_factory=new_id)
    looked: str = ""


def lots_from(today: date) -> Lots:
    """The next draw as it is first offered: this day and the six after it."""
    return Lots(first=today, last=today + WEEK)


def asking(lots: Lots) -> str:
    """The form of the next draw; it says ``draw:`` and what was typed."""
    return (
        '<form class="tools lots" data-say="draw" data-i18n-skip>'
        f"{day_box('first', '从', lots.first)}{day_box('last', '到', lots.last)}"
        f'<label class="pick">抽几项 <input name="count" type="number" required min="1" max="{MOST_DRAWN}"'
        f' value="{lots.count}"></label>'
        f'<label class="pick">种子 <input name="seed" maxlength="{LONGEST_SEED}" value="{esc(lots.seed)}"'
        ' placeholder="空着由程序取" autocomplete="off"></label>'
        f'<button type="submit" class="btn s p">{icon("shuffle")}抽取</button></form>'
    )


def result(draw: Draw, units: Mapping[str, str], begun: Collection[str], starts: str) -> str:
    """What was drawn, with the way to begin what comes of it; a button says ``begin:DRAW:NUMBER``."""
    heads = "".join(f'<th scope="col">{one}</th>' for one in ("", "日期", "时间", "办件", "内容", "单位"))
    rows = "".join(_row(draw, number, units, begun, starts) for number in range(len(draw.picked)))
    told = (
        f"{esc(draw.who)} {moment_text(here(draw.when))} 抽的：{date_text(draw.first)}至{date_text(draw.last)}"
        f"共 {len(draw.candidates)} 项候选，"
        f"抽 {len(draw.picked)} 项，种子 <code>{esc(draw.seed)}</code>"
    )
    return (
        f'<div class="ph" data-i18n-skip><h2>抽中 {len(draw.picked)} 项</h2><span class="sp"></span>'
        '<span data-told role="status" class="mut sm"></span>'
        f'<button type="button" class="btn s" data-file="./of/draw/{esc(draw.id)}">{icon("download")}候选和结果'
        f'</button></div><p class="mut sm pad" data-i18n-skip>{told}</p>'
        f'<div class="wide"><table class="tbl queue" data-i18n-skip><thead><tr>{heads}<th><span class="vh">操作</span>'
        f"</th></tr></thead><tbody>{rows}</tbody></table></div>"
        '<p class="mut sm pad" data-i18n-skip>算法：每项候选取“种子、换行、候选的键”的 SHA-256，从小到大取前几项。'
        "用下载的表可以重算。</p>"
    )


def earlier(draws: Sequence[Draw], looked: str) -> str:
    """The draws before; pressing one shows it, by ``look:ID``."""
    lines = "".join(
        f'<li><button type="button" class="lk" data-act="look:{esc(one.id)}"'
        f' aria-pressed="{pressed(one.id == looked)}">'
        f"{moment_text(here(one.when))}　{esc(one.who)}　{len(one.candidates)} 项里抽 {len(one.picked)} 项"
        "</button></li>"
        for one in draws
    )
    return f'<div class="ph" data-i18n-skip><h2>抽过的</h2></div><ul class="ahead" data-i18n-skip>{lines}</ul>'


def _row(draw: Draw, number: int, units: Mapping[str, str], begun: Collection[str], starts: str) -> str:
    one = draw.picked[number]
    name = link(f"./fill?record={one.record}", f"open:{one.record}", one.label, kind="ti")
    day, id, way = date_text(date.fromisoformat(one.day)), begun_id(draw.id, number), ""
    if id in begun:
        way = act(f"fill:{id}", "看建好的", kind="btn s", name=f"看建好的：{one.label}")
    elif starts:
        way = act(f"begin:{draw.id}:{number}", f"新建{starts}", kind="btn s", name=f"新建{starts}：{one.label}")
    return (
        f'<tr><td class="num">{number + 1}</td><td class="nb">{day}</td><td class="nb">{esc(one.time) or "—"}'
        f'</td><td>{name}</td><td>{esc(one.text)}</td><td class="in2">{esc(units.get(one.unit, ""))}</td>'
        f'<td class="act">{way}</td></tr>'
    )
