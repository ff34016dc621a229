"""The access log behind the store's back: whatever is altered, dropped, put in or moved is found and named."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import EVERYTHING, Store, open_store
from store.chain import FORMAT
from store.log import GENESIS, read_line
from store.plain import canonical, digest
from tests.store.making import begin, new, stepping

ROOT = Path(__file__).parents[2]
LINES = 12


def months(start: datetime = datetime(2026, 10, 25, tzinfo=UTC)) -> Callable[[], datetime]:
    """A clock that goes on by five days whenever somebody looks."""
    ticks = count()
    return lambda: start + timedelta(days=5 * next(ticks))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    written(tmp_path / "store").close()
    yield tmp_path / "store"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log") / "store"
    written(folder).close()
    return folder


def written(folder: Path) -> Store:
    store = open_store(f"tinydb://{folder}", clock=months())
    for number in range(LINES):
        store.log({"who": "陈晓岚", "act": "print", "what": f"第 {number} 份"})
    return store


def lines_of(folder: Path) -> list[tuple[Path, bytes]]:
    return [(path, raw) for path in sorted((folder / "log").glob("*.jsonl")) for raw in path.read_bytes().splitlines()]


def put(folder: Path, lines: list[tuple[Path, bytes]]) -> None:
    for path in (folder / "log").glob("*.jsonl"):
        path.write_bytes(b"")
    for path, raw in lines:
        with path.open("ab") as file:
            file.write(raw + b"\n")


def whys(folder: Path) -> list[str]:
    store = open_store(f"tinydb://{folder}", clock=stepping())
    try:
        return [f"{damage.file} {damage.why}" for damage in store.verify_log()]
    finally:
        store.close()


def test_a_file_per_month_each_bound_to_the_one_before(folder: Path) -> None:
    names = [path.name for path in sorted((folder / "log").glob("*.jsonl"))]
    assert names == ["2026-10.jsonl", "2026-11.jsonl", "2026-12.jsonl"]
    lines = [read_line(raw) for _, raw in lines_of(folder)]
    assert [line.prev for line in lines] == [GENESIS, *(line.digest for line in lines[:-1])]
    assert whys(folder) == []


CASES = st.one_of(
    st.tuples(st.just("alter"), st.integers(0, LINES - 1), st.integers(0, 10_000), st.integers(1, 255)),
    st.tuples(st.just("drop"), st.integers(0, LINES - 1), st.integers(1, LINES), st.just(0)),
    st.tuples(st.just("swap"), st.integers(0, LINES - 1), st.integers(1, LINES - 1), st.just(0)),
    st.tuples(st.just("repeat"), st.integers(0, LINES - 1), st.just(0), st.just(0)),
)


@settings(max_examples=150, deadline=None)
@given(case=CASES)
def test_any_altered_dropped_swapped_or_repeated_line_is_found(
    original: Path, tmp_path_factory: pytest.TempPathFactory, case: tuple[str, int, int, int]
) -> None:
    what, at, how, by = case
    folder = tmp_path_factory.mktemp("copy") / "store"
    shutil.copytree(original, folder)
    before = lines_of(folder)
    lines = list(before)
    match what:
        case "alter":
            path, raw = lines[at]
            spot = how % len(raw)
            lines[at] = (path, raw[:spot] + bytes([raw[spot] ^ by]) + raw[spot + 1 :])
        case "drop":
            del lines[at : at + how]
        case "swap":
            other = (at + how) % LINES
            lines[at], lines[other] = (lines[at][0], lines[other][1]), (lines[other][0], lines[at][1])
        case "repeat":
            lines.insert(at, lines[at])
    put(folder, lines)
    assert whys(folder) != []
    shutil.rmtree(folder)


def test_a_line_rewritten_with_a_right_digest_is_found_by_the_next_one(folder: Path) -> None:
    lines = lines_of(folder)
    path, raw = lines[4]
    document = json.loads(raw)
    document["line"]["what"] = "别的"
    body = {key: value for key, value in document.items() if key != "digest"}
    put(folder, [*lines[:4], (path, canonical({**body, "digest": digest(body)})), *lines[5:]])
    (why,) = whys(folder)
    assert "第 6 条与前一条接不上" in why
    assert path.name in why


@pytest.mark.parametrize("gone", ["2026-10.jsonl", "2026-11.jsonl", "2026-12.jsonl"])
def test_a_month_that_is_gone_is_found(folder: Path, gone: str) -> None:
    (folder / "log" / gone).unlink()
    assert whys(folder) != []


def test_the_next_line_does_not_hide_a_cut_end(folder: Path) -> None:
    path = folder / "log" / "2026-12.jsonl"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    store = open_store(f"tinydb://{folder}", clock=lambda: datetime(2026, 12, 30, tzinfo=UTC))
    store.log({"act": "after"})
    faults = store.verify_log()
    store.close()
    assert len(faults) == 1
    assert f"却是第 {LINES + 1} 条" in faults[0].why


def test_half_a_line_after_a_crash_is_overwritten_and_no_fault(folder: Path) -> None:
    path = folder / "log" / "2026-12.jsonl"
    path.write_bytes(path.read_bytes() + b'{"digest":"ab')
    assert whys(folder) == []
    store = open_store(f"tinydb://{folder}", clock=lambda: datetime(2026, 12, 30, tzinfo=UTC))
    store.log({"act": "after"})
    assert [line.n for line in store.log_lines()] == list(range(1, LINES + 2))
    assert store.verify_log() == ()
    store.close()


def test_a_crash_before_the_end_was_noted_loses_nothing(folder: Path) -> None:
    head = folder / "log" / "head.json"
    before = head.read_bytes()
    store = open_store(f"tinydb://{folder}", clock=lambda: datetime(2026, 12, 30, tzinfo=UTC))
    store.log({"act": "after"})
    head.write_bytes(before)
    assert store.verify_log() == ()
    store.log({"act": "once more"})
    assert store.verify_log() == ()
    store.close()


@pytest.mark.parametrize("lost", ["gone", "emptied", "garbage"])
def test_an_end_cut_off_together_with_its_note_is_told(folder: Path, lost: str) -> None:
    put(folder, lines_of(folder)[:-3])
    head = folder / "log" / "head.json"
    head.unlink() if lost == "gone" else head.write_bytes(b"" if lost == "emptied" else b"[1]")
    (why,) = whys(folder)
    assert "另记的最后一条不见了" in why


def test_a_crash_behind_the_very_first_line_is_no_fault(folder: Path) -> None:
    put(folder, lines_of(folder)[:1])
    (folder / "log" / "head.json").unlink()
    assert whys(folder) == []


def test_a_clock_that_was_put_back_opens_no_older_file(folder: Path) -> None:
    store = open_store(f"tinydb://{folder}", clock=lambda: datetime(2026, 10, 1, tzinfo=UTC))
    store.log({"act": "after"})
    assert store.verify_log() == ()
    # Its day is asked for, not the month of the file it stands in.
    asked = store.log_lines(date(2026, 10, 1), date(2026, 10, 2))
    assert [line.line for line in asked] == [{"act": "after"}]
    assert [line.n for line in store.log_lines(last=date(2026, 10, 31))] == [1, 2, LINES + 1]
    store.close()
    assert lines_of(folder)[-1][0].name == "2026-12.jsonl"


def test_lines_carry_their_format_and_those_of_a_newer_program_are_told(folder: Path) -> None:
    lines = lines_of(folder)
    assert all(json.loads(raw)["format"] == FORMAT for _, raw in lines)
    path, raw = lines[-1]
    put(folder, [*lines[:-1], (path, signed(raw, format=FORMAT + 1))])
    assert any("由更新版本的程序写成" in why for why in whys(folder))


def test_lines_of_old_carry_none_and_are_read(folder: Path) -> None:
    chain: list[tuple[Path, bytes]] = []
    for path, raw in lines_of(folder):
        prev = json.loads(chain[-1][1])["digest"] if chain else GENESIS
        chain.append((path, signed(raw, format=None, prev=prev)))
    put(folder, chain)
    last = read_line(chain[-1][1])
    (folder / "log" / "head.json").write_text(json.dumps({"n": last.n, "digest": last.digest}), encoding="utf-8")
    assert whys(folder) == []
    with closing(open_store(f"tinydb://{folder}")) as store:
        assert len(store.log_lines()) == LINES


def signed(raw: bytes, **changes: object) -> bytes:
    """A line altered and sealed again; ``None`` takes a key out."""
    document = {**json.loads(raw), **changes}
    body = {key: value for key, value in document.items() if key != "digest" and value is not None}
    return canonical({**body, "digest": digest(body)})


PROGRAM = """
import sys
from store import open_store
store = open_store(sys.argv[1])
for number in range(15):
    store.log({"who": sys.argv[2], "number": number})
store.close()
"""


def test_several_programs_write_one_chain(tmp_path: Path) -> None:
    address = f"tinydb://{tmp_path}/store"
    command = [sys.executable, "-c", PROGRAM, address]
    running = [subprocess.Popen([*command, f"p{number}"], cwd=ROOT) for number in range(3)]
    assert [one.wait(60) for one in running] == [0, 0, 0]
    store = open_store(address)
    assert store.verify_log() == ()
    assert len(store.log_lines()) == 45
    store.close()


def test_chains_that_were_touched_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    store = open_store(f"tinydb://{folder}", clock=stepping())
    for record in ("r1", "r2", "r3"):
        begin(store, record)
        store.append(new(record, {"name": "二班"}), 1, EVERYTHING)
    (edited,) = folder.rglob("r1.json")
    edited.write_text(edited.read_text("utf-8").replace("一班", "三班"), "utf-8")
    (gone,) = folder.rglob("r2.json")
    gone.unlink()
    found = {damage.record: damage.why for damage in store.verify_chains()}
    assert found.keys() == {"r1", "r2"}
    assert "校验码不符" in found["r1"]
    assert "不见了" in found["r2"]
    store.close()
