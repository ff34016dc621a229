"""An account: a name that is never another person's, where its person works, what the roles are."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from onefill.problems import FieldPlace, Problem

LONGEST_NAME = 20
LONGEST_TITLE = 40
#: OpenID Connect allows a subject no more.
LONGEST_SUBJECT = 255
_NAME = re.compile(r"[^\s/\\:@<>\"'&\x00-\x1f\x7f]{2,20}")


@dataclass(frozen=True)
class Deputy:
    """Who acts for somebody who is on leave, both days included."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account as it is now.

    Attributes:
        name: What its person signs in with and what entries say; it never changes and is never given again.
        title: What the person is there, as screens show it beside the name.
        unit: Path of the unit.
        roles: Keys of roles.
        subject: Who this is to an identity provider: the value of the claim it tells people apart by; empty if none.
        password: Hash of the password; empty if there is none yet.
        must_change: Whether the password has been seen by somebody else and must be changed at sign-in.
        disabled: Whether it is out of use.
        deputies: Who acts for this person, and when.
    """

    name: str
    title: str = ""
    unit: str = ""
    roles: tuple[str, ...] = ()
    subject: str = ""
    password: str = ""
    must_change: bool = False
    disabled: bool = False
    deputies: tuple[Deputy, ...] = ()


def check_account(account: Account, *, units: Collection[str], roles: Collection[str]) -> list[Problem]:
    """All that is wrong with an account.

    Args:
        account: As it shall be.
        units: Paths of all units there are.
        roles: Keys of all roles there are.
    """
    return list(_faults(account, units, roles))


def _faults(account: Account, units: Collection[str], roles: Collection[str]) -> Iterator[Problem]:
    if not _NAME.fullmatch(account.name):
        yield _problem("name", "NAME", "名字要 2 到 20 个字，中间没有空格和标点", "例 陈晓岚")
    if len(account.title) > LONGEST_TITLE:
        yield _problem("title", "TITLE", f"职务超过 {LONGEST_TITLE} 个字", "写短一些")
    if len(account.subject) > LONGEST_SUBJECT or not account.subject.isprintable():
        yield _problem("subject", "SUBJECT", "统一身份认证编号太长，或有看不见的字符", "照认证系统里的抄一遍")
    if account.unit not in units:
        yield _problem("unit", "UNIT", f"没有“{account.unit}”这个单位", "从单位列表里选，或先加单位")
    unknown = [role for role in account.roles if role not in roles]
    if unknown:
        yield _problem("roles", "ROLE", f"没有“{'、'.join(unknown)}”这个角色", f"可以选 {'、'.join(sorted(roles))}")
    if not account.roles:
        yield _problem("roles", "NO_ROLE", "没有选角色", "至少选一个")
    yield from (
        _problem("deputies", "DAYS", f"代理人{one.name}的结束日早于开始日", "改一改日期")
        for one in account.deputies
        if one.last < one.first
    )


def deputies_on(accounts: Iterable[Account], name: str, day: date) -> list[Account]:
    """For whom somebody acts on a day; whoever is disabled has nobody act for them."""
    return [
        one
        for one in accounts
        if not one.disabled and any(d.name == name and d.first <= day <= d.last for d in one.deputies)
    ]


def _problem(field: str, code: str, what: str, remedy: str) -> Problem:
    return Problem(place=FieldPlace(field), code=code, what=what, remedy=remedy)
