"""Terms over a whole year of the Foshan calendar: from whichever day, a term ends on a worked day, and not before."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from onefill.definitions import Definitions, load_packs
from onefill.service.cases import working_days
from onefill.ui.review_page import unsure
from tests.desks import NOW, ROOT, Clock, load, make_desk
from tests.reviews.foshan import OFFICER, RESPONSIBLE, hand_in_all, looked_at

FORM = "training_class"
YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return load_packs(ROOT / "forms")


def listed(definitions: Definitions, table: str) -> set[str]:
    """The days of a list of the pack, as its author wrote them."""
    return {str(row["day"]) for one in definitions.tables(FORM) if one.key == table for row in one.rows}


def terms(definitions: Definitions) -> set[int]:
    """In how many working days stages end."""
    return {stage.days for form in definitions.forms.values() for stage in form.stages if stage.days}


def test_from_every_day_of_a_year_a_term_ends_on_the_day_that_completes_it(definitions: Definitions) -> None:
    holidays, makeup = listed(definitions, "holidays"), listed(definitions, "makeup_days")
    assert {"2026-10-01", "2027-01-01"} < holidays and "2026-10-10" in makeup
    days = working_days(definitions, FORM)

    def open_on(day: date) -> bool:
        return str(day) in makeup or (day.isoweekday() < 6 and str(day) not in holidays)

    assert {open_on(day) for day in YEAR if day.isoweekday() == 6} == {True, False}, "some Saturdays are worked"
    assert len(terms(definitions)) > 1
    for start in YEAR:
        for count in terms(definitions):
            due = days.after(start, count)
            worked = [day for n in range(1, (due - start).days + 1) if open_on(day := start + timedelta(days=n))]
            assert worked[-1:] == [due], (start, count, due)
            assert len(worked) == count, (start, count, due)
            assert days.between(start, due) == count


@pytest.mark.parametrize(
    ("handed_in", "due", "said"),
    [
        ("2026-09-18", "2026-09-24", ""),  # a Sunday is worked for the holidays to come
        ("2026-09-24", "2026-10-09", ""),  # over two holidays
        ("2026-09-30", "2026-10-13", ""),  # over them, a worked Saturday among the five days
        ("2026-12-28", "2027-01-05", ""),
        ("2027-12-30", "2028-01-06", "2028 年的放假安排还没有录进清单，期限按周一到周五算"),
    ],
)
def test_a_term_that_ends_in_a_year_without_a_list_says_so(tmp_path: Path, handed_in: str, due: str, said: str) -> None:
    clock = Clock(datetime.combine(date.fromisoformat(handed_in), NOW.timetz()))
    desk = make_desk(tmp_path, clock=clock, inspect=looked_at)
    record = load(desk, "application")["application"]
    hand_in_all(desk, record, "apply")
    desk.reviews.act(record, "submit_application", RESPONSIBLE, declared=True)
    standing = desk.reviews.state(record, OFFICER).phase("apply")
    assert (str(standing.due), standing.left, standing.due_note) == (due, 5, said)
    assert ("放假没算" in unsure(standing), said in unsure(standing)) == (bool(said), True)
