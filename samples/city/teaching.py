"""What is written of a class: planned, taught, examined, filed away."""

import hashlib
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from samples.city.courses import COURSES, lesson_hours, modules
from samples.city.names import Names
from samples.city.timing import Days
from samples.organisation import rows
from samples.people import Row, names, trainee

_TIMES = {2: ("09:00-10:30", "14:00-15:30"), 3: ("09:00-11:15",), 4: ("09:00-12:00",)}
#: Hours that are learnt on a platform where a class is taught both ways.
ONLINE = 20
_PLATFORM = {"platform_name": "样例在线学习平台", "platform_url": "https://learn.example.com/"}


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A class before it begins.

    Attributes:
        course: Number of the course.
        people: How many trainees.
        first: Its first day.
        mode: How it is taught.
        number: Of the class, once it is drawn.
    """

    course: int
    people: int
    first: date
    mode: str = "线下"
    number: str = ""

    @property
    def online_hours(self) -> int:
        """Hours on the platform, in place of lessons."""
        return ONLINE if self.mode == "混合" else 0


@dataclass(frozen=True)
class Class:
    """A class: what is filed of it, and the days it rests upon."""

    plan: Planned
    data: Mapping[str, Any]
    last: date
    exam: date

    @property
    def sessions(self) -> Mapping[str, Row]:
        """Its lessons by row."""
        found: Mapping[str, Row] = self.data["sessions"]
        return found

    @property
    def trainees(self) -> Mapping[str, Row]:
        """Its trainees by row."""
        found: Mapping[str, Row] = self.data["trainees"]
        return found


def the_class(
    plan: Planned, links: Mapping[str, Any], teachers: Sequence[str], head: str, filed: date, days: Days, given: Names,
    dice: random.Random,
) -> Class:  # fmt: skip
    """What is filed of a class.

    Args:
        plan: Which class.
        links: Ids of institution, course and syllabus.
        teachers: Ids of those who teach it, the first one theory.
        head: Who looks after it.
        filed: The day the plan is made.
        days: On which days there are lessons.
        given: Numbers of the trainees.
        dice: All else.
    """
    lessons = list(_lessons(plan, teachers, days))
    last = date.fromisoformat(lessons[-1]["date"])
    exam = days.after(last, dice.randint(1, 3))
    online = plan.mode != "线下"
    data = {
        **links,
        "train_mode": plan.mode,
        **(_PLATFORM if online else {}),
        **({"online_hours": plan.online_hours} if plan.online_hours else {}),
        "start_date": lessons[0]["date"],
        "end_date": last.isoformat(),
        "planned_count": plan.people,
        "head_teacher": head,
        "head_teacher_tel": "0757-83000001",
        "plan_date": filed.isoformat(),
        "exam_date": exam.isoformat(),
        "exam_time": "09:00-11:30",
        "exam_mode": "线上" if plan.mode == "线上" else "线下",
        **_paid(dice),
        "sessions": rows("s", lessons),
        "trainees": rows("r", list(_people(plan, given, dice))),
    }
    return Class(plan, data, last, exam)


def _paid(dice: random.Random) -> Row:
    funding = dice.choice(("自费", "自费", "企业内训免费", "受企业委托", "受政府委托"))
    host = {"受企业委托": "佛山市样例机电有限公司", "受政府委托": "佛山市样例街道公共服务中心"}
    return {"funding": funding} | ({"host_unit": host[funding]} if funding in host else {})


def _lessons(plan: Planned, teachers: Sequence[str], days: Days) -> Iterator[Row]:
    """The course's hours in lessons of one length, theory first; what is learnt on the platform has none."""
    name, _, theory, practice = COURSES[plan.course]
    one, kinds = lesson_hours(theory + practice), modules(plan.course)
    theory -= plan.online_hours
    kept = ["理论"] * (theory // one) + ["实操"] * (practice // one)
    times = _TIMES[one]
    on = days.run(plan.first, -(-len(kept) // len(times)))
    for place, kind in enumerate(kept):
        own = [title for title, _, hours, hands, _ in kinds if (hours if kind == "理论" else hands)]
        yield {
            "date": on[place // len(times)].isoformat(),
            "time": times[place % len(times)],
            "hours": one,
            "kind": kind,
            "module": own[min(place, len(own) - 1) if kind == "理论" else (0 if place % 5 == 0 else -1)],
            "content": f"{name}{kind}第{place + 1}讲",
            "teacher": teachers[0 if kind == "理论" else 1],
            "room": "301教室" if kind == "理论" else "实操一室",
        }


def _people(plan: Planned, given: Names, dice: random.Random) -> Iterator[Row]:
    years = plan.first.year - 50, plan.first.year - 18
    for place, who in enumerate(names(dice, plan.people)):
        yield trainee(dice, who, place) | {"id_no": given.number(*years), "mobile": given.mobile()}


# -- when it is over ------------------------------------------------------------------------------------------------


def came(one: Class, until: date, dice: random.Random, since: date | None = None) -> dict[str, str]:
    """Who came to the lessons up to a day, by path; one in fifteen missed more than may be missed."""
    if one.plan.mode == "线上":
        return {}
    found = {}
    for place, row in enumerate(one.trainees):
        poor = is_poor(one, place)
        for number, (key, lesson) in enumerate(one.sessions.items()):
            day = date.fromisoformat(lesson["date"])
            if day > until or (since is not None and day <= since):
                continue
            missed = number % 3 == 0 if poor else dice.random() < 0.03
            found[f"attendance/{key}/{row}"] = dice.choice("缺假") if missed else "迟" if dice.random() < 0.03 else "到"
    return found


def is_poor(one: Class, place: int) -> bool:
    """Whether somebody, by the place in the roster, does not come often enough and fails."""
    return (place + int(one.plan.number[-3:])) % 15 == 14


def recorded(one: Class) -> list[Row]:
    """The recordings of the lessons."""
    if one.plan.mode == "线上":
        return []
    return [
        {"session": key, "minutes": str(int(lesson["hours"]) * 45), **_film(one, lesson["date"], lesson["time"][:5])}
        for key, lesson in one.sessions.items()
    ]


def exam_recorded(one: Class) -> list[Row]:
    """The recordings of the exam."""
    if one.data["exam_mode"] == "线上":
        return []
    return [{"room": "301教室", "minutes": "150", **_film(one, one.exam.isoformat(), "08:55", "考试")}]


def _film(one: Class, day: str, start: str, what: str = "上课") -> Row:
    name = f"{one.plan.number}-{day}-{start[:2]}-{what}.mp4"
    return {
        "start": start,
        "file_name": name,
        "size": "820.5",
        "sha256": hashlib.sha256(name.encode()).hexdigest(),
        "place": "学校录像服务器 D:/录像",
    }


def logged(one: Class, trainees: Iterable[str], dice: random.Random) -> list[Row]:
    """What the platform says of each trainee: as many minutes as are wanted, on a few evenings."""
    if one.plan.mode == "线下":
        return []
    name, _, theory, practice = COURSES[one.plan.course]
    wanted = (one.plan.online_hours or theory + practice) * 45
    evenings = sorted({lesson["date"] for lesson in one.sessions.values()})
    turns = -(-wanted // 720)
    return [
        {
            "trainee": row,
            "module": f"{name}第{turn + 1}单元",
            "date": evenings[(turn + dice.randrange(3)) % len(evenings)],
            "minutes": str(-(-wanted // turns) + dice.randrange(5)),
        }
        for row in trainees
        for turn in range(turns)
    ]


def examined(one: Class, chief: str, watchers: Sequence[str], day: date) -> tuple[dict[str, str], list[Row]]:
    """The exam as it is written down, and who watched over it."""
    online = one.data["exam_mode"] == "线上"
    told = {
        "exam_room": "线上考场" if online else "301教室",
        "paper_no": f"SJ-{one.plan.number[-8:]}-A",
        "result_date": day.isoformat(),
        **({} if online else {"exam_chief": chief}),
    }
    return told, [] if online else [{"name": name} for name in watchers]


def scores(one: Class, dice: random.Random) -> dict[str, str]:
    """The scores by path: who hardly came fails, a few others fail, now and then somebody does not come."""
    _, _, theory, practice = COURSES[one.plan.course]
    found = {}
    for place, row in enumerate(one.trainees):
        chance = dice.random()
        if chance < 0.02:
            found[f"trainees/{row}/absent"] = "缺考"
            continue
        fails = is_poor(one, place) or chance < 0.06
        points = range(40, 59) if fails else range(61, 99)
        if theory:
            found[f"trainees/{row}/theory"] = str(dice.choice(points))
        if practice:
            found[f"trainees/{row}/practice"] = str(dice.choice(points))
    return found


def filed_away(one: Class, archivist: str, day: date) -> dict[str, str]:
    """What the archive is called and where it lies."""
    number = one.plan.number
    return {
        "archive_date": day.isoformat(),
        "archive_no": f"YL-{number[-8:-4]}-{number[-3:]}",
        "archive_pieces": "19",
        "archive_pages": str(60 + 3 * len(one.trainees)),
        "archivist": archivist,
        "paper_location": f"学校档案室{int(number[-3:]) % 9 + 1}柜{int(number[-3:]) % 4 + 1}格",
        "digital_location": f"学校档案服务器 /{number[-8:-4]}/{number}",
    }
