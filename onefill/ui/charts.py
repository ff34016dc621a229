"""Charts of ours out of plain series, drawn by Altair, which Streamlit brings along.

Words of the chart are only what people and packs wrote: no titles of axes, no English names for screen readers.
"""

from typing import Any

import altair as alt

from onefill.definitions.values import number_text
from onefill.service.view_shapes import Chart

COLOURS = {"blue": "#1d5bb5", "green": "#4fa08b", "amber": "#b97c12", "red": "#b3261e"}
INK, INK2, LINE, EDGE = "#1d2530", "#475264", "#eceff3", "#c4ccd6"
FONT = "Microsoft YaHei, PingFang SC, Noto Sans CJK SC, sans-serif"
SIZE = 13
HEIGHT, ROW_HEIGHT = 172, 30
#: Figures stand at the bars themselves up to so many of one colour.
FEW_BARS = 8
#: How much longer than the longest lying bar the axis is, so that the figure at its end is not cut.
ROOM = 1.1
#: So few bars would be as broad as boards.
FEWEST_BARS, WIDE_BAR = 4, 56
LABEL_WIDTH = 210


def drawn(chart: Chart, words: str) -> Any:
    """The chart in our look; ``words`` are read out in its place."""
    made = _rows(chart) if chart.draw == "rows" else _columns(chart)
    return (
        made.properties(description=words, height=height(chart), padding={"left": 4, "top": 4, "right": 4, "bottom": 0})
        .configure(font=FONT, background="transparent")
        .configure_view(stroke=None)
        .configure_mark(aria=False)
        .configure_axis(
            aria=False,
            labelFont=FONT,
            labelFontSize=SIZE,
            labelColor=INK2,
            labelOverlap=True,
            labelSeparation=4,
            labelPadding=6,
            title=None,
            gridColor=LINE,
            domainColor=EDGE,
            tickColor=EDGE,
        )
        .configure_legend(
            aria=False,
            orient="top",
            direction="horizontal",
            title=None,
            labelFont=FONT,
            labelFontSize=SIZE,
            labelColor=INK2,
            symbolType="square",
            offset=4,
        )
    )


def height(chart: Chart) -> int:
    """Lying bars need room for each; the others are all as high."""
    return max(HEIGHT, ROW_HEIGHT * len(chart.labels)) if chart.draw == "rows" else HEIGHT


def _data(chart: Chart) -> alt.Data:
    values = [
        {
            "label": label,
            "series": one.title,
            "order": number,
            "amount": float(one.values[at]),
            "shown": number_text(one.values[at]),
            "tip": f"{label}　{one.title} {number_text(one.values[at])} {chart.unit}".replace("　 ", "　").strip(),
        }
        for number, one in enumerate(chart.series)
        for at, label in enumerate(chart.labels)
    ]
    return alt.Data(values=values)


def _colour(chart: Chart) -> Any:
    titles = [one.title for one in chart.series]
    if len(titles) == 1:
        return alt.value(COLOURS[chart.series[0].colour])
    colours = [COLOURS[one.colour] for one in chart.series]
    return alt.Color("series:N", sort=titles, scale=alt.Scale(domain=titles, range=colours))


def _scale(chart: Chart) -> alt.Scale:
    """From zero on; a chart in which all is nought still has an axis."""
    if any(value for one in chart.series for value in one.values):
        return alt.Scale(zero=True)
    return alt.Scale(domain=[0, 1])


def _columns(chart: Chart) -> Any:
    axis = alt.Axis(labelAngle=0)
    base = alt.Chart(_data(chart)).encode(
        x=alt.X("label:O", sort=list(chart.labels), axis=axis),
        y=alt.Y("amount:Q", scale=_scale(chart), axis=alt.Axis(tickCount=4, tickMinStep=1)),
        color=_colour(chart),
        tooltip="tip:N",
    )
    if chart.draw == "line":
        return base.mark_line(point=True, strokeWidth=2)
    if chart.draw == "grouped" and len(chart.series) > 1:
        titles = [one.title for one in chart.series]
        return base.encode(xOffset=alt.XOffset("series:N", sort=titles)).mark_bar()
    width = WIDE_BAR if len(chart.labels) <= FEWEST_BARS else alt.RelativeBandSize(0.42)
    bars = base.encode(order="order:Q").mark_bar(width=width)
    if len(chart.series) > 1 or len(chart.labels) > FEW_BARS:
        return bars
    figures = base.encode(text="shown:N", color=alt.value(INK))
    return bars + figures.mark_text(dy=-8, fontSize=SIZE, font=FONT)


def _rows(chart: Chart) -> Any:
    axis = alt.Axis(domain=False, ticks=False, labelLimit=LABEL_WIDTH)
    most = max(sum(one.values[at] for one in chart.series) for at in range(len(chart.labels)))
    base = alt.Chart(_data(chart)).encode(
        y=alt.Y("label:N", sort=list(chart.labels), axis=axis),
        x=alt.X("amount:Q", scale=alt.Scale(domain=[0, float(most or 1) * ROOM]), axis=None),
        color=_colour(chart),
        tooltip="tip:N",
    )
    bars = base.encode(order="order:Q").mark_bar(size=18)
    if len(chart.series) > 1:
        return bars
    figures = base.encode(text="shown:N", color=alt.value(INK))
    return bars + figures.mark_text(align="left", dx=6, fontSize=SIZE, font=FONT)
