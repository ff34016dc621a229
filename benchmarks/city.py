"""What people wait for in a whole city: ``python -m benchmarks.city [--scale 1] [--city folder] [--postgres address]``.

The sample city is built anew, or taken from a folder where it was built before. Each figure is told for the first time
somebody asks after the program has started, each in a process of its own that has asked nothing else, and for the best
of some more. With an address of PostgreSQL (an empty
database) the same city is copied there and everything is measured again; ``--postgres own`` starts a server for it.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import count
from multiprocessing import get_context
from pathlib import Path

from benchmarks import codes
from benchmarks.measuring import Asked, runs, seconds
from onefill.people import Account
from onefill.problems import Problem
from onefill.service import Desk, Settings, open_desk
from onefill.service.keeping import Keeping
from onefill.service.shapes import Person
from samples.city.building import build
from samples.city.names import CITY_UNIT
from samples.city.scans import scan
from samples.city.timing import ZONE
from store import EVERYTHING
from tests.databases import CARELESS, Server

UNTIL = date(2026, 11, 27)
TRAINEES = 50
LIST, SUMS, BAG, BUILDING = 0.5, 1.5, 10.0, 900.0
DISTRICT = f"{CITY_UNIT}/440604"


def no_paper(
    files: Mapping[str, bytes], *, on_progress: Callable[[int, int], None] | None = None
) -> dict[str, bytes | Problem]:
    """An engine that converts nothing: PDFs are no part of these figures."""
    return {name: scan([name]) for name in files}


def opened(folder: Path, store: str = "") -> Desk:
    """A desk as after a start of the program, ready for its first page, on the last day of the city."""
    noon = datetime(UNTIL.year, UNTIL.month, UNTIL.day, 18, 30, tzinfo=ZONE)
    desk = open_desk(Settings(data=folder, store=store), now=lambda: noon, engine=no_paper)
    desk.make_ready()
    return desk


def people(desk: Desk) -> dict[str, Person]:
    """Who looks: the city, a district, an institution."""
    classes = desk.store.find(form="training_class", scope=EVERYTHING, limit=10_000)
    school = Counter(one.unit for one in classes).most_common(1)[0][0]
    of = (
        ("市局", CITY_UNIT, "city_officer"),
        ("区", DISTRICT, "district_officer"),
        ("区负责人", DISTRICT, "district_leader"),
        ("机构", school, "responsible"),
    )
    return {
        title: desk.people.person(Account(name=f"量一量{title}", unit=unit, roles=(role,))) for title, unit, role in of
    }


def lists(desk: Desk) -> Iterator[Asked]:
    """Every list that a screen shows."""
    who = people(desk)
    city, district, school = who["市局"], who["区"], who["机构"]
    first, last = UNTIL.replace(day=1), UNTIL.replace(day=1) + timedelta(days=41)
    for title, person in (("市局", city), ("区", district), ("机构", school)):
        yield Asked(f"队列（{title}）", LIST, lambda person=person: desk.queues.queue(person))
        yield Asked(f"到期（{title}）", LIST, lambda person=person: desk.dues.of(person))
        ask = lambda person=person: desk.boards.planner("foshan.running_classes", person, first, last)  # noqa: E731
        yield Asked(f"日历，一个月（{title}）", LIST, ask)
    yield Asked("审核情况（市局）", LIST, lambda: desk.queues.figures(city))
    at_city = desk.as_(lambda: city)
    for form in ("institution", "teacher", "course", "syllabus", "application_round"):
        title = desk.definitions.form(form).title
        yield Asked(f"{title}（列表）", LIST, lambda form=form: at_city.records.list(form))
    cases = ["training_class", "application", "inspection", "certificate_reissue", "certificate_recall"]
    yield Asked("首页（市局）", LIST, lambda: at_city.records.front(cases, first="due"))
    yield Asked("查找“440604”（市局）", LIST, lambda: at_city.records.front(None, first="changed", text="440604"))
    at_school, own = desk.as_(lambda: school), school.unit.rpartition("/")[2]
    yield Asked("首页（办班最多的机构）", LIST, lambda: at_school.records.front(cases, first="back"))
    yield Asked("查找（办班最多的机构）", LIST, lambda: at_school.records.front(None, first="changed", text=own))
    for key, register in desk.registers.known(city).items():
        yield Asked(f"台账：{register.title}", LIST, lambda key=key: desk.registers.lines(key, city, UNTIL))
    for key, one in desk.publications.known(city).items():
        yield Asked(f"要公布的：{one.title}", LIST, lambda key=key: desk.publications.draft(key, city, UNTIL))
        yield Asked(f"公布过的：{one.title}", LIST, lambda key=key: desk.publications.published(key, city))
    yield Asked("访问记录里办件的名称", LIST, lambda: at_city.records.names(5_000))
    yield Asked("抽取", LIST, lambda: desk.draws.of("foshan.spot_checks", who["区负责人"]))
    asker, line = count(), certificate(desk, city)
    yield Asked("公开查验一张证书", LIST, lambda: desk.look_ups.valid(*line, f"问的人{next(asker)}"))


def certificate(desk: Desk, who: Person) -> tuple[str, str]:
    """Number and holder of some certificate."""
    texts = desk.registers.lines("foshan.certificates", who, UNTIL).lines[0].texts
    return texts["cert_no"], texts["cert_holder"]


def sums(desk: Desk) -> Iterator[Asked]:
    """The page of statistics, parted in each way."""
    city, units = people(desk)["市局"], desk.people.offices.units()
    for by, title in (("unit", "按单位"), ("month", "按月"), ("by_course", "按课程")):
        ask = lambda by=by: desk.boards.statistics("foshan.training_sums", city, units, by=by)  # noqa: E731
        yield Asked(f"统计（{title}）", SUMS, ask)


def bag(desk: Desk) -> Iterator[Asked]:
    """The archive of a class of about fifty."""
    found = desk.store.find(form="training_class", states=["archive.archived"], scope=EVERYTHING, limit=1000)
    sizes = {one.record: len((desk.store.latest(one.record, EVERYTHING).data or {})["trainees"]) for one in found}
    record = min(sizes, key=lambda one: abs(sizes[one] - TRAINEES))

    def ask() -> None:
        packed = desk.bags.of_record(record, Person())
        with packed.open() as file:
            assert len(file.read()) > 10_000

    yield Asked(f"{sizes[record]} 人班的档案包，不算转 PDF", BAG, ask, 3)


Asking = Callable[[Desk], Iterator[Asked]]
#: Title, limit, the first time and the best of the others.
Figure = tuple[str, float, float, float]


def measured(title: str, folder: Path, store: str = "") -> int:
    """Measure everything on one store; how many figures are over their limits."""
    over, context = 0, get_context("forkserver")
    context.set_forkserver_preload(["onefill.service", "samples.city.building", "tests.databases"])
    with ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1) as fresh:
        for make in (lists, sums, bag):
            over += figures(title, fresh, make, folder, store)
        # Codes that are given out stand in the registers for good; they are no part of the city.
        with tempfile.TemporaryDirectory(prefix="onefill-city-", ignore_cleanup_errors=True) as name:
            copy = folder if store else shutil.copytree(folder, Path(name) / "city")
            fresh.submit(codes_given, copy, store).result()
            over += sum(figures(title, fresh, make, copy, store) for make in (codes.codes, codes.lists))
    return over


def figures(title: str, fresh: Executor, make: Asking, folder: Path, store: str) -> int:
    """Measure each of several in a process of its own; how many are over their limits."""
    over = 0
    for number in count():
        figure = fresh.submit(figure_of, make, number, folder, store).result()
        if figure is None:
            break
        name, limit, first, best = figure
        over += max(first, best) > limit
        print(f"| {title} | {name} | {seconds(limit)} | {seconds(first)} | {seconds(best)} |", flush=True)
    return over


def codes_given(folder: Path, store: str) -> None:
    """Have codes been given out, to be measured with."""
    desk = opened(folder, store)
    codes.give_out(desk)
    desk.store.close()


def figure_of(make: Asking, number: int, folder: Path, store: str) -> Figure | None:
    """Measure one of several in this process, which has asked nothing before; nothing if there are fewer."""
    desk, figure = opened(folder, store), None
    for place, one in enumerate(make(desk)):
        if place == number:
            first, *more = runs(one.ask, 1 + one.turns, one.before)
            figure = one.title, one.limit, first, min(more)
    desk.store.close()
    return figure


@contextmanager
def database(address: str) -> Iterator[str]:
    """Address of an empty database: the one that was named, or of a server of our own."""
    if address != "own":
        yield address
        return
    server = Server(CARELESS)
    try:
        yield server.bare_database()
    finally:
        server.close()


def main() -> int:
    """Build, measure, and say how it went."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.city", description=__doc__)
    options.add_argument("--scale", type=float, default=1.0)
    options.add_argument("--city", type=Path, help="folder where the city was built before")
    options.add_argument("--postgres", help="address of an empty database, or 'own' to start a server")
    asked = options.parse_args()
    print(f"{os.cpu_count()} 核，Python {sys.version.split()[0]}\n")
    print("| 数据放在 | 做什么 | 上限 | 刚启动第一次 | 以后最快 |\n|---|---|---|---|---|")
    over = 0
    with tempfile.TemporaryDirectory(prefix="onefill-city-", ignore_cleanup_errors=True) as name:
        folder = asked.city or Path(name)
        if asked.city is None:
            over += built(folder, asked.scale)
        over += measured("默认", folder)
        if asked.postgres:
            with database(asked.postgres) as address:
                moved(folder, address)
                over += measured("PostgreSQL", folder, address)
    return 1 if over else 0


def built(folder: Path, scale: float) -> int:
    """Build the city; whether that took too long."""
    began = time.perf_counter()
    made = build(Settings(data=folder), scale=scale, seed=1, until=UNTIL, tell=lambda *_: None)
    made.desk.store.close()
    taken = time.perf_counter() - began
    much = f"{made.counts['班次']} 个班、{made.counts['学员']:,} 人、{made.counts['办理']:,} 步"
    print(f"| 默认 | 建示例城市（{much}） | {seconds(BUILDING)} | {seconds(taken)} |  |", flush=True)
    return int(taken > BUILDING)


def moved(folder: Path, address: str) -> None:
    """Copy the city into a database."""
    source, target = opened(folder).store, opened(folder, address).store
    Keeping(source, Settings(data=folder), lambda: datetime.now().astimezone()).migrate(target, lambda *_: None)
    source.close()
    target.close()


if __name__ == "__main__":
    sys.exit(main())
