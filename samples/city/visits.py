"""What inspectors find in a class, and what comes of it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from onefill.service.draws import DrawRefused
from samples.city.staff import District, Worker
from samples.city.timing import Life
from samples.city.town import Held, Town

#: What is decided upon what is found, by what becomes of it; nothing is found in the others.
_DECISIONS = {
    "handed": ["责令限期整改"],
    "rectifying": ["责令限期整改"],
    "rectified": ["责令限期整改"],
    "barred": ["责令限期整改"],
    "transferred": ["责令限期整改"],
    "lifted": ["责令限期整改", "暂停新开班审批"],
    "again": ["责令限期整改", "暂停新开班审批"],
    "removed": ["取消培训资格"],
    "reported": ["取消培训资格"],
    "restored": ["取消培训资格"],
}
_ITEMS = ("sign_in_ok", "video_ok", "hours_ok", "textbook_ok", "ledger_ok", "fee_ok")
OK = "ok"


def visit_life(town: Town, held: Held, found: str) -> Life:
    """Somebody comes on a day of the class."""
    district, days = held.school.district, town.days
    lesson = list(held.one.sessions.values())[1]
    day = date.fromisoformat(lesson["date"])
    yield days.at(day, 10, 12)
    data = {"training_class": held.record, "inspect_date": day.isoformat(), "inspect_time": _within(lesson["time"])}
    inspector = district.inspectors[0]
    record = town.create(inspector, "inspection", data)
    yield from _inspected(town, held, inspector, record, found)


def draws_life(town: Town, district: District, number: int, first: date) -> Life:
    """Every other week one of the lessons of the next days is drawn, and visited."""
    inspector, day = district.inspectors[1], town.days.after(first, number)
    while True:
        yield town.days.at(day, 9, 10)
        start = town.days.after(day)
        drawn = _drawn(town, inspector, start, town.days.after(start, 3))
        if drawn:
            record, when = drawn
            held = town.held[record[1]]
            yield town.days.at(when, 16, 18)
            yield from _inspected(town, held, inspector, record[0], OK)
        day = town.days.after(day, 10)


def _drawn(town: Town, inspector: Worker, first: date, last: date) -> tuple[tuple[str, str], date] | None:
    """One lesson of these days: the inspection that was begun for it, its class, its day."""
    desk, who = inspector.desk, inspector.who
    try:
        draw = desk.draws.make("foshan.spot_checks", who, first, last, 1, seed=f"{town.seed} {who.unit} {first}")
    except DrawRefused:
        return None  # nobody is taught in these days
    town.count("办件")
    return (desk.draws.begin(draw.id, 0, who), draw.picked[0].record), date.fromisoformat(draw.picked[0].day)


def _within(span: str) -> str:
    """A quarter of an hour in the middle of a lesson."""
    hour = span[:2]
    return f"{hour}:30-{hour}:45"


def _inspected(town: Town, held: Held, inspector: Worker, record: str, found: str) -> Life:
    """An inspection is written down, judged, and followed."""
    days, (leader, other) = town.days, held.school.district.leaders
    town.count("检查")
    people = [{"name": one.who.name} for one in held.school.district.inspectors]
    town.put(inspector, record, _seen(town, held, found))
    town.rows(inspector, record, "inspectors", people)
    town.supply(inspector, record, "check")
    town.act(inspector, record, "hand_up_record")
    if found == "handed":
        return
    decided = days.after(town.clock.today, 2)
    # What holds up new classes to the end is ordered when the institution has filed those that it has.
    yield days.at(max(decided, days.before(town.until, 1)) if found == "rectifying" else decided, 16, 18)
    if found not in _DECISIONS:
        town.act(leader, record, "close_record")
        return
    if "责令限期整改" in _DECISIONS[found]:
        town.act(leader, record, "order_rectify", opinion="情况属实，责令整改")
    else:
        town.act(leader, record, "revoke_at_once", reason="弄虚作假，骗取培训补贴资金")
    if found in ("rectified", "barred"):
        yield from _looked_at_again(town, inspector, leader, record, found)
    elif found in ("lifted", "again"):
        yield days.at(days.after(town.clock.today, 8))
        town.act(other, record, "lift_measures", reason="已经提前改正")
        if found == "again":
            yield days.at(days.after(town.clock.today, 4))
            town.act(leader, record, "order_again", reason="又出现同样的问题")
    elif found == "transferred":
        yield days.at(days.after(town.clock.today, 3))
        reason = "移送市场监督管理部门：涉嫌违规收费"
        town.act(leader, record, "transfer_case", reason=reason, day=town.clock.today)
    elif found in ("removed", "reported", "restored"):
        yield from _removed(town, leader, record, found)


def _removed(town: Town, leader: Worker, record: str, found: str) -> Life:
    days, (first, second) = town.days, town.city.officers
    yield days.at(days.after(town.clock.today, 3))
    town.act(leader, record, "report_removal", reason="伪造签到，骗取补贴")
    if found == "reported":
        return
    yield days.at(days.after(town.clock.today, 5))
    town.act(first, record, "confirm_removal")
    if found == "restored":
        yield days.at(days.after(town.clock.today, 10))
        town.act(second, record, "restore_institution", reason="复核后撤销原决定")


def _looked_at_again(town: Town, inspector: Worker, leader: Worker, record: str, found: str) -> Life:
    days, good = town.days, found == "rectified"
    yield days.at(days.after(town.clock.today, 11))
    outcome = {"recheck_date": town.clock.today.isoformat(), "recheck_outcome": "合格" if good else "不合格"}
    town.put(inspector, record, outcome | {"recheck_note": "已按要求改正" if good else "仍缺录像和签到"})
    town.supply(inspector, record, "recheck")
    town.act(inspector, record, "hand_up_recheck")
    yield days.at(days.after(town.clock.today, 2))
    if good:
        town.act(leader, record, "confirm_rectified")
    else:
        town.act(leader, record, "confirm_not_rectified", reason="没有按期整改")


def _seen(town: Town, held: Held, found: str) -> Mapping[str, Any]:
    """What was seen in the class."""
    many, bad, today = len(held.one.trainees), found in _DECISIONS, town.clock.today
    taught = [one for one in held.one.sessions.values() if one["date"] == today.isoformat()]
    lesson = taught[0] if taught else {"content": "结业考核", "teacher": next(iter(held.school.called))}
    seen: dict[str, Any] = {
        "method": ["现场检查"],
        "actual_content": lesson["content"],
        "actual_teacher": held.school.called[lesson["teacher"]],
        "present": str(many - 3),
        "leave": "2",
        **dict.fromkeys(_ITEMS, "相符"),
        "exam_ok": "尚未考核",
        "has_problem": "是" if bad else "否",
        "decision": _DECISIONS.get(found, ["无"]),
    }
    if bad:
        seen |= {
            "sign_in_ok": "不相符",
            "sign_in_note": "签到表和实到人数不一致",
            "problems": ["不按教学计划组织培训"],
            "problem_note": "签到表代签，当堂人数与签到不符。",
        }
    if "责令限期整改" in seen["decision"]:
        seen["due_date"] = (today + timedelta(days=14)).isoformat()
    return seen
