"""One approval in YAML only, from the draft through a return to the end."""

import pytest

from onefill.errors import OneFillError
from onefill.reviews import RemarkState
from onefill.reviews.errors import (
    FourEyes,
    GuardFailed,
    NotDeclared,
    NothingToReturn,
    NotNow,
    NotYours,
    OpenedAlready,
    ReasonForLateRemark,
    RemarksOpen,
    StageMoved,
    StillToMend,
)
from onefill.service import Desk, Person
from onefill.service.cases import SectionLocked
from tests.desks import memory_desk

CLERK = Person(name="李静", roles=("colleague",))
CHIEF = Person(name="王主管", roles=("manager",))


@pytest.fixture
def desk(tmp_path) -> Desk:
    return memory_desk(tmp_path)


@pytest.fixture
def leave(desk: Desk) -> str:
    record = desk.records.create("leave_request", CLERK)
    typed = {
        "applicant": "李静",
        "department": "办公室",
        "leave_kind": "年假",
        "reason": "探亲",
        "request_date": "2026-12-18",
    }
    for path, value in typed.items():
        desk.records.set(record, path, value, CLERK)
    desk.records.add_row(record, "periods", CLERK, {"first_day": "2026-12-21", "stand_in": "陈晓"})
    return record
