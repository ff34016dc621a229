"""The recycle bin: nothing that was typed goes with it, nothing that was printed goes into it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from onefill.service import Desk
from onefill.service.errors import (
    ChangedMeanwhile,
    NameTooLong,
    NoName,
    PrintedBefore,
    RecordDeleted,
    RecordUnknown,
    StillUsed,
)
from store import EVERYTHING, Change
from tests.conftest import Loaded
from tests.desks import Clock, load, make_desk


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    return make_desk(tmp_path, clock=clock)


def leave(desk: Desk, name: str = "甲某") -> str:
    return desk.records.create("leave_request", desk.who(), {"applicant": name})


def ids(desk: Desk) -> set[str]:
    return {line.id for line in desk.records.list()}


def typed(desk: Desk, record: str, key: str) -> str:
    return next(f.shown for f in desk.records.fields(record, "request") if f.path == key)


def test_what_is_deleted_is_hidden_and_comes_back_as_it_was(desk: Desk) -> None:
    record, who = leave(desk), desk.who()
    desk.records.set(record, "reason", "探亲", who)
    assert desk.records.delete(record, who) == "甲某"
    assert ids(desk) == set()
    assert [(one.id, one.label, one.who, one.days_left) for one in desk.records.deleted()] == [
        (record, "甲某", who.name, 30)
    ]
    with pytest.raises(RecordDeleted, match=r"12月20日 09:00 删除.*恢复"):
        desk.records.state(record)
    with pytest.raises(RecordDeleted):
        desk.records.require(record)
    assert desk.records.undelete(record, who) == ("甲某", ())
    assert ids(desk) == {record}
    assert desk.records.deleted() == []
    assert typed(desk, record, "reason") == "探亲"


def test_twice_is_once(desk: Desk) -> None:
    record, who = leave(desk), desk.who()
    for _ in range(2):
        desk.records.delete(record, who)
    for _ in range(2):
        desk.records.undelete(record, who)
    assert [entry.kind for entry in desk.store.entries(record, EVERYTHING)] == ["version", "delete", "undelete"]
    desk.records.delete(record, who)
    assert ids(desk) == set()
    with pytest.raises(RecordUnknown):
        desk.records.delete("nobody", who)


def test_it_can_be_restored_for_thirty_days(desk: Desk, clock: Clock) -> None:
    record = leave(desk)
    desk.records.delete(record, desk.who())
    clock.now += timedelta(days=29, hours=23)
    assert [one.days_left for one in desk.records.deleted()] == [1]
    clock.now += timedelta(hours=1)
    assert desk.records.deleted() == []
    assert ids(desk) == set()


@pytest.mark.parametrize("printed", [True, False])
def test_what_was_printed_or_kept_as_a_version_stays(desk: Desk, printed: bool) -> None:
    record = leave(desk)
    if printed:
        desk.documents.file(record, "leave_paper", ".docx", desk.who())
    else:
        desk.records.keep_version(record, desk.who(), "给主管看的")
    with pytest.raises(PrintedBefore, match=r"甲某.*12月20日印过或留过版本（第 [12] 版）"):
        desk.records.delete(record, desk.who())
    assert ids(desk) == {record}


def test_what_others_point_to_stays(small: Loaded) -> None:
    desk, who = small.desk, small.desk.who()
    teacher = next(line.id for line in desk.records.list("teacher"))
    with pytest.raises(StillUsed, match=r"还有 \d+ 个办件用着.*先在那里换成别的"):
        desk.records.delete(teacher, who)
    fresh = desk.records.create("teacher", who, {"name": "新来的"})
    desk.records.delete(fresh, who)
    assert fresh not in ids(desk)


def test_a_restored_record_says_what_it_points_to_is_still_in_the_bin(desk: Desk) -> None:
    who = desk.who()
    school = desk.records.create("institution", who, {"inst_name": "样例学校"})
    teacher = desk.records.create("teacher", who, {"name": "李某", "institution": school})
    desk.records.delete(teacher, who)
    desk.records.delete(school, who)
    assert desk.records.undelete(teacher, who) == ("李某", ("样例学校",))


def test_a_link_no_longer_offers_what_is_deleted(desk: Desk) -> None:
    who = desk.who()
    school = desk.records.create("institution", who, {"inst_name": "样例学校"})
    teacher = desk.records.create("teacher", who, {"name": "李某"})
    desk.records.delete(school, who)
    [field] = [f for f in desk.records.fields(teacher, "basics") if f.path == "institution"]
    assert field.options == ()


# -- two windows -------------------------------------------------------------------------------------------------


def test_what_was_typed_since_one_looked_is_not_deleted(desk: Desk) -> None:
    record, who = leave(desk), desk.who()
    seen = desk.records.state(record).change
    desk.records.set(record, "reason", "探亲", who, window="other", sequence=1)
    with pytest.raises(ChangedMeanwhile, match=r"没有删除.*09:00 又有人改过"):
        desk.records.delete(record, who, seen=seen)
    desk.records.delete(record, who, seen=desk.records.state(record).change)
    assert ids(desk) == set()


def test_typing_into_a_deleted_record_is_kept_and_brings_it_back(desk: Desk) -> None:
    record, who = leave(desk), desk.who()
    desk.records.delete(record, who)
    desk.records.set(record, "reason", "探亲", who, window="other", sequence=1)
    assert ids(desk) == {record}
    assert desk.records.deleted() == []
    assert typed(desk, record, "reason") == "探亲"
    assert typed(desk, record, "applicant") == "甲某"


def test_rows_too(desk: Desk) -> None:
    record, who = leave(desk), desk.who()
    desk.records.delete(record, who)
    desk.records.add_row(record, "periods", who, {"first_day": "20261221"})
    assert ids(desk) == {record}
    assert len(desk.records.rows(record, "periods")) == 1


@pytest.mark.parametrize("drafted", [False, True])
def test_another_process_types_while_it_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drafted: bool
) -> None:
    here, there = (make_desk(tmp_path, store="", clock=Clock()) for _ in range(2))
    record, who = leave(here), here.who()
    if drafted:
        here.records.set(record, "phone", "13800000000", who)
    there.records.state(record)
    append, faster = here.store.append, iter([True])

    def late(*told: Any) -> Any:
        if next(faster, False):
            there.records.set(record, "reason", "探亲", who, window="there", sequence=1)
        return append(*told)

    monkeypatch.setattr(here.store, "append", late)
    with pytest.raises(ChangedMeanwhile):
        here.records.delete(record, who)
    for desk in (here, there):
        assert ids(desk) == {record}
        assert typed(desk, record, "reason") == "探亲"
        desk.store.close()


@pytest.mark.parametrize("drafted", [False, True])
def test_another_process_deletes_while_one_types(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drafted: bool
) -> None:
    here, there = (make_desk(tmp_path, store="", clock=Clock()) for _ in range(2))
    record, who = leave(here), here.who()
    if drafted:
        here.records.set(record, "phone", "13800000000", who)
    here.records.state(record)
    keep, first = here.store.set_draft, iter([True])

    def late(*told: Any) -> Any:
        if next(first, False):
            there.records.delete(record, who)
        return keep(*told)

    monkeypatch.setattr(here.store, "set_draft", late)
    here.records.set(record, "reason", "探亲", who, window="here", sequence=1)
    for desk in (here, there):
        assert ids(desk) == {record}
        assert typed(desk, record, "reason") == "探亲"
        desk.store.close()


def test_whoever_was_cut_off_before_it_came_back_finds_it_back(desk: Desk) -> None:
    record, who = leave(desk), desk.who()
    desk.records.delete(record, who)
    desk.store.set_draft(record, [Change("reason", "探亲")], EVERYTHING, who.name)  # and then the power fails
    assert desk.records.deleted() == []
    assert ids(desk) == {record}
    assert typed(desk, record, "reason") == "探亲"


# -- whose it is -------------------------------------------------------------------------------------------------


def test_a_record_is_handed_over(desk: Desk) -> None:
    record, who = leave(desk), desk.who()
    assert desk.records.hand_over(record, "  陈 晓岚 ", who) == "甲某"
    assert desk.records.state(record).owner == "陈 晓岚"
    assert [line.owner for line in desk.records.list()] == ["陈 晓岚"]
    entry = desk.store.latest(record, EVERYTHING)
    assert (entry.kind, entry.who, entry.summary.owner) == ("hand-over", who.name, "陈 晓岚")
    desk.records.hand_over(record, "陈 晓岚", who)
    assert desk.store.latest(record, EVERYTHING).n == entry.n
    with pytest.raises(NoName):
        desk.records.hand_over(record, " ", who)
    with pytest.raises(NameTooLong):
        desk.records.hand_over(record, "陈" * 500, who)
    assert desk.records.state(record).owner == "陈 晓岚"


def test_whose_it_is_stays_through_typing_versions_and_the_bin(desk: Desk) -> None:
    record, who = leave(desk), desk.who()
    desk.records.hand_over(record, "陈晓岚", who)
    desk.records.set(record, "reason", "探亲", who)
    desk.records.delete(record, who)
    desk.records.undelete(record, who)
    desk.records.keep_version(record, who)
    assert desk.records.state(record).owner == "陈晓岚"


# -- searching ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["oyz", "OYZ", "欧阳喆", "欧阳"])
def test_names_are_found_by_their_first_letters(desk: Desk, asked: str) -> None:
    record = leave(desk, "欧阳喆")
    leave(desk, "司徒翀")
    assert [line.id for line in desk.records.list(text=asked)] == [record]


@pytest.mark.parametrize(("name", "letters"), [("曾强", "zq"), ("单晓", "sx"), ("重庆", "cq"), ("区锦华", "ojh")])
def test_names_are_found_however_they_are_read(desk: Desk, name: str, letters: str) -> None:
    record = leave(desk, name)
    assert [line.id for line in desk.records.list(text=letters)] == [record]


def test_private_values_are_found_by_nothing(small: Loaded) -> None:
    desk = small.desk
    row = desk.records.row(small.ids["class_50"], "trainees", "r1")
    hidden = next(field.shown for field in row if field.path.endswith("id_no"))
    assert desk.records.list(text=hidden) == []


def test_samples_deleted_come_back_when_loaded_again(desk: Desk) -> None:
    record = load(desk, "leave_request")["leave_request"]
    desk.records.delete(record, desk.who())
    desk.load_samples()
    assert record in ids(desk)
