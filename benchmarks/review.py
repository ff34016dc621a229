"""How long an officer waits for the page of a class whose scans have sixty pages, in the browser."""

import io
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from benchmarks.desk import sixty_pages
from benchmarks.load import serving
from benchmarks.measuring import Figure, Result
from onefill.people import Account
from onefill.service import Desk, Settings, open_desk
from onefill.service.samples import sample_id
from onefill.service.shapes import Person
from tests.browsers import ARGUMENTS, CHROMIUM, SCREEN

TIMES = 7
PATIENCE = 60_000
DISTRICT = "440600/440604"
OFFICER = "陈经办"
PASSWORD = "红茶两杯过桥去看灯火"
#: The item that is a scan of sixty pages: the one that is shown first.
LONG = "approved_form_copy"


def review(folder: Path) -> Result:
    """From the address to the first page picture, the checks and the bar, in a browser that has seen such pages."""
    desk = open_desk(Settings(data=folder))
    record = _handed_in(desk, folder)
    desk.people.make(Account(name=OFFICER, unit=DISTRICT, roles=("district_officer",)), Person(), PASSWORD)
    session = desk.people.sign_in(OFFICER, PASSWORD)
    desk.store.close()
    with serving(folder, people="accounts") as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(locale="zh-CN", viewport=SCREEN)
        context.add_cookies([{"name": "onefill", "value": session, "url": f"http://{address}/"}])
        taken = [_opened(context.new_page(), f"http://{address}/review?record={record}") for _ in range(TIMES + 1)]
        browser.close()
    return Result(taken[1:])


def _opened(page: Page, address: str) -> float:
    began = time.perf_counter()
    page.goto(address)
    for seen in (".vw-box img", "section.ck", ".deeds .btn"):
        page.locator(seen).first.wait_for(timeout=PATIENCE)
    shown = "document.querySelector('.vw-box img').complete && document.querySelector('.vw-box img').naturalWidth > 0"
    page.wait_for_function(shown, timeout=PATIENCE)
    taken = time.perf_counter() - began
    page.close()
    return taken


def _handed_in(desk: Desk, folder: Path) -> str:
    """The sample class, filed by its institution."""
    desk.load_samples()
    record, who = sample_id("class_50"), Person(name="何乙未", roles=("clerk", "responsible"))
    paper = io.BytesIO()
    Image.new("RGB", (1240, 1754), (250, 250, 248)).save(paper, "PNG", dpi=(150, 150))
    long = sixty_pages(folder)
    for one in desk.materials.state(record, who, "filing").checklist.lacking:
        if one.id == LONG:
            desk.materials.supply(record, one.id, long, long.name, who)
        else:
            desk.materials.supply(record, one.id, paper.getvalue() + one.id.encode(), f"{one.id}.png", who)
    desk.reviews.act(record, "submit_filing", who, declared=True)
    desk.transfers.adopt(DISTRICT, Person())
    return record


FIGURES = (Figure("review", "the officer's page of a class with a scan of 60 pages, in the browser", 1.5, review),)
