"""Working days: holidays, weekends that are worked, terms that run over a year whose list is not there."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from onefill.fields.working_days import WorkingDays

NATIONAL = frozenset(date(2026, 10, day) for day in range(1, 8))
DAYS = WorkingDays(NATIONAL, frozenset({date(2026, 10, 10)}))


def test_a_term_begins_the_day_after() -> None:
    assert DAYS.after(date(2026, 11, 2), 5) == date(2026, 11, 9)


def test_holidays_do_not_count_and_worked_weekends_do() -> None:
    assert DAYS.after(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert DAYS.after(date(2026, 9, 30), 3) == date(2026, 10, 10)


def test_what_is_left_and_what_is_overdue() -> None:
    assert DAYS.between(date(2026, 11, 6), date(2026, 11, 9)) == 1
    assert DAYS.between(date(2026, 11, 9), date(2026, 11, 6)) == -1
    assert DAYS.between(date(2026, 11, 9), date(2026, 11, 9)) == 0


def test_a_year_whose_list_is_not_there_is_known() -> None:
    assert DAYS.covers(2026)
    assert not DAYS.covers(2027)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(1, 60))
def test_a_term_ends_on_a_worked_day_with_just_so_many_in_it(start: date, days: int) -> None:
    end = DAYS.after(start, days)
    assert DAYS.worked(end)
    assert sum(DAYS.worked(start + timedelta(days=n)) for n in range(1, (end - start).days + 1)) == days
    assert DAYS.between(start, end) == days


def test_a_list_that_closes_offices_for_ever_ends() -> None:
    closed = WorkingDays(frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(3000)))
    assert closed.after(date(2026, 1, 1), 3) < date(2030, 1, 1)
