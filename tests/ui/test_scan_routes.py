"""Routes of what was handed in."""

import asyncio
import io
import os
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from onefill.service.desk import Desk
from onefill.ui.routes import ROUTES
from onefill.ui.shell import MIDDLEWARE
from onefill.ui.tokens import sign
from tests.ui.desk import filled_order, scan

HERE = "http://127.0.0.1:8501"
OURS = {"origin": HERE, "sec-fetch-site": "same-origin"}


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=ROUTES, middleware=MIDDLEWARE), base_url=HERE, client=("127.0.0.1", 50000))


@pytest.fixture
def token(shop: Desk) -> str:
    return sign("w1", shop.settings.data)


@pytest.fixture
def order(shop: Desk) -> str:
    return filled_order(shop)


def test_a_page_as_a_picture(client: TestClient, shop: Desk, order: str, token: str) -> None:
    file = shop.materials.supply(order, "receipt", scan(), "收据.png", shop.who()).id
    where = f"/of/material/{order}/receipt/{file}/1"
    answer = client.get(f"{where}?w=150&k={token}")
    assert answer.headers["cache-control"].startswith("private")
    assert Image.open(io.BytesIO(answer.content)).width == 200
    assert Image.open(io.BytesIO(client.get(f"{where}?w=x&k={token}").content)).width == 1200


def test_only_our_windows_see_pages_and_only_what_is_there(
    client: TestClient, shop: Desk, order: str, token: str
) -> None:
    file = shop.materials.supply(order, "receipt", scan(), "收据.png", shop.who()).id
    assert client.get(f"/of/material/{order}/receipt/{file}/1?k=w1.no").status_code == 401
    for path in (f"{order}/receipt/{file}/2", f"{order}/receipt/none/1", f"{order}/nothing/{file}/1"):
        assert client.get(f"/of/material/{path}?k={token}").status_code == 409
    assert client.get(f"/of/material/nobody/receipt/{file}/1?k={token}").status_code == 404
    site = {"sec-fetch-site": "cross-site"}
    assert client.get(f"/of/material/{order}/receipt/{file}/1?k={token}", headers=site).status_code == 403


def test_a_file_comes_back_as_it_was_brought(client: TestClient, shop: Desk, order: str, token: str) -> None:
    file = shop.materials.supply(order, "receipt", scan(), "收据.png", shop.who()).id
    answer = client.post(f"/of/material/{order}/receipt/{file}", headers=OURS | {"x-onefill-token": token})
    assert answer.content == scan()
    assert answer.headers["content-type"] == "image/png"
    assert client.post(f"/of/material/{order}/receipt/{file}", headers=OURS).status_code == 401


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A scan of 16 MB that nothing makes smaller."""
    path = tmp_path / "scan.png"
    Image.frombytes("RGB", (2400, 2300), os.urandom(2400 * 2300 * 3)).save(path, compress_level=0)
    return path


@contextmanager
def within(most: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < most


@pytest.mark.parametrize("shop", [""], indirect=True)
def test_a_large_scan_is_never_whole_in_memory(
    client: TestClient, shop: Desk, order: str, token: str, large: Path
) -> None:
    file = shop.materials.supply(order, "signed", large, "收据.png", shop.who()).id
    headers = {**OURS, "x-onefill-token": token, "host": HERE.removeprefix("http://")}
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/of/material/{order}/signed/{file}",
        "client": ("127.0.0.1", 50000),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "query_string": b"",
    }
    told: dict[str, Any] = {}
    sizes: list[int] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(3600 if sizes else 0)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        told.update(message)
        sizes.append(len(message.get("body", b"")))

    with within(8 << 20), ThreadPoolExecutor(1) as apart:
        apart.submit(lambda: asyncio.run(client.app(scope, receive, send))).result()  # type: ignore[arg-type]
    assert told["status"] == 200
    assert dict(told["headers"])[b"content-length"] == str(large.stat().st_size).encode()
    assert sum(sizes) == large.stat().st_size
    with within(8 << 20):
        shop.materials.picture(order, "signed", file, 1, 200, shop.who())


@pytest.mark.parametrize("shop", [""], indirect=True)
def test_a_file_that_was_damaged_is_told_and_not_cut_off(
    client: TestClient, shop: Desk, order: str, token: str, large: Path
) -> None:
    file = shop.materials.supply(order, "signed", large, "收据.png", shop.who())
    path = shop.settings.data / "store/files" / file.digest[:2] / file.digest
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    answer = client.post(f"/of/material/{order}/signed/{file.id}", headers=OURS | {"x-onefill-token": token})
    assert answer.status_code == 409
    assert "校验码" in answer.text
    assert client.get(f"/of/material/{order}/signed/{file.id}/1?k={token}").status_code == 409
