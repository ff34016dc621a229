"""Five thousand codes of certificates: the list that the centre imports, and what a class does with one given out."""

import io
import random
from collections.abc import Iterator
from itertools import count
from typing import Any

from openpyxl import Workbook

from benchmarks.measuring import Asked
from onefill.people import Account
from onefill.service import Desk
from onefill.service.shapes import Person
from samples.city.names import CITY_UNIT
from samples.people import names, trainee
from store import EVERYTHING, Change

ROWS, LIMIT = 5_000, 3.0
CLASS_NO = "440604-999-2026-001"
DAY = "2026-11-27"
HEADS = ("姓名", "身份证件号码", "证书编号", "发证日期")


def give_out(desk: Desk) -> None:
    """Make a class of five thousand who have passed, and two lists for its district, given out with their effects."""
    schools = desk.store.find(form="institution", scope=EVERYTHING, limit=1_000)
    school = next(one for one in schools if one.unit.startswith(f"{CITY_UNIT}/440604/"))
    district = (desk.store.latest(school.record, EVERYTHING).data or {})["district"]
    course = desk.store.find(form="course", scope=EVERYTHING, limit=1)[0].record
    rows = {f"r{n}": {"@order": n, **one} for n, one in trainees()}
    data = {
        "institution": school.record,
        "course": course,
        "train_mode": "线下",
        "sessions": {"s1": {"@order": 0, "date": "2026-11-02", "time": "09:00-11:30"}},
        "attendance": {"s1": dict.fromkeys(rows, "到")},
        "class_no": CLASS_NO,
        "trainees": rows,
    }
    desk.records.create("training_class", Person(name="量", unit=school.unit), data)
    for year in (0, 1):
        aim = {"allotted_to": "一个区", "whole_district": district}
        made = new_list(desk, aim)
        lines = desk.imports.read(code_list(year), "codes.xlsx")
        desk.imports.take(made, "code_lines", lines, who=centre(desk))
        desk.reviews.act(made, "allot_codes", centre(desk), declared=True)


def codes(desk: Desk) -> Iterator[Asked]:
    """The list imported by the centre, and written into a class out of a workbook and by a click."""
    record = the_class(desk)
    desk.records.state(record)  # whoever imports has its page open
    lists, turns = [code_list(0), code_list(1)], count()
    told = f"{ROWS:,} 个下发的证书编号"

    def look() -> None:
        seen = desk.imports.preview(record, "trainees", desk.imports.read(lists[0], "codes.xlsx"))
        assert len(seen.rows) == ROWS and not seen.wrong

    def take() -> None:
        """Each time every code is another one, so that all of them are written."""
        read = desk.imports.read(lists[next(turns) % 2], "codes.xlsx")
        outcome = desk.imports.take(record, "trainees", read, who=Person())
        assert (outcome.taken.updated, outcome.taken.left) == (ROWS, ())

    def empty() -> None:
        opened = desk.records._book.open(record)
        changes = [Change(f"trainees/r{n}/{key}", None) for n in range(ROWS) for key in ("cert_no", "issue_date")]
        desk.records._book.keep(opened, changes, "量")
        assert desk.taking.offered(record, "trainees") is not None  # the button is there

    def click() -> None:
        assert desk.taking.take(record, "trainees", Person()) == ROWS

    yield Asked(f"导入 {told}：读、核对、显示", LIMIT, look, 3)
    yield Asked(f"导入 {told}：读、核对、写进名册", LIMIT, take, 3)
    yield Asked(f"{told}，点一下填进名册", LIMIT, click, 3, empty)


def lists(desk: Desk) -> Iterator[Asked]:
    """The centre's list of codes for the class, each with whose it is, read and held against the class's people."""
    aim = {"allotted_to": "一个班", "training_class": the_class(desk)}
    made, data = new_list(desk, aim), code_list(2)

    def look() -> None:
        seen = desk.imports.preview(made, "code_lines", desk.imports.read(data, "codes.xlsx"))
        assert len(seen.rows) == ROWS and not seen.wrong

    def take() -> None:
        read = desk.imports.read(data, "codes.xlsx")
        outcome = desk.imports.take(made, "code_lines", read, who=centre(desk))
        assert (outcome.taken.added, outcome.taken.left) == (ROWS, ())

    def empty() -> None:
        opened = desk.records._book.open(made)
        desk.records._book.keep(opened, [Change("code_lines", None)], "量")

    yield Asked(f"市中心导入 {ROWS:,} 行编码清单：读、核对、显示", LIMIT, look, 3)
    yield Asked(f"市中心导入 {ROWS:,} 行编码清单：读、核对、写进清单", LIMIT, take, 3, empty)


def new_list(desk: Desk, aim: dict[str, Any]) -> str:
    """A list of the centre that has no line yet."""
    data = {"allotted_on": DAY, "allotter": "量一量", **aim}
    return desk.records.create("code_allotment", centre(desk), data)


def centre(desk: Desk) -> Person:
    """Who gives codes out."""
    return desk.people.person(Account(name="量一量", unit=CITY_UNIT, roles=("centre_officer",)))


def the_class(desk: Desk) -> str:
    """The class that was made for this."""
    (found,) = desk.store.find(form="training_class", tokens=[f"class_no={CLASS_NO}"], scope=EVERYTHING)
    return found.record


def trainees() -> Iterator[tuple[int, dict[str, Any]]]:
    """Five thousand people, with their scores."""
    dice = random.Random("codes")
    who = names(dice, 500)
    for number in range(ROWS):
        yield (
            number,
            {**trainee(dice, who[number % 500], number), "mobile": f"199{number:08}", "theory": 90, "practice": 90},
        )


def code_list(year: int) -> bytes:
    """As the city sends it: a line for each of them; the codes of one year are none of another."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("编号")
    sheet.append(HEADS)
    for number, one in trainees():
        sheet.append([one["name"], one["id_no"], f"440604202{year}{number:06}", DAY])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
