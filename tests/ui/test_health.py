"""The health route and the log: what whoever watches over the program reads."""

import io
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from onefill import __version__
from onefill.service import health
from onefill.service.desk import Desk
from onefill.ui import health_route
from onefill.ui.logs import FORMAT, log, set_up
from onefill.ui.routes import ROUTES
from onefill.ui.shared import put_desk
from onefill.ui.shell import MIDDLEWARE
from store import Damage, StoreUnavailable

HERE = "http://127.0.0.1:8501"


async def fails(request: Request) -> Response:
    raise ValueError("陈大文 440604199001010011")


@pytest.fixture
def client() -> TestClient:
    app = Starlette(routes=[Route("/of/fails/{what}", fails), *ROUTES], middleware=MIDDLEWARE)
    return TestClient(app, base_url=HERE, client=("127.0.0.1", 50000), raise_server_exceptions=False)


def with_store(desk: Desk, **steps: Any) -> None:
    """A store of which some calls do something else."""

    class Other:
        def __getattr__(self, name: str) -> Any:
            return steps.get(name) or getattr(desk.store, name)

    put_desk(replace(desk, store=Other()))  # type: ignore[arg-type]


def test_all_is_well(client: TestClient, desk: Desk) -> None:
    answer = client.get("/of/health")
    assert answer.status_code == 200
    told = answer.json()
    assert told.pop("disk_free") > 0
    assert told == {
        "ok": True,
        "version": __version__,
        "store": True,
        "disk": True,
        "packs": 1,
        "damaged": 0,
    }


def test_a_store_that_cannot_write_is_told(client: TestClient, desk: Desk) -> None:
    def refuse() -> None:
        raise StoreUnavailable(why="陈大文")

    with_store(desk, probe=refuse)
    answer = client.get("/of/health")
    assert (answer.status_code, answer.json()["store"], answer.json()["ok"]) == (503, False, False)
    assert "陈大文" not in answer.text


def test_a_store_that_does_not_answer_is_not_waited_for(
    client: TestClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_route, "PATIENCE", 0.1)
    with_store(desk, probe=lambda: time.sleep(1))
    answer = client.get("/of/health")
    assert (answer.status_code, answer.json()["store"]) == (503, False)


def test_a_full_disk_is_told_before_writing_fails(
    client: TestClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LEAST_FREE", 1 << 62)
    answer = client.get("/of/health")
    assert (answer.status_code, answer.json()["disk"], answer.json()["store"]) == (503, False, True)


def test_damaged_records_are_counted_and_stop_nobody(client: TestClient, desk: Desk) -> None:
    with_store(desk, damages=lambda: (Damage("r1", "r1.json", "坏了"),))
    answer = client.get("/of/health")
    assert (answer.status_code, answer.json()["damaged"]) == (200, 1)
    assert "r1" not in answer.text


# -- the log --------------------------------------------------------------------------------------------------------


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is logged at ``info``."""
    told = io.StringIO()
    monkeypatch.setattr("sys.stderr", told)
    root, factory = logging.getLogger(), logging.getLogRecordFactory()
    before, levels = root.handlers[:], (root.level, log.level)
    monkeypatch.setattr("onefill.ui.logs.update_formatter", lambda: None)
    set_up("info")
    yield told
    logging.setLogRecordFactory(factory)
    root.handlers[:] = before
    root.setLevel(levels[0])
    log.setLevel(levels[1])


def test_every_request_is_told_with_its_id(client: TestClient, desk: Desk, lines: io.StringIO) -> None:
    answer = client.get("/of/theme.css", headers={"x-request-id": "from-the-proxy"})
    assert answer.headers["x-request-id"] == "from-the-proxy"
    assert "[from-the-proxy] GET /of/theme.css 200" in lines.getvalue()
    mine = client.get("/of/theme.css", headers={"x-request-id": "not an id"}).headers["x-request-id"]
    assert f"[{mine}] GET /of/theme.css" in lines.getvalue()
    assert "not an id" not in lines.getvalue()


def test_looking_for_news_is_not_told(client: TestClient, desk: Desk, lines: io.StringIO) -> None:
    client.get("/of/health")
    assert lines.getvalue() == ""


@pytest.mark.parametrize("path", ["/of/陈大文", "/陈大文", "/of/theme.css?name=陈大文", "/of/fails/x"])
def test_nothing_typed_is_logged(client: TestClient, desk: Desk, lines: io.StringIO, path: str) -> None:
    client.get(path)
    logging.getLogger("other").error("it failed", exc_info=ValueError("陈大文"))
    told = lines.getvalue()
    assert "GET /" in told
    assert "ValueError" in told
    assert "陈大文" not in told
    assert "%E9%99%88" not in told
    assert "440604" not in told


def test_streamlit_logs_in_the_same_words(lines: io.StringIO) -> None:
    assert st.config.get_option("logger.messageFormat") == FORMAT
