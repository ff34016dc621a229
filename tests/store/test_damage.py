"""Files that were broken, swapped, edited or lost behind the store's back."""

import codecs
import json
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from store import (
    EVERYTHING,
    Action,
    Change,
    Effect,
    EntriesParcel,
    FileDamaged,
    FileUnknown,
    FormatTooNew,
    HalfTakenIn,
    LostParcel,
    Parcel,
    RecordDamaged,
    RecordUnknown,
    RecordWentBack,
    Store,
    Summary,
    open_store,
)
from store.chain_files import Roll
from store.tiny import TinyStore
from tests.store.making import begin, new, stepping


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    opened = open_store(f"tinydb://{folder}", clock=stepping())
    for record in ("r1", "r2"):
        begin(opened, record, summary=Summary(label=record, private=(f"secret-{record}",)))
        opened.append(new(record, {"name": "二班"}), 1, EVERYTHING)
    yield opened
    opened.close()


def path_of(folder: Path, record: str = "r1", suffix: str = ".json") -> Path:
    (path,) = folder.rglob(f"{record}{suffix}")
    return path


def labels(store: Store) -> list[str]:
    return sorted(found.record for found in store.find(scope=EVERYTHING))


def reopened(folder: Path) -> Store:
    return open_store(f"tinydb://{folder}", clock=stepping())


BROKEN = {
    "emptied": (b"", "空"),
    "truncated": (None, "第 "),
    "foreign": (b'{"_default": {}}', "不是办件文件"),
    "list": (b"[1, 2]", "不是办件文件"),
    "tables that are none": (b'{"entries": {}, "about": 1}', "不是办件文件"),
    "no entries": (b'{"entries": {}, "about": {"1": {"format": 1, "record": "r1", "form": "f"}}}', "没有任何记录"),
    "not UTF-8": ('{"entries": "班"}'.encode("gbk"), "JSON"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_costs_one_record_and_is_named(store: Store, folder: Path, kind: str) -> None:
    content, why = BROKEN[kind]
    path = path_of(folder)
    path.write_bytes(path.read_bytes()[:-40] if content is None else content)
    for attempt in (
        lambda: store.latest("r1", EVERYTHING),
        lambda: store.draft("r1", EVERYTHING),
        lambda: store.append(new(), 2, EVERYTHING),
        lambda: store.set_draft("r1", [Change("a", 1)], EVERYTHING, "x"),
    ):
        with pytest.raises(RecordDamaged, match=why) as caught:
            attempt()
        assert str(path) in str(caught.value)
    assert [(damage.record, damage.file) for damage in store.damages()] == [("r1", str(path))]
    assert store.latest("r2", EVERYTHING).n == 2
    assert labels(store) == ["r1", "r2"]


def test_a_flipped_bit_is_found(store: Store, folder: Path) -> None:
    path = path_of(folder)
    path.write_bytes(path.read_bytes().replace("一班".encode(), "七班".encode()))
    with pytest.raises(RecordDamaged, match="第 1 条记录的内容与校验码不符"):
        store.latest("r1", EVERYTHING)


def test_damage_is_found_at_the_next_start_and_forgotten_when_mended(store: Store, folder: Path) -> None:
    path = path_of(folder)
    sound = path.read_bytes()
    path.write_bytes(sound[:100])
    second = reopened(folder)
    assert [damage.record for damage in second.damages()] == ["r1"]
    path.write_bytes(sound)
    assert second.latest("r1", EVERYTHING).n == 2
    assert second.damages() == ()
    second.close()


def test_an_older_copy_alarms(store: Store, folder: Path) -> None:
    path = path_of(folder)
    older = path.read_bytes()
    store.append(new(), 2, EVERYTHING)
    path.write_bytes(older)
    with pytest.raises(RecordWentBack, match="已见过第 3 条"):
        store.latest("r1", EVERYTHING)
    with pytest.raises(RecordWentBack):
        store.append(new(), 2, EVERYTHING)
    store.reindex()
    assert store.latest("r1", EVERYTHING).n == 2


def test_another_chain_of_the_same_record_alarms(store: Store, folder: Path, tmp_path: Path) -> None:
    other = open_store(f"tinydb://{tmp_path}/other", clock=stepping())
    for n in range(3):
        other.append(new(data={"other": n}), n, EVERYTHING)
    other.close()
    path_of(folder).write_bytes(path_of(tmp_path / "other").read_bytes())
    with pytest.raises(RecordWentBack, match="换过"):
        store.latest("r1", EVERYTHING)


def test_a_file_under_another_records_name_is_not_believed(store: Store, folder: Path) -> None:
    path_of(folder).write_bytes(path_of(folder, "r2").read_bytes())
    with pytest.raises(RecordDamaged, match="另一个办件 r2"):
        store.latest("r1", EVERYTHING)


def test_a_lost_file_is_damage_not_an_unknown_record(store: Store, folder: Path) -> None:
    path_of(folder).unlink()
    with pytest.raises(RecordDamaged, match="不见了"):
        store.latest("r1", EVERYTHING)
    second = reopened(folder)
    assert [damage.record for damage in second.damages()] == ["r1"]
    second.close()
    store.reindex()
    with pytest.raises(RecordUnknown):
        store.latest("r1", EVERYTHING)


def test_a_file_saved_by_a_text_editor_is_read(store: Store, folder: Path) -> None:
    path = path_of(folder)
    path.write_bytes(codecs.BOM_UTF8 + path.read_bytes().replace(b"\n", b"\r\n"))
    assert store.latest("r1", EVERYTHING).data == {"name": "二班"}


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_a_draft_saved_by_a_text_editor_is_read_and_goes_on(store: Store, folder: Path, mark: bytes) -> None:
    store.set_draft("r1", [Change("a", 1)], EVERYTHING, "x")
    path = path_of(folder, suffix=".jsonl")
    path.write_bytes(mark + path.read_bytes().replace(b"\n", b"\r\n"))
    store.set_draft("r1", [Change("b", 2)], EVERYTHING, "x")
    other = reopened(folder)
    for opened in (store, other):
        changes = opened.draft("r1", EVERYTHING).changes
        assert {path: kept.value for path, kept in changes.items()} == {"a": 1, "b": 2}
    assert other.damages() == ()
    other.close()


def test_a_missing_comma_is_named_with_its_line(store: Store, folder: Path) -> None:
    path = path_of(folder)
    path.write_bytes(path.read_bytes().replace(b'"kind": "version",', b'"kind": "version"', 1))
    with pytest.raises(RecordDamaged, match=r"第 1\d 行"):
        store.latest("r1", EVERYTHING)


def test_files_are_readable_and_what_we_do_not_know_in_them_is_kept(store: Store, folder: Path) -> None:
    path = path_of(folder)
    tables = json.loads(path.read_text(encoding="utf-8"))
    assert list(tables["entries"]["2"])[-1] == "digest"
    assert "一班" in path.read_text(encoding="utf-8")
    tables["later"] = {"1": {"x": 1}}
    tables["about"]["1"]["colour"] = "red"
    path.write_text(json.dumps(tables), encoding="utf-8")
    store.append(new(), 2, EVERYTHING)
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["later"] == {"1": {"x": 1}}
    assert kept["about"]["1"]["colour"] == "red"
    assert len(kept["entries"]) == 3


def test_a_newer_format_is_refused(store: Store, folder: Path) -> None:
    path = path_of(folder)
    path.write_bytes(path.read_bytes().replace(b'"format": 2', b'"format": 99'))
    with pytest.raises(FormatTooNew):
        store.latest("r1", EVERYTHING)
    whole = folder / "store.json"
    whole.write_bytes(whole.read_bytes().replace(b'"format": 2', b'"format": 99'))
    with pytest.raises(FormatTooNew):
        reopened(folder)


@pytest.mark.parametrize("kind", ["deleted", "garbage", "emptied", "of another folder", "half"])
def test_losing_the_index_loses_nothing(store: Store, folder: Path, tmp_path: Path, kind: str) -> None:
    index = folder / "index.sqlite"
    before = store.find(scope=EVERYTHING)
    store.close()
    match kind:
        case "deleted":
            index.unlink()
        case "of another folder":
            other = open_store(f"tinydb://{tmp_path}/other")
            begin(other, "stranger")
            other.close()
            shutil.copy(tmp_path / "other" / "index.sqlite", index)
        case "half":
            index.write_bytes(index.read_bytes()[:5000])
        case _:
            index.write_bytes(b"" if kind == "emptied" else b"garbage" * 1000)
    second = reopened(folder)
    assert second.find(scope=EVERYTHING) == before
    assert [one.record for one in second.find(scope=EVERYTHING, tokens=["secret-r1"])] == []
    assert second.latest("r1", EVERYTHING).n == 2
    second.close()


@pytest.mark.parametrize("kind", ["deleted", "garbage", "tables gone"])
def test_losing_the_index_under_a_running_store(store: Store, folder: Path, kind: str) -> None:
    before = store.find(scope=EVERYTHING)
    index = folder / "index.sqlite"
    if kind == "tables gone":
        db = sqlite3.connect(index)
        db.execute("drop table record")
        db.commit()
        db.close()
    else:
        for path in folder.glob("index.sqlite*"):
            path.unlink()
    if kind == "garbage":
        index.write_bytes(b"garbage" * 1000)
    assert store.find(scope=EVERYTHING) == before
    store.append(new(), 2, EVERYTHING)
    assert store.latest("r1", EVERYTHING).n == 3


@pytest.mark.parametrize(
    "change",
    [
        "delete from effect",
        "update effect set start = '2026-12-01'",
        "insert into effect select 'r2', n, place, at, register, 'l2', start, effect from effect",
        "update number set last = 8",
    ],
)
def test_a_register_that_says_something_else_is_named_and_made_anew(store: Store, folder: Path, change: str) -> None:
    granted = Effect(register="grants", line="l1", action=Action.OPEN, start=date(2026, 3, 1))
    store.append(new(effects=(granted,), draws={"papers": 2}), 2, EVERYTHING)
    before = store.register("grants", date(2026, 12, 1), EVERYTHING)
    assert store.verify_index() == ()
    with closing(sqlite3.connect(folder / "index.sqlite")) as db:
        db.execute(change)
        db.commit()
    assert len(store.verify_index()) == 1
    store.reindex()
    assert store.verify_index() == ()
    assert (store.register("grants", date(2026, 12, 1), EVERYTHING), store.series("papers")) == (before, 2)


def test_files_that_came_while_nobody_looked_are_listed(store: Store, folder: Path, tmp_path: Path) -> None:
    other = open_store(f"tinydb://{tmp_path}/other", clock=stepping())
    begin(other, "guest")
    other.close()
    source = path_of(tmp_path / "other", "guest")
    target = folder / "records" / source.parent.name / source.name
    target.parent.mkdir(exist_ok=True)
    shutil.copy(source, target)
    assert store.latest("guest", EVERYTHING).n == 1
    assert labels(store) == ["guest", "r1", "r2"]
    target.with_name("~tmp.json.txt").write_text("x")
    second = reopened(folder)
    assert labels(second) == ["guest", "r1", "r2"]
    second.close()


def test_private_values_stand_in_no_index_and_the_key_is_kept_apart(store: Store, folder: Path) -> None:
    key = folder.with_name("store.key")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    store.append(new("r3", summary=Summary(private=("440604199001010011",))), 0, EVERYTHING)
    store.close()
    for path in folder.glob("index.sqlite*"):
        assert b"440604199001010011" not in path.read_bytes()
    key.unlink()
    second = reopened(folder)
    assert [one.record for one in second.find(scope=EVERYTHING, tokens=["440604199001010011"])] == ["r3"]
    second.close()


@pytest.mark.skipif(os.name != "posix", reason="the rights of the folder decide there")
def test_nobody_else_on_the_computer_may_read_what_is_kept(folder: Path) -> None:
    before = os.umask(0o022)
    try:
        with closing(open_store(f"tinydb://{folder}", clock=stepping())) as store:
            begin(store, draws={"papers": 1}, summary=Summary(label="张三"))
            store.set_draft("r1", [Change("id_no", "440604199001010011")], EVERYTHING, "x")
            store.put_file(b"paper")
            store.set_preferences("li", {"zoom": 1})
            store.log({"act": "print"})
            kept = [path for path in folder.parent.rglob("*") if path.is_file()]
            assert {path.suffix for path in kept} >= {".json", ".jsonl", ".sqlite", ".sqlite-wal", ".lock", ".key", ""}
            assert [path for path in kept if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
    finally:
        os.umask(before)


def test_a_damaged_draft_costs_the_draft(store: Store, folder: Path) -> None:
    for value in range(3):
        store.set_draft("r1", [Change("a", value)], EVERYTHING, "x")
    path = path_of(folder, suffix=".jsonl")
    sound = path.read_bytes()
    path.write_bytes(sound.replace(b'["a",1,', b'["a",7,'))
    with pytest.raises(RecordDamaged, match="草稿第 3 行") as caught:
        store.draft("r1", EVERYTHING)
    assert str(path) in str(caught.value)
    assert store.latest("r1", EVERYTHING).n == 2
    store.append(new(), 2, EVERYTHING)
    path.write_bytes(sound.splitlines(keepends=True)[0])
    with pytest.raises(RecordDamaged, match="旧"):
        store.draft("r1", EVERYTHING)
    path.write_bytes(sound)
    assert store.draft("r1", EVERYTHING).changes["a"].value == 2


def test_a_half_line_was_never_acknowledged(store: Store, folder: Path) -> None:
    store.set_draft("r1", [Change("a", 1)], EVERYTHING, "x")
    path = path_of(folder, suffix=".jsonl")
    with path.open("ab") as file:
        file.write(b'0badbad0 {"put":[["a",2')
    assert store.draft("r1", EVERYTHING).changes["a"].value == 1
    store.set_draft("r1", [Change("b", 2)], EVERYTHING, "x")
    second = reopened(folder)
    assert {path: kept.value for path, kept in second.draft("r1", EVERYTHING).changes.items()} == {"a": 1, "b": 2}
    second.close()


def test_a_lost_draft_is_named_and_numbers_go_on(store: Store, folder: Path) -> None:
    store.set_draft("r1", [Change("a", 1)], EVERYTHING, "x")
    path_of(folder, suffix=".jsonl").unlink()
    assert store.draft("r1", EVERYTHING).changes == {}
    assert [damage.record for damage in store.damages()] == ["r1"]
    assert store.set_draft("r1", [Change("a", 1)], EVERYTHING, "x").draft.number == 2


def test_a_damaged_file_is_named_and_mended_by_keeping_it_again(store: Store, folder: Path) -> None:
    digest = store.put_file(b"paper")
    path = folder / "files" / digest[:2] / digest
    path.write_bytes(b"pap")
    with pytest.raises(FileDamaged, match=digest):
        store.get_file(digest)
    store.put_file(b"paper")
    assert store.get_file(digest) == b"paper"


def test_the_end_of_a_damaged_file_is_never_given_out(store: Store, folder: Path) -> None:
    scan = bytes(3 << 20)
    digest = store.put_file(scan)
    path = folder / "files" / digest[:2] / digest
    path.write_bytes(scan[:-1] + b"x")
    came = b""
    with store.open_file(digest) as file, pytest.raises(FileDamaged, match=digest):
        while piece := file.read1():  # type: ignore[attr-defined]
            came += piece
    assert len(came) < len(scan)
    path.unlink()
    with pytest.raises(FileUnknown):
        store.open_file(digest)


def test_broken_preferences_are_only_preferences(store: Store, folder: Path) -> None:
    store.set_preferences("li", {"zoom": 1})
    (path,) = (folder / "preferences").rglob("*.json")
    path.write_bytes(b"{")
    assert store.preferences("li") == {}
    (damage,) = store.verify_files()
    assert damage.file == str(path)
    store.set_preferences("li", {"zoom": 2})
    assert store.preferences("li") == {"zoom": 2}
    (damage,) = store.verify_files()
    aside = Path(damage.file)
    assert (aside.parent, aside.read_bytes()) == (path.parent, b"{")
    store.set_preferences("li", {"zoom": 3})
    assert len([*path.parent.iterdir()]) == 2
    aside.unlink()
    assert store.verify_files() == ()


def test_what_was_kept_is_there_after_a_restart(store: Store, folder: Path) -> None:
    store.set_draft("r1", [Change("a", 1, "w", 3)], EVERYTHING, "x")
    store.set_summary("r1", Summary(label="新名"), EVERYTHING)
    before = store.find(scope=EVERYTHING), store.draft("r1", EVERYTHING), store.entries("r1", EVERYTHING)
    stamp = store.stamp("r1")
    second = reopened(folder)
    assert (second.find(scope=EVERYTHING), second.draft("r1", EVERYTHING), second.entries("r1", EVERYTHING)) == before
    assert second.stamp("r1") == stamp
    second.close()


@pytest.fixture
def long(folder: Path) -> Iterator[Store]:
    opened = TinyStore(folder, stepping(), roll=Roll(entries=3))
    for n in range(8):
        opened.append(new(data={"n": n + 1}, request_id=f"q-{n + 1}", draft=9 if n == 0 else 0), n, EVERYTHING)
    yield opened
    opened.close()


def test_a_full_file_is_set_aside_and_the_chain_goes_on(long: Store, folder: Path) -> None:
    names = sorted(path.name for path in (folder / "records").rglob("*.json"))
    assert names == ["r1.from-1.json", "r1.from-4.json", "r1.json"]
    for first, last in ((1, 8), (2, 5), (4, 4), (7, 8), (3, 4)):
        entries = long.entries("r1", EVERYTHING, first, last)
        assert [entry.data for entry in entries] == [{"n": n} for n in range(first, last + 1)]
    whole = long.entries("r1", EVERYTHING)
    assert [entry.prev for entry in whole[1:]] == [entry.digest for entry in whole[:-1]]
    assert long.append(new(request_id="q-2"), 99, EVERYTHING).n == 2
    other = open_store(f"tinydb://{folder}", clock=stepping())
    assert other.latest("r1", EVERYTHING).n == 8
    assert other.reindex() == 1
    assert labels(other) == ["r1"]
    other.close()


@pytest.mark.parametrize("kind", ["lost", "broken", "swapped"])
def test_damage_of_an_older_file_costs_the_older_entries(long: Store, folder: Path, kind: str) -> None:
    path, other = path_of(folder, "r1.from-4"), path_of(folder, "r1.from-1")
    if kind == "lost":
        path.unlink()
    else:
        path.write_bytes(b"{" if kind == "broken" else other.read_bytes())
    assert long.latest("r1", EVERYTHING).n == 8
    assert long.append(new(), 8, EVERYTHING).n == 9
    assert long.entry("r1", 2, EVERYTHING).n == 2
    with pytest.raises(RecordDamaged) as caught:
        long.entries("r1", EVERYTHING)
    assert caught.value.facts["file"] == str(path)


def test_older_entries_whose_newest_file_is_lost_with_the_index_are_named(long: Store, folder: Path) -> None:
    long.close()
    for path in (path_of(folder), *folder.glob("index.sqlite*")):
        path.unlink()
    second = reopened(folder)
    parts = {str(path) for path in folder.rglob("r1.from-*.json")}
    assert {(damage.record, damage.file) for damage in second.damages()} == {("r1", part) for part in parts}
    assert {damage.file for damage in second.verify_chains()} == parts != set()
    second.close()


def test_an_older_copy_from_before_the_full_file_alarms(long: Store, folder: Path) -> None:
    path_of(folder).write_bytes(path_of(folder, "r1.from-4").read_bytes())
    with pytest.raises(RecordWentBack):
        long.latest("r1", EVERYTHING)


def test_what_is_damaged_is_no_parcel_but_named(store: Store, folder: Path) -> None:
    path = path_of(folder)
    path.write_bytes(path.read_bytes()[:-40])
    lost = [parcel for parcel in store.parcels() if isinstance(parcel, LostParcel)]
    assert [(one.kind, one.damage.record, one.damage.file) for one in lost] == [("record", "r1", str(path))]
    whole = {parcel.record for parcel in store.parcels() if isinstance(parcel, EntriesParcel)}
    assert whole == {"r2"}


def test_a_file_that_is_gone_is_no_parcel_but_named(store: Store, folder: Path) -> None:
    path_of(folder).unlink()
    lost = [parcel.damage for parcel in store.parcels() if isinstance(parcel, LostParcel)]
    assert [(damage.record, damage.why) for damage in lost] == [("r1", "文件不见了")]


def test_a_damaged_draft_costs_the_draft_alone(store: Store, folder: Path) -> None:
    store.set_draft("r1", [Change("a", 1), Change("b", 2)], EVERYTHING, "x")
    store.set_draft("r1", [Change("a", 3)], EVERYTHING, "x")
    path = path_of(folder, suffix=".jsonl")
    path.write_bytes(b"x" + path.read_bytes())
    lost = [parcel for parcel in store.parcels() if isinstance(parcel, LostParcel)]
    assert [(one.kind, one.damage.file) for one in lost] == [("draft", str(path))]
    assert {parcel.record for parcel in store.parcels() if isinstance(parcel, EntriesParcel)} == {"r1", "r2"}


def test_a_store_into_which_not_all_was_taken_is_not_opened(store: Store, folder: Path, tmp_path: Path) -> None:
    half = open_store(f"tinydb://{tmp_path}/half")

    def breaking() -> Iterator[Parcel]:
        parcels = store.parcels()
        yield next(parcels)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half.take_in(breaking())
    half.close()
    with pytest.raises(HalfTakenIn, match="half"):
        open_store(f"tinydb://{tmp_path}/half")
