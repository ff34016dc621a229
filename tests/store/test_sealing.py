"""What is sealed comes back as it was, opens nowhere else, and tells nothing on the way."""

import base64
import io
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import KeyFileOpen, KeyMissing, Keyring, KeyUnfit, keys_from, keys_of, new_key
from store.codec import Codec, SealBroken
from store.framing import PIECE, opened, sealed
from store.keyring import Key
from store.sealing import SEALED, open_entry, seal_entry

KEY = new_key()
CODEC = Codec(Keyring([KEY]), lambda: KEY.id)
NAMES = st.sampled_from(["a", "b", "*", "r/1", "身份证"])
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
PATHS = st.lists(st.lists(NAMES, min_size=1, max_size=4).map("/".join), max_size=4)


def entry(data: Any, private: list[str]) -> dict[str, Any]:
    return {"n": 3, "data": data, "private": private, "summary": {"private": ["id=7"]}, "salt": "s"}


@given(data=PLAIN, private=PATHS)
def test_any_entry_with_any_private_paths_comes_back(data: Any, private: list[str]) -> None:
    document = entry(data, private)
    before = orjson.dumps(document)
    written = seal_entry(CODEC, "r1", document)
    assert orjson.dumps(document) == before
    assert written["salt"] != "s"
    assert orjson.dumps(open_entry(CODEC, "r1", orjson.loads(orjson.dumps(written)))) == before


def test_what_is_not_private_stays_readable_and_what_is_does_not() -> None:
    data = {
        "rows": {"r1": {"name": "李", "id_no": "440604"}, "r2": {"name": "王", "id_no": None}},
        "phone": {"raw": "138"},
    }
    written = orjson.dumps(seal_entry(CODEC, "r1", entry(data, ["rows/*/id_no", "phone"]))).decode()
    assert "李" in written
    assert "（已加密）" in written
    assert all(secret not in written for secret in ("440604", "138", "id=7"))
    assert 'id_no":null' in written


def test_the_same_value_is_never_sealed_alike() -> None:
    document = entry({"a": "x"}, ["a"])
    assert seal_entry(CODEC, "r1", document)[SEALED]["box"] != seal_entry(CODEC, "r1", document)[SEALED]["box"]


@pytest.mark.parametrize("place", [("r2", 3), ("r1", 4)])
def test_a_box_opens_in_its_own_entry_only(place: tuple[str, int]) -> None:
    record, n = place
    written = seal_entry(CODEC, "r1", entry({"a": "x"}, ["a"]))
    with pytest.raises(SealBroken):
        open_entry(CODEC, record, {**written, "n": n})


@settings(max_examples=30)
@given(flip=st.integers(0, 10_000), data=st.data())
def test_an_altered_box_is_refused(flip: int, data: st.DataObject) -> None:
    written = dict(seal_entry(CODEC, "r1", entry({"a": "x"}, ["a"])))
    raw = bytearray(base64.b64decode(written[SEALED]["box"]))
    raw[flip % len(raw)] ^= 1 << data.draw(st.integers(0, 7))
    broken = {**written, SEALED: {**written[SEALED], "box": base64.b64encode(raw).decode()}}
    with pytest.raises(SealBroken):
        open_entry(CODEC, "r1", broken)


@pytest.mark.parametrize(
    "box", [{}, {"key": KEY.id}, {"key": KEY.id, "box": "!"}, {"key": KEY.id, "box": ""}, [], "x", 7]
)
def test_what_is_no_box_is_refused(box: Any) -> None:
    with pytest.raises(SealBroken):
        open_entry(CODEC, "r1", {"n": 3, SEALED: box})


def test_a_missing_key_is_named() -> None:
    written = seal_entry(CODEC, "r1", entry({"a": "x"}, ["a"]))
    with pytest.raises(KeyMissing, match=KEY.id):
        open_entry(Codec(Keyring([new_key()])), "r1", written)


# -- files ---

SIZES = st.sampled_from([0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 5])


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


@settings(max_examples=25, deadline=None)
@given(size=SIZES, step=st.sampled_from([7919, PIECE, 3 * PIECE]), other=st.sampled_from([5003, PIECE + 16, 10**7]))
def test_a_file_of_any_size_in_any_pieces_comes_back(size: int, step: int, other: int) -> None:
    data = os.urandom(size)
    hidden = b"".join(sealed(cut(data, step), KEY))
    assert b"".join(opened(cut(hidden, other), CODEC.keys)) == data


@pytest.mark.parametrize("kind", ["cut", "cut at a piece", "longer", "pieces swapped", "flipped", "another", "empty"])
def test_an_altered_file_is_refused(kind: str) -> None:
    data = os.urandom(3 * PIECE + 9)
    hidden = b"".join(sealed([data], KEY))
    head, step = len(hidden) - len(data) - 4 * 16, PIECE + 16
    one, two = hidden[head : head + step], hidden[head + step : head + 2 * step]
    broken = {
        "cut": hidden[:-5],
        "cut at a piece": hidden[: head + 2 * step],
        "longer": hidden + b"x",
        "pieces swapped": hidden[:head] + two + one + hidden[head + 2 * step :],
        "flipped": hidden[:-1] + bytes([hidden[-1] ^ 1]),
        "another": b"%PDF-1.7",
        "empty": b"",
    }[kind]
    with pytest.raises(SealBroken):
        for _ in opened(cut(broken, 100_000), CODEC.keys):
            pass


def test_a_large_scan_goes_through_little_memory() -> None:
    size, block = 60 << 20, os.urandom(1 << 20)
    tracemalloc.start()
    try:
        back = sum(map(len, opened(sealed((block for _ in range(size >> 20)), KEY), CODEC.keys)))
        assert back == size
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


# -- keys ---


def test_keys_as_they_are_written_down() -> None:
    first, second = new_key(), new_key()
    ring = keys_of(f"# 2026 年的\n{first.text}\n\n{second.text} # 旧的\n", "文件")
    assert ring.first == first
    assert ring.get(second.id) == second
    assert first.id != second.id
    assert first.text not in repr(first)
    assert keys_of(f"{second.text},{first.text}", "x").first == second


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "没有密钥"),
        ("# 只有说明", "没有密钥"),
        ("密码一二三", "base64"),
        ("c2hvcnQ=", "5 字节"),
        ("=" * 44, "base64"),
    ],
)
def test_a_key_that_is_none_is_told_but_not_repeated(text: str, why: str) -> None:
    with pytest.raises(KeyUnfit, match=why) as caught:
        keys_of(text, "密钥文件 k ")
    assert "new-key" in str(caught.value)
    assert not text.strip("# =") or text not in str(caught.value)


def key_file(folder: Path, key: Key, mode: int = 0o600) -> Path:
    path = folder / "onefill.key"
    path.write_text(f"{key.text}\n", "utf-8")
    path.chmod(mode)
    return path


def test_the_key_comes_from_the_environment_or_a_file_outside_the_data(tmp_path: Path) -> None:
    data = tmp_path / "var"
    data.mkdir()
    assert keys_from({}, data).first is None
    assert keys_from({"ONEFILL_KEY": KEY.text}, data).first == KEY
    file = key_file(tmp_path, KEY)
    assert keys_from({"ONEFILL_KEY_FILE": str(file)}, data).first == KEY
    with pytest.raises(KeyUnfit, match="只留一个"):
        keys_from({"ONEFILL_KEY_FILE": str(file), "ONEFILL_KEY": KEY.text}, data)
    with pytest.raises(KeyUnfit, match="数据文件夹"):
        keys_from({"ONEFILL_KEY_FILE": str(key_file(data, KEY))}, data)
    with pytest.raises(KeyUnfit, match="读不出来"):
        keys_from({"ONEFILL_KEY_FILE": str(tmp_path / "none")}, data)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(KeyUnfit, match="UTF-8"):
        keys_from({"ONEFILL_KEY_FILE": str(file)}, data)


@pytest.mark.skipif(os.name == "nt", reason="there are no such modes")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o620])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = key_file(tmp_path, KEY, mode)
    with pytest.raises(KeyFileOpen, match=f"0{mode:o}") as caught:
        keys_from({"ONEFILL_KEY_FILE": str(file)}, tmp_path / "var")
    assert f"chmod 600 {file}" in str(caught.value)


def test_a_stream_is_read_once(tmp_path: Path) -> None:
    from store.blobs import Blobs
    from store.disk import Disk
    from store.folder import Folder

    blobs = Blobs(Folder(tmp_path, Disk()), CODEC)
    data = os.urandom(5 * PIECE)
    digest = blobs.put(io.BytesIO(data))
    assert blobs.put(data) == blobs.put(io.BytesIO(data)) == digest
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [f"{digest}.sealed"]
    assert [*blobs.digests()] == [digest]
    assert blobs.get(digest) == data
