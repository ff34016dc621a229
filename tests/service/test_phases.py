"""When a phase is over: not before its papers were handed out, unless the next one has been begun."""

from pathlib import Path

import pytest

from onefill.service import Desk
from tests.ui.desk import a_desk

FILLED = {"number": "A1", "day": "2026-11-24", "way": "自取", "pieces": "3"}
PAPER = (
    "{key: sheet, title: 汇总单, from: first}",
    "{key: sheet, title: 汇总单, from: first}\n  - {key: note, title: 收条, from: last}",
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return a_desk(tmp_path, PAPER, ("- {key: name, label: 哪天}", "- {key: name, label: 哪天, required: true}"))


@pytest.fixture
def order(desk: Desk) -> str:
    """An order of which all is there that the first phase asks for."""
    made = desk.records.create("order", desk.who())
    customer = desk.records.create("customer", desk.who())
    desk.records.set(customer, "name", "甲商行", desk.who())
    for path, text in {**FILLED, "customer": customer}.items():
        desk.records.set(made, path, text, desk.who())
    desk.records.add_rows(made, "goods", desk.who(), [{"what": "米"}])
    return made


def stand(desk: Desk, order: str) -> tuple[int, int]:
    """The phase an order is in, and the one whose papers are wanted."""
    state = desk.records.state(order)
    return state.phase, state.to_print


def test_a_phase_is_over_when_its_papers_were_handed_out(desk: Desk, order: str) -> None:
    assert stand(desk, order) == (0, 0)
    assert desk.records.state(order).next_step == "下单已填齐，打印成套材料"
    desk.documents.archive(order, "first", desk.who(), pdf=False)
    assert stand(desk, order) == (1, 1)
    desk.records.set(order, "pieces", "100", desk.who())
    assert stand(desk, order) == (0, 0), "it is no longer complete"


def test_a_phase_is_over_when_the_next_is_begun_but_its_papers_wait(desk: Desk, order: str) -> None:
    desk.records.add_rows(order, "days", desk.who(), [{"name": "周一"}])
    assert stand(desk, order) == (1, 1), "both are complete"
    desk.records.add_rows(order, "days", desk.who(), [{"name": ""}])
    assert stand(desk, order) == (1, 0)
