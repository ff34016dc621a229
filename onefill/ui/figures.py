"""统计: counts of cases as charts, each with a sentence that says the finding."""

from collections.abc import Mapping

from onefill.definitions.boards import Board
from onefill.service.queues import TERMS
from onefill.service.view_shapes import Chart, SeriesState
from onefill.ui.html import act, icon
from onefill.ui.queues import unit_title

#: Ways of counting, as ``Queues.figures`` tells them, with their titles.
KINDS = {"due": "什么时候到期", "stage": "在哪个环节", "unit": "是哪里的", "returned": "退回过几次"}
UNKNOWN = "没有写单位"
#: Lying bars beyond which the rest is one.
MOST = 12


def head(total: int, boards: Mapping[str, Board]) -> str:
    """What is counted, the workbook, the ways to what is counted over all that is done, and back."""
    sums = {key: one.title for key, one in boards.items() if one.kind == "statistics"}
    further = "".join(act(f"boards:{key}", f"看“{title}”") for key, title in sums.items())
    more = "；办成的在看板上数" if sums else ""
    return (
        '<div class="hello" data-i18n-skip>'
        f'<div><h1>统计</h1><p>在办的 {total} 件{more}</p></div><span class="sp"></span>{further}'
        '<span data-told role="status" class="mut sm"></span>'
        f'<button type="button" class="btn" data-file="./of/figures">{icon("download")}导出 Excel</button>'
        f"{act('queue', '回待办')}</div>"
    )


def chart_of(key: str, counted: Mapping[str, int], units: Mapping[str, str]) -> Chart:
    """Lying bars, the longest first; terms by how near they are, what came back by how often."""
    named: dict[str, int] = {}
    for name, count in counted.items():
        title = (unit_title(units, name) or UNKNOWN) if key == "unit" else name
        named[title] = named.get(title, 0) + count
    lines = sorted(named.items(), key=lambda one: -one[1])
    if key == "due":
        lines = [one for one in named.items() if one[1]]
    elif key == "returned":
        lines = sorted(named.items())
    if len(lines) > MOST:
        lines = [*lines[: MOST - 1], ("其余的", sum(count for _, count in lines[MOST - 1 :]))]
    values = tuple(count for _, count in lines)
    series = SeriesState(title="几件", colour="blue", values=values)
    return Chart(draw="rows", unit="件", labels=tuple(name for name, _ in lines), series=(series,))


def finding(key: str, chart: Chart) -> str:
    """What a chart says, in a sentence."""
    if not chart.labels:
        return "没有在办的"
    values = dict(zip(chart.labels, chart.series[0].values, strict=True))
    if key == "due":
        late, now = (values.get(term, 0) for term in TERMS[:2])
        return f"{late} 件逾期，{now} 件今天到期" if late or now else "没有逾期的，今天也没有到期的"
    if key == "returned":
        back = sum(count for name, count in values.items() if name != "0 次")
        return f"{back} 件退回过，占 {100 * back // max(1, sum(values.values()))}%" if back else "都没有退回过"
    most = chart.labels[0]  # the longest first; what is left over is no name
    return f"“{most}”最多，{values[most]} 件"
