"""Registers as people read them: on any day, as far as they see, as a workbook."""

import io
from collections.abc import Mapping
from datetime import timedelta

import openpyxl
import pytest

from onefill.people import Reach, Right
from onefill.service import Desk
from onefill.service.registers import RegisterUnknown
from onefill.service.shapes import Person
from store.registers import LineState
from tests.desks import NOW, Clock
from tests.reviews import conftest
from tests.reviews.foshan import CITY, LEADER, part_of_class
from tests.reviews.test_foshan_measures import ordered

GRANTS, MEASURES = "foshan.course_grants", "foshan.class_measures"
TODAY = NOW.date()
clock, desk, ids = conftest.clock, conftest.desk, conftest.ids


def removed(desk: Desk, ids: Mapping[str, str]) -> None:
    found = ordered(desk, part_of_class(desk, dict(ids), 1), "取消培训资格")
    desk.reviews.act(found, "report_removal", LEADER, reason="骗取补贴")
    desk.reviews.act(found, "confirm_removal", CITY)


def cells(data: bytes) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].values)


def test_a_register_is_read_as_it_was_on_a_day(desk: Desk, ids: Mapping[str, str]) -> None:
    assert desk.registers.lines(GRANTS, Person(), TODAY - timedelta(days=1)).lines == ()
    found = desk.registers.lines(GRANTS, Person(), TODAY)
    assert found.lines and {one.words for one in found.lines} == {"有效"}
    line = found.lines[0]
    assert (line.record, line.start) == (ids["application"], TODAY)
    assert line.texts["institution"] and line.texts["district"] == "禅城区"


def test_lines_are_sought_by_what_they_say_and_by_where_they_stand(
    desk: Desk, ids: Mapping[str, str], clock: Clock
) -> None:
    clock.now += timedelta(days=5)
    removed(desk, ids)
    now = clock.now.date()
    ended = desk.registers.lines(GRANTS, Person(), now, state=LineState.ENDED)
    assert ended.counts == {LineState.ENDED: len(ended.lines)} and ended.lines[0].end == now - timedelta(days=1)
    assert desk.registers.lines(GRANTS, Person(), now, state=LineState.OPEN).lines == ()
    assert {one.words for one in desk.registers.lines(GRANTS, Person(), TODAY).lines} == {"有效"}
    course = ended.lines[0].texts["course"]
    assert {one.texts["course"] for one in desk.registers.lines(GRANTS, Person(), now, text=course).lines} == {course}
    assert desk.registers.lines(GRANTS, Person(), now, text="没有这样的").lines == ()


def test_the_workbook_says_what_the_page_says(desk: Desk, ids: Mapping[str, str]) -> None:
    made = desk.registers.workbook(GRANTS, Person(), TODAY)
    head, *rows = cells(made.data)
    assert (head[0], head[-3:]) == ("序号", ("状态", "起", "止"))
    found = desk.registers.lines(GRANTS, Person(), TODAY).lines
    assert [row[1] for row in rows] == [one.texts["institution"] for one in found]
    assert made.name.endswith(f"{TODAY:%Y%m%d}.xlsx")


def test_who_reads_has_the_role(desk: Desk, ids: Mapping[str, str]) -> None:
    clerk = Person(
        name="机构的人", unit="440604", roles=("clerk",), rights=(Right("440604", Reach.OWN, frozenset({"print"})),)
    )
    assert MEASURES not in desk.registers.known(clerk)
    for asked in (desk.registers.lines, desk.registers.workbook):
        with pytest.raises(RegisterUnknown):
            asked(MEASURES, clerk, TODAY)
    with pytest.raises(RegisterUnknown):
        desk.registers.lines("foshan.none", Person(), TODAY)
