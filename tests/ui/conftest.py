from collections.abc import Iterator
from pathlib import Path

import pytest

from onefill.service.desk import Desk
from onefill.ui.heard import heard
from onefill.ui.shared import put_desk
from tests.ui.desk import a_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = a_desk(tmp_path)
    put_desk(made)
    heard.clear()
    yield made
    put_desk(None)


@pytest.fixture
def order(desk: Desk) -> str:
    return desk.records.create("order", desk.who())
