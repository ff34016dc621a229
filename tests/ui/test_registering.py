"""Large files that are registered: what the browser tells of them, and the rows that come of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from onefill.service.desk import Desk
from onefill.ui.registering import filled_by_files, read_files, register
from tests.ui.conftest import in_use
from tests.ui.desk import a_desk

A, B = "a" * 64, "b" * 64
FILLED = (
    ("{key: what, label: 品名, required: true}", "{key: what, label: 文件, required: true, fills: file_name}"),
    (
        "{key: price, label: 单价（元）, type: money}",
        "{key: mb, label: 大小, type: number, decimals: 1, fills: file_size}\n"
        "      - {key: sha, label: 校验值, fills: file_sha256}",
    ),
)
FILLS = {"file_name": "what", "file_size": "mb", "file_sha256": "sha"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from in_use(a_desk(tmp_path, *FILLED))


@pytest.fixture
def order(desk: Desk) -> str:
    return desk.records.create("order", desk.who())


def rows(desk: Desk, order: str) -> list[list[str]]:
    found = desk.records.rows(order, "goods", choices=False)
    return [[field.shown for field in row.fields][:3] for row in found]


def told(*files: tuple[str, int, str]) -> str:
    return json.dumps([{"name": name, "size": size, "sha256": sha} for name, size, sha in files])


def test_the_form_says_what_a_file_fills(desk: Desk, order: str) -> None:
    section = next(one for one in desk.records.state(order).sections if one.key == "goods")
    assert filled_by_files(section) == FILLS


def test_a_file_becomes_a_row(desk: Desk, order: str) -> None:
    register(order, "goods", FILLS, read_files(told(("一.mp4", 3 << 20, A), ("二.mp4", 100, B))))
    assert rows(desk, order) == [["一.mp4", "3", A], ["二.mp4", "0", B]]


def test_no_file_is_registered_twice_and_a_row_that_waits_is_filled(desk: Desk, order: str) -> None:
    desk.records.add_row(order, "goods", desk.who(), {"what": "一.mp4"})
    for _ in range(2):
        register(order, "goods", FILLS, read_files(told(("一.mp4", 3 << 20, A))))
    assert rows(desk, order) == [["一.mp4", "3", A]]


@pytest.mark.parametrize("said", ["", "null", "[1]", told(("x", 1, "zz")), '[{"name": 1, "size": 2, "sha256": ""}]'])
def test_what_makes_no_sense_is_left_out(said: str) -> None:
    assert read_files(said) == []
