"""Our routes: who may speak, what is kept, what is refused."""

import gzip
import json
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from onefill.service.desk import Desk
from onefill.service.shapes import Produced
from onefill.ui.jobs import jobs
from onefill.ui.routes import ROUTES
from onefill.ui.shell import MIDDLEWARE
from onefill.ui.tokens import sign
from tests.desks import ended

HERE = "http://127.0.0.1:8501"
OURS = {"origin": HERE, "sec-fetch-site": "same-origin"}


@pytest.fixture
def client() -> TestClient:
    app = Starlette(routes=ROUTES, middleware=MIDDLEWARE)
    return TestClient(app, base_url=HERE, client=("127.0.0.1", 50000))


@pytest.fixture
def token(desk: Desk) -> str:
    return sign("w1", desk.settings.data)


def keystrokes(token: str, record: str, *changes: tuple[str, object, int], seen: int | None = None) -> dict[str, Any]:
    told = [{"path": path, "text": text, "sequence": sequence} for path, text, sequence in changes]
    return {"token": token, "record": record, "seen": seen, "changes": told}


def number(desk: Desk, record: str) -> str:
    return next(f.shown for f in desk.records.fields(record, "basics") if f.path == "number")


def test_a_keystroke_of_our_page_is_kept(client: TestClient, desk: Desk, order: str, token: str) -> None:
    answer = client.post("/of/drafts", json=keystrokes(token, order, ("number", "A-1", 1)), headers=OURS)
    assert answer.status_code == 200
    assert answer.json()["refused"] == []
    assert number(desk, order) == "A-1"


def test_an_older_keystroke_never_wins(client: TestClient, desk: Desk, order: str, token: str) -> None:
    client.post("/of/drafts", json=keystrokes(token, order, ("number", "neu", 9)), headers=OURS)
    client.post("/of/drafts", json=keystrokes(token, order, ("number", "alt", 3)), headers=OURS)
    assert number(desk, order) == "neu"


def test_another_windows_newer_text_is_not_overwritten(client: TestClient, desk: Desk, order: str, token: str) -> None:
    seen = desk.records.state(order).change
    other = sign("w2", desk.settings.data)
    client.post("/of/drafts", json=keystrokes(other, order, ("number", "theirs", 1), seen=seen), headers=OURS)
    answer = client.post("/of/drafts", json=keystrokes(token, order, ("number", "mine", 1), seen=seen), headers=OURS)
    assert answer.json()["refused"] == ["number"]
    assert number(desk, order) == "theirs"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "null"},
        {},
        OURS | {"sec-fetch-site": "cross-site"},
        OURS | {"sec-fetch-site": "same-site"},
    ],
)
def test_another_web_page_is_refused(
    client: TestClient, desk: Desk, order: str, token: str, headers: dict[str, str]
) -> None:
    body = keystrokes(token, order, ("number", "A-1", 1))
    for path in ("/of/drafts", f"/of/file/{order}/sheet/pdf", f"/of/summary/{order}", f"/of/made/{order}/j"):
        answer = client.post(path, json=body, headers=headers | {"x-onefill-token": token})
        assert answer.status_code == 403, path
    assert number(desk, order) == ""


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8501", "192.168.1.9:8501", ""])
def test_only_our_own_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/of/theme.css", headers={"host": host}).status_code == 403


def test_only_this_pc_is_answered() -> None:
    app = Starlette(routes=ROUTES, middleware=MIDDLEWARE)
    far = TestClient(app, base_url=HERE, client=("192.168.1.77", 50000))
    answer = far.get("/of/theme.css")
    assert answer.status_code == 403
    assert "本机" in answer.text


@pytest.mark.parametrize("wrong", ["", "w1", "w1.", "w1.00", "w2.{seal}", "{token}x", "w1.印"])
def test_a_token_we_did_not_make_is_refused(client: TestClient, desk: Desk, order: str, token: str, wrong: str) -> None:
    made_up = wrong.format(seal=token.partition(".")[2], token=token)
    answer = client.post("/of/drafts", json=keystrokes(made_up, order, ("number", "A-1", 1)), headers=OURS)
    assert answer.status_code == 401
    assert client.get(f"/of/picture/{order}/j/1?k={made_up}").status_code == 401
    headers = {name: value.encode() for name, value in (OURS | {"x-onefill-token": made_up}).items()}
    assert client.post(f"/of/file/{order}/sheet/pdf", headers=headers).status_code == 401
    assert number(desk, order) == ""


def test_a_record_nobody_has_is_refused(client: TestClient, token: str) -> None:
    answer = client.post("/of/drafts", json=keystrokes(token, "nope", ("number", "A-1", 1)), headers=OURS)
    assert answer.status_code == 404
    assert "没有这个办件" in answer.json()["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"token": "t"}',
        b"\xff\xfe",
        json.dumps({"token": "t", "record": "r", "changes": [{"path": "../x", "text": "", "sequence": 1}]}).encode(),
        json.dumps({"token": "t", "record": "r", "changes": [{"path": "a", "text": 5, "sequence": 1}]}).encode(),
        json.dumps({"token": "t", "record": "r", "changes": {"a": 1}}).encode(),
        b'{"token": "t", "record": "r", "changes": [{"path": "a", "text": "", "sequence": 1e400}]}',
    ],
)
def test_what_cannot_be_read_is_refused(client: TestClient, desk: Desk, body: bytes) -> None:
    answer = client.post("/of/drafts", content=body, headers=OURS)
    assert answer.status_code == 400
    assert "没有收下" in answer.json()["message"]


def test_too_much_is_refused(client: TestClient, order: str, token: str) -> None:
    assert client.post("/of/drafts", content=b"x" * 300_000, headers=OURS).status_code == 413
    long = keystrokes(token, order, ("number", "x" * 20_001, 1))
    assert client.post("/of/drafts", json=long, headers=OURS).status_code == 413
    many = keystrokes(token, order, *[("number", "x", n) for n in range(201)])
    assert client.post("/of/drafts", json=many, headers=OURS).status_code == 413


@pytest.mark.parametrize("path", ["unknown", "twice", "goods/r1/unknown"])
def test_what_the_form_does_not_ask_is_refused(client: TestClient, order: str, token: str, path: str) -> None:
    answer = client.post("/of/drafts", json=keystrokes(token, order, (path, "1", 1)), headers=OURS)
    assert answer.status_code == 409
    assert answer.json()["message"]


def test_a_made_file_goes_to_its_own_record_only(client: TestClient, desk: Desk, order: str, token: str) -> None:
    desk.jobs.start("archive", order, desk.who(), phase="first", pdf=False)
    job = ended(desk, order)
    headers = OURS | {"x-onefill-token": token}
    answer = client.post(f"/of/made/{order}/{job.id}", headers=headers)
    assert answer.content[:2] == b"PK"
    assert "%E4%B8%8B%E5%8D%95" in answer.headers["content-disposition"]
    other = desk.records.create("order", desk.who())
    assert client.post(f"/of/made/{other}/{job.id}", headers=headers).status_code == 404


def test_an_unknown_paper_is_told_in_chinese(client: TestClient, order: str, token: str) -> None:
    answer = client.post(f"/of/file/{order}/nothing/pdf", headers=OURS | {"x-onefill-token": token})
    assert answer.status_code == 409
    assert "没有“nothing”这份材料" in answer.json()["message"]


def test_the_unexpected_is_told_by_its_number_and_logged_without_what_was_typed(
    client: TestClient,
    desk: Desk,
    order: str,
    token: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(_produced: object) -> None:
        raise ValueError("陈大文 440604199001010000")

    monkeypatch.setattr("onefill.ui.giving.download", broken)
    desk.jobs.start("archive", order, desk.who(), phase="first", pdf=False)
    job = ended(desk, order)
    answer = client.post(f"/of/made/{order}/{job.id}", headers=OURS | {"x-onefill-token": token})
    assert answer.status_code == 500
    assert "已记下（" in answer.json()["message"]
    assert "ValueError" in caplog.text
    assert "陈大文" not in caplog.text


def test_assets_are_ours_only(client: TestClient) -> None:
    assert client.get("/of/theme.css").headers["content-type"].startswith("text/css")
    assert client.get("/of/chinese.js").status_code == 200
    assert client.get("/of/..%2fmain.py").status_code == 404
    assert client.get("/of/worker.js").status_code == 404


def test_the_table_is_light_and_comes_without_its_notes(client: TestClient) -> None:
    script = client.get("/of/grid.js", headers=OURS).content
    assert len(gzip.compress(script, 9)) <= 20 * 1024
    assert not [line for line in script.splitlines() if line.lstrip().startswith(b"//")]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/of/file/a/b/c"), ("POST", "/of/drafts/x"), ("GET", "/of/drafts")]
)
def test_an_address_that_leads_nowhere_says_so_in_chinese(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path, headers=OURS)
    assert answer.status_code == 404
    assert "没有这个" in answer.text


def pulse(client: TestClient, token: str, record: str, kind: str = "record") -> Any:
    return client.get(f"/of/pulse/{kind}/{record}", headers=OURS | {"x-onefill-token": token})


def test_the_pulse_says_something_new_when_the_record_changes(
    client: TestClient, desk: Desk, order: str, token: str
) -> None:
    before = pulse(client, token, order).json()["pulse"]
    assert pulse(client, token, order).json()["pulse"] == before
    desk.records.set(order, "number", "A-2", desk.who())
    assert pulse(client, token, order).json()["pulse"] != before


def test_the_pulse_of_papers_follows_jobs(client: TestClient, desk: Desk, order: str, token: str) -> None:
    desk.records.keep_version(order, desk.who(), "定稿")
    before = pulse(client, token, order, "papers").json()["pulse"]
    jobs.start(("pulse", order), order, lambda _: Produced("纸.txt", b""))
    jobs.wait()
    looked_at = pulse(client, token, order, "papers").json()["pulse"]
    desk.jobs.start("archive", order, desk.who(), phase="first", pdf=False)
    ended(desk, order)
    assert len({before, looked_at, pulse(client, token, order, "papers").json()["pulse"]}) == 3


def test_the_pulse_beats_only_for_those_who_may_see(client: TestClient, desk: Desk, order: str, token: str) -> None:
    assert pulse(client, "w1.forged", order).status_code == 401
    assert pulse(client, "w1.forged", "samples", "files").status_code == 401
    assert pulse(client, token, "nobody").status_code == 404
    assert pulse(client, token, order, "everything").status_code == 404
    desk.records.delete(order, desk.who())
    assert pulse(client, token, order).status_code == 409
