"""Another site's page in the same browser can neither write here nor read."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Page

from tests.browsers import FOREIGN
from tests.journeys.server import Server
from tests.journeys.window import Window, expect

TYPED, EVIL = "司徒晓岚", "别处写的"
#: Sent without asking first, as a form of any site can.
POST = """async ([url, body]) => {
  try { await fetch(url, {method: 'POST', mode: 'no-cors', body, headers: {'content-type': 'text/plain'}}); }
  catch { }
}"""
READ = """async (url) => {
  try { return await (await fetch(url, {credentials: 'include'})).text(); } catch (error) { return 'refused'; }
}"""
SPEAK = """(url) => new Promise((done) => {
  const socket = new WebSocket(url);
  socket.onopen = () => done('open');
  socket.onerror = () => done('refused');
})"""


class Elsewhere(BaseHTTPRequestHandler):
    """Another site: one empty page."""

    def do_GET(self) -> None:  # the name is the library's
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>x</title>")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{FOREIGN}:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def own(seat: Window) -> Window:
    """A window of ours with a record in it."""
    seat.open()
    seat.begin("leave_request")
    seat.write("applicant", TYPED)
    return seat


@pytest.fixture(params=["another site", "a page without a site"])
def foreign(request: pytest.FixtureRequest, own: Window, site: str) -> Iterator[Page]:
    page = own.page.context.new_page()
    page.goto(site if request.param == "another site" else "data:text/html,<title>x</title>")
    yield page
    page.close()


def test_even_with_a_token_it_cannot_write(own: Window, foreign: Page) -> None:
    token = own.page.locator("#of-session").get_attribute("data-token")
    changes = [{"path": "applicant", "text": EVIL, "sequence": 9_999_999_999_999}]
    told = json.dumps({"token": token, "record": own.record, "seen": 99, "changes": changes})
    answers: list[int] = []
    foreign.on("response", lambda response: answers.append(response.status))
    foreign.evaluate(POST, [f"{own.address}of/drafts", told])
    assert all(status == 403 for status in answers)
    own.reload()
    expect(own.box("applicant")).to_have_value(TYPED)


def test_it_cannot_fetch_papers_or_pages(own: Window, foreign: Page) -> None:
    for path in (f"of/file/{own.record}/leave_paper/docx", f"of/summary/{own.record}", f"fill?record={own.record}"):
        assert foreign.evaluate(READ, own.address + path) == "refused"


def test_it_cannot_speak_to_streamlit(own: Window, foreign: Page) -> None:
    assert foreign.evaluate(SPEAK, f"{own.address.replace('http', 'ws')}_stcore/stream") == "refused"


def test_it_cannot_frame_us(own: Window, foreign: Page) -> None:
    foreign.evaluate(
        "url => document.body.append(Object.assign(document.createElement('iframe'), {src: url}))", own.address
    )
    framed = foreign.wait_for_event("frameattached") if len(foreign.frames) < 2 else foreign.frames[1]
    framed.wait_for_load_state()
    assert framed.locator(".st-key-topbar").count() == 0


def test_a_foreign_name_that_leads_here_is_refused(window: Window, server: Server) -> None:
    answer = window.page.goto(f"http://{FOREIGN}:{server.port}/")
    assert answer is not None
    assert answer.status == 403
    assert "只" in answer.text()
