"""Record files edited by hand or mangled: a clear word about one record, never a fault of the whole store."""

import json
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import EVERYTHING, Action, Change, Effect, FormatTooNew, RecordDamaged, Store, StoreError, open_store
from tests.store.making import begin, class_of, new, stepping
from tests.store.test_contract_registers import GRANTED


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two records, of which r1 has all that a file can hold."""
    folder = tmp_path_factory.mktemp("edited") / "store"
    store = open_store(f"tinydb://{folder}", clock=stepping())
    for record in ("r1", "r2"):
        begin(store, record, data=class_of(5), draws={"papers": 1})
    effect = Effect(register="grants", line="l1", action=Action.OPEN, start=GRANTED)
    store.append(new(data={**class_of(5), "more": 1}, effects=(effect,)), 1, EVERYTHING)
    store.set_draft("r1", [Change("a", 1)], EVERYTHING, "x")
    store.close()
    return folder


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return shutil.copytree(original, tmp_path / "store")


def outcome(folder: Path) -> str:
    """What the store says of r1, once all of its doors were tried; r2 must stand, whatever was done to r1."""
    store = open_store(f"tinydb://{folder}", clock=stepping())
    try:
        said = {tried(store) for _ in range(2)}
        assert store.latest("r2", EVERYTHING).data == class_of(5)
        assert "r2" in {found.record for found in store.find(scope=EVERYTHING)}
        store.reindex()
        store.verify_chains()
        store.register("grants", GRANTED, EVERYTHING)
        store.append(new("r3", request_id="after"), 0, EVERYTHING)
        return said.pop() if len(said) == 1 else str(said)
    finally:
        store.close()


def outcome_with(original: Path, content: bytes) -> str:
    """The outcome in a copy of the folder where r1 holds this."""
    with tempfile.TemporaryDirectory() as name:
        folder = shutil.copytree(original, Path(name) / "store")
        path_of(folder).write_bytes(content)
        return outcome(folder)


def tried(store: Store) -> str:
    try:
        store.entries("r1", EVERYTHING)
        store.draft("r1", EVERYTHING)
    except (RecordDamaged, FormatTooNew) as exc:
        assert "r1" in str(exc)
        return str(exc)
    return ""


def path_of(folder: Path, suffix: str = ".json") -> Path:
    (path,) = folder.rglob(f"r1{suffix}")
    return path


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    if at:
        yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*at, key))


WRONG: list[Any] = [None, True, -1, 2**70, 1.5, "", "x", [], [1], {}, {"x": 1}, ["\ud800"]]


@settings(max_examples=150, deadline=None)
@given(where=st.integers(0, 10_000), wrong=st.sampled_from(["drop", *WRONG]))
def test_a_file_with_something_else_anywhere_costs_one_record(original: Path, where: int, wrong: Any) -> None:
    tables = json.loads(path_of(original).read_bytes())
    spots = list(places(tables))
    *above, last = spots[where % len(spots)]
    inner = tables
    for key in above:
        inner = inner[key]
    if wrong == "drop":
        del inner[last]
    else:
        inner[last] = wrong
    outcome_with(original, json.dumps(tables).encode())


@settings(max_examples=75, deadline=None)
@given(where=st.integers(0, 100_000), how=st.sampled_from(["flip", "cut", "repeat", "zero"]), by=st.integers(1, 255))
def test_a_mangled_file_costs_one_record(original: Path, where: int, how: str, by: int) -> None:
    sound = path_of(original).read_bytes()
    spot = where % len(sound)
    match how:
        case "flip":
            mangled = sound[:spot] + bytes([sound[spot] ^ by]) + sound[spot + 1 :]
        case "cut":
            mangled = sound[:spot]
        case "repeat":
            mangled = sound[:spot] + sound[max(0, spot - by) :]
        case _:
            mangled = sound[:spot] + bytes(by) + sound[spot + by :]
    if outcome_with(original, mangled) == "":
        # What shows in nothing must be nothing: blanks.
        assert json.loads(mangled) == json.loads(sound)


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
@pytest.mark.parametrize("content", [b"[" * 900 + b"]" * 900, b"[" * 100_000, b'{"entries": {"1": ' + b"[" * 500])
def test_deep_nesting_costs_one_record(folder: Path, suffix: str, content: bytes) -> None:
    path_of(folder, suffix).write_bytes(content + b"\n" + content)
    assert "r1" in outcome(folder)


def test_a_deeply_nested_entry_costs_one_record(folder: Path) -> None:
    path = path_of(folder)
    deep = "[" * 600 + "]" * 600
    path.write_text(path.read_text("utf-8").replace('"more": 1', f'"more": {deep}'), "utf-8")
    assert "r1" in outcome(folder)


def test_a_record_of_a_newer_program_costs_one_record(folder: Path) -> None:
    path = path_of(folder)
    path.write_bytes(path.read_bytes().replace(b'"format": 2', b'"format": 99'))
    assert "更新版本" in outcome(folder)
    store = open_store(f"tinydb://{folder}", clock=stepping())
    assert [damage.record for damage in store.damages()] == ["r1"]
    store.close()


def test_a_draft_of_a_newer_program_costs_one_draft(folder: Path) -> None:
    path = path_of(folder, ".jsonl")
    line = b'{"format": 99, "record": "r1"}'
    path.write_bytes(b"%08x %s\n" % (zlib.crc32(line), line))
    assert "更新版本" in outcome(folder)


@pytest.mark.parametrize("name", ["store.json", "preferences", "series", "log"])
def test_what_lies_beside_the_records_may_be_mangled_too(folder: Path, name: str) -> None:
    store = open_store(f"tinydb://{folder}", clock=stepping())
    store.set_preferences("li", {"zoom": 1})
    store.log({"act": "print"})
    store.close()
    whole = folder / name
    for path in [whole] if whole.is_file() else [path for path in whole.rglob("*") if path.is_file()]:
        for content in (b"", b"[1]", b"\xff\x00", b"[" * 2000, b'{"format": "1"}'):
            path.write_bytes(content)
            assert outcome_is_clear(folder)


def outcome_is_clear(folder: Path) -> bool:
    try:
        outcome(folder)
        store = open_store(f"tinydb://{folder}", clock=stepping())
        store.preferences("li")
        store.log({"act": "after"})
        store.verify_log()
        store.series("papers")
        store.close()
    except StoreError:
        return False
    return True
