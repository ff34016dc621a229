"""Every requirement of the guidance has its row, and what the row names is there."""

import ast
from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest

from docs.requirements import PAGE, Requirement, page, table
from tests.desks import ROOT, our_packs

TABLE = table()
PACK = our_packs().loaded["foshan"]
ASKED = [f"R{n:02}" for n in range(1, 76)] + ["R30b"] + [f"P{n}" for n in range(1, 10)]
#: Where the guidance names something that no program does.
NOTHING_TO_BUILD = {"R14", "R27", "R52", "R65", "R71"}
#: What is still open: this list only ever grows shorter.
OPEN = ""


def rows(*numbers: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("number", numbers or list(TABLE.rows))


def test_every_requirement_has_its_row() -> None:
    assert set(TABLE.rows) == set(ASKED)


def test_what_is_open_is_known_and_nothing_else() -> None:
    lacking = {number: row.open for number, row in TABLE.rows.items() if row.open}
    assert set(lacking) == set(OPEN.split()), lacking


def test_only_where_nothing_is_asked_there_is_nothing() -> None:
    assert {number for number, row in TABLE.rows.items() if row.nothing} == NOTHING_TO_BUILD


@rows()
def test_a_row_says_where_it_lives_and_what_shows_it(number: str) -> None:
    row = TABLE.rows[number]
    assert row.says
    if not (row.open or row.nothing):
        assert row.does
        assert row.lives
        assert row.tests


@rows()
def test_what_a_row_names_is_there(number: str) -> None:
    row = TABLE.rows[number]
    assert [place for place in row.lives if not stands(place)] == []
    assert [name for name in row.papers if not (ROOT / "templates/foshan" / name).is_file()] == []
    assert [name for name in row.screens if not (ROOT / f"onefill/screens/{name}.py").is_file()] == []
    assert [name for name in row.tests if not is_test(name)] == []


def test_what_is_not_there_is_noticed() -> None:
    assert stands("training_class/checks/X1")
    assert not stands("training_class/checks/X0")
    assert not stands("nothing/checks/X1")
    assert is_test("test_worlds.py::test_there_are_words_and_code")
    assert not is_test("test_worlds.py::test_there_are_none")
    with pytest.raises(TypeError, match="where"):
        Requirement(says="x", where="y")  # type: ignore[call-arg]


def test_the_page_is_made_of_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(TABLE), "运行 python -m docs.requirements"


def stands(place: str) -> bool:
    """Whether a path leads to something in the loaded pack: attributes, then items by their key or number."""
    head, *rest = place.split("/")
    at: Any = PACK.pack if head == "pack" else PACK.forms.get(head)
    for name in rest:
        at = part(at, name)
    return at is not None


def part(at: Any, name: str) -> Any:
    if isinstance(at, Sequence):
        return next((one for one in at if name in (getattr(one, "key", None), getattr(one, "id", None))), None)
    inner = getattr(at, "fields", None) or getattr(at, "columns", None)
    return part(inner, name) if inner else getattr(at, name, None)


def is_test(name: str) -> bool:
    file, _, function = name.partition("::")
    return function in functions(file)


@cache
def functions(file: str) -> set[str]:
    path = ROOT / "tests" / file
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])
    return {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
