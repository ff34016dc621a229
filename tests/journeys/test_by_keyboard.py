"""Small ways on the page of a form: typing over what comes by itself, the next field, problem, section."""

import pytest
from playwright.sync_api import Locator

from onefill.service.desk import Settings, open_desk
from tests.journeys.server import HOME, Server
from tests.journeys.window import Window, expect

CLASS, CLASS_NO = "training_class", "440604-012-2026-007"


@pytest.fixture
def record(server: Server) -> str:
    """A class of a course, and nothing else yet."""
    desk = open_desk(Settings(data=server.data, forms=HOME / "forms", templates=HOME / "templates"))
    course = desk.records.create("course", desk.who(), {"course_name": "茶艺入门"})
    typed_of_old = "440604-012-2026-070"
    made = desk.records.create(CLASS, desk.who(), {"course": course, "class_no": typed_of_old})
    desk.store.close()
    return made


def test_the_page_goes_where_the_hands_go(window: Window, record: str) -> None:
    window.revisit(record, CLASS)
    window.box("class_no").click()
    window.page.keyboard.press("Control+A")
    window.page.keyboard.type(CLASS_NO)
    window.page.keyboard.press("Tab")
    expect(window.box("class_name")).to_have_value("茶艺入门第7期")
    window.page.keyboard.type("周末班")
    expect(window.box("class_name")).to_have_value("周末班")
    window.page.keyboard.press("Enter")
    expect(focused(window, "train_mode")).to_have_count(1)
    window.box("site_address").click()
    window.page.keyboard.press("F8")
    expect(window.box("head_teacher")).to_be_focused()  # what is below, not the first of all
    window.page.keyboard.press("F8")
    expect(window.box("head_teacher_tel")).to_be_focused()
    window.look("hands")
    window.page.get_by_role("button", name="下一节").click()
    expect(window.page.locator(".st-key-panel_form .ph h2")).to_contain_text("考核安排")
    window.page.wait_for_function("() => document.querySelector('.stMain').scrollTop === 0")
    window.section("sessions")
    window.page.locator(".og-c").first.click()
    window.page.keyboard.press("F8")
    expect(window.page.locator(".st-key-panel_form .ph h2")).not_to_contain_text("课程安排")


def test_a_drawing_that_was_dropped_before_it_was_sent_is_asked_for(window: Window, record: str) -> None:
    window.revisit(record, CLASS)
    mark = window.page.locator("[data-drawn]")
    expect(mark).to_have_count(1)
    window.page.evaluate("() => (document.querySelector('[data-drawn]').dataset.drawn = 0)")
    window.write("site_address", "佛山市三水区自办路3号")
    expect(mark).not_to_have_attribute("data-drawn", "0")
    expect(window.box("site_address")).to_have_value("佛山市三水区自办路3号")


def focused(window: Window, key: str) -> Locator:
    """What has the cursor within a field."""
    return window.field(key).locator(":focus")
