"""Numbers of classes: drawn per institution and year by what is printed first, after those typed of old."""

from pathlib import Path
from typing import Any

import pytest

from onefill.reviews.errors import GuardFailed
from onefill.service import Desk
from onefill.service.errors import NotTyped
from onefill.service.shapes import FieldState
from samples import resolve, sample_records
from tests.desks import load
from tests.papers import squeezed, word_text
from tests.reviews.foshan import CLERK, RESPONSIBLE, foshan_desk

OLD, NAME = "440604-012-2026-007", "家政服务基础第1期"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return foshan_desk(tmp_path)


@pytest.fixture
def ids(desk: Desk) -> dict[str, str]:
    return load(desk, "syllabus_home", "teacher_1", "teacher_2")


def another(desk: Desk, **given: Any) -> str:
    sample = next(one for one in sample_records() if one.name == "institution")
    return desk.records.create("institution", desk.who(), {**sample.data, **given})


def a_class(desk: Desk, ids: dict[str, str], **given: Any) -> str:
    sample = next(one for one in sample_records() if one.name == "class_50")
    data = {**resolve(sample.data, ids), "class_no": None, "class_name": None, **given}
    return desk.records.create("training_class", desk.who(), {key: one for key, one in data.items() if one is not None})


def state(desk: Desk, record: str) -> FieldState:
    return next(one for one in desk.records.fields(record, "basics") if one.path == "class_no")


def printed(desk: Desk, record: str) -> str:
    return squeezed(word_text(desk.documents.file(record, "training_plan", ".docx", CLERK).data))


def test_the_first_paper_draws_the_number_and_the_class_is_called_by_it(desk: Desk, ids: dict[str, str]) -> None:
    record = a_class(desk, ids)
    assert (state(desk, record).shown, state(desk, record).widget) == ("", "shown")
    with pytest.raises(NotTyped):
        desk.records.set(record, "class_no", OLD, CLERK)
    paper = printed(desk, record)
    assert "440604-012-2026-001" in paper
    assert next(one.shown for one in desk.records.fields(record, "basics") if one.path == "class_name") == NAME
    assert "440604-012-2026-001" in printed(desk, record)
    assert desk.records.state(record).label.startswith("440604-012-2026-001")


def test_what_is_printed_again_after_the_number_was_drawn_is_the_same_version(desk: Desk, ids: dict[str, str]) -> None:
    record = a_class(desk, ids)
    names = [desk.documents.archive(record, "filing", CLERK, pdf=False).name for _ in range(2)]
    assert names == ["训前备案_440604-012-2026-001 家政服务基础_第1版.zip"] * 2
    desk.records.set(record, "site_address", "别处", CLERK)
    assert "第2版" in desk.documents.archive(record, "filing", CLERK, pdf=False).name


def test_the_series_goes_on_after_the_highest_that_was_typed(desk: Desk, ids: dict[str, str]) -> None:
    a_class(desk, ids, class_no="440604-012-2026-002")
    typed, binned = a_class(desk, ids, class_no=OLD), a_class(desk, ids, class_no="440604-012-2026-009")
    desk.records.delete(binned, CLERK)  # may come back
    first, second, other = a_class(desk, ids), a_class(desk, ids), a_class(desk, ids)
    desk.records.set(other, "start_date", "2027-03-01", CLERK)
    for record in (first, second, other):
        printed(desk, record)
    drawn = [state(desk, one).shown for one in (first, second, other)]
    assert drawn == ["440604-012-2026-010", "440604-012-2026-011", "440604-012-2027-001"]
    assert OLD in printed(desk, typed)


def test_another_institution_counts_by_itself(desk: Desk, ids: dict[str, str]) -> None:
    a_class(desk, ids, class_no=OLD)
    record = a_class(desk, {**ids, "institution": another(desk, inst_no="013")})
    printed(desk, record)
    assert state(desk, record).shown == "440604-013-2026-001"


def test_a_typed_number_can_be_put_right_or_given_up(desk: Desk, ids: dict[str, str]) -> None:
    a_class(desk, ids, class_no=OLD)
    twice = a_class(desk, ids, class_no=OLD)
    told = next(one.problem for one in desk.records.state(twice).findings if one.problem.code == "CLASS_NO_TWICE")
    assert "打印时自动编" in told.remedy
    assert (state(desk, twice).widget, state(desk, twice).shown) == ("text", OLD)
    assert "清空" in state(desk, twice).source
    desk.records.set(twice, "class_no", "440604-012-2026-005", CLERK)
    assert state(desk, twice).shown == "440604-012-2026-005"
    desk.records.set(twice, "class_no", "", CLERK)
    printed(desk, twice)
    assert state(desk, twice).shown == "440604-012-2026-008"
    with pytest.raises(NotTyped):
        desk.records.set(twice, "class_no", OLD, CLERK)


def test_an_institution_without_its_figures_is_told_what_lacks(desk: Desk, ids: dict[str, str]) -> None:
    desk.records.set(ids["institution"], "inst_no", "", CLERK)
    record = a_class(desk, ids)
    told = next(one.problem for one in desk.records.state(record).findings if one.problem.code == "CLASS_NO_PARTS")
    assert "机构序号" in told.remedy
    assert "【缺:班次编号】" in printed(desk, record)
    desk.records.set(ids["institution"], "inst_no", "044", CLERK)
    assert "440604-044-2026-001" in printed(desk, record)


def test_two_institutions_of_a_district_have_different_figures(desk: Desk, ids: dict[str, str]) -> None:
    theirs = another(desk)
    codes = {one.problem.code for one in desk.records.state(theirs).findings}
    assert "INST_NO_TWICE" in codes
    desk.records.set(theirs, "district", "南海区", CLERK)
    assert "INST_NO_TWICE" not in {one.problem.code for one in desk.records.state(theirs).findings}


def test_nobody_hands_in_a_class_without_a_number(desk: Desk, ids: dict[str, str]) -> None:
    record = a_class(desk, ids)
    with pytest.raises(GuardFailed, match="班次还没有编号"):
        desk.reviews.act(record, "submit_filing", RESPONSIBLE, declared=True)
