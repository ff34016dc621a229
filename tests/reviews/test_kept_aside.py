"""What lies beside the facts: kept by restoring, left out of copies; records that were handed in are not deleted."""

from pathlib import Path

import pytest

from onefill.errors import OneFillError
from onefill.reviews.errors import NotNow
from onefill.service import Desk
from onefill.service.cases import SectionLocked
from tests.desks import ROOT, make_desk
from tests.reviews.test_one_step import CHIEF, CLERK, filled, handed_in, scan, stage


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def test_restoring_leaves_where_it_stands(desk: Desk) -> None:
    record = filled(desk)
    first = desk.records.keep_version(record, CLERK, "先留一版")
    handed_in(desk, record)
    with pytest.raises(SectionLocked):
        desk.records.set(record, "reason", "改", CLERK)
    desk.reviews.act(record, "take_back", CLERK)
    desk.records.set(record, "reason", "换个事由", CLERK)
    desk.history.restore(record, first, CLERK)
    assert next(one.shown for one in desk.records.fields(record, "request") if one.path == "reason") == "探亲"
    assert desk.reviews.state(record, CLERK).phase("whole").round == 1
    assert desk.materials.state(record, desk.who()).checklist.items[0].files


def test_what_was_handed_in_is_not_restored_over(desk: Desk) -> None:
    record = filled(desk)
    first = desk.records.keep_version(record, CLERK, "先留一版")
    desk.records.set(record, "reason", "换个事由", CLERK)
    desk.materials.supply(record, "signed_paper", scan(), "请假单.png", CLERK)
    desk.reviews.act(record, "ask_leave", CLERK, declared=True)
    with pytest.raises(SectionLocked):
        desk.history.restore(record, first, CLERK)


def test_a_copy_begins_anew(desk: Desk) -> None:
    record = filled(desk)
    handed_in(desk, record)
    copy = desk.records.copy(record, CLERK).id
    assert stage(desk, copy) == "draft"
    assert not desk.materials.state(copy, desk.who()).checklist.items[0].files


def test_what_was_handed_in_is_not_deleted(desk: Desk) -> None:
    record = filled(desk)
    handed_in(desk, record)
    desk.reviews.act(record, "take_back", CLERK)
    with pytest.raises(OneFillError, match="不能删除"):
        desk.records.delete(record, CLERK)


def test_a_stage_that_the_form_has_no_more(tmp_path: Path) -> None:
    forms = tmp_path / "forms"
    for name in ("pack.yaml", "leave_request.yaml"):
        target = forms / "demo" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / "forms/demo" / name).read_bytes())
    desk = make_desk(tmp_path / "data", forms=forms)
    record = filled(desk)
    handed_in(desk, record)
    path = forms / "demo/leave_request.yaml"
    text = path.read_text("utf-8").replace("leave_asked", "leave_waiting")
    path.write_text(text, "utf-8")
    desk.authoring.look()
    standing = desk.reviews.state(record, CHIEF).phase("whole")
    assert "已没有这个环节" in standing.title
    assert desk.reviews.state(record, CHIEF).moves == ()
    with pytest.raises(NotNow, match="已没有这个环节"):
        desk.reviews.act(record, "give_leave", CHIEF)
