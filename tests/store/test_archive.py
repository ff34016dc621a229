"""Archives: the whole store in one file, believed only when it is whole."""

import errno
import hashlib
import io
import os
import signal
import subprocess
import sys
import tarfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import (
    EVERYTHING,
    Archive,
    ArchiveRefused,
    Change,
    Damage,
    EntriesParcel,
    FormatTooNew,
    KeyMissing,
    LostParcel,
    Store,
    StoreUnavailable,
    Tally,
    open_store,
    place_of,
    write_archive,
)
from store.chain import genesis, seal
from store.disk import Disk
from store.keyring import Keyring, new_key
from tests.store.making import begin, class_of, new, stepping
from tests.store.test_contract_parcels import filled, tally

ROOT = Path(__file__).parents[2]
MADE = "2026-11-04T08:00:00+08:00"


def write(path: Path, store: Store, **given: Any) -> Tally:
    return write_archive(path, store.parcels(), made=MADE, program="0.1.0", **given)


@pytest.fixture(scope="module")
def source() -> Iterator[Store]:
    store = open_store("memory:", clock=stepping())
    filled(store)
    yield store
    store.close()


@pytest.fixture
def archive(tmp_path: Path, source: Store) -> Path:
    path = tmp_path / "backup.tar"
    write(path, source)
    return path


def test_what_was_put_in_comes_out_with_the_same_digests(store: Store, other: Store, tmp_path: Path) -> None:
    filled(store)
    path = tmp_path / "sub" / "backup.tar"
    told: list[int] = []
    written = write(path, store, on_progress=lambda counts: told.append(counts["records"]))
    about = Archive(path).check()
    assert (about.made, about.program, about.keys, about.lost) == (MADE, "0.1.0", False, ())
    assert about.counts == written.counts()
    assert told[-1] == written.counts()["records"]
    assert other.take_in(Archive(path).parcels()) == written
    assert tally(other) == tally(store)


def test_others_can_check_the_sums(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        *members, last = tar.getnames()
        assert last == "SHA256SUMS"
        lines = tar.extractfile(last).read().decode().splitlines()  # type: ignore[union-attr]
        digests = [hashlib.sha256(tar.extractfile(name).read()).hexdigest() for name in members]  # type: ignore[union-attr]
    assert lines == [f"{digest}  {name}" for digest, name in zip(digests, members, strict=True)]


def test_an_archive_of_the_first_format_is_read(archive: Path, other: Store) -> None:
    """It is the same but for the last numbers of series."""

    def before(name: str, data: bytes) -> tuple[str, bytes]:
        return name, data.replace(b'"format": 2', b'"format": 1') if name == "onefill.json" else data

    remade(archive, before)
    Archive(archive).check()
    assert other.take_in(Archive(archive).parcels()).counts()["records"] == 4


def test_nobody_else_may_read_it(archive: Path) -> None:
    if sys.platform != "win32":
        assert archive.stat().st_mode & 0o077 == 0


def end_of_sums(archive: Path) -> int:
    with tarfile.open(archive) as tar:
        last = tar.getmembers()[-1]
        return last.offset_data + last.size


def test_cut_short_anywhere_it_is_refused(archive: Path, tmp_path: Path) -> None:
    data, end = archive.read_bytes(), end_of_sums(archive)
    part = tmp_path / "part.tar"
    for size in sorted({*range(0, end, 512), *range(1, end, 911), end - 1}):
        part.write_bytes(data[:size])
        with pytest.raises(ArchiveRefused, match=r"part\.tar"):
            Archive(part).check()


@settings(max_examples=150, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_altered_anywhere_it_is_refused_or_says_the_same(source: Store, place: float, bit: int) -> None:
    """Between its members a tar holds bytes that say nothing."""
    data = bytearray(_bytes_of(source))
    data[int(place * len(data))] ^= 1 << bit
    path = _scratch / "altered.tar"
    path.write_bytes(data)
    archive = Archive(path)
    try:
        archive.check()
    except (ArchiveRefused, FormatTooNew):
        return
    same = Tally()
    for parcel in archive.parcels():
        same.add(parcel)
    assert same == tally(source)


_scratch = Path()
_known: list[bytes] = []


@pytest.fixture(autouse=True, scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> None:
    global _scratch
    _scratch = tmp_path_factory.mktemp("archives")


def _bytes_of(source: Store) -> bytes:
    if not _known:
        write(_scratch / "whole.tar", source)
        _known.append((_scratch / "whole.tar").read_bytes())
    return _known[0]


def remade(archive: Path, alter: Callable[[str, bytes], tuple[str, bytes] | None]) -> None:
    """The archive with other members and sums that fit them."""
    sums = io.BytesIO()
    with tarfile.open(archive) as tar:
        members = [(name, tar.extractfile(name).read()) for name in tar.getnames()]  # type: ignore[union-attr]
    with tarfile.open(archive, "w") as tar:
        for name, data in [one for member in members[:-1] if (one := alter(*member))] + [("SHA256SUMS", b"")]:
            data = sums.getvalue() if name == "SHA256SUMS" else data
            sums.write(f"{hashlib.sha256(data).hexdigest()}  {name}\n".encode())
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def test_a_newer_programs_archive_is_refused(archive: Path) -> None:
    def newer(name: str, data: bytes) -> tuple[str, bytes]:
        return name, orjson.dumps({**orjson.loads(data), "format": 99}) if name == "onefill.json" else data

    remade(archive, newer)
    with pytest.raises(FormatTooNew, match="99"):
        Archive(archive).check()


@pytest.mark.parametrize(
    "rename",
    [
        {"onefill.json": "other.json"},
        {"tally.json": "/etc/passwd"},
        {"tally.json": "../tally.json"},
        {"parcels/000001.jsonl.gz": "parcels/x"},
    ],
)
def test_members_that_no_archive_has_are_refused(archive: Path, rename: dict[str, str]) -> None:
    remade(archive, lambda name, data: (rename.get(name, name), data))
    with pytest.raises(ArchiveRefused, match="不是 OneFill 的备份"):
        Archive(archive).check()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 zip", b"x" * 5000, bytes(10240)])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.tar"
    path.write_bytes(content)
    with pytest.raises(ArchiveRefused, match=r"other\.tar"):
        Archive(path).check()


def test_a_missing_archive_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArchiveRefused, match="没有这个文件"):
        Archive(tmp_path / "none.tar").check()


def test_links_are_refused(archive: Path) -> None:
    with tarfile.open(archive, "a") as tar:
        info = tarfile.TarInfo("program/link")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(ArchiveRefused, match="program/link"):
        Archive(archive).check()


def test_files_beside_come_out_below_the_folder_alone(source: Store, tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("title: 示例\n", encoding="utf-8")
    (tmp_path / "store.key").write_bytes(b"k" * 32)
    path, folder = tmp_path / "backup.tar", tmp_path / "beside"
    beside = [("program/forms/示例.yaml", tmp_path / "pack.yaml"), ("keys/store.key", tmp_path / "store.key")]
    write(path, source, beside=beside)
    assert Archive(path).check().keys
    assert Archive(path).unpack(folder) == 2
    assert (folder / "program/forms/示例.yaml").read_text(encoding="utf-8") == "title: 示例\n"
    assert (folder / "keys/store.key").read_bytes() == b"k" * 32
    remade(path, lambda name, data: (name.replace("program/forms", "program/../../out"), data))
    with pytest.raises(ArchiveRefused, match="名字不对"):
        Archive(path).unpack(folder)
    assert not (tmp_path / "out").exists()


def test_what_was_lost_is_told_by_the_archive(source: Store, tmp_path: Path) -> None:
    lost = LostParcel("record", Damage("gone", "gone.json", "坏了"))
    path = tmp_path / "backup.tar"
    write_archive(path, [*source.parcels(), lost], made=MADE, program="0.1.0")
    assert Archive(tmp_path / "backup.incomplete.tar").check().lost == (lost,)
    assert not path.exists()


def test_one_that_lacks_something_takes_the_place_of_none_that_does_not(archive: Path, source: Store) -> None:
    before, gone = archive.read_bytes(), LostParcel("file", Damage("", "gone", "坏了"))
    for _ in range(2):
        write_archive(archive, [*source.parcels(), gone], made=MADE, program="0.1.0")
    assert archive.read_bytes() == before
    assert sorted(path.name for path in archive.parent.iterdir()) == ["backup.incomplete.tar", "backup.tar"]
    line = LostParcel("log", Damage("", "log", "第 3 条不见了"))  # it stays away for ever, and backups go on
    write_archive(archive, [*source.parcels(), line], made="later", program="0.1.0")
    assert Archive(archive).check().made == "later"


def test_a_file_that_is_damaged_costs_that_file(tmp_path: Path) -> None:
    store = open_store(f"tinydb://{tmp_path}/store", clock=stepping())
    begin(store)
    good, bad = store.put_file(b"good"), store.put_file(b"bad")
    (tmp_path / "store" / "files" / bad[:2] / bad).write_bytes(b"worse")
    path = tmp_path / "backup.tar"
    written = write(path, store)
    assert [(lost.kind, lost.damage.file) for lost in written.lost] == [("file", bad)]
    other = open_store("memory:")
    other.take_in(Archive(place_of(path, written)).parcels())
    assert other.get_file(good) == b"good"
    store.close()


@pytest.mark.parametrize("step", ["sync", "replace"])
def test_a_disk_that_refuses_leaves_the_old_archive(archive: Path, source: Store, step: str) -> None:
    def refuse(*given: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = archive.read_bytes()
    steps: dict[str, Any] = {step: refuse}
    with pytest.raises(StoreUnavailable, match="磁盘已满"):
        write(archive, source, disk=replace(Disk(), **steps))
    assert archive.read_bytes() == before
    assert list(archive.parent.glob(".*")) == []


def test_what_does_not_read_back_takes_the_place_of_nothing(archive: Path, source: Store) -> None:
    """A disk that says it has written and has not."""

    def forgetful(handle: int) -> None:
        os.fsync(handle)
        os.ftruncate(handle, os.fstat(handle).st_size // 2)

    before = archive.read_bytes()
    with pytest.raises(ArchiveRefused, match="不完整"):
        write(archive, source, disk=replace(Disk(), sync=forgetful))
    assert archive.read_bytes() == before
    assert list(archive.parent.glob(".*")) == []


SLOW_BACKUP = """
import sys, time
from pathlib import Path
from store import open_store, write_archive
store = open_store(f"tinydb://{sys.argv[1]}")
def slowly():
    for parcel in store.parcels():
        yield parcel
        time.sleep(0.05)
write_archive(Path(sys.argv[2]), slowly(), made="now", program="x")
"""


def test_killed_in_the_middle_the_old_archive_stands_and_the_next_one_is_whole(tmp_path: Path) -> None:
    folder, path = tmp_path / "store", tmp_path / "backups" / "backup.tar"
    store = open_store(f"tinydb://{folder}", clock=stepping())
    for number in range(30):
        begin(store, f"r{number}")
        store.put_file(os.urandom(300_000))
    write(path, store)
    before = path.read_bytes()
    killed = subprocess.Popen([sys.executable, "-c", SLOW_BACKUP, folder, path], cwd=ROOT)
    while not (left := [one for one in path.parent.glob(".*.tmp") if one.stat().st_size]):
        assert killed.poll() is None
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert path.read_bytes() == before
    Archive(path).check()
    with pytest.raises(ArchiveRefused):
        Archive(left[0]).check()
    os.utime(left[0], (0, 0))
    begin(store, "later")
    write(path, store)
    assert Archive(path).check().counts["records"] == 31
    assert list(path.parent.iterdir()) == [path]
    store.close()


@pytest.mark.slow
def test_a_drill_people_write_while_a_backup_runs_and_nothing_acknowledged_before_is_missing(tmp_path: Path) -> None:
    store = open_store(f"tinydb://{tmp_path}/store", clock=stepping())
    records = [f"r{number}" for number in range(60)]
    for record in records:
        begin(store, record, data=class_of(20))
    kept: dict[str, tuple[int, str]] = {}
    stop = False

    def work(mine: list[str]) -> int:
        for turn in count():
            for record in mine:
                if stop:
                    return turn
                n = store.latest(record, EVERYTHING).n
                number = store.set_draft(record, [Change("name", f"第 {turn} 次")], EVERYTHING, "李").draft.number
                if turn % 3 == 2:
                    entry = store.append(new(record, {"name": f"第 {turn} 次"}, draft=number), n, EVERYTHING)
                    kept[record] = (entry.n, entry.digest)
                    store.log({"record": record, "n": entry.n})
        raise AssertionError

    with ThreadPoolExecutor(4) as pool:
        working = [pool.submit(work, records[place::4]) for place in range(4)]
        try:
            time.sleep(1)
            before, logged = dict(kept), len(store.log_lines())
            write(tmp_path / "backup.tar", store)
        finally:
            stop = True
        for one in working:
            assert one.result() > 0
    Archive(tmp_path / "backup.tar").check()
    for address in ("memory:", f"tinydb://{tmp_path}/restored"):
        restored = open_store(address, clock=stepping())
        came = restored.take_in(Archive(tmp_path / "backup.tar").parcels())
        assert came.lost == []
        assert len(restored.log_lines()) >= logged
        for record in records:
            mine = [entry.digest for entry in restored.entries(record, EVERYTHING)]
            assert mine == [entry.digest for entry in store.entries(record, EVERYTHING, last=len(mine))]
            n, digest = before.get(record, (1, mine[0]))
            assert mine[n - 1] == digest
        assert restored.verify_chains() == restored.verify_log() == restored.verify_index() == ()
        restored.close()
    store.close()


@pytest.mark.slow
def test_memory_stays_small(tmp_path: Path) -> None:
    def parcels(records: int) -> Iterator[EntriesParcel]:
        body = {"request_id": "q", "kind": "version", "who": "李", "pins": {}, "draft": 0, "why": {}}
        summary = {"state": "", "unit": "", "label": "", "start": None, "end": None}
        summary |= {"words": [], "tokens": [], "private": []}
        when = stepping()()
        for number in range(records):
            data = {"text": f"{number} " * 5000}
            document = seal({**body, "data": data, "summary": summary}, n=1, prev=genesis(f"r{number}", "f"), when=when)
            yield EntriesParcel(f"r{number}", "f", (document,))

    peaks = []
    for records in (500, 4000):
        tracemalloc.start()
        write_archive(tmp_path / "backup.tar", parcels(records), made=MADE, program="x")
        Archive(tmp_path / "backup.tar").check()
        assert sum(1 for _ in Archive(tmp_path / "backup.tar").parcels()) == records
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + (8 << 20), peaks


@pytest.fixture(params=["tinydb", "postgresql"])
def between(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of the store that lies on the way."""
    if request.param == "tinydb":
        yield f"tinydb://{tmp_path}/b"
    else:
        with request.getfixturevalue("postgres").database() as address:
            yield address


@pytest.mark.parametrize("keys", [None, Keyring([new_key()])], ids=["clear", "sealed"])
def test_a_large_file_is_carried_through_little_memory(tmp_path: Path, between: str, keys: Keyring | None) -> None:
    addresses, key_file = (f"tinydb://{tmp_path}/a", between, f"tinydb://{tmp_path}/c"), tmp_path / "store.key"
    stores = [open_store(address, clock=stepping(), key_file=key_file, keys=keys) for address in addresses]
    (tmp_path / "scan").write_bytes(os.urandom(40 << 20))
    with (tmp_path / "scan").open("rb") as scan:
        stores[0].put_file(scan)
    tracemalloc.start()
    try:
        stores[1].take_in(stores[0].parcels())
        assert stores[1].verify_files() == ()
        write(tmp_path / "backup.tar", stores[1], key=keys.first if keys else None)
        stores[2].take_in(Archive(tmp_path / "backup.tar", keys or Keyring()).parcels())
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()
    assert tally(stores[2]).differs(tally(stores[0])) == ""
    for store in stores:
        store.close()


def test_where_a_key_is_given_nothing_that_was_written_lies_in_clear(tmp_path: Path) -> None:
    store, other = (open_store("memory:", clock=stepping()) for _ in range(2))
    filled(store)
    store.put_file(b"%PDF " + b"secret " * 100_000)
    path, key = tmp_path / "backup.tar", new_key()
    write(path, store, key=key)
    with tarfile.open(path) as tar:
        contents = [tar.extractfile(name).read() for name in tar.getnames()]  # type: ignore[union-attr]
    for content in contents:
        assert b"secret" not in content
        assert b"%PDF" not in content
        assert not content.startswith(b"\x1f\x8b")
    about = Archive(path, Keyring([new_key(), key])).check()
    assert about.sealed == key.id
    assert other.take_in(Archive(path, Keyring([key])).parcels()) == tally(store)
    for keys in (Keyring(), Keyring([new_key()])):
        with pytest.raises(KeyMissing):
            Archive(path, keys).check()


def test_what_was_sealed_and_altered_is_refused_though_its_sums_fit(source: Store, tmp_path: Path) -> None:
    path, key = tmp_path / "backup.tar", new_key()
    write(path, source, key=key)
    remade(path, lambda name, data: (name, data[:-1] + bytes([data[-1] ^ 1]) if name.startswith("files/") else data))
    Archive(path, Keyring([key])).check()
    with pytest.raises(ArchiveRefused, match="加密的内容被改过"):
        open_store("memory:").take_in(Archive(path, Keyring([key])).parcels())
