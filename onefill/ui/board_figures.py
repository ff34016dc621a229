"""看板, statistics: one measure as a chart, all of them as a table, and the workbook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from onefill.definitions.boards import Board
from onefill.service.board_shapes import FigureRow, Figures
from onefill.service.figuring import HEADINGS, MONTH, places_of, shown
from onefill.service.view_shapes import Chart, SeriesState
from onefill.ui.html import esc, icon, note, pressed, unit_choice

#: Bars of a chart at most; the table has them all.
MOST = 12
REST = "其余的"


@dataclass
class Parted:
    """How statistics are looked at.

    Attributes:
        by: How they are parted.
        year: Only this year; all if empty.
        measure: Number of the measure that is drawn.
        unit: Only of this unit and those below; all if empty.
    """

    by: str = ""
    year: str = ""
    unit: str = ""
    measure: int = 0


def tools(key: str, board: Board, found: Figures, parted: Parted, units: Mapping[str, str]) -> str:
    """How to part, of which unit, which year, the workbook."""
    ways = {**HEADINGS, **{one.key: one.title for one in board.groups}}
    buttons = "".join(
        f'<button type="button" class="btn s" data-act="by:{esc(way)}" aria-pressed="{pressed(way == found.by)}">'
        f"按{esc(title)}</button>"
        for way, title in ways.items()
    )
    spans = {"": "全部", **{one: f"{one}年" for one in found.spans}}
    options = "".join(
        f'<option value="{one}"{" selected" if one == parted.year else ""}>{words}</option>'
        for one, words in spans.items()
    )
    asked = {"by": found.by, "year": parted.year, "unit": parted.unit}
    address = f"./of/board/{key}?{urlencode(asked)}"
    return (
        f'<div class="tools" data-i18n-skip><span class="seg" role="group" aria-label="怎么分">{buttons}</span>'
        f"{unit_choice(units, parted.unit)}"
        f'<label class="pick">年份 <select data-choose="year">{options}</select></label><span class="sp"></span>'
        '<span data-told role="status" class="mut sm"></span>'
        f'<button type="button" class="btn s" data-file="{esc(address)}">{icon("download")}导出 Excel</button></div>'
    )


def heads(found: Figures, parted: Parted) -> str:
    """The totals side by side; pressing one draws it, by ``measure:N``."""
    boxes = "".join(
        f'<button type="button" class="fig" data-act="measure:{number}"'
        f' aria-pressed="{pressed(number == parted.measure)}">'
        f"<b>{esc(shown(value, places))}<small> {esc(unit)}</small></b><span>{esc(title)}</span></button>"
        for number, ((title, unit), value, places) in enumerate(
            zip(found.measures, found.total.values, places_of(found), strict=True)
        )
    )
    failed = note("amber", "warning", f"有 {found.faults} 处没有算出来，没有算进去") if found.faults else ""
    return f'{failed}<div class="figs free" role="group" aria-label="画哪一项">{boxes}</div>'


def chart_of(found: Figures, measure: int) -> Chart:
    """Bars of one measure: months in order, all others lying and the largest first."""
    known = [(row.title, value) for row in found.rows if (value := row.values[measure]) is not None]
    if found.by != MONTH:
        known = sorted(known, key=lambda one: -one[1])
    known = known[-MOST:] if found.by == MONTH else known[:MOST]
    title, unit = found.measures[measure]
    series = SeriesState(title=title, colour="blue", values=tuple(value for _, value in known))
    draw = "stacked" if found.by == MONTH else "rows"
    return Chart(draw=draw, unit=unit, labels=tuple(name for name, _ in known), series=(series,))


def finding(found: Figures, measure: int) -> str:
    """What the chart says, in a sentence."""
    title, unit = found.measures[measure]
    known = [(value, row.title) for row in found.rows if (value := row.values[measure]) is not None]
    if not known:
        return "还没有可数的"
    most = max(value for value, _ in known)
    first = [name for value, name in known if value == most]
    where = f"{first[0]}最高" if len(first) == 1 else f"{len(first)} 个并列最高"
    total = found.total.values[measure]
    places = places_of(found)[measure]
    whole = f"，总计 {shown(total, places)} {unit}".rstrip() if total is not None else ""
    return f"{title}：{where}，{shown(most, places)} {unit}".rstrip() + whole


def table(found: Figures) -> str:
    """All rows and measures, the total below."""
    head = f'<th scope="col">{esc(found.heading)}</th>' + "".join(
        f'<th scope="col" class="num">{esc(f"{title}（{unit}）" if unit else title)}</th>'
        for title, unit in found.measures
    )
    places = places_of(found)
    body = "".join(_row(row, places) for row in found.rows)
    return (
        f'<div class="wide"><table class="tbl sums" data-i18n-skip><thead><tr>{head}</tr></thead><tbody>{body}</tbody>'
        f"<tfoot>{_row(found.total, places)}</tfoot></table></div>"
    )


def titles_of(boards: Mapping[str, Board], chosen: str) -> str:
    """The boards side by side; pressing one opens it, by ``board:KEY``."""
    return "".join(
        f'<button type="button" class="btn s" data-act="board:{esc(key)}" aria-pressed="{pressed(key == chosen)}">'
        f"{esc(board.title)}</button>"
        for key, board in boards.items()
    )


def _row(row: FigureRow, places: Sequence[int]) -> str:
    cells = "".join(f'<td class="num">{esc(text)}</td>' for text in map(shown, row.values, places))
    return f'<tr><th scope="row">{esc(row.title)}</th>{cells}</tr>'
