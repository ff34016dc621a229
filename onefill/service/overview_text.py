"""An overview in plain text, for the command line."""

from collections.abc import Iterator

from onefill.definitions.values import text_of
from onefill.fields.chinese import date_text, weekday
from onefill.service.view_shapes import Calendar, Chart, Listing, Overview, Standing, Statistics, ViewState

STATES = {
    **{"done": "已办", "now": "现在", "to_come": "以后"},
    **{"returned": "退回", "waiting": "在审", "refused": "没通过"},
}


def overview_lines(overview: Overview) -> Iterator[str]:
    """Line by line."""
    yield f"{overview.title}　{overview.label}"
    for point in overview.life:
        percent = f"　{point.percent}%" if point.percent is not None else ""
        stands = f"　{point.stands}" if point.stands else ""
        yield f"  {STATES[point.state]}　{point.title}{percent}{stands}　{point.when}".rstrip()
    if overview.standing:
        head = "现在" if overview.standing.over else "谁来办"
        yield f"{head}：{overview.standing.has}{term_words(overview.standing)}"
    if step := next_words(overview):
        yield f"接下来：{step}"
    for view in overview.views:
        yield ""
        yield from _view(view)


def next_words(overview: Overview) -> str:
    """The next step, unless who has it tells that already or nothing is left to do."""
    standing, asked = overview.standing, overview.next_step.rpartition("；")[2]
    told = standing is not None and (standing.over or (asked != overview.next_step and asked in standing.has))
    return "" if told else overview.next_step


def term_words(standing: Standing) -> str:
    """Until when whoever has it should be done, in working days; nothing without a term."""
    if standing.due is None or standing.left is None:
        return ""
    left = standing.left
    rest = f"还有 {left} 个工作日" if left > 0 else f"逾期 {-left} 个工作日" if left else "今天到期"
    return f"，{date_text(standing.due)}前（{rest}）"


def _view(view: ViewState) -> Iterator[str]:
    yield f"{view.title}　{view.trouble or view.empty or view.sentence}".rstrip()
    match view.content:
        case Chart():
            yield from _chart(view.content)
        case Calendar():
            for day in view.content.days:
                words = "；".join(f"{item.group} {item.text}".strip() for item in day.items)
                yield f"  {date_text(day.day)} {weekday(day.day)}　{words}"
        case Listing():
            yield f"  {'｜'.join(view.content.columns)}"
            yield from (f"  {'｜'.join(row)}" for row in view.content.rows)
        case Statistics():
            yield from (
                f"  {one.title}　{one.shown or '—'}{one.unit if one.shown else ''}" for one in view.content.figures
            )


def _chart(chart: Chart) -> Iterator[str]:
    for number, label in enumerate(chart.labels):
        amounts = "　".join(f"{one.title} {text_of(one.values[number])}".strip() for one in chart.series)
        yield f"  {label}：{amounts} {chart.unit}".rstrip()
    if chart.left_out:
        yield f"  另有 {chart.left_out} 项没有填，没算在内"
