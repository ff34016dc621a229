"""What goes out without a seal says who took it out, and when."""

import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from onefill.service import Desk
from onefill.service.shapes import Person, Produced
from tests.desks import load, make_desk
from tests.reviews.foshan import CITY, DAY, INSPECTOR, LEADER, approve_application, file_class, looked_at, part_of_class
from tests.reviews.test_verification import one_page

TAKEN = "　2026-12-20 09:00　导出"


def mark_of(made: Produced) -> str:
    sheet = load_workbook(io.BytesIO(made.data)).active
    assert sheet is not None
    assert sheet.oddHeader.center.text == sheet.oddFooter.left.text
    return str(sheet.oddHeader.center.text)


@pytest.fixture
def pages() -> list[str]:
    """The HTML of whatever is printed."""
    return []


@pytest.fixture
def desk(tmp_path: Path, pages: list[str]) -> Desk:
    def printed(page: str) -> bytes:
        pages.append(page)
        return one_page()

    return make_desk(tmp_path, inspect=looked_at, html=printed)


def test_every_workbook_says_who_took_it_out_and_when(desk: Desk) -> None:
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    record = part_of_class(desk, ids, 0)
    file_class(desk, record)
    units = desk.people.offices.units()
    drawn = desk.draws.make("foshan.spot_checks", INSPECTOR, date(2026, 11, 9), date(2026, 11, 20), 1)

    def made(who: Person) -> list[Produced]:
        return [
            desk.registers.workbook("foshan.course_grants", who, DAY),
            desk.boards.workbook("foshan.training_sums", who, units, by="month"),
            desk.queues.workbook(who, units),
            desk.queues.figures_workbook(who, units),
            desk.listings.make("application", "recommended_institutions", who, ".xlsx"),
        ]

    assert {mark_of(one) for one in made(CITY)} == {CITY.name + TAKEN}
    assert {mark_of(one) for one in made(LEADER)} == {LEADER.name + TAKEN}
    assert mark_of(desk.draws.workbook(drawn.id, INSPECTOR)) == INSPECTOR.name + TAKEN
    assert mark_of(desk.views.workbook(record, "trainees_again")) == desk.who().name + TAKEN


def test_a_list_that_is_to_be_sealed_carries_none(desk: Desk, pages: list[str]) -> None:
    desk.listings.make("application", "recommended_institutions", CITY, ".pdf")
    assert [TAKEN in page for page in pages] == [False]
