"""The shell: Chinese before the first paint, unknown pages, only this PC."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from onefill.ui.address import host_of, is_loopback, refuse_open_address
from onefill.ui.pages import PAGES, SCREENS
from onefill.ui.shell import MIDDLEWARE
from onefill.ui.streamlit_parts import KINDS
from onefill.ui.streamlit_parts import STATIC as STREAMLIT

HOME = Path(__file__).resolve().parents[2]
PAGE = '<!DOCTYPE html>\n<html lang="en"><head><title>Streamlit</title></head><body><div id="root"></div></body></html>'
BROWSER = {"accept": "text/html,*/*", "accept-encoding": "gzip", "if-none-match": "x"}


async def page(_request: Request) -> Response:
    return HTMLResponse(PAGE, headers={"etag": "x"})


async def data(_request: Request) -> Response:
    return PlainTextResponse("<title>Streamlit</title>")


@pytest.fixture
def client() -> TestClient:
    app = Starlette(routes=[Route("/data", data), Route("/{rest:path}", page)], middleware=MIDDLEWARE)
    return TestClient(app, base_url="http://localhost:8501", client=("127.0.0.1", 1), follow_redirects=False)


def test_the_page_is_chinese_before_streamlit_starts(client: TestClient) -> None:
    answer = client.get("/", headers=BROWSER)
    assert '<html lang="zh-CN">' in answer.text
    assert "<title>一填通</title>" in answer.text
    assert answer.text.index("theme.css") < answer.text.index("chinese.js") < answer.text.index("root")
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "etag" not in answer.headers
    assert answer.headers["x-frame-options"] == "DENY"


def test_what_a_page_is_drawn_with_is_kept_by_the_browser_and_fetched_ahead(client: TestClient) -> None:
    """Each under an address of its contents: whatever is asked for anew before the first paint delays it."""
    page = client.get("/review?record=r", headers=BROWSER).text
    own = re.findall(r'(?:href|src)="\./of/([a-z]+\.(?:css|js))(\?v=[0-9a-f]{12})?"', page)
    assert {name for name, _ in own} >= {"theme.css", "office.css", "chinese.js", "keep.js", "panel.js", "viewer.js"}
    assert [name for name, mark in own if not mark] == []
    ahead = re.findall(r'<link rel="modulepreload" crossorigin href="\./static/js/([^"]+)">', page)
    assert {name.partition(".")[0] for name in ahead} >= set(KINDS)
    assert len(ahead) == len(set(ahead))
    assert [name for name in ahead if not (STREAMLIT / "js" / name).is_file()] == []
    assert 'as="font"' in page
    assert "viewer.js" not in client.get("/", headers=BROWSER).text


@pytest.mark.parametrize("address", [address for address in PAGES if address])
def test_every_page_can_be_opened_first(client: TestClient, address: str) -> None:
    assert client.get(f"/{address}?record=r", headers=BROWSER).status_code == 200
    assert (SCREENS / PAGES[address][0]).is_file()


@pytest.mark.parametrize("address", ["nothing", "fill/more", "pages/fill", "学员"])
def test_an_unknown_page_leads_to_one_that_says_so(client: TestClient, address: str) -> None:
    answer = client.get(f"/{address}", headers=BROWSER)
    assert answer.headers["location"] == "/missing"


def test_what_is_no_page_is_left_alone(client: TestClient) -> None:
    assert client.get("/data").text == "<title>Streamlit</title>"


@pytest.mark.parametrize(
    ("header", "host"),
    [("127.0.0.1:8501", "127.0.0.1"), ("http://localhost:1", "localhost"), ("[::1]:8501", "::1"), ("a.b", "a.b")],
)
def test_the_host_of_a_header(header: str, host: str) -> None:
    assert host_of(header) == host


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.53", "localhost", "LOCALHOST", "::1", "[::1]"])
def test_this_pc_is_served(address: str) -> None:
    assert is_loopback(address)
    refuse_open_address(address)


@pytest.mark.parametrize(
    "address", [None, "", "0.0.0.0", "::", "192.168.1.5", "localhost.evil.example", "127.0.0.1.nip.io"]
)
def test_any_other_address_is_refused(address: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        refuse_open_address(address)
    assert end.value.code == 2
    assert "没有启动" in capsys.readouterr().err


def test_the_program_ends_when_told_to_listen_to_everybody(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.address",
        "0.0.0.0",
        "--server.port",
        "8699",
    ]
    ended = subprocess.run(command, cwd=HOME, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert "谁都进得来" in ended.stderr


def test_the_start_file_is_a_literal_call_of_few_lines() -> None:
    text = (HOME / "app.py").read_text(encoding="utf-8")
    assert 'app = st.App("onefill/ui/main.py", routes=ROUTES, middleware=MIDDLEWARE' in text
