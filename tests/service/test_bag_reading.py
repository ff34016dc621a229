"""Bags held against themselves and by another program: what is wrong with one is named."""

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest

from onefill.cli import main
from onefill.service.bag_reading import faults_of_bag
from onefill.service.bag_writer import Payload, packed
from store.memory import MemoryStore
from tests.desks import Clock


def small_bag(path: Path, store: MemoryStore) -> Path:
    payload = [
        Payload(path="甲.txt", data=b"onetwo"),
        Payload(path="甲.txt", digest=store.put_file(b"other")),
        Payload(path="乙%0A.txt"),
        Payload(path="1.2 丙/丁", data=b"1"),
        Payload(path="1.2 丙/丁", data=b"2"),
    ]
    bag = packed("档案", [("External-Description", "第一行\n第二行")], payload, store)
    with bag.open() as file:
        path.write_bytes(file.read())
    return path


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    return small_bag(tmp_path / "bag.zip", MemoryStore(Clock()))


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.mark.filterwarnings("ignore:'count' is passed as positional:DeprecationWarning")  # its own, on Python 3.13
def test_another_program_finds_it_valid(tmp_path: Path, bag: Path) -> None:
    assert faults_of_bag(bag) == []
    with zipfile.ZipFile(bag) as archive:
        assert archive.read("档案/data/甲.txt") == b"onetwo"
        assert archive.read("档案/data/甲 (2).txt") == b"other"
        assert archive.read("档案/data/1.2 丙/丁 (2)") == b"2"
        archive.extractall(tmp_path / "out")
    assert bagit.Bag(str(tmp_path / "out" / "档案")).validate()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda m: m.update({"档案/data/甲.txt": b"onetwO"}), "被改过或坏了：data/甲.txt"),
        (lambda m: m.pop("档案/data/甲.txt"), "少了文件：data/甲.txt"),
        (lambda m: m.update({"档案/data/丙.txt": b"x"}), "多出来的文件：data/丙.txt"),
        (lambda m: m.update({"档案/bag-info.txt": b"x: y\n"}), "被改过或坏了：bag-info.txt"),
        (lambda m: m.pop("档案/tagmanifest-sha256.txt"), "少了校验码表 tagmanifest-sha256.txt"),
        (lambda m: m.pop("档案/manifest-sha256.txt"), "不是 OneFill 的档案包"),
    ],
)
def test_a_bag_that_was_altered_says_where(bag: Path, change: Callable[[dict[str, bytes]], None], told: str) -> None:
    assert any(told in fault for fault in faults_of_bag(rewritten(bag, change)))


def test_what_is_no_bag_says_so(bag: Path) -> None:
    whole = bag.read_bytes()
    for broken in (whole[: len(whole) // 2], b""):
        bag.write_bytes(broken)
        assert "不是完整的档案包" in faults_of_bag(bag)[0]


def test_a_bit_that_flipped_is_found(bag: Path) -> None:
    whole = bag.read_bytes()
    with zipfile.ZipFile(bag) as archive:
        about = archive.getinfo("档案/data/甲.txt")
    name, extra = struct.unpack_from("<HH", whole, about.header_offset + 26)
    flipped = bytearray(whole)
    flipped[about.header_offset + 30 + name + extra + 1] ^= 4  # in the first letter, past the head of its block
    bag.write_bytes(flipped)
    assert faults_of_bag(bag) == ["被改过或坏了：data/甲.txt（和档案包里的校验码不符）"]


def test_the_command_says_whether_it_is_whole(bag: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bag", "--verify", str(bag)]) == 0
    assert "完好" in capsys.readouterr().out
    bag.write_bytes(bag.read_bytes()[:-30])
    assert main(["bag", "--verify", str(bag)]) == 1
    assert main(["bag", "--verify", str(bag.with_name("none.zip"))]) == 1
    assert main(["bag"]) == 2
