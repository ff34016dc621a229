"""How much there is of everything, when it happens, and letting it happen."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import count, cycle

from onefill.errors import OneFillError
from onefill.rendering.engines import find_soffice
from onefill.service import Desk, Settings, open_desk
from samples.city.after import guidance_life
from samples.city.class_lives import Going, class_life, codes_life, teaching_days
from samples.city.courses import COURSES
from samples.city.lives import Applying, Round, Rounds, application_life, course_life
from samples.city.names import Names, called, district_of
from samples.city.scans import looked_at
from samples.city.staff import District, Staff
from samples.city.timing import CLOSES, ZONE, Clock, Days, Events
from samples.city.town import School, Town
from samples.city.visits import draws_life
from store import EVERYTHING

#: At full scale.
INSTITUTIONS, CLASSES, TRAINEES, PRINTED = 60, 400, 20_000, 20
#: There is at least so much of everything, however small the city.
FEWEST_INSTITUTIONS, FEWEST_CLASSES, FEWEST_COURSES = 9, 26, 8
#: How far classes come: of a hundred so many, at least one each.
_ENDS = {
    "archived": 44, "handed_out": 5, "registered": 3, "coded": 3, "codes_wanted": 3, "codes_reviewed": 2,
    "codes_asked": 3, "codes_to_correct": 2, "codes_refused": 1, "examined": 4, "running": 9, "filed": 5,
    "filing_reviewed": 2, "filing_sent": 4, "filing_to_correct": 2, "filing_refused": 1, "draft": 4, "destroyed": 1,
    "disposal_asked": 1, "held": 1,
}  # fmt: skip
#: Of so old a class the archive may be destroyed.
_OLD = ("destroyed", "disposal_asked", "held")
#: What inspectors find, in turn, where nobody was drawn; and what becomes of whole institutions.
_VISITS = ("ok", "rectified", "lifted", "barred", "transferred", "ok", "rectified")
_LAST_VISITS = {"rectifying": "examined", "handed": "running"}
_FALLEN = ("removed", "reported", "restored", "again")
#: Institutions that may not apply in the round that is open: what they may teach was taken from them.
_REVOKED = frozenset(3 + place for place, found in enumerate(_FALLEN) if found in ("removed", "reported"))
_RECALLS = ("recalled", "void", "undone", "refused", "asked")
#: How far the applications of the round that is open have come.
_OPEN = ("draft", "handed_to_district", "received", "to_correct", "examined", "recommended", "reported", "approved")


class CityNotEmpty(OneFillError):
    """There is something already where the city is to be built."""

    message = (
        "这里已经有 {many} 个办件，示例城市要建在空的地方。换一个空文件夹再建：ONEFILL_DATA=新文件夹"
        "（数据在 PostgreSQL 的，换一个空的数据库）。上次没有建完的，删掉那个文件夹重新建。"
    )


class ScaleRefused(OneFillError):
    """A city of no size."""

    message = "--scale 写 0.01 到 2，例 0.02；现在是 {scale}。"


@dataclass(frozen=True)
class Built:
    """A city that was built.

    Attributes:
        counts: How much there is of everything.
        people: Titles and names of those who work there.
        desk: The desk it was built at; to be closed.
    """

    counts: dict[str, int]
    people: Sequence[tuple[str, str]]
    desk: Desk


def build(
    settings: Settings,
    *,
    scale: float,
    seed: int,
    until: date,
    tell: Callable[[int, int, date], None],
    password: str = "",
    papers: bool = True,
) -> Built:
    """Build the city in an empty place.

    Args:
        settings: Where.
        scale: How large: 1 is 60 institutions and 400 classes.
        seed: The same one gives the same city, on the same last day.
        until: The last day; nothing lies behind it.
        tell: Called with how many things have run their course, of how many that have begun, and the day.
        password: Of the accounts; without any, there are none.
        papers: Whether some classes get papers that are really printed, where there is LibreOffice.

    Raises:
        CityNotEmpty: There is something already.
        ScaleRefused: It would have no size.
    """
    if not 0.01 <= scale <= 2:
        raise ScaleRefused(scale=scale)
    clock = Clock(datetime.combine(_months(until, -80), time(9), ZONE))
    desk = open_desk(settings, now=clock, make_id=_ids(seed), inspect=looked_at)
    try:
        if many := desk.store.count(scope=EVERYTHING):
            raise CityNotEmpty(many=many)
        return _built(desk, clock, scale, seed, until, tell, password, papers and find_soffice() is not None)
    except BaseException:
        desk.store.close()
        raise


def _built(
    desk: Desk,
    clock: Clock,
    scale: float,
    seed: int,
    until: date,
    tell: Callable[[int, int, date], None],
    password: str,
    papers: bool,
) -> Built:
    given, dice = Names(random.Random(f"names {seed}")), random.Random(f"days {seed}")
    events, staff = Events(clock), Staff(desk, given, password)
    town = Town(
        desk=desk,
        clock=clock,
        days=Days(*_holidays(desk), dice),
        given=given,
        city=staff.city(),
        districts=staff.districts(),
        until=until,
        seed=seed,
        begin=events.add,
    )
    plan = Plan(town, staff, scale, papers)
    plan.lay_out(events)
    events.run(datetime.combine(until, CLOSES, ZONE), lambda: tell(events.done, events.begun, clock.today))
    return Built(town.counts, staff.hired, desk)


class Plan:
    """What is to happen in the city.

    Args:
        town: The city.
        staff: Hires people.
        scale: How large it is.
        papers: Whether some classes get printed papers.
    """

    def __init__(self, town: Town, staff: Staff, scale: float, papers: bool) -> None:
        self._town = town
        self._dice = town.dice("plan")
        self._printed = max(1, round(PRINTED * scale)) if papers else 0
        self._many = max(FEWEST_CLASSES, round(CLASSES * scale))
        self._people = TRAINEES * scale / self._many
        courses = max(FEWEST_COURSES, min(len(COURSES), round(len(COURSES) * scale)))
        #: The last ones never come into a round.
        self._courses, self._offered = range(courses), range(courses - 3)
        self._schools = [
            self._school(staff, place) for place in range(max(FEWEST_INSTITUTIONS, round(INSTITUTIONS * scale)))
        ]
        self._open_from: dict[tuple[int, int], date] = {}

    def lay_out(self, events: Events) -> None:
        """Put everything into the order of events."""
        town, until = self._town, self._town.until
        old, new = _months(until, -79), _months(until, -24)
        for number in self._courses:
            ends = {
                len(self._courses) - 1: "reviewed",
                len(self._courses) - 2: "refused",
                len(self._courses) - 3: "delisted",
            }
            first = old if number < 3 else new if number in self._offered else _months(until, -6)
            events.add(course_life(town, number, first, ends.get(number, "listed")))
        rounds = Rounds()
        announced = self._rounds()
        for one in announced:
            events.add(rounds.life(town, one, publish=one is not announced[-1]))
        for applying in self._applications(announced):
            events.add(application_life(town, rounds, applying))
        for going in self._classes():
            events.add(class_life(town, going))
        events.add(codes_life(town, old))
        for number, (name, district) in enumerate(town.districts.items()):
            events.add(draws_life(town, district, number, _months(until, -20 if self._many > 100 else -4)))
            for turn, months in enumerate((-9, -2)):
                first = _months(until, months)
                events.add(
                    guidance_life(town, name, first, first + timedelta(days=29), replied=(turn + number) % 3 != 2)
                )

    def _school(self, staff: Staff, number: int) -> School:
        code, name = district_of(number)
        key = f"{number + 1:03}"
        clerk, head = staff.school(code, key, called(number))
        district: District = self._town.districts[name]
        many = len(self._offered)
        courses = list(dict.fromkeys((number * 3 + step * 5) % many for step in range(2 + number % 3)))
        if number < 2:
            courses = list(dict.fromkeys([number, 2, *courses]))
        return School(number=number, key=key, district=district, clerk=clerk, head=head, courses=courses)

    # -- applications --------------------------------------------------------------------------------------------

    def _rounds(self) -> list[Round]:
        until, days = self._town.until, self._town.days
        found, numbers = [], dict[int, int]()
        for months, length, courses in (
            (-78, 20, range(3)), (-23, 30, self._offered), (-17, 30, self._offered), (-10, 30, self._offered),
        ):  # fmt: skip
            first = days.on(_months(until, months))
            found.append(self._round(first, first + timedelta(days=length), courses, numbers))
        first = days.before(until, 16)
        return [*found, self._round(first, until + timedelta(days=25), self._offered, numbers)]

    def _round(self, first: date, last: date, courses: Sequence[int], numbers: dict[int, int]) -> Round:
        number = numbers[first.year] = numbers.get(first.year, 0) + 1
        return Round(f"{first.year}年第{'一二三四五六'[number - 1]}批", number, first, last, courses)

    def _applications(self, rounds: Sequence[Round]) -> Iterator[Applying]:
        """Old institutions first; most of the others in the next round, some later; some of them in vain."""
        old, *main, now = rounds
        ends = cycle(_OPEN)
        for school in self._schools:
            number = school.number
            if number < 2:
                yield self._passed(Applying(school=school, round=old, courses=[0, 1, 2]))
            place = 0 if number < 7 or number % 10 < 6 else 1 if number % 10 < 8 else 2
            wanted = [one for one in school.courses if not (number < 2 and one < 3)]
            vain = {7: "not_recommended", 8: "city_refused"}.get(number % 30)
            if wanted:
                last = Applying(
                    school=school, round=main[place], courses=wanted, end=vain or "filed_away", mended=number % 6 == 5,
                    late=number % 12,
                )  # fmt: skip
                yield last if vain else self._passed(last)
            if number % max(1, len(self._schools) // len(_OPEN)) == 0 and number not in _REVOKED:
                more = [one for one in self._offered if one not in school.courses][:2]
                if more:
                    yield Applying(school=school, round=now, courses=more, end=next(ends, "draft"))

    def _passed(self, one: Applying) -> Applying:
        """Note from when on the institution may teach what it asks for."""
        ready = self._town.days.after(one.round.first, 2 + one.late + 20)
        for number in one.courses:
            self._open_from[one.school.number, number] = ready
        return one

    # -- classes -------------------------------------------------------------------------------------------------

    def _classes(self) -> Iterator[Going]:
        yield from self._fallen()
        visits, lost, recalls = cycle(_VISITS), count(), cycle(_RECALLS)
        printed = self._printed
        fallen = len(_FALLEN)
        may = sorted(key for key in self._open_from if not 3 <= key[0] < 3 + fallen)
        late = {end: found for found, end in _LAST_VISITS.items()}
        for number, end in enumerate(self._ends(self._many - fallen)):
            school, course = self._where(may, number, end)
            mode = self._mode(course, number)
            first = self._first(end, school, course, mode)
            done = end in ("archived", "handed_out")
            yield Going(
                school=self._schools[school],
                course=course,
                people=self._size(),
                first=first,
                mode=mode,
                end=end,
                mended=number % 9 == 4 and end not in _OLD,
                changed=end in ("filed", "archived", "running") and number % 13 == 6,
                visit=late.pop(end, "") or (next(visits) if end == "archived" and number % 8 == 0 else ""),
                lost=(next(lost) % 3) if done and number % 4 == 1 else 0,
                recall=next(recalls) if done and number % 6 == 2 else "",
                printed=done and printed > 0,
            )
            printed -= done

    def _fallen(self) -> Iterator[Going]:
        """One class each of the institutions of which something bad was found."""
        for place, found in enumerate(_FALLEN):
            school = self._schools[3 + place]
            course = next(course for number, course in sorted(self._open_from) if number == school.number)
            # What is reported is so today; what was decided is over.
            ahead = 12 if found == "reported" else 60
            first = self._town.days.before(self._town.until, ahead)
            yield Going(school=school, course=course, people=self._size(), first=first, end="filed+", visit=found)

    def _size(self) -> int:
        """How many trainees a class has."""
        return max(10, round(self._people * self._dice.uniform(0.45, 1.55)))

    def _ends(self, many: int) -> list[str]:
        """How far each class comes, well mixed."""
        total = sum(_ENDS.values())
        ends = [end for end, share in _ENDS.items() for _ in range(max(1, round(share * many / total)))]
        while len(ends) > many:
            ends.remove("archived")
        ends += ["archived"] * (many - len(ends))
        self._dice.shuffle(ends)
        return ends

    def _where(self, may: Sequence[tuple[int, int]], number: int, end: str) -> tuple[int, int]:
        fit = [key for key in may if (key[0] < 2 and key[1] < 3) == (end in _OLD)]
        return fit[number % len(fit)]

    def _mode(self, course: int, number: int) -> str:
        theory, practice = COURSES[course][2:]
        if theory >= 20 and theory + practice == 60 and number % 2:
            return "混合"
        return "线上" if practice == 0 and number % 2 else "线下"

    def _first(self, end: str, school: int, course: int, mode: str) -> date:
        """The first day, such that by the last day of the city the class has just come so far."""
        days, until, dice = self._town.days, self._town.until, self._dice
        taught = teaching_days(course, mode)
        ready = self._open_from[school, course]
        if end in _OLD:
            return days.after(ready, 40 + dice.randrange(60))
        if end == "archived":
            earliest, latest = days.after(ready, 25), days.before(until, taught + 42)
            return days.on(earliest + timedelta(days=dice.randrange(max(1, (latest - earliest).days))))
        if end == "draft":
            return days.after(until, dice.randint(4, 11))
        if end.startswith("filing_"):
            return days.after(until, dice.randint(1, 5))
        if end == "filed":
            return days.after(until, dice.randint(1, 3))
        if end == "running":
            return days.before(until, dice.randrange(max(1, taught - 1)))
        behind = {
            "examined": 5, "codes_asked": 8, "codes_to_correct": 12, "codes_reviewed": 11, "codes_wanted": 13,
            "codes_refused": 13, "coded": 21, "registered": 24, "handed_out": 32,
        }  # fmt: skip
        return days.before(until, taught + behind[end] + dice.randrange(4))


def _holidays(desk: Desk) -> tuple[set[date], set[date]]:
    """The holidays and worked weekends that the pack knows."""
    tables = {table.key: table.rows for table in desk.definitions.packs["foshan"].tables}
    holidays, worked = (
        {date.fromisoformat(str(row["day"])) for row in tables[key]} for key in ("holidays", "makeup_days")
    )
    return holidays, worked


def _ids(seed: int) -> Callable[[], str]:
    """Ids that a seed foretells."""
    numbers = count(1)
    return lambda: sha256(f"{seed} {next(numbers)}".encode()).hexdigest()[:16]


def _months(day: date, many: int) -> date:
    """So many months later or earlier, in the first days of the month."""
    month = day.year * 12 + day.month - 1 + many
    return date(month // 12, month % 12 + 1, min(day.day, 28))
