"""The author's page without a browser: what it draws, what it says of faults, its routes."""

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from onefill.fields import field_type_names
from onefill.service.desk import Desk
from onefill.ui.authors import faults, place_of
from onefill.ui.drawing import TYPES, drawing
from onefill.ui.routes import ROUTES
from onefill.ui.tokens import new_window, sign
from tests.ui.test_screens import opened, words


def panels(desk: Desk) -> str:
    form = desk.definitions.form("order")
    return drawing(form, {"order": "订单", "customer": "客户"})


def test_every_field_type_has_a_name() -> None:
    assert set(TYPES) == set(field_type_names())


@pytest.mark.parametrize(
    "told",
    [
        "way == &#x27;送货&#x27;",
        "pieces * 2",
        "引用“客户”",
        "范围 1—99",
        "最多 0 位小数",
        "一张表，1—60 行",
        "从“收货”起",
    ],
)
def test_the_drawing_tells_what_the_author_wrote(desk: Desk, told: str) -> None:
    assert told in panels(desk)


def test_nothing_of_a_pack_is_markup(desk: Desk) -> None:
    path = desk.settings.forms / "shop" / "order.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("label: 单号", "label: '<b>x</b>'"), encoding="utf-8")
    desk.authoring.look()
    assert "<b>x" not in panels(desk) and "&lt;b&gt;x" in panels(desk)


def test_the_page_opens_and_speaks(desk: Desk) -> None:
    app = opened("author")
    assert not app.exception
    assert "出了点问题" not in words(app)


def test_a_fault_is_told_with_its_line(desk: Desk) -> None:
    path = desk.settings.forms / "shop" / "order.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("label: 单号", "lable: 单号"), encoding="utf-8")
    found = desk.authoring.look()
    assert re.fullmatch(r".*shop/order\.yaml:\d+:\d+", place_of(found.faults[0]))
    assert place_of(found.faults[0]) in faults(found.faults)
    assert not opened("author").exception


def test_samples_are_fetched_only_by_our_own_page(desk: Desk) -> None:
    window = new_window()
    token = sign(window, desk.settings.data)
    client = TestClient(Starlette(routes=ROUTES), base_url="http://127.0.0.1")
    own = {"origin": "http://127.0.0.1", "x-onefill-token": token}
    assert client.post("/of/sample/order/sheet/pdf", headers=own).content.startswith(b"%PDF")
    assert (
        client.post("/of/sample/order/sheet/pdf", headers={**own, "origin": "http://evil.example"}).status_code == 403
    )
    assert client.post("/of/sample/order/sheet/pdf", headers={**own, "x-onefill-token": "no"}).status_code == 401
    assert client.post("/of/sample/order/..%2F..%2Fetc/pdf", headers=own).status_code == 404
    assert client.post("/of/sample/nothing/sheet/pdf", headers=own).status_code == 409
    assert client.get("/of/sample/nothing/1", params={"k": token}).status_code == 404
