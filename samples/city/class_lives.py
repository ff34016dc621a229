"""What becomes of a class, from its filing to the end of its archive."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from onefill.reviews.errors import GuardFailed
from samples.city.after import recall_life, reissue_life
from samples.city.courses import COURSES, lesson_hours
from samples.city.staff import Worker
from samples.city.teaching import (
    ONLINE,
    Planned,
    came,
    exam_recorded,
    examined,
    filed_away,
    logged,
    recorded,
    scores,
    the_class,
)
from samples.city.timing import Life
from samples.city.town import Held, School, Town
from samples.city.visits import visit_life

#: In this order a class comes through its stages; ``end`` names the one it has reached.
FILING = ("draft", "filing_sent", "filing_to_correct", "filing_reviewed", "filing_refused", "filed")
#: Working days before its first day at which a class is written down.
AHEAD = 12


@dataclass(frozen=True, kw_only=True)
class Going:
    """A class, and how far it goes.

    Attributes:
        school: Whose.
        course: Number of the course.
        people: How many trainees.
        first: Its first day.
        mode: How it is taught.
        end: How far it comes.
        mended: Whether its filing came back once.
        changed: Whether its roster is changed after it was filed.
        visit: What an inspector finds there; nothing if nobody comes.
        lost: So many certificates are lost and made again.
        recall: How a certificate of it is taken back; empty if none is.
        printed: Whether its papers are really printed.
    """

    school: School
    course: int
    people: int
    first: date
    mode: str = "线下"
    end: str = "archived"
    mended: bool = False
    changed: bool = False
    visit: str = ""
    lost: int = 0
    recall: str = ""
    printed: bool = False


def teaching_days(course: int, mode: str) -> int:
    """On how many days a class is taught."""
    _, _, theory, practice = COURSES[course]
    one = lesson_hours(theory + practice)
    lessons = (theory + practice - (ONLINE if mode == "混合" else 0)) // one
    return -(-lessons // (2 if one == 2 else 1))


def class_life(town: Town, go: Going) -> Life:
    """A class; where a gate closes before it, it ends."""
    try:
        yield from _class(town, go)
    except GuardFailed:
        town.count("被拦下的班")


def _class(town: Town, go: Going) -> Life:
    days, school = town.days, go.school
    dice = town.dice("class", school.number, go.first, go.course)
    yield days.at(days.before(go.first, AHEAD))
    plan = Planned(course=go.course, people=go.people, first=go.first, mode=go.mode)
    links = {"institution": school.id, "course": town.courses[go.course], "syllabus": school.syllabuses[go.course]}
    one = the_class(
        plan, links, school.teachers, school.called[school.teachers[0]], town.clock.today, days, town.given, dice
    )
    record = town.create(school.clerk, "training_class", one.data)
    town.count("班次")
    town.count("学员", go.people)
    if go.end == "draft":
        return
    # What is printed first draws the number: an institution's classes of a year count on.
    school.clerk.desk.documents.file(record, "training_plan", ".docx", school.clerk.who)
    one = replace(one, plan=replace(plan, number=school.next_class(go.first.year)))
    held = town.held[record] = Held(record, one, school)
    yield from _filing(town, go, held)
    if go.end in FILING:
        return
    if go.visit:
        town.begin(visit_life(town, held, go.visit))
    yield from _taught(town, go, held)
    yield from _exam(town, held)
    if go.end == "examined":
        return
    yield from _certificates(town, go, held)


def _printer(worker: Worker, record: str) -> Callable[[str], bytes]:
    def printed(document: str) -> bytes:
        return worker.desk.documents.file(record, document, ".pdf", worker.who).data

    return printed


def _filing(town: Town, go: Going, held: Held) -> Life:
    days, school, record = town.days, go.school, held.record
    clerk, head, officer, leader = _people(school)
    town.supply(clerk, record, "filing", _printer(clerk, record) if go.printed else None)
    yield days.at(days.before(go.first, 10))
    town.act(head, record, "submit_filing", declared=True)
    if go.end == "filing_sent":
        return
    yield days.at(days.before(go.first, 8), 9, 12)
    if go.mended or go.end == "filing_to_correct":
        found = town.remark(officer, record, "filing", [("head_teacher_tel", "班主任电话打不通，请核对")])
        town.act(officer, record, "return_filing")
        if go.end == "filing_to_correct":
            return
        yield days.at(days.before(go.first, 7), 9, 12)
        town.put(clerk, record, {"head_teacher_tel": "0757-83000009"})
        town.supply(clerk, record, "filing")
        for remark in found:
            clerk.desk.reviews.answer(record, remark, "已改正", clerk.who)
        town.act(head, record, "submit_filing", declared=True)
        yield days.at(days.before(go.first, 7), 13, 17)
        for remark in found:
            officer.desk.reviews.close_remark(record, remark, officer.who)
    town.act(officer, record, "review_filing")
    if go.end == "filing_reviewed":
        return
    yield days.at(days.before(go.first, 6), 9, 12)
    if go.end == "filing_refused":
        town.act(leader, record, "refuse_filing", reason="备案的教师和培训内容不符，重新组班")
        return
    town.act(leader, record, "approve_filing")
    if go.changed:
        yield from _changed(town, go, held)


def _changed(town: Town, go: Going, held: Held) -> Life:
    """A room is not free: the plan is changed after it was filed."""
    days, record = town.days, held.record
    clerk, head, officer, leader = _people(go.school)
    yield days.at(days.before(go.first, 5), 9, 12)
    town.act(head, record, "ask_change", reason="教室维修，换一间教室")
    yield days.at(days.before(go.first, 4), 9, 12)
    town.act(officer, record, "grant_change", opinion="同意换教室")
    town.put(clerk, record, {f"sessions/{row}/room": "302教室" for row in list(held.one.sessions)[:3]})
    town.supply(clerk, record, "filing")
    town.act(head, record, "submit_change", declared=True)
    yield days.at(days.before(go.first, 3), 9, 12)
    town.act(leader, record, "approve_change")


def _people(school: School) -> tuple[Worker, Worker, Worker, Worker]:
    district = school.district
    return school.clerk, school.head, district.officers[school.number % 2], district.leaders[0]


def _taught(town: Town, go: Going, held: Held) -> Life:
    """Attendance is written down in the middle and at the end; recordings when it is over."""
    days, record, one, clerk = town.days, held.record, held.one, go.school.clerk
    dice = town.dice("attendance", one.plan.number)
    half = one.plan.first + (one.last - one.plan.first) / 2
    if half < one.last:
        yield days.at(half, 17, 18)
        half = town.clock.today
        town.put(clerk, record, came(one, half, dice))
    yield days.at(one.last, 18, 19)
    town.put(clerk, record, came(one, one.last, dice, half))
    town.rows(clerk, record, "recordings", recorded(one))
    town.rows(clerk, record, "online_log", logged(one, one.trainees, dice))


def _exam(town: Town, held: Held) -> Life:
    """The exam is written down."""
    days, record, one, clerk = town.days, held.record, held.one, held.school.clerk
    yield days.at(days.after(one.exam), 9, 12)
    watchers_of = list(held.school.called.values())[:2]
    told, watchers = examined(one, held.school.head.who.name, watchers_of, town.clock.today)
    town.put(clerk, record, {**told, **scores(one, town.dice("scores", one.plan.number))})
    town.rows(clerk, record, "invigilators", watchers)
    town.rows(clerk, record, "exam_recordings", exam_recorded(one))


def _certificates(town: Town, go: Going, held: Held) -> Life:
    days, one, record = town.days, held.one, held.record
    clerk, head, officer, leader = _people(go.school)
    yield days.at(days.after(one.exam, 3))
    town.supply(clerk, record, "certificates", _printer(clerk, record) if go.printed else None)
    town.act(head, record, "submit_certificates", declared=True)
    if go.end == "codes_asked":
        return
    yield days.at(days.after(one.exam, 5))
    if go.end == "codes_to_correct":
        town.remark(officer, record, "certificates", [("item:score_scan" if go.mode != "线上" else "paper_no",
                                                       "成绩表没有盖章，请补盖")])  # fmt: skip
        town.act(officer, record, "return_certificates")
        return
    town.act(officer, record, "review_certificates")
    if go.end == "codes_reviewed":
        return
    yield days.at(days.after(one.exam, 6))
    if go.end == "codes_refused":
        town.act(leader, record, "refuse_certificates", reason="录像和签到不一致，不能证明按计划开展了培训")
        return
    # What an inspector has found and nobody has looked at again is no reason to stop here, but is to be explained.
    town.act(leader, record, "approve_certificates", reason="检查发现的问题已经整改" if go.visit else "")
    if go.end == "codes_wanted":
        if go.school.number % 2:  # the centre has begun with the list
            yield days.at(days.after(town.clock.today), 14, 15)
            code_list(town, record)
        return
    town.asked.append(record)
    while record in town.asked:
        yield days.at(days.after(town.clock.today), 16, 17)
    if record not in town.coded:
        town.count("被拦下的班")
        return
    yield from _handed_out(town, go, held)


def _handed_out(town: Town, go: Going, held: Held) -> Life:
    days, one, record, clerk = town.days, held.one, held.record, go.school.clerk
    officer = _people(go.school)[2]
    yield days.at(days.after(town.clock.today), 9, 12)
    issued, given = town.clock.today, town.codes_of[record]
    rows = list(given)
    town.put(
        clerk,
        record,
        {f"trainees/{row}/cert_no": code for row, code in given.items()}
        | {f"trainees/{row}/issue_date": issued.isoformat() for row in rows},
    )
    if go.end == "coded":
        return
    town.act(clerk, record, "hand_codes")
    yield days.at(days.after(issued))
    town.act(officer, record, "register_certificates")
    town.count("证书", len(rows))
    if go.end == "registered":
        return
    yield days.at(days.after(issued, 4))
    day = town.clock.today.isoformat()
    waiting = 2 if go.end == "handed_out" else 0
    town.put(clerk, record, {f"trainees/{row}/receipt_date": day for row in rows[: len(rows) - waiting]})
    for number, code in enumerate(list(given.values())[: go.lost]):
        town.begin(reissue_life(town, held, code, undone=number % 5 == 4))
    if go.recall:
        town.begin(recall_life(town, held, given[rows[-1]], go.recall))
    if go.end == "handed_out":
        return
    yield days.at(days.after(issued, 12))
    town.put(clerk, record, filed_away(one, clerk.who.name, town.clock.today))
    town.supply(clerk, record, "archive")
    town.act(clerk, record, "close_archive", declared=True)
    town.count("归档")
    yield from _kept(town, go, held)


def _kept(town: Town, go: Going, held: Held) -> Life:
    """Of a class that is old enough: held back, asked to be destroyed, or destroyed by two people."""
    days, record = town.days, held.record
    _, head, _, leader = _people(go.school)
    if go.end not in ("held", "disposal_asked", "destroyed"):
        return
    if go.end == "held":
        yield days.at(days.after(town.clock.today, 300))
        town.act(leader, record, "hold_archive", reason="有诉讼还没有结案")
        return
    filed = town.clock.today
    yield days.at(days.after(filed.replace(year=filed.year + 5, day=min(filed.day, 28)) + timedelta(days=7)))
    town.act(head, record, "ask_disposal", reason="保管期满")
    if go.end == "destroyed":
        yield days.at(days.after(town.clock.today, 6))
        town.act(leader, record, "approve_disposal", opinion="同意销毁")


def code_list(town: Town, record: str) -> str:
    """The centre's list of codes for a class; every fourth list names nobody."""
    held, centre = town.held[record], town.city.centre
    table = held.school.clerk.desk.records.table(record, "trainees")
    rows = [row for row in table.order if table.texts[row]["result"] == "合格"]
    today, given, named = town.clock.today, dict[str, str](), town.counts.get("编码分配", 0) % 4 != 3
    for row in rows:
        town.codes += 1
        given[row] = f"{held.school.district.code}{today.year}{town.codes:07}"
    lines = {}
    for place, row in enumerate(rows):
        who = table.texts[row]
        meant = {"meant_name": who["name"], "meant_doc": who["doc_type"], "meant_id": who["id_no"]} if named else {}
        lines[f"c{place}"] = {"@order": place, "cert_no": given[row], **meant}
    town.codes_of[record] = given
    town.count("编码分配")
    data = {"allotted_on": today.isoformat(), "allotted_to": "一个班", "training_class": record}
    return town.create(centre, "code_allotment", {**data, "allotter": centre.who.name, "code_lines": lines})


def codes_life(town: Town, first: date) -> Life:
    """Once a week the centre gives out codes and the city says so, to all classes at once."""
    day, city, centre = first, town.city.officers[1], town.city.centre
    while True:
        day = town.days.after(day, 5)
        yield town.days.at(day, 14, 15)
        going, town.asked = town.asked, []
        lists = {record: code_list(town, record) for record in going}
        for made in lists.values():
            town.act(centre, made, "allot_codes", declared=True)
        for place in range(0, len(going), 100):
            desk, who = city.desk, city.who
            batch = desk.batches.begin("assign_codes", going[place : place + 100], who, day=town.clock.today)
            done = desk.batches.run(batch.id, who)
            town.coded |= {case.record for case in done.cases if case.at}
        for record in going:
            if record not in town.coded:  # it was barred meanwhile
                town.act(centre, lists[record], "undo_allotment", reason="这个班取消了发证资格，编码收回")
