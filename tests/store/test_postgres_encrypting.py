"""A database with a key: nothing private in clear in any table, opened where it lies, told where the key is missing."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import psycopg
import pytest

from store import (
    EVERYTHING,
    Change,
    Key,
    KeyMissing,
    Keyring,
    LostParcel,
    RecordSealed,
    RowsDamaged,
    Store,
    Summary,
    new_key,
    open_store,
)
from tests.databases import ROLE, Server
from tests.store.making import begin, new, stepping
from tests.store.test_contract_parcels import tally

OLD, FRESH = new_key(), new_key()
TOKEN = "id_no=440604199001011234"
SECRETS = ("440604199001011234", "13800001234", "scan of a sealed page", "typed but not kept")
PRIVATE = ("rows/*/id_no", "phone")
DATA = {"name": "一班", "phone": SECRETS[1], "rows": {"a": {"name": "甲", "id_no": SECRETS[0]}}}


@pytest.fixture
def address(postgres: Server) -> Iterator[str]:
    with postgres.database() as address:
        yield address


def opened(address: str, folder: Path, *keys: Key) -> AbstractContextManager[Store]:
    return closing(open_store(address, clock=stepping(), key_file=folder / "store.key", keys=Keyring(keys)))


def fill(store: Store, record: str = "r1") -> str:
    """Two entries, a draft with its summary, a file; the digest of the file."""
    summary = Summary(label=record, private=(TOKEN,))
    begin(store, record, data=DATA, summary=summary, private=PRIVATE)
    store.append(new(record, {**DATA, "n": 2}, summary=summary, private=PRIVATE), 1, EVERYTHING)
    store.set_draft(record, [Change("remark", SECRETS[3])], EVERYTHING, "x")
    store.set_summary(record, summary, EVERYTHING)
    return store.put_file(SECRETS[2].encode())


def in_clear(address: str) -> set[str]:
    """The secrets that a superuser finds in any table."""
    with psycopg.connect(address.replace(f"{ROLE}:", "postgres:")) as db:
        tables = [row[0] for row in db.execute("select tablename from pg_tables where schemaname = 'onefill'")]
        rows = [str(db.execute(f'select * from onefill."{table}"').fetchall()) for table in tables]
    return {secret for secret in SECRETS if any(secret in row for row in rows)}


def rows_of(address: str) -> list[object]:
    with psycopg.connect(address, options="-c search_path=onefill -c onefill.scope=/") as db:
        return [row[0] for row in db.execute("select data from newest_row")]


def found(store: Store) -> list[str]:
    return [one.record for one in store.find(scope=EVERYTHING, tokens=[TOKEN])]


def test_nothing_private_is_in_any_table_and_everything_opens(address: str, tmp_path: Path) -> None:
    with opened(address, tmp_path, OLD) as store:
        digest = fill(store)
        assert in_clear(address) == set()
    with opened(address, tmp_path, OLD) as store:
        assert store.latest("r1", EVERYTHING).data == {**DATA, "n": 2}
        assert store.draft("r1", EVERYTHING).changes["remark"].value == SECRETS[3]
        assert store.get_file(digest) == SECRETS[2].encode()
        assert found(store) == ["r1"]
        assert store.verify_chains() == store.verify_files() == store.verify_index() == ()
        assert store.reindex() == 1
        assert found(store) == ["r1"]
    assert rows_of(address) == [{"name": "甲", "id_no": "（已加密）"}]
    assert len((tmp_path / "store.key").read_bytes()) > 32


def test_what_was_in_clear_stays_readable_and_is_sealed_on_its_way_into_another(
    address: str, postgres: Server, tmp_path: Path
) -> None:
    with opened(address, tmp_path) as store:
        digest = fill(store)
        assert in_clear(address) == set(SECRETS)
    with opened(address, tmp_path, OLD) as store, postgres.database() as there:
        assert store.latest("r1", EVERYTHING).data == {**DATA, "n": 2}
        begin(store, "r2", data={"phone": "13900009999"}, private=PRIVATE)
        with opened(there, tmp_path, OLD) as other:
            assert other.take_in(store.parcels()) == tally(store)
            assert in_clear(there) == set()
            assert other.entries("r1", EVERYTHING) == store.entries("r1", EVERYTHING)
            assert other.get_file(digest) == SECRETS[2].encode()
            assert found(other) == ["r1"]
        with opened(there, tmp_path, FRESH, OLD) as rotated:
            assert rotated.latest("r1", EVERYTHING).n == 2
            rotated.append(new("r1", DATA, private=PRIVATE), 2, EVERYTHING)
        with opened(there, tmp_path, OLD) as behind, pytest.raises(RecordSealed, match=FRESH.id):
            behind.latest("r1", EVERYTHING)


@pytest.mark.parametrize("given", [(), (FRESH,)], ids=["no key", "another key"])
def test_without_the_key_only_what_needs_it_is_out_of_reach(
    address: str, tmp_path: Path, given: tuple[Key, ...]
) -> None:
    with opened(address, tmp_path, OLD) as store:
        digest = fill(store)
        begin(store, "plain")
    with opened(address, tmp_path, *given) as store:
        for attempt in (
            lambda: store.latest("r1", EVERYTHING),
            lambda: store.draft("r1", EVERYTHING),
            lambda: store.append(new("r1"), 2, EVERYTHING),
        ):
            with pytest.raises(RecordSealed, match=OLD.id) as caught:
                attempt()
            assert "ONEFILL_KEY_FILE" in str(caught.value)
        for refused in (
            lambda: store.get_file(digest),
            lambda: store.put_file(b"new"),
            lambda: store.set_draft("plain", [Change("a", "b")], EVERYTHING, "x"),
            lambda: store.append(new("r2", {"phone": "1"}, private=PRIVATE), 0, EVERYTHING),
        ):
            with pytest.raises(KeyMissing, match=OLD.id):
                refused()
        assert store.append(new("plain", {"name": "二班"}), 1, EVERYTHING).n == 2
        assert found(store) == []
        assert {one.key for one in (*store.verify_chains(), *store.verify_files(), *store.damages())} == {OLD.id}
        assert store.verify_index() == ()
        lost = [parcel for parcel in store.parcels() if isinstance(parcel, LostParcel)]
        assert [(one.damage.record, one.damage.key) for one in lost] == [("r1", OLD.id)]
    with opened(address, tmp_path, OLD) as store:
        assert store.latest("r1", EVERYTHING).n == 2
        assert found(store) == ["r1"]
        assert store.damages() == ()


def test_another_server_that_has_the_database_open_follows(address: str, tmp_path: Path) -> None:
    with opened(address, tmp_path / "one") as blind:
        begin(blind, "r0")
        with opened(address, tmp_path / "two", OLD):
            pass
        with pytest.raises(KeyMissing, match=OLD.id):
            blind.append(new("r2", {"phone": "1"}, private=PRIVATE), 0, EVERYTHING)
        assert blind.append(new("r0", {"name": "二班"}), 1, EVERYTHING).n == 2


def test_a_sealed_line_opens_in_its_own_place_only(address: str, tmp_path: Path) -> None:
    with opened(address, tmp_path, OLD) as store:
        begin(store)
        for number in range(3):
            store.set_draft("r1", [Change("a", number)], EVERYTHING, "x")
    with psycopg.connect(address, options="-c search_path=onefill -c onefill.scope=/") as db:
        db.execute("update draft_line set line = (select line from draft_line order by place limit 1)")
    with opened(address, tmp_path, OLD) as store, pytest.raises(RowsDamaged, match=r"草稿第 2 行.*换过位置"):
        store.draft("r1", EVERYTHING)
