"""The default store destroying: nothing is left on the disk, and whoever starts next goes on for who died over it."""

import json
from pathlib import Path

import pytest

from store import EVERYTHING, Keyring, RecordDamaged, Store, new_key, open_store
from store.chain_files import Roll
from store.tiny import TinyStore
from tests.store.making import begin, new, stepping
from tests.store.test_contract_destroying import PAPER, SECRET, destroyed, filled


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("roll", [2, 50])
def test_no_byte_is_left(folder: Path, sealed: bool, roll: int) -> None:
    keys = Keyring([new_key()]) if sealed else None
    store = TinyStore(folder, stepping(), roll=Roll(entries=roll), keys=keys)
    filled(store)
    begin(store, "r2")
    destroyed(store)
    assert store.sweep(alone=True) == 3  # two scans and the printed paper; the definition is pinned by what stays
    assert store.verify_chains() == store.verify_index() == store.verify_files() == ()
    store.close()
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for secret in (SECRET.encode(), "正在改".encode(), "一班 r1".encode(), "家政".encode(), PAPER):
            assert secret not in data, path
    assert not list((folder / "destroying").iterdir())
    store = TinyStore(folder, stepping(), keys=keys)
    assert [one.destroyed for one in store.entries("r1", EVERYTHING)] == [4, 4, 4, 0]
    store.close()


@pytest.mark.parametrize("roll", [2, 50])
def test_what_is_left_cannot_be_altered(folder: Path, roll: int) -> None:
    store = TinyStore(folder, stepping(), roll=Roll(entries=roll))
    filled(store)
    destroyed(store)
    store.close()
    (path,) = [one for one in (folder / "records").rglob("*.json") if '"陈小明"' in one.read_text("utf-8")]
    path.write_text(path.read_text("utf-8").replace("陈小明", "陈大明"), "utf-8")
    store = TinyStore(folder, stepping())
    with pytest.raises(RecordDamaged, match="留下的部分与销毁时的校验码不符"):
        store.entries("r1", EVERYTHING)
    assert [one.record for one in store.verify_chains()] == ["r1"]
    store.close()


def test_an_entry_cannot_be_passed_off_as_destroyed(folder: Path) -> None:
    store = TinyStore(folder, stepping())
    begin(store)
    store.append(new(), 1, EVERYTHING)
    store.close()
    (path,) = (folder / "records").rglob("*.json")
    kept = json.loads(path.read_text("utf-8"))
    kept["entries"]["1"] |= {"data": None, "destroyed": 2}
    kept["entries"]["1"].pop("back", None)
    path.write_text(json.dumps(kept), "utf-8")
    store = TinyStore(folder, stepping())
    with pytest.raises(RecordDamaged, match="留下的部分与销毁时的校验码不符"):
        store.latest("r1", EVERYTHING)
    store.close()


def test_while_something_cannot_be_read_no_file_goes(folder: Path) -> None:
    store: Store = open_store(f"tinydb://{folder}", clock=stepping())
    paper = filled(store)
    begin(store, "r2", data={"scan": paper})
    store.close()
    (path,) = (folder / "records").rglob("r2.json")
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    store = open_store(f"tinydb://{folder}", clock=stepping())
    destroyed(store)
    assert store.sweep(alone=True) == 0
    path.write_bytes(whole)
    store.sweep(alone=True)
    assert store.get_file(paper) == PAPER
    store.close()
