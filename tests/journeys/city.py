"""The made-up city in the browser: who works there, and the institution in it that goes through the whole chain."""

import json
import shutil
from datetime import date
from pathlib import Path
from random import Random

from playwright.sync_api import Browser

from onefill.definitions import Definitions
from onefill.service import Desk, Settings
from samples.city.building import build
from samples.city.courses import COURSES
from samples.city.names import CITY_UNIT, Names
from samples.city.teaching import Planned, recorded, the_class
from samples.city.timing import Days
from store import EVERYTHING, Found
from tests.journeys.chain import SAMPLES, START, TODAY, Chain, Plan
from tests.journeys.test_people_journey import PASSWORD

MANY = 10_000
#: Lies beside the data: who works there, in the order in which they came.
PEOPLE = "people.json"
#: Days of the sample's class beside those of its lessons.
EXAM_TIME = SAMPLES["class_50"].data["exam_time"]


def built(folder: Path) -> Path:
    """A small city in a folder; each journey goes through a copy of it."""
    settings = Settings(data=folder, people="accounts")
    made = build(settings, scale=0.01, seed=1, until=TODAY, tell=quiet, password=PASSWORD, papers=False)
    made.desk.store.close()
    (folder.parent / PEOPLE).write_text(json.dumps([name for _, name in made.people]), encoding="utf-8")
    return folder


def quiet(done: int, of: int, day: date) -> None:
    """Nobody waits to be told how far it is."""


class City(Chain):
    """The city, and who works there by unit and role."""

    staff: dict[tuple[str, str], list[str]]

    def __init__(self, folder: Path, browser: Browser, definitions: Definitions, city: Path) -> None:
        shutil.copytree(city, folder / "data")
        self._names: list[str] = json.loads((city.parent / PEOPLE).read_text(encoding="utf-8"))
        super().__init__(folder, browser, definitions)

    def _found(self) -> None:
        desk, self.staff = self.desk(), {}
        for name in self._names:
            who = desk.people.named(name)
            for role in who.roles or ():
                self.staff.setdefault((who.unit, role), []).append(name)
        self._looked_over(desk)
        desk.store.close()

    def _looked_over(self, desk: Desk) -> None:
        """Learn what of the city the journey goes on with."""
        raise NotImplementedError

    def working(self, role: str, school: str) -> list[str]:
        """Who has a role at a school, in its district, or in the city."""
        units = (school, school.rpartition("/")[0], CITY_UNIT)
        return next(self.staff[unit, role] for unit in units if (unit, role) in self.staff)


class Applicant(City):
    """The city as it is for an institution that applied in vain, applies once more, and then teaches."""

    def _looked_over(self, desk: Desk) -> None:
        refused = standing(desk, "application", "apply.city_refused")[0]
        data = desk.store.latest(refused.record, EVERYTHING).data or {}
        offer = next(iter(data["courses"].values()))
        course, syllabus, school = (
            desk.store.latest(record, EVERYTHING).data or {}
            for record in (offer["course"], offer["syllabus"], data["institution"])
        )
        self.school, self.audience = str(school["inst_name"]), str(syllabus["audience"])
        names = [(desk.store.latest(one, EVERYTHING).data or {})["name"] for one in data["teachers"]]
        self.teachers = (str(names[0]), str(names[1]))
        self.class_no = f"{refused.unit.split('/')[1]}-{school['inst_no']}-{START.year}-001"
        self.plan = city_plan(str(course["course_name"]), self.class_no, self.teachers)
        self._takes_part(refused.unit)

    def _takes_part(self, unit: str) -> None:
        def first(role: str) -> str:
            return self.working(role, unit)[0]

        self.clerk, self.responsible = first("clerk"), first("responsible")
        self.officer, self.leader = first("district_officer"), first("district_leader")
        self.inspector, self.centre = first("inspector"), first("centre_officer")
        self.registrar = first("city_registrar")
        self.city, self.section_head = self.working("city_officer", unit)


def city_plan(course: str, number: str, teachers: tuple[str, str]) -> Plan:
    """A class of a course of the city, as its institutions plan theirs."""
    dice = Random(1)
    place = [name for name, *_ in COURSES].index(course)
    plan = Planned(course=place, people=10, first=START, number=number)
    one = the_class(plan, {}, teachers, teachers[0], TODAY, Days((), (), dice), Names(dice), dice)
    exam = one.exam.isoformat()
    told = {key: str(one.data[key]) for key in ("start_date", "end_date", "head_teacher", "head_teacher_tel")}
    told |= {"exam_date": exam, "exam_time": EXAM_TIME, "exam_mode": "线下", "result_date": exam}
    return Plan(
        course=course,
        hours=sum(COURSES[place][2:]),
        told=told,
        sessions=[{key: str(row[key]) for key in row if key != "@order"} for row in one.sessions.values()],
        recordings=[{key: str(row[key]) for key in row if key != "session"} for row in recorded(one)],
    )


def standing(desk: Desk, form: str, state: str) -> list[Found]:
    """The records of a form that stand somewhere."""
    return [one for one in desk.store.find(form=form, scope=EVERYTHING, limit=MANY) if one.state == state]
