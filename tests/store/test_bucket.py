"""Files in a bucket: moto's server on 127.0.0.1, started and stopped here."""

import io
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from store import (
    EVERYTHING,
    AddressUnknown,
    FileDamaged,
    FilesAway,
    FileUnknown,
    KeyMissing,
    Keyring,
    Store,
    new_key,
    open_store,
)
from store.bucket import Bucket
from tests.store.making import begin, stepping

KEY = new_key()


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    for proxy in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(proxy, raising=False)


@pytest.fixture
def bucket(endpoint: str, request: pytest.FixtureRequest) -> Iterator[tuple[str, object]]:
    """Address of an empty bucket, and the client of somebody else's library to look into it."""
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    name = f"files-{abs(hash(request.node.name))}"
    client.create_bucket(Bucket=name)
    yield f"s3://{name}/onefill/files?endpoint={endpoint}", client
    client.close()


def opened(tmp_path: Path, files: str, *, keys: Keyring | None = None) -> Store:
    return open_store(f"tinydb://{tmp_path}/store", clock=stepping(), files=files, keys=keys)


def lying(client: object, address: str) -> dict[str, int]:
    found = client.list_objects_v2(Bucket=address.split("/")[2])  # type: ignore[attr-defined]
    return {one["Key"]: one["Size"] for one in found.get("Contents", ())}


@pytest.mark.parametrize("keys", [None, Keyring([KEY])], ids=["in clear", "sealed"])
def test_files_go_there_once_and_come_back(tmp_path: Path, bucket: tuple[str, object], keys: Keyring | None) -> None:
    address, client = bucket
    store = opened(tmp_path, address, keys=keys)
    data = os.urandom(300_000)
    digest = store.put_file(data)
    assert store.put_file(io.BytesIO(data)) == digest
    assert list(lying(client, address)) == [f"onefill/files/{digest[:2]}/{digest}{'.sealed' if keys else ''}"]
    other = opened(tmp_path, address, keys=keys)
    assert other.put_file(data) == digest
    assert other.get_file(digest) == store.get_file(digest) == data
    assert other.get_file(other.put_file(b"")) == b""
    with pytest.raises(FileUnknown):
        store.get_file("0" * 64)
    assert store.verify_files() == ()
    assert not (tmp_path / "store" / "files").exists()
    begin(store)
    assert store.latest("r1", EVERYTHING).n == 1
    store.close()
    other.close()


def test_what_somebody_took_out_there_is_put_again_after_a_while(
    bucket: tuple[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, client = bucket
    now = [0.0]
    place = Bucket(address, lambda: now[0])
    monkeypatch.setattr("store.bucket._KNOWN", 2)
    names = [f"{number:064}" for number in range(4)]
    for name in names:
        place.write([b"paper"], lambda name=name: name)  # type: ignore[misc]
    for key in lying(client, address):
        client.delete_object(Bucket=address.split("/")[2], Key=key)  # type: ignore[attr-defined]
    assert [place.trusts(name) for name in names] == [False, False, True, True]
    now[0] += 601
    assert not any(place.trusts(name) for name in names)


def test_a_large_file_goes_in_parts(tmp_path: Path, bucket: tuple[str, object]) -> None:
    address, client = bucket
    store = opened(tmp_path, address, keys=Keyring([KEY]))
    source = tmp_path / "scan.pdf"
    source.write_bytes(os.urandom(20 << 20))
    with source.open("rb") as file:
        digest = store.put_file(file)
    assert next(iter(lying(client, address).values())) > 20 << 20
    assert store.get_file(digest) == source.read_bytes()
    store.close()


def test_what_was_altered_there_is_found(tmp_path: Path, bucket: tuple[str, object]) -> None:
    address, client = bucket
    store = opened(tmp_path, address)
    digest = store.put_file(b"paper")
    (key,) = lying(client, address)
    client.put_object(Bucket=address.split("/")[2], Key=key, Body=b"Paper")  # type: ignore[attr-defined]
    with pytest.raises(FileDamaged):
        store.get_file(digest)
    (damage,) = store.verify_files()
    assert damage.file.startswith("s3://")
    store.close()


def test_turned_to_encryption_and_back(tmp_path: Path, bucket: tuple[str, object]) -> None:
    address, client = bucket
    store = opened(tmp_path, address)
    digest = store.put_file(b"paper of old")
    store.close()
    sealed = opened(tmp_path, address, keys=Keyring([KEY]))
    assert sealed.sealer.seal(lambda form, document: (), lambda *_: None).files == 1  # type: ignore[attr-defined]
    assert [name.endswith(".sealed") for name in lying(client, address)] == [True]
    assert sealed.get_file(digest) == b"paper of old"
    sealed.close()
    blind = opened(tmp_path, address)
    with pytest.raises(KeyMissing, match=KEY.id):
        blind.get_file(digest)
    blind.close()


def test_a_bucket_that_is_away_is_told_and_records_go_on(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    store = opened(tmp_path, f"s3://none/x?endpoint=http://127.0.0.1:{port}")
    begin(store)
    for attempt in (lambda: store.put_file(b"x"), lambda: store.get_file("0" * 64)):
        with pytest.raises(FilesAway, match="连不上") as caught:
            attempt()
        assert "s3://none/x" in str(caught.value)
    assert store.latest("r1", EVERYTHING).n == 1
    store.close()


def test_a_bucket_there_is_none_of_is_told(tmp_path: Path, endpoint: str) -> None:
    store = opened(tmp_path, f"s3://nobody-made-it?endpoint={endpoint}")
    for attempt in (lambda: store.put_file(b"x"), lambda: store.get_file("0" * 64)):
        with pytest.raises(FilesAway, match="没有这个桶"):
            attempt()
    store.close()


@pytest.mark.parametrize("address", ["s3:", "s3://", "s3://b?endpint=http://x"])
def test_an_address_written_otherwise_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(AddressUnknown):
        opened(tmp_path, address)


def test_another_folder_for_files(tmp_path: Path) -> None:
    store = opened(tmp_path, f"{tmp_path}/elsewhere")
    digest = store.put_file(b"paper")
    assert (tmp_path / "elsewhere" / digest[:2] / digest).read_bytes() == b"paper"
    store.close()


def test_its_library_is_loaded_only_where_a_bucket_is_used() -> None:
    asked = "import sys, store; assert not {'obstore', 'cryptography'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", asked], check=True, cwd=Path(__file__).parents[2])
