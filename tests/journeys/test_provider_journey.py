"""Signing in at npm's oidc-provider, which browsers take for another site: there, back, out again, by a time-out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from onefill.definitions import Definitions
from onefill.people import Account
from onefill.service import Settings, open_desk
from onefill.service.access import Did
from onefill.service.shapes import Person
from store import EVERYTHING
from tests.browsers import SCREEN
from tests.journeys.access import barriers_on
from tests.journeys.server import Server
from tests.journeys.window import Window
from tests.provider.running import ProviderServer

#: Seconds without an act after which this server signs people out.
IDLE = 12
FORM, DISTRICT = "leave_request", "440600/440605"
PEOPLE = {"陈晓岚": "sub-chen", "李敏": "sub-li", "何停用": "sub-he"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("provider") / "data"
    desk = open_desk(Settings(data=folder))
    for name, subject in PEOPLE.items():
        account = Account(name=name, title="经办人", unit=DISTRICT, roles=("clerk", "colleague"), subject=subject)
        assert desk.people.make(account, Person()) == ""
    desk.people.make(Account(name="市管", unit="440600", roles=("administrator",), subject="sub-shi"), Person())
    desk.people.disable("何停用", Person())
    desk.store.close()
    return folder


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Server]:
    one = Server(data)
    provider = ProviderServer(one.address.rstrip("/"))
    one.settings = provider.settings | {"ONEFILL_PEOPLE_MINUTES": str(IDLE / 60)}
    try:
        provider.start()
        one.start()
        yield one
    finally:
        one.stop()
        provider.stop()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    context.route("https://**", lambda route: route.abort())  # the provider's page would like a font
    return context.new_page()


def leave(page: Page) -> None:
    page.get_by_role("link", name="用统一身份认证登录").click()


def prove(page: Page, subject: str) -> None:
    page.locator("input[name=login]").fill(subject)
    page.locator("input[name=password]").fill("any")
    page.locator("button[type=submit]").click()


def test_there_and_back_to_the_page_that_was_asked(page: Page, server: Server, definitions: Definitions) -> None:
    page.goto(f"{server.address}records?menu=foshan-0")
    expect(page).to_have_title("登录 · 一填通")
    assert barriers_on(page) == []
    leave(page)
    prove(page, "sub-chen")
    window = Window(page, server.address, definitions)
    window.drawn()
    assert "records?menu=foshan-0" in page.url
    expect(page.locator(".who")).to_contain_text("陈晓岚")
    expect(page.locator(".who")).not_to_contain_text("改密码")
    window.look("provider-in")
    cookies = {one["name"]: one for one in page.context.cookies(server.address)}
    assert "onefill-oidc" not in cookies
    assert (cookies["onefill"]["httpOnly"], cookies["onefill"]["sameSite"]) == (True, "Strict")
    assert not [name for name in cookies if name.startswith("_streamlit_user")]
    assert window.faults == []


def test_our_own_routes_know_the_same_person(page: Page, server: Server, definitions: Definitions, data: Path) -> None:
    page.goto(server.address)
    leave(page)
    prove(page, "sub-chen")
    window = Window(page, server.address, definitions)
    window.drawn()
    record = window.begin(FORM)
    window.write("applicant", "司徒晓岚")
    window.reload()
    expect(window.box("applicant")).to_have_value("司徒晓岚")
    desk = open_desk(Settings(data=data))
    try:
        assert desk.store.entry(record, 1, EVERYTHING).who == "陈晓岚"
        assert next(one.who for one in desk.log.lines() if one.did == Did.SIGNED_IN) == "陈晓岚"
    finally:
        desk.store.close()
    assert window.faults == []


def test_signing_out_ends_it_here_and_there(page: Page, server: Server) -> None:
    page.goto(server.address)
    leave(page)
    prove(page, "sub-chen")
    expect(page.locator(".who")).to_contain_text("陈晓岚")
    other = page.context.new_page()
    other.goto(server.address)
    expect(other.locator(".who")).to_contain_text("陈晓岚")
    page.get_by_role("button", name="退出").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    expect(page).to_have_title("登录 · 一填通")
    expect(other.get_by_role("alertdialog")).to_contain_text("登录后接着填", timeout=15_000)
    leave(page)
    prove(page, "sub-li")  # the provider asks again who it is
    expect(page.locator(".who")).to_contain_text("李敏")


@pytest.mark.slow
def test_a_time_out_has_one_prove_anew_who_one_is(page: Page, server: Server, definitions: Definitions) -> None:
    page.goto(server.address)
    leave(page)
    prove(page, "sub-li")
    window = Window(page, server.address, definitions)
    window.drawn()
    record = window.begin(FORM)
    window.write("applicant", "李敏")
    expect(page.get_by_role("alertdialog")).to_contain_text("没有操作，已退出", timeout=60_000)
    page.get_by_role("link", name="登录").click()
    leave(page)
    prove(page, "sub-li")  # the provider has not forgotten, but is asked to ask
    window.drawn()
    assert record in page.url
    expect(window.box("applicant")).to_have_value("李敏")


def test_whom_we_do_not_know_is_told_what_to_do(page: Page, server: Server) -> None:
    page.goto(server.address)
    leave(page)
    prove(page, "sub-nobody")
    expect(page.get_by_role("alert")).to_contain_text("把编号“sub-nobody”告诉管账号的人")
    assert barriers_on(page) == []
    assert "onefill" not in {one["name"] for one in page.context.cookies(server.address)}
    page.get_by_role("link", name="换一个人登录").click()
    prove(page, "sub-he")
    expect(page.get_by_role("alert")).to_contain_text("“何停用”这个账号已停用")
    page.goto(server.address)
    expect(page).to_have_title("登录 · 一填通")


def test_turning_back_and_coming_back_late_are_told(page: Page, server: Server) -> None:
    page.goto(server.address)
    leave(page)
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("alert")).to_contain_text("没有登录成功")
    page.goto(f"{server.address}of/oidc/back?code=stolen&state=made-up")
    expect(page.get_by_role("alert")).to_contain_text("不是从这个浏览器开始的")
    page.get_by_role("link", name="再登录一次").click()
    prove(page, "sub-chen")
    expect(page.locator(".who")).to_contain_text("陈晓岚")


def test_the_page_of_accounts_says_whom_the_provider_means(browser: Browser, page: Page, server: Server) -> None:
    page.goto(f"{server.address}people")
    leave(page)
    prove(page, "sub-shi")
    page.get_by_role("button", name="统一身份认证编号：李敏").click()
    box = page.get_by_label("“李敏”的统一身份认证编号")
    expect(box).to_have_value("sub-li")
    box.fill("sub-chen")
    page.locator(".st-key-account_bound").get_by_role("button", name="记下").click()
    expect(page.locator(".st-key-page_people")).to_contain_text("已经是另一个账号的")
    box.fill("sub-li-2")
    page.locator(".st-key-account_bound").get_by_role("button", name="记下").click()
    expect(page.locator(".st-key-page_people")).to_contain_text("记下了“李敏”的统一身份认证编号")
    assert barriers_on(page) == []
    elsewhere = browser.new_context(locale="zh-CN", viewport=SCREEN)
    try:
        their = elsewhere.new_page()
        elsewhere.route("https://**", lambda route: route.abort())
        their.goto(server.address)
        leave(their)
        prove(their, "sub-li-2")
        expect(their.locator(".who")).to_contain_text("李敏")
    finally:
        elsewhere.close()
