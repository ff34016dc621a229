"""Content and engine are two worlds: no label, title or key of any pack stands in the engine's code.

Chinese words of a pack are looked for in every string of the engine: as the whole string, and from four characters on
as part of one. Keys are looked for as identifiers and as whole strings; ``ordinary_words.txt`` lists those that any
program may use.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onefill.definitions import load_packs
from tests.desks import ROOT

ORDINARY = Path(__file__).with_name("ordinary_words.txt")
#: Names that pack authors give, as against words of the definition language.
NAMING = ("key", "label", "title", "form", "pack", "id", "as_", "unit", "options")
CHINESE = re.compile(r"[\u3400-\u9fff]")
KEY = re.compile(r"[a-z][a-z0-9_]*")
SUBSTRING = 4


def _named(value: Any) -> Iterator[str]:
    """Every label, title and key in definitions turned to plain data."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name in NAMING and isinstance(item, str):
                yield item
            elif name == "options" and isinstance(item, list | tuple):
                yield from item
            if name == "rows":
                yield from (text for row in item for text in row.values() if isinstance(text, str))
            yield from _named(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _named(item)


@pytest.fixture(scope="module")
def names() -> set[str]:
    found: set[str] = set()
    for loaded in load_packs(ROOT / "forms").loaded.values():
        found |= set(_named(loaded.pack.model_dump(exclude_unset=True)))
        for form in loaded.forms.values():
            found |= {form.form, *_named(form.model_dump(exclude_unset=True))}
            found |= {name for section in form.sections for name in (section.key, section.title)}
    return found


def engine() -> list[Path]:
    return sorted([*(ROOT / "onefill").rglob("*.py"), *(ROOT / "store").rglob("*.py"), ROOT / "app.py"])


def _strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Strings that do something: docstrings only explain."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def _identifiers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.keyword(arg=str(name)):
                yield node.value.lineno, name


def test_there_are_words_and_code(names: set[str]) -> None:
    assert {
        "training_class",
        "inst_name",
        "培训机构",
        "请假单",
        "leave_kind",
        "身份证号码",
        "企业职工",
        "grants",
    } <= names
    assert len(names) > 500
    assert len(engine()) > 100


def test_no_chinese_word_of_a_pack_stands_in_the_engine(names: set[str]) -> None:
    words = {name for name in names if CHINESE.search(name) and len(name) >= 2}
    ordinary = set(_ordinary())
    found = []
    for path in engine():
        for line, text in _strings(ast.parse(path.read_text("utf-8"))):
            hits = {text.strip()} & words | {word for word in words if len(word) >= SUBSTRING and word in text}
            found += [f"{path.relative_to(ROOT)}:{line} {hit}" for hit in sorted(hits - ordinary)]
    assert found == []


def test_no_key_of_a_pack_stands_in_the_engine(names: set[str]) -> None:
    keys = {name for name in names if KEY.fullmatch(name)}
    ordinary = set(_ordinary())
    found = []
    for path in engine():
        tree = ast.parse(path.read_text("utf-8"))
        for line, text in [*_strings(tree), *_identifiers(tree)]:
            if text in keys - ordinary:
                found.append(f"{path.relative_to(ROOT)}:{line} {text}")
    assert sorted(set(found)) == []


def test_no_asset_of_the_screen_knows_a_pack(names: set[str]) -> None:
    words = {name for name in names if CHINESE.search(name) and len(name) >= SUBSTRING}
    found = [
        f"{path.name}: {word}"
        for path in sorted((ROOT / "onefill" / "ui" / "assets").iterdir())
        for word in sorted(words)
        if word in path.read_text("utf-8")
    ]
    assert found == []


def test_every_ordinary_word_is_needed_and_in_order(names: set[str]) -> None:
    listed = list(_ordinary())
    assert listed == sorted(set(listed))
    assert set(listed) <= names, "no pack uses these"


def _ordinary() -> Iterator[str]:
    for line in ORDINARY.read_text("utf-8").splitlines():
        word = line.partition("#")[0].strip()
        if word:
            yield word
