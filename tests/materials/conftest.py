from collections.abc import Iterator

import pytest

from onefill.materials.reader import Reader


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()
