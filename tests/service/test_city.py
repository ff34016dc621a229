"""The made-up city: small, built at the doors, everything in it that a city has."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from onefill.cli import main
from onefill.materials import supplied_of
from onefill.people import SignInRefused
from onefill.service import Desk, Settings, open_desk
from onefill.service.index_line import index_line
from onefill.service.indexing import called_in_office
from onefill.service.material_files import inspect_file
from onefill.service.portrait import summary_line
from onefill.service.shapes import Person
from samples.city.building import Built, CityNotEmpty, ScaleRefused, build
from samples.city.courses import COURSES, lesson_hours, modules
from samples.city.names import _KINDS, CITY_UNIT, DISTRICTS, district_of
from samples.city.scans import looked_at, scan
from samples.city.timing import ZONE, last_over
from store import EVERYTHING
from tests.desks import our_packs

UNTIL = date(2026, 11, 27)
PASSWORD = "红茶两杯过桥去看灯火"
MANY = 100_000
#: The city is built within the first test, which takes long where much else is going on.
pytestmark = pytest.mark.timeout(900)


def built(folder: Path, seed: int = 1) -> Built:
    settings = Settings(data=folder, store="memory:", people="accounts")
    return build(settings, scale=0.01, seed=seed, until=UNTIL, tell=lambda *_: None, password=PASSWORD, papers=False)


@pytest.mark.parametrize(("hour", "day"), [(0, 26), (9, 26), (10, 27), (15, 27), (17, 27)])
def test_a_city_ends_on_a_day_that_is_over_where_it_lies(hour: int, day: int) -> None:
    assert last_over(datetime(2026, 11, 27, hour, tzinfo=UTC)) == date(2026, 11, day)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    made = built(tmp_path_factory.mktemp("city"))
    yield made
    made.desk.store.close()


def states(desk: Desk, form: str) -> Counter[str]:
    found = desk.store.find(form=form, scope=EVERYTHING, limit=MANY)
    return Counter(one.state.rpartition(".")[2] for one in found)


def test_there_are_classes_at_every_stage(city: Built) -> None:
    wanted = {
        *("filing_sent", "filing_reviewed", "filing_to_correct", "filing_refused", "filed"),
        *("codes_asked", "codes_reviewed", "codes_to_correct", "codes_refused", "codes_wanted", "coded", "registered"),
        *("archived", "disposal_asked", "disposal_approved"),
    }
    assert wanted <= set(states(city.desk, "training_class"))


def test_there_are_applications_that_went_well_and_in_vain_and_are_on_the_way(city: Built) -> None:
    there = states(city.desk, "application")
    assert {"filed_away", "not_recommended", "city_refused", "handed_to_district", "to_correct", "reported"} <= set(
        there
    )
    assert there["filed_away"] >= 7
    assert {"in_catalogue", "standard_refused", "standard_received"} <= set(states(city.desk, "course"))


def test_inspections_have_come_to_each_rung_of_the_ladder(city: Built) -> None:
    there = states(city.desk, "inspection")
    assert {"no_problem", "rectifying", "struck_off", "removal_reported"} <= set(there)
    desk, who = city.desk, city.desk.who()

    def lines(key: str) -> Counter[str]:
        found = desk.registers.lines(f"foshan.{key}", who, UNTIL).lines
        return Counter(str(one.state) for one in found)

    assert {"open", "suspended", "ended"} <= set(lines("course_grants"))
    assert {"open", "ended"} <= set(lines("course_catalogue"))
    assert len(desk.publications.draft("foshan.course_list", who, UNTIL).rows) == states(desk, "course")["in_catalogue"]
    assert {"open", "ended"} <= set(lines("class_measures"))
    assert lines("certificates")["open"] > 50
    assert lines("archive_holds")["open"] == lines("archive_disposals")["open"] == 1


def test_whatever_was_done_was_done_in_time_and_hangs_together(city: Built) -> None:
    store = city.desk.store
    assert store.verify_chains() == ()
    last = datetime.combine(UNTIL, datetime.max.time(), ZONE)
    records = [one.record for one in store.find(scope=EVERYTHING, limit=MANY)]
    times = [[entry.when for entry in store.entries(record, EVERYTHING)] for record in records]
    assert all(times == sorted(times) and times[-1] <= last for times in times)
    assert min(times[0] for times in times).year == 2020


def test_no_two_files_are_alike_and_each_can_be_looked_at(city: Built) -> None:
    store, digests = city.desk.store, []
    for one in store.find(scope=EVERYTHING, limit=MANY):
        latest = store.latest(one.record, EVERYTHING)
        digests += [file.digest for files in supplied_of(latest.data or {}).values() for file in files if file.digest]
    assert len(digests) > 200
    assert len(set(digests)) == len(digests)
    assert len(inspect_file(scan(["培训计划", "样例"], 3), "scan.pdf", ("pdf",), 1 << 20).pages) == 3
    assert len(looked_at(scan(["一"], 7), "scan.pdf", (), 0).pages) == 7
    with pikepdf.new() as printed:
        for _ in range(3):
            printed.add_blank_page()
        printed.save(out := BytesIO())
    assert len(looked_at(out.getvalue(), "plan.pdf", (), 0).pages) == 3


def test_everybody_who_works_there_can_sign_in_and_sees_what_is_theirs(city: Built) -> None:
    desk = city.desk
    titles = dict(city.people)
    clerk = next(name for title, name in city.people if title.endswith("经办人") and title.startswith("佛山市"))
    desk.people.sign_in(clerk, PASSWORD)
    with pytest.raises(SignInRefused):
        desk.people.sign_in(clerk, PASSWORD + "?")
    person = desk.people.named(clerk)
    own = desk.as_(lambda: person).records.list("training_class", limit=MANY)
    assert 0 < len(own) < len(desk.records.list("training_class", limit=MANY))
    officer = desk.people.named(titles["市局经办人"])
    assert desk.as_(lambda: officer).queues.queue(officer).total > 0
    assert len({name for _, name in city.people}) == len(city.people)


def test_what_is_made_up_fits_the_pack() -> None:
    pack = our_packs()
    kinds = pack.form("institution").sections[0].fields
    options = next(field.options for field in kinds if field.key == "inst_type")
    assert {kind for kind, *_ in _KINDS} == set(options or ())
    assert {district_of(number)[1] for number in range(60)} == {name for _, name, _ in DISTRICTS}
    assert len(COURSES) == len({name for name, *_ in COURSES}) == 40
    for number, (_, _, theory, practice) in enumerate(COURSES):
        one = lesson_hours(theory + practice)
        assert theory % one == practice % one == 0 and (theory + practice) // one >= 10
        assert sum(hours for _, _, hours, _, _ in modules(number)) == theory
        assert sum(hands for _, _, _, hands, _ in modules(number)) == practice


def test_it_is_built_nowhere_but_in_an_empty_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = open_desk(Settings(data=tmp_path))
    desk.records.create("course", desk.who(), {})
    desk.store.close()
    with pytest.raises(CityNotEmpty, match="已经有 1 个办件"):
        build(Settings(data=tmp_path), scale=0.02, seed=1, until=UNTIL, tell=lambda *_: None)
    with pytest.raises(ScaleRefused):
        build(Settings(data=tmp_path), scale=0, seed=1, until=UNTIL, tell=lambda *_: None)
    monkeypatch.setenv("ONEFILL_DATA", str(tmp_path))
    assert main(["samples", "--city", "--scale", "0.02"]) == 1
    assert "换一个空文件夹" in capsys.readouterr().err


@pytest.mark.slow
def test_one_seed_gives_one_city(city: Built, tmp_path: Path) -> None:
    again = built(tmp_path)

    def known(desk: Desk) -> dict[str, object]:
        found = desk.store.find(scope=EVERYTHING, limit=MANY)
        return {one.record: desk.store.latest(one.record, EVERYTHING).data for one in found}

    here, there = known(city.desk), known(again.desk)
    again.desk.store.close()
    assert len(here) > 100
    assert here == there


@pytest.mark.slow
def test_the_command_tells_how_far_it_is_and_who_may_sign_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONEFILL_DATA", str(tmp_path))
    monkeypatch.setenv("ONEFILL_PEOPLE", "accounts")
    assert main(["samples", "--city", "--scale", "0.01", "--day", UNTIL.isoformat()]) == 0
    told = capsys.readouterr()
    assert "件事，城里是 20" in told.err
    assert "建好了：办件" in told.out and "密码都是" in told.out


def test_lists_say_out_of_the_index_what_the_records_say_themselves(city: Built) -> None:
    desk, checked = city.desk, Counter[str]()
    book = desk.records._book
    found = desk.store.find(scope=EVERYTHING, limit=MANY)
    offices = [Person(name="谁", unit=CITY_UNIT, roles=("city_officer",), rights=())]
    for one in found:
        opened = summary_line(book, book.open(one.record))
        told = opened.submitted and replace(opened.submitted, remarks=0)
        for who in (Person(), *offices):
            line = index_line(desk.definitions, one, who)
            if line is None:
                checked["opened"] += 1
                assert who not in offices
                at = opened.submitted
                assert (
                    at is None
                    or at.holder == "owner"
                    or desk.definitions.form(one.form).phases[at.phase].title != opened.phase
                )
                continue
            office = who in offices
            checked["office" if office else opened.submitted.holder] += 1
            assert line.submitted == told
            assert (line.title, line.unit, line.owner) == (opened.title, opened.unit, opened.owner)
            assert (line.changed_at, line.destroyed) == (opened.changed_at, opened.destroyed)
            assert line.label == (called_in_office(one) if office else opened.label)
            if not office:
                assert (line.percent, line.errors, line.phase) == (opened.percent, opened.errors, opened.phase)
                assert line.next_step == opened.next_step
    assert min(checked[key] for key in ("office", "done", "opened")) > 20, checked
