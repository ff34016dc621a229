"""台账 as Streamlit runs it and as its buttons say it."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from onefill.service import Desk
from onefill.service.access import Did
from onefill.service.shapes import Person
from onefill.ui.register_table import Looked, _cell, day_in, table, titles_of, tools
from onefill.ui.routes import ROUTES
from onefill.ui.shared import put_desk
from onefill.ui.shell import MIDDLEWARE
from onefill.ui.tokens import sign
from tests.reviews import conftest
from tests.service.test_registers_read import GRANTS, MEASURES, TODAY
from tests.ui.test_screens import opened, words

clock, desk, ids = conftest.clock, conftest.desk, conftest.ids
HERE = "http://127.0.0.1:8501"


@pytest.fixture
def office(desk: Desk, ids: Mapping[str, str]) -> Iterator[Desk]:
    put_desk(desk)
    yield desk
    put_desk(None)
    st.session_state.clear()


def test_the_page_opens_each_register(office: Desk) -> None:
    for key in office.registers.known(Person()):
        app = opened("registers", register=key)
        assert not app.exception
        assert not any(said in words(app) for said in ("没有这本台账", "出了点问题"))
    assert "没有这本台账" in words(opened("registers", register="foshan.none"))


def test_a_line_says_its_state_and_leads_to_the_case_that_decided_it(office: Desk, ids: Mapping[str, str]) -> None:
    register = office.registers.register(GRANTS, Person())
    html = table(register, office.registers.lines(GRANTS, Person(), TODAY), Looked(TODAY))
    assert "有效" in html and f'data-act="open:{ids["application"]}"' in html
    earlier = Looked(TODAY - timedelta(days=1))
    assert "还没有登记" in table(register, office.registers.lines(GRANTS, Person(), earlier.on), earlier)
    sought = Looked(TODAY, text="没有这样的")
    assert "没有找到" in table(register, office.registers.lines(GRANTS, Person(), TODAY, text=sought.text), sought)


def test_a_date_stays_on_one_line_and_a_long_name_may_part() -> None:
    assert "class=nb" in _cell("2026年12月31日") and "class=nb" in _cell("家政服务基础")
    assert "class=nb" not in _cell("某某市样例职业培训学校")


def test_the_workbook_is_asked_for_as_the_page_is_looked_at(office: Desk) -> None:
    register = office.registers.register(GRANTS, Person())
    looked = Looked(TODAY, text="甲&乙", state="open")
    html = tools(GRANTS, register, looked, office.registers.lines(GRANTS, Person(), TODAY))
    assert f"on={TODAY}&amp;text=%E7%94%B2%26%E4%B9%99&amp;state=open" in html
    assert 'data-act="state:open" aria-pressed="true"' in html
    assert f'data-act="register:{MEASURES}"' in titles_of(office.registers.known(Person()), GRANTS)


def test_a_day_that_cannot_be_read_is_today() -> None:
    assert day_in("2026-12-20") == TODAY
    assert day_in("20. 12.") == day_in("")


def test_the_workbook_goes_out_by_our_page_and_stands_in_the_log(office: Desk) -> None:
    client = TestClient(Starlette(routes=ROUTES, middleware=MIDDLEWARE), base_url=HERE, client=("127.0.0.1", 50000))
    ours = {"origin": HERE, "sec-fetch-site": "same-origin", "x-onefill-token": sign("w1", office.settings.data)}
    answer = client.post(f"/of/register/{GRANTS}?on={TODAY}", headers=ours)
    assert answer.status_code == 200 and answer.content.startswith(b"PK")
    assert office.log.lines()[0].did == Did.EXPORTED
    assert client.post("/of/register/foshan.none", headers=ours).status_code == 409
