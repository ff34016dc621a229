"""A desk with units of its own, roles and people, for every test of this room."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from onefill.people import Account, Lockout, Passwords
from onefill.service.desk import Desk, Settings, SignIn, open_desk
from onefill.service.shapes import Person
from tests.desks import Clock, no_html, no_office
from tests.ui.desk import CUSTOMER, ORDER

PACK = """\
pack: shop
title: 小店
forms: [order, customer, wish]
cases: [order]
menus:
  - {title: 客户, forms: [customer]}
units:
  - key: city
    title: 市里
    below:
      - key: east
        title: 东区
        below:
          - {key: a, title: 甲店}
          - {key: b, title: 乙店}
      - {key: west, title: 西区, below: [{key: c, title: 丙店}]}
roles:
  - {key: seller, title: 店员, reach: own, actions: [fill, print]}
  - {key: looker, title: 区里, reach: below, actions: [return, approve]}
  - {key: area, title: 区里管账号, reach: below, actions: [accounts]}
  - {key: keeper, title: 管账号, reach: all, actions: [accounts]}
  - {key: reader, title: 查记录, reach: all, actions: [read_log]}
  - {key: maker, title: 做表单, reach: own, actions: [define]}
"""
#: A form that the district decides upon, so that it has a queue.
WISH = """\
form: wish
title: 申请进货
label: "{{ what }}"
sections:
  - key: basics
    title: 基本信息
    fields:
      - {key: what, label: 进什么, required: true}
stages:
  - {key: wished, title: 等区里看, holder: office}
  - {key: given, title: 同意, holder: done, passed: true}
actions:
  - {key: wish, title: 交给区里, kind: submit, from: [draft], to: wished, by: [seller]}
  - {key: give, title: 同意, kind: pass, from: [wished], to: given, by: [looker]}
"""
A, B, C, EAST, CITY = "city/east/a", "city/east/b", "city/west/c", "city/east", "city"
PASSWORD = "红茶两杯过桥去看灯火"
#: Who works where, as what.
STAFF = {
    "甲一": (A, ("seller",)),
    "甲二": (A, ("seller",)),
    "乙一": (B, ("seller",)),
    "丙一": (C, ("seller",)),
    "东一": (EAST, ("looker",)),
    "东管": (EAST, ("area",)),
    "市管": (CITY, ("keeper",)),
    "市查": (CITY, ("reader",)),
    "甲作": (A, ("maker",)),
}
ROOT = Person()


def a_shop(
    folder: Path,
    *,
    clock: Clock | None = None,
    people: SignIn = "accounts",
    present: Callable[[], Person] = Person,
    staff: bool = True,
    store: str = "memory:",
    idle: timedelta = timedelta(minutes=30),
    html: Callable[[str], bytes] = no_html,
    whence: Callable[[], str] = lambda: "",
) -> Desk:
    """A desk over a small pack with units, roles and people whose password is ``PASSWORD``."""
    pack = folder / "forms" / "shop"
    if not pack.exists():
        pack.mkdir(parents=True)
        for name, text in (("pack", PACK), ("order", ORDER), ("customer", CUSTOMER), ("wish", WISH)):
            (pack / f"{name}.yaml").write_text(text, encoding="utf-8")
        (folder / "templates" / "shop").mkdir(parents=True)
    settings = Settings(
        data=folder / "data",
        forms=folder / "forms",
        templates=folder / "templates",
        store=store,
        people=people,
        idle=idle,
    )
    desk = open_desk(
        settings,
        now=clock or Clock(),
        engine=no_office,
        html=html,
        present=present,
        passwords=Passwords((64, 1)),
        lockout=Lockout(),
        whence=whence,
    )
    if staff and not desk.people.any():
        for name, (unit, roles) in STAFF.items():
            hire(desk, name, unit, *roles)
    return desk


def hire(desk: Desk, name: str, unit: str, *roles: str) -> Person:
    """One more person."""
    desk.people.make(Account(name=name, title=f"{name}的职务", unit=unit, roles=roles), ROOT, PASSWORD)
    return desk.people.named(name)


def at(unit: str, person: Person) -> Person:
    """The same person elsewhere."""
    return replace(person, unit=unit)
