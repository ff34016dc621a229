"""A fault needs a reason only if it was to be seen the time before: as linked records and the checklist stood then."""

from collections.abc import Callable

import pytest

from onefill.reviews.errors import ReasonForLateRemark
from onefill.service import Desk
from tests.desks import load
from tests.reviews.foshan import CLERK, OFFICER, RESPONSIBLE, hand_in_all

EXPIRED = ("license_valid_to", "2026-05-31")


@pytest.fixture
def again(desk: Desk) -> tuple[str, str]:
    """An application that came back once and was handed in again, and its institution."""
    ids = load(desk, "application")
    case = ids["application"]
    hand_in_all(desk, case, "apply")
    desk.reviews.act(case, "submit_application", RESPONSIBLE, declared=True)
    desk.reviews.remark(case, "apply", "track_record", "没有写哪一年", OFFICER)
    desk.reviews.act(case, "return_application", OFFICER)
    desk.reviews.answer(case, desk.reviews.state(case, CLERK).remarks[0].id, "近三年，已写明", CLERK)
    desk.reviews.act(case, "submit_application", RESPONSIBLE, declared=True)
    return case, ids["institution"]


def test_what_a_link_leads_to_has_changed_since(desk: Desk, again: tuple[str, str]) -> None:
    case, institution = again
    assert desk.reviews.is_late(case, "apply", "institution", "机构选错了", OFFICER)
    desk.records.set(institution, *EXPIRED, CLERK)
    assert not desk.reviews.is_late(case, "apply", "institution", "机构选错了", OFFICER)
    assert desk.reviews.remark_on_findings(case, "apply", OFFICER) == 0  # what was handed in holds
    desk.reviews.remark(case, "apply", "institution", "办学许可证2026年5月31日已到期", OFFICER)
    desk.reviews.act(case, "return_application", OFFICER)
    told = [one.what for one in desk.reviews.state(case, CLERK).remarks if one.round == 2]
    assert any("办学许可证" in one for one in told)


def test_a_reason_is_asked_for_what_stood_as_it_stands(desk: Desk, again: tuple[str, str]) -> None:
    case, _ = again
    desk.reviews.remark(case, "apply", "institution", "机构选错了", OFFICER)
    with pytest.raises(ReasonForLateRemark):
        desk.reviews.act(case, "return_application", OFFICER)


def test_other_words_on_a_link_are_not_late_once_anything_behind_it_has_changed(
    desk: Desk, again: tuple[str, str]
) -> None:
    case, _ = again
    row = "courses/c1/syllabus"
    assert desk.reviews.is_late(case, "apply", row, "目标写得太笼统", OFFICER)
    syllabus = desk.store.latest(case, desk.who().scope).data["courses"]["c1"]["syllabus"]
    desk.records.set(syllabus, "objective", "换了目标", CLERK)
    assert not desk.reviews.is_late(case, "apply", row, "目标写得太笼统", OFFICER)
    assert not desk.reviews.is_late(case, "apply", "courses/c1", "这门不能开", OFFICER)
    assert desk.reviews.is_late(case, "apply", "courses/c1/audience", "对象不对", OFFICER)


def expire(desk: Desk, institution: str) -> None:
    desk.records.set(institution, *EXPIRED, CLERK)


def renew(desk: Desk, institution: str) -> None:
    desk.records.set(institution, "license_valid_to", "2031-12-31", CLERK)


@pytest.mark.parametrize("change", [expire, renew])
def test_an_item_is_judged_by_how_it_stood(
    desk: Desk, again: tuple[str, str], change: Callable[[Desk, str], None]
) -> None:
    case, institution = again
    found = desk.materials.state(case, OFFICER, "apply").checklist.items
    at = next(f"item:{one.id}" for one in found if one.label.startswith("办学许可证"))
    assert desk.reviews.is_late(case, "apply", at, "章盖得不清楚", OFFICER)
    change(desk, institution)
    (told,) = [one.said for one in desk.reviews.blockers(case, "apply", CLERK) if one.at == at]
    assert not desk.reviews.is_late(case, "apply", at, told, OFFICER)
    assert desk.reviews.is_late(case, "apply", at, "章盖得不清楚", OFFICER)
