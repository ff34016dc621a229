"""An institution with two classes, its district and its city, brought to where any order of acts may begin."""

import atexit
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from onefill.service import Desk
from onefill.service.shapes import Person
from samples import resolve, sample_records
from tests.desks import NOW, Clock, load, make_desk
from tests.reviews.foshan import (
    CITY,
    CLERK,
    LEADER,
    OFFICER,
    PEOPLE,
    RESPONSIBLE,
    approve_application,
    code_class,
    file_class,
    hand_in_all,
    looked_at,
    part_of_class,
)

#: Everybody, and a second one of those of whom two are wanted.
_ALL = (*PEOPLE.values(), replace(LEADER, name="陈区长"), replace(CITY, name="吴市局"))
ALL: Mapping[str, Person] = {one.name: one for one in _ALL}
ADMINISTRATOR = PEOPLE["administrator"]
#: Before the sample's class begins: what is granted on this day holds on its first.
GRANTED = NOW.replace(year=2026, month=10, day=20)
#: Of no institution in the pack's table of what was granted before there was a register.
USCC = "52440604MJM0000188"
#: How far everything is when whatever order begins.
BEGUN = ("applying", "draft", "filed", "asked", "coded", "registered", "archived")


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A folder with data of everything that was begun, and the ids that are alike in all of them."""

    folder: Path
    ids: Mapping[str, str]
    first: str
    other: str


def desk_in(folder: Path, clock: Clock, mark: str) -> Desk:
    """A desk over a folder; none of its ids is one of those that another desk there has given."""
    numbers = count(1)
    return make_desk(folder, store="", inspect=looked_at, clock=clock, make_id=lambda: f"{mark}{next(numbers):08d}")


@cache
def begun() -> Begun:
    """Data of everything, with two classes of ten that have nobody in common."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    clock = Clock(GRANTED)
    desk = desk_in(folder / "all", clock, "b")
    ids = load(desk, "application")
    desk.records.set(ids["institution"], "uscc", USCC, CLERK)
    hand_in_all(desk, ids["application"], "apply")
    first, other = (part_of_class(desk, ids, place) for place in (0, 1))
    for name in BEGUN:
        clock.now = GRANTED if name in ("applying", "draft") else NOW
        _bring(desk, name, ids["application"], first, other)
        shutil.copytree(folder / "all", folder / name)
    desk.store.close()
    return Begun(folder=folder, ids=ids, first=first, other=other)


def _bring(desk: Desk, name: str, application: str, first: str, other: str) -> None:
    """Bring the first class from where the one before left it."""
    act = desk.reviews.act
    match name:
        case "draft":
            approve_application(desk, application, GRANTED.date())
            for record, phase in ((first, "filing"), (first, "certificates"), (other, "filing")):
                hand_in_all(desk, record, phase)
        case "filed":
            file_class(desk, first)
        case "asked":
            act(first, "submit_certificates", RESPONSIBLE, declared=True)
        case "coded":
            act(first, "withdraw_certificates", CLERK)
            code_class(desk, first)
        case "registered":
            act(first, "register_certificates", OFFICER)
        case "archived":
            hand_in_all(desk, first, "archive")
            act(first, "close_archive", CLERK, declared=True)


def inspected(record: str, measures: Sequence[str]) -> dict[str, Any]:
    """What an inspector writes of a class in which something bad was found."""
    sample = next(one for one in sample_records() if one.name == "inspection")
    facts: dict[str, Any] = resolve(sample.data, {"class_50": record})
    return facts | {
        "has_problem": "是",
        "problems": ["骗取培训补贴资金"],
        "problem_note": "虚报课时",
        "decision": ["责令限期整改", *measures],
        "due_date": "2027-01-20",
        "present": 9,
        "leave": 1,
        "method": ["现场检查"],
    }


def recalled(record: str, code: str, day: str, misuse: str) -> dict[str, Any]:
    """What an inspector writes of a certificate that was come by unlawfully, or whose code is wrong."""
    return {
        "training_class": record,
        "cert_no": code,
        "found_on": day,
        "misuse": misuse,
        "misuse_facts": "持证人把证书借给他人应聘。",
        "admonished": "已进行",
        "paper_back": "已交回",
    }


def lost(record: str, code: str, day: str) -> dict[str, Any]:
    """What is written down for somebody who has lost a certificate."""
    return {
        "training_class": record,
        "cert_no": code,
        "apply_date": day,
        "reason": "遗失",
        "reason_note": "搬家时遗失。",
        "holder_mobile": "13800138000",
    }
