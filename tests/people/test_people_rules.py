"""The rules about people: rights, passwords, lock-out, sessions, deputies, four eyes; the clock is handed in."""

import secrets
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefill.people import (
    EVERY_RIGHT,
    Account,
    Attempts,
    Deputy,
    Lockout,
    Passwords,
    Reach,
    Right,
    RoleFacts,
    Session,
    SessionRules,
    check_account,
    check_password,
    deputies_on,
    digest_of,
    new_token,
    one_time_password,
    rights_of,
    widest,
)

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
QUICK = Passwords((64, 1))
ROLES = {
    "filler": RoleFacts("填表", Reach.OWN, frozenset({"fill", "print"})),
    "looker": RoleFacts("看", Reach.BELOW, frozenset({"return"})),
    "keeper": RoleFacts("管", Reach.ALL, frozenset({"accounts"})),
}

# -- rights --------------------------------------------------------------------------------------------------------

REACHES = [
    # right, unit, covered
    (Right("city/east", Reach.OWN), "city/east", True),
    (Right("city/east", Reach.OWN), "city/east/school", False),
    (Right("city/east", Reach.OWN), "city", False),
    (Right("city/east", Reach.OWN), "", False),
    (Right("city/east", Reach.BELOW), "city/east", True),
    (Right("city/east", Reach.BELOW), "city/east/school", True),
    (Right("city/east", Reach.BELOW), "city/eastern/school", False),
    (Right("city/east", Reach.BELOW), "city/west", False),
    (Right("city/east", Reach.BELOW), "", False),
    (Right("city/east", Reach.ALL), "", True),
    (Right("city/east", Reach.ALL), "elsewhere", True),
    (Right("", Reach.BELOW), "anything/below", True),
    (EVERY_RIGHT, "anything", True),
]


@pytest.mark.parametrize(("right", "unit", "covered"), REACHES)
def test_how_far_a_right_reaches(right: Right, unit: str, covered: bool) -> None:
    assert right.covers(unit) is covered


def test_roles_give_rights_at_the_unit_and_unknown_ones_none() -> None:
    rights = rights_of("city/east", ("filler", "keeper", "gone"), ROLES)
    assert [(one.unit, one.reach) for one in rights] == [("city/east", Reach.OWN), ("city/east", Reach.ALL)]
    assert rights[0].allows("fill")
    assert not rights[1].allows("fill")
    assert EVERY_RIGHT.allows("fill")


def test_the_widest_right_says_how_far_somebody_sees() -> None:
    assert widest(rights_of("city", ("filler", "looker"), ROLES), "city").reach is Reach.BELOW
    nothing = widest((), "city")
    assert (nothing.reach, nothing.allows("fill")) == (Reach.OWN, False)


def test_a_role_of_two_packs_allows_what_both_allow() -> None:
    met = ROLES["keeper"].meets(RoleFacts("别", Reach.OWN, frozenset({"accounts", "fill"})))
    assert (met.reach, met.actions) == (Reach.OWN, frozenset({"accounts"}))


# -- accounts ------------------------------------------------------------------------------------------------------


def codes(account: Account) -> set[str]:
    return {one.code for one in check_account(account, units=["city", "city/east"], roles=ROLES)}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"name": "陈"}, "NAME"),
        ({"name": "a b"}, "NAME"),
        ({"name": "../etc"}, "NAME"),
        ({"name": "字" * 21}, "NAME"),
        ({"title": "长" * 41}, "TITLE"),
        ({"unit": "city/west"}, "UNIT"),
        ({"unit": ""}, "UNIT"),
        ({"roles": ("filler", "king")}, "ROLE"),
        ({"roles": ()}, "NO_ROLE"),
        ({"deputies": (Deputy("李敏", date(2026, 12, 2), date(2026, 12, 1)),)}, "DAYS"),
    ],
)
def test_what_is_wrong_with_an_account(change: dict[str, object], code: str | None) -> None:
    account = Account(**{"name": "陈晓岚", "unit": "city/east", "roles": ("filler",), **change})  # type: ignore[arg-type]
    assert codes(account) == ({code} if code else set())


def test_a_deputy_acts_on_the_days_of_the_leave_only() -> None:
    leave = (Deputy("李敏", date(2026, 12, 1), date(2026, 12, 3)),)
    away = Account(name="陈晓岚", deputies=leave)
    gone = Account(name="王强", deputies=leave, disabled=True)
    found = {day: deputies_on([away, gone], "李敏", date(2026, 12, day)) for day in (1, 3, 4)}
    assert found == {1: [away], 3: [away], 4: []}
    assert deputies_on([away], "别人", date(2026, 12, 2)) == []


# -- passwords -----------------------------------------------------------------------------------------------------


def test_a_password_is_kept_as_a_hash_that_tells_nothing() -> None:
    kept, again = QUICK.hashed("红茶两杯-过桥"), QUICK.hashed("红茶两杯-过桥")
    assert kept.startswith("$argon2id$")
    assert kept != again
    assert QUICK.fits("红茶两杯-过桥", kept)
    assert not QUICK.fits("红茶两杯-过桥 ", kept)
    assert not QUICK.fits("", "")
    assert not QUICK.fits("nobody", "")
    assert not QUICK.fits("x", "no hash")
    assert QUICK.is_weak(Passwords((32, 1)).hashed("x"))
    assert not QUICK.is_weak(kept)


def test_full_width_letters_are_the_same_password() -> None:
    assert QUICK.fits("ｂridge-and-tea", QUICK.hashed("bridge-and-tea"))


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("红茶两杯过桥去看江边灯火", None),
        ("bridge-tea-river", None),
        ("short", "SHORT"),
        ("", "SHORT"),
        ("x" * 200, "LONG"),
        ("abababababab", "SAME"),
        ("Password2026!", "COMMON"),
        ("abcdefghijkl", "COMMON"),
        ("9876543210", "COMMON"),
        ("陈晓岚的密码是红茶两杯", "NAME"),
    ],
)
def test_rules_of_a_new_password(password: str, code: str | None) -> None:
    found = check_password(password, "陈晓岚")
    assert (code is None and not found) or code in {one.code for one in found}
    assert all(one.what and one.remedy for one in found)


def test_a_one_time_password_obeys_the_rules() -> None:
    made = {one_time_password(secrets.choice) for _ in range(50)}
    assert len(made) == 50
    assert all(len(one) == 19 and not {"0", "1", "i", "l", "o"} & set(one) for one in made)


# -- lock-out ------------------------------------------------------------------------------------------------------


def failing(rule: Lockout, times: int, now: datetime = NOW) -> Attempts:
    attempts = Attempts()
    for _ in range(times):
        attempts = rule.failed(attempts, now)
    return attempts


def test_the_fifth_wrong_password_locks_the_name_for_a_while() -> None:
    rule = Lockout()
    assert rule.locked_until(failing(rule, 4), NOW) is None
    locked = failing(rule, 5)
    assert rule.locked_until(locked, NOW) == NOW + 15 * MINUTE
    assert rule.locked_until(locked, NOW + 15 * MINUTE) is None


def test_whoever_goes_on_guessing_waits_longer_but_not_for_ever() -> None:
    rule, attempts, now, pauses = Lockout(), failing(Lockout(), 5), NOW, []
    for _ in range(8):
        assert attempts.until is not None
        now = attempts.until
        attempts = rule.failed(attempts, now)
        assert attempts.until is not None
        pauses.append(int((attempts.until - now) / MINUTE))
    assert pauses == [30, 60, 120, 240, 240, 240, 240, 240]


def test_old_mistakes_are_forgotten() -> None:
    rule = Lockout()
    assert rule.failed(failing(rule, 4), NOW + 16 * MINUTE).failures == 1
    assert rule.failed(failing(rule, 4), NOW + 14 * MINUTE).until is not None


@given(st.lists(st.integers(0, 3600), max_size=60))
def test_no_rhythm_of_guessing_gets_more_than_five_tries_in_a_quarter(gaps: list[int]) -> None:
    rule, attempts, now = Lockout(), Attempts(), NOW
    tries: list[datetime] = []
    for gap in gaps:
        now += timedelta(seconds=gap)
        if rule.locked_until(attempts, now) is None:
            attempts = rule.failed(attempts, now)
            tries.append(now)
    for first in tries:
        assert sum(first <= one < first + 15 * MINUTE for one in tries) <= 5


# -- sessions ------------------------------------------------------------------------------------------------------


def test_a_session_ends_half_an_hour_after_the_last_act_and_once_a_day() -> None:
    rules = SessionRules()
    session = Session(name="x", began=NOW, acted=NOW + 5 * MINUTE)
    assert rules.alive(session, NOW + 34 * MINUTE)
    assert not rules.alive(session, NOW + 35 * MINUTE)
    busy = Session(name="x", began=NOW, acted=NOW + 719 * MINUTE)
    assert rules.alive(busy, NOW + 719 * MINUTE)
    assert not rules.alive(busy, NOW + 720 * MINUTE)


def test_not_every_key_is_written_down() -> None:
    rules, session = SessionRules(), Session(name="x", began=NOW, acted=NOW)
    assert not rules.worth_noting(session, NOW + timedelta(seconds=29))
    assert rules.worth_noting(session, NOW + timedelta(seconds=30))


@pytest.mark.parametrize(("idle", "said"), [(30 * MINUTE, "半小时"), (5 * MINUTE, "5 分钟"), (MINUTE / 20, "3 秒")])
def test_why_one_is_signed_out(idle: timedelta, said: str) -> None:
    assert SessionRules(idle=idle).words == f"{said}没有操作，已退出。登录后接着填，内容都在"


def test_of_a_token_only_the_digest_is_kept() -> None:
    token = new_token(secrets.token_urlsafe)
    assert len(token) >= 40
    assert len(digest_of(token)) == 64
    assert token not in digest_of(token)
