"""Where a record lies decides which district has it; what is filled in about the district is held against that."""

from dataclasses import replace

import pytest

from onefill.service import Desk
from tests.reviews.foshan import CLERK, school

NANHAI = "440600/440605"


def told(desk: Desk, record: str) -> list[tuple[str, str]]:
    found = [one.problem for one in desk.records.state(record).findings]
    return [(one.place.path, one.what) for one in found if one.code == "DISTRICT_UNIT"]


@pytest.mark.parametrize("unit", [NANHAI, f"{NANHAI}/077"])
def test_a_district_other_than_the_one_that_has_the_record_is_told_at_once(desk: Desk, unit: str) -> None:
    ids, who = school(desk, unit), replace(CLERK, unit=unit)
    desk.records.set(ids["institution"], "district", "禅城区", who)
    ((path, what),) = told(desk, ids["institution"])
    assert path == "district" and "所在区填的是禅城区" in what
    ((path, what),) = told(desk, ids["application"])
    assert path == "institution" and "所在区是禅城区，这份申请却交不到禅城区" in what
    stops = [one.what for one in desk.reviews.blockers(ids["application"], "apply", CLERK) if one.stops]
    assert any("交不到禅城区" in one for one in stops)
    desk.records.set(ids["institution"], "district", "南海区", who)
    assert told(desk, ids["institution"]) == told(desk, ids["application"]) == []


def test_the_district_need_not_be_typed_where_the_unit_says_it(desk: Desk) -> None:
    who = replace(CLERK, unit=NANHAI)
    record = desk.records.create("institution", who, {"inst_no": "012"})
    shown = {one.definition.key: one.shown for one in desk.records.fields(record, "basics")}
    assert shown["district"] == "南海区"
    assert told(desk, record) == []


def test_on_the_own_pc_there_are_no_units_to_differ_from(desk: Desk, ids: dict[str, str]) -> None:
    assert told(desk, ids["institution"]) == told(desk, ids["application"]) == []
