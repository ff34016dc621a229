"""The calendar of a date: by the mouse, by the keyboard alone, in Chinese, and nothing typed is lost to it."""

import re

import pytest

from tests.journeys.access import barriers_on
from tests.journeys.english import english_on
from tests.journeys.window import Window, expect, kept_response

DAY = "start_date"


@pytest.fixture
def dated(seat: Window) -> Window:
    """A new record in which a date is asked."""
    seat.open()
    seat.begin("training_class")
    seat.write(DAY, "20261104")
    return seat


def calendar(window: Window) -> None:
    expect(window.page.get_by_role("dialog", name=re.compile("^选日期：开班日期"))).to_be_visible()


def test_by_the_keyboard(dated: Window) -> None:
    page = dated.page
    dated.box(DAY).focus()
    page.keyboard.press("Alt+ArrowDown")
    calendar(dated)
    expect(page.locator("#of-calendar b")).to_have_text("2026年11月")
    expect(page.locator("#of-calendar :focus")).to_have_attribute("aria-label", "2026年11月4日，星期三")
    assert english_on(page) == set() and barriers_on(page) == []
    dated.look("calendar")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageDown")
    expect(page.locator("#of-calendar b")).to_have_text("2026年12月")
    with page.expect_response(kept_response):
        page.keyboard.press("Enter")
    expect(page.locator("#of-calendar")).to_have_count(0)
    expect(dated.box(DAY)).to_be_focused()
    expect(dated.box(DAY)).to_have_value("2026年12月12日")
    dated.has_read(DAY, "2026年12月12日")
    dated.reload()
    expect(dated.box(DAY)).to_have_value("2026年12月12日")


def test_escape_leaves_the_date(dated: Window) -> None:
    dated.box(DAY).focus()
    dated.page.keyboard.press("Alt+ArrowDown")
    calendar(dated)
    dated.page.keyboard.press("PageUp")
    dated.page.keyboard.press("Escape")
    expect(dated.page.locator("#of-calendar")).to_have_count(0)
    expect(dated.box(DAY)).to_be_focused()
    expect(dated.box(DAY)).to_have_value("2026年11月4日")  # as a date is shown once its box is left


def test_by_the_mouse(dated: Window) -> None:
    page = dated.page
    dated.field(DAY).locator("[data-testid=stTextInputIcon]").click()
    calendar(dated)
    page.get_by_role("button", name="下一年").click()
    expect(page.locator("#of-calendar b")).to_have_text("2027年11月")
    page.get_by_role("button", name="2027年11月30日，星期二").click()
    expect(dated.box(DAY)).to_have_value("2027年11月30日")
    dated.has_read(DAY, "2027年11月30日")


def test_a_click_elsewhere_closes_it(dated: Window) -> None:
    dated.field(DAY).locator("[data-testid=stTextInputIcon]").click()
    calendar(dated)
    dated.page.locator(".rec h1").click()
    expect(dated.page.locator("#of-calendar")).to_have_count(0)


def test_the_day_of_a_register_is_typed_or_chosen_as_everywhere(seat: Window) -> None:
    seat.open("registers")
    page = seat.page
    box, told = page.get_by_label("哪一天", exact=True), page.locator(".st-key-page_registers [role=status] .note")
    expect(box).to_have_value(re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日$"))
    box.fill("20261104")
    page.get_by_role("button", name="看", exact=True).click()
    expect(box).to_have_value("2026年11月4日")
    box.press("Alt+ArrowDown")
    expect(page.locator("#of-calendar b")).to_have_text("2026年11月")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value("2026年11月11日")
    page.get_by_role("button", name="哪一天：选日期").click()
    expect(page.locator("#of-calendar :focus")).to_have_attribute("aria-label", "2026年11月11日，星期三")
    seat.look("register-day")
    page.keyboard.press("Escape")
    box.fill("13.45")
    page.get_by_role("button", name="看", exact=True).click()
    expect(told).to_contain_text("13.45")
    assert english_on(page) == set()
    assert barriers_on(page) == []
