"""概览: the line of a record's life, its next step, and all views that need no chart."""

from datetime import date, timedelta
from hashlib import sha256

from onefill.definitions.values import number_text
from onefill.fields.chinese import weekday
from onefill.service.overview_text import STATES, next_words, term_words
from onefill.service.view_shapes import Calendar, Chart, Day, LifePoint, Listing, Overview, Statistics, ViewState
from onefill.ui.html import act, esc, icon, note, pressed

BUTTONS = {"fill": "接着填", "documents": "看附件", "review": "审核"}
SIGNS = {
    **{"done": "check", "now": "edit_note", "to_come": ""},
    **{"returned": "undo", "waiting": "hourglass_top", "refused": "close"},
}
WEEKDAYS = "一二三四五六日"
WEEK = 7


def life(overview: Overview, *, fills: bool) -> str:
    """The line of points; below it who has it and until when, and the next step with its button.

    The button says ``go:PAGE`` or ``go:PAGE:SECTION``.

    Args:
        overview: The record.
        fills: Whether whoever looks fills it; its next step is theirs alone.
    """
    points = "".join(_point(point) for point in overview.life)
    standing = overview.standing
    page = "review" if standing and standing.acts else overview.next_page if fills else ""
    goal = f"{page}:{overview.next_section}" if page == "fill" and overview.next_section else page
    button = act(f"go:{goal}", BUTTONS[page], kind="btn s") if page else ""
    over = standing is not None and standing.over
    rows = [("现在" if over else "谁来办", f"{standing.has}{term_words(standing)}")] if standing else []
    if fills and (step := next_words(overview)):
        rows.append(("接下来", step))
    if standing and standing.then:
        rows.append(("再往后", standing.then))
    told = "".join(f"<div><b>{title}：</b>{esc(words)}</div>" for title, words in rows)
    sign = "edit_note" if page == "fill" else "gavel" if page == "review" else "print" if page else "hourglass_top"
    below = f'<div class="next">{icon(sign)}<div>{told}</div>{button}</div>' if told else ""
    return (
        f'<div class="life" data-i18n-skip><h2 class="vh">进程</h2>'
        f'<ol aria-label="进程" tabindex="0" data-scroll="life">{points}</ol>{below}</div>'
    )


def _point(point: LifePoint) -> str:
    current = ' aria-current="step"' if point.state in ("now", "returned", "waiting") else ""
    now = f"现在 · {point.percent}%" if point.percent is not None else point.stands
    when = "".join(f"<small>{esc(part)}</small>" for part in (now, point.when) if part) or "<small></small>"
    sign = SIGNS[point.state]
    return (
        f'<li class="{point.state}"{current}><span class="ld">{icon(sign) if sign else ""}</span>'
        f'<b>{esc(point.title)}<span class="vh">，{STATES[point.state]}</span></b>{when}</li>'
    )


def heading(view: ViewState) -> str:
    """A view's title and its finding."""
    finding = f"<p>{esc(view.sentence)}</p>" if view.sentence else ""
    return f'<div class="vh2" data-i18n-skip><h2>{esc(view.title)}</h2>{finding}</div>'


def nothing(view: ViewState) -> str:
    """Why there is nothing to see."""
    if view.trouble:
        return note("red", "error", f"<b>这一项算不出来</b>　{esc(view.trouble)}　请做表单的人改业务包里的视图。")
    return f'<p class="empty" data-i18n-skip>{esc(view.empty)}</p>'


def exact(view: ViewState, chart: Chart) -> str:
    """The figures behind a chart, for whoever wants them exactly or cannot see it."""
    titles = [one.title or chart.unit or "数" for one in chart.series]
    head = "".join(f'<th scope="col" class="num">{esc(title)}</th>' for title in titles)
    lines = "".join(
        f'<tr><th scope="row">{esc(label)}</th>'
        + "".join(f'<td class="num">{number_text(one.values[at])}</td>' for one in chart.series)
        + "</tr>"
        for at, label in enumerate(chart.labels)
    )
    left = f'<p class="mut">另有 {chart.left_out} 项没有填，没算在内</p>' if chart.left_out else ""
    return (
        f'<details class="exact" data-i18n-skip><summary>看数字<span class="vh">：{esc(view.title)}</span></summary>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{esc(view.title)}的数字">'
        f'<table class="tbl"><thead><tr><td></td>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
        f"{left}</details>"
    )


def plain_view(view: ViewState) -> str:
    """A calendar, a list or figures."""
    match view.content:
        case Calendar():
            return _calendar(view.content, view.title)
        case Listing():
            return _listing(view.content, view.title)
        case Statistics():
            return _figures(view.content)
    return nothing(view)


def _figures(statistics: Statistics) -> str:
    figures = "".join(
        f"<div><small>{esc(one.title)}</small><b>{esc(one.shown or '—')}</b> {esc(one.unit if one.shown else '')}</div>"
        for one in statistics.figures
    )
    return f'<div class="figures" data-i18n-skip>{figures}</div>'


def _listing(listing: Listing, title: str) -> str:
    head = "".join(f'<th scope="col">{esc(column)}</th>' for column in listing.columns)
    lines = "".join("<tr>" + "".join(f"<td>{esc(cell)}</td>" for cell in row) + "</tr>" for row in listing.rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{esc(title)}" data-i18n-skip>'
        f'<table class="tbl"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
    )


def copy_out(listing: Listing, view: ViewState, record: str, *, opened: bool) -> str:
    """What is typed again elsewhere: cells that are copied with one click each; the button says ``open:KEY``.

    The page script marks where one is and what is done, by the row's id and the column's title.
    """
    words = f"{len(listing.rows)} 行" if len(listing.rows) > 1 else f"{len(listing.columns)} 项"
    sign = icon("expand_less" if opened else "expand_more")
    head = (
        f'<button type="button" class="btn s" data-act="open:{esc(view.key)}" aria-expanded="{pressed(opened)}"'
        f' aria-label="逐格复制：{esc(view.title)}">'
        f"{sign}逐格复制</button>"
        f'<button type="button" class="btn s" data-file="./of/table/{esc(record)}/{esc(view.key)}"'
        f' aria-label="下载 Excel：{esc(view.title)}">{icon("download")}下载 Excel</button>'
        f'<span class="mut sm">{words}</span><span data-told class="mut sm"></span>'
    )
    return f'<div class="copybar" data-i18n-skip>{head}</div>{_cells(listing, view, record) if opened else ""}'


def _cells(listing: Listing, view: ViewState, record: str) -> str:
    place = f'class="tbl copy" data-place="{esc(record)}-{esc(view.key)}"'
    if len(listing.rows) == 1:
        pairs = zip(listing.columns, listing.rows[0], strict=True)
        body = "".join(
            f'<tr><th scope="row">{esc(title)}</th><td>{_copied(text, listing.ids[0], title)}</td></tr>'
            for title, text in pairs
        )
        table = f"<table {place}><tbody>{body}</tbody></table>"
    else:
        head = "".join(f'<th scope="col">{esc(column)}</th>' for column in listing.columns)
        body = "".join(
            "<tr>"
            + "".join(f"<td>{_copied(text, id, title)}</td>" for title, text in zip(listing.columns, row, strict=True))
            + "</tr>"
            for id, row in zip(listing.ids, listing.rows, strict=True)
        )
        table = f"<table {place}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return (
        '<div data-i18n-skip><p class="mut sm">点一格就复制好，到那边粘贴；抄过的打勾，刚抄的描边。'
        "抄过以后又改了的，勾就没有了</p>"
        f'<div class="scroll" data-scroll="cells" tabindex="0" role="region" aria-label="{esc(view.title)}">'
        f"{table}</div></div>"
    )


def _copied(text: str, id: str, title: str) -> str:
    if not text:
        return "—"
    name = esc(f"{id} {title}")
    return f'<button type="button" class="cp" data-copy="{name}" data-is="{_digest(text)}">{esc(text)}</button>'


def _digest(text: str) -> str:
    """Tells whether a cell still says what it said; too short to give away what that was."""
    return sha256(text.encode()).hexdigest()[:4]


def _calendar(calendar: Calendar, title: str) -> str:
    """Weeks below each other; weeks in which nothing happens are left out."""
    by_day = {one.day: one for one in calendar.days}
    mondays = sorted({day - timedelta(days=day.weekday()) for day in by_day})
    head = "".join(f'<th scope="col">{name}</th>' for name in WEEKDAYS)
    weeks = "".join(
        "<tr>" + "".join(_day(monday + timedelta(days=n), by_day) for n in range(WEEK)) + "</tr>" for monday in mondays
    )
    legend = "".join(f'<span><i class="{colour}"></i>{esc(name)}</span>' for name, colour in calendar.groups)
    left = f'<p class="mut sm">另有 {calendar.left_out} 项没有日期，没画上</p>' if calendar.left_out else ""
    return (
        f'<div data-i18n-skip><div class="legend2">{legend}</div>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{esc(title)}">'
        f'<table class="cal"><thead><tr>{head}</tr></thead><tbody>{weeks}</tbody></table></div>{left}</div>'
    )


def _day(day: date, by_day: dict[date, Day]) -> str:
    found = by_day.get(day)
    name = f"{day.month}月{day.day}日"
    if found is None:
        return f'<td class="off"><span>{name}</span></td>'
    items = "".join(
        f'<li><i class="{item.colour}"></i><span class="vh">{esc(item.group)}　</span>{esc(item.text)}</li>'
        for item in found.items
    )
    return f'<td class="on"><span>{name}<span class="dow">　{weekday(day)}</span></span><ul>{items}</ul></td>'
