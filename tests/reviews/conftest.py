"""An institution that was granted its courses, and the clock of its desk."""

from pathlib import Path

import pytest

from onefill.service import Desk
from tests.desks import Clock, load, make_desk
from tests.reviews.foshan import approve_application, looked_at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    return make_desk(tmp_path, inspect=looked_at, clock=clock)


@pytest.fixture
def ids(desk: Desk) -> dict[str, str]:
    ids = load(desk, "application")
    approve_application(desk, ids["application"])
    return ids
