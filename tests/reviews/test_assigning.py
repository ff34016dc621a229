"""Cases are taken, given and put back; whose hands they are in outlives what is done to them."""

from pathlib import Path

import pytest

from onefill.errors import OneFillError
from onefill.people import Account, NotYourAction
from onefill.reviews.errors import NotNow, NotYours
from onefill.service import Desk
from onefill.service.assigning import CannotTake, NotOfYourOffice, TakenAlready
from onefill.service.shapes import Person
from onefill.service.transfers import CannotSee, NoSuchUnit, OfAUnit
from store import EVERYTHING
from tests.desks import make_desk
from tests.reviews.foshan import DAY, LEADER, OFFICER, RESPONSIBLE, hand_in_all, looked_at, school
from tests.reviews.test_one_step import scan

SHOP, OFFICE = "office/workshop", "office"
PASSWORD = "红茶两杯过桥去看灯火"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = make_desk(tmp_path)
    for name, unit, role in (
        ("李静", SHOP, "colleague"),
        ("孙工", SHOP, "colleague"),
        ("王主管", OFFICE, "manager"),
        ("周主管", OFFICE, "manager"),
        ("库主管", "office/store", "manager"),
    ):
        made.people.make(Account(name=name, unit=unit, roles=(role,)), Person(), PASSWORD)
    return made


@pytest.fixture
def leave(desk: Desk) -> str:
    return asked_for(desk)


def asked_for(desk: Desk) -> str:
    """A leave that its clerk has handed in."""
    clerk = desk.people.named("李静")
    record = desk.records.create("leave_request", clerk)
    typed = {"applicant": "李静", "department": "办公室", "leave_kind": "年假", "reason": "探亲"}
    for path, value in (typed | {"request_date": "2026-12-18"}).items():
        desk.records.set(record, path, value, clerk)
    desk.records.add_row(record, "periods", clerk, {"first_day": "2026-12-21", "stand_in": "陈晓"})
    desk.materials.supply(record, "signed_paper", scan(), "请假单.png", clerk)
    desk.reviews.act(record, "ask_leave", clerk, declared=True)
    return record


def officer(desk: Desk, name: str) -> Person:
    """Somebody who reviews and does not lead."""
    found = desk.people.named(name)
    (right,) = found.rights
    plain = type(right)(right.unit, right.reach, (right.actions or frozenset()) - {"assign"})
    return Person(name=name, unit=found.unit, roles=found.roles, rights=(plain,))


def holder(desk: Desk, record: str) -> str:
    return desk.reviews.state(record, Person()).phase("whole").assigned


def test_an_officer_takes_what_nobody_has(desk: Desk, leave: str) -> None:
    who, other = officer(desk, "王主管"), officer(desk, "周主管")
    assert desk.queues.queue(who).counts["free"] == 1
    assert desk.reviews.state(leave, who).takes == {"whole"}
    desk.reviews.take(leave, "whole", who)
    n = desk.store.latest(leave, EVERYTHING).n
    desk.reviews.take(leave, "whole", who)
    assert desk.store.latest(leave, EVERYTHING).n == n
    assert [one.assigned for one in desk.queues.queue(who, "mine").lines] == ["王主管"]
    assert (desk.queues.queue(other, "mine").total, desk.queues.queue(other, "free").total) == (0, 0)
    assert desk.reviews.state(leave, other).takes == frozenset()
    with pytest.raises(TakenAlready, match="王主管承办"):
        desk.reviews.take(leave, "whole", other)
    desk.reviews.assign(leave, "whole", None, who)
    desk.reviews.take(leave, "whole", other)
    assert holder(desk, leave) == "周主管"
    assert [one.what for one in desk.history.timeline(leave)][:2] == ["由 周主管 承办", "由 （没有人） 承办"]


def test_who_may_do_nothing_with_it_does_not_get_it(desk: Desk, leave: str) -> None:
    leader = desk.people.named("王主管")
    with pytest.raises(NotYours):
        desk.reviews.take(leave, "whole", desk.people.named("李静"))
    for name in ("李静", "库主管"):
        with pytest.raises(CannotTake, match=name):
            desk.reviews.assign(leave, "whole", desk.people.named(name), leader)
    with pytest.raises(NotYourAction):
        desk.reviews.assign(leave, "whole", leader, officer(desk, "周主管"))
    assert holder(desk, leave) == ""


def test_whoever_leads_gives_it_to_another(desk: Desk, leave: str) -> None:
    leader = desk.people.named("王主管")
    assert desk.people.who_may({"manager"}, SHOP) == ["周主管", "王主管"]
    desk.reviews.take(leave, "whole", officer(desk, "周主管"))
    desk.reviews.assign(leave, "whole", leader, leader)
    assert holder(desk, leave) == "王主管"


def test_whoever_has_it_hands_it_on(desk: Desk, leave: str) -> None:
    who, other = officer(desk, "周主管"), officer(desk, "王主管")
    desk.reviews.take(leave, "whole", who)
    with pytest.raises(CannotTake, match="李静"):
        desk.reviews.assign(leave, "whole", desk.people.named("李静"), who)
    desk.reviews.assign(leave, "whole", other, who)
    assert holder(desk, leave) == "王主管"
    with pytest.raises(TakenAlready, match="王主管"):  # it is not theirs any more
        desk.reviews.assign(leave, "whole", who, who)


def test_it_comes_back_to_who_had_it(desk: Desk, leave: str) -> None:
    who = officer(desk, "周主管")
    desk.reviews.take(leave, "whole", who)
    desk.reviews.remark(leave, "whole", "reason", "太笼统", who)
    desk.reviews.act(leave, "send_back", who)
    assert holder(desk, leave) == ""
    with pytest.raises(NotNow):
        desk.reviews.take(leave, "whole", who)
    clerk = desk.people.named("李静")
    desk.records.set(leave, "reason", "回乡探亲", clerk)
    desk.materials.supply(leave, "signed_paper", scan(200), "新.png", clerk)
    file = desk.materials.files(leave, "signed_paper", clerk)[0]
    desk.materials.remove(leave, "signed_paper", file.id, clerk)
    desk.reviews.act(leave, "ask_leave", clerk, declared=True)
    assert holder(desk, leave) == "周主管"
    assert desk.queues.queue(who, "mine").total == 1


def test_taking_writes_no_act_so_that_nobody_is_told_of_a_decision(desk: Desk, leave: str) -> None:
    who = officer(desk, "周主管")
    n = desk.reviews.state(leave, who).n
    desk.reviews.take(leave, "whole", who)
    assert desk.reviews.act(leave, "give_leave", who, seen=n)


def test_the_queue_says_what_the_checks_found(desk: Desk, leave: str) -> None:
    who = desk.people.named("王主管")
    wrong = [one for one in desk.verification.checks(leave, "whole", who) if one.state == "wrong"]
    (line,) = desk.queues.queue(who).lines
    assert line.findings == len(wrong) == 0
    late = asked_for_with_a_warning(desk)
    wrong = [one for one in desk.verification.checks(late, "whole", who) if one.state == "wrong"]
    line = next(one for one in desk.queues.queue(who).lines if one.record == late)
    assert line.findings == len(wrong) == 1
    assert (wrong[0].level, line.errors) == ("warning", 0)


def asked_for_with_a_warning(desk: Desk) -> str:
    clerk = desk.people.named("李静")
    record = asked_for(desk)
    desk.reviews.act(record, "take_back", clerk)
    desk.records.add_row(record, "periods", clerk, {"first_day": "2026-12-01", "stand_in": "陈晓"})
    file = desk.materials.files(record, "signed_paper", clerk)[0]
    desk.materials.remove(record, "signed_paper", file.id, clerk)
    desk.materials.supply(record, "signed_paper", scan(180), "新.png", clerk)
    desk.reviews.act(record, "ask_leave", clerk, declared=True)
    return record


def test_the_stamp_of_the_queue_follows_what_happens(desk: Desk) -> None:
    who, seen = desk.people.named("王主管"), set()

    def fresh() -> bool:
        stamp = repr(desk.queues.stamp(who))
        new = stamp not in seen
        seen.add(stamp)
        return new

    assert fresh()
    assert not fresh()
    leave = asked_for(desk)
    assert fresh()
    desk.reviews.take(leave, "whole", who)
    assert fresh()
    desk.reviews.act(leave, "give_leave", who)
    assert fresh()
    assert not fresh()


# -- handing over --------------------------------------------------------------------------------------------------


def test_what_an_officer_has_goes_along_when_cases_are_handed_over(desk: Desk, leave: str) -> None:
    who = desk.people.named("周主管")
    back = asked_for(desk)
    for record in (leave, back):
        desk.reviews.take(record, "whole", who)
    desk.reviews.remark(back, "whole", "reason", "太笼统", who)
    desk.reviews.act(back, "send_back", who)
    assert desk.transfers.hand_over("周主管", "周主管", Person()).count == 0
    batch = desk.transfers.hand_over("周主管", "王主管", Person())
    assert batch.count == 2
    assert holder(desk, leave) == "王主管"
    entry = desk.store.latest(leave, EVERYTHING)
    assert (entry.kind, entry.why["batch"], entry.why["to"]) == ("assign", batch.id, "王主管")
    assert desk.store.latest(back, EVERYTHING).why["batch"] == batch.id
    assert desk.transfers.hand_over("周主管", "王主管", Person()).count == 0
    with pytest.raises(CannotSee):
        desk.transfers.hand_over("王主管", "库主管", Person())


def test_who_does_not_work_on_it_does_not_get_it_by_handing_over(desk: Desk, leave: str) -> None:
    desk.reviews.take(leave, "whole", desk.people.named("周主管"))
    desk.transfers.hand_over("周主管", "李静", Person())
    assert holder(desk, leave) == ""
    assert desk.queues.queue(desk.people.named("王主管"), "free").total == 1


def test_a_batch_that_was_interrupted_goes_on_under_its_id(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = desk.people.named("李静")
    records = [desk.records.create("leave_request", clerk) for _ in range(3)]
    plain, left = desk.store.append, [2]

    def append(*given: object, **named: object) -> object:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return plain(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.store, "append", append)
    with pytest.raises(KeyboardInterrupt):
        desk.transfers.hand_over("李静", "孙工", Person())
    monkeypatch.undo()
    rest = desk.transfers.hand_over("李静", "孙工", Person())
    assert rest.count == 1
    entries = [desk.store.latest(record, EVERYTHING) for record in records]
    assert {entry.summary.owner for entry in entries} == {"孙工"}
    assert {entry.why["batch"] for entry in entries} == {rest.id}
    again = desk.records.create("leave_request", clerk)
    assert desk.transfers.hand_over("李静", "孙工", Person()).id != rest.id
    assert desk.store.latest(again, EVERYTHING).summary.owner == "孙工"


# -- records from before there were accounts -----------------------------------------------------------------------


def test_records_without_a_unit_are_given_one(desk: Desk, leave: str) -> None:
    old = [desk.records.create("leave_request", Person()) for _ in range(3)]
    desk.records.delete(old[2], Person())
    clerk = desk.people.named("李静")
    assert {one.id for one in desk.as_(lambda: clerk).records.list()} == {leave}
    with pytest.raises(NoSuchUnit):
        desk.transfers.adopt("office/nowhere", Person())
    with pytest.raises(OfAUnit):
        desk.transfers.adopt("office/store", Person(), [leave])
    with pytest.raises(NotYourAction):
        desk.transfers.adopt(SHOP, desk.people.named("王主管"))
    assert desk.transfers.adopt(SHOP, Person(), [old[0]]).count == 1
    assert {one.id for one in desk.as_(lambda: clerk).records.list()} == {leave, old[0]}
    batch = desk.transfers.adopt(SHOP, Person())
    assert batch.count == 2
    entry = desk.store.latest(old[2], EVERYTHING)
    assert (entry.summary.unit, entry.why["batch"]) == (SHOP, batch.id)
    desk.records.undelete(old[2], clerk)
    assert {one.id for one in desk.as_(lambda: clerk).records.list()} == {leave, *old}
    assert desk.transfers.adopt(SHOP, Person()).count == 0


def test_two_who_take_it_at_once(desk: Desk, leave: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = officer(desk, "王主管"), officer(desk, "周主管")
    plain, raced = desk.store.append, []

    def append(*given: object, **named: object) -> object:
        if not raced:
            raced.append(1)
            desk.reviews.take(leave, "whole", second)
        return plain(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.store, "append", append)
    with pytest.raises(OneFillError, match="周主管承办"):
        desk.reviews.take(leave, "whole", first)
    assert holder(desk, leave) == "周主管"


def test_a_leader_gives_only_to_the_own_office_and_only_what_waits_for_it(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, inspect=looked_at)
    program, district = Person(), "440600/440604"
    place = desk.people.offices.add(district, "school", "职校", program)
    for name, unit, role in (
        ("李区长", district, "district_leader"),
        ("陈经办", district, "district_officer"),
        ("周市局", "440600", "city_officer"),
        ("吴市局", "440600", "city_officer"),
    ):
        desk.people.make(Account(name=name, unit=unit, roles=(role,)), program, PASSWORD)
    head, city, other = (desk.people.named(name) for name in ("李区长", "周市局", "吴市局"))
    record = school(desk, place)["application"]
    hand_in_all(desk, record, "apply")
    act = desk.reviews.act
    act(record, "submit_application", RESPONSIBLE, declared=True)
    desk.reviews.assign(record, "apply", desk.people.named("陈经办"), head)
    for action, who, said in (
        ("take_up", OFFICER, {}),
        ("first_review", OFFICER, {"opinion": "相符"}),
        ("recommend", LEADER, {"opinion": "同意推荐", "rank": 1}),
        ("report_to_city", OFFICER, {"day": DAY}),
    ):
        act(record, action, who, **said)
    assert desk.people.who_may({"city_officer"}, place) == ["吴市局", "周市局"]
    assert desk.people.who_may({"city_officer"}, place, within=district) == []
    with pytest.raises(NotOfYourOffice, match="市局经办人自己分派"):
        desk.reviews.assign(record, "apply", city, head)
    desk.reviews.take(record, "apply", city)
    with pytest.raises(NotOfYourOffice):
        desk.reviews.assign(record, "apply", None, head)
    assert desk.reviews.state(record, Person()).phase("apply").assigned == "周市局"
    desk.reviews.assign(record, "apply", other, city)
    assert desk.reviews.state(record, Person()).phase("apply").assigned == "吴市局"
