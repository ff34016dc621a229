"""One class from the round that the city announces to the archive that is destroyed, by four people, each at a door.

Whoever acts comes in as an account of their own; the clock goes on from step to step, and what one step writes is
what the next one reads.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from onefill.people import Account
from onefill.reviews.errors import GuardFailed, NotYours, StillToMend
from onefill.service import Desk
from onefill.service.shapes import Person
from samples import resolve, sample_records
from store.registers import LineState
from tests.desks import Clock, make_desk
from tests.people.making import PASSWORD, ROOT
from tests.reviews.foshan import CITY_UNIT, hand_in_all, list_course, looked_at, school
from tests.reviews.test_foshan_archive import unpacked
from tests.reviews.test_verification import one_page
from tests.tables.making import book

DISTRICT = f"{CITY_UNIT}/440604"
SAMPLES = {one.name: one.data for one in sample_records()}
#: What is typed when the class is over, and when its certificates are there.
LATER = ("attendance", "recordings", "exam_recordings", "exam_room", "exam_chief", "paper_no", "result_date")
LAST = ("archive_date", "archive_no", "archive_pieces", "archive_pages", "archivist", "paper_location")
PEOPLE = 10


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, 0, tzinfo=timezone(timedelta(hours=8)))


class Place:
    """The desk, the clock, and each of the four at their own door."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock(at(2026, 9, 1))
        self.desk = make_desk(folder, clock=self.clock, inspect=looked_at, html=lambda _page: one_page())
        self.desk.people.add_unit(DISTRICT, "school", "佛山市样例职业培训学校", ROOT)
        own = f"{DISTRICT}/school"
        self.known = school(self.desk, own)
        self.school = self.hired("何乙未", own, "clerk", "responsible")
        self.officer = self.hired("陈经办", DISTRICT, "district_officer", "inspector")
        self.leader = self.hired("李区长", DISTRICT, "district_leader")
        self.centre = self.hired("吴中心", CITY_UNIT, "centre_officer")
        self.city = self.hired("周市局", CITY_UNIT, "city_officer", "city_registrar")

    def hired(self, name: str, unit: str, *roles: str) -> Desk:
        """The desk as somebody finds it who has an account."""
        self.desk.people.make(Account(name=name, title=name, unit=unit, roles=roles), ROOT, PASSWORD)
        return self.desk.as_(lambda: self.desk.people.named(name))

    def on(self, year: int, month: int, day: int) -> date:
        """Put the clock forward; the day."""
        assert at(year, month, day) >= self.clock.now
        self.clock.now = at(year, month, day)
        return self.clock.now.date()

    def register(self, key: str) -> Mapping[str, LineState]:
        """Lines of a register today, as the city reads them."""
        lines = self.city.registers.lines(f"foshan.{key}", self.city.who(), self.clock.now.date()).lines
        return {one.record: one.state for one in lines}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def act(desk: Desk, record: str, action: str, **said: Any) -> int:
    """Something that whoever is at this door does."""
    return desk.reviews.act(record, action, desk.who(), **said)


def supplied(desk: Desk, record: str, phase: str) -> None:
    hand_in_all(desk, record, phase, desk.who())


def facts_of_class(round_trip: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A class of ten as it is planned, and all that is known of it only later."""
    data: dict[str, Any] = resolve(SAMPLES["class_50"], round_trip)
    people = list(data["trainees"])[:PEOPLE]
    later = {key: data.pop(key) for key in (*LATER, *LAST, "digital_location", "archive_items", "invigilators")}
    rows = {row: dict(data["trainees"][row]) for row in people}
    late = ("theory", "practice", "absent", "cert_no", "issue_date", "receipt_date")
    later["trainees"] = {row: {key: one.pop(key) for key in late if key in one} for row, one in rows.items()}
    later["attendance"] = {
        session: {row: mark for row, mark in marks.items() if row in people}
        for session, marks in later["attendance"].items()
    }
    return data | {"trainees": rows, "planned_count": PEOPLE, "class_no": "440604-012-2026-101"}, later


def marks(later: Mapping[str, Any], *kinds: str) -> dict[str, Any]:
    """Paths of what is typed with each trainee."""
    return {
        f"trainees/{row}/{key}": str(one[key]) for row, one in later["trainees"].items() for key in kinds if key in one
    }


def taught(desk: Desk, record: str, later: Mapping[str, Any]) -> None:
    """Attendance, recordings, exam and scores, as they are typed when the class is over."""
    who = desk.who()
    desk.records.put(record, {f"attendance/{s}/{r}": mark for s, r, mark in cells(later["attendance"])}, who)
    for section in ("recordings", "exam_recordings", "invigilators"):
        lines = [{key: one[key] for key in one if key != "@order"} for one in later[section].values()]
        desk.records.add_rows(record, section, who, lines)
    plain = {key: str(later[key]) for key in ("exam_room", "exam_chief", "paper_no", "result_date")}
    desk.records.put(record, plain | marks(later, "theory", "practice", "absent"), who)


def cells(grid: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str, str]]:
    for first, line in grid.items():
        for second, mark in line.items():
            yield first, second, mark


def announced(place: Place) -> str:
    """A round that is open, and the application that belongs to it, through both levels to the directories."""
    city, school_, officer, leader = place.city, place.school, place.officer, place.leader
    courses = [place.known[name] for name in ("course_home", "course_electric", "course_care")]
    spans = {"title": "2026年第四批", "open_date": "2026-09-01", "close_date": "2026-09-30"}
    for course in courses:
        list_course(place.desk, course, place.clock.now.date())
    opened = city.records.create("application_round", city.who(), {**spans, "courses": courses})
    place.on(2026, 9, 10)
    data = resolve(SAMPLES["application"], place.known) | {"round": opened, "apply_date": "2026-09-10"}
    record = school_.records.create("application", school_.who(), data)
    supplied(school_, record, "apply")
    act(school_, record, "submit_application", declared=True)
    place.on(2026, 9, 14)
    act(officer, record, "take_up")
    act(officer, record, "first_review", opinion="材料齐全，场地和师资相符")
    with pytest.raises(NotYours):
        act(officer, record, "recommend", opinion="同意推荐", rank=1)
    act(leader, record, "recommend", opinion="同意推荐", rank=1)
    act(officer, record, "report_to_city", day=place.on(2026, 9, 16))
    act(city, record, "city_pass", opinion="同意承接")
    assert place.register("course_grants") == {record: LineState.OPEN}
    for key in ("institution_list", "course_list"):
        issue = city.publications.publish(f"foshan.{key}", city.who(), place.clock.now.date())
        assert issue.count >= 3
    assert city.reviews.state(record, city.who()).phase("apply").stage == "published"  # as the list went out
    act(officer, record, "record_province", day=place.on(2026, 9, 21))
    supplied(school_, record, "approved")
    act(school_, record, "send_approved")
    act(officer, record, "keep_approved")
    return record


def test_one_class_from_the_round_to_the_end_of_its_archive(place: Place) -> None:
    city, school_, officer, leader = place.city, place.school, place.officer, place.leader
    announced(place)

    # -- filed before its first day, by what was approved ----------------------------------------------------------
    planned, later = facts_of_class(place.known)
    place.on(2026, 11, 2)
    record = school_.records.create("training_class", school_.who(), planned)
    supplied(school_, record, "filing")
    act(school_, record, "submit_filing", declared=True)
    place.on(2026, 11, 4)
    act(officer, record, "review_filing")
    act(leader, record, "approve_filing")
    with pytest.raises(StillToMend, match="没有成绩"):
        act(school_, record, "submit_certificates", declared=True)

    # -- taught, and inspected in the middle of it -----------------------------------------------------------------
    days = place.on(2026, 11, 12), date(2026, 11, 13)
    running = city.boards.planner("foshan.running_classes", city.who(), *days)
    assert {one.record for one in running.held} == {record}
    drawn = officer.draws.make("foshan.spot_checks", officer.who(), *days, 1, seed="抽查一")
    visit = officer.draws.begin(drawn.id, 0, officer.who())
    seen = resolve(SAMPLES["inspection"], {"class_50": record})
    shown = {key: value for key, value in seen.items() if isinstance(value, str) and key.endswith(("_ok", "_note"))}
    shown |= {"method": ["现场检查"], "actual_teacher": "何秀珍", "present": "10", "leave": "0", "has_problem": "否"}
    officer.records.put(visit, shown | {"decision": ["无"]}, officer.who())
    officer.records.add_rows(visit, "inspectors", officer.who(), [{"name": "王检查"}, {"name": "陈经办"}])
    supplied(officer, visit, "check")
    act(officer, visit, "hand_up_record")
    act(leader, visit, "close_record")

    # -- examined; certificates asked for, coded, entered ----------------------------------------------------------
    place.on(2026, 11, 25)
    taught(school_, record, later)
    supplied(school_, record, "certificates")
    act(school_, record, "submit_certificates", declared=True)
    act(officer, record, "review_certificates")
    act(leader, record, "approve_certificates")
    table = school_.records.table(record, "trainees")
    passed = [table.texts[row] for row in table.order if table.texts[row]["result"] == "合格"]
    lines = [[one["name"], one["id_no"], f"44060420260{n:03}", "2026-12-01"] for n, one in enumerate(passed, 1)]
    given = {"allotted_on": f"{place.on(2026, 11, 30)}", "allotted_to": "一个班", "training_class": record}
    centre = place.centre
    codes = centre.records.create("code_allotment", centre.who(), {**given, "allotter": "吴中心"})
    heads = ("姓名", "证件类型", "证件号码", "证书编号")
    people = [(one["name"], one["doc_type"], one["id_no"], line[2]) for one, line in zip(passed, lines, strict=True)]
    read = centre.imports.read(book(heads, *people), "编码.xlsx")
    assert centre.imports.take(codes, "code_lines", read, who=centre.who()).taken.added == len(lines)
    act(centre, codes, "allot_codes", declared=True)
    act(city, record, "assign_codes", day=place.on(2026, 11, 30))
    assert codes_seen(school_, place) == codes_seen(centre, place) == {line[2] for line in lines}
    place.desk.people.add_unit(DISTRICT, "next", "邻近职业培训学校", ROOT)
    elsewhere = place.hired("邻家", f"{DISTRICT}/next", "clerk")
    assert codes_seen(elsewhere, place) == set()
    assert school_.taking.take(record, "trainees", school_.who()) == len(lines)
    read = school_.imports.read(book(("姓名", "证件号码", "证书编号", "发证日期"), *reversed(lines)), "编号.xlsx")
    place.on(2026, 12, 1)
    assert school_.imports.take(record, "trainees", read, who=school_.who()).taken.updated == len(lines)
    act(officer, record, "register_certificates")
    assert place.register("certificates") == {record: LineState.OPEN}
    assert place.desk.look_ups.valid("44060420260001", str(passed[0]["name"]), "anybody")
    sums = city.boards.statistics("foshan.training_sums", city.who(), place.desk.people.offices.units(), by="month")
    counted = dict(zip((name for name, _ in sums.measures), sums.total.values, strict=True))
    assert (counted["开班"], counted["参训"], counted["检查"]) == (1, PEOPLE, 1)
    assert counted["已发证"] == len(lines)

    # -- handed out, archived, kept, destroyed by two people; the certificates stay valid --------------------------
    place.on(2026, 12, 10)
    rows = [row for row in table.order if table.texts[row]["result"] == "合格"]
    given = {f"trainees/{row}/receipt_date": "2026-12-03" for row in rows}
    filed = {key: str(later[key]) for key in (*LAST, "digital_location")}
    school_.records.put(record, given | filed, school_.who())
    supplied(school_, record, "archive")
    act(school_, record, "close_archive", declared=True)
    bag = unpacked(school_.bags.of_record(record, school_.who()))
    assert len([path for path in bag if path.startswith("data/03 归档/")]) > 10
    with pytest.raises(GuardFailed, match="还没有期满"):
        act(school_, record, "ask_disposal", reason="期满")
    place.on(2031, 12, 11)
    act(school_, record, "ask_disposal", reason="期满")
    act(leader, record, "approve_disposal", opinion="同意")
    assert place.register("archive_disposals") == {record: LineState.OPEN}
    assert place.desk.look_ups.valid("44060420260001", str(passed[0]["name"]), "anybody")
    told = [one.who for phase in ("filing", "certificates", "archive") for one in acts(place, record, phase)]
    assert {"何乙未", "陈经办", "李区长", "周市局"} == set(told)
    assert place.desk.store.verify_chains() == ()


def codes_seen(desk: Desk, place: Place) -> set[str]:
    """The codes that somebody reads in the register."""
    lines = desk.registers.lines("foshan.code_pool", desk.who(), place.clock.now.date()).lines
    return {one.texts["cert_no"] for one in lines}


def acts(place: Place, record: str, phase: str) -> Any:
    return place.desk.reviews.state(record, Person()).phase(phase).acts
