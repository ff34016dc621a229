"""What everything that happens in the city has in common: people, clock, chance, files."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from onefill.service import Desk
from samples.city.names import Names
from samples.city.scans import scan
from samples.city.staff import City, District, Worker
from samples.city.teaching import Class
from samples.city.timing import Clock, Days, Life


@dataclass(kw_only=True)
class School:
    """An institution at work.

    Attributes:
        number: Of all institutions.
        key: Its number in the numbers of its classes.
        district: Of its district, the people.
        clerk: Who writes.
        head: Who answers for it.
        courses: Numbers of the courses it offers.
        id: Of its record, once that is there.
        teachers: Ids of its teachers, and
        called: their names.
        syllabuses: Ids by number of the course.
        classes: How many classes were numbered, by year.
    """

    number: int
    key: str
    district: District
    clerk: Worker
    head: Worker
    courses: Sequence[int]
    id: str = ""
    teachers: list[str] = field(default_factory=list)
    called: dict[str, str] = field(default_factory=dict)
    syllabuses: dict[int, str] = field(default_factory=dict)
    classes: dict[int, int] = field(default_factory=dict)

    def next_class(self, year: int) -> str:
        """The number of its next class of a year."""
        self.classes[year] = self.classes.get(year, 0) + 1
        return f"{self.district.code}-{self.key}-{year}-{self.classes[year]:03}"


@dataclass(frozen=True)
class Held:
    """A class with its record and its institution."""

    record: str
    one: Class
    school: School


@dataclass(kw_only=True)
class Town:
    """The city while it is built.

    Attributes:
        desk: Of the program.
        clock: What time it is.
        days: On which days people work.
        given: Names and numbers.
        city: Who works for the city.
        districts: Who works in the districts.
        until: The last day.
        seed: From which all chance comes.
        courses: Ids of the courses by number.
        held: Classes by record.
        asked: Classes whose codes the city is asked for.
        coded: Classes whose codes were given out.
        codes_of: The codes of each class by row, once the centre has a list of them.
        ranks: The last place given in a district's list of a round.
        counts: How much there is, for whoever watches.
        begin: Lets something more happen from now on.
    """

    desk: Desk
    clock: Clock
    days: Days
    given: Names
    city: City
    districts: Mapping[str, District]
    until: date
    seed: int
    begin: Callable[[Life], None]
    courses: dict[int, str] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    coded: set[str] = field(default_factory=set)
    codes_of: dict[str, dict[str, str]] = field(default_factory=dict)
    ranks: dict[tuple[str, str], int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    codes: int = 0

    def dice(self, *what: object) -> random.Random:
        """Chance of its own for something, so that it does not hang on what happens elsewhere."""
        return random.Random(f"{self.seed} {what}")

    def count(self, what: str, more: int = 1) -> None:
        """Note that there is more of something."""
        self.counts[what] = self.counts.get(what, 0) + more

    def create(self, worker: Worker, form: str, data: Mapping[str, Any]) -> str:
        """Somebody begins a record."""
        self.count("办件")
        return worker.desk.records.create(form, worker.who, dict(data))

    def put(self, worker: Worker, record: str, values: Mapping[str, Any]) -> None:
        """Somebody types many values."""
        if values:
            worker.desk.records.put(record, values, worker.who)

    def rows(self, worker: Worker, record: str, section: str, lines: Sequence[Mapping[str, object]]) -> None:
        """Somebody adds rows."""
        if lines:
            worker.desk.records.add_rows(record, section, worker.who, lines)

    def act(self, worker: Worker, record: str, action: str, **said: Any) -> None:
        """Somebody does something to a case."""
        self.count("办理")
        worker.desk.reviews.act(record, action, worker.who, **said)

    def supply(self, worker: Worker, record: str, phase: str, printed: Callable[[str], bytes] | None = None) -> None:
        """Somebody brings a file for every item of a phase that wants one, in place of one that is out of date.

        Args:
            worker: Who.
            record: Of which record.
            phase: Of which phase.
            printed: Prints a document, for scans of papers that are real; they are made up without it.
        """
        state = worker.desk.materials.state(record, worker.who, phase)
        for one in state.checklist.lacking:
            if one.material.kind not in ("scan", "upload"):
                continue
            for old in one.files:
                worker.desk.materials.remove(record, one.id, old.id, worker.who)
            self.count("文件")
            paper = one.material.document if one.material.kind == "scan" else None
            lines = (one.name, record, f"{self.clock.today:%Y-%m-%d}", f"第 {self.counts['文件']} 份文件")
            data = printed(paper) if printed and paper else scan(lines, max(1, one.need))
            worker.desk.materials.supply(record, one.id, data, f"{one.title[:40]}.pdf", worker.who)

    def remark(self, worker: Worker, record: str, phase: str, places: Iterable[tuple[str, str]]) -> list[str]:
        """Somebody at an office finds something wrong; ids of the remarks."""
        write = worker.desk.reviews.remark
        return [write(record, phase, at, what, worker.who, remedy="改正后再交") for at, what in places]
