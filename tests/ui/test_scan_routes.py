"""Routes of what was handed in."""

import io

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
