"""What a class keeps while it runs, and what an inspector finds: online logs, the plan of that hour, calls."""

from datetime import date, datetime
from pathlib import Path

import pytest

from onefill.problems import Level
from onefill.service import Desk
from onefill.service.draws import DrawRefused
from store import EVERYTHING
from tests.desks import NOW, Clock, load, make_desk
from tests.papers import word_rows
from tests.reviews.foshan import CLERK, INSPECTOR, approve_application, file_class, hand_in_all, part_of_class
from tests.tables.making import book

HEADER = ("学员姓名", "课件名称", "学习日期", "起止时间", "学习分钟数")
#: As other platforms export it.
IN_AND_OUT = ("姓名", "章节", "登录时间", "退出时间")


def told(desk: Desk, record: str, code: str) -> list[str]:
    return [one.problem.what for one in desk.records.state(record).findings if one.problem.code == code]


def test_who_is_marked_present_before_the_lesson_is_told_until_its_day(tmp_path: Path) -> None:
    clock = Clock(NOW.replace(month=11, day=1))
    desk = make_desk(tmp_path, clock=clock)
    record = load(desk, "class_50")["class_50"]
    grid = desk.records.grid(record, "attendance")
    desk.records.put(record, {f"attendance/{line}/{one}": None for line, one in grid.cells}, CLERK)
    assert told(desk, record, "ATTENDANCE_EARLY") == []
    (lesson, _), *_ = grid.first
    (one, name), (other, named), (third, _), *_ = grid.second
    for person, mark in ((one, "到"), (other, "迟"), (third, "假")):  # leave is asked for ahead
        desk.records.set(record, f"attendance/{lesson}/{person}", mark, CLERK)
    (said,) = told(desk, record, "ATTENDANCE_EARLY")
    sessions = (desk.store.latest(record, EVERYTHING).data or {})["sessions"]
    day = date.fromisoformat(sessions[lesson]["date"])
    assert said == f"{day.month}月{day.day}日上午的课还没有上，{name}、{named}已经登记到课"
    (finding,) = desk.records.grid(record, "attendance").said[lesson]
    assert (finding.problem.level, finding.problem.clause) == (Level.WARNING, "二（三）2")
    here = {person: of for person, of in grid.second if person != third}
    desk.records.put(record, {f"attendance/{lesson}/{person}": "到" for person in here}, CLERK)
    (said,) = told(desk, record, "ATTENDANCE_EARLY")
    some = "、".join(list(here.values())[:6])
    assert said == f"{day.month}月{day.day}日上午的课还没有上，{some}等 {len(here)} 人已经登记到课"
    clock.now = datetime.combine(day, NOW.timetz())
    assert told(desk, record, "ATTENDANCE_EARLY") == []


def online(desk: Desk, record: str) -> None:
    who = desk.who()
    for path, value in {
        "train_mode": "线上",
        "platform_name": "样例学习网",
        "platform_url": "https://a.example",
    }.items():
        desk.records.set(record, path, value, who)


def test_what_a_platform_exports_is_summed_against_the_planned_hours(desk: Desk) -> None:
    record = load(desk, "class_50")["class_50"]
    online(desk, record)
    table = desk.records.table(record, "trainees")
    first, second = (str(table.texts[row]["name"]) for row in table.order[:2])
    lines = [[first, "家庭餐", f"2026-11-{day:02}", "", 180] for day in range(9, 19)]
    lines += [[second, "家庭餐", "2026-11-09", "09:00-10:30", ""], [second, "家庭餐", "2026-11-10", "09:00-09:30", 60]]
    workbook = desk.imports.read(book(HEADER, *lines), "平台.xlsx")
    taken = desk.imports.take(record, "online_log", workbook, who=desk.who()).taken
    assert taken.added == 12
    kept = desk.records.table(record, "trainees").texts
    assert [kept[row]["online_minutes"] for row in table.order[:2]] == ["1800", "150"]
    marks = [[float(kept[row][key] or 0) for key in ("theory", "practice")] for row in table.order]
    hours = told(desk, record, "ONLINE_HOURS")
    assert hours[0] == "线上学习 150 分钟，计划 1800 分钟，最少要学 1440 分钟，成绩到了合格线也不算合格"
    assert len(hours) == sum(min(both) >= 60 for both in marks) - 1
    assert [kept[row]["result"] for row in table.order[:2]] == ["合格", "不合格"]
    assert told(desk, record, "ONLINE_MINUTES") == ["学习 60 分钟，上线到下线只有 30 分钟"]


def test_what_a_platform_exports_as_times_in_and_out_is_summed_too(desk: Desk) -> None:
    record = load(desk, "class_50")["class_50"]
    online(desk, record)
    table = desk.records.table(record, "trainees")
    name = str(table.texts[table.order[0]]["name"])
    lines: list[list[object]] = [
        [name, "家庭餐", datetime(2026, 11, 9, 19, 2), datetime(2026, 11, 9, 20, 32)],
        [name, "家庭餐", "2026-11-10 23:30:00", "2026-11-11 00:15:00"],
    ]
    workbook = desk.imports.read(book(IN_AND_OUT, *lines), "平台.xlsx")
    taken = desk.imports.take(record, "online_log", workbook, who=desk.who()).taken
    assert taken.added == 2
    log = desk.records.table(record, "online_log")
    assert [log.texts[row]["date"] for row in log.order] == ["2026年11月9日", "2026年11月10日"]
    assert [log.texts[row]["minutes"] for row in log.order] == ["90", "45"]
    assert desk.records.table(record, "trainees").texts[table.order[0]]["online_minutes"] == "135"
    desk.records.set(record, f"online_log/{log.order[0]}/logout_at", "2026-11-09 19:02", desk.who())
    assert told(desk, record, "ONLINE_ORDER") == ["2026-11-09 19:02 退出，不晚于 2026-11-09 19:02 登录"]
    desk.records.set(record, f"online_log/{log.order[0]}/logout_at", "20:02", desk.who())
    desk.records.set(record, f"online_log/{log.order[0]}/minutes", "90", desk.who())
    assert told(desk, record, "ONLINE_STAYED") == ["学习 90 分钟，登录到退出只有 60 分钟"]


def test_a_class_that_is_partly_online_is_held_to_its_part(desk: Desk) -> None:
    record = load(desk, "class_50")["class_50"]
    online(desk, record)
    desk.records.set(record, "train_mode", "混合", desk.who())
    assert told(desk, record, "X1") == []
    desk.records.set(record, "online_hours", "10", desk.who())
    assert told(desk, record, "X1") == ["课次合计 40 课时，课程标准 40 课时（其中线上 10 课时），多了 10 课时"]
    (hours,) = set(told(desk, record, "ONLINE_HOURS"))
    assert hours == "线上学习 0 分钟，计划 450 分钟，最少要学 360 分钟，成绩到了合格线也不算合格"


@pytest.mark.parametrize(("mode", "due"), [("线上", "1440"), ("混合", "360")])
def test_whoever_learnt_too_little_online_has_not_passed_and_holds_nobody_up(desk: Desk, mode: str, due: str) -> None:
    """One who dropped out and one with marks but one minute short: the others are handed in for their certificates."""
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    record, who = part_of_class(desk, ids, 0), desk.who()
    gone, short, *others = desk.records.row_ids(record, "trainees")
    by_marks = [desk.records.table(record, "trainees").texts[row]["result"] for row in (short, *others)]
    assert by_marks[0] == "合格"
    online(desk, record)
    desk.records.set(record, "train_mode", mode, who)
    if mode == "混合":
        desk.records.set(record, "online_hours", "10", who)
        for session in desk.records.row_ids(record, "sessions")[:5]:
            desk.records.set(record, f"sessions/{session}/hours", "2", who)
    desk.records.set(record, f"trainees/{gone}/absent", "缺考", who)
    for row, minutes in ((short, str(int(due) - 1)), *((row, due) for row in others)):
        line = {"trainee": row, "module": "家庭餐", "date": "2026-11-10", "minutes": minutes}
        desk.records.add_row(record, "online_log", who, line)
    kept = desk.records.table(record, "trainees").texts
    assert [kept[row]["result"] for row in (gone, short, *others)] == ["缺考", "不合格", *by_marks[1:]]
    assert told(desk, record, "ONLINE_PEOPLE") == told(desk, record, "X5") == []
    assert [one.partition("，")[0] for one in told(desk, record, "ONLINE_HOURS")] == [f"线上学习 {int(due) - 1} 分钟"]
    hand_in_all(desk, record, "certificates")
    stopping = [one.what for one in desk.reviews.blockers(record, "certificates", who) if one.stops]
    assert stopping == []
    log = desk.records.row_ids(record, "online_log")[0]
    desk.records.set(record, f"online_log/{log}/minutes", due, who)
    assert desk.records.table(record, "trainees").texts[short]["result"] == "合格"


def test_what_was_planned_for_that_hour_stands_in_the_record_of_an_inspection(desk: Desk) -> None:
    ids = load(desk, "inspection")
    record, who = ids["inspection"], INSPECTOR

    def planned() -> tuple[str, str]:
        fields = {one.path: one.shown for one in desk.records.fields(record, "teaching")}
        return fields["plan_content"], fields["plan_teacher"]

    content, teacher = planned()
    assert content
    assert teacher
    rows = word_rows(desk.documents.file(record, "inspection_record", ".docx", who).data)
    assert any(content in cell for row in rows for cell in row)
    desk.records.set(record, "inspect_time", "14:30-15:30", who)
    assert planned() != (content, teacher)
    desk.records.set(record, "inspect_time", "02:00-03:00", who)
    assert planned() == ("", "")
    assert told(desk, record, "INSPECT_SESSION") == ["班次在2026年11月12日 02:00—03:00没有课"]


def test_calls_below_the_least_number_are_told(desk: Desk) -> None:
    record = load(desk, "inspection")["inspection"]
    assert told(desk, record, "CALLS_MIN") == []
    first, second, *_ = desk.records.row_ids(record, "calls")
    called = (desk.store.latest(record, EVERYTHING).data or {})["calls"][first]["name"]
    desk.records.set(record, f"calls/{second}/name", called, INSPECTOR)  # the same person once more
    assert told(desk, record, "CALLS_MIN") == ["电话回访 2 人，最少 3 人"]
    desk.records.remove_row(record, "calls", first, INSPECTOR)
    assert told(desk, record, "CALLS_MIN") == ["电话回访 2 人，最少 3 人"]
    desk.records.set(record, "method", ["现场检查"], INSPECTOR)
    assert told(desk, record, "CALLS_MIN") == []


def test_inspectors_draw_from_what_runs_and_begin_with_the_class_and_the_hour(desk: Desk) -> None:
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    record = part_of_class(desk, ids, 0)
    days = date(2026, 11, 9), date(2026, 11, 20)
    assert desk.boards.board("foshan.spot_checks", INSPECTOR).clause == "四（一）"
    with pytest.raises(DrawRefused):
        desk.draws.make("foshan.spot_checks", INSPECTOR, *days, 2)
    file_class(desk, record)
    drawn = desk.draws.make("foshan.spot_checks", INSPECTOR, *days, 2, seed="二〇二六一一")
    assert len(drawn.candidates) == 12
    fields = {one.path: one.stored for one in desk.records.fields(begun(desk, drawn.id), "basics")}
    assert fields["training_class"] == record
    assert drawn.seed == "二〇二六一一"
    plan = {one.path: one.shown for one in desk.records.fields(begun(desk, drawn.id), "teaching")}
    assert plan["plan_content"]
    assert plan["plan_teacher"]


def begun(desk: Desk, draw: str) -> str:
    """The inspection that the first one drawn begins with."""
    return desk.draws.begin(draw, 0, INSPECTOR)
