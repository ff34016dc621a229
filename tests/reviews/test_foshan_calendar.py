"""The list of holidays ends: whoever looks after it is told in time, and nobody before."""

from datetime import datetime

import pytest

from onefill.problems import Level, LinePlace
from onefill.service import Desk
from onefill.ui.dues import panel_of
from tests.desks import NOW, Clock
from tests.reviews.foshan import CITY, OFFICER


#: The pack's list ends with 2027, and is to be carried on sixty days before.
@pytest.mark.parametrize(
    ("day", "told"), [("2026-12-20", False), ("2027-10-31", False), ("2027-11-01", True), ("2028-01-03", True)]
)
def test_the_end_of_the_list_of_holidays_is_told_in_time(desk: Desk, clock: Clock, day: str, told: bool) -> None:
    clock.now = datetime.fromisoformat(day).replace(hour=9, tzinfo=NOW.tzinfo)
    found = [one for one in desk.check("foshan") if one.code == "CALENDAR_ENDS"]
    mine = [one for one in desk.dues.of(CITY) if one.kind == "list"]
    assert (bool(found), bool(mine)) == (told, told)
    assert not [one for one in desk.dues.of(OFFICER) if one.kind == "list"]
    assert not [one for one in desk.check("demo") if one.code == "CALENDAR_ENDS"]
    if told:
        assert found[0].level is Level.WARNING and "只列到 2027 年" in found[0].what
        assert isinstance(found[0].place, LinePlace) and found[0].place.file.endswith("foshan/pack.yaml")
        assert [(one.label, f"{one.day}") for one in mine] == [("法定节假日", "2027-12-31")]
        assert "补上 2028 年" in panel_of(mine, {}, clock.now.date(), opened=False, officer=True)
        assert "CALENDAR_ENDS" in {one.code for one in desk.authoring.look().faults}
