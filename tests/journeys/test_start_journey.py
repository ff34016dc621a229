"""The start page: what is done with a record without opening it, and back."""

import re

import pytest

from tests.journeys.window import Window, expect

FORM, FIELD, NAME = "leave_request", "applicant", "司徒晓岚"


@pytest.fixture
def started(window: Window) -> Window:
    window.open()
    window.begin(FORM)
    window.write(FIELD, NAME)
    window.open()
    return window


def choose(window: Window, deed: str) -> None:
    """Choose something behind ⋯ of the newest record."""
    window.page.locator("details.more summary").first.click()
    window.page.get_by_role("button", name=deed, exact=True).click()


def test_deleted_and_restored_from_the_note_and_from_the_bin(started: Window) -> None:
    page = started.page
    status, opened = page.get_by_role("status"), page.get_by_role("button", name=re.compile(f"^接着填：{NAME}"))
    choose(started, "删除")
    expect(status).to_contain_text("在回收站里留 30 天")
    expect(opened).to_have_count(0)
    status.get_by_role("button", name="恢复").click()
    expect(status).to_contain_text("已恢复")
    expect(opened).to_have_count(1)
    choose(started, "删除")
    expect(opened).to_have_count(0)
    page.get_by_role("button", name="回收站（1）").click()
    started.look("bin")
    page.get_by_role("button", name=re.compile(f"^恢复“{NAME}")).click()
    expect(opened).to_have_count(1)


def test_a_star_and_a_colleague(started: Window) -> None:
    page = started.page
    choose(started, "收藏")
    expect(page.get_by_role("img", name="已收藏")).to_be_visible()
    expect(page.get_by_role("heading", name="收藏和最近打开")).to_be_visible()
    choose(started, "转交同事")
    name = page.get_by_label(re.compile("转交给哪位同事"))
    expect(name).to_be_visible()
    started.sound()
    page.get_by_role("button", name="转交", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("没有写转交给谁")
    name.fill("陈晓岚")
    page.get_by_role("button", name="转交", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已转交给陈晓岚")
    expect(page.get_by_text("归陈晓岚")).to_be_visible()
    choose(started, "取消收藏")
    expect(page.get_by_role("img", name="已收藏")).to_have_count(0)


def test_a_copy_says_what_it_took_over_and_two_clicks_make_one(started: Window) -> None:
    page = started.page
    menus = page.locator("details.more")
    expect(menus.first).to_be_visible()
    before = menus.count()
    menus.locator("summary").first.click()
    page.get_by_role("button", name="照这个请假单新建").dblclick()
    expect(page.locator(".st-key-said_place")).to_contain_text(f"已照“{NAME}”新建")
    expect(started.box(FIELD)).to_be_visible()
    started.open()
    expect(menus).to_have_count(before + 1)


def test_two_clicks_begin_one(started: Window) -> None:
    menus = started.page.locator("details.more")
    button = started.page.get_by_role("button", name="新建请假单").first
    expect(button).to_be_visible()
    before = menus.count()
    button.dblclick()
    expect(started.box(FIELD)).to_be_visible()
    started.open()
    expect(menus).to_have_count(before + 1)


def test_the_menu_by_the_keyboard(started: Window) -> None:
    menu = started.page.locator("details.more").first
    menu.locator("summary").focus()
    started.page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    started.sound()
    started.page.keyboard.press("Tab")
    started.page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
