"""Uploaded files whose facts have changed since: told with old and new, blocking until somebody has looked again."""

import pytest

from onefill.materials import ItemState, Standing
from onefill.service import Desk
from onefill.service.materials import MaterialsLocked
from tests.desks import load
from tests.reviews.foshan import CLERK, OFFICER, RESPONSIBLE, hand_in_all, items, pages

AUDIENCE = "拟收对象：本市企业职工、登记失业人员和农村转移劳动力 → 退役军人"


@pytest.fixture
def ids(desk: Desk) -> dict[str, str]:
    """An application with everything handed in, not submitted."""
    known = load(desk, "application")
    hand_in_all(desk, known["application"], "apply")
    return known


def shown(desk: Desk, ids: dict[str, str], key: str, course: str = "course_home") -> ItemState:
    return items(desk, ids["application"], "apply")[f"{key}.{ids[course]}"]


def proof(desk: Desk, ids: dict[str, str], label: str) -> ItemState:
    found = items(desk, ids["application"], "apply").values()
    return next(one for one in found if one.material.key == "proof" and one.label.startswith(label))


def change_audience(desk: Desk, ids: dict[str, str]) -> ItemState:
    desk.records.set(ids["application"], "courses/c1/audience", "退役军人", CLERK)
    return shown(desk, ids, "brochure")


def stopping(desk: Desk, ids: dict[str, str]) -> list[str]:
    found = desk.reviews.blockers(ids["application"], "apply", CLERK)
    return [one.at for one in found if one.stops and one.at.startswith("item:") and not one.at.endswith("_paper")]


def test_only_what_is_about_the_changed_fact_is_old(desk: Desk, ids: dict[str, str]) -> None:
    assert shown(desk, ids, "brochure").standing is Standing.PRESENT
    old = change_audience(desk, ids)
    assert old.standing is Standing.OLD
    assert AUDIENCE in old.why
    assert old.remedy
    assert stopping(desk, ids) == [f"item:{old.id}"]
    assert shown(desk, ids, "brochure", "course_care").standing is Standing.PRESENT
    assert shown(desk, ids, "textbook").standing is Standing.PRESENT


def test_a_fact_put_back_makes_it_good_again(desk: Desk, ids: dict[str, str]) -> None:
    before = "本市企业职工、登记失业人员和农村转移劳动力"
    assert change_audience(desk, ids).standing is Standing.OLD
    desk.records.set(ids["application"], "courses/c1/audience", before, CLERK)
    assert shown(desk, ids, "brochure").standing is Standing.PRESENT


def test_a_new_upload_clears_it(desk: Desk, ids: dict[str, str]) -> None:
    old = change_audience(desk, ids)
    desk.materials.supply(ids["application"], old.id, pages("new"), "新简章.pdf", CLERK)
    assert shown(desk, ids, "brochure").standing is Standing.OLD
    desk.materials.remove(ids["application"], old.id, old.files[0].id, CLERK)
    assert shown(desk, ids, "brochure").standing is Standing.PRESENT


def test_the_clerk_says_it_is_right_all_the_same_until_the_next_change(desk: Desk, ids: dict[str, str]) -> None:
    old = change_audience(desk, ids)
    desk.materials.still_right(ids["application"], old.id, CLERK)
    good = shown(desk, ids, "brochure")
    assert good.standing is Standing.PRESENT
    assert good.files[0].sure is not None
    assert good.files[0].sure[0] == CLERK.name
    assert stopping(desk, ids) == []
    desk.records.set(ids["application"], "courses/c1/audience", "残疾人", CLERK)
    assert "退役军人 → 残疾人" in shown(desk, ids, "brochure").why


def test_what_a_linked_record_says_is_followed(desk: Desk, ids: dict[str, str]) -> None:
    desk.records.set(ids["syllabus_home"], "objective", "换了目标", CLERK)
    assert "培训目标：" in shown(desk, ids, "syllabus_paper").why
    assert shown(desk, ids, "textbook").standing is Standing.PRESENT
    book = next(iter(desk.store.latest(ids["syllabus_home"], desk.who().scope).data["textbooks"]))
    desk.records.set(ids["syllabus_home"], f"textbooks/{book}/title", "新教材", CLERK)
    assert "→ 新教材" in shown(desk, ids, "textbook").why
    desk.records.set(ids["teacher_1"], "title", "高级讲师", CLERK)
    assert "职称：" in shown(desk, ids, "teaching_staff").why


def test_a_licence_that_was_renewed_makes_only_its_own_copy_old(desk: Desk, ids: dict[str, str]) -> None:
    desk.records.set(ids["institution"], "license_valid_to", "2031-12-31", CLERK)
    told = proof(desk, ids, "办学许可证")
    assert told.standing is Standing.OLD
    assert "办学许可证有效期至：2028年12月31日 → 2031年12月31日" in told.why
    assert proof(desk, ids, "民办非企业法人登记证书").standing is Standing.PRESENT


def test_what_was_handed_in_stays_good_before_the_officer_and_is_old_once_it_comes_back(
    desk: Desk, ids: dict[str, str]
) -> None:
    case = ids["application"]
    desk.reviews.act(case, "submit_application", RESPONSIBLE, declared=True)
    renewed = proof(desk, ids, "办学许可证").id
    desk.reviews.accept(case, "apply", renewed, OFFICER)
    desk.records.set(ids["institution"], "license_valid_to", "2031-12-31", CLERK)
    seen = {one.id: one for one in desk.materials.state(case, OFFICER, "apply").checklist.items}
    assert seen[renewed].standing is Standing.ACCEPTED
    old = proof(desk, ids, "办学许可证")
    assert old.standing is Standing.OLD  # the institution sees what its facts say now
    assert [str(one) for one in old.changed[old.files[0].id]] == ["办学许可证有效期至：2028年12月31日 → 2031年12月31日"]
    with pytest.raises(MaterialsLocked):
        desk.materials.still_right(case, old.id, CLERK)
    desk.reviews.remark(case, "apply", "institution", "许可证换过了，请传新的", OFFICER)
    desk.reviews.act(case, "return_application", OFFICER)
    assert any(one.at == f"item:{renewed}" and one.stops for one in desk.reviews.blockers(case, "apply", CLERK))


def test_a_file_that_is_moved_is_about_the_facts_of_where_it_goes(desk: Desk, ids: dict[str, str]) -> None:
    old = change_audience(desk, ids)
    case, file = ids["application"], old.files[0].id
    target = shown(desk, ids, "brochure", "course_care").id
    desk.materials.assign(case, old.id, file, target, CLERK)
    assert shown(desk, ids, "brochure", "course_care").standing is Standing.PRESENT
    assert shown(desk, ids, "brochure").standing is Standing.MISSING
