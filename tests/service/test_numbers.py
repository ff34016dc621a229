"""Numbers that nobody types: drawn by what is printed first, one after the other, and never again."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from onefill.service import Desk
from onefill.service.errors import NotTyped
from onefill.service.shapes import FieldState
from store import EVERYTHING
from tests.desks import make_desk
from tests.papers import squeezed, word_text
from tests.reviews.test_one_step import CLERK, filled, handed_in

PAPER = "leave_paper"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def state(desk: Desk, record: str) -> FieldState:
    return next(one for one in desk.records.fields(record, "request") if one.path == "slip_no")


def number(desk: Desk, record: str) -> str:
    return state(desk, record).shown


def printed(desk: Desk, record: str) -> str:
    return squeezed(word_text(desk.documents.file(record, PAPER, ".docx", CLERK).data))


def drawn(desk: Desk, record: str) -> Sequence[tuple[str, range]]:
    return [pair for one in desk.store.entries(record, EVERYTHING) for pair in one.numbers.items()]


def test_what_is_printed_first_draws_the_number_and_bears_it(desk: Desk) -> None:
    record = filled(desk)
    assert (state(desk, record).widget, number(desk, record)) == ("shown", "")
    assert state(desk, record).source == "第一次打印时自动编号"
    before = desk.store.latest(record, EVERYTHING).n
    assert "单号:假2026-001" in printed(desk, record)
    assert desk.store.latest(record, EVERYTHING).n == before + 1  # facts and number stand in one entry
    assert (number(desk, record), state(desk, record).source) == ("假2026-001", "自动编号")
    assert [line.id for line in desk.records.list("leave_request", "假2026-001")] == [record]
    assert "单号:假2026-001" in printed(desk, record)
    assert desk.store.latest(record, EVERYTHING).n == before + 1
    assert drawn(desk, record) == [("leave_request.slip_no/2026", range(1, 2))]


def test_a_preview_or_a_version_kept_by_hand_draws_none(desk: Desk) -> None:
    record = filled(desk)
    desk.records.keep_version(record, CLERK)
    assert (number(desk, record), drawn(desk, record)) == ("", [])


def test_what_is_handed_in_keeps_the_number_it_was_printed_with(desk: Desk) -> None:
    record = filled(desk)
    printed(desk, record)
    handed_in(desk, record)
    desk.reviews.act(record, "take_back", CLERK)
    handed_in(desk, record)
    assert (number(desk, record), len(drawn(desk, record))) == ("假2026-001", 1)


def test_each_year_counts_by_itself_and_a_number_once_drawn_stays(desk: Desk) -> None:
    first, other, third = filled(desk), filled(desk), filled(desk)
    desk.records.set(other, "request_date", "2027-01-04", CLERK)
    for record in (first, other, third):
        printed(desk, record)
    assert [number(desk, one) for one in (first, other, third)] == ["假2026-001", "假2027-001", "假2026-002"]
    desk.records.set(first, "request_date", "2027-01-05", CLERK)
    assert "假2026-001" in printed(desk, first)
    assert len(drawn(desk, first)) == 1


def test_nothing_is_drawn_while_a_fact_of_it_is_missing(desk: Desk) -> None:
    record = filled(desk)
    desk.records.set(record, "request_date", "", CLERK)
    assert "单号" not in printed(desk, record)
    assert drawn(desk, record) == []
    desk.records.set(record, "request_date", "2026-12-18", CLERK)
    assert "假2026-001" in printed(desk, record)


def test_nobody_types_a_number_and_no_copy_takes_it(desk: Desk) -> None:
    record = filled(desk)
    printed(desk, record)
    with pytest.raises(NotTyped):
        desk.records.set(record, "slip_no", "假2026-999", CLERK)
    copied = desk.records.copy(record, CLERK).id
    assert number(desk, copied) == ""
    assert "假2026-002" in printed(desk, copied)


def test_an_older_version_that_is_restored_keeps_the_number(desk: Desk) -> None:
    record = filled(desk)
    older = desk.records.keep_version(record, CLERK)
    desk.records.set(record, "reason", "看病", CLERK)
    printed(desk, record)
    desk.history.restore(record, older, CLERK)
    assert number(desk, record) == "假2026-001"
    assert "假2026-001" in printed(desk, record)
    assert len(drawn(desk, record)) == 1


@pytest.mark.parametrize("address", ["memory:", ""])
def test_many_who_print_at_once_leave_no_gap_and_get_no_number_twice(tmp_path: Path, address: str) -> None:
    desks = [make_desk(tmp_path, store=address) for _ in range(2 if address == "" else 1)]
    records = [filled(desks[0]) for _ in range(8)]

    def one(place: int) -> None:
        printed(desks[place % len(desks)], records[place])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(len(records))))
    found = sorted(number(desks[0], record) for record in records)
    assert found == [f"假2026-{n:03d}" for n in range(1, 9)]
