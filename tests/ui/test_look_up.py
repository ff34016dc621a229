"""The page on which anybody asks after a certificate: valid or not, nothing more, and not too often."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from onefill.service import Desk
from onefill.service.look_ups import MOST_BY_ASKER
from onefill.ui.look_up_route import INVALID, VALID
from onefill.ui.public_routes import LOOK_UP, PUBLIC
from onefill.ui.routes import ROUTES
from onefill.ui.shared import put_desk
from onefill.ui.shell import MIDDLEWARE
from store import EVERYTHING
from tests.desks import load, make_desk
from tests.reviews.foshan import OFFICER, approve_application, code_class, file_class, foshan_desk, part_of_class
from tests.ui.test_screens import opened, panels

HERE = "http://127.0.0.1:8501"
OURS = {"origin": HERE, "sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, dict[str, str]]:
    """A desk with the certificates of a class, and a code with its holder."""
    desk = foshan_desk(tmp_path_factory.mktemp("looked_up"))
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    record = part_of_class(desk, ids, 0)
    file_class(desk, record)
    code_class(desk, record)
    desk.reviews.act(record, "register_certificates", OFFICER)
    table = desk.records.table(record, "trainees")
    holder = next(table.texts[row] for row in table.order if table.texts[row]["cert_no"])
    return desk, {"code": str(holder["cert_no"]), "name": str(holder["name"]), "id_no": str(holder["id_no"])}


@pytest.fixture
def client(registered: tuple[Desk, dict[str, str]]) -> Iterator[TestClient]:
    put_desk(registered[0])
    app = Starlette(routes=[*ROUTES], middleware=MIDDLEWARE)
    yield TestClient(app, base_url=HERE, client=("127.0.0.1", 50000), headers=OURS)
    put_desk(None)


def test_what_is_registered_asks_for_nothing_more(registered: tuple[Desk, dict[str, str]]) -> None:
    desk = registered[0]
    (found,) = (
        one for one in desk.store.find(form="training_class", scope=EVERYTHING) if one.state.endswith(".registered")
    )
    put_desk(replace(desk, present=lambda: OFFICER))
    try:
        shown = panels(opened("review", record=found.record))
    finally:
        put_desk(None)
        st.session_state.clear()
    (button,) = re.findall(r'<button[^>]*data-act="ask:register_certificates:[^>]*>', shown)
    assert 'class="btn"' in button


def asked(client: TestClient, code: str, name: str, asker: str = "203.0.113.7") -> str:
    answer = client.post(LOOK_UP, data={"code": code, "name": name}, headers={"x-forwarded-for": asker})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return answer.text


def test_the_dots_of_a_name_are_not_asked_for(client: TestClient, registered: tuple[Desk, dict[str, str]]) -> None:
    one = registered[1]
    for dot in "·・•.":
        assert VALID in asked(client, one["code"], dot.join(one["name"]), asker="203.0.113.9")
    assert INVALID in asked(client, one["code"], "·", asker="203.0.113.9")


def test_valid_or_not_and_nothing_else(client: TestClient, registered: tuple[Desk, dict[str, str]]) -> None:
    one = registered[1]
    page = client.get(LOOK_UP)
    assert "培训合格证书查验" in page.text
    assert f'href="{LOOK_UP}"' in client.get(PUBLIC).text
    assert VALID in asked(client, one["code"], one["name"])
    for code, name in ((one["code"], "陈别人"), ("00000000", one["name"]), (one["code"], "<b>")):
        told = asked(client, code, name)
        assert INVALID in told
        assert VALID not in told
        assert one["id_no"] not in told
        assert "<b>" not in told


def test_who_asks_too_often_waits_and_others_do_not(
    client: TestClient, registered: tuple[Desk, dict[str, str]]
) -> None:
    one = registered[1]
    for turn in range(MOST_BY_ASKER):
        asked(client, f"0000000{turn}", "陈别人", "203.0.113.8")
    refused = client.post(LOOK_UP, data=one, headers={"x-forwarded-for": "203.0.113.8"})
    assert refused.status_code == 429
    assert "过十分钟再查" in refused.text
    assert VALID in asked(client, one["code"], one["name"], "203.0.113.9")


def test_another_page_may_not_ask(client: TestClient) -> None:
    assert client.post(LOOK_UP, data={}, headers={"origin": "https://elsewhere.example"}).status_code == 403


def test_where_no_pack_offers_it_there_is_no_page(tmp_path: Path) -> None:
    forms = tmp_path / "forms"
    (forms / "small").mkdir(parents=True)
    (forms / "small" / "pack.yaml").write_text("pack: small\ntitle: 小\nforms: [one]\ncases: [one]\n", encoding="utf-8")
    (forms / "small" / "one.yaml").write_text(
        "form: one\ntitle: 一\nlabel: '{{ name }}'\n"
        "sections: [{key: a, title: 甲, fields: [{key: name, label: 名}]}]\n",
        encoding="utf-8",
    )
    put_desk(make_desk(tmp_path / "data", forms=forms, templates=tmp_path))
    client = TestClient(Starlette(routes=[*ROUTES]), base_url=HERE, client=("127.0.0.1", 50000), headers=OURS)
    assert client.get(LOOK_UP).status_code == 404
    assert client.post(LOOK_UP, data={"code": "1", "name": "甲"}).status_code == 404
    assert LOOK_UP not in client.get(PUBLIC).text
    put_desk(None)
