"""Boards over many records: who sees what, what counts, and that none of the records is opened for it."""

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from onefill.definitions import load_packs
from onefill.definitions.lint import lint
from onefill.people import Reach, Right
from onefill.service import Desk, Settings, open_desk
from onefill.service.board_shapes import Figures
from onefill.service.boards import days_of
from onefill.service.errors import BoardUnknown
from onefill.service.figuring import MOST_MONTHS, figures, figures_rows
from onefill.service.glance import Count
from onefill.service.shapes import Person
from onefill.ui.board_figures import chart_of
from store import EVERYTHING
from tests.desks import Clock, no_html, no_office

PACK = """\
pack: walks
title: 徒步
forms: [walk, club]
cases: [walk]
units:
  - key: city
    title: 市里
    below:
      - {key: east, title: 东区}
      - {key: west, title: 西区}
roles:
  - {key: guide, title: 领队, reach: own, actions: [fill]}
  - {key: officer, title: 审核员, reach: below}
boards:
  - key: outings
    title: 走在路上
    kind: calendar
    of:
      - form: walk
        passed: plan
        happenings:
          - {title: 走路, each: legs, day: day, time: time, text: "{{ place }}", colour: green}
          - {title: 集合, day: meets, until: meets + 1}
  - key: sums
    title: 走了多少
    kind: statistics
    by: [officer]
    of:
      - {form: walk, passed: plan, each: legs, day: day, groups: {to: place},
         counts: {far: far, legs: "1", walks: name}}
      - {form: club, counts: {clubs: "1"}}
    groups: [{key: to, title: 去哪里}]
    measures:
      - {title: 里程, value: far, unit: 公里}
      - {title: 几段, value: legs, unit: 段}
      - {title: 几次, value: walks, unit: 次}
      - {title: 平均, value: far / legs, unit: 公里}
      - {title: 社团, value: clubs, unit: 个}
"""
WALK = """\
form: walk
title: 徒步
label: "{{ name }}"
phases: [{key: plan, title: 计划}, {key: report, title: 总结}]
sections:
  - key: basics
    title: 基本
    fields:
      - {key: name, label: 名称, required: true}
      - {key: meets, label: 集合日期, type: date}
  - key: legs
    title: 行程
    label: "{{ place }}"
    repeat: {max: 200}
    fields:
      - {key: place, label: 地方}
      - {key: day, label: 日期, type: date}
      - {key: time, label: 时间, type: time_range}
      - {key: far, label: 里程, type: number}
stages:
  - {key: asked, title: 等审}
  - {key: back, title: 退回, holder: owner}
  - {key: agreed, title: 同意, holder: done, passed: true}
  - {key: change, title: 申请改期}
  - {key: told, title: 总结交了, phase: report}
  - {key: over, title: 结束, phase: report, holder: done, passed: true}
actions:
  - {key: ask, title: 交, kind: submit, from: [draft, back], to: asked, by: [guide]}
  - {key: send_back, title: 退, kind: return, from: [asked], to: back, by: [officer]}
  - {key: agree, title: 同意, kind: pass, from: [asked, change], to: agreed, by: [officer]}
  - {key: ask_change, title: 改期, from: [agreed], to: change, by: [guide]}
  - {key: tell, title: 交总结, kind: submit, phase: report, from: [draft], to: told, by: [guide]}
  - {key: close, title: 结束, kind: pass, phase: report, from: [told], to: over, by: [officer]}
"""
CLUB = """\
form: club
title: 社团
label: "{{ called }}"
sections:
  - {key: basics, title: 基本, fields: [{key: called, label: 叫什么}]}
"""
EAST, WEST = "city/east", "city/west"


def person(role: str, unit: str, reach: Reach) -> Person:
    """Somebody with one role."""
    right = Right(unit, reach, frozenset({"fill", "print"}))
    return Person(name=f"{role} {unit}", unit=unit, roles=(role,), rights=(right,))


GUIDE_EAST, GUIDE_WEST = (person("guide", unit, Reach.OWN) for unit in (EAST, WEST))
OFFICER, OFFICER_EAST = person("officer", "city", Reach.BELOW), person("officer", EAST, Reach.BELOW)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    pack = tmp_path / "forms" / "walks"
    pack.mkdir(parents=True)
    for name, text in (("pack", PACK), ("walk", WALK), ("club", CLUB)):
        (pack / f"{name}.yaml").write_text(text, encoding="utf-8")
    return reopened(tmp_path)


def reopened(folder: Path) -> Desk:
    """A desk over what lies there now."""
    settings = Settings(data=folder, forms=folder / "forms", templates=folder)
    return open_desk(settings, now=Clock(), engine=no_office, html=no_html)


def walk(desk: Desk, name: str, who: Person, *legs: tuple[str, str, object]) -> str:
    """A walk that was agreed to: of each leg where, when and how far."""
    rows = {
        f"r{n}": {"@order": n, "place": place, "day": day, "time": "09:00-11:00", "far": far}
        for n, (place, day, far) in enumerate(legs)
    }
    made = desk.records.create("walk", who, {"name": name, "meets": "2026-12-24", "legs": rows})
    desk.reviews.act(made, "ask", who)
    desk.reviews.act(made, "agree", OFFICER)
    return made


@pytest.fixture
def walks(desk: Desk) -> Mapping[str, str]:
    found = {
        "一": walk(desk, "一", GUIDE_EAST, ("南山", "2026-12-21", 10), ("北湖", "2027-01-02", "2.5")),
        "二": walk(desk, "二", GUIDE_WEST, ("南山", "2026-12-21", 4)),
    }
    draft = {"name": "三", "legs": {"r0": {"@order": 0, "place": "南山", "day": "2026-12-21", "far": 99}}}
    desk.records.create("walk", GUIDE_EAST, draft)
    desk.records.create("club", GUIDE_EAST, {"called": "东社"})
    return found


def sums(desk: Desk, who: Person = OFFICER, by: str = "month", year: str = "") -> Figures:
    return desk.boards.statistics("walks.sums", who, desk.people.offices.units(), by=by, year=year)


def rows(found: Figures) -> dict[str, tuple[object, ...]]:
    return {row.title: row.values for row in found.rows}


def test_the_pack_is_sound(desk: Desk) -> None:
    assert [problem.what for problem in lint(load_packs(desk.settings.forms))] == []


def test_a_calendar_shows_what_was_agreed_to_in_the_order_of_the_day(desk: Desk, walks: Mapping[str, str]) -> None:
    found = desk.boards.planner("walks.outings", OFFICER, date(2026, 12, 21), date(2026, 12, 31))
    told = [(one.day.day, one.until.day, one.kind, one.colour, one.label, one.time, one.text) for one in found.held]
    assert told == [
        (21, 21, "走路", "green", "一", "09:00—11:00", "南山"),
        (21, 21, "走路", "green", "二", "09:00—11:00", "南山"),
        (24, 25, "集合", "green", "一", "", ""),
        (24, 25, "集合", "green", "二", "", ""),
    ]
    assert found.kinds == (("走路", "green"), ("集合", "green"))
    assert found.held[0].record == walks["一"]
    assert {
        day.day: len(held) for day, held in days_of(found.held, date(2026, 12, 25), date(2026, 12, 31)).items()
    } == {25: 2}


def test_everybody_sees_the_own_part_only(desk: Desk, walks: Mapping[str, str]) -> None:
    days = date(2026, 12, 21), date(2026, 12, 21)
    for who, seen in ((OFFICER_EAST, ["一"]), (GUIDE_WEST, ["二"]), (OFFICER, ["一", "二"])):
        assert [one.label for one in desk.boards.planner("walks.outings", who, *days).held] == seen
    west = desk.boards.planner("walks.outings", OFFICER, *days, unit=WEST)
    assert [one.label for one in west.held] == ["二"]


def test_a_board_is_for_its_roles(desk: Desk) -> None:
    assert list(desk.boards.known(GUIDE_EAST)) == ["walks.outings"]
    assert list(desk.boards.known(OFFICER)) == list(desk.boards.known(Person())) == ["walks.outings", "walks.sums"]
    with pytest.raises(BoardUnknown, match="没有这个看板"):
        sums(desk, GUIDE_EAST)


def test_figures_are_parted_by_month_unit_and_group(desk: Desk, walks: Mapping[str, str]) -> None:
    """What belongs to no time stands in no month, but in the total."""
    months = sums(desk)
    assert rows(months) == {"2026年12月": (14, 2, 2, 7, 0), "2027年1月": (Decimal("2.5"), 1, 1, Decimal("2.5"), 0)}
    assert months.total.values == (Decimal("16.5"), 3, 2, Decimal("5.5"), 1)
    assert (months.heading, months.spans, months.faults) == ("月份", ("2027", "2026"), 0)
    assert rows(sums(desk, by="unit")) == {
        "东区": (Decimal("12.5"), 2, 1, Decimal("6.25"), 1),
        "西区": (4, 1, 1, 4, 0),
    }
    assert rows(sums(desk, by="to", year="2026")) == {"南山": (14, 2, 2, 7, 0)}
    assert sums(desk, by="to", year="2026").total.values == (14, 2, 2, 7, 1)


def test_a_share_of_nothing_is_none(desk: Desk) -> None:
    desk.records.create("club", GUIDE_EAST, {"called": "东社"})
    assert sums(desk).total.values == (0, 0, 0, None, 1)


def test_a_change_that_is_asked_takes_nothing_away_and_a_later_phase_neither(
    desk: Desk, walks: Mapping[str, str]
) -> None:
    desk.reviews.act(walks["二"], "ask_change", GUIDE_WEST)
    desk.reviews.act(walks["一"], "tell", GUIDE_EAST)
    assert sums(desk).total.values[1] == 3


def test_whoever_fills_sees_what_was_typed_since_all_others_what_an_entry_holds(
    desk: Desk, walks: Mapping[str, str]
) -> None:
    days = date(2026, 12, 28), date(2026, 12, 28)
    desk.reviews.act(walks["一"], "ask_change", GUIDE_EAST)
    desk.reviews.act(walks["一"], "agree", OFFICER)
    draft = desk.records.create("walk", GUIDE_EAST, {"name": "四", "meets": "2026-12-24"})
    desk.reviews.act(draft, "ask", GUIDE_EAST)
    desk.reviews.act(draft, "agree", OFFICER)
    desk.records.set(walks["一"], "meets", "2026-12-28", GUIDE_EAST)
    assert [one.kind for one in desk.boards.planner("walks.outings", GUIDE_EAST, *days).held] == ["集合"]
    assert desk.boards.planner("walks.outings", OFFICER, *days).held == ()


def test_a_page_over_many_records_opens_none(
    desk: Desk, walks: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = reopened(tmp_path)

    def opened(_book: object, record: str) -> None:
        raise AssertionError(record)

    monkeypatch.setattr("onefill.service.book.Book.open", opened)
    assert sums(again).total.values[1] == 3
    assert again.boards.planner("walks.outings", OFFICER, date(2026, 12, 21), date(2026, 12, 21)).held


def test_records_older_than_a_board_count_too_and_are_folded_once(
    desk: Desk, walks: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "forms" / "walks" / "pack.yaml"
    path.write_text(
        PACK.replace("value: far, unit", "value: twice, unit").replace("far: far,", "far: far, twice: far * 2,")
    )
    again = reopened(tmp_path)
    assert sums(again).total.values[0] == 33
    monkeypatch.setattr("onefill.service.book.Book.open", None)
    assert sums(again).total.values[0] == 33


def test_a_program_that_serves_folds_them_before_anybody_asks(
    desk: Desk, walks: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "forms" / "walks" / "pack.yaml"
    path.write_text(
        PACK.replace("value: far, unit", "value: twice, unit").replace("far: far,", "far: far, twice: far * 2,")
    )
    again = reopened(tmp_path)
    again.make_ready()
    monkeypatch.setattr("onefill.service.book.Book.open", None)
    assert sums(again).total.values[0] == 33


def test_what_cannot_be_worked_out_is_told(desk: Desk, walks: Mapping[str, str], tmp_path: Path) -> None:
    path = tmp_path / "forms" / "walks" / "pack.yaml"
    path.write_text(PACK.replace("far: far,", "far: far / (far - 4),"))
    assert sums(reopened(tmp_path)).faults == 1


def test_figures_as_a_workbook(desk: Desk, walks: Mapping[str, str]) -> None:
    made = desk.boards.workbook("walks.sums", OFFICER, desk.people.offices.units(), by="unit", year="2026")
    sheet = load_workbook(io.BytesIO(made.data)).active
    assert made.name == "走了多少_单位_2026_20261220.xlsx"
    assert [[str(cell.value) for cell in row] for row in sheet.iter_rows()][-3:] == [
        ["东区", "10", "1", "1", "10", "1"],
        ["西区", "4", "1", "1", "4", "0"],
        ["总计", "14", "2", "2", "7", "1"],
    ]


def test_the_program_itself_may_see_everything(desk: Desk, walks: Mapping[str, str]) -> None:
    assert Person().scope == EVERYTHING
    assert sums(desk, Person(), by="unit").total.values[1] == 3


def counted(month: str, told: str) -> Count:
    return Count(source=0, month=month, groups={}, sums={"far": Decimal(told)}, kinds={})


def test_months_without_anything_stand_between_the_others_and_decimals_agree(desk: Desk) -> None:
    board = desk.boards.board("walks.sums", OFFICER)
    lines = [
        ("east", counted(month, far), 0) for month, far in (("2020-11", "90"), ("2026-06", "91.25"), ("2026-09", "3"))
    ]
    found = figures(board, lines, {}, "", by="month")
    assert [row.title for row in found.rows][:2] == ["2020年11月", "2023年10月"]
    assert [row.title for row in found.rows][-4:] == ["2026年6月", "2026年7月", "2026年8月", "2026年9月"]
    assert len(found.rows) == 1 + MOST_MONTHS
    assert [texts[1] for texts in figures_rows(found)][-5:] == ["91.25", "0.00", "0.00", "3.00", "184.25"]
    assert chart_of(found, 0).labels[-2:] == ("2026年8月", "2026年9月")
    assert figures(board, lines[1:], {}, "", by="month").rows[0].title == "2026年6月"
