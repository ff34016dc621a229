"""Lists that go out to everybody: out of registers and records, in three formats, each issue as it went out."""

import io
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import docx
import openpyxl
import pytest

from onefill.service import Desk
from onefill.service.issues import IssueUnknown
from onefill.service.publications import DayAhead, PublicationUnknown
from onefill.service.shapes import Person
from tests.definitions.packs import LEAVE, PACK, write
from tests.desks import NOW, Clock, make_desk
from tests.reviews.foshan import CITY, CLERK
from tests.service import test_registers_read
from tests.service.test_registers_read import removed

clock, desk, ids = test_registers_read.clock, test_registers_read.desk, test_registers_read.ids
PLACES, COURSES = "foshan.institution_list", "foshan.course_list"
TODAY = NOW.date()


def numbered(rows: tuple[tuple[str, ...], ...]) -> list[tuple[str, ...]]:
    return [(str(number), *row) for number, row in enumerate(rows, 1)]


def test_a_list_holds_what_the_register_has_in_force_on_the_day(desk: Desk, ids: Mapping[str, str]) -> None:
    made = desk.publications.draft(PLACES, CITY, TODAY)
    assert made.rows and {row[0] for row in made.rows} == {"禅城区"}
    assert list(made.rows) == sorted(made.rows, key=lambda row: row[4])
    assert desk.publications.draft(PLACES, CITY, TODAY - timedelta(days=1)).rows == ()


def test_a_list_holds_the_records_that_its_condition_means(desk: Desk, ids: Mapping[str, str]) -> None:
    before = desk.publications.draft(COURSES, CITY, TODAY).rows
    course = next(line.id for line in desk.records.list("course") if before[0][1] in line.label)
    desk.records.set(course, "valid_to", (TODAY - timedelta(days=1)).isoformat(), Person())
    after = desk.publications.draft(COURSES, CITY, TODAY).rows
    assert len(after) == len(before) - 1 and set(after) < set(before)
    assert desk.publications.draft(COURSES, CITY, TODAY - timedelta(days=1)).rows[0][0] == before[0][0]


def test_word_excel_and_page_say_the_same(desk: Desk, ids: Mapping[str, str]) -> None:
    made = desk.publications.publish(PLACES, CITY, TODAY)
    rows = numbered(desk.public.issue(made.id).rows)
    assert made.formats == (".docx", ".xlsx", ".html") and made.count == len(rows) > 0
    files = {one: desk.publications.file(made.id, CITY, one) for one in made.formats}
    assert files[".docx"].name == f"佛山市职业技能培训课程项目培训机构名单_{TODAY:%Y%m%d}.docx"
    paper = docx.Document(io.BytesIO(files[".docx"].read()))
    assert [tuple(cell.text for cell in row.cells) for row in paper.tables[0].rows][1:] == rows
    sheet = openpyxl.load_workbook(io.BytesIO(files[".xlsx"].read())).worksheets[0]
    assert list(sheet.values)[1:] == rows
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
