"""What city and districts see of all classes: one calendar of lessons and exams, figures by month, district, course."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from onefill.people import Reach, Right
from onefill.service import Desk
from onefill.service.board_shapes import Figures
from onefill.service.shapes import Person
from samples import resolve, sample_records
from store import EVERYTHING
from tests.reviews.foshan import (
    CITY,
    CLERK,
    DAY,
    INSPECTOR,
    LEADER,
    OFFICER,
    approve_application,
    code_class,
    file_class,
    foshan_desk,
    hand_in_all,
    part_of_class,
    school,
)
from tests.reviews.test_foshan_certificates import recall

CHANCHENG, NANHAI = "440600/440604", "440600/440605"
NOVEMBER = date(2026, 11, 1), date(2026, 11, 30)


def of_district(unit: str) -> Person:
    """Somebody who looks after what happens in a district."""
    right = Right(unit, Reach.BELOW, frozenset({"print", "review"}))
    return Person(name=f"经办 {unit}", unit=unit, roles=("district_officer",), rights=(right,))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return foshan_desk(tmp_path_factory.mktemp("boards"))


@pytest.fixture(scope="module")
def classes(desk: Desk) -> Mapping[str, str]:
    """Three classes: one with its codes in one district, one filed in another, one that nobody has agreed to."""
    own, other = f"{CHANCHENG}/school", f"{NANHAI}/school"
    chancheng = school(desk, own)
    nanhai = school(desk, other, chancheng)
    found = {
        "禅城": part_of_class(desk, chancheng, 0, own),
        "没有备案": part_of_class(desk, chancheng, 1, own),
        "南海": part_of_class(desk, nanhai, 2, other),
    }
    for ids in (chancheng, nanhai):
        approve_application(desk, ids["application"])
    inspect(desk, found["禅城"], own)
    for name in ("禅城", "南海"):
        file_class(desk, found[name])
    failed = next(row for row, result in results_of(desk, found["禅城"]) if result == "不合格")
    for key, text in {"absent": "缺考", "theory": "", "practice": ""}.items():
        desk.records.set(found["禅城"], f"trainees/{failed}/{key}", text, replace(CLERK, unit=own))
    code_class(desk, found["禅城"])
    return found


def results_of(desk: Desk, record: str) -> list[tuple[str, str]]:
    """Rows of the trainees of a class, and what is said of each."""
    rows = desk.records.rows(record, "trainees", choices=False)
    return [(row.id, field.shown) for row in rows for field in row.fields if field.definition.key == "result"]


def inspect(desk: Desk, record: str, unit: str) -> None:
    """A visit in which all was found in order."""
    sample = next(one for one in sample_records() if one.name == "inspection")
    seen = {"present": 9, "leave": 1, "method": ["现场检查"]}
    who = replace(INSPECTOR, unit=unit)
    found = desk.records.create("inspection", who, resolve(sample.data, {"class_50": record}) | seen)
    hand_in_all(desk, found, "check", who)
    desk.reviews.act(found, "hand_up_record", who)
    desk.reviews.act(found, "close_record", LEADER)


def sums(desk: Desk, who: Person, by: str, unit: str = "") -> dict[str, dict[str, str]]:
    """The figures of somebody, by what they are parted by; the total under an empty title."""
    units = desk.people.offices.units()
    found: Figures = desk.boards.statistics("foshan.training_sums", who, units, by=by, year="", unit=unit)
    named = [name for name, _ in found.measures]
    rows = [*found.rows, found.total]
    return {
        "" if row is found.total else row.title: dict(zip(named, map(str, row.values), strict=True)) for row in rows
    }


def test_lessons_and_exams_stand_on_one_calendar_within_reach(desk: Desk, classes: Mapping[str, str]) -> None:
    city = desk.boards.planner("foshan.running_classes", CITY, *NOVEMBER)
    assert {one.record for one in city.held} == {classes["禅城"], classes["南海"]}
    assert city.kinds == (("上课", "blue"), ("考核", "amber"))
    assert {one.day for one in city.held if one.kind == "考核"} == {date(2026, 11, 23)}
    district = desk.boards.planner("foshan.running_classes", of_district(NANHAI), *NOVEMBER)
    assert {one.record for one in district.held} == {classes["南海"]}
    lesson = next(one for one in district.held if one.kind == "上课")
    assert lesson.time
    assert "何秀珍 301教室" in lesson.text


def test_the_city_counts_by_month_district_and_course(desk: Desk, classes: Mapping[str, str]) -> None:
    months = sums(desk, CITY, "month")
    assert months["2026年11月"]["开班"] == "2"
    assert months["2026年11月"]["参训"] == "20"
    total = months[""]
    assert (total["开班机构"], total["排课"], total["检查"]) == ("1", "80", "1")
    results = Counter(result for name in ("禅城", "南海") for _, result in results_of(desk, classes[name]))
    assert results["缺考"] == 1  # whoever did not come was not examined
    share = results["合格"] * 100 / (results["合格"] + results["不合格"])
    assert float(total["合格率"]) == pytest.approx(share, abs=0.05)
    units = sums(desk, CITY, "unit")
    assert [row["开班"] for name, row in units.items() if "禅城" in name or "南海" in name] == ["1", "1"]
    certified = {name: int(row["已发证"]) for name, row in units.items()}
    assert certified[""] == sum(number for name, number in certified.items() if name)
    courses = sums(desk, CITY, "by_course")
    assert courses["家政服务基础"]["参训"] == "20"


def test_a_district_counts_its_own(desk: Desk, classes: Mapping[str, str]) -> None:
    own = sums(desk, of_district(NANHAI), "month")
    assert (own[""]["开班"], own[""]["参训"]) == ("1", "10")
    assert "foshan.training_sums" not in desk.boards.known(CLERK)
    assert "foshan.training_sums" in desk.boards.known(INSPECTOR)


def test_the_city_looks_at_one_district_by_month_and_course(desk: Desk, classes: Mapping[str, str]) -> None:
    names = {"开班机构", "开班", "排课", "参训", "合格率", "已发证", "检查", "查出问题"}
    for unit, checked in ((CHANCHENG, "1"), (NANHAI, "0")):
        whole = sums(desk, CITY, "month", unit)[""]
        assert whole.keys() == names
        assert (whole["开班机构"], whole["开班"], whole["参训"], whole["检查"]) == ("1", "1", "10", checked)
        assert sums(desk, CITY, "by_course", unit)["家政服务基础"]["排课"] == whole["排课"]
        # Parted by units, the institutions of the district stand there.
        assert [row["开班"] for name, row in sums(desk, CITY, "unit", unit).items() if name] == ["1"]
    assert sums(desk, of_district(NANHAI), "month", CHANCHENG)[""]["开班"] == "0"


def test_certificates_count_while_they_are_entered_and_valid(desk: Desk, classes: Mapping[str, str]) -> None:
    record = classes["禅城"]
    assert sums(desk, CITY, "unit")[""]["已发证"] == "0"  # codes in a roster are no certificates yet
    desk.reviews.act(record, "register_certificates", OFFICER)
    lines = desk.store.register("certificates", DAY, EVERYTHING)
    months = sums(desk, CITY, "month")
    assert (months[""]["已发证"], months["2026年12月"]["已发证"]) == (str(len(lines)), str(len(lines)))
    assert sums(desk, CITY, "by_course")["家政服务基础"]["已发证"] == str(len(lines))
    assert sums(desk, CITY, "month", NANHAI)[""]["已发证"] == "0"
    assert sums(desk, of_district(NANHAI), "month")[""]["已发证"] == "0"
    inspector = replace(INSPECTOR, unit=CHANCHENG)
    asked = recall(desk, record, str(lines[0].facts["cert_no"]), "编号有误", inspector)
    desk.reviews.act(asked, "ask_recall", inspector)
    desk.reviews.act(asked, "decide_recall", LEADER, reason="编号有误")
    assert sums(desk, CITY, "unit")[""]["已发证"] == str(len(lines) - 1)
    desk.reviews.act(asked, "undo_recall", LEADER, reason="查清没有误")
    assert sums(desk, CITY, "unit")[""]["已发证"] == str(len(lines))
