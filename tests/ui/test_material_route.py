"""Files that are handed in: streamed to the disk, given away, never left lying."""

import asyncio
import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from onefill.materials.errors import Locked
from onefill.materials.hashing import fingerprint
from onefill.service.desk import Desk
from onefill.service.shapes import Person
from onefill.ui import material_routes
from onefill.ui.material_routes import CUT_OFF, FULL, material_route
from onefill.ui.shell import MIDDLEWARE
from onefill.ui.tokens import sign
from tests.ui.test_routes import HERE, OURS

MOST = 3 << 20


def take(record: str, item: str, path: Path, filename: str, who: Person) -> dict[str, Any]:
    """What a service would do."""
    return {"record": record, "item": item, "name": filename, "who": who.name, "sha256": fingerprint(path).sha256}


def client_of(taker: Callable[..., Mapping[str, Any]] = take) -> TestClient:
    app = Starlette(routes=[material_route(taker, MOST)], middleware=MIDDLEWARE)
    return TestClient(app, base_url=HERE, client=("127.0.0.1", 50000))


def asked(order: str, headers: Mapping[str, str], coming: Iterator[dict[str, Any]]) -> tuple[int, str]:
    """Status and body of the answer to a body that comes piece by piece."""
    told: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(coming)

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    raw.append((b"host", HERE.removeprefix("http://").encode()))
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/of/material/{order}/paper",
        "headers": raw,
        "query_string": b"",
    }
    app = Starlette(routes=[material_route(take, MOST)])
    with ThreadPoolExecutor(1) as apart:  # a browser that drives other tests may keep a loop in this thread
        apart.submit(lambda: asyncio.run(app(scope, receive, send))).result()  # type: ignore[arg-type]
    return told[0]["status"], told[1]["body"].decode()


@pytest.fixture
def headers(desk: Desk) -> dict[str, str]:
    return {**OURS, "x-onefill-token": sign("w1", desk.settings.data), "x-onefill-name": quote("扫描 件.pdf")}


def left(desk: Desk) -> list[Path]:
    folder = desk.settings.data / "incoming"
    return list(folder.iterdir()) if folder.exists() else []


def pieces(count: int, size: int = 100_000) -> Iterator[bytes]:
    for number in range(count):
        yield bytes([number % 256]) * size


def test_a_file_is_given_away_whole(desk: Desk, order: str, headers: dict[str, str]) -> None:
    answer = client_of().post(f"/of/material/{order}/paper", content=pieces(25), headers=headers)
    assert answer.status_code == 200
    told = answer.json()
    assert told["sha256"] == hashlib.sha256(b"".join(pieces(25))).hexdigest()
    assert (told["record"], told["name"], told["who"]) == (order, "扫描 件.pdf", desk.who().name)
    assert left(desk) == []


def test_only_we_can_read_it_meanwhile(desk: Desk, order: str, headers: dict[str, str]) -> None:
    def look(record: str, item: str, path: Path, filename: str, who: Person) -> dict[str, Any]:
        return {"mode": path.stat().st_mode & 0o777, "folder": path.parent.parent == desk.settings.data}

    answer = client_of(look).post(f"/of/material/{order}/paper", content=b"x", headers=headers)
    assert answer.json() == {"mode": 0o600, "folder": True}


@pytest.mark.parametrize("said", ["../../etc/passwd.pdf", "C:\\a\\passwd.pdf", "pass\u202ewd\x00.pdf"])
def test_a_name_is_only_a_name(desk: Desk, order: str, headers: dict[str, str], said: str) -> None:
    answer = client_of().post(
        f"/of/material/{order}/paper", content=b"x", headers=headers | {"x-onefill-name": quote(said)}
    )
    assert answer.json()["name"] == "passwd.pdf"


def test_a_file_without_a_name(desk: Desk, order: str, headers: dict[str, str]) -> None:
    answer = client_of().post(f"/of/material/{order}/paper", content=b"x", headers=headers | {"x-onefill-name": ""})
    assert answer.json()["name"] == "文件"


def test_what_is_too_long_is_cut_off(desk: Desk, order: str, headers: dict[str, str]) -> None:
    coming = ({"type": "http.request", "body": piece, "more_body": True} for piece in pieces(200))
    status, body = asked(order, headers, coming)
    assert status == 413
    assert "文件 4 MB，最大 3 MB。用 200 dpi 重扫，或分成几个文件再传" in body
    assert len(list(coming)) == 200 - 32  # what comes beyond the limit is not listened to
    assert left(desk) == []


def test_what_says_that_it_is_too_long_is_not_listened_to(desk: Desk, order: str, headers: dict[str, str]) -> None:
    answer = client_of().post(f"/of/material/{order}/paper", content=b"x" * (8 << 20), headers=headers)
    assert answer.status_code == 413
    assert "文件 8 MB，最大 3 MB" in answer.json()["message"]


def test_what_is_refused_is_told_in_parts(desk: Desk, order: str, headers: dict[str, str]) -> None:
    def refuse(*_: object) -> dict[str, Any]:
        raise Locked()

    answer = client_of(refuse).post(f"/of/material/{order}/paper", content=b"x", headers=headers)
    assert answer.status_code == 422
    assert answer.json()["code"] == "FILE_LOCKED"
    assert answer.json()["what"] == "PDF 有密码"
    assert answer.json()["message"].startswith("PDF 有密码。用浏览器打开")
    assert left(desk) == []


def test_what_nobody_expected_leaves_nothing_lying(desk: Desk, order: str, headers: dict[str, str]) -> None:
    def fall(*_: object) -> dict[str, Any]:
        raise RuntimeError("身份证 110105")

    answer = client_of(fall).post(f"/of/material/{order}/paper", content=b"x", headers=headers)
    assert answer.status_code == 500
    assert "身份证" not in answer.text
    assert left(desk) == []


def test_no_room_is_said(desk: Desk, order: str, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fdopen

    def full(handle: int, mode: str) -> Any:
        real(handle, mode).close()
        return Path("/dev/full").open("wb", buffering=0)

    monkeypatch.setattr(material_routes.os, "fdopen", full)
    answer = client_of().post(f"/of/material/{order}/paper", content=b"x" * 100, headers=headers)
    assert (answer.status_code, answer.json()["message"]) == (507, FULL)
    assert left(desk) == []


def test_a_page_that_goes_away(desk: Desk, order: str, headers: dict[str, str]) -> None:
    coming = iter([{"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}])
    status, body = asked(order, headers, coming)
    assert status == 400
    assert CUT_OFF in body
    assert left(desk) == []


def test_who_may_not_is_refused_before_a_byte_is_kept(desk: Desk, order: str, headers: dict[str, str]) -> None:
    def never(*_: object) -> dict[str, Any]:
        raise AssertionError

    client = client_of(never)
    wrong = headers | {"x-onefill-token": "w1.00"}
    assert client.post(f"/of/material/{order}/paper", content=b"x", headers=wrong).status_code == 401
    foreign = headers | {"origin": "http://evil.example"}
    assert client.post(f"/of/material/{order}/paper", content=b"x", headers=foreign).status_code == 403
    assert client.post("/of/material/nope", content=b"x", headers=headers).status_code == 404
    assert client.get(f"/of/material/{order}/paper", headers=headers).status_code == 405
    assert left(desk) == []


def test_what_a_stopped_server_left_goes(desk: Desk, order: str, headers: dict[str, str]) -> None:
    folder = desk.settings.data / "incoming"
    folder.mkdir(parents=True)
    old, fresh = folder / "old", folder / "fresh"
    for path in (old, fresh):
        path.write_bytes(b"x")
    os.utime(old, (time.time() - 90_000,) * 2)
    client_of().post(f"/of/material/{order}/paper", content=b"x", headers=headers)
    assert left(desk) == [fresh]
