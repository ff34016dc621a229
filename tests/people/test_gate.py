"""The gate: who is answered what, signed in or not; signing in and out; time-outs; the name that a proxy tells."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from httpx2 import Headers
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from onefill.people import Account
from onefill.service import Desk, Settings
from onefill.service.access import Did
from onefill.service.shapes import Person
from onefill.ui.accounts import log_table
from onefill.ui.address import refuse_open_address
from onefill.ui.pages import PAGES
from onefill.ui.public_routes import PUBLIC
from onefill.ui.routes import ROUTES
from onefill.ui.shared import COOKIE, present, put_desk, the_settings
from onefill.ui.shell import MIDDLEWARE
from onefill.ui.station import STATION
from onefill.ui.whence import WHENCE, address, asked_from
from tests.desks import Clock
from tests.people.making import PASSWORD, ROOT, A, a_shop

HERE = "http://127.0.0.1:8501"
OURS = {"origin": HERE, "sec-fetch-site": "same-origin"}
BROWSER = {"accept": "text/html,*/*"}
SOCKET = "ws://127.0.0.1:8501/_stcore/stream"
OWN = "自己的新密码灯火阑珊处"


async def page(_request: Request) -> Response:
    return HTMLResponse("<html><head><title>Streamlit</title></head><body></body></html>")


async def station(_request: Request) -> Response:
    return PlainTextResponse(present().station)


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("open")
    await socket.close()


#: Every path that Streamlit or we serve beside pages.
OTHERS = [
    ("GET", "/_stcore/host-config"),
    ("PUT", "/_stcore/upload_file/x/y"),
    ("GET", "/static/js/main.js"),
    ("GET", "/media/abc.png"),
    *[(method, route.path) for route in ROUTES if isinstance(route, Route) for method in sorted(route.methods or ())],
    *[("GET", f"/of/{name}") for name in ("people.js", "drafts.js", "grid.js", "sign-in/", "/sign-in", "nothing")],
    *[("GET", path) for path in ("/of/theme.css/", "/of/publics", "/OF/SIGN-IN", "//of/sign-in", "/of/../of/rows")],
]
OPEN = {(method, path) for path in ("/of/sign-in", "/of/oidc", "/of/oidc/back") for method in ("GET", "POST", "HEAD")}
OPEN |= {("GET", "/of/health"), ("HEAD", "/of/health")}
OPEN |= {(method, path) for method, path in OTHERS if path == PUBLIC or path.startswith(f"{PUBLIC}/")}


def app() -> Starlette:
    routes = [*ROUTES, WebSocketRoute("/_stcore/stream", stream), Route("/_stcore/station", station)]
    return Starlette(routes=[*routes, Route("/{rest:path}", page, methods=["GET", "PUT"])], middleware=MIDDLEWARE)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    made = a_shop(tmp_path, clock=clock, present=present)
    put_desk(made)
    yield made
    put_desk(None)


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return TestClient(app(), base_url=HERE, client=("127.0.0.1", 50000), follow_redirects=False)


def sign_in(client: TestClient, name: str = "甲一", password: str = PASSWORD, goal: str = "/") -> int:
    form = {"name": name, "password": password, "next": goal}
    return client.post("/of/sign-in", data=form, headers=OURS).status_code


# -- signed out ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", PAGES)
def test_a_page_leads_to_the_sign_in_page_and_back(client: TestClient, address: str) -> None:
    answer = client.get(f"/{address}?record=r1", headers=BROWSER)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/of/sign-in?next={quote(f'/{address}?record=r1')}"
    shown = client.get(answer.headers["location"], headers=BROWSER | {"sec-fetch-site": "cross-site"})
    assert shown.status_code == 200
    assert f'value="/{address}?record=r1"' in shown.text


@pytest.mark.parametrize(("method", "path"), [one for one in OTHERS if one not in OPEN and one[1] != "/of/theme.css"])
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_whatever_is_no_page_is_refused(client: TestClient, method: str, path: str, accept: str) -> None:
    answer = client.request(method, path, headers=OURS | {"accept": accept})
    assert answer.status_code in (303, 401), answer.text
    if answer.status_code == 401 and method != "HEAD":
        assert answer.json()["signed_out"] is True
    else:
        assert method == "HEAD" or (accept == "text/html" and not path.startswith("/of/"))


def test_the_socket_is_refused(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect(SOCKET):
        pass
    assert refused.value.code == 1008


def test_what_is_open_to_everybody(client: TestClient) -> None:
    for path in ("/of/theme.css", "/of/sign-in", "/_stcore/health", PUBLIC):
        assert client.get(path).status_code == 200, path
    assert "甲一" not in client.get("/of/sign-in").text


@pytest.mark.parametrize("cookie", ["x", "", "../..", "a" * 5000])
def test_a_cookie_we_did_not_make_lets_nobody_in(client: TestClient, cookie: str) -> None:
    client.cookies.set(COOKIE, cookie)
    assert client.get("/", headers=BROWSER).status_code == 303
    assert client.get("/of/act").status_code == 401


# -- signing in and out --------------------------------------------------------------------------------------------


def test_signing_in_sets_a_cookie_no_script_can_read(client: TestClient) -> None:
    form = {"name": "甲一", "password": PASSWORD, "next": "/fill?record=r1"}
    answer = client.post("/of/sign-in", data=form, headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/fill?record=r1")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for word in ("HttpOnly", "SameSite=strict", "Path=/"):
        assert word in cookie
    assert "Secure" not in cookie
    assert client.get("/", headers=BROWSER).status_code == 200
    assert client.get("/of/act").json() == {"name": "甲一"}
    with client.websocket_connect(SOCKET) as socket:
        assert socket.receive_text() == "open"


def test_each_browser_gets_a_number_that_stays_whoever_signs_in(client: TestClient) -> None:
    assert STATION not in client.get("/of/sign-in", headers=BROWSER).headers.get("set-cookie", "")
    sign_in(client)
    given = client.get("/", headers=BROWSER).headers["set-cookie"]
    assert given.startswith(f"{STATION}=")
    for word in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age="):
        assert word in given
    assert STATION not in client.get("/", headers=BROWSER).headers.get("set-cookie", "")
    number = client.cookies[STATION]
    assert client.get("/_stcore/station").text == number
    sign_in(client, "乙一")
    assert client.get("/_stcore/station").text == number


@pytest.mark.parametrize("number", ["x", "A" * 32, "../" + "0" * 29])
def test_a_number_we_did_not_give_is_none(client: TestClient, number: str) -> None:
    client.cookies.set(STATION, number)
    sign_in(client)
    assert client.get("/_stcore/station").text == ""
    assert STATION in client.get("/", headers=BROWSER).headers["set-cookie"]


def test_behind_tls_the_cookie_is_secure(client: TestClient) -> None:
    form = {"name": "甲一", "password": PASSWORD}
    answer = client.post("/of/sign-in", data=form, headers=OURS | {"x-forwarded-proto": "https"})
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "goal",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/of/act",
        "nowhere",
        "",
        "///x",
    ],
)
def test_signing_in_leads_nowhere_else(client: TestClient, goal: str) -> None:
    form = {"name": "甲一", "password": PASSWORD, "next": goal}
    assert client.post("/of/sign-in", data=form, headers=OURS).headers["location"] == "/"
    assert "evil" not in client.get("/of/sign-in", params={"next": goal}).text


def test_a_wrong_password_is_told_kindly_and_the_fifth_locks(client: TestClient) -> None:
    form = {"name": "甲一<b>", "password": "wrong"}
    answer = client.post("/of/sign-in", data=form, headers=OURS)
    assert answer.status_code == 401
    assert "名字或密码不对" in answer.text
    assert "甲一&lt;b&gt;" in answer.text
    assert "wrong" not in answer.text
    assert COOKIE not in answer.cookies
    assert [sign_in(client, password="wrong") for _ in range(5)] == [401] * 4 + [429]
    locked = client.post("/of/sign-in", data={"name": "甲一", "password": PASSWORD}, headers=OURS)
    assert locked.status_code == 429
    assert "先停 15 分钟" in locked.text


@pytest.mark.parametrize("headers", [{}, {"origin": "http://evil.example"}, OURS | {"sec-fetch-site": "cross-site"}])
def test_another_page_signs_nobody_in_or_out(client: TestClient, headers: dict[str, str]) -> None:
    form = {"name": "甲一", "password": PASSWORD}
    assert client.post("/of/sign-in", data=form, headers=headers).status_code == 403
    assert sign_in(client) == 303
    assert client.post("/of/sign-out", headers=headers).status_code == 403
    assert client.post("/of/password", data={"old": PASSWORD}, headers=headers).status_code == 403
    assert client.get("/of/act").status_code == 200


@pytest.mark.parametrize("body", [b"", b"name", b"\xff\xfe=1", b"&" * 50, b"name=" + b"x" * 9000])
def test_a_form_that_is_none_signs_nobody_in(client: TestClient, body: bytes) -> None:
    headers = OURS | {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/of/sign-in", content=body, headers=headers).status_code in (400, 401, 413)


def test_signing_out_ends_it_for_the_socket_and_for_every_window(client: TestClient, desk: Desk) -> None:
    sign_in(client)
    token = client.cookies[COOKIE]
    assert client.post("/of/sign-out", headers=OURS).json() == {"goal": "/of/sign-in"}
    assert COOKIE not in client.cookies
    client.cookies.set(COOKIE, token)
    assert client.get("/of/act").status_code == 401
    assert desk.as_(Person).log.lines()[0].did == Did.SIGNED_OUT


def test_signing_in_as_another_ends_the_first_session(client: TestClient) -> None:
    sign_in(client)
    token = client.cookies[COOKIE]
    sign_in(client, "乙一")
    assert client.get("/of/act").json() == {"name": "乙一"}
    client.cookies.clear()
    client.cookies.set(COOKIE, token)
    assert client.get("/of/act").status_code == 401


# -- time-out ------------------------------------------------------------------------------------------------------


def test_time_runs_from_acts_and_not_from_what_pages_ask(client: TestClient, desk: Desk, clock: Clock) -> None:
    sign_in(client)
    record = desk.records.create("order", desk.people.named("甲一"))
    for minute in range(29):
        clock.now += timedelta(minutes=1)
        if minute == 14:
            assert client.post("/of/act", headers=OURS).status_code == 200  # a key was pressed
        assert client.get("/of/act").status_code == 200
        client.get(f"/of/pulse/record/{record}")
    clock.now += timedelta(minutes=15, seconds=59)
    assert client.get("/of/act").status_code == 200
    clock.now += timedelta(seconds=1)
    for answer in (client.get("/of/act"), client.get(f"/of/pulse/record/{record}")):
        assert answer.status_code == 401
        assert answer.json()["message"] == "半小时没有操作，已退出。登录后接着填，内容都在"
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(SOCKET):
        pass


def test_opening_a_page_is_an_act(client: TestClient, clock: Clock) -> None:
    sign_in(client)
    for _ in range(4):
        clock.now += timedelta(minutes=20)
        assert client.get("/", headers=BROWSER).status_code == 200


# -- passwords -----------------------------------------------------------------------------------------------------


def test_a_one_time_password_opens_nothing_but_its_change(client: TestClient, desk: Desk) -> None:
    once = desk.people.make(Account(name="新来", unit=A, roles=("seller",)), ROOT)
    assert sign_in(client, "新来", once) == 303
    for path in PAGES:
        answer = client.get(f"/{path}", headers=BROWSER)
        assert (answer.status_code, answer.headers["location"]) == (303, "/of/password")
    assert client.get("/of/drafts.js").status_code == 403
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(SOCKET):
        pass
    assert "先改一次密码" in client.get("/of/password").text
    for form, said in (
        ({"old": once, "new": OWN, "again": "另一个"}, "不一样"),
        ({"old": "wrong", "new": OWN, "again": OWN}, "不对"),
        ({"old": once, "new": "short", "again": "short"}, "至少要 10 个"),
    ):
        answer = client.post("/of/password", data=form, headers=OURS)
        assert answer.status_code == 400
        assert said in answer.text
    answer = client.post("/of/password", data={"old": once, "new": OWN, "again": OWN}, headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert client.get("/", headers=BROWSER).status_code == 200


def test_a_disabled_account_is_out_at_once(client: TestClient, desk: Desk) -> None:
    sign_in(client)
    desk.people.disable("甲一", ROOT)
    assert client.get("/of/act").status_code == 401
    assert sign_in(client) == 401


# -- other ways to live --------------------------------------------------------------------------------------------


def test_on_an_own_pc_nothing_of_it_shows(tmp_path: Path) -> None:
    put_desk(a_shop(tmp_path, people="none", staff=False))
    client = TestClient(app(), base_url=HERE, client=("127.0.0.1", 1), follow_redirects=False)
    answer = client.get("/", headers=BROWSER)
    assert answer.status_code == 200
    assert "people.js" not in answer.text
    for method, path in (("GET", "/of/sign-in"), ("POST", "/of/sign-in"), ("GET", "/of/password"), ("GET", "/of/act")):
        assert client.request(method, path, headers=OURS).status_code == 404
    put_desk(None)


def test_with_accounts_the_page_watches_the_time(client: TestClient) -> None:
    sign_in(client)
    page = client.get("/", headers=BROWSER).text
    assert '<meta name="of-idle" content="1800"><script src="./of/people.js?v=' in page


def test_a_desk_without_accounts_says_how_to_begin(tmp_path: Path) -> None:
    put_desk(a_shop(tmp_path, staff=False))
    client = TestClient(app(), base_url=HERE, client=("127.0.0.1", 1))
    assert "people add" in client.get("/of/sign-in").text
    put_desk(None)


SECRET = "that the proxy and we know"
TELLS = {"x-onefill-proxy": SECRET}


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[TestClient]:
    desk = a_shop(tmp_path, people="header", present=present)
    put_desk(replace(desk, settings=replace(desk.settings, proxy_secret=SECRET)))
    yield TestClient(app(), base_url=HERE, client=("127.0.0.1", 1), follow_redirects=False)
    put_desk(None)


def test_a_proxy_tells_who_it_is(proxied: TestClient) -> None:
    name = TELLS | {"x-onefill-user": quote("甲一")}
    assert proxied.get("/", headers=BROWSER | name).status_code == 200
    assert "people.js" not in proxied.get("/", headers=BROWSER | name).text
    with proxied.websocket_connect(SOCKET, headers=name) as socket:
        assert socket.receive_text() == "open"
    assert proxied.get("/of/sign-in").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"x-onefill-user": quote("甲一")},
        {"x-onefill-user": quote("甲一"), "x-onefill-proxy": ""},
        {"x-onefill-user": quote("甲一"), "x-onefill-proxy": SECRET[:-1]},
        TELLS,
        TELLS | {"x-onefill-user": ""},
        TELLS | {"x-onefill-user": quote("没有<b>")},
        TELLS | {"x_onefill_user": quote("甲一")},
        [*TELLS.items(), ("x-onefill-user", quote("甲一")), ("x-onefill-user", quote("市管"))],
    ],
)
def test_nobody_is_believed_who_is_no_proxy(proxied: TestClient, wrong: dict[str, str] | list[tuple[str, str]]) -> None:
    told = list(wrong.items()) if isinstance(wrong, dict) else wrong
    answer = proxied.get("/", headers=[*BROWSER.items(), *told])
    assert answer.status_code == 403
    assert "<b>" not in answer.text
    assert proxied.post("/of/drafts", headers=[*OURS.items(), *told]).status_code == 401
    with pytest.raises(WebSocketDisconnect), proxied.websocket_connect(SOCKET, headers=Headers(told)):
        pass


def test_a_proxys_name_is_answered_only_where_people_sign_in(tmp_path: Path) -> None:
    for people, status in (("none", 403), ("accounts", 200)):
        desk = a_shop(tmp_path, people=people)  # type: ignore[arg-type]
        settings = replace(desk.settings, hosts=("one.example",), proxies=("10.0.0.5",))
        put_desk(replace(desk, settings=settings))
        for peer, answered in (("127.0.0.1", status), ("10.0.0.5", status), ("192.168.1.7", 403)):
            client = TestClient(app(), base_url="http://one.example", client=(peer, 1))
            assert client.get("/of/theme.css").status_code == answered, (people, peer)
        forwarded = {"x-forwarded-for": "192.168.1.7"}
        assert "X-Forwarded-For" in client.get("/of/theme.css", headers=forwarded).text
        put_desk(None)


@pytest.mark.parametrize(
    ("peer", "header", "told", "kept"),
    [
        ("10.0.0.5", "x-real-ip", ["192.168.1.7"], "192.168.1.7"),
        ("127.0.0.1", "x-real-ip", ["2001:DB8::7"], "2001:db8::7"),
        ("10.0.0.5", "", ["192.168.1.7"], "10.0.0.5"),  # nobody has said that the proxy writes it
        ("10.0.0.5", "x-real-ip", ["192.168.1.7", "192.168.1.8"], "10.0.0.5"),
        ("10.0.0.5", "x-real-ip", ["<b>"], "10.0.0.5"),
        ("10.0.0.5", "x-real-ip", [], "10.0.0.5"),
    ],
)
def test_the_log_tells_from_which_address_it_was_asked(
    tmp_path: Path, peer: str, header: str, told: list[str], kept: str
) -> None:
    desk = a_shop(tmp_path, whence=lambda: asked_from(the_settings()))
    settings = replace(desk.settings, hosts=("one.example",), proxies=("10.0.0.5",), address_header=header)
    put_desk(replace(desk, settings=settings))
    try:
        client = TestClient(app(), base_url="http://one.example", client=(peer, 1))
        headers = [("origin", "http://one.example"), *(("x-real-ip", one) for one in told)]
        form = {"name": "甲一", "password": PASSWORD}
        client.post("/of/sign-in", data=form, headers=Headers(headers), follow_redirects=False)
        assert [(one.did, one.address) for one in desk.log.lines() if one.address] == [(Did.SIGNED_IN, kept)]
        assert f">{kept}<" in log_table(desk.log.lines())
    finally:
        put_desk(None)
    assert WHENCE.get() == ""


def test_an_address_of_somebody_who_is_no_proxy_of_ours_is_not_believed() -> None:
    settings = Settings(data=Path(), proxies=("10.0.0.5",), address_header="x-real-ip")
    assert address(settings, "192.168.1.9", "10.1.1.1") == "192.168.1.9"
    assert address(settings, "10.0.0.5", "10.1.1.1") == "10.1.1.1"


def test_an_open_address_needs_proxies_that_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    refuse_open_address("127.0.0.1", proxied=False)
    refuse_open_address("10.0.0.6", proxied=True)
    with pytest.raises(SystemExit):
        refuse_open_address("10.0.0.6", proxied=False)
    assert "ONEFILL_PROXIES" in capsys.readouterr().err
