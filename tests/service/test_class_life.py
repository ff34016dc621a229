"""The class of the Foshan pack on its way: what can be printed when, and what is asked of whom."""

from pathlib import Path
from typing import Any

import pytest

from onefill.service import Desk
from samples import resolve, sample_records
from tests.desks import load, make_desk
from tests.papers import word_text

LATER_OF_TRAINEES = {"attempt", "absent", "theory", "practice", "cert_no", "issue_date", "receipt_date"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


@pytest.fixture
def ids(desk: Desk) -> dict[str, str]:
    return load(desk, *(one.name for one in sample_records() if one.name != "class_500"))


@pytest.fixture
def filed(desk: Desk, ids: dict[str, str]) -> str:
    """A class as it stands on the morning of its first day: all of filing, nothing of what comes after."""
    sample = next(one for one in sample_records() if one.name == "class_50")
    data: dict[str, Any] = dict(resolve(sample.data, ids)) | {"class_no": "440604-012-2026-777"}
    data["trainees"] = {
        row: {key: value for key, value in facts.items() if key not in LATER_OF_TRAINEES}
        for row, facts in data["trainees"].items()
    }
    for section in desk.definitions.form("training_class").sections:
        if section.from_ in ("certificates", "archive"):
            for key in (section.key, *(field.key for field in section.fields)):
                data.pop(key, None)
    return desk.records.create("training_class", desk.who(), data)


def test_what_is_signed_in_class_is_no_draft_for_want_of_scores(desk: Desk, filed: str) -> None:
    states = {one.key: one.state for one in desk.documents.list(filed)}
    assert [states[key] for key in ("sign_in", "teaching_log", "exam_sign_in")] == ["ready"] * 3
    assert states["score_sheet"] == states["issuance_roster"] == "draft"


def test_rows_wanted_later_do_not_hold_up_the_phase_before(desk: Desk, filed: str) -> None:
    phases = desk.records.state(filed).phases
    assert phases[0].percent == 100
    assert phases[1].percent < 100


def test_a_second_request_leaves_the_first_as_it_was_printed(desk: Desk, ids: dict[str, str]) -> None:
    """Only what was given out counts; see test_foshan_certificates."""
    first = ids["reissue"]
    before = desk.documents.file(first, "reissue_application", ".docx", desk.who())
    assert "第1次" in word_text(before.data).replace(" ", "")
    second = desk.records.copy(first, desk.who()).id
    for path, text in {"apply_date": "2026-12-18", "cert_no": shown(desk, first, "cert_no")}.items():
        desk.records.set(second, path, text, desk.who())
    assert shown(desk, second, "reissue_no", "request") == "1"
    assert shown(desk, first, "reissue_no", "request") == "1"
    assert desk.documents.file(first, "reissue_application", ".docx", desk.who()).hash == before.hash


def test_what_need_not_be_filled_is_not_asked_for(desk: Desk, ids: dict[str, str]) -> None:
    section = next(
        section.key
        for section in desk.definitions.form("inspection").sections
        if any(field.key == "fee_note" for field in section.fields)
    )

    def required() -> bool:
        return next(f.required for f in desk.records.fields(ids["inspection"], section) if f.path == "fee_note")

    assert not required()
    desk.records.set(ids["inspection"], "fee_ok", "不相符", desk.who())
    assert required()


def test_the_record_of_an_inspection_masks_telephone_numbers(desk: Desk, ids: dict[str, str]) -> None:
    text = word_text(desk.documents.file(ids["inspection"], "inspection_record", ".docx", desk.who()).data)
    assert "199****0003" in text
    assert "19900000003" not in text


def shown(desk: Desk, record: str, path: str, section: str = "basics") -> str:
    return next(field.shown for field in desk.records.fields(record, section) if field.path == path)
