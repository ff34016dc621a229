"""Each backend the contract is held against; the next one adds itself here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from store import Keyring, Store, new_key, open_store
from tests.store.making import stepping

#: The sealed ones stand beside those they differ from by a key alone.
BACKENDS = ["memory", "tinydb", "encrypted", "postgresql", "encrypted postgresql"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the default store lies, of tests that look at its files."""
    return tmp_path / "store"


@pytest.fixture(params=BACKENDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with opened(request.param, tmp_path / "store", request) as store:
        yield store


@pytest.fixture(params=BACKENDS)
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Another store, empty at first."""
    with opened(request.param, tmp_path / "other", request) as store:
        yield store


@contextmanager
def opened(backend: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store."""
    with address_of(backend, folder, request) as address:
        keys = Keyring([new_key()]) if backend.startswith("encrypted") else None
        store = open_store(address, clock=stepping(), key_file=folder.with_suffix(".key"), keys=keys)
        try:
            yield store
        finally:
            store.close()


@contextmanager
def address_of(backend: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of an empty store; PostgreSQL is started only for whom it is."""
    match backend:
        case "postgresql" | "encrypted postgresql":
            with request.getfixturevalue("postgres").database() as address:
                yield address
        case "tinydb" | "encrypted":
            yield f"tinydb://{folder}"
        case _:
            yield "memory:"


@pytest.fixture
def counts(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tell what a drill has counted; it stands at the end of the run."""
    return lambda text: record_property("counts", text)
