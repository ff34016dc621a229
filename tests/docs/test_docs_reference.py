"""The references are whole and true: every key, type, filter and test is there, and every example comes out so."""

import json
import re
from collections.abc import Iterator, Mapping
from inspect import getmembers, isclass
from typing import Any

import pytest

from onefill.definitions import boards, model, procedure, registers
from onefill.definitions.conditions import TESTS
from onefill.definitions.expressions import Empty, print_environment
from onefill.definitions.model import Strict
from onefill.definitions.schema import PRINT
from onefill.fields import field_class, field_type, field_type_names
from onefill.service.plain import ISO_DAY
from tests.desks import ROOT

YAML = (ROOT / "docs/yaml.md").read_text(encoding="utf-8")
TEMPLATES = (ROOT / "docs/templates.md").read_text(encoding="utf-8")
CLASSES = dict(pair for module in (model, procedure, boards, registers) for pair in getmembers(module, isclass))
MODELS = [one for one in CLASSES.values() if issubclass(one, Strict) and one is not Strict]


def chapter(page: str, title: str) -> str:
    """What stands under a heading of the second order."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    assert found, f"没有“{title}”这一章"
    return found[1]


def rows(text: str) -> Iterator[list[str]]:
    """The rows of its tables, without heads."""
    for line in text.splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


@pytest.mark.parametrize("one", MODELS, ids=lambda one: one.__name__)
def test_every_key_of_the_model_is_told_and_no_other(one: type[Strict]) -> None:
    told = [row[0].strip("`") for row in rows(chapter(YAML, str(one.model_config["title"])))]
    assert len(told) == len(set(told))
    assert set(told) == {field.alias or name for name, field in one.model_fields.items()}


def test_every_field_type_is_told_with_its_limits() -> None:
    told = {row[0].strip("`"): set(re.findall(r"\w+", row[2])) for row in rows(chapter(YAML, "字段类型"))}
    takes = {name: set(field_class(name).accepts) - {"origin"} for name in field_type_names()}
    assert told == takes


def test_every_field_type_reads_what_the_page_says() -> None:
    block = re.search(r"```types\n(.*?)```", YAML, re.DOTALL)
    assert block
    tried = set()
    for line in block[1].splitlines():
        name, rest = line.split(maxsplit=1)
        raw, shown = rest.split(" → ")
        kind = field_type(name)
        parsed = kind.parse(raw)
        assert not parsed.problems, (line, parsed)
        assert kind.display(parsed.value) == shown, line
        tried.add(name)
    assert tried == set(field_type_names()) - {"file", "link", "row"}


class Visits:
    """The grid of the examples: days by readers."""

    def __init__(self, cells: Mapping[tuple[str, str], str]) -> None:
        self.cells = cells

    def cell(self, first: Any, second: Any) -> str | None:
        return self.cells.get((first["id"], second["id"]))

    def along(self, row: Any) -> list[str]:
        return [value for key, value in self.cells.items() if row["id"] in key]


def facts() -> dict[str, object]:
    """What the page says the examples work with."""
    block = re.search(r"```json\n(.*?)```", TEMPLATES, re.DOTALL)
    assert block
    return {
        **{key: fact(value) for key, value in json.loads(block[1]).items()},
        "days": [{"id": "d1"}, {"id": "d2"}],
        "readers": [{"id": "r1"}, {"id": "r2"}],
        "visits": Visits({("d1", "r1"): "到", ("d1", "r2"): "缺", ("d2", "r1"): "到"}),
    }


def fact(value: Any) -> object:
    match value:
        case None:
            return Empty(label="", missing=False, name="")
        case list():
            return [fact(item) for item in value]
        case dict():
            return {key: fact(item) for key, item in value.items()}
        case str() if ISO_DAY.fullmatch(value):
            return field_type("date").load(value)
        case str() if re.fullmatch(r"\d\d:\d\d-\d\d:\d\d", value):
            return field_type("time_range").load(value)
        case _:
            return value


EXAMPLES = [
    line.split(" → ", 1)
    for block in re.findall(r"```例\n(.*?)```", TEMPLATES, re.DOTALL)
    for line in block.splitlines()
]


@pytest.mark.parametrize(("source", "shown"), EXAMPLES, ids=[source for source, _ in EXAMPLES])
def test_every_example_prints_what_the_page_says(source: str, shown: str) -> None:
    assert print_environment(False).from_string(source).render(facts()) == shown


def test_every_filter_has_an_example() -> None:
    used = {name for source, _ in EXAMPLES for name in re.findall(r"\|\s*(\w+)", source)}
    assert set(print_environment(False).filters) == used


def test_every_test_has_an_example() -> None:
    after_is = {name for source, _ in EXAMPLES for name in re.findall(r"\bis (?:not )?(\w+)", source)}
    named = {name for source, _ in EXAMPLES for name in re.findall(r"(?:attr\('\w+', |select\()'([^']+)'", source)}
    assert set(TESTS) == after_is | named & set(TESTS)


def test_every_printing_name_is_told() -> None:
    told = [re.findall(r"print\.(\w+)", row[0])[0] for row in rows(chapter(TEMPLATES, "打印信息"))]
    assert told == list(PRINT)
