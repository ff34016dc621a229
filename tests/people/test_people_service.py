"""Accounts, signing in, handing over and standing in, through the service."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from onefill.errors import OneFillError
from onefill.people import (
    Account,
    AccountDisabled,
    AccountRefused,
    AccountUnknown,
    Deputy,
    LockedOut,
    NotYourAction,
    PasswordRefused,
    SignedOut,
    SignInRefused,
    SubjectUnknown,
)
from onefill.service import Desk, Settings
from onefill.service.access import WORDS, Did
from onefill.service.desk import SettingUnknown
from onefill.service.offices import UnitRefused
from onefill.service.people import NotYourself
from onefill.service.shapes import Person
from onefill.service.transfers import CannotSee
from store import EVERYTHING, Reach, Scope
from tests.desks import Clock
from tests.people.making import CITY, EAST, PASSWORD, ROOT, STAFF, A, B, C, a_shop, hire

OWN = "自己的新密码灯火阑珊处"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory:", "tinydb"])
def desk(tmp_path: Path, clock: Clock, request: pytest.FixtureRequest) -> Iterator[Desk]:
    made = a_shop(tmp_path, clock=clock, store="" if request.param == "tinydb" else request.param)
    yield made
    made.store.close()


def did(desk: Desk) -> list[tuple[str, str]]:
    return [(line.who, line.did) for line in desk.log.lines()]


# -- signing in ----------------------------------------------------------------------------------------------------


def test_who_signs_in_has_a_session_until_signing_out(desk: Desk) -> None:
    token = desk.people.sign_in(" 甲一 ", PASSWORD)
    signed = desk.people.session(token)
    assert (signed.person.name, signed.person.unit, signed.must_change) == ("甲一", A, False)
    desk.people.sign_out(token)
    with pytest.raises(SignedOut):
        desk.people.session(token)
    desk.people.sign_out(token)
    assert did(desk)[:2] == [("甲一", Did.SIGNED_OUT), ("甲一", Did.SIGNED_IN)]


def test_of_a_token_nothing_but_the_digest_is_kept(tmp_path: Path) -> None:
    desk = a_shop(tmp_path, store="")
    token = desk.people.sign_in("甲一", PASSWORD)
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert token.encode() not in kept
    assert PASSWORD.encode() not in kept
    assert b"$argon2id$" in kept
    desk.store.close()


@pytest.mark.parametrize("token", ["", "x", "字" * 50])
def test_a_token_nobody_made_is_no_session(desk: Desk, token: str) -> None:
    with pytest.raises(SignedOut):
        desk.people.session(token)


@pytest.mark.parametrize("name", ["甲一", "没有这个人", "../..", "", "\ud800"])
def test_a_wrong_password_and_a_wrong_name_are_answered_alike(desk: Desk, name: str) -> None:
    with pytest.raises(SignInRefused) as refused:
        desk.people.sign_in(name, "wrong")
    assert str(refused.value) == "名字或密码不对。再试一次；忘了密码，请管账号的人重设。"


def test_the_fifth_wrong_password_locks_and_the_right_one_then_waits(desk: Desk, clock: Clock) -> None:
    for _ in range(4):
        with pytest.raises(SignInRefused):
            desk.people.sign_in("甲一", "wrong")
    with pytest.raises(LockedOut) as locked:
        desk.people.sign_in("甲一", "wrong")
    assert "15 分钟" in str(locked.value)
    with pytest.raises(LockedOut):
        desk.people.sign_in("甲一", PASSWORD)
    desk.people.sign_in("甲二", PASSWORD)  # nobody else has to wait
    clock.now += timedelta(minutes=15)
    desk.people.sign_in("甲一", PASSWORD)
    with pytest.raises(SignInRefused):  # and the count begins anew
        desk.people.sign_in("甲一", "wrong")
    assert [one for one in did(desk) if one[1] == Did.LOCKED_OUT] == [("甲一", Did.LOCKED_OUT)]


def test_a_name_nobody_has_is_locked_as_well(desk: Desk) -> None:
    for expected in (*[SignInRefused] * 4, LockedOut, LockedOut):
        with pytest.raises(expected):
            desk.people.sign_in("没有这个人", "wrong")


def test_a_reset_ends_a_lock_out(desk: Desk) -> None:
    for _ in range(5):
        with pytest.raises(OneFillError):
            desk.people.sign_in("甲一", "wrong")
    once = desk.people.reset("甲一", ROOT)
    assert desk.people.session(desk.people.sign_in("甲一", once)).must_change


# -- the life of a session -----------------------------------------------------------------------------------------


def test_a_session_ends_half_an_hour_after_the_last_act(desk: Desk, clock: Clock) -> None:
    token = desk.people.sign_in("甲一", PASSWORD)
    for _ in range(3):
        clock.now += timedelta(minutes=29)
        desk.people.session(token)
        desk.people.act(token)
    clock.now += timedelta(minutes=29, seconds=59)
    for _ in range(5):
        desk.people.session(token)  # being asked for is no act
    clock.now += timedelta(seconds=1)
    with pytest.raises(SignedOut):
        desk.people.session(token)
    desk.people.act(token)  # and an act brings nothing back
    with pytest.raises(SignedOut):
        desk.people.session(token)


def test_a_session_survives_a_restart(tmp_path: Path, clock: Clock) -> None:
    desk = a_shop(tmp_path, clock=clock, store="")
    token = desk.people.sign_in("甲一", PASSWORD)
    desk.store.close()
    again = a_shop(tmp_path, clock=clock, store="")
    assert again.people.session(token).person.name == "甲一"
    again.store.close()


def test_sessions_that_have_ended_are_swept_away(desk: Desk, clock: Clock) -> None:
    for _ in range(3):
        desk.people.sign_in("甲一", PASSWORD)
        clock.now += timedelta(minutes=31)
    desk.people.sign_in("甲二", PASSWORD)
    assert len(desk.store.preferences("@sessions")) == 1


# -- passwords -----------------------------------------------------------------------------------------------------


def test_a_one_time_password_must_be_changed(desk: Desk) -> None:
    once = desk.people.make(Account(name="新来", unit=A, roles=("seller",)), ROOT)
    token = desk.people.sign_in("新来", once)
    assert desk.people.session(token).must_change
    with pytest.raises(SignInRefused):
        desk.people.change_password(token, "wrong", OWN)
    with pytest.raises(PasswordRefused) as refused:
        desk.people.change_password(token, once, "short")
    assert "至少要 10 个" in str(refused.value)
    with pytest.raises(PasswordRefused):
        desk.people.change_password(token, once, once)
    desk.people.change_password(token, once, OWN)
    assert not desk.people.session(token).must_change
    with pytest.raises(SignInRefused):
        desk.people.sign_in("新来", once)
    assert not desk.people.session(desk.people.sign_in("新来", OWN)).must_change


def test_a_new_password_ends_the_other_sessions_of_that_person_only(desk: Desk) -> None:
    here, there = desk.people.sign_in("甲一", PASSWORD), desk.people.sign_in("甲一", PASSWORD)
    other = desk.people.sign_in("甲二", PASSWORD)
    desk.people.change_password(here, PASSWORD, OWN)
    desk.people.session(here)
    desk.people.session(other)
    with pytest.raises(SignedOut):
        desk.people.session(there)


def test_guessing_the_old_password_locks_as_well(desk: Desk) -> None:
    token = desk.people.sign_in("甲一", PASSWORD)
    for expected in (*[SignInRefused] * 4, LockedOut):
        with pytest.raises(expected):
            desk.people.change_password(token, "wrong", OWN)


# -- accounts ------------------------------------------------------------------------------------------------------


def test_a_disabled_account_is_out_at_once_and_can_come_back(desk: Desk) -> None:
    token = desk.people.sign_in("甲一", PASSWORD)
    desk.people.disable("甲一", desk.people.named("市管"))
    with pytest.raises(SignedOut):
        desk.people.session(token)
    with pytest.raises(AccountDisabled):
        desk.people.sign_in("甲一", PASSWORD)
    with pytest.raises(SignInRefused):
        desk.people.sign_in("甲一", "wrong")
    with pytest.raises(AccountDisabled):
        desk.people.named("甲一")
    desk.people.enable("甲一", desk.people.named("市管"))
    desk.people.sign_in("甲一", PASSWORD)


def test_every_change_of_an_account_stays_known(desk: Desk) -> None:
    keeper = desk.people.named("市管")
    desk.people.change("甲一", keeper, title="店长", unit=B, roles=["seller"])
    desk.people.disable("甲一", keeper)
    entries = desk.people._accounts.history("甲一")
    assert [(one.why["act"], one.who) for one in entries] == [
        ("made", "本机"),
        ("changed", "市管"),
        ("disabled", "市管"),
    ]
    assert desk.records.list() == []  # accounts stand in no list
    assert desk.log.verify() == ()


@pytest.mark.parametrize(
    ("account", "said"),
    [
        (Account(name="甲一", unit=A, roles=("seller",)), "已经有"),
        (Account(name="本机", unit=A, roles=("seller",)), "不能用作账号"),
        (Account(name="新来", unit="nowhere", roles=("seller",)), "没有“nowhere”这个单位"),
        (Account(name="新来", unit=A, roles=("king",)), "没有“king”这个角色"),
        (Account(name="新 来", unit=A), "没有选角色"),
    ],
)
def test_accounts_that_cannot_be(desk: Desk, account: Account, said: str) -> None:
    with pytest.raises(AccountRefused) as refused:
        desk.people.make(account, ROOT)
    assert said in str(refused.value)


def test_nobody_takes_the_keys_out_of_the_own_hands(desk: Desk) -> None:
    keeper = desk.people.named("市管")
    with pytest.raises(NotYourself):
        desk.people.disable("市管", keeper)
    with pytest.raises(NotYourself):
        desk.people.change("市管", keeper, title="", unit=CITY, roles=["reader"])


#: Who may handle whose account: row by row, (who, whose, may).
HANDLING = [
    ("市管", "甲一", True),
    ("市管", "东管", True),
    ("东管", "甲一", True),
    ("东管", "东一", True),
    ("东管", "丙一", False),
    ("东管", "市管", False),
    ("甲一", "甲二", False),
    ("甲一", "甲一", False),
    ("东一", "甲一", False),
    ("市查", "甲一", False),
    ("甲作", "甲一", False),
]


@pytest.mark.parametrize(("name", "whose", "may"), HANDLING)
def test_who_may_handle_whose_account(desk: Desk, name: str, whose: str, may: bool) -> None:
    who, people = desk.people.named(name), desk.people
    if may:
        assert whose in [line.name for line in people.lines(who)]
        people.reset(whose, who)
        return
    for refused in (
        lambda: people.reset(whose, who),
        lambda: people.disable(whose, who),
        lambda: people.enable(whose, who),
        lambda: people.change(whose, who, title="", unit=A, roles=["seller"]),
        lambda: desk.transfers.hand_over(whose, "甲二", who) if whose != name else people.reset(whose, who),
    ):
        with pytest.raises(NotYourAction):
            refused()
    assert (name, Did.REFUSED) in did(desk)
    assert whose not in [line.name for line in people.lines(who)] if name == "东管" else True


@pytest.mark.parametrize(
    ("unit", "role", "may"),
    [(A, "seller", True), (EAST, "area", True), (A, "keeper", False), (EAST, "reader", False)],
)
def test_nobody_gives_more_than_they_have(desk: Desk, unit: str, role: str, may: bool) -> None:
    account, who = Account(name="新来", unit=unit, roles=(role,)), desk.people.named("东管")
    if may:
        assert desk.people.make(account, who)
    else:
        with pytest.raises(AccountRefused):
            desk.people.make(account, who)


# -- persons -------------------------------------------------------------------------------------------------------

SEES = {
    "甲一": {A},
    "乙一": {B},
    "东一": {A, B, EAST},
    "东管": {A, B, EAST},
    "市管": {"", A, B, C, EAST, CITY},
    "市查": {"", A, B, C, EAST, CITY},
    "甲作": {A},
}


@pytest.mark.parametrize("name", SEES)
def test_what_each_sees(desk: Desk, name: str) -> None:
    person = desk.people.named(name)
    assert {unit for unit in ("", A, B, C, EAST, CITY) if person.sees(unit)} == SEES[name]
    assert (person.unit, person.roles) == STAFF[name]


def test_the_person_of_an_own_pc_may_everything() -> None:
    person = Person()
    assert person.scope == EVERYTHING
    assert person.sees("anything")
    assert person.may("whatever", "anywhere")
    assert Person("x", rights=()).scope == Scope("", Reach.OWN)
    assert not Person("x", rights=()).may("fill")


def test_a_deputy_may_what_the_absent_may_on_those_days(desk: Desk, clock: Clock) -> None:
    hire(desk, "甲三", A, "maker")
    today = clock.now.date()
    assert not desk.people.named("甲三").may("fill", A)
    desk.people.set_deputies("甲一", [Deputy("甲三", today, today + timedelta(days=1))], desk.people.named("甲一"))
    standing_in = desk.people.named("甲三")
    assert standing_in.may("fill", A)
    assert not standing_in.may("fill", B)
    assert (standing_in.name, standing_in.scope) == ("甲三", Scope(A, Reach.OWN))
    clock.now += timedelta(days=2)
    assert not desk.people.named("甲三").may("fill", A)


def test_who_cannot_stand_in(desk: Desk) -> None:
    who = desk.people.named("甲一")
    day = date(2026, 12, 24)
    for name in ("乙一", "甲一"):
        with pytest.raises(AccountRefused):
            desk.people.set_deputies("甲一", [Deputy(name, day, day)], who)
    with pytest.raises(AccountUnknown):
        desk.people.set_deputies("甲一", [Deputy("没有", day, day)], who)
    with pytest.raises(NotYourAction):
        desk.people.set_deputies("甲二", [], who)
    with pytest.raises(AccountRefused):
        desk.people.set_deputies("甲一", [Deputy("甲二", day, day - timedelta(days=1))], who)


# -- handing over --------------------------------------------------------------------------------------------------


def test_all_cases_of_a_person_go_to_another(desk: Desk) -> None:
    first, second = desk.people.named("甲一"), desk.people.named("甲二")
    own = [desk.records.create("order", first) for _ in range(3)]
    other = desk.records.create("order", second)
    desk.records.hand_over(own[0], "乙一", first)  # no longer theirs
    given = desk.records.create("order", second)
    desk.records.hand_over(given, "甲一", second)
    assert desk.transfers.hand_over("甲一", "甲二", desk.people.named("市管")).count == 3
    owners = {line.id: line.owner for line in desk.records.list()}
    assert owners == {own[0]: "乙一", own[1]: "甲二", own[2]: "甲二", given: "甲二", other: ""}
    assert desk.transfers.hand_over("甲一", "甲二", first).count == 0


def test_cases_do_not_go_to_who_cannot_see_them(desk: Desk) -> None:
    record = desk.records.create("order", desk.people.named("甲一"))
    with pytest.raises(CannotSee) as refused:
        desk.transfers.hand_over("甲一", "乙一", ROOT)
    assert "甲店" in str(refused.value)
    assert desk.records.list()[0].id == record
    assert desk.records.list()[0].owner == ""


# -- units ---------------------------------------------------------------------------------------------------------


def test_a_unit_is_called_otherwise_and_closed_once_nobody_is_there(desk: Desk) -> None:
    keeper = desk.people.named("东管")
    path = desk.people.add_unit(EAST, "shop-7", "七店", keeper)
    desk.people.change_unit(path, " 七号 店 ", keeper)
    assert desk.people.offices.units()[path] == "七号 店"
    desk.people.make(Account(name="七一", unit=path, roles=("seller",)), ROOT)
    with pytest.raises(UnitRefused, match="七一 等 1 个账号还在用"):
        desk.people.change_unit(path, "七号店", keeper, closed=True)
    desk.people.disable("七一", ROOT)
    desk.people.change_unit(path, "七号店", keeper, closed=True)
    assert desk.people.offices.title(path) == "七号店"
    with pytest.raises(AccountRefused, match="没有"):
        desk.people.make(Account(name="七二", unit=path, roles=("seller",)), ROOT)
    with pytest.raises(UnitRefused):
        desk.people.add_unit(path, "x", "里间", ROOT)
    desk.people.change_unit(path, "七号店", keeper)
    desk.people.make(Account(name="七二", unit=path, roles=("seller",)), ROOT)
    for unit, title in ((EAST, "东片"), (path, " ")):
        with pytest.raises(UnitRefused):
            desk.people.change_unit(unit, title, ROOT)
    with pytest.raises(NotYourAction):
        desk.people.change_unit(path, "八店", desk.people.named("甲一"))


def test_units_are_added_below_those_of_the_pack(desk: Desk) -> None:
    path = desk.people.add_unit(EAST, "shop-9", "九店", desk.people.named("东管"))
    assert desk.people.offices.units()[path] == "九店"
    assert desk.people.offices.title(f"{path}/deeper") == "九店"
    hire(desk, "九一", path, "seller")
    assert desk.people.named("东一").sees(path)
    for above, key, title in ((EAST, "shop-9", "又一个"), ("nowhere", "x", "x"), (EAST, "a b", "x"), (EAST, "d", " ")):
        with pytest.raises(UnitRefused):
            desk.people.add_unit(above, key, title, ROOT)
    with pytest.raises(NotYourAction):
        desk.people.add_unit("city/west", "x", "x", desk.people.named("东管"))


# -- the log and the settings --------------------------------------------------------------------------------------


def test_whatever_is_logged_has_its_words(desk: Desk) -> None:
    assert WORDS.keys() == set(Did)
    desk.log.note(ROOT, Did.PRINTED, record="r1", what="汇总单", why="长" * 900)
    line = desk.log.lines()[0]
    assert (line.record, line.what, len(line.why)) == ("r1", "汇总单", 500)


@pytest.mark.parametrize(
    ("name", "value"),
    [("ONEFILL_PEOPLE", "account"), ("ONEFILL_PEOPLE_MINUTES", "0"), ("ONEFILL_PEOPLE_MINUTES", "lang")],
)
def test_a_setting_that_means_nothing_lets_nobody_in(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingUnknown):
        Settings.from_environment()


def test_by_default_nobody_signs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONEFILL_PEOPLE", raising=False)
    assert Settings.from_environment().people == "none"
    monkeypatch.setenv("ONEFILL_PEOPLE", "accounts")
    monkeypatch.setenv("ONEFILL_HOSTS", "One.example, two.example")
    settings = Settings.from_environment()
    assert (settings.people, settings.hosts) == ("accounts", ("one.example", "two.example"))


# -- at an identity provider ---------------------------------------------------------------------------------------


def test_whom_a_provider_has_proved_is_signed_in_as_the_account_that_says_so(desk: Desk) -> None:
    assert desk.people.make(Account(name="新来", unit=A, roles=("seller",), subject="s-1"), ROOT) == ""
    signed = desk.people.session(desk.people.sign_in_proved("s-1"))
    assert (signed.person.name, signed.must_change) == ("新来", False)
    with pytest.raises(SignInRefused):
        desk.people.sign_in("新来", "")
    for stranger in ("", "S-1", "s-2", "新来", "x" * 300):
        with pytest.raises(SubjectUnknown):
            desk.people.sign_in_proved(stranger)
    desk.people.disable("新来", ROOT)
    with pytest.raises(AccountDisabled):
        desk.people.sign_in_proved("s-1")
    assert [line.did for line in desk.log.lines()].count(Did.SIGN_IN_REFUSED) == 7


def test_a_subject_is_one_persons(desk: Desk) -> None:
    desk.people.bind("甲一", "s-1", ROOT)
    token = desk.people.sign_in_proved("s-1")
    desk.people.bind("甲一", "s-1", ROOT)  # the same again is no mistake
    with pytest.raises(SignedOut):
        desk.people.session(token)
    with pytest.raises(AccountRefused, match="已经是另一个账号的"):
        desk.people.bind("甲二", "s-1", ROOT)
    with pytest.raises(AccountRefused, match="已经是另一个账号的"):
        desk.people.make(Account(name="新来", unit=A, roles=("seller",), subject="s-1"), ROOT)
    for wrong in ("x" * 256, "a\nb", "\u202e"):
        with pytest.raises(AccountRefused, match="统一身份认证编号"):
            desk.people.bind("甲二", wrong, ROOT)
    with pytest.raises(NotYourAction):
        desk.people.bind("甲一", "s-2", desk.people.named("甲二"))
    desk.people.bind("甲一", "", ROOT)
    with pytest.raises(SubjectUnknown):
        desk.people.sign_in_proved("s-1")
    desk.people.bind("甲二", "s-1", ROOT)
    assert desk.people.session(desk.people.sign_in_proved("s-1")).person.name == "甲二"


def test_nobody_takes_over_an_account_that_reaches_further(desk: Desk) -> None:
    hire(desk, "全管", EAST, "keeper")
    area = desk.people.named("东管")
    with pytest.raises(AccountRefused, match="管得还宽"):
        desk.people.reset("全管", area, PASSWORD)
    with pytest.raises(AccountRefused, match="管得还宽"):
        desk.people.bind("全管", "s-1", area)
    assert desk.people.session(desk.people.sign_in("全管", PASSWORD)).person.name == "全管"
    assert desk.people.reset("全管", desk.people.named("市管"))
