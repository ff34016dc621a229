"""Each backend the contract is held against; the next one adds itself here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import Store, open_store
from tests.store.making import stepping


@pytest.fixture(params=["memory", "tinydb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    address = "memory:" if request.param == "memory" else f"tinydb://{tmp_path}/store"
    opened = open_store(address, clock=stepping())
    yield opened
    opened.close()
