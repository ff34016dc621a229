"""A record at a glance, over a small pack of its own."""

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from onefill.cli import plain_overview
from onefill.definitions import load_packs
from onefill.definitions.lint import lint
from onefill.definitions.model import View
from onefill.service import Desk, Settings, open_desk
from onefill.service.charts import Point, chart, placed
from onefill.service.errors import ViewUnknown
from onefill.service.overview_text import overview_lines
from onefill.service.view_shapes import Calendar, Chart, Listing, Overview, Statistics, ViewState
from tests.desks import Clock, no_html, no_office

FORM = """\
form: trip
title: 出行
label: "{{ name }}"
phases: [{key: plan, title: 计划}, {key: report, title: 总结}]
life:
  - {phase: plan, date: planned}
  - {title: 在路上, date: start, until: finish}
  - {phase: report}
sections:
  - key: basics
    title: 基本
    fields:
      - {key: name, label: 名称, required: true}
      - {key: planned, label: 计划日期, type: date}
      - {key: start, label: 出发, type: date}
      - {key: finish, label: 回来, type: date}
      - {key: words, label: 感想, from: report, required: true}
  - key: stages
    title: 行程
    label: "{{ place }}"
    repeat: {max: 200}
    fields:
      - {key: place, label: 地方}
      - {key: day, label: 日期, type: date}
      - {key: distance, label: 里程, type: number}
      - {key: how, label: 怎么走}
      - {key: grade, label: 评分, type: number}
      - {key: worth, label: 值得, type: number}
"""
VIEWS = {
    "weeks": """chart, each: stages, x: day, per: week, y: distance, by: how, order: [步行], unit: 公里,
        sentence: "共 {{ stages|sum(attribute='distance') }} 公里", empty: 填了行程就有""",
    "months": "chart, each: stages, x: day, per: month, draw: line",
    "days": "chart, each: stages, x: day, y: distance",
    "ways": "chart, each: stages, x: how, draw: rows",
    "grades": """chart, each: stages, bins: [60, 80], draw: grouped,
        series: [{title: 评分, x: grade, colour: red}, {title: 值得, x: worth}]""",
    "dates": 'calendar, each: stages, x: day, by: how, text: "{{ place }}"',
    "places": "list, each: \"stages|selectattr('grade', 'ge', 80)\", "
    "columns: [{title: 第几, value: row.no}, {title: 地方, value: place}]",
    "groups": "list, each: \"stages|groupby('how')\", "
    "columns: [{title: 怎么走, value: row.grouper}, {title: 几段, value: row.list|length}]",
    "again": "copy_out, columns: [{title: 名称, value: name}, {title: 几段, value: stages|length}]",
    "stages_again": "copy_out, each: stages, columns: [{title: 地方, value: place}, {title: 日期, value: day}]",
    "sums": "statistics, figures: [{title: 几段, value: stages|length, unit: 段}, {title: 名称, value: name}]",
    "secret": "statistics, when: name == '秘密', figures: [{title: 几段, value: stages|length}]",
    "odd": "statistics, figures: [{title: 坏的, value: 1 / (stages|length - 1)}]",
}
STAGES = [
    ("甲", "2026-12-07", 10, "步行", "55", 60),
    ("乙", "2026-12-13", "2.5", "坐车", "80", 79),
    ("丙", "2026-12-21", 20, "步行", "59.5", None),
    ("丁", None, 5, "骑车", None, None),
]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    pack = tmp_path / "forms" / "trips"
    pack.mkdir(parents=True)
    views = "".join(f"  - {{key: {key}, title: 图{key}, form: trip, kind: {rest}}}\n" for key, rest in VIEWS.items())
    head = "pack: trips\ntitle: 出行\nforms: [trip]\ncases: [trip]\nviews:\n"
    (pack / "pack.yaml").write_text(head + views, encoding="utf-8")
    (pack / "trip.yaml").write_text(FORM, encoding="utf-8")
    settings = Settings(data=tmp_path, forms=tmp_path / "forms", templates=tmp_path, store="memory:")
    return open_desk(settings, now=Clock(), engine=no_office, html=no_html)


@pytest.fixture
def trip(desk: Desk) -> str:
    names = ("place", "day", "distance", "how", "grade", "worth")
    rows = {
        f"r{n}": {"@order": n, **{k: v for k, v in zip(names, line, strict=True) if v is not None}}
        for n, line in enumerate(STAGES)
    }
    data = {"name": "一", "planned": "2026-12-01", "start": "2026-12-07", "finish": "2027-01-21", "stages": rows}
    return desk.records.create("trip", desk.who(), data)


def view(overview: Overview, key: str) -> ViewState:
    return next(one for one in overview.views if one.key == key)


def a_chart(desk: Desk, record: str, key: str) -> Chart:
    content = view(desk.views.of(record), key).content
    assert isinstance(content, Chart)
    return content


def bars(one: Chart) -> dict[str, dict[str, object]]:
    return {
        label: {series.title: series.values[n] for series in one.series if series.values[n]}
        for n, label in enumerate(one.labels)
    }


def test_the_pack_is_sound(desk: Desk) -> None:
    assert [problem.what for problem in lint(load_packs(desk.settings.forms))] == []


def test_hours_fall_into_weeks_and_a_week_without_any_is_shown(desk: Desk, trip: str) -> None:
    one = a_chart(desk, trip, "weeks")
    assert bars(one) == {
        "12月7日—13日": {"步行": 10, "坐车": Decimal("2.5")},
        "12月14日—20日": {},
        "12月21日—27日": {"步行": 20},
    }
    assert [(s.title, s.colour) for s in one.series] == [("步行", "blue"), ("坐车", "green")]
    assert (one.draw, one.unit, one.left_out) == ("stacked", "公里", 1)
    assert view(desk.views.of(trip), "weeks").sentence == "共 37.5 公里"


def test_what_the_next_days_bring_is_told_the_next_first(desk: Desk, trip: str) -> None:
    """It is the 20th of December: what is over, or further off, is not told."""
    desk.records.create("trip", desk.who(), {"name": "二", "planned": "2026-12-25", "start": "2027-01-09"})
    told = [(one.label, one.what, one.when) for one in desk.views.ahead("trip", 14)]
    assert told == [("一", "在路上", "12月7日—1月21日"), ("二", "计划", "12月25日")]
    desk.records.delete(trip, desk.who())
    assert [one.label for one in desk.views.ahead("trip", 14)] == ["二"]


def test_months_days_and_words(desk: Desk, trip: str) -> None:
    assert bars(a_chart(desk, trip, "months")) == {"2026年12月": {"": 3}}
    assert list(bars(a_chart(desk, trip, "days"))) == ["12月7日", "12月13日", "12月21日"]
    assert list(bars(a_chart(desk, trip, "ways")).items()) == [
        ("步行", {"": 2}),
        ("坐车", {"": 1}),
        ("骑车", {"": 1}),
    ]


def test_an_item_counts_in_several_series(desk: Desk, trip: str) -> None:
    one = a_chart(desk, trip, "grades")
    assert bars(one) == {
        "60 以下": {"评分": 2},
        "60—79": {"值得": 2},
        "80 以上": {"评分": 1},
    }
    assert [s.colour for s in one.series] == ["red", "green"]
    assert one.left_out == 1


def test_what_is_typed_again_elsewhere_is_a_table_and_a_workbook_of_texts(desk: Desk, trip: str) -> None:
    desk.records.set(trip, "name", "=1+1", desk.who())
    overview = desk.views.of(trip)
    assert view(overview, "again").content == Listing(columns=("名称", "几段"), rows=(("=1+1", "4"),), ids=(trip,))
    stages = view(overview, "stages_again").content
    assert isinstance(stages, Listing)
    assert (stages.rows[-1], stages.ids) == (("丁", ""), ("r0", "r1", "r2", "r3"))
    groups = view(overview, "groups").content
    assert isinstance(groups, Listing)
    assert groups.ids == ("@0", "@1", "@2")
    made = desk.views.workbook(trip, "again")
    assert made.name == "=1+1 图again.xlsx"
    cells = list(load_workbook(io.BytesIO(made.data)).worksheets[0].iter_rows())
    assert [[cell.value for cell in row] for row in cells] == [["名称", "几段"], ["=1+1", "4"]]
    assert {(cell.data_type, cell.number_format) for cell in cells[1]} == {("s", "@")}
    for key in ("weeks", "nothing"):
        with pytest.raises(ViewUnknown, match=key):
            desk.views.workbook(trip, key)


def test_a_calendar_a_list_and_figures(desk: Desk, trip: str) -> None:
    overview = desk.views.of(trip)
    calendar = view(overview, "dates").content
    assert isinstance(calendar, Calendar)
    assert [(day.day, [item.text for item in day.items]) for day in calendar.days] == [
        (date(2026, 12, 7), ["甲"]),
        (date(2026, 12, 13), ["乙"]),
        (date(2026, 12, 21), ["丙"]),
    ]
    assert calendar.groups == (("步行", "blue"), ("坐车", "green"))
    assert calendar.left_out == 1
    listing = view(overview, "places").content
    assert listing == Listing(columns=("第几", "地方"), rows=(("2", "乙"),), ids=("r1",))
    groups = view(overview, "groups").content
    assert isinstance(groups, Listing)
    assert set(groups.rows) == {("步行", "2"), ("坐车", "1"), ("骑车", "1")}
    sums = view(overview, "sums").content
    assert isinstance(sums, Statistics)
    assert [(one.title, one.shown, one.unit) for one in sums.figures] == [("几段", "4", "段"), ("名称", "一", "")]


def test_nothing_yet_is_said_and_what_is_not_asked_is_left_out(desk: Desk) -> None:
    overview = desk.views.of(desk.records.create("trip", desk.who()))
    weeks = view(overview, "weeks")
    assert (weeks.content, weeks.empty, weeks.sentence) == (None, "填了行程就有", "")
    assert view(overview, "days").empty == "还没有可看的"
    assert {one.key for one in overview.views} == set(VIEWS) - {"secret"}


def test_a_view_that_cannot_be_worked_out_does_not_take_the_others_along(desk: Desk) -> None:
    record = desk.records.create("trip", desk.who(), {"name": "秘密", "stages": {"a": {"@order": 1, "place": "甲"}}})
    overview = desk.views.of(record)
    assert view(overview, "odd").trouble == "算不出来：除数是 0。"
    assert isinstance(view(overview, "secret").content, Statistics)


def test_the_line_of_life(desk: Desk, trip: str) -> None:
    def life() -> list[tuple[str, str, str, int | None]]:
        return [(p.title, p.state, p.when, p.percent) for p in desk.views.of(trip).life]

    assert life() == [
        ("新建", "done", "12月20日", None),
        ("计划", "done", "12月1日", None),
        ("在路上", "now", "12月7日—1月21日", None),
        ("总结", "now", "", 50),
    ]
    assert desk.views.of(trip).next_page == "fill"
    desk.records.set(trip, "words", "好", desk.who())
    desk.records.set(trip, "start", "2027-01-02", desk.who())
    assert life()[2:] == [("在路上", "to_come", "2027年1月2日—21日", None), ("总结", "done", "", None)]
    assert desk.views.of(trip).next_page == "documents"
    desk.records.set(trip, "name", "", desk.who())
    assert life()[1:] == [
        ("计划", "now", "12月1日", 0),
        ("在路上", "to_come", "2027年1月2日—21日", None),
        ("总结", "to_come", "", None),
    ]


def test_it_can_be_printed_and_told_to_programs(desk: Desk, trip: str) -> None:
    text = "\n".join(overview_lines(desk.views.of(trip)))
    for part in (
        "出行　一",
        "已办　计划　12月1日",
        "现在　总结　50%",
        "接下来：",
        "图weeks　共 37.5 公里",
        "  12月7日—13日：步行 10　坐车 2.5 公里",
        "另有 1 项没有填",
        "2026年12月7日 星期一　步行 甲",
        "第几｜地方",
        "几段　4段",
    ):
        assert part in text
    told = json.loads(json.dumps(plain_overview(desk.views.of(trip))))
    weeks = next(one for one in told["views"] if one["key"] == "weeks")
    assert weeks["content"]["series"][1]["values"] == [2.5, 0, 0]
    dates = next(one for one in told["views"] if one["key"] == "dates")
    assert dates["content"]["days"][0]["day"] == "2026-12-07"


# -- charts by themselves ------------------------------------------------------------------------------------------


def a_view(**more: object) -> View:
    return View.model_validate({"key": "a", "title": "图", "kind": "chart", "form": "trip", **more})


def test_never_more_than_four_colours_nor_a_dozen_bars() -> None:
    colours = chart(a_view(), [Point(f"色{n}", "甲", 9 - n) for n in range(6)], 0)
    assert colours is not None
    assert [(s.title, s.values[0]) for s in colours.series] == [("色0", 9), ("色1", 8), ("色2", 7), ("其余", 15)]
    many = chart(a_view(), [Point("", f"种{n:02}", 99 - n) for n in range(20)], 0)
    assert many is not None
    assert len(many.labels) == 12
    assert many.labels[-1] == "其余 9 种"
    assert sum(many.series[0].values) == sum(99 - n for n in range(20))


def test_days_among_words_are_words() -> None:
    mixed = chart(a_view(), [Point("", "甲", 1), Point("", date(2026, 1, 2), 2)], 0)
    assert mixed is not None
    assert mixed.labels == ("2026年1月2日", "甲")


def test_a_week_begins_on_monday_and_spans_years() -> None:
    week = a_view(per="week")
    assert placed(week, date(2027, 1, 3)) == date(2026, 12, 28)
    one = chart(week, [Point("", date(2026, 12, 28), 1)], 0)
    assert one is not None
    assert one.labels == ("12月28日—1月3日",)


def test_bins_hold_their_lower_edge() -> None:
    bins = a_view(bins=[60, 61, 80])
    assert [placed(bins, value) for value in (59, 60, Decimal("60.5"), 61, 80)] == [0, 1, 1, 2, 3]
    one = chart(bins, [Point("", 0, 1)], 0)
    assert one is not None
    assert one.labels == ("60 以下", "60", "61—79", "80 以上")
