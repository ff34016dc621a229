"""Two made-up classes, complete from filing to archive."""

import hashlib
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from samples.organisation import ref, rows
from samples.people import Row, from_outside, names, trainee

#: What is archived, the day it is of, and its pages in the class of 50 and in that of 500.
_ARCHIVE = (
    ("培训简章", "filed", 2, 2),
    ("培训计划", "filed", 2, 2),
    ("培训大纲", "filed", 2, 2),
    ("参训人员名册", "filed", 4, 29),
    ("培训教材", "filed", 60, 60),
    ("培训师资材料", "filed", 6, 6),
    ("培训课件", "ended", 40, 75),
    ("参训人员签到表", "ended", 36, 420),
    ("考勤情况登记", "ended", 3, 25),
    ("授课情况记录", "ended", 1, 1),
    ("培训录像", "ended", 1, 1),
    ("考场学员签到表", "exam", 3, 28),
    ("考试录像", "exam", 1, 1),
    ("考试试卷", "exam", 4, 4),
    ("考试成绩", "graded", 3, 19),
    ("监考记录表", "exam", 1, 1),
    ("佛山市职业技能培训合格证书核发名册", "issued", 5, 29),
    ("《培训合格证书》复印件", "issued", 46, 500),
    ("证书签收名册", "received", 3, 25),
)

#: Day, hours of the day, hours counted, kind, module, content, teacher, room.
Plan = Sequence[tuple[date, str, int, str, str, str, str, str]]

_FOUR, _TWO, _LATE = "09:00-12:00", "09:00-10:30", "14:00-15:30"


def _weekdays(first: date, count: int) -> list[date]:
    days: list[date] = []
    day = first
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day)
        day += timedelta(days=1)
    return days


def class_50() -> Row:
    """Fifty trainees; three failed, one did not come to the exam."""
    d = _weekdays(date(2026, 11, 9), 10)
    theory, hands = "teacher_1", "teacher_2"
    plan: Plan = [
        (d[0], _FOUR, 4, "理论", "职业认知与礼仪", "开班动员、职业要求与服务礼仪", theory, "301教室"),
        (d[1], _FOUR, 4, "理论", "居家安全与卫生", "用电用气安全、食品卫生", theory, "301教室"),
        (d[2], _FOUR, 4, "理论", "居家安全与卫生", "常见意外的处置、清洁基础知识", theory, "301教室"),
        (d[3], _FOUR, 4, "理论", "家庭餐制作", "食材挑选与营养搭配", theory, "301教室"),
        (d[4], _FOUR, 4, "实操", "家居清洁", "厨房、卫生间的清洁", hands, "实操一室"),
        (d[5], _FOUR, 4, "实操", "家居清洁", "玻璃、地面、家具的清洁", hands, "实操一室"),
        (d[6], _FOUR, 4, "实操", "家居清洁", "衣物洗涤与收纳整理", hands, "实操一室"),
        (d[7], _FOUR, 4, "实操", "家庭餐制作", "刀工与配菜", hands, "实操二室"),
        (d[8], _TWO, 2, "实操", "家庭餐制作", "家常菜制作一", hands, "实操二室"),
        (d[8], _LATE, 2, "实操", "家庭餐制作", "家常菜制作二", hands, "实操二室"),
        (d[9], _TWO, 2, "实操", "居家安全与卫生", "急救包扎练习", hands, "实操一室"),
        (d[9], _LATE, 2, "实操", "家庭餐制作", "综合练习与答疑", hands, "实操二室"),
    ]
    days = {"filed": "2026-11-02", "exam": "2026-11-23", "issued": "2026-12-01", "archived": "2026-12-10"}
    return _class(
        "home",
        "440604-012-2026-007",
        plan,
        days,
        _trainees("class 50", 50, 1, others=True),
        failed=(8, 21, 34),
        absent=(40,),
    )


def class_500() -> Row:
    """Five hundred trainees, far more than the course allows, all passed: for weighing, not for copying."""
    d = _weekdays(date(2026, 11, 30), 15)
    modules = ("电工基础", "安全用电与触电急救", "照明与动力线路安装")
    plan: Plan = [
        (
            day,
            _FOUR,
            4,
            kind,
            module,
            f"{module}（{kind}第{number}讲）",
            teacher,
            "大礼堂" if kind == "理论" else "电工实训场",
        )
        for number, (day, kind, module, teacher) in enumerate(
            zip(
                d,
                ["理论"] * 6 + ["实操"] * 9,
                [modules[0]] * 3 + [modules[1]] * 3 + [modules[1]] * 3 + [modules[2]] * 6,
                ["teacher_3"] * 6 + ["teacher_4"] * 9,
                strict=True,
            ),
            1,
        )
    ]
    days = {"filed": "2026-11-20", "exam": "2026-12-21", "issued": "2026-12-28", "archived": "2026-12-31"}
    return _class("electric", "440604-012-2026-008", plan, days, _trainees("class 500", 500, 1001, others=False))


def _trainees(seed: str, count: int, serial: int, *, others: bool) -> list[Row]:
    dice = random.Random(seed)
    made = [trainee(dice, who, serial + place) for place, who in enumerate(names(dice, count))]
    if others:
        from_outside(made)
    return made


def _class(
    course: str,
    class_no: str,
    plan: Plan,
    days: dict[str, str],
    people: list[Row],
    failed: tuple[int, ...] = (),
    absent: tuple[int, ...] = (),
) -> Row:
    dice = random.Random(class_no)
    sessions = rows("s", [_session(one) for one in plan])
    graded, received = (
        (date.fromisoformat(days[day]) + timedelta(days=n)).isoformat() for day, n in (("exam", 1), ("issued", 2))
    )
    days = {**days, "ended": plan[-1][0].isoformat(), "graded": graded, "received": received}
    _results(dice, class_no, people, days, failed, absent)
    made = rows("r", people)
    return {
        "institution": ref("institution"),
        "course": ref(f"course_{course}"),
        "syllabus": ref(f"syllabus_{course}"),
        "class_no": class_no,
        "train_mode": "线下",
        "start_date": plan[0][0].isoformat(),
        "end_date": plan[-1][0].isoformat(),
        "planned_count": len(people),
        "head_teacher": "罗辛丑",
        "head_teacher_tel": "0757-80000003",
        "funding": "受政府委托",
        "host_unit": "佛山市样例街道公共服务中心",
        "plan_date": days["filed"],
        "exam_date": days["exam"],
        "exam_time": "09:00-12:00",
        "exam_mode": "线下",
        "sessions": sessions,
        "trainees": made,
        "attendance": _attendance(dice, sessions, made),
        "recordings": rows("v", [_recording(class_no, key, one) for key, one in sessions.items()]),
        "exam_recordings": rows("w", _exam_recordings(class_no, days["exam"])),
        "exam_room": "301教室、实操一室",
        "exam_chief": "林壬寅",
        "paper_no": f"YL-{class_no[-8:]}-A",
        "result_date": days["graded"],
        "invigilators": rows(
            "i",
            [
                {"name": "吴癸卯", "employer": "佛山市样例职业培训学校"},
                {"name": "刘甲辰", "employer": "佛山市样例技工学校"},
            ],
        ),
        **_archive(class_no, days, large=len(people) > 100),
    }


def _session(one: tuple[date, str, int, str, str, str, str, str]) -> Row:
    day, time, hours, kind, module, content, teacher, room = one
    return {
        "date": day.isoformat(),
        "time": time,
        "hours": hours,
        "kind": kind,
        "module": module,
        "content": content,
        "teacher": ref(teacher),
        "room": room,
    }


def _results(
    dice: random.Random,
    class_no: str,
    people: list[Row],
    days: dict[str, str],
    failed: tuple[int, ...],
    absent: tuple[int, ...],
) -> None:
    number = 0
    for place, row in enumerate(people):
        if place in absent:
            row["absent"] = "缺考"
            continue
        row["theory"] = dice.randrange(40, 58) if place in failed else dice.randrange(62, 99)
        row["practice"] = dice.choice((*range(60, 97), "76.5", "88.5"))
        if place in failed:
            continue
        number += 1
        row["cert_no"] = f"YL{class_no[:6]}{class_no[-8:-4]}{class_no[-3:]}{number:04}"
        row["issue_date"] = days["issued"]
        row["receipt_date"] = days["received"]


def _attendance(dice: random.Random, sessions: dict[str, Row], people: dict[str, Row]) -> dict[str, dict[str, str]]:
    grid: dict[str, dict[str, str]] = {session: {} for session in sessions}
    for row, person in people.items():
        came = "cert_no" in person
        missed = set(dice.sample(list(sessions), 1 if came else 4)) if dice.random() < 0.2 or not came else set()
        for session in sessions:
            state = dice.choices(("到", "迟", "早"), (60, 2, 1))[0]
            grid[session][row] = dice.choice("缺假") if session in missed else state
    return grid


def _exam_recordings(class_no: str, day: str) -> list[Row]:
    """One for each room; drawn from no dice, so that all else stays as it was."""
    made = []
    for number, room in enumerate(("301教室", "实操一室"), 1):
        name = f"{class_no}-{day}-考试{number}.mp4"
        digest = hashlib.sha256(name.encode()).hexdigest()
        size = f"{480 + 35 * number}.5"
        made.append(
            {
                "room": room,
                "start": "08:55",
                "minutes": 190,
                "file_name": name,
                "size": size,
                "sha256": digest,
                "place": "教务处硬盘A",
            }
        )
    return made


def _recording(class_no: str, key: str, session: Row) -> dict[str, Any]:
    name = f"{class_no}_{session['date'].replace('-', '')}_{session['time'][:2]}.mp4"
    return {
        "session": key,
        "start": session["time"][:5],
        "minutes": session["hours"] * 45,
        "file_name": name,
        "size": str(session["hours"] * 410) + ".5",
        "sha256": hashlib.sha256(name.encode()).hexdigest(),
        "place": "学校录像服务器 D:/录像",
    }


def _archive(class_no: str, days: dict[str, str], *, large: bool) -> Row:
    items, page = [], 1
    for title, day, few, many in _ARCHIVE:
        length = many if large else few
        pages = f"{page}-{page + length - 1}" if length > 1 else str(page)
        items.append({"title": title, "date": days[day], "pages": pages})
        page += length
    return {
        "archive_date": days["archived"],
        "archive_no": f"YL-2026-{class_no[-3:]}",
        "archive_pieces": len(items),
        "archive_pages": page - 1,
        "archivist": "何乙未",
        "paper_location": "学校档案室2柜3格",
        "digital_location": "学校档案服务器 /2026/" + class_no,
        "archive_items": rows("a", items),
    }


def inspection(one: Row) -> Row:
    """A visit to the smaller class, with three calls; nothing was found wrong."""
    session = next(key for key, row in one["sessions"].items() if row["date"] == "2026-11-12")
    states = list(one["attendance"][session].values())
    present, leave = sum(state in "到迟早" for state in states), states.count("假")
    called = [row["name"] for row in list(one["trainees"].values())[2:5]]
    return {
        "training_class": ref("class_50"),
        "inspect_date": "2026-11-12",
        "inspect_time": "09:30-10:30",
        "method": ["现场检查", "电话回访学员"],
        "inspectors": rows(
            "p", [{"name": "叶乙巳", "badge_no": "样例0001"}, {"name": "谭丙午", "badge_no": "样例0002"}]
        ),
        "actual_content": "食材挑选与营养搭配",
        "actual_teacher": "何秀珍",
        "present": present,
        "leave": leave,
        "sign_in_ok": "相符",
        "sign_in_note": "签到表与实到人数一致",
        "video_ok": "相符",
        "video_note": "当堂录像正常",
        "hours_ok": "相符",
        "textbook_ok": "相符",
        "ledger_ok": "相符",
        "ledger_note": "授课记录登记到前一日",
        "fee_ok": "相符",
        "exam_ok": "尚未考核",
        "calls": rows(
            "k",
            [
                {
                    "name": name,
                    "attended": "是",
                    "charged": "否",
                    "satisfied": "满意",
                    "time": time,
                    "content": "按时上课，没有收费",
                }
                for name, time in zip(called, ("15:05", "15:12", "15:20"), strict=True)
            ],
        ),
        "has_problem": "否",
        "decision": ["无"],
    }


def reissue(one: Row) -> Row:
    """Somebody of the smaller class lost the certificate."""
    holder = next(row for row in one["trainees"].values() if row["name"] == "欧阳翀")
    return {
        "training_class": ref("class_50"),
        "cert_no": holder["cert_no"],
        "apply_date": "2026-12-15",
        "reason": "遗失",
        "reason_note": "搬家时遗失，已多方查找，没有找到。",
    }


def leave_request() -> Row:
    """Of another business altogether."""
    return {
        "applicant": "司徒癸丑",
        "department": "办公室",
        "phone": "0757-80000009",
        "leave_kind": "年假",
        "reason": "回乡探亲。",
        "request_date": "2026-11-24",
        "periods": rows(
            "d",
            [
                {"first_day": "2026-12-07", "last_day": "2026-12-09", "stand_in": "关甲寅"},
                {"first_day": "2026-12-21", "last_day": "2026-12-21", "stand_in": "简乙卯", "remark": "顺延半天也可以"},
            ],
        ),
    }
