"""People of the Foshan pack, files that look like scans, and records brought where a test begins."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from onefill.materials import ItemState
from onefill.service import Desk
from onefill.service.shapes import Person
from samples import Ref, resolve, sample_records
from samples.city.scans import Leaf, Looked
from store import EVERYTHING
from tests.desks import make_desk
from tests.tables.making import book

PEOPLE: Mapping[str, Person] = {
    "clerk": Person(name="何乙未", roles=("clerk",)),
    "responsible": Person(name="梁甲午", roles=("responsible",)),
    "district_officer": Person(name="陈经办", roles=("district_officer",)),
    "district_leader": Person(name="李区长", roles=("district_leader",)),
    "inspector": Person(name="王检查", roles=("inspector",)),
    "city_officer": Person(name="周市局", roles=("city_officer",)),
    "city_registrar": Person(name="郑批次", roles=("city_registrar",)),
    "centre_officer": Person(name="吴中心", roles=("centre_officer",)),
    "author": Person(name="苏表单", roles=("author",)),
    "administrator": Person(name="高账号", roles=("administrator",)),
    "auditor": Person(name="冯审计", roles=("auditor",)),
}
CLERK, RESPONSIBLE = PEOPLE["clerk"], PEOPLE["responsible"]
OFFICER, LEADER = PEOPLE["district_officer"], PEOPLE["district_leader"]
#: Of the desk's clock.
DAY = date(2026, 12, 20)
INSPECTOR, CITY = PEOPLE["inspector"], PEOPLE["city_officer"]
REGISTRAR, CENTRE = PEOPLE["city_registrar"], PEOPLE["centre_officer"]


def looked_at(source: bytes | Path, filename: str, kinds: Sequence[str], most_bytes: int) -> Looked:
    """A file that says itself how many pages it has, as ``a page`` lines: real ones are looked into by other tests."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    return Looked("pdf", (Leaf(),) * max(1, data.count(b"a page")))


def pages(name: str, count: int = 1) -> bytes:
    """A file of so many pages, unlike those of another name."""
    return name.encode() + b"\na page" * count


def foshan_desk(folder: Path) -> Desk:
    """A desk that takes such files."""
    return make_desk(folder, inspect=looked_at)


def items(desk: Desk, record: str, phase: str | None = None) -> dict[str, ItemState]:
    """The checklist by item."""
    return {one.id: one for one in desk.materials.state(record, desk.who(), phase).checklist.items}


def hand_in_all(desk: Desk, record: str, phase: str, who: Person = CLERK) -> None:
    """Bring a file for every item that wants one, with as many pages as are asked."""
    for one in items(desk, record, phase).values():
        if one.lacking and one.material.kind in ("scan", "upload"):
            desk.materials.supply(record, one.id, pages(one.id, max(1, one.need)), f"{one.title}.pdf", who)
        elif one.lacking and one.material.kind == "original":
            desk.materials.show_original(record, one.id, who)


#: The sample class parts into so many classes that have nobody in common.
PARTS, PART = 5, 10


def part_of_class(desk: Desk, ids: Mapping[str, str], place: int, unit: str = "") -> str:
    """A class of ten of the sample's fifty trainees, complete to its end, with nothing handed in."""
    sample = next(one for one in sample_records() if one.name == "class_50")
    data: dict[str, Any] = resolve(sample.data, ids)
    people = list(data["trainees"])[PART * place : PART * (place + 1)]
    data["class_no"] = f"440604-012-2026-10{place}"
    data["planned_count"] = PART
    data["trainees"] = {row: data["trainees"][row] for row in people}
    data["attendance"] = {
        session: {row: mark for row, mark in marks.items() if row in people}
        for session, marks in data["attendance"].items()
    }
    return desk.records.create("training_class", replace(desk.who(), unit=unit), data)


CITY_UNIT = "440600"
#: What the city writes down for everybody.
OF_THE_CITY = ("course", "application_round")


#: Whose district a unit is.
DISTRICTS = {"440604": "禅城区", "440605": "南海区"}


def school(desk: Desk, unit: str, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """An institution of its own in a unit, with all that an application points to; what the city has, it has once."""
    where = [{"district": name} for key, name in DISTRICTS.items() if key in unit.split("/")]
    ids = {name: id for name, id in (known or {}).items() if _sample(name).form in OF_THE_CITY}
    needed = {"application", "institution"}
    while more := {ref.name for name in needed for ref in refs(_sample(name).data)} - needed:
        needed |= more
    for sample in sample_records():
        if sample.name in needed and sample.name not in ids:
            who = replace(desk.who(), unit=CITY_UNIT if sample.form in OF_THE_CITY else unit)
            told = where[0] if where and sample.form == "institution" else {}
            ids[sample.name] = desk.records.create(sample.form, who, {**resolve(sample.data, ids), **told})
    return ids


def _sample(name: str) -> Any:
    return next(one for one in sample_records() if one.name == name)


def refs(data: object) -> Iterator[Ref]:
    """What a sample points to."""
    if isinstance(data, Ref):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from refs(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from refs(value)


Bring = Callable[[Desk, str, str, Person], None]


def list_course(desk: Desk, record: str, day: date = DAY, bring: Bring = hand_in_all) -> None:
    """Take a course that has the facts of its proofs from its draft to the catalogue."""
    bring(desk, record, "standard", CENTRE)
    desk.reviews.act(record, "receive_standard", CENTRE)
    if (desk.store.latest(record, EVERYTHING).data or {}).get("course_source") == "市级":
        desk.reviews.act(record, "send_to_province", CENTRE, day=day)
    desk.reviews.act(record, "note_filing", CENTRE, day=day)
    list_again(desk, record, day, bring)


def list_again(desk: Desk, record: str, day: date = DAY, bring: Bring = hand_in_all) -> None:
    """Take a course whose standard is filed to the catalogue."""
    bring(desk, record, "catalogue", CENTRE)
    desk.reviews.act(record, "propose_listing", CENTRE)
    desk.reviews.act(record, "list_course", CITY, day=day)


def approve_application(desk: Desk, record: str, day: date = DAY) -> None:
    """Take an application from its draft through district and city to the sealed approval that is kept."""
    pass_application(desk, record, day)
    desk.reviews.act(record, "send_approved", CLERK)
    desk.reviews.act(record, "keep_approved", OFFICER)


def pass_application(desk: Desk, record: str, day: date = DAY) -> None:
    """Take an application from its draft to where the sealed approval can be sent in."""
    hand_in_all(desk, record, "apply")
    act = desk.reviews.act
    act(record, "submit_application", RESPONSIBLE, declared=True)
    act(record, "take_up", OFFICER)
    act(record, "first_review", OFFICER, opinion="材料齐全，场地和师资相符")
    act(record, "recommend", LEADER, opinion="同意推荐", rank=1)
    act(record, "report_to_city", OFFICER, day=day)
    act(record, "city_pass", CITY, opinion="同意承接")
    hand_in_all(desk, record, "approved")


def file_class(desk: Desk, record: str) -> None:
    """Take a class from its draft through the district."""
    hand_in_all(desk, record, "filing")
    desk.reviews.act(record, "submit_filing", RESPONSIBLE, declared=True)
    desk.reviews.act(record, "review_filing", OFFICER)
    desk.reviews.act(record, "approve_filing", LEADER, reason="系统启用以前开的班")


def code_class(desk: Desk, record: str, lines: Sequence[Mapping[str, str]] = ()) -> None:
    """Take a filed class to where the city has given out its codes."""
    act = desk.reviews.act
    hand_in_all(desk, record, "certificates")
    act(record, "submit_certificates", RESPONSIBLE, declared=True)
    act(record, "review_certificates", OFFICER)
    act(record, "approve_certificates", LEADER)
    allot(desk, record, lines)
    act(record, "assign_codes", CITY, day=DAY)


#: The codes that the samples' classes hold, and those that tests give: enough of them for everybody.
CODES = tuple(f"44060420260{number:03}" for number in range(1, 61))


def allot(desk: Desk, record: str, lines: Sequence[Mapping[str, str]] = (), day: date = DAY) -> str:
    """Codes are given to a class by the city's centre: those of its roster, else as many as have passed."""
    made = code_list(desk, record, lines, day)
    desk.reviews.act(made, "allot_codes", CENTRE, declared=True)
    return made


def code_list(desk: Desk, record: str, lines: Sequence[Mapping[str, str]] = (), day: date = DAY) -> str:
    """The list of a class's codes, imported by the centre and not given out yet."""
    rows = lines or [{"cert_no": code} for code in _codes_for(desk, record)]
    data = {"allotted_on": day.isoformat(), "allotted_to": "一个班", "training_class": record, "allotter": "吴中心"}
    unit = desk.store.latest(record, EVERYTHING).summary.unit and CITY_UNIT  # where there are no units, all is in one
    made = desk.records.create("code_allotment", replace(CENTRE, unit=unit), data)
    heads = {"cert_no": "证书编号", "meant_name": "姓名", "meant_doc": "证件类型", "meant_id": "证件号码"}
    sheet = book(tuple(heads.values()), *([row.get(key, "") for key in heads] for row in rows))
    desk.imports.take(made, "code_lines", desk.imports.read(sheet, "编码.xlsx"), who=CENTRE)
    return made


def _codes_for(desk: Desk, record: str) -> list[str]:
    table = desk.records.table(record, "trainees")
    people = [table.texts[row] for row in table.order]
    held = [str(one["cert_no"]) for one in people if one["cert_no"]]
    wanted = sum(one["result"] == "合格" for one in people)
    return held or list(CODES[:wanted])
