"""Each backend the contract is held against; the next one adds itself here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from store import Store, open_store
from tests.store.making import stepping

BACKENDS = ["memory", "tinydb"]


@pytest.fixture(params=BACKENDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with opened(request.param, tmp_path / "store") as store:
        yield store


@pytest.fixture(params=BACKENDS)
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Another store, empty at first."""
    with opened(request.param, tmp_path / "other") as store:
        yield store


@contextmanager
def opened(backend: str, folder: Path) -> Iterator[Store]:
    store = open_store("memory:" if backend == "memory" else f"tinydb://{folder}", clock=stepping())
    try:
        yield store
    finally:
        store.close()
