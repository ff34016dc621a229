"""A store turned to encryption and back: everything that lies there already, in the middle of work, without its key."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from store import (
    EVERYTHING,
    Change,
    Key,
    KeyMissing,
    Keyring,
    KeyUnset,
    RecordSealed,
    Resealed,
    StoreUnavailable,
    Summary,
    new_key,
)
from store.chain import Document
from store.chain_files import Roll
from store.disk import Disk
from store.tiny import TinyStore
from tests.store.making import begin, new, stepping

OLD, FRESH = new_key(), new_key()
SECRETS = ("440604199001011234", "13800001234", "scan of a sealed page", "typed but not kept")
TOKEN = "id_no=440604199001011234"


class Opened:
    def __init__(self, folder: Path, *keys: Key, disk: Disk | None = None) -> None:
        self.store = TinyStore(folder, stepping(), keys=Keyring(keys), disk=disk, roll=Roll(entries=2))

    def __enter__(self) -> TinyStore:
        return self.store

    def __exit__(self, *_: object) -> None:
        self.store.close()


def private_of(form: str, document: Document) -> Sequence[str]:
    return ("rows/*/id_no", "phone") if form == "class" else ()


def quiet(what: str, done: int, of: int) -> None:
    pass


def fill(store: TinyStore, record: str = "r1", **given: object) -> str:
    """Five entries over three files, a draft, a file."""
    data = {"name": "一班", "rows": {"a": {"id_no": SECRETS[0]}}, "phone": SECRETS[1]}
    summary = Summary(label=record, private=(TOKEN,))
    begin(store, record, data=data, summary=summary, **given)
    for n in range(1, 5):
        store.append(new(record, {**data, "n": n}, summary=summary, **given), n, EVERYTHING)
    store.set_draft(record, [Change("remark", SECRETS[3])], EVERYTHING, "x")
    return store.put_file(SECRETS[2].encode())


def in_clear(folder: Path) -> set[str]:
    files = [path for path in (*folder.rglob("*"), folder.with_name("store.key")) if path.is_file()]
    return {secret for secret in SECRETS for path in files if secret.encode() in path.read_bytes()}


def content(store: TinyStore) -> object:
    entries = store.entries("r1", EVERYTHING)
    draft = store.draft("r1", EVERYTHING).changes["remark"].value
    return [(one.digest, one.data, one.summary, one.private) for one in entries], draft


def seal(store: TinyStore, **given: bool) -> Resealed:
    return store.sealer.seal(private_of, quiet, **given)


def found(store: TinyStore) -> list[str]:
    return [one.record for one in store.find(scope=EVERYTHING, tokens=[TOKEN])]


@pytest.mark.parametrize("private", [(), ("rows/*/id_no", "phone")], ids=["older entries", "entries that name them"])
def test_turned_on_and_off_again_with_equal_digests(folder: Path, private: tuple[str, ...]) -> None:
    with Opened(folder) as store:
        digest = fill(store, private=private)
        before = content(store)
        assert in_clear(folder) == set(SECRETS)
        with pytest.raises(KeyUnset, match="new-key"):
            seal(store)
    with Opened(folder, OLD) as store:
        assert store.sealer.sealing.pending
        assert content(store) == before
        done = seal(store)
        assert (done.records, done.files, done.left) == (1, 1, ())
        assert not store.sealer.sealing.pending
        assert content(store) == before
        assert store.get_file(digest) == SECRETS[2].encode()
        assert found(store) == ["r1"]
        assert in_clear(folder) == set()
        assert seal(store) == Resealed(0, 0, ())
        assert "一班" in next(folder.rglob("r1.json")).read_text("utf-8")
    with Opened(folder, OLD) as store:
        assert content(store) == before
        assert store.verify_chains() == store.verify_files() == store.verify_index() == ()
        done = store.sealer.unseal(quiet)
        assert (done.records, done.files, done.left) == (1, 1, ())
    with Opened(folder, OLD) as store:
        assert store.sealer.sealing.key == ""
    with Opened(folder) as store:
        assert content(store) == before
        assert store.get_file(digest) == SECRETS[2].encode()
        assert found(store) == ["r1"]


def test_a_new_store_with_a_key_is_sealed_from_the_first_byte(folder: Path) -> None:
    with Opened(folder, OLD) as store:
        fill(store, private=("rows/*/id_no", "phone"))
        assert not store.sealer.sealing.pending
        assert in_clear(folder) == set()
        assert len(folder.with_name("store.key").read_bytes()) > 32


def test_another_program_that_has_the_store_open_follows(folder: Path) -> None:
    with Opened(folder) as blind, Opened(folder, OLD) as store:
        begin(blind, "r0")
        seal(store)
        fill(store, private=("phone", "rows/*/id_no"))
        with pytest.raises(KeyMissing, match=OLD.id):
            blind.append(new("r2", {"phone": "1"}, private=("phone",)), 0, EVERYTHING)
        with pytest.raises(KeyMissing):
            blind.set_draft("r0", [Change("a", "b")], EVERYTHING, "x")
        assert blind.latest("r0", EVERYTHING).data == {"name": "一班"}
        assert blind.append(new("r0", {"name": "二班"}), 1, EVERYTHING).n == 2


def test_another_key(folder: Path) -> None:
    with Opened(folder, OLD) as store:
        digest = fill(store, private=("rows/*/id_no", "phone"))
        before = content(store)
    with Opened(folder, FRESH, OLD) as store:
        assert content(store) == before
        assert store.sealer.sealing == type(store.sealer.sealing)(FRESH.id, decided=True, pending=True)
        assert seal(store) == Resealed(1, 1, ())
    with Opened(folder, FRESH) as store:
        assert content(store) == before
        assert store.get_file(digest) == SECRETS[2].encode()
        assert found(store) == ["r1"]
        assert store.damages() == ()
    assert not any(OLD.id.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())


class StoppedError(Exception):
    pass


@pytest.mark.parametrize("step", ["replace", "sync_folder"])
@pytest.mark.parametrize("kind", ["seal", "rotate", "unseal"])
def test_stopped_at_any_step_and_begun_again(folder: Path, tmp_path: Path, kind: str, step: str) -> None:
    whole = tmp_path / "whole"
    with Opened(whole, *([] if kind == "seal" else [OLD])) as store:
        fill(store, private=("rows/*/id_no", "phone"))
        before = content(store)
    keys = {"seal": (OLD,), "rotate": (FRESH, OLD), "unseal": (OLD,)}[kind]

    def act(store: TinyStore) -> Resealed:
        return store.sealer.unseal(quiet) if kind == "unseal" else seal(store)

    steps = 0
    while True:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(whole, folder)
        shutil.copy(whole.with_name("whole.key"), folder.with_name("store.key"))
        left, armed = [steps], [False]

        def stopping(*given: Path, left: list[int] = left, armed: list[bool] = armed) -> None:
            left[0] -= armed[0]
            if left[0] < 0:
                raise StoppedError
            getattr(Disk(), step)(*given)

        with Opened(folder, *keys, disk=replace(Disk(), **{step: stopping})) as store:
            armed[0] = True
            try:
                act(store)
            except StoppedError:
                pass
            else:
                break
        with Opened(folder, *keys) as store:
            assert content(store) == before
            # Whoever stops behind the last step of all has said already that nothing is pending.
            assert store.sealer.sealing.pending or steps == 0 or step == "sync_folder"
            act(store)
            assert content(store) == before
            assert store.verify_files() == store.verify_index() == store.damages() == ()
        assert in_clear(folder) == (set(SECRETS) if kind == "unseal" else set())
        steps += 1
    assert steps >= 6


@pytest.mark.parametrize("given", [(), (FRESH,)], ids=["no key", "another key"])
def test_without_the_key_only_what_needs_it_is_out_of_reach(folder: Path, given: tuple[Key, ...]) -> None:
    with Opened(folder, OLD) as store:
        digest = fill(store, private=("rows/*/id_no", "phone"))
        begin(store, "plain")
    for _ in range(2):
        with Opened(folder, *given) as store:
            for attempt in reading(store):
                with pytest.raises(RecordSealed, match=OLD.id) as caught:
                    attempt()
                assert "ONEFILL_KEY_FILE" in str(caught.value)
            with pytest.raises(KeyMissing, match=OLD.id):
                store.get_file(digest)
            with pytest.raises(KeyMissing, match=OLD.id):
                store.put_file(b"new")
            assert store.latest("plain", EVERYTHING).n == 1
            assert [(one.record, one.key) for one in store.damages()] == [("r1", OLD.id)] * len(store.damages())
            assert store.damages()
            assert "plain" in [one.record for one in store.find(scope=EVERYTHING)]
            assert found(store) == []
            assert {one.key for one in (*store.verify_chains(), *store.verify_files())} == {OLD.id}
            with pytest.raises(KeyMissing, match=OLD.id):
                seal(store) if given else store.sealer.unseal(quiet)
        for path in folder.glob("index.sqlite*"):
            path.unlink()
    with Opened(folder, OLD) as store:
        assert store.latest("r1", EVERYTHING).n == 5
        assert found(store) == ["r1"]
        assert store.damages() == ()


def test_what_the_store_says_of_itself_is_lost_and_still_nothing_goes_in_clear(folder: Path) -> None:
    with Opened(folder, OLD) as store:
        fill(store, private=("rows/*/id_no", "phone"))
    (folder / "store.json").unlink()
    for _ in range(2):
        with Opened(folder) as store:
            with pytest.raises(KeyMissing, match=OLD.id):
                store.append(new("r2", {"phone": SECRETS[1]}, private=("phone",)), 0, EVERYTHING)
            with pytest.raises(KeyMissing, match=OLD.id):
                store.put_file(SECRETS[2].encode())
    assert in_clear(folder) == set()
    with Opened(folder, OLD) as store:
        assert seal(store).left == ()
        assert found(store) == ["r1"]


def reading(store: TinyStore) -> Iterator[Callable[[], object]]:
    yield lambda: store.latest("r1", EVERYTHING)
    yield lambda: store.entries("r1", EVERYTHING)
    yield lambda: store.append(new("r1"), 5, EVERYTHING)


def test_a_key_that_is_lost_for_good_is_given_up(folder: Path) -> None:
    with Opened(folder, OLD) as store:
        fill(store, private=("rows/*/id_no", "phone"))
        begin(store, "plain")
    with Opened(folder, FRESH) as store:
        done = seal(store, lost=True)
        assert {one.key for one in done.left} == {OLD.id}
        fill(store, "r2", private=("rows/*/id_no", "phone"))
        assert found(store) == ["r2"]
    with Opened(folder, FRESH, OLD) as store:
        assert store.latest("r1", EVERYTHING).n == 5


def test_a_new_look_up_key_finds_as_before_also_elsewhere(folder: Path) -> None:
    with Opened(folder, OLD) as store, Opened(folder, OLD) as other:
        fill(store)
        assert found(other) == ["r1"]
        before = folder.with_name("store.key").read_bytes()
        assert store.sealer.renew_lookup(None) == 1
        assert folder.with_name("store.key").read_bytes() != before
        fill(other, "r2")
        assert sorted(found(store)) == sorted(found(other)) == ["r1", "r2"]
        assert store.verify_index() == ()


def test_a_line_of_a_draft_opens_in_its_own_place_only(folder: Path) -> None:
    with Opened(folder, OLD) as store:
        begin(store)
        for number in range(3):
            store.set_draft("r1", [Change("a", number)], EVERYTHING, "x")
    path = next(folder.rglob("r1.jsonl"))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], lines[2], lines[1], *lines[3:]]))
    with Opened(folder, OLD) as store, pytest.raises(Exception, match="换过位置"):
        store.draft("r1", EVERYTHING)


def test_a_full_disk_leaves_what_was_there(folder: Path) -> None:
    with Opened(folder) as store:
        fill(store)
        before = content(store)

    def full(handle: int, data: memoryview) -> int:
        raise OSError(28, "No space left on device")

    with Opened(folder, OLD) as store:
        pass
    with Opened(folder, OLD, disk=Disk(write=full)) as store, pytest.raises(StoreUnavailable):
        seal(store)
    with Opened(folder, OLD) as store:
        assert content(store) == before
        assert seal(store).left == ()
    assert in_clear(folder) == set()


def test_a_key_that_seals_nothing_is_told_at_every_start(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Opened(folder, OLD) as store:
        fill(store)
    assert caplog.messages == []
    mark = folder / "store.json"
    mark.write_bytes(orjson.dumps({**orjson.loads(mark.read_bytes()), "sealing": {"key": "", "decided": True}}))
    for _ in range(2):
        caplog.clear()
        with Opened(folder, OLD):
            (message,) = caplog.messages
        assert "设了密钥，数据里定的却是不加密" in message
    caplog.clear()
    with Opened(folder):
        assert caplog.messages == []
