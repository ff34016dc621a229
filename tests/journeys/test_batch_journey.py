"""Several cases at once: chosen in the queue, one act upon each, what could not go is told, one list of it."""

import io
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from onefill.people import Account
from onefill.service import Settings, open_desk
from onefill.service.shapes import Person
from tests.journeys.server import Server
from tests.journeys.test_office_journey import CHIEF, CLERK, ROLES, Office, enter, handed_in, sound
from tests.journeys.test_people_journey import PASSWORD


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Two slips of one office for one day: once one is granted the other is not."""
    data = tmp_path_factory.mktemp("batch") / "data"
    desk = open_desk(Settings(data=data))
    for name, (unit, role) in ROLES.items():
        desk.people.make(Account(name=name, unit=unit, roles=(role,)), Person(), PASSWORD)
    for _ in range(2):
        handed_in(desk, desk.people.named(CLERK))
    desk.store.close()
    with Server(data, settings={"ONEFILL_PEOPLE": "accounts"}) as server:
        yield Office(server)


def test_one_act_upon_all_that_are_chosen(browser: Browser, office: Office) -> None:
    page = enter(browser, office, CHIEF)
    page.get_by_role("checkbox", name="选中这一页能办的").click()
    expect(page.locator(".together")).to_contain_text("选了 2 件")
    sound(page)
    page.get_by_role("button", name="准假（2 件）").click()
    expect(page.locator(".ask")).to_contain_text("2 件一起“准假”")
    page.get_by_role("button", name="2 件准假").click()
    told = page.locator(".st-key-page_queue")
    expect(told).to_contain_text("“准假”办成 1 件，1 件没有办", timeout=60_000)
    expect(page.locator(".whynot")).to_contain_text("那天已经有人休假")
    expect(page.locator(".figs")).to_contain_text("1待我审")
    sound(page)
    with page.expect_download() as loading:
        page.get_by_role("button", name="下载准假清单（Excel）").click()
    sheet = load_workbook(io.BytesIO(loading.value.path().read_bytes())).active
    assert sheet is not None
    results = [row[3] for row in sheet.iter_rows(values_only=True) if row[0] in ("1", "2", 1, 2)]
    assert sorted(map(str, results)) == ["已办", "没有办"]
    page.get_by_role("button", name="知道了").click()
    expect(page.locator(".whynot")).to_have_count(0)
    assert office.server.faults() == []
