"""The day that an action asks: not ahead unless the form says so, not before what it follows."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefill.definitions.procedure import Action, Ask
from onefill.reviews import Act, Case, Deed, PhaseCase, ruled
from onefill.reviews.errors import DayAhead, DayBefore, DayRefused
from tests.desks import load, our_packs
from tests.reviews.foshan import CITY, DAY, LEADER, OFFICER, RESPONSIBLE, foshan_desk, hand_in_all

TODAY = date(2026, 12, 20)
FORM = our_packs().form("application")
NOW = datetime(2026, 12, 20, 9, 0, tzinfo=UTC)
DAYS = st.dates(TODAY - timedelta(days=40), TODAY + timedelta(days=40))


def act(key: str, when: datetime, day: date | None = None) -> Act:
    return Act(action=key, title="推荐", source="a", target="b", who="李区长", when=when, day=day)


def rule(ask: Ask, day: date, *before: Act) -> None:
    said = {"key": "report", "title": "报送市局", "from": ["b"], "to": "c", "by": ["officer"], "asks": [ask]}
    action = Action.model_validate(said)
    case = Case(phases={"apply": PhaseCase(stage="b", round=1, acts=before)})
    deed = Deed(who="陈经办", roles=("officer",), when=NOW, day=day)
    ruled(FORM, case, action, deed, facts={})


@given(day=DAYS, future=st.booleans())
def test_a_day_ahead_is_taken_only_where_the_form_says_so(day: date, future: bool) -> None:
    ask = Ask(what="date", future=future)
    if day <= TODAY or future:
        rule(ask, day)
        return
    with pytest.raises(DayAhead, match="还没有到，今天是2026年12月20日"):
        rule(ask, day)


@given(day=DAYS, before=DAYS, said=st.booleans())
def test_a_day_is_not_before_what_it_follows(day: date, before: date, said: bool) -> None:
    """That is the day which was asked then, else the one on which it was done."""
    done = datetime(before.year, before.month, before.day, 9, 0, tzinfo=UTC)
    earlier = act("recommend", NOW if said else done, before if said else None)
    ask = Ask(what="date", future=True, after=("recommend", "never_done"))
    if day >= before:
        rule(ask, day, earlier)
        return
    with pytest.raises(DayBefore, match="早于“推荐”的"):
        rule(ask, day, earlier)


def test_an_application_is_published_after_it_was_passed(tmp_path: Path) -> None:
    desk = foshan_desk(tmp_path)
    record = load(desk, "application")["application"]
    hand_in_all(desk, record, "apply")
    do = desk.reviews.act
    do(record, "submit_application", RESPONSIBLE, declared=True)
    do(record, "take_up", OFFICER)
    do(record, "first_review", OFFICER, opinion="齐全")
    do(record, "recommend", LEADER, opinion="同意", rank=1)
    for day in (DAY + timedelta(days=3), DAY - timedelta(days=1)):
        with pytest.raises(DayRefused):
            do(record, "report_to_city", OFFICER, day=day)
    assert desk.reviews.state(record, OFFICER).phase("apply").stage == "recommended"
    do(record, "report_to_city", OFFICER, day=DAY)
    do(record, "city_pass", CITY, opinion="同意")
    with pytest.raises(DayAhead, match=r"“记下公布”的日期2026年12月21日还没有到"):
        do(record, "publish", CITY, day=DAY + timedelta(days=1))
    do(record, "publish", CITY, day=DAY)
    with pytest.raises(DayBefore, match=r"早于“记下公布”的2026年12月20日"):
        do(record, "record_province", CITY, day=DAY - timedelta(days=1))
