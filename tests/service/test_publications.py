"""Lists that go out to everybody: out of registers and records, in three formats, each issue as it went out."""

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import docx
import openpyxl
import pytest

from onefill.reviews.errors import GuardFailed
from onefill.service import Desk
from onefill.service.issues import IssueUnknown
from onefill.service.publication_shapes import Since
from onefill.service.publications import DayAhead, PublicationUnknown, StandsAlready
from onefill.service.shapes import Person
from onefill.ui.publication_table import changed, noted_words
from store import StoreUnavailable
from tests.definitions.packs import LEAVE, PACK, write
from tests.desks import NOW, Clock, make_desk
from tests.reviews import conftest
from tests.reviews.foshan import CENTRE, CITY, CLERK, hand_in_all, list_again, list_course
from tests.service.test_registers_read import removed

clock, desk, ids = conftest.clock, conftest.desk, conftest.ids
PLACES, COURSES = "foshan.institution_list", "foshan.course_list"
TODAY = NOW.date()


def numbered(rows: tuple[tuple[str, ...], ...]) -> list[tuple[str, ...]]:
    return [(str(number), *row) for number, row in enumerate(rows, 1)]


def test_a_list_holds_what_the_register_has_in_force_on_the_day(desk: Desk, ids: Mapping[str, str]) -> None:
    made = desk.publications.draft(PLACES, CITY, TODAY)
    assert made.rows and {row[0] for row in made.rows} == {"禅城区"}
    assert list(made.rows) == sorted(made.rows, key=lambda row: row[4])
    assert desk.publications.draft(PLACES, CITY, TODAY - timedelta(days=1)).rows == ()


def listed(desk: Desk, on: date) -> dict[str, tuple[str, ...]]:
    """The published courses of a day by their codes."""
    return {row[0]: row for row in desk.publications.draft(COURSES, CITY, on).rows}


def test_no_course_is_published_that_the_city_has_not_listed(desk: Desk, ids: Mapping[str, str]) -> None:
    drafted, refused, asked, there = (ids[f"course_{one}"] for one in ("home", "electric", "care", "shop"))
    for record in (asked, there):
        list_course(desk, record)
    desk.reviews.act(asked, "revise_listing", CENTRE, reason="标准改了")
    desk.reviews.act(asked, "propose_listing", CENTRE)
    desk.reviews.act(asked, "delist_course", CITY, reason="不再开展")
    hand_in_all(desk, refused, "standard", CENTRE)
    desk.reviews.act(refused, "receive_standard", CENTRE)
    desk.reviews.act(refused, "refuse_standard", CENTRE, reason="和已有课程重复")
    assert desk.reviews.state(drafted, CENTRE).phase("standard").stage == "draft"
    assert set(listed(desk, TODAY)) == {"FS-2026-0004"}
    hand_in_all(desk, drafted, "standard", CENTRE)
    desk.reviews.act(drafted, "receive_standard", CENTRE)
    for action in ("send_to_province", "note_filing"):
        desk.reviews.act(drafted, action, CENTRE, day=TODAY)
    hand_in_all(desk, drafted, "catalogue", CENTRE)
    desk.reviews.act(drafted, "propose_listing", CENTRE)
    with pytest.raises(GuardFailed, match="还没有列入课程目录"):
        desk.reviews.act(drafted, "delist_course", CITY, reason="还没有公布")
    assert set(listed(desk, TODAY)) == {"FS-2026-0004"}


def test_a_day_gone_by_shows_the_courses_of_that_day(desk: Desk, ids: Mapping[str, str], clock: Clock) -> None:
    list_course(desk, ids["course_home"])
    first = listed(desk, TODAY)
    assert set(first) == {"FS-2026-0001"} and listed(desk, TODAY - timedelta(days=1)) == {}
    clock.now += timedelta(days=3)
    desk.reviews.act(ids["course_home"], "delist_course", CITY, reason="省里的标准已经调整")
    assert listed(desk, clock.now.date()) == {}
    assert listed(desk, TODAY) == listed(desk, clock.now.date() - timedelta(days=1)) == first
    line = desk.registers.lines("foshan.course_catalogue", CITY, clock.now.date()).lines[0]
    assert (line.words, line.texts["reason"]) == ("已移出", "省里的标准已经调整")
    desk.reviews.act(ids["course_home"], "revise_listing", CENTRE, reason="重新列入")
    list_again(desk, ids["course_home"], clock.now.date())
    assert listed(desk, clock.now.date()) == first


def test_a_standard_under_revision_stands_as_it_was_listed(desk: Desk, ids: Mapping[str, str], clock: Clock) -> None:
    course = ids["course_home"]
    list_course(desk, course)
    first = listed(desk, TODAY)
    clock.now += timedelta(days=1)
    desk.reviews.act(course, "revise_listing", CENTRE, reason="补贴标准改了")
    desk.records.put(course, {"subsidy_std": "950", "standard_version": "2027年版"}, CENTRE)
    assert listed(desk, clock.now.date()) == first
    list_again(desk, course, clock.now.date())
    now = listed(desk, clock.now.date())["FS-2026-0001"]
    assert "2027年版" in now and "2027年版" not in first["FS-2026-0001"]
    assert now[7] != first["FS-2026-0001"][7]
    assert listed(desk, TODAY) == first


def test_a_course_is_published_only_while_its_standard_is_valid(desk: Desk, ids: Mapping[str, str]) -> None:
    desk.records.put(ids["course_shop"], {"valid_from": (TODAY + timedelta(days=1)).isoformat()}, CENTRE)
    for name in ("course_electric", "course_shop"):
        list_course(desk, ids[name])
    assert set(listed(desk, TODAY)) == {"FS-2026-0002"}
    assert set(listed(desk, TODAY + timedelta(days=1))) == {"FS-2026-0002", "FS-2026-0004"}
    assert listed(desk, date(2029, 1, 1)) == {}


def test_word_excel_and_page_say_the_same(desk: Desk, ids: Mapping[str, str]) -> None:
    made = desk.publications.publish(PLACES, CITY, TODAY)
    rows = numbered(desk.public.issue(made.id).rows)
    assert made.formats == (".docx", ".xlsx", ".html") and made.count == len(rows) > 0
    files = {one: desk.publications.file(made.id, CITY, one) for one in made.formats}
    assert files[".docx"].name == f"佛山市职业技能培训课程项目培训机构名单_{TODAY:%Y%m%d}.docx"
    paper = docx.Document(io.BytesIO(files[".docx"].read()))
    assert [tuple(cell.text for cell in row.cells) for row in paper.tables[0].rows][1:] == rows
    sheet = openpyxl.load_workbook(io.BytesIO(files[".xlsx"].read())).worksheets[0]
    title, day, heads, *lines, note = sheet.values
    assert title[0] == "佛山市职业技能培训课程项目培训机构名单" and f"共 {len(rows)} 条" in str(day[0])
    assert heads[0] == "序号" and lines == rows and note[0] == "各机构只承接名单上的课程。"
    page = files[".html"].read().decode()
    assert all(cell in page for row in rows for cell in row) and "<script" not in page


def test_an_issue_stays_as_it_went_out(desk: Desk, ids: Mapping[str, str], clock: Clock) -> None:
    first = desk.publications.publish(PLACES, CITY, TODAY, request="r")
    assert desk.publications.publish(PLACES, CITY, TODAY, request="r") == first
    kept = {one: desk.public.file(first.id, one).digest for one in first.formats}
    clock.now += timedelta(minutes=1)
    removed(desk, ids)
    assert desk.publications.publish(PLACES, CITY, TODAY).count == 0
    assert [one.count for one in desk.publications.published(PLACES, CITY)] == [0, first.count]
    assert {one: desk.public.file(first.id, one).digest for one in first.formats} == kept
    assert desk.store.verify_chains() == desk.store.verify_files() == desk.store.verify_index() == ()


def test_what_has_changed_since_the_last_issue_is_told(desk: Desk, ids: Mapping[str, str], clock: Clock) -> None:
    def since() -> Since | None:
        return desk.publications.since(PLACES, CITY, desk.publications.draft(PLACES, CITY, TODAY))

    assert since() is None  # nothing went out yet
    first = desk.publications.publish(PLACES, CITY, TODAY)
    same = since()
    assert same is not None and (same.issue, same.more, same.fewer, changed(same)) == (first, (), (), "")
    clock.now += timedelta(minutes=1)
    removed(desk, ids)
    gone = since()
    assert gone is not None and gone.more == () and len(gone.fewer) == first.count
    assert (
        f"少了 {first.count} 条：" in changed(gone)
        and gone.fewer[0][1] in changed(gone)
        and "多了" not in changed(gone)
    )
    desk.publications.publish(PLACES, CITY, TODAY)
    assert changed(since()) == ""


def test_nobody_publishes_a_day_to_come_nor_without_the_role(desk: Desk, ids: Mapping[str, str]) -> None:
    with pytest.raises(DayAhead, match="还没有到"):
        desk.publications.publish(PLACES, CITY, TODAY + timedelta(days=1))
    made = desk.publications.publish(PLACES, CITY, TODAY)
    assert desk.publications.known(CLERK) == {}
    with pytest.raises(PublicationUnknown):
        desk.publications.publish(PLACES, CLERK, TODAY)
    with pytest.raises(PublicationUnknown):
        desk.publications.file(made.id, CLERK, ".xlsx")
    for id, kind in (("pub-none", ".xlsx"), (made.id, ".pdf"), (ids["application"], ".xlsx")):
        with pytest.raises(IssueUnknown):
            desk.publications.file(id, CITY, kind)


def test_only_what_a_pack_calls_open_is_looked_up_by_everybody(tmp_path: Path) -> None:
    listed = "publications:\n" + "".join(
        f"  - {{key: {key}, title: {key}单, form: leave, columns: [{{key: title, title: 事由, value: title}}],"
        f" by: [boss], open: {told}}}\n"
        for key, told in (("inside", "false"), ("outside", "true"))
    )
    pack = f"{PACK}roles: [{{key: boss, title: 主管, reach: all, actions: [publish]}}]\n{listed}"
    desk = make_desk(tmp_path / "data", forms=write(tmp_path / "forms", {"pack.yaml": pack, "leave.yaml": LEAVE}))
    desk.records.create("leave", Person(), {"title": "<b>探亲</b>"})
    inside, outside = (desk.publications.publish(f"demo.{key}", Person(), TODAY) for key in ("inside", "outside"))
    assert inside.formats == (".xlsx", ".html")
    assert list(desk.public.known()) == ["demo.outside"]
    assert [one.id for one in desk.public.issues("demo.outside")] == [outside.id]
    assert "&lt;b&gt;探亲" in desk.public.file(outside.id, ".html").read().decode()
    with pytest.raises(PublicationUnknown):
        desk.public.issues("demo.inside")
    with pytest.raises(IssueUnknown):
        desk.public.file(inside.id, ".xlsx")


def test_the_same_list_of_the_same_day_goes_out_once(desk: Desk, ids: Mapping[str, str], clock: Clock) -> None:
    first = desk.publications.publish(PLACES, CITY, TODAY, request="one")
    clock.now += timedelta(minutes=5)
    with pytest.raises(StandsAlready, match=f"已经公布过：2026年12月20日 09:00，{first.count} 条"):
        desk.publications.publish(PLACES, CITY, TODAY, request="two")
    assert desk.publications.published(PLACES, CITY) == [first]
    assert desk.publications.standing(PLACES, CITY, desk.publications.draft(PLACES, CITY, TODAY)) == first
    clock.now += timedelta(days=1)
    assert desk.publications.publish(PLACES, CITY, clock.now.date()).id != first.id


def test_districts_stand_as_the_pack_writes_them(desk: Desk, ids: Mapping[str, str]) -> None:
    wanted = desk.publications.publication(PLACES, CITY)
    place = desk.publications._order(PLACES, wanted.order[0])
    named = ["三水区", "外地", "顺德区", "禅城区", "南海区", "高明区"]
    told = sorted(named, key=lambda one: place({"district": one}))
    assert told == ["禅城区", "南海区", "顺德区", "三水区", "高明区", "外地"]


@pytest.mark.parametrize("broken", ["begin", "run"])
@pytest.mark.parametrize("after", [CITY, replace(CITY, name="另一位市局")])
def test_what_a_break_after_an_issue_has_left_is_noted_when_it_is_asked_for_again(
    desk: Desk, ids: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, broken: str, after: Person
) -> None:
    def breaks(*_given: object, **_named: object) -> None:
        raise StoreUnavailable(why="断了")

    with monkeypatch.context() as patch:
        patch.setattr(type(desk.batches), broken, breaks)
        with pytest.raises(StoreUnavailable):
            desk.publications.publish(PLACES, CITY, TODAY, request="one")
    (first,) = desk.publications.published(PLACES, CITY)
    assert desk.reviews.state(ids["application"], CITY).phase("apply").stage == "approved"
    assert desk.publications.publish(PLACES, after, TODAY, request="two") == first
    assert desk.reviews.state(ids["application"], CITY).phase("apply").stage == "published"
    assert [case.record for one in desk.publications.noted(first.id, after) for case in one.gone] == [
        ids["application"]
    ]
    with pytest.raises(StandsAlready):
        desk.publications.publish(PLACES, after, TODAY, request="three")
    assert desk.publications.published(PLACES, CITY) == [first]


def test_what_a_list_makes_public_is_noted_on_its_cases(desk: Desk, ids: Mapping[str, str]) -> None:
    def stage() -> str:
        return desk.reviews.state(ids["application"], CITY).phase("apply").stage

    assert stage() == "approved"
    made = desk.publications.publish(PLACES, CITY, TODAY, request="one")
    assert stage() == "published"
    act = desk.reviews.state(ids["application"], CITY).phase("apply").acts[-1]
    assert (act.title, act.day, act.who) == ("记下公布", TODAY, CITY.name)
    batches = desk.publications.noted(made.id, CITY)
    assert [case.record for one in batches for case in one.gone] == [ids["application"]]
    assert noted_words(batches) == "。1 个办件“记下公布”"
    list_course(desk, ids["course_home"])
    courses = desk.publications.publish(COURSES, CITY, TODAY)
    assert noted_words(desk.publications.noted(courses.id, CITY)) == ""
    assert desk.store.verify_chains() == ()


def test_what_waits_to_be_made_public_is_not_done_with(desk: Desk, ids: Mapping[str, str]) -> None:
    def told() -> tuple[list[str], dict[str, int]]:
        due = [one.what for one in desk.dues.of(CITY) if one.record == ids["application"]]
        return due, dict(desk.records.front(["application"], first="due").counts)

    def has() -> str:
        standing = desk.as_(lambda: CITY).views.of(ids["application"]).standing
        assert standing is not None
        return standing.has

    assert told() == (["市终审通过，等公布"], {"office": 1})
    assert has() == "等您办"
    desk.publications.publish(PLACES, CITY, TODAY)
    assert told() == (["已公布，等录入省系统"], {"office": 1})
    desk.reviews.act(ids["application"], "record_province", CITY, day=TODAY)
    assert told() == ([], {"done": 1})
    assert has() == "办结"
