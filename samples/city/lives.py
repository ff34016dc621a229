"""What becomes of courses, institutions and their applications, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from onefill.reviews.errors import GuardFailed
from samples.city.courses import COURSES, course, modules, proven
from samples.city.names import institution, teacher
from samples.city.timing import Life
from samples.city.town import School, Town
from samples.organisation import rows

#: A licence is good for so many days beyond the last one.
_LONG = timedelta(days=700)


def course_life(town: Town, number: int, first: date, end: str = "listed") -> Life:
    """A course from its review to the list.

    Args:
        town: Where.
        number: Which.
        first: The day its standard counts from.
        end: How far it comes: ``listed``, ``delisted``, ``reviewed``, ``refused``.
    """
    centre, days, data = town.city.centre, town.days, course(number, first)
    ready = days.before(first, 30)
    yield days.at(ready)
    record = town.courses[number] = town.create(centre, "course", data)
    town.supply(centre, record, "standard")
    town.act(centre, record, "receive_standard")
    if end == "reviewed":
        return
    yield days.at(days.after(ready, 5))
    if end == "refused":
        town.act(centre, record, "refuse_standard", reason="培训标准和已有课程重复")
        return
    if data["course_source"] == "市级":
        town.act(centre, record, "send_to_province", day=town.clock.today)
    released = town.clock.today
    yield days.at(days.after(ready, 12))
    town.act(centre, record, "note_filing", day=town.clock.today)
    town.put(centre, record, proven(data, released, town.clock.today))
    town.supply(centre, record, "catalogue")
    town.act(centre, record, "propose_listing")
    yield days.at(days.after(ready, 16))
    town.act(town.city.officers[0], record, "list_course", day=town.clock.today)
    if end == "delisted":
        yield days.at(days.after(first, 100))
        town.act(town.city.officers[0], record, "delist_course", reason="省里的职业标准已经调整")


@dataclass(frozen=True)
class Round:
    """A round of applications: its title, its days, the courses of it."""

    title: str
    number: int
    first: date
    last: date
    courses: Sequence[int]


class Rounds:
    """The rounds by title, once they are announced."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}

    def life(self, town: Town, one: Round, *, publish: bool = True) -> Life:
        """A round is announced; when it is over and decided the two lists are made public."""
        days = town.days
        yield days.at(one.first, 9, 10)
        data = {
            "title": one.title,
            "notice_no": f"佛人社〔{one.first.year}〕{10 + one.number}号",
            "open_date": one.first.isoformat(),
            "close_date": one.last.isoformat(),
            "courses": [town.courses[number] for number in one.courses],
        }
        self.ids[one.title] = town.create(town.city.registrar, "application_round", data)
        if not publish:
            return
        yield days.at(days.after(one.last, 18), 15, 17)
        for key in ("institution_list", "course_list"):
            city = town.city.officers[0]
            city.desk.publications.publish(f"foshan.{key}", city.who, town.clock.today)
            town.count("公布")


def settle(town: Town, school: School) -> None:
    """An institution writes down what it is, who teaches, and by which syllabuses."""
    dice = town.dice("school", school.number)
    last = town.until + _LONG
    data = institution(school.number, school.clerk.who.name, school.head.who.name, dice, last)
    school.id = town.create(school.clerk, "institution", data)
    for place in range(2 + len(school.courses) // 2):
        who = teacher(place, school.id, town.given, dice)
        school.teachers.append(town.create(school.clerk, "teacher", who))
        school.called[school.teachers[-1]] = who["name"]


def syllabus(town: Town, school: School, number: int) -> str:
    """The institution's syllabus of a course, written when it is first wanted."""
    if number in school.syllabuses:
        return school.syllabuses[number]
    name, _, _, practice = COURSES[number]
    columns = ("title", "content", "theory_h", "practice_h", "method")
    data = {
        "institution": school.id,
        "course": town.courses[number],
        "syllabus_date": town.clock.today.isoformat(),
        "objective": f"学员学完后掌握{name}的基本知识和操作方法，能按规范独立完成岗位的常规工作。",
        "audience": "年满16周岁、有就业或提升技能愿望的劳动者",
        "entry_req": "身体健康，初中以上文化程度",
        "modules": rows("m", [dict(zip(columns, one, strict=True)) for one in modules(number)]),
        "textbooks": rows("b", [{"title": f"{name}（样例教材）", "publisher": "样例出版社", "year": 2023}]),
        "theory_method": "闭卷笔试",
        "theory_minutes": 90,
    }
    if practice:
        data |= {"practice_method": "现场操作", "practice_minutes": 60}
    school.syllabuses[number] = town.create(school.clerk, "syllabus", data)
    return school.syllabuses[number]


@dataclass(frozen=True, kw_only=True)
class Applying:
    """An application: whose, in which round, for which courses, and how far it comes.

    ``end`` is a stage of the form; ``mended`` says that it came back once.
    """

    school: School
    round: Round
    courses: Sequence[int]
    end: str = "filed_away"
    mended: bool = False
    late: int = 0


def application_life(town: Town, rounds: Rounds, one: Applying) -> Life:
    """An application; where a gate closes before it, because its institution was removed meanwhile, it ends."""
    try:
        yield from _application(town, rounds, one)
    except GuardFailed:
        town.count("被拦下的申请")


def _application(town: Town, rounds: Rounds, one: Applying) -> Life:
    """An application through district and city, to the consent that is kept."""
    days, school, district = town.days, one.school, one.school.district
    clerk, head, officer, leader = school.clerk, school.head, district.officers[school.number % 2], district.leaders[0]
    city = town.city.officers[school.number % 2]
    start = days.after(one.round.first, 2 + one.late)

    def to(later: int) -> date:
        return days.after(start, later)

    yield days.at(start)
    if not school.id:
        settle(town, school)
    record = _written(town, one, rounds.ids[one.round.title])
    if one.end == "draft":
        return
    town.supply(clerk, record, "apply")
    yield days.at(to(1))
    town.act(head, record, "submit_application", declared=True)
    if one.end == "handed_to_district":
        return
    yield days.at(to(3))
    town.act(officer, record, "take_up")
    if one.end == "received":
        return
    if one.mended or one.end == "to_correct":
        found = town.remark(officer, record, "apply", [("track_record", "培训业绩没有写年份，请补写")])
        town.act(officer, record, "return_application")
        if one.end == "to_correct":
            return
        yield days.at(to(5))
        town.put(clerk, record, {"track_record": "近三年共开办培训班，2023 年 6 期、2024 年 8 期、2025 年 9 期。"})
        town.supply(clerk, record, "apply")
        for remark in found:
            clerk.desk.reviews.answer(record, remark, "已补写年份", clerk.who)
        town.act(head, record, "submit_application", declared=True)
        yield days.at(to(6))
        town.act(officer, record, "take_up")
        for remark in found:
            officer.desk.reviews.close_remark(record, remark, officer.who)
    yield days.at(to(7))
    town.act(officer, record, "first_review", opinion="材料齐全，场地和师资与申报的课程相符")
    if one.end == "examined":
        return
    yield days.at(to(9))
    if one.end == "not_recommended":
        town.act(leader, record, "not_recommend", reason="实操场地和设备不能满足课程要求")
        return
    place = (district.code, one.round.title)
    town.ranks[place] = town.ranks.get(place, 0) + 1
    town.act(leader, record, "recommend", opinion="同意推荐", rank=town.ranks[place])
    if one.end == "recommended":
        return
    yield days.at(to(10))
    town.act(officer, record, "report_to_city", day=town.clock.today)
    if one.end == "reported":
        return
    yield days.at(to(13))
    if one.end == "city_refused":
        town.act(city, record, "city_refuse", reason="同类课程的承接机构已经够用")
        return
    town.act(city, record, "city_pass", opinion="同意承接")
    town.count("授权", len(one.courses))
    if one.end == "approved":
        return
    yield days.at(to(14))
    if city.desk.reviews.state(record, city.who).phase("apply").stage == "approved":  # no list has gone out since
        town.act(city, record, "publish", day=town.clock.today)
    yield days.at(to(15))
    town.act(officer, record, "record_province", day=town.clock.today)
    yield days.at(to(16))
    town.supply(clerk, record, "approved")
    town.act(clerk, record, "send_approved")
    yield days.at(to(17))
    town.act(officer, record, "keep_approved")


def _written(town: Town, one: Applying, round: str) -> str:
    town.count("申请")
    offers = [
        {
            "course": town.courses[number],
            "syllabus": syllabus(town, one.school, number),
            "yearly_count": 100 + 20 * (number % 10),
            "audience": "本市企业职工、登记失业人员和农村转移劳动力",
        }
        for number in one.courses
    ]
    data = {
        "institution": one.school.id,
        "round": round,
        "apply_date": town.clock.today.isoformat(),
        "courses": rows("c", offers),
        "teachers": one.school.teachers,
        "track_record": "本机构为虚构的样例，近三年开办培训班二十余期，考核合格率九成以上。",
    }
    return town.create(one.school.clerk, "application", data)
