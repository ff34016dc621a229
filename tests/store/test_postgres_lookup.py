"""The look-up key is renewed while other servers run: they notice, tell, and go on with the new one."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from store import EVERYTHING, KeyDiffers, LookupUnfinished, RecordUnknown, Store, Summary, open_store
from store.postgres import care
from store.postgres.database import Lock
from tests.databases import Server
from tests.store.making import begin, new, stepping

ID_NO = "440604199001010011"
PRIVATE = Summary(private=(ID_NO,))


@pytest.fixture
def address(postgres: Server) -> Iterator[str]:
    with postgres.database() as address:
        yield address


@pytest.fixture
def here(address: str, tmp_path: Path) -> Iterator[Store]:
    with closing(opened(address, tmp_path / "here.key")) as store:
        begin(store, summary=PRIVATE)
        yield store


@pytest.fixture
def there(here: Store, address: str, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(tmp_path / "here.key", tmp_path / "there.key")
    with closing(opened(address, tmp_path / "there.key")) as store:
        assert found(store) == ["r1"]
        yield store


def opened(address: str, key: Path) -> Store:
    return open_store(address, clock=stepping(), key_file=key)


def found(store: Store) -> list[str]:
    return [one.record for one in store.find(scope=EVERYTHING, tokens=[ID_NO])]


def test_another_server_notices_and_goes_on_with_the_new_key(here: Store, there: Store, tmp_path: Path) -> None:
    assert here.renew_lookup() == 1
    assert found(here) == ["r1"]
    for attempt in (lambda: found(there), lambda: there.count(scope=EVERYTHING, tokens=[ID_NO])):
        with pytest.raises(KeyDiffers, match=r"there\.key"):
            attempt()
    with pytest.raises(KeyDiffers):
        begin(there, "r2", summary=PRIVATE)
    with pytest.raises(RecordUnknown):
        here.latest("r2", EVERYTHING)
    there.append(new(summary=PRIVATE), 1, EVERYTHING)  # of what is private nothing has changed
    begin(there, "r3")
    shutil.copy(tmp_path / "here.key", tmp_path / "there.key")
    assert found(there) == ["r1"]
    begin(there, "r2", summary=PRIVATE)
    assert sorted(found(here)) == ["r1", "r2"]
    assert here.verify_index() == there.verify_index() == ()


def test_what_was_broken_off_is_told_until_it_is_done(
    here: Store, there: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        pass

    def die(*_: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(care.registers, "put_anew", die)
        with pytest.raises(Died):
            here.renew_lookup()
    for store in (here, there):
        with pytest.raises(LookupUnfinished, match="store reindex"):
            found(store)
        with pytest.raises(LookupUnfinished):
            begin(store, "r2", summary=PRIVATE)
    here.reindex()
    assert found(here) == ["r1"]
    with pytest.raises(KeyDiffers):
        found(there)


def test_it_waits_for_whoever_writes_by_the_old_one(here: Store, address: str) -> None:
    with psycopg.connect(address) as writer, ThreadPoolExecutor(1) as apart:
        writer.execute("select pg_advisory_xact_lock_shared(%s, hashtext('lookup_key'))", (int(Lock.ABOUT),))
        renewing = apart.submit(here.renew_lookup)
        with pytest.raises(NotYet):
            renewing.result(0.5)
        writer.commit()
        assert renewing.result(20) == 1
    assert found(here) == ["r1"]
