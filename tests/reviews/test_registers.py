"""Registers written in YAML: filled by acts, asked in checks and gates, undone by later acts, told to nobody else."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from onefill.reviews.errors import GuardFailed
from onefill.service import Desk
from onefill.service.effecting import EffectUnclear
from onefill.service.shapes import Person
from store import EVERYTHING, Action, Effect, LineState
from store.registers import RegisterLine
from tests.definitions.packs import write
from tests.desks import NOW, Clock, make_desk
from tests.reviews.test_one_step import CHIEF, CLERK, handed_in
from tests.store.making import new

FIRST, LAST = date(2026, 12, 21), date(2026, 12, 24)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    return make_desk(tmp_path, clock=clock)


def leave(desk: Desk, who: str = "李静", stand_in: str = "陈晓", first: date = FIRST, last: date = LAST) -> str:
    record = desk.records.create("leave_request", CLERK)
    for path, value in {
        "applicant": who,
        "department": "办公室",
        "leave_kind": "年假",
        "reason": "探亲",
        "request_date": "2026-12-18",
    }.items():
        desk.records.set(record, path, value, CLERK)
    row = {"first_day": first.isoformat(), "last_day": last.isoformat(), "stand_in": stand_in}
    desk.records.add_row(record, "periods", CLERK, row)
    return record


def given(desk: Desk, **told: object) -> str:
    record = leave(desk, **told)  # type: ignore[arg-type]
    handed_in(desk, record)
    desk.reviews.act(record, "give_leave", CHIEF, reason="人手够")
    return record


def lines(desk: Desk, on: date, register: str = "leave_days") -> list[RegisterLine]:
    return desk.store.register(register, on, EVERYTHING)


def away(desk: Desk, record: str) -> list[str]:
    """What is said of stand-ins who are on leave themselves."""
    said = (one.said for one in desk.reviews.blockers(record, "whole", CLERK))
    return [one for one in said if one.endswith("自己在休假")]


def test_an_act_fills_the_register_by_its_one_entry(desk: Desk) -> None:
    record = given(desk)
    entry = desk.store.latest(record, EVERYTHING)
    (line,) = lines(desk, FIRST)
    assert (line.record, line.n, line.start, line.end) == (record, entry.n, FIRST, LAST)
    assert line.facts == {
        "slip": {"id": record, "label": "李静 年假"},
        "first_day": "2026-12-21",
        "applicant": "李静",
        "department": "办公室",
        "leave_kind": "年假",
    }
    assert [one.state for one in lines(desk, LAST + timedelta(1))] == [LineState.ENDED]


def test_an_open_record_hears_of_it_at_once(desk: Desk) -> None:
    other = leave(desk, who="王五", stand_in="李静")
    assert away(desk, other) == []
    given(desk)
    assert away(desk, other) == ["李静2026年12月21日自己在休假"]
    (row,) = desk.records.row_ids(other, "periods")
    desk.records.set(other, f"periods/{row}/last_day", "2026-12-26", CLERK)
    desk.records.set(other, f"periods/{row}/first_day", "2026-12-25", CLERK)
    assert away(desk, other) == []


def test_a_gate_lets_through_who_writes_why(desk: Desk) -> None:
    given(desk)
    second = leave(desk, who="王五")
    handed_in(desk, second)
    move = next(one for one in desk.reviews.state(second, CHIEF).moves if one.action.key == "give_leave")
    assert (move.hindered, move.waivable) == ("办公室那天已经有人休假", True)
    with pytest.raises(GuardFailed):
        desk.reviews.act(second, "give_leave", CHIEF)
    desk.reviews.act(second, "give_leave", CHIEF, reason="两人错开半天")
    act = desk.reviews.state(second, CHIEF).phase("whole").acts[-1]
    assert (act.reason, act.overruled) == ("两人错开半天", ("办公室那天已经有人休假",))


def test_what_was_given_is_taken_back_by_a_later_entry(desk: Desk, clock: Clock) -> None:
    record = given(desk)
    clock.now = NOW + timedelta(days=3)
    desk.reviews.act(record, "end_leave", CLERK)
    assert [one.state for one in lines(desk, FIRST)] == [LineState.OPEN]
    (line,) = lines(desk, date(2026, 12, 23))
    assert (line.state, line.end) == (LineState.ENDED, date(2026, 12, 22))
    assert len(desk.store.entries(record, EVERYTHING)) > line.n  # what opened it is still there
    other = leave(desk, who="王五", stand_in="李静", first=date(2026, 12, 23))
    assert away(desk, other) == []


# -- a pack of its own ---------------------------------------------------------------------------------------------

PACK = """\
pack: shop
title: 摊位
forms: [stall, order]
cases: [stall, order]
units: [{key: city, title: 市场}]
roles:
  - {key: seller, title: 摊主, reach: own, actions: [fill, submit]}
  - {key: warden, title: 管理员, reach: all, actions: [approve]}
registers:
  - key: permits
    title: 摊位许可
    line: [stall]
    columns:
      - {key: stall, label: 摊位, type: link, form: stall}
      - {key: phone, label: 电话, type: mobile, private: true}
      - {key: note, label: 备注}
    questions:
      - {key: permitted}
      - {key: paused, answer: suspended}
      - {key: permit_until, answer: until}
  - key: orders
    title: 处理
    line: [order, kind]
    columns:
      - {key: order, label: 办件}
      - {key: kind, label: 措施}
      - {key: stall, label: 摊位, type: link, form: stall}
    questions:
      - {key: closed, by: [stall], where: "kind == '停业'"}
"""
STALL = """\
form: stall
title: 摊位
label: "{{ title }}"
sections:
  - key: basics
    title: 基本
    fields:
      - {key: title, label: 名称, required: true, index: true}
      - {key: phone, label: 电话, type: mobile, private: true}
stages:
  - {key: asked, title: 等许可}
  - {key: running, title: 已许可, holder: done, passed: true}
actions:
  - {key: ask, title: 申请, kind: submit, from: [draft], to: asked, by: [seller]}
  - key: permit
    title: 许可
    kind: pass
    from: [asked]
    to: running
    by: [warden]
    asks: [{what: date, future: true}]
    effects: [{register: permits, do: open, line: {stall: case.record}, set: {phone: phone}, from: case.date}]
"""
ORDER = """\
form: order
title: 处理
label: "{{ stall.title }}"
sections:
  - key: basics
    title: 基本
    fields:
      - {key: stall, label: 摊位, type: link, form: stall, required: true, where: "permitted(it, on=day)"}
      - {key: day, label: 哪天, type: date, required: true}
      - {key: shut, label: 停业, value: "'已停业' if closed(stall, on=day) else '营业'"}
stages:
  - {key: asked, title: 等决定}
  - {key: in_force, title: 执行中, holder: done, passed: true}
  - {key: lifted, title: 已解除, holder: done}
actions:
  - {key: ask, title: 交, kind: submit, from: [draft], to: asked, by: [seller]}
  - key: close
    title: 停业
    kind: pass
    from: [asked, lifted]
    to: in_force
    by: [warden]
    gates: [{expect: "not closed(stall, on=case.today)", message: 已经停业了}]
    effects:
      - {register: orders, do: open, line: {order: case.record, kind: "'停业'"}, set: {stall: stall}, from: day}
      - {register: permits, do: suspend, line: {stall: stall}, set: {note: "'停业'"}, from: day}
  - {key: lift, title: 解除, from: [in_force], to: lifted, by: [warden], effects: [{undo: close}]}
"""
SELLER, WARDEN = Person(name="摊主", roles=("seller",)), Person(name="管理员", roles=("warden",))


TODAY = NOW.date()


@pytest.fixture
def shop(tmp_path: Path) -> Desk:
    files = {"shop/pack.yaml": PACK, "shop/stall.yaml": STALL, "shop/order.yaml": ORDER}
    return make_desk(tmp_path / "data", forms=write(tmp_path / "forms", files), clock=Clock())


def stall(desk: Desk, title: str = "水果", *, permit: date | None = TODAY) -> str:
    record = desk.records.create("stall", SELLER)
    desk.records.set(record, "title", title, SELLER)
    desk.records.set(record, "phone", "13800138000", SELLER)
    desk.reviews.act(record, "ask", SELLER)
    if permit:
        desk.reviews.act(record, "permit", WARDEN, day=permit)
    return record


def order(desk: Desk, of: str, day: date = TODAY) -> str:
    record = desk.records.create("order", SELLER)
    desk.records.set(record, "stall", of, SELLER)
    desk.records.set(record, "day", day.isoformat(), SELLER)
    return record


def offered(desk: Desk, record: str) -> set[str]:
    """Stalls that an order may be about."""
    field = next(one for one in desk.records.fields(record, "basics") if one.path == "stall")
    return {id for id, _ in field.options}


def shut(desk: Desk, record: str) -> str:
    """What a computed field says, which asks a register."""
    return next(one.shown for one in desk.records.fields(record, "basics") if one.path == "shut")


def closed(desk: Desk, of: str, day: date = TODAY) -> str:
    record = order(desk, of, day)
    desk.reviews.act(record, "ask", SELLER)
    desk.reviews.act(record, "close", WARDEN)
    return record


def state(desk: Desk, register: str = "permits", on: date = TODAY) -> list[str]:
    return [str(one.state) for one in lines(desk, on, register)]


def test_such_a_pack_has_no_fault(shop: Desk) -> None:
    assert shop.check() == []


def test_what_is_private_stands_masked_in_the_register(shop: Desk) -> None:
    record = stall(shop)
    (line,) = lines(shop, TODAY, "permits")
    assert line.facts == {"stall": {"id": record, "label": "水果"}, "phone": "138****8000"}


def test_a_link_offers_only_what_the_register_allows_on_that_day(shop: Desk) -> None:
    today, later = stall(shop), stall(shop, "鲜花", permit=TODAY + timedelta(days=5))
    record = order(shop, today)
    assert offered(shop, record) == {today}
    shop.records.set(record, "day", (TODAY + timedelta(days=5)).isoformat(), SELLER)
    assert offered(shop, record) == {today, later}


def test_one_order_is_lifted_and_set_again(shop: Desk) -> None:
    record = closed(shop, stall(shop))
    assert (state(shop), state(shop, "orders")) == (["suspended"], ["open"])
    shop.reviews.act(record, "lift", WARDEN)
    assert (state(shop), state(shop, "orders")) == (["open"], ["ended"])
    shop.reviews.act(record, "close", WARDEN)
    assert (state(shop), state(shop, "orders")) == (["suspended"], ["open"])
    shop.reviews.act(record, "lift", WARDEN)
    assert (state(shop), state(shop, "orders")) == (["open"], ["ended"])


def test_what_the_register_does_not_allow_stops_the_act(shop: Desk) -> None:
    of = stall(shop)
    record = order(shop, of)
    shop.reviews.act(record, "ask", SELLER)
    ended = Effect(register="permits", line=of, action=Action.END, start=TODAY)
    shop.store.append(new("z-later", effects=(ended,)), 0, EVERYTHING)
    with pytest.raises(EffectUnclear) as refused:
        shop.reviews.act(record, "close", WARDEN)
    assert "这一行现在是“已终止”，不能暂停" in str(refused.value)
    assert shop.reviews.state(record, WARDEN).phase("whole").stage == "asked"
    assert state(shop, "orders") == []


def test_a_second_order_finds_it_closed(shop: Desk) -> None:
    of = stall(shop)
    second = order(shop, of)
    shop.reviews.act(second, "ask", SELLER)
    closed(shop, of)
    with pytest.raises(GuardFailed):
        shop.reviews.act(second, "close", WARDEN)


def test_a_value_that_rests_on_a_register_stays_what_it_was_in_a_version(shop: Desk) -> None:
    of = stall(shop)
    record = order(shop, of)
    n = shop.records.keep_version(record, SELLER)
    assert shop.records.keep_version(record, SELLER) == n
    closed(shop, of)
    assert shut(shop, record) == "已停业"
    now = shop.records.keep_version(record, SELLER)
    assert now > n
    asked = ["closed", f"{of}/{TODAY}"]
    pinned = [shop.store.entry(record, one, EVERYTHING).pins["registers"] for one in (n, now)]
    assert pinned == [[[*asked, False]], [[*asked, True]]]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("permitted(it, on=day)", "permitted(it)", "QUESTION_SHAPE"),
        ("permitted(it, on=day)", "permitted(it, it, on=day)", "QUESTION_SHAPE"),
        ("permitted(it, on=day)", "permitted", "QUESTION_SHAPE"),
        (
            "{stall: stall}, from: day}\n      - {register: permits",
            "{stall: stall}, from: day}\n      - {register: permit",
            "POINTS_NOWHERE",
        ),
        ("set: {note: \"'停业'\"}", "set: {remark: \"'停业'\"}", "COLUMN_UNKNOWN"),
        ("line: {order: case.record, kind: \"'停业'\"}", "line: {order: case.record}", "EFFECT_SHAPE"),
        ("undo: close", "undo: ask", "POINTS_NOWHERE"),
        ("set: {stall: stall}", "set: {stall: stall.phone}", "REGISTER_PRIVATE"),
        ('expect: "not closed(stall, on=case.today)"', 'expect: "not closed(stal, on=case.today)"', "NAME_UNKNOWN"),
    ],
)
def test_lint_says_what_is_wrong_and_where(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert old in ORDER
    files = {"shop/pack.yaml": PACK, "shop/stall.yaml": STALL, "shop/order.yaml": ORDER.replace(old, new, 1)}
    desk = make_desk(tmp_path / "data", forms=write(tmp_path / "forms", files), clock=Clock())
    assert [one.code for one in desk.check()] == [code]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("line: [stall]", "line: [stal]", "POINTS_NOWHERE"),
        ("by: [stall]", "by: [shop]", "POINTS_NOWHERE"),
        ("kind == '停业'", "sort == '停业'", "NAME_UNKNOWN"),
        ("{key: permitted}", "{key: paused}", "KEY_TWICE"),
        ("type: mobile, private", "type: telephone, private", "TYPE_UNKNOWN"),
        ("line: [stall]", "line: [phone]", "REGISTER_PRIVATE"),
    ],
)
def test_lint_reads_the_registers_of_a_pack(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert old in PACK
    files = {"shop/pack.yaml": PACK.replace(old, new, 1), "shop/stall.yaml": STALL, "shop/order.yaml": ORDER}
    desk = make_desk(tmp_path / "data", forms=write(tmp_path / "forms", files), clock=Clock())
    assert code in [one.code for one in desk.check()]


HALL = """\
pack: hall
title: 场馆
forms: [tickets]
cases: [tickets]
units: [{key: town, title: 镇}]
roles:
  - {key: seller, title: 售票员, reach: own, actions: [fill, submit]}
registers:
  - key: seats
    title: 座位
    line: [seat]
    columns:
      - {key: seat, label: 座位}
      - {key: guest, label: 客人}
      - {key: guest_id, label: 证件号码, type: resident_id, private: true}
    questions:
      - {key: taken}
      - {key: taken_by, by: [guest_id, seat]}
      - {key: taken_by_nobody_named, where: "guest_id is empty"}
"""
TICKETS = """\
form: tickets
title: 票
label: "{{ shown_on }}"
sections:
  - key: basics
    title: 基本
    fields:
      - {key: shown_on, label: 场次, type: date, required: true}
  - key: places
    title: 座位
    repeat: {max: 9}
    fields:
      - {key: seat, label: 座位, required: true}
      - {key: guest, label: 客人}
      - {key: guest_id, label: 证件号码, type: resident_id, private: true}
stages:
  - {key: sold, title: 已售, holder: done, passed: true}
  - {key: seated, title: 已入座, holder: done, passed: true}
actions:
  - key: sell
    title: 售出
    kind: submit
    from: [draft]
    to: sold
    by: [seller]
    effects: [{register: seats, do: open, each: {as: place, in: places}, line: {seat: place.seat}, set: {guest: place.guest, guest_id: place.guest_id}}]
  - key: seat
    title: 入座
    kind: submit
    from: [draft]
    to: seated
    by: [seller]
    gates:
      - each: {as: place, in: places}
        expect: "taken(place.seat, on=case.today) and (taken_by_nobody_named(place.seat, on=case.today) or taken_by(place.guest_id, place.seat, on=case.today))"
        message: "第 {{ place.no }} 行{{ place.guest }}坐不了 {{ place.seat }}"
"""  # noqa: E501
ONE, OTHER = "11010519491231002X", "110105194912310038"


def tickets(desk: Desk, action: str, *places: tuple[str, str, str]) -> None:
    record = desk.records.create("tickets", SELLER, {"shown_on": "2026-12-20"})
    rows = [{"seat": seat, "guest": guest, "guest_id": number} for seat, guest, number in places]
    desk.records.add_rows(record, "places", SELLER, rows)
    desk.reviews.act(record, action, SELLER)


@pytest.fixture
def hall(tmp_path: Path) -> Desk:
    files = {"hall/pack.yaml": HALL, "hall/tickets.yaml": TICKETS}
    desk = make_desk(tmp_path / "data", forms=write(tmp_path / "forms", files), clock=Clock())
    assert desk.check() == []
    tickets(desk, "sell", ("A1", "李静", ONE), ("A2", "李静", OTHER), ("A3", "", ""))
    return desk


def test_a_gate_looks_at_each_item_and_names_those_that_close_it(hall: Desk) -> None:
    tickets(hall, "seat", ("A3", "陈晓", ONE))
    with pytest.raises(GuardFailed) as refused:
        tickets(hall, "seat", *((f"B{n}", f"客{n}", ONE) for n in range(1, 5)), ("A3", "陈晓", ONE))
    assert "第 1 行客1坐不了 B1；第 2 行客2坐不了 B2；第 3 行客3坐不了 B3；这样的共 4 处" in str(refused.value)
    tickets(hall, "seat")  # nobody comes: there is nothing to look at


def test_two_of_one_name_are_told_apart_by_what_the_register_masks(hall: Desk) -> None:
    kept = [line.facts.get("guest_id") for line in lines(hall, TODAY, "seats")]
    assert kept == ["110105********002X", "110105********0038", None]
    tickets(hall, "seat", ("A1", "李静", ONE), ("A2", "李静", OTHER))
    with pytest.raises(GuardFailed, match="第 1 行李静坐不了 A1；第 2 行李静坐不了 A2"):
        tickets(hall, "seat", ("A1", "李静", OTHER), ("A2", "李静", ONE))
