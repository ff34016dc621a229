"""看板, the calendar: a month or a week of what happens, and one day of it in full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from onefill.fields.chinese import weekday
from onefill.service.board_shapes import Held, Planner
from onefill.service.boards import days_of
from onefill.service.charts import span_words
from onefill.ui.html import act, esc, link, note, pressed, unit_choice

WEEK, WEEKDAYS = 7, "一二三四五六日"
MONTH = "month"
#: So many lines stand in a day of a month; of more only how many of each kind.
FEW = 3
#: So many stand in a day of a week, and below in the day that is looked into.
SOME, MOST = 12, 200


@dataclass
class When:
    """Which days are looked at.

    Attributes:
        day: The one that is looked into, in the middle of the others.
        span: ``month`` or ``week``.
        unit: Only of this unit and those below.
    """

    day: date
    span: str = MONTH
    unit: str = ""

    @property
    def first(self) -> date:
        """The Monday with which the page begins."""
        start = self.day.replace(day=1) if self.span == MONTH else self.day
        return start - timedelta(days=start.weekday())

    @property
    def last(self) -> date:
        """The Sunday with which it ends."""
        if self.span != MONTH:
            return self.first + timedelta(days=WEEK - 1)
        end = (self.day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return end + timedelta(days=WEEK - 1 - end.weekday())

    @property
    def words(self) -> str:
        """2026年12月, or the days of the week."""
        if self.span == MONTH:
            return f"{self.day.year}年{self.day.month}月"
        return f"{self.first.year}年{span_words(self.first, self.last)}"

    def move(self, steps: int) -> None:
        """Go so many months or weeks on, or back."""
        if self.span != MONTH:
            self.day += timedelta(days=WEEK * steps)
            return
        months = self.day.year * 12 + self.day.month - 1 + steps
        self.day = date(months // 12, months % 12 + 1, 1)


def tools(when: When, units: Mapping[str, str]) -> str:
    """The way to other days, month or week, and whose."""
    spans = "".join(
        f'<button type="button" class="btn s" data-act="span:{key}" aria-pressed="{pressed(key == when.span)}">{words}'
        "</button>"
        for key, words in ((MONTH, "月"), ("week", "周"))
    )
    return (
        f'<div class="tools" data-i18n-skip>{act("move:-1", "", kind="btn s", sign="chevron_left", name="往前")}'
        f'<h2 class="when">{when.words}</h2>{act("move:1", "", kind="btn s", sign="chevron_right", name="往后")}'
        f'{act("day:today", "今天", kind="btn s")}<span class="seg" role="group" aria-label="看多长">{spans}</span>'
        f'<span class="sp"></span>{unit_choice(units, when.unit)}</div>'
    )


def calendar(planner: Planner, when: When, today: date) -> str:
    """The weeks below each other; a day is a button that says ``day:2026-12-21``."""
    held = days_of(planner.held, when.first, when.last)
    mondays = [when.first + timedelta(days=n) for n in range(0, (when.last - when.first).days, WEEK)]
    head = "".join(f'<th scope="col">{name}</th>' for name in WEEKDAYS)
    weeks = "".join(
        "<tr>" + "".join(_day(monday + timedelta(days=n), held, when, today) for n in range(WEEK)) + "</tr>"
        for monday in mondays
    )
    legend = "".join(f'<span><i class="{colour}"></i>{esc(name)}</span>' for name, colour in planner.kinds)
    failed = note("amber", "warning", f"有 {planner.faults} 处没有算出来，没有画上") if planner.faults else ""
    return (
        f'<div data-i18n-skip>{failed}<div class="legend2 pad">{legend}</div>'
        f'<table class="cal plan {when.span}"><thead><tr>{head}</tr></thead><tbody>{weeks}</tbody></table></div>'
    )


def the_day(held: Sequence[Held], day: date, units: Mapping[str, str]) -> str:
    """All of one day; a line opens its record by ``open:ID``."""
    title = f"{day.month}月{day.day}日　{weekday(day)}"
    if not held:
        return f'<div class="ph"><h2>{title}</h2></div><p class="empty">这一天没有</p>'
    rows = "".join(
        f'<tr><td class="nb">{esc(one.time) or "—"}</td><td class="nb"><i class="dot {one.colour}"></i>{esc(one.kind)}'
        f"</td><td>{link(f'./fill?record={one.record}', f'open:{one.record}', one.label, kind='ti')}</td>"
        f'<td>{esc(one.text) or "—"}</td><td class="in2">{esc(units.get(one.unit, ""))}</td></tr>'
        for one in held[:MOST]
    )
    heads = "".join(f'<th scope="col">{words}</th>' for words in ("时间", "什么", "办件", "内容", "单位"))
    more = f'<p class="mut sm pad">只列前 {MOST} 项</p>' if len(held) > MOST else ""
    return (
        f'<div class="ph" data-i18n-skip><h2>{title}</h2><span class="mut sm">{len(held)} 项</span></div>'
        f'<div class="wide"><table class="tbl queue" data-i18n-skip><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{more}"
    )


def _day(day: date, held: Mapping[date, Sequence[Held]], when: When, today: date) -> str:
    found = held.get(day, ())
    kinds = ["on" if found else "off", *["here"] * (day == when.day), *["today"] * (day == today)]
    outside = when.span == MONTH and day.month != when.day.month
    number = f"{day.month}月{day.day}日" if day.day == 1 or when.span != MONTH else f"{day.day}日"
    name = f"{day.month}月{day.day}日，{len(found)} 项"
    lines = _lines(found, FEW if when.span == MONTH else SOME)
    return (
        f'<td class="{" ".join([*kinds, *["out"] * outside])}"><button type="button" class="dn" '
        f'data-act="day:{day.isoformat()}" aria-label="{name}" aria-pressed="{pressed(day == when.day)}">{number}'
        f"</button>{lines}</td>"
    )


def _lines(found: Sequence[Held], most: int) -> str:
    if not found:
        return ""
    if len(found) <= most:
        lines = "".join(
            f'<li title="{esc(f"{one.kind} {one.label} {one.text}")}"><i class="{one.colour}"></i>'
            f"{esc(one.time.partition('—')[0])} {esc(one.label)}</li>"
            for one in found
        )
        return f"<ul>{lines}</ul>"
    counted: dict[tuple[str, str], int] = {}
    for one in found:
        counted[one.kind, one.colour] = counted.get((one.kind, one.colour), 0) + 1
    lines = "".join(f'<li><i class="{colour}"></i>{esc(kind)} {n}</li>' for (kind, colour), n in counted.items())
    return f"<ul>{lines}</ul>"
