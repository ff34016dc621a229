"""The access log, whatever keeps it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from store import EVERYTHING, Store, ValueRefused
from tests.store.making import begin


def test_lines_come_back_in_order_and_bound_to_one_another(store: Store) -> None:
    for act in ("sign-in", "print", "unmask"):
        store.log({"who": "陈晓岚", "act": act})
    lines = store.log_lines()
    assert [(line.n, line.line["act"]) for line in lines] == [(1, "sign-in"), (2, "print"), (3, "unmask")]
    assert [line.prev for line in lines[1:]] == [line.digest for line in lines[:-1]]
    assert lines[0].when < lines[1].when < lines[2].when
    assert store.verify_log() == ()


def test_an_empty_log_is_whole(store: Store) -> None:
    assert store.log_lines() == []
    assert store.verify_log() == ()


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (None, None, 1),
        (date(2026, 11, 4), date(2026, 11, 4), 1),
        (date(2026, 11, 5), None, 0),
        (None, date(2026, 11, 3), 0),
        (date(2026, 10, 1), date(2026, 12, 1), 1),
    ],
)
def test_lines_of_some_days(store: Store, first: date | None, last: date | None, count: int) -> None:
    store.log({"act": "sign-in"})
    assert len(store.log_lines(first, last)) == count


@pytest.mark.parametrize(
    "line", [{"x": 1.5}, {"x": object()}, {"x": "\x00"}, {"x": "\ud800"}, {1: "x"}, {"x": "长" * 9000}]
)
def test_what_is_no_plain_line_is_refused(store: Store, line: Any) -> None:
    store.log({"act": "before"})
    with pytest.raises(ValueRefused):
        store.log(line)
    store.log({"act": "after"})
    assert [one.line["act"] for one in store.log_lines()] == ["before", "after"]
    assert store.verify_log() == ()


def test_several_writers_make_one_chain(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: store.log({"number": number}), range(40)))
    lines = store.log_lines()
    assert [line.n for line in lines] == list(range(1, 41))
    assert {line.line["number"] for line in lines} == set(range(40))
    assert store.verify_log() == ()


def test_the_log_stands_in_no_list_of_records(store: Store) -> None:
    store.log({"who": "x"})
    assert store.count(scope=EVERYTHING) == 0


def test_chains_that_are_whole_are_found_whole(store: Store) -> None:
    begin(store, "r1")
    begin(store, "a1", form="@account")
    told: list[tuple[int, int]] = []
    assert store.verify_chains(lambda done, of: told.append((done, of))) == ()
    assert told[-1] == (2, 2)
