"""看板 as Streamlit runs it and as its buttons say it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from onefill.fields.chinese import date_text
from onefill.service import Desk
from onefill.service.access import Did
from onefill.service.boards import days_of
from onefill.ui import board_figures, lots, planner
from onefill.ui.board_figures import Parted, chart_of, finding
from onefill.ui.figures import head
from onefill.ui.planner import When
from onefill.ui.routes import ROUTES
from onefill.ui.shared import put_desk
from onefill.ui.shell import MIDDLEWARE
from onefill.ui.tokens import sign
from tests.service import test_draws
from tests.service.test_boards import GUIDE_WEST, OFFICER, sums
from tests.service.test_draws import draw
from tests.ui.test_screens import opened, words

desk, walks = test_draws.desk, test_draws.walks
HERE = "http://127.0.0.1:8501"


@pytest.fixture
def office(desk: Desk, walks: Mapping[str, str]) -> Iterator[Desk]:
    made = replace(desk, present=lambda: OFFICER)
    put_desk(made)
    yield made
    put_desk(None)
    st.session_state.clear()


def test_a_month_shows_few_things_by_name_and_many_by_their_number(office: Desk) -> None:
    when = When(date(2026, 12, 21))
    found = office.boards.planner("walks.outings", OFFICER, when.first, when.last)
    html = planner.calendar(found, when, date(2026, 12, 20))
    assert "走路 4" in html and "一</li>" in html
    assert (when.first, when.last) == (date(2026, 11, 30), date(2027, 1, 3))
    held = days_of(found.held, when.day, when.day)[when.day]
    day = planner.the_day(held, when.day, {"city/east": "东区"})
    assert "4 项" in day and "南山" in day and "东区" in day
    assert "这一天没有" in planner.the_day((), when.day, {})


def test_one_goes_on_by_months_and_by_weeks() -> None:
    when = When(date(2026, 12, 31))
    when.move(2)
    assert (when.day, when.words) == (date(2027, 2, 1), "2027年2月")
    when.move(-14)
    assert when.day == date(2025, 12, 1)
    when.span = "week"
    when.move(1)
    assert (when.first, when.last, when.words) == (date(2025, 12, 8), date(2025, 12, 14), "2025年12月8日—14日")


def test_statistics_draw_one_measure_and_say_what_it_shows(office: Desk) -> None:
    found = sums(office, by="unit")
    assert chart_of(found, 1).labels == ("东区", "西区")
    assert finding(found, 1) == "几段：东区最高，4 段，总计 5 段"
    assert finding(sums(office, by="month"), 4) == "社团：2 个并列最高，0 个，总计 0 个"
    assert finding(sums(office, by="to", year="1999"), 0) == "还没有可数的"
    assert "<tfoot>" in board_figures.table(found)


def test_the_page_opens_each_kind_of_board(office: Desk) -> None:
    for key in ("outings", "sums", "asks"):
        app = opened("boards", board=f"walks.{key}")
        assert not app.exception
        assert "没有这个看板" not in words(app)
    assert "里程：2026年12月最高" in words(opened("boards", board="walks.sums"))
    assert "没有这个看板" in words(opened("boards", board="walks.none"))


def test_a_draw_tells_its_seed_and_the_way_on(office: Desk) -> None:
    made = draw(office, seed="7")
    html = lots.result(made, {}, frozenset(), "探访")
    assert "种子 <code>7</code>" in html and "5 项候选" in html and "新建探访" in html
    assert date_text(made.first) in html and date_text(date.fromisoformat(made.picked[0].day)) in html
    begun = office.draws.begin(made.id, 0, OFFICER)
    assert f"fill:{begun}" in lots.result(made, {}, {begun}, "探访")
    assert made.id in lots.earlier([made], "")
    assert 'min="1"' in lots.asking(lots.lots_from(date(2026, 12, 20)))


def test_files_are_for_whoever_sees_the_board_and_stand_in_the_log(office: Desk) -> None:
    client = TestClient(Starlette(routes=ROUTES, middleware=MIDDLEWARE), base_url=HERE, client=("127.0.0.1", 50000))
    ours = {"origin": HERE, "sec-fetch-site": "same-origin", "x-onefill-token": sign("w1", office.settings.data)}
    assert client.post("/of/board/walks.sums?by=unit&year=2026", headers=ours).status_code == 200
    made = draw(office)
    assert client.post(f"/of/draw/{made.id}", headers=ours).status_code == 200
    assert [line.did for line in office.log.lines()[:2]] == [Did.EXPORTED, Did.EXPORTED]
    put_desk(replace(office, present=lambda: GUIDE_WEST))
    for address in ("/of/board/walks.sums", f"/of/draw/{made.id}"):
        refused = client.post(address, headers=ours)
        assert refused.status_code >= 400 and not refused.content.startswith(b"PK")


def test_how_statistics_are_looked_at_stands_in_the_address_of_the_workbook(office: Desk) -> None:
    found = sums(office, by="to", year="2026")
    board, units = office.boards.board("walks.sums", OFFICER), {"walks/east": "东区", "walks/west": "西区"}
    html = board_figures.tools("walks.sums", board, found, Parted(year="2026", unit="walks/east"), units)
    assert "by=to&amp;year=2026&amp;unit=walks%2Feast" in html
    assert '<option value="walks/east" selected>东区' in html
    assert 'data-act="by:to" aria-pressed="true"' in html


def test_the_figures_of_what_is_in_hand_lead_to_those_of_what_was_done(office: Desk) -> None:
    html = head(3, office.boards.known(OFFICER))
    assert 'data-act="boards:walks.sums"' in html
    assert "办成的在看板上数" in html
    assert "看板" not in head(3, {})
