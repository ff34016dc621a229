"""People who sign in: wrong passwords, the name in the bar, signing out, a time-out that loses nothing."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from onefill.definitions import Definitions
from onefill.people import Account
from onefill.service import Settings, open_desk
from onefill.service.shapes import Person
from tests.browsers import SCREEN
from tests.journeys.access import barriers_on
from tests.journeys.server import Server
from tests.journeys.window import Window

PASSWORD = "红茶两杯过桥去看灯火"
DISTRICT = "440600/440605"
#: Seconds without an act after which the server of these tests signs people out.
IDLE = 12
FORM = "leave_request"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("people") / "data"
    desk = open_desk(Settings(data=data))
    for name, unit, role in (("陈晓岚", f"{DISTRICT}/nh-1", "clerk"), ("李敏", f"{DISTRICT}/nh-2", "clerk")):
        desk.people.add_unit(DISTRICT, unit.rpartition("/")[2], f"{name}的学校", Person())
        desk.people.make(Account(name=name, title="经办人", unit=unit, roles=(role, "colleague")), Person(), PASSWORD)
    desk.people.make(Account(name="市管", unit="440600", roles=("administrator", "auditor")), Person(), PASSWORD)
    desk.people.make(Account(name="新来", unit=DISTRICT, roles=("district_officer",)), Person(), PASSWORD)
    desk.store.close()
    with Server(data, settings={"ONEFILL_PEOPLE": "accounts", "ONEFILL_PEOPLE_MINUTES": str(IDLE / 60)}) as one:
        yield one


def sign_in(page: Page, name: str = "陈晓岚", password: str = PASSWORD) -> None:
    page.get_by_label("名字").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def test_wrong_passwords_are_told_and_the_fifth_locks(context: BrowserContext, server: Server) -> None:
    page = context.new_page()
    page.goto(server.address)
    expect(page).to_have_title("登录 · 一填通")
    assert barriers_on(page) == []
    for number in range(5):
        sign_in(page, "新来", f"wrong-{number}")
        expect(page.get_by_role("alert")).to_contain_text("先停 15 分钟" if number == 4 else "名字或密码不对")
        expect(page.get_by_label("名字")).to_have_value("新来")
    assert barriers_on(page) == []
    sign_in(page, "新来")
    expect(page.get_by_role("alert")).to_contain_text("以后再试")


def test_signing_in_leads_to_the_page_that_was_asked_and_out_again(
    context: BrowserContext, server: Server, definitions: Definitions
) -> None:
    page = context.new_page()
    page.goto(f"{server.address}records?menu=foshan-0")
    sign_in(page)
    window = Window(page, server.address, definitions)
    window.drawn()
    assert "records?menu=foshan-0" in page.url
    expect(page.locator(".who")).to_contain_text("陈晓岚")
    other = context.new_page()
    other.goto(server.address)
    expect(other.locator(".who")).to_contain_text("陈晓岚")
    page.get_by_role("button", name="退出").click()
    expect(page).to_have_title("登录 · 一填通")
    expect(other.get_by_role("alertdialog")).to_contain_text("登录后接着填", timeout=15_000)
    assert window.faults == []


def test_a_time_out_stops_the_open_page_and_loses_nothing(
    context: BrowserContext, server: Server, definitions: Definitions
) -> None:
    page = context.new_page()
    page.goto(server.address)
    sign_in(page)
    window = Window(page, server.address, definitions)
    window.drawn()
    record = window.begin(FORM)
    box = page.locator(".st-key-panel_form input").first
    for _ in range(4):  # longer than the time-out in all, but somebody is here
        page.wait_for_timeout(IDLE * 400)
        box.press_sequentially("好")
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    expect(page.get_by_role("alertdialog")).to_contain_text("没有操作，已退出。登录后接着填，内容都在", timeout=60_000)
    assert barriers_on(page) == []
    page.get_by_role("link", name="登录").click()
    sign_in(page)
    window.drawn()
    assert record in page.url
    expect(page.locator(".st-key-panel_form input").first).to_have_value("好好好好")
    assert window.faults == []


def test_a_page_signed_in_again_elsewhere_goes_on(context: BrowserContext, server: Server) -> None:
    page, other = context.new_page(), context.new_page()
    page.goto(server.address)
    sign_in(page)
    expect(page.locator(".who")).to_contain_text("陈晓岚")
    page.evaluate("fetch('./of/sign-out', {method: 'POST'})")
    expect(page.get_by_role("alertdialog")).to_be_visible(timeout=15_000)
    other.goto(server.address)
    sign_in(other)
    expect(other.locator(".who")).to_contain_text("陈晓岚")
    page.bring_to_front()
    expect(page.get_by_role("alertdialog")).to_have_count(0, timeout=15_000)
    expect(page.locator(".who")).to_contain_text("陈晓岚")


def test_two_institutions_do_not_see_each_other(
    browser: Browser, context: BrowserContext, server: Server, definitions: Definitions
) -> None:
    page = context.new_page()
    page.goto(server.address)
    sign_in(page)
    window = Window(page, server.address, definitions)
    window.drawn()
    record = window.begin(FORM)
    stranger = browser.new_context(locale="zh-CN", viewport=SCREEN)
    try:
        their = stranger.new_page()
        their.goto(f"{server.address}fill?record={record}")
        sign_in(their, "李敏")
        expect(their.locator(".state")).to_contain_text(f"没有这个办件（{record}）")
        assert barriers_on(their) == []
        their.goto(server.address)
        expect(their.locator(".st-key-panel_list")).to_contain_text("还没有办件")
    finally:
        stranger.close()


def test_an_account_is_made_on_its_page_and_its_person_takes_an_own_password(
    browser: Browser, context: BrowserContext, server: Server
) -> None:
    page = context.new_page()
    page.goto(f"{server.address}people")
    sign_in(page, "市管")
    new, panel = page.locator(".st-key-account_new"), page.locator(".st-key-page_people")
    new.get_by_label("名字").fill("何秀珍")
    new.get_by_label("名字").press("Tab")
    new.get_by_label("单位").click()
    page.get_by_role("option", name="李敏的学校").click()
    new.get_by_label("角色").click()
    page.get_by_role("option", name="机构经办人").click()
    page.keyboard.press("Escape")
    new.get_by_role("button", name="新建账号").click()
    expect(panel).to_contain_text("“何秀珍”的一次性密码")
    once = page.locator(".st-key-page_people code").inner_text()
    assert barriers_on(page) == []
    page.get_by_role("button", name="记下了").click()
    expect(panel).not_to_contain_text("一次性密码")
    page.get_by_role("link", name="访问记录").click()
    expect(page.locator(".st-key-panel_log")).to_contain_text("新建账号")
    assert barriers_on(page) == []
    other = browser.new_context(locale="zh-CN", viewport=SCREEN)
    try:
        their = other.new_page()
        their.goto(server.address)
        sign_in(their, "何秀珍", once)
        expect(their).to_have_title("改密码 · 一填通")
        their.get_by_label("现在的密码").fill(once)
        for label in ("新密码", "新密码再写一遍"):
            their.get_by_label(label, exact=True).fill("自己的新密码灯火阑珊处")
        their.get_by_role("button", name="改密码").click()
        expect(their.locator(".who")).to_contain_text("何秀珍")
        their.goto(f"{server.address}people")
        expect(their.locator(".state")).to_contain_text("不能做这件事")
    finally:
        other.close()


def test_an_account_and_a_unit_are_changed(context: BrowserContext, server: Server) -> None:
    page = context.new_page()
    page.goto(f"{server.address}people")
    sign_in(page, "市管")
    line = page.locator(".tbl.starts tr", has_text="陈晓岚").first
    expect(line).to_contain_text("经办人")
    page.get_by_role("button", name="改：陈晓岚").click()
    form = page.locator(".st-key-account_change")
    expect(form.get_by_label("“陈晓岚”的职务")).to_have_value("经办人")
    form.get_by_label("“陈晓岚”的职务").fill("校长")
    form.get_by_label("“陈晓岚”的职务").press("Tab")
    form.get_by_role("button", name="记下").click()
    expect(line).to_contain_text("校长")
    page.get_by_role("button", name="改：李敏").click()
    expect(form.get_by_label("“李敏”的职务")).to_have_value("经办人")
    form.get_by_role("button", name="收起").click()
    page.get_by_role("button", name="停用：李敏的学校").click()
    expect(page.get_by_text(re.compile("没有停用这个单位：.*账号还在用"))).to_be_visible()
    page.get_by_role("button", name="改名：李敏的学校").click()
    box = page.locator(".st-key-unit_change")
    box.get_by_label("新的名称").fill("李敏的新学校")
    box.get_by_label("新的名称").press("Tab")
    box.get_by_role("button", name="记下").click()
    expect(page.locator(".st-key-units")).to_contain_text("李敏的新学校")
    expect(page.locator(".tbl.starts tr", has_text="李敏的新学校").first).to_be_visible()
    assert barriers_on(page) == []
