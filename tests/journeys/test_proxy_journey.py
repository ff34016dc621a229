"""Behind nginx, set up as the page on signing in shows: it signs people in and tells us who they are."""

from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from onefill.definitions import Definitions
from onefill.people import Account
from onefill.service import Settings, open_desk
from onefill.service.access import Did
from onefill.service.shapes import Person
from store import EVERYTHING
from tests.browsers import SCREEN
from tests.journeys.proxy import Nginx
from tests.journeys.server import Server
from tests.journeys.window import Window

FORM, DISTRICT, SECRET = "leave_request", "440600/440605", "shared-with-the-proxy"
NAME, OTHER = "x-onefill-user", quote("李敏")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("proxied") / "data"
    desk = open_desk(Settings(data=data))
    for name in ("陈晓岚", "李敏"):
        desk.people.make(Account(name=name, unit=DISTRICT, roles=("clerk", "colleague")), Person())
    desk.store.close()
    with Server(data, settings={"ONEFILL_PEOPLE": "header", "ONEFILL_PROXY_SECRET": SECRET}) as one:
        yield one


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Iterator[Nginx]:
    folder = tmp_path_factory.mktemp("nginx")
    told = {"127.0.0.1:8501": f"127.0.0.1:{server.port}", "和 ONEFILL_PROXY_SECRET 一样": SECRET}
    one = Nginx(folder, "X-Onefill-User", told)
    (folder / "onefill.users").write_text("chen:{PLAIN}tea\nnobody:{PLAIN}tea\n", encoding="utf-8")
    try:
        one.start()
        yield one
    finally:
        one.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    one = browser.new_context(
        locale="zh-CN",
        viewport=SCREEN,
        ignore_https_errors=True,
        http_credentials={"username": "chen", "password": "tea"},
        # What the browser says of itself is written over by the proxy.
        extra_http_headers={NAME: OTHER, "x-onefill-proxy": "guessed", "x-forwarded-for": "203.0.113.9"},
    )
    try:
        yield one
    finally:
        one.close()


def test_who_the_proxy_lets_in_works_under_the_own_name(
    context: BrowserContext, server: Server, nginx: Nginx, definitions: Definitions
) -> None:
    window = Window(context.new_page(), nginx.address, definitions)
    window.open()
    expect(window.page.locator(".who")).to_contain_text("陈晓岚")
    expect(window.page.locator(".who")).not_to_contain_text("退出")
    record = window.begin(FORM)
    window.write("applicant", "司徒晓岚")  # the route of keystrokes, and the socket
    window.reload()
    expect(window.box("applicant")).to_have_value("司徒晓岚")
    window.papers()
    assert window.download("Word", "请假单").read_bytes()[:2] == b"PK"
    assert window.faults == []
    desk = open_desk(Settings(data=server.data))
    try:
        assert {entry.who for entry in desk.store.entries(record, EVERYTHING)} == {"陈晓岚"}
        assert next(line.who for line in desk.log.lines() if line.did == Did.PRINTED) == "陈晓岚"
    finally:
        desk.store.close()


def test_who_has_no_account_is_told_so(browser: Browser, nginx: Nginx) -> None:
    one = browser.new_context(ignore_https_errors=True, http_credentials={"username": "nobody", "password": "tea"})
    try:
        page = one.new_page()
        page.goto(nginx.address)
        expect(page.locator("body")).to_contain_text("没有“nobody”这个账号")
    finally:
        one.close()


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({NAME: OTHER}, "没有从统一的入口进来"),
        ({NAME: OTHER, "x-onefill-proxy": "guessed"}, "没有从统一的入口进来"),
        ({NAME: OTHER, "x-onefill-proxy": SECRET, "x-forwarded-for": "203.0.113.9"}, "X-Forwarded-For"),
    ],
)
def test_who_goes_round_the_proxy_is_not_believed(server: Server, headers: dict[str, str], words: str) -> None:
    status, text = asked(server, "GET", "/", headers | {"accept": "text/html"})
    assert status == 403
    assert words in text
    assert asked(server, "POST", "/of/drafts", headers)[0] in (401, 403)
    assert asked(server, "GET", "/of/drafts.js", headers)[0] in (401, 403)
    with pytest.raises(InvalidStatus):
        opened(server, headers)


def test_the_proxy_itself_is_believed(server: Server) -> None:
    headers = {NAME: OTHER, "x-onefill-proxy": SECRET}
    assert asked(server, "GET", "/", headers | {"accept": "text/html"})[0] == 200
    opened(server, headers)


def asked(server: Server, method: str, path: str, headers: dict[str, str]) -> tuple[int, str]:
    line = HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        line.request(method, path, headers=headers | {"origin": server.address.rstrip("/")})
        answer: HTTPResponse = line.getresponse()
        return answer.status, answer.read().decode()
    finally:
        line.close()


def opened(server: Server, headers: dict[str, str]) -> None:
    with connect(f"ws://127.0.0.1:{server.port}/_stcore/stream", additional_headers=headers, proxy=None):
        return
