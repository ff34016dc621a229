"""公布 as Streamlit runs it, and the pages that everybody is answered."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from onefill.people import SignedOut
from onefill.service import Desk
from onefill.service.shapes import Person
from onefill.ui.publication_table import Looked, preview, shelf, titles_of, tools
from onefill.ui.routes import ROUTES
from onefill.ui.shared import put_desk
from onefill.ui.shell import MIDDLEWARE
from onefill.ui.tokens import sign
from tests.reviews import conftest
from tests.reviews.foshan import CITY
from tests.service.test_publications import COURSES, PLACES, TODAY
from tests.ui.test_screens import opened, words

clock, desk, ids = conftest.clock, conftest.desk, conftest.ids
HERE = "http://127.0.0.1:8501"


@pytest.fixture
def office(desk: Desk, ids: Mapping[str, str]) -> Iterator[Desk]:
    made = replace(desk, present=lambda: CITY)
    put_desk(made)
    yield made
    put_desk(None)
    st.session_state.clear()


@pytest.fixture
def client(office: Desk) -> TestClient:
    return TestClient(Starlette(routes=ROUTES, middleware=MIDDLEWARE), base_url=HERE, client=("127.0.0.1", 50000))


def test_the_page_opens_each_list(office: Desk) -> None:
    for key in office.publications.known(CITY):
        app = opened("publications", list=key)
        assert not app.exception
        assert not any(said in words(app) for said in ("归您的角色", "出了点问题"))
    assert "不归您的角色公布" in words(opened("publications", list="foshan.none"))


def test_what_would_go_out_is_looked_at_first(office: Desk) -> None:
    wanted, made = office.publications.publication(PLACES, CITY), office.publications.draft(PLACES, CITY, TODAY)
    html = tools(PLACES, wanted, Looked(TODAY), made)
    assert f"{len(made.rows)} 条" in html and f"./of/public/{PLACES}" in html and 'data-act="ask"' in html
    assert 'data-act="publish"' not in html
    asked = tools(PLACES, wanted, Looked(TODAY, asking=True), made)
    assert f"{len(made.rows)} 条公布出去" in asked and 'data-act="publish"' in asked and 'data-act="unask"' in asked
    issue = office.publications.publish(PLACES, CITY, TODAY)
    stands = tools(PLACES, wanted, Looked(TODAY, asking=True), made, office.publications.standing(PLACES, CITY, made))
    assert "2026年12月20日 09:00已经公布，和现在的一样" in stands and 'data-act="' not in stands
    assert "2026年12月20日 09:00" in shelf([issue], {})
    assert made.rows[0][1] in preview(made, wanted.note) and wanted.note in preview(made, wanted.note)
    before = office.publications.draft(PLACES, CITY, TODAY - timedelta(days=1))
    assert "没有可公布的" in preview(before, wanted.note)
    assert f'data-act="list:{COURSES}"' in titles_of(office.publications.known(CITY), PLACES)


def test_issues_are_given_out_by_our_page(office: Desk, client: TestClient) -> None:
    made = office.publications.publish(PLACES, CITY, TODAY)
    assert f"./of/issue/{made.id}/docx" in shelf([made], {})
    ours = {"origin": HERE, "sec-fetch-site": "same-origin", "x-onefill-token": sign("w1", office.settings.data)}
    assert client.post(f"/of/issue/{made.id}/docx", headers=ours).content.startswith(b"PK")
    put_desk(replace(office, present=lambda: Person(name="别人", roles=("clerk",))))
    assert client.post(f"/of/issue/{made.id}/docx", headers=ours).status_code == 409


def test_everybody_looks_up_the_newest_issue(office: Desk, client: TestClient) -> None:
    def nobody() -> Person:
        raise SignedOut

    put_desk(replace(office, present=nobody))
    assert "还没有公布过" in client.get(f"/of/public/{PLACES}").text
    made = office.publications.publish(PLACES, CITY, TODAY)
    row = office.public.issue(made.id).rows[0]
    abroad = {"origin": "https://example.org", "sec-fetch-site": "cross-site"}
    page = client.get(f"/of/public/{PLACES}", headers=abroad)
    assert page.status_code == 200 and row[1] in page.text and CITY.name not in page.text
    assert f"/of/public/{PLACES}" in client.get("/of/public").text
    sought = client.get(f"/of/public/{PLACES}", params={"text": row[4]}).text
    assert row[4] in sought and f"共 {made.count} 条" in sought and "有 1 条" in sought
    assert "&lt;script&gt;" in client.get(f"/of/public/{PLACES}", params={"text": "<script>"}).text
    assert client.get(f"/of/public/{PLACES}/{made.id}/xlsx").content.startswith(b"PK")


def test_of_what_is_not_there_everybody_is_told_so(client: TestClient) -> None:
    for address in ("foshan.none", "foshan.institution_list?issue=none", "foshan.institution_list/none/xlsx"):
        answer = client.get(f"/of/public/{address}")
        told = answer.text
        assert ("没有找到" in told and answer.status_code == 404) or "还没有公布过" in told
