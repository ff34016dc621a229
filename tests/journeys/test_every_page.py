"""Every page that there is, found by the list of addresses: it speaks Chinese, and nothing of it is out of reach."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from onefill.definitions import Definitions
from onefill.service.samples import sample_id
from onefill.ui.pages import PAGES
from tests.browsers import SCREEN
from tests.journeys.access import barriers_on
from tests.journeys.english import english_on
from tests.journeys.server import Server
from tests.journeys.window import Window, expect

RECORD, FORM = sample_id("class_50"), "training_class"
#: Every page takes of it what it knows.
QUERY = f"record={RECORD}&form={FORM}&section=trainees&menu=foshan-0"
#: The usual screen at 125 %.
ENLARGED = {"width": 1093, "height": 614}
NARROW = {"width": 390, "height": 844}
STILL = """() => new Promise((done) => {
  const state = () => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState;
  let timer = 0;
  const quiet = () => (state() === 'notRunning' ? (watch.disconnect(), done(true)) : again());
  const again = () => { clearTimeout(timer); timer = setTimeout(quiet, 900); };
  const watch = new MutationObserver(again);
  watch.observe(document.body, { subtree: true, childList: true, characterData: true });
  again();
})"""


@pytest.fixture(scope="module")
def samples(server: Server, browser: Browser, definitions: Definitions) -> Server:
    """The server with the samples loaded."""
    page = browser.new_page(locale="zh-CN", viewport=SCREEN)
    window = Window(page, server.address, definitions)
    window.open()
    page.get_by_role("button", name="装入示例试一试").click()
    expect(page.get_by_role("button", name="装入示例试一试")).to_have_count(0, timeout=60_000)
    page.close()
    return server


@pytest.fixture(scope="module")
def tab(samples: Server, browser: Browser) -> Iterator[Page]:
    """One for all pages, so that the browser need not load Streamlit again for each."""
    one = browser.new_page(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=SCREEN)
    yield one
    one.close()


@pytest.fixture
def page(tab: Page) -> Page:
    tab.set_viewport_size(SCREEN)
    return tab


def test_the_scanner_sees_barriers(page: Page) -> None:
    pale = "<p style='color:#ccc;background:#fff'>浅色的几个字</p>"
    page.set_content(f"<html lang=zh><title>x</title><main><input>{pale}</main>")
    assert {line.split()[0] for line in barriers_on(page)} >= {"label", "color-contrast"}


def visit(page: Page, server: Server, address: str) -> None:
    page.goto(f"{server.address}{address}")
    expect(page.locator(".st-key-topbar .who")).to_be_attached()  # a narrow window hides it
    page.evaluate(STILL)


def fits(page: Page) -> bool:
    """Whether nothing has to be reached by scrolling sideways."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= innerWidth + 1"))


@pytest.mark.parametrize("address", PAGES)
def test_a_page_with_the_samples(page: Page, samples: Server, address: str) -> None:
    visit(page, samples, f"{address}?{QUERY}")
    assert english_on(page) == set()
    assert barriers_on(page) == []
    page.set_viewport_size(ENLARGED)
    assert fits(page)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_that_was_asked_for_nothing_there(page: Page, samples: Server, address: str) -> None:
    visit(page, samples, f"{address}?record=0404&form=nothing&menu=nothing")
    assert samples.faults() == []
    assert english_on(page) == set()
    assert barriers_on(page) == []


@pytest.mark.parametrize("address", PAGES)
def test_a_page_in_the_hand(page: Page, samples: Server, address: str) -> None:
    page.set_viewport_size(NARROW)
    visit(page, samples, f"{address}?{QUERY}")
    assert barriers_on(page) == []
    assert fits(page)


def test_every_section(page: Page, samples: Server, definitions: Definitions) -> None:
    found = {}
    for section in definitions.form(FORM).sections:
        visit(page, samples, f"fill?record={RECORD}&section={section.key}")
        found[section.key] = (english_on(page), barriers_on(page))
    assert found == {key: (set(), []) for key in found}
