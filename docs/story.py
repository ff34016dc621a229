"""A class from its round to its archive, as far as a picture wants it: through the service's own doors, day by day.

Whatever is told last happened today, so that a page that is looked at now says what it would say to an office.
"""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from PIL import Image, ImageChops, ImageDraw, ImageFont

from docs.screens import PASSWORD
from onefill.people import Account
from onefill.rendering.packet import page_count, page_picture
from onefill.service import Desk, Settings, open_desk
from onefill.service.shapes import Person
from samples import resolve, sample_records

CITY, DISTRICT = "440600", "440600/440604"
SCHOOL = f"{DISTRICT}/school"
#: Who acts in the pictures: name, title, unit, roles.
CLERK, RESPONSIBLE, OFFICER, LEADER, CITY_OFFICER = "何乙未", "梁甲午", "陈经办", "李区长", "周市局"
STAFF: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    CLERK: ("经办人", SCHOOL, ("clerk",)),
    RESPONSIBLE: ("校长", SCHOOL, ("responsible",)),
    OFFICER: ("培训股", DISTRICT, ("district_officer", "inspector")),
    LEADER: ("分管负责人", DISTRICT, ("district_leader",)),
    "吴中心": ("职业培训科", CITY, ("centre_officer",)),
    CITY_OFFICER: ("职业能力建设科", CITY, ("city_officer", "city_registrar")),
}
ROUND, APPLICATION, CLASS, ALLOTMENT = "story-round", "story-application", "story-class", "story-codes"
VISIT = "story-visit"
TITLE = "2026年第二批"
DATA: Mapping[str, Any] = {one.name: one for one in sample_records()}
#: Takes courses to the catalogue before the story begins, and gives out codes.
CENTRE = Person(name="吴中心", unit=CITY, roles=("centre_officer",))
COURSES = ("course_home", "course_electric", "course_care", "course_shop")
BEFORE = ("institution", *COURSES, *(name for name in DATA if name.startswith(("teacher_", "syllabus_"))))
OF_THE_CITY = ("course", "application_round")
#: What is typed only once the class is over, and only for its archive.
TAUGHT = ("attendance", "recordings", "exam_recordings", "invigilators", "exam_room", "exam_chief", "paper_no")
ARCHIVED = ("archive_date", "archive_no", "archive_pieces", "archive_pages", "archivist", "paper_location")
LATE = ("result_date", "digital_location", "archive_items", *TAUGHT, *ARCHIVED)
MARKS, CODES = ("theory", "practice", "absent"), ("cert_no", "issue_date")
DAY = re.compile(r"(?<=_)(\d{4})(\d\d)(\d\d)(?=_)|\b(\d{4})-(\d\d)-(\d\d)\b")
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
RED = (212, 40, 40)
NINE, ZONE = time(9, 30), ZoneInfo("Asia/Shanghai")


@dataclass
class Story:
    """What is told of: a desk, the day that its clock shows, the day on which the class begins."""

    desk: Desk
    day: date
    start: date

    def who(self, name: str) -> Person:
        """Somebody who has an account."""
        return self.desk.people.named(name)

    def act(self, record: str, action: str, name: str, **said: Any) -> None:
        """Something that somebody does."""
        self.desk.reviews.act(record, action, self.who(name), **said)

    def bring(self, record: str, phase: str, name: str = CLERK) -> None:
        """Every file that a phase wants: what is printed as it is printed, anything else as a page with its title."""
        bring(self.desk, record, phase, self.who(name))

    def facts(self, name: str) -> dict[str, Any]:
        """A sample, its days moved to where the class of this story lies."""
        moved: dict[str, Any] = shifted(resolve(DATA[name].data, known()), self.start - START)
        return moved


def bring(desk: Desk, record: str, phase: str, who: Person) -> None:
    """Every file that a phase wants."""
    for one in desk.materials.state(record, who, phase).checklist.lacking:
        if one.material.kind == "scan" and one.material.document:
            data = scanned(desk.documents.file(record, one.material.document, ".pdf", who).data)
        elif one.material.kind in ("scan", "upload"):
            data = leaf(one.name, max(1, one.need))
        else:
            continue
        called = one.title.partition("（")[0].strip("《》")
        desk.materials.supply(record, one.id, data, f"{called}.pdf", who)


START = date.fromisoformat(DATA["class_50"].data["start_date"])


def shifted(value: Any, by: timedelta) -> Any:
    """The same with every day in it moved."""
    if isinstance(value, dict):
        return {key: shifted(one, by) for key, one in value.items()}
    if isinstance(value, list):
        return [shifted(one, by) for one in value]
    return DAY.sub(lambda found: _moved(found, by), value) if isinstance(value, str) else value


def _moved(found: re.Match[str], by: timedelta) -> str:
    numbers = [int(one) for one in found.groups() if one]
    day = date(numbers[0], numbers[1], numbers[2]) + by
    return f"{day:%Y%m%d}" if found[1] else day.isoformat()


def known() -> dict[str, str]:
    """Ids of what is known before the story begins."""
    return {name: f"story-{name.replace('_', '-')}" for name in DATA} | {"class_50": CLASS}


def scanned(pdf: bytes) -> bytes:
    """A paper as it comes back from the scanner."""
    numbers = range(1, page_count(pdf) + 1)
    return bound([sealed(Image.open(io.BytesIO(page_picture(pdf, one, 150))).convert("RGB")) for one in numbers])


def sealed(page: Image.Image) -> Image.Image:
    """With a red seal on it that is nobody's."""
    ink = Image.new("RGB", page.size, "white")
    draw, font = ImageDraw.Draw(ink), ImageFont.truetype(FONT, 40)
    middle, reach = (page.width * 0.77, page.height * 0.34), 118
    draw.ellipse([middle[0] - reach, middle[1] - reach, middle[0] + reach, middle[1] + reach], outline=RED, width=7)
    draw.multiline_text(middle, "样 例\n★\n印 章", fill=RED, font=font, anchor="mm", align="center")
    return ImageChops.multiply(page, ink)


def bound(made: Sequence[Image.Image]) -> bytes:
    """Pages as one file."""
    kept = io.BytesIO()
    made[0].save(kept, "PDF", save_all=True, append_images=made[1:], resolution=150)
    return kept.getvalue()


def leaf(title: str, count: int = 1) -> bytes:
    """Pages that say what they stand for."""
    made = []
    for number in range(1, count + 1):
        page = Image.new("RGB", (1240, 1754), "white")
        draw, font = ImageDraw.Draw(page), ImageFont.truetype(FONT, 54)
        draw.multiline_text((620, 420), wrapped(title), fill="#222", font=font, anchor="mm", align="center", spacing=24)
        small = ImageFont.truetype(FONT, 32)
        draw.text((620, 620), f"（样例，第 {number} 页）", fill="#555", font=small, anchor="mm")
        for line in range(12):
            draw.line((180, 760 + line * 70, 1060, 760 + line * 70), fill="#ccc", width=3)
        made.append(page)
    return bound(made)


def wrapped(title: str, width: int = 18) -> str:
    """A title in lines."""
    return "\n".join(title[at : at + width] for at in range(0, len(title), width))


def sheet(lines: Sequence[Sequence[str]]) -> bytes:
    """A workbook."""
    book, kept = Workbook(), io.BytesIO()
    for line in lines:
        book.worksheets[0].append(list(line))
    book.save(kept)
    return kept.getvalue()


# -- what happens, and how many days after the class begins -----------------------------------------------------------


def founded(story: Story) -> None:
    """Accounts, the institution, its teachers and syllabuses, the courses of the city."""
    desk = story.desk
    desk.people.add_unit(DISTRICT, "school", "佛山市样例职业培训学校", Person())
    for name, (title, unit, roles) in STAFF.items():
        desk.people.make(Account(name=name, title=title, unit=unit, roles=roles), Person(), PASSWORD)
    ids = known()
    for name in BEFORE:
        form = DATA[name].form
        who = Person(unit=CITY if form in OF_THE_CITY else SCHOOL)
        desk.records.create(form, who, resolve(DATA[name].data, ids), new=ids[name])
    for name in COURSES:
        listed(story, ids[name], DATA[name].data["course_source"])


def listed(story: Story, course: str, source: str) -> None:
    """A course goes from its standard to the catalogue: the city's centre asks, the city lists it."""
    act = story.desk.reviews.act
    bring(story.desk, course, "standard", CENTRE)
    act(course, "receive_standard", CENTRE)
    if source == "市级":
        act(course, "send_to_province", CENTRE, day=story.day)
    act(course, "note_filing", CENTRE, day=story.day)
    bring(story.desk, course, "catalogue", CENTRE)
    act(course, "propose_listing", CENTRE)
    story.act(course, "list_course", CITY_OFFICER, day=story.day)


def announced(story: Story) -> None:
    """The city opens a round."""
    days = {"open_date": story.day.isoformat(), "close_date": (story.day + timedelta(days=30)).isoformat()}
    courses = [known()[name] for name in COURSES]
    data = {"title": TITLE, "notice_no": "佛人社〔2026〕22号", **days, "courses": courses}
    story.desk.records.create("application_round", story.who(CITY_OFFICER), data, new=ROUND)


def applied(story: Story) -> None:
    """An institution fills its application and brings its papers."""
    ids = known() | {"round_2": ROUND}
    data = resolve(DATA["application"].data, ids) | {"apply_date": story.day.isoformat()}
    story.desk.records.create("application", story.who(CLERK), data, new=APPLICATION)
    story.bring(APPLICATION, "apply")


def applied_for(story: Story) -> None:
    """It is handed in."""
    story.act(APPLICATION, "submit_application", RESPONSIBLE, declared=True)


def first_reviewed(story: Story) -> None:
    """The district takes it up and looks it through."""
    who = story.who(OFFICER)
    story.act(APPLICATION, "take_up", OFFICER)
    for one in story.desk.materials.state(APPLICATION, who, "apply").checklist.items:
        story.desk.reviews.accept(APPLICATION, "apply", one.id, who)
    story.act(APPLICATION, "first_review", OFFICER, opinion="材料齐全，场地、师资与申请表相符，建议推荐。")


def recommended(story: Story) -> None:
    """The leader recommends it, it goes to the city."""
    story.act(APPLICATION, "recommend", LEADER, opinion="同意推荐。", rank=1)
    story.act(APPLICATION, "report_to_city", OFFICER, day=story.day)


def granted(story: Story) -> None:
    """The city decides."""
    story.act(APPLICATION, "city_pass", CITY_OFFICER, opinion="同意承接。")


def published(story: Story) -> None:
    """The directories go out; the sealed consent is kept."""
    for key in ("institution_list", "course_list"):
        story.desk.publications.publish(f"foshan.{key}", story.who(CITY_OFFICER), story.day)
    story.act(APPLICATION, "record_province", OFFICER, day=story.day)
    story.bring(APPLICATION, "approved")
    story.act(APPLICATION, "send_approved", CLERK)
    story.act(APPLICATION, "keep_approved", OFFICER)


def planned(story: Story) -> None:
    """A class is filled and its papers are sealed."""
    data = story.facts("class_50")
    rows = {
        row: {k: v for k, v in one.items() if k not in MARKS + CODES + ("receipt_date",)}
        for row, one in data["trainees"].items()
    }
    plan = {key: value for key, value in data.items() if key not in LATE} | {"trainees": rows}
    story.desk.records.create("training_class", story.who(CLERK), plan, new=CLASS)
    story.bring(CLASS, "filing")


def filed(story: Story) -> None:
    """It is handed in."""
    story.act(CLASS, "submit_filing", RESPONSIBLE, declared=True)


def approved(story: Story) -> None:
    """The district approves."""
    story.act(CLASS, "review_filing", OFFICER)
    story.act(CLASS, "approve_filing", LEADER)


def drawn(story: Story) -> None:
    """One of the running sessions is drawn to be inspected."""
    last = story.start + timedelta(days=11)
    story.desk.draws.make("foshan.spot_checks", story.who(OFFICER), story.start, last, 2, seed="2026第二次抽查")


def inspected(story: Story) -> None:
    """It is inspected, the leader closes it."""
    officer = story.who(OFFICER)
    draw = story.desk.draws.of("foshan.spot_checks", officer)[0]
    visit = story.desk.draws.begin(draw.id, 0, officer)
    seen, lessons = story.facts("inspection"), story.facts("class_50")["sessions"].values()
    lesson = next(one for one in lessons if one["date"] == draw.picked[0].day and one["content"] in draw.picked[0].text)
    taught_by = next(DATA[name].data["name"] for name, id in known().items() if id == lesson["teacher"])
    plain = {key: value for key, value in seen.items() if isinstance(value, str) and key.endswith(("_ok", "_note"))}
    told = {"method": ["现场检查"], "actual_teacher": taught_by, "present": "49", "leave": "1", "has_problem": "否"}
    story.desk.records.put(visit, plain | told | {"decision": ["无"]}, officer)
    story.desk.records.add_rows(visit, "inspectors", officer, [{"name": "王检查"}, {"name": OFFICER}])
    story.bring(visit, "check", OFFICER)
    story.act(visit, "hand_up_record", OFFICER)
    story.act(visit, "close_record", LEADER)


def taught(story: Story) -> None:
    """Attendance, recordings, exam."""
    data, who = story.facts("class_50"), story.who(CLERK)
    marks = {f"attendance/{one}/{row}": mark for one, line in data["attendance"].items() for row, mark in line.items()}
    story.desk.records.put(CLASS, marks, who)
    for section in ("recordings", "exam_recordings", "invigilators"):
        lines = [{key: one[key] for key in one if key != "@order"} for one in data[section].values()]
        story.desk.records.add_rows(CLASS, section, who, lines)
    plain = {key: str(data[key]) for key in ("exam_room", "exam_chief", "paper_no")}
    story.desk.records.put(CLASS, plain, who)


def examined(story: Story) -> None:
    """Scores, and the papers that go with them."""
    data = story.facts("class_50")
    paths = {
        f"trainees/{row}/{key}": str(one[key]) for row, one in data["trainees"].items() for key in MARKS if key in one
    }
    story.desk.records.put(CLASS, paths | {"result_date": data["result_date"]}, story.who(CLERK))
    story.bring(CLASS, "certificates")


def codes_wanted(story: Story) -> None:
    """Certificates are asked for, the district agrees."""
    story.act(CLASS, "submit_certificates", RESPONSIBLE, declared=True)
    story.act(CLASS, "review_certificates", OFFICER)
    story.act(CLASS, "approve_certificates", LEADER)


def coded(story: Story) -> None:
    """The centre has taken the list of the province, the city says that the codes are out."""
    data = {"allotted_on": story.day.isoformat(), "allotted_to": "一个班", "training_class": CLASS}
    story.desk.records.create("code_allotment", CENTRE, {**data, "allotter": CENTRE.name}, new=ALLOTMENT)
    read = story.desk.imports.read(sheet(listed_codes(story.facts("class_50"))), "省里的编码.xlsx")
    story.desk.imports.take(ALLOTMENT, "code_lines", read, who=CENTRE)
    story.desk.reviews.act(ALLOTMENT, "allot_codes", CENTRE, declared=True)
    story.act(CLASS, "assign_codes", CITY_OFFICER, day=story.day)


def listed_codes(data: Mapping[str, Any]) -> list[list[str]]:
    """The list that the province has given to the centre: each code with whom it is for."""
    people = [one for one in data["trainees"].values() if "cert_no" in one]
    lines = [[one["cert_no"], one["name"], one.get("doc_type", "居民身份证"), one["id_no"]] for one in people]
    return [["证书编号", "姓名", "证件类型", "证件号码"], *sorted(lines)]


def codes(data: Mapping[str, Any]) -> list[list[str]]:
    """The list that the city gives out, in an order of its own."""
    people = data["trainees"].values()
    lines = [[one["name"], one["id_no"], one["cert_no"], one["issue_date"]] for one in people if "cert_no" in one]
    return [["姓名", "证件号码", "证书编号", "发证日期"], *sorted(lines)]


def registered(story: Story) -> None:
    """The codes are imported, the district enters the certificates."""
    read = story.desk.imports.read(sheet(codes(story.facts("class_50"))), "编号清单.xlsx")
    story.desk.imports.take(CLASS, "trainees", read, who=story.who(CLERK))
    story.act(CLASS, "register_certificates", OFFICER)


def handed_out(story: Story) -> None:
    """Everybody has signed for the certificate; the archive is being filled."""
    data, who = story.facts("class_50"), story.who(CLERK)
    got = {
        f"trainees/{row}/receipt_date": one["receipt_date"]
        for row, one in data["trainees"].items()
        if "receipt_date" in one
    }
    filed = {key: str(data[key]) for key in (*ARCHIVED, "digital_location")}
    story.desk.records.put(CLASS, got | filed, who)
    story.bring(CLASS, "archive")


def archived(story: Story) -> None:
    """The class is archived."""
    story.act(CLASS, "close_archive", CLERK, declared=True)


def ordered(story: Story) -> None:
    """What was inspected was wrong: the leader has it mended, and takes the certificates of the class away."""
    officer, seen = story.who(OFFICER), story.facts("inspection")
    wrong = {
        "has_problem": "是",
        "problems": ["骗取培训补贴资金"],
        "problem_note": "两天的签到是一个人签的。",
        "decision": ["责令限期整改", "取消该班次学员证书发放资格"],
        "due_date": (story.day + timedelta(days=30)).isoformat(),
    }
    story.desk.records.create("inspection", officer, seen | wrong, new=VISIT)
    story.bring(VISIT, "check", OFFICER)
    story.act(VISIT, "hand_up_record", OFFICER)
    story.act(VISIT, "order_rectify", LEADER, opinion="情况属实，限期整改。")
    story.act(VISIT, "bar_class", LEADER, reason="骗取补贴。")


TOLD: Mapping[Callable[[Story], None], int] = {
    founded: -100,
    announced: -70,
    applied: -60,
    applied_for: -59,
    first_reviewed: -55,
    recommended: -54,
    granted: -48,
    published: -45,
    planned: -8,
    filed: -7,
    approved: -4,
    drawn: 1,
    inspected: 3,
    taught: 14,
    examined: 18,
    codes_wanted: 21,
    coded: 25,
    registered: 26,
    handed_out: 30,
    archived: 34,
    ordered: 44,
}


def begins(last: Callable[[Story], None], since: int = 0) -> tuple[date, date]:
    """The day from which days are counted if something happened so many days ago, and the Monday that is nearest."""
    begin = datetime.now(ZONE).date() - timedelta(days=TOLD[last] + since)
    return begin, begin - timedelta(days=(begin.weekday() + 3) % 7 - 3)


def class_of_today(last: Callable[[Story], None]) -> dict[str, Any]:
    """All that is ever known of the class, if something happens today."""
    return shifted(resolve(DATA["class_50"].data, known()), begins(last)[1] - START)  # type: ignore[no-any-return]


def tell(folder: Path, last: Callable[[Story], None], *, since: int = 0) -> Story:
    """Tell it up to something that happens today, or so many days ago; the desk stays open.

    Args:
        folder: Where the data goes.
        last: What happens last.
        since: Days that have gone by since.
    """
    begin, monday = begins(last, since)
    clock: list[date] = [begin]

    def now() -> datetime:
        return datetime.combine(clock[0], NINE, ZONE)

    story = Story(open_desk(Settings(data=folder), now=now), begin, monday)
    for happens, after in TOLD.items():
        story.day = clock[0] = begin + timedelta(days=after)
        happens(story)
        if happens is last:
            break
    return story
