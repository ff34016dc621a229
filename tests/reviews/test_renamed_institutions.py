"""An institution changes its name and address: what was agreed to stays so, what comes later has the new name."""

from collections.abc import Mapping

from onefill.materials import Standing
from onefill.service import Desk
from onefill.service.shapes import Person
from tests.desks import load
from tests.reviews.foshan import CLERK, LEADER, OFFICER, RESPONSIBLE, file_class, items, part_of_class, pass_application

RENAMED = "佛山市新名称职业培训学校"
SEALED_ANEW = {"plan_scan", "roster_scan"}


def rename(desk: Desk, ids: Mapping[str, str]) -> None:
    """The name, the address and the title of a teacher: all of it stands on the sealed form."""
    desk.records.set(ids["institution"], "inst_name", RENAMED, CLERK)
    desk.records.set(ids["institution"], "address", "佛山市禅城区新址一号", CLERK)
    desk.records.set(ids["teacher_1"], "title", "高级讲师", CLERK)


def stopping(desk: Desk, record: str, phase: str, who: Person = CLERK) -> list[str]:
    return [one.said for one in desk.reviews.blockers(record, phase, who) if one.stops]


def old(desk: Desk, record: str, phase: str) -> set[str]:
    """Items whose files are told to be older than the facts."""
    return {key for key, one in items(desk, record, phase).items() if one.standing in (Standing.STALE, Standing.OLD)}


def called(desk: Desk, record: str) -> str:
    return next(one.shown for one in desk.records.fields(record, "basics") if one.path == "institution")


def test_a_sealed_consent_is_kept_whatever_the_institution_is_called_since(desk: Desk) -> None:
    known = load(desk, "application")
    asked = known["application"]
    pass_application(desk, asked)
    rename(desk, known)
    assert [stopping(desk, asked, phase) for phase in ("apply", "approved")] == [[], []]
    assert [old(desk, asked, phase) for phase in ("apply", "approved")] == [set(), set()]
    desk.reviews.act(asked, "send_approved", CLERK)
    desk.reviews.act(asked, "keep_approved", OFFICER)
    new = part_of_class(desk, known, 0)
    assert not items(desk, new, "filing")["approved_form_copy"].lacking
    assert [called(desk, one) for one in (asked, new)] == ["佛山市样例职业培训学校", RENAMED]


def test_what_was_filed_is_not_old_until_a_change_of_it_is_granted(desk: Desk, ids: dict[str, str]) -> None:
    filed = part_of_class(desk, ids, 0)
    file_class(desk, filed)
    rename(desk, ids)
    assert old(desk, filed, "filing") == set()
    assert stopping(desk, filed, "filing") == []
    desk.reviews.act(filed, "ask_change", RESPONSIBLE, reason="机构改了名称，换新的公章")
    desk.reviews.act(filed, "grant_change", LEADER, opinion="同意")
    assert old(desk, filed, "filing") == SEALED_ANEW
