"""An index that is made anew: what it costs does not grow with it, and whoever dies of it leaves it to the next."""

import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from statistics import median

import pytest

from store import EVERYTHING, Store, Summary, open_store
from store.disk import Disk
from store.index import Index, Line, Noted
from store.matching import Query
from store.tiny import TinyStore
from store.token_index import hashed, in_clear
from tests.store.making import begin, stepping

BATCH, TOKENS = 200, 50


def noted(number: int) -> Noted:
    line = Line(
        record=f"c{number:06d}",
        form="class",
        n=1,
        digest="",
        taken=0,
        state="new",
        unit="",
        owner="",
        label="",
        words="",
        first=None,
        last=None,
        due=None,
        about="{}",
        changed_at=number,
        draft=0,
        has_draft=False,
        file_time=1,
        file_size=1,
        draft_time=0,
        draft_size=0,
    )
    return line, frozenset(in_clear(f"{number} {place}") for place in range(TOKENS)), None


def written() -> int:
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("wchar")).split()[1])


@pytest.mark.skipif(sys.platform != "linux", reason="bytes are counted by Linux")
def test_the_last_batches_write_no_more_than_the_first(tmp_path: Path) -> None:
    with closing(Index(tmp_path / "index.sqlite", lambda: "")) as index:
        index.open()
        costs = []
        for start in range(0, 20 * BATCH, BATCH):
            before = written()
            index.put([noted(number) for number in range(start, start + BATCH)])
            costs.append(written() - before)
        index.sort_in()
        # Now and then one of them carries the full log into the file.
        assert median(costs[10:]) < 1.3 * median(costs[:10])
        for number in (0, 7, 20 * BATCH - 1):
            token = in_clear(f"{number} 3")
            found = index.find(Query(scope=EVERYTHING), [(token, token)], 9, 0)
            assert [one.record for one in found] == [f"c{number:06d}"]
        index.put([noted(3)])
        index.forget(["c000003"])
        token = in_clear("3 3")
        assert index.find(Query(scope=EVERYTHING), [(token, token)], 9, 0) == []
        assert index.tokens("c000003") == frozenset()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with closing(opened(tmp_path / "store")) as store:
        for number in range(5):
            begin(store, f"r{number}", summary=Summary(tokens=("class",), private=(f"44{number}",)))
    for path in (tmp_path / "store").glob("index.sqlite*"):
        path.unlink()
    yield tmp_path / "store"


def opened(folder: Path) -> Store:
    return open_store(f"tinydb://{folder}", clock=stepping())


def test_who_dies_while_the_index_is_made_leaves_it_to_the_next(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Died(BaseException):
        pass

    def die(_: Index) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(Index, "sort_in", die)
        with pytest.raises(Died):
            opened(folder)
    with closing(opened(folder)) as store:
        assert len(store.find(scope=EVERYTHING, tokens=["class"])) == 5
        assert [one.record for one in store.find(scope=EVERYTHING, tokens=["443"])] == ["r3"]
        assert store.verify_index() == ()


def test_what_changes_while_it_is_made_is_found_as_it_is_in_the_end(tmp_path: Path) -> None:
    with closing(Index(tmp_path / "index.sqlite", lambda: "")) as index:
        index.open()
        line, tokens, _ = noted(3)
        index.put([(line, tokens, None)])
        index.put([(replace(line, n=2), frozenset({in_clear("new")}), None)])
        index.sort_in()
        assert index.tokens(line.record) == {in_clear("new")}


def test_hashes_of_both_kinds_are_as_long() -> None:
    assert len(in_clear("class")) == len(hashed("0" * 32)) == 16


def test_whoever_waits_for_it_is_told_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder, ticks = tmp_path / "store", count(10**9, 2)
    with closing(open_store(f"tinydb://{folder}", clock=stepping())) as store:
        for number in range(12):
            begin(store, f"r{number}")
    for path in folder.glob("index.sqlite*"):
        path.unlink()
    monkeypatch.setattr("store.catalog._BATCH", 1)
    with closing(TinyStore(folder, stepping(), disk=Disk(now=lambda: float(next(ticks))))) as store:
        assert store.count(scope=EVERYTHING) == 12
    told = [record.getMessage() for record in caplog.records if "重做索引" in record.getMessage()]
    assert 1 < len(told) < 12 and "/ 12 个办件" in told[0]
    assert told == sorted(told, key=lambda text: int(text.split("%")[0].split()[-1]))
