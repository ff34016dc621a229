"""Hours of a class that is taught partly online: the plan, the overview and the timetable add up to one sum."""

from onefill.service import Desk
from tests.desks import load
from tests.papers import squeezed, word_text
from tests.reviews.foshan import CITY, CLERK, approve_application, file_class, part_of_class


def said(desk: Desk, record: str) -> str:
    return next(one.sentence for one in desk.views.of(record).views if one.key == "hours_by_week")


def test_hours_learnt_online_stand_in_the_plan_and_count_in_the_overview(desk: Desk) -> None:
    record = part_of_class(desk, load(desk, "application"), 0)
    table = desk.records.table(record, "sessions")
    arranged = sum(float(str(table.texts[row]["hours"])) for row in table.order)
    assert "与课程标准一致" in said(desk, record)
    first = table.order[0]
    online = float(str(table.texts[first]["hours"]))
    desk.records.set(record, "train_mode", "混合", CLERK)
    desk.records.set(record, "online_hours", f"{online:g}", CLERK)
    assert f"多 {online:g} 课时" in said(desk, record)
    desk.records.remove_row(record, "sessions", first, CLERK)
    assert f"线上 {online:g} 课时，共 {arranged:g} 课时，与课程标准一致" in said(desk, record)
    plan = squeezed(word_text(desk.documents.file(record, "training_plan", ".docx", CLERK).data))
    assert squeezed(f"另线上 {online:g} 课时，共 {arranged:g} 课时") in plan


def test_hours_learnt_online_count_among_the_figures(desk: Desk) -> None:
    ids = load(desk, "application")
    record = part_of_class(desk, ids, 0)
    table = desk.records.table(record, "sessions")
    hours = [float(str(table.texts[row]["hours"])) for row in table.order]
    online = {"train_mode": "混合", "online_hours": f"{hours[0]:g}", "platform_name": "学堂"}
    desk.records.put(record, {**online, "platform_url": "https://xt.example.cn"}, CLERK)
    desk.records.remove_row(record, "sessions", table.order[0], CLERK)
    approve_application(desk, ids["application"])
    file_class(desk, record)
    found = desk.boards.statistics("foshan.training_sums", CITY, {}, by="month", year="", unit="")
    figures = dict(zip([name for name, _ in found.measures], found.total.values, strict=True))
    assert str(figures["排课"]) == f"{sum(hours):g}"


def test_only_lessons_that_were_held_are_reminded_of_attendance(desk: Desk) -> None:
    record = part_of_class(desk, load(desk, "application"), 0)
    desk.records.set(record, "result_date", "", CLERK)
    order = desk.records.row_ids(record, "sessions")
    for row in order:
        for person in desk.records.row_ids(record, "trainees"):
            desk.records.set(record, f"attendance/{row}/{person}", "", CLERK)
    assert reminded(desk, record) == []
    person = desk.records.row_ids(record, "trainees")[0]
    desk.records.set(record, f"attendance/{order[0]}/{person}", "到", CLERK)
    lessons = desk.records.table(record, "sessions").texts
    days = [lessons[row]["date"] for row in order]
    assert len(reminded(desk, record)) == days.count(days[0])
    desk.records.set(record, "result_date", "2026-11-30", CLERK)
    assert len(reminded(desk, record)) == len(order)


def reminded(desk: Desk, record: str) -> list[str]:
    """What is said of lessons of which somebody's attendance is wanting."""
    found = desk.reviews.blockers(record, "certificates", CLERK)
    return [one.what for one in found if "人没有登记考勤" in one.what]


def test_a_class_that_is_partly_online_says_how_many_hours(desk: Desk) -> None:
    record = part_of_class(desk, load(desk, "application"), 0)
    online = {"train_mode": "混合", "platform_name": "学堂", "platform_url": "https://xt.example.cn"}
    desk.records.put(record, online, CLERK)

    def lacking() -> list[str]:
        return [one.what for one in desk.reviews.blockers(record, "filing", CLERK) if one.stops and "课时" in one.what]

    assert lacking() == ["其中线上课时：没有填"]
    desk.records.set(record, "online_hours", "0", CLERK)
    assert any("其中线上课时" in one for one in lacking())
    desk.records.set(record, "train_mode", "线下", CLERK)
    assert lacking() == []
